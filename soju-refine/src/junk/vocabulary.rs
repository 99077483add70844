//! Words of spam: gambling, adult offers, loans, pirated downloads, sales talk.
//!
//! A word alone proves nothing — news write of gambling and loans — so the words only count towards
//! the document's score, by their density. Obfuscation is folded first: full-width letters, symbols
//! and spaces between single syllables (`카.지.노`, `토~토`), homoglyph digits in a word.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Words of gambling, adult offers, loans, downloads and other generated pages, and shops.
const WORDS: [&[&str]; 5] = [
    &[
        "먹튀",
        "토토사이트",
        "사설토토",
        "안전놀이터",
        "메이저놀이터",
        "카지노사이트",
        "바카라사이트",
        "온라인카지노",
        "온라인바카라",
        "룰렛사이트",
        "파워볼",
        "사다리사이트",
        "꽁머니",
        "첫충",
        "매충",
        "환전",
        "롤링",
        "슬롯머신",
        "릴게임",
        "바다이야기",
        "카지노쿠폰",
        "우리카지노",
        "스포츠토토",
        "배팅사이트",
        "베팅사이트",
        "가입코드",
        "충전보너스",
        "토토",
        "카지노",
        "바카라",
    ],
    &[
        "출장안마",
        "출장마사지",
        "오피스텔걸",
        "밤문화",
        "유흥업소",
        "룸싸롱",
        "풀싸롱",
        "키스방",
        "안마방",
        "조건만남",
        "성인동영상",
        "성인용품",
        "야동",
        "야한",
        "섹스",
        "슴가",
        "노출",
        "유출비디오",
        "베드신",
        "뒤치기",
        "유부녀",
        "섹파",
        "딜도",
        "페로몬",
        "비아그라",
        "시알리스",
        "발기",
        "정력",
        "자위",
        "애무",
        "삽입",
        "거유",
        "하드코어",
        "유두",
        "수위있는",
        "팬티",
        "몸매",
        "여탕",
        "애인대행",
        "채팅어플",
        "AV배우",
    ],
    &[
        "대출안내",
        "대출견적",
        "보증금대출",
        "신용대출",
        "담보대출",
        "대출상담",
        "대출비교",
        "무직자대출",
        "당일대출",
        "급전",
        "작업대출",
        "소액결제",
        "현금화",
        "한도조회",
        "저금리",
        "신불자",
        "개인회생",
        "대출문의",
        "무서류",
        "대출가능",
        "전세자금대출",
        "보험비교",
        "다이렉트보험",
        "보험견적",
    ],
    &[
        "무료다운",
        "무료다운로드",
        "무료보기",
        "다시보기",
        "토렌트",
        "즐감",
        "즐감하세요",
        "대박자료",
        "자료많은곳",
        "한글패치",
        "볼수있는곳",
        "토렌토",
        "직캠",
        "화보",
        "p2p",
        "당나귀",
        "웹하드",
        "첫결제없는",
        "추천사이트",
        "무료만화",
        "고화질",
        "1080p",
        "애니보기",
        "스타화보",
        "더빙",
        "극장판",
        "다운로드",
        "여기를 추천해",
        "이곳을 이용하고",
        "좋은곳.",
        "현재 지원자수",
        "입사지원",
        "채용공고",
        "검색조건",
    ],
    &[
        "답례품",
        "무료배송",
        "당일발송",
        "적립금",
        "배송비",
        "판매가",
        "할인가",
        "최저가",
        "쿠폰",
        "특가",
        "장바구니",
        "품절",
        "상품명",
        "반품",
        "교환/",
        "무통장",
        "입금",
        "회원등급",
        "구매내역",
        "고객센터",
        "주문",
        "리뷰이벤트",
        "혜택가",
        "정품",
        "세부 정보",
        "최고 판매",
        "공급업체",
        "제조업",
        "US $",
        "MOQ",
        "FOB",
        "취소 정책",
        "숙박료",
        "애완 동물",
        "예약 가능",
        "숙소 정보",
        "취소 수수료",
        "침구류",
        "타월 포함",
        "세금 포함",
    ],
];

static MATCHER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(aho_corasick::MatchKind::LeftmostLongest)
        .build(WORDS.iter().flat_map(|w| w.iter()))
        .expect("the words are constants")
});

/// Subject of each pattern of the matcher.
static SUBJECT_OF: LazyLock<Vec<usize>> =
    LazyLock::new(|| WORDS.iter().enumerate().flat_map(|(i, w)| vec![i; w.len()]).collect());

/// How often each subject's words stand in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Hits {
    /// Gambling, adult offers, loans, downloads, shops.
    pub(super) counts: [usize; 5],
    /// Words that only show once obfuscation is folded.
    pub(super) obfuscated: usize,
}

/// Counts the words of `text`.
pub(super) fn count(text: &str) -> Hits {
    let mut hits = Hits::default();
    for m in MATCHER.find_iter(text) {
        hits.counts[SUBJECT_OF[m.pattern().as_usize()]] += 1;
    }
    for run in spelled_out(text) {
        if let Some(m) = MATCHER.find(&run) {
            let subject = SUBJECT_OF[m.pattern().as_usize()];
            if subject < 3 {
                hits.counts[subject] += 1;
                hits.obfuscated += 1;
            }
        }
    }
    hits
}

/// Syllables that stand alone between symbols, joined: `카.지.노` and `토~토` but not `가, 나, 다`.
fn spelled_out(text: &str) -> Vec<String> {
    enum State {
        /// Before a syllable.
        Free,
        /// Behind a syllable with a border or a symbol before it.
        Single,
        /// Behind a single syllable and symbols.
        Symbol,
        /// Inside an ordinary word.
        Word,
    }
    let mut runs = Vec::new();
    let mut run: Vec<char> = Vec::new();
    let mut state = State::Free;
    for c in text.chars().chain([' ']) {
        state = match (c, state) {
            ('가'..='힣', State::Free | State::Symbol) => {
                run.push(c);
                State::Single
            }
            ('가'..='힣', State::Single | State::Word) => {
                // The syllable before belongs to a word, and not to the run.
                if run.len() > 2 {
                    runs.push(run[..run.len() - 1].iter().collect());
                }
                run.clear();
                State::Word
            }
            (c, State::Single | State::Symbol) if ".~-*^_/\'`♥★☆♡●@!+=|".contains(c) => {
                State::Symbol
            }
            _ => {
                if run.len() > 1 {
                    runs.push(run.iter().collect());
                }
                run.clear();
                State::Free
            }
        };
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_count_by_subject() {
        let hits = count("온라인카지노 먹튀 검증, 바카라사이트 추천. 출장안마");
        assert_eq!(hits.counts, [3, 1, 0, 0, 0]);
        assert_eq!(count("주민은 숲을 지킨다.").counts, [0; 5]);
    }

    #[test]
    fn obfuscation_is_folded() {
        for text in ["카.지.노 주소", "토~토 문의", "카*지*노", "바-카-라 "] {
            assert_eq!((count(text).counts[0], count(text).obfuscated), (1, 1), "{text}");
        }
        for text in ["가, 나, 다", "시.군.구", "A.B.C", "월-금", "카드-지갑-노트"] {
            assert_eq!(count(text).obfuscated, 0, "{text}");
        }
    }
}
