//! Normalise both sides by the field tables, compare, one [`Change`] tree.
//!
//! A kind's rows become a [`Table`] once; [`normalise`] prunes a value by it and [`diff`] compares
//! two pruned values. Nothing here knows a kind: what is equal to what stands in the rows.

mod canonical;
mod change;
mod compare;
mod list;
mod normalise;
mod pattern;
mod policy;
mod scalar;
mod secrets;
mod table;
mod told;
mod version;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use canonical::canonical;
pub use change::{Change, DocumentChange, Leaf, Side, Why};
pub use compare::{Versions, diff};
pub use normalise::{Origin, normalise, unlisted};
pub use secrets::may_hold_secret;
pub use table::Table;
pub use version::{Version, version_of};
