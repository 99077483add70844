//! What a text that a language model wrote anew must pass before it is kept, as synthetic data.
//!
//! Everything else in this crate only takes away; here a model writes, so nothing that it says is believed.
//! [`RewritePrompt`] asks it to take out and repair only. [`Guards`] compare the answer with its source: every number,
//! date, name and content word must be there, every sentence must have a place in it, and the whole must be Korean, close
//! enough and without loops. What passes is a [`Rewritten`], marked [`SYNTHETIC`] and with the place of each
//! sentence; what does not is counted by guard ([`GuardCounts`]). `docs/rewrite.md` says what each guard does, and
//! what none of them can see.
//!
//! [`Rewriter`] does all of that with an engine, passage by passage.

mod align;
mod config;
mod counts;
mod dates;
mod facts;
mod guards;
mod names;
mod numbers;
mod prompt;
mod record;
mod repeats;
mod rewriter;
mod scan;
mod source;
#[cfg(test)]
mod tests;
mod text;
mod units;
mod words;

pub use align::{Support, align};
pub use config::RewriteConfig;
pub use counts::{GuardCounts, RewriteCounts};
pub use guards::{Guard, GuardConfig, Guards, Rejection};
pub use prompt::{RewritePrompt, RewriteTokens};
pub use record::{REWRITE, Rewritten, SYNTHETIC, SourceSpan};
pub use rewriter::{Outcome, PendingRewrite, Rewriter, STAGE};
