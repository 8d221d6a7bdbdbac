//! What tables cannot say.

pub mod archives;
pub mod bus_policy;
pub mod connections;
pub mod json_patch;
pub mod partners;
pub mod policies;
pub mod published;
pub mod random;
pub mod roles;
pub mod secrets;
pub mod time;
