//! The kinds of target: what each takes, and by what right EventBridge delivers to it.

use crate::engine::field::{Field, RefTo};
use crate::engine::{Address, Form, Value, Variant};
use crate::kinds::{Lowering, Manner, RoleFor, SqlStatement, suffixed};
use crate::source::{Entry, Span};
use crate::spec::Sugar;

use super::fields;

/// A kind of target.
pub struct TargetKind {
    /// Its kind key.
    pub key: &'static str,
    pub to: RefTo,
    /// The block of its parameters; empty if AWS has none for it.
    pub block: &'static str,
    pub rows: &'static [Field],
    pub by: By,
    /// The ARN that AWS wants, given what stands beside the kind key, and whose it is if it is of this
    /// stack; nothing if that is wrong.
    pub arn: fn(&mut Lowering<'_>, &Call<'_>) -> Option<Named>,
    /// What AWS refuses in its parameters, and what is sugar among them.
    pub check: fn(&mut Lowering<'_>, &mut Call<'_>),
}

/// An ARN, and the address of what it is of if that is of this stack.
pub type Named = (Value, Option<Address>);

/// How EventBridge gets the right to deliver.
pub enum By {
    /// Statements on the target's own policy.
    Statements(&'static [Admission]),
    /// The role of the target, with these rights.
    Role(fn(&mut Lowering<'_>, &RoleFor, &Call<'_>, &Value)),
}

/// A statement that a target's policy needs.
pub struct Admission {
    /// The last step of its address, where it does not depend on the rule.
    pub name: Option<&'static str>,
    pub services: &'static [&'static str],
    pub action: &'static str,
    pub when: When,
}

/// Under which condition a statement holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// For this rule, in this account.
    Rule,
    /// For this rule, said by its ARN alone.
    RuleArn,
    /// Always: the service takes no condition in such a statement.
    Always,
}

/// A target, as it is declared.
pub struct Call<'a> {
    pub kind: &'static TargetKind,
    /// The kind key and what it names.
    pub named: &'a Entry,
    /// Where the block stands in the rule's document.
    pub at: String,
    /// The block's members.
    pub block: Value,
    pub sugar: &'a [Sugar],
    /// Whether its role is generated.
    pub generates: bool,
}

impl Call<'_> {
    /// A piece of sugar of the target.
    pub fn sugar(&self, key: &str) -> Option<&Sugar> {
        self.sugar.iter().find(|part| part.key == key && part.within.is_empty())
    }

    /// The version or alias of a function that is called.
    pub fn qualifier(&self, own: &mut Lowering<'_>) -> Option<String> {
        self.sugar("qualifier").and_then(|part| own.known_text(&part.node))
    }

    /// Where a member of the block stands in the text.
    pub fn place(&self, own: &Lowering<'_>, member: &str) -> Span {
        own.nearest_place(&format!("{}.{member}", self.at))
    }

    fn len(&self, member: &str) -> usize {
        self.block.at(member).and_then(Value::as_list).map_or(0, <[_]>::len)
    }

    /// Reports a list that is longer than AWS takes.
    pub fn at_most(&self, own: &mut Lowering<'_>, member: &str, most: usize) {
        if self.len(member) > most {
            let at = self.place(own, member);
            own.error("wrong_count", at, format!("at most {most} stand here"), "");
        }
    }

    /// Reports two members of which AWS takes one.
    pub fn exclusive(&self, own: &mut Lowering<'_>, one: (&str, &str), other: (&str, &str)) {
        if self.block.get(one.0).is_some() && self.block.get(other.0).is_some() {
            let at = self.place(own, other.0);
            let message = format!("`{}` cannot stand beside `{}`", other.1, one.1);
            own.error("target_parameter", at, message, "take one of them away");
        }
    }
}

/// A kind that is called by a role and has a block of parameters, or none.
const fn called(key: &'static str, to: RefTo, block: &'static str, rows: &'static [Field]) -> TargetKind {
    TargetKind { key, to, block, rows, by: By::Role(invoke), arn: plain, check: unchecked }
}

/// A kind that no stack declares.
const fn external(kinds: &'static [&'static str]) -> RefTo {
    RefTo::unchecked(kinds, "arn")
}

/// Every kind of target.
pub static KINDS: &[TargetKind] = &[
    TargetKind {
        by: By::Statements(&[Admission {
            name: None,
            services: &["events"],
            action: "sqs:SendMessage",
            when: When::Rule,
        }]),
        ..called("queue", RefTo::unchecked(&["queues"], "arn"), "SqsParameters", fields::QUEUE)
    },
    TargetKind {
        by: By::Statements(&[Admission {
            name: None,
            services: &["events"],
            action: "lambda:InvokeFunction",
            when: When::Rule,
        }]),
        arn: qualified,
        ..called("function", RefTo::unchecked(&["functions"], "arn"), "", fields::FUNCTION)
    },
    TargetKind {
        // EventBridge takes no condition in the statement of a topic.
        by: By::Statements(&[Admission {
            name: None,
            services: &["events"],
            action: "sns:Publish",
            when: When::Always,
        }]),
        ..called("topic", RefTo::unchecked(&["topics"], "arn"), "", fields::PLAIN)
    },
    TargetKind {
        // A stream is made for no rule in particular; what is written to it is this rule's.
        by: By::Statements(&[
            Admission {
                name: Some("streams"),
                services: LOGS,
                action: "logs:CreateLogStream",
                when: When::Always,
            },
            Admission { name: None, services: LOGS, action: "logs:PutLogEvents", when: When::RuleArn },
        ]),
        ..called("log_group", RefTo::unchecked(&["log_groups"], "arn"), "", fields::PLAIN)
    },
    called("bus", RefTo::checked(&["buses"], "arn"), "", fields::CALLED),
    called(
        "api_destination",
        RefTo::checked(&["api_destinations"], "arn"),
        "HttpParameters",
        fields::API_DESTINATION,
    ),
    TargetKind {
        arn: route,
        ..called("api", RefTo::checked(&["apis"], "execution_arn"), "HttpParameters", fields::API)
    },
    called("state_machine", RefTo::checked(&["state_machines"], "arn"), "", fields::CALLED),
    called("stream", RefTo::checked(&["streams"], "arn"), "KinesisParameters", fields::STREAM),
    called("firehose", external(&["firehose"]), "", fields::CALLED),
    TargetKind {
        by: By::Role(|own, role, call, cluster| {
            own.grant_task(role, call.named, &call.block, call.sugar("pass_roles"), cluster);
        }),
        check: |own, call| {
            let tags = call.sugar("tags").map(|part| part.node.clone());
            own.check_task(&call.at, &mut call.block, tags.as_ref());
        },
        ..called("ecs_cluster", external(&["ecs_cluster"]), "EcsParameters", fields::ECS)
    },
    TargetKind {
        by: By::Role(|own, role, call, queue| {
            let definition = call.block.get("JobDefinition").cloned().unwrap_or_default();
            own.grant_submit_job(role, queue, &definition);
        }),
        ..called("batch_queue", external(&["batch_queue"]), "BatchParameters", fields::BATCH)
    },
    TargetKind {
        by: By::Role(|own, role, call, document| {
            let chosen = call.block.get("RunCommandTargets").and_then(Value::as_list).and_then(<[_]>::first);
            let key = chosen.and_then(|chosen| chosen.text_at("Key")).unwrap_or_default();
            let values = chosen.and_then(|chosen| chosen.get("Values")).and_then(Value::as_list);
            own.grant_run_command(role, document, key, values.unwrap_or_default());
        }),
        check: check_command,
        ..called("run_command", external(&["run_command"]), "RunCommandParameters", fields::RUN_COMMAND)
    },
    called("ssm_automation", external(&["ssm_automation"]), "", fields::CALLED),
    TargetKind {
        by: By::Role(execute),
        check: check_statement,
        ..called(
            "redshift",
            external(&["redshift", "redshift_workgroup"]),
            "RedshiftDataParameters",
            fields::REDSHIFT,
        )
    },
    TargetKind {
        check: |own, call| call.at_most(own, "PipelineParameterList", 200),
        ..called(
            "sagemaker_pipeline",
            external(&["sagemaker_pipeline"]),
            "SageMakerPipelineParameters",
            fields::SAGEMAKER,
        )
    },
    called("codebuild", external(&["codebuild"]), "", fields::CALLED),
    called("codepipeline", external(&["codepipeline"]), "", fields::CALLED),
    called("inspector", external(&["inspector"]), "", fields::CALLED),
    TargetKind {
        by: By::Role(mutate),
        ..called("appsync", external(&["appsync"]), "AppSyncParameters", fields::APPSYNC)
    },
];

/// How `targets` are written.
pub fn targets_form() -> Form {
    let variant = |kind: &TargetKind| Variant::reference(kind.key, kind.to, kind.rows);
    Form::map("Id", Form::OneOf(KINDS.iter().map(variant).collect()))
}

/// Who writes events to log groups.
const LOGS: &[&str] = &["events", "delivery.logs"];

/// For what AWS names by the ARN alone.
fn plain(own: &mut Lowering<'_>, call: &Call<'_>) -> Option<Named> {
    own.reference(&call.named.value, &call.kind.to)
}

/// A version or an alias of a function, which has a policy of its own.
fn qualified(own: &mut Lowering<'_>, call: &Call<'_>) -> Option<Named> {
    let (arn, address) = plain(own, call)?;
    Some((own.qualified(arn, call.sugar("qualifier")), address))
}

/// A route of an API.
fn route(own: &mut Lowering<'_>, call: &Call<'_>) -> Option<Named> {
    Some((own.route_call(call.named, call.sugar("route"), &call.at, &call.block)?, None))
}

fn unchecked(_: &mut Lowering<'_>, _: &mut Call<'_>) {}

fn invoke(own: &mut Lowering<'_>, role: &RoleFor, call: &Call<'_>, arn: &Value) {
    own.grant_invoke(role, call.kind.key, Manner::Single, arn);
}

fn execute(own: &mut Lowering<'_>, role: &RoleFor, call: &Call<'_>, arn: &Value) {
    let member = |name: &str| call.block.get(name).cloned();
    let action = match call.block.get("Sqls") {
        Some(_) => "redshift-data:BatchExecuteStatement",
        None => "redshift-data:ExecuteStatement",
    };
    let statement = SqlStatement {
        on: arn.clone(),
        action,
        database: member("Database").unwrap_or_default(),
        user: member("DbUser"),
        secret: member("SecretManagerArn"),
    };
    own.grant_statement(role, &statement);
}

/// The ARN of an AppSync endpoint holds another id than the API's, on whose mutations the right is.
fn mutate(own: &mut Lowering<'_>, role: &RoleFor, call: &Call<'_>, _: &Value) {
    let Some(part) = call.sugar("graphql_api") else {
        if call.generates {
            own.error(
                "missing_key",
                call.named.key.span,
                "`graphql_api` is missing",
                "name the API itself, so that the role may call it: `graphql_api: \"…:appsync:…:apis/ID\"`",
            );
        }
        return;
    };
    let Some(api) = own.text(&part.node) else { return };
    if let Some(text) = api.as_str().filter(|text| !text.contains(":appsync:") || !text.contains(":apis/")) {
        let message = format!("`{text}` is no ARN of an AppSync API");
        own.error("wrong_arn", part.node.span, message, "`…:appsync:REGION:ACCOUNT:apis/ID`");
        return;
    }
    own.grant_role(role, &["appsync:GraphQL"], vec![suffixed(&api, "/types/Mutation/*")]);
}

fn check_command(own: &mut Lowering<'_>, call: &mut Call<'_>) {
    if call.len("RunCommandTargets") > 1 {
        let at = call.place(own, "RunCommandTargets");
        own.error("wrong_count", at, "exactly one stands here", "make a target for each");
    }
    let Some(first) = call.block.get("RunCommandTargets").and_then(Value::as_list).and_then(<[_]>::first)
    else {
        return;
    };
    let key = first.text_at("Key").unwrap_or_default();
    if !key.is_empty() && key != "InstanceIds" && !key.starts_with("tag:") {
        let message = format!("`{key}` chooses no instances");
        let at = call.place(own, "RunCommandTargets[0].Key");
        own.error("target_parameter", at, message, "write `InstanceIds` or `tag:NAME`");
    }
    call.at_most(own, "RunCommandTargets[0].Values", 50);
}

fn check_statement(own: &mut Lowering<'_>, call: &mut Call<'_>) {
    call.exclusive(own, ("Sql", "sql"), ("Sqls", "sqls"));
    call.exclusive(own, ("SecretManagerArn", "secret_manager_arn"), ("DbUser", "db_user"));
    call.at_most(own, "Sqls", 40);
    if call.block.get("Sql").is_none() && call.len("Sqls") == 0 {
        let help = "write `sql: …`, or several as `sqls: […]`";
        own.error("missing_key", call.named.key.span, "there is no statement to execute", help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::external;

    #[test]
    fn every_kind_of_target_is_a_kind_and_no_kind_stands_twice() {
        for kind in KINDS {
            assert!(external::is_kind_key(kind.key), "{}", kind.key);
            assert_eq!(KINDS.iter().filter(|other| other.key == kind.key).count(), 1, "{}", kind.key);
        }
    }
}
