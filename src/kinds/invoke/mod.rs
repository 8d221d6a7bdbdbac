//! What a role must be allowed to call something: one table for pipes, rules, schedules and all that
//! call by a role. A kind that calls asks for the rights by the kind key of what it calls.

mod api;
mod job;
mod task;
pub mod task_fields;

pub use job::{SqlStatement, Task};

use crate::engine::Value;

use super::lower::suffixed;
use super::{Lowering, RoleFor, Who};

/// How something is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner {
    /// One event at a time, and the caller does not wait for what comes of it.
    Single,
    /// Several records at once.
    Batched,
    /// The caller waits for the answer.
    Answered,
}

/// The rights that calling a kind takes.
struct Invoke {
    key: &'static str,
    actions: &'static [&'static str],
    /// What a caller of batches needs besides.
    batched: &'static [&'static str],
    /// What a caller who waits for the answer needs instead; empty if it is the same.
    answered: &'static [&'static str],
    /// What stands behind the ARN; empty where AWS knows the actions on `*` alone.
    on: &'static [&'static str],
    /// Actions on other things: on `*` where AWS cannot scope them, or on a pattern.
    also: &'static [(&'static [&'static str], &'static str)],
}

const fn row(key: &'static str, actions: &'static [&'static str]) -> Invoke {
    Invoke { key, actions, batched: &[], answered: &[], on: &[""], also: &[] }
}

/// By what is called. Calls of an ECS task, a Batch job, a SQL statement and a command on instances depend
/// on what is asked of them: [`Lowering::grant_run_task`], [`Lowering::grant_submit_job`],
/// [`Lowering::grant_statement`], [`Lowering::grant_run_command`].
static INVOKE: &[Invoke] = &[
    row("api", &["execute-api:Invoke"]),
    row("api_destination", &["events:InvokeApiDestination"]),
    row("bus", &["events:PutEvents"]),
    row("codebuild", &["codebuild:StartBuild"]),
    row("codepipeline", &["codepipeline:StartPipelineExecution"]),
    // Whoever writes one at a time today writes batches tomorrow
    // (terraform-aws-modules/terraform-aws-eventbridge#205).
    row("firehose", &["firehose:PutRecord", "firehose:PutRecordBatch"]),
    row("function", &["lambda:InvokeFunction"]),
    // Amazon Inspector Classic has no rights on single resources.
    Invoke { on: &[], ..row("inspector", &["inspector:StartAssessmentRun"]) },
    // The ARN of a log group's streams has something behind the group's.
    Invoke { on: &[":*"], ..row("log_group", &["logs:CreateLogStream", "logs:PutLogEvents"]) },
    row("queue", &["sqs:SendMessage"]),
    row("sagemaker_pipeline", &["sagemaker:StartPipelineExecution"]),
    row("ssm_automation", &["ssm:StartAutomationExecution"]),
    Invoke { answered: &["states:StartSyncExecution"], ..row("state_machine", &["states:StartExecution"]) },
    Invoke { batched: &["kinesis:PutRecords"], ..row("stream", &["kinesis:PutRecord"]) },
    // Which host to write to is asked of the service as a whole.
    Invoke {
        also: &[(&["timestream:DescribeEndpoints"], "*")],
        ..row("timestream", &["timestream:WriteRecords"])
    },
    row("topic", &["sns:Publish"]),
];

impl Lowering<'_> {
    /// The right of the role to call what stands under an ARN, by its kind key; nothing if the role is
    /// its owner's matter.
    pub fn grant_invoke(&mut self, role: &RoleFor, key: &str, manner: Manner, on: &Value) {
        let Some(row) = INVOKE.iter().find(|row| row.key == key) else {
            unreachable!("no row of rights for `{key}`")
        };
        let mut actions = match manner {
            Manner::Answered if !row.answered.is_empty() => row.answered.to_vec(),
            _ => row.actions.to_vec(),
        };
        if manner == Manner::Batched {
            actions.extend(row.batched);
        }
        let on = match row.on {
            [] => vec!["*".into()],
            suffixes => suffixes.iter().map(|suffix| suffixed(on, suffix)).collect(),
        };
        self.grant_role(role, &actions, on);
        for (actions, pattern) in row.also {
            let on = self.place().fill(pattern);
            self.grant_role(role, actions, vec![on.into()]);
        }
    }

    /// The right of the role to hand other roles to a service, and to no other.
    pub fn grant_pass_role(&mut self, role: &RoleFor, passed: Vec<Value>, service: &str) {
        let condition = crate::value!({
            "StringEquals": { "iam:PassedToService": (self.place().principal(service)) }
        });
        let mut roles: Vec<Value> = Vec::new();
        for passed in passed {
            if !roles.contains(&passed) {
                roles.push(passed);
            }
        }
        if !roles.is_empty() {
            self.grant_role_if(role, &["iam:PassRole"], roles, condition);
        }
    }

    /// A right of the role under a condition.
    pub fn grant_role_if(&mut self, role: &RoleFor, actions: &[&str], on: Vec<Value>, condition: Value) {
        if let RoleFor::Generated(address) = role {
            self.grant(Who::Role(address.clone()), actions, on, Some(condition));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_of_a_kind_and_no_kind_has_two() {
        for row in INVOKE {
            assert!(crate::kinds::external::is_kind_key(row.key), "{}", row.key);
            assert_eq!(INVOKE.iter().filter(|other| other.key == row.key).count(), 1, "{}", row.key);
        }
    }
}
