//! Tensors, in and out.

#![cfg(trtllm_stand_in)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::time::Duration;

use support::{Running, oracle, request};
use trtllm_sys::stand_in::Engine;
use trtllm_sys::{
    AdditionalModelOutput, ContextPhaseParams, DataType, Error, ExecutorConfig, MemoryType, OutputConfig,
    RequestType, Tensor, TensorMut, bf16, f16,
};

#[test]
fn a_tensor_is_filled_in_place_and_read_without_a_copy() {
    let mut tensor = TensorMut::new(DataType::Int32, MemoryType::Cpu, &[2, 3]).unwrap();
    assert_eq!(tensor.as_mut_slice::<i32>().unwrap(), [0; 6], "new tensors are zero");
    tensor.as_mut_slice::<i32>().unwrap().copy_from_slice(&[1, 2, 3, 4, 5, 6]);
    let address = tensor.as_mut_bytes().unwrap().as_ptr();
    let tensor = tensor.freeze();
    assert_eq!(tensor.as_slice::<i32>().unwrap(), [1, 2, 3, 4, 5, 6]);
    assert_eq!(tensor.as_bytes().unwrap().as_ptr(), address);
    assert_eq!(
        (tensor.shape(), tensor.data_type(), tensor.memory()),
        (&[2, 3][..], DataType::Int32, MemoryType::Cpu)
    );
    assert_eq!(tensor.to_cpu().unwrap().as_slice::<i32>().unwrap(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn every_type_of_element_has_its_tensor() {
    assert_eq!(Tensor::from_slice(&[2], &[0.5_f32, 1.0]).unwrap().as_slice::<f32>().unwrap(), [0.5, 1.0]);
    let halves = [f16::from_f32(0.5), f16::NEG_INFINITY];
    assert_eq!(Tensor::from_slice(&[2], &halves).unwrap().as_slice::<f16>().unwrap(), halves);
    let brain = [bf16::from_f32(3.0)];
    assert_eq!(Tensor::from_slice(&[1, 1], &brain).unwrap().as_slice::<bf16>().unwrap(), brain);
    assert_eq!(Tensor::from_slice(&[1], &[i64::MIN]).unwrap().as_slice::<i64>().unwrap(), [i64::MIN]);
    assert_eq!(Tensor::from_slice(&[1], &[-1_i8]).unwrap().as_slice::<i8>().unwrap(), [-1]);
    assert_eq!(Tensor::from_slice(&[0], &[0_u8; 0]).unwrap().as_slice::<u8>().unwrap(), [0_u8; 0]);
    for data_type in [DataType::Float8, DataType::Bool, DataType::UInt8] {
        let mut tensor = TensorMut::new(data_type, MemoryType::Cpu, &[4]).unwrap();
        tensor.as_mut_slice::<u8>().unwrap()[2] = 0x7f;
        assert_eq!(tensor.freeze().as_bytes().unwrap(), [0, 0, 0x7f, 0], "{data_type:?}");
    }
}

#[test]
fn other_kinds_of_host_memory_can_be_read_too() {
    for memory in [MemoryType::CpuPinned, MemoryType::CpuPinnedPool, MemoryType::Managed] {
        let mut tensor = TensorMut::new(DataType::Float32, memory, &[2]).unwrap();
        tensor.as_mut_slice::<f32>().unwrap()[1] = 2.0;
        let tensor = tensor.freeze();
        assert_eq!((tensor.memory(), tensor.as_slice::<f32>().unwrap()), (memory, &[0.0, 2.0][..]));
    }
    let error = TensorMut::new(DataType::Float32, MemoryType::Gpu, &[2]).unwrap_err();
    assert!(matches!(error, Error::Native(_)), "{error}");
}

#[test]
fn another_type_or_count_than_the_tensors_is_refused() {
    let tensor = Tensor::from_slice(&[2], &[1.0_f32, 2.0]).unwrap();
    let error = tensor.as_slice::<f16>().unwrap_err();
    assert_eq!(error.to_string(), "the tensor holds Float32, not f16");
    let error = Tensor::from_slice(&[3], &[1.0_f32]).unwrap_err();
    assert_eq!(error.to_string(), "a tensor of shape [3] has 3 elements, not 1");
    assert!(TensorMut::new(DataType::Unspecified, MemoryType::Cpu, &[1]).is_err());
}

#[test]
fn logits_come_in_the_engines_type() {
    let prompt = [5, 6, 7];
    for (name, data_type) in
        [("fp32", DataType::Float32), ("fp16", DataType::Float16), ("bf16", DataType::BFloat16)]
    {
        let config = ExecutorConfig { gather_generation_logits: Some(true), ..ExecutorConfig::default() };
        let engine = Engine::new().set("logits_dtype", name).set("vocab_size", 50);
        let running = Running::new(&engine, &config);
        let mut asked = request(&prompt, 4);
        asked.options.output = Some(OutputConfig {
            return_context_logits: Some(true),
            return_generation_logits: Some(true),
            additional_outputs: Some(vec![AdditionalModelOutput {
                name: "extra".into(),
                gather_context: false,
            }]),
            ..asked.options.output.clone().unwrap()
        });
        let id = running.executor.enqueue(&asked).unwrap();
        let responses = running.executor.await_responses_of(&[id], Duration::from_secs(30)).unwrap();
        let result = responses.get(0).unwrap().result().unwrap();
        let context = result.context_logits().unwrap();
        assert_eq!((context.shape(), context.data_type()), (&[3, 50][..], data_type));
        let generation = result.generation_logits().unwrap();
        assert_eq!(generation.shape(), [1, 4, 50]);
        let values: Vec<f32> = match data_type {
            DataType::Float32 => generation.as_slice::<f32>().unwrap().to_vec(),
            DataType::Float16 => generation.as_slice::<f16>().unwrap().iter().map(|v| v.to_f32()).collect(),
            _ => generation.as_slice::<bf16>().unwrap().iter().map(|v| v.to_f32()).collect(),
        };
        let tokens = result.beams().next().unwrap().tokens;
        for (step, token) in tokens.iter().enumerate() {
            let row = &values[step * 50..(step + 1) * 50];
            let best = (0..50).max_by(|a, b| row[*a].total_cmp(&row[*b])).unwrap();
            assert_eq!(best, usize::try_from(*token).unwrap());
        }
        let extra: Vec<_> = result.additional_outputs().collect();
        assert_eq!((extra.len(), extra[0].name), (1, "extra"));
        let drawn = trtllm_sys::stand_in::Oracle::new(50, 0).draw(&prompt, 4);
        let expected: Vec<f32> = drawn.iter().map(|one| one.log_prob).collect();
        assert_eq!(extra[0].tensor.as_slice::<f32>().unwrap(), expected);
    }
}

#[test]
fn tensors_of_a_response_outlive_the_executor() {
    let running = Running::plain();
    let mut asked = request(&[1, 2], 2);
    asked.options.output =
        Some(OutputConfig { return_context_logits: Some(true), ..OutputConfig::default() });
    let id = running.executor.enqueue(&asked).unwrap();
    let responses = running.executor.await_responses_of(&[id], Duration::from_secs(30)).unwrap();
    drop(running);
    let result = responses.get(0).unwrap().result().unwrap();
    let logits = result.context_logits().unwrap().as_slice::<f32>().unwrap();
    for (row, prefix) in [&[1][..], &[1, 2]].into_iter().enumerate() {
        let row = &logits[row * 1000..(row + 1) * 1000];
        let drawn = oracle(0).draw(prefix, 1)[0];
        let chosen = row[usize::try_from(drawn.token).unwrap()];
        let log_prob = chosen - row.iter().map(|value| value.exp()).sum::<f32>().ln();
        assert!((log_prob - drawn.log_prob).abs() < 1e-3, "{log_prob} is not {}", drawn.log_prob);
    }
}

#[test]
fn a_bias_tensor_reaches_the_sampling() {
    let running = Running::plain();
    let mut bias = vec![0.0_f32; 1000];
    bias[321] = 1e5;
    let bias = Tensor::from_slice(&[1000], &bias).unwrap();
    let mut asked = request(&[1, 2], 3);
    asked.tensors.embedding_bias = Some(&bias);
    assert_eq!(running.run(&asked).first(), [321, 321, 321]);
}

#[test]
fn a_generation_goes_on_where_a_context_ended() {
    let running = Running::plain();
    let prompt = [4, 4, 4];
    let mut context = request(&prompt, 1);
    context.options.request_type = Some(RequestType::ContextOnly);
    let id = running.executor.enqueue(&context).unwrap();
    let responses = running.executor.await_responses_of(&[id], Duration::from_secs(30)).unwrap();
    let phase: ContextPhaseParams =
        responses.get(0).unwrap().result().unwrap().context_phase().unwrap().clone();
    let all = oracle(0).tokens(&prompt, 6);
    assert_eq!((phase.request_id, &phase.first_tokens[..]), (id, &all[..1]));
    assert!(phase.state.is_some());

    let elsewhere = Running::plain();
    let mut generation = request(&prompt, 6);
    generation.options.request_type = Some(RequestType::GenerationOnly);
    generation.options.context_phase = Some(phase);
    let answer = elsewhere.run(&generation);
    assert!(all.ends_with(answer.first()) && answer.first().len() >= 5, "{answer:?}");
}
