//! Whole outputs, read as a person reads them.

mod account;
mod instances;
mod json;
mod markdown;
mod outcome;
mod text;
mod worlds;
