//! `status`: what monitoring and a person on call see.

use serde_json::{Value, json};

use crate::support::process::Folder;

const STACK: &str = "\
stack: shop
region: eu-west-1
parameters:
  key: { from: 'env:KEY', secret: true, default: local-only }
buses: { shop: {} }
queues:
  jobs: { redrive: { dead_letter: dead, max_receive_count: 3 } }
  dead: {}
  undelivered: {}
  more: {}
rules:
  orders: { bus: shop, pattern: { source: [shop] }, targets: { jobs: { queue: jobs, dead_letter: undelivered } } }
  paused: { bus: shop, pattern: { source: [old] }, state: disabled, targets: { jobs: { queue: jobs } } }
connections:
  carrier: { api_key: { name: X-Key, value: '${parameters.key}' } }
pipes:
  jobs: { source: { queue: jobs }, target: { queue: more } }
state_machines:
  ship: { definition: { StartAt: done, States: { done: { Type: Succeed } } } }
functions:
  work:
    code: functions/orders
    handler: index.handler
    runtime: python3.13
    triggers: { more: { queue: more } }
";

fn applied() -> Folder {
    let folder = Folder::with_stack(STACK);
    let code = folder.path().join("functions/orders");
    std::fs::create_dir_all(&code).expect("a folder");
    std::fs::write(code.join("index.py"), "def handler(event, context): pass\n").expect("code");
    folder.run(&["apply", "--local=account.jsonl", "--yes", "-q"]).ends(0);
    folder
}

#[test]
fn a_stack_that_does_what_it_was_told_is_healthy() {
    let folder = applied();
    let ran = folder.run(&["status", "--local=account.jsonl"]).ends(0);
    insta::assert_snapshot!(ran.stdout);
    let json: Value = serde_json::from_str(
        &folder.run(&["status", "--local=account.jsonl", "--format", "json"]).ends(0).stdout,
    )
    .expect("JSON");
    assert_eq!((&json["format_version"], &json["healthy"]), (&json!("1.2"), &json!(true)));
}

#[test]
fn what_is_wrong_stands_first_with_its_reason_and_ends_with_1() {
    let folder = applied();
    folder.happens("pipe", "shop-jobs", &|pipe| {
        pipe["CurrentState"] = "START_FAILED".into();
        pipe["StateReason"] = "The role cannot be assumed.\u{1b}[2J".into();
    });
    for queue in ["shop-dead", "shop-undelivered", "shop-more"] {
        folder.happens("queue", queue, &|queue| {
            queue["Attributes"]["ApproximateNumberOfMessages"] = "3".into();
        });
    }
    folder.happens("rule", "shop-orders", &|rule| rule["State"] = "DISABLED".into());
    folder.happens("state-machine", "shop-ship", &|machine| machine["status"] = "DELETING".into());
    folder.happens("connection", "shop-carrier", &|connection| {
        connection["ConnectionState"] = "DEAUTHORIZED".into();
        connection["StateReason"] = "401 from the endpoint".into();
    });
    folder.happens("mapping", "", &|mapping| {
        mapping["LastProcessingResult"] = "PROBLEM: Function call failed".into();
    });
    let ran = folder.run(&["status", "--local=account.jsonl"]).ends(1);
    insta::assert_snapshot!(ran.stdout);
    let ran = folder.run(&["status", "--local=account.jsonl", "--format", "json"]).ends(1);
    let json: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let of = |address: &str| {
        let all = json["resources"].as_array().expect("a list");
        all.iter().find(|one| one["address"] == address).expect(address).clone()
    };
    assert_eq!(json["healthy"], false);
    let reason = json!({
        "path": "Attributes.ApproximateNumberOfMessages",
        "value": "3",
        "means": "messages that could not be delivered wait here: look at them, then redrive them to where they came from",
        "declared": false,
    });
    let dead = json!({
        "address": "queues.dead", "kind": "queues", "name": "shop-dead", "health": "failed", "reasons": [reason],
    });
    assert_eq!(of("queues.dead"), dead);
    // Nothing could not be delivered to a queue that only works.
    assert_eq!(of("queues.more")["health"], "healthy");
    assert_eq!(of("rules.paused")["reasons"][0]["declared"], true);
    // The same of a file, without the account.
    folder.run(&["snapshot", "--local=account.jsonl", "--output", "live.json"]).ends(0);
    let of_file = folder.run(&["status", "--live", "live.json", "--format", "json"]).ends(1);
    assert_eq!(of_file.stdout, ran.stdout);
}

/// It works perhaps, and `plan` refuses it.
#[test]
fn what_is_there_without_the_stacks_mark_is_not_well() {
    let folder = Folder::with_stack("stack: shop\nregion: eu-west-1\nqueues: { jobs: {}, more: {} }\n");
    folder.run(&["apply", "--local=account.jsonl", "--yes", "-q"]).ends(0);
    folder.happens("queue", "shop-jobs", &|queue| queue["_tags"] = json!({}));
    folder.happens("queue", "shop-more", &|queue| {
        queue["_tags"]["gatewayctl:owner"] = "other/-/eu-west-1".into();
    });
    let ran = folder.run(&["status", "--local=account.jsonl"]).ends(1);
    insta::assert_snapshot!(ran.stdout, @r"
    Not healthy: 2 foreign of 2 resources.

      foreign  queues.jobs  shop-jobs
               it carries no mark: `gatewayctl apply --adopt queues.jobs` takes it over
      foreign  queues.more  shop-more
               it belongs to `other/-/eu-west-1` as queues.more
    ");
}

/// A text of the account is never a command to the terminal that shows it.
#[test]
fn no_format_holds_what_a_terminal_obeys() {
    let folder = applied();
    folder.happens("pipe", "shop-jobs", &|pipe| {
        pipe["CurrentState"] = "START_FAILED".into();
        pipe["StateReason"] = HOSTILE.into();
    });
    folder.run(&["snapshot", "--local=account.jsonl", "--output", "live.json"]).ends(0);
    let snapshot = std::fs::read_to_string(folder.path().join("live.json")).expect("the snapshot");
    let shown = |args: &[&str]| folder.run(args).ends(1).stdout;
    let json = shown(&["status", "--local=account.jsonl", "--format", "json"]);
    assert!(json.contains("\\u009b2J\\u202e"), "{json}");
    for text in [json, snapshot, shown(&["status", "--local=account.jsonl"])] {
        let obeyed = |c: char| c != '\n' && c.is_control() || c == '\u{202e}';
        assert!(!text.contains(obeyed), "{text:?}");
    }
}

// SNS says so by the attribute alone.
#[test]
fn a_subscription_that_nobody_has_confirmed_delivers_nothing() {
    let folder = Folder::with_stack(
        "stack: shop\nregion: eu-west-1\ntopics:\n  alarms: { subscriptions: { ops: { email: ops@example.com } } }\n",
    );
    folder.run(&["apply", "--local=account.jsonl", "--yes", "-q"]).ends(0);
    let ran = folder.run(&["status", "--local=account.jsonl"]).ends(1);
    insta::assert_snapshot!(ran.stdout, @r"
    Not healthy: 1 failed of 2 resources.

      failed   topics.alarms/subscription/ops  shop-alarms/ops
               nothing is delivered until whoever has the endpoint opens the link that SNS sent there,
               within two days; to have it sent again, take the subscription out, apply, and put it back
               (PendingConfirmation = true)
      healthy  topics.alarms  shop-alarms
    ");
}

const HOSTILE: &str = "no \u{9b}2J\u{202e} role";

// Its connection is another's, so that nothing else of this stack can tell.
#[test]
fn a_destination_that_is_not_called_is_not_well() {
    let connection = "arn:aws:events:eu-west-1:123456789012:connection/theirs/1";
    let folder = Folder::with_stack(&format!(
        "stack: shop\nregion: eu-west-1\napi_destinations:\n  carrier: {{ connection: '{connection}', endpoint: 'https://carrier.example.com', method: POST }}\n"
    ));
    folder.run(&["apply", "--local=account.jsonl", "--yes", "-q"]).ends(0);
    folder.run(&["status", "--local=account.jsonl"]).ends(0);
    folder.happens("destination", "shop-carrier", &|one| one["ApiDestinationState"] = "INACTIVE".into());
    let ran = folder.run(&["status", "--local=account.jsonl"]).ends(1);
    insta::assert_snapshot!(ran.stdout, @"
    Not healthy: 1 failed of 1 resource.

      failed  api_destinations.carrier  shop-carrier
              INACTIVE: its connection is not authorized
              nothing is called: look at its connection, which may be another stack's
              (ApiDestinationState = INACTIVE)
    ");
}

#[test]
fn what_is_not_applied_is_missing() {
    let folder = Folder::with_stack("stack: shop\nregion: eu-west-1\nqueues: { jobs: {} }\n");
    let ran = folder.run(&["status", "--local"]).ends(1);
    insta::assert_snapshot!(ran.stdout, @"
    Not healthy: 1 missing of 1 resource.

      missing  queues.jobs  shop-jobs
               it is declared and not there: `gatewayctl apply` makes it
    ");
}
