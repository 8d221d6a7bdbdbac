//! The language's frame: parameters, environments, components, references, interpolation, addresses.

mod budget;
mod component;
mod decode;
mod identity;
mod inputs;
mod interpolate;
mod leaf;
mod parameter;
mod reference;
mod scope;
mod stack;
#[cfg(test)]
mod testing;
mod types;
mod words;

pub use decode::{Decoded, RefUse, Sugar, decode, policy_text};
pub use inputs::{Inputs, Mode};
pub use parameter::{SecretParameter, Source, read_secret};
pub use reference::reference;
pub use scope::{Manner, Resolve, Scope};
pub use stack::{Declaration, Output, Stack, load};
