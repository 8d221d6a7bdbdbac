//! AWS over the official SDK's clients: one configuration, one pacer, one retry loop. Knows no kind.
//!
//! Signing, endpoints, credentials and typed errors are the SDK's. A document travels as our own
//! canonical JSON, so nothing unset is ever sent and a member that AWS adds later is
//! seen. The SDK's own retries are off.

mod body;
mod cancel;
mod client;
mod config;
mod log;
mod memo;
mod operations;
mod pace;
mod retry;
#[cfg(test)]
mod tests;
mod wire;

pub use cancel::Cancel;
pub use client::{Calls, Client, Identity};
pub use config::{Embedded, Options, configured_region};
pub use log::log_filter;
