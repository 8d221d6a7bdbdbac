//! Ctrl-C, SIGTERM, and SIGHUP of a terminal that is closed: the first finishes the calls in flight and starts no more,
//! a second ends at once. Hang-ups come more than once, from the shell and from the system, so none is a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::aws::Cancel;

use super::Exit;
use super::terminal::say;

/// Which signal came, if any.
#[derive(Clone, Default)]
pub(super) struct Signals(Arc<AtomicU8>);

impl Signals {
    /// Listens for the rest of the run.
    pub fn listen(cancel: Cancel) -> Signals {
        let signals = Signals::default();
        let seen = signals.clone();
        tokio::spawn(async move {
            seen.0.store(first().await as u8, Ordering::SeqCst);
            cancel.cancel();
            say!("Stopping: calls in flight are finished, no more are started. Again to end at once.");
            std::process::exit(insisting().await as i32);
        });
        signals
    }

    /// Whether a signal came.
    pub fn came(&self) -> bool {
        self.0.load(Ordering::SeqCst) != 0
    }

    /// The status of a run that a signal ended.
    pub fn exit(&self) -> Exit {
        match self.0.load(Ordering::SeqCst) {
            code if code == Exit::Terminated as u8 => Exit::Terminated,
            _ => Exit::Interrupted,
        }
    }
}

/// The first signal that comes.
pub(super) async fn first() -> Exit {
    tokio::select! {
        exit = insisting() => exit,
        () = hangup() => Exit::Terminated,
    }
}

/// The first signal that somebody sends on purpose.
pub(super) async fn insisting() -> Exit {
    tokio::select! {
        exit = interrupt() => exit,
        () = terminate() => Exit::Terminated,
    }
}

#[cfg(unix)]
async fn hangup() {
    if is_deaf() {
        return std::future::pending().await;
    }
    one_of(tokio::signal::unix::SignalKind::hangup()).await;
}

/// Whether this run is to outlive its terminal, as `nohup` says: who listens for a signal is deaf to it no more.
#[cfg(unix)]
fn is_deaf() -> bool {
    use std::io::IsTerminal;
    let ignored = std::fs::read_to_string("/proc/self/status").ok().and_then(|status| {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
        u64::from_str_radix(mask.trim(), 16).ok()
    });
    match ignored {
        // SIGHUP is the first of all signals.
        Some(mask) => mask & 1 == 1,
        // It shows on Linux alone; what `nohup` starts has no terminal to write to.
        None => !std::io::stderr().is_terminal(),
    }
}

#[cfg(unix)]
async fn terminate() {
    one_of(tokio::signal::unix::SignalKind::terminate()).await;
}

#[cfg(unix)]
async fn one_of(kind: tokio::signal::unix::SignalKind) {
    match tokio::signal::unix::signal(kind) {
        Ok(mut signals) => drop(signals.recv().await),
        // It cannot be listened for; the system's own handling stays.
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn hangup() {
    std::future::pending().await
}

#[cfg(not(unix))]
async fn terminate() {
    std::future::pending().await
}

async fn interrupt() -> Exit {
    if tokio::signal::ctrl_c().await.is_err() {
        // No signal can be listened for; the system's own handling stays.
        std::future::pending::<()>().await;
    }
    Exit::Interrupted
}
