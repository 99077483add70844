// Tensors. The C++ class is itself a shared handle; a copy of it shares the memory.
#include "trtllm_shim/parts.h"

namespace trtllm_shim {

std::shared_ptr<Tensor> share(Tensor const& tensor) {
    return std::make_shared<Tensor>(tensor);
}

std::shared_ptr<Tensor> tensor_new(std::int32_t data_type, std::int32_t memory, rust::Slice<std::int64_t const> shape) {
    auto const type = static_cast<te::DataType>(data_type);
    te::Shape const dims(shape.data(), shape.size());
    switch (static_cast<te::MemoryType>(memory)) {
    case te::MemoryType::kCPU: return share(Tensor::cpu(type, dims));
    case te::MemoryType::kCPU_PINNED: return share(Tensor::pinned(type, dims));
    case te::MemoryType::kCPU_PINNEDPOOL: return share(Tensor::pooledPinned(type, dims));
    case te::MemoryType::kUVM: return share(Tensor::managed(type, dims));
    default: throw std::invalid_argument("tensors can be made in CPU, pinned, pooled pinned and managed memory");
    }
}

std::int32_t tensor_data_type(Tensor const& tensor) {
    return static_cast<std::int32_t>(tensor.getDataType());
}

std::int32_t tensor_memory(Tensor const& tensor) {
    return static_cast<std::int32_t>(tensor.getMemoryType());
}

rust::Vec<std::int64_t> tensor_shape(Tensor const& tensor) {
    return to_rust_vec<std::int64_t>(tensor.getShape());
}

std::size_t tensor_bytes(Tensor const& tensor) {
    return tensor.getSizeInBytes();
}

std::uint8_t* tensor_data(Tensor const& tensor) {
    Tensor handle = tensor;
    return static_cast<std::uint8_t*>(handle.getData());
}

std::shared_ptr<Tensor> tensor_to_cpu(Tensor const& tensor, Stream const& stream) {
    return share(tensor.copyToCpu(stream.pointer));
}

void tensor_set_from(Tensor const& target, Tensor const& source, Stream const& stream) {
    Tensor handle = target;
    handle.setFrom(source, stream.pointer);
}

void tensor_set_zero(Tensor const& target, Stream const& stream) {
    Tensor handle = target;
    handle.setZero(stream.pointer);
}

std::unique_ptr<Stream> no_stream() {
    return std::make_unique<Stream>(nullptr);
}

} // namespace trtllm_shim
