// Tensors. Every kind of memory is host memory here; the kind is only a label that copies and checks respect.

#include "tensorrt_llm/executor/tensor.h"

#include "memory.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <new>

namespace tensorrt_llm::runtime {

using executor::DataType;
using executor::MemoryType;

namespace {

std::atomic<std::size_t> gpuBytes{0};
std::atomic<std::size_t> cpuBytes{0};
std::atomic<std::size_t> pinnedBytes{0};

// What CUDA gives at least; vectorized readers count on it.
constexpr std::align_val_t kAlignment{64};

std::atomic<std::size_t>& counterOf(MemoryType memory) {
    switch (memory) {
    case MemoryType::kGPU:
    case MemoryType::kUVM: return gpuBytes;
    case MemoryType::kCPU_PINNED:
    case MemoryType::kCPU_PINNEDPOOL: return pinnedBytes;
    default: return cpuBytes;
    }
}

std::size_t elementSize(DataType type) {
    switch (type) {
    case DataType::kBOOL:
    case DataType::kUINT8:
    case DataType::kINT8:
    case DataType::kFP8: return 1;
    case DataType::kBF16:
    case DataType::kFP16: return 2;
    case DataType::kINT32:
    case DataType::kFP32: return 4;
    case DataType::kINT64: return 8;
    case DataType::kUNKNOWN: break;
    }
    TLLM_THROW("unsupported data type %d", static_cast<int>(type));
}

std::size_t volume(std::vector<int64_t> const& dims, std::size_t unit) {
    constexpr std::size_t kMaxDims = 8;
    TLLM_CHECK_WITH_INFO(dims.size() <= kMaxDims, "a shape has at most %zu dimensions, not %zu", kMaxDims, dims.size());
    if (dims.empty()) {
        return 0;
    }
    std::size_t count = 1;
    for (int64_t const dim : dims) {
        TLLM_CHECK_WITH_INFO(dim >= 0, "a dimension is negative: %lld", static_cast<long long>(dim));
        auto const factor = static_cast<std::size_t>(dim);
        auto const limit = static_cast<std::size_t>(std::numeric_limits<int64_t>::max()) / unit;
        TLLM_CHECK_WITH_INFO(factor == 0 || count <= limit / factor, "a shape has too many elements");
        count *= factor;
    }
    return count;
}

} // namespace

ITensor::ITensor(DataType type, MemoryType memory, std::vector<int64_t> dims)
    : mType(type)
    , mMemory(memory)
    , mDims(std::move(dims))
    , mSize(volume(mDims, elementSize(type)))
    , mOwns(true) {
    allocate(sizeInBytes());
}

ITensor::ITensor(DataType type, void* data, std::vector<int64_t> dims)
    : mType(type)
    , mMemory(MemoryType::kCPU)
    , mDims(std::move(dims))
    , mSize(volume(mDims, elementSize(type)))
    , mData(data)
    , mOwns(false) {
    mCapacity = sizeInBytes();
    TLLM_CHECK_WITH_INFO(data != nullptr || mCapacity == 0, "a tensor can't wrap a null pointer");
}

ITensor::~ITensor() {
    release();
}

std::size_t ITensor::sizeInBytes() const {
    return mSize * elementSize(mType);
}

void ITensor::reshape(std::vector<int64_t> dims) {
    auto const count = volume(dims, elementSize(mType));
    auto const bytes = count * elementSize(mType);
    if (bytes > mCapacity) {
        TLLM_CHECK_WITH_INFO(mOwns, "wrapped memory of %zu bytes is too small for %zu", mCapacity, bytes);
        release();
        allocate(bytes);
    }
    mDims = std::move(dims);
    mSize = count;
}

void ITensor::allocate(std::size_t bytes) {
    if (bytes > 0) {
        mData = ::operator new(bytes, kAlignment);
        mCapacity = bytes;
        counterOf(mMemory).fetch_add(bytes, std::memory_order_relaxed);
    }
}

void ITensor::release() noexcept {
    if (mOwns && mData != nullptr) {
        counterOf(mMemory).fetch_sub(mCapacity, std::memory_order_relaxed);
        ::operator delete(mData, kAlignment);
        mData = nullptr;
        mCapacity = 0;
    }
}

MemoryUse memoryUse() noexcept {
    return {gpuBytes.load(std::memory_order_relaxed), cpuBytes.load(std::memory_order_relaxed),
        pinnedBytes.load(std::memory_order_relaxed)};
}

} // namespace tensorrt_llm::runtime

namespace tensorrt_llm::executor {

namespace {

std::vector<int64_t> toDims(Shape const& shape) {
    return {shape.begin(), shape.end()};
}

std::shared_ptr<runtime::ITensor> make(DataType type, MemoryType memory, Shape const& shape) {
    return std::make_shared<runtime::ITensor>(type, memory, toDims(shape));
}

void copyBytes(runtime::ITensor const& from, runtime::ITensor& to) {
    if (from.sizeInBytes() > 0) {
        std::memcpy(to.data(), from.data(), from.sizeInBytes());
    }
}

std::shared_ptr<runtime::ITensor> copyAs(std::shared_ptr<runtime::ITensor> const& from, MemoryType memory) {
    TLLM_CHECK_WITH_INFO(from != nullptr, "an empty tensor can't be copied");
    auto to = std::make_shared<runtime::ITensor>(from->type(), memory, from->dims());
    copyBytes(*from, *to);
    return to;
}

} // namespace

Tensor::Tensor(std::shared_ptr<runtime::ITensor> tensor) : mTensor(std::move(tensor)) {}

std::shared_ptr<runtime::ITensor> const& detail::toITensor(Tensor const& tensor) {
    return tensor.mTensor;
}

Tensor detail::ofITensor(std::shared_ptr<runtime::ITensor> tensor) {
    return Tensor(std::move(tensor));
}

Tensor Tensor::cpu(DataType dataType, Shape shape) {
    return Tensor{make(dataType, MemoryType::kCPU, shape)};
}

Tensor Tensor::pinned(DataType dataType, Shape shape) {
    return Tensor{make(dataType, MemoryType::kCPU_PINNED, shape)};
}

Tensor Tensor::pooledPinned(DataType dataType, Shape shape) {
    return Tensor{make(dataType, MemoryType::kCPU_PINNEDPOOL, shape)};
}

Tensor Tensor::managed(DataType dataType, Shape shape) {
    return Tensor{make(dataType, MemoryType::kUVM, shape)};
}

Tensor Tensor::gpu(DataType dataType, CudaStreamPtr, Shape shape) {
    return Tensor{make(dataType, MemoryType::kGPU, shape)};
}

Tensor Tensor::of(DataType dataType, void* data, Shape shape) {
    return Tensor{std::make_shared<runtime::ITensor>(dataType, data, toDims(shape))};
}

Tensor Tensor::copyToCpu(CudaStreamPtr) const {
    return Tensor{copyAs(mTensor, MemoryType::kCPU)};
}

Tensor Tensor::copyToPinned(CudaStreamPtr) const {
    return Tensor{copyAs(mTensor, MemoryType::kCPU_PINNED)};
}

Tensor Tensor::copyToPooledPinned(CudaStreamPtr) const {
    return Tensor{copyAs(mTensor, MemoryType::kCPU_PINNEDPOOL)};
}

Tensor Tensor::copyToManaged(CudaStreamPtr) const {
    return Tensor{copyAs(mTensor, MemoryType::kUVM)};
}

Tensor Tensor::copyToGpu(CudaStreamPtr) const {
    return Tensor{copyAs(mTensor, MemoryType::kGPU)};
}

void* Tensor::getData() {
    return mTensor ? mTensor->data() : nullptr;
}

void const* Tensor::getData() const {
    return mTensor ? mTensor->data() : nullptr;
}

DataType Tensor::getDataType() const {
    return mTensor ? mTensor->type() : DataType::kUNKNOWN;
}

MemoryType Tensor::getMemoryType() const {
    return mTensor ? mTensor->memory() : MemoryType::kUNKNOWN;
}

Shape Tensor::getShape() const {
    return mTensor ? Shape{mTensor->dims().data(), mTensor->dims().size()} : Shape{};
}

std::size_t Tensor::getSize() const {
    return mTensor ? mTensor->size() : 0;
}

std::size_t Tensor::getSizeInBytes() const {
    return mTensor ? mTensor->sizeInBytes() : 0;
}

void Tensor::setZero(CudaStreamPtr) {
    if (mTensor && mTensor->sizeInBytes() > 0) {
        std::memset(mTensor->data(), 0, mTensor->sizeInBytes());
    }
}

void Tensor::setFrom(Tensor const& other, CudaStreamPtr) {
    TLLM_CHECK_WITH_INFO(mTensor && other.mTensor, "an empty tensor can be neither target nor source of a copy");
    TLLM_CHECK_WITH_INFO(mTensor->type() == other.mTensor->type(), "tensors of different data types: %d and %d",
        static_cast<int>(mTensor->type()), static_cast<int>(other.mTensor->type()));
    if (mTensor != other.mTensor) {
        mTensor->reshape(other.mTensor->dims());
        copyBytes(*other.mTensor, *mTensor);
    }
}

} // namespace tensorrt_llm::executor
