//! From what the user named to the files that are read.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::hplt_stages::HpltStages;
use super::{IoError, Layout, job_folder};

/// Where an input's bytes come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file, or anything else with a path that can be opened and read, such as a named pipe.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// An object in a store, by its address such as `s3://bucket/key`. Needs the feature `object-store`.
    Object(String),
}

/// One input of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The path as the user named it (bad UTF-8 replaced), or `-` for standard input.
    pub name: Arc<str>,
    /// Where the bytes come from.
    pub source: Source,
    /// Size on disk, compressed, in bytes; none for what is not a regular file.
    pub bytes: Option<u64>,
    /// Time of the last change, where the system knows it.
    pub modified: Option<SystemTime>,
}

impl Input {
    /// Standard input.
    pub fn stdin() -> Self {
        Self { name: "-".into(), source: Source::Stdin, bytes: None, modified: None }
    }

    /// A file, whatever its extension.
    ///
    /// # Errors
    /// When the path does not exist or can't be examined.
    pub fn file(path: impl Into<PathBuf>) -> Result<Self, IoError> {
        let path = path.into();
        let meta = metadata(&path)?;
        Ok(Self::with_metadata(path, &meta))
    }

    fn with_metadata(path: PathBuf, meta: &fs::Metadata) -> Self {
        Self {
            name: path.to_string_lossy().into(),
            bytes: meta.is_file().then_some(meta.len()),
            modified: meta.modified().ok(),
            source: Source::File(path),
        }
    }
}

/// Lists the inputs that `patterns` name, in the order of the patterns.
///
/// A pattern is a file of any extension, a folder (every file in it and its sub-folders whose name
/// promises a [`Layout`], such as `a.jsonl.zst`; of the output folder of a job, its shards of kept records and nothing
/// else), a glob such as `shards/*.jsonl.zst`, or `-` for standard input. What a folder
/// or glob gives is sorted by path; hidden files are left out unless named. A path that exists is never
/// taken for a glob. A file that is named twice, also through links, is listed once. With the feature `object-store` a pattern
/// may be an address in an S3-compatible store: `s3://bucket/key`, `s3://bucket/folder/` or `s3://bucket/*.jsonl`.
///
/// # Errors
/// When a pattern is not valid or gives no file at all, and when a folder can't be read.
pub fn expand(patterns: &[String]) -> Result<Vec<Input>, IoError> {
    let mut found = Found::default();
    for pattern in patterns {
        #[cfg(feature = "object-store")]
        if super::objects::is_address(pattern) {
            super::objects::list(pattern)?.into_iter().for_each(|object| found.add_object(object));
            continue;
        }
        let pattern = local(pattern)?;
        if pattern == "-" {
            found.add_stdin();
        } else if Path::new(pattern).exists() || !pattern.contains(['*', '?', '[']) {
            found.add_path(Path::new(pattern))?;
        } else {
            found.add_glob(pattern)?;
        }
    }
    Ok(found.inputs)
}

/// The path that `name` means: itself, or what follows `file://`.
///
/// # Errors
/// [`IoError::Remote`] for any other address, such as `s3://bucket/shards`, unless a file has that name.
pub fn local(name: &str) -> Result<&str, IoError> {
    match name.split_once("://") {
        Some(("file", path)) => Ok(path),
        Some((scheme, _))
            if scheme.bytes().all(|b| b.is_ascii_alphanumeric()) && !Path::new(name).exists() =>
        {
            Err(IoError::Remote { path: name.into() })
        }
        _ => Ok(name),
    }
}

#[derive(Default)]
struct Found {
    inputs: Vec<Input>,
    seen: HashSet<PathBuf>,
    stdin: bool,
}

impl Found {
    fn add_stdin(&mut self) {
        if !std::mem::replace(&mut self.stdin, true) {
            self.inputs.push(Input::stdin());
        }
    }

    #[cfg(feature = "object-store")]
    fn add_object(&mut self, object: Input) {
        if self.seen.insert(PathBuf::from(&*object.name)) {
            self.inputs.push(object);
        }
    }

    fn add_path(&mut self, path: &Path) -> Result<(), IoError> {
        let meta = metadata(path)?;
        if !meta.is_dir() {
            return self.add_file(path.to_owned(), &meta);
        }
        let mut files = Vec::new();
        walk(path, &mut HashSet::new(), &mut files)?;
        if files.is_empty() {
            return Err(IoError::EmptyFolder { path: path.to_owned() });
        }
        files.sort();
        files.into_iter().try_for_each(|file| {
            let meta = metadata(&file)?;
            self.add_file(file, &meta)
        })
    }

    fn add_glob(&mut self, pattern: &str) -> Result<(), IoError> {
        let options = glob::MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        let matches = glob::glob_with(pattern, options)
            .map_err(|source| IoError::BadPattern { path: pattern.into(), source })?;
        let mut paths = Vec::new();
        for path in matches {
            paths.push(
                path.map_err(|error| IoError::List { path: error.path().to_owned(), source: error.into() })?,
            );
        }
        if paths.is_empty() {
            return Err(IoError::NoMatch { path: pattern.into() });
        }
        paths.sort();
        paths.iter().try_for_each(|path| self.add_path(path))
    }

    fn add_file(&mut self, path: PathBuf, meta: &fs::Metadata) -> Result<(), IoError> {
        // Only regular files: the link of a pipe such as /dev/fd/63 does not resolve to a path.
        let real = if meta.is_file() { canonical(&path)? } else { path.clone() };
        if self.seen.insert(real) {
            self.inputs.push(Input::with_metadata(path, meta));
        }
        Ok(())
    }
}

fn metadata(path: &Path) -> Result<fs::Metadata, IoError> {
    fs::metadata(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => IoError::NotFound { path: path.to_owned() },
        _ => IoError::List { path: path.to_owned(), source },
    })
}

fn canonical(path: &Path) -> Result<PathBuf, IoError> {
    fs::canonicalize(path).map_err(|source| IoError::List { path: path.to_owned(), source })
}

/// Collects the readable files under `folder`, following links but entering no folder twice.
fn walk(folder: &Path, entered: &mut HashSet<PathBuf>, files: &mut Vec<PathBuf>) -> Result<(), IoError> {
    if !entered.insert(canonical(folder)?) {
        return Ok(());
    }
    let list = |source| IoError::List { path: folder.to_owned(), source };
    if job_folder::is_job(folder) {
        files.extend(job_folder::parts(folder).map_err(list)?);
        return Ok(());
    }
    // Sorted before descending, so that which of two links to a folder is entered does not depend on the disk.
    let mut entries = fs::read_dir(folder).map_err(list)?.collect::<Result<Vec<_>, _>>().map_err(list)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        // A link that leads nowhere is the folder's business, unless it looks like data.
        let metadata = HpltStages::metadata_of(&path.to_string_lossy());
        let is_data = Layout::of_name(&name).is_some() || metadata.is_some_and(|m| Path::new(&m).is_file());
        match fs::metadata(&path) {
            Ok(meta) if meta.is_dir() => walk(&path, entered, files)?,
            Ok(meta) if meta.is_file() && is_data => files.push(path),
            Err(source) if is_data => return Err(IoError::List { path, source }),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn with(files: &[&str]) -> Self {
            let dir = tempfile::tempdir().unwrap();
            for file in files {
                let path = dir.path().join(file);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, b"{}").unwrap();
            }
            Self(dir)
        }

        fn path(&self, name: &str) -> String {
            self.0.path().join(name).to_str().unwrap().to_owned()
        }

        /// Expands patterns inside the folder to names inside the folder.
        fn expand(&self, patterns: &[&str]) -> Result<Vec<String>, IoError> {
            let patterns: Vec<_> =
                patterns.iter().map(|p| if *p == "-" { (*p).into() } else { self.path(p) }).collect();
            let root = self.path("");
            Ok(expand(&patterns)?.iter().map(|i| i.name.replace(&root, "")).collect())
        }
    }

    #[test]
    fn folders_globs_files_and_standard_input() {
        let files =
            ["b.jsonl", "a.jsonl.zst", "sub/c.jsonl.gz", "notes.md", ".hidden.jsonl", "x.jsonl.partial"];
        let dir = Folder::with(&files);
        assert_eq!(dir.expand(&[""]).unwrap(), ["a.jsonl.zst", "b.jsonl", "sub/c.jsonl.gz"]);
        assert_eq!(dir.expand(&["*.jsonl*"]).unwrap(), ["a.jsonl.zst", "b.jsonl", "x.jsonl.partial"]);
        assert_eq!(dir.expand(&["notes.md", "-", "-"]).unwrap(), ["notes.md", "-"]);
        assert_eq!(dir.expand(&["su*"]).unwrap(), ["sub/c.jsonl.gz"]);
        assert_eq!(
            dir.expand(&["sub/c.jsonl.gz", "", "sub"]).unwrap(),
            ["sub/c.jsonl.gz", "a.jsonl.zst", "b.jsonl"]
        );
    }

    #[test]
    fn of_a_jobs_output_only_the_kept_records_are_read() {
        let own = ["clean/.soju/job.json", "clean/part-00000.jsonl.zst", "clean/part-00001.parquet"];
        let beside = ["clean/dropped/part-00000.jsonl.zst", "clean/rejects.jsonl", "clean/report.json"];
        let foreign = ["clean/LICENSE.txt", "clean/README.md", "other.jsonl"];
        let dir = Folder::with(&[&own[..], &beside, &foreign].concat());
        assert_eq!(dir.expand(&["clean"]).unwrap(), own[1..]);
        assert_eq!(dir.expand(&[""]).unwrap(), [own[1], own[2], "other.jsonl"]);
        assert_eq!(dir.expand(&["clean/dropped"]).unwrap(), [beside[0]]);
        assert_eq!(dir.expand(&["clean/rejects.jsonl"]).unwrap(), [beside[1]]);
    }

    #[test]
    fn addresses_of_files_are_paths_and_others_are_refused() {
        let dir = Folder::with(&["a.jsonl"]);
        let inputs = expand(&[format!("file://{}", dir.path("a.jsonl"))]).unwrap();
        assert_eq!(*inputs[0].name, dir.path("a.jsonl"));
        let error = expand(&["gs://bucket/shards/*.jsonl".to_owned()]).unwrap_err();
        assert!(
            error.is_usage()
                && error.to_string().starts_with("gs://bucket/shards/*.jsonl is not on a local disk")
        );
    }

    #[test]
    fn size_and_time_are_known_for_files() {
        let dir = Folder::with(&["a.jsonl"]);
        let input = &expand(&[dir.path("a.jsonl")]).unwrap()[0];
        assert_eq!(input.bytes, Some(2));
        assert!(input.modified.is_some());
    }

    #[test]
    fn what_matches_nothing_is_an_error_that_names_it() {
        let dir = Folder::with(&["empty/notes.md"]);
        let message =
            |pattern: &str| dir.expand(&[pattern]).unwrap_err().to_string().replace(&dir.path(""), "");
        assert_eq!(message("gone.jsonl"), "no such file or folder: gone.jsonl; check the path");
        assert!(message("*.zst").starts_with("no file matches the pattern *.zst; check the path, and quote"));
        assert!(
            message("empty")
                .starts_with("no file of a known extension (such as .jsonl.zst) in the folder empty;")
        );
        assert!(message("a[").starts_with("not a valid pattern: a[;"));
    }

    #[test]
    fn a_file_with_a_bracket_in_its_name_is_a_file() {
        let dir = Folder::with(&["a[1].jsonl", "a1.jsonl"]);
        assert_eq!(dir.expand(&["a[1].jsonl"]).unwrap(), ["a[1].jsonl"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_not_in_circles_and_collapse() {
        use std::os::unix::fs::symlink;
        let dir = Folder::with(&["data/a.jsonl"]);
        symlink(dir.path("data"), dir.path("data/loop")).unwrap();
        symlink(dir.path("data/a.jsonl"), dir.path("data/b.jsonl")).unwrap();
        symlink(dir.path("nowhere"), dir.path("data/dangling.md")).unwrap();
        assert_eq!(dir.expand(&["data"]).unwrap(), ["data/a.jsonl"]);
        symlink(dir.path("nowhere"), dir.path("data/dangling.jsonl")).unwrap();
        assert!(
            matches!(dir.expand(&["data"]), Err(IoError::List { path, .. }) if path.ends_with("dangling.jsonl"))
        );
    }
}
