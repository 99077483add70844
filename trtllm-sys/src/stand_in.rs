//! The stand-in's engines, and what it will generate (feature `stand-in`).
//!
//! The stand-in (`shim/stand_in/`, with its README) is a test instrument: a library of our own with the class
//! surface of TensorRT-LLM's executor, which behaves as that is documented to and runs no model. Its "engine" is a
//! small text file; what it generates is a fixed function of prompt and seed, which [`Oracle`] computes too, so that
//! tests know each token beforehand. A real TensorRT-LLM refuses these files, and the stand-in real engines.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// An engine for the stand-in: the keys of its `rank0.engine` that differ from their defaults.
///
/// # Examples
///
/// ```
/// let folder = std::env::temp_dir().join("stand-in-engine-example");
/// trtllm_sys::stand_in::Engine::new().set("vocab_size", 50).fault("enqueue out_of_range times 1").write(&folder)?;
/// assert!(folder.join("rank0.engine").exists());
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Engine {
    lines: Vec<String>,
}

impl Engine {
    /// An engine with every key at its default: 1,000 tokens of vocabulary, prompts up to 1,024 tokens.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key, such as `vocab_size`, `max_input_len`, `max_batch_size`, `medusa_heads`, `logits_dtype`,
    /// `iteration_us` or `rank`; all are in the README of the stand-in.
    #[must_use]
    pub fn set(mut self, key: &str, value: impl std::fmt::Display) -> Self {
        self.lines.push(format!("{key} = {value}"));
        self
    }

    /// Adds a fault: `CALL KIND [after N] [times M] [ms T]`.
    #[must_use]
    pub fn fault(self, fault: &str) -> Self {
        self.set("fault", fault)
    }

    /// The text of `rank0.engine`, which is also what goes into an engine buffer.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::from("soju stand-in engine 1\n");
        for line in &self.lines {
            // Writing to a String can't fail.
            let _ = writeln!(text, "{line}");
        }
        text
    }

    /// Writes the engine as a folder: `config.json` and `rank0.engine`.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn write(&self, folder: &Path) -> io::Result<PathBuf> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("config.json"), self.config_json())?;
        fs::write(folder.join("rank0.engine"), self.text())?;
        Ok(folder.to_path_buf())
    }

    /// The text of `config.json`, with the names that `trtllm-build` gives to what the engine holds. The stand-in looks
    /// at `rank0.engine` alone.
    #[must_use]
    pub fn config_json(&self) -> String {
        let key = |name: &str, default: &str| {
            let begin = format!("{name} = ");
            let set = self.lines.iter().rev().find_map(|line| line.strip_prefix(&begin));
            set.unwrap_or(default).to_owned()
        };
        format!(
            "{{\"version\": \"1.2.1\", \"pretrained_config\": {{\"architecture\": \"stand-in\", \"vocab_size\": {}}}, \
             \"build_config\": {{\"max_input_len\": {}, \"max_seq_len\": {}, \"max_draft_len\": {}, \
             \"gather_context_logits\": true}}}}\n",
            key("vocab_size", "1000"),
            key("max_input_len", "1024"),
            key("max_seq_len", "2048"),
            key("max_draft_tokens", "63"),
        )
    }
}

/// What the stand-in generates.
#[derive(Clone, Copy, Debug)]
pub struct Oracle {
    vocabulary: u64,
    seed: u64,
}

/// One generated token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    /// The token.
    pub token: i32,
    /// Its log-probability.
    pub log_prob: f32,
    /// Its rank among the guesses of the Medusa head that drafts it, from 0.
    pub medusa_rank: i32,
}

impl Oracle {
    /// For an engine of this vocabulary and a request of this seed.
    #[must_use]
    pub fn new(vocabulary: u64, seed: u64) -> Self {
        Self { vocabulary, seed }
    }

    /// For the return sequence, or the beam, at `index`.
    #[must_use]
    pub fn sequence(self, index: u64) -> Self {
        Self { seed: self.seed.wrapping_add(index.wrapping_mul(0x9E37_79B9_7F4A_7C15)), ..self }
    }

    /// With a LoRA task.
    #[must_use]
    pub fn lora(self, task: u64) -> Self {
        Self { seed: self.seed ^ mix(task), ..self }
    }

    /// The next `count` tokens after `prompt`, before end ids, stop words and bans.
    #[must_use]
    pub fn draw(self, prompt: &[i32], count: usize) -> Vec<Drawn> {
        let mut hash = self.seed.to_le_bytes().into_iter().fold(0xcbf2_9ce4_8422_2325, fnv);
        for token in prompt {
            hash = token.to_le_bytes().into_iter().fold(hash, fnv);
        }
        let mut drawn = Vec::with_capacity(count);
        for _ in 0..count {
            let mixed = mix(hash);
            let token = i32::try_from(mixed % self.vocabulary).unwrap_or(i32::MAX);
            // At most 1,000, which a f32 holds exactly; likewise the rank.
            let log_prob = -(((mixed >> 40) % 1000 + 1) as f32) / 1000.0;
            let medusa_rank = ((mixed >> 20) % 4) as i32;
            drawn.push(Drawn { token, log_prob, medusa_rank });
            hash = token.to_le_bytes().into_iter().fold(hash, fnv);
        }
        drawn
    }

    /// The tokens alone.
    #[must_use]
    pub fn tokens(self, prompt: &[i32], count: usize) -> Vec<i32> {
        self.draw(prompt, count).into_iter().map(|drawn| drawn.token).collect()
    }

    /// The same tokens in the steps in which Medusa brings them: in each step the base model's own token, then as
    /// many as the tree in `choices` has a path of their ranks for.
    #[must_use]
    pub fn medusa_steps(self, prompt: &[i32], count: usize, choices: &[Vec<i32>]) -> Vec<Vec<i32>> {
        let deepest = choices.iter().map(Vec::len).max().unwrap_or(0);
        // A few more than asked for, so that the last step sees the tokens that it would have drafted.
        let drawn = self.draw(prompt, count + deepest);
        let mut steps = Vec::new();
        let mut at = 0;
        while at < count {
            let mut path = Vec::new();
            for next in &drawn[at + 1..] {
                path.push(next.medusa_rank);
                if !choices.contains(&path) {
                    path.pop();
                    break;
                }
            }
            let end = (at + 1 + path.len()).min(count);
            steps.push(drawn[at..end].iter().map(|one| one.token).collect());
            at = end;
        }
        steps
    }
}

/// A step of FNV-1a, 64 bits.
fn fnv(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
}

/// The finaliser of splitmix64.
fn mix(mut z: u64) -> u64 {
    z ^= z >> 30;
    z = z.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z ^= z >> 27;
    z = z.wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The loop of one request after another, written in plain C++ against the stand-in: what the binding is measured by.
///
/// `None` where the stand-in is not what is linked. Seconds for `requests` requests of `prompt` tokens and
/// `max_tokens` new ones.
#[must_use]
pub fn plain_loop(engine: &Path, requests: u32, prompt: u32, max_tokens: u32) -> Option<f64> {
    crate::native::plain_loop(engine, requests, prompt, max_tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_is_its_lines() {
        let text = Engine::new().set("vocab_size", 7).fault("forward stall ms 5").text();
        assert_eq!(text, "soju stand-in engine 1\nvocab_size = 7\nfault = forward stall ms 5\n");
    }

    #[test]
    fn medusa_brings_the_same_tokens_in_fewer_steps() {
        let oracle = Oracle::new(1000, 3);
        let tree: Vec<Vec<i32>> =
            (0..4).flat_map(|a| std::iter::once(vec![a]).chain((0..4).map(move |b| vec![a, b]))).collect();
        let steps = oracle.medusa_steps(&[1, 2], 20, &tree);
        assert_eq!(steps.concat(), oracle.tokens(&[1, 2], 20));
        // Every rank is below 4 and the tree has all paths of two: each step but the last brings three.
        assert!(steps[..steps.len() - 1].iter().all(|step| step.len() == 3), "{steps:?}");
    }

    #[test]
    fn a_tree_of_nothing_brings_one_token_a_step() {
        assert_eq!(Oracle::new(10, 0).medusa_steps(&[1], 5, &[]).len(), 5);
    }
}
