use super::*;
use crate::compile::testing::compile_with;
use crate::value;

#[test]
fn a_definition_is_the_same_inline_in_yaml_and_in_json_and_substituted_first() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("ship.json"),
        r#"{ "StartAt": "a", "States": { "a": { "Type": "Wait", "Seconds": "${Pause}", "Comment": "on ${Table} in ${aws.region}, $${x}", "End": true } } }"#,
    )
    .unwrap();
    std::fs::write(
        folder.path().join("ship.yaml"),
        "StartAt: a\nStates:\n  a: { Type: Wait, Seconds: \"${Pause}\", Comment: \"on ${Table} in ${aws.region}, $${x}\", End: true }\n",
    )
    .unwrap();
    let wanted = value!({ "StartAt": "a", "States": { "a": {
        "Type": "Wait", "Seconds": 5, "Comment": "on shop-orders in eu-west-1, ${x}", "End": true
    } } });
    for definition in [
        "ship.json",
        "ship.yaml",
        "{ StartAt: a, States: { a: { Type: Wait, Seconds: \"${Pause}\", Comment: \"on ${Table} in ${aws.region}, $${x}\", End: true } } }",
    ] {
        let text = format!(
            "
stack: shop
parameters: {{ pause: {{ default: 5 }} }}
tables: {{ orders: {{ partition_key: id }} }}
state_machines:
  m:
    definition: {definition}
    substitutions: {{ Table: \"${{tables.orders.name}}\", Pause: \"${{parameters.pause}}\" }}
"
        );
        let (graph, findings) = compile_with(&text, |inputs| inputs.base = folder.path().to_owned());
        assert_eq!(findings, "");
        assert_eq!(property(&graph.unwrap(), "definition"), wanted, "{definition}");
    }
}

#[test]
fn log_tracing_and_key_become_the_blocks_of_the_api_and_rights_of_the_role() {
    let graph = compiled(
        "
stack: shop
log_groups: { runs: {} }
state_machines:
  m:
    definition: { StartAt: a, States: { a: { Type: Succeed } } }
    type: express
    log: { group: runs, level: error, include_execution_data: true }
    tracing: true
    kms_key: alias/runs
    kms_data_key_reuse_period: 2m
",
    );
    let group = "arn:aws:logs:eu-west-1:123456789012:log-group:shop-runs:*";
    assert_eq!(property(&graph, "type"), "EXPRESS".into());
    assert_eq!(
        property(&graph, "loggingConfiguration"),
        value!({ "level": "ERROR", "includeExecutionData": true, "destinations": [{ "cloudWatchLogsLogGroup": { "logGroupArn": group } }] })
    );
    assert_eq!(property(&graph, "tracingConfiguration"), value!({ "enabled": true }));
    assert_eq!(
        property(&graph, "encryptionConfiguration"),
        value!({ "kmsKeyId": "alias/runs", "kmsDataKeyReusePeriodSeconds": 120, "type": "CUSTOMER_MANAGED_KMS_KEY" })
    );
    insta::assert_snapshot!(super::rights::of(&graph));
}

#[test]
fn rules_and_pipes_of_the_stack_start_a_machine_by_its_key() {
    let graph = compiled("
stack: shop
queues: { jobs: {} }
state_machines:
  m: { definition: { StartAt: a, States: { a: { Type: Succeed } } } }
  quick: { type: express, definition: { StartAt: a, States: { a: { Type: Succeed } } } }
rules:
  nightly: { bus: default, schedule: rate(1 day), targets: { m: { state_machine: m } } }
pipes:
  jobs: { source: { queue: jobs }, enrichment: { state_machine: quick }, target: { state_machine: m, invocation_type: fire_and_forget } }
functions:
  f:
    code: stacks/serverless-event-gateway/functions/orders
    handler: index.handler
    runtime: python3.13
    grants: [{ state_machine: m, access: start }]
");
    let target = &graph.resources[&"pipes.jobs".parse().unwrap()];
    assert_eq!(
        target.properties.text_at("Target"),
        Some("arn:aws:states:eu-west-1:123456789012:stateMachine:shop-m")
    );
    assert!(target.edges.iter().any(|edge| edge.to.to_string() == "state_machines.m"));
    let role = graph.resources[&"functions.f/role".parse().unwrap()].properties.to_shown_json().to_string();
    assert!(role.contains("states:StartExecution"), "{role}");
}
