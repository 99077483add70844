//! Rows of fixed length.

/// Something of a fixed number of bytes that can be sorted and spilled.
pub trait Row: Copy + Ord + Send + Sync {
    /// Length in bytes.
    const BYTES: usize;

    /// Puts it into `bytes`, which is [`Row::BYTES`] long.
    fn put(&self, bytes: &mut [u8]);

    /// What [`Row::put`] put there.
    fn take(bytes: &[u8]) -> Self;
}

/// A row of unsigned integers: a struct that is sorted by its fields in their order.
macro_rules! row {
    ($(#[$meta:meta])* $visibility:vis struct $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visibility struct $name { $($(#[$doc])* $visibility $field: $type,)* }

        impl $crate::dedup::spill::Row for $name {
            const BYTES: usize = 0 $(+ size_of::<$type>())*;

            fn put(&self, bytes: &mut [u8]) {
                let mut at = 0;
                $(
                    bytes[at..at + size_of::<$type>()].copy_from_slice(&self.$field.to_le_bytes());
                    at += size_of::<$type>();
                )*
                debug_assert_eq!(at, Self::BYTES);
            }

            fn take(bytes: &[u8]) -> Self {
                let mut at = 0;
                $(
                    let mut $field = [0; size_of::<$type>()];
                    $field.copy_from_slice(&bytes[at..at + size_of::<$type>()]);
                    at += size_of::<$type>();
                )*
                debug_assert_eq!(at, Self::BYTES);
                Self { $($field: <$type>::from_le_bytes($field),)* }
            }
        }
    };
}

pub(crate) use row;
