use proptest::prelude::*;

use super::*;

fn refusal(text: &str) -> String {
    translate(text).unwrap_err()
}

#[test]
fn a_plain_grammar_is_one_expression() {
    let lark = translate("# labels\nroot ::= label\n  | \"x\"\nlabel ::= \"가\" [0-9]{2,}").unwrap();
    assert_eq!(lark, "start: r0\nr0: /(?:가(?:[\\u{30}-\\u{39}]){2,})|x/\n");
}

#[test]
fn recursive_rules_stay_rules() {
    let lark = translate("root ::= \"(\" root? \")\" | (root \"a\" \"b\")+").unwrap();
    let expected = "start: r0\nh0: r0 /ab/\nr0: /\\u{28}/ r0? /\\u{29}/ | h0+\n";
    assert_eq!(lark, expected);
    assert_eq!(translate("root ::= \"\" | \"a\" root").unwrap(), "start: r0\nr0: \"\" | /a/ r0\n");
}

#[test]
fn errors_name_the_place() {
    for (text, error) in [
        ("root ::= \"a\n\"", "line 1, column 10: this text is not closed"),
        ("root ::= \"a\"\n  | b", "line 2, column 5: there is no rule `b`"),
        ("root ::= (\"a\"", "line 1, column 10: this group is not closed"),
        ("root ::= \"a\")", "line 1, column 13: `)` is out of place"),
        ("root ::= * \"a\"", "line 1, column 10: there is nothing to repeat"),
        ("root ::= \"\\q\"", "line 1, column 12: unknown escape; `\\\\` is a backslash"),
        ("root ::= \"\\ud800\"", "line 1, column 12: this number is no character"),
        ("root ::= []", "line 1, column 10: this class is empty"),
        ("root ::= [a", "line 1, column 10: this class is not closed"),
        ("root ::= \"a\"{3,2}", "line 1, column 13: the bounds are the wrong way round"),
        ("root ::= \"a\"{99999}", "line 1, column 14: more than 4096 repetitions"),
        ("root ::= (= \"a\")", "line 1, column 10: look-ahead is not supported"),
        ("root \"a\"", "line 1, column 6: expected `::=` after `root`"),
        ("root ::= \"a\"\nroot ::= \"b\"", "line 2, column 1: the rule `root` is there twice"),
        ("root ::= \"a\" root", "line 1, column 1: the rule `root` never comes to an end"),
        ("a ::= \"a\"", "the grammar has no rule `root`"),
    ] {
        assert_eq!(refusal(text), error, "{text}");
    }
    let nested = format!("root ::= {}\"a\"{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(refusal(&nested).contains("nested deeper than 64"));
    let mut doubling = "root ::= r0 r0\n".to_owned();
    for i in 0..40 {
        doubling += &format!("r{i} ::= r{} r{0}\n", i + 1);
    }
    assert!(refusal(&(doubling + "r40 ::= \"a\"")).contains("too large"));
}

proptest! {
    #[test]
    fn any_text_is_translated_or_refused(text in "(root ::= )?[a-b\"\\[\\]\\\\(){}|*+?^.,0-9#:= \nx가-]{0,60}") {
        let _ = translate(&text);
    }

    #[test]
    fn any_characters_at_all(text: String) {
        let _ = translate(&text);
    }
}
