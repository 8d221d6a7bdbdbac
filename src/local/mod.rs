//! The embedded account: an in-process AWS behind the SDK's HTTP client.
//!
//! `--local[=FILE]` plugs it in, and the rest of the program cannot tell: the same code path down to
//! the request bytes. It is JSON documents in collections ([`store`]), the published API models
//! ([`api`]) and tables saying what each operation does ([`model`]), behind one codec per protocol.
//! It behaves like the unpleasant AWS rather than a polite one: calls return before they are done,
//! defaults appear, lists come back in another order, secrets do not come back, and by rule ([`fault`])
//! requests get lost.
//!
//! ```no_run
//! # fn main() -> std::io::Result<()> {
//! use gatewayctl::local::{Local, LocalOptions};
//! let local = Local::open(LocalOptions::new("123456789012"))?;
//! let client = local.http_client(); // for an SDK config's `http_client`
//! # Ok(()) }
//! ```

pub mod api;
mod codec;
mod connector;
pub mod fault;
pub mod http;
mod model;
mod recorder;
pub mod store;

#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use serde_json::Value;

use fault::{Effect, FaultRule, Faults};
use http::{ApiError, Decoded, Request, Response, TransportError};
pub use model::Propagation;
use model::hooks::{connections, random};
pub use recorder::Recorded;
use recorder::Recorder;
use store::Store;

/// How to open an embedded account.
#[derive(Debug, Clone)]
pub struct LocalOptions {
    /// The journal; none keeps everything in memory.
    pub path: Option<PathBuf>,
    /// The account's twelve digits.
    pub account: String,
    /// The faults in force.
    pub faults: Vec<FaultRule>,
    /// Keep every request for [`Local::requests`].
    pub record: bool,
}

impl LocalOptions {
    /// In memory, without faults.
    pub fn new(account: impl Into<String>) -> Self {
        LocalOptions { path: None, account: account.into(), faults: Vec::new(), record: false }
    }
}

/// An embedded account.
#[derive(Debug)]
pub struct Local {
    account: String,
    store: Store,
    faults: Faults,
    recorder: Option<Recorder>,
}

impl Local {
    /// Opens the account; with a path, as its journal left it.
    pub fn open(options: LocalOptions) -> io::Result<Arc<Local>> {
        Ok(Arc::new(Local {
            store: Store::open(options.path.as_deref())?,
            account: options.account,
            faults: Faults::new(options.faults),
            recorder: options.record.then(Recorder::default),
        }))
    }

    /// The client to configure the SDK with. Any credentials do.
    pub fn http_client(self: &Arc<Self>) -> SharedHttpClient {
        connector::http_client(self.clone())
    }

    /// Answers one request, as the SDK's client would get it answered.
    pub fn handle(&self, request: &Request) -> Result<Response, TransportError> {
        let request_id = random::uuid();
        let call = match codec::decode(request) {
            Ok(call) => call,
            Err((api, error)) => return Ok(codec::error(api, &error, &request_id)),
        };
        let effects = self.faults.strike(call.api.service, &call.operation.name);
        let answered = self.answer(&call, &effects, &request_id);
        if let Some(recorder) = &self.recorder {
            recorder.note(&call, answered.as_ref().map_or(0, |response| response.status));
        }
        answered
    }

    fn answer(
        &self,
        call: &Decoded,
        effects: &[Effect],
        request_id: &str,
    ) -> Result<Response, TransportError> {
        // Each call is answered on a thread of its own, so others go on meanwhile.
        for effect in effects {
            if let Effect::Delay(time) = effect {
                std::thread::sleep(*time);
            }
        }
        if effects.contains(&Effect::KillBefore) {
            fault::kill();
        }
        if effects.contains(&Effect::RequestLost) {
            return Err(TransportError("connection reset before the request was sent (a fault rule)".into()));
        }
        if let Some(refusal) = effects.iter().find_map(|effect| effect.refusal(call.api)) {
            return Ok(codec::encode(call, &Err(refusal), request_id));
        }
        let outcome = self
            .execute(call, effects)
            .map_err(|error| TransportError(format!("the embedded account's file: {error}")))?;
        if effects.contains(&Effect::KillAfter) {
            fault::kill();
        }
        if effects.contains(&Effect::AnswerLost) {
            return Err(TransportError("connection reset before the answer arrived (a fault rule)".into()));
        }
        Ok(codec::encode(call, &outcome, request_id))
    }

    fn execute(&self, call: &Decoded, effects: &[Effect]) -> io::Result<Result<Value, ApiError>> {
        let propagation = effects.iter().find_map(|effect| match effect {
            Effect::Slow(propagation) => Some(*propagation),
            _ => None,
        });
        let stale = effects.iter().find_map(|effect| match effect {
            Effect::Stale(writes) => Some(*writes),
            _ => None,
        });
        match stale {
            Some(writes) => {
                self.store.look_back(writes, |txn| model::execute(call, &self.account, propagation, txn))
            }
            None => self.store.transact(|txn| model::execute(call, &self.account, propagation, txn)),
        }
    }

    /// The requests so far, if they are recorded.
    pub fn requests(&self) -> Vec<Recorded> {
        self.recorder.as_ref().map(Recorder::all).unwrap_or_default()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.recorder.iter().for_each(Recorder::clear);
    }

    /// The faults in force, to add to and to clear.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The documents of a collection as they are kept, by id, past every operation. `region` is
    /// `global` for IAM.
    pub fn documents(
        &self,
        region: &str,
        service: &str,
        collection: &str,
    ) -> io::Result<Vec<(String, Value)>> {
        let name = format!("{region}/{service}/{collection}");
        let Ok(read) = self.store.transact(|txn| {
            Ok::<_, std::convert::Infallible>(
                txn.all(&name).map(|(id, document)| (id.to_owned(), document.clone())).collect(),
            )
        })?;
        Ok(read)
    }

    /// The collections that there are, each as its region, its service and its own name.
    pub fn collections(&self) -> io::Result<Vec<[String; 3]>> {
        let Ok(names) = self.store.transact(|txn| Ok::<_, std::convert::Infallible>(txn.collections("")))?;
        let parts = |name: &String| {
            let mut parts = name.splitn(3, '/').map(str::to_owned);
            [(); 3].map(|()| parts.next().unwrap_or_default())
        };
        Ok(names.iter().map(parts).collect())
    }

    /// Puts a document as it is, past every operation: a managed rule, a resource of somebody else.
    /// Its member `Arn` is what it is found by where an ARN is given.
    pub fn seed(
        &self,
        region: &str,
        service: &str,
        collection: &str,
        id: &str,
        mut document: Value,
    ) -> io::Result<()> {
        let name = format!("{region}/{service}/{collection}");
        if let Some(arn) = document.get("Arn").cloned() {
            document[model::ARN] = arn;
        }
        let seeded = self.store.transact(|txn| {
            txn.put(&name, id, document);
            Ok::<_, std::convert::Infallible>(())
        })?;
        let Ok(()) = seeded;
        Ok(())
    }

    /// Has this secret arrived in the connection of this name?
    pub fn secret_arrived(&self, region: &str, connection: &str, secret: &str) -> io::Result<bool> {
        let all = self.documents(region, "events", "connection")?;
        Ok(all.iter().any(|(name, document)| name == connection && connections::holds(document, secret)))
    }
}
