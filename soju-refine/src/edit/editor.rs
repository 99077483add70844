//! Asks an engine for edit programs about documents, and applies them.

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use soju_engine::{Constraint, Engine, GenerationRequest};

use super::program::{STOP, grammar};
use super::prompt::EditTokens;
use super::{Actions, EditConfig, EditCounts, EditPrompt, Program, changes, numbered, windows};
use crate::document::Document;
use crate::llm::{Answer, Generation, GenerationError};
use crate::segment::{Segment, segments};

/// The stage that a program's changes are recorded under.
const STAGE: &str = "edit";

/// Asks an engine for edit programs.
#[derive(Debug, Clone)]
pub struct Editor {
    engine: Engine,
    prompt: Arc<(EditPrompt, EditTokens)>,
    config: EditConfig,
}

impl Editor {
    /// An editor with the shipped prompt.
    ///
    /// # Errors
    /// The engine's sequences are too short for a window with its answer.
    pub fn new(engine: Engine, config: EditConfig) -> Result<Self, GenerationError> {
        Self::with_prompt(engine, config, EditPrompt::builtin())
    }

    /// An editor with a prompt of the caller's.
    ///
    /// # Errors
    /// As [`Editor::new`].
    pub fn with_prompt(
        engine: Engine,
        config: EditConfig,
        prompt: EditPrompt,
    ) -> Result<Self, GenerationError> {
        let tokens = prompt.tokenize(engine.tokenizer())?;
        let needed = tokens.header.len() + config.window_tokens + tokens.after.len() + config.max_new_tokens;
        let available = engine.info().context_length;
        if needed > available {
            let (task, key) = ("an edit program", "edit.window_tokens");
            return Err(GenerationError::ContextTooSmall { task, needed, available, key });
        }
        Ok(Self { engine, prompt: Arc::new((prompt, tokens)), config })
    }

    /// What the editor was told.
    pub fn config(&self) -> &EditConfig {
        &self.config
    }

    /// The version of the prompt, for a job's identity.
    pub fn version(&self) -> &str {
        self.prompt.0.version()
    }

    /// Asks about a text, in windows; waits for room in the engine, not for the answers.
    ///
    /// # Errors
    /// The engine is shut down or broken, or takes no constraints.
    pub fn submit(&self, text: &str) -> Result<PendingEdit, GenerationError> {
        let tokenizer = self.engine.tokenizer();
        let tokens = &self.prompt.1;
        let segments = segments(text);
        let mut counts = EditCounts { documents: 1, ..EditCounts::default() };
        let costs: Vec<usize> = segments
            .iter()
            // Behind its number, with its line feed.
            .map(|segment| tokenizer.encode(&text[segment.span.clone()]).len() + 6)
            .collect();
        let mut asked = Vec::new();
        let shown = windows(&costs, self.config.window_tokens, self.config.overlap_segments);
        for window in shown.into_iter().take(self.config.max_windows) {
            let listed = tokenizer.encode(&numbered(text, &segments[window.clone()]));
            let mut prompt = tokens.header.clone();
            prompt.extend(listed.into_iter().take(self.config.window_tokens));
            prompt.extend_from_slice(&tokens.after);
            counts.windows += 1;
            counts.tokens_read += (prompt.len() - tokens.header.len()) as u64;
            let request = GenerationRequest::builder(prompt)
                .shared_prefix(tokens.header.len())
                .max_new_tokens(self.config.max_new_tokens)
                .constraint(Constraint::Grammar(grammar(window.len(), self.config.spacing)))
                .stop(STOP);
            asked.push((window, Generation::new(self.engine.submit(request.build()?)?)));
        }
        Ok(PendingEdit { segments, asked, counts, editor: self.clone() })
    }

    /// Asks about a document, waits, and applies what comes of it.
    ///
    /// # Errors
    /// As [`Editor::submit`] and [`PendingEdit::apply`].
    pub fn edit(&self, doc: &mut Document) -> Result<EditCounts, GenerationError> {
        self.submit(doc.text())?.apply(doc)
    }
}

/// Programs about one document that the engine is still working on. Dropping it cancels.
#[derive(Debug)]
pub struct PendingEdit {
    segments: Vec<Segment>,
    asked: Vec<(Range<usize>, Generation)>,
    counts: EditCounts,
    editor: Editor,
}

impl PendingEdit {
    /// Whether [`PendingEdit::apply`] would return at once.
    pub fn is_ready(&mut self) -> bool {
        self.asked.iter_mut().all(|(_, generation)| generation.is_ready())
    }

    /// Waits for the answers and changes `doc`, whose text must be the one that was asked about. Whatever the answers
    /// say, spans are cut or replaced by placeholders, and spaces are put in or taken out, and nothing else.
    ///
    /// # Errors
    /// The engine failed or was shut down; `doc` is then as it was.
    pub fn apply(self, doc: &mut Document) -> Result<EditCounts, GenerationError> {
        let mut counts = self.counts;
        let Editor { engine, config, .. } = &self.editor;
        let until = Instant::now() + config.timeout();
        let mut said = Vec::new();
        for (window, generation) in self.asked {
            let program = match generation.wait(until)? {
                None => {
                    counts.unanswered += 1;
                    None
                }
                Some(answer) => {
                    counts.tokens_written += engine.tokenizer().encode(&answer.text).len() as u64;
                    read(&answer, window.len(), &mut counts)
                }
            };
            // A window that said nothing leaves its segments to no other: they stay.
            let actions = Actions::of(program.unwrap_or_default(), window.len());
            said.push((window, actions));
        }
        let actions = Actions::agree(self.segments.len(), said);
        let edited = changes(doc.text(), &self.segments, &actions, config.limits());
        edited.refusals.iter().for_each(|refusal| counts.refuse(refusal));
        if !edited.changes.is_empty() {
            doc.apply(STAGE, edited.changes);
        }
        Ok(counts)
    }
}

/// The program of an answer. The last line of one that was cut short may be half an instruction, so it is left out.
fn read(answer: &Answer, segments: usize, counts: &mut EditCounts) -> Option<Program> {
    let text = match answer.whole {
        true => &*answer.text,
        false => answer.text.rsplit_once('\n').map_or("", |(complete, _)| complete),
    };
    match Program::parse(text, segments) {
        Ok(program) => {
            counts.whole += u64::from(answer.whole);
            counts.cut_short += u64::from(!answer.whole);
            Some(program)
        }
        Err(_) => {
            counts.unreadable += 1;
            None
        }
    }
}

#[cfg(test)]
#[path = "editor_tests.rs"]
mod tests;
