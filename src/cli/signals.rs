//! Ctrl-C, SIGTERM, and SIGHUP of a terminal that is closed: the first finishes the calls in flight and starts no more,
//! a second ends at once. Hang-ups come more than once, from the shell and from the system, so none is a second.

use futures_util::FutureExt;
use tokio::sync::watch;

use crate::aws::Cancel;

use super::Exit;
use super::terminal::say;

/// Which signal came, if any. Until there is anything to stop, whoever waits is told of it, and ends.
#[derive(Clone)]
pub(super) struct Signals(watch::Receiver<Option<Exit>>);

impl Signals {
    /// Listens for the rest of the run, where a signal no more ends the program by itself.
    pub fn listen() -> Signals {
        let (seen, signals) = watch::channel(None);
        let mut first = Box::pin(first());
        // The first look is what keeps the system from ending the program, and a task may come to it late.
        let came = (&mut first).now_or_never();
        tokio::spawn(async move {
            let exit = match came {
                Some(exit) => exit,
                None => first.await,
            };
            seen.send_replace(Some(exit));
            std::process::exit(insisting().await as i32);
        });
        Signals(signals)
    }

    /// From now on a signal stops what is at work; one that came already does so at once.
    pub fn stop(&self, cancel: Cancel) {
        let signals = self.clone();
        tokio::spawn(async move {
            signals.first().await;
            if cancel.cancel() {
                say!("Stopping: calls in flight are finished, no more are started. Again to end at once.");
            }
        });
    }

    /// The status that the first signal asks for, when it comes.
    pub async fn first(&self) -> Exit {
        let mut seen = self.0.clone();
        let came = seen.wait_for(Option::is_some).await.is_ok();
        if !came {
            // Nobody listens any more: the run is at its end.
            std::future::pending::<()>().await;
        }
        self.exit()
    }

    /// Whether a signal came.
    pub fn came(&self) -> bool {
        self.0.borrow().is_some()
    }

    /// The status of a run that a signal ended.
    pub fn exit(&self) -> Exit {
        self.0.borrow().unwrap_or(Exit::Interrupted)
    }
}

/// The first signal that comes.
async fn first() -> Exit {
    tokio::select! {
        exit = insisting() => exit,
        () = hangup() => Exit::Terminated,
    }
}

/// The first signal that somebody sends on purpose.
async fn insisting() -> Exit {
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
