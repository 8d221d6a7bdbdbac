//! What the tests share.

#[cfg(feature = "aws")]
pub mod account;
pub mod process;
#[cfg(feature = "aws")]
pub mod raw;
