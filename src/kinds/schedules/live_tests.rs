use serde_json::{Value, json};

use crate::kinds::testing::{Bench, unlike};

const BARE: &str = "
stack: shop
schedule_groups: { nightly: {} }
queues: { jobs: {}, dead: {} }
schedules: { sync: { group: nightly, schedule: rate(1 hour), target: { queue: jobs } } }
";
const FULL: &str = r#"
stack: shop
schedule_groups: { nightly: {} }
queues: { jobs: {}, dead: {} }
schedules:
  sync:
    group: nightly
    schedule: cron(0 3 * * ? *)
    description: Every night
    timezone: Europe/Berlin
    start_date: 2031-01-01T00:00:00Z
    end_date: 2032-01-01T00:00:00Z
    flexible_time_window: 15m
    state: disabled
    action_after_completion: delete
    kms_key_arn: "arn:aws:kms:eu-west-1:123456789012:key/0-a"
    target: { queue: jobs, message_group_id: a, transform: { a: 1 }, retry: { attempts: 0, max_age: 60s }, dead_letter: dead }
"#;

fn schedule(bench: &Bench) -> Value {
    bench.raw("scheduler", "schedule", "shop-nightly/shop-sync").unwrap()
}

// S4 (terraform-aws-modules/terraform-aws-eventbridge#193): an example with a role of its own did not apply.
#[tokio::test]
async fn a_schedule_is_created_with_everything_and_everything_can_be_taken_away() {
    let mut bench = Bench::new().await;
    let created = bench.apply(FULL).await;
    let request = created.iter().find(|request| request.operation == "CreateSchedule").unwrap();
    assert_eq!(request.input["StartDate"], json!(1_924_992_000));
    assert_eq!(
        request.input["FlexibleTimeWindow"],
        json!({ "Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15 })
    );
    assert_eq!(
        request.input["Target"]["RetryPolicy"],
        json!({ "MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60 })
    );
    assert!(
        request.input["Description"]
            .as_str()
            .unwrap()
            .starts_with("Every night [gatewayctl 1 shop/-/eu-west-1 ")
    );
    assert_eq!(bench.owned("schedules", "shop/-/eu-west-1").await, ["schedules.sync"]);
    assert!(bench.owned("schedules", "shop/alice/eu-west-1").await.is_empty());

    let cleared = bench.apply(BARE).await;
    let input = &cleared.iter().find(|request| request.operation == "UpdateSchedule").unwrap().input;
    let mut members: Vec<&String> = input.as_object().unwrap().keys().collect();
    members.sort();
    // What an update leaves out is gone: it is a full replacement.
    assert_eq!(
        members,
        ["Description", "FlexibleTimeWindow", "GroupName", "Name", "ScheduleExpression", "Target"]
    );
    assert!(bench.apply(BARE).await.is_empty(), "nothing is left to do");
    let mut fresh = Bench::new().await;
    fresh.apply(BARE).await;
    assert_eq!(unlike(&schedule(&bench), &schedule(&fresh)), ["CreationDate", "LastModificationDate"]);
    bench.destroy().await;
    assert_eq!(bench.raw("scheduler", "schedule", "shop-nightly/shop-sync"), None);
}

// An update of one field must carry all others.
#[tokio::test]
async fn an_update_carries_the_whole_schedule() {
    let mut bench = Bench::new().await;
    bench.apply(FULL).await;
    let before = schedule(&bench);
    let changed = bench.apply(&FULL.replace("Every night", "Nightly")).await;
    assert_eq!(
        changed.iter().map(|request| request.operation.as_str()).collect::<Vec<_>>(),
        ["UpdateSchedule"]
    );
    assert_eq!(unlike(&before, &schedule(&bench)), ["Description", "LastModificationDate"]);
}

// S2: an API that sees the default group alone took a schedule of another one for deleted, and its delete
// "succeeded" while the schedule went on.
#[tokio::test]
async fn a_schedule_is_read_changed_and_deleted_in_its_own_group() {
    let mut bench = Bench::new().await;
    let twin = json!({ "Name": "shop-sync", "GroupName": "default", "ScheduleExpression": "rate(1 day)", "Description": "theirs" });
    bench.local.seed("eu-west-1", "scheduler", "schedule", "default/shop-sync", twin).unwrap();
    let other = |bench: &Bench| bench.raw("scheduler", "schedule", "default/shop-sync").unwrap();
    let before = other(&bench);
    bench.apply(BARE).await;
    assert!(bench.read("schedules.sync").await.is_some());
    bench.apply(FULL).await;
    let in_group = |request: &&crate::local::Recorded| request.operation.ends_with("Schedule");
    for request in bench.local.requests().iter().filter(in_group) {
        assert_eq!(request.input["GroupName"], "shop-nightly", "{}", request.operation);
    }
    bench.destroy().await;
    assert_eq!(bench.raw("scheduler", "schedule", "shop-nightly/shop-sync"), None);
    assert_eq!(other(&bench), before, "the other one is untouched");
}

// S1 (serverless/serverless#12206): what AWS fills in where nothing was declared is no difference.
#[tokio::test]
async fn what_aws_fills_into_a_schedule_is_no_difference() {
    let mut bench = Bench::new().await;
    bench.apply(BARE).await;
    let raw = schedule(&bench);
    assert_eq!(
        raw["Target"]["RetryPolicy"],
        json!({ "MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185 })
    );
    for (member, value) in
        [("ScheduleExpressionTimezone", "UTC"), ("ActionAfterCompletion", "NONE"), ("State", "ENABLED")]
    {
        assert_eq!(raw[member], value, "{member}");
    }
    assert_eq!(bench.differs(BARE).await, [""; 0]);
}

// S3: the order of placement strategies counts, that of constraints does not. AWS gives the field back as `cpu`,
// however it was written.
#[tokio::test]
async fn the_order_of_placement_strategies_is_a_difference_and_their_capitals_are_not() {
    const TASK: &str = r#"
stack: shop
schedules:
  ship:
    schedule: rate(1 hour)
    target:
      ecs_cluster: "arn:aws:ecs:eu-west-1:123456789012:cluster/main"
      task_definition: "arn:aws:ecs:eu-west-1:123456789012:task-definition/ship:3"
      pass_roles: []
      placement_strategy: [{ type: spread, field: "attribute:ecs.availability-zone" }, { type: binpack, field: cpu }]
      placement_constraints: [{ type: distinct_instance }, { type: member_of, expression: "attribute:x == a" }]
      tags: { team: orders }
"#;
    let mut bench = Bench::new().await;
    bench.apply(TASK).await;
    let raw = bench.raw("scheduler", "schedule", "default/shop-ship").unwrap();
    assert_eq!(raw["Target"]["EcsParameters"]["Tags"], json!([{ "key": "team", "value": "orders" }]));
    let turned = TASK.replace(
        "{ type: spread, field: \"attribute:ecs.availability-zone\" }, { type: binpack, field: cpu }",
        "{ type: binpack, field: cpu }, { type: spread, field: \"attribute:ecs.availability-zone\" }",
    );
    assert_ne!(TASK, turned);
    assert_ne!(bench.differs(&turned).await, [""; 0]);
    let capitals = TASK.replace("field: cpu", "field: CPU");
    assert_ne!(TASK, capitals);
    assert_eq!(bench.differs(&capitals).await, [""; 0]);
    let turned = TASK.replace(
        "{ type: distinct_instance }, { type: member_of, expression: \"attribute:x == a\" }",
        "{ type: member_of, expression: \"attribute:x == a\" }, { type: distinct_instance }",
    );
    assert_ne!(TASK, turned);
    assert_eq!(bench.differs(&turned).await, [""; 0]);
}

// A role that was made a moment ago cannot be assumed everywhere yet.
#[tokio::test]
async fn a_schedule_whose_role_is_not_there_yet_is_created_all_the_same() {
    let mut bench = Bench::with_faults("iam:CreateRole=slow:3").await;
    bench.apply(BARE).await;
    let asked = bench.local.requests();
    let creates = asked.iter().filter(|request| request.operation == "CreateSchedule").count();
    assert!(creates > 1, "{creates}");
}
