//! REST APIs of API Gateway.

#[cfg(feature = "aws")]
mod beside;
mod calls;
mod cors;
mod decl;
#[cfg(any(feature = "aws", test))]
mod definition;
#[cfg(feature = "aws")]
mod deploy;
mod domains;
mod draft;
#[cfg(feature = "aws")]
mod find;
#[cfg(feature = "aws")]
mod live;
#[cfg(feature = "aws")]
mod mappings;
mod methods;
mod needs;
mod openapi;
mod parts;
mod passing;
#[cfg(any(feature = "aws", test))]
mod patch;
mod path;
mod routes;
#[cfg(any(feature = "aws", test))]
mod settings;
mod shapes;
mod stage;
mod sugar;

pub use decl::Apis;

#[cfg(all(test, feature = "aws"))]
mod surface_tests;
