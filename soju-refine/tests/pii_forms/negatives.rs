//! Clean sentences whose numbers are nobody's.

use super::Rng;

const SYLLABLES: [&str; 20] = [
    "가", "나", "도", "시", "정", "부", "민", "국", "장", "관", "사", "업", "연", "구", "기", "술", "대",
    "학", "문", "화",
];

fn word(r: &mut Rng) -> String {
    (0..r.number(2, 4)).map(|_| r.pick(&SYLLABLES)).collect()
}

fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

fn isbn13(r: &mut Rng) -> String {
    let body = format!("979{}{}", r.pick(&["11", "89"]), r.digits(7));
    let sum: u32 =
        body.bytes().enumerate().map(|(i, b)| u32::from(b - b'0') * if i % 2 == 0 { 1 } else { 3 }).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// Makers of clean sentences, a kind of number each.
pub(crate) fn clean() -> Vec<fn(&mut Rng) -> String> {
    vec![
        // Dates and times.
        |r| {
            format!(
                "{}은 {}년 {}월 {}일에 열렸다.",
                word(r),
                r.number(1900, 2030),
                r.number(1, 12),
                r.number(1, 31)
            )
        },
        |r| {
            format!(
                "등록일 {}.{:02}.{:02} {}:{:02}",
                r.number(1990, 2030),
                r.number(1, 12),
                r.number(1, 31),
                r.number(0, 23),
                r.number(0, 59)
            )
        },
        |r| {
            format!(
                "입력 {}-{:02}-{:02} {:02}:{:02}:{:02}",
                r.number(1990, 2030),
                r.number(1, 12),
                r.number(1, 31),
                r.number(0, 23),
                r.number(0, 59),
                r.number(0, 59)
            )
        },
        |r| {
            format!(
                "기간은 {:02}/{:02}/{}부터 {:02}/{:02}/{}까지다.",
                r.number(1, 12),
                r.number(1, 31),
                r.number(1990, 2030),
                r.number(1, 12),
                r.number(1, 31),
                r.number(1990, 2030)
            )
        },
        |r| format!("{}{:02}{:02}에 찍은 사진", r.number(1990, 2030), r.number(1, 12), r.number(1, 31)),
        |r| {
            format!(
                "그는 {}~{}년에 살았고 {}-{}년에 왕이었다.",
                r.number(1500, 1700),
                r.number(1500, 1700),
                r.number(1500, 1590),
                r.number(1590, 1700)
            )
        },
        |r| format!("'{:02}. {}. {}. 개정", r.number(0, 99), r.number(1, 12), r.number(1, 31)),
        |r| {
            format!(
                "{}시 {}분 {}초에 {}.{}점을 기록했다.",
                r.number(0, 23),
                r.number(0, 59),
                r.number(0, 59),
                r.number(0, 99),
                r.digits(3)
            )
        },
        // Money and counts.
        |r| {
            format!(
                "가격은 {}원이고 배송비는 {}원이다.",
                thousands(r.number(1000, 99_999_999)),
                thousands(r.number(1000, 9999))
            )
        },
        |r| {
            format!(
                "예산 {}억 {}만 원 가운데 {}%를 썼다.",
                r.number(1, 9999),
                r.number(1, 9999),
                r.number(1, 99)
            )
        },
        |r| {
            format!(
                "${}.{} ({} 달러)로 올랐다.",
                thousands(r.number(1, 999_999)),
                r.digits(2),
                r.number(100, 99_999_999)
            )
        },
        |r| {
            format!(
                "참가자 {}명이 {}개 팀으로 나뉘었다.",
                thousands(r.number(10, 9_999_999)),
                r.number(2, 400)
            )
        },
        |r| {
            format!(
                "인구는 {} {} {} 순이었다.",
                r.number(10_000, 999_999),
                r.number(10_000, 999_999),
                r.number(10_000, 999_999)
            )
        },
        |r| {
            format!(
                "비율은 {}.{}%에서 {}.{}%로 변했다.",
                r.number(0, 99),
                r.digits(2),
                r.number(0, 99),
                r.digits(2)
            )
        },
        |r| format!("모두 {}로 {}개가 팔렸다.", r.digits(4), r.number(1, 9999)),
        |r| {
            format!(
                "{}만 {}가구, {}만 {}명",
                r.number(1, 999),
                r.number(1, 9999),
                r.number(1, 999),
                r.number(1, 9999)
            )
        },
        // Law and papers.
        |r| {
            format!(
                "형법 제{}조 제{}항 제{}호를 적용한다.",
                r.number(1, 400),
                r.number(1, 9),
                r.number(1, 20)
            )
        },
        |r| {
            format!(
                "법률 제{}호({}. {}. {}.)",
                r.number(1000, 20_000),
                r.number(1960, 2030),
                r.number(1, 12),
                r.number(1, 31)
            )
        },
        |r| {
            format!(
                "대법원 {}. {}. {}. 선고 {}{}{} 판결",
                r.number(1980, 2030),
                r.number(1, 12),
                r.number(1, 31),
                r.number(1980, 2030),
                r.pick(&["도", "다", "고합", "노", "헌바", "구합"]),
                r.number(1, 99_999)
            )
        },
        |r| {
            format!(
                "사건번호 {}{}{}호",
                r.number(1990, 2030),
                r.pick(&["고합", "가단", "카합", "형제"]),
                r.number(1, 99_999)
            )
        },
        |r| format!("고시 제{}-{}호에 따라 시행한다.", r.number(1990, 2030), r.number(1, 999)),
        |r| {
            format!(
                "특허 제10-{:07}호, 출원번호 10-{}-{:07}",
                r.number(1, 2_999_999),
                r.number(1990, 2030),
                r.number(1, 199_999)
            )
        },
        |r| {
            format!(
                "문서번호 {}-{} ({}. {}. {}.)",
                word(r),
                r.number(1, 9999),
                r.number(1990, 2030),
                r.number(1, 12),
                r.number(1, 31)
            )
        },
        // Books and goods.
        |r| {
            let n = isbn13(r);
            format!("ISBN {}-{}-{}-{}-{}", &n[..3], &n[3..5], &n[5..8], &n[8..12], &n[12..])
        },
        |r| format!("ISBN {} 03810", isbn13(r)),
        |r| format!("ISSN {}-{} 제{}권 {}호", r.digits(4), r.digits(4), r.number(1, 90), r.number(1, 12)),
        |r| format!("바코드 88{} 확인", r.digits(11)),
        |r| {
            format!(
                "주문번호 {}{:02}{:02}-{}를 확인하세요.",
                r.number(2000, 2030),
                r.number(1, 12),
                r.number(1, 28),
                r.digits(7)
            )
        },
        |r| {
            format!(
                "주문번호 {:02}{:02}{:02}-{} 접수",
                r.number(0, 25),
                r.number(1, 12),
                r.number(1, 28),
                r.digits(7)
            )
        },
        |r| format!("운송장번호 {} 조회", r.digits(12)),
        |r| {
            format!(
                "모델명 {}{}-{}{} 출시",
                r.pick(&["SM", "LG", "KX", "NT"]),
                r.digits(3),
                r.pick(&["A", "B", "T"]),
                r.digits(4)
            )
        },
        |r| format!("품번 {}-{}-{} 재고 {}개", r.digits(4), r.digits(3), r.digits(2), r.number(1, 999)),
        |r| {
            format!(
                "버전 {}.{}.{}에서 {}.{}.{}.{}로 올렸다.",
                r.number(0, 20),
                r.number(0, 30),
                r.number(0, 99),
                r.number(0, 20),
                r.number(0, 30),
                r.number(0, 9),
                r.number(0, 99)
            )
        },
        |r| format!("시리얼 {}-{}-{}-{}", r.digits(5), r.digits(5), r.digits(5), r.digits(5)),
        // Sport and votes.
        |r| {
            format!(
                "{}:{}으로 이겼고 세트는 {}-{}, {}-{}, {}-{}이었다.",
                r.number(0, 9),
                r.number(0, 9),
                r.number(0, 25),
                r.number(0, 25),
                r.number(0, 25),
                r.number(0, 25),
                r.number(0, 25),
                r.number(0, 25)
            )
        },
        |r| {
            format!(
                "타율 0.{} 출루율 0.{} {}경기 {}안타",
                r.digits(3),
                r.digits(3),
                r.number(1, 144),
                r.number(1, 240)
            )
        },
        |r| {
            format!(
                "{}승 {}무 {}패 승점 {}",
                r.number(0, 38),
                r.number(0, 38),
                r.number(0, 38),
                r.number(0, 114)
            )
        },
        |r| {
            format!(
                "기록은 {}분 {}초 {}로 {}위였다.",
                r.number(1, 59),
                r.number(0, 59),
                r.digits(2),
                r.number(1, 60)
            )
        },
        |r| {
            format!(
                "{}표 차로 당선됐다({}표 대 {}표).",
                r.number(1, 99_999),
                thousands(r.number(1000, 99_999)),
                thousands(r.number(1000, 99_999))
            )
        },
        // Places and measures.
        |r| format!("북위 {}.{} 동경 {}.{}", r.number(33, 43), r.digits(6), r.number(124, 132), r.digits(6)),
        |r| {
            format!(
                "동경 {}° {}′ {}″, 해발 {}m",
                r.number(124, 132),
                r.number(0, 59),
                r.number(0, 59),
                thousands(r.number(1, 1950))
            )
        },
        |r| {
            format!(
                "크기 {} x {} x {}mm, 무게 {}.{}kg",
                r.number(10, 9999),
                r.number(10, 999),
                r.number(1, 999),
                r.number(0, 99),
                r.digits(2)
            )
        },
        |r| {
            format!(
                "면적은 {}.{}km²이고 길이는 {}m이다.",
                r.number(1, 9999),
                r.digits(2),
                thousands(r.number(100, 99_999))
            )
        },
        |r| format!("지하철 {}호선 {}번 출구에서 {}m", r.number(1, 9), r.number(1, 14), r.number(10, 900)),
        |r| format!("{}번 버스와 {}-{}번 버스가 선다.", r.number(1, 9999), r.number(1, 999), r.number(1, 9)),
        |r| format!("국도 {}호선과 지방도 {}호선", r.number(1, 99), r.number(300, 1200)),
        // Endings that look like roads and quarters.
        |r| format!("앞으로 {}년 동안 {}로 {}배 늘린다.", r.number(1, 50), word(r), r.number(2, 20)),
        |r| format!("다시 앞으로 {}걸음, 뒤로 {} 칸 옮긴다.", r.number(1, 50), r.number(1, 50)),
        |r| format!("최대로 {} 정도, 평균으로 {} 안팎이다.", r.number(1, 999), r.number(1, 999)),
        |r| {
            format!(
                "세계적으로 {}-{} 수준이며 서로 {} 차이가 난다.",
                r.number(1, 99),
                r.number(1, 99),
                r.number(1, 99)
            )
        },
        |r| {
            format!(
                "봉사활동 {}회, 운동 {}시간, 이동 {} 킬로",
                r.number(1, 99),
                r.number(1, 99),
                r.number(1, 99)
            )
        },
        |r| format!("우리 {}명과 거리 {}미터, 머리 {}개", r.number(1, 99), r.number(1, 99), r.number(1, 99)),
        |r| format!("가는 길 {}시간, 오는 길 {}시간 걸렸다.", r.number(1, 20), r.number(1, 20)),
        |r| format!("역시 새로 {}개, 혹시 따로 {}개", r.number(1, 99), r.number(1, 99)),
        |r| format!("{}동 {}번 문제와 {}호 기사를 보라.", word(r), r.number(1, 99), r.number(1, 99)),
        // Messengers, mail and the net, with nobody in them.
        |r| format!("카카오톡 PC 버전 {}.{}.{}이 나왔다.", r.number(1, 9), r.number(0, 9), r.number(0, 99)),
        |r| format!("텔레그램 CEO는 {}일 이용자가 {}억 명이라고 했다.", r.number(1, 31), r.number(1, 20)),
        |r| format!("라인 Friends 매장과 카카오 Friends 매장이 {}곳이다.", r.number(1, 99)),
        |r| format!("생산 라인 {}개에서 {}대를 만든다.", r.number(1, 20), thousands(r.number(100, 9999))),
        |r| format!("골뱅이 무침 {}인분과 맥주 {}cc", r.number(1, 9), r.number(300, 3000)),
        |r| format!("투수 @{} 선수가 RT @{} 했다.", r.pick(&["kt", "lg", "nc"]), r.pick(&["doosan", "kia"])),
        |r| {
            format!(
                "std::vector와 {}:{} 비율, img@{}x.png 파일",
                r.number(1, 20),
                r.number(1, 20),
                r.number(1, 3)
            )
        },
        |r| format!("카톡으로 {}명에게 {}번 보냈다.", r.number(1, 99), r.number(1, 99)),
        // Rows and codes.
        |r| {
            format!(
                "{} {} {} {} {} {}",
                r.number(0, 99),
                r.number(0, 99),
                r.number(0, 99),
                r.number(0, 999),
                r.number(0, 9999),
                r.number(0, 9999)
            )
        },
        |r| format!("0 1 0 {} 1 0 {} 1 1 0 1", r.number(0, 1), r.number(0, 1)),
        |r| {
            format!(
                "{}.{}{}{} 그리고 {}.{}",
                r.number(0, 9),
                r.digits(4),
                r.digits(4),
                r.digits(2),
                r.number(0, 9),
                r.digits(9)
            )
        },
        |r| {
            format!(
                "로또 {} {} {} {} {} {} + {}",
                r.number(1, 45),
                r.number(1, 45),
                r.number(1, 45),
                r.number(1, 45),
                r.number(1, 45),
                r.number(1, 45),
                r.number(1, 45)
            )
        },
        |r| {
            format!(
                "코드 {:02X}{:02X}-{:04X}, 비밀번호 {}자리",
                r.number(0, 255),
                r.number(0, 255),
                r.number(0, 65_535),
                r.number(4, 12)
            )
        },
        |r| {
            format!(
                "119에 신고하거나 {}번으로 문의한다. 국번 없이 {}",
                r.pick(&["1345", "1339", "112"]),
                r.pick(&["120", "1330", "182"])
            )
        },
        |r| format!("공일 수당과 영일만 {}번지대, 일이삼사 구호", r.number(1, 9)),
        |r| {
            format!(
                "우리은행은 {}년 {}월 {}억원을 대출했고 국민 {}명이 썼다.",
                r.number(1990, 2030),
                r.number(1, 12),
                thousands(r.number(1, 9999)),
                thousands(r.number(10, 99_999))
            )
        },
        // Versions, notices and goods.
        |r| {
            format!(
                "카카오톡 v{}.{}.{} 업데이트를 내려받았다.",
                r.number(1, 20),
                r.number(0, 9),
                r.number(0, 9)
            )
        },
        |r| format!("인스타그램 story{} 기능이 생겼다.", r.number(2, 9)),
        |r| format!("국민은행 {}-{:02}-{} 공고가 났다.", r.number(1990, 2030), r.number(1, 12), r.digits(6)),
        |r| {
            format!(
                "서버 {}.{}.{}.{} 버전을 설치했다.",
                r.number(1, 60),
                r.number(0, 60),
                r.number(0, 60),
                r.number(0, 60)
            )
        },
        |r| format!("M{} 모델은 단종되었다.", r.digits(8)),
        |r| {
            format!(
                "신한은행 {}-{} 승리, 하나 {}-{} 패배",
                r.number(40, 99),
                r.number(40, 99),
                r.number(40, 99),
                r.number(40, 99)
            )
        },
        |r| {
            format!(
                "표 {}-{}-{}과 그림 {}.{}.{}.{}을 보라.",
                r.number(1, 9),
                r.number(1, 9),
                r.number(1, 20),
                r.number(1, 9),
                r.number(1, 9),
                r.number(1, 9),
                r.number(1, 9)
            )
        },
        // What a word of contact, a messenger or a region's name announces, and is none.
        |r| {
            let year = r.number(2000, 2030);
            format!("{} {year}-{}", r.pick(&["문의", "예약", "상담"]), year + r.number(0, 9))
        },
        |r| {
            let room = r.number(1000, 9000);
            format!("예약 {room}-{}호", room + r.number(1, 99))
        },
        |r| {
            let price = r.number(20, 60) * 100;
            format!("상담 {price}-{} 정도, 문의 {}건", price + r.number(1, 30) * 100, r.number(1000, 9999))
        },
        |r| format!("{}년 {}명, {}년 {}명", r.pick(&[1588, 1600, 1670]), r.digits(4), 1866, r.digits(4)),
        |r| format!("예약 {}-{:02}{:02} 건을 본다.", r.number(2000, 2030), r.number(1, 12), r.number(1, 31)),
        |r| format!("인스타 {} 감성, 인스타 카페 {}곳", r.number(1990, 2030), r.number(1, 99)),
        |r| format!("인스타 {}{} 순위", r.pick(&["top", "best", "reels", "iphone"]), r.number(2, 100)),
        |r| format!("#인스타그램 #ootd{} #daily_{}", r.number(1, 2030), r.number(1, 2030)),
        |r| format!("서울로 7017에서 남구로 {}번 출구까지 걷는다.", r.number(1, 9)),
        |r| format!("{}로 {}", r.pick(&["서울", "대구", "제주", "강남구"]), r.number(1, 9999)),
        |r| {
            format!(
                "서울 중구 {}가 {}, 서울 중구 {}동 {}",
                r.number(1, 7),
                r.number(1, 99),
                r.number(1, 9),
                r.number(1, 99)
            )
        },
        |r| format!("서울시가 {}-{}로 이겼다.", r.number(0, 9), r.number(0, 9)),
        |r| {
            format!(
                "{}{}가 {}번 출구",
                r.pick(&["종로", "을지로", "서울 중구 을지로"]),
                r.number(1, 6),
                r.number(1, 14)
            )
        },
        |r| {
            let syllables: String =
                (0..r.number(6, 12)).map(|_| r.pick(&["이", "일", "사", "구", "공"])).collect();
            format!("{} 다시 {}", syllables, r.pick(&["일이 많다", "사이가 좋다", "공사 이 일"]))
        },
        |r| format!("{:02}{:02}{:02}에 {}원", r.number(0, 25), r.number(1, 12), r.number(1, 28), r.digits(7)),
    ]
}
