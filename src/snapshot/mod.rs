//! A stack's live state as a file: what a [`Survey`](crate::live::Survey) brought home, as JSON. A plan can be made
//! of it without credentials, in a fork's CI or in a test.
//!
//! ```json
//! {
//!   "format_version": 1,
//!   "owner": "shop/-/eu-west-1", "account": "123456789012", "region": "eu-west-1", "embedded": false,
//!   "stores": { "ssm:/shop/size": { "version": "3", "value": "10" } },
//!   "resources": [
//!     { "kind": "queues", "address": "queues.jobs", "name": "shop-jobs", "id": "https://…",
//!       "properties": { "QueueName": "shop-jobs", … }, "outputs": { "arn": "arn:…" },
//!       "mark": { "gatewayctl:owner": "shop/-/eu-west-1", … }, "state": "ready" },
//!     { "kind": "pipes", "address": "pipes.p", "name": "shop-p", "absent": true },
//!     { "kind": "roles", "address": "pipes.p/role", "name": "shop-p", "error": { "operation": "GetRole", … } }
//!   ],
//!   "unlisted": [ { "kind": "topics", "error": { … } } ]
//! }
//! ```
//!
//! No secret is in it. Where a value is sensitive, or stands where a secret is wished for or was applied before,
//! `{ "gatewayctl:digest": "…" }` stands instead. There is a digest only if the value is the one that the stack wishes
//! for in plain text; of any other there is none, so that nothing can be tried out on it.
//! Optional members of a resource: `managed_by`, `unreadable_mark` instead of `mark`, `unread` (pairs of path and
//! reason), and a `state` that is `{ "busy": "CREATING" }` or `{ "failed": "reason", "recreate": true }`,
//! or `{ "taken": "stage v2", "owner": null }`, or `{ "begun": "what is there" }`.

mod digest;
mod read;
mod write;

#[cfg(test)]
mod tests;

pub use digest::hidden;
pub use read::{Snapshot, parse, younger};
pub use write::to_json;

/// The version of the file's format. A reader refuses newer ones.
pub const FORMAT: u64 = 1;
