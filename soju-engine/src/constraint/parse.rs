//! Reads grammars in the notation of llama.cpp (GBNF) and XGrammar.

use std::iter::Peekable;
use std::str::Chars;

/// A rule's right side, and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Literal(String),
    /// Ranges of characters, both ends included.
    Class {
        ranges: Vec<(char, char)>,
        negated: bool,
    },
    Any,
    Rule {
        name: String,
        place: Place,
    },
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
    Repeat {
        node: Box<Node>,
        least: u32,
        most: Option<u32>,
    },
}

/// Line and column, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    line: usize,
    column: usize,
}

impl Place {
    pub(super) fn error(self, reason: &str) -> String {
        format!("line {}, column {}: {reason}", self.line, self.column)
    }
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) body: Node,
}

/// Groups may be nested so deep.
const DEEPEST: usize = 64;
/// The largest number in `{m,n}`.
const MOST: u32 = 4096;

/// The rules in their order. Errors name line and column.
pub(super) fn parse(text: &str) -> Result<Vec<Rule>, String> {
    let mut parser = Parser { rest: text.chars().peekable(), place: Place { line: 1, column: 1 }, depth: 0 };
    let mut rules = Vec::new();
    parser.skip();
    while parser.rest.peek().is_some() {
        let place = parser.place;
        let name = parser.name();
        if name.is_empty() {
            return Err(place.error("expected the name of a rule"));
        }
        parser.skip();
        if !parser.take_definition() {
            return Err(parser.place.error(&format!("expected `::=` after `{name}`")));
        }
        let body = parser.choice()?;
        if let Some(character) = parser.rest.peek().filter(|character| !is_name(**character)) {
            return Err(parser.place.error(&format!("`{character}` is out of place")));
        }
        rules.push(Rule { name, place, body });
    }
    Ok(rules)
}

fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
}

struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
    place: Place,
    depth: usize,
}

impl Parser<'_> {
    fn bump(&mut self) -> Option<char> {
        let character = self.rest.next()?;
        if character == '\n' {
            self.place = Place { line: self.place.line + 1, column: 1 };
        } else {
            self.place.column += 1;
        }
        Some(character)
    }

    fn take(&mut self, character: char) -> bool {
        let there = self.rest.peek() == Some(&character);
        if there {
            self.bump();
        }
        there
    }

    /// White space and comments.
    fn skip(&mut self) {
        while let Some(character) = self.rest.peek() {
            if *character == '#' {
                while self.bump().is_some_and(|character| character != '\n') {}
            } else if character.is_whitespace() {
                self.bump();
            } else {
                return;
            }
        }
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(character) = self.rest.peek().copied().filter(|character| is_name(*character)) {
            name.push(character);
            self.bump();
        }
        name
    }

    fn take_definition(&mut self) -> bool {
        self.take(':') && self.take(':') && self.take('=')
    }

    /// Whether a new rule begins here: a name, and `::=` after it.
    fn at_rule(&self) -> bool {
        let mut ahead = self.rest.clone();
        let mut named = false;
        while ahead.next_if(|character| is_name(*character)).is_some() {
            named = true;
        }
        while ahead.next_if(|character| character.is_whitespace()).is_some() {}
        named && ahead.take(3).eq("::=".chars())
    }

    fn choice(&mut self) -> Result<Node, String> {
        if self.depth == DEEPEST {
            return Err(self.place.error(&format!("groups are nested deeper than {DEEPEST}")));
        }
        self.depth += 1;
        let mut alternatives = vec![self.sequence()?];
        while self.take('|') {
            alternatives.push(self.sequence()?);
        }
        self.depth -= 1;
        Ok(match (alternatives.len(), alternatives.pop()) {
            (1, Some(only)) => only,
            (_, last) => Node::Choice(alternatives.into_iter().chain(last).collect()),
        })
    }

    fn sequence(&mut self) -> Result<Node, String> {
        let mut items = Vec::new();
        loop {
            self.skip();
            let place = self.place;
            let item = match self.rest.peek().copied() {
                Some('"') => Node::Literal(self.literal()?),
                Some('[') => self.class()?,
                Some('.') => {
                    self.bump();
                    Node::Any
                }
                Some('(') => self.group()?,
                Some(character) if is_name(character) && !self.at_rule() => {
                    Node::Rule { name: self.name(), place }
                }
                Some('*' | '+' | '?' | '{') => return Err(place.error("there is nothing to repeat")),
                _ => return Ok(Node::Sequence(items)),
            };
            items.push(self.repeats(item)?);
        }
    }

    fn group(&mut self) -> Result<Node, String> {
        let open = self.place;
        self.bump();
        if self.rest.peek() == Some(&'=') {
            return Err(open.error("look-ahead is not supported"));
        }
        let body = self.choice()?;
        if self.take(')') { Ok(body) } else { Err(open.error("this group is not closed")) }
    }

    fn repeats(&mut self, mut node: Node) -> Result<Node, String> {
        for _ in 0..DEEPEST {
            let (least, most) = match self.rest.peek() {
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('?') => (0, Some(1)),
                Some('{') => self.bounds()?,
                _ => return Ok(node),
            };
            // `bounds` leaves the closing brace.
            self.bump();
            node = Node::Repeat { node: Box::new(node), least, most };
        }
        Err(self.place.error("too many repetition signs in a row"))
    }

    fn bounds(&mut self) -> Result<(u32, Option<u32>), String> {
        let place = self.place;
        self.bump();
        let least = self.number()?;
        self.skip();
        let most = if self.take(',') { self.number()? } else { least };
        self.skip();
        if self.rest.peek() != Some(&'}') {
            return Err(place.error("expected `{m}`, `{m,}`, `{,n}` or `{m,n}`"));
        }
        match (least, most) {
            (None, None) => Err(place.error("these bounds have no number")),
            (Some(least), Some(most)) if least > most => {
                Err(place.error("the bounds are the wrong way round"))
            }
            (least, most) => Ok((least.unwrap_or(0), most)),
        }
    }

    fn number(&mut self) -> Result<Option<u32>, String> {
        self.skip();
        let (place, mut number) = (self.place, None);
        while let Some(digit) = self.rest.peek().and_then(|character| character.to_digit(10)) {
            self.bump();
            let value = number.unwrap_or(0) * 10 + digit;
            if value > MOST {
                return Err(place.error(&format!("more than {MOST} repetitions")));
            }
            number = Some(value);
        }
        Ok(number)
    }

    fn literal(&mut self) -> Result<String, String> {
        let open = self.place;
        self.bump();
        let mut text = String::new();
        loop {
            match self.bump() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                Some('\n') | None => return Err(open.error("this text is not closed")),
                Some(character) => text.push(character),
            }
        }
    }

    fn class(&mut self) -> Result<Node, String> {
        let open = self.place;
        self.bump();
        let negated = self.take('^');
        let mut ranges = Vec::new();
        loop {
            let place = self.place;
            match self.bump() {
                Some(']') if ranges.is_empty() => return Err(open.error("this class is empty")),
                Some(']') => return Ok(Node::Class { ranges, negated }),
                None | Some('\n') => return Err(open.error("this class is not closed")),
                Some(character) => {
                    let low = if character == '\\' { self.escape()? } else { character };
                    let mut ahead = self.rest.clone();
                    let is_range = ahead.next() == Some('-') && ahead.next() != Some(']');
                    let high = if is_range {
                        self.bump();
                        match self.bump() {
                            Some('\\') => self.escape()?,
                            Some(character) if character != '\n' => character,
                            _ => return Err(open.error("this class is not closed")),
                        }
                    } else {
                        low
                    };
                    if low > high {
                        return Err(place.error("the range is the wrong way round"));
                    }
                    ranges.push((low, high));
                }
            }
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<char, String> {
        let place = self.place;
        let digits = match self.bump() {
            Some('n') => return Ok('\n'),
            Some('r') => return Ok('\r'),
            Some('t') => return Ok('\t'),
            Some(character @ ('\\' | '"' | '\'' | '[' | ']' | '^' | '-' | '/')) => return Ok(character),
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            _ => return Err(place.error("unknown escape; `\\\\` is a backslash")),
        };
        let mut code = 0;
        for _ in 0..digits {
            let digit = self.bump().and_then(|character| character.to_digit(16));
            code = (code << 4)
                | digit.ok_or_else(|| place.error(&format!("expected {digits} hexadecimal digits")))?;
        }
        char::from_u32(code).ok_or_else(|| place.error("this number is no character"))
    }
}
