use crate::compile::testing::compile;

fn shown(text: &str, address: &str) -> String {
    let (graph, findings) = compile(text);
    assert_eq!(findings, "");
    serde_json::to_string_pretty(&graph.resources[&address.parse().unwrap()].properties.to_shown_json())
        .unwrap()
}

#[test]
fn a_schedule_with_everything_becomes_its_document() {
    let text = r#"
stack: shop
dead_letters: undelivered
retry: { attempts: 3, max_age: 1d }
queues: { undelivered: {}, jobs: { fifo: true, content_based_deduplication: true } }
schedule_groups: { nightly: {} }
schedules:
  sync:
    group: nightly
    description: Every night
    schedule: cron(0 3 ? * MON-FRI *)
    timezone: Europe/Berlin
    start_date: 2031-01-01T00:00:00Z
    end_date: 2032-01-01T01:00:00+01:00
    flexible_time_window: 2h
    state: disabled
    action_after_completion: delete
    target:
      queue: jobs
      message_group_id: sync
      transform: { job: sync, at: $aws.scheduled-time, try: "<$aws.attempt-number> of 3" }
      retry: { max_age: 1h }
  plain:
    schedule: rate(1 hour)
    target: { bus: default, source: shop.clock, detail_type: hour, dead_letter: none, retry: none, input: '{"a": 1}' }
"#;
    insta::assert_snapshot!(shown(text, "schedules.sync"), @r#"
    {
      "Description": "Every night",
      "ScheduleExpression": "cron(0 3 ? * MON-FRI *)",
      "ScheduleExpressionTimezone": "Europe/Berlin",
      "FlexibleTimeWindow": {
        "MaximumWindowInMinutes": 120,
        "Mode": "FLEXIBLE"
      },
      "State": "DISABLED",
      "ActionAfterCompletion": "DELETE",
      "Name": "shop-sync",
      "GroupName": "shop-nightly",
      "StartDate": 1924992000,
      "EndDate": 1956528000,
      "Target": {
        "SqsParameters": {
          "MessageGroupId": "sync"
        },
        "Input": "{\"job\":\"sync\",\"at\":\"<aws.scheduler.scheduled-time>\",\"try\":\"<aws.scheduler.attempt-number> of 3\"}",
        "RetryPolicy": {
          "MaximumEventAgeInSeconds": 3600
        },
        "DeadLetterConfig": {
          "Arn": "arn:aws:sqs:eu-west-1:123456789012:shop-undelivered"
        },
        "Arn": "arn:aws:sqs:eu-west-1:123456789012:shop-jobs.fifo",
        "RoleArn": "arn:aws:iam::123456789012:role/gatewayctl/shop/shop-sync-schedule-role-eu-west-1"
      }
    }
    "#);
    insta::assert_snapshot!(shown(text, "schedules.plain"), @r#"
    {
      "ScheduleExpression": "rate(1 hour)",
      "Name": "shop-plain",
      "GroupName": "default",
      "FlexibleTimeWindow": {
        "Mode": "OFF"
      },
      "Target": {
        "EventBridgeParameters": {
          "Source": "shop.clock",
          "DetailType": "hour"
        },
        "Input": "{\"a\": 1}",
        "Arn": "arn:aws:events:eu-west-1:123456789012:event-bus/default",
        "RoleArn": "arn:aws:iam::123456789012:role/gatewayctl/shop/shop-plain-schedule-role-eu-west-1"
      }
    }
    "#);
}

#[test]
fn a_schedule_falls_with_its_group_and_waits_for_what_it_calls() {
    let (graph, findings) = compile(
        "
stack: shop
schedule_groups: { nightly: {} }
queues: { jobs: {}, dead: {} }
schedules:
  sync: { group: nightly, schedule: rate(1 hour), target: { queue: jobs, dead_letter: dead } }
  others:
    group: \"arn:aws:scheduler:eu-west-1:123456789012:schedule-group/theirs\"
    schedule: at(2031-12-24T18:00:00)
    target: { queue: jobs }
",
    );
    assert_eq!(findings, "");
    let of = |address: &str| &graph.resources[&address.parse().unwrap()];
    let edges = of("schedules.sync").edges.iter().map(|edge| (edge.to.to_string(), edge.inside));
    let mut edges: Vec<_> = edges.collect();
    edges.sort();
    edges.dedup();
    assert_eq!(
        edges,
        [
            ("queues.dead".to_owned(), false),
            ("queues.jobs".to_owned(), false),
            ("schedule_groups.nightly".to_owned(), true),
            ("schedules.sync/role".to_owned(), false)
        ]
    );
    assert_eq!(of("schedules.others").properties.text_at("GroupName"), Some("theirs"));
}

#[test]
fn what_is_wrong_with_when_it_is_due_is_said_at_that_part() {
    let (_, findings) = compile(
        r#"
stack: shop
parameters: { due: { default: "cron(0 25 * * ? *)" } }
queues: { jobs: {} }
schedules:
  a: { schedule: cron(a b c d ? e), target: { queue: jobs } }
  b: { schedule: "cron(0 3 ? * 0 *)", timezone: Eurpe/Berlin, target: { queue: jobs } }
  c: { schedule: "${parameters.due}", timezone: Berlin, target: { queue: jobs } }
  d: { schedule: 0 3 * * ? *, target: { queue: jobs } }
  e: { schedule: at(2026-13-01T00:00:00), target: { queue: jobs } }
  f: { schedule: rate(0 minutes), target: { queue: jobs } }
  fine: { schedule: rate(1 hours), timezone: America/Argentina/Ushuaia, target: { queue: jobs } }
"#,
    );
    insta::assert_snapshot!(findings);
}

#[test]
fn what_is_wrong_with_a_schedule_is_said_at_its_place() {
    let (_, findings) = compile(
        r#"
stack: shop
queues: { jobs: {}, ordered: { fifo: true } }
schedules:
  a: { schedule: every night, target: { queue: jobs } }
  b: { schedule: at(2031-12-24T18:00:00), start_date: 2031-01-01T00:00:00Z, target: { queue: jobs } }
  c: { schedule: rate(1 hour), start_date: tomorrow, target: { queue: jobs, transform: { id: $.id } } }
  d: { schedule: rate(1 hour), start_date: 2031-01-01T00:00:00Z, end_date: 2031-01-01T00:00:00Z, target: { queue: ordered } }
  e: { schedule: rate(1 hour), group: "arn:aws:scheduler:us-east-1:123456789012:schedule-group/x", flexible_time_window: 2d, target: { queue: jobs, input: a, transform: b } }
  f: { schedule: rate(1 hour), target: { api_destination: x } }
  g: { schedule: rate(1 hour), target: { aws_sdk: dynamodb:getItem } }
  h: { schedule: rate(1 hour), target: { aws_sdk: DynamoDB.PutItem } }
  i: { schedule: rate(1 hour), target: { aws_sdk: sqs:sendMessage, input: "<aws.scheduler.scheduled-tim>" } }
  j: { schedule: rate(1 hour), kms_key_arn: alias/x, target: { bus: default, source: aws.clock, detail_type: hour, input: no } }
  k: { schedule: rate(1 hour) }
"#,
    );
    insta::assert_snapshot!(findings, @r#"
    error[schedule]: `every night` is no schedule
     --> stack.yaml:5:18
      |
    5 |   a: { schedule: every night, target: { queue: jobs } }
      |                  ^^^^^^^^^^^
      |
      = in: schedules.a
      = help: write `rate(5 minutes)`, `cron(0 8 * * ? *)` or `at(2026-12-24T18:00:00)`

    warning[dates_ignored]: what is due once has no start and no end: AWS takes no notice of this
     --> stack.yaml:6:55
      |
    6 | …schedule: at(2031-12-24T18:00:00), start_date: 2031-01-01T00:00:00Z, target: { queue: jobs } }
      |                                                 ^^^^^^^^^^^^^^^^^^^^
      |
      = in: schedules.b
      = help: take it away

    error[wrong_shape]: `tomorrow` is no time
     --> stack.yaml:7:44
      |
    7 | …hedule: rate(1 hour), start_date: tomorrow, target: { queue: jobs, transform: { id: $.id } } }
      |                                    ^^^^^^^^
      |
      = in: schedules.c
      = help: write `2026-12-01T08:00:00Z`, or with an offset such as `+02:00`

    error[transform]: `$.id` is a path of an event, and a schedule has none
     --> stack.yaml:7:94
      |
    7 | …hedule: rate(1 hour), start_date: tomorrow, target: { queue: jobs, transform: { id: $.id } } }
      |                                                                                      ^^^^
      |
      = in: schedules.c
      = help: here there are `$aws.scheduled-time`, `$aws.schedule-arn`, `$aws.execution-id` and `$aws.attempt-number`; a literal `$` is written `$$`

    error[schedule_dates]: it ends before it starts
     --> stack.yaml:8:76
      |
    8 | …start_date: 2031-01-01T00:00:00Z, end_date: 2031-01-01T00:00:00Z, target: { queue: ordered } }
      |                                              ^^^^^^^^^^^^^^^^^^^^
      |
      = in: schedules.d
      = help: let `end_date` be after `start_date`

    error[order]: a message to a FIFO queue has a group
     --> stack.yaml:8:115
      |
    8 | …start_date: 2031-01-01T00:00:00Z, end_date: 2031-01-01T00:00:00Z, target: { queue: ordered } }
      |                                                                                     ^^^^^^^
      |
      = in: schedules.d
      = help: write `message_group_id: …` beside it: messages of one group keep their order

    error[foreign_group]: a schedule stands in the account and region of its group, and this one is in 123456789012, us-east-1
     --> stack.yaml:9:39
      |
    9 | … schedule: rate(1 hour), group: "arn:aws:scheduler:us-east-1:123456789012:schedule-group/x", f…
      |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = in: schedules.e
      = help: name a group of this account and region

    error[out_of_range]: 2880 minutes is too much; at most 1440 minutes
     --> stack.yaml:9:122
      |
    9 | …schedule-group/x", flexible_time_window: 2d, target: { queue: jobs, input: a, transform: b } }
      |                                           ^^
      |
      = in: schedules.e

    error[target_input]: `input` cannot stand beside `transform`
     --> stack.yaml:9:149
      |
    9 | …schedule-group/x", flexible_time_window: 2d, target: { queue: jobs, input: a, transform: b } }
      |                                                                      ^^^^^
      |
      = in: schedules.e
      = help: a schedule sends one of the two

    error[no_kind_key]: `api_destination` cannot stand here
      --> stack.yaml:10:42
       |
    10 |   f: { schedule: rate(1 hour), target: { api_destination: x } }
       |                                          ^^^^^^^^^^^^^^^
       |
       = in: schedules.f
       = help: one of `function`, `queue`, `topic`, `bus`, `stream`, `firehose`, `state_machine`, `ecs_cluster`, `sagemaker_pipeline`, `codebuild`, `codepipeline`, `inspector`, `aws_sdk` must stand here

    error[api_action]: `dynamodb:getItem` only reads, and a schedule has no use for an answer
      --> stack.yaml:11:51
       |
    11 |   g: { schedule: rate(1 hour), target: { aws_sdk: dynamodb:getItem } }
       |                                                   ^^^^^^^^^^^^^^^^
       |
       = in: schedules.g
       = help: call what changes something, or a function that reads

    error[api_action]: `DynamoDB.PutItem` is no API action
      --> stack.yaml:12:51
       |
    12 |   h: { schedule: rate(1 hour), target: { aws_sdk: DynamoDB.PutItem } }
       |                                                   ^^^^^^^^^^^^^^^^
       |
       = in: schedules.h
       = help: write the service as the AWS SDK for Java calls it and the action in camel case, such as `sqs:sendMessage`

    error[no_grants]: what an API action is on cannot be told from its input, so the role would have no right to call it
      --> stack.yaml:13:42
       |
    13 | …edule: rate(1 hour), target: { aws_sdk: sqs:sendMessage, input: "<aws.scheduler.scheduled-tim…
       |                                 ^^^^^^^
       |
       = in: schedules.i
       = help: say what the call is on, with the action as IAM spells it: `grants: [{ arn: "…", actions: [sqs:SendMessage] }]`

    error[target_input]: the service has no variable `<aws.scheduler.scheduled-tim>`
      --> stack.yaml:13:75
       |
    13 | … rate(1 hour), target: { aws_sdk: sqs:sendMessage, input: "<aws.scheduler.scheduled-tim>" } }
       |                                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: schedules.i
       = help: did you mean `<aws.scheduler.scheduled-time>`?

    error[target_input]: this is no JSON: expected value at line 1 column 1
      --> stack.yaml:13:75
       |
    13 | … rate(1 hour), target: { aws_sdk: sqs:sendMessage, input: "<aws.scheduler.scheduled-tim>" } }
       |                                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: schedules.i
       = help: a text is JSON with double quotes around it; `transform` takes the document itself

    error[wrong_arn]: this is no ARN of a KMS key
      --> stack.yaml:14:45
       |
    14 | …le: rate(1 hour), kms_key_arn: alias/x, target: { bus: default, source: aws.clock, detail_typ…
       |                                 ^^^^^^^
       |
       = in: schedules.j
       = help: `arn:PARTITION:kms:REGION:ACCOUNT:key/ID`

    error[event_source]: sources that begin with `aws.` are AWS's own
      --> stack.yaml:14:86
       |
    14 | …key_arn: alias/x, target: { bus: default, source: aws.clock, detail_type: hour, input: no } }
       |                                                    ^^^^^^^^^
       |
       = in: schedules.j
       = help: choose another source

    error[target_input]: this is no JSON: expected ident at line 1 column 2
      --> stack.yaml:14:123
       |
    14 | …key_arn: alias/x, target: { bus: default, source: aws.clock, detail_type: hour, input: no } }
       |                                                                                         ^^
       |
       = in: schedules.j
       = help: a text is JSON with double quotes around it; `transform` takes the document itself

    error[missing_key]: `target` is missing
      --> stack.yaml:15:6
       |
    15 |   k: { schedule: rate(1 hour) }
       |      ^
       |
       = in: schedules.k
       = help: What it calls, by its kind key, with what it is sent.

    18 errors, 1 warning
    "#);
}

#[test]
fn what_aws_deletes_after_its_last_time_is_over_then_and_not_before() {
    let (graph, findings) = compile(
        r#"
stack: shop
queues: { jobs: {} }
schedules:
  once: { schedule: at(2026-01-01T00:00:00), action_after_completion: delete, target: { queue: jobs } }
  there: { schedule: at(2026-01-01T00:00:00), timezone: Europe/Berlin, flexible_time_window: 1h, action_after_completion: delete, target: { queue: jobs } }
  ends: { schedule: rate(1 day), end_date: 2026-01-01T00:00:00Z, action_after_completion: delete, target: { queue: jobs } }
  stays: { schedule: at(2026-01-01T00:00:00), target: { queue: jobs } }
  recurs: { schedule: rate(1 day), action_after_completion: delete, target: { queue: jobs } }
"#,
    );
    assert_eq!(findings, "");
    const THEN: i64 = 1_767_225_600;
    let over = |key: &str, now: i64| {
        let schedule = &graph.resources[&format!("schedules.{key}").parse().unwrap()];
        crate::kinds::kind("schedules").unwrap().is_over(schedule, now)
    };
    for (key, end) in [("once", THEN), ("ends", THEN), ("there", THEN + 13 * 3600)] {
        assert!(!over(key, end) && over(key, end + 1), "{key}");
    }
    assert!(!over("stays", i64::MAX) && !over("recurs", i64::MAX));
    // A plan and the health of a stack go by the time that they are given.
    for (now, made) in [(THEN, 5), (THEN + 1, 3)] {
        let options = crate::plan::Options { now, ..Default::default() };
        let survey = crate::live::Survey::default();
        let plan = crate::plan::plan(&graph, &survey, &options);
        let schedules = |plan: &crate::plan::Plan| {
            plan.changes.values().filter(|one| one.kind == "schedules" && one.is_changed()).count()
        };
        assert_eq!(schedules(&plan), made, "{now}");
        let health = crate::health::health(&graph, &survey, now);
        let missing =
            health.resources.iter().filter(|one| one.kind == "schedules" && !one.is.is_well()).count();
        assert_eq!(missing, made, "{now}");
    }
}
