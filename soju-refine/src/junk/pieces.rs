//! Pieces of page furniture with a form of their own: bylines, time stamps, breadcrumbs, addresses
//! of pages, copyright lines. They may stand in the middle of a good sentence's line.
//!
//! Each form is looked for only around a short text that it must contain, in a window of bounded
//! length, so the cost is linear and small for text without them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::segment::{ceil_boundary, floor_boundary};

pub(super) struct Form {
    kind: &'static str,
    /// Texts of which the form contains one.
    pub(super) anchors: &'static [&'static str],
    /// Bytes of which it must contain one, `0` for any digit; empty for none. They are quicker to look for.
    needs: &'static [u8],
    regex: &'static str,
}

const DATE: &str =
    r"(?:19|20)\d\d(?:[./-]|년)\s?\d{1,2}(?:[./-]|월)\s?\d{1,2}(?:\.|일)?(?:\s?\([월화수목금토일]\))?";
const TIME: &str = r"(?:오전\s?|오후\s?)?\d{1,2}:\d\d(?::\d\d)?";

/// Names of newspapers and the like before a reporter's name.
const OUTLET: &str = r"(?:[가-힣A-Za-z]{0,8}(?:뉴스|일보|신문|투데이|데일리|타임[스즈]|닷컴|TV|경제|헤럴드|저널|매거진|통신|방송|미디어|동아|스포츠)\s){0,2}";

pub(super) static FORMS: [Form; 23] = [
    Form {
        kind: "byline",
        anchors: &["기자", "특파원", "통신원", "객원", "리포터"],
        needs: b"",
        regex: r"(?:\{DATE\}\s)?(?:\[[^\[\]\n]{0,30}(?:기자|특파원|통신원|리포터)[^\[\]\n]{0,6}\](?:\s?=)?|\([^()\n]{0,24}(?:기자|특파원|통신원)\)(?:\s?=)?|[\[(][^\[\]()\n]{1,24}[\])]\s?(?:[가-힣]{2,10}\s)?[가-힣]{2,4}\s?(?:인턴|객원|선임|수습|전문)?\s?(?:기자|특파원|통신원|리포터)\s?=|\{OUTLET\}[가-힣]{2,4}\s?(?:[가-힣A-Za-z]{2,6}\s)?(?:인턴|객원|선임|수습|전문)?\s?(?:기자|특파원|통신원)\s?(?:[(\[]\s?)?[A-Za-z0-9._\-]+@[A-Za-z0-9.\-]*(?:\s?[)\]])?|\{OUTLET\}[가-힣]{2,4}\s?(?:인턴|객원|선임|수습|전문)?\s?(?:기자|특파원|통신원)(?:\s?=|\s*$|\s?\{DATE\}(?:\s?\{TIME\})?))",
    },
    Form {
        kind: "byline",
        anchors: &[
            "=연합뉴스)",
            "=뉴시스)",
            "=뉴스1)",
            "뉴스와이어)",
            "=국제뉴스)",
            "=에너지경제)",
            "=아시아뉴스통신)",
            "【",
        ],
        needs: b"",
        regex: r"(?:[\(【\[][가-힣A-Za-z·\s]{1,12}=[가-힣A-Za-z0-9\s]{2,12}[\)】\]](?:\s?[가-힣]{2,4}\s?(?:기자|특파원))?(?:\s?=)?|[가-힣]{2,4}--\(뉴스와이어\)(?:\s?\{DATE\})?(?:\s?--)?)",
    },
    Form {
        kind: "byline",
        anchors: &["사진"],
        needs: b"[(=/:",
        regex: r"(?:[\[(]사진\s?[=:/·]?[^\[\]()\n]{0,40}[\])]|[\[(][^\[\]()\n]{0,10}사진\s?(?:제공)?\s?[=:/][^\[\]()\n]{0,30}[\])]|(?:이하\s?)?사진\s?(?:제공)?\s?[=/]\s?[가-힣A-Za-z0-9·=]{2,14}(?:\s[가-힣]{2,4}\s기자)?)",
    },
    Form {
        kind: "byline",
        anchors: &["출처", "자료제공", "Posted by", "작성자"],
        needs: b":=P",
        regex: r"(?:[\[(]?(?:출처|자료제공)\s?[:=]\s?(?:https?://\S+|[가-힣A-Za-z0-9.]{1,14}(?:\s?(?:www\.|https?://)\S+)?)[\])]?|Posted by\s\S+|작성자\s?:\s?\S{1,24})",
    },
    Form {
        kind: "copyright",
        anchors: &["ⓒ", "©", "(c)", "(C)"],
        needs: b"",
        regex: r"(?:(?:저작권자|Copyright|COPYRIGHT|copyright|사진)?\s?(?:ⓒ|©|\([cC]\))\s?(?:[0-9]{4}(?:\s?[-~]\s?[0-9]{2,4})?\s?)?[가-힣A-Za-z0-9.&']{1,24}(?:\s?(?:캡쳐|캡처|제공))?(?:[^.\n]{0,40}?(?:무단\s?전재[^.\n]{0,16}금지|[Rr]ights\s[Rr]eserved\.?))?)",
    },
    Form {
        kind: "timestamp",
        anchors: &[
            "입력",
            "수정",
            "등록",
            "작성일",
            "기사승인",
            "승인",
            "송고",
            "신고",
            "Posted",
            "업데이트",
            "Date",
            "게시",
        ],
        needs: b"0",
        regex: r"(?:(?:(?:기사|최종|최초)?(?:입력|수정|등록|승인|작성|게시)(?:시간|일시|일)?|작성일|Posted at|Date|업데이트 날짜)\s?[:：]?\s?\[?\{DATE\}(?:\s?\{TIME\})?\]?|\{DATE\}\s?\{TIME\}\s?(?:송고|신고|작성|입력|수정))",
    },
    Form {
        kind: "timestamp",
        anchors: &["20", "19"],
        needs: b":[",
        regex: r"(?:[\[(]\s?\{DATE\}(?:\s\{TIME\})\s?[\])]|\[\{DATE\}\]|(?:[가-힣A-Za-z0-9]{1,12}(?:\s[가-힣A-Za-z]{1,8})?/[가-힣A-Za-z0-9]{1,12}(?:\s[가-힣A-Za-z0-9]{1,10}){0,2}\s?)?\{DATE\}\s{1,2}\{TIME\}(?:\s?[|lㅣ])?)",
    },
    Form {
        kind: "nav",
        anchors: &["조회", "댓글", "추천", "방문", "comment", "Views", "덧글", "트랙백"],
        needs: b"0",
        regex: r"(?:(?:조회|추천|방문|덧글|댓글|트랙백)\s?(?:수)?\s?[:：(]\s?\d[\d,]*\s?(?:회|개|건)?\)?|조회\s?수?\s?\d[\d,]*(?:회)?|댓글\s?수?\s?\d+\s?개?|\d+ [Cc]omments?|Views\s?\d+)",
    },
    Form {
        kind: "nav",
        anchors: &["[편집]", "[edit]", "[원본 편집]", "image ("],
        needs: b"",
        regex: r"(?:\[(?:원본 )?편집\]|\[edit\](?:\s\d\.)?|\[(?:JPG|PNG|GIF) image \([^)\n]{1,16}\)\])",
    },
    Form {
        kind: "nav",
        anchors: &[" > ", " 〉", " >"],
        needs: b"",
        regex: r"(?:(?:홈|Home|HOME)\s?[>〉]\s?)?[^\s>〉]{1,14}(?:\s[^\s>〉]{1,10})?(?:\s?[>〉]\s?[^\s>〉]{1,14}){2,}",
    },
    Form {
        kind: "nav",
        anchors: &["홈 >", "Home >", "HOME >", "홈>", "Home>"],
        needs: b"",
        regex: r"(?:홈|Home|HOME)(?:\s?>\s?[^\s>]{1,14}(?:ㆍ[가-힣]{1,6})?)+",
    },
    Form {
        kind: "url",
        anchors: &["http://", "https://", "pic.twitter"],
        needs: b"",
        regex: r"(?:\(\s?)?(?:https?://|pic\.twitter)[^\s<>가-힣)]+(?:\s?\))?",
    },
    Form {
        kind: "timestamp",
        anchors: &["이전"],
        needs: b"0",
        regex: r"(?:\d{1,2}(?:분|시간|일|주|달|개월)\s?전){2,}",
    },
    Form { kind: "ornament", anchors: &["- - -"], needs: b"", regex: r"-(?: -){2,}" },
    Form {
        kind: "nav", anchors: &["더보기"], needs: b"", regex: r"(?:^|\s)더보기(?:\s?[>»➦+])?(?:$|\s)"
    },
    Form {
        kind: "ornament",
        anchors: &["----", "====", "____", "····", "~~~~~~", "****", "▼▽", "━━", "──"],
        needs: b"",
        regex: r"[-=_·~*▼▽━─]{4,}",
    },
    Form {
        kind: "byline",
        anchors: &[
            "뉴스]",
            "일보]",
            "신문]",
            "데일리]",
            "투데이]",
            "TV]",
            "닷컴]",
            "경제]",
            "헤럴드]",
            "저널]",
            "스포츠]",
            "통신]",
        ],
        needs: b"",
        regex: r"\[[^\[\]\n]{1,12}\](?:\s?=)?",
    },
    Form {
        kind: "nav",
        anchors: &[
            "댓글쓰기",
            "댓글을 달아",
            "티스토리 뷰",
            "더 읽기",
            "본문영역",
            "본문 바로",
            "열기/닫기",
            "접기/펴기",
            "수정/삭제",
        ],
        needs: b"",
        regex: r"(?:수정/삭제(?:\s댓글쓰기)?|댓글을 달아\s?주세요|티스토리 뷰|더 읽기\s?➦?|본문영역|본문(?:으로)? 바로가기|열기/닫기|접기/펴기|댓글쓰기)",
    },
    // Tabs of a page with their counts: 책정보 리뷰 (13) 가격비교 (8).
    Form {
        kind: "nav",
        anchors: &[
            "리뷰(",
            "리뷰 (",
            "후기(",
            "후기 (",
            "댓글(",
            "댓글 (",
            "문의(",
            "문의 (",
            "평가(",
            "평가 (",
            "사은품(",
            "사은품 (",
            "가격비교(",
            "가격비교 (",
            "기획전(",
            "기획전 (",
        ],
        needs: b"",
        regex: r"(?:[가-힣A-Za-z/]{2,12}\s?\(\d{1,6}\)\s?){3,}",
    },
    // Measures of clothes: S-허리둘레:64cm 밑단둘레:98cm 총장:36cm.
    Form {
        kind: "list",
        anchors: &["cm", "CM"],
        needs: b"0",
        regex: r"(?:[가-힣A-Za-z0-9()~/\-]{1,16}\s?[:：]?\s?\d{1,3}(?:[.~/-]\d{1,3})*\s?(?:cm|CM)\s?[/,|]?\s?){3,}",
    },
    // The issue of a paper: [1419호 / 2017년 12월 13일자 / …].
    Form {
        kind: "copyright",
        anchors: &["호 /", "호/"],
        needs: b"[",
        regex: r"\[(?:제\s?)?\d{1,5}호\s?/[^\[\]\n]{1,60}\]",
    },
    // Addresses abroad: (9290 Gaither Rd. Gaithersburg, MD 20877).
    Form {
        kind: "contact",
        anchors: &[" Rd", " Road", " St.", " St,", " Street", " Ave", " Blvd", " Drive", " Lane", " Hwy"],
        needs: b"0",
        regex: r"\(?\d{1,5}\s(?:[NSEW]\.?\s)?(?:[A-Z][\w.]*\s){1,4}?(?:Rd|Road|St|Street|Ave|Avenue|Blvd|Drive|Lane|Hwy)\.?,?\s(?:[A-Z][\w.]*,?\s){1,3}[A-Z]{2},?\s\d{5}(?:-\d{4})?\)?",
    },
    Form { kind: "ornament", anchors: &["[email"], needs: b"", regex: r"\[email[  ]protected\]" },
];

/// How far a form may reach from its anchor, in bytes.
const REACH: usize = 160;
/// How much text behind an anchor is searched at once, in bytes; a few times [`REACH`], so that
/// dense anchors share their searches and lone ones cost little.
const WINDOW: usize = 480;

static REGEXES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let whole = |f: &Form| {
        f.regex.replace(r"\{DATE\}", DATE).replace(r"\{TIME\}", TIME).replace(r"\{OUTLET\}", OUTLET)
    };
    FORMS.iter().map(|f| Regex::new(&whole(f)).expect("the forms are constants")).collect()
});

/// Byte ranges of pieces in `text` with their kinds, sorted by start; they may overlap. `anchors` are those in it, by
/// their ends, each with the place of its form in [`FORMS`].
pub(super) fn find(text: &str, anchors: &[(Range<usize>, usize)]) -> Vec<(Range<usize>, &'static str)> {
    let mut found: Vec<(Range<usize>, &'static str)> = Vec::new();
    // Up to where each form has been searched: anchors close together share one search.
    let mut searched = vec![0; FORMS.len()];
    for (anchor, form) in anchors {
        let form = *form;
        if anchor.end <= searched[form] || !dated(text, anchor.clone()) {
            continue;
        }
        let start = floor_boundary(text, anchor.start.saturating_sub(REACH).max(searched[form]));
        let start = start.max(line_start(text, anchor.start));
        let mut end = ceil_boundary(text, (anchor.end + WINDOW).min(text.len()));
        let line_end = memchr::memchr(b'\n', &text.as_bytes()[anchor.end..end]).map(|i| anchor.end + i);
        // What begins close to the window's end may go on behind it, and is left to the next search.
        let last_start = match line_end {
            Some(line_end) => {
                end = line_end;
                end
            }
            None if end == text.len() => end,
            None => floor_boundary(text, end - REACH),
        };
        searched[form] = last_start;
        if !holds(&text.as_bytes()[start..end], FORMS[form].needs) {
            continue;
        }
        #[cfg(test)]
        SEARCHED.set(SEARCHED.get() + (end - start));
        for piece in REGEXES[form].find_iter(&text[start..end]) {
            let span = start + piece.start()..start + piece.end();
            if span.start >= last_start {
                break;
            }
            searched[form] = searched[form].max(span.end);
            found.push((span, FORMS[form].kind));
        }
    }
    found.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    found
}

/// Whether one of the bytes that a form needs is there.
fn holds(window: &[u8], needs: &[u8]) -> bool {
    let there = |need: &u8| match need {
        b'0' => window.iter().any(u8::is_ascii_digit),
        need => memchr::memchr(*need, window).is_some(),
    };
    needs.is_empty() || needs.iter().any(there)
}

/// Whether an anchor of digits opens a date such as `2012.03`; other anchors pass.
fn dated(text: &str, anchor: Range<usize>) -> bool {
    let behind = &text.as_bytes()[anchor.end..];
    !text[anchor].bytes().all(|b| b.is_ascii_digit())
        || matches!(behind, [a, b, b'.' | b'/' | b'-', ..] if a.is_ascii_digit() && b.is_ascii_digit())
}

/// Where the line that holds `at` starts, looking back no further than a form can reach.
fn line_start(text: &str, at: usize) -> usize {
    let from = at.saturating_sub(REACH);
    memchr::memrchr(b'\n', &text.as_bytes()[from..at]).map_or(0, |i| from + i + 1)
}

#[cfg(test)]
thread_local! {
    /// Bytes that were handed to the forms' expressions, as the measure of the work.
    pub(super) static SEARCHED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::junk::marks;

    fn find(text: &str) -> Vec<(Range<usize>, &'static str)> {
        super::find(text, &marks::find(text).anchors)
    }

    #[test]
    fn golden_pieces() {
        for (text, kind, piece) in [
            ("[메디컬투데이 이성호 기자] 봄이 왔다.", "byline", "[메디컬투데이 이성호 기자]"),
            ("(서울=연합뉴스) 장재은 기자 = 잉글랜드가", "byline", "(서울=연합뉴스) 장재은 기자 ="),
            ("[골닷컴] 김상희 객원 기자 = 제52회", "byline", "[골닷컴] 김상희 객원 기자 ="),
            ("끝났다. 최호승 기자 hbeo@beopbo.com", "byline", "최호승 기자 hbeo@beopbo.com"),
            (
                "서울--(뉴스와이어) 2016년 03월 07일 -- 회사는",
                "byline",
                "서울--(뉴스와이어) 2016년 03월 07일 --",
            ),
            ("생애[편집] 그는", "nav", "[편집]"),
            ("2009.12.30 06:57 신고 영화", "timestamp", "2009.12.30 06:57 신고"),
            ("입력 2012-07-31 15:40:03 수정", "timestamp", "입력 2012-07-31 15:40:03"),
            (
                "이런저런 이야기들/여행 2015.06.03 13:30 오늘은",
                "timestamp",
                "이런저런 이야기들/여행 2015.06.03 13:30",
            ),
            ("홈 > 전국 > 광주ㆍ전남 전남수목원은", "nav", "홈 > 전국 > 광주ㆍ전남"),
            ("작성일 조회수 : 238회 끝", "nav", "조회수 : 238회"),
            (
                "방법 (http://support.microsoft.com/kb/1/ ) 참고",
                "url",
                "(http://support.microsoft.com/kb/1/ )",
            ),
            (
                "평점 책정보 리뷰 (13) 가격비교 (8) 추가정보 (2) 이 책은",
                "nav",
                "리뷰 (13) 가격비교 (8) 추가정보 (2) ",
            ),
            (
                "입어요. S-허리둘레:64cm 밑단둘레:98cm 총장:36cm 색은",
                "list",
                "S-허리둘레:64cm 밑단둘레:98cm 총장:36cm ",
            ),
            (
                "했다. [1419호 / 2017년 12월 13일자 / 불교신보]",
                "copyright",
                "[1419호 / 2017년 12월 13일자 / 불교신보]",
            ),
            (
                "하관예배 (12 Batchellors Forest Rd. Olney, MD 20832) 에서",
                "contact",
                "(12 Batchellors Forest Rd. Olney, MD 20832)",
            ),
            ("선수 [사진=대한축구협회] 는", "byline", "[사진=대한축구협회]"),
            ("이하 사진 / 문화유산국민신탁 끝", "byline", "이하 사진 / 문화유산국민신탁"),
            ("ⓒ 한경닷컴, 무단전재 및 재배포 금지", "copyright", "ⓒ 한경닷컴, 무단전재 및 재배포 금지"),
        ] {
            let found = find(text);
            assert!(
                found.iter().any(|(s, k)| (&text[s.clone()], *k) == (piece, kind)),
                "{text}: {:?}",
                found.iter().map(|(s, k)| (&text[s.clone()], *k)).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn prose_about_the_same_things_stays() {
        for text in [
            "그는 신문 기자로 일했다.",
            "기자 간담회에서 밝혔다.",
            "2012년 9월 28일에 태어났다.",
            "사진을 찍었다.",
            "조회 수가 늘었다.",
            "A > B 이면 참이다.",
            "댓글이 많다.",
            "2010년 3월 1일 기준으로 1,258명이다.",
            "신고는 112로 한다.",
            "회의에는 김 위원(3) 등이 나왔다.",
            "키는 170cm이고 허리는 70cm이다.",
            "그는 1600 Street라는 곡을 썼다.",
            "출처를 밝혀야 한다.",
        ] {
            assert!(find(text).is_empty(), "{text}: {:?}", find(text));
        }
    }
}
