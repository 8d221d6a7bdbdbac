//! The language's frame: parameters, environments, components, references, interpolation, addresses.

mod budget;
mod component;
mod decode;
mod delivery;
mod expand;
mod frame;
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
mod stored;
mod substitute;
mod tags;
#[cfg(test)]
mod testing;
mod types;
mod words;

pub use decode::{Decoded, RefUse, Sugar, decode, literal_secret, lost, policy_text, sealed};
pub use frame::{COMPONENT_FILE, FRAME};
pub use inputs::{Inputs, Mode, ReadFile, ReadVariable};
pub use outside::{Source, read_secret, store_of};
pub use parameter::SecretParameter;
pub use reference::{is_like, reference};
pub use scope::{Manner, NoResources, Resolve, Scope};
pub use stack::{Declaration, Output, Stack, Tests, load, reserved_tag};
pub use stored::{Answer, Answers, Stored, StoredValue, Wanted};
pub use substitute::{Substituted, substitute};
pub use tags::{check_tag, too_many_tags};
