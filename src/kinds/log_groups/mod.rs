//! CloudWatch log groups.

mod decl;
#[cfg(feature = "aws")]
mod live;

pub use decl::{LogGroups, check_retention};
