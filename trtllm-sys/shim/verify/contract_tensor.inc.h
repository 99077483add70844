// Tensors and shapes.

namespace trtllm_contract
{

// A handle: a copy shares the memory, and the shim copies where it needs to write through a const reference.
COPIES(te::Tensor);
DEFAULT_CONSTRUCTS(te::Tensor);
static_assert(std::is_nothrow_copy_constructible_v<te::Tensor> && std::is_nothrow_move_constructible_v<te::Tensor>);

ALIAS(te::Tensor::CudaStreamPtr, te::StreamPtr);

// Templates with the same names make these overloads.
OVERLOAD(te::Tensor::cpu, te::Tensor (*)(te::DataType, te::Shape));
OVERLOAD(te::Tensor::pinned, te::Tensor (*)(te::DataType, te::Shape));
OVERLOAD(te::Tensor::pooledPinned, te::Tensor (*)(te::DataType, te::Shape));
OVERLOAD(te::Tensor::managed, te::Tensor (*)(te::DataType, te::Shape));

OVERLOAD(te::Tensor::getData, void* (te::Tensor::*) ());
OVERLOAD(te::Tensor::getData, void const* (te::Tensor::*) () const);
GETTER(te::Tensor, getDataType, te::DataType);
GETTER(te::Tensor, getMemoryType, te::MemoryType);
GETTER(te::Tensor, getShape, te::Shape);
GETTER(te::Tensor, getSize, std::size_t);
GETTER(te::Tensor, getSizeInBytes, std::size_t);
SAME(te::Tensor::copyToCpu, te::Tensor (te::Tensor::*)(te::StreamPtr) const);
SETTER(te::Tensor, setZero, te::StreamPtr);
SETTER(te::Tensor, setFrom, te::Tensor const&, te::StreamPtr);

// A view of dimensions that someone else owns, and a range for the shim's loops.
CONSTRUCTS(te::Shape, std::int64_t const*, std::size_t);
COPIES(te::Shape);
ALIAS(te::Shape::DimType64, std::int64_t);
ALIAS(decltype(std::declval<te::Shape const&>().begin()), std::int64_t const*);
ALIAS(decltype(std::declval<te::Shape const&>().end()), std::int64_t const*);
ALIAS(decltype(std::declval<te::Shape const&>().size()), std::size_t);
ALIAS(decltype(std::declval<te::Shape const&>()[0]), std::int64_t const&);

} // namespace trtllm_contract
