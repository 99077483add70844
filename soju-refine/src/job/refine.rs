//! What the model does to documents that stay: edit programs, or rewriting. Never both: what is written anew is
//! synthetic, and a job is one or the other.

use soju_engine::Engine;

use super::config::JobConfig;
use crate::document::Document;
use crate::edit::{Editor, PendingEdit};
use crate::llm::GenerationError;
use crate::pipeline::Reason;
use crate::report::Tally;
use crate::rewrite::{self, PendingRewrite, Rewriter, Rewritten};

/// Asks the model about documents that stay.
#[derive(Debug)]
pub(super) enum Refiner {
    Edit(Editor),
    Rewrite(Rewriter),
}

/// A document that the model is working on.
#[derive(Debug)]
pub(super) enum Refining {
    Edit(PendingEdit),
    Rewrite(PendingRewrite),
}

/// What came of it, the changes of the document aside.
#[derive(Debug, Default)]
pub(super) struct Refined {
    /// Why the document goes after all.
    pub(super) drop: Option<Reason>,
    /// Where its sentences come from, if it was written anew.
    pub(super) rewritten: Option<Rewritten>,
}

impl Refiner {
    pub(super) fn new(engine: &Engine, config: &JobConfig) -> Result<Option<Self>, GenerationError> {
        if config.rewrite.enabled {
            let language = config.rules.language.clone();
            Rewriter::new(engine.clone(), config.rewrite.clone(), language).map(|r| Some(Self::Rewrite(r)))
        } else if config.edit.enabled {
            Editor::new(engine.clone(), config.edit.clone()).map(|e| Some(Self::Edit(e)))
        } else {
            Ok(None)
        }
    }

    /// The version of the prompt, for a job's identity.
    pub(super) fn version(&self) -> &str {
        match self {
            Self::Edit(editor) => editor.version(),
            Self::Rewrite(rewriter) => rewriter.version(),
        }
    }

    /// Its stage in times and reasons.
    pub(super) fn stage(&self) -> &'static str {
        match self {
            Self::Edit(_) => "edit",
            Self::Rewrite(_) => rewrite::STAGE,
        }
    }

    /// Documents under way at once.
    pub(super) fn in_flight(&self) -> usize {
        match self {
            Self::Edit(editor) => editor.config().in_flight,
            Self::Rewrite(rewriter) => rewriter.config().in_flight,
        }
    }

    pub(super) fn submit(&self, doc: &Document) -> Result<Refining, GenerationError> {
        match self {
            Self::Edit(editor) => editor.submit(doc.text()).map(Refining::Edit),
            Self::Rewrite(rewriter) => rewriter.submit(doc.text()).map(Refining::Rewrite),
        }
    }
}

impl Refining {
    pub(super) fn is_ready(&mut self) -> bool {
        match self {
            Self::Edit(pending) => pending.is_ready(),
            Self::Rewrite(pending) => pending.is_ready(),
        }
    }

    /// Waits, changes the document, and counts.
    pub(super) fn apply(self, doc: &mut Document, tally: &mut Tally) -> Result<Refined, GenerationError> {
        match self {
            Self::Edit(pending) => {
                tally.edit_programs.merge(&pending.apply(doc)?);
                Ok(Refined::default())
            }
            Self::Rewrite(pending) => {
                let outcome = pending.apply(doc)?;
                tally.rewrites.merge(&outcome.counts);
                let drop = match outcome.rewritten {
                    None => Some(Reason::new(rewrite::STAGE, outcome.reason)),
                    Some(_) => None,
                };
                Ok(Refined { drop, rewritten: outcome.rewritten })
            }
        }
    }
}
