use super::*;
use crate::compile::testing::compile_with;

/// A stack with a machine of this definition, in JSON.
fn machine(definition: &str) -> String {
    format!("stack: shop\nstate_machines:\n  m:\n    definition: {definition}\n")
}

/// The messages of the findings about a definition, without where they stand.
fn said(text: &str) -> Vec<String> {
    let findings = compile(text).1;
    findings
        .lines()
        .filter(|line| line.starts_with("error[") || line.starts_with("warning["))
        .map(str::to_owned)
        .collect()
}

#[test]
fn what_step_functions_refuses_in_a_definition_is_said() {
    let step = |state: &str| {
        format!(r#"{{ "StartAt": "a", "States": {{ "a": {state}, "z": {{ "Type": "Succeed" }} }} }}"#)
    };
    let alone = |state: &str| format!(r#"{{ "StartAt": "a", "States": {{ "a": {state} }} }}"#);
    let task = |rest: &str| {
        alone(&format!(
            r#"{{ "Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f", {rest} }}"#
        ))
    };
    let jsonata = |state: &str| {
        format!(r#"{{ "QueryLanguage": "JSONata", "StartAt": "a", "States": {{ "a": {state} }} }}"#)
    };
    let inner = r#""StartAt": "b", "States": { "b": { "Type": "Pass", "End": true } }"#;
    let cases: Vec<(String, &str)> = vec![
        ("{}".into(), "the definition has no `States`"),
        ("[1]".into(), "the definition is no map"),
        (r#"{ "States": { "a": { "Type": "Succeed" } } }"#.into(), "the definition has no `StartAt`"),
        (
            r#"{ "StartAt": "b", "States": { "a": { "Type": "Succeed" } } }"#.into(),
            "`StartAt` names no state beside it: `b`",
        ),
        (
            r#"{ "StartAt": 1, "States": { "a": { "Type": "Succeed" } } }"#.into(),
            "`StartAt` is the name of a state",
        ),
        (
            r#"{ "Startat": "a", "StartAt": "a", "States": { "a": { "Type": "Succeed" } } }"#.into(),
            "`Startat` is no field of a state machine; did you mean `StartAt`?",
        ),
        (
            r#"{ "QueryLanguage": "XPath", "StartAt": "a", "States": { "a": { "Type": "Succeed" } } }"#
                .into(),
            "`QueryLanguage` is `JSONPath` or `JSONata`",
        ),
        (alone("5"), "the state `a` is no map"),
        (alone("{}"), "the state `a` has no `Type`"),
        (alone(r#"{ "Type": "Tasks", "End": true }"#), "`Tasks` is no type of a state; did you mean `Task`?"),
        (alone(r#"{ "Type": "Pass" }"#), "the state `a` neither goes on nor ends"),
        (
            step(r#"{ "Type": "Pass", "Next": "z", "End": true }"#),
            "`Next` and `End: true` exclude each other",
        ),
        (step(r#"{ "Type": "Pass", "Next": "y" }"#), "`Next` names no state beside it: `y`"),
        (step(r#"{ "Type": "Pass", "End": true }"#), "nothing leads to the state `z`"),
        (
            alone(r#"{ "Type": "Pass", "End": true, "Resulted": 1 }"#),
            "`Resulted` is no field of a Pass; did you mean `Result`?",
        ),
        (alone(r#"{ "Type": "Succeed", "Next": "a" }"#), "`Next` is no field of a Succeed"),
        (alone(r#"{ "Type": "Task", "End": true }"#), "the task `a` has no `Resource`"),
        (alone(r#"{ "Type": "Task", "Resource": "ship", "End": true }"#), "this is no resource of a task"),
        (
            alone(r#"{ "Type": "Task", "Resource": "arn:aws:sqs:eu-west-1:1:q", "End": true }"#),
            "a task cannot name a queue here",
        ),
        (
            task(r#""End": true, "TimeoutSeconds": 5, "HeartbeatSeconds": 5"#),
            "`HeartbeatSeconds` is less than `TimeoutSeconds`",
        ),
        (
            task(r#""End": true, "TimeoutSeconds": 5, "TimeoutSecondsPath": "$.t""#),
            "of `TimeoutSeconds`, `TimeoutSecondsPath` one stands here",
        ),
        (task(r#""End": true, "Retry": [{}]"#), "an item of `Retry` says which errors it is for"),
        (
            task(r#""End": true, "Retry": [{ "ErrorEquals": ["States.ALL"] }, { "ErrorEquals": ["x"] }]"#),
            "`States.ALL` stands alone, and in the last item of `Retry`",
        ),
        (task(r#""End": true, "Catch": [{ "ErrorEquals": ["x"] }]"#), "an item of `Catch` leads nowhere"),
        (
            task(r#""End": true, "Parameters": { "id.$": "id" }"#),
            "`id.$` is to be a path or a function, and `id` is neither",
        ),
        (task(r#""End": true, "Arguments": {}"#), "`Arguments` does not stand in a state in JSONPath"),
        (
            jsonata(r#"{ "Type": "Pass", "End": true, "ResultPath": "$.x" }"#),
            "`ResultPath` does not stand in a state in JSONata",
        ),
        (
            jsonata(r#"{ "Type": "Pass", "End": true, "QueryLanguage": "JSONPath" }"#),
            "a machine in JSONata has no states in JSONPath",
        ),
        (alone(r#"{ "Type": "Wait", "End": true }"#), "`a` does not say how long it waits"),
        (
            alone(r#"{ "Type": "Wait", "End": true, "Seconds": 5, "SecondsPath": "$.s" }"#),
            "of `Seconds`, `Timestamp`, `SecondsPath`, `TimestampPath` one stands here",
        ),
        (alone(r#"{ "Type": "Choice", "Choices": [] }"#), "`a` has nothing to choose between"),
        (
            step(
                r#"{ "Type": "Choice", "Default": "z", "Choices": [{ "Variable": "$.x", "IsNull": true }] }"#,
            ),
            "a rule of a choice leads nowhere",
        ),
        (
            step(r#"{ "Type": "Choice", "Choices": [{ "Next": "z" }] }"#),
            "a rule of a choice does not say what it tests",
        ),
        (
            step(r#"{ "Type": "Choice", "Choices": [{ "Condition": true, "Next": "z" }] }"#),
            "`Condition` does not stand in a state in JSONPath",
        ),
        (
            jsonata(r#"{ "Type": "Choice", "Choices": [{ "Next": "a" }] }"#),
            "a rule of a choice in JSONata has no `Condition`",
        ),
        (
            jsonata(
                r#"{ "Type": "Choice", "Choices": [{ "Condition": true, "Variable": "$.x", "Next": "a" }] }"#,
            ),
            "`Variable` does not stand in a state in JSONata",
        ),
        (alone(r#"{ "Type": "Parallel", "End": true }"#), "`a` has no branches"),
        (
            alone(r#"{ "Type": "Parallel", "End": true, "Branches": [{ "States": {} }] }"#),
            "what runs inside `a` has no `States`",
        ),
        (
            alone(&format!(
                r#"{{ "Type": "Parallel", "End": true, "Branches": [{{ {inner} }}, {{ {inner} }}] }}"#
            )),
            "a second state is called `b`; the first one stands at States.a.Branches[0].States.b",
        ),
        (alone(r#"{ "Type": "Map", "End": true }"#), "`a` does not say what is done with each item"),
        (
            alone(&format!(
                r#"{{ "Type": "Map", "End": true, "ItemProcessor": {{ "ProcessorConfig": {{ "Mode": "SPREAD" }}, {inner} }} }}"#
            )),
            "`SPREAD` is no mode of a map",
        ),
        (
            alone(&format!(
                r#"{{ "Type": "Map", "End": true, "ItemProcessor": {{ "ProcessorConfig": {{ "Mode": "DISTRIBUTED" }}, {inner} }} }}"#
            )),
            "a distributed map says of which type its executions are",
        ),
        (
            alone(&format!(
                r#"{{ "Type": "Map", "End": true, "Label": "l", "ItemProcessor": {{ {inner} }} }}"#
            )),
            "`Label` stands in a map whose mode is distributed",
        ),
    ];
    let wrong = cases.into_iter().filter_map(|(definition, message)| {
        let said = said(&machine(&definition));
        (said != [format!("error[bad_definition]: {message}")]).then(|| format!("{definition}\n  {said:?}"))
    });
    assert_eq!(wrong.collect::<Vec<_>>().join("\n"), "");
    let long = "s".repeat(81);
    let definition =
        format!(r#"{{ "StartAt": "{long}", "States": {{ "{long}": {{ "Type": "Succeed" }} }} }}"#);
    assert_eq!(
        said(&machine(&definition)),
        ["error[bad_definition]: the name of a state has at most 80 characters"]
    );
}

#[test]
fn an_express_machine_does_not_wait_for_jobs_and_has_no_distributed_maps() {
    let text = |state: &str| {
        machine(&format!(r#"{{ "StartAt": "a", "States": {{ "a": {state} }} }}"#)) + "    type: express\n"
    };
    let waits = r#"{ "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": { "QueueUrl": "q" }, "End": true }"#;
    assert_eq!(
        said(&text(waits)),
        [
            "error[bad_definition]: a machine of type `express` does not wait for what it starts: `.waitForTaskToken`"
        ]
    );
    let map = r#"{ "Type": "Map", "ItemProcessor": { "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS" }, "StartAt": "b", "States": { "b": { "Type": "Succeed" } } }, "End": true }"#;
    assert_eq!(
        said(&text(map)),
        ["error[bad_definition]: a machine of type `express` has no distributed maps"]
    );
}

#[test]
fn a_definition_that_uses_all_the_language_has_no_findings() {
    compiled(
        r#"
stack: shop
state_machines:
  m:
    definition:
      Comment: All of it
      Version: "1.0"
      TimeoutSeconds: 600
      StartAt: look
      States:
        look:
          Type: Choice
          Choices:
            - { Variable: $.state, StringEquals: new, Next: both }
            - { And: [{ Variable: $.a, IsPresent: true }, { Not: { Variable: $.b, IsNull: true } }], Next: each }
          Default: stop
        both:
          Type: Parallel
          Branches:
            - { StartAt: one, States: { one: { Type: Pass, Result: { a: 1 }, ResultPath: $.one, End: true } } }
            - { StartAt: two, States: { two: { Type: Wait, TimestampPath: $.at, End: true } } }
          Retry: [{ ErrorEquals: [States.Timeout], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2 }, { ErrorEquals: [States.ALL] }]
          Catch: [{ ErrorEquals: [States.ALL], Next: stop, ResultPath: $.error }]
          Next: each
        each:
          Type: Map
          ItemsPath: $.items
          ItemSelector: { id.$: $$.Map.Item.Value.id, key.$: "States.UUID()" }
          MaxConcurrency: 5
          ItemProcessor:
            ProcessorConfig: { Mode: INLINE }
            StartAt: think
            States:
              think: { Type: Pass, QueryLanguage: JSONata, Assign: { n: "{% $states.input.id %}" }, Output: "{% $states.input %}", Next: choose }
              choose: { Type: Choice, QueryLanguage: JSONata, Choices: [{ Condition: "{% $n > 5 %}", Next: done }], Default: done }
              done: { Type: Succeed }
          End: true
        stop: { Type: Fail, ErrorPath: $.error, Cause: no }
"#,
    );
}

#[test]
fn what_is_wrong_stands_in_the_stack_or_in_the_file_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("ship.json"),
        "{\n  \"StartAt\": \"store\",\n  \"States\": {\n    \"store\": { \"Type\": \"Pass\", \"Next\": \"dun\" },\n    \"done\": { \"Type\": \"Succeed\" }\n  }\n}\n",
    )
    .unwrap();
    std::fs::write(folder.path().join("broken.json"), "{ \"StartAt\": \"a\"").unwrap();
    let text = r#"
stack: shop
state_machines:
  inline:
    definition:
      StartAt: store
      States:
        store:
          Type: Task
          Resource: "arn:aws:states:::dynamodb:putItem"
          Parameters: { TableName: "${Tabel}" }
          Next: dun
        done: { Type: Succeed }
    substitutions: { Table: orders }
  filed: { definition: ship.json }
  broken: { definition: broken.json }
  absent: { definition: absent.json }
  logged: { definition: { StartAt: a, States: { a: { Type: Succeed } } }, log: { level: all }, kms_data_key_reuse_period: 2m }
  published: { definition: { StartAt: a, States: { a: { Type: Succeed } } }, publish: true, aliases: { live: {} } }
"#;
    let (_, findings) = compile_with(text, |inputs| inputs.base = folder.path().to_owned());
    insta::assert_snapshot!(findings);
}

#[test]
fn a_secret_has_no_place_in_a_definition() {
    let text = r#"
stack: shop
parameters: { key: { from: "env:KEY", secret: true, default: local } }
state_machines:
  m: { definition: { StartAt: a, States: { a: { Type: Pass, Result: "${Key}", End: true } } }, substitutions: { Key: "${parameters.key}" } }
"#;
    assert_eq!(said(text), ["error[secret_shown]: a secret cannot stand here: AWS would show it"]);
}

#[test]
fn a_pipe_does_not_wait_for_a_standard_machine() {
    let text = |target: &str, ty: &str| {
        format!(
            "stack: shop\nqueues: {{ jobs: {{}}, done: {{}} }}\nstate_machines:\n  m: {{ type: {ty}, definition: {{ StartAt: a, States: {{ a: {{ Type: Succeed }} }} }} }}\npipes:\n  p: {{ source: {{ queue: jobs }}, {target} }}\n"
        )
    };
    let refused =
        ["error[not_express]: a pipe waits for what it starts, and state_machines.m is of type `standard`"];
    let arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:shop-m";
    for target in [
        "target: { state_machine: m }",
        "target: { state_machine: m, invocation_type: request_response }",
        &format!("target: {{ state_machine: \"{arn}\" }}"),
        "enrichment: { state_machine: m }, target: { queue: done }",
    ] {
        assert_eq!(said(&text(target, "standard")), refused, "{target}");
        assert_eq!(said(&text(target, "express")), [""; 0], "{target}");
    }
    let leaves = "target: { state_machine: m, invocation_type: fire_and_forget }";
    assert_eq!(said(&text(leaves, "standard")), [""; 0]);
}
