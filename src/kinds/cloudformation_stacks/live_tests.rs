use serde_json::{Value, json};

use crate::engine::{Aws, Found, Lookup, State};
use crate::kinds::testing::{Bench, REGION};
use crate::local::Recorded;

const ADDRESS: &str = "cloudformation_stacks.old";
const OWNER: &str = "shop/-/eu-west-1";

fn stack(resources: &str, rest: &str) -> String {
    format!(
        "
stack: shop
parameters: {{ password: {{ from: 'env:PASSWORD', secret: true, default: local }} }}
cloudformation_stacks:
  old:
    protect: false
    template:
      Parameters: {{ Stage: {{ Type: String, Default: test }}, Password: {{ Type: String, NoEcho: true, Default: x }} }}
      Resources: {{ {resources} }}
      Outputs: {{ Jobs: {{ Value: {{ Ref: Jobs }} }}, Stage: {{ Value: {{ 'Fn::Sub': 'of ${{Stage}}' }} }} }}
{rest}"
    )
}

const JOBS: &str = "Jobs: { Type: AWS::SQS::Queue }";
/// Nobody signals it here.
const WAITS: &str = "Waits: { Type: AWS::CloudFormation::WaitCondition, DependsOn: Jobs }";

fn operations(requests: &[Recorded]) -> Vec<&str> {
    requests.iter().map(|request| request.operation.as_str()).collect()
}

fn template(request: &Recorded) -> Value {
    serde_json::from_str(request.input["TemplateBody"].as_str().unwrap()).unwrap()
}

fn set_status(bench: &Bench, status: &str) {
    let mut raw = bench.raw("cloudformation", "stack", "shop-old").unwrap();
    raw["StackStatus"] = status.into();
    bench.local.seed(REGION, "cloudformation", "stack", "shop-old", raw).unwrap();
}

#[tokio::test]
async fn a_stack_is_made_by_a_change_set_with_its_mark_in_the_template_and_not_in_its_tags() {
    let mut bench = Bench::new().await;
    let text = stack(JOBS, "    tags: { team: orders }");
    let made = bench.apply(&text).await;
    assert_eq!(operations(&made), ["CreateChangeSet", "ExecuteChangeSet"]);
    let sent = template(&made[0]);
    assert_eq!(
        sent["Metadata"]["gatewayctl"],
        json!({ "owner": OWNER, "address": ADDRESS, "name": "shop-old", "version": sent["Metadata"]["gatewayctl"]["version"], "format": "1" })
    );
    assert_eq!(made[0].input["Tags"], json!([{ "Key": "team", "Value": "orders" }]));
    assert!(bench.apply(&text).await.is_empty(), "nothing is left to do");
    let live = bench.read(ADDRESS).await.unwrap();
    assert_eq!(live.outputs["outputs.Stage"].as_str(), Some("of test"));
    assert!(live.outputs["arn"].as_str().unwrap().contains(":stack/shop-old/"));
    assert_eq!(bench.owned("cloudformation_stacks", OWNER).await, [ADDRESS]);
    assert!(bench.owned("cloudformation_stacks", "shop/alice/eu-west-1").await.is_empty());

    let changed = bench.apply(&stack(JOBS, "    parameters: { Stage: prod }")).await;
    assert_eq!(operations(&changed), ["CreateChangeSet", "ExecuteChangeSet"]);
    assert_eq!(changed[0].input["Tags"], json!([]), "an empty list takes away");
    let live = bench.read(ADDRESS).await.unwrap();
    assert_eq!(live.outputs["outputs.Stage"].as_str(), Some("of prod"));
    bench.destroy().await;
    assert_eq!(bench.raw("cloudformation", "stack", "shop-old"), None);
}

// CloudFormation takes no update in which no resource differs.
#[tokio::test]
async fn what_no_resource_shows_is_taken_all_the_same() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(JOBS, "")).await;
    let wishes = [
        stack(JOBS, "      Description: What it is"),
        stack(JOBS, "      Conditions: { Big: { 'Fn::Equals': [a, b] } }"),
        stack(JOBS, "    disable_rollback: true"),
        stack(JOBS, "    monitoring_time: 5m"),
        stack(JOBS, "").replace("protect: false", "protect: true"),
    ];
    for wish in wishes {
        let changed = bench.apply(&wish).await;
        assert_eq!(operations(&changed), ["CreateChangeSet", "ExecuteChangeSet"], "{wish}");
        assert!(bench.differs(&wish).await.is_empty());
    }
}

#[tokio::test]
async fn a_parameter_that_is_never_shown_is_compared_by_its_version() {
    let mut bench = Bench::new().await;
    let with = |password: &str| stack(JOBS, &format!("    parameters: {{ Password: {password} }}"));
    let made = bench.apply(&with("'${parameters.password}'")).await;
    let sent = &made[0].input["Parameters"];
    assert!(sent.to_string().contains("canary-password"), "{sent}");
    let raw = bench.raw("cloudformation", "stack", "shop-old").unwrap().to_string();
    assert!(!raw.contains("canary-password"), "{raw}");
    assert!(bench.apply(&with("'${parameters.password}'")).await.is_empty());
    let changed = bench.apply(&with("another")).await;
    assert_eq!(operations(&changed), ["CreateChangeSet", "ExecuteChangeSet"]);
    assert!(bench.apply(&with("another")).await.is_empty(), "nothing is left to do");
}

#[tokio::test]
async fn a_stack_of_others_bears_no_mark_whatever_is_written_in_its_template() {
    let bench = Bench::new().await;
    let theirs = json!({
        "StackName": "shop-old", "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-old/1",
        "StackStatus": "CREATE_COMPLETE", "Tags": [{ "Key": "team", "Value": "theirs" }],
        "_template": "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n    Properties: { QueueName: !Sub '${AWS::StackName}-jobs' }\n",
    });
    bench.local.seed(REGION, "cloudformation", "stack", "shop-old", theirs).unwrap();
    let text = stack(
        "Jobs: { Type: AWS::SQS::Queue, Properties: { QueueName: { 'Fn::Sub': '${AWS::StackName}-jobs' } } }",
        "",
    );
    let found = bench.look_at(&text, ADDRESS).await;
    assert_eq!(found.mark, Found::None);
    let queue = found.properties.at("Template.Resources.Jobs.Properties.QueueName").unwrap();
    assert_eq!(queue.to_shown_json(), json!({ "Fn::Sub": "${AWS::StackName}-jobs" }));
    assert!(bench.owned("cloudformation_stacks", OWNER).await.is_empty());
}

#[tokio::test]
async fn a_creation_that_fails_says_which_resource_failed_and_why() {
    let mut bench = Bench::new().await;
    let text = stack(&format!("{JOBS}, {WAITS}"), "");
    bench.try_create(&text, ADDRESS).await.unwrap();
    let mut live = bench.look_at(&text, ADDRESS).await;
    while let State::Busy(_) = live.state {
        live = bench.look_at(&text, ADDRESS).await;
    }
    let State::Failed { reason, recreate: true } = &live.state else { panic!("{:?}", live.state) };
    assert_eq!(
        reason,
        "ROLLBACK_COMPLETE: Waits (AWS::CloudFormation::WaitCondition): WaitCondition timed out. Received 0 conditions when expecting 1"
    );
    assert!(live.mark.is_of(&OWNER.parse().unwrap()), "it is ours all the same, and may go");
}

#[tokio::test]
async fn an_update_that_was_undone_is_told_only_where_it_is_still_to_be_done() {
    let mut bench = Bench::new().await;
    let before = stack(JOBS, "");
    let after = stack(&format!("{JOBS}, {WAITS}"), "");
    bench.apply(&before).await;
    bench.try_update(&after, ADDRESS).await.unwrap();
    let mut live = bench.look_at(&after, ADDRESS).await;
    while let State::Busy(_) = live.state {
        live = bench.look_at(&after, ADDRESS).await;
    }
    let State::Failed { reason, recreate: false } = &live.state else { panic!("{:?}", live.state) };
    assert!(reason.starts_with("UPDATE_ROLLBACK_COMPLETE: Waits"), "{reason}");
    assert_eq!(bench.look_at(&before, ADDRESS).await.state, State::Ready);
    assert!(bench.apply(&before).await.is_empty());
}

#[tokio::test]
async fn a_stack_whose_way_back_failed_goes_on_with_it_before_it_takes_another_change() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(JOBS, "")).await;
    set_status(&bench, "UPDATE_ROLLBACK_FAILED");
    bench.local.forget_requests();
    bench.try_update(&stack(JOBS, "    parameters: { Stage: prod }"), ADDRESS).await.unwrap();
    assert_eq!(
        operations(&bench.changes()),
        ["ContinueUpdateRollback", "CreateChangeSet", "ExecuteChangeSet"]
    );
}

#[tokio::test]
async fn a_stack_whose_deletion_failed_is_not_made_anew_for_it_may_hold_something() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(JOBS, "")).await;
    set_status(&bench, "DELETE_FAILED");
    let live = bench.look_at(&stack(JOBS, ""), ADDRESS).await;
    let State::Failed { reason, recreate: false } = &live.state else { panic!("{:?}", live.state) };
    assert!(reason.starts_with("DELETE_FAILED"), "{reason}");
}

#[test]
fn the_mark_stands_where_no_condition_keeps_it_out() {
    let template = crate::value!({ "Resources": {
        "Perhaps": { "Type": "AWS::SQS::Queue", "Condition": "Big" }, "Jobs": { "Type": "AWS::SQS::Queue" },
    } });
    assert_eq!(super::marking::anchor(&template).as_deref(), Some("Jobs"));
}

#[tokio::test]
async fn a_stack_that_is_protected_by_aws_goes_once_gatewayctl_may_delete_it() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(JOBS, "    termination_protection: true")).await;
    bench.local.forget_requests();
    bench.destroy().await;
    assert_eq!(operations(&bench.changes())[..2], ["UpdateTerminationProtection", "DeleteStack"]);
}

#[tokio::test]
async fn a_preview_tells_what_would_be_done_and_leaves_nothing_where_that_is_declined() {
    let mut bench = Bench::new().await;
    let live = crate::kinds::kind("cloudformation_stacks").unwrap().live();
    let (mark, text) = (Some(OWNER), stack(JOBS, ""));
    let wish = bench.wish_of(&text, ADDRESS);
    let told = live.preview(&bench.aws, &wish, None).await.unwrap().unwrap();
    let effects: Vec<String> = told.effects.iter().map(|one| format!("{} {}", one.sign, one.text)).collect();
    assert_eq!(effects, ["+ create Jobs (AWS::SQS::Queue)"]);
    // A stack in review is none yet, and another owner's is not ours to use.
    let at = |owner: &str| Lookup {
        address: ADDRESS.parse().unwrap(),
        owner: owner.parse().unwrap(),
        name: "shop-old".into(),
        id: None,
        desired: wish.properties.clone(),
    };
    assert!(live.read(&bench.aws, &at(OWNER)).await.unwrap().is_none());
    let theirs = live.read(&bench.aws, &at("other/-/eu-west-1")).await.unwrap().unwrap();
    assert!(theirs.mark.is_of(&mark.unwrap().parse().unwrap()));
    live.discard(&bench.aws, &wish, None).await.unwrap();
    while bench.raw("cloudformation", "stack", "shop-old").is_some() {
        assert!(live.read(&bench.aws, &at(OWNER)).await.is_ok());
        bench.aws.forget();
    }
    assert_eq!(bench.raw("cloudformation", "change-set", "shop-old"), None);

    bench.apply(&text).await;
    let seen = bench.look_at(&text, ADDRESS).await;
    let bigger = stack(
        "More: { Type: AWS::SQS::Queue, Properties: { QueueName: x } }, Jobs: { Type: AWS::SQS::Queue, Properties: { QueueName: jobs } }",
        "",
    );
    let wish = bench.wish_of(&bigger, ADDRESS);
    let told = live.preview(&bench.aws, &wish, Some(&seen)).await.unwrap().unwrap();
    let effects: Vec<String> = told.effects.iter().map(|one| format!("{} {}", one.sign, one.text)).collect();
    assert_eq!(effects, ["+ create More (AWS::SQS::Queue)", "-/+ replace Jobs (AWS::SQS::Queue)"]);
    // Our own mark, which moves to the first resource, is no effect on the one that bore it.
    let moved = bench
        .wish_of(&stack("More: { Type: AWS::SQS::Queue }, Jobs: { Type: AWS::SQS::Queue }", ""), ADDRESS);
    let told = live.preview(&bench.aws, &moved, Some(&seen)).await.unwrap().unwrap();
    assert_eq!(told.effects.len(), 1, "{told:?}");
    // The apply uses what the preview has made.
    let changed = bench.apply(&bigger).await;
    assert_eq!(operations(&changed), ["ExecuteChangeSet"]);
}
