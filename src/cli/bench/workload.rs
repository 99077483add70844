//! What is asked: prompts cut at random, but always the same, places of real text.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use soju_engine::{TokenId, Tokenizer};

/// One request.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Job {
    pub(in crate::cli) prompt: Vec<TokenId>,
    /// So many tokens at its start are those of the other requests too.
    pub(in crate::cli) shared: usize,
    pub(in crate::cli) new_tokens: usize,
}

/// Tokens of the text, and the place of the next cut.
pub(in crate::cli) struct Text {
    tokens: Vec<TokenId>,
    bos: Option<TokenId>,
    random: Random,
}

impl Text {
    /// Reads JSON lines with a field `text`.
    pub(in crate::cli) fn read(path: &Path, tokenizer: &Tokenizer, seed: u64) -> anyhow::Result<Self> {
        let at = || format!("{}: the prompts come from it; name another file with --text", path.display());
        let file = File::open(path).with_context(at)?;
        let reader: Box<dyn Read> = match path.extension() {
            Some(end) if end == "zst" => Box::new(zstd::Decoder::new(file).with_context(at)?),
            _ => Box::new(file),
        };
        let mut tokens = Vec::new();
        for line in BufReader::new(reader).lines() {
            let record: serde_json::Value = serde_json::from_str(&line.with_context(at)?).with_context(at)?;
            tokens.extend(tokenizer.encode(record["text"].as_str().unwrap_or_default()));
        }
        Ok(Self { tokens, bos: tokenizer.bos(), random: Random(seed) })
    }

    /// Prompts of `length` tokens that have nothing in common but their first token.
    pub(in crate::cli) fn distinct(
        &mut self,
        count: usize,
        length: usize,
        new: usize,
    ) -> anyhow::Result<Vec<Job>> {
        (0..count).map(|_| Ok(Job { prompt: self.prompt(length)?, shared: 0, new_tokens: new })).collect()
    }

    /// Prompts that begin with `header`.
    pub(in crate::cli) fn few_shot(
        &mut self,
        header: &[TokenId],
        count: usize,
        rest: usize,
        new: usize,
    ) -> anyhow::Result<Vec<Job>> {
        let one = |_| {
            let prompt = [header, self.cut(rest)?].concat();
            Ok(Job { prompt, shared: header.len(), new_tokens: new })
        };
        (0..count).map(one).collect()
    }

    pub(in crate::cli) fn prompt(&mut self, length: usize) -> anyhow::Result<Vec<TokenId>> {
        let bos = self.bos;
        let rest = self.cut(length - usize::from(bos.is_some()))?;
        Ok(bos.into_iter().chain(rest.iter().copied()).collect())
    }

    /// Requests that arrive by themselves, `rate` a second on average, with answers of 1/4 to 7/4 of `new`
    /// tokens: whoever computes requests in fixed groups waits for the longest.
    pub(in crate::cli) fn arriving(
        &mut self,
        count: usize,
        length: usize,
        new: usize,
        rate: f64,
    ) -> anyhow::Result<Vec<(Duration, Job)>> {
        let mut jobs = self.distinct(count, length, new)?;
        let mut at = 0.0;
        let timed = jobs.drain(..).map(|mut job| {
            job.new_tokens = (new / 4 + self.random.below(new * 3 / 2 + 1)).max(1);
            at -= self.random.unit().ln() / rate;
            (Duration::from_secs_f64(at), job)
        });
        Ok(timed.collect())
    }

    fn cut(&mut self, length: usize) -> anyhow::Result<&[TokenId]> {
        let all = self.tokens.len();
        ensure!(
            all > length,
            "the text has {all} tokens, too few for {length}; name a longer file with --text"
        );
        let start = self.random.below(all - length);
        Ok(&self.tokens[start..start + length])
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// Above 0, at most 1.
    fn unit(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seed: u64) -> Text {
        Text { tokens: (0..1000).collect(), bos: Some(-1), random: Random(seed) }
    }

    #[test]
    fn the_seed_decides_the_prompts() {
        let prompts = |seed| -> Vec<_> {
            text(seed).distinct(4, 16, 2).unwrap().into_iter().map(|job| job.prompt).collect()
        };
        assert_eq!(prompts(1), prompts(1));
        assert_ne!(prompts(1), prompts(2));
        assert!(prompts(3).iter().all(|prompt| prompt.len() == 16 && prompt[0] == -1));
    }

    #[test]
    fn few_shot_prompts_share_their_header_only() {
        let mut text = text(1);
        let header = text.prompt(32).unwrap();
        let jobs = text.few_shot(&header, 3, 8, 2).unwrap();
        assert!(jobs.iter().all(|job| job.prompt[..32] == header && job.shared == 32));
        assert_ne!(jobs[0].prompt, jobs[1].prompt);
    }

    #[test]
    fn arrivals_are_in_order_and_their_answers_differ() {
        let jobs = text(1).arriving(400, 16, 8, 100.0).unwrap();
        assert!(jobs.is_sorted_by_key(|(at, _)| *at));
        assert!(jobs.iter().all(|(_, job)| (2..=14).contains(&job.new_tokens)));
        let last = jobs[399].0.as_secs_f64();
        assert!((3.0..5.0).contains(&last), "400 at 100 a second took {last} s");
    }

    #[test]
    fn a_short_text_is_refused() {
        let refused = text(1).distinct(1, 2000, 1).unwrap_err().to_string();
        assert!(refused.contains("1000 tokens, too few"), "{refused}");
    }
}
