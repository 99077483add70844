//! The build script in small parts: pure functions with their tests beside them, and two modules that act
//! (`driver`, `shim`). Without a feature only `mode` and `variables` are compiled.

// The script uses a part of this with each feature, the library's tests another one, and neither exports it.
#![allow(dead_code, unreachable_pub)]

pub mod mode;
pub mod variables;

#[cfg(any(test, feature = "link", feature = "stand-in"))]
pub mod abi;
#[cfg(any(test, feature = "link", feature = "stand-in"))]
pub mod companions;
#[cfg(any(test, feature = "link", feature = "stand-in"))]
pub mod definitions;
#[cfg(any(test, feature = "link", feature = "stand-in"))]
pub mod error;
#[cfg(any(test, feature = "link", feature = "stand-in"))]
pub mod linking;
#[cfg(any(test, feature = "link"))]
pub mod symbols;

// The library's tests have none of the build dependencies that these need.
#[cfg(all(not(test), any(feature = "link", feature = "stand-in")))]
pub mod driver;
#[cfg(all(not(test), any(feature = "link", feature = "stand-in")))]
pub mod shim;
