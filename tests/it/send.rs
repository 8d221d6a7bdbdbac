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
    let near = send(&folder, &["--bus", "order", "--event", EVENT]).ends(1).stderr;
    assert!(near.contains("help: did you mean `buses.orders`?"), "{near}");
    assert_eq!(
        said(&["--partner", "orders/acme", "--event", EVENT]),
        "error: the stack has no partner event source `orders/acme`; it declares none"
    );
    send(&folder, &["--partner", "x", "--bus", "orders", "--event", EVENT]).ends(64);
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

const PARTNER: &str = "\
stack: shop
region: eu-west-1
partner_event_sources: { orders: { partner: example.com, tenants: { acme: '111122223333', globex: '444455556666' } } }
";

#[test]
fn events_of_a_partner_go_twenty_at_once_to_the_source_of_a_tenant() {
    let folder = Folder::with_stack(PARTNER);
    folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
    let event = json!({ "detail-type": "order.made", "detail": { "id": 1 } });
    std::fs::write(folder.path().join("events.json"), json!(vec![event; 21]).to_string()).expect("a file");
    let args = ["send", "--local", "--partner", "orders/acme", "--event", "events.json", "--format", "json"];
    let sent: Value = serde_json::from_str(&folder.run(&args).ends(0).stdout).expect("JSON");
    assert_eq!(sent["to"], "partner_event_sources.orders/acme");
    assert!(sent["events"].as_array().expect("events").iter().all(|one| one["id"].is_string()), "{sent}");
    // What was accepted before a request failed is said.
    let fault = ("GATEWAYCTL_LOCAL_FAULTS", "events:PutPartnerEvents#2=error:AccessDeniedException*always");
    let failed = folder.run_with(&args[..6], &[fault]).ends(3);
    assert_eq!(failed.stdout.lines().count(), 20, "{}", failed.stdout);
    assert!(failed.stderr.contains("1 of 21 events were not sent"), "{}", failed.stderr);
    // An account that is no partner's.
    let fault =
        ("GATEWAYCTL_LOCAL_FAULTS", "events:PutPartnerEvents=error:OperationDisabledException*always");
    let refused = folder.run_with(&args[..6], &[fault]).ends(1);
    assert!(refused.stderr.contains("has enrolled as a SaaS partner"), "{}", refused.stderr);

    let which = send(&folder, &["--partner", "--event", EVENT]).ends(1).stderr;
    let both = "`partner_event_sources.orders/acme`, `partner_event_sources.orders/globex`";
    assert!(
        which.contains(&format!("which partner event source? Name one with `--partner`: {both}")),
        "{which}"
    );
    let foreign = send(&folder, &["--partner", "orders/acme", "--event", EVENT]).ends(65).stderr;
    assert!(foreign.contains("`source` is `shop`; the events of a partner are from"), "{foreign}");
    let near = send(&folder, &["--partner", "orders/acne", "--event", EVENT]).ends(1).stderr;
    assert!(near.contains("did you mean `partner_event_sources.orders/acme`?"), "{near}");
}
