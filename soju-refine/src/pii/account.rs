//! Numbers of bank accounts.
//!
//! Groupings are those of the Korea Financial Telecommunications & Clearings Institute's 참가기관별 CMS
//! 계좌번호체계. Digits alone can't be told from other numbers, so a bank or a word for account stands near.

use std::sync::LazyLock;

use super::context::{Words, after, before, ends, previous, same_line, starts};
use super::kind::{Found, Kind};
use super::number::{Gap, Group};
use super::scan::{Cue, Recognizer};

/// Names of banks with the groupings of their numbers. A name that is also a plain word has 은행 added
/// where digits are not divided.
struct Bank {
    names: &'static [&'static str],
    groupings: &'static [&'static [usize]],
}

const BANKS: &[Bank] = &[
    Bank {
        names: &["국민", "KB", "kb"],
        groupings: &[
            &[6, 2, 6],
            &[3, 2, 4, 3],
            &[4, 2, 7],
            &[4, 2, 6],
            &[3, 3, 6],
            &[3, 4, 4],
            &[2, 3, 6, 3],
        ],
    },
    Bank {
        names: &["신한", "조흥"],
        groupings: &[&[3, 3, 6], &[3, 2, 6], &[3, 3, 8], &[3, 2, 8], &[3, 3, 5]],
    },
    Bank {
        names: &["우리", "한일", "평화은행"],
        groupings: &[
            &[4, 3, 6],
            &[3, 6, 2, 3],
            &[3, 2, 6],
            &[3, 2, 7],
            &[4, 2, 6],
            &[1, 3, 3, 6],
            &[4, 4, 5],
        ],
    },
    Bank {
        names: &["하나", "외환", "KEB"],
        groupings: &[&[3, 6, 5], &[3, 2, 5, 1], &[3, 6, 3], &[3, 2, 6], &[3, 6, 2, 3]],
    },
    Bank {
        names: &["농협", "NH", "nh", "축협", "단위농협"],
        groupings: &[
            &[3, 4, 4, 2],
            &[3, 2, 6],
            &[4, 2, 6],
            &[6, 2, 6],
            &[3, 4, 4, 3],
            &[3, 6, 5],
            &[3, 4, 6],
        ],
    },
    Bank {
        names: &["기업", "IBK", "ibk"],
        groupings: &[&[3, 6, 2, 3], &[3, 2, 7], &[8, 2], &[3, 8], &[3, 6, 5], &[3, 4, 4]],
    },
    Bank { names: &["산업은행", "산업", "KDB"], groupings: &[&[3, 2, 6], &[3, 8, 3], &[3, 4, 4, 3]] },
    Bank {
        names: &["SC", "제일", "스탠다드차타드"], groupings: &[&[3, 2, 6], &[3, 2, 9], &[3, 6, 2]]
    },
    Bank {
        names: &["씨티", "시티은행", "한미은행"],
        groupings: &[
            &[3, 5, 3, 2],
            &[3, 5, 3],
            &[2, 2, 6],
            &[1, 6, 3],
            &[1, 6, 3, 2],
            &[3, 6, 3],
            &[3, 6, 2, 1],
        ],
    },
    Bank {
        names: &["대구은행", "대구", "iM뱅크", "아이엠뱅크"],
        groupings: &[&[3, 2, 7], &[3, 2, 6, 3], &[2, 11], &[3, 2, 6, 1], &[3, 2, 6]],
    },
    Bank {
        names: &[
            "부산은행",
            "부산",
            "경남은행",
            "경남",
            "광주은행",
            "광주",
            "전북은행",
            "전북",
            "제주은행",
            "제주",
        ],
        groupings: &[
            &[3, 4, 4, 2],
            &[3, 2, 6, 1],
            &[3, 3, 6],
            &[4, 3, 7],
            &[3, 2, 6],
            &[3, 2, 7],
            &[3, 3, 7],
            &[1, 3, 2, 6],
            &[3, 4, 4, 1],
            &[2, 2, 6],
        ],
    },
    Bank {
        names: &["새마을금고", "새마을", "MG", "신협", "산림조합", "저축은행", "상호저축"],
        groupings: &[
            &[4, 4, 4, 1],
            &[4, 2, 6, 1],
            &[4, 3, 6, 1],
            &[4, 2, 7],
            &[5, 2, 6],
            &[3, 3, 6],
            &[6, 2, 6],
            &[3, 2, 6],
            &[4, 3, 6],
            &[5, 2, 6, 1],
            &[3, 2, 2, 6, 1],
            &[3, 2, 2, 7],
        ],
    },
    Bank { names: &["우체국"], groupings: &[&[6, 2, 6], &[4, 4, 4, 2], &[3, 2, 7], &[5, 2, 7]] },
    Bank {
        names: &["수협"],
        groupings: &[&[4, 4, 4], &[3, 2, 5, 1], &[3, 2, 8, 1], &[3, 2, 6], &[1, 3, 2, 5, 1]],
    },
    Bank {
        names: &["카카오뱅크", "카카오", "카뱅"], groupings: &[&[4, 2, 7], &[4, 2, 6], &[4, 4, 4, 1]]
    },
    Bank { names: &["케이뱅크", "케뱅", "K뱅크"], groupings: &[&[3, 3, 6], &[3, 4, 5], &[4, 4, 4]] },
    Bank { names: &["토스뱅크", "토스"], groupings: &[&[4, 4, 4], &[3, 3, 6], &[4, 4, 4, 2]] },
];

/// Names that are no other word, so that they may announce digits that nothing divides.
static BANK: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&[
        "은행",
        "뱅크",
        "농협",
        "축협",
        "수협",
        "신협",
        "새마을금고",
        "우체국",
        "카뱅",
        "케뱅",
        "토스",
        "저축은행",
        "신한",
        "씨티",
        "산림조합",
        "외환",
        "ibk",
        "kdb",
        "kb국민",
    ])
});
static ACCOUNT: LazyLock<Words> =
    LazyLock::new(|| Words::new(&["계좌", "입금", "송금", "예금주", "이체", "통장", "후원금", "account"]));

/// Numbers of bank accounts.
pub(super) struct Account;

impl Recognizer for Account {
    fn recognize(&self, cue: &Cue<'_>) -> Option<Found> {
        let number = cue.number;
        let groups = number.groups();
        let run = (10..=14).contains(&groups[0].len);
        let divided = 1 + groups[1..].iter().take_while(|g| account_gap(g.gap)).count();
        if !run && divided < 2 {
            return None;
        }
        if !starts(cue.text, number.start())
            || previous(cue.text, number.start()).is_some_and(|c| matches!(c, '-' | '.' | '#' | ','))
        {
            return None;
        }
        // No bank has a branch 000.
        if number.digits(1).starts_with(&[0; 3]) {
            return None;
        }
        let tail = same_line(before(cue.text, number.start(), 72));
        let used = if divided > 1 { longest(cue, tail, divided)? } else { 1 };
        let end = groups[used - 1].end;
        if !ends(cue.text, end) {
            return None;
        }
        let ahead = after(cue.text, end, 40);
        let ahead = ahead.split('\n').next().unwrap_or(ahead);
        let account = ACCOUNT.any(tail) || ahead.contains("예금주");
        // `2019-12-123456` is as often the number of a notice: a year and a month ask for a word for account.
        if used > 1 && dated(number.digits(used), groups) && (!account || tail.contains("없")) {
            return None;
        }
        let good = used > 1
            || close(tail)
            || account && ACCOUNT.behind_last(tail).is_some_and(near)
            || follows(ahead);
        good.then(|| Found::new(Kind::Account, number.start()..end).sure(account))
    }
}

/// How many groups make an account number, by the bank that stands near or else by a word for account.
fn longest(cue: &Cue<'_>, tail: &str, divided: usize) -> Option<usize> {
    let groups = cue.number.groups();
    let end = groups[divided - 1].end;
    let ahead = after(cue.text, end, 40);
    let ahead = ahead.split('\n').next().unwrap_or(ahead);
    let fits = |grouping: &&[usize]| {
        grouping.len() == divided && groups.iter().zip(grouping.iter()).all(|(g, len)| g.len == *len)
    };
    let digits = cue.number.digits(divided).len();
    let named = |bank: &Bank| {
        bank.names.iter().any(|name| {
            tail.rfind(name).is_some_and(|i| near(&tail[i + name.len()..]))
                || ahead.trim_start_matches([' ', '(', ',', '/', '[']).starts_with(name)
        })
    };
    let known = BANKS.iter().any(|b| b.groupings.iter().any(fits) && named(b));
    let account = ACCOUNT.any(tail) || ahead.contains("예금주");
    let long = divided >= 3 && (10..=16).contains(&digits);
    let bank = || BANK.behind_last(tail).is_some_and(near) || follows(ahead);
    (known || long && (account || bank())).then_some(divided)
}

/// Whether the first two groups are a year and a month.
fn dated(digits: &[u8], groups: &[Group]) -> bool {
    let value = |at: usize, len: usize| digits[at..at + len].iter().fold(0, |n, d| n * 10 + u32::from(*d));
    groups[0].len == 4
        && groups[1].len == 2
        && (1950..2050).contains(&value(0, 4))
        && (1..=12).contains(&value(4, 2))
}

/// A dash, or a space between groups.
fn account_gap(gap: Gap) -> bool {
    gap.plain()
}

/// Few characters, and no sentence's end, stand between the name and the number.
fn near(between: &str) -> bool {
    between.chars().count() <= 14
        && !between.contains(['.', '!', '?', '。'])
        && !between.chars().any(|c| c.is_ascii_digit())
}

/// A bank or a word for account stands right before digits that nothing divides.
fn close(tail: &str) -> bool {
    let near =
        |rest: &str| rest.chars().count() <= 6 && !rest.chars().any(|c| c.is_ascii_digit() || c == '.');
    BANK.behind_last(tail).is_some_and(near)
        || tail.contains("계좌") && ACCOUNT.behind_last(tail).is_some_and(near)
}

/// A bank stands right behind the number.
fn follows(ahead: &str) -> bool {
    let ahead = ahead.trim_start_matches([' ', '(', ',', '/', '[']);
    BANKS.iter().any(|b| {
        b.names.iter().any(|name| {
            ahead.strip_prefix(name).is_some_and(|rest| rest.starts_with("은행") || name.len() > 6)
        })
    })
}
