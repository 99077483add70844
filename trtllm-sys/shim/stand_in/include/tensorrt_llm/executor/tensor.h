#pragma once

#include "tensorrt_llm/common/arrayView.h"
#include "tensorrt_llm/common/assert.h"
#include "tensorrt_llm/executor/types.h"

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace tensorrt_llm::runtime {
class ITensor;
class CudaStream;
} // namespace tensorrt_llm::runtime

namespace tensorrt_llm::executor {

class Tensor;

namespace detail {
using DimType64 = int64_t;
std::shared_ptr<runtime::ITensor> const& toITensor(Tensor const& tensor);
Tensor ofITensor(std::shared_ptr<runtime::ITensor> tensor);
} // namespace detail

/// Dimensions, as a view: a `Shape` made from a braced list lives no longer than the full expression.
class Shape : public tensorrt_llm::common::ArrayView<detail::DimType64 const> {
public:
    using Base = tensorrt_llm::common::ArrayView<detail::DimType64 const>;
    using DimType64 = typename std::remove_cv_t<Base::value_type>;

    Shape() : Base{nullptr, 0} {}
    Shape(DimType64 const* data, Base::size_type size) : Base{data, size} {}
    Shape(std::initializer_list<DimType64> dims) : Base{dims.begin(), dims.size()} {}
};

/// A shared handle to a block of memory with a type and a shape. Copies share the block; `of` wraps memory of
/// somebody else and never frees it. A default tensor holds nothing and says so.
class Tensor {
public:
    using CudaStreamPtr = std::shared_ptr<runtime::CudaStream>;

    static Tensor cpu(DataType dataType, Shape shape = {});
    static Tensor pinned(DataType dataType, Shape shape = {});
    static Tensor pooledPinned(DataType dataType, Shape shape = {});
    static Tensor managed(DataType dataType, Shape shape = {});
    /// Host memory that says kGPU: no code may read it without a copy, yet tests can look.
    static Tensor gpu(DataType dataType, CudaStreamPtr stream, Shape shape = {});

    template <typename T>
    static Tensor cpu(Shape shape = {}) {
        return Tensor::cpu(getRuntimeType<T>(), shape);
    }

    template <typename T>
    static Tensor pinned(Shape shape = {}) {
        return Tensor::pinned(getRuntimeType<T>(), shape);
    }

    template <typename T>
    static Tensor pooledPinned(Shape shape = {}) {
        return Tensor::pooledPinned(getRuntimeType<T>(), shape);
    }

    template <typename T>
    static Tensor managed(Shape shape = {}) {
        return Tensor::managed(getRuntimeType<T>(), shape);
    }

    template <typename T>
    static Tensor gpu(CudaStreamPtr stream, Shape shape = {}) {
        return Tensor::gpu(getRuntimeType<T>(), std::move(stream), shape);
    }

    static Tensor of(DataType dataType, void* data, Shape shape);

    template <typename T>
    static Tensor of(T* data, Shape shape) {
        return of(getRuntimeType<T>(), static_cast<void*>(data), shape);
    }

    /// Wraps a container with `data()` and `size()` as one dimension.
    template <typename T>
    static Tensor of(T& data) {
        return of(data.data(), {static_cast<Shape::DimType64>(data.size())});
    }

    [[nodiscard]] Tensor copyToCpu(Tensor::CudaStreamPtr stream = nullptr) const;
    [[nodiscard]] Tensor copyToPinned(Tensor::CudaStreamPtr stream = nullptr) const;
    [[nodiscard]] Tensor copyToPooledPinned(Tensor::CudaStreamPtr stream = nullptr) const;
    [[nodiscard]] Tensor copyToManaged(Tensor::CudaStreamPtr stream = nullptr) const;
    [[nodiscard]] Tensor copyToGpu(Tensor::CudaStreamPtr stream) const;

    Tensor() noexcept = default;
    ~Tensor() = default;
    Tensor(Tensor const& other) noexcept = default;
    Tensor(Tensor&& other) noexcept = default;
    Tensor& operator=(Tensor const& other) noexcept = default;
    Tensor& operator=(Tensor&& other) noexcept = default;

    [[nodiscard]] void* getData();
    [[nodiscard]] void const* getData() const;
    [[nodiscard]] DataType getDataType() const;
    [[nodiscard]] MemoryType getMemoryType() const;
    [[nodiscard]] Shape getShape() const;
    [[nodiscard]] std::size_t getSize() const;
    [[nodiscard]] std::size_t getSizeInBytes() const;

    void setZero(CudaStreamPtr stream = nullptr);
    /// Takes over contents and shape. A tensor that owns its memory adapts; the sizes of wrapped memory must agree.
    void setFrom(Tensor const& other, CudaStreamPtr stream = nullptr);

    explicit operator bool() const {
        return static_cast<bool>(mTensor);
    }
    // Identity, not contents: two tensors are equal when they share memory.
    bool operator==(Tensor const& rhs) const {
        return mTensor == rhs.mTensor;
    }
    bool operator!=(Tensor const& rhs) const {
        return !(rhs == *this);
    }

private:
    using Impl = runtime::ITensor;

    explicit Tensor(std::shared_ptr<runtime::ITensor> tensor);

    template <typename T>
    static DataType getRuntimeType() {
        return TypeTraits<std::remove_cv_t<T>>::value;
    }

    std::shared_ptr<Impl> mTensor;

    friend std::shared_ptr<runtime::ITensor> const& detail::toITensor(Tensor const& tensor);
    friend Tensor detail::ofITensor(std::shared_ptr<runtime::ITensor> tensor);
    friend class Serialization;
};

} // namespace tensorrt_llm::executor
