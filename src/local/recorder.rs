//! What the embedded account was asked, for tests.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::http::Decoded;
use super::model::hooks::connections;

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The service's signing name.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// The region it was signed for.
    pub region: String,
    /// The input in the model's names; a connection's secrets are sealed (`sealed:SALT:HASH`).
    pub input: Value,
    /// The status it was answered with, 0 if the connection broke.
    pub status: u16,
}

/// The record.
#[derive(Debug, Default)]
pub(super) struct Recorder(Mutex<Vec<Recorded>>);

impl Recorder {
    /// Notes a request and how it was answered.
    pub fn note(&self, call: &Decoded, status: u16) {
        let mut input = call.input.clone();
        if call.operation.name.ends_with("Connection") {
            connections::redact(&mut input);
        }
        let recorded = Recorded {
            service: call.api.service.into(),
            operation: call.operation.name.clone(),
            region: call.region.clone(),
            input,
            status,
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(recorded);
    }

    /// All requests so far.
    pub fn all(&self) -> Vec<Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets them.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
