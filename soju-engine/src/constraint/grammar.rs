//! Grammars, regular expressions and choices in the notation of `llguidance`, which is that of Lark.
//!
//! Its lexer takes the longest match. A rule that does not lead back to itself becomes one regular
//! expression, so nothing is lost. In the others the parts between references are such expressions: a
//! grammar where a longer match of one part takes what the next part needs derives fewer texts there. No
//! text comes out that the grammar does not derive.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use super::parse::{Node, Rule, parse};

/// A translation may be so long: rules that are used often are written out each time.
const LONGEST: usize = 512 << 10;
/// Rules at most, with the groups inside recursive rules.
const MOST_RULES: usize = 2000;

/// One of these texts.
pub(super) fn choices(choices: &[String]) -> String {
    let choices: Vec<_> = choices.iter().map(|choice| escaped(choice)).collect();
    format!("start: /{}/\n", choices.join("|"))
}

/// A text that this expression matches as a whole.
pub(super) fn regex(expression: &str) -> String {
    format!("start: /{}/\n", llguidance::regex_to_lark(expression, ""))
}

/// Translates a grammar. Errors name line and column.
pub(super) fn translate(text: &str) -> Result<String, String> {
    let rules = parse(text)?;
    if rules.len() > MOST_RULES {
        return Err(format!("the grammar has {} rules; {MOST_RULES} are the most", rules.len()));
    }
    let mut places = HashMap::new();
    for (index, rule) in rules.iter().enumerate() {
        if places.insert(rule.name.as_str(), index).is_some() {
            return Err(rule.place.error(&format!("the rule `{}` is there twice", rule.name)));
        }
    }
    let Some(&root) = places.get("root") else {
        return Err("the grammar has no rule `root`".into());
    };
    let mut references = Vec::with_capacity(rules.len());
    for rule in &rules {
        let mut found = Vec::new();
        collect(&rule.body, &places, &mut found)?;
        references.push(found);
    }
    check_ends(&rules, &places)?;

    let recursive = recursive(&references);
    let mut writer = Writer {
        rules: &rules,
        places: &places,
        recursive,
        helpers: 0,
        out: String::new(),
        regex: Vec::new(),
    };
    writer.regex = vec![None; rules.len()];
    writer.compose_rules(&references)?;
    let mut lark = format!("start: r{root}\n");
    let used = reachable(root, &references);
    for index in (0..rules.len()).filter(|index| used.contains(index)) {
        if index == root || writer.recursive.contains(&index) {
            let body = writer.body(&rules[index].body)?;
            let _ = writeln!(writer.out, "r{index}: {body}");
        }
        writer.check_length(0)?;
    }
    lark.push_str(&writer.out);
    Ok(lark)
}

/// The rules that a right side names.
fn collect(node: &Node, places: &HashMap<&str, usize>, found: &mut Vec<usize>) -> Result<(), String> {
    match node {
        Node::Rule { name, place } => match places.get(name.as_str()) {
            Some(index) => found.push(*index),
            None => return Err(place.error(&format!("there is no rule `{name}`"))),
        },
        Node::Sequence(nodes) | Node::Choice(nodes) => {
            for node in nodes {
                collect(node, places, found)?;
            }
        }
        Node::Repeat { node, .. } => collect(node, places, found)?,
        Node::Literal(_) | Node::Class { .. } | Node::Any => {}
    }
    Ok(())
}

/// Refuses rules that derive no text because they never come to an end.
fn check_ends(rules: &[Rule], places: &HashMap<&str, usize>) -> Result<(), String> {
    fn ends(node: &Node, places: &HashMap<&str, usize>, known: &[bool]) -> bool {
        match node {
            Node::Rule { name, .. } => places.get(name.as_str()).is_some_and(|index| known[*index]),
            Node::Sequence(nodes) => nodes.iter().all(|node| ends(node, places, known)),
            Node::Choice(nodes) => nodes.iter().any(|node| ends(node, places, known)),
            Node::Repeat { node, least, .. } => *least == 0 || ends(node, places, known),
            Node::Literal(_) | Node::Class { .. } | Node::Any => true,
        }
    }
    let mut known = vec![false; rules.len()];
    loop {
        let mut news = false;
        for (index, rule) in rules.iter().enumerate() {
            if !known[index] && ends(&rule.body, places, &known) {
                (known[index], news) = (true, true);
            }
        }
        if !news {
            break;
        }
    }
    match known.iter().position(|ends| !ends) {
        Some(index) => {
            Err(rules[index].place.error(&format!("the rule `{}` never comes to an end", rules[index].name)))
        }
        None => Ok(()),
    }
}

fn reachable(from: usize, references: &[Vec<usize>]) -> HashSet<usize> {
    let (mut seen, mut open) = (HashSet::from([from]), vec![from]);
    while let Some(rule) = open.pop() {
        open.extend(references[rule].iter().copied().filter(|next| seen.insert(*next)));
    }
    seen
}

/// Rules that lead back to themselves, and those that lead to such rules.
fn recursive(references: &[Vec<usize>]) -> HashSet<usize> {
    let mut plain = vec![false; references.len()];
    loop {
        let mut news = false;
        for (rule, uses) in references.iter().enumerate() {
            if !plain[rule] && uses.iter().all(|used| plain[*used]) {
                (plain[rule], news) = (true, true);
            }
        }
        if !news {
            return (0..references.len()).filter(|rule| !plain[*rule]).collect();
        }
    }
}

struct Writer<'a> {
    rules: &'a [Rule],
    places: &'a HashMap<&'a str, usize>,
    recursive: HashSet<usize>,
    /// Rules made for groups.
    helpers: usize,
    out: String,
    /// The regular expressions of rules that are not recursive.
    regex: Vec<Option<String>>,
}

impl Writer<'_> {
    /// Writes the plain rules as regular expressions, each after those that it uses.
    fn compose_rules(&mut self, references: &[Vec<usize>]) -> Result<(), String> {
        loop {
            let mut news = false;
            for (rule, used) in references.iter().enumerate() {
                let ready = !self.recursive.contains(&rule)
                    && self.regex[rule].is_none()
                    && used.iter().all(|used| self.regex[*used].is_some());
                if ready {
                    let mut expression = String::new();
                    self.expression(&self.rules[rule].body, &mut expression)?;
                    self.regex[rule] = Some(expression);
                    news = true;
                }
            }
            if !news {
                return Ok(());
            }
        }
    }

    fn check_length(&self, more: usize) -> Result<(), String> {
        if self.out.len() + more > LONGEST || self.helpers > MOST_RULES {
            return Err("the grammar is too large when its rules are written out".into());
        }
        Ok(())
    }

    fn is_plain(&self, node: &Node) -> bool {
        match node {
            Node::Rule { name, .. } => {
                self.places.get(name.as_str()).is_none_or(|i| !self.recursive.contains(i))
            }
            Node::Sequence(nodes) | Node::Choice(nodes) => nodes.iter().all(|node| self.is_plain(node)),
            Node::Repeat { node, .. } => self.is_plain(node),
            Node::Literal(_) | Node::Class { .. } | Node::Any => true,
        }
    }

    /// Appends a plain node as a regular expression.
    fn expression(&self, node: &Node, out: &mut String) -> Result<(), String> {
        match node {
            Node::Literal(text) => out.push_str(&escaped(text)),
            Node::Class { ranges, negated } => {
                out.push_str(if *negated { "[^" } else { "[" });
                for (low, high) in ranges {
                    let _ = write!(out, "\\u{{{:x}}}-\\u{{{:x}}}", u32::from(*low), u32::from(*high));
                }
                out.push(']');
            }
            Node::Any => out.push_str("(?s:.)"),
            Node::Rule { name, .. } => {
                let known = self.places.get(name.as_str()).and_then(|index| self.regex[*index].as_deref());
                let _ = write!(out, "(?:{})", known.unwrap_or_default());
            }
            Node::Sequence(nodes) => {
                for node in nodes {
                    match node {
                        Node::Choice(_) => {
                            out.push_str("(?:");
                            self.expression(node, out)?;
                            out.push(')');
                        }
                        _ => self.expression(node, out)?,
                    }
                }
            }
            Node::Choice(nodes) => {
                for (i, node) in nodes.iter().enumerate() {
                    if i > 0 {
                        out.push('|');
                    }
                    self.expression(node, out)?;
                }
            }
            Node::Repeat { node, least, most } => {
                out.push_str("(?:");
                self.expression(node, out)?;
                out.push(')');
                match (least, most) {
                    (least, Some(most)) => _ = write!(out, "{{{least},{most}}}"),
                    (least, None) => _ = write!(out, "{{{least},}}"),
                }
            }
        }
        self.check_length(out.len())
    }

    /// The right side of a Lark rule.
    fn body(&mut self, node: &Node) -> Result<String, String> {
        if self.is_plain(node) {
            return self.lexeme(std::slice::from_ref(node));
        }
        match node {
            Node::Choice(nodes) => {
                let alternatives = nodes.iter().map(|node| self.body(node)).collect::<Result<Vec<_>, _>>()?;
                Ok(alternatives.join(" | "))
            }
            Node::Sequence(nodes) => {
                let mut parts = Vec::new();
                for run in nodes.chunk_by(|a, b| self.is_plain(a) && self.is_plain(b)).collect::<Vec<_>>() {
                    match run {
                        [node] if !self.is_plain(node) => parts.push(self.item(node)?),
                        plain => parts.push(self.lexeme(plain)?),
                    }
                }
                Ok(parts.join(" "))
            }
            other => self.item(other),
        }
    }

    /// A recursive node as one symbol.
    fn item(&mut self, node: &Node) -> Result<String, String> {
        match node {
            Node::Rule { name, .. } => {
                Ok(self.places.get(name.as_str()).map(|index| format!("r{index}")).unwrap_or_default())
            }
            Node::Repeat { node, least, most } => {
                let inner = self.item(node)?;
                Ok(match (least, most) {
                    (0, None) => format!("{inner}*"),
                    (1, None) => format!("{inner}+"),
                    (0, Some(1)) => format!("{inner}?"),
                    (_, Some(0)) => "\"\"".to_owned(),
                    (least, Some(most)) => format!("{inner}~{least}..{most}"),
                    (least, None) => format!("{inner}~{least}..{least} {inner}*"),
                })
            }
            group => {
                let body = self.body(group)?;
                let name = format!("h{}", self.helpers);
                self.helpers += 1;
                let _ = writeln!(self.out, "{name}: {body}");
                self.check_length(0)?;
                Ok(name)
            }
        }
    }

    fn lexeme(&self, nodes: &[Node]) -> Result<String, String> {
        let mut expression = String::new();
        match nodes {
            [node] => self.expression(node, &mut expression)?,
            nodes => self.expression(&Node::Sequence(nodes.to_vec()), &mut expression)?,
        }
        Ok(if expression.is_empty() { "\"\"".to_owned() } else { format!("/{expression}/") })
    }
}

/// A text as a regular expression between slashes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        if character.is_alphanumeric() {
            escaped.push(character);
        } else {
            let _ = write!(escaped, "\\u{{{:x}}}", u32::from(character));
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
