//! Traces of machine translation.
//!
//! Machines that translated web pages into Korean tear particles off their nouns (`호텔 은`) and verbs apart
//! (`사용 하 여`), glue words together (`수있는`, `를위한`), keep pronouns that Korean leaves out (당신, 그것은), leave
//! words untranslated, also glued (`1.We는`), and end sentences on a noun. Each trace is counted per word; a
//! logistic function of the counts is the score.

/// Fewest words that the counts are shares of, so that one slip in a short text is not much.
const FEWEST_WORDS: f32 = 100.0;

/// Weights of the traces and the constant.
///
/// Fitted with a quadratic penalty (2.0, features scaled to unit root mean square, no negative weight) to 312 real
/// HPLT v2 documents, 51 of them machine translations. On 248 of them, fitted on one half and judged on the
/// other, the score is over 0.3 for 13 of 14 translations that are junk and 8 of 227 other documents, and
/// over 0.5 for 8 and 4.
const WEIGHTS: [f32; 7] = [59.4, 209.6, 212.8, 268.9, 52.1, 135.2, 4.0];
const NOTE: f32 = 6.6;
const BIAS: f32 = -3.99;
/// What a share can at most count for, so that no single trace decides by its mass.
const MOST: [f32; 7] = [0.08, 0.08, 0.08, 0.08, 0.04, 0.08, 1.0];

/// How much a text reads like the output of a machine translator, 0 to 1.
pub(super) fn score(text: &str) -> f32 {
    let (mut words, mut sentences, mut nominal) = (0_usize, 0_usize, 0_usize);
    // Torn, split, pronouns, glued, untranslated, untranslated and glued.
    let mut counts = [0_usize; 6];
    for word in text.split_ascii_whitespace() {
        words += 1;
        let bare = word.trim_end_matches(['.', ',']);
        let last = bare.chars().next_back().unwrap_or(' ');
        if matches!(last, '가'..='힣') {
            if bare.len() <= 24 {
                let first = words == 1;
                counts[0] += usize::from(!first && torn(bare));
                counts[1] += usize::from(!first && matches!(bare, "하" | "되" | "대" | "통"));
                counts[2] += usize::from(pronoun(bare));
                counts[3] += usize::from(glued(bare, last));
                if word.len() > bare.len() && bare.len() >= 6 && word.ends_with('.') {
                    sentences += 1;
                    nominal += usize::from(!"다요까죠오음함됨임네군지세자라쇼기것".contains(last));
                }
            }
            counts[5] += usize::from(foreign_inside(word));
        } else if last.is_ascii() {
            counts[4] += usize::from(bare.len() >= 3 && bare.bytes().all(|b| b.is_ascii_lowercase()));
            counts[5] += usize::from(foreign_inside(word));
        }
    }
    let all = (words as f32).max(FEWEST_WORDS);
    let mut shares = [0.0; 7];
    for (share, count) in shares.iter_mut().zip(counts) {
        *share = count as f32 / all;
    }
    // One sentence may end on a noun in any text.
    shares[6] = nominal.saturating_sub(1) as f32 / (sentences as f32 + 6.0);
    let sum: f32 = (0..7).map(|i| WEIGHTS[i] * shares[i].min(MOST[i])).sum();
    let note = if text.contains("기계 번역") || text.contains("기계번역") { NOTE } else { 0.0 };
    1.0 / (1.0 + (-(BIAS + sum + note)).exp())
}

/// A particle or ending that stands alone.
fn torn(word: &str) -> bool {
    matches!(
        word,
        "은" | "는"
            | "을"
            | "를"
            | "의"
            | "에"
            | "에서"
            | "으로"
            | "와"
            | "과"
            | "에게"
            | "까지"
            | "부터"
            | "하여"
            | "에의해"
            | "에는"
    )
}

/// A pronoun that Korean prose leaves out.
fn pronoun(word: &str) -> bool {
    ["당신", "그것은", "그것을", "그들은", "그들의", "우리의"].iter().any(|p| word.starts_with(p))
}

/// Words without the space between them.
fn glued(word: &str, last: char) -> bool {
    let ends: &[&str] = match last {
        '는' => &["에있는"],
        '한' => &["을위한", "를위한", "에대한"],
        '해' => &["을위해", "를위해", "에의해"],
        '이' => &["는이", "을이", "를이", "에이", "은이", "의이"],
        _ => &[],
    };
    word.starts_with("수있") || word.starts_with("수없") || ends.iter().any(|e| word.ends_with(e))
}

/// Latin letters run into Hangul (`의wounds`) or into a number of a list (`1.We는`). Addresses do not count.
fn foreign_inside(word: &str) -> bool {
    let bytes = word.as_bytes();
    let numbered = matches!(bytes, [d, b'.', l, m, n, ..]
        if d.is_ascii_digit() && l.is_ascii_alphabetic() && m.is_ascii_lowercase() && n.is_ascii_lowercase());
    let (mut run, mut behind_hangul) = (0, false);
    let mut found = numbered;
    for (i, &b) in bytes.iter().enumerate() {
        if b.is_ascii_lowercase() {
            if run == 0 {
                behind_hangul = i >= 3 && matches!(bytes[i - 3], 0xEA..=0xED) && bytes[i - 1] >= 0x80;
            }
            run += 1;
            found |= run == 3 && behind_hangul;
        } else {
            run = 0;
        }
    }
    found && !["http", "@", ".co"].iter().any(|address| word.contains(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn translations_score_above_prose() {
        let pages = [
            "우리는 당신이 깨끗하고 편안한 환경에서 머물 수있는 방을 제공합니다. 도심에있는 호텔은 공항을위한 버스가 있고 당신은 그것을 이용할 수있습니다. 당신의 방문을 기다리는이 호텔 의 직원이 있습니다.",
            "이 문제를 해결 하려면 도구를 사용 하 여 파일에 대 한 설정을 변경 합니다. 파일이 포함 되어 있으면 업데이트를 설치 하 고 다시 시작 하 여 확인 합니다. 서버에 대 한 정보.",
            "1.We는 가구 제조자이다. 2.Automated 기계. 3.Morden와 아름다운. 우리의 질은 인생이 바뀐다. 당신의 요구 에 의하여 sticked 분말. 1.charming 작풍 디자인. 2.noble의 알루미늄 의자.",
        ];
        for page in pages {
            assert!(score(page) > 0.5, "{} {page}", score(page));
        }
        let prose = [
            "수목원은 지난 6월부터 완도 상황봉에서 1차 조사를 실시해 버섯 분포를 확인했다. 할 수 있는 일을 찾아 나선 사람들이다. 그들은 산을 오르며 하루에 스무 종을 기록했다고 한다.",
            "어제는 친구랑 같이 밥을 먹었는데 진짜 맛있었어요 ㅋㅋ 다음에 또 가고 싶네요. 가격도 괜찮고 분위기도 좋아서 추천합니다. 주차는 조금 힘들어요.",
        ];
        for text in prose {
            assert!(score(text) < 0.15, "{} {text}", score(text));
        }
        assert!(score("") < 0.05);
    }

    #[test]
    fn a_page_that_says_so_is_one() {
        let text =
            "이 문서는 Microsoft 기계 번역 소프트웨어로 번역한 것입니다. 전문 번역가가 번역한 것이 아닙니다.";
        assert!(score(text) > 0.5);
    }
}
