//! wip
use super::Service;
pub const SERVICE: Service = Service { id: "dynamodb", global: false, invalid: "ValidationException", before: None, kinds: &[], operations: &[] };
