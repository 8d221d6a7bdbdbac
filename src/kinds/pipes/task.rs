//! ECS tasks as targets: the roles that are handed over, and what AWS refuses.

use crate::engine::Value;
use crate::engine::field::RefTo;
use crate::kinds::{Lowering, RoleFor, Task};
use crate::source::{Diagnostic, Node};
use crate::value;

use super::called::Call;

/// The right to run the task.
pub fn grant(own: &mut Lowering<'_>, role: &RoleFor, call: &Call<'_>, cluster: &Value) {
    let passed = passed(own, call);
    if let (RoleFor::Generated(_), None) = (role, &passed) {
        let at = call.named.key.span;
        own.finding(
            Diagnostic::warning(
                "pass_role",
                "the roles of the task definition are not known here, so ECS is handed none",
            )
            .at(at)
            .help(
                "name its task role and its execution role: `pass_roles: [ROLE, …]`, or `[]` if it has none",
            ),
        );
    }
    let task = Task {
        cluster: cluster.clone(),
        definition: call.block.get("TaskDefinitionArn").cloned().unwrap_or_default(),
        passed: passed.unwrap_or_default(),
        tagged: call.block.get("Tags").is_some() || call.block.get("PropagateTags").is_some(),
    };
    own.grant_run_task(role, &task);
}

/// The roles that ECS is handed: those that are named, and those that stand in the overrides. Nothing
/// if none is known.
fn passed(own: &mut Lowering<'_>, call: &Call<'_>) -> Option<Vec<Value>> {
    const TO: RefTo = RefTo::checked(&["roles"], "arn");
    let mut passed: Vec<Value> = ["Overrides.ExecutionRoleArn", "Overrides.TaskRoleArn"]
        .iter()
        .filter_map(|path| call.block.at(path).cloned())
        .collect();
    let Some(part) = call.sugar("pass_roles") else { return (!passed.is_empty()).then_some(passed) };
    let node = own.see(&part.node);
    let Some(items) = node.items().map(<[Node]>::to_vec) else {
        own.error("wrong_shape", node.span, format!("expected a list of roles, found {}", node.shape()), "");
        return Some(passed);
    };
    for item in &items {
        if let Some((arn, _)) = own.reference(item, &TO)
            && !passed.contains(&arn)
        {
            passed.push(arn);
        }
    }
    Some(passed)
}

/// What AWS refuses in a task, and its tags.
pub fn check(own: &mut Lowering<'_>, call: &mut Call<'_>) {
    if let Some(part) = call.sugar("tags") {
        let entries = own.entries(&part.node, "tags by key");
        let mut tags = Vec::new();
        for entry in entries {
            let Some(text) = own.text(&entry.value) else { continue };
            if text.has_secret() {
                let message = "a secret cannot stand here: AWS would show it";
                own.error("secret_shown", entry.value.span, message, "");
            } else {
                tags.push(value!({ "Key": (&*entry.key.text), "Value": text }));
            }
        }
        own.locate(&format!("{}.Tags", call.at), part.node.span);
        call.block.put("Tags", tags.into());
    }
    let launch = call.block.text_at("LaunchType").map(str::to_owned);
    if let (Some(_), Some(_)) = (&launch, call.block.get("CapacityProviderStrategy")) {
        let at = call.place(own, "CapacityProviderStrategy");
        own.error("launch_type", at, "this stands instead of `launch_type`", "take one of them away");
    }
    let public = "NetworkConfiguration.awsvpcConfiguration.AssignPublicIp";
    if call.block.text_at(public) == Some("ENABLED") && launch.as_deref().is_some_and(|on| on != "FARGATE") {
        let at = call.place(own, public);
        own.error("launch_type", at, "only a task on Fargate gets a public address", "");
    }
    let constraints = call.block.get("PlacementConstraints").and_then(Value::as_list).unwrap_or_default();
    let wrong = constraints
        .iter()
        .enumerate()
        .filter(|(_, one)| (one.text_at("type") == Some("memberOf")) != one.get("expression").is_some());
    let places: Vec<_> = wrong.map(|(i, _)| call.place(own, &format!("PlacementConstraints[{i}]"))).collect();
    for at in places {
        own.error("placement", at, "`member_of` has an expression, and `distinct_instance` has none", "");
    }
    for (member, most) in [
        ("CapacityProviderStrategy", 6),
        ("PlacementConstraints", 10),
        ("PlacementStrategy", 5),
        ("NetworkConfiguration.awsvpcConfiguration.Subnets", 16),
        ("NetworkConfiguration.awsvpcConfiguration.SecurityGroups", 5),
    ] {
        if call.block.at(member).and_then(Value::as_list).is_some_and(|list| list.len() > most) {
            let at = call.place(own, member);
            own.error("wrong_count", at, format!("at most {most} stand here"), "");
        }
    }
}
