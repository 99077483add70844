//! Valid values of every form.

use super::{Form, Rng};
use soju_refine::pii::Kind;

const MOBILE: [&str; 6] = ["010", "011", "016", "017", "018", "019"];
const AREAS: [&str; 17] = [
    "02", "031", "032", "033", "041", "042", "043", "044", "051", "052", "053", "054", "055", "061", "062",
    "063", "064",
];
const SERVICE: [&str; 24] = [
    "1522", "1533", "1544", "1566", "1577", "1588", "1599", "1600", "1611", "1644", "1661", "1666", "1668",
    "1670", "1688", "1800", "1811", "1833", "1855", "1866", "1877", "1899", "1660", "1555",
];
const TEL: &[&str] = &["전화 ", "연락처: ", "TEL ", "문의전화 : ", "☎ ", "휴대폰 번호는 ", "Fax. "];

fn mobile(r: &mut Rng) -> [String; 3] {
    let prefix = r.pick(&MOBILE);
    // 010 has exchanges of four digits, the old prefixes of three and four.
    let exchange = if prefix == "010" || r.number(0, 1) == 0 { r.leading(2, 4) } else { r.leading(2, 3) };
    [prefix.into(), exchange, r.digits(4)]
}

fn area(r: &mut Rng) -> [String; 3] {
    let len = r.pick(&[3, 4]);
    [r.pick(&AREAS).into(), r.leading(2, len), r.digits(4)]
}

fn virtual_(r: &mut Rng) -> [String; 3] {
    let prefix =
        r.pick(&["070", "0502", "0503", "0504", "0505", "0506", "0507", "0508", "060", "0303", "080"]);
    let len = if prefix == "070" { 4 } else { r.pick(&[3, 4]) };
    [prefix.into(), r.leading(2, len), r.digits(4)]
}

fn any(r: &mut Rng) -> [String; 3] {
    let make = r.pick(&[mobile, area, virtual_]);
    make(r)
}

fn full_width(s: &str) -> String {
    s.chars()
        .map(|c| match c {
            '!'..='~' => char::from_u32(c as u32 + 0xFEE0).unwrap(),
            c => c,
        })
        .collect()
}

fn hangul(s: &str, zero: char) -> String {
    s.chars()
        .map(|c| match c {
            '0' => zero,
            c => "영일이삼사오육칠팔구".chars().nth(c as usize - '0' as usize).unwrap(),
        })
        .collect()
}

fn spaced(s: &str) -> String {
    s.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

fn date(r: &mut Rng) -> (String, u64) {
    let century = r.number(0, 1);
    let year = if century == 0 { r.number(30, 99) } else { r.number(0, 25) };
    (format!("{year:02}{:02}{:02}", r.number(1, 12), r.number(1, 28)), century)
}

fn check(digits: &str, add: u32) -> char {
    let sum: u32 =
        digits.bytes().zip([2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]).map(|(d, w)| u32::from(d - b'0') * w).sum();
    char::from_digit(((11 - sum % 11) % 10 + add) % 10, 10).unwrap()
}

/// A resident's number: before October 2020 with the check digit, since then without.
fn rrn(r: &mut Rng, checked: bool) -> (String, String) {
    let (front, century) = date(r);
    let mut back = (r.number(1, 2) + 2 * century).to_string() + &r.digits(5);
    back.push(if checked {
        check(&format!("{front}{back}"), 0)
    } else {
        char::from(b'0' + r.number(0, 9) as u8)
    });
    (front, back)
}

fn foreigner(r: &mut Rng) -> (String, String) {
    let (front, century) = date(r);
    let mut back = (r.number(5, 6) + 2 * century).to_string() + &r.digits(5);
    back.push(check(&format!("{front}{back}"), 2));
    (front, back)
}

fn business(r: &mut Rng) -> [String; 3] {
    let digits = r.leading(1, 3) + &format!("{:02}", r.number(1, 99)) + &r.digits(4);
    let d: Vec<u32> = digits.bytes().map(|b| u32::from(b - b'0')).collect();
    let sum: u32 = d.iter().zip([1, 3, 7, 1, 3, 7, 1, 3, 5]).map(|(d, w)| d * w).sum::<u32>() + d[8] * 5 / 10;
    [digits[..3].into(), digits[3..5].into(), format!("{}{}", &digits[5..], (10 - sum % 10) % 10)]
}

fn corporate(r: &mut Rng) -> (String, String) {
    let front = format!(
        "{:04}{:02}",
        r.pick(&[1101, 1244, 1311, 1501, 1801, 2001, 2301, 2841]),
        r.pick(&[11, 14, 21, 71])
    );
    let mut back = r.digits(6);
    let sum: u32 = format!("{front}{back}")
        .bytes()
        .zip([1, 2].into_iter().cycle())
        .map(|(d, w)| u32::from(d - b'0') * w)
        .sum();
    back.push(char::from_digit((10 - sum % 10) % 10, 10).unwrap());
    (front, back)
}

fn card(r: &mut Rng, len: usize) -> String {
    let prefix = match len {
        15 => r.pick(&["34", "37"]).to_owned(),
        14 => r.pick(&["36", "38"]).to_owned(),
        _ => match r.number(0, 5) {
            0 => "4".into(),
            1 => r.number(51, 55).to_string(),
            2 => r.number(2221, 2720).to_string(),
            3 => r.number(3528, 3589).to_string(),
            4 => "62".into(),
            _ => "65".into(),
        },
    };
    let body = format!("{prefix}{}", r.digits(len - 1 - prefix.len()));
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b - b'0') * if i % 2 == 0 { 2 } else { 1 };
            d / 10 + d % 10
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn grouped(digits: &str, sizes: &[usize], mark: &str) -> String {
    let mut at = 0;
    let parts: Vec<_> = sizes
        .iter()
        .map(|n| {
            at += n;
            &digits[at - n..at]
        })
        .collect();
    parts.join(mark)
}

/// A bank with the groupings of its numbers.
const BANKS: [(&str, &[&[usize]]); 18] = [
    ("국민은행", &[&[6, 2, 6], &[3, 2, 4, 3], &[4, 2, 7]]),
    ("신한은행", &[&[3, 3, 6], &[3, 2, 6]]),
    ("신한", &[&[3, 3, 6]]),
    ("우리은행", &[&[4, 3, 6], &[3, 6, 2, 3]]),
    ("하나은행", &[&[3, 6, 5], &[3, 2, 5, 1]]),
    ("농협", &[&[3, 4, 4, 2], &[3, 2, 6], &[6, 2, 6]]),
    ("기업은행", &[&[3, 6, 2, 3], &[3, 2, 7]]),
    ("IBK기업", &[&[3, 6, 2, 3]]),
    ("SC제일은행", &[&[3, 2, 6]]),
    ("씨티은행", &[&[3, 5, 3, 2]]),
    ("대구은행", &[&[3, 2, 7]]),
    ("부산은행", &[&[3, 4, 4, 2]]),
    ("새마을금고", &[&[4, 4, 4, 1], &[4, 2, 6, 1]]),
    ("우체국", &[&[6, 2, 6]]),
    ("수협", &[&[4, 4, 4]]),
    ("카카오뱅크", &[&[4, 2, 7]]),
    ("케이뱅크", &[&[3, 3, 6]]),
    ("토스뱅크", &[&[4, 4, 4]]),
];

/// The values with the bank in it are made as a whole; the span is the number, so the bank stands in `before`.
fn account(r: &mut Rng, bank: usize) -> String {
    let sizes = r.pick(BANKS[bank].1);
    let digits = r.leading(1, sizes.iter().sum());
    grouped(&digits, sizes, "-")
}

macro_rules! account_forms {
    ($($index:literal $name:literal),*) => {
        vec![$(Form {
            kind: Kind::Account,
            name: concat!("groupings of ", $name),
            before: &[concat!($name, " "), concat!($name, ": "), concat!($name, " 계좌번호 "), concat!("계좌 : ", $name, " ")],
            make: |r| account(r, $index),
        }),*]
    };
}

fn word(r: &mut Rng, len: u64) -> String {
    (0..len).map(|_| char::from(b'a' + r.number(0, 25) as u8)).collect()
}

fn local(r: &mut Rng) -> String {
    let len = r.number(3, 9);
    let mut name = word(r, len);
    match r.number(0, 3) {
        0 => name += &r.digits(4),
        1 => name = format!("{name}.{}", word(r, 4)),
        2 => name = format!("{name}_{}", r.digits(2)),
        _ => {}
    }
    name
}

fn host(r: &mut Rng) -> &'static str {
    r.pick(&[
        "naver.com",
        "daum.net",
        "hanmail.net",
        "gmail.com",
        "nate.com",
        "korea.ac.kr",
        "snu.ac.kr",
        "company.co.kr",
        "seoul.go.kr",
        "hotmail.com",
    ])
}

fn identifier(r: &mut Rng) -> String {
    let len = r.number(4, 8);
    word(r, len) + &r.number(1, 9999).to_string()
}

const REGIONS: [&str; 12] = [
    "서울 강남구",
    "서울특별시 종로구",
    "경기도 수원시 팔달구",
    "부산 해운대구",
    "대구광역시 수성구",
    "인천시 남동구",
    "경북 구미시",
    "전남 순천시",
    "강원도 춘천시",
    "제주특별자치도 제주시",
    "충남 천안시 동남구",
    "경남 창원시 의창구",
];
const ROADS: [&str; 12] = [
    "테헤란로",
    "세종대로",
    "효원로",
    "센텀중앙로",
    "동대구로",
    "인하로",
    "검성로",
    "중앙로",
    "공지로",
    "첨단로",
    "만남로",
    "원이대로",
];
const QUARTERS: [&str; 8] = ["역삼동", "청운동", "인계동", "우동", "범어동", "구월동", "공단동", "조례동"];

fn road(r: &mut Rng) -> String {
    let number = if r.number(0, 2) == 0 {
        format!("{}-{}", r.number(1, 400), r.number(1, 30))
    } else {
        r.number(1, 999).to_string()
    };
    format!("{} {} {number}", r.pick(&REGIONS), r.pick(&ROADS))
}

fn lot(r: &mut Rng) -> String {
    format!("{} {} {}-{}", r.pick(&REGIONS), r.pick(&QUARTERS), r.number(1, 1200), r.number(1, 90))
}

fn octets(r: &mut Rng) -> String {
    loop {
        let octets = [r.number(1, 223), r.number(0, 255), r.number(0, 255), r.number(1, 254)];
        let nobodys = matches!(octets, [127, ..] | [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _]);
        if !nobodys {
            return octets.map(|o| o.to_string()).join(".");
        }
    }
}

pub(crate) fn forms() -> Vec<Form> {
    use Kind::*;
    let form = |kind, name, before: &'static [&'static str], make: fn(&mut Rng) -> String| Form {
        kind,
        name,
        before,
        make,
    };
    let mut forms = vec![
        form(Phone, "mobile, 010-1234-5678", &[], |r| mobile(r).join("-")),
        form(Phone, "mobile, 01012345678", &[], |r| mobile(r).join("")),
        form(Phone, "mobile, 010 1234 5678", &[], |r| mobile(r).join(" ")),
        form(Phone, "mobile, 010.1234.5678", &[], |r| mobile(r).join(".")),
        form(Phone, "mobile, 010/1234/5678", &[], |r| mobile(r).join("/")),
        form(Phone, "mobile, 010 - 1234 - 5678", &[], |r| mobile(r).join(" - ")),
        form(Phone, "mobile, 010)1234-5678", &[], |r| {
            let [a, b, c] = mobile(r);
            format!("{a}){b}-{c}")
        }),
        form(Phone, "mobile, (010) 1234-5678", &["휴대폰 "], |r| {
            let [a, b, c] = mobile(r);
            format!("({a}) {b}-{c}")
        }),
        form(Phone, "mobile, 010–1234–5678", &[], |r| {
            let mark = r.pick(&["–", "—", "‐", "−", "－", "ㅡ", "·"]);
            mobile(r).join(mark)
        }),
        form(Phone, "mobile, 010*1234*5678", &[], |r| {
            let mark = r.pick(&["*", "_", "★", "♥", "^", "=", ":", "♡", "◆"]);
            mobile(r).join(mark)
        }),
        form(Phone, "mobile, ０１０－１２３４－５６７８", &[], |r| {
            full_width(&mobile(r).join("-"))
        }),
        form(Phone, "mobile, ０１０１２３４５６７８", &[], |r| full_width(&mobile(r).join(""))),
        form(Phone, "mobile, 0 1 0 1 2 3 4 5 6 7 8", &[], |r| {
            let n = "010".to_owned() + &r.leading(2, 4) + &r.digits(4);
            spaced(&n)
        }),
        form(Phone, "mobile, 0 1 0 - 1 2 3 4 - 5 6 7 8", &[], |r| mobile(r).map(|p| spaced(&p)).join(" - ")),
        form(Phone, "mobile, 010―1234―5678", &[], |r| mobile(r).join("―")),
        form(Phone, "mobile, 82-10-1234-5678", &[], |r| format!("82-{}", &mobile(r).join("-")[1..])),
        form(Phone, "mobile, +82-(0)10-1234-5678", &[], |r| format!("+82-(0){}", &mobile(r).join("-")[1..])),
        form(Phone, "050-7123-4567", &[], |r| {
            format!("050-{}{}-{}", r.number(2, 8), r.digits(3), r.digits(4))
        }),
        form(Phone, "mobile, 공일공-일이삼사-오육칠팔", &[], |r| {
            mobile(r).map(|p| hangul(&p, '공')).join("-")
        }),
        form(Phone, "mobile, 공일공일이삼사오육칠팔", &[], |r| {
            hangul(&("010".to_owned() + &r.leading(2, 4) + &r.digits(4)), '공')
        }),
        form(Phone, "mobile, 영일영 일이삼사 오육칠팔", &[], |r| {
            mobile(r).map(|p| hangul(&p, '영')).join(" ")
        }),
        form(Phone, "mobile, 010 일이삼사 5678", &[], |r| {
            let (b, c) = (r.leading(2, 4), r.digits(4));
            format!("010 {} {c}", hangul(&b, '공'))
        }),
        form(Phone, "mobile, 공1공-1234-5678", &[], |r| {
            let (b, c) = (r.leading(2, 4), r.digits(4));
            format!("공1공-{b}-{c}")
        }),
        form(Phone, "mobile, 0I0-1234-5678", &[], |r| {
            let p = r.pick(&["0I0", "O1O", "o1o", "OIO", "0l0", "01O", "ㅇ1ㅇ", "0일0"]);
            let (b, c) = (r.leading(2, 4), r.digits(4));
            format!("{p}-{b}-{c}")
        }),
        form(Phone, "mobile, ⓪①⓪-①②③④-⑤⑥⑦⑧", &[], |r| {
            let n = "010-".to_owned() + &r.leading(2, 4) + "-" + &r.digits(4);
            n.chars()
                .map(|c| match c {
                    '0' => '⓪',
                    '1'..='9' => char::from_u32('①' as u32 + c as u32 - '1' as u32).unwrap(),
                    c => c,
                })
                .collect()
        }),
        form(Phone, "area, 02-123-4567", &[], |r| area(r).join("-")),
        form(Phone, "area, 02)123-4567", &[], |r| {
            let [a, b, c] = area(r);
            format!("{a}){b}-{c}")
        }),
        form(Phone, "area, (02) 123-4567", &["전화 "], |r| {
            let [a, b, c] = area(r);
            format!("({a}) {b}-{c}")
        }),
        form(Phone, "area, 02.123.4567", &[], |r| area(r).join(".")),
        form(Phone, "area, 02 123 4567", &[], |r| area(r).join(" ")),
        form(Phone, "area, 02-123-4567~8", &[], |r| format!("{}~{}", area(r).join("-"), r.number(1, 9))),
        form(Phone, "area, 0212345678", &[], |r| {
            loop {
                let n = area(r).join("");
                if !isbn(&n) {
                    return n;
                }
            }
        }),
        form(Phone, "area, 0212345678", TEL, |r| area(r).join("")),
        form(Phone, "０２－１２３－４５６７", &[], |r| full_width(&area(r).join("-"))),
        form(Phone, "070, 050x, 060, 080, 0303", &[], |r| virtual_(r).join("-")),
        form(Phone, "070.1234.5678", &[], |r| virtual_(r).join(".")),
        form(Phone, "070 1234 5678", &[], |r| virtual_(r).join(" ")),
        form(Phone, "07012345678", TEL, |r| virtual_(r).join("")),
        form(Phone, "1588-1234", &[], |r| format!("{}-{}", r.pick(&SERVICE), r.leading(3, 4))),
        form(Phone, "1588 1234", TEL, |r| format!("{} {}", r.pick(&SERVICE), r.digits(4))),
        form(Phone, "15881234", TEL, |r| format!("{}{}", r.pick(&SERVICE), r.digits(4))),
        form(Phone, "+82-10-1234-5678", &[], |r| {
            let [a, b, c] = any(r);
            format!("+82-{}-{b}-{c}", &a[1..])
        }),
        form(Phone, "+82 10 1234 5678", &[], |r| {
            let [a, b, c] = any(r);
            format!("+82 {} {b} {c}", &a[1..])
        }),
        form(Phone, "+821012345678", &[], |r| {
            let [a, b, c] = any(r);
            format!("+82{}{b}{c}", &a[1..])
        }),
        form(Phone, "+82 (0)10 1234 5678", &[], |r| {
            let [a, b, c] = any(r);
            format!("+82 (0){} {b} {c}", &a[1..])
        }),
        form(Phone, "82-10-1234-5678", TEL, |r| {
            let [a, b, c] = mobile(r);
            format!("82-{}-{b}-{c}", &a[1..])
        }),
        form(Phone, "local, 555-1234", &["전화 ", "☎", "TEL: ", "Fax "], |r| {
            let len = r.pick(&[3, 4]);
            format!("{}-{}", r.leading(2, len), r.digits(4))
        }),
        form(
            Phone,
            "local, 2345-6789",
            &["문의 ", "문의: ", "상담 ", "예약 : ", "예약문의 ", "연락처는 ", "TEL ", "☎ "],
            |r| format!("{}-{}", r.leading(2, 4), r.digits(4)),
        ),
        form(Email, "hong@naver.com", &[], |r| format!("{}@{}", local(r), host(r))),
        form(Email, "hong＠naver.com", &[], |r| format!("{}＠{}", local(r), host(r))),
        form(Email, "hong @ naver.com", &[], |r| format!("{} @ {}", local(r), host(r))),
        form(Email, "hong(at)naver.com", &[], |r| {
            let at = r.pick(&["(at)", "[at]", " (at) ", " [at] ", "<at>", "(AT)", "{at}", "(골뱅이)"]);
            format!("{}{at}{}", local(r), host(r))
        }),
        form(Email, "hong골뱅이naver.com", &[], |r| {
            let at = r.pick(&["골뱅이", " 골뱅이 "]);
            format!("{}{at}{}", local(r), host(r))
        }),
        form(Email, "hong골뱅이naver점com", &[], |r| {
            let at = r.pick(&["골뱅이", " 골뱅이 "]);
            let dot = r.pick(&["점", " 점 ", "닷", " 닷 "]);
            format!("{}{at}{}", local(r), host(r).replace('.', dot))
        }),
        form(Email, "hong@네이버", &[], |r| {
            let h = r.pick(&["네이버", "다음", "지메일", "네이버.com", "네이버닷컴", "한메일.net"]);
            format!("{}@{h}", local(r))
        }),
        form(Email, "hong at naver dot com", &[], |r| {
            let h = r.pick(&["naver", "gmail", "daum"]);
            let e = if h == "daum" { "net" } else { "com" };
            format!("{} at {h} dot {e}", local(r))
        }),
        form(Rrn, "900101-1234567, with check digit", &[], |r| {
            let (a, b) = rrn(r, true);
            format!("{a}-{b}")
        }),
        form(Rrn, "900101-1234567, without", &[], |r| {
            let (a, b) = rrn(r, false);
            format!("{a}-{b}")
        }),
        form(Rrn, "900101 - 1234567", &[], |r| {
            let (a, b) = rrn(r, false);
            format!("{a} - {b}")
        }),
        form(Rrn, "900101 1234567", &["주민번호 ", "주민등록번호: "], |r| {
            let (a, b) = rrn(r, false);
            format!("{a} {b}")
        }),
        form(Rrn, "9001011234567, with check digit", &[], |r| {
            loop {
                let (a, b) = rrn(r, true);
                if !(a + &b).starts_with("880") {
                    let (a, b) = rrn(r, true);
                    return a + &b;
                }
            }
        }),
        form(Rrn, "9001011234567, without", &["주민번호 ", "주민등록번호: "], |r| {
            let (a, b) = rrn(r, false);
            a + &b
        }),
        form(Rrn, "９００１０１－１２３４５６７", &[], |r| {
            let (a, b) = rrn(r, false);
            full_width(&format!("{a}-{b}"))
        }),
        form(Rrn, "9 0 0 1 0 1 - 1 2 3 4 5 6 7", &[], |r| {
            let (a, b) = rrn(r, false);
            format!("{} - {}", spaced(&a), spaced(&b))
        }),
        form(Rrn, "구공공일공일-일이삼사오육칠", &[], |r| {
            let (a, b) = rrn(r, false);
            format!("{}-{}", hangul(&a, '공'), hangul(&b, '공'))
        }),
        form(Rrn, "구영영일영일 다시 일이삼사오육칠", &[], |r| {
            let (a, b) = rrn(r, false);
            let dash = r.pick(&["다시 ", " 다시 ", "다시", " 대시 ", "에 ", "의 "]);
            format!("{}{dash}{}", hangul(&a, '영'), hangul(&b, '영'))
        }),
        form(Rrn, "구공공일공일일이삼사오육칠", &[], |r| {
            let (a, b) = rrn(r, false);
            hangul(&(a + &b), '공')
        }),
        form(Rrn, "구 공 공 일 공 일 다시 일 이 …", &[], |r| {
            let (a, b) = rrn(r, false);
            let dash = r.pick(&["다시", "대시", "에", "-"]);
            format!("{} {dash} {}", spaced(&hangul(&a, '공')), spaced(&hangul(&b, '공')))
        }),
        form(Rrn, "900101 다시 1234567", &[], |r| {
            let (a, b) = rrn(r, false);
            match r.number(0, 2) {
                0 => format!("{a} 다시 {b}"),
                1 => format!("{a} 다시 {}", hangul(&b, '공')),
                _ => format!("{} 다시 {b}", hangul(&a, '공')),
            }
        }),
        form(Rrn, "said, of any date", &["주민번호는 ", "주민등록번호 "], |r| {
            let dash = r.pick(&[" 다시 ", "에 ", "-"]);
            let a = format!("{}{}", r.digits(2), r.leading(2, 4));
            let b = r.number(1, 4).to_string() + &r.digits(6);
            format!("{}{dash}{}", hangul(&a, '공'), hangul(&b, '공'))
        }),
        form(Foreigner, "900101-5234567", &[], |r| {
            let (a, b) = foreigner(r);
            format!("{a}-{b}")
        }),
        form(Foreigner, "9001015234567", &["외국인등록번호 "], |r| {
            let (a, b) = foreigner(r);
            a + &b
        }),
        form(Passport, "M12345678", &[], |r| format!("M{}", r.digits(8))),
        form(Passport, "M123A4567", &[], |r| {
            format!("M{}{}{}", r.digits(3), word(r, 1).to_uppercase(), r.digits(4))
        }),
        form(Passport, "S, R, G, D and old forms", &["여권번호 ", "여권: ", "passport no. "], |r| {
            match r.number(0, 2) {
                0 => format!("{}{}", r.pick(&["S", "R", "G", "D"]), r.digits(8)),
                1 => format!(
                    "{}{}{}{}",
                    r.pick(&["S", "R", "G", "D"]),
                    r.digits(3),
                    word(r, 1).to_uppercase(),
                    r.digits(4)
                ),
                _ => format!("{}{}", r.pick(&["SC", "JR", "GS", "TG"]), r.digits(7)),
            }
        }),
        form(DriverLicence, "11-22-333333-44", &[], |r| {
            format!("{}-{:02}-{}-{}", r.number(11, 28), r.number(0, 99), r.digits(6), r.digits(2))
        }),
        form(DriverLicence, "112233333344", &["면허번호 ", "운전면허 번호: "], |r| {
            format!("{}{:02}{}", r.number(11, 28), r.number(0, 99), r.digits(8))
        }),
        form(DriverLicence, "서울 22-333333-44", &[], |r| {
            format!(
                "{} {:02}-{}-{}",
                r.pick(&["서울", "부산", "경기", "전남"]),
                r.number(0, 99),
                r.digits(6),
                r.digits(2)
            )
        }),
        form(Card, "4-4-4-4", &[], |r| {
            let mark = r.pick(&["-", " ", "."]);
            grouped(&card(r, 16), &[4, 4, 4, 4], mark)
        }),
        form(Card, "16 digits", &[], |r| card(r, 16)),
        form(Card, "4-6-5, 4-6-4", &[], |r| {
            if r.number(0, 1) == 0 {
                grouped(&card(r, 15), &[4, 6, 5], "-")
            } else {
                grouped(&card(r, 14), &[4, 6, 4], "-")
            }
        }),
        form(Card, "full-width", &[], |r| full_width(&grouped(&card(r, 16), &[4, 4, 4, 4], "-"))),
        form(
            Account,
            "digits without marks",
            &["국민은행 ", "농협 ", "신한 ", "계좌번호 ", "카카오뱅크 "],
            |r| {
                let n = r.number(11, 14) as usize;
                r.leading(3, n)
            },
        ),
        form(
            Account,
            "some grouping, a word before",
            &["계좌번호: ", "입금계좌 ", "후원계좌는 "],
            |r| {
                let sizes = r.pick(&[&[3, 4, 4, 2][..], &[3, 2, 6], &[6, 2, 6], &[4, 3, 6]]);
                grouped(&r.leading(3, sizes.iter().sum()), sizes, "-")
            },
        ),
        form(Business, "123-45-67890", &[], |r| business(r).join("-")),
        form(Business, "1234567890", &["사업자등록번호 ", "사업자번호: "], |r| {
            business(r).concat()
        }),
        form(Corporate, "110111-0062432", &["법인등록번호 ", "법인번호: "], |r| {
            let (a, b) = corporate(r);
            format!("{a}-{b}")
        }),
        form(Corporate, "1101110062432", &["법인등록번호 "], |r| {
            let (a, b) = corporate(r);
            a + &b
        }),
        form(
            Messenger,
            "KakaoTalk",
            &[
                "카톡 아이디 ",
                "카카오톡 ID: ",
                "카톡: ",
                "카톡ID ",
                "카톡 ",
                "ㅋㅏ톡 ",
                "카.톡 : ",
                "카톡문의: ",
                "ㅋr톡 ",
            ],
            identifier,
        ),
        form(
            Messenger,
            "Telegram",
            &["텔레그램 아이디 ", "텔레 : ", "텔ㄹㅔ ", "텔레그램: ", "telegram: "],
            identifier,
        ),
        form(Messenger, "Telegram, @name", &["텔레그램 ", "텔레그램 : ", "텔레 "], |r| {
            format!("@{}", identifier(r))
        }),
        form(
            Messenger,
            "Line and others",
            &["라인 아이디 ", "라인ID : ", "LINE ID: ", "위챗 아이디 ", "wechat: ", "인스타 아이디 "],
            identifier,
        ),
        form(
            Messenger,
            "Instagram",
            &["인스타 ", "인스타그램: ", "인스타 : ", "인스타그램 ", "instagram ", "Insta: "],
            identifier,
        ),
        form(Address, "road name, region before it", &[], road),
        form(Address, "road name with flat", &[], |r| {
            format!("{}, {}동 {}호", road(r), r.number(101, 130), r.number(101, 2505))
        }),
        form(Address, "road name with floor and quarter", &[], |r| {
            format!("{}, {}층 ({})", road(r), r.number(1, 20), r.pick(&QUARTERS))
        }),
        form(Address, "branch, 봉은사로114길 43", &[], |r| {
            format!("{} {}{}길 {}", r.pick(&REGIONS), r.pick(&ROADS), r.number(1, 120), r.number(1, 90))
        }),
        form(Address, "branch, 효원로12번길 3-4", &[], |r| {
            format!(
                "{}{}번길 {}-{}",
                r.pick(&["테헤란로", "센텀중앙로", "동대구로"]),
                r.number(1, 300),
                r.number(1, 90),
                r.number(1, 30)
            )
        }),
        form(Address, "lot, region before it", &[], lot),
        form(Address, "lot, 을지로1가 23", &[], |r| {
            let region = r.pick(&["서울 중구 ", "서울특별시 종로구 ", ""]);
            let street = r.pick(&["을지로", "종로", "충무로", "명동", "남대문로"]);
            let block = r.number(1, 6);
            let lot = match r.number(0, 1) {
                0 => r.number(1, 400).to_string(),
                _ => format!("{}-{}", r.number(1, 400), r.number(1, 90)),
            };
            format!("{region}{street}{block}가 {lot}")
        }),
        form(Address, "lot, 123번지", &[], |r| {
            format!("{} {} {}번지", r.pick(&REGIONS), r.pick(&QUARTERS), r.number(1, 1200))
        }),
        form(Address, "flat, 101동 1203호", &[], |r| {
            format!("{}동 {}호", r.number(101, 130), r.number(101, 2505))
        }),
        form(Ip, "version 4", &[], octets),
        form(Ip, "version 6", &[], |r| match r.number(0, 2) {
            0 => format!(
                "2001:{:x}:{:x}::{:x}",
                r.number(0x200, 0xCFF),
                r.number(0, 0xFFFF),
                r.number(1, 0xFFFF)
            ),
            1 => {
                format!("fe80::{:x}:{:x}:{:x}", r.number(0, 0xFFFF), r.number(0, 0xFFFF), r.number(0, 0xFFFF))
            }
            _ => format!(
                "2406:{}",
                (0..7).map(|_| format!("{:x}", r.number(0, 0xFFFF))).collect::<Vec<_>>().join(":")
            ),
        }),
        form(Url, "https://…", &[], |r| {
            format!(
                "{}://{}{}/{}",
                r.pick(&["http", "https"]),
                word(r, 6),
                r.pick(&[".com", ".co.kr", ".or.kr", ".net"]),
                identifier(r)
            )
        }),
        form(Url, "www.…", &[], |r| format!("www.{}{}", word(r, 7), r.pick(&[".com", ".co.kr", ".net"]))),
        form(Url, "blog.naver.com/…", &[], |r| {
            format!(
                "{}/{}",
                r.pick(&["blog.naver.com", "open.kakao.com", "t.me", "instagram.com"]),
                identifier(r)
            )
        }),
    ];
    forms.extend(account_forms!(0 "국민은행", 1 "신한은행", 2 "신한", 3 "우리은행", 4 "하나은행", 5 "농협", 6 "기업은행", 7 "IBK기업", 8 "SC제일은행", 9 "씨티은행", 10 "대구은행", 11 "부산은행", 12 "새마을금고", 13 "우체국", 14 "수협", 15 "카카오뱅크", 16 "케이뱅크", 17 "토스뱅크"));
    forms
}

/// Ten digits that are also the number of a book.
fn isbn(digits: &str) -> bool {
    digits.len() == 10
        && digits.bytes().zip((1..=10).rev()).map(|(b, w)| u32::from(b - b'0') * w).sum::<u32>() % 11 == 0
}
