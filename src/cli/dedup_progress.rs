//! The progress bar of `soju dedup`; lines from time to time where there is no terminal.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use soju_refine::job::{DedupPhase, DedupProgress};

const REDRAW: Duration = Duration::from_millis(200);
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Shows a job's progress on standard error until dropped.
pub(crate) struct DedupProgressBar {
    done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl DedupProgressBar {
    pub(crate) fn start(progress: Arc<DedupProgress>, input_bytes: Option<u64>) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&done);
        let thread = thread::spawn(move || watch(&progress, input_bytes, &seen));
        Self { done, thread: Some(thread) }
    }
}

impl Drop for DedupProgressBar {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A progress bar that panicked must not take the job's result with it.
            let _ = thread.join();
        }
    }
}

fn watch(progress: &DedupProgress, input_bytes: Option<u64>, done: &AtomicBool) {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:20} {pos}/{len} documents  {wide_msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let mut last_line = Instant::now();
    while !done.load(Ordering::Relaxed) {
        let (phase, now) = progress.now();
        let name = match phase {
            DedupPhase::Signatures => "reading for signatures",
            DedupPhase::Resolution => "finding duplicates",
            DedupPhase::Passages => "reading for passages",
            DedupPhase::Writing => "writing",
        };
        let records = if phase == DedupPhase::Writing { now.records() } else { now.read };
        let counts = match phase {
            DedupPhase::Writing => {
                format!("  (kept {}, dropped {}, rejected {})", now.kept, now.dropped, now.rejected)
            }
            _ => String::new(),
        };
        if !bar.is_hidden() {
            bar.set_length(now.expected_records(input_bytes).unwrap_or(now.read));
            bar.set_position(records);
            bar.set_message(format!("{name}{counts}"));
        } else if last_line.elapsed() >= LINE_EVERY {
            last_line = Instant::now();
            eprintln!("{name}: {records} documents{counts}");
        }
        thread::park_timeout(REDRAW);
    }
    bar.finish_and_clear();
}
