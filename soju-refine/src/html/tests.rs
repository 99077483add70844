use proptest::prelude::*;

use super::*;

const BODY: &str = "<p>정부는 26일 서울 종로구 정부서울청사에서 국무회의를 열고 내년도 예산안을 의결했다. 이번 예산안은 올해보다 \
    3.2% 늘어난 규모로, 복지와 교육 분야에 중점을 뒀다고 기획재정부는 설명했다.</p>\n";

fn menu() -> String {
    "<li><a href='/a'>정치</a></li><li><a href='/b'>경제</a></li>".repeat(20)
}

#[test]
fn the_article_of_a_page_is_found() {
    let menu = menu();
    let html = format!(
        "<!DOCTYPE html><html lang=ko><head><title>예산안 의결 - 한국신문</title><script>var a = '<p>아님</p>';</script></head>\
         <body><div id=header><ul class=gnb>{menu}</ul></div><div id=wrap><div class=left><ul>{menu}</ul></div>\
         <div id=articleBody class=article_view>{}<p>짧은 &lt;끝&gt;&nbsp;문장이다.<br>다음 줄이다.</p></div>\
         <div class=related><h3>관련기사</h3><ul>{menu}</ul></div></div>\
         <div id=footer><p>Copyright ⓒ 한국신문 무단전재 및 재배포 금지</p></div></body></html>",
        BODY.repeat(4)
    );
    let text = main_text(&html);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 6, "{text}");
    assert!(lines[0].starts_with("정부는 26일 서울 종로구") && lines[0].ends_with("기획재정부는 설명했다."));
    assert_eq!(lines[4..], ["짧은 <끝>\u{a0}문장이다.", "다음 줄이다."]);
}

#[test]
fn an_old_page_of_tables_and_capitals_is_read() {
    let menu = "<TR><TD><A HREF=a.asp>게시판</A><TR><TD><A HREF=b.asp>방명록</A>".repeat(6);
    let html = format!(
        "<HTML><BODY><FORM><TABLE WIDTH=900><TR><TD WIDTH=150><TABLE>{menu}</TABLE><TD><TABLE><TR><TD>제목<TD>강아지 사료 \
         <FONT COLOR=red>질문</FONT>이요<TR><TD COLSPAN=2>안녕하세요 저희 집 강아지가 사료를 안 먹어서요<BR>어떤 사료가 좋을까요?\
         <BR><BR>3개월 된 푸들입니다<P>추천 부탁드려요</TABLE></TABLE></FORM></BODY></HTML>"
    );
    let text = main_text(&html);
    let wanted = [
        "제목 강아지 사료 질문이요",
        "안녕하세요 저희 집 강아지가 사료를 안 먹어서요",
        "어떤 사료가 좋을까요?",
        "3개월 된 푸들입니다",
        "추천 부탁드려요",
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), wanted);
}

#[test]
fn what_is_no_text_or_hidden_is_left_out() {
    let html = "<body><div>보이는 글 <span>하나</span><span style='x'>둘</span></div><div style='color:red; display : none'>숨은 글\
        <div>안</div></div><p hidden>숨은 문단</p><select><option>서울<option>부산</select><noscript>자바스크립트</noscript>\
        <svg/><svg><title>그림</title></svg><button>보내기</button><textarea><p>쓰기</textarea><iframe src=a>틀</iframe>\
        <style>p{}</style><!-- <p>주석</p> --><pre>가  나\n  다</pre><div>끝</div>";
    assert_eq!(main_text(html), "보이는 글 하나둘\n가  나\n  다\n끝");
    // An element that is never closed ends with what is around it.
    assert_eq!(main_text("<div><div><select><option>서울</div>글</div>"), "글");
    assert_eq!(main_text("<p hidden>가<div>나</div>"), "");
}

#[test]
fn a_page_without_an_article_gives_its_lines() {
    assert_eq!(main_text("<nav>메뉴</nav><p>가<p>나<li>다<footer>라</footer>"), "가\n나\n다");
    assert_eq!(main_text("글\t하나\n 둘"), "글 하나 둘");
    assert_eq!(main_text(""), "");
    assert_eq!(main_text("<frameset><frame src=a></frameset>"), "");
}

/// How deep elements stand in each other, and that every one is closed where it belongs.
fn depth(html: &str) -> usize {
    let (mut stack, mut deepest) = (Vec::new(), 0);
    let body = html.strip_prefix("<!DOCTYPE html>").unwrap();
    for tag in body.split('<').skip(1) {
        let name = tag.split([' ', '>']).next().unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(stack.pop(), Some(name), "{html}"),
            None if name == "br" || name == "hr" => {}
            None => stack.push(name),
        }
        deepest = deepest.max(stack.len());
    }
    assert!(stack.is_empty(), "{html}");
    deepest
}

#[test]
fn a_skeleton_is_never_deep_and_has_little_more_than_the_page() {
    let size = 200_000;
    let shapes = [
        "<div>",
        "<p>",
        "<b>",
        "<a href=x>",
        "<table>",
        "<table><tr><td>",
        "<ul><li>",
        "<li>",
        "<td>",
        "<h1>",
        "<svg>",
        "<select>",
        "<div hidden>",
        "<div><p>",
        "<dl><dt>a<dd>",
        "</div>",
        "<div class='&quot;&quot;'>",
        "<blockquote>x",
        "<pre>",
        "<form>",
        "<title>",
        "<textarea>",
        "<script>",
        "<!--",
        "<![CDATA[",
        "<div a='",
        "&amp;",
        "&",
        "<",
        "<a b",
        "<table>x",
        "<tr>x<table>",
        "<caption>",
        "<table><caption>",
        "<br hidden>",
    ];
    for shape in shapes {
        let page = skeleton::of(&shape.repeat(size / shape.len()));
        assert!(depth(&page.html) < 80, "{shape}: {}", depth(&page.html));
        assert!(page.html.len() < 12 * size, "{shape}: {}", page.html.len());
        lines::of(&page.html);
    }
    let attributes: String = (0..20_000).map(|n| format!(" a{n}=b class=c{n}")).collect();
    let page = skeleton::of(&format!("<div{attributes}>글</div>"));
    assert_eq!(page.html, "<!DOCTYPE html><html><body><div class=\"c0\">글</div></body></html>");
    let deep = format!("{}글{}<p>끝", "<div>".repeat(100_000), "</div>".repeat(100_000));
    assert_eq!(main_text(&deep), "글\n끝");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_tags_make_a_well_formed_skeleton(
        parts in prop::collection::vec(
            (prop::sample::select(vec![
                "div", "p", "a href=x", "table", "tr", "td", "th", "tbody", "caption", "li", "ul", "dl", "dd", "h1", "h2",
                "select", "svg", "b", "br", "hr", "pre", "nav", "title", "script", "div hidden", "table hidden", "article",
            ]), any::<bool>(), "[가-나 <&]{0,3}"),
            0..120,
        ),
    ) {
        let html: String = parts.iter().map(|(tag, end, text)| {
            let name = tag.split(' ').next().unwrap();
            if *end { format!("</{name}>{text}") } else { format!("<{tag}>{text}") }
        }).collect();
        let page = skeleton::of(&html);
        depth(&page.html);
        let text = main_text(&html);
        prop_assert!(text.chars().all(|c| "가각 <&\n".contains(c) || ('가'..='나').contains(&c)), "{}", text);
        prop_assert!(text.lines().all(|line| !line.trim().is_empty()));
    }

    #[test]
    fn no_text_makes_it_panic(html in "\\PC{0,200}") {
        main_text(&html);
    }
}
