//! Answers of reading operations, remembered for the run.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

use crate::engine::Value;
use crate::engine::error::Result;

/// What tells two reads apart: operation and canonical input.
type Key = (&'static str, String);
type Cell = Arc<OnceCell<Result<Value>>>;

/// Answers by service, operation and input. A read under way is shared by all who ask for the same;
/// only a success is kept beyond it.
#[derive(Default)]
pub(super) struct Memo(Mutex<HashMap<&'static str, HashMap<Key, Cell>>>);

/// Whether an operation changes nothing.
pub(super) fn is_read(operation: &str) -> bool {
    ["Get", "Describe", "List"].iter().any(|prefix| operation.starts_with(prefix))
}

impl Memo {
    /// The remembered answer, or what the read finds.
    pub async fn get(
        &self,
        service: &'static str,
        operation: &'static str,
        input: &Value,
        read: impl Future<Output = Result<Value>>,
    ) -> Result<Value> {
        // What cannot be told apart is not remembered; the read itself says why it cannot be sent.
        let Some(text) = input.canonical() else { return read.await };
        let key = (operation, text);
        let cell = self.lock().entry(service).or_default().entry(key.clone()).or_default().clone();
        let answer = cell.get_or_init(|| read).await.clone();
        if answer.is_err() {
            self.forget_cell(service, &key, &cell);
        }
        answer
    }

    /// Forgets a service's answers: something of it changes. A read under way still answers those who
    /// wait for it, and nobody who asks later.
    pub fn forget_service(&self, service: &str) {
        self.lock().remove(service);
    }

    /// Forgets everything.
    pub fn forget(&self) {
        self.lock().clear();
    }

    fn forget_cell(&self, service: &str, key: &Key, cell: &Cell) {
        if let Some(cells) = self.lock().get_mut(service)
            && cells.get(key).is_some_and(|other| Arc::ptr_eq(other, cell))
        {
            cells.remove(key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<&'static str, HashMap<Key, Cell>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
