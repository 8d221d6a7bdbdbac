//! ECS tasks that are run: the roles that are handed over, and what AWS refuses. One for all that run them,
//! since their blocks of parameters are the same.

use crate::engine::Value;
use crate::engine::field::RefTo;
use crate::kinds::{Lowering, RoleFor, Task};
use crate::source::{Diagnostic, Entry, Node};
use crate::spec::Sugar;
use crate::value;

const ROLES: RefTo = RefTo::checked(&["roles"], "arn");

impl Lowering<'_> {
    /// The right to run the task of a block of parameters on a cluster. `named`: where it is declared.
    pub fn grant_task(
        &mut self,
        role: &RoleFor,
        named: &Entry,
        block: &Value,
        pass_roles: Option<&Sugar>,
        cluster: &Value,
    ) {
        let passed = self.passed(block, pass_roles);
        if let (RoleFor::Generated(_), None) = (role, &passed) {
            self.finding(
                Diagnostic::warning(
                    "pass_role",
                    "the roles of the task definition are not known here, so ECS is handed none",
                )
                .at(named.key.span)
                .help(
                    "name its task role and its execution role: `pass_roles: [ROLE, …]`, or `[]` if it has none",
                ),
            );
        }
        let task = Task {
            cluster: cluster.clone(),
            definition: block.get("TaskDefinitionArn").cloned().unwrap_or_default(),
            passed: passed.unwrap_or_default(),
            tagged: ["Tags", "PropagateTags"].iter().any(|member| block.get(member).is_some())
                || block.get("EnableECSManagedTags").and_then(Value::as_bool) == Some(true),
        };
        self.grant_run_task(role, &task);
    }

    /// The roles that ECS is handed: those that are named, and those that stand in overrides. Nothing if
    /// none is known.
    fn passed(&mut self, block: &Value, pass_roles: Option<&Sugar>) -> Option<Vec<Value>> {
        let mut passed: Vec<Value> = ["Overrides.ExecutionRoleArn", "Overrides.TaskRoleArn"]
            .iter()
            .filter_map(|path| block.at(path).cloned())
            .collect();
        let Some(part) = pass_roles else { return (!passed.is_empty()).then_some(passed) };
        let node = self.see(&part.node);
        let Some(items) = node.items().map(<[Node]>::to_vec) else {
            let message = format!("expected a list of roles, found {}", node.shape());
            self.error("wrong_shape", node.span, message, "");
            return Some(passed);
        };
        for item in &items {
            if let Some((arn, _)) = self.reference(item, &ROLES)
                && !passed.contains(&arn)
            {
                passed.push(arn);
            }
        }
        Some(passed)
    }

    /// Puts the tags of a task into its block, which stands at a path, and reports what AWS refuses in it.
    pub fn check_task(&mut self, at: &str, block: &mut Value, tags: Option<&Node>) {
        if let Some(tags) = tags {
            self.task_tags(at, block, tags);
        }
        if block.get("LaunchType").is_some() && block.get("CapacityProviderStrategy").is_some() {
            let at = self.nearest_place(&format!("{at}.CapacityProviderStrategy"));
            let message = "`capacity_provider_strategy` cannot stand beside `launch_type`";
            self.error("target_parameter", at, message, "take one of them away");
        }
        let public = "NetworkConfiguration.awsvpcConfiguration.AssignPublicIp";
        if block.text_at(public) == Some("ENABLED")
            && block.text_at("LaunchType").is_some_and(|on| on != "FARGATE")
        {
            let at = self.nearest_place(&format!("{at}.{public}"));
            self.error("launch_type", at, "only a task on Fargate gets a public address", "");
        }
        let constraints = block.get("PlacementConstraints").and_then(Value::as_list).unwrap_or_default();
        for (index, one) in constraints.iter().enumerate() {
            if (one.text_at("type") == Some("memberOf")) != one.get("expression").is_some() {
                let at = self.nearest_place(&format!("{at}.PlacementConstraints[{index}]"));
                let message = "`member_of` has an expression, and `distinct_instance` has none";
                self.error("placement", at, message, "");
            }
        }
        for (member, most) in [
            ("CapacityProviderStrategy", 6),
            ("PlacementConstraints", 10),
            ("PlacementStrategy", 5),
            ("NetworkConfiguration.awsvpcConfiguration.Subnets", 16),
            ("NetworkConfiguration.awsvpcConfiguration.SecurityGroups", 5),
        ] {
            if block.at(member).and_then(Value::as_list).is_some_and(|list| list.len() > most) {
                let at = self.nearest_place(&format!("{at}.{member}"));
                self.error("wrong_count", at, format!("at most {most} stand here"), "");
            }
        }
    }

    /// Tags by key become AWS's list.
    fn task_tags(&mut self, at: &str, block: &mut Value, node: &Node) {
        let mut tags = Vec::new();
        for entry in self.entries(node, "tags by key") {
            let Some(text) = self.text(&entry.value) else { continue };
            if text.has_secret() {
                let message = "a secret cannot stand here: AWS would show it";
                self.error("secret_shown", entry.value.span, message, "");
            } else {
                tags.push(value!({ "Key": (&*entry.key.text), "Value": text }));
            }
        }
        self.locate(&format!("{at}.Tags"), node.span);
        if !tags.is_empty() {
            block.put("Tags", tags.into());
        }
    }
}
