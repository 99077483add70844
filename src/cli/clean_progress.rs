//! The progress bar of `soju clean`; lines from time to time where there is no terminal.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use soju_refine::job::{Counters, Progress};

const REDRAW: Duration = Duration::from_millis(200);
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Shows a job's progress on standard error until dropped.
pub(crate) struct CleanProgress {
    done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl CleanProgress {
    pub(crate) fn start(counters: Arc<Counters>, input_bytes: Option<u64>) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&done);
        let thread = thread::spawn(move || watch(&counters, input_bytes, &seen));
        Self { done, thread: Some(thread) }
    }
}

impl Drop for CleanProgress {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A progress bar that panicked must not take the job's result with it.
            let _ = thread.join();
        }
    }
}

fn watch(counters: &Counters, input_bytes: Option<u64>, done: &AtomicBool) {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:20} {pos}/{len} documents  {wide_msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let start = (Instant::now(), counters.progress().records());
    let mut last_line = Instant::now();
    while !done.load(Ordering::Relaxed) {
        let progress = counters.progress();
        let text = describe(&progress, input_bytes, start);
        if bar.is_hidden() {
            if last_line.elapsed() >= LINE_EVERY {
                last_line = Instant::now();
                eprintln!("{} documents, {text}", progress.records());
            }
        } else {
            bar.set_length(progress.expected_records(input_bytes).unwrap_or(progress.read));
            bar.set_position(progress.records());
            bar.set_message(text);
        }
        thread::park_timeout(REDRAW);
    }
    bar.finish_and_clear();
}

fn describe(progress: &Progress, input_bytes: Option<u64>, start: (Instant, u64)) -> String {
    let done = progress.records().saturating_sub(start.1);
    let rate = done as f64 / start.0.elapsed().as_secs_f64().max(1e-3);
    let mut text = format!("{rate:.1} documents/s");
    if let Some(expected) = progress.expected_records(input_bytes)
        && done > 0
    {
        let left = expected.saturating_sub(progress.records()) as f64 / rate;
        text += &format!(", {} left", HumanDuration(Duration::from_secs_f64(left.min(1e9))));
    }
    text +=
        &format!("  (kept {}, dropped {}, rejected {}", progress.kept, progress.dropped, progress.rejected);
    if progress.judged > 0 {
        text += &format!(", judged {}", progress.judged);
    }
    text.push(')');
    text
}
