//! Native memory: tensors, and the streams that callbacks lend.

use cxx::{SharedPtr, UniquePtr};

use super::linked::native;
use crate::bridge::ffi;
use crate::tensor::Element;
use crate::{DataType, Error, MemoryType};

/// A CUDA stream that TensorRT-LLM lends, or none.
pub(crate) type Stream = ffi::Stream;

/// A handle to a C++ tensor. Copies of the handle share the memory.
pub(crate) struct Tensor(SharedPtr<ffi::Tensor>);

// SAFETY: the C++ class holds nothing but a `std::shared_ptr<ITensor>` (tensor.h, `mTensor`), whose count is
// atomic ([util.smartptr.shared]/4 of the C++ standard: different handles may be used from different threads), and
// the tensor itself is tied to no thread.
unsafe impl Send for Tensor {}
// SAFETY: through a shared reference this crate only calls const members that read `mTensor`, and reads the memory.
// It writes through `&mut` of a `TensorMut` or a `LogitsStep` alone, whose memory no other thread has at that time.
unsafe impl Sync for Tensor {}

impl Tensor {
    pub(crate) fn new(data_type: DataType, memory: MemoryType, shape: &[i64]) -> Result<Self, Error> {
        native("Tensor::cpu", ffi::tensor_new(data_type.to_raw(), memory.to_raw(), shape)).map(Self)
    }

    pub(crate) fn from_shared(pointer: SharedPtr<ffi::Tensor>) -> Self {
        Self(pointer)
    }

    /// Another handle to the same memory, for C++ to keep.
    pub(crate) fn shared(&self) -> SharedPtr<ffi::Tensor> {
        self.0.clone()
    }

    fn get(&self) -> Result<&ffi::Tensor, Error> {
        self.0.as_ref().ok_or(Error::NotOnHost(MemoryType::Unspecified))
    }

    pub(crate) fn data_type(&self) -> Result<DataType, Error> {
        native("Tensor::getDataType", ffi::tensor_data_type(self.get()?)).map(DataType::from_raw)
    }

    pub(crate) fn memory(&self) -> Result<MemoryType, Error> {
        native("Tensor::getMemoryType", ffi::tensor_memory(self.get()?)).map(MemoryType::from_raw)
    }

    pub(crate) fn shape(&self) -> Result<Vec<i64>, Error> {
        native("Tensor::getShape", ffi::tensor_shape(self.get()?))
    }

    /// Address and bytes.
    fn memory_of(&self) -> Result<(*mut u8, usize), Error> {
        let tensor = self.get()?;
        let bytes = native("Tensor::getSizeInBytes", ffi::tensor_bytes(tensor))?;
        let data = native("Tensor::getData", ffi::tensor_data(tensor))?;
        Ok((data, if data.is_null() { 0 } else { bytes }))
    }

    pub(crate) fn bytes(&self) -> Result<&[u8], Error> {
        self.elements()
    }

    pub(crate) fn bytes_mut(&mut self) -> Result<&mut [u8], Error> {
        self.elements_mut()
    }

    /// The memory as elements. The caller has seen to it that the host can read it and that the type is right;
    /// bytes always are.
    pub(crate) fn elements<T: Element>(&self) -> Result<&[T], Error> {
        let (data, bytes) = self.memory_of()?;
        let Some(data) = aligned::<T>(data) else { return Ok(&[]) };
        // SAFETY: `getData` and `getSizeInBytes` describe one allocation that the handle in `self` keeps alive
        // for as long as the slice borrows it (tensor.h: the tensor owns its buffer; those of `Tensor::of`, which
        // does not, are never made here). It is initialised: new tensors are set to zero before anyone sees them,
        // others come filled from the library. `T` is a sealed plain number, for which every bit pattern is a
        // value; alignment was checked, and nobody writes while a shared reference is out (see `Sync` above).
        Ok(unsafe { std::slice::from_raw_parts(data, bytes / size_of::<T>()) })
    }

    pub(crate) fn elements_mut<T: Element>(&mut self) -> Result<&mut [T], Error> {
        let (data, bytes) = self.memory_of()?;
        let Some(data) = aligned::<T>(data) else { return Ok(&mut []) };
        // SAFETY: as in `elements`, and `&mut self` of a tensor that has no other handle: a `TensorMut` before
        // it is frozen, or the logits that the executor's own thread lends and waits for.
        Ok(unsafe { std::slice::from_raw_parts_mut(data, bytes / size_of::<T>()) })
    }

    pub(crate) fn to_cpu(&self, stream: Option<&Stream>) -> Result<Self, Error> {
        let none = NoStream::new(stream)?;
        native("Tensor::copyToCpu", ffi::tensor_to_cpu(self.get()?, none.or(stream)?)).map(Self)
    }

    pub(crate) fn set_from(&self, source: &Self, stream: Option<&Stream>) -> Result<(), Error> {
        let none = NoStream::new(stream)?;
        native("Tensor::setFrom", ffi::tensor_set_from(self.get()?, source.get()?, none.or(stream)?))
    }

    pub(crate) fn set_zero(&self, stream: Option<&Stream>) -> Result<(), Error> {
        let none = NoStream::new(stream)?;
        native("Tensor::setZero", ffi::tensor_set_zero(self.get()?, none.or(stream)?))
    }
}

/// The address as one of elements; none for no memory, or for memory that is not aligned for them (no allocator
/// of TensorRT-LLM gives any).
fn aligned<T>(data: *mut u8) -> Option<*mut T> {
    let data = data.cast::<T>();
    (!data.is_null() && data.is_aligned()).then_some(data)
}

/// A null stream, made only where no real one is at hand.
struct NoStream(UniquePtr<ffi::Stream>);

impl NoStream {
    fn new(stream: Option<&Stream>) -> Result<Self, Error> {
        let made = if stream.is_some() { UniquePtr::null() } else { native("Stream", ffi::no_stream())? };
        Ok(Self(made))
    }

    fn or<'a>(&'a self, stream: Option<&'a Stream>) -> Result<&'a Stream, Error> {
        stream.or(self.0.as_ref()).ok_or(Error::NotOnHost(MemoryType::Unspecified))
    }
}
