//! ECS tasks as targets: the roles that are handed over, and what AWS refuses.

use crate::engine::Value;
use crate::kinds::{Lowering, RoleFor, Task};
use crate::source::{Diagnostic, Node};
use crate::value;

use super::kind::Call;
use super::target::ROLE_TO;

/// The right to run the task.
pub fn grant(own: &mut Lowering<'_>, role: &RoleFor, call: &Call<'_>, cluster: &Value) {
    let passed = passed(own, call);
    if call.generates && passed.is_none() {
        own.finding(
            Diagnostic::warning(
                "pass_role",
                "the roles of the task definition are not known here, so ECS is handed none",
            )
            .at(call.named.key.span)
            .help(
                "name its task role and its execution role: `pass_roles: [ROLE, …]`, or `[]` if it has none",
            ),
        );
    }
    let task = Task {
        cluster: cluster.clone(),
        definition: call.block.get("TaskDefinitionArn").cloned().unwrap_or_default(),
        passed: passed.unwrap_or_default(),
        tagged: ["Tags", "PropagateTags"].iter().any(|member| call.block.get(member).is_some())
            || call.block.get("EnableECSManagedTags").and_then(Value::as_bool) == Some(true),
    };
    own.grant_run_task(role, &task);
}

/// The roles that ECS is handed; nothing if they are not named.
fn passed(own: &mut Lowering<'_>, call: &Call<'_>) -> Option<Vec<Value>> {
    let node = own.see(&call.sugar("pass_roles")?.node);
    let Some(items) = node.items().map(<[Node]>::to_vec) else {
        own.error("wrong_shape", node.span, format!("expected a list of roles, found {}", node.shape()), "");
        return Some(Vec::new());
    };
    let mut passed = Vec::new();
    for item in &items {
        if let Some((arn, _)) = own.reference(item, &ROLE_TO)
            && !passed.contains(&arn)
        {
            passed.push(arn);
        }
    }
    Some(passed)
}

/// What AWS refuses in a task, and its tags.
pub fn check(own: &mut Lowering<'_>, call: &mut Call<'_>) {
    tags(own, call);
    call.exclusive(
        own,
        ("LaunchType", "launch_type"),
        ("CapacityProviderStrategy", "capacity_provider_strategy"),
    );
    let launch = call.block.text_at("LaunchType").map(str::to_owned);
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
        call.at_most(own, member, most);
    }
}

/// Tags by key become AWS's list.
fn tags(own: &mut Lowering<'_>, call: &mut Call<'_>) {
    let Some(part) = call.sugar("tags") else { return };
    let mut tags = Vec::new();
    for entry in own.entries(&part.node, "tags by key") {
        let Some(text) = own.text(&entry.value) else { continue };
        if text.has_secret() {
            let message = "a secret cannot stand here: AWS would show it";
            own.error("secret_shown", entry.value.span, message, "");
        } else {
            tags.push(value!({ "Key": (&*entry.key.text), "Value": text }));
        }
    }
    own.locate(&format!("{}.Tags", call.at), part.node.span);
    if !tags.is_empty() {
        call.block.put("Tags", tags.into());
    }
}
