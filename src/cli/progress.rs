//! Progress of an apply: redrawn lines on a terminal, plain lines in CI, events as JSON.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::apply::{Event, Observer, Silent};
use crate::engine::Address;
use crate::plan::Verb;
use crate::report::harmless;

use super::args::{Global, LogFormat};
use super::terminal::{Terminal, say};

/// A wait is mentioned again after this time.
const REMIND: Duration = Duration::from_secs(10);

/// Who listens, by what the user wants and the terminal can.
pub(super) fn observer(global: &Global, terminal: &Terminal) -> Box<dyn Observer> {
    match (global.log_format, global.quiet, terminal.redraw) {
        (LogFormat::Json, ..) => Box::new(Json),
        (_, true, _) => Box::new(Silent),
        (_, _, true) => Box::new(Bars::new(terminal.color_err)),
        (_, _, false) => Box::new(Lines::new(global.verbose > 0)),
    }
}

fn doing(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "creating",
        Verb::Update => "updating",
        Verb::Delete => "deleting",
    }
}

fn done(verb: Verb, unchanged: bool) -> &'static str {
    match verb {
        _ if unchanged => "as wished already",
        Verb::Create => "created",
        Verb::Update => "updated",
        Verb::Delete => "deleted",
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// One line per start and finish, and every ten seconds of waiting.
struct Lines {
    verbose: bool,
    waits: Mutex<HashMap<Address, (Instant, Instant)>>,
}

impl Lines {
    fn new(verbose: bool) -> Lines {
        Lines { verbose, waits: Mutex::default() }
    }

    /// How long a resource has been waiting, if it is time to say so.
    fn remind(&self, address: &Address) -> Option<Duration> {
        let mut waits = self.waits.lock().ok()?;
        let now = Instant::now();
        let (began, said) = waits.entry(address.clone()).or_insert((now, now));
        (self.verbose || now.duration_since(*said) >= REMIND).then(|| {
            *said = now;
            now.duration_since(*began)
        })
    }
}

impl Observer for Lines {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::Began { steps: 1 } => say!("1 step"),
            Event::Began { steps } => say!("{steps} steps"),
            Event::Started { address, verb, .. } => say!("{address}: {}", doing(*verb)),
            Event::Waiting { address, what, .. } => {
                if let Some(time) = self.remind(address) {
                    say!("{address}: waiting: {what} ({})", seconds(time));
                }
            }
            Event::Finished { address, verb, took, unchanged } => {
                say!("{address}: {} ({})", done(*verb, *unchanged), seconds(*took));
            }
            Event::Failed { failure } => {
                say!("{}: failed: {}", failure.address, harmless(&failure.why.to_string()))
            }
            Event::Skipped { address, reason, .. } => say!("{address}: skipped: {reason}"),
            Event::Stopping | Event::Ended => {}
        }
    }
}

/// A line per resource at work with its time, and a total.
struct Bars {
    all: MultiProgress,
    total: ProgressBar,
    each: Mutex<HashMap<Address, ProgressBar>>,
}

impl Bars {
    fn new(color: bool) -> Bars {
        let all = MultiProgress::new();
        let template =
            if color { "{pos}/{len} {wide_bar:.cyan} {elapsed}" } else { "{pos}/{len} {wide_bar} {elapsed}" };
        let total = all.add(ProgressBar::new(0));
        total.set_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        total.enable_steady_tick(Duration::from_millis(200));
        Bars { all, total, each: Mutex::default() }
    }

    fn end(&self, address: &Address, line: &str) {
        let bar = self.each.lock().ok().and_then(|mut each| each.remove(address));
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        // A terminal that has gone away is no reason to fail.
        let _ = self.all.println(line);
        self.total.inc(1);
    }
}

impl Observer for Bars {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::Began { steps } => self.total.set_length(*steps as u64),
            Event::Started { address, verb, .. } => {
                let bar = self.all.insert_before(&self.total, ProgressBar::new_spinner());
                let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
                bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
                bar.set_message(format!("{address}: {}", doing(*verb)));
                bar.enable_steady_tick(Duration::from_millis(200));
                if let Ok(mut each) = self.each.lock() {
                    each.insert((*address).clone(), bar);
                }
            }
            Event::Waiting { address, verb, what } => {
                if let Ok(each) = self.each.lock()
                    && let Some(bar) = each.get(*address)
                {
                    bar.set_message(format!("{address}: {}, waiting: {what}", doing(*verb)));
                }
            }
            Event::Finished { address, verb, took, unchanged } => {
                self.end(address, &format!("{address}: {} ({})", done(*verb, *unchanged), seconds(*took)));
            }
            Event::Failed { failure } => self.end(&failure.address, &format!("{}: failed", failure.address)),
            Event::Skipped { address, reason, .. } => {
                self.end(address, &format!("{address}: skipped: {reason}"))
            }
            Event::Stopping => {}
            Event::Ended => self.total.finish_and_clear(),
        }
    }
}

/// Events one per line.
struct Json;

impl Observer for Json {
    fn event(&self, event: &Event<'_>) {
        let line = match event {
            Event::Began { steps } => serde_json::json!({ "event": "began", "steps": steps }),
            Event::Started { address, verb, name } => {
                serde_json::json!({ "event": "started", "address": address.to_string(), "verb": doing(*verb), "name": name })
            }
            Event::Waiting { address, what, .. } => {
                serde_json::json!({ "event": "waiting", "address": address.to_string(), "for": what })
            }
            Event::Finished { address, verb, took, unchanged } => serde_json::json!({
                "event": "finished", "address": address.to_string(), "verb": done(*verb, *unchanged),
                "milliseconds": took.as_millis() as u64,
            }),
            Event::Failed { failure } => serde_json::json!({
                "event": "failed", "address": failure.address.to_string(), "error": failure.why.to_string(),
            }),
            Event::Skipped { address, reason, .. } => {
                serde_json::json!({ "event": "skipped", "address": address.to_string(), "reason": reason })
            }
            Event::Stopping => serde_json::json!({ "event": "stopping" }),
            Event::Ended => serde_json::json!({ "event": "ended" }),
        };
        // Stderr that has gone away is no reason to fail.
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }
}
