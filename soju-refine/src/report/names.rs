//! What stages, kinds and levels are called in English and in Korean.

use crate::io::RejectKind;

/// Korean names of stages, kinds and levels. A name that is not here is shown in English alone.
const KOREAN: &[(&str, &str)] = &[
    // Levels and stages.
    ("rules", "규칙"),
    ("dedup", "중복 제거"),
    ("student", "학생 분류기"),
    ("judge", "언어 모델"),
    ("normalize", "정규화"),
    ("language", "언어"),
    ("metadata", "출처 정보"),
    ("heuristics", "어림 규칙"),
    ("junk", "쓰레기 글"),
    ("pii", "개인정보"),
    ("tokenize", "토큰화"),
    ("read", "읽기"),
    ("write", "쓰기"),
    ("edit", "모델의 편집"),
    ("rewrite", "다시 쓰기"),
    ("edit programs", "편집 지시"),
    ("rewritten", "다시 쓴 글"),
    // Why a document falls.
    ("not_korean", "한국어 아님"),
    ("too_short", "너무 짧음"),
    ("short", "짧음"),
    ("code", "코드"),
    ("hanja", "한자"),
    ("kana", "가나"),
    ("chinese", "중국어"),
    ("romanized", "로마자 한국어"),
    ("foreign", "외국어"),
    ("machine_translation", "기계 번역"),
    ("duplicate", "중복"),
    ("exact", "같은 글"),
    ("exact_duplicate", "같은 글"),
    ("gambling", "도박"),
    ("adult", "성인"),
    ("loan", "대출"),
    ("piracy", "불법 복제"),
    ("shop", "상품 목록"),
    ("commerce", "상품 판매"),
    ("downloads", "자료 판매"),
    ("spam", "스팸"),
    ("keywords", "키워드 나열"),
    ("repetition", "반복"),
    ("list", "목록"),
    ("fragments", "토막글"),
    ("not_prose", "문장 아님"),
    ("symbols", "기호"),
    ("numbers", "숫자 나열"),
    ("spacing", "띄어쓰기"),
    ("boilerplate", "상투 문구"),
    ("source_filter", "출처의 판정"),
    ("robots", "수집 금지"),
    ("document_score", "출처의 점수"),
    ("words", "낱말 수"),
    ("duplicate_lines", "같은 줄"),
    ("duplicate_line_characters", "같은 줄의 글자"),
    ("top_ngram", "잦은 낱말열"),
    ("duplicate_ngrams", "되풀이된 낱말열"),
    ("sentence_lines", "문장으로 끝난 줄"),
    ("new_lines", "줄 바꿈 수"),
    ("word_length", "낱말 길이"),
    ("bullet_lines", "글머리표 줄"),
    ("ellipsis_lines", "말줄임표 줄"),
    ("alphabetic_words", "글자 있는 낱말"),
    ("stop_words", "조사와 어미"),
    // What is cut from a document.
    ("nav", "메뉴"),
    ("navigation", "메뉴"),
    ("share_buttons", "공유 버튼"),
    ("copyright", "저작권 문구"),
    ("byline", "기자 이름"),
    ("contact", "연락처"),
    ("related", "관련 기사"),
    ("profanity", "욕설·혐오 표현"),
    ("repeat", "되풀이"),
    ("ad", "광고"),
    ("timestamp", "게시 시각"),
    ("ornament", "장식 기호"),
    ("url", "웹 주소"),
    ("garbage", "깨진 글"),
    // What is masked.
    ("phone", "전화번호"),
    ("email", "이메일"),
    ("rrn", "주민등록번호"),
    ("foreigner", "외국인등록번호"),
    ("passport", "여권번호"),
    ("driver_licence", "운전면허번호"),
    ("card", "카드번호"),
    ("account", "계좌번호"),
    ("business", "사업자등록번호"),
    ("corporate", "법인등록번호"),
    ("messenger", "메신저 아이디"),
    ("address", "주소"),
    ("ip", "IP 주소"),
    // What is normalized.
    ("nfc", "음절 조합"),
    ("jamo", "자모 조합"),
    ("control", "제어 문자"),
    ("invisible", "보이지 않는 문자"),
    ("space", "빈칸"),
    ("newline", "줄 바꿈"),
    ("width", "전각·반각 문자"),
    ("entity", "HTML 문자 참조"),
    ("marks", "결합 부호"),
    ("private_use", "사용자 정의 문자"),
    ("replacement", "깨진 문자"),
    // Why a record is rejected.
    ("bad_json", "JSON 오류"),
    ("invalid_utf8", "UTF-8 아님"),
    ("missing_text", "글 없음"),
    ("empty_text", "빈 글"),
    ("line_too_long", "너무 긴 줄"),
    ("truncated", "잘린 파일"),
];

/// The Korean name of a stage, kind or level, where there is one.
pub fn korean(name: &str) -> Option<&'static str> {
    KOREAN.iter().find(|(english, _)| *english == name).map(|(_, korean)| *korean)
}

/// A name as words: `not_korean` → `not Korean`.
pub(super) fn english(name: &str) -> String {
    match name {
        "not_korean" => "not Korean".to_owned(),
        "bad_json" => "bad JSON".to_owned(),
        "invalid_utf8" => "invalid UTF-8".to_owned(),
        "nfc" => "NFC".to_owned(),
        "entity" => "HTML entity".to_owned(),
        "rrn" => "resident registration number".to_owned(),
        "nav" => "navigation".to_owned(),
        "ad" => "advertisement".to_owned(),
        "url" => "URL".to_owned(),
        "pii" => "personal data".to_owned(),
        "judge" => "language model".to_owned(),
        "dedup" => "deduplication".to_owned(),
        name => name.replace('_', " "),
    }
}

/// The name of a kind of rejection, as it stands in files.
pub(super) fn reject_kind(kind: RejectKind) -> String {
    match serde_json::to_value(kind) {
        Ok(serde_json::Value::String(name)) => name,
        _ => format!("{kind:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_listed_twice() {
        let mut names: Vec<_> = KOREAN.iter().map(|(english, _)| english).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|w| w[0] != w[1]));
    }

    #[test]
    fn every_rejection_has_a_korean_name() {
        use RejectKind::*;
        for kind in [BadJson, InvalidUtf8, MissingText, EmptyText, LineTooLong, Truncated] {
            assert!(korean(&reject_kind(kind)).is_some(), "{kind:?}");
        }
    }
}
