//! Stopping a run: calls in flight finish, no further one starts.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// What a run has been told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Told {
    Go,
    Stop,
    /// To go on to the end, whatever it is told.
    Finish,
}

/// A handle that tells every holder to stop. Clones are the same handle.
#[derive(Clone, Debug)]
pub struct Cancel(Arc<watch::Sender<Told>>);

impl Default for Cancel {
    fn default() -> Cancel {
        Cancel(Arc::new(watch::Sender::new(Told::Go)))
    }
}

impl Cancel {
    /// Tells everyone to stop. Gives whether that is heard: after [`Cancel::lift`] it is not.
    pub fn cancel(&self) -> bool {
        self.0.send_if_modified(|told| {
            let heard = *told != Told::Finish;
            if heard {
                *told = Told::Stop;
            }
            heard
        })
    }

    /// Lets calls be made again, for good, once everyone has stopped: what was made only to look ahead is deleted.
    pub fn lift(&self) {
        self.0.send_replace(Told::Finish);
    }

    /// Whether everyone was told to stop.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow() == Told::Stop
    }

    /// Returns when everyone is told to stop.
    pub async fn cancelled(&self) {
        // An error means that the sender is gone, which `self` holds.
        let _ = self.0.subscribe().wait_for(|told| *told == Told::Stop).await;
    }

    /// Sleeps, or returns early when everyone is told to stop. Whether it slept to the end.
    pub async fn sleep(&self, time: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.cancelled() => false,
            () = tokio::time::sleep(time) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn a_sleep_ends_when_the_run_is_stopped() {
        let cancel = Cancel::default();
        let other = cancel.clone();
        let start = Instant::now();
        let (slept, ()) =
            tokio::join!(cancel.sleep(Duration::from_secs(60)), async { assert!(other.cancel()) });
        assert!(!slept && start.elapsed() < Duration::from_secs(5));
        assert!(cancel.is_cancelled() && !cancel.sleep(Duration::from_secs(60)).await);
        cancel.lift();
        assert!(!cancel.is_cancelled() && cancel.sleep(Duration::ZERO).await);
        // What comes late stops nothing.
        assert!(!other.cancel() && !cancel.is_cancelled());
    }
}
