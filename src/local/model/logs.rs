//! wip
use super::Service;
pub const SERVICE: Service = Service { id: "logs", global: false, invalid: "ValidationException", before: None, kinds: &[], operations: &[] };
