use proptest::prelude::*;

use super::*;

fn apply(text: &str) -> (String, Verdict) {
    let mut doc = Document::new("t", text);
    let verdict = Junk::default().apply(&mut doc);
    (doc.text().to_owned(), verdict)
}

/// Prose of some length, so that what stands around it can be told apart.
const PROSE: &str = "전남 완도수목원은 기후변화로 사라져가는 버섯의 다양성을 조사할 계획이라고 2일 밝혔다. 조사는 국립수목원과 공동으로 도내 4개 산에서 이뤄진다. \
수목원에 따르면 버섯은 전 세계적으로 약 1만4000여 종에 이르지만 한반도에 자생하는 버섯은 이 중 일부에 그친다. 이에 대한 대책 마련이 시급하다는 지적이 나온다.";

#[test]
fn furniture_around_prose_is_cut_and_prose_stays() {
    for (before, after) in [
        ("홈 > 전국 > 광주 ", ""),
        ("[메디컬투데이 이성호 기자] ", ""),
        ("(서울=연합뉴스) 장재은 기자 = ", ""),
        ("", " 이성호 기자 abc@mdtoday.co.kr"),
        ("", " ⓒ 한경닷컴, 무단전재 및 재배포 금지"),
        ("입력 2012.09.19 17:26 | 수정 2012.09.20 11:13 ", ""),
        ("", " 저작권자 © 우리일보 무단전재 및 재배포 금지"),
        ("", " ▶ 이 기사를 페이스북으로 공유하기"),
        ("", " ※ 이 글은 업체로부터 원고료를 지급받아 작성하였습니다."),
        ("", " [인기기사] · 가수 아무개, 새 앨범 발표 · 배우 아무개, 결혼 소식 · 내일 날씨 맑음"),
        ("", " - 상품명 - 겨울 외투 - 가격 - 12,000원 - 색상 - 검정 - 재질 - 면"),
        ("", " 사업자등록번호 : 123-45-67890 대표이사 : 홍길동"),
    ] {
        let (left, verdict) = apply(&format!("{before}{PROSE}{after}"));
        assert_eq!(left.trim(), PROSE, "{before}…{after}");
        assert!(!matches!(verdict, Verdict::Drop(_)), "{before}…{after}: {verdict:?}");
    }
}

#[test]
fn cuts_carry_kind_and_score() {
    let mut doc = Document::new("t", format!("[우리일보 홍길동 기자] {PROSE}"));
    Junk::default().apply(&mut doc);
    let edit = &doc.edits()[0];
    assert_eq!((edit.stage, edit.kind.as_ref(), edit.replacement.as_ref()), ("junk", "byline", ""));
    assert!(edit.score.is_some_and(|s| s > 0.9));
}

#[test]
fn kinds_can_be_kept() {
    let text = format!("[우리일보 홍길동 기자] {PROSE}");
    let keep = Junk::new(JunkConfig { keep_kinds: vec!["byline".to_owned()], ..JunkConfig::default() });
    let off = Junk::new(JunkConfig { cut: false, ..JunkConfig::default() });
    for stage in [keep, off] {
        let mut doc = Document::new("t", text.clone());
        stage.apply(&mut doc);
        assert_eq!(doc.text(), text);
    }
}

#[test]
fn repeats_go_but_for_the_first() {
    let caption = "대통령이 백악관에서 첫 만남을 가졌다";
    let (left, _) = apply(&format!("{caption}\n{caption}\n{caption}\n{PROSE}"));
    assert_eq!(left.matches(caption).count(), 1);
    assert!(left.contains(PROSE));
}

#[test]
fn spam_is_dropped() {
    for (text, kind) in [
        (
            "65687 58131 41945 73900 82612 6393 32651 71874 29657 52073 제 목: 무료다운 토렌트 극장판 더빙 즐감하세요 작성일: 2012년08월16일 조회수: 550 \
             내 용: 유출비디오 베드신 노출 화보 무료보기 자료많은곳 대박자료 한글패치 다운로드 p2p 웹하드 추천사이트",
            None,
        ),
        (
            "온라인카지노 추천 바카라사이트 먹튀 없는 안전놀이터 토토사이트 꽁머니 지급 카지노쿠폰 첫충 30% 매충 10% 롤링 환전 카.지.노 토~토 가입코드 우리카지노 \
             파워볼 사다리사이트 온라인바카라 룰렛사이트 사설토토",
            Some("spam"),
        ),
        (
            "정렬기준 가격 - 최소 주문 - 방수 카메라 US $3.64 1 주문 - 휴대용 스피커 US $5.20 2 주문 - 이어폰 마이크 US $1.10 0 주문 - 충전기 케이블 US $0.95 \
             4 주문 - 무선 마우스 US $6.00 0 주문 - MOQ: 10 FOB 가격 US $2.00 세부 정보",
            None,
        ),
    ] {
        match apply(text).1 {
            Verdict::Drop(reason) => {
                assert_eq!(reason.stage, "junk");
                assert!(kind.is_none_or(|k| k == reason.kind), "{text}: {reason:?}");
                assert!(reason.score.is_some_and(|s| s > 0.85));
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn news_about_crime_is_no_spam() {
    for text in [
        "경찰은 불법 도박 사이트를 운영한 혐의로 김모씨 등 5명을 구속했다고 12일 밝혔다. 이들은 2016년부터 필리핀에 사무실을 두고 온라인 카지노와 스포츠 토토 사이트를 \
         개설해 회원들에게 판돈을 받은 것으로 조사됐다. 경찰 관계자는 도박 사이트를 이용한 사람도 처벌을 받을 수 있다며 주의를 당부했다.",
        "금융감독원은 저금리 대출을 미끼로 한 보이스피싱이 늘고 있다며 소비자 경보를 발령했다. 사기범은 은행 직원을 사칭해 신용대출을 받게 해 주겠다고 속인 뒤 수수료를 \
         요구했다. 금융감독원은 모르는 번호로 온 대출 안내 문자는 열어 보지 말고 바로 지워야 한다고 설명했다.",
        "성매매 알선 업소를 단속한 경찰이 업주와 종업원을 입건했다. 이 업소는 마사지 간판을 걸고 영업을 해 온 것으로 드러났다. 주민들은 학교 근처에서 유흥업소가 영업을 한다며 \
         여러 차례 민원을 냈지만 그동안 단속이 이뤄지지 않았다고 말했다.",
    ] {
        let (left, verdict) = apply(text);
        assert!(!matches!(verdict, Verdict::Drop(_)), "{text}: {verdict:?}");
        assert!(Junk::default().measure(text).score < 0.3, "{text}");
        assert_eq!(left, text);
    }
}

#[test]
fn a_text_of_furniture_alone_is_dropped() {
    for text in ["----------", "무단전재 및 재배포 금지"] {
        assert!(matches!(apply(text).1, Verdict::Drop(_)), "{text}");
    }
}

#[test]
fn hostile_text_takes_linear_work() {
    let units = [
        "가",
        "20",
        "2012.01.01 ",
        "기자 ",
        "- ",
        "목차",
        "본문내용",
        "목차본문내용",
        "ⓒ",
        "> a ",
        "[",
        "http://",
        "카.",
        "무단전재",
        "가\n",
        "관련기사 - ",
        "다. ",
    ];
    let work = |unit: &str, bytes: usize| {
        pieces::SEARCHED.set(0);
        Junk::default().measure(&unit.repeat(bytes / unit.len()));
        pieces::SEARCHED.get()
    };
    for unit in units {
        let (short, long) = (work(unit, 20_000), work(unit, 80_000));
        assert!(long <= 4 * short + 8192, "{unit}: {short} {long}");
        assert!(short <= 60 * 20_000, "{unit}: {short}");
    }
}

#[test]
fn paid_notices_offers_and_messages_go_and_prose_stays() {
    for junk in [
        "이 글은 업체로부터 소정의 원고료를 받아 작성하였습니다.",
        "무직자 당일대출 가능 무서류 신용무관 다l출 상담 환영합니다.",
        "보안을 위해 비밀번호를 다시 입력해 주세요.",
    ] {
        let (left, verdict) = apply(&format!("{PROSE}\n{junk}\n{PROSE}"));
        assert!(!left.contains(junk), "{left}");
        assert!(left.contains(PROSE) && !matches!(verdict, Verdict::Drop(_)), "{verdict:?}");
    }
}

proptest! {
    #[test]
    fn cuts_are_sorted_and_on_characters(text in "(가다\\. |기자|홍길동|\\[|\\]|2012\\.01\\.02| 12:30|ⓒ| > |- |\\||목차|본문내용|무단전재|관련기사|조회 3|\n|🐇|é|http://a|@b| = ){0,40}") {
        let found = Junk::default().measure(&text);
        prop_assert!((0.0..=1.0).contains(&found.score));
        prop_assert!(found.cuts.windows(2).all(|w| w[0].0.end <= w[1].0.start));
        prop_assert!(found.cuts.iter().all(|(s, _, _)| !s.is_empty() && text.get(s.clone()).is_some()));
        prop_assert!(found.features.values().iter().all(|v| v.is_finite()));
        apply(&text);
    }
}

/// Hard negatives: a quotation in a report, and a review. What swears throughout goes by the policy.
#[test]
fn swearing_is_a_label_unless_the_policy_says_otherwise() {
    let quoting = format!("{PROSE} 그는 “씨발, 이게 뭐야”라고 소리쳤다. {PROSE}");
    let short = "영화는 재미있었다. 배우들의 연기도 좋았다. 주인공이 씨발이라고 외치는 장면이 기억에 남는다. 음악은 조금 아쉬웠다. 다음 작품이 기대된다.";
    for text in [quoting.as_str(), short] {
        let mut doc = Document::new("t", text);
        let verdict =
            Junk::new(JunkConfig { profanity: Policy::Drop, ..JunkConfig::default() }).apply(&mut doc);
        assert_eq!(verdict, Verdict::Keep, "{text}");
        assert!(doc.measured("profanity").is_some_and(|share| share > 0.0 && share < 0.1), "{text}");
        assert!(doc.text().contains("씨발"));
    }
    let swearing = format!(
        "씨발 이게 뭐야 병신 같은 새끼야. 좆같은 소리 그만해 개새끼야. {}",
        PROSE.chars().take(20).collect::<String>()
    );
    let run = |profanity| {
        let stage = Junk::new(JunkConfig {
            drop_above: 1.0,
            unsure_above: 1.0,
            min_letters_left: 1,
            profanity,
            ..JunkConfig::default()
        });
        stage.apply(&mut Document::new("t", swearing.clone()))
    };
    assert_eq!(run(Policy::Label), Verdict::Keep);
    for (policy, drops) in [(Policy::Drop, true), (Policy::Unsure, false)] {
        match run(policy) {
            Verdict::Drop(reason) if drops => assert_eq!(reason.kind, "profanity"),
            Verdict::Unsure(reason) if !drops => assert_eq!(reason.kind, "profanity"),
            other => panic!("{policy:?}: {other:?}"),
        }
    }
}

#[test]
fn sentences_with_swearing_go_on_demand() {
    let text = format!("{PROSE} 그는 씨발 이게 뭐냐고 소리쳤다. {PROSE} 모두 놀랐다.");
    let mut doc = Document::new("t", text);
    Junk::new(JunkConfig { cut_profanity: true, repeat_chars: 0, ..JunkConfig::default() }).apply(&mut doc);
    assert!(!doc.text().contains("씨발") && doc.text().contains("버섯은 전 세계적으로"));
    assert_eq!(doc.edits().iter().map(|e| &*e.kind).collect::<Vec<_>>(), ["profanity"]);
}
