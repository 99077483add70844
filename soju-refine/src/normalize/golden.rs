//! Korean text before and after, from `golden.tsv`.

use super::*;

/// Turns `\u{…}`, `\n` and the like into what they stand for.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (c, length) = match rest.as_bytes()[0] {
            b'n' => ('\n', 1),
            b'r' => ('\r', 1),
            b't' => ('\t', 1),
            b'0' => ('\0', 1),
            b'u' => {
                let end = rest.find('}').expect("a closing brace");
                let code = u32::from_str_radix(&rest[2..end], 16).expect("a hexadecimal number");
                (char::from_u32(code).expect("a character"), end + 1)
            }
            other => panic!("unknown escape {other}"),
        };
        out.push(c);
        rest = &rest[length..];
    }
    out + rest
}

#[test]
fn golden_forms() {
    let mut cases = 0;
    for line in include_str!("golden.tsv").lines().filter(|l| !l.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [before, after, kinds] = fields[..] else { panic!("three fields, not {}: {line}", fields.len()) };
        let (before, after) = (unescape(before), unescape(after));
        let mut doc = Document::new("t", before.clone());
        Normalize::default().apply(&mut doc);
        assert_eq!(doc.text(), after, "{before:?}");
        let found: Vec<&str> = doc.edits().iter().map(|e| e.kind.as_ref()).collect();
        assert_eq!(found.join(" "), kinds, "{before:?}");
        cases += 1;
    }
    assert!(cases > 40);
}
