//! Errors.

use std::fmt;

use crate::{DataType, MemoryType};

/// Whatever can go wrong between Rust and TensorRT-LLM.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The crate was built without a native library.
    #[error(
        "this program was built without TensorRT-LLM: build trtllm-sys with the feature `link` where TensorRT-LLM \
         0.20.0 to 1.2.1 is installed"
    )]
    NotLinked,

    /// C++ threw an exception.
    #[error(transparent)]
    Native(#[from] NativeError),

    /// The executor is shutting down or has.
    #[error("the executor is shut down: it takes no more requests")]
    ShutDown,

    /// Another thread is waiting for responses.
    #[error("another thread is waiting for this executor's responses: there is one consumer")]
    ConsumerBusy,

    /// The request is not one that this executor is working on.
    #[error(
        "request {0} is not one that this executor is working on: it was never enqueued here, or it is done"
    )]
    UnknownRequest(u64),

    /// A part of a request would be dropped.
    #[error("{part} would be lost: it goes with {needs}, which is not set")]
    Incomplete {
        /// The part.
        part: &'static str,
        /// What it goes with.
        needs: &'static str,
    },

    /// The library took another value than the one asked for.
    #[error(
        "TensorRT-LLM took another value for `{field}` than the one that was asked for: this version of it orders the \
         fields of that class differently; leave the option unset and report this together with the version"
    )]
    Drift {
        /// The path of the field in [`ExecutorConfig`](crate::ExecutorConfig).
        field: String,
    },

    /// The elements of a tensor are of another type.
    #[error("the tensor holds {actual:?}, not {asked}")]
    ElementType {
        /// The type asked for.
        asked: &'static str,
        /// The type it holds.
        actual: DataType,
    },

    /// The memory of a tensor can't be read by the host.
    #[error("the tensor is in {0:?} memory, which the host can't read: copy it with `to_cpu`")]
    NotOnHost(MemoryType),

    /// The number of elements does not fit the shape.
    #[error("a tensor of shape {shape:?} has {expected} elements, not {given}")]
    ElementCount {
        /// The shape.
        shape: Vec<i64>,
        /// Its elements.
        expected: u64,
        /// The elements given.
        given: usize,
    },

    /// A dimension is negative, or their product is too large.
    #[error("the shape {0:?} has a negative dimension or too many elements")]
    Shape(Vec<i64>),
}

/// A C++ exception, caught at the border.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("TensorRT-LLM's {call} threw {type_name}: {message}")]
#[non_exhaustive]
pub struct NativeError {
    /// The call that threw.
    pub call: &'static str,
    /// What kind of exception it was, by its standard base class.
    pub kind: ExceptionKind,
    /// The type's name, such as `tensorrt_llm::common::TllmException`.
    pub type_name: String,
    /// What it said.
    pub message: String,
}

/// Kinds of C++ exceptions, by their standard base class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExceptionKind {
    /// `std::runtime_error`, which `TllmException` and `RequestSpecificException` derive from.
    Runtime,
    /// `std::invalid_argument`.
    InvalidArgument,
    /// `std::out_of_range`.
    OutOfRange,
    /// Another `std::logic_error`.
    Logic,
    /// `std::bad_alloc`.
    OutOfMemory,
    /// `std::filesystem::filesystem_error`.
    Filesystem,
    /// Another `std::system_error`.
    System,
    /// Another `std::exception`.
    Standard,
    /// Not a `std::exception` at all.
    Foreign,
}

impl fmt::Display for ExceptionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl NativeError {
    /// From the text that `shim/include/trtllm_shim/catch.h` makes: kind, type and message.
    #[cfg_attr(not(trtllm_native), allow(dead_code, reason = "only the bridge makes one"))]
    pub(crate) fn parse(call: &'static str, text: &str) -> Self {
        let mut parts = text.splitn(3, '\x1f');
        let (first, second, third) = (parts.next(), parts.next(), parts.next());
        let (Some(kind), Some(type_name), Some(message)) = (first, second, third) else {
            // cxx's own checks, such as text that is not UTF-8, come without the parts.
            return Self {
                call,
                kind: ExceptionKind::Standard,
                type_name: "std::exception".into(),
                message: text.into(),
            };
        };
        let kind = match kind {
            "runtime_error" => ExceptionKind::Runtime,
            "invalid_argument" => ExceptionKind::InvalidArgument,
            "out_of_range" => ExceptionKind::OutOfRange,
            "logic_error" => ExceptionKind::Logic,
            "bad_alloc" => ExceptionKind::OutOfMemory,
            "filesystem" => ExceptionKind::Filesystem,
            "system_error" => ExceptionKind::System,
            "exception" => ExceptionKind::Standard,
            _ => ExceptionKind::Foreign,
        };
        Self { call, kind, type_name: type_name.to_owned(), message: message.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_an_exception_are_told_apart() {
        let error = NativeError::parse("enqueue", "out_of_range\x1fstd::out_of_range\x1fvector::at \x1f 7");
        assert_eq!(error.kind, ExceptionKind::OutOfRange);
        assert_eq!(error.message, "vector::at \x1f 7");
        assert_eq!(error.to_string(), "TensorRT-LLM's enqueue threw std::out_of_range: vector::at \x1f 7");
    }

    #[test]
    fn a_text_without_parts_is_kept_whole() {
        assert_eq!(NativeError::parse("await", "odd").message, "odd");
    }
}
