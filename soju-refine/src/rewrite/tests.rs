//! The guards together, on texts as models write them.

use proptest::prelude::*;

use super::{Guard, GuardConfig, Guards};
use crate::segment::segments;

const NEWS: &str = "홈 > 뉴스 > 문화 서울시는 올가을 새로운 축제를 연다고 밝혔다. 한강에서 열리는 이 축제에는 시민 누구나 올 수 있다. \
    지난해에는 3만 5천 명이 다녀갔다. 시 관계자는 “많은 참여를 바란다”고 말했다. 김가람 기자 좋아요 12 댓글 3 ⓒ 무단전재 금지";

fn guards(source: &str, output: &str) -> Vec<(Guard, Vec<String>)> {
    Guards::default().check(source, output, None).into_iter().map(|r| (r.guard, r.texts)).collect()
}

fn rejects(source: &str, output: &str, guard: Guard) -> Vec<String> {
    let all = guards(source, output);
    let found = all.iter().find(|r| r.0 == guard);
    found.unwrap_or_else(|| panic!("{guard:?} is silent: {all:?}")).1.clone()
}

#[test]
fn a_page_without_its_footer_passes() {
    let clean = "서울시는 올가을 새로운 축제를 연다고 밝혔다. 한강에서 열리는 이 축제에는 시민 누구나 올 수 있다. \
        지난해에는 3만 5천 명이 다녀갔다. 시 관계자는 “많은 참여를 바란다”고 말했다.";
    assert_eq!(guards(NEWS, clean), []);
    // Other particles, spaces and forms of numbers.
    let repaired = clean
        .replace("서울시는", "서울시가")
        .replace("올 수 있다", "올수 있다")
        .replace("3만 5천 명이", "35,000명이");
    assert_ne!(repaired, clean);
    assert_eq!(guards(NEWS, &repaired), []);
    let kept = Guards::default().pass(NEWS, clean, Some(0.95)).unwrap();
    assert_eq!((kept.text.as_str(), kept.sentences.len()), (clean, 4));
    let part = |i: usize| {
        let span = &kept.sentences[i];
        NEWS.chars().skip(span.source_start).take(span.source_end - span.source_start).collect::<String>()
    };
    assert!(part(1).starts_with("한강에서 열리는") && part(1).ends_with("올 수 있다."), "{}", part(1));
}

/// What Gemma 3 270M did to a page about a new festival.
#[test]
fn the_festival_with_invented_dates_does_not() {
    let clean = "서울시는 올가을 새로운 축제를 5월 3일부터 5월 5일까지 연다고 밝혔다. 한강에서 열리는 이 축제에는 시민 누구나 올 수 있다.";
    assert_eq!(rejects(NEWS, clean, Guard::Date), ["5월 3일", "5월 5일"]);
    let year = clean.replace("5월 3일부터 5월 5일까지", "2024년에");
    assert_eq!(rejects(NEWS, &year, Guard::Date), ["2024년"]);
}

#[test]
fn each_guard_speaks() {
    let sentence =
        "서울시는 올가을 새로운 축제를 연다고 밝혔다. 한강에서 열리는 이 축제에는 시민 누구나 올 수 있다.";
    let with = |more: &str| format!("{sentence} {more}");
    assert_eq!(rejects(NEWS, &with("지난해에는 4만 명이 다녀갔다."), Guard::Number), ["4만 명이"]);
    assert_eq!(rejects(NEWS, &with("장소는 여수시이다."), Guard::Entity), ["여수시이다"]);
    assert_eq!(rejects(NEWS, &with("불꽃놀이를 연다고 밝혔다."), Guard::Word), ["불꽃놀이를"]);
    let other = with("맛있는 음식도 많이 준비했으니 모두 오세요.");
    assert_eq!(rejects(NEWS, &other, Guard::Unsupported), ["맛있는 음식도 많이 준비했으니 모두 오세요."]);
    assert_eq!(guards(NEWS, " … \n"), [(Guard::Empty, vec![])]);
    rejects(NEWS, "새로운 축제를 연다.", Guard::Length);
    rejects("새로운 축제를 연다.", sentence, Guard::Length);
    rejects(NEWS, &with(&"새로운 축제 ".repeat(8)), Guard::Repetition);
    let english = "The city said that it will hold a new festival this autumn, and that everybody may come.";
    assert_eq!(rejects(NEWS, english, Guard::Language), ["not_korean"]);
    // Words of the source in another order say something else.
    let salad = "관계자는 축제를 바란다고 지난해에는 시민 새로운 올가을 말했다 누구나 한강에서 서울시는 참여를 열리는 다녀갔다";
    rejects(NEWS, salad, Guard::Overlap);
}

#[test]
fn meaning_is_heard_where_there_are_embeddings() {
    let text = &NEWS[..NEWS.find(" 시 관계자").unwrap()];
    let with = |cosine| Guards::default().check(text, text, cosine);
    assert!(with(None).is_empty() && with(Some(0.81)).is_empty());
    for cosine in [0.5, -1.0, f32::NAN] {
        assert!(matches!(&with(Some(cosine))[..], [only] if only.guard == Guard::Meaning), "{cosine}");
    }
}

#[test]
fn thresholds_can_be_written_down() {
    let config: GuardConfig = toml::from_str("min_overlap = 0.9\n[language]\nmin_hangul = 0.5").unwrap();
    assert_eq!((config.min_overlap, config.language.min_hangul, config.min_letters), (0.9, 0.5, 40));
    assert!(toml::from_str::<GuardConfig>("min_overlaps = 0.9").is_err());
}

/// Sentences as they come, each once; `{}` takes something that makes it differ from others.
fn sentence() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["김철수", "박영희", "이가람", "최한별", "정다운", "홍길동"]);
    let title = prop::sample::select(vec!["시장은", "교수가", "씨도", "기자는", "대표까지"]);
    let place = prop::sample::select(vec![
        "여수시에서",
        "한국은행과",
        "LG전자의",
        "부산 해운대구에",
        "東京에서",
        "KBS는",
    ]);
    let when = prop_oneof![
        (1990_u16..2030, 1_u8..13, 1_u8..29).prop_map(|(y, m, d)| format!("{y}년 {m}월 {d}일(금)")),
        (1990_u16..2030, 1_u8..13, 1_u8..29).prop_map(|(y, m, d)| format!("{y}.{m:02}.{d:02}.")),
        (1_u8..13, 1_u8..29).prop_map(|(m, d)| format!("{m}월 {d}일")),
        (1_u8..24).prop_map(|h| format!("{h}:30")),
    ];
    let amount = prop_oneof![
        (2_u8..9, 1_u8..9).prop_map(|(a, b)| format!("{a}만 {b}천 원을")),
        (1_000_u32..99_000).prop_map(|n| format!("{},{:03}명이", n / 1000, n % 1000)),
        (1_u8..99, 1_u8..9).prop_map(|(a, b)| format!("{a}.{b}%를")),
        prop::sample::select(vec![
            "세 명이",
            "열두 권을",
            "오십 개를",
            "02-123-4567로",
            "《먼 길》을",
            "“그렇다”고"
        ])
        .prop_map(str::to_owned),
    ];
    let verb = prop::sample::select(vec![
        "발표했다.",
        "열었습니다.",
        "가르친다.",
        "샀어요.",
        "만나지 않았다.",
        "갔다.",
        "밝혔다고 한다.",
        "되었을까?",
    ]);
    (name, title, place, when, amount, verb).prop_map(|(name, title, place, when, amount, verb)| {
        format!("{name} {title} {place} {when} {amount} {verb}")
    })
}

/// The sentences of `text` for which `keep` says so, one a line.
fn without(text: &str, keep: &[bool]) -> String {
    let all = segments(text);
    let kept = all.iter().zip(keep.iter().cycle()).filter(|(_, keep)| **keep);
    kept.map(|(segment, _)| &text[segment.span.clone()]).collect::<Vec<_>>().join("\n")
}

/// Guards that ask whether the source says it.
const BY_SOURCE: [Guard; 6] =
    [Guard::Number, Guard::Date, Guard::Entity, Guard::Word, Guard::Overlap, Guard::Unsupported];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn taking_out_sentences_passes(
        sentences in prop::collection::btree_set(sentence(), 2..9),
        keep in prop::collection::vec(any::<bool>(), 9),
        break_lines in any::<bool>(),
    ) {
        let sentences: Vec<_> = sentences.into_iter().collect();
        let source = sentences.join(if break_lines { "\n" } else { " " });
        let output = without(&source, &keep);
        // Sentences with the same words may come back to more than the bound: that is no fault of the output.
        let bounds = GuardConfig { min_letters: 1, min_length: 0.0, max_returning: 1.0, ..GuardConfig::default() };
        let rejections = Guards::new(bounds).check(&source, &output, None);
        let fatal: Vec<_> = rejections.iter().filter(|r| r.guard != Guard::Empty && r.guard != Guard::Repetition).collect();
        prop_assert!(fatal.is_empty(), "{source}\n->\n{output}\n{fatal:?}");
    }

    /// Any text at all: none of the guards that compare objects to what was there.
    #[test]
    fn taking_out_parts_of_any_text_invents_nothing(
        text in "([0-9]{1,5}[.,:/ -]?|년 ?|월 ?|일 ?|[만천억]|(은|는|이|가) |[가-힣]{1,4} ?|[A-Za-zＡ１]{1,3}|[\n\"“”《》()|!?]|다\\. |- |1\\. |東|٣|\u{301}|ᄀ){0,40}|\\PC{0,60}",
        keep in prop::collection::vec(any::<bool>(), 1..9),
    ) {
        let output = without(&text, &keep);
        let rejections = Guards::default().check(&text, &output, None);
        let invented: Vec<_> = rejections.iter().filter(|r| BY_SOURCE.contains(&r.guard)).collect();
        prop_assert!(invented.is_empty(), "{text:?}\n->\n{output:?}\n{invented:?}");
    }

    #[test]
    fn a_new_number_never_passes(
        sentences in prop::collection::btree_set(sentence(), 2..6),
        number in 100_000_u32..9_999_999,
        place in any::<prop::sample::Index>(),
        form in 0_u8..5,
        glued in any::<bool>(),
    ) {
        let source = sentences.into_iter().collect::<Vec<_>>().join(" ");
        let digits: String = source.chars().filter(char::is_ascii_digit).collect();
        prop_assume!(!digits.contains(&number.to_string()));
        let said = match form {
            0 => number.to_string(),
            1 => format!("{},{:03}", number / 1000, number % 1000),
            2 => format!("{}만 {}", number / 10_000, number % 10_000),
            3 => format!("{number}명이"),
            _ => number.to_string().chars().map(|c| char::from_u32(u32::from(c) - 48 + 0xFF10).unwrap()).collect(),
        };
        let places: Vec<usize> = source.char_indices().map(|(at, _)| at).chain([source.len()]).collect();
        let (before, behind) = source.split_at(places[place.index(places.len())]);
        let gap = if glued { "" } else { " " };
        let output = format!("{before}{gap}{said}{gap}{behind}");
        let rejections = Guards::default().check(&source, &output, None);
        prop_assert!(
            rejections.iter().any(|r| matches!(r.guard, Guard::Number | Guard::Date | Guard::Entity)),
            "{output}\n{rejections:?}"
        );
    }

    #[test]
    fn any_two_texts_can_be_compared(
        source in "\\PC{0,80}|([0-9만억.,년월일: ]|세 명|《|가){0,60}",
        output in "\\PC{0,80}|([0-9만억.,년월일: ]|세 명|《|가){0,60}",
        cosine in prop::option::of(any::<f32>()),
    ) {
        let rejections = Guards::default().check(&source, &output, cosine);
        prop_assert!(rejections.windows(2).all(|two| two[0].guard < two[1].guard));
        prop_assert!(rejections.iter().all(|r| r.count >= 1 && r.texts.len() <= r.count.min(8)));
        prop_assert_eq!(Guards::default().pass(&source, &output, cosine).err().unwrap_or_default().len(), rejections.len());
    }
}

/// The example's documents, which nobody wrote for this.
fn documents() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/hplt-v2-kor-sample.jsonl.zst");
    let lines = zstd::decode_all(std::fs::File::open(path).unwrap()).unwrap();
    let records = serde_json::Deserializer::from_slice(&lines).into_iter::<serde_json::Value>();
    records.map(|record| record.unwrap()["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn real_pages_stay_their_own_and_are_not_each_others() {
    let documents = documents();
    let guards = Guards::default();
    for (i, source) in documents.iter().enumerate() {
        for keep in [&[true, false][..], &[false, true, true]] {
            let output = without(source, keep);
            let all = guards.check(source, &output, None);
            assert!(all.iter().all(|r| !BY_SOURCE.contains(&r.guard)), "{output}\n{all:?}");
        }
        // Another page is refused by most of them, whatever it is about.
        let other = &documents[(i + 1) % documents.len()];
        let spoken: Vec<_> = guards.check(source, other, None).into_iter().map(|r| r.guard).collect();
        for guard in [Guard::Word, Guard::Overlap, Guard::Unsupported] {
            assert!(spoken.contains(&guard), "{guard:?} is silent: {spoken:?}\n{other}");
        }
        if std::env::var("SHOW").is_ok() {
            let letters = super::text::Letters::of(source);
            let rep = super::repeats::repeated(&letters, &segments(source))
                .map(|s| letters.chars[s].iter().collect::<String>());
            let sup: Vec<f32> = super::align(source, other).iter().map(|s| s.overlap).collect();
            let high = sup.iter().filter(|s| **s >= 0.6).count();
            let ov = guards
                .check(source, other, None)
                .iter()
                .find(|r| r.guard == Guard::Overlap)
                .and_then(|r| r.measured);
            println!(
                "SHOW {i} returning {:.3} loop {rep:?} other-overlap {ov:?} supported {high}/{} spoken {spoken:?}",
                super::repeats::returning(&letters.chars),
                sup.len()
            );
        }
    }
}

/// Texts on which work that is not bounded would never end.
#[test]
fn hostile_texts_are_done_with() {
    for unit in [
        "가",
        "1",
        "1,",
        "1.",
        "1만 ",
        "1-",
        "“",
        "년",
        "가 ",
        "김 씨 ",
        "1\n",
        "서울시에서는",
        "\u{301}",
        "ㅋ",
    ] {
        let text = unit.repeat(150_000 / unit.len());
        let rejections = Guards::default().check(&text, &text, None);
        assert!(rejections.iter().all(|r| !BY_SOURCE.contains(&r.guard)), "{unit}: {rejections:?}");
    }
}
