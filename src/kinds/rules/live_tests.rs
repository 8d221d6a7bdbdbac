use serde_json::{Value, json};

use crate::kinds::testing::{Bench, REGION, unlike};
use crate::local::Recorded;

const BASE: &str = r#"
stack: shop
buses: { orders: {}, audit: {} }
queues: { jobs: {}, dead: {} }
connections:
  carrier: { basic: { username: user, password: local-only }, allow: { literal_secret: a test } }
api_destinations:
  carrier: { connection: carrier, endpoint: "https://carrier.example/orders/*", method: POST }
rules:
  created:
    bus: orders
"#;

fn stack(rest: &str) -> String {
    format!("{BASE}{rest}")
}

const FULL: &str = r#"
    description: New orders
    state: disabled
    tags: { team: orders }
    pattern: { source: [b, a], detail: { total: [{ numeric: [">", 100] }], state: [open] } }
    targets:
      carrier:
        api_destination: carrier
        transform: { id: $.detail.id, text: "Order <$.detail.id>" }
        path_parameter_values: [$.detail.id]
        header_parameters: { X-A: a }
        retry: { attempts: 0, max_age: 5m }
        dead_letter: dead
      audit: { bus: audit }
      constant: { queue: jobs, input: '{"a": [1, 2]}' }
      path: { queue: jobs, input_path: $.detail, message_group_id: all }
      verbatim: { queue: jobs, input_template: '{ "id": <id> }', input_paths: { id: $.detail.id } }
"#;
const BARE: &str = "    pattern: { source: [b, a] }\n    targets: { path: { queue: jobs } }\n";

fn operations(changes: &[Recorded]) -> Vec<&str> {
    changes.iter().map(|request| request.operation.as_str()).collect()
}

fn raw(bench: &Bench) -> Value {
    bench.raw("events", "rule", "shop-orders/shop-created").unwrap()
}

fn target(bench: &Bench, id: &str) -> Option<Value> {
    bench.raw("events", "target", &format!("shop-orders/shop-created/{id}"))
}

// Every kind of target, every form of input, round and back.
// E11 (aws-cloudformation/cloudformation-coverage-roadmap#2006,
// aws-cloudformation/cloudformation-coverage-roadmap#1605,
// aws-cloudformation/cloudformation-coverage-roadmap#1716): blocks of a target are told as drift, or not at
// all.
#[tokio::test]
async fn a_rule_with_everything_goes_out_comes_back_and_is_taken_away_part_by_part() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(FULL)).await;
    assert!(bench.apply(&stack(FULL)).await.is_empty());
    let pattern: Value = serde_json::from_str(raw(&bench)["EventPattern"].as_str().unwrap()).unwrap();
    assert_eq!(pattern["source"], json!(["b", "a"]), "in the user's order");
    let carrier = target(&bench, "carrier").unwrap();
    assert_eq!(carrier["InputTransformer"]["InputTemplate"], r#"{"id":<id>,"text":"Order <id>"}"#);
    assert_eq!(carrier["RetryPolicy"], json!({ "MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 300 }));
    assert!(carrier["RoleArn"].as_str().unwrap().ends_with("/shop-created-rule-role-eu-west-1"));

    let changes = bench.apply(&stack(BARE)).await;
    let put = changes.iter().find(|request| request.operation == "PutRule").unwrap();
    assert_eq!(
        put.input,
        json!({ "Name": "shop-created", "EventBusName": "shop-orders", "EventPattern": r#"{"source":["b","a"]}"#, "State": "ENABLED" })
    );
    assert_eq!(raw(&bench).get("Description").and_then(Value::as_str), None);
    assert_eq!(
        target(&bench, "path"),
        Some(json!({ "Id": "path", "Arn": "arn:aws:sqs:eu-west-1:123456789012:shop-jobs" }))
    );
    for gone in ["carrier", "audit", "constant", "verbatim"] {
        assert_eq!(target(&bench, gone), None, "{gone}");
    }
    assert!(bench.apply(&stack(BARE)).await.is_empty());
    bench.destroy().await;
    assert_eq!(bench.raw("events", "rule", "shop-orders/shop-created"), None);
}

#[tokio::test]
async fn a_rule_whose_fields_were_dropped_is_like_one_that_never_had_them() {
    let (mut dropped, mut fresh) = (Bench::new().await, Bench::new().await);
    dropped.apply(&stack(FULL)).await;
    dropped.apply(&stack(BARE)).await;
    fresh.apply(&stack(BARE)).await;
    assert_eq!(unlike(&raw(&dropped), &raw(&fresh)), [""; 0]);
    let (was, is) = (target(&dropped, "path").unwrap(), target(&fresh, "path").unwrap());
    assert_eq!(unlike(&was, &is), [""; 0]);
}

// E11 (aws-cloudformation/cloudformation-coverage-roadmap#2006,
// aws-cloudformation/cloudformation-coverage-roadmap#1605,
// aws-cloudformation/cloudformation-coverage-roadmap#1716): blocks of a target are told as drift, or not at
// all.
#[tokio::test]
async fn a_changed_target_is_written_alone() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(FULL)).await;
    let changes = bench.apply(&stack(&FULL.replace("attempts: 0", "attempts: 1"))).await;
    assert_eq!(operations(&changes), ["PutTargets"]);
    assert_eq!(changes[0].input["Targets"].as_array().unwrap().len(), 1);
    assert_eq!(changes[0].input["Targets"][0]["Id"], "carrier");
    let changes = bench
        .apply(&stack(&FULL.replace("attempts: 0", "attempts: 1").replace("team: orders", "team: billing")))
        .await;
    assert_eq!(operations(&changes), ["TagResource"]);
}

// A full rule has no room: what goes must go before what comes.
#[tokio::test]
async fn a_target_is_exchanged_in_a_rule_that_is_full() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(FULL)).await;
    let changes = bench.apply(&stack(&FULL.replace("      constant:", "      other:"))).await;
    assert_eq!(operations(&changes), ["RemoveTargets", "PutTargets"]);
    assert_eq!(target(&bench, "constant"), None);
    assert!(target(&bench, "other").is_some());
}

// terraform-provider-aws#18519: a rule does not go while targets that others have added are there.
// E7 (hashicorp/terraform-provider-aws#18519, hashicorp/terraform-provider-aws#34906,
// hashicorp/terraform-provider-aws#34905, rebuy-de/aws-nuke#877): a rule that still has targets cannot be
// deleted.
#[tokio::test]
async fn targets_that_others_have_added_show_and_go_with_the_rule() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(BARE)).await;
    let foreign = json!({ "Id": "theirs", "Arn": "arn:aws:kinesis:eu-west-1:123456789012:stream/s", "RoleArn": "arn:aws:iam::123456789012:role/r", "KinesisParameters": { "PartitionKeyPath": "$.id" } });
    let add = |bench: &Bench| {
        bench
            .local
            .seed(REGION, "events", "target", "shop-orders/shop-created/theirs", foreign.clone())
            .unwrap()
    };
    add(&bench);
    let differs = bench.differs(&stack(BARE)).await;
    assert!(
        !differs.is_empty() && differs.iter().all(|path| path.starts_with("rules.created: Targets[theirs]")),
        "{differs:?}"
    );
    assert_eq!(operations(&bench.apply(&stack(BARE)).await), ["RemoveTargets"]);
    add(&bench);
    bench.destroy().await;
    assert_eq!(bench.raw("events", "rule", "shop-orders/shop-created"), None);
}

// A rule that somebody else disabled or gave a role shows, and comes back.
#[tokio::test]
async fn a_rule_that_was_changed_by_hand_is_set_right() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(BARE)).await;
    let mut document = raw(&bench);
    document["State"] = "DISABLED".into();
    document["RoleArn"] = "arn:aws:iam::123456789012:role/r".into();
    bench.local.seed(REGION, "events", "rule", "shop-orders/shop-created", document).unwrap();
    let mut differs = bench.differs(&stack(BARE)).await;
    differs.sort();
    assert_eq!(differs, ["rules.created: RoleArn", "rules.created: State"]);
    bench.apply(&stack(BARE)).await;
    assert_eq!(
        (&raw(&bench)["State"], raw(&bench).get("RoleArn").and_then(Value::as_str)),
        (&json!("ENABLED"), None)
    );
}

// aws-nuke#448: rules that AWS manages are nobody's to change.
// E8 (rebuy-de/aws-nuke#448, cloud-custodian/cloud-custodian#10308, ekristen/aws-nuke#434): a managed rule is
// neither ours nor to be deleted.
#[tokio::test]
async fn a_managed_rule_says_who_manages_it_and_is_in_no_list_of_ours() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(BARE)).await;
    let mut document = raw(&bench);
    document["ManagedBy"] = "pipes.amazonaws.com".into();
    bench.local.seed(REGION, "events", "rule", "shop-orders/shop-created", document).unwrap();
    assert_eq!(bench.read("rules.created").await.unwrap().managed_by.as_deref(), Some("pipes.amazonaws.com"));
    assert!(bench.owned("rules", "shop/-/eu-west-1").await.is_empty());
}

#[tokio::test]
async fn rules_are_found_on_every_bus() {
    let mut bench = Bench::new().await;
    let text = stack(&format!(
        "{BARE}  tick: {{ schedule: rate(5 minutes), targets: {{ q: {{ queue: jobs }} }} }}\n"
    ));
    bench.apply(&text).await;
    assert_eq!(bench.owned("rules", "shop/-/eu-west-1").await, ["rules.created", "rules.tick"]);
    assert!(bench.owned("rules", "shop/-/us-east-1").await.is_empty());
    assert!(bench.apply(&text).await.is_empty());
    let read = bench.read("rules.tick").await.unwrap();
    assert_eq!(read.id, "default|shop-tick");
    assert_eq!(read.outputs["arn"].as_str(), Some("arn:aws:events:eu-west-1:123456789012:rule/shop-tick"));
}

// A rule is written and its targets are refused: the next run goes on from there.
// E9 (aws/aws-sdk-js-v3#6671): what is refused of targets is answered with 200.
#[tokio::test]
async fn targets_that_were_refused_are_an_error_with_aws_words() {
    let mut bench = Bench::new().await;
    let text = stack(BARE)
        .replace("queue: jobs", "bus: \"arn:aws:events:eu-west-1:123456789012:event-bus/nowhere\"");
    let refused = bench.try_create(&text, "rules.created").await.unwrap_err();
    assert!(
        refused.message.contains("target `path`") && refused.message.contains("does not exist"),
        "{refused}"
    );
    assert_eq!(refused.code, "ResourceNotFoundException");
    bench.apply(&stack(BARE)).await;
}
