//! wip
use super::Service;
pub const SERVICE: Service = Service { id: "pipes", global: false, invalid: "ValidationException", before: None, kinds: &[], operations: &[] };
