//! Asks an engine to write documents anew, passage by passage, and believes nothing of it.

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use soju_engine::{EmbedRequest, Embedding, Engine, GenerationRequest, Pooling};

use super::{
    Guard, Guards, Rejection, RewriteConfig, RewriteCounts, RewritePrompt, RewriteTokens, Rewritten,
};
use crate::document::{Change, Document};
use crate::language::LanguageConfig;
use crate::llm::{Generation, GenerationError};
use crate::segment::{Segment, segments};

/// The stage that rewritten passages are recorded under.
pub const STAGE: &str = "rewrite";

/// Asks an engine to write documents anew.
#[derive(Debug, Clone)]
pub struct Rewriter {
    engine: Engine,
    prompt: Arc<(RewritePrompt, RewriteTokens)>,
    guards: Arc<Guards>,
    config: RewriteConfig,
}

impl Rewriter {
    /// A rewriter with the shipped prompt; `language` says what is Korean.
    ///
    /// # Errors
    /// The engine's sequences are too short for a passage with its answer.
    pub fn new(
        engine: Engine,
        config: RewriteConfig,
        language: LanguageConfig,
    ) -> Result<Self, GenerationError> {
        Self::with_prompt(engine, config, language, RewritePrompt::builtin())
    }

    /// A rewriter with a prompt of the caller's.
    ///
    /// # Errors
    /// As [`Rewriter::new`].
    pub fn with_prompt(
        engine: Engine,
        config: RewriteConfig,
        language: LanguageConfig,
        prompt: RewritePrompt,
    ) -> Result<Self, GenerationError> {
        let tokens = prompt.tokenize(engine.tokenizer())?;
        let needed = tokens.overhead() + config.passage_tokens + longest_answer(config.passage_tokens);
        let available = engine.info().context_length;
        if needed > available {
            let (task, key) = ("rewriting", "rewrite.passage_tokens");
            return Err(GenerationError::ContextTooSmall { task, needed, available, key });
        }
        let guards = Arc::new(config.guards(language));
        Ok(Self { engine, prompt: Arc::new((prompt, tokens)), guards, config })
    }

    /// What the rewriter was told.
    pub fn config(&self) -> &RewriteConfig {
        &self.config
    }

    /// The version of the prompt, for a job's identity.
    pub fn version(&self) -> &str {
        self.prompt.0.version()
    }

    /// Asks about each passage of a text; waits for room in the engine, not for the answers.
    ///
    /// # Errors
    /// The engine is shut down or broken.
    pub fn submit(&self, text: &str) -> Result<PendingRewrite, GenerationError> {
        let tokenizer = self.engine.tokenizer();
        let (prompt, tokens) = &*self.prompt;
        let mut counts = RewriteCounts { documents: 1, ..RewriteCounts::default() };
        let segments = segments(text);
        let costs: Vec<usize> =
            segments.iter().map(|s| tokenizer.encode(&text[s.span.clone()]).len() + 1).collect();
        let mut asked = Vec::new();
        for span in passages(&segments, &costs, self.config.passage_tokens) {
            let letters = text[span.clone()].chars().filter(|c| c.is_alphanumeric()).count();
            if letters < self.config.min_letters || asked.len() == self.config.max_passages {
                counts.left += 1;
                continue;
            }
            let ids = tokens.request(tokenizer, &text[span.clone()]);
            let own = ids.len() - tokens.overhead();
            counts.passages += 1;
            counts.tokens_read += (ids.len() - tokens.shared()) as u64;
            let request = GenerationRequest::builder(ids)
                .shared_prefix(tokens.shared())
                .max_new_tokens(longest_answer(own.min(self.config.passage_tokens)))
                .stop(prompt.stop());
            asked.push((span, Generation::new(self.engine.submit(request.build()?)?)));
        }
        Ok(PendingRewrite { asked, counts, rewriter: self.clone() })
    }

    /// Rewrites a document and waits.
    ///
    /// # Errors
    /// As [`Rewriter::submit`] and [`PendingRewrite::apply`].
    pub fn rewrite(&self, doc: &mut Document) -> Result<Outcome, GenerationError> {
        self.submit(doc.text())?.apply(doc)
    }

    /// How alike passages and their answers are, by the cosine of their averaged hidden states.
    fn cosines(&self, pairs: &[(&str, &str)]) -> Result<Vec<f32>, GenerationError> {
        let tokenizer = self.engine.tokenizer();
        let request = |text: &str| EmbedRequest {
            tokens: tokenizer.bos().into_iter().chain(tokenizer.encode(text)).collect(),
            pooling: Pooling::Mean,
        };
        let requests = pairs.iter().flat_map(|(a, b)| [request(a), request(b)]).collect();
        let states = self.engine.embed(requests)?;
        Ok(states.as_chunks::<2>().0.iter().map(|[a, b]| cosine(a, b)).collect())
    }
}

/// What a rewriter only takes out and repairs can't grow; a repaired space may cost a token more.
fn longest_answer(tokens: usize) -> usize {
    tokens + tokens / 8 + 8
}

/// Runs of segments that cost at most `budget` together. A segment of more is in none.
fn passages(segments: &[Segment], costs: &[usize], budget: usize) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut sum = None;
    for (segment, cost) in segments.iter().zip(costs) {
        match (out.last_mut(), sum) {
            _ if *cost > budget => sum = None,
            (Some(last), Some(so_far)) if so_far + cost <= budget => {
                last.end = segment.span.end;
                sum = Some(so_far + cost);
            }
            _ => {
                out.push(segment.span.clone());
                sum = Some(*cost);
            }
        }
    }
    out
}

fn cosine(a: &Embedding, b: &Embedding) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
    let (a, b) = (&a.values, &b.values);
    (dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()) as f32
}

/// What became of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The document as it is now, with the place of each sentence in the text as it was read; `None` where nothing
    /// passed, and the document is as it was.
    pub rewritten: Option<Rewritten>,
    /// Why nothing passed: the name of a [`Guard`], `unanswered`, `cut_short`, or `nothing_to_rewrite`.
    pub reason: &'static str,
    /// What was counted.
    pub counts: RewriteCounts,
}

/// Passages of one document that the engine is still working on. Dropping it cancels.
#[derive(Debug)]
pub struct PendingRewrite {
    asked: Vec<(Range<usize>, Generation)>,
    counts: RewriteCounts,
    rewriter: Rewriter,
}

impl PendingRewrite {
    /// Whether all answers are there. [`PendingRewrite::apply`] may still compare hidden states.
    pub fn is_ready(&mut self) -> bool {
        self.asked.iter_mut().all(|(_, generation)| generation.is_ready())
    }

    /// Waits for the answers and puts those that pass the guards in the place of their passages in `doc`, whose text
    /// must be the one that was asked about. Then the guards look at the whole.
    ///
    /// # Errors
    /// The engine failed, was shut down, or gives no hidden states.
    pub fn apply(self, doc: &mut Document) -> Result<Outcome, GenerationError> {
        let Self { asked, mut counts, rewriter } = self;
        let Rewriter { engine, guards, config, prompt } = &rewriter;
        let source = doc.text().to_owned();
        let until = Instant::now() + config.timeout();
        let mut why = None;
        let mut answers = Vec::new();
        for (span, generation) in asked {
            match generation.wait(until)? {
                None => {
                    counts.unanswered += 1;
                    why.get_or_insert("unanswered");
                }
                Some(answer) => {
                    counts.tokens_written += engine.tokenizer().encode(&answer.text).len() as u64;
                    if answer.whole {
                        answers.push((span, prompt.0.answer(&answer.text).to_owned()));
                    } else {
                        counts.cut_short += 1;
                        why.get_or_insert("cut_short");
                    }
                }
            }
        }
        let mut heard: Vec<Vec<Rejection>> =
            answers.iter().map(|(span, answer)| guards.check(&source[span.clone()], answer, None)).collect();
        if config.embeddings {
            // Hidden states cost another pass, so only of what has come so far.
            let passed: Vec<usize> = (0..answers.len()).filter(|i| heard[*i].is_empty()).collect();
            let pairs: Vec<_> =
                passed.iter().map(|i| (&source[answers[*i].0.clone()], answers[*i].1.as_str())).collect();
            for (i, cosine) in passed.iter().zip(rewriter.cosines(&pairs)?) {
                heard[*i].extend(guards.of_meaning(cosine));
            }
        }
        let mut changes = Vec::new();
        for ((span, answer), rejections) in answers.into_iter().zip(heard) {
            counts.guards.add(&rejections);
            match rejections.first() {
                Some(rejection) => drop(why.get_or_insert(rejection.guard.name())),
                None => changes.push(Change::replace("passage", span, answer)),
            }
        }
        if changes.is_empty() {
            return Ok(Outcome { rewritten: None, reason: why.unwrap_or("nothing_to_rewrite"), counts });
        }
        let before = doc.clone();
        doc.apply(STAGE, changes);
        match guards.pass(&source, doc.text(), None) {
            Ok(rewritten) => {
                let rewritten = rewritten.in_original(&before);
                Ok(Outcome { rewritten: Some(rewritten), reason: "", counts })
            }
            Err(rejections) => {
                *doc = before;
                let guard = rejections.first().map_or(Guard::Empty, |r| r.guard);
                counts.whole_rejected += 1;
                Ok(Outcome { rewritten: None, reason: guard.name(), counts })
            }
        }
    }
}

#[cfg(test)]
#[path = "rewriter_tests.rs"]
mod tests;
