//! What services find out about a role: is it there, may they assume it, may it do this?

use serde_json::{Value, json};

use super::super::executor::{Ctx, Propagation};
use super::super::{Outcome, places::Place};
use super::policies::{covers, many, statements};

/// The trust policy, parsed.
pub const TRUST: &str = "_trust";
/// An inline policy, parsed.
pub const POLICY: &str = "_policy";
const NOT_YET: &str = "_not_assumable";

/// May the service `principal` assume the role? One that is still propagating comes closer by the asking.
pub fn assumable(ctx: &mut Ctx, arn: &str, principal: &str) -> bool {
    let Some(place) = find(ctx, arn) else { return false };
    let Some(mut role) = place.load(ctx.txn) else { return false };
    let waiting = match &role[NOT_YET] {
        Value::Number(until) => until.as_f64().is_some_and(|until| ctx.now < until),
        left => left["checks"].as_u64().is_some_and(|left| left > 0),
    };
    if let Some(left) = role[NOT_YET]["checks"].as_u64().filter(|left| *left > 0) {
        role[NOT_YET]["checks"] = (left - 1).into();
        ctx.txn.put_anyway(&place.collection, &place.id, role.clone());
    }
    let trusted = statements(&role[TRUST]).iter().any(|statement| {
        statement["Effect"] == "Allow"
            && many(&statement["Principal"]["Service"])
                .iter()
                .any(|service| service.as_str().is_some_and(|service| covers(service, principal, false)))
    });
    trusted && !waiting
}

/// Marks a new role as one that cannot be assumed for a while.
pub fn propagate(ctx: &mut Ctx, role: &mut Value) -> Outcome<()> {
    match ctx.propagation {
        Some(Propagation::Checks(count)) => role[NOT_YET] = json!({"checks": count}),
        Some(Propagation::Time(time)) => role[NOT_YET] = json!(ctx.now + time.as_secs_f64()),
        None => {}
    }
    Ok(())
}

/// Do the role's policies allow the action on the resource? Conditions are taken as met, and an attached
/// managed policy, whose content is AWS's, as allowing everything.
pub fn allows(ctx: &Ctx, arn: &str, action: &str, resource: &str) -> bool {
    let Some(place) = find(ctx, arn) else { return false };
    let of_role = format!("{}/", place.id);
    let mine = |kind: &str| {
        let collection = ctx.elsewhere(kind);
        let policies: Vec<Value> = ctx
            .txn
            .all(&collection)
            .filter(|(id, _)| id.starts_with(&of_role))
            .map(|(_, policy)| policy.clone())
            .collect();
        policies
    };
    let matches = |patterns: &Value, text: &str, exact| {
        many(patterns)
            .iter()
            .any(|pattern| pattern.as_str().is_some_and(|pattern| covers(pattern, text, exact)))
    };
    let verdicts: Vec<Value> = mine("iam/role-policy")
        .iter()
        .flat_map(|policy| statements(&policy[POLICY]))
        .filter(|statement| {
            matches(&statement["Action"], action, false) && matches(&statement["Resource"], resource, true)
        })
        .map(|statement| statement["Effect"].clone())
        .collect();
    let denied = verdicts.iter().any(|effect| effect == "Deny");
    let allowed = verdicts.iter().any(|effect| effect == "Allow") || !mine("iam/role-attachment").is_empty();
    allowed && !denied
}

fn find(ctx: &Ctx, arn: &str) -> Option<Place> {
    ctx.find_arn(&ctx.elsewhere("iam/role"), arn)
        .filter(|place| place.collection == ctx.elsewhere("iam/role"))
}
