use serde_json::{Value, json};

use crate::engine::State;
use crate::kinds::testing::{ACCOUNT, Bench, REGION, unlike};
use crate::local::Recorded;

const BASE: &str = "
stack: shop
log_groups: { runs: {} }
state_machines:
  m:
";
const FULL: &str = "
    definition: { Comment: Ships, StartAt: a, States: { a: { Type: Succeed } } }
    type: standard
    log: { group: runs, level: error, include_execution_data: true }
    tracing: true
    kms_key: \"arn:aws:kms:eu-west-1:123456789012:key/mrk-runs\"
    kms_data_key_reuse_period: 2m
    tags: { team: a }
";
const BARE: &str = "
    definition: { Comment: Ships, StartAt: a, States: { a: { Type: Succeed } } }
";

fn stack(machine: &str) -> String {
    format!("{BASE}{machine}")
}

fn of_states(changes: &[Recorded]) -> Vec<&Recorded> {
    changes.iter().filter(|request| request.service == "states").collect()
}

fn operations(changes: &[Recorded]) -> Vec<&str> {
    of_states(changes).into_iter().map(|request| request.operation.as_str()).collect()
}

fn raw(bench: &Bench) -> Option<Value> {
    bench.raw("states", "state-machine", "shop-m")
}

#[tokio::test]
async fn a_machine_with_everything_goes_out_and_comes_back() {
    let mut bench = Bench::new().await;
    let changes = bench.apply(&stack(FULL)).await;
    assert_eq!(operations(&changes), ["CreateStateMachine"]);
    let sent = &of_states(&changes)[0].input;
    assert_eq!(sent["definition"], r#"{"Comment":"Ships","StartAt":"a","States":{"a":{"Type":"Succeed"}}}"#);
    assert_eq!(
        sent["loggingConfiguration"]["destinations"],
        json!([{ "cloudWatchLogsLogGroup": { "logGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:shop-runs:*" } }])
    );
    assert!(sent["tags"].as_array().unwrap().contains(&json!({ "key": "team", "value": "a" })));
    assert!(bench.apply(&stack(FULL)).await.is_empty());
    assert_eq!(bench.owned("state_machines", "shop/-/eu-west-1").await, ["state_machines.m"]);
    assert!(bench.owned("state_machines", "other/-/eu-west-1").await.is_empty());
    bench.destroy().await;
    assert_eq!(raw(&bench), None);
}

// SF1, the live read of a state machine: STANDARD, a level OFF, AWS's own key.
#[tokio::test]
async fn what_aws_fills_in_is_no_difference() {
    let mut bench = Bench::new().await;
    let changes = bench.apply(&stack(BARE)).await;
    let sent = &of_states(&changes)[0].input;
    for block in ["loggingConfiguration", "tracingConfiguration", "encryptionConfiguration", "type"] {
        assert!(sent.get(block).is_none(), "{block}");
        assert!(!raw(&bench).unwrap()[block].is_null(), "{block}");
    }
    assert_eq!(bench.differs(&stack(BARE)).await, [""; 0]);
}

#[tokio::test]
async fn an_update_carries_what_has_changed_whole_and_the_rest_stays() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(FULL)).await;
    let changes = bench.apply(&stack(&FULL.replace("Comment: Ships", "Comment: Ships all"))).await;
    assert_eq!(operations(&changes), ["UpdateStateMachine"]);
    let sent = &of_states(&changes)[0].input;
    let members: Vec<&String> = sent.as_object().unwrap().keys().collect();
    assert_eq!(members, ["definition", "roleArn", "stateMachineArn"]);
    let changes = bench.apply(&stack(&FULL.replace("level: error", "level: all"))).await;
    let sent = &of_states(&changes)[0].input["loggingConfiguration"];
    assert_eq!(sent["level"], "ALL");
    assert_eq!(
        (&sent["includeExecutionData"], sent["destinations"].as_array().map(Vec::len)),
        (&json!(true), Some(1))
    );
}

#[tokio::test]
async fn a_machine_whose_fields_were_dropped_is_like_one_that_never_had_them() {
    let (mut dropped, mut fresh) = (Bench::new().await, Bench::new().await);
    dropped.apply(&stack(FULL)).await;
    let changes = dropped.apply(&stack(BARE)).await;
    let update =
        of_states(&changes).into_iter().find(|request| request.operation == "UpdateStateMachine").unwrap();
    assert_eq!(
        update.input["loggingConfiguration"],
        json!({ "level": "OFF", "includeExecutionData": false, "destinations": [] })
    );
    assert_eq!(update.input["tracingConfiguration"], json!({ "enabled": false }));
    assert_eq!(update.input["encryptionConfiguration"], json!({ "type": "AWS_OWNED_KEY" }));
    fresh.apply(&stack(BARE)).await;
    let (mut is, should) = (raw(&dropped).unwrap(), raw(&fresh).unwrap());
    is["loggingConfiguration"].as_object_mut().unwrap().shift_remove("destinations");
    let unlike: Vec<String> = unlike(&is, &should)
        .into_iter()
        .filter(|member| !["creationDate", "revisionId"].contains(&member.as_str()))
        .collect();
    assert_eq!(unlike, [""; 0]);
}

#[tokio::test]
async fn a_definition_that_others_have_written_otherwise_but_means_the_same_is_no_difference() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(BARE)).await;
    let mut machine = raw(&bench).unwrap();
    machine["definition"] =
        "{\n  \"States\": {\"a\": {\"Type\": \"Succeed\"}},\n  \"StartAt\": \"a\", \"Comment\": \"Ships\"\n}"
            .into();
    bench.local.seed(REGION, "states", "state-machine", "shop-m", machine.clone()).unwrap();
    assert_eq!(bench.differs(&stack(BARE)).await, [""; 0]);
    machine["definition"] = "{\"StartAt\": \"a\", \"Comment\": \"Ships\", \"States\": {\"a\": {\"Type\": \"Succeed\", \"Comment\": \"x\"}}}".into();
    bench.local.seed(REGION, "states", "state-machine", "shop-m", machine).unwrap();
    assert_eq!(bench.differs(&stack(BARE)).await, ["state_machines.m: definition"]);
}

// Neither the role nor its rights on the log are known at once.
#[tokio::test]
async fn a_machine_whose_role_is_not_known_yet_comes_up() {
    let mut bench = Bench::with_faults("iam:CreateRole=slow:3").await;
    let changes = bench.apply(&stack(FULL)).await;
    assert_eq!(operations(&changes).last(), Some(&"CreateStateMachine"));
    assert!(operations(&changes).len() > 1, "it was tried once");
}

#[tokio::test]
async fn a_machine_that_is_being_deleted_is_waited_for_before_another_takes_its_name() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(BARE)).await;
    let live = bench.read("state_machines.m").await.unwrap();
    let kind = crate::kinds::kind("state_machines").unwrap().live();
    kind.delete(&bench.aws, &live).await.unwrap();
    assert_eq!(raw(&bench), None);
    bench.apply(&stack(BARE)).await;
    let mut machine = raw(&bench).unwrap();
    machine["status"] = "DELETING".into();
    machine["_next"] = json!({ "reads": 2, "gone": true });
    bench.local.seed(REGION, "states", "state-machine", "shop-m", machine).unwrap();
    let live = bench.read("state_machines.m").await.unwrap();
    assert!(matches!(&live.state, State::Busy(why) if why.contains("DELETING")), "{:?}", live.state);
    bench.try_create(&stack(BARE), "state_machines.m").await.unwrap();
    assert_eq!(raw(&bench).unwrap()["status"], "ACTIVE");
}

// A create of a machine that is there and equal succeeds, and keeps role and tags of the other.
#[tokio::test]
async fn a_machine_of_somebody_else_is_not_taken_for_ones_own() {
    let bench = Bench::new().await;
    let machine = json!({
        "name": "shop-m", "type": "STANDARD", "status": "ACTIVE",
        "definition": r#"{"Comment":"Ships","StartAt":"a","States":{"a":{"Type":"Succeed"}}}"#,
        "stateMachineArn": format!("arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:shop-m"),
        "_arn": format!("arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:shop-m"),
        "roleArn": "arn:aws:iam::123456789012:role/theirs",
    });
    bench.local.seed(REGION, "states", "state-machine", "shop-m", machine).unwrap();
    let live = bench.look_at(&stack(BARE), "state_machines.m").await;
    assert_eq!(live.mark, crate::engine::Found::None);
    assert!(bench.owned("state_machines", "shop/-/eu-west-1").await.is_empty());
}
