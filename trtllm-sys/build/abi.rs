//! Which of libstdc++'s two C++ ABIs a library was built with, and which this build gets.
//!
//! A bridge of one ABI links with a library of the other and crashes when a string crosses over: `std::string` has
//! two layouts under one name.

use std::fmt;

use super::error::BuildError;

/// The value of `_GLIBCXX_USE_CXX11_ABI`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Abi {
    /// 0, the one before C++11. Old builds of torch have it, and so does what was built against them.
    Old,
    /// 1, the default.
    Cxx11,
}

impl Abi {
    /// The macro's value.
    pub fn value(self) -> &'static str {
        match self {
            Self::Old => "0",
            Self::Cxx11 => "1",
        }
    }
}

impl fmt::Display for Abi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "_GLIBCXX_USE_CXX11_ABI={}", self.value())
    }
}

/// The ABI that mangled names tell, if they tell one.
///
/// A library may carry a few names of the other ABI (from what was linked into it), so TensorRT-LLM's own names are
/// asked first, and the majority counts.
pub fn of_symbols<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<Abi> {
    let (mut own, mut all) = (Tally::default(), Tally::default());
    for name in names {
        all.count(name);
        if name.contains("12tensorrt_llm") {
            own.count(name);
        }
        if own.old + own.cxx11 == ENOUGH {
            break;
        }
    }
    own.verdict().or_else(|| all.verdict())
}

/// So many of TensorRT-LLM's own names decide: the library has several hundred thousand symbols.
const ENOUGH: usize = 500;

#[derive(Default)]
struct Tally {
    old: usize,
    cxx11: usize,
}

impl Tally {
    fn count(&mut self, name: &str) {
        // `std::__cxx11::…`, and the tag of a function that returns such a type.
        if name.contains("7__cxx11") || name.contains("B5cxx11") {
            self.cxx11 += 1;
        } else if OLD_TOKENS.iter().any(|token| name.contains(token)) {
            self.old += 1;
        }
    }

    fn verdict(&self) -> Option<Abi> {
        match self.cxx11.cmp(&self.old) {
            std::cmp::Ordering::Greater => Some(Abi::Cxx11),
            std::cmp::Ordering::Less => Some(Abi::Old),
            std::cmp::Ordering::Equal => None,
        }
    }
}

/// What the old ABI writes: `std::string const&`, `std::string` as a template argument and after a nested
/// name, and `std::filesystem::path`, which the executor's constructors take.
const OLD_TOKENS: [&str; 4] = ["RKSs", "ISsSa", "ESs", "NSt10filesystem4pathE"];

/// The ABI that the C++ of this build gets: the default, unless the compiler's flags say otherwise. The flags are
/// those of the environment, since the crate `cxx` compiles C++ too and sees nothing else.
pub fn of_flags(flags: &str) -> Abi {
    let mut macros =
        flags.split_whitespace().filter_map(|flag| flag.strip_prefix("-D_GLIBCXX_USE_CXX11_ABI="));
    match macros.next_back() {
        Some("0") => Abi::Old,
        _ => Abi::Cxx11,
    }
}

/// # Errors
/// When the library's ABI is known and is not the build's.
pub fn check(library: &std::path::Path, of_library: Option<Abi>, of_build: Abi) -> Result<(), BuildError> {
    match of_library {
        Some(of_library) if of_library != of_build => {
            Err(BuildError::AbiMix { library: library.to_owned(), of_library, of_build })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &str = "_ZN12tensorrt_llm8executor8ExecutorC1ERKNSt10filesystem7__cxx114pathENS0_9ModelTypeE";
    const OLD: &str = "_ZN12tensorrt_llm8executor8ExecutorC1ERKNSt10filesystem4pathENS0_9ModelTypeE";
    const OTHER_OLD: &str = "_ZN5other3runERKSs";

    #[test]
    fn names_tell_the_abi() {
        assert_eq!(of_symbols([NEW]), Some(Abi::Cxx11));
        assert_eq!(of_symbols([OLD]), Some(Abi::Old));
        assert_eq!(of_symbols(["_ZN12tensorrt_llm3logB5cxx11Ev"]), Some(Abi::Cxx11));
        assert_eq!(of_symbols(["_ZN12tensorrt_llm3addEii", "memcpy"]), None);
    }

    #[test]
    fn the_librarys_own_names_count_first() {
        assert_eq!(of_symbols([NEW, OTHER_OLD, OTHER_OLD]), Some(Abi::Cxx11));
        assert_eq!(of_symbols([OTHER_OLD]), Some(Abi::Old));
    }

    #[test]
    fn the_last_flag_counts() {
        assert_eq!(of_flags(""), Abi::Cxx11);
        assert_eq!(of_flags("-O2 -D_GLIBCXX_USE_CXX11_ABI=0"), Abi::Old);
        assert_eq!(of_flags("-D_GLIBCXX_USE_CXX11_ABI=0 -D_GLIBCXX_USE_CXX11_ABI=1"), Abi::Cxx11);
    }

    #[test]
    fn a_mix_says_what_to_do() {
        let library = std::path::Path::new("/lib/libtensorrt_llm.so");
        let sentence = |of_library, of_build| check(library, of_library, of_build).unwrap_err().to_string();
        let old = sentence(Some(Abi::Old), Abi::Cxx11);
        assert!(
            old.contains("set CXXFLAGS=-D_GLIBCXX_USE_CXX11_ABI=0") && old.contains("cargo clean -p cxx"),
            "{old}"
        );
        let new = sentence(Some(Abi::Cxx11), Abi::Old);
        assert!(new.contains("take -D_GLIBCXX_USE_CXX11_ABI=0 out of CXXFLAGS"), "{new}");
        assert!(check(library, None, Abi::Old).is_ok() && check(library, Some(Abi::Old), Abi::Old).is_ok());
    }
}
