//! CloudWatch log groups.

mod decl;
#[cfg(feature = "aws")]
mod live;
mod needs;

pub use decl::{LogGroups, check_retention};

#[cfg(all(test, feature = "aws"))]
mod live_tests;
