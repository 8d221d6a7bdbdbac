//! Stacks of CloudFormation: the way in for what has no kind of its own here.

#[cfg(feature = "aws")]
mod change_set;
mod check;
#[cfg(feature = "aws")]
mod compare;
mod decl;
mod fields;
#[cfg(feature = "aws")]
mod live;
#[cfg(feature = "aws")]
mod marking;
mod needs;
#[cfg(feature = "aws")]
mod preview;
#[cfg(feature = "aws")]
mod states;
mod template;

pub use decl::CloudformationStacks;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
#[cfg(test)]
mod tests;
