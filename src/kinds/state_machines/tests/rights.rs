use super::*;
use crate::engine::Address;

/// The rights of the role of the machine `m`, one a line.
pub fn of(graph: &Graph) -> String {
    let role: Address = "state_machines.m/role".parse().unwrap();
    let statements = graph.resources[&role].properties.at("Policies.gatewayctl.Statement").cloned();
    let mut lines = Vec::new();
    for statement in statements.as_ref().and_then(Value::as_list).unwrap_or_default() {
        let shown = |key: &str| {
            statement.get(key).map(|value| match value {
                Value::Unknown(template) => template.to_string(),
                Value::List(items) => items
                    .iter()
                    .map(|item| match item {
                        Value::Unknown(template) => template.to_string(),
                        item => item.as_str().unwrap_or_default().to_owned(),
                    })
                    .collect::<Vec<_>>()
                    .join(" "),
                value => value.as_str().map_or_else(|| value.to_shown_json().to_string(), str::to_owned),
            })
        };
        let condition =
            shown("Condition").map(|condition| format!("\n    where {condition}")).unwrap_or_default();
        lines.push(format!(
            "{}\n  on {}{condition}",
            shown("Action").unwrap_or_default(),
            shown("Resource").unwrap_or_default()
        ));
    }
    lines.join("\n")
}

const THERE: &str = r#"
stack: shop
parameters: { password: { from: "env:PASSWORD", secret: true, default: local-only } }
tables: { orders: { partition_key: id } }
queues: { jobs: {} }
topics: { news: {} }
buses: { orders: {} }
buckets: { files: { name: shop-files } }
streams: { clicks: {} }
connections: { carrier: { basic: { username: u, password: "${parameters.password}" } } }
functions: { work: { code: stacks/serverless-event-gateway/functions/orders, handler: index.handler, runtime: python3.13, aliases: { live: {} } } }
state_machines:
  other: { definition: { StartAt: a, States: { a: { Type: Succeed } } } }
  m:
    definition:
      StartAt: a
      States:
        a:
"#;

fn task(resource: &str, input: &str) -> String {
    format!("{THERE}          {{ Type: Task, Resource: \"{resource}\", {input} End: true }}\n")
}

#[test]
fn a_role_may_do_what_each_task_of_its_machine_calls_and_nothing_else() {
    let sdk = "arn:aws:states:::aws-sdk:";
    let cases = [
        ("${functions.work.arn}", ""),
        ("arn:aws:states:eu-west-1:123456789012:activity:pack", ""),
        ("arn:aws:states:::lambda:invoke", "Parameters: { FunctionName: \"${functions.work.arn}\" },"),
        (
            "arn:aws:states:::lambda:invoke",
            "Parameters: { FunctionName: \"${functions.work.name}\", Qualifier: live },",
        ),
        (
            "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Parameters: { FunctionName: \"arn:aws:lambda:eu-west-1:111122223333:function:theirs\" },",
        ),
        ("arn:aws:states:::dynamodb:putItem", "Parameters: { TableName: \"${tables.orders.name}\" },"),
        (
            "arn:aws:states:::aws-sdk:dynamodb:query",
            "Parameters: { TableName: theirs, IndexName: by-state },",
        ),
        ("arn:aws:states:::sqs:sendMessage", "Parameters: { QueueUrl: \"${queues.jobs.url}\" },"),
        (
            "arn:aws:states:::sqs:sendMessage",
            "Parameters: { QueueUrl: \"https://sqs.eu-west-1.amazonaws.com/111122223333/theirs\" },",
        ),
        ("arn:aws:states:::sns:publish", "Parameters: { TopicArn: \"${topics.news.arn}\" },"),
        (
            "arn:aws:states:::events:putEvents",
            "Parameters: { Entries: [{ EventBusName: \"${buses.orders.name}\" }, { Source: shop }] },",
        ),
        (
            "arn:aws:states:::states:startExecution",
            "Parameters: { StateMachineArn: \"${state_machines.other.arn}\" },",
        ),
        (
            "arn:aws:states:::states:startExecution.sync:2",
            "Parameters: { StateMachineArn: \"${state_machines.other.arn}\" },",
        ),
        ("arn:aws:states:::codebuild:startBuild.sync", "Parameters: { ProjectName: build },"),
        ("arn:aws:states:::glue:startJobRun.sync", "Parameters: { JobName: nightly },"),
        (
            "arn:aws:states:::batch:submitJob.sync",
            "Parameters: { JobDefinition: \"nightly:3\", JobQueue: main },",
        ),
        (
            &format!("{sdk}s3:getObject"),
            "Parameters: { Bucket: \"${buckets.files.name}\", Key: prices.json },",
        ),
        (&format!("{sdk}s3:listObjectsV2"), "Parameters: { Bucket: \"${buckets.files.name}\" },"),
        (&format!("{sdk}secretsmanager:getSecretValue"), "Parameters: { SecretId: carrier },"),
        (&format!("{sdk}eventbridge:putEvents"), "Parameters: { Entries: [{ EventBusName: default }] },"),
        (
            &format!("{sdk}sfn:startSyncExecution"),
            "Parameters: { StateMachineArn: \"${state_machines.other.arn}\" },",
        ),
        (&format!("{sdk}kinesis:putRecord"), "Parameters: { StreamName: \"${streams.clicks.name}\" },"),
        (
            "arn:aws:states:::http:invoke",
            "Parameters: { ApiEndpoint: \"https://carrier.example/orders\", Method: POST, Authentication: { ConnectionArn: \"${connections.carrier.arn}\" } },",
        ),
        (
            "arn:aws:states:::sqs:sendMessage",
            "Credentials: { RoleArn: \"arn:aws:iam::111122223333:role/theirs\" }, Parameters: { QueueUrl: theirs },",
        ),
    ];
    let mut shown = String::new();
    for (resource, input) in cases {
        let graph = compiled(&task(resource, input));
        shown.push_str(&format!("{resource} {input}\n{}\n\n", of(&graph)));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn a_distributed_map_runs_executions_of_its_own_machine_and_reads_and_writes_buckets() {
    let graph = compiled(
        r#"
stack: shop
buckets: { files: { name: shop-files } }
state_machines:
  m:
    definition:
      StartAt: each
      States:
        each:
          Type: Map
          ItemReader: { Resource: "arn:aws:states:::s3:getObject", Parameters: { Bucket: "${buckets.files.name}", Key: in.csv } }
          ItemProcessor:
            ProcessorConfig: { Mode: DISTRIBUTED, ExecutionType: STANDARD }
            StartAt: done
            States: { done: { Type: Succeed } }
          ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "${buckets.files.name}", Prefix: out } }
          End: true
"#,
    );
    insta::assert_snapshot!(of(&graph));
}

#[test]
fn what_is_known_only_while_the_machine_runs_is_said_and_gets_no_right() {
    let cases = [
        ("arn:aws:states:::sqs:sendMessage", "Parameters: { QueueUrl.$: $.queue },"),
        (
            "arn:aws:states:::lambda:invoke",
            "QueryLanguage: JSONata, Arguments: { FunctionName: \"{% $states.input.f %}\" },",
        ),
        ("arn:aws:states:::aws-sdk:ec2:describeInstances", ""),
        ("arn:aws:states:::ecs:runTask.sync", "Parameters: { TaskDefinition: ship },"),
        ("arn:aws:states:::aws-sdk:s3:copyObject", "Parameters: { Bucket: b },"),
        (
            "arn:aws:states:::http:invoke",
            "Parameters: { ApiEndpoint.$: $.url, Method: GET, Authentication: { ConnectionArn.$: $.c } },",
        ),
    ];
    let wrong = cases.into_iter().filter_map(|(resource, input)| {
        let (graph, findings) = compile(&task(resource, input));
        let is_said = findings.contains("warning[no_task_right]") && !findings.contains("error[");
        (!is_said || !of(&graph).is_empty()).then(|| format!("{resource}: {findings}{}", of(&graph)))
    });
    assert_eq!(wrong.collect::<Vec<_>>(), [""; 0]);
    let findings = compile(&task(
        "arn:aws:states:::http:invoke",
        "Parameters: { ApiEndpoint: \"https://a.example\", Method: GET },",
    ))
    .1;
    assert!(findings.contains("a call of an endpoint is authorized by a connection"), "{findings}");
}

#[test]
fn an_endpoint_that_a_task_calls_is_https_or_on_a_loopback_host() {
    let findings = |endpoint: &str| {
        let input = format!(
            "Parameters: {{ ApiEndpoint: \"{endpoint}\", Method: GET, Authentication: {{ ConnectionArn: \"${{connections.carrier.arn}}\" }} }},"
        );
        compile(&task("arn:aws:states:::http:invoke", &input)).1
    };
    for fine in ["https://a.example/x", "http://127.0.0.1:8080/x", "http://localhost"] {
        assert_eq!(findings(fine), "", "{fine}");
    }
    insta::assert_snapshot!(findings("http://x.com/a"));
    assert!(findings("x.com/a").contains("`x.com/a` is no URL of an endpoint"));
}
