//! Every backend passes the same suite.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used)]

#[cfg(feature = "cpu")]
mod common;

use std::time::Duration;

use soju_engine::testing::{FakeBackend, Subject, conformance};

#[test]
fn the_scripted_backend() {
    let make = || -> Box<dyn soju_engine::Backend> {
        let next = |tokens: &[i32]| (tokens.iter().fold(7, |sum, token| (sum * 31 + token) % 251), -0.25);
        Box::new(FakeBackend::generating(next).pause(Duration::from_millis(1)).build())
    };
    conformance(&Subject {
        make: &make,
        prompt: vec![256, 10, 20, 30],
        tolerance: 0.0,
        patience: Duration::from_secs(1),
    });
}

#[cfg(feature = "cpu")]
#[test]
fn the_cpu_backend() {
    use soju_engine::CpuConfig;
    use soju_engine::backend::cpu::CpuBackend;

    let config = CpuConfig::new(common::model());
    let make = || -> Box<dyn soju_engine::Backend> { Box::new(CpuBackend::load(&config).unwrap().0) };
    let (_, tokenizer) = CpuBackend::load(&config).unwrap();
    let prompt = tokenizer.bos().into_iter().chain(tokenizer.encode("옛날 옛적 깊은 산속에")).collect();
    // Kernels differ with the shape of a batch (0.2 was seen); a step takes well under a second unless the
    // machine is busy.
    conformance(&Subject { make: &make, prompt, tolerance: 0.4, patience: Duration::from_secs(10) });
}

#[cfg(feature = "stand-in")]
#[test]
fn the_tensorrt_llm_backend_on_the_stand_in() {
    use soju_engine::{TrtLlmBackend, TrtLlmConfig};

    let folder = tempfile::tempdir().unwrap();
    // Slow enough for a request to be cancelled, or to run out of time, before it is done.
    trtllm_sys::stand_in::Engine::new().set("iteration_us", 1000).write(folder.path()).unwrap();
    let config = TrtLlmConfig::new(folder.path());
    let make = || -> Box<dyn soju_engine::Backend> { Box::new(TrtLlmBackend::load(&config).unwrap()) };
    conformance(&Subject {
        make: &make,
        prompt: vec![5, 10, 20, 30],
        tolerance: 1e-3,
        patience: Duration::from_secs(5),
    });
}
