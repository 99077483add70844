//! Finds TensorRT-LLM (feature `link`) or takes the stand-in (feature `stand-in`), builds the C++ shim over it and
//! tells cargo how to link. Without a feature it does nothing. What it does is in `build/`, which the library's
//! tests mount too.

#[path = "build/mod.rs"]
mod build_script;
// The module that the crate itself offers, so that both find the same installation.
#[cfg(any(feature = "link", feature = "stand-in"))]
#[allow(dead_code, unreachable_pub, unused_imports)]
#[path = "src/probe/mod.rs"]
mod probe;

fn main() {
    build_script::mode::announce();
    #[cfg(any(feature = "link", feature = "stand-in"))]
    build_script::driver::main();
}
