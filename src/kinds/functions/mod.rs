//! Lambda functions.

mod aliases;
mod decl;
mod destinations;
mod fields;
#[cfg(feature = "aws")]
mod live;
mod needs;
mod package;
mod passing;
mod permissions;
#[cfg(feature = "aws")]
mod settings;
mod shapes;
#[cfg(feature = "aws")]
mod versions;

pub use decl::Functions;
pub(super) use destinations::{destination, form as destination_form};
