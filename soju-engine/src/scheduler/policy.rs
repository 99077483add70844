//! The choices that a scheduler leaves to its user.

/// When requests may join the running ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[cfg_attr(not(feature = "cpu"), allow(unreachable_pub, reason = "settings of the CPU backend"))]
pub enum Batching {
    /// Between any two steps.
    #[default]
    InFlight,
    /// Only when all running requests have ended. For comparison.
    Static,
}

/// How many requests are admitted to the key-value cache; named as in TensorRT-LLM.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[cfg_attr(not(feature = "cpu"), allow(unreachable_pub, reason = "settings of the CPU backend"))]
pub enum CapacityPolicy {
    /// Only when all tokens that it may ever need have room, so no request is ever stopped halfway.
    #[default]
    GuaranteedNoEvict,
    /// As soon as its prompt has room. When generation outgrows the cache, the request that came last is paused:
    /// its tokens are kept, their keys and values are computed again when there is room. Score requests are
    /// admitted as under guaranteed-no-evict.
    MaxUtilization,
}

/// Which prompts are kept in the prefix cache for later requests that begin alike.
///
/// A reused prefix was computed in another batch, so numbers differ within the backend's tolerance from those
/// without reuse; where answers must not depend on what was asked before, only marked prefixes should be kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[cfg_attr(not(feature = "cpu"), allow(unreachable_pub, reason = "settings of the CPU backend"))]
pub enum PrefixReuse {
    /// What requests mark with `shared_prefix`.
    #[default]
    Marked,
    /// Every prompt, and the answer after it: good for conversations and services with headers that nobody marks.
    All,
}
