//! A llama-server of our own, for as long as the benchmark takes.

use std::fs::File;
use std::io;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::args::EngineArgs;
use super::http::Server;

const LOOK: Duration = Duration::from_millis(100);
/// Lines of the server's output that an error shows.
const TAIL: usize = 8;

/// The child process, which ends with the value and on Ctrl-C.
#[derive(Clone)]
pub(super) struct Process(Arc<Mutex<Child>>);

/// Stops the server when the benchmark is over, whatever way it ended.
pub(super) struct Stop(Process);

impl Process {
    /// Starts the server and waits until it answers.
    ///
    /// # Errors
    /// It can't be started, ends by itself (with the last lines it wrote), or does not get ready in time.
    pub(super) fn start(
        args: &EngineArgs,
        binary: &Path,
        model: &Path,
        on_start: impl FnOnce(&Self) -> anyhow::Result<()>,
    ) -> anyhow::Result<(Stop, Server)> {
        let port = free_port().context("no port of this machine is free")?;
        let kept;
        let log = match &args.server_log {
            Some(path) => path.as_path(),
            None => {
                kept = tempfile::NamedTempFile::new().context("no temporary file")?;
                kept.path()
            }
        };
        let file = File::create(log).with_context(|| log.display().to_string())?;
        let threads = args.threads().to_string();
        let child = Command::new(binary)
            .arg("--model")
            .arg(model)
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .args(["--threads", &threads, "--threads-batch", &threads])
            .args(["--ctx-size", &args.context().to_string(), "-np", &args.most_clients().to_string()])
            .args(args.server_args.iter().flat_map(|more| more.split_whitespace()))
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("{} can't be started", binary.display()))?;
        let process = Self(Arc::new(Mutex::new(child)));
        let stop = Stop(process.clone());
        on_start(&process)?;
        let timeout = Duration::from_secs(args.timeout);
        let server = Server::new(&format!("http://127.0.0.1:{port}"), timeout, args.most_clients());
        let start = Instant::now();
        loop {
            if let Some(status) = process.lock().try_wait()? {
                bail!("{} ended by itself ({status}):\n{}", binary.display(), tail(log));
            }
            // Until it listens there is nothing to reach, which is no error yet.
            if server.is_ready().unwrap_or(false) {
                return Ok((stop, server));
            }
            if start.elapsed() > timeout {
                bail!("{} did not get ready in {} s:\n{}", binary.display(), args.timeout, tail(log));
            }
            std::thread::sleep(LOOK);
        }
    }

    /// Ends the server.
    pub(super) fn stop(&self) {
        let mut child = self.lock();
        // It may have ended already.
        let _ = child.kill();
        let _ = child.wait();
    }

    fn lock(&self) -> MutexGuard<'_, Child> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn tail(log: &Path) -> String {
    let text = String::from_utf8_lossy(&std::fs::read(log).unwrap_or_default()).into_owned();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL)..].join("\n")
}
