//! wip
use super::Service;
pub const SERVICE: Service = Service { id: "lambda", global: false, invalid: "ValidationException", before: None, kinds: &[], operations: &[] };
