//! What stands around a prompt: nothing but the beginning of the sequence for a base model; a turn of the user, and the
//! beginning of the model's own, for one that was tuned for conversations.

use minijinja::{Environment, ErrorKind, context};
use soju_engine::{TokenId, Tokenizer};

/// Where the prompt goes, in the rendered template. A private character, so that no template has it.
const HOLE: &str = "\u{F5A5}";

/// The model's chat template can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChatError {
    /// It fails on a conversation of one message.
    #[error(
        "the model's chat template can't be rendered: {0:#}; give the tokenizer another one, or none for a base model (Tokenizer::with_chat_template)"
    )]
    Template(#[from] minijinja::Error),
    /// It does not show the message as it is, once.
    #[error("the model's chat template shows a message {0} times, expected once")]
    NoPlace(usize),
}

/// Token ids around a prompt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Beginning of sequence, and of the user's turn.
    pub(crate) before: Vec<TokenId>,
    /// End of the user's turn, and beginning of the model's.
    pub(crate) after: Vec<TokenId>,
    /// Whether the answer opens a turn, rather than going on with a line.
    pub(crate) is_turn: bool,
}

impl Frame {
    /// The frame of the tokenizer's model.
    ///
    /// # Errors
    /// Its chat template can't be used.
    pub(crate) fn of(tokenizer: &Tokenizer) -> Result<Self, ChatError> {
        let mut before: Vec<TokenId> = tokenizer.bos().into_iter().collect();
        let Some(template) = tokenizer.chat_template() else {
            return Ok(Self { before, ..Self::default() });
        };
        let rendered = render(template)?;
        let parts: Vec<&str> = rendered.split(HOLE).collect();
        let [first, last] = parts[..] else { return Err(ChatError::NoPlace(parts.len() - 1)) };
        ids(tokenizer, first, &mut before);
        let mut after = Vec::new();
        ids(tokenizer, last, &mut after);
        Ok(Self { before, after, is_turn: true })
    }

    /// What goes before a text that opens with `header`.
    pub(crate) fn open(&self, tokenizer: &Tokenizer, header: &str) -> Vec<TokenId> {
        let mut ids = self.before.clone();
        ids.extend(tokenizer.encode(header));
        ids
    }

    /// What goes behind the text and before the answer: `label`, such as `판정:`, and the end of the turn.
    pub(crate) fn close(&self, tokenizer: &Tokenizer, label: &str) -> Vec<TokenId> {
        let mut ids = tokenizer.encode(if self.is_turn { label.trim_end() } else { label });
        ids.extend_from_slice(&self.after);
        ids
    }

    /// An answer as the model would begin it: a turn opens without the space that follows a colon.
    pub(crate) fn answer(&self, tokenizer: &Tokenizer, text: &str) -> Vec<TokenId> {
        tokenizer.encode(if self.is_turn { text.trim_start() } else { text })
    }
}

/// One message of the user, and the beginning of the answer. Without the beginning of the sequence, which is an id.
fn render(template: &str) -> Result<String, minijinja::Error> {
    let mut env = Environment::new();
    env.set_trim_blocks(true);
    env.set_lstrip_blocks(true);
    env.add_function("raise_exception", |message: String| -> Result<String, minijinja::Error> {
        Err(minijinja::Error::new(ErrorKind::InvalidOperation, message))
    });
    env.render_str(
        template,
        context! {
            messages => [context! { role => "user", content => HOLE }],
            add_generation_prompt => true,
            bos_token => "",
            eos_token => "",
        },
    )
}

/// The template's own text, whose control tokens are meant.
fn ids(tokenizer: &Tokenizer, text: &str, ids: &mut Vec<TokenId>) {
    let mut rest = text;
    let mut plain = 0;
    while let Some(at) = rest[plain..].find('<').map(|at| plain + at) {
        let named = rest[at..].find('>').map(|end| at..at + end + 1);
        let control = named.and_then(|span| Some((tokenizer.token(&rest[span.clone()])?, span)));
        match control {
            Some((id, span)) => {
                ids.extend(tokenizer.encode(&rest[..span.start]));
                ids.push(id);
                rest = &rest[span.end..];
                plain = 0;
            }
            None => plain = at + 1,
        }
    }
    ids.extend(tokenizer.encode(rest));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(template: Option<&str>) -> Result<Frame, ChatError> {
        Frame::of(&Tokenizer::bytes().with_chat_template(template.map(str::to_owned)).unwrap())
    }

    /// In the manner of Gemma's: roles are checked, content is trimmed, the model's turn is opened.
    const GEMMA: &str = "{{ bos_token }}{%- for message in messages -%}\
        {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}{{ raise_exception('roles') }}{%- endif -%}\
        {{ '<eos>' + message['role'] + '\\n' }}{{ message['content'] | trim }}{{ '<bos>\\n' }}\
        {%- endfor -%}{%- if add_generation_prompt -%}{{ '<eos>model\\n' }}{%- endif -%}";

    #[test]
    fn a_base_model_has_a_beginning_and_a_tuned_one_turns() {
        let base = framed(None).unwrap();
        assert_eq!(base, Frame { before: vec![256], after: vec![], is_turn: false });
        let tokenizer = Tokenizer::bytes();
        assert_eq!(tokenizer.decode(&base.close(&tokenizer, "\n판정: ")), "\n판정: ");

        let tuned = framed(Some(GEMMA)).unwrap();
        let text = |ids: &[TokenId]| {
            ids.iter().map(|id| u8::try_from(*id).map_or('#', char::from)).collect::<String>()
        };
        assert_eq!((&*text(&tuned.before), &*text(&tuned.after)), ("##user\n", "#\n#model\n"));
        assert_eq!((tuned.before[0], tuned.before[1], tuned.after[0]), (256, 257, 256));
        assert!(text(&tuned.close(&tokenizer, "\nx: ")).starts_with("\nx:#"));
        assert_eq!(text(&tuned.answer(&tokenizer, " a")), "a");
    }

    #[test]
    fn templates_that_cannot_be_used_are_named() {
        let error = framed(Some("{{ raise_exception('no such role') }}")).unwrap_err().to_string();
        assert!(error.contains("no such role"), "{error}");
        assert!(framed(Some("{% for %}")).is_err());
        assert!(matches!(framed(Some("{{ messages[0].role }}")), Err(ChatError::NoPlace(0))));
        assert!(matches!(
            framed(Some("{{ messages[0].content * 2 }}")),
            Err(ChatError::Template(_) | ChatError::NoPlace(2))
        ));
    }
}
