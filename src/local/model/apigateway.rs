//! wip
use super::Service;
pub const SERVICE: Service = Service { id: "apigateway", global: false, invalid: "ValidationException", before: None, kinds: &[], operations: &[] };
