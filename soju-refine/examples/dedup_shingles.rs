//! Which shingles tell Korean near-duplicates from pages that only share a template.
//!
//! `cargo run --release -p soju-refine --example dedup_shingles -- DOCS.jsonl…` takes real documents and makes of
//! each a near-duplicate by the edits that copies on the web show (spacing, punctuation, particles, typing errors, a
//! lost or added sentence, another menu and footer, a cut end), and pairs of different documents inside one
//! template. For each shingling it prints the similarity of both kinds (mean, the 5th percentile of copies and the
//! 95th of strangers), the area under the ROC curve, and the threshold that errs least on both kinds, with its errors.

use std::io::Write;

use soju_refine::dedup::fuzzy::{ShingleUnit, Shingling, jaccard};
use soju_refine::io::{Raw, ReadOptions, inputs, reader};

/// Texts below this number of characters have too little to edit.
const LEAST_CHARS: usize = 200;
const VARIANTS: u64 = 3;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const MENUS: [&str; 6] = [
    "홈 > 커뮤니티 > 자유게시판 로그인 회원가입 검색 최신글 인기글 ",
    "본문 바로가기 메뉴 바로가기 정치 경제 사회 문화 스포츠 연예 오피니언 전체메뉴 ",
    "블로그 카테고리 이동 이웃추가 본문 기타 기능 공유하기 신고하기 ",
    "글자크기 크게 작게 인쇄 스크랩 카카오톡 페이스북 트위터 URL복사 ",
    "쇼핑몰 전체상품 베스트 신상품 이벤트 장바구니 마이페이지 고객센터 ",
    "공지사항 자주묻는질문 자료실 오시는길 관련사이트 사이트맵 ",
];
const FOOTERS: [&str; 5] = [
    " 저작권자 © 무단전재 및 재배포 금지 관련기사 많이 본 뉴스 댓글 0 등록 로그인 후 이용해 주세요",
    " 이 글과 관련된 글 목록 이전글 다음글 추천 0 비추천 0 신고 댓글쓰기",
    " 개인정보처리방침 이용약관 이메일무단수집거부 대표전화 사업자등록번호 통신판매업신고",
    " 태그 공감 댓글 이웃의 다른 글 맨 위로 PC버전으로 보기",
    " 배송안내 교환 및 반품 안내 상품문의 상품후기 전체보기 최근 본 상품",
];
const PARTICLES: [(&str, &str); 8] = [
    ("은", "이"),
    ("는", "가"),
    ("을", "도"),
    ("를", "만"),
    ("에서", "에"),
    ("으로", "로"),
    ("과", "이랑"),
    ("와", "하고"),
];

/// A copy as the web has it: one to three kinds of edits.
fn copy(text: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..1 + random.below(3) {
        text = match random.below(8) {
            0 => spacing(&text, random),
            1 => text.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || random.one_in(3)).collect(),
            2 => words(&text, random, 12, particle),
            3 => words(&text, random, 40, |word, random| {
                let chars: Vec<char> = word.chars().collect();
                let at = random.below(chars.len());
                chars.iter().enumerate().map(|(i, c)| if i == at { '늘' } else { *c }).collect()
            }),
            4 => lose_sentence(&text, random),
            5 => random.pick(&MENUS).to_owned() + &text + random.pick(&FOOTERS),
            6 => text.chars().take(text.chars().count() * 17 / 20).collect(),
            _ => words(&text, random, 1, |word, random| {
                word.chars().map(|c| if c.is_ascii_digit() && random.one_in(2) { '7' } else { c }).collect()
            }),
        };
    }
    text
}

fn spacing(text: &str, random: &mut Random) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            ' ' if random.one_in(6) => {}
            c if random.one_in(30) => out.extend([c, ' ']),
            c => out.push(c),
        }
    }
    out
}

/// Changes one word in `rate`.
fn words(
    text: &str,
    random: &mut Random,
    rate: usize,
    change: impl Fn(&str, &mut Random) -> String,
) -> String {
    let word = |w: &str, random: &mut Random| {
        if !w.is_empty() && random.one_in(rate) { change(w, random) } else { w.into() }
    };
    text.split(' ').map(|w| word(w, random)).collect::<Vec<_>>().join(" ")
}

fn particle(word: &str, _: &mut Random) -> String {
    PARTICLES
        .iter()
        .find_map(|(old, new)| Some(word.strip_suffix(old)?.to_owned() + new))
        .unwrap_or_else(|| word.into())
}

fn lose_sentence(text: &str, random: &mut Random) -> String {
    let sentences: Vec<&str> = text.split_inclusive(". ").collect();
    let lost = random.below(sentences.len());
    let extra = "이 글은 다른 곳에도 올린 글입니다. ";
    let kept = sentences.iter().enumerate().map(|(i, s)| if i == lost { extra } else { s });
    kept.collect()
}

/// Two documents in one template that makes up between a sixth and a half of each page.
fn strangers(a: &str, b: &str, random: &mut Random) -> [String; 2] {
    let menus: String = (0..1 + random.below(4)).map(|_| random.pick(&MENUS)).collect();
    let footers: String = (0..1 + random.below(3)).map(|_| random.pick(&FOOTERS)).collect();
    [a, b].map(|text| format!("{menus}{text}{footers}"))
}

fn set(shingling: Shingling, text: &str) -> Vec<u64> {
    let (mut folded, mut hashes) = (Vec::new(), Vec::new());
    shingling.hashes(text, &mut folded, &mut hashes);
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

fn similarities(shingling: Shingling, pairs: &[[String; 2]]) -> Vec<f64> {
    let mut all: Vec<f64> =
        pairs.iter().map(|[a, b]| jaccard(&set(shingling, a), &set(shingling, b))).collect();
    all.sort_by(f64::total_cmp);
    all
}

/// The odds that a copy is more alike than a pair of strangers. Both sorted.
fn area(copies: &[f64], strangers: &[f64]) -> f64 {
    let below = |s: &f64| strangers.partition_point(|x| x < s) as f64;
    copies.iter().map(below).sum::<f64>() / (copies.len() * strangers.len()) as f64
}

/// The threshold with the least sum of both errors: lost copies and strangers taken for copies.
fn best_threshold(copies: &[f64], strangers: &[f64]) -> (f64, f64, f64) {
    let errors = |t: f64| {
        let lost = copies.partition_point(|s| *s < t) as f64 / copies.len() as f64;
        let taken = 1.0 - strangers.partition_point(|s| *s < t) as f64 / strangers.len() as f64;
        (t, lost, taken)
    };
    (1..100)
        .map(|t| errors(f64::from(t) / 100.0))
        .min_by(|a, b| (a.1 + a.2).total_cmp(&(b.1 + b.2)))
        .expect("there are thresholds")
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let mut texts = Vec::new();
    for input in inputs::expand(&files)? {
        let mut reader = reader::open(&input, &ReadOptions::default())?;
        while let Some(raw) = reader.next_record()? {
            if let Raw::Record(raw) = raw {
                texts.extend(raw.parse().map(|record| record.text));
            }
        }
    }
    texts.retain(|t| t.chars().count() >= LEAST_CHARS);
    if texts.len() < 2 {
        return Err("name files of JSON lines with at least two documents of 200 characters".into());
    }
    let mut random = Random(1);
    let mut copies = Vec::new();
    let mut others = Vec::new();
    for (i, text) in texts.iter().enumerate() {
        for _ in 0..VARIANTS {
            copies.push([text.clone(), copy(text, &mut random)]);
            let j = (i + 1 + random.below(texts.len() - 1)) % texts.len();
            others.push(strangers(text, &texts[j], &mut random));
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} documents, {} pairs of each kind", texts.len(), copies.len())?;
    writeln!(
        out,
        "shingles       copies: mean    5 %  strangers: mean   95 %    area  threshold   lost  taken"
    )?;
    let characters = [3, 4, 5, 6, 7, 8, 10].map(|size| Shingling { unit: ShingleUnit::Characters, size });
    let words = [1, 2, 3, 5].map(|size| Shingling { unit: ShingleUnit::Words, size });
    for shingling in characters.into_iter().chain(words) {
        let (near, far) = (similarities(shingling, &copies), similarities(shingling, &others));
        let mean = |s: &[f64]| s.iter().sum::<f64>() / s.len() as f64;
        let (threshold, lost, taken) = best_threshold(&near, &far);
        writeln!(
            out,
            "{:10} {:2} {:13.3} {:6.3} {:16.3} {:6.3} {:7.4} {threshold:10.2} {lost:6.3} {taken:6.3}",
            format!("{:?}", shingling.unit).to_lowercase(),
            shingling.size,
            mean(&near),
            near[near.len() / 20],
            mean(&far),
            far[far.len() * 19 / 20],
            area(&near, &far),
        )?;
    }
    Ok(())
}
