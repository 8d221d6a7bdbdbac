//! What each kind of target may do, whole; and that it is no more than the service needs.

use std::collections::BTreeSet;

use crate::compile::testing::compile;
use crate::engine::{Graph, Value};

use super::kind::KINDS;

const ACCOUNT: &str = "123456789012";

/// Each kind of target as one may write it.
const TARGETS: &[(&str, &str)] = &[
    ("queue", "queue: jobs"),
    ("function", "function: work"),
    ("topic", "topic: \"arn:aws:sns:eu-west-1:123456789012:news\""),
    ("log_group", "log_group: audit"),
    ("bus", "bus: other"),
    ("api_destination", "api_destination: carrier"),
    ("api", "api: front, route: \"POST /orders/{id}\", path_parameter_values: [$.detail.id]"),
    ("state_machine", "state_machine: \"arn:aws:states:eu-west-1:123456789012:stateMachine:ship\""),
    ("stream", "stream: \"arn:aws:kinesis:eu-west-1:123456789012:stream/clicks\""),
    ("firehose", "firehose: \"arn:aws:firehose:eu-west-1:123456789012:deliverystream/lake\""),
    (
        "ecs_cluster",
        "ecs_cluster: \"arn:aws:ecs:eu-west-1:123456789012:cluster/main\", task_definition: \"arn:aws:ecs:eu-west-1:123456789012:task-definition/ship:3\", pass_roles: [\"arn:aws:iam::123456789012:role/task\"], tags: { a: b }",
    ),
    (
        "batch_queue",
        "batch_queue: \"arn:aws:batch:eu-west-1:123456789012:job-queue/main\", job_definition: nightly, job_name: orders",
    ),
    (
        "run_command",
        "run_command: \"arn:aws:ssm:eu-west-1:123456789012:document/restart\", run_command_targets: [{ key: tag:role, values: [worker] }]",
    ),
    (
        "ssm_automation",
        "ssm_automation: \"arn:aws:ssm:eu-west-1:123456789012:automation-definition/restart:1\"",
    ),
    (
        "redshift",
        "redshift: \"arn:aws:redshift:eu-west-1:123456789012:cluster:lake\", database: shop, db_user: gateway, sql: \"select 1\"",
    ),
    ("sagemaker_pipeline", "sagemaker_pipeline: \"arn:aws:sagemaker:eu-west-1:123456789012:pipeline/train\""),
    ("codebuild", "codebuild: \"arn:aws:codebuild:eu-west-1:123456789012:project/site\""),
    ("codepipeline", "codepipeline: \"arn:aws:codepipeline:eu-west-1:123456789012:site\""),
    ("inspector", "inspector: \"arn:aws:inspector:eu-west-1:123456789012:target/0-a/template/0-b\""),
    (
        "appsync",
        "appsync: \"arn:aws:appsync:eu-west-1:123456789012:endpoints/graphql-api/abc\", graphql_api: \"arn:aws:appsync:eu-west-1:123456789012:apis/def\", graphql_operation: \"mutation Pay($id: ID!) { pay(id: $id) { id } }\"",
    ),
];

/// What EventBridge needs to deliver to each kind, and nothing besides: who asks for it, the action, and
/// what it is on.
const NEEDED: &[(&str, &[Right])] = &[
    ("queue", &[(RULE, "sqs:SendMessage", "queues/shop-jobs")]),
    ("function", &[(RULE, "lambda:InvokeFunction", "functions/shop-work")]),
    ("topic", &[("events", "sns:Publish", "arn:aws:sns:eu-west-1:123456789012:news")]),
    (
        "log_group",
        &[
            ("events+delivery.logs", "logs:CreateLogStream", "log_groups/shop-audit"),
            ("events+delivery.logs, of the rule", "logs:PutLogEvents", "log_groups/shop-audit"),
        ],
    ),
    ("bus", &[(ROLE, "events:PutEvents", "arn:aws:events:eu-west-1:123456789012:event-bus/shop-other")]),
    ("api_destination", &[(ROLE, "events:InvokeApiDestination", "${api_destinations.carrier.arn}")]),
    ("api", &[(ROLE, "execute-api:Invoke", "${apis.front.execution_arn}/prod/POST/orders/*")]),
    (
        "state_machine",
        &[(ROLE, "states:StartExecution", "arn:aws:states:eu-west-1:123456789012:stateMachine:ship")],
    ),
    ("stream", &[(ROLE, "kinesis:PutRecord", "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks")]),
    (
        "firehose",
        &[
            (ROLE, "firehose:PutRecord", "arn:aws:firehose:eu-west-1:123456789012:deliverystream/lake"),
            (ROLE, "firehose:PutRecordBatch", "arn:aws:firehose:eu-west-1:123456789012:deliverystream/lake"),
        ],
    ),
    (
        "ecs_cluster",
        &[
            (
                "the role, where ecs:cluster",
                "ecs:RunTask",
                "arn:aws:ecs:eu-west-1:123456789012:task-definition/ship:3",
            ),
            (
                "the role, where ecs:CreateAction",
                "ecs:TagResource",
                "arn:aws:ecs:eu-west-1:123456789012:task/main/*",
            ),
            ("the role, where iam:PassedToService", "iam:PassRole", "arn:aws:iam::123456789012:role/task"),
        ],
    ),
    (
        "batch_queue",
        &[
            (ROLE, "batch:SubmitJob", "arn:aws:batch:eu-west-1:123456789012:job-queue/main"),
            (ROLE, "batch:SubmitJob", "arn:aws:batch:eu-west-1:123456789012:job-definition/nightly:*"),
        ],
    ),
    (
        "run_command",
        &[
            (ROLE, "ssm:SendCommand", "arn:aws:ssm:eu-west-1:123456789012:document/restart"),
            (
                "the role, where ssm:resourceTag/role",
                "ssm:SendCommand",
                "arn:aws:ec2:eu-west-1:123456789012:instance/*",
            ),
        ],
    ),
    (
        "ssm_automation",
        &[(
            ROLE,
            "ssm:StartAutomationExecution",
            "arn:aws:ssm:eu-west-1:123456789012:automation-definition/restart:1",
        )],
    ),
    (
        "redshift",
        &[
            (ROLE, "redshift-data:ExecuteStatement", "arn:aws:redshift:eu-west-1:123456789012:cluster:lake"),
            (
                ROLE,
                "redshift:GetClusterCredentials",
                "arn:aws:redshift:eu-west-1:123456789012:dbname:lake/shop",
            ),
            (
                ROLE,
                "redshift:GetClusterCredentials",
                "arn:aws:redshift:eu-west-1:123456789012:dbuser:lake/gateway",
            ),
        ],
    ),
    (
        "sagemaker_pipeline",
        &[(
            ROLE,
            "sagemaker:StartPipelineExecution",
            "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/train",
        )],
    ),
    ("codebuild", &[(ROLE, "codebuild:StartBuild", "arn:aws:codebuild:eu-west-1:123456789012:project/site")]),
    (
        "codepipeline",
        &[(ROLE, "codepipeline:StartPipelineExecution", "arn:aws:codepipeline:eu-west-1:123456789012:site")],
    ),
    // Amazon Inspector Classic knows its actions on everything alone.
    ("inspector", &[(ROLE, "inspector:StartAssessmentRun", "*")]),
    (
        "appsync",
        &[(ROLE, "appsync:GraphQL", "arn:aws:appsync:eu-west-1:123456789012:apis/def/types/Mutation/*")],
    ),
];

/// Who may do what on what.
type Right = (&'static str, &'static str, &'static str);

const ROLE: &str = "the role";
const RULE: &str = "events, of the rule, of the account";

fn stack(target: &str) -> String {
    format!(
        r#"
stack: shop
buses: {{ orders: {{}}, other: {{}} }}
queues: {{ jobs: {{}} }}
log_groups: {{ audit: {{}} }}
functions:
  work: {{ code: stacks/serverless-event-gateway/functions/orders, handler: index.handler, runtime: python3.13 }}
connections:
  carrier: {{ basic: {{ username: user, password: local-only }}, allow: {{ literal_secret: a test }} }}
api_destinations:
  carrier: {{ connection: carrier, endpoint: "https://carrier.example/orders", method: POST }}
apis:
  front: {{ routes: {{ "POST /orders/{{id}}": {{ function: work }} }} }}
rules:
  r: {{ bus: orders, pattern: {{ source: [shop] }}, targets: {{ t: {{ {target} }} }} }}
"#
    )
}

/// The policies that the rule comes with: its role's, and the statements of what it goes to, as a map.
fn policies(graph: &Graph) -> Value {
    let mut all = Value::map();
    let mut put = |key: String, value: Value| {
        if let Value::Map(map) = &mut all {
            map.insert(key, value);
        }
    };
    for (address, resource) in &graph.resources {
        let address = address.to_string();
        if address == "rules.r/role" {
            put(
                format!("{address} trust"),
                resource.properties.get("AssumeRolePolicyDocument").cloned().unwrap(),
            );
            put(address, resource.properties.at("Policies.gatewayctl").cloned().unwrap_or_default());
        } else if address.contains("/policy/") || address.ends_with("/permission/rules.r") {
            put(address, resource.properties.clone());
        }
    }
    all
}

/// Who may do what on what, one by one.
fn rights(graph: &Graph) -> BTreeSet<(String, String, String)> {
    let many = |value: Option<&Value>| -> Vec<String> {
        match value {
            Some(Value::List(items)) => items.iter().map(shown).collect(),
            Some(one) => vec![shown(one)],
            None => Vec::new(),
        }
    };
    let mut found = BTreeSet::new();
    for (address, resource) in &graph.resources {
        let address = address.to_string();
        if address == "rules.r/role" {
            let statements = resource.properties.at("Policies.gatewayctl.Statement").cloned();
            for statement in statements.as_ref().and_then(Value::as_list).unwrap_or_default() {
                let keys: Vec<&String> = statement
                    .get("Condition")
                    .and_then(Value::as_map)
                    .into_iter()
                    .flatten()
                    .flat_map(|(_, keys)| keys.as_map().into_iter().flatten().map(|(key, _)| key))
                    .collect();
                let who = match keys.as_slice() {
                    [] => ROLE.to_owned(),
                    keys => format!(
                        "{ROLE}, where {}",
                        keys.iter().map(|key| key.as_str()).collect::<Vec<_>>().join(", ")
                    ),
                };
                for action in many(statement.get("Action")) {
                    for on in many(statement.get("Resource")) {
                        found.insert((who.clone(), action.clone(), on));
                    }
                }
            }
        } else if (address.contains("/policy/") || address.ends_with("/permission/rules.r"))
            && !address.contains("permission/apis")
        {
            let statement = resource.properties.get("Statement").unwrap();
            let services: Vec<String> = many(statement.at("Principal.Service"))
                .iter()
                .map(|service| service.trim_end_matches(".amazonaws.com").to_owned())
                .collect();
            let mut who = services.join("+");
            let rule = "arn:aws:events:eu-west-1:123456789012:rule/shop-orders/shop-r";
            if statement.text_at("Condition.ArnEquals.aws:SourceArn") == Some(rule) {
                who += ", of the rule";
            }
            if statement.text_at("Condition.StringEquals.aws:SourceAccount") == Some(ACCOUNT) {
                who += ", of the account";
            }
            let on = format!(
                "{}/{}",
                resource.properties.text_at("Document").unwrap(),
                resource.properties.text_at("Of").unwrap()
            );
            for action in many(statement.get("Action")) {
                found.insert((who.clone(), action, on.clone()));
            }
        }
    }
    found
}

fn shown(value: &Value) -> String {
    if let Value::Unknown(template) = value {
        return template.to_string();
    }
    match value.to_shown_json() {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

#[test]
fn every_kind_of_target_gets_what_it_needs_and_nothing_wider() {
    for kind in KINDS {
        let written = TARGETS.iter().find(|(key, _)| *key == kind.key);
        let needed = NEEDED.iter().find(|(key, _)| *key == kind.key);
        let (Some((key, target)), Some((_, needed))) = (written, needed) else { panic!("{}", kind.key) };
        let (graph, findings) = compile(&stack(target));
        assert!(!findings.contains("error[") && !findings.contains("warning["), "{key}: {findings}");
        let needed: BTreeSet<_> = needed
            .iter()
            .map(|(who, action, on)| ((*who).to_owned(), (*action).to_owned(), (*on).to_owned()))
            .collect();
        // What belongs to others gets its statement from its owner, who is told.
        if target.contains("topic") {
            assert!(rights(&graph).is_empty(), "{key}");
            let statement = r#"{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sns:Publish","Resource":"arn:aws:sns:eu-west-1:123456789012:news"}"#;
            assert!(findings.contains(statement), "{findings}");
            continue;
        }
        assert_eq!(rights(&graph), needed, "{key}");
        assert!(
            needed.iter().all(|(_, action, on)| !action.contains('*') && (on != "*" || *key == "inspector")),
            "{key}"
        );
    }
    assert_eq!(KINDS.len(), TARGETS.len());
}

#[test]
fn the_policies_of_every_kind_of_target() {
    for (key, target) in TARGETS {
        let (graph, _) = compile(&stack(target));
        let text = serde_json::to_string_pretty(&policies(&graph).to_shown_json()).unwrap();
        insta::assert_snapshot!(*key, text);
    }
}

#[test]
fn a_command_is_sent_to_the_instances_that_are_chosen_and_to_no_other() {
    let command = |chosen: &str| {
        format!(
            "run_command: \"arn:aws:ssm:eu-west-1:123456789012:document/restart\", run_command_targets: [{chosen}]"
        )
    };
    let (graph, findings) = compile(&stack(&command("{ key: InstanceIds, values: [i-1, i-2] }")));
    assert!(!findings.contains("error["), "{findings}");
    let on = ["document/restart", "instance/i-1", "instance/i-2"];
    let on = on.map(|what| {
        let service = if what.starts_with("instance") { "ec2" } else { "ssm" };
        let arn = format!("arn:aws:{service}:eu-west-1:123456789012:{what}");
        (ROLE.to_owned(), "ssm:SendCommand".to_owned(), arn)
    });
    assert_eq!(rights(&graph), on.into());
    // The key of a tag may hold dots.
    let (graph, _) = compile(&stack(&command("{ key: \"tag:team.role\", values: [a, b] }")));
    let policy = policies(&graph).to_shown_json().to_string();
    let condition = r#""Condition":{"StringEquals":{"ssm:resourceTag/team.role":["a","b"]}}"#;
    assert!(policy.contains(condition), "{policy}");
}

#[test]
fn what_ecs_tags_by_itself_takes_the_right_to_tag() {
    let task = |more: &str| {
        format!(
            "ecs_cluster: \"arn:aws:ecs:eu-west-1:123456789012:cluster/main\", task_definition: \"arn:aws:ecs:eu-west-1:123456789012:task-definition/ship:3\", pass_roles: []{more}"
        )
    };
    for (more, tags) in
        [("", false), (", enable_ecs_managed_tags: true", true), (", propagate_tags: task_definition", true)]
    {
        let (graph, findings) = compile(&stack(&task(more)));
        assert!(!findings.contains("error["), "{findings}");
        let found = rights(&graph).iter().any(|(_, action, _)| action == "ecs:TagResource");
        assert_eq!(found, tags, "{more}");
    }
}
