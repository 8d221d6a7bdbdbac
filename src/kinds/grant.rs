//! Grants: who may do what on what. One pass makes policies and statements of them.

use crate::engine::{Address, Value};

/// A right that lowering asks for. It becomes a statement of a generated role's policy, or a
/// statement of its own on the document of what it is on.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The resource that uses the right and waits for it.
    pub grantee: Address,
    pub who: Who,
    /// Actions as IAM spells them, such as `sqs:SendMessage`.
    pub actions: Vec<String>,
    /// ARNs, perhaps not known yet.
    pub on: Vec<Value>,
    /// Conditions as IAM spells them.
    pub condition: Option<Value>,
}

/// Who gets a right.
#[derive(Clone, Debug)]
pub enum Who {
    /// A generated role, by address.
    Role(Address),
    /// A principal by the resource's own document: a statement `HOST/policy/…` or
    /// `HOST/permission/…`. `name` is the last step of its address, such as `rules.order-shipped`. With a
    /// qualifier it is the document of that part of the host: of a function's alias.
    Principal { host: Address, qualifier: Option<String>, name: String, principal: Value },
}
