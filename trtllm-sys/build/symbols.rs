//! The dynamic symbols of a shared library: what `nm -D` shows.

use std::fs::File;
use std::path::Path;

use object::read::{Object, ObjectSymbol, ReadCache};

use super::abi::{self, Abi};
use super::error::BuildError;

/// The ABI that the library's symbols tell.
///
/// # Errors
/// When the file can't be read or is no shared library, such as a pointer of Git LFS.
pub fn abi_of(library: &Path) -> Result<Option<Abi>, BuildError> {
    let fault = |reason: String| BuildError::NotALibrary { library: library.to_owned(), reason };
    let file = File::open(library).map_err(|error| fault(error.to_string()))?;
    // The library has gigabytes of GPU code; the cache reads only what is asked for.
    let cache = ReadCache::new(file);
    let elf = object::File::parse(&cache).map_err(|error| fault(error.to_string()))?;
    let names = elf.dynamic_symbols().filter_map(|symbol| symbol.name().ok());
    Ok(abi::of_symbols(names))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Text of the library's own kind of names.
    const SOURCE: &str = "#include <filesystem>\n#include <string>\n\
        namespace tensorrt_llm::executor { struct Executor { Executor(std::filesystem::path const&, int); };\n\
        Executor::Executor(std::filesystem::path const&, int) {}\n\
        std::string name(std::string const& of) { return of; } }\n";

    /// A shared library with the macro at `value`; `None` where there is no compiler.
    fn library(folder: &Path, value: &str) -> Option<std::path::PathBuf> {
        let source = folder.join("source.cpp");
        std::fs::write(&source, SOURCE).unwrap();
        let library = folder.join("libtensorrt_llm.so");
        let compiler = std::env::var_os("CXX").unwrap_or_else(|| "c++".into());
        let status = Command::new(compiler)
            .args(["-std=c++17", "-shared", "-fPIC", "-o"])
            .arg(&library)
            .arg(format!("-D_GLIBCXX_USE_CXX11_ABI={value}"))
            .arg(&source)
            .status();
        match status {
            Ok(status) => {
                assert!(status.success(), "the compiler failed");
                Some(library)
            }
            Err(_) => {
                eprintln!("no C++ compiler: nothing was tested");
                None
            }
        }
    }

    #[test]
    fn compiled_libraries_tell_their_abi() {
        for abi in [Abi::Old, Abi::Cxx11] {
            let folder = tempfile::tempdir().unwrap();
            if let Some(library) = library(folder.path(), abi.value()) {
                assert_eq!(abi_of(&library).unwrap(), Some(abi));
            }
        }
    }

    #[test]
    fn what_is_no_library_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("libtensorrt_llm.so");
        std::fs::write(&file, "version https://git-lfs.github.com/spec/v1\n").unwrap();
        let sentence = abi_of(&file).unwrap_err().to_string();
        assert!(sentence.contains("libtensorrt_llm.so is no shared library"), "{sentence}");
    }
}
