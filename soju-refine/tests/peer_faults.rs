//! Faults of other cleaners on Korean, each as a test that soju has it not. Those of personal data stand in
//! `pii::tests::pitfalls_of_peers`, eaten syllables in `normalize::tests`, lost resumes in the tests of jobs.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use soju_refine::document::Document;
use soju_refine::io::inputs;
use soju_refine::job::{CleanJob, DedupJob, DedupJobConfig, JobConfig, JobEnd};
use soju_refine::pipeline::{Cleaner, RulesConfig, StageTimes, Verdict};
use tempfile::TempDir;
use unicode_normalization::UnicodeNormalization;

const NEWS: [&str; 3] = [
    "서울시가 내년부터 시내버스 요금을 올리기로 했다. 시는 어제 기자회견을 열고 적자가 해마다 커져 더는 미룰 수 없다고 밝혔다. \
     시민단체는 물가가 오르는 때에 서민만 부담을 진다며 반발했다. 전문가들은 요금보다 노선을 먼저 손봐야 한다고 지적했다. 시의회는 \
     다음달 공청회를 거쳐 인상폭을 정할 예정이다.",
    "기상청은 주말까지 전국에 많은 비가 내리겠다고 내다봤다. 남해안에는 시간당 오십 밀리미터가 넘는 폭우가 쏟아질 것으로 보인다. \
     소방당국은 하천 주변에서 야영하던 사람들을 대피시켰다. 농민들은 수확을 앞둔 벼가 쓰러질까 걱정하며 논둑을 살폈다. 비는 월요일 \
     아침에 그치겠지만 찬바람이 불어 기온이 뚝 떨어지겠다.",
    "연구팀이 쓰고 버린 전지에서 희귀 금속을 되찾는 새로운 방법을 찾아냈다. 강한 산을 쓰지 않아 폐수가 거의 나오지 않는다. 연구를 \
     이끈 교수는 공정이 단순해 작은 공장에서도 쓸 수 있다고 설명했다. 업계는 원료를 수입하는 데 드는 돈이 크게 줄어들 것으로 \
     기대했다. 연구 결과는 지난주 학술지에 실렸다.",
];

/// The text that the rules leave, and what they say.
fn cleaned(config: RulesConfig, text: &str) -> (String, Verdict) {
    let mut doc = Document::new("t", text);
    let verdict = Cleaner::new(config).clean(&mut doc, &mut StageTimes::default());
    (doc.text().to_owned(), verdict)
}

fn with_heuristics() -> RulesConfig {
    toml::from_str("[heuristics]\nenabled = true\n").unwrap()
}

struct Corpus(TempDir);

impl Corpus {
    fn new(lines: &[String]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("in.jsonl"), lines.join("\n")).unwrap();
        Self(dir)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn inputs(&self) -> Vec<inputs::Input> {
        inputs::expand(&[self.path("in.jsonl").to_str().unwrap().to_owned()]).unwrap()
    }

    /// A finished job whose counts add up, and what it kept.
    fn clean(&self) -> (JobEnd, Vec<Value>) {
        let mut config = JobConfig::default();
        config.judge.enabled = false;
        let end = CleanJob::new(config, self.inputs(), self.path("out")).threads(2).run().unwrap();
        assert!(end.complete && end.faults.is_empty() && end.report.is_balanced());
        let kept = records(&self.path("out"));
        assert_eq!(kept.len() as u64, end.report.tally.kept);
        (end, kept)
    }
}

fn records(folder: &Path) -> Vec<Value> {
    let mut parts: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    parts.retain(|path| path.extension().is_some_and(|e| e == "zst"));
    parts.sort();
    let read = |path: &PathBuf| zstd::decode_all(fs::File::open(path).unwrap()).unwrap();
    let lines = parts.iter().flat_map(|path| {
        String::from_utf8(read(path)).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    });
    lines.map(|line| serde_json::from_str(&line).unwrap()).collect()
}

/// FineWeb2 (datatrove): the stop words of `kor_Hang` are morphemes, compared with what stands between spaces: 88.5 % of
/// 10,000 news snippets have not two of them and are dropped.
#[test]
fn fineweb2_drops_news_for_stop_words_that_are_no_words() {
    let particles = ["은", "는", "이", "가", "을", "를", "에", "의", "도", "로", "와", "과", "고", "다"];
    for text in NEWS {
        let bare = text.split_whitespace().filter(|word| particles.contains(word)).count();
        assert!(bare < 2, "{bare} in {text}");
        assert_eq!(cleaned(with_heuristics(), text), (text.to_owned(), Verdict::Keep));
    }
}

/// Gopher's filters (datatrove, dolma, Curator, data-juicer) want words of three to ten letters on average; Korean has shorter
/// ones.
#[test]
fn gopher_drops_prose_for_its_short_words() {
    let text = "우리 집 앞 길에 큰 나무 한 그루가 서 있다. 봄이 오면 작은 새들이 와서 울고 하얀 꽃이 핀다. 나는 나무 밑에 \
                앉아 책을 읽고 차를 마신다. 옆집 개는 내 손을 핥다가 잠이 든다. 해가 지면 달이 떠서 온 들판을 비춘다. 그때 \
                나는 다시 집으로 간다. 올봄에도 비가 많이 온 날에 그 개는 문 앞에 앉아 나를 보고 짖었다.";
    let words: Vec<usize> = text.split_whitespace().map(|word| word.chars().count()).collect();
    assert!(words.iter().sum::<usize>() < 3 * words.len());
    assert_eq!(cleaned(with_heuristics(), text), (text.to_owned(), Verdict::Keep));
}

/// KOREAN-WEBTEXT drops every document that holds one of `is`, `...`, `www`, `.kr`, `010`, `@`, `대선`, `약관` and others.
#[test]
fn korean_webtext_drops_documents_for_one_word() {
    let text = "후보들은 어제 저녁 첫 토론회에서 대선 공약을 두고 맞붙었다. 한 후보는 “이건 아니다...”라며 말을 아꼈다. 다른 후보는 \
                금융 약관을 누구나 읽을 수 있게 고치겠다고 약속했다. 영어 문장 This is it 한 줄을 읽는 장면도 있었다. 자세한 자료는 \
                www.nec.go.kr 에서 볼 수 있다. 시청자들은 투표소를 2010년보다 늘려야 한다고 말했다.";
    let (left, verdict) = cleaned(RulesConfig::default(), text);
    assert!(!matches!(verdict, Verdict::Drop(_)), "{verdict:?}");
    for part in [
        "대선 공약을",
        "“이건 아니다...”라며",
        "금융 약관을",
        "This is it",
        "2010년보다 늘려야 한다고 말했다.",
    ] {
        assert!(left.contains(part), "{part} is not in {left}");
    }
}

/// dps cuts everything behind `전화:`, and footers with all that follows them.
#[test]
fn dps_cuts_the_rest_of_a_document() {
    let text =
        format!("{}\n문의 전화: 02-123-4567\n{}\n무단전재 및 재배포 금지\n{}", NEWS[0], NEWS[1], NEWS[2]);
    let (left, verdict) = cleaned(RulesConfig::default(), &text);
    assert!(!matches!(verdict, Verdict::Drop(_)), "{verdict:?}");
    for part in NEWS {
        assert!(left.contains(part), "{left}");
    }
    assert!(!left.contains("123-4567") && !left.contains("무단전재"), "{left}");
}

/// datatrove decomposes Hangul for its MinHash and leaves it so; decomposed text is Latvian to lid.176 and no duplicate of
/// what it equals.
#[test]
fn decomposed_hangul_is_another_language_and_another_text() {
    let decomposed: String = NEWS[0].nfd().collect();
    assert_ne!(decomposed, NEWS[0]);
    let lines = [json!({"text": decomposed}), json!({"text": NEWS[0]})].map(|line| line.to_string());
    let (end, kept) = Corpus::new(&lines).clean();
    assert_eq!((end.report.tally.kept, end.report.tally.dropped), (1, 1));
    assert_eq!(
        (kept[0]["text"].as_str(), kept[0]["soju"]["source"]["line"].as_u64()),
        (Some(NEWS[0]), Some(1))
    );
}

/// ftfy makes other letters of CP949 that was read as Latin-1; a language filter then drops the document.
#[test]
fn ftfy_spoils_cp949_before_the_language_is_told() {
    let (bytes, ..) = encoding_rs::EUC_KR.encode(NEWS[1]);
    let garbled: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    assert!(!garbled.contains(|c| matches!(c, '가'..='힣')));
    let (_, kept) = Corpus::new(&[json!({"text": garbled}).to_string()]).clean();
    assert_eq!(kept[0]["text"], NEWS[1]);
    assert_eq!(kept[0]["soju"]["reading"]["repairs"], json!(["cp949_as_latin1"]));
}

/// One dirty document ends the whole process of the analyser that datatrove calls (datatrove 279, kiwipiepy 172), and long
/// repetition is a segmentation fault (kiwipiepy 158).
#[test]
fn one_dirty_document_ends_the_whole_run() {
    let dirty = [
        r#"{"text":"\ud800\udfff\ud834 짝 없는 반쪽 \udc00"}"#.to_owned(),
        json!({"text": "\0\u{1}\u{fffd}\u{feff}\u{e000}".repeat(1000)}).to_string(),
        json!({"text": "가".repeat(1 << 20)}).to_string(),
        json!({"text": "ㅋㅎ".repeat(1 << 18)}).to_string(),
        json!({"text": format!("가{}", "\u{301}".repeat(1 << 18))}).to_string(),
        json!({"text": "\u{1100}\u{1161}\u{11a8}\u{11a8}\u{1161}".repeat(1 << 16)}).to_string(),
        json!({"text": "아 ".repeat(1 << 18)}).to_string(),
        "{\"text\": \"가".to_owned(),
        "[".repeat(1 << 16),
    ];
    let good = |i: usize| json!({"text": format!("{} {i}월의 소식이다.", NEWS[i % 3])}).to_string();
    let lines: Vec<String> = dirty.into_iter().enumerate().flat_map(|(i, line)| [good(i), line]).collect();
    let (end, kept) = Corpus::new(&lines).clean();
    assert_eq!(end.report.tally.input, lines.len() as u64);
    assert!(end.report.tally.rejected >= 2);
    for i in 0..lines.len() / 2 {
        let end = format!("{i}월의 소식이다.");
        assert!(kept.iter().any(|r| r["text"].as_str().unwrap().ends_with(&end)), "{i}");
    }
}

/// dolma's dedupe writes nothing and says nothing where it does not find its fields or folders (dolma 174, 218).
#[test]
fn what_gives_nothing_says_nothing() {
    let lines: Vec<String> = NEWS.map(|text| json!({"본문": text}).to_string()).into();
    let corpus = Corpus::new(&lines);
    let (end, kept) = corpus.clean();
    assert_eq!((end.report.tally.rejected, kept.len()), (3, 0));
    let rejects = fs::read_to_string(corpus.path("out/rejects.jsonl")).unwrap();
    assert_eq!(
        rejects.matches("no field `text`; there are `본문`: name the right one with --text-field").count(),
        3
    );
    let dedup = |out: &str| {
        DedupJob::new(DedupJobConfig::default(), corpus.inputs(), corpus.path(out)).run().unwrap()
    };
    let tally = dedup("dedup").report.tally;
    assert_eq!((tally.input, tally.rejected), (3, 3));
    // Without identifiers, and all the same: one stays.
    fs::write(corpus.path("in.jsonl"), format!("{}\n", json!({"text": NEWS[0]})).repeat(3)).unwrap();
    let tally = dedup("same").report.tally;
    assert_eq!((tally.kept, tally.dropped, records(&corpus.path("same")).len()), (1, 2, 1));
    let nothing = inputs::expand(&[corpus.path("*.json.gz").to_str().unwrap().to_owned()]);
    assert!(nothing.unwrap_err().to_string().starts_with("no file matches the pattern"));
}
