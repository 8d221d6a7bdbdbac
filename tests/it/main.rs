//! The one integration-test binary.

mod support;

#[cfg(feature = "aws")]
mod agreement;
mod browser;
#[cfg(feature = "aws")]
mod changes;
#[cfg(all(feature = "aws", unix))]
mod ci;
#[cfg(feature = "aws")]
mod cloudformation;
mod command;
#[cfg(feature = "aws")]
mod conformance;
#[cfg(feature = "aws")]
mod contract;
#[cfg(feature = "aws")]
mod documents;
#[cfg(feature = "aws")]
mod emulators;
#[cfg(feature = "aws")]
mod ending;
#[cfg(feature = "aws")]
mod errors;
#[cfg(feature = "aws")]
mod events;
#[cfg(feature = "aws")]
mod examples;
mod explain;
#[cfg(feature = "aws")]
mod faults;
mod fixtures;
mod flow;
mod fuzz;
#[cfg(feature = "aws")]
mod gateway;
#[cfg(feature = "aws")]
mod goes_last;
mod graph;
#[cfg(feature = "aws")]
mod hops;
mod hostile;
mod known_bugs;
#[cfg(feature = "aws")]
mod language;
mod markdown;
#[cfg(feature = "aws")]
mod models;
#[cfg(feature = "aws")]
mod ownership;
mod partitions;
#[cfg(feature = "aws")]
mod partners;
#[cfg(feature = "aws")]
mod permissions;
#[cfg(feature = "aws")]
mod readme;
#[cfg(feature = "aws")]
mod running;
#[cfg(feature = "aws")]
mod saved;
#[cfg(feature = "aws")]
mod schedules;
#[cfg(feature = "aws")]
mod schema;
#[cfg(feature = "aws")]
mod schemas;
#[cfg(feature = "aws")]
mod secrets;
#[cfg(feature = "aws")]
mod send;
#[cfg(feature = "aws")]
mod snapshot;
#[cfg(feature = "aws")]
mod stacks;
#[cfg(feature = "aws")]
mod status;
mod surface;
#[cfg(feature = "aws")]
mod terminal;
