use proptest::prelude::*;

use super::*;

fn mask(text: &str) -> String {
    let mut doc = Document::new("t", text);
    Pii::default().apply(&mut doc);
    doc.text().to_owned()
}

/// Forms of phone numbers, each masked whole wherever it stands.
const PHONES: [&str; 76] = [
    "010-1234-5678",
    "010.1234.5678",
    "010 1234 5678",
    "01012345678",
    "010-12345678",
    "0101234-5678",
    "010)1234-5678",
    "(010)1234-5678",
    "(010) 1234-5678",
    "010 - 1234 - 5678",
    "010–1234–5678",
    "010−1234−5678",
    "010/1234/5678",
    "010·1234·5678",
    "０１０－１２３４－５６７８",
    "０１０１２３４５６７８",
    "011-123-4567",
    "011-1234-5678",
    "016-234-5678",
    "017-234-5678",
    "018-234-5678",
    "019-9876-5432",
    "02-123-4567",
    "02-1234-5678",
    "02)555-1234",
    "(02)555-1234",
    "(02) 555-1234",
    "02.555.1234",
    "02 555 1234",
    "02 - 555 - 1234",
    "031-123-4567",
    "032-1234-5678",
    "033)123-4567",
    "041-123-4567",
    "042.123.4567",
    "043-123-4567",
    "044-123-4567",
    "051-123-4567",
    "(052)123-4567",
    "053-950-3034",
    "054-472-5060",
    "055-123-4567",
    "061-123-4567",
    "062-123-4567",
    "063)123-4567",
    "064-123-4567",
    "070-1234-5678",
    "070.1234.5678",
    "0502-123-4567",
    "0505-1234-5678",
    "0507-1234-5678",
    "0303-3130-1234",
    "080-123-4567",
    "080-1234-5678",
    "060-707-1080",
    "1544-7543",
    "1566-1234",
    "1577-1577",
    "1588-3742",
    "1599-0000",
    "1600-0020",
    "1644-1234",
    "1661-1234",
    "1670-1234",
    "1688-1234",
    "1800-1234",
    "1899-1234",
    "+82-10-1234-5678",
    "+82 10 1234 5678",
    "+821012345678",
    "+82-2-555-1234",
    "+82 (0)10 1234 5678",
    "+82.31.123.4567",
    "02-399-1177~8",
    "02-399-1177 ~ 1179",
    "＋82-10-1234-5678",
];

/// Numbers that are bare and count as phones because of the word before them.
const ANNOUNCED: [&str; 12] = [
    "전화 0212345678",
    "TEL : 025551234",
    "문의: 0311234567",
    "☎0212345678",
    "연락처 07012345678",
    "대표번호 15881234",
    "고객센터 1588 1234",
    "팩스 0212345678",
    "T.02-123-4567",
    "Tel.1544-1544",
    "국제전화 82-2-555-1234",
    "예약문의 050712345678",
];

/// Numbers that are no phones.
const OTHERS: [&str; 84] = [
    "2012-02-01",
    "2012.02.01",
    "2018. 10. 31.",
    "2014/05/12 23:21",
    "20120201",
    "2012-09-28 10:04",
    "1998-02-2010",
    "2016.07.20 17:02",
    "1592-1598년",
    "1600-1650년",
    "1588-1592",
    "1910-1945",
    "1,234,567원",
    "12,900원",
    "148 896 원",
    "9,900원",
    "1588만원",
    "1600-2000원",
    "US $10.24-12.24",
    "₩010-1234-5678",
    "ISBN 978-02-1234-567-8",
    "978-89-01-12345-6",
    "9788901123456",
    "89-02-12345-6",
    "ISBN 89-010-1234-5678",
    "제2010-1234호",
    "제031-1234-5678호",
    "법률 제16001호",
    "고시 제2018-1234호",
    "헌재 2010. 1. 28. 2009헌바1234",
    "3:2",
    "21-19, 21-17",
    "103-2",
    "402-12-123456",
    "110-123-456789",
    "352-1234-5678-93",
    "1002-123-456789",
    "110-02-123456-78",
    "3333-01-1234567",
    "주문번호 20120201010123456",
    "2018010112345678",
    "P0000GLD010123456789",
    "자료번호 #662845",
    "4.02-555-1234",
    "192.168.010.1234",
    "0.010 1234 5678",
    "1.010.123.4567",
    "3.1415926535",
    "80735 78541 4612 6308 67639",
    "5218 5219 5220 5221 5222",
    "36 010 1234 5678",
    "119",
    "112",
    "1345",
    "1330",
    "114",
    "182",
    "120번",
    "10-1234-5678",
    "12-3456-7890",
    "010-1234",
    "1234-5678",
    "020-1234-5678",
    "090-1234-5678",
    "066-123-4567",
    "010-****-1234",
    "010-XXXX-5678",
    "0101234567890",
    "010-1234-56789",
    "010-12345-6789",
    "819151-008",
    "502367321EA",
    "KB191014",
    "2749824",
    "64:36:52",
    "N 13° 44' 48.21''",
    "2,532억 2,802만",
    "4x4 1600-1200",
    "1999-2000",
    "617-555-0123",
    "(626) 358-6789",
    "65 1234 5678",
    "123-45-67890",
    "02-12-12",
];

#[test]
fn phones_are_masked_whole() {
    for phone in PHONES {
        for (before, after) in [
            ("", ""),
            ("연락처: ", "로"),
            ("문의는", "입니다."),
            ("(", ")"),
            ("전화(", "), 팩스"),
            ("홍길동", ", "),
            ("5명 ", "까지"),
        ] {
            let spaced = !phone.contains(['-', '.', ')', '－', '–', '−', '·', '/']) && before == "5명 ";
            // `(010)1234-5678)` can be read in two ways.
            let bracket = before.ends_with('(') && phone.contains(')') && !phone.starts_with('(');
            if spaced || bracket {
                continue;
            }
            let text = format!("{before}{phone}{after}");
            assert_eq!(mask(&text), format!("{before}{PHONE}{after}"), "{text}");
        }
    }
    for text in ANNOUNCED {
        assert!(mask(text).ends_with(PHONE), "{text} -> {}", mask(text));
    }
}

#[test]
fn other_numbers_stay() {
    for number in OTHERS {
        for text in
            [number.to_owned(), format!("그는 {number}"), format!("값은{number} 이다"), format!("({number})")]
        {
            assert_eq!(mask(&text), text);
        }
    }
}

#[test]
fn several_numbers_in_a_row() {
    assert_eq!(mask("02-3397-0890, 010-8224-6675, [email protected]"), format!("{PHONE}, {PHONE}, {EMAIL}"));
    assert_eq!(mask("02-555-1234/010-1234-5678"), format!("{PHONE}/{PHONE}"));
    assert_eq!(mask("전화번호 : 02-2031-9233 - 감독자"), format!("전화번호 : {PHONE} - 감독자"));
    assert_eq!(mask("1. 010-1111-2222 2. 010-3333-4444"), format!("1. {PHONE} 2. {PHONE}"));
}

#[test]
fn service_numbers_follow_the_policy() {
    let keep = Pii::new(PiiConfig { public_numbers: PublicNumbers::Keep, ..PiiConfig::default() });
    assert!(keep.find("고객센터 1588-1234, 080-123-4567, 119").is_empty());
    assert_eq!(keep.find("고객센터 1588-1234, 010-1234-5678").len(), 1);
}

#[test]
fn emails() {
    for email in [
        "hong.gildong@naver.com",
        "oflin8506@naver.com",
        "a_b-c+d@mail.co.kr",
        "lupin@e.univ.ac.kr",
        "llbjbfcn @ gmail.com",
        "abc＠hanmail.net",
        "abc골뱅이naver.com",
        "abc(at)naver.com",
        "abc [at] naver.com",
        "abc 골뱅이 naver 점 com",
        "abc(at)korea.ac.kr",
        "8572402@163.com",
        "[email protected]",
        "n4403-ll@accor.com",
    ] {
        assert_eq!(mask(&format!("메일 {email}으로")), format!("메일 {EMAIL}으로"), "{email}");
        assert_eq!(mask(&format!("기자({email})")), format!("기자({EMAIL})"), "{email}");
    }
    for text in [
        "@bohemian_96",
        "hskim@",
        "img@2x.png",
        "react@18.2.0",
        "골뱅이무침 3인분",
        "안주는 골뱅이 소면",
        "a@b",
        "1@2.3",
        "RT @user :",
        "맛집 골뱅이 com",
        "meet (at) noon",
    ] {
        assert_eq!(mask(text), text);
    }
}

#[test]
fn registration_numbers() {
    let mask_of = |kind: Kind| kind.placeholder();
    for (number, kind) in [
        ("800101-1234567", Kind::Rrn),
        ("800101 - 1234567", Kind::Rrn),
        ("８００１０１－１２３４５６７", Kind::Rrn),
        ("8 0 0 1 0 1 - 1 2 3 4 5 6 7", Kind::Rrn),
        ("211231-3123456", Kind::Rrn),
        ("000229-3123456", Kind::Rrn),
        ("900515-5123456", Kind::Foreigner),
    ] {
        let masked = format!("번호는 {}이고", mask_of(kind));
        assert_eq!(mask(&format!("번호는 {number}이고")), masked, "{number}");
    }
    assert_eq!(mask("주민등록번호 8001011234567"), format!("주민등록번호 {RRN}"));
    assert_eq!(mask("주민번호800101-1234567입니다"), format!("주민번호{RRN}입니다"));
    for number in [
        "801301-1234567",
        "800132-1234567",
        "010229-3123456",
        "800101-9234567",
        "800101-1******",
        "8801011234567",
        "8001011234567",
        "1800101-1234567",
        "800101-12345678",
        "20180101-1234567",
    ] {
        assert_eq!(mask(&format!("번호는 {number}이고")), format!("번호는 {number}이고"), "{number}");
    }
}

/// The check digit raises the score; a number without it is a number all the same.
#[test]
fn a_check_digit_never_rejects() {
    let score = |text: &str| Pii::default().find(text)[0].score;
    assert!(score("800101-1234560") > score("800101-1234567"));
}

/// Faults of other cleaners, one by one.
#[test]
fn pitfalls_of_peers() {
    // datatrove leaves mobile and registration numbers.
    assert_eq!(
        mask("연락처 010-1234-5678, 주민번호 800101-1234567"),
        format!("연락처 {PHONE}, 주민번호 {RRN}")
    );
    // dps cuts the rest of the document at `전화:`, misses these forms, and takes an ISBN for a phone.
    assert_eq!(mask("전화: 02-123-4567. 다음 문장은 남는다."), format!("전화: {PHONE}. 다음 문장은 남는다."));
    assert_eq!(mask("010.1234.5678"), PHONE);
    assert_eq!(mask("1588-1234"), PHONE);
    assert_eq!(mask("02)555-1234"), PHONE);
    assert_eq!(mask("ISBN 978-89-01-12345-6"), "ISBN 978-89-01-12345-6");
    // presidio asks for a word border, which Hangul is none, and for ASCII digits in one piece.
    assert_eq!(mask("전화는010-1234-5678입니다"), format!("전화는{PHONE}입니다"));
    assert_eq!(mask("０１０１２３４５６７８"), PHONE);
    assert_eq!(mask("0 1 0 2 2 3 4 5 6 7 8"), PHONE);
    // presidio rejects registration numbers without the old check digit.
    assert_eq!(mask("211231-3123456"), RRN);
}

/// What every kind puts into a text; the pairs are text and masked text.
#[test]
fn golden() {
    let golden = include_str!("golden.tsv");
    for line in golden.lines().filter(|line| !line.starts_with('#')) {
        let (text, masked) = line.split_once('\t').expect("two columns");
        assert_eq!(mask(text), masked, "{text}");
    }
}

#[test]
fn policies() {
    let text = "전화 010-2345-6789, 메일 hong@naver.com, 대표전화 02-345-6789, 1588-3456, 국번없이 119";
    let with = |config: PiiConfig| {
        let mut doc = Document::new("t", text);
        Pii::new(config).apply(&mut doc);
        doc
    };
    let doc = with(PiiConfig { email: Policy::Keep, phone: Policy::Label, ..PiiConfig::default() });
    assert_eq!((doc.text(), doc.measured("pii_phone"), doc.measured("pii_email")), (text, Some(3.0), None));
    let doc = with(PiiConfig { public_numbers: PublicNumbers::Keep, ..PiiConfig::default() });
    assert_eq!(
        doc.text(),
        format!("전화 {PHONE}, 메일 {EMAIL}, 대표전화 02-345-6789, 1588-3456, 국번없이 119")
    );
    let doc = with(PiiConfig { public_numbers: PublicNumbers::Mask, ..PiiConfig::default() });
    assert_eq!(
        doc.text(),
        format!("전화 {PHONE}, 메일 {EMAIL}, 대표전화 {PHONE}, {PHONE}, 국번없이 {PHONE}")
    );
}

#[test]
fn pseudonyms_are_consistent_and_nobodys() {
    let stage = |key: &str| {
        let secret = Secret::new(key);
        Pii::new(PiiConfig { pseudonyms: true, secret, ..PiiConfig::default() })
    };
    let pii = stage("one key of many bytes");
    let apply = |pii: &Pii, text: &str| {
        let mut doc = Document::new("t", text);
        pii.apply(&mut doc);
        doc.text().to_owned()
    };
    let text = "010-2345-6789, 02)345-6789, 1588-3456, 0505-234-5678, +82-10-2345-6789, hong.gd@naver.com, \
                800101-1234567, 900515-5123456, M12345678, 11-22-333333-44, 신한 110-123-456789, \
                주소 서울 강남구 테헤란로 152, 211.234.1.2, https://naver.com/a, 카톡: hong77, \
                사업자등록번호 220-81-62517, 법인등록번호 110111-0062432, 카드 4111-1111-1111-1111";
    let first = apply(&pii, text);
    assert_eq!(first, apply(&pii, text));
    assert_ne!(first, apply(&stage("another key of many bytes"), text));
    for (i, (old, new)) in text.split(", ").zip(first.split(", ")).enumerate() {
        assert_ne!(old, new, "value {i}");
        let shape = |s: &str| s.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect::<String>();
        if i < 5 || (6..8).contains(&i) || (9..11).contains(&i) {
            assert_eq!(shape(old), shape(new));
        }
    }
    // What is said aloud keeps none of its digits, and two of them stay two.
    for (one, other) in [
        ("구공공일공일 다시 일이삼사오육칠", "구공공일공이 다시 일이삼사오육칠"),
        ("구공공일공일 다시 1234567", "구공공일공이 다시 1234567"),
        ("공일공일이삼사오육칠팔", "공일공일이삼사오육칠구"),
        ("010 일이삼사 5678", "010 일이삼오 5678"),
    ] {
        let (first, second) = (apply(&pii, one), apply(&pii, other));
        assert!(
            first != second && !first.contains(['공', '일']) && !first.contains("5678"),
            "{first} {second}"
        );
    }
    // The same number in two writings has the digits of one pseudonym.
    let digits = |s: &str| s.chars().filter(char::is_ascii_digit).collect::<String>();
    assert_eq!(digits(&apply(&pii, "010-2345-6789")), digits(&apply(&pii, "010.2345.6789")));
    // Nobody has them, so they are not found again.
    let again: Vec<_> =
        Pii::default().find(&first).into_iter().filter(|f| !matches!(f.kind, Kind::Url)).collect();
    assert!(again.is_empty(), "{first}: {again:?}");
}

/// A quadratic search would not come to its end here. Digits are read a bounded number of times each.
#[test]
fn hostile_text_takes_linear_work() {
    let work = |unit: &str, bytes: usize| {
        number::READ.set(0);
        Pii::default().find(&unit.repeat(bytes / unit.len()));
        number::READ.get()
    };
    for unit in [
        "0",
        "01",
        "010-",
        "010 1234 ",
        "1 ",
        "a",
        "a.",
        "a@",
        "a@a.",
        "골뱅이",
        "1588-",
        "800101-",
        "+82 ",
        "전화 ",
        "02-123-4567,",
        "(at)",
        "http://",
        "://",
        ":",
        "::1",
        "1.",
        "톡",
        "텔",
        "공일",
        "구공공일공일 다시 ",
        "구 공 ",
        "900101 다시 ",
        "이",
        "문의 2345-",
        "1588 1234 로 ",
        "insta",
        "종로1가 ",
        "로 1",
        "동 1",
        "서울 강남구 ",
        "가나로1번길 ",
        "(",
        "１",
        "은행 1-1-",
        " at ",
        "카톡 a",
    ] {
        let (short, long) = (work(unit, 30_000), work(unit, 300_000));
        assert!(long <= 10 * short + 1000, "{unit}: {short} {long}");
        assert!(long <= 8 * 300_000, "{unit}: {long}");
    }
}

proptest! {
    #[test]
    fn spans_are_sorted_and_on_characters(text in "[0-9０-９()+~*@a.가 -]{0,80}") {
        let found = Pii::default().find(&text);
        prop_assert!(found.windows(2).all(|w| w[0].span.end <= w[1].span.start));
        prop_assert!(found.iter().all(|f| !f.span.is_empty() && text.get(f.span.clone()).is_some()));
    }

    /// A mask takes the value, and of the prose around it nothing.
    #[test]
    fn prose_around_a_value_stays(before in "[가-힣]{1,6}[ .,]", after in "(은|는|이고|으로|입니다)?[ .][가-힣]{1,6}",
                                  middle in "[2-9][0-9]{3}", last in "[0-9]{4}") {
        let number = format!("010-{middle}-{last}");
        let text = format!("{before}{number}{after}");
        prop_assert_eq!(mask(&text), format!("{before}{PHONE}{after}"));
    }

    #[test]
    fn nothing_is_lost_but_the_values(text in ".{0,60}", number in "(010-2345-6789|02\\)345-6789|a@b.com|800101-1234567|서울 강남구 테헤란로 152|카톡: ab12|1\\.2\\.33\\.4|4111 1111 1111 1111|공일공일이삼사오육칠팔|구공공일공일 다시 일이삼사오육칠)?", rest in ".{0,60}") {
        let text = format!("{text}{number}{rest}");
        let mut expected = String::new();
        let mut at = 0;
        for found in Pii::default().find(&text) {
            expected.push_str(&text[at..found.span.start]);
            expected.push_str(found.kind.placeholder());
            at = found.span.end;
        }
        expected.push_str(&text[at..]);
        prop_assert_eq!(mask(&text), expected);
    }
}

#[test]
fn forms_that_were_missed() {
    for number in [
        "+82-(0)10-2345-6789",
        "+82-(0)2-123-4567",
        "050-7123-4567",
        "010―2345―6789",
        "82-10-1234-5678",
        "0507-123-4567",
    ] {
        assert_eq!(mask(&format!("그쪽은 {number} 입니다")), format!("그쪽은 {PHONE} 입니다"), "{number}");
    }
    assert_eq!(mask("번호는 800101―1234567"), format!("번호는 {RRN}"));
    for text in ["텔레그램 hong1234", "텔레 hong1234", "카카오톡 hong1234"] {
        assert!(Pii::default().find(text).iter().any(|f| &text[f.span.clone()] == "hong1234"), "{text}");
    }
}

#[test]
fn versions_notices_and_goods_are_nobodys() {
    for text in [
        "카카오톡 v9.8.0 업데이트",
        "카카오톡 ver2 공개",
        "인스타그램 story2 기능",
        "위챗 pay3 도입",
        "2호선 라인: BTS2023 광고",
        "국민은행 2019-12-123456 공고",
        "계좌번호 없이 2020-10-1234567 접수",
        "서버 3.10.2.1 버전",
        "제품번호 100.200.30.40",
        "M12345678 모델은 단종되었다",
    ] {
        assert_eq!(mask(text), text);
    }
    assert_ne!(mask("계좌: 국민은행 2019-12-123456 홍길동"), "계좌: 국민은행 2019-12-123456 홍길동");
    assert_ne!(mask("서버 IP 203.10.2.1 버전"), "서버 IP 203.10.2.1 버전");
}
