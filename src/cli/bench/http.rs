//! The server's side: llama.cpp's own completion protocol over HTTP, streamed.

use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail, ensure};
use serde_json::{Value, json};

use super::drive::{Side, Timing};
use super::workload::Job;

const CONNECT: Duration = Duration::from_secs(5);
/// Characters of an answer that an error shows.
const SHOWN: usize = 200;

/// A running llama-server.
pub(super) struct Server {
    url: String,
    agent: ureq::Agent,
    timeout: Duration,
}

impl Server {
    pub(super) fn new(url: &str, timeout: Duration, clients: usize) -> Self {
        let agent = ureq::AgentBuilder::new()
            .timeout_connect(CONNECT)
            // For a whole answer: ureq forgets a time-out for single reads when it uses a connection again, and
            // a server's comments would reset it in any case.
            .timeout(timeout)
            .max_idle_connections(clients)
            .max_idle_connections_per_host(clients)
            .build();
        Self { url: url.trim_end_matches('/').to_owned(), agent, timeout }
    }

    /// Whether it has loaded its model: `Ok(false)` while it loads.
    ///
    /// # Errors
    /// Nothing answers, or something that is no llama-server.
    pub(super) fn is_ready(&self) -> anyhow::Result<bool> {
        match self.agent.get(&format!("{}/health", self.url)).call() {
            Ok(answer) => {
                let body = answer.into_string().unwrap_or_default();
                let health: Option<Value> = serde_json::from_str(&body).ok();
                let ok = health.is_some_and(|health| health["status"] == "ok");
                ensure!(ok, "{}: its /health is not that of a llama-server: {}", self.url, shown(&body));
                Ok(true)
            }
            Err(ureq::Error::Status(503, _)) => Ok(false),
            Err(error) => Err(self.explain(error)),
        }
    }

    /// Requests that it computes together, if it says so.
    pub(super) fn slots(&self) -> Option<u64> {
        let answer = self.agent.get(&format!("{}/props", self.url)).call().ok()?;
        let props: Value = serde_json::from_str(&answer.into_string().ok()?).ok()?;
        props["total_slots"].as_u64()
    }

    fn explain(&self, error: ureq::Error) -> anyhow::Error {
        match error {
            ureq::Error::Status(404, _) => {
                anyhow!("{}: not a llama-server: it does not know the path (404)", self.url)
            }
            ureq::Error::Status(code, answer) => {
                let body = answer.into_string().unwrap_or_default();
                anyhow!("{}: the server refused a request with {code}: {}", self.url, message(&body))
            }
            ureq::Error::Transport(error) => anyhow!(
                "{}: no answer from a llama-server within {} s; is it running there? ({error})",
                self.url,
                self.timeout.as_secs()
            ),
        }
    }

    /// Reads events up to the last.
    fn read(&self, body: impl BufRead, start: Instant) -> anyhow::Result<Timing> {
        let (mut first, mut tokens) = (None, 0);
        for line in body.lines() {
            let line = line
                .with_context(|| format!("{}: the server broke off in the middle of an answer", self.url))?;
            if let Some(error) = line.strip_prefix("error: ") {
                bail!("{}: the server failed: {}", self.url, message(error));
            }
            let Some(data) = line.strip_prefix("data: ") else {
                // A comment keeps the connection alive while a prompt is computed.
                let silent = line.is_empty() || line.starts_with(':');
                ensure!(silent, "{}: not a llama-server's stream: {}", self.url, shown(&line));
                continue;
            };
            let event: Value = serde_json::from_str(data)
                .with_context(|| format!("{}: not a llama-server's event: {}", self.url, shown(data)))?;
            if !event["error"].is_null() {
                bail!("{}: the server failed: {}", self.url, message(data));
            }
            tokens += event["tokens"].as_array().map_or(0, Vec::len);
            if tokens > 0 {
                first.get_or_insert_with(|| start.elapsed());
            }
            if event["stop"] == true {
                let whole = start.elapsed();
                // The last event tells the number; the others may have come without ids (old servers).
                let told = event["tokens_predicted"].as_u64();
                let tokens = told.map_or(tokens, |told| told as usize);
                return Ok(Timing { first: first.unwrap_or(whole), whole, tokens });
            }
        }
        bail!("{}: the answer ended without its last event; is that a llama-server?", self.url)
    }
}

impl Side for Server {
    fn complete(&self, job: &Job) -> anyhow::Result<Timing> {
        // The most probable token on both sides. Without `top_k` the server would sort more of the
        // vocabulary than it needs for that.
        let body = json!({
            "prompt": job.prompt, "n_predict": job.new_tokens, "ignore_eos": true, "temperature": 0, "top_k": 1,
            "stream": true, "return_tokens": true, "cache_prompt": job.shared > 0,
        })
        .to_string();
        let start = Instant::now();
        let answer = self.agent.post(&format!("{}/completion", self.url));
        let answer = answer.set("Content-Type", "application/json").send_string(&body);
        let answer = answer.map_err(|error| self.explain(error))?;
        let timing = self.read(BufReader::new(answer.into_reader()), start)?;
        let (got, wanted) = (timing.tokens, job.new_tokens);
        ensure!(got == wanted, "{}: the server generated {got} tokens, not {wanted}", self.url);
        Ok(timing)
    }
}

/// The message of an error as llama-server words it, or the text itself.
fn message(body: &str) -> String {
    let parsed: Option<Value> = serde_json::from_str(body).ok();
    let told =
        parsed.as_ref().and_then(|error| error["error"]["message"].as_str().or(error["message"].as_str()));
    shown(told.unwrap_or(body))
}

fn shown(text: &str) -> String {
    text.trim().chars().take(SHOWN).collect()
}
