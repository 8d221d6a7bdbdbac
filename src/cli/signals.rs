//! Ctrl-C and SIGTERM: the first finishes the calls in flight and starts no more, a second ends at
//! once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::aws::Cancel;

use super::Exit;

/// Which signal came, if any.
#[derive(Clone, Default)]
pub(super) struct Signals(Arc<AtomicU8>);

impl Signals {
    /// Listens for the rest of the run.
    pub fn listen(cancel: Cancel) -> Signals {
        let signals = Signals::default();
        let seen = signals.clone();
        tokio::spawn(async move {
            loop {
                let exit = next().await;
                if seen.0.swap(exit as u8, Ordering::SeqCst) != 0 {
                    std::process::exit(exit as i32);
                }
                eprintln!(
                    "Stopping: calls in flight are finished, no more are started. Again to end at once."
                );
                cancel.cancel();
            }
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
    next().await
}

#[cfg(unix)]
async fn next() -> Exit {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return interrupt().await;
    };
    tokio::select! {
        exit = interrupt() => exit,
        _ = terminate.recv() => Exit::Terminated,
    }
}

#[cfg(not(unix))]
async fn next() -> Exit {
    interrupt().await
}

async fn interrupt() -> Exit {
    if tokio::signal::ctrl_c().await.is_err() {
        // No signal can be listened for; the system's own handling stays.
        std::future::pending::<()>().await;
    }
    Exit::Interrupted
}
