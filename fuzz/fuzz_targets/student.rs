//! Any bytes are a student or an error, whatever their checksum says; and one that loads gives probabilities.
#![no_main]

use libfuzzer_sys::fuzz_target;
use soju_refine::student::{Level, Student};

fuzz_target!(|bytes: &[u8]| {
    let _ = Student::from_bytes(bytes);
    let sealed = Student::sealed(bytes);
    if let Ok(student) = Student::from_bytes(&sealed) {
        for level in [Level::Segment, Level::Document] {
            let text = "무료 쿠폰 지급! 가나다 010";
            let p = match level {
                Level::Segment => student.segment(text),
                Level::Document => student.raw_document(text),
            };
            assert!(p.is_none_or(|p| (0.0..=1.0).contains(&p)));
        }
        assert_eq!(Student::from_bytes(&student.to_bytes()).unwrap().to_bytes(), student.to_bytes());
    }
});
