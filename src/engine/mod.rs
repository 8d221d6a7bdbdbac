//! The types that all later stages share. Uses no SDK.

pub mod address;
pub mod error;
pub mod field;
pub mod form;
pub mod limits;
pub mod live;
pub mod mark;
pub mod pages;
pub mod partition;
pub mod path;
pub mod resource;
pub mod secret;
pub mod template;
pub mod value;

pub use address::Address;
pub use error::{AwsError, Class, Result, classes_of};
pub use form::{Form, Variant};
pub use live::{Aws, Budgets, Created, Effect, Live, Lookup, Observed, Preview, State, UpdateStep, Wish};
pub use mark::{Found, Mark, Owner};
pub use pages::{Pages, all_pages};
pub use partition::{Partition, Place};
pub use resource::{Edge, Found as Known, Graph, Index, Package, Places, Resource, Told};
pub use secret::{Secret, SecretSource};
pub use template::{OutputRef, Part, Template};
pub use value::{Map, Value};
