//! No native library: whatever needs one is an error.

use crate::tensor::Element;
use crate::{
    DataType, DebugTensor, EffectiveRequest, Error, ExecutorConfig, IterationStats, KvCacheEvent,
    LogitsProcessors, MemoryType, Model, Request, RequestStatsPerIteration, Responses,
};

pub(crate) fn library_version() -> Result<String, Error> {
    Err(Error::NotLinked)
}

pub(crate) fn init_plugins() -> Result<bool, Error> {
    Err(Error::NotLinked)
}

pub(crate) fn effective_config(_: &ExecutorConfig) -> Result<ExecutorConfig, Error> {
    Err(Error::NotLinked)
}

pub(crate) fn check_config(_: &ExecutorConfig) -> Result<(), Error> {
    Err(Error::NotLinked)
}

pub(crate) fn effective_request(_: &Request<'_>) -> Result<EffectiveRequest, Error> {
    Err(Error::NotLinked)
}

/// There is none.
pub(crate) enum Executor {}

macro_rules! never {
    ($($name:ident($($argument:ty),*) -> $result:ty;)*) => { $(
        pub(crate) fn $name(&self, $(_: $argument),*) -> Result<$result, Error> {
            match *self {}
        }
    )* };
}

impl Executor {
    pub(crate) fn new(_: &Model<'_>, _: &ExecutorConfig, _: &LogitsProcessors) -> Result<Self, Error> {
        Err(Error::NotLinked)
    }

    never! {
        enqueue(&Request<'_>) -> u64;
        enqueue_all(&[Request<'_>]) -> Vec<u64>;
        await_any(i64) -> Responses;
        await_ids(&[u64], i64) -> Responses;
        responses_ready(Option<u64>) -> i32;
        cancel(u64) -> ();
        shutdown() -> ();
        can_enqueue() -> bool;
        is_participant() -> bool;
        iteration_stats() -> Vec<IterationStats>;
        iteration_stats_json() -> Vec<String>;
        request_stats() -> Vec<RequestStatsPerIteration>;
        request_stats_json() -> Vec<String>;
        debug_tensors() -> Vec<DebugTensor>;
        kv_events(i64) -> Option<Vec<KvCacheEvent>>;
    }
}

/// There is none.
pub(crate) enum Tensor {}

impl Tensor {
    pub(crate) fn new(_: DataType, _: MemoryType, _: &[i64]) -> Result<Self, Error> {
        Err(Error::NotLinked)
    }

    never! {
        data_type() -> DataType;
        memory() -> MemoryType;
        shape() -> Vec<i64>;
        bytes() -> &[u8];
        to_cpu(Option<&Stream>) -> Self;
        set_from(&Self, Option<&Stream>) -> ();
        set_zero(Option<&Stream>) -> ();
    }

    pub(crate) fn elements<T: Element>(&self) -> Result<&[T], Error> {
        match *self {}
    }

    pub(crate) fn bytes_mut(&mut self) -> Result<&mut [u8], Error> {
        match *self {}
    }

    pub(crate) fn elements_mut<T: Element>(&mut self) -> Result<&mut [T], Error> {
        match *self {}
    }
}

/// There is none.
pub(crate) enum Stream {}
