use serde_json::{Value, json};

use crate::engine::{Aws, Found, Lookup, State};
use crate::kinds::testing::{Bench, unlike};
use crate::local::Recorded;

const BASE: &str = "
stack: shop
tables: { orders: { partition_key: PK, stream: new_image } }
buses: { orders: {} }
queues: { from: {}, to: {}, dead: {} }
log_groups: { logs: {} }
pipes:
  p:
";

fn stack(pipe: &str) -> String {
    format!("{BASE}{pipe}")
}

const FULL: &str = "
    source:
      table: orders
      starting_position: trim_horizon
      batch_size: 5
      maximum_batching_window: 1m
      parallelization_factor: 2
      on_partial_batch_item_failure: automatic_bisect
      retry: { attempts: 0, max_age: 1h }
      dead_letter: dead
      filters: [{ eventName: [INSERT, MODIFY] }]
    target: { bus: orders, source: shop, detail_type: order, resources: [$.eventID], time: $.time, transform: { id: $.eventID } }
    log: { group: logs, level: info, include_execution_data: true }
    description: Orders
    kms_key: alias/mine
    state: stopped
    tags: { team: a }
";
const BARE: &str = "
    source: { table: orders, starting_position: trim_horizon }
    target: { bus: orders, source: shop, detail_type: order }
";
const QUEUE: &str = "
    source: { queue: from }
    target: { queue: to }
";

fn operations(changes: &[Recorded]) -> Vec<&str> {
    let pipes = changes.iter().filter(|request| request.service == "pipes");
    pipes.map(|request| request.operation.as_str()).collect()
}

fn input(changes: &[Recorded], operation: &str) -> Value {
    changes.iter().find(|request| request.operation == operation).unwrap().input.clone()
}

fn raw(bench: &Bench) -> Option<Value> {
    bench.raw("pipes", "pipe", "shop-p")
}

#[tokio::test]
async fn a_pipe_with_everything_goes_out_and_comes_back() {
    let mut bench = Bench::new().await;
    let changes = bench.apply(&stack(FULL)).await;
    assert_eq!(operations(&changes), ["CreatePipe"]);
    let sent = input(&changes, "CreatePipe");
    assert_eq!(
        sent["SourceParameters"],
        json!({
            "DynamoDBStreamParameters": {
                "StartingPosition": "TRIM_HORIZON", "BatchSize": 5, "MaximumBatchingWindowInSeconds": 60,
                "ParallelizationFactor": 2, "OnPartialBatchItemFailure": "AUTOMATIC_BISECT",
                "MaximumRetryAttempts": 0, "MaximumRecordAgeInSeconds": 3600,
                "DeadLetterConfig": { "Arn": "arn:aws:sqs:eu-west-1:123456789012:shop-dead" },
            },
            "FilterCriteria": { "Filters": [{ "Pattern": "{\"eventName\":[\"INSERT\",\"MODIFY\"]}" }] },
        })
    );
    assert_eq!(raw(&bench).unwrap()["CurrentState"], "STOPPED");
    assert!(bench.apply(&stack(FULL)).await.is_empty());
    assert_eq!(bench.owned("pipes", "shop/-/eu-west-1").await, ["pipes.p"]);
    assert!(bench.owned("pipes", "other/-/eu-west-1").await.is_empty());
    bench.destroy().await;
    assert_eq!(raw(&bench), None);
}

// hashicorp/terraform-provider-aws#42565, #40007: AWS fills in blocks that nobody declared.
#[tokio::test]
async fn what_aws_fills_in_is_no_difference_before_and_after_an_update() {
    for pipe in [BARE, QUEUE] {
        let mut bench = Bench::new().await;
        let changes = bench.apply(&stack(pipe)).await;
        let sent = input(&changes, "CreatePipe");
        assert!(
            sent.get("LogConfiguration").is_none()
                && sent["SourceParameters"].get("SqsQueueParameters").is_none()
        );
        bench.apply(&stack(&format!("{pipe}    description: Orders\n"))).await;
        assert_eq!(raw(&bench).unwrap()["LogConfiguration"], json!({ "Level": "OFF" }));
        assert!(raw(&bench).unwrap()["SourceParameters"].to_string().contains("BatchSize"));
        assert_eq!(bench.differs(&stack(&format!("{pipe}    description: Orders\n"))).await, [""; 0]);
    }
}

// hashicorp/terraform-provider-aws#33938: an update of one field took the template away.
#[tokio::test]
async fn an_update_carries_the_whole_document_and_nothing_that_is_not_set() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(FULL)).await;
    let changes = bench.apply(&stack(&FULL.replace("[INSERT, MODIFY]", "[REMOVE]"))).await;
    assert_eq!(operations(&changes), ["UpdatePipe"]);
    let sent = input(&changes, "UpdatePipe");
    assert_eq!(sent["TargetParameters"]["InputTemplate"], "{\"id\":<$.eventID>}");
    assert_eq!(sent["SourceParameters"]["DynamoDBStreamParameters"]["MaximumRetryAttempts"], 0);
    assert!(sent["RoleArn"].is_string());
    assert!(sent.get("Source").is_none() && sent.get("Tags").is_none());
    assert!(sent["SourceParameters"]["DynamoDBStreamParameters"].get("StartingPosition").is_none());

    // hashicorp/terraform-provider-aws#32423, #39066: zeros and empty ARNs for what is not set.
    let mut bench = Bench::new().await;
    bench.apply(&stack(BARE)).await;
    let changes = bench.apply(&stack(&format!("{BARE}    description: Orders\n"))).await;
    let role = "arn:aws:iam::123456789012:role/gatewayctl/shop/shop-p-pipe-role-eu-west-1";
    assert_eq!(
        input(&changes, "UpdatePipe"),
        json!({
            "Name": "shop-p", "Description": "Orders", "DesiredState": "RUNNING", "RoleArn": role,
            "SourceParameters": { "DynamoDBStreamParameters": {} },
            "Target": "arn:aws:events:eu-west-1:123456789012:event-bus/shop-orders",
            "TargetParameters": { "EventBridgeEventBusParameters": { "Source": "shop", "DetailType": "order" } },
        })
    );
}

#[tokio::test]
async fn a_pipe_whose_fields_were_dropped_is_like_one_that_never_had_them() {
    let (mut dropped, mut fresh) = (Bench::new().await, Bench::new().await);
    dropped.apply(&stack(FULL)).await;
    let changes = dropped.apply(&stack(BARE)).await;
    let sent = input(&changes, "UpdatePipe");
    assert_eq!(sent["TargetParameters"]["InputTemplate"], "");
    assert_eq!(
        sent["SourceParameters"],
        json!({ "DynamoDBStreamParameters": {}, "FilterCriteria": { "Filters": [] } })
    );
    assert_eq!(sent["LogConfiguration"], json!({ "Level": "OFF" }));
    fresh.apply(&stack(BARE)).await;
    let (is, should) = (raw(&dropped).unwrap(), raw(&fresh).unwrap());
    let echoes = ["CreationTime", "LastModifiedTime", "LogConfiguration", "Source"];
    let unlike: Vec<_> =
        unlike(&is, &should).into_iter().filter(|path| !echoes.contains(&path.as_str())).collect();
    assert_eq!(unlike, ["SourceParameters"], "{} {}", is["SourceParameters"], should["SourceParameters"]);
    assert_eq!(is["SourceParameters"]["FilterCriteria"], json!({ "Filters": [] }));
    assert_eq!(
        is["SourceParameters"]["DynamoDBStreamParameters"],
        should["SourceParameters"]["DynamoDBStreamParameters"]
    );
}

#[tokio::test]
async fn a_pipe_is_retargeted_stopped_and_tagged_in_place() {
    let mut bench = Bench::new().await;
    let text = |target: &str, rest: &str| {
        stack(&format!(
            "    source: {{ table: orders, starting_position: latest }}\n    target: {target}\n{rest}"
        ))
    };
    let bus = "{ bus: orders, source: shop, detail_type: order }";
    bench.apply(&text(bus, "")).await;
    let changes =
        bench.apply(&text("{ queue: to, message_group_id: $.eventID, transform: { a: 1 } }", "")).await;
    assert_eq!(operations(&changes), ["UpdatePipe"]);
    let parameters = raw(&bench).unwrap()["TargetParameters"].clone();
    assert_eq!(
        parameters,
        json!({ "SqsQueueParameters": { "MessageGroupId": "$.eventID" }, "InputTemplate": "{\"a\":1}" })
    );
    let changes = bench.apply(&text("{ queue: to }", "")).await;
    assert_eq!(
        input(&changes, "UpdatePipe")["TargetParameters"],
        json!({ "SqsQueueParameters": {}, "InputTemplate": "" })
    );
    assert_eq!(operations(&bench.apply(&text("{ queue: to }", "    state: stopped\n")).await), ["StopPipe"]);
    assert_eq!(raw(&bench).unwrap()["CurrentState"], "STOPPED");
    assert_eq!(operations(&bench.apply(&text("{ queue: to }", "")).await), ["StartPipe"]);
    assert_eq!(
        operations(&bench.apply(&text("{ queue: to }", "    tags: { a: b }\n")).await),
        ["TagResource"]
    );
    assert_eq!(operations(&bench.apply(&text("{ queue: to }", "")).await), ["UntagResource"]);
}

// A pipe that stands still although it was told to run differs from the wish.
#[tokio::test]
async fn a_pipe_that_was_stopped_by_others_is_started_again() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(QUEUE)).await;
    bench.aws.call("pipes", "StopPipe", crate::value!({ "Name": "shop-p" })).await.unwrap();
    while bench.read("pipes.p").await.unwrap().state != State::Ready {}
    assert_eq!(bench.differs(&stack(QUEUE)).await, ["pipes.p: DesiredState"]);
    assert_eq!(operations(&bench.apply(&stack(QUEUE)).await), ["StartPipe"]);
}

fn at(graph: &crate::engine::Graph) -> Lookup {
    let address = "pipes.p".parse().unwrap();
    let resource = &graph.resources[&address];
    Lookup {
        owner: graph.owner.clone(),
        name: resource.name.clone(),
        id: None,
        desired: resource.properties.clone(),
        address,
    }
}

// hashicorp/terraform-provider-aws#40572, terraform-aws-eventbridge#133: a right that is not known yet.
#[tokio::test]
async fn a_pipe_that_could_not_read_its_source_has_failed_and_is_made_again() {
    let mut bench = Bench::with_faults("iam:CreateRole=slow:2").await;
    bench.try_create(&stack(QUEUE), "pipes.p").await.unwrap();
    let kind = crate::kinds::kind("pipes").unwrap().live();
    let at = at(&bench.compile(&stack(QUEUE)));
    let failed = loop {
        bench.aws.forget();
        let found = kind.read(&bench.aws, &at).await.unwrap().unwrap();
        assert!(matches!(found.mark, Found::Mark(_)));
        match &found.state {
            State::Busy(_) => {}
            _ => break found,
        }
    };
    let State::Failed { reason, recreate: true } = &failed.state else { panic!("{:?}", failed.state) };
    assert!(reason.contains("CREATE_FAILED") && reason.contains("cannot be assumed"), "{reason}");
    kind.delete(&bench.aws, &failed).await.unwrap();
    assert_eq!(raw(&bench), None);
}

// aws-samples/serverless-patterns#1543: the role that sends to new dead letters is not known yet.
#[tokio::test]
async fn an_update_that_failed_for_a_right_is_sent_again() {
    let mut bench = Bench::new().await;
    let plain = "    source: { table: orders, starting_position: latest }\n    target: { queue: to }\n";
    bench.apply(&stack(plain)).await;
    let kind = crate::kinds::kind("pipes").unwrap().live();
    let policy = bench.local.documents("global", "iam", "role-policy").unwrap();
    assert_eq!(policy.len(), 1);
    // Without the role's rights the update fails; they come back while it is tried again.
    let role = crate::value!({ "RoleName": "shop-p-pipe-role-eu-west-1", "PolicyName": "gatewayctl" });
    let told = bench.aws.call("iam", "GetRolePolicy", role.clone()).await.unwrap();
    bench.aws.call("iam", "DeleteRolePolicy", role.clone()).await.unwrap();
    let live = bench.read("pipes.p").await.unwrap();
    let mut properties = live.properties.clone();
    properties.put("Description", "other".into());
    let Found::Mark(mark) = live.mark.clone() else { panic!() };
    let wish = crate::engine::Wish { name: "shop-p".into(), properties, mark, package: None };
    let step = crate::engine::UpdateStep {
        live,
        wish,
        changed: vec!["Description".into()],
        mark: false,
        may_destroy: true,
    };
    let mut put = role;
    put.put("PolicyDocument", told.get("PolicyDocument").cloned().unwrap());
    let rights = async {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        bench.aws.call("iam", "PutRolePolicy", put).await.unwrap();
    };
    let (updated, ()) = tokio::join!(kind.update(&bench.aws, &step), rights);
    updated.unwrap();
    assert_eq!(raw(&bench).unwrap()["CurrentState"], "RUNNING");
    assert_eq!(raw(&bench).unwrap()["Description"], "other");
}

/// The sources, enrichments and targets of the tests of rights, in stacks of their own.
fn every_call() -> Vec<String> {
    use super::tests::rights::{AT, BASE, ENRICHMENTS, SOURCES, TARGETS};
    // What a pipe does not name is left out: an API alone takes longer than all the rest.
    const NAMED: &[(&str, &str)] = &[
        ("apis:", "api: pets"),
        ("connections:", "api_destination: d"),
        ("api_destinations:", "api_destination: d"),
        ("tables:", "table: t"),
        ("log_groups:", "log_group: logs"),
        ("buses:", "bus: b"),
    ];
    let whole = |pipe: String| {
        let named = |line: &&str| {
            let row = NAMED.iter().find(|(begins, _)| line.starts_with(begins));
            row.is_none_or(|(begins, names)| {
                pipe.contains(names) || (*begins == "buses:" && pipe.contains("api: pets"))
            })
        };
        let base: Vec<&str> = BASE.lines().filter(named).collect();
        format!("{}{} }} }}\n", base.join("\n"), pipe.replace("AT", AT))
    };
    let of_stack = |declared: &str| !declared.contains("AT:table/x");
    let sources = SOURCES.iter().filter(|case| of_stack(case.declared));
    let sources = sources.map(|case| format!("source: {}, target: {{ queue: q }}", case.declared));
    let enrichments = ENRICHMENTS.iter().map(|case| {
        format!("source: {{ queue: from }}, enrichment: {}, target: {{ queue: q }}", case.declared)
    });
    let targets = TARGETS.iter().map(|case| format!("source: {{ queue: from }}, target: {}", case.declared));
    sources.chain(enrichments).chain(targets).map(whole).collect()
}

// hashicorp/terraform-provider-aws#32432: a mapping per target was mistyped in one of them.
#[tokio::test]
async fn each_source_enrichment_and_target_goes_out_comes_back_and_is_changed_in_place() {
    for text in every_call() {
        let mut bench = Bench::new().await;
        assert_eq!(operations(&bench.apply(&text).await), ["CreatePipe"], "{text}");
        assert!(bench.apply(&text).await.is_empty(), "{text}");
        let described = text.replace("{ p: {", "{ p: { description: Orders,");
        let changes = bench.apply(&described).await;
        assert_eq!(operations(&changes), ["UpdatePipe"], "{text}");
        assert_eq!(empty_texts(&input(&changes, "UpdatePipe")), [""; 0], "{text}");
        bench.apply(&text).await;
        assert_eq!(bench.differs(&text).await, [""; 0], "{text}");
        bench.destroy().await;
    }
}

/// Paths of empty texts, save the template's, by which nothing is said that AWS would refuse.
fn empty_texts(value: &Value) -> Vec<String> {
    fn visit(value: &Value, path: String, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(key, value)| visit(value, format!("{path}.{key}"), found));
            }
            Value::Array(items) => items.iter().for_each(|item| visit(item, path.clone(), found)),
            Value::String(text) if text.is_empty() && !path.ends_with("InputTemplate") => found.push(path),
            _ => {}
        }
    }
    let mut found = Vec::new();
    visit(value, String::new(), &mut found);
    found
}

// hashicorp/terraform-provider-aws#39066: a changed filter of an MSK pipe sent an empty credential.
#[tokio::test]
async fn a_changed_filter_of_a_topic_sends_no_credential_and_nothing_that_cannot_change() {
    let mut bench = Bench::new().await;
    let text = |filter: &str| {
        stack(&format!(
            "    source: {{ msk: \"arn:aws:kafka:eu-west-1:123456789012:cluster/c/1\", topic_name: t, starting_position: latest, consumer_group_id: g, filters: [{{ value: [{filter}] }}] }}\n    target: {{ queue: to }}\n"
        ))
    };
    bench.apply(&text("a")).await;
    let changes = bench.apply(&text("b")).await;
    assert_eq!(
        input(&changes, "UpdatePipe")["SourceParameters"],
        json!({
            "ManagedStreamingKafkaParameters": {},
            "FilterCriteria": { "Filters": [{ "Pattern": "{\"value\":[\"b\"]}" }] },
        })
    );
    let kept = raw(&bench).unwrap()["SourceParameters"]["ManagedStreamingKafkaParameters"].clone();
    assert_eq!(kept["TopicName"], "t");
    assert_eq!(kept["ConsumerGroupID"], "g");
}

const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:t";

/// UpdatePipe replaces blocks one by one, so the block of a target of another service could stay.
#[tokio::test]
async fn another_target_takes_the_parameters_of_the_old_one_away() {
    let mut bench = Bench::new().await;
    let text = |target: &str| stack(&format!("    source: {{ queue: from }}\n    target: {target}\n"));
    bench.apply(&text("{ queue: to, message_group_id: one, transform: { a: 1 } }")).await;
    let topic = text(&format!("{{ topic: \"{TOPIC}\" }}"));
    let changes = bench.apply(&topic).await;
    assert_eq!(operations(&changes), ["UpdatePipe"]);
    assert_eq!(input(&changes, "UpdatePipe")["TargetParameters"], json!({ "InputTemplate": "" }));
    let left = raw(&bench).unwrap()["TargetParameters"].clone();
    assert!(left.get("SqsQueueParameters").is_none() && left.get("InputTemplate").is_none(), "{left}");
    // From one without a template to one without parameters: that there are none is said all the same.
    bench.apply(&text("{ bus: orders, source: shop, detail_type: order }")).await;
    let changes = bench.apply(&topic).await;
    assert_eq!(input(&changes, "UpdatePipe")["TargetParameters"], json!({ "InputTemplate": "" }));
    assert!(raw(&bench).unwrap()["TargetParameters"].get("EventBridgeEventBusParameters").is_none());
}

#[tokio::test]
async fn a_block_that_stayed_of_another_target_is_no_difference() {
    let mut bench = Bench::new().await;
    let text = |target: &str| stack(&format!("    source: {{ queue: from }}\n    target: {target}\n"));
    bench.apply(&text("{ queue: to, message_group_id: one }")).await;
    // Somebody else changes the target and says nothing of parameters.
    let role = raw(&bench).unwrap()["RoleArn"].as_str().unwrap().to_owned();
    let retarget = crate::value!({ "Name": "shop-p", "RoleArn": role, "Target": TOPIC });
    bench.aws.call("pipes", "UpdatePipe", retarget).await.unwrap();
    while bench.read("pipes.p").await.unwrap().state != State::Ready {}
    assert!(raw(&bench).unwrap()["TargetParameters"].get("SqsQueueParameters").is_some());
    let topic = bench.differs(&text(&format!("{{ topic: \"{TOPIC}\" }}"))).await;
    assert!(topic.iter().all(|path| !path.starts_with("pipes.p: Target")), "{topic:?}");
}

#[tokio::test]
async fn an_enrichment_comes_changes_and_goes_without_a_trace() {
    let mut bench = Bench::new().await;
    let text = |enrichment: &str| {
        stack(&format!("    source: {{ queue: from }}\n{enrichment}    target: {{ queue: to }}\n"))
    };
    let http = "    enrichment: { api: \"arn:aws:execute-api:eu-west-1:123456789012:a/prod/GET/x\", header_parameters: { A: $.body.a }, transform: { a: $.body.a } }\n";
    let function = "    enrichment: { function: \"arn:aws:lambda:eu-west-1:123456789012:function:f\" }\n";
    bench.apply(&text("")).await;
    bench.apply(&text(http)).await;
    let changes = bench.apply(&text(function)).await;
    assert_eq!(
        input(&changes, "UpdatePipe")["EnrichmentParameters"],
        json!({ "HttpParameters": {}, "InputTemplate": "" })
    );
    bench.apply(&text(http)).await;
    let changes = bench.apply(&text("")).await;
    let sent = input(&changes, "UpdatePipe");
    assert_eq!(sent["Enrichment"], "");
    assert_eq!(sent["EnrichmentParameters"], json!({ "HttpParameters": {}, "InputTemplate": "" }));
    assert!(raw(&bench).unwrap().get("Enrichment").is_none());
}

/// What the account says where a role may not do what a source needs: AWS's words, where they are
/// known, and each is one that is waited for (terraform-aws-modules/terraform-aws-eventbridge#133, #164,
/// hashicorp/terraform-provider-aws#40572, aws-samples/serverless-patterns#1543, #1857, aws/aws-cdk#31664).
// X1: messages that pass are told from those that stay.
#[tokio::test]
async fn a_pipe_fails_for_each_source_that_its_role_may_not_read() {
    let mut bench = Bench::new().await;
    bench.apply(BASE.trim_end().strip_suffix("pipes:\n  p:").unwrap()).await;
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pipes.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let role = crate::value!({ "RoleName": "r", "AssumeRolePolicyDocument": trust });
    bench.aws.call("iam", "CreateRole", role).await.unwrap();
    let secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:s";
    let credentials = json!({ "BasicAuth": secret });
    let kinesis = "arn:aws:kinesis:eu-west-1:123456789012:stream/s";
    let dead = "arn:aws:sqs:eu-west-1:123456789012:shop-dead";
    let sqs = "arn:aws:sqs:eu-west-1:123456789012:shop-from";
    let mq = "arn:aws:mq:eu-west-1:123456789012:broker:b:1";
    let needs = "Please add mq:DescribeBroker permission to role";
    for (source, parameters, allowed, reason) in [
        (sqs, json!({}), "none:*", "does not have permissions to call ReceiveMessage on SQS"),
        (sqs, json!({}), "sqs:ReceiveMessage", "does not have permissions to call DeleteMessage on SQS"),
        (
            kinesis,
            json!({ "KinesisStreamParameters": { "StartingPosition": "LATEST" } }),
            "none:*",
            "Cannot access stream",
        ),
        (
            kinesis,
            json!({ "KinesisStreamParameters": { "StartingPosition": "LATEST", "DeadLetterConfig": { "Arn": dead } } }),
            "kinesis:*",
            "Error occurred while sending message to SQS queue",
        ),
        (
            mq,
            json!({ "ActiveMQBrokerParameters": { "QueueName": "q", "Credentials": credentials } }),
            "none:*",
            needs,
        ),
        (
            mq,
            json!({ "RabbitMQBrokerParameters": { "QueueName": "q", "Credentials": credentials } }),
            "none:*",
            needs,
        ),
        (
            "arn:aws:kafka:eu-west-1:123456789012:cluster/c/1",
            json!({ "ManagedStreamingKafkaParameters": { "TopicName": "tt" } }),
            "kafka:*",
            "Pipes does not have enough permission to process your event source. Please add ec2:CreateNetworkInterface permission to role.",
        ),
        (
            "smk://h:1",
            json!({ "SelfManagedKafkaParameters": { "TopicName": "tt", "Credentials": credentials } }),
            "none:*",
            "Please add secretsmanager:GetSecretValue permission to role",
        ),
    ] {
        let policy = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": allowed, "Resource": "*" }] });
        let put =
            crate::value!({ "RoleName": "r", "PolicyName": "p", "PolicyDocument": (policy.to_string()) });
        bench.aws.call("iam", "PutRolePolicy", put).await.unwrap();
        let input = json!({
            "Name": "f", "Source": source, "SourceParameters": parameters,
            "Target": TOPIC, "RoleArn": "arn:aws:iam::123456789012:role/r",
        });
        bench.aws.call("pipes", "CreatePipe", input.into()).await.unwrap();
        let pipe = super::live::settled(&bench.aws, "f", "CreatePipe").await.unwrap().unwrap();
        assert_eq!(pipe.text_at("CurrentState"), Some("CREATE_FAILED"), "{source}");
        let told = pipe.text_at("StateReason").unwrap();
        assert!(told.contains(reason), "{source}: {told}");
        assert!(super::live::NOT_KNOWN_YET.iter().any(|known| told.contains(known)), "{told}");
        bench.aws.call("pipes", "DeletePipe", crate::value!({ "Name": "f" })).await.unwrap();
        assert!(super::live::settled(&bench.aws, "f", "DeletePipe").await.unwrap().is_none());
    }
}
