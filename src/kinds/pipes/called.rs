//! What a pipe calls: its enrichment and its target, by one table each.

use crate::engine::field::{Field, RefTo};
use crate::engine::{Form, Value, Variant};
use crate::flow::transform::input::check_parameters;
use crate::kinds::{Lowering, Manner, RoleFor};
use crate::source::{Entry, Node, Span};
use crate::spec::Sugar;

use super::template;

/// A kind that a pipe calls.
pub struct Called {
    /// Its kind key.
    pub key: &'static str,
    pub to: RefTo,
    /// The block of its parameters; empty if AWS has none for it.
    pub block: &'static str,
    pub rows: &'static [Field],
    /// The most records that it takes at once; 0 if its size in bytes decides.
    pub batch: i64,
    /// The ARN that AWS wants, given what stands beside the kind key; nothing if that is wrong.
    pub arn: fn(&mut Lowering<'_>, &Call<'_>) -> Option<Value>,
    /// The rights that calling it takes.
    pub grant: fn(&mut Lowering<'_>, &RoleFor, &Call<'_>, &Value),
    /// What AWS refuses in its parameters, and what is sugar among them.
    pub check: fn(&mut Lowering<'_>, &mut Call<'_>),
}

/// One call, as it is declared.
pub struct Call<'a> {
    pub kind: &'static Called,
    /// The kind key and what it names.
    pub named: &'a Entry,
    /// Where the block stands in the pipe's document.
    pub at: String,
    /// The block's members.
    pub block: Value,
    pub sugar: &'a [Sugar],
}

impl Call<'_> {
    /// A piece of sugar of the block.
    pub fn sugar(&self, key: &str) -> Option<&Sugar> {
        self.sugar.iter().find(|part| part.key == key)
    }

    /// Where a member of the block stands in the text.
    pub fn place(&self, own: &Lowering<'_>, member: &str) -> Span {
        own.nearest_place(&format!("{}.{member}", self.at))
    }
}

/// For what AWS names by the ARN alone.
pub fn plain(own: &mut Lowering<'_>, call: &Call<'_>) -> Option<Value> {
    own.reference(&call.named.value, &call.kind.to).map(|(arn, _)| arn)
}

/// For a function, with its version or alias.
pub fn qualified(own: &mut Lowering<'_>, call: &Call<'_>) -> Option<Value> {
    let arn = plain(own, call)?;
    Some(own.qualified(arn, call.sugar("qualifier")))
}

/// For a route of an API.
pub fn route(own: &mut Lowering<'_>, call: &Call<'_>) -> Option<Value> {
    own.route_call(call.named, call.sugar("route"), &call.at, &call.block)
}

/// For what has no sugar and nothing to check.
pub fn unchecked(_: &mut Lowering<'_>, _: &mut Call<'_>) {}

/// For what takes batches.
pub fn batched(own: &mut Lowering<'_>, role: &RoleFor, call: &Call<'_>, arn: &Value) {
    own.grant_invoke(role, call.kind.key, Manner::Batched, arn);
}

/// For what the pipe waits for.
pub fn answered(own: &mut Lowering<'_>, role: &RoleFor, call: &Call<'_>, arn: &Value) {
    own.grant_invoke(role, call.kind.key, Manner::Answered, arn);
}

/// Lowers what is called: its ARN to the property `member`, its parameters below `base`. Gives the
/// kind and the ARN.
pub fn lower(
    own: &mut Lowering<'_>,
    node: &Node,
    kinds: &'static [Called],
    (member, base): (&str, &str),
    role: Option<&RoleFor>,
) -> Option<(&'static Called, Entry, Value)> {
    let keys: Vec<&str> = kinds.iter().map(|kind| kind.key).collect();
    let (found, named, rest) = own.kind_key(node, &keys)?;
    let kind = kinds.iter().find(|kind| kind.key == found)?;
    let at = if kind.block.is_empty() { base.to_owned() } else { format!("{base}.{}", kind.block) };
    let (block, sugar) = own.decode(&rest, kind.rows, &at);
    let mut call = Call { kind, named: &named, at, block, sugar: &sugar };
    dynamic(own, &call);
    (kind.check)(own, &mut call);
    if !kind.block.is_empty() {
        own.set(&call.at, call.block.clone(), node.span);
    }
    template::lower(own, kind.key, base, &sugar);
    let arn = (kind.arn)(own, &call)?;
    if let Some(role) = role {
        (kind.grant)(own, role, &call, &arn);
    }
    own.set(member, arn.clone(), named.value.span);
    Some((kind, named, arn))
}

/// How one of these calls is written.
pub fn form(kinds: &'static [Called]) -> Form {
    Form::OneOf(kinds.iter().map(|kind| Variant::reference(kind.key, kind.to, kind.rows)).collect())
}

/// Parameters that are paths of the record. In a statement `$1` and `<` are SQL.
fn dynamic(own: &mut Lowering<'_>, call: &Call<'_>) {
    let mut parameters = call.block.clone();
    parameters.remove("Sqls");
    let problems = check_parameters(&parameters);
    own.problems("target_parameter", &call.at, &problems);
    own.strays(&call.at, &parameters, true);
}
