//! One generation's walk through its constraint.

use llguidance::Matcher;
use llguidance::toktrie::SimpleVob;

use super::compile::compile;
use super::{Constraint, Vocabulary};
use crate::{BackendError, TokenId};

/// What may come next.
#[derive(Debug)]
pub(crate) enum Next<'a> {
    /// One of these ids.
    Allowed(&'a SimpleVob),
    /// Nothing: the text is complete and can't go on.
    End,
}

/// Where a generation stands in its constraint.
pub(crate) struct Guide {
    matcher: Matcher,
    /// Tokens that end a text in the eyes of the tokenizer, and thus of `matcher`.
    tokenizer_ends: Vec<TokenId>,
    /// Tokens that end this request. May be empty.
    ends: Vec<TokenId>,
    mask: SimpleVob,
}

impl Guide {
    /// Compiles a constraint, within limits on its size and on the work it takes.
    ///
    /// # Errors
    /// [`BackendError::Invalid`] says what is wrong with the constraint.
    pub(crate) fn new(
        vocabulary: &Vocabulary,
        constraint: &Constraint,
        ends: &[TokenId],
    ) -> Result<Self, BackendError> {
        let mut matcher = Matcher::new(Ok(compile(vocabulary, constraint)?));
        // The first step shows what compiling does not: a constraint too complex to follow, or one without texts.
        if !matcher.is_stopped() {
            let _ = matcher.compute_mask();
        }
        if let Some(reason) = matcher.get_error() {
            return Err(BackendError::Invalid(format!(
                "its constraint can't be followed: {}",
                first_line(&reason)
            )));
        }
        let mask = SimpleVob::new();
        Ok(Self { matcher, tokenizer_ends: vocabulary.ends().to_vec(), ends: ends.to_vec(), mask })
    }

    /// The ids that may come next. Tokens that end the request are among them where the text is complete, and only
    /// there.
    ///
    /// # Errors
    /// [`BackendError::Invalid`] when the constraint is too complex here, or leads nowhere with this vocabulary.
    pub(crate) fn next(&mut self) -> Result<Next<'_>, BackendError> {
        if self.is_over() {
            return Ok(Next::End);
        }
        self.mask = self.matcher.compute_mask().map_err(|error| lost(&error.to_string()))?;
        let mask = &mut self.mask;
        let complete = self.tokenizer_ends.iter().any(|id| mask.is_allowed(*id as u32));
        for id in &self.tokenizer_ends {
            mask.disallow_token(*id as u32);
        }
        let known = 0..mask.len() as TokenId;
        for id in self.ends.iter().filter(|id| known.contains(*id)) {
            if complete {
                mask.allow_token(*id as u32);
            } else {
                mask.disallow_token(*id as u32);
            }
        }
        match (mask.is_zero(), complete) {
            (false, _) => Ok(Next::Allowed(&self.mask)),
            (true, true) => Ok(Next::End),
            (true, false) => Err(lost("only tokens that end the request could go on")),
        }
    }

    /// Takes the token that was chosen.
    ///
    /// # Errors
    /// [`BackendError::Invalid`] for a token that was not allowed.
    pub(crate) fn accept(&mut self, token: TokenId) -> Result<(), BackendError> {
        if self.ends.contains(&token) {
            return Ok(());
        }
        self.matcher.consume_token(token as u32).map_err(|error| lost(&error.to_string()))
    }

    /// The same constraint from its beginning, for a request with these end tokens. Only for a guide that has
    /// accepted nothing.
    pub(crate) fn fork(&self, ends: &[TokenId]) -> Self {
        Self {
            matcher: self.matcher.deep_clone(),
            tokenizer_ends: self.tokenizer_ends.clone(),
            ends: ends.to_vec(),
            mask: SimpleVob::new(),
        }
    }

    /// Whether this token ends the request.
    pub(crate) fn is_end(&self, token: TokenId) -> bool {
        self.ends.contains(&token)
    }

    /// Whether the text is complete and can't go on.
    pub(crate) fn is_over(&self) -> bool {
        self.matcher.is_stopped() && !self.matcher.is_error() && self.matcher.stop_reason().is_ok()
    }

    /// Tokens that must come next because the constraint leaves no choice, and takes them: the caller delivers
    /// them all. They are those that the tokenizer makes of the forced text.
    pub(crate) fn take_forced(&mut self) -> Result<Vec<TokenId>, BackendError> {
        let mut taken = Vec::new();
        while !self.is_over() {
            let forced = self.matcher.compute_ff_tokens();
            if forced.is_empty() || forced.iter().any(|id| self.ends.contains(&(*id as TokenId))) {
                break;
            }
            self.matcher.consume_tokens(&forced).map_err(|error| lost(&error.to_string()))?;
            taken.extend(forced.into_iter().map(|id| id as TokenId));
        }
        Ok(taken)
    }
}

fn lost(reason: &str) -> BackendError {
    BackendError::Invalid(format!("its constraint can't be followed further: {}", first_line(reason)))
}

/// Errors of `llguidance` may go on with a picture of the place, or a backtrace.
pub(super) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
