//! What to pull: a known name, or a file on the Hugging Face hub.

use std::fmt;

use super::ModelError;
use super::known::{self, KnownModel};

/// What `soju model pull` was asked for.
#[derive(Debug)]
pub(super) enum ModelSpec {
    /// A model from the table.
    Known(&'static KnownModel),
    /// A file on the hub.
    Hub(HubFile),
}

/// A file on the Hugging Face hub: `hf:OWNER/REPO/FILE[@REVISION]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HubFile {
    /// `OWNER/REPO`.
    pub(super) repo: String,
    /// Path in the repository.
    pub(super) file: String,
    /// Branch, tag or commit; `main` unless given.
    pub(super) revision: String,
}

impl HubFile {
    /// The name of the file without its folders, under which it is kept.
    pub(super) fn file_name(&self) -> &str {
        self.file.rsplit('/').next().unwrap_or(&self.file)
    }
}

impl fmt::Display for HubFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hf:{}/{}", self.repo, self.file)?;
        if self.revision != "main" {
            write!(f, "@{}", self.revision)?;
        }
        Ok(())
    }
}

/// Parses what was given to `soju model pull`.
pub(super) fn parse(spec: &str, known: &'static [KnownModel]) -> Result<ModelSpec, ModelError> {
    let bad =
        |reason: String| ModelError::BadSpec { spec: spec.to_owned(), reason, known: known::names(known) };
    match spec.strip_prefix("hf:") {
        Some(rest) => parse_hub(rest).map(ModelSpec::Hub).map_err(bad),
        None => known
            .iter()
            .find(|m| m.name == spec || m.file == spec)
            .map(ModelSpec::Known)
            .ok_or_else(|| bad("no model has this name".to_owned())),
    }
}

/// Parses what stands after `hf:`.
pub(super) fn parse_hub(rest: &str) -> Result<HubFile, String> {
    let (path, revision) = match rest.rsplit_once('@') {
        Some((path, revision)) => (path, revision),
        None => (rest, "main"),
    };
    let mut parts = path.splitn(3, '/');
    let (Some(owner), Some(repo), Some(file)) = (parts.next(), parts.next(), parts.next()) else {
        return Err("a hub model has an owner, a repository and a file".to_owned());
    };
    for (what, value) in [("owner", owner), ("repository", repo)] {
        check_name(what, value)?;
    }
    for part in file.split('/') {
        check_name("file", part)?;
    }
    for part in revision.split('/') {
        check_name("revision", part)?;
    }
    Ok(HubFile { repo: format!("{owner}/{repo}"), file: file.to_owned(), revision: revision.to_owned() })
}

/// The name becomes part of an address and of a path: letters, digits and a few marks, no leading dot.
fn check_name(what: &str, name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err(format!("its {what} has an empty part"));
    }
    if name.starts_with('.') {
        return Err(format!("its {what} has a part that starts with a dot"));
    }
    match name.chars().find(|&c| !(c.is_ascii_alphanumeric() || "._-+=".contains(c))) {
        Some(c) => Err(format!("its {what} contains {c:?}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_names_and_their_files_are_found() {
        for spec in ["gemma-3-270m", "gemma-3-270m-q4_k_m.gguf"] {
            let Ok(ModelSpec::Known(model)) = parse(spec, known::known()) else { panic!("{spec}") };
            assert_eq!(model.name, "gemma-3-270m");
        }
        let message = parse("gemma-4", known::known()).unwrap_err().to_string();
        assert!(message.contains("\"gemma-4\"") && message.contains("gemma-3-270m"), "{message}");
    }

    #[test]
    fn a_hub_file_has_owner_repo_file_and_revision() {
        let hub = parse_hub("ggml-org/gemma-3-270m-GGUF/gemma-3-270m-Q8_0.gguf").unwrap();
        assert_eq!(hub.repo, "ggml-org/gemma-3-270m-GGUF");
        assert_eq!(hub.revision, "main");
        assert_eq!(hub.to_string(), "hf:ggml-org/gemma-3-270m-GGUF/gemma-3-270m-Q8_0.gguf");
        let hub = parse_hub("a/b/sub/dir/m.gguf@refs/pr/1").unwrap();
        assert_eq!((hub.file.as_str(), hub.file_name()), ("sub/dir/m.gguf", "m.gguf"));
        assert_eq!(hub.revision, "refs/pr/1");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (spec, reason) in [
            ("", "owner, a repository and a file"),
            ("a/b", "owner, a repository and a file"),
            ("a//m.gguf", "repository has an empty part"),
            ("a/b/", "file has an empty part"),
            ("a/b/../../m.gguf", "starts with a dot"),
            ("a/b/m.gguf@", "revision has an empty part"),
            ("a/b/m n.gguf", "file contains ' '"),
            ("a/b/m\0.gguf", "contains '\\0'"),
            ("a/b/m.gguf?x=1", "file contains '?'"),
            ("a@b/c/d", "owner, a repository and a file"),
        ] {
            let error = parse_hub(spec).unwrap_err();
            assert!(error.contains(reason), "{spec}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_text_parses_or_fails_and_what_parses_prints_back(spec in "(hf:)?\\PC{0,12}(/[a-z.@]{0,6}){0,4}") {
            if let Ok(ModelSpec::Hub(hub)) = parse(&spec, known::known()) {
                prop_assert!(!hub.file_name().contains('/') && !hub.file_name().starts_with('.'));
                prop_assert_eq!(parse_hub(hub.to_string().strip_prefix("hf:").unwrap()).unwrap(), hub);
            }
        }
    }
}
