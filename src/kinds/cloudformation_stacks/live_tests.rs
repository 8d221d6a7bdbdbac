use serde_json::{Value, json};

use crate::engine::{Aws, Found, Lookup, Observed, Preview, State, UpdateStep};
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

// CF3: its mask is no value, neither in a plan nor in what is sent.
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
    let live = at_rest(&bench, &text).await;
    let State::Failed { reason, recreate: true } = &live.state else { panic!("{:?}", live.state) };
    assert_eq!(
        reason,
        "ROLLBACK_COMPLETE: Waits (AWS::CloudFormation::WaitCondition): WaitCondition timed out. Received 0 conditions when expecting 1"
    );
    assert!(live.mark.is_of(&OWNER.parse().unwrap()), "it is ours all the same, and may go");
}

// CF5: what was undone long ago fails no later run.
#[tokio::test]
async fn an_update_that_was_undone_is_told_only_where_it_is_still_to_be_done() {
    let mut bench = Bench::new().await;
    let before = stack(JOBS, "");
    let after = stack(&format!("{JOBS}, {WAITS}"), "");
    bench.apply(&before).await;
    bench.try_update(&after, ADDRESS).await.unwrap();
    let live = at_rest(&bench, &after).await;
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
    assert_eq!(texts(&told), ["+ create Jobs (AWS::SQS::Queue)"]);
    // A stack in review is only begun, and another owner's is not ours to use.
    let at = |owner: &str| Lookup {
        address: ADDRESS.parse().unwrap(),
        owner: owner.parse().unwrap(),
        name: "shop-old".into(),
        id: None,
        desired: wish.properties.clone(),
    };
    let begun = live.read(&bench.aws, &at(OWNER)).await.unwrap().unwrap();
    assert!(matches!(begun.state, State::Begun(_)) && begun.outputs.is_empty(), "{begun:?}");
    assert_eq!(bench.owned("cloudformation_stacks", OWNER).await, [ADDRESS]);
    assert!(bench.owned("cloudformation_stacks", "other/-/eu-west-1").await.is_empty());
    let theirs = live.read(&bench.aws, &at("other/-/eu-west-1")).await.unwrap().unwrap();
    assert!(theirs.mark.is_of(&mark.unwrap().parse().unwrap()));
    assert!(matches!(theirs.state, State::Busy(_)), "{theirs:?}");
    let error = live.delete(&bench.aws, &theirs).await.unwrap_err();
    assert!(error.message.contains("somebody has made a change set"), "{error}");
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
    assert_eq!(texts(&told), ["+ create More (AWS::SQS::Queue)", "-/+ replace Jobs (AWS::SQS::Queue)"]);
    // Our own mark, which moves to the first resource, is no effect on the one that bore it.
    let moved = bench
        .wish_of(&stack("More: { Type: AWS::SQS::Queue }, Jobs: { Type: AWS::SQS::Queue }", ""), ADDRESS);
    let told = live.preview(&bench.aws, &moved, Some(&seen)).await.unwrap().unwrap();
    assert_eq!(told.effects.len(), 1, "{told:?}");
    // The apply uses what the preview has made.
    let changed = bench.apply(&bigger).await;
    assert_eq!(operations(&changed), ["ExecuteChangeSet"]);
}

fn texts(told: &Preview) -> Vec<String> {
    told.effects.iter().map(|one| format!("{} {}", one.sign, one.text)).collect()
}

/// Looks until a stack of a text is busy no more.
async fn at_rest(bench: &Bench, text: &str) -> Observed {
    loop {
        let live = bench.look_at(text, ADDRESS).await;
        if !matches!(live.state, State::Busy(_)) {
            return live;
        }
    }
}

#[tokio::test]
async fn an_output_of_a_hidden_parameter_shows_it_as_aws_does() {
    let mut bench = Bench::new().await;
    let text = stack(JOBS, "").replace("'of ${Stage}'", "'of ${Password}'");
    bench.apply(&text).await;
    let live = bench.read(ADDRESS).await.unwrap();
    assert_eq!(live.outputs["outputs.Stage"].as_str(), Some("of x"));
    assert_eq!(live.properties.text_at("NoEchoParameters.Password"), Some("****"));
}

#[tokio::test]
async fn what_a_protected_stack_holds_goes_by_no_update_without_a_word_and_nothing_is_changed_by_then() {
    let mut bench = Bench::new().await;
    let named = "Jobs: { Type: AWS::SQS::Queue, Properties: { QueueName: jobs } }";
    let before = stack(JOBS, "");
    bench.apply(&before).await;
    let after = stack(
        named,
        "    termination_protection: true\n    stack_policy: { Statement: [{ Effect: Allow, Action: 'Update:*', Principal: '*', Resource: '*' }, { Effect: Deny, Action: 'Update:Delete', Principal: '*', Resource: '*' }] }",
    );
    let step = |live: Observed, may_destroy: bool| UpdateStep {
        live,
        wish: bench.wish_of(&after, ADDRESS),
        changed: vec!["Template".into(), "EnableTerminationProtection".into(), "StackPolicyBody".into()],
        mark: false,
        may_destroy,
    };
    let kind = crate::kinds::kind("cloudformation_stacks").unwrap().live();
    let live = bench.look_at(&before, ADDRESS).await;
    bench.local.forget_requests();
    let error = kind.update(&bench.aws, &step(live.clone(), false)).await.unwrap_err();
    assert_eq!(
        error.message,
        "the stack is protected, and CloudFormation would replace Jobs (AWS::SQS::Queue): allow it with `--allow-destroy cloudformation_stacks.old`"
    );
    assert_eq!(operations(&bench.changes()), ["CreateChangeSet", "DeleteChangeSet"]);
    bench.local.forget_requests();
    kind.update(&bench.aws, &step(live, true)).await.unwrap();
    assert_eq!(
        operations(&bench.changes()),
        ["CreateChangeSet", "UpdateTerminationProtection", "SetStackPolicy", "ExecuteChangeSet"]
    );
}

#[tokio::test]
async fn no_change_set_is_made_for_what_no_change_set_sets() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(JOBS, "")).await;
    let kind = crate::kinds::kind("cloudformation_stacks").unwrap().live();
    let guarded = stack(JOBS, "    termination_protection: true");
    let live = bench.look_at(&guarded, ADDRESS).await;
    bench.local.forget_requests();
    let told = kind.preview(&bench.aws, &bench.wish_of(&guarded, ADDRESS), Some(&live)).await.unwrap();
    assert_eq!(told.unwrap().title, "CloudFormation finds nothing to change");
    assert!(bench.changes().is_empty(), "{:?}", operations(&bench.changes()));
    let both = stack(JOBS, "    termination_protection: true\n    tags: { team: orders }");
    kind.preview(&bench.aws, &bench.wish_of(&both, ADDRESS), Some(&live)).await.unwrap();
    assert_eq!(operations(&bench.changes()), ["CreateChangeSet"]);
}

#[tokio::test]
async fn an_update_that_was_undone_is_told_whatever_of_it_is_still_to_be_done() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(JOBS, "")).await;
    set_status(&bench, "UPDATE_ROLLBACK_COMPLETE");
    for more in [
        "    tags: { team: orders }",
        "    capabilities: [iam]",
        "    disable_rollback: true",
        "    monitoring_time: 5m",
        "    parameters: { Password: other }",
    ] {
        let live = bench.look_at(&stack(JOBS, more), ADDRESS).await;
        assert!(matches!(live.state, State::Failed { recreate: false, .. }), "{more}: {:?}", live.state);
    }
    let beside = stack(JOBS, "    termination_protection: true");
    assert_eq!(bench.look_at(&beside, ADDRESS).await.state, State::Ready);
    assert_eq!(bench.look_at(&stack(JOBS, ""), ADDRESS).await.state, State::Ready);
}

#[tokio::test]
async fn a_state_that_a_stack_does_not_leave_by_itself_comes_with_what_there_is_to_do() {
    let mut bench = Bench::new().await;
    let text = stack(JOBS, "");
    bench.apply(&text).await;
    for (status, anew, says) in [
        ("UPDATE_FAILED", false, "aws cloudformation rollback-stack --stack-name shop-old"),
        ("UPDATE_ROLLBACK_FAILED", false, "`gatewayctl apply` goes on with the way back"),
        ("DELETE_FAILED", false, "aws cloudformation delete-stack --stack-name shop-old --retain-resources"),
        ("IMPORT_ROLLBACK_FAILED", false, "neither its last import nor the way back from it succeeded"),
        (
            "DELETE_IN_PROGRESS",
            true,
            "it is being deleted: an apply waits until it is gone and makes it anew",
        ),
    ] {
        set_status(&bench, status);
        let live = bench.look_at(&text, ADDRESS).await;
        let State::Failed { reason, recreate } = &live.state else { panic!("{:?}", live.state) };
        assert!(reason.starts_with(status) && reason.contains(says), "{reason}");
        assert_eq!(*recreate, anew, "{status}");
    }
}

#[tokio::test]
async fn a_creation_that_takes_its_stack_with_it_leaves_the_cause() {
    let bench = Bench::new().await;
    let text = stack(&format!("{JOBS}, {WAITS}"), "    on_stack_failure: delete");
    let wish = bench.wish_of(&text, ADDRESS);
    let kind = crate::kinds::kind("cloudformation_stacks").unwrap().live();
    let made = kind.create(&bench.aws, &wish).await.unwrap();
    let at = Lookup {
        address: ADDRESS.parse().unwrap(),
        owner: OWNER.parse().unwrap(),
        name: "shop-old".into(),
        id: Some(made.id),
        desired: wish.properties.clone(),
    };
    let cause = "Waits (AWS::CloudFormation::WaitCondition): WaitCondition timed out";
    for _ in 0..5 {
        bench.aws.forget();
        let live = kind.read(&bench.aws, &at).await.unwrap().unwrap();
        assert!(live.mark.is_of(&OWNER.parse().unwrap()));
        let State::Failed { reason, recreate: true } = &live.state else { panic!("{:?}", live.state) };
        assert!(reason.contains(cause), "{reason}");
    }
    assert_eq!(bench.raw("cloudformation", "stack", "shop-old"), None);
    bench.aws.forget();
    assert!(kind.read(&bench.aws, &Lookup { id: None, ..at }).await.unwrap().is_none());
}

#[tokio::test]
async fn what_a_condition_keeps_out_is_not_made_and_its_output_is_known_not_to_be_there() {
    let mut bench = Bench::new().await;
    let conditions = "
      Mappings: { Sizes: { prod: { Size: big }, test: { Size: small } } }
      Conditions:
        Prod: { 'Fn::Equals': [{ 'Fn::FindInMap': [Sizes, { Ref: Stage }, Size] }, big] }
        Not: { 'Fn::Not': [{ Condition: Prod }] }
        Both: { 'Fn::And': [{ Condition: Prod }, { Condition: Not }] }
        Either: { 'Fn::Or': [{ Condition: Prod }, { Condition: Not }] }
        Imported: { 'Fn::Equals': [{ 'Fn::ImportValue': x }, y] }
";
    let resources = "
        Jobs: { Type: AWS::SQS::Queue, Properties: { QueueName: { 'Fn::If': [Prod, big, { Ref: AWS::NoValue }] } } },
        More: { Type: AWS::SQS::Queue, Condition: Prod },
        Never: { Type: AWS::SQS::Queue, Condition: Both },
        Ever: { Type: AWS::SQS::Queue, Condition: Either },
        Perhaps: { Type: AWS::SQS::Queue, Condition: Imported }";
    let text = |stage: &str| {
        let text = stack(resources, &format!("{conditions}    parameters: {{ Stage: {stage} }}"));
        text.replace("Outputs: {", "Outputs: { More: { Condition: Prod, Value: { Ref: More } },")
    };
    let kind = crate::kinds::kind("cloudformation_stacks").unwrap().live();
    let told = kind.preview(&bench.aws, &bench.wish_of(&text("test"), ADDRESS), None).await.unwrap().unwrap();
    let made: Vec<String> =
        ["Jobs", "Ever", "Perhaps"].iter().map(|id| format!("+ create {id} (AWS::SQS::Queue)")).collect();
    assert_eq!(texts(&told), made);
    bench.apply(&text("test")).await;
    let live = bench.read(ADDRESS).await.unwrap();
    assert_eq!(live.outputs["outputs.More"], crate::engine::Value::Null);
    let wish = bench.wish_of(&text("prod"), ADDRESS);
    let told = kind.preview(&bench.aws, &wish, Some(&live)).await.unwrap().unwrap();
    assert_eq!(texts(&told), ["-/+ replace Jobs (AWS::SQS::Queue)", "+ create More (AWS::SQS::Queue)"]);
    bench.apply(&text("prod")).await;
    let live = bench.read(ADDRESS).await.unwrap();
    assert!(live.outputs["outputs.More"].as_str().is_some());
}

// CF1: the spelling of a template is no difference.
#[tokio::test]
async fn a_stack_that_others_wrote_in_yaml_is_taken_over_without_a_change_of_its_resources() {
    let bench = Bench::new().await;
    let theirs = json!({
        "StackName": "shop-old", "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-old/1",
        "StackStatus": "CREATE_COMPLETE",
        "Parameters": [{ "ParameterKey": "Stage", "ParameterValue": "test" }, { "ParameterKey": "Password", "ParameterValue": "****" }],
        "_template": "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Sub '${AWS::StackName}-jobs'\n      KmsMasterKeyId: !GetAtt Key.Arn\n      FifoQueue: yes\n  Key: { Type: 'AWS::KMS::Key' }\n",
    });
    bench.local.seed(REGION, "cloudformation", "stack", "shop-old", theirs).unwrap();
    let text = stack(
        "Jobs: { Type: AWS::SQS::Queue, Properties: { QueueName: { 'Fn::Sub': '${AWS::StackName}-jobs' }, KmsMasterKeyId: { 'Fn::GetAtt': Key.Arn }, FifoQueue: true } }, Key: { Type: AWS::KMS::Key }",
        "",
    );
    let live = bench.look_at(&text, ADDRESS).await;
    let kind = crate::kinds::kind("cloudformation_stacks").unwrap().live();
    let told = kind.preview(&bench.aws, &bench.wish_of(&text, ADDRESS), Some(&live)).await.unwrap().unwrap();
    assert_eq!((told.title.as_str(), texts(&told)), ("CloudFormation changes no resource", Vec::new()));
}

// CF2: what transforms make of a template is no difference.
#[tokio::test]
async fn a_template_with_transforms_is_compared_as_it_was_sent() {
    let mut bench = Bench::new().await;
    let text = stack(JOBS, "      Transform: AWS::LanguageExtensions");
    bench.apply(&text).await;
    assert!(bench.apply(&text).await.is_empty(), "nothing is left to do");
}

#[tokio::test]
async fn a_change_set_that_is_being_made_is_not_deleted() {
    let bench = Bench::new().await;
    let input = crate::value!({
        "StackName": "mine", "ChangeSetName": "one", "ChangeSetType": "CREATE",
        "TemplateBody": r#"{"Resources":{"Jobs":{"Type":"AWS::SQS::Queue"}}}"#,
    });
    bench.aws.call("cloudformation", "CreateChangeSet", input).await.unwrap();
    let named = crate::value!({ "StackName": "mine", "ChangeSetName": "one" });
    let refused = bench.aws.call("cloudformation", "DeleteChangeSet", named.clone()).await.unwrap_err();
    assert_eq!(refused.code, "InvalidChangeSetStatus");
    for _ in 0..3 {
        bench.aws.forget();
        bench.aws.call("cloudformation", "DescribeChangeSet", named.clone()).await.unwrap();
    }
    bench.aws.call("cloudformation", "DeleteChangeSet", named).await.unwrap();
}

#[tokio::test]
async fn a_change_set_that_somebody_has_thrown_away_was_not_carried_out() {
    let mut bench = Bench::new().await;
    let more = |n: usize| stack(&format!("{JOBS}, More{n}: {{ Type: AWS::SQS::Queue }}"), "");
    bench.apply(&stack(JOBS, "")).await;
    bench.local.forget_requests();
    bench.try_update(&more(1), ADDRESS).await.unwrap();
    let requests = bench.local.requests();
    let looks = requests.iter().filter(|one| one.operation == "DescribeChangeSet").count();
    at_rest(&bench, &more(1)).await;
    for rule in ["ExecuteChangeSet".to_owned(), format!("DescribeChangeSet#{}", looks + 1)] {
        let rule = format!("cloudformation:{rule}=error:ChangeSetNotFound");
        bench.local.faults().add(rule.parse().unwrap());
    }
    let error = bench.try_update(&more(2), ADDRESS).await.unwrap_err();
    assert_eq!((error.operation.as_str(), error.code.as_str()), ("ExecuteChangeSet", "ChangeSetNotFound"));
}
