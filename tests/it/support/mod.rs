//! What the tests share.

#[cfg(feature = "aws")]
pub mod account;
#[cfg(feature = "aws")]
pub mod emulators;
#[cfg(feature = "aws")]
pub mod partners;
pub mod process;
#[cfg(feature = "aws")]
pub mod raw;
#[cfg(feature = "aws")]
pub mod rows;
pub mod shape;
