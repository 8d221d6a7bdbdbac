//! Where events go that were invoked asynchronously: dead letters, and who hears of success and failure.

use crate::engine::field::RefTo;
use crate::engine::{Form, Value, Variant};
use crate::kinds::{Lowering, Manner, RoleFor, suffixed};
use crate::source::Node;

use super::fields::{ASYNC_INVOKE, DEAD, HEARS, HEARS_OF_FAILURE, RETRY};

/// Reads `dead_letter` and `async_invoke`, with the rights that they take.
pub(super) fn lower(own: &mut Lowering<'_>, role: &RoleFor) {
    if let Some((_, node)) = own.take("dead_letter")
        && let Some(arn) = destination(own, &node, DEAD, role)
    {
        own.set("DeadLetterConfig.TargetArn", arn, node.span);
    }
    async_invoke(own, role, "AsyncInvoke");
    for alias in super::aliases::names(own) {
        async_invoke(own, role, &format!("Aliases.{alias}.AsyncInvoke"));
    }
}

/// How events are handled that invoke the function, or an alias of it.
fn async_invoke(own: &mut Lowering<'_>, role: &RoleFor, block: &str) {
    if let Some(node) = retry(own, block) {
        let (retry, _) = own.decode(&node, RETRY, block);
        for (member, value) in retry.as_map().into_iter().flatten() {
            own.properties().put(&format!("{block}.{member}"), value.clone());
        }
    }
    for (key, member, allowed) in
        [("on_success", "OnSuccess", HEARS), ("on_failure", "OnFailure", HEARS_OF_FAILURE)]
    {
        let Some((_, node)) = own.take_within(block, key) else { continue };
        if let Some(arn) = destination(own, &node, allowed, role) {
            own.set(&format!("{block}.DestinationConfig.{member}.Destination"), arn, node.span);
        }
    }
}

/// `retry` of `async_invoke`. A function that says nothing of its events is a delivery all the same, and
/// takes what the stack says.
fn retry(own: &mut Lowering<'_>, block: &str) -> Option<Node> {
    if own.is_declared(block) {
        return own.take_within(block, "retry").map(|(_, node)| node);
    }
    let nothing = Node::map(own.declared(), Vec::new());
    let (_, sugar) = own.decode(&nothing, ASYNC_INVOKE, "");
    sugar.into_iter().find(|part| part.key == "retry").map(|part| part.node)
}

/// `{ queue: dead }`: the ARN of one of some kinds, with the role's right to send there. Lambda checks
/// both when it is told.
pub fn destination(
    own: &mut Lowering<'_>,
    node: &Node,
    allowed: &[&'static str],
    role: &RoleFor,
) -> Option<Value> {
    let (key, entry, rest) = own.kind_key(node, allowed)?;
    if let Some(surplus) = rest.entries().and_then(|entries| entries.first()) {
        let (at, message) = (surplus.key.span, format!("unknown key `{}`", surplus.key.text));
        own.error("unknown_key", at, message, "the kind key stands here alone");
    }
    let to = TO.iter().find(|(kind, _)| *kind == key).map(|(_, to)| to)?;
    let (arn, _) = own.reference(&entry.value, to)?;
    if key == "bucket" {
        own.grant_role(role, &["s3:PutObject"], vec![suffixed(&arn, "/*")]);
        own.grant_role(role, &["s3:ListBucket"], vec![arn.clone()]);
    } else {
        own.grant_invoke(role, key, Manner::Single, &arn);
    }
    Some(arn)
}

/// How a destination of one of some kinds is written.
pub fn form(allowed: &[&'static str]) -> Form {
    let named = TO.iter().filter(|(key, _)| allowed.contains(key));
    Form::OneOf(named.map(|(key, to)| Variant::reference(key, *to, &[])).collect())
}

const TO: &[(&str, RefTo)] = &[
    ("queue", RefTo::checked(&["queues"], "arn")),
    ("topic", RefTo::checked(&["topics"], "arn")),
    ("function", RefTo::checked(&["functions"], "arn")),
    ("bus", RefTo::checked(&["buses"], "arn")),
    ("bucket", RefTo::checked(&["buckets"], "arn")),
];
