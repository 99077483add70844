//! Phrases that mark a segment as the page's own text and not the author's.
//!
//! Each is specific enough that its segment can go whole. They were collected from Korean press,
//! portal, blog, shop, forum and booking pages at large, and checked against the development data.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// Kinds with the phrases that give them away.
const PHRASES: [(&str, &[&str]); 6] = [
    (
        "copyright",
        &[
            "무단전재", "무단 전재", "무단복제", "무단 복제", "무단 배포", "무단배포", "재배포 금지", "재배포금지", "저작권자", "저작권은 ",
            "저작권침해", "저작권 침해 신고", "저작권 안내", "저작권 관련 사항", "All rights reserved", "All Rights Reserved",
            "ALL RIGHTS RESERVED", "Copyright ", "COPYRIGHT ", "copyright ©", "게시물 내용의 불법적 이용", "보도자료입니다. 배포 안내",
            "통해 배포한 보도자료", "진실성에 대하여", "법적 책임은 자료 등록자",
        ],
    ),
    (
        "nav",
        &[
            "바로가기", "본문내용 바로", "맨위로", "목록 보기", "목록보기", "이전글", "다음글", "이전 글", "다음 글", "댓글 달기",
            "댓글을 작성", "댓글을 입력", "댓글 0", "코멘트를 작성", "새로운 댓글이 없습니다", "로그인을 하", "로그인 하", "로그인이 필요",
            "로그인 후", "회원가입", "비밀번호", "아이디 찾기", "더보기", "자세히 보기", "더 보기", "전체보기", "전체 보기", "검색어를 입력",
            "검색결과가 없", "검색결과 없음", "에 대한 검색 결과", "재검색", "결과내 검색", "즐겨찾기", "해당되는 글", "타이틀명을 입력",             "피드 구독", "구독하기", "RSS", "엮인글", "트랙백 URL", "트랙백 주소", "현재접속자", "최근게시물", "최근 게시물", "게시물이 없습니다",
            "사용후기를 적어", "궁금한 점을 해결", "상품이 추가됩니다", "수량을 선택", "옵션선택", "최소주문수량", "브라우저를 사용하고 계시",
            "페이지를 인쇄", "인쇄하기", "스크랩하기", "주소 복사", "글자 크기", "글자크기", "미리보기를 제공", "다운로드 후 확인", "일반검색결과",
            "보유뱃지", "블라인드 처리", "게시물ID", "짧은주소", "기계 번역된 문서", "기계 번역 소프트웨어", "전문 번역가가 번역한", "자료상세보기",
            "구매평가(", "구매문의(", "학교정보가 없는", "지식포인트", "구매정보도 함께", "매시 정각마다", "판매자 정보 -", "레포트샵은",
            "날짜를 입력", "예약 가능 여부를 확인", "날짜를 선택", "검색 진행 중", "가격 변동을 모니터링", "모든 리뷰 보기", "리뷰번역",
            "이 호텔에 대한 개요", "적립금을 드립니다", "마이페이지에서 가능", "기사제보 및 보도자료", "본 문서의 정보는 다음의 제품", "기술 자료:",
            "서비스 팩을 구하는 방법", "support.microsoft.com", "페이지를 찾을 수", "좌측 콘텐츠", "자바스크립트를", "모바일 버전", "PC버전",
            "다운로드 형식으로만", "함께 구입한 제품", "좋아하는 다른 앨범", "공식사이트", "자세한 내용은 해당 기관", "레시피는 \"더", "관심 있을 만한",
            "이용약관", "개인정보취급방침", "개인정보처리방침", "개인정보 처리방침", "이메일무단수집", "청소년보호정책", "사이트맵", "고객센터에 신고",
            "문의는 일반문의게시판", "소식을 확인할 수 있습니다", "최근 본 상품", "최근에 본 호텔", "대화방으로 이동",
        ],
    ),
    (
        "share_buttons",
        &[
            "공유하기", "페이스북으로 공유", "트위터로 공유", "카카오톡으로 공유", "카카오스토리", "추천 한 방", "추천 버튼", "구독은 블로거에게",
            "손가락 버튼", "손가락을 눌러", "view on", "View on", "Like Loading", "Like this:", "좋아요 공감", "이 글에 공감", "북마크에 추가",
        ],
    ),
    (
        "ad",
        &[
            "이 기사를 응원", "후원 ARS", "후원계좌", "원고료를", "원고료 지급", "소정의 수수료", "소정의 원고료", "체험단으로 선정", "무상으로 제공받",
            "제공받아 작성", "업체로부터", "협찬을 받", "광고문의", "광고 문의", "특가 요금을", "지금 바로 예약", "초특가 혜택", "가격 인하를 놓치지",
            "선예약 후지불", "숙박이 적립", "Welcome Rewards", "무료배송,", "만원이상무료배송", "최대 90%", "할인가로 만나", "합격자기소개서입니다",
            "자기소개서 작성 시에도", "BEST 취업자료", "시사점을 강조", "슬라이드 1장", "천원 이상의 가치", "좋은 자료가 되", "많은 도움 되셨으면",
            "많은 도움이 되었으면", "예약은 펜션지기",
        ],
    ),
    (
        "contact",
        &[
            "언론 연락처", "개발자 연락처", "제품문의", "보도자료 문의", "경영공시 책임자", "전화번호 :", "팩스번호", "이메일로 연락", "대표전화",
            "대표이사 :", "사업자등록번호", "사업자 등록번호", "통신판매업신고", "통신판매신고", "개인정보관리책임자", "개인정보보호책임자",
            "호스팅제공", "등록번호 :", "발행인 :", "발행인:", "편집인 :", "편집인:", "A/S책임자", "소비자 분쟁해결기준", "Address :", "상호명 :", "오시는 길",
            "찾아오시는길", "카카오톡 :", "카톡 :", "텔레그램 :", "카톡문의", "카톡상담", "연락처:", "연락처 :",
        ],
    ),
    (
        "list",
        &[
            "파일형식", "페이지수", "저작시기", "등록일/", "자료번호", "품질지수", "프리미엄자료", "프리미엄 자료", "총장:", "허리둘레:", "세탁방법:",
            "제조국:", "제조연월", "색상은 모니터", "모니터의 사양", "첫세탁은", "드라이크리닝을 권장", "서지정보", "객실수:", "체크인 시작 시간",
            "별도 요금으로", "MOQ:", "FOB 가격", "최소 주문", "부가세포함", "상품코드",
        ],
    ),
];

static MATCHER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .build(PHRASES.iter().flat_map(|(_, phrases)| phrases.iter()))
        .expect("the phrases are constants")
});

/// Byte offsets of phrases in `text` with their kinds, in order.
pub(super) fn find(text: &str) -> Vec<(usize, &'static str)> {
    MATCHER
        .find_iter(text)
        .filter_map(|m| {
            let mut left = m.pattern().as_usize();
            PHRASES.iter().find_map(|(kind, phrases)| {
                if left < phrases.len() {
                    return Some((m.start(), *kind));
                }
                left -= phrases.len();
                None
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_belong_to_their_phrases() {
        let kinds: Vec<_> = find("무단전재 금지, 비밀번호를 넣으세요. MOQ: 3").into_iter().map(|f| f.1).collect();
        assert_eq!(kinds, ["copyright", "nav", "list"]);
        for (kind, phrases) in PHRASES {
            for phrase in phrases {
                assert_eq!(find(phrase).first().map(|f| f.1), Some(kind), "{phrase}");
            }
        }
    }
}
