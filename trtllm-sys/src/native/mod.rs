//! The native side: the bridge where a library is linked, and its absence elsewhere.
//!
//! Both halves have the same functions, so that the rest of the crate is written once. In the absent half the types
//! have no values: code that holds an executor can't be reached, and the compiler knows.

#[cfg(not(trtllm_native))]
mod absent;
#[cfg(trtllm_native)]
mod hook;
#[cfg(trtllm_native)]
mod linked;
#[cfg(trtllm_native)]
mod memory;
#[cfg(trtllm_native)]
mod outgoing;

#[cfg(not(trtllm_native))]
pub(crate) use absent::*;
#[cfg(trtllm_native)]
pub(crate) use {
    hook::Hook,
    linked::{Executor, check_config, effective_config, effective_request, init_plugins, library_version},
    memory::{Stream, Tensor},
};

/// The stand-in's loop in plain C++; there is none where something else is linked.
#[cfg(all(feature = "stand-in", trtllm_stand_in))]
pub(crate) use linked::plain_loop;

#[cfg(all(feature = "stand-in", not(trtllm_stand_in)))]
pub(crate) fn plain_loop(_: &std::path::Path, _: u32, _: u32, _: u32) -> Option<f64> {
    None
}

#[cfg(all(test, trtllm_native))]
mod tests {
    // Whatever is linked, TensorRT-LLM included: these need no engine and no GPU.

    #[test]
    fn what_is_linked_tells_its_version() {
        let version = crate::library_version().unwrap();
        assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{version}");
    }

    #[test]
    fn what_is_linked_takes_a_configuration_and_a_request() {
        let config = crate::ExecutorConfig { max_beam_width: Some(2), ..crate::ExecutorConfig::default() };
        assert_eq!(config.effective().unwrap().max_beam_width, Some(2));
        let request = crate::Request::new(vec![1, 2, 3], 4);
        assert_eq!(request.effective().unwrap().input_tokens, [1, 2, 3]);
    }
}
