//! The language's frame: parameters, environments, components, references, interpolation, addresses.

mod budget;
mod component;
mod decode;
mod expand;
mod identity;
mod inputs;
mod interpolate;
mod leaf;
mod outside;
mod parameter;
mod reference;
mod roots;
mod scope;
mod stack;
mod tags;
#[cfg(test)]
mod testing;
mod types;
mod words;

pub use decode::{Decoded, RefUse, Sugar, decode, policy_text};
pub use inputs::{Inputs, Mode, ReadFile, ReadVariable};
pub use outside::{Source, read_secret};
pub use parameter::SecretParameter;
pub use reference::reference;
pub use scope::{Manner, Resolve, Scope};
pub use stack::{Declaration, Output, Stack, load, reserved_tag};
pub use tags::{check_tag, too_many_tags};
