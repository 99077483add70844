//! Tensors.
//!
//! The memory is native and counted by reference on the C++ side. A [`TensorMut`] is new and nobody else's, so
//! it can be filled in place; [`freeze`](TensorMut::freeze) makes it a [`Tensor`], which requests may share and
//! which only reads. Tensors of a response are [`Tensor`]s: no copy is made of their memory.

use std::fmt;

use half::{bf16, f16};

use crate::{DataType, Error, MemoryType, native};

mod sealed {
    pub trait Sealed {}
}

/// Rust types that a tensor's elements can be read as.
///
/// `f16` and `bf16` are those of the crate `half`. Eight-bit floats and booleans are read as bytes: Rust has no
/// type of the one, and a byte that is neither 0 nor 1 would be no `bool`.
pub trait Element: sealed::Sealed + Copy + 'static {
    /// What it is called in errors.
    const NAME: &'static str;
    /// The data types that it can read; the first is the one that it makes.
    const DATA_TYPES: &'static [DataType];
}

macro_rules! elements {
    ($($ty:ty = $name:literal [$($data_type:ident),*];)*) => { $(
        impl sealed::Sealed for $ty {}
        impl Element for $ty {
            const NAME: &'static str = $name;
            const DATA_TYPES: &'static [DataType] = &[$(DataType::$data_type),*];
        }
    )* };
}

elements! {
    f32 = "f32" [Float32];
    f16 = "f16" [Float16];
    bf16 = "bf16" [BFloat16];
    i64 = "i64" [Int64];
    i32 = "i32" [Int32];
    i8 = "i8" [Int8];
    u8 = "u8" [UInt8, Float8, Bool];
}

/// A tensor that only reads.
pub struct Tensor {
    native: native::Tensor,
    data_type: DataType,
    memory: MemoryType,
    shape: Box<[i64]>,
}

impl Tensor {
    /// A tensor in host memory with these elements. They are copied once; see [`TensorMut::new`] to fill one in place.
    ///
    /// # Errors
    ///
    /// [`Error::ElementCount`] if the shape has another number of elements, [`Error::NotLinked`], and what the
    /// library throws.
    pub fn from_slice<T: Element>(shape: &[i64], elements: &[T]) -> Result<Self, Error> {
        let mut tensor = TensorMut::new(T::DATA_TYPES[0], MemoryType::Cpu, shape)?;
        let target = tensor.as_mut_slice::<T>()?;
        if target.len() != elements.len() {
            return Err(Error::ElementCount {
                shape: shape.to_vec(),
                expected: target.len() as u64,
                given: elements.len(),
            });
        }
        target.copy_from_slice(elements);
        Ok(tensor.freeze())
    }

    pub(crate) fn from_native(native: native::Tensor) -> Result<Self, Error> {
        let data_type = native.data_type()?;
        let memory = native.memory()?;
        let shape = native.shape()?.into_boxed_slice();
        Ok(Self { native, data_type, memory, shape })
    }

    #[cfg_attr(not(trtllm_native), allow(dead_code, reason = "only the bridge asks"))]
    pub(crate) fn native(&self) -> &native::Tensor {
        &self.native
    }

    pub(crate) fn native_mut(&mut self) -> &mut native::Tensor {
        &mut self.native
    }

    /// The type of the elements.
    #[must_use]
    pub fn data_type(&self) -> DataType {
        self.data_type
    }

    /// Where the memory is.
    #[must_use]
    pub fn memory(&self) -> MemoryType {
        self.memory
    }

    /// The dimensions; empty for a scalar and for an empty tensor.
    #[must_use]
    pub fn shape(&self) -> &[i64] {
        &self.shape
    }

    /// The memory, without a copy.
    ///
    /// # Errors
    ///
    /// [`Error::NotOnHost`] for GPU memory.
    pub fn as_bytes(&self) -> Result<&[u8], Error> {
        self.readable()?;
        self.native.bytes()
    }

    /// The elements, without a copy.
    ///
    /// # Errors
    ///
    /// [`Error::NotOnHost`] for GPU memory, [`Error::ElementType`] if they are of another type.
    pub fn as_slice<T: Element>(&self) -> Result<&[T], Error> {
        self.readable()?;
        check_type::<T>(self.data_type)?;
        self.native.elements()
    }

    /// A copy in host memory.
    ///
    /// # Errors
    ///
    /// What the library throws.
    pub fn to_cpu(&self) -> Result<Self, Error> {
        Self::from_native(self.native.to_cpu(None)?)
    }

    fn readable(&self) -> Result<(), Error> {
        match self.memory {
            MemoryType::Gpu | MemoryType::Unknown(_) => Err(Error::NotOnHost(self.memory)),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tensor({:?} {:?} in {:?} memory)", self.data_type, self.shape, self.memory)
    }
}

/// A tensor that nobody else has yet.
pub struct TensorMut(Tensor);

impl TensorMut {
    /// A new tensor, filled with zeros, in host, pinned, pooled pinned or managed memory.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] for a negative dimension, [`Error::NotLinked`], and what the library throws: pinned and
    /// managed memory need a GPU.
    pub fn new(data_type: DataType, memory: MemoryType, shape: &[i64]) -> Result<Self, Error> {
        let elements = shape.iter().try_fold(1_u64, |all, &size| all.checked_mul(u64::try_from(size).ok()?));
        if elements.is_none_or(|all| all > 1 << 48) {
            return Err(Error::Shape(shape.to_vec()));
        }
        let native = native::Tensor::new(data_type, memory, shape)?;
        native.set_zero(None)?;
        Ok(Self(Tensor::from_native(native)?))
    }

    /// The memory.
    ///
    /// # Errors
    ///
    /// As [`Tensor::as_bytes`].
    pub fn as_mut_bytes(&mut self) -> Result<&mut [u8], Error> {
        self.0.readable()?;
        self.0.native.bytes_mut()
    }

    /// The elements.
    ///
    /// # Errors
    ///
    /// As [`Tensor::as_slice`].
    pub fn as_mut_slice<T: Element>(&mut self) -> Result<&mut [T], Error> {
        self.0.readable()?;
        check_type::<T>(self.0.data_type)?;
        self.0.native.elements_mut()
    }

    /// The tensor, read-only from now on, so that requests can share it.
    #[must_use]
    pub fn freeze(self) -> Tensor {
        self.0
    }
}

impl fmt::Debug for TensorMut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TensorMut({:?} {:?} in {:?} memory)", self.0.data_type, self.0.shape, self.0.memory)
    }
}

pub(crate) fn check_type<T: Element>(actual: DataType) -> Result<(), Error> {
    if T::DATA_TYPES.contains(&actual) { Ok(()) } else { Err(Error::ElementType { asked: T::NAME, actual }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_that_no_memory_holds_is_refused_before_cpp_sees_it() {
        for shape in [&[-1_i64][..], &[i64::MAX, 2], &[1 << 40, 1 << 40]] {
            let error = TensorMut::new(DataType::Float32, MemoryType::Cpu, shape).unwrap_err();
            assert!(matches!(error, Error::Shape(_)), "{error}");
        }
    }

    #[test]
    #[cfg(not(trtllm_native))]
    fn without_a_library_there_are_no_tensors() {
        assert!(matches!(Tensor::from_slice(&[1], &[1.0_f32]), Err(Error::NotLinked)));
    }
}
