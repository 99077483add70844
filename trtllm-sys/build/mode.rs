//! What the features ask for.

use std::ffi::OsString;

use super::variables;

/// What is linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nothing: no C++ at all.
    Nothing,
    /// An installed TensorRT-LLM.
    Link,
    /// The stand-in.
    StandIn,
}

impl Mode {
    /// `link` wins, so that a build that asks for TensorRT-LLM anywhere in a workspace gets it or fails; it never
    /// gets the stand-in unnoticed.
    pub fn of_features(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        if variable("CARGO_FEATURE_LINK").is_some() {
            Self::Link
        } else if variable("CARGO_FEATURE_STAND_IN").is_some() {
            Self::StandIn
        } else {
            Self::Nothing
        }
    }

    /// The `cfg`s that the Rust code sees.
    pub fn cfgs(self) -> &'static [&'static str] {
        match self {
            Self::Nothing => &[],
            Self::Link => &["trtllm_native"],
            Self::StandIn => &["trtllm_native", "trtllm_stand_in"],
        }
    }
}

/// Tells cargo the `cfg`s and when to run the build script again.
pub fn announce() {
    // Named one by one: without any such line cargo would look at every file of the package.
    for path in ["build.rs", "build", "shim", "src/bridge.rs", "src/probe"] {
        println!("cargo::rerun-if-changed={path}");
    }
    println!("cargo::rustc-check-cfg=cfg(trtllm_native)");
    println!("cargo::rustc-check-cfg=cfg(trtllm_stand_in)");
    for cfg in Mode::of_features(variables::of_cargo).cfgs() {
        println!("cargo::rustc-cfg={cfg}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(features: &[&str]) -> Mode {
        Mode::of_features(|name| features.contains(&name).then(|| OsString::from("1")))
    }

    #[test]
    fn link_wins_and_nothing_is_the_default() {
        assert_eq!(mode(&[]), Mode::Nothing);
        assert_eq!(mode(&["CARGO_FEATURE_STAND_IN"]), Mode::StandIn);
        assert_eq!(mode(&["CARGO_FEATURE_LINK"]), Mode::Link);
        assert_eq!(mode(&["CARGO_FEATURE_STAND_IN", "CARGO_FEATURE_LINK"]), Mode::Link);
    }

    #[test]
    fn only_the_stand_in_calls_itself_so() {
        assert!(Mode::Nothing.cfgs().is_empty());
        assert_eq!(Mode::Link.cfgs(), ["trtllm_native"]);
        assert_eq!(Mode::StandIn.cfgs(), ["trtllm_native", "trtllm_stand_in"]);
    }
}
