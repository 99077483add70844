//! The environment, read in one place so that no variable is read without telling cargo.

use std::ffi::OsString;

/// A variable that the user may set; cargo runs the build script again when it changes.
pub fn get(name: &str) -> Option<OsString> {
    println!("cargo::rerun-if-env-changed={name}");
    std::env::var_os(name)
}

/// A variable that cargo sets for the build script.
pub fn of_cargo(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The names under which the crate `cc` looks for `name`, the weakest first: `CXXFLAGS` to
/// `CXXFLAGS_x86_64-unknown-linux-gnu`.
pub fn with_target(name: &str, target: &str, host: &str) -> [String; 4] {
    let kind = if target == host { "HOST" } else { "TARGET" };
    let underscored = target.replace(['-', '.'], "_");
    [name.to_owned(), format!("{kind}_{name}"), format!("{name}_{underscored}"), format!("{name}_{target}")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_name_comes_last() {
        let target = "x86_64-unknown-linux-gnu";
        let names = with_target("CXXFLAGS", target, target);
        assert_eq!(names[0], "CXXFLAGS");
        assert_eq!(names[1], "HOST_CXXFLAGS");
        assert_eq!(names[2], "CXXFLAGS_x86_64_unknown_linux_gnu");
        assert_eq!(names[3], "CXXFLAGS_x86_64-unknown-linux-gnu");
        assert_eq!(with_target("CXX", target, "aarch64-unknown-linux-gnu")[1], "TARGET_CXX");
    }
}
