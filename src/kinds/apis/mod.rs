//! REST APIs of API Gateway.

mod decl;
#[cfg(any(feature = "aws", test))]
mod definition;
#[cfg(feature = "aws")]
mod deploy;
#[cfg(feature = "aws")]
mod find;
#[cfg(feature = "aws")]
mod live;
mod methods;
mod path;
mod routes;

pub use decl::Apis;
