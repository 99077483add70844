//! What can go wrong with a file as a whole. Faults of single records are [`Rejection`](super::Rejection)s.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{Compression, OutputFormat};

/// A fault of an input or output file that the job can't step over.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IoError {
    /// A named file or folder does not exist.
    #[error("no such file or folder: {}; check the path", path.display())]
    NotFound {
        /// As the user named it.
        path: PathBuf,
    },
    /// An address of something that is not on this machine's disks.
    #[error("{} is not on a local disk; from elsewhere only inputs on s3:// are read, by a soju built with `--features object-store`, and `--to` or `soju upload` send what a job wrote: name a local path", path.display())]
    Remote {
        /// As the user named it.
        path: PathBuf,
    },
    /// An object store can't be asked, or an address is none.
    #[error("cannot read {}: {message}; check the address, the credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_SKIP_SIGNATURE=true), AWS_REGION and AWS_ENDPOINT_URL", path.display())]
    Object {
        /// The address.
        path: PathBuf,
        /// What the store says.
        message: String,
    },
    /// What an object store should take is no address of one.
    #[error("{} is no address of an object store; give one such as s3://bucket/folder/", path.display())]
    NoAddress {
        /// As the user named it.
        path: PathBuf,
    },
    /// An object store does not take a file.
    #[error("cannot write {url} from {}: {message}; check the address, the credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), AWS_REGION and AWS_ENDPOINT_URL, and give the command again (a job with --resume): it sends what is missing", path.display())]
    Upload {
        /// The file.
        path: PathBuf,
        /// The object's address.
        url: String,
        /// What the store says.
        message: String,
    },
    /// A folder holds no job.
    #[error("{} is no folder that `soju clean` or `soju dedup` wrote; name the one of their --out", path.display())]
    NoJob {
        /// As the user named it.
        path: PathBuf,
    },
    /// A folder holds a job that has not ended.
    #[error("the job in {} is not finished; finish it with its command and --resume", path.display())]
    UnfinishedJob {
        /// As the user named it.
        path: PathBuf,
    },
    /// A job took a shard to another place and has it no more.
    #[error("{} is not there any more: the job sent it to {place}; copy its shards from there first", path.display())]
    SentElsewhere {
        /// The shard.
        path: PathBuf,
        /// Where it is.
        place: String,
    },
    /// A glob matches no file.
    #[error("no file matches the pattern {}; check the path, and quote the pattern so that the shell leaves it alone", path.display())]
    NoMatch {
        /// The pattern as the user wrote it.
        path: PathBuf,
    },
    /// A folder holds nothing that could be read.
    #[error("no file of a known extension (such as .jsonl.zst) in the folder {}; name files of another extension one by one or with a quoted pattern", path.display())]
    EmptyFolder {
        /// The folder.
        path: PathBuf,
    },
    /// A glob that is not one.
    #[error("not a valid pattern: {}; put a special character that is meant literally in brackets, such as [[]", path.display())]
    BadPattern {
        /// The pattern as the user wrote it.
        path: PathBuf,
        /// What is wrong with it, and where.
        source: glob::PatternError,
    },
    /// A format that there is not.
    #[error("no format is called `{name}`; there are {known}")]
    UnknownFormat {
        /// As the user named it.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// A folder can't be listed, or a file in it can't be examined.
    #[error("cannot examine {}", path.display())]
    List {
        /// The folder or file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file can't be opened.
    #[error("cannot open {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The content is of a kind that is not read here.
    #[error("{} is {found}, which is not read here; {remedy}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What its first bytes say it is.
        found: &'static str,
        /// How to get at the text.
        remedy: &'static str,
    },
    /// The system failed to read.
    #[error("cannot read {} beyond line {line}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The last line that was reached, 0 before the first.
        line: u64,
        /// The system's reason.
        source: io::Error,
    },
    /// The compressed data ends too early.
    #[error("{} ends in the middle of its {compression} data after line {line}; the lines before were read, fetch or write the file again for the rest", path.display())]
    CutShort {
        /// The file.
        path: PathBuf,
        /// The last line that was reached, 0 before the first.
        line: u64,
        /// How the file is compressed.
        compression: Compression,
    },
    /// The compressed data is damaged, or needs more memory than is granted.
    #[error("{} has bad {compression} data after line {line}; {}", path.display(), bad_data_remedy(source))]
    BadData {
        /// The file.
        path: PathBuf,
        /// The last line that was reached, 0 before the first.
        line: u64,
        /// How the file is compressed.
        compression: Compression,
        /// The decompressor's reason.
        source: io::Error,
    },
    /// A file gives so much that it can't be text.
    #[error("{} expands to more than {times} times its size after line {line}, as a bomb does; decompress it yourself if it is none", path.display())]
    Expands {
        /// The file.
        path: PathBuf,
        /// The last line that was reached, 0 before the first.
        line: u64,
        /// What was granted.
        times: u64,
    },
    /// A table has no column for the text, or its lines have not what the format says.
    #[error("{} {message}", path.display())]
    Unsuited {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the remedy.
        message: String,
    },
    /// A Parquet file is damaged, or of a kind that is not read here.
    #[error("cannot read {} beyond row {row}: {message}; the rows before were read, fetch or write the file again for the rest", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The last row that was reached, 0 before the first.
        row: u64,
        /// What is wrong.
        message: String,
    },
    /// A Parquet file without a column for the text.
    #[error(
        "{} has no column of strings called `{column}`; {}",
        path.display(),
        if columns.is_empty() { "it has none at all".to_owned() } else { format!("there are {columns}: name the right one with --text-field") }
    )]
    NoTextColumn {
        /// The file.
        path: PathBuf,
        /// The column that was looked for.
        column: String,
        /// The columns that could be it, for people.
        columns: String,
    },
    /// A file can't be created, written, synced or renamed.
    #[error("cannot write {}{}", path.display(), write_remedy(source))]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A format that this build does not write.
    #[error("cannot write {}: this soju was built without the feature `{format}`; build it with `--features {format}`, or choose another output format", path.display())]
    Unavailable {
        /// The file.
        path: PathBuf,
        /// The format, which has the name of the feature.
        format: OutputFormat,
    },
    /// A value that is no JSON, such as a map whose keys are no strings.
    #[error("cannot write {}: a value is not expressible in JSON", path.display())]
    Encode {
        /// The file that it was meant for.
        path: PathBuf,
        /// The serializer's reason.
        source: serde_json::Error,
    },
    /// A file is shorter than it was when its length was recorded.
    #[error("{} has {found} bytes but had {recorded} when the job stopped; something else changed it, start over in another folder", path.display())]
    Shrunk {
        /// The file.
        path: PathBuf,
        /// Bytes when the job stopped.
        recorded: u64,
        /// Bytes now.
        found: u64,
    },
}

impl IoError {
    /// The file, folder, pattern or name that the error is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::NotFound { path }
            | Self::Remote { path }
            | Self::Object { path, .. }
            | Self::NoAddress { path }
            | Self::Upload { path, .. }
            | Self::NoJob { path }
            | Self::UnfinishedJob { path }
            | Self::SentElsewhere { path, .. }
            | Self::NoMatch { path }
            | Self::EmptyFolder { path }
            | Self::BadPattern { path, .. }
            | Self::List { path, .. }
            | Self::Open { path, .. }
            | Self::Foreign { path, .. }
            | Self::Read { path, .. }
            | Self::CutShort { path, .. }
            | Self::BadData { path, .. }
            | Self::Parquet { path, .. }
            | Self::NoTextColumn { path, .. }
            | Self::Write { path, .. }
            | Self::Unavailable { path, .. }
            | Self::Encode { path, .. }
            | Self::Expands { path, .. }
            | Self::Unsuited { path, .. }
            | Self::Shrunk { path, .. } => path,
            Self::UnknownFormat { name, .. } => Path::new(name),
        }
    }

    /// Whether the command line is what has to change: what it names is not there or is no pattern.
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::NotFound { .. }
                | Self::Remote { .. }
                | Self::NoAddress { .. }
                | Self::NoJob { .. }
                | Self::UnfinishedJob { .. }
                | Self::SentElsewhere { .. }
                | Self::NoMatch { .. }
                | Self::EmptyFolder { .. }
                | Self::BadPattern { .. }
                | Self::UnknownFormat { .. }
        )
    }

    /// Whether a write failed because the disk or the user's quota is full.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::Write { source, .. } if is_full(source))
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn write_remedy(source: &io::Error) -> &'static str {
    match source.kind() {
        _ if is_full(source) => {
            ": the disk is full; free some space and go on with --resume, or write to another disk"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "; choose a folder that you may write to"
        }
        _ => "",
    }
}

fn bad_data_remedy(source: &io::Error) -> &'static str {
    // The wording is libzstd's; its error codes are not handed through.
    if source.to_string().contains("too much memory") {
        "its window is over 128 MB; write it again with a smaller one (`zstd -d --long=31 -c FILE | zstd -o NEW`)"
    } else {
        "lines before the damage were read, fetch or write the file again for the rest"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_other_faults() {
        let error = |kind: io::ErrorKind| IoError::Write { path: "out/part".into(), source: kind.into() };
        assert!(error(io::ErrorKind::StorageFull).is_disk_full());
        assert!(error(io::ErrorKind::QuotaExceeded).is_disk_full());
        assert!(!error(io::ErrorKind::PermissionDenied).is_disk_full());
        assert_eq!(
            error(io::ErrorKind::StorageFull).to_string(),
            "cannot write out/part: the disk is full; free some space and go on with --resume, or write to another disk"
        );
    }
}
