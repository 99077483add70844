//! How the public types cross the bridge.
//!
//! [`mirror!`] writes a public struct once, with its documentation, and from it the conversions to and from the
//! shared struct of the bridge that has the same fields. Without a native library only the struct remains.

#[cfg(trtllm_native)]
use crate::bridge::ffi;

/// A type with a twin on the bridge.
#[cfg(trtllm_native)]
pub(crate) trait Cross: Sized {
    /// The twin.
    type Ffi;

    fn to_ffi(&self) -> Self::Ffi;

    fn from_ffi(twin: Self::Ffi) -> Self;

    /// The path of the first value that was asked for in `self` and is another one in `effective`.
    ///
    /// What was left unset may be anything: the library's default.
    fn drift(&self, effective: &Self) -> Option<String>;
}

/// Types that cxx carries as they are.
#[cfg(trtllm_native)]
macro_rules! as_is {
    ($($ty:ty),* $(,)?) => { $(
        impl Cross for $ty {
            type Ffi = $ty;
            fn to_ffi(&self) -> $ty { self.clone() }
            fn from_ffi(twin: $ty) -> $ty { twin }
            fn drift(&self, effective: &Self) -> Option<String> {
                (self != effective).then(String::new)
            }
        }
    )* };
}

#[cfg(trtllm_native)]
as_is!(bool, u8, i32, i64, u64, f32, f64, String);

#[cfg(trtllm_native)]
impl<T: Cross + PartialEq> Cross for Vec<T> {
    type Ffi = Vec<T::Ffi>;
    fn to_ffi(&self) -> Self::Ffi {
        self.iter().map(T::to_ffi).collect()
    }
    fn from_ffi(twin: Self::Ffi) -> Self {
        twin.into_iter().map(T::from_ffi).collect()
    }
    fn drift(&self, effective: &Self) -> Option<String> {
        if self.len() != effective.len() {
            return Some(String::new());
        }
        self.iter().zip(effective).find_map(|(ours, theirs)| ours.drift(theirs))
    }
}

/// Optional values: a flag and a value.
#[cfg(trtllm_native)]
macro_rules! optional {
    ($($ty:ty => $twin:ident . $field:ident),* $(,)?) => { $(
        impl Cross for Option<$ty> {
            type Ffi = ffi::$twin;
            fn to_ffi(&self) -> ffi::$twin {
                match self {
                    Some(value) => ffi::$twin { set: true, $field: Cross::to_ffi(value) },
                    None => ffi::$twin::default(),
                }
            }
            fn from_ffi(twin: ffi::$twin) -> Self {
                twin.set.then(|| Cross::from_ffi(twin.$field))
            }
            fn drift(&self, effective: &Self) -> Option<String> {
                (self.is_some() && self != effective).then(String::new)
            }
        }
    )* };
}

#[cfg(trtllm_native)]
optional! {
    bool => OptBool.value,
    i32 => OptI32.value,
    i64 => OptI64.value,
    u64 => OptU64.value,
    f32 => OptF32.value,
    String => OptString.value,
    Vec<String> => OptStrings.values,
    Vec<i32> => OptI32s.values,
    Vec<u64> => OptU64s.values,
    Vec<u8> => OptBytes.values,
}

/// Milliseconds; a fraction of one is rounded up, so that a bound is never sharper than asked for.
#[cfg(trtllm_native)]
impl Cross for Option<std::time::Duration> {
    type Ffi = ffi::OptI64;
    fn to_ffi(&self) -> ffi::OptI64 {
        let millis = self.map(|time| i64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX));
        millis.to_ffi()
    }
    fn from_ffi(twin: ffi::OptI64) -> Self {
        twin.set.then(|| std::time::Duration::from_millis(twin.value.max(0).unsigned_abs()))
    }
    fn drift(&self, effective: &Self) -> Option<String> {
        (self.is_some() && self.to_ffi() != effective.to_ffi()).then(String::new)
    }
}

#[cfg(trtllm_native)]
impl Cross for Option<Vec<Vec<i32>>> {
    type Ffi = ffi::OptLists;
    fn to_ffi(&self) -> ffi::OptLists {
        let Some(lists) = self else { return ffi::OptLists::default() };
        let mut twin =
            ffi::OptLists { set: true, values: Vec::new(), offsets: Vec::with_capacity(lists.len() + 1) };
        twin.offsets.push(0);
        for list in lists {
            twin.values.extend_from_slice(list);
            // More than u32::MAX entries would be 16 GiB of choices or stop words.
            twin.offsets.push(u32::try_from(twin.values.len()).unwrap_or(u32::MAX));
        }
        twin
    }
    fn from_ffi(twin: ffi::OptLists) -> Self {
        twin.set.then(|| {
            twin.offsets
                .windows(2)
                .map(|ends| twin.values.get(ends[0] as usize..ends[1] as usize).unwrap_or_default().to_vec())
                .collect()
        })
    }
    fn drift(&self, effective: &Self) -> Option<String> {
        (self.is_some() && self != effective).then(String::new)
    }
}

/// Writes a public struct and its conversions.
///
/// `struct Name <=> Twin` is an optional part: its twin has a flag `set`, and `Option<Name>` crosses.
/// `struct Name == Twin` is always there, and `Name` itself crosses.
macro_rules! mirror {
    ($(#[$meta:meta])* pub struct $name:ident <=> $twin:ident {
        $($(#[$field_meta:meta])* pub $field:ident: $ty:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name { $($(#[$field_meta])* pub $field: $ty,)* }

        #[cfg(trtllm_native)]
        impl $name {
            /// Its twin, set.
            pub(crate) fn twin(&self) -> $crate::bridge::ffi::$twin {
                $crate::bridge::ffi::$twin {
                    set: true,
                    $($field: $crate::cross::Cross::to_ffi(&self.$field),)*
                }
            }
        }

        #[cfg(trtllm_native)]
        impl $crate::cross::Cross for Option<$name> {
            type Ffi = $crate::bridge::ffi::$twin;
            fn to_ffi(&self) -> Self::Ffi {
                self.as_ref().map($name::twin).unwrap_or_default()
            }
            fn from_ffi(twin: Self::Ffi) -> Self {
                twin.set.then(|| $name { $($field: $crate::cross::Cross::from_ffi(twin.$field),)* })
            }
            fn drift(&self, effective: &Self) -> Option<String> {
                let ours = self.as_ref()?;
                let Some(theirs) = effective else { return Some(String::new()) };
                $(
                    if let Some(inner) = $crate::cross::Cross::drift(&ours.$field, &theirs.$field) {
                        return Some($crate::cross::join(stringify!($field), &inner));
                    }
                )*
                None
            }
        }
    };
    ($(#[$meta:meta])* pub struct $name:ident == $twin:ident {
        $($(#[$field_meta:meta])* pub $field:ident: $ty:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name { $($(#[$field_meta])* pub $field: $ty,)* }

        #[cfg(trtllm_native)]
        impl $crate::cross::Cross for $name {
            type Ffi = $crate::bridge::ffi::$twin;
            fn to_ffi(&self) -> Self::Ffi {
                Self::Ffi { $($field: $crate::cross::Cross::to_ffi(&self.$field),)* }
            }
            fn from_ffi(twin: Self::Ffi) -> Self {
                $name { $($field: $crate::cross::Cross::from_ffi(twin.$field),)* }
            }
            fn drift(&self, effective: &Self) -> Option<String> {
                $(
                    if let Some(inner) = $crate::cross::Cross::drift(&self.$field, &effective.$field) {
                        return Some($crate::cross::join(stringify!($field), &inner));
                    }
                )*
                None
            }
        }
    };
}

pub(crate) use mirror;

#[cfg(trtllm_native)]
pub(crate) fn join(field: &str, inner: &str) -> String {
    if inner.is_empty() { field.to_owned() } else { format!("{field}.{inner}") }
}
