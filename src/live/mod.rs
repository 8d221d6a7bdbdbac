//! Concurrent reads of inputs and resources, orphans. Changes nothing.
//!
//! A [`Survey`] is what the plan knows of the account: a reading of each declared resource, and every
//! resource of the owner that stands under no declared name.

mod claim;
mod stacks;
mod stores;
mod survey;
mod types;

#[cfg(test)]
mod tests;

pub(crate) use claim::{Whose, whose};
pub use stores::{ask, read_secret};
#[cfg(feature = "aws")]
pub use survey::Registry;
pub use survey::{Lives, survey, survey_owner};
pub use types::{Reading, Stray, Survey, Unlisted};
