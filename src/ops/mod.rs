//! What is done with a gateway that is live.
//!
//! Events are written in one form everywhere: as EventBridge delivers them.

mod event;
#[cfg(feature = "aws")]
mod send;

pub use event::{Event, sourced};
#[cfg(feature = "aws")]
pub use send::{Sent, send};
