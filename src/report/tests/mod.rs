//! Whole outputs, read as a person reads them.

mod account;
mod json;
mod markdown;
mod outcome;
mod text;
mod worlds;
