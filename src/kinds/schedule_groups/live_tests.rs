use serde_json::json;

use crate::engine::Aws;
use crate::kinds::testing::Bench;
use crate::value;

const GROUP: &str = "stack: shop\nschedule_groups: { nightly: { tags: { team: orders } } }\n";

#[tokio::test]
async fn a_group_is_created_with_its_tags_changed_and_deleted() {
    let mut bench = Bench::new().await;
    bench.apply(GROUP).await;
    assert_eq!(bench.owned("schedule_groups", "shop/-/eu-west-1").await, ["schedule_groups.nightly"]);
    assert!(bench.owned("schedule_groups", "shop/alice/eu-west-1").await.is_empty());
    let changed = bench.apply(&GROUP.replace("{ team: orders }", "{ colour: green }")).await;
    let operations: Vec<_> = changed.iter().map(|request| request.operation.as_str()).collect();
    assert_eq!(operations, ["TagResource", "UntagResource"]);
    assert_eq!(changed[1].input["TagKeys"], json!(["team"]));
    bench.destroy().await;
    assert_eq!(bench.raw("scheduler", "schedule-group", "shop-nightly"), None);
    assert!(bench.raw("scheduler", "schedule-group", "default").is_some());
}

// AWS deletes the schedules of a group with it, whoever has made them.
#[tokio::test]
async fn a_group_in_which_others_schedules_stand_is_not_deleted() {
    let mut bench = Bench::new().await;
    bench.apply(GROUP).await;
    let schedule =
        json!({ "Name": "theirs", "GroupName": "shop-nightly", "ScheduleExpression": "rate(1 day)" });
    bench.local.seed("eu-west-1", "scheduler", "schedule", "shop-nightly/theirs", schedule).unwrap();
    let group = bench.look_at(GROUP, "schedule_groups.nightly").await;
    let live = crate::kinds::kind("schedule_groups").unwrap().live();
    let refused = live.delete(&bench.aws, &group).await.unwrap_err();
    assert!(
        refused.message.contains("are not the stack's") && refused.message.contains(": theirs;"),
        "{refused}"
    );
    assert!(bench.raw("scheduler", "schedule", "shop-nightly/theirs").is_some());
    let theirs = value!({ "Name": "theirs", "GroupName": "shop-nightly" });
    bench.aws.call("scheduler", "DeleteSchedule", theirs).await.unwrap();
    live.delete(&bench.aws, &group).await.unwrap();
    assert_eq!(bench.raw("scheduler", "schedule-group", "shop-nightly"), None);
}
