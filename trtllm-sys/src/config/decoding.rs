//! Decoding modes and the settings of the speculative ones.

use crate::cross::mirror;

mirror! {
    /// `DecodingConfig`.
    ///
    /// Medusa needs no `mode`: [`medusa_choices`](Self::medusa_choices) sets it, as
    /// [`lookahead`](Self::lookahead) and [`eagle`](Self::eagle) set theirs. With a mode of Medusa and no choices
    /// the engine's own tree is used.
    pub struct DecodingConfig <=> Decoding {
        /// The mode.
        pub mode: Option<DecodingMode>,
        /// Lookahead decoding.
        pub lookahead: Option<LookaheadDecodingConfig>,
        /// Whether lookahead decoding may be turned on and off while running.
        pub seamless_lookahead: Option<bool>,
        /// The Medusa tree: **every** node as the path of child ranks that leads to it from the root, so `[0]` is
        /// the first head's best guess and `[0, 1]` the second head's second guess after it.
        ///
        /// A node whose parent is missing is hung on the root by the library without a word; the engine
        /// crate checks trees before they come here. Nodes: at most the engine's draft tokens. Depth: at most
        /// its heads (Cai et al. 2024, Medusa, arXiv 2401.10774).
        pub medusa_choices: Option<Vec<Vec<i32>>>,
        /// EAGLE.
        pub eagle: Option<EagleConfig>,
    }
}

mirror! {
    /// `LookaheadDecodingConfig` (Fu et al. 2024, arXiv 2402.02057). All three are needed.
    pub struct LookaheadDecodingConfig <=> Lookahead {
        /// N-grams in the lookahead branch of a step.
        pub window_size: i32,
        /// Tokens in an n-gram.
        pub ngram_size: i32,
        /// N-grams in the verification branch of a step.
        pub verification_set_size: i32,
    }
}

mirror! {
    /// `EagleConfig` (Li et al. 2024, arXiv 2401.15077).
    pub struct EagleConfig <=> Eagle {
        /// The tree of EAGLE-1, in the form of [`DecodingConfig::medusa_choices`].
        pub choices: Option<Vec<Vec<i32>>>,
        /// Greedy acceptance; otherwise typical acceptance.
        pub greedy_sampling: Option<bool>,
        /// The least probability for typical acceptance (ε of arXiv 2401.10774).
        pub posterior_threshold: Option<f32>,
        /// EAGLE-2: a tree that is made anew in each step.
        pub use_dynamic_tree: Option<bool>,
        /// How many children a node of such a tree gets.
        pub dynamic_tree_max_top_k: Option<i32>,
    }
}

mirror! {
    /// `SpeculativeDecodingConfig`: draft and target model in executors of their own.
    pub struct SpeculativeDecodingConfig <=> Speculative {
        /// Send logits from the draft model to the target model without a detour.
        pub fast_logits: Option<bool>,
    }
}

/// The modes that `DecodingMode` has factories for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum DecodingModeKind {
    /// By the beam width of the first request: sampling, or beam search.
    #[default]
    Auto = 0,
    /// Sampling among the k most probable.
    TopK = 1,
    /// Sampling among the most probable that make up p.
    TopP = 2,
    /// Both bounds.
    TopKTopP = 3,
    /// Beam search.
    BeamSearch = 4,
    /// Medusa.
    Medusa = 5,
    /// Lookahead decoding.
    Lookahead = 6,
    /// Drafts that the engine itself makes (ReDrafter).
    ExplicitDraftTokens = 7,
    /// Drafts that come with the request.
    ExternalDraftTokens = 8,
    /// EAGLE.
    Eagle = 9,
}

impl DecodingModeKind {
    /// Every mode.
    pub const ALL: [Self; 10] = [
        Self::Auto,
        Self::TopK,
        Self::TopP,
        Self::TopKTopP,
        Self::BeamSearch,
        Self::Medusa,
        Self::Lookahead,
        Self::ExplicitDraftTokens,
        Self::ExternalDraftTokens,
        Self::Eagle,
    ];
}

#[cfg(trtllm_native)]
impl crate::cross::Cross for DecodingModeKind {
    type Ffi = u8;
    fn to_ffi(&self) -> u8 {
        *self as u8
    }
    fn from_ffi(twin: u8) -> Self {
        Self::ALL.get(usize::from(twin)).copied().unwrap_or_default()
    }
    fn drift(&self, effective: &Self) -> Option<String> {
        (self != effective).then(String::new)
    }
}

mirror! {
    /// A decoding mode and what it takes notice of.
    ///
    /// A toggle that is `None` stays as the mode has it. The bits behind these names moved between versions, so
    /// they never cross as a number.
    pub struct DecodingMode <=> DecodingMode {
        /// The mode.
        pub kind: DecodingModeKind,
        /// Temperature.
        pub temperature: Option<bool>,
        /// All penalties at once; a penalty's own toggle comes after this one.
        pub occurrence_penalties: Option<bool>,
        /// Presence penalty.
        pub presence_penalty: Option<bool>,
        /// Repetition penalty.
        pub repetition_penalty: Option<bool>,
        /// Frequency penalty.
        pub frequency_penalty: Option<bool>,
        /// The least length.
        pub min_length: Option<bool>,
        /// Bad words and n-gram bans at once; their own toggles come after this one.
        pub ban_tokens: Option<bool>,
        /// Bad words.
        pub ban_words: Option<bool>,
        /// The n-gram ban.
        pub no_repeat_ngram_size: Option<bool>,
        /// Stop words.
        pub stop_words: Option<bool>,
        /// Stopping at the largest length.
        pub max_length_stop: Option<bool>,
        /// Stopping at the end id by an explicit check.
        pub explicit_eos_stop: Option<bool>,
        /// Min-p.
        pub min_p: Option<bool>,
        /// A beam width that changes with the step.
        pub variable_beam_width_search: Option<bool>,
    }
}

impl From<DecodingModeKind> for DecodingMode {
    fn from(kind: DecodingModeKind) -> Self {
        Self { kind, ..Self::default() }
    }
}
