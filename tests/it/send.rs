//! Events to what is live.

use serde_json::{Value, json};

use crate::support::process::{Folder, Ran};

const STACK: &str = "stack: shop\nregion: eu-west-1\nbuses: { orders: {}, audit: {} }\n";
const EVENT: &str = r#"{ "source": "shop", "detail-type": "order.made", "detail": { "id": 1 } }"#;

fn applied() -> Folder {
    let folder = Folder::with_stack(STACK);
    folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
    folder
}

fn send(folder: &Folder, args: &[&str]) -> Ran {
    folder.run(&[&["send", "--local"], args].concat())
}

#[test]
fn an_event_is_sent_to_a_bus_of_the_stack_and_its_id_is_the_answer() {
    let folder = applied();
    let sent = send(&folder, &["--bus", "orders", "--event", EVENT]).ends(0);
    assert_eq!((sent.stdout.lines().count(), sent.stdout.trim().len()), (1, 36), "{}", sent.stdout);
    assert!(sent.stderr.starts_with("shop: account "), "{}", sent.stderr);
    // Several from a file, one as it was delivered, one that EventBridge takes from nobody.
    let delivered = json!({
        "version": "0", "id": "1", "account": "111122223333", "region": "eu-west-1", "resources": ["arn:x"],
        "source": "shop", "detail-type": "order.made", "time": "2026-01-02T03:04:05Z", "detail": {},
    });
    let of_aws = json!({ "source": "aws.ec2", "detail-type": "x", "detail": {} });
    std::fs::write(folder.path().join("events.json"), json!([delivered, of_aws]).to_string())
        .expect("a file");
    let args = ["--bus", "buses.audit", "--event", "events.json", "--format", "json"];
    let sent = send(&folder, &args).ends(3);
    let json: Value = serde_json::from_str(&sent.stdout).expect("JSON");
    assert_eq!((&json["to"], json["events"][0]["id"].is_string()), (&json!("buses.audit"), true));
    assert_eq!(json["events"][1]["error"]["code"], "NotAuthorizedForSourceException");
    assert!(sent.stderr.contains("error: event 2 of 2 was refused by buses.audit"), "{}", sent.stderr);
}

#[test]
fn what_was_accepted_before_a_request_failed_is_said() {
    let folder = applied();
    let event: Value = serde_json::from_str(EVENT).expect("JSON");
    std::fs::write(folder.path().join("events.json"), json!(vec![event; 11]).to_string()).expect("a file");
    let fault = ("GATEWAYCTL_LOCAL_FAULTS", "events:PutEvents#2=error:AccessDeniedException*always");
    let args = ["send", "--local", "--bus", "orders", "--event", "events.json"];
    let sent = folder.run_with(&args, &[fault]).ends(3);
    assert_eq!(sent.stdout.lines().count(), 10, "{}", sent.stdout);
    assert!(sent.stderr.contains("1 of 11 events were not sent"), "{}", sent.stderr);
}

#[test]
fn what_cannot_be_sent_is_said_before_anything_is() {
    let folder = applied();
    let ends = |status: i32, args: &[&str]| {
        let stderr = send(&folder, args).ends(status).stderr;
        stderr.lines().find(|line| line.starts_with("error: ")).unwrap_or_default().to_owned()
    };
    let said = |args: &[&str]| ends(1, args);
    let invalid = |args: &[&str]| ends(65, args);
    assert_eq!(
        said(&["--event", EVENT]),
        "error: which bus? Name one with `--bus`: `buses.audit`, `buses.orders`"
    );
    assert_eq!(
        said(&["--bus", "order", "--event", EVENT]),
        "error: the stack has no bus `order`; it has `buses.audit`, `buses.orders`"
    );
    let none = invalid(&["--bus", "orders", "--event", "none.json"]);
    assert!(none.starts_with("error: the event cannot be read: none.json: "), "{none}");
    assert_eq!(
        invalid(&["--bus", "orders", "--event", r#"{ "detail_type": "x" }"#]),
        "error: --event: unknown member `detail_type`; EventBridge writes `detail-type`"
    );
    let no_source = r#"{ "detail-type": "x", "detail": {} }"#;
    assert_eq!(invalid(&["--bus", "orders", "--event", no_source]), "error: --event: `source` is missing");
    let no_time = r#"{ "source": "x", "detail-type": "x", "detail": {}, "time": "now" }"#;
    let help = "error: --event: `now` is no time; write it as 2026-01-02T03:04:05Z";
    assert_eq!(invalid(&["--bus", "orders", "--event", no_time]), help);
    // EventBridge would take events for a bus that is not there, and drop them.
    folder.edit("audit: {}", "audit: {}, later: {}");
    assert_eq!(
        said(&["--bus", "later", "--event", EVENT]),
        "error: buses.later is not in the account: `gatewayctl apply` makes it"
    );
}
