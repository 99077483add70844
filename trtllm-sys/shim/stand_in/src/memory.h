#pragma once

#include "tensorrt_llm/executor/types.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tensorrt_llm::runtime {

/// The memory behind a tensor: host memory of any declared kind, or memory of somebody else.
class ITensor {
public:
    /// Allocates without filling, so that memory checkers find readers of what nobody wrote.
    ITensor(executor::DataType type, executor::MemoryType memory, std::vector<int64_t> dims);
    /// Wraps, without taking ownership.
    ITensor(executor::DataType type, void* data, std::vector<int64_t> dims);
    ~ITensor();
    ITensor(ITensor const&) = delete;
    ITensor& operator=(ITensor const&) = delete;

    /// Changes the shape. Owned memory grows as needed, its contents are lost then; wrapped memory can't.
    void reshape(std::vector<int64_t> dims);

    [[nodiscard]] void* data() const {
        return mData;
    }
    [[nodiscard]] executor::DataType type() const {
        return mType;
    }
    [[nodiscard]] executor::MemoryType memory() const {
        return mMemory;
    }
    [[nodiscard]] std::vector<int64_t> const& dims() const {
        return mDims;
    }
    [[nodiscard]] std::size_t size() const {
        return mSize;
    }
    [[nodiscard]] std::size_t sizeInBytes() const;

private:
    void allocate(std::size_t bytes);
    void release() noexcept;

    executor::DataType mType;
    executor::MemoryType mMemory;
    std::vector<int64_t> mDims;
    std::size_t mSize{0};
    std::size_t mCapacity{0};
    void* mData{nullptr};
    bool mOwns;
};

/// Bytes that tensors hold at the moment, by kind, for the iteration statistics.
struct MemoryUse {
    std::size_t gpu;
    std::size_t cpu;
    std::size_t pinned;
};
MemoryUse memoryUse() noexcept;

} // namespace tensorrt_llm::runtime
