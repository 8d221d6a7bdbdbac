//! What is said of a stack, as it is drawn.

use super::testing::{compile, compile_with, hints};

#[test]
fn an_arn_in_a_typed_position_is_of_the_wished_kind() {
    let (_, findings) = compile(
        "stack: shop\nqueues:\n  jobs: { redrive: { dead_letter: 'arn:aws:events:eu-west-1:123456789012:event-bus/x', max_receive_count: 1 } }\n",
    );
    insta::assert_snapshot!(findings, @"
    error[wrong_arn]: this is the ARN of a bus, not of a queue
     --> stack.yaml:3:36
      |
    3 | …obs: { redrive: { dead_letter: 'arn:aws:events:eu-west-1:123456789012:event-bus/x', max_receiv…
      |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = in: queues.jobs
      = help: expected `arn:aws:sqs:eu-west-1:ACCOUNT:NAME`

    1 error
    ");
    let (_, findings) = compile(
        "stack: shop\nqueues:\n  jobs: { redrive: { dead_letter: 'arn:nonsense', max_receive_count: 1 } }\napi_destinations:\n  hook: { connection: 'arn:aws:events:eu-west-1:123456789012:api-destination/x/1', endpoint: 'https://example.com/', method: POST }\n",
    );
    insta::assert_snapshot!(findings, @"
    error[wrong_arn]: `arn:nonsense` is no ARN
     --> stack.yaml:3:36
      |
    3 |   jobs: { redrive: { dead_letter: 'arn:nonsense', max_receive_count: 1 } }
      |                                    ^^^^^^^^^^^^
      |
      = in: queues.jobs
      = help: expected `arn:aws:sqs:eu-west-1:ACCOUNT:NAME`

    error[wrong_arn]: this is the ARN of an API destination, not of a connection
     --> stack.yaml:5:24
      |
    5 |   hook: { connection: 'arn:aws:events:eu-west-1:123456789012:api-destination/x/1', endpoint: '…
      |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = in: api_destinations.hook
      = help: expected `arn:aws:events:eu-west-1:ACCOUNT:connection/NAME/ID`

    2 errors
    ");
}

#[test]
fn a_name_without_its_environment_is_shown_with_its_own_text() {
    let text = "stack: shop\nparameters: { team: { default: crm } }\nqueues:\n  a: { name: \"a-${env.name}\" }\n  b: { name: \"b-${parameters.team}\" }\n";
    let (_, findings) = compile_with(text, |inputs| inputs.env = Some("prod".into()));
    insta::assert_snapshot!(findings, @r#"
    error[name_without_env]: a verbatim name would be the same in every environment
     --> stack.yaml:4:14
      |
    4 |   a: { name: "a-${env.name}" }
      |              ^^^^^^^^^^^^^^^ names of queues are unique in an account
      |
      = in: queues.a
      = help: write `name: a${env.suffix}`

    error[name_without_env]: a verbatim name would be the same in every environment
     --> stack.yaml:5:14
      |
    5 |   b: { name: "b-${parameters.team}" }
      |              ^^^^^^^^^^^^^^^^^^^^^^ names of queues are unique in an account
      |
      = in: queues.b
      = help: write `name: b-${parameters.team}${env.suffix}`

    2 errors
    "#);
}

#[test]
fn what_a_resource_allows_its_parts_are_allowed() {
    let found = |allow: &str| {
        let (_, findings) = compile(&format!(
            "stack: retries
queues: {{ dead: {{}}, jobs: {{ visibility_timeout: 6m, redrive: {{ dead_letter: dead, max_receive_count: 3 }} }} }}
functions:
  work:
    code: tests/valid/functions/work
    handler: index.handler
    runtime: python3.13
    timeout: 1m
    triggers: {{ jobs: {{ queue: jobs }} }}
    grants: [ {{ queue: jobs, access: send }} ]
{allow}"
        ));
        findings
    };
    assert!(found("").contains("= in: functions.work/trigger/jobs"));
    assert_eq!(found("    allow: { event_loop: on purpose }\n"), "");
}

#[test]
fn what_is_allowed_is_a_warning_or_a_note_and_has_a_reason() {
    let (_, findings) = compile(
        "stack: shop
buses: { b: {} }
queues: { q: { delay: 10000s, allow: { out_of_range: long, nothing: x } } }
rules:
  a: { bus: b, pattern: { source: [x] }, allow: { no_targets: 'later' } }
  b: { bus: b, pattern: { source: [x] }, allow: { no_targts: 'later' } }
  c: { bus: b, pattern: { source: [x] }, allow: { no_targets: ' ' } }
",
    );
    insta::assert_snapshot!(findings, @r#"
    error[out_of_range]: 10000 seconds is too much; at most 900 seconds
     --> stack.yaml:3:23
      |
    3 | queues: { q: { delay: 10000s, allow: { out_of_range: long, nothing: x } } }
      |                       ^^^^^^
      |
      = in: queues.q

    error[unfit_allow]: `out_of_range` is an error, and errors cannot be allowed
     --> stack.yaml:3:40
      |
    3 | queues: { q: { delay: 10000s, allow: { out_of_range: long, nothing: x } } }
      |                                        ^^^^^^^^^^^^
      |
      = in: queues.q
      = help: there are `account_role`, `dates_ignored`, `delivered_twice`, `empty_field`, `event_loop`, `foreign_policy`, `foreign_reference`, `literal_secret`, `lone_path`, `loops_left_out`, `managed_key`, `needs_confirmation`, `never_matches`, `never_this_type`, `no_dead_letter`, `no_event_right`, `no_substitution`, `no_targets`, `no_task_right`, `nothing_to_remove`, `openapi_ignored`, `pass_role`, `path_never_there`, `plain_http`, `rate_exceeded`, `region`, `secret_in_clear`, `shadowed_rule`, `stray_path`, `unused_allow`

    error[unfit_allow]: `nothing` is no code of a warning or a note
     --> stack.yaml:3:60
      |
    3 | queues: { q: { delay: 10000s, allow: { out_of_range: long, nothing: x } } }
      |                                                            ^^^^^^^
      |
      = in: queues.q
      = help: there are `account_role`, `dates_ignored`, `delivered_twice`, `empty_field`, `event_loop`, `foreign_policy`, `foreign_reference`, `literal_secret`, `lone_path`, `loops_left_out`, `managed_key`, `needs_confirmation`, `never_matches`, `never_this_type`, `no_dead_letter`, `no_event_right`, `no_substitution`, `no_targets`, `no_task_right`, `nothing_to_remove`, `openapi_ignored`, `pass_role`, `path_never_there`, `plain_http`, `rate_exceeded`, `region`, `secret_in_clear`, `shadowed_rule`, `stray_path`, `unused_allow`

    warning[no_targets]: a rule without targets does nothing
     --> stack.yaml:6:3
      |
    6 |   b: { bus: b, pattern: { source: [x] }, allow: { no_targts: 'later' } }
      |   ^
      |
      = in: rules.b
      = help: `targets: { audit: { queue: audit } }`

    error[unfit_allow]: `no_targts` is no code of a warning or a note; did you mean `no_targets`?
     --> stack.yaml:6:51
      |
    6 |   b: { bus: b, pattern: { source: [x] }, allow: { no_targts: 'later' } }
      |                                                   ^^^^^^^^^
      |
      = in: rules.b
      = help: there are `account_role`, `dates_ignored`, `delivered_twice`, `empty_field`, `event_loop`, `foreign_policy`, `foreign_reference`, `literal_secret`, `lone_path`, `loops_left_out`, `managed_key`, `needs_confirmation`, `never_matches`, `never_this_type`, `no_dead_letter`, `no_event_right`, `no_substitution`, `no_targets`, `no_task_right`, `nothing_to_remove`, `openapi_ignored`, `pass_role`, `path_never_there`, `plain_http`, `rate_exceeded`, `region`, `secret_in_clear`, `shadowed_rule`, `stray_path`, `unused_allow`

    error[no_reason]: `no_targets` is allowed without a reason
     --> stack.yaml:7:51
      |
    7 |   c: { bus: b, pattern: { source: [x] }, allow: { no_targets: ' ' } }
      |                                                   ^^^^^^^^^^
      |
      = in: rules.c
      = help: write `no_targets: "why it is meant"`

    5 errors, 1 warning
    "#);
}

// E19: an unknown key is dropped without a word, and half of a rule stays behind.
#[test]
fn a_target_under_a_mistyped_key_names_the_key_that_was_meant() {
    let (_, findings) = compile(
        "stack: shop
queues: { q: {} }
buses: { b: {} }
tables: { t: { partition_key: PK, stream: new_image } }
pipes:
  a: { source: { table: t, starting_position: latest }, target: { quue: q } }
  b: { source: { table: t, starting_position: latest }, target: { sqs: q } }
  c: { source: { table: t, starting_position: latest }, target: { table: t } }
",
    );
    insta::assert_snapshot!(findings, @"
    error[no_kind_key]: unknown key `quue`; did you mean `queue`?
     --> stack.yaml:6:67
      |
    6 |   a: { source: { table: t, starting_position: latest }, target: { quue: q } }
      |                                                                   ^^^^
      |
      = in: pipes.a
      = help: one of `bus`, `queue`, `topic`, `stream`, `function`, `state_machine`, `api_destination`, `api`, `firehose`, `log_group`, `ecs_cluster`, `batch_queue`, `redshift`, `sagemaker_pipeline`, `timestream`, `inspector` must stand here

    error[no_kind_key]: unknown key `sqs`; did you mean `queue`?
     --> stack.yaml:7:67
      |
    7 |   b: { source: { table: t, starting_position: latest }, target: { sqs: q } }
      |                                                                   ^^^
      |
      = in: pipes.b
      = help: one of `bus`, `queue`, `topic`, `stream`, `function`, `state_machine`, `api_destination`, `api`, `firehose`, `log_group`, `ecs_cluster`, `batch_queue`, `redshift`, `sagemaker_pipeline`, `timestream`, `inspector` must stand here

    error[no_kind_key]: `table` cannot stand here
     --> stack.yaml:8:67
      |
    8 |   c: { source: { table: t, starting_position: latest }, target: { table: t } }
      |                                                                   ^^^^^
      |
      = in: pipes.c
      = help: one of `bus`, `queue`, `topic`, `stream`, `function`, `state_machine`, `api_destination`, `api`, `firehose`, `log_group`, `ecs_cluster`, `batch_queue`, `redshift`, `sagemaker_pipeline`, `timestream`, `inspector` must stand here

    3 errors
    ");
}

#[test]
fn a_statement_is_judged_member_by_member() {
    let (_, findings) = compile(
        "stack: shop
queues:
  a: { policy: { s: { Efect: Allow, Principal: '*', Action: sqs:SendMessage } } }
  b: { policy: { s: { Effect: Allow, Principal: '*', Action: sqs:SendMessage, Resource: '*', Note: x } } }
  c: { policy: { s: { Effect: Allow } , t: } }
  d: { policy: { Version: '2012-10-17', Statement: [] } }
",
    );
    insta::assert_snapshot!(findings, @"
    error[unknown_key]: a statement has no `Efect`; did you mean `Effect`?
     --> stack.yaml:3:23
      |
    3 |   a: { policy: { s: { Efect: Allow, Principal: '*', Action: sqs:SendMessage } } }
      |                       ^^^^^
      |
      = in: queues.a

    error[surplus_member]: `Resource` has no place here
     --> stack.yaml:4:79
      |
    4 | …y: { s: { Effect: Allow, Principal: '*', Action: sqs:SendMessage, Resource: '*', Note: x } } }
      |                                                                    ^^^^^^^^
      |
      = in: queues.b
      = help: a statement is on the resource that it stands in

    error[unknown_key]: a statement has no `Note`
     --> stack.yaml:4:94
      |
    4 | …y: { s: { Effect: Allow, Principal: '*', Action: sqs:SendMessage, Resource: '*', Note: x } } }
      |                                                                                   ^^^^
      |
      = in: queues.b
      = help: there are `Effect`, `Principal`, `NotPrincipal`, `Action`, `NotAction`, `Condition`

    error[incomplete_statement]: this statement lacks `Principal`, `Action`
     --> stack.yaml:5:18
      |
    5 |   c: { policy: { s: { Effect: Allow } , t: } }
      |                  ^
      |
      = in: queues.c
      = help: a statement needs `Effect`, `Principal` and `Action`

    error[wrong_shape]: expected a statement (a map) such as `{ Effect: Allow, … }`, found null
     --> stack.yaml:5:41
      |
    5 |   c: { policy: { s: { Effect: Allow } , t: } }
      |                                         ^
      |
      = in: queues.c

    error[whole_policy]: statements stand here by Sid, not a whole policy
     --> stack.yaml:6:18
      |
    6 |   d: { policy: { Version: '2012-10-17', Statement: [] } }
      |                  ^^^^^^^
      |
      = in: queues.d
      = help: write `allow-billing: { Effect: Allow, Principal: …, Action: … }`

    6 errors
    ");
}

#[test]
fn tags_keep_to_the_limits_of_aws() {
    let long = "k".repeat(129);
    let value = "v".repeat(257);
    let many = |n: usize| (0..n).map(|i| format!("t{i}: x")).collect::<Vec<_>>().join(", ");
    let said = |text: &str| compile_with(text, |_| {}).1;
    let lines = |drawn: String| {
        drawn
            .lines()
            .filter(|line| line.contains("[tag_") || line.contains("-->"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!(lines(said(&format!("stack: shop
tags: {{ {long}: x, '': y }}
queues:
  a: {{ tags: {{ team: {value}, {long}: x }} }}
"))), @"
    error[tag_limit]: a tag's key has 1 to 128 characters; this one has 129
     --> stack.yaml:2:9
    error[tag_limit]: a tag's key has 1 to 128 characters; this one has 0
     --> stack.yaml:2:143
    error[tag_limit]: a tag's value has at most 256 characters; this one has 257
     --> stack.yaml:4:16
    error[tag_limit]: a tag's key has 1 to 128 characters; this one has 129
     --> stack.yaml:4:281
    ");
    assert_eq!(
        said(&format!("stack: shop\ntags: {{ {} }}\nqueues: {{ q: {{ tags: {{ t1: y }} }} }}\n", many(44))),
        ""
    );
    insta::assert_snapshot!(lines(said(&format!("stack: shop\ntags: {{ {} }}\nqueues: {{ q: {{ tags: {{ own: y }} }} }}\n", many(44)))), @"
    error[tag_limit]: 45 tags; a resource has room for 44
     --> stack.yaml:3:22
    ");
    insta::assert_snapshot!(lines(said(&format!("stack: shop\ntags: {{ {} }}\nqueues: {{ q: {{}} }}\n", many(45)))), @"
    error[tag_limit]: 45 tags; a resource has room for 44
     --> stack.yaml:2:7
    ");
}

#[test]
fn what_is_wrong_in_a_component_without_instances_is_found_all_the_same() {
    let (graph, findings) = compile(
        "stack: shop\ncomponents:\n  none:\n    for_each: {}\n    queues:\n      a: { dela: 1 }\n      b: { redrive: { dead_letter: a, max_receive_count: 1 } }\n",
    );
    assert!(graph.resources.is_empty());
    insta::assert_snapshot!(findings, @"
    error[unknown_key]: unknown key `dela`; did you mean `delay`?
     --> stack.yaml:6:12
      |
    6 |       a: { dela: 1 }
      |            ^^^^
      |
      = in: none.example.queues.a

    1 error
    ");
}

#[test]
fn a_policy_that_is_too_long_is_found_before_aws_is_asked() {
    let stack = |kind: &str, action: &str, n: usize| {
        let statement =
            |i| format!("s{i}: {{ Effect: Allow, Principal: {{ AWS: '{i:012}' }}, Action: '{action}' }}");
        let statements = (0..n).map(statement).collect::<Vec<_>>().join(", ");
        compile(&format!("{{ stack: shop, {kind}: {{ q: {{ policy: {{ {statements} }} }} }} }}")).1
    };
    for (kind, action, fits) in [
        ("queues", "sqs:SendMessage", 20),
        ("topics", "sns:Publish", 140),
        ("buses", "events:PutEvents", 40),
        ("streams", "kinesis:PutRecord", 80),
    ] {
        assert_eq!(stack(kind, action, fits), "", "{kind}");
        let findings = stack(kind, action, fits * 2);
        assert!(findings.contains("error[long_policy]") && findings.contains("AWS takes"), "{findings}");
        assert_eq!(findings.matches("error[").count(), 1, "{findings}");
    }
    assert!(stack("queues", "sqs:SendMessage", 21).contains("has 21 statements; AWS takes 20"));
    assert!(stack("queues", "sqs:SendMessage", 60).contains("bytes; AWS takes 8192"));
}

#[test]
fn what_is_not_built_is_named_with_what_to_do_instead() {
    for (text, what, instead) in [
        (
            "tables: { t: { partition_key: id, replicas: [eu-west-2] } }",
            "replicas",
            "stack of the other region",
        ),
        ("tables: { t: { partition_key: id, global_table: {} } }", "global tables", "each region"),
        ("tables: { t: { partition_key: id, import_source: {} } }", "imports", "`--adopt`"),
        ("apis: { a: { documentation: {}, routes: {} } }", "documentation", "`openapi:`"),
        ("apis: { a: { web_acl: x, routes: {} } }", "web ACLs", "outside of the stack"),
        ("apis: { a: { stage: { canary: {} }, routes: {} } }", "canary releases", "one deployment"),
        ("apis: { a: { stage: { documentation_version: v1 }, routes: {} } }", "versions", "names no version"),
        ("buckets: { b: { notifications: {} } }", "notifications", "source: [aws.s3]"),
    ] {
        let findings = compile(&format!("{{ stack: shop, {text} }}")).1;
        assert!(findings.contains("error[not_built]"), "{text}: {findings}");
        assert!(findings.contains(what) && findings.contains(instead), "{text}: {findings}");
        assert!(!findings.contains("unknown_key"), "{text}: {findings}");
    }
    assert_eq!(compile("{ stack: shop, buckets: { b: { notifications: null } } }").1, "");
}

#[test]
fn a_secret_in_the_clear_is_told_wherever_a_literal_stands_and_never_drawn() {
    const CODE: &str = "code: tests/valid/functions/work, handler: index.handler, runtime: python3.13";
    const SECRET: &str = "4eC39HqLyjWDarjt";
    let found = |text: &str| {
        let (_, drawn) =
            compile(&format!("stack: shop\nbuses: {{ b: {{}} }}\nqueues: {{ q: {{}} }}\n{text}\n"));
        assert!(!drawn.contains(SECRET) && !drawn.contains("hunter2"), "{drawn}");
        drawn.matches("[secret_in_clear]").count() + drawn.matches("[literal_secret]").count()
    };
    let function =
        |environment: &str| format!("functions: {{ f: {{ {CODE}, environment: {{ {environment} }} }} }}");
    let rule = |target: &str| {
        format!(
            "rules: {{ r: {{ bus: b, pattern: {{ source: [x] }}, targets: {{ t: {{ queue: q, {target} }} }} }} }}"
        )
    };
    let machine = |state: &str| {
        format!(
            "state_machines: {{ m: {{ definition: {{ StartAt: a, States: {{ a: {{ Type: Pass, End: true, {state} }} }} }} }} }}"
        )
    };
    let connection = |more: &str| {
        format!(
            "parameters: {{ p: {{ from: \"env:P\", secret: true, default: local-only }} }}\nconnections: {{ c: {{ basic: {{ username: u, password: \"${{parameters.p}}\" }}, {more} }} }}"
        )
    };
    for (wrong, right) in [
        (function(&format!("GITHUB_TOKEN: {SECRET}")), function("GITHUB_TOKEN_NAME: shop/github")),
        (function("DB_PASS: hunter22"), function("DB_PASSWORD_SECRET: orders-db-1")),
        (function("DB: 'postgres://shop:hunter2@db.internal/shop'"), function("DB: 'postgres://shop@db.internal/shop'")),
        (function(&format!("KEY: sk_live_{SECRET}")), function("PRIVATE_KEY: orders.pem")),
        (rule(&format!("input: '{{\"apiKey\": \"{SECRET}\"}}'")), rule("input: '{\"apiKey\": \"carrier-key\"}'")),
        (rule(&format!("transform: {{ apiKey: {SECRET}, id: $.id }}")), rule("transform: { apiKey: $.detail.key1, id: $.id }")),
        (rule(&format!("input_template: '{{\"apiKey\": \"{SECRET}\", \"id\": <id>}}', input_paths: {{ id: $.id }}")), rule("input_template: '{\"apiKey\": <key1>, \"id\": \"<id>\"}', input_paths: { id: $.id, key1: $.key }")),
        (machine(&format!("Result: {{ Authorization: 'Bearer {SECRET}' }}")), machine("Parameters: { Authorization.$: $.token1234 }")),
        (connection(&format!("headers: {{ X-Api-Key: {SECRET} }}")), connection("headers: { X-Api-Key-Header: X-Api-Key }")),
        (connection(&format!("headers: {{ X-Api-Key: {{ value: {SECRET}, secret: true }} }}")), connection("headers: { X-Api-Key: \"${parameters.p}\" }")),
        (
            format!("apis: {{ a: {{ stage: {{ variables: {{ apiToken: {SECRET} }} }}, routes: {{ \"POST /x\": {{ put_event: {{ bus: b, source: s, detail_type: t, detail: $ }} }} }} }} }}"),
            "apis: { a: { stage: { variables: { tokenUrl: carrier } }, routes: { \"POST /x\": { put_event: { bus: b, source: s, detail_type: t, detail: $ } } } } }".to_owned(),
        ),
        (
            format!("parameters: {{ token: {{ default: {SECRET} }} }}\n{}", function("API_TOKEN: \"${parameters.token}\"")),
            format!("parameters: {{ token: {{ default: {SECRET} }} }}"),
        ),
    ] {
        assert_eq!((found(&wrong), found(&right)), (1, 0), "{wrong}\n{right}");
    }
    let allowed = function(&format!("GITHUB_TOKEN: {SECRET}"))
        .replace(" } } }", " }, allow: { secret_in_clear: a test } } }");
    assert_eq!(compile(&format!("stack: shop\n{allowed}\n")).1, "");
}

#[test]
fn a_secret_in_a_file_is_told_at_its_place_there() {
    let folder = tempfile::tempdir().unwrap();
    let definition =
        "StartAt: a\nStates:\n  a:\n    Type: Pass\n    Result: { password: hunter22 }\n    End: true\n";
    std::fs::write(folder.path().join("m.yaml"), definition).unwrap();
    let text = "stack: shop\nstate_machines: { m: { definition: m.yaml } }\n";
    let (_, drawn) = compile_with(text, |inputs| inputs.base = folder.path().to_owned());
    assert!(
        drawn.contains("m.yaml:5:25: `password` looks like a secret") && drawn.contains("definition: m.yaml"),
        "{drawn}"
    );
    assert!(!drawn.contains("hunter22"), "{drawn}");
}

#[test]
fn what_has_nowhere_to_go_when_it_is_given_up_is_hinted_at() {
    const CODE: &str = "code: tests/valid/functions/work, handler: index.handler, runtime: python3.13";
    let of = |text: &str| hints(&format!("stack: shop\nqueues: {{ dead: {{}} }}\n{text}\n"));
    let dead = "dead_letter: dead";
    let by_rule = |function: &str| {
        format!(
            "rules: {{ r: {{ schedule: rate(1 day), targets: {{ f: {{ function: f, {dead} }} }} }} }}\nfunctions: {{ f: {{ {CODE}, {function} }} }}"
        )
    };
    let by_stream = |trigger: &str| {
        format!(
            "tables: {{ t: {{ partition_key: id, stream: new_image }} }}\nfunctions: {{ f: {{ {CODE}, triggers: {{ t: {{ table: t, starting_position: latest, {trigger} }} }} }} }}"
        )
    };
    let by_queue = |queue: &str| {
        format!("functions: {{ f: {{ {CODE}, triggers: {{ q: {{ queue: jobs }} }} }} }}\n{}", queue)
    };
    for (text, lost) in [
        (by_rule("timeout: 3s"), "functions.f"),
        (by_rule("dead_letter: { queue: dead }"), ""),
        (by_rule("dead_letter: none"), ""),
        (by_rule("async_invoke: { on_failure: { queue: dead } }"), ""),
        (by_rule("allow: { no_dead_letter: it does not matter }"), ""),
        // Nobody leaves it alone with anything.
        (format!("functions: {{ f: {{ {CODE} }} }}"), ""),
        (
            format!(
                "functions: {{ f: {{ {CODE} }} }}\napis: {{ a: {{ routes: {{ \"GET /\": {{ function: f }} }} }} }}"
            ),
            "",
        ),
        (by_stream("batch_size: 1"), "functions.f/trigger/t"),
        (by_stream("on_failure: { queue: dead }"), ""),
        (by_stream("on_failure: none"), ""),
        (format!("dead_letters: none\n{}", by_stream("batch_size: 1")), ""),
        (format!("dead_letters: auto\n{}", by_stream("batch_size: 1")), ""),
        (
            format!(
                "topics: {{ t: {{ subscriptions: {{ f: {{ function: f }} }} }} }}\nfunctions: {{ f: {{ {CODE}, dead_letter: none }} }}"
            ),
            "topics.t/subscription/f",
        ),
        (
            format!(
                "topics: {{ t: {{ subscriptions: {{ f: {{ function: f, {dead} }} }} }} }}\nfunctions: {{ f: {{ {CODE}, dead_letter: none }} }}"
            ),
            "",
        ),
    ] {
        assert_eq!(of(&text).join(" "), lost, "{text}");
    }
    let of = |text: &str| hints(&format!("stack: shop\n{text}\n"));
    assert_eq!(of(&by_queue("queues: { jobs: {} }")), ["queues.jobs"]);
    let redriven = "queues: { jobs: { redrive: { dead_letter: dead, max_receive_count: 3 } }, dead: {} }";
    assert!(of(&by_queue(redriven)).is_empty());
    assert!(of("queues: { jobs: {} }").is_empty());
}

#[test]
fn what_another_environment_may_need_is_not_told_as_unused() {
    let of = |text: &str, env: Option<&str>| {
        let (_, drawn) = compile_with(
            &format!("stack: shop\nbuses: {{ b: {{}} }}\nqueues: {{ q: {{}} }}\n{text}"),
            |inputs| {
                inputs.env = env.map(str::to_owned);
            },
        );
        drawn.matches("[unused_allow]").count()
    };
    let base = "rules: { r: { bus: b, pattern: { source: [x] }, targets: { q: { queue: q } }, allow: { no_targets: in test it has none } } }\n";
    let test = "environments: { prod: {}, test: { rules: { r: { targets: null } } } }\n";
    assert_eq!(of(base, None), 1);
    assert_eq!(of(&format!("{base}{test}"), Some("prod")), 0);
    assert_eq!(of(&format!("{base}{test}"), Some("test")), 0);
    let own = base.replace(", allow: { no_targets: in test it has none }", "")
        + "environments: { prod: { rules: { r: { allow: { no_targets: none } } } }, test: {} }\n";
    assert_eq!((of(&own, Some("prod")), of(&own, Some("test"))), (1, 0));
}
