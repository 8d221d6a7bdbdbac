//! The reference gateway at work: functions, rules, table and API destination of an emulator, and a
//! carrier of the test's own. And a workflow.

use serde_json::json;

use crate::support::emulators::{Emulators, free_port, support};
use crate::support::process::Folder;

#[test]
fn an_order_reaches_the_carrier_and_comes_back_as_shipped() {
    let emulators = Emulators::start();
    let folder = Folder::copy_of("stacks/serverless-event-gateway");
    let port = free_port();
    folder.edit(
        "endpoint: ${functions.carrier.url}/orders",
        &format!("endpoint: http://127.0.0.1:{port}/orders"),
    );
    emulators.run(&folder, &["apply", "--yes"], &[("CARRIER_PASSWORD", "carrier-1")]).ends(0);
    let seen = emulators.python(&support("run_gateway.py"), &[&port]);
    assert_eq!(seen["posted"], json!({ "status": 201, "body": { "id": "o-1", "state": "pending" } }));
    assert_eq!(seen["pending"]["body"], json!({ "id": "o-1", "state": "pending" }));
    assert_eq!(seen["records"], json!(["INSERT", "MODIFY"]));
    let request = json!({
        "method": "POST",
        "path": "/orders",
        // user:carrier-1
        "authorization": "Basic dXNlcjpjYXJyaWVyLTE=",
        "body": { "order_id": "o-1", "state": "pending" },
    });
    assert_eq!(seen["carrier"], json!([request]));
    let shipped = json!({ "id": "o-1", "state": "shipped", "shipped_at": "2026-01-02T03:04:05Z" });
    assert_eq!(seen["shipped"], shipped);
}

const SYNC: &str = r#"
stack: sync
region: eu-west-1
tables: { partners: { partition_key: id, protect: false } }
queues: { changed: {} }
state_machines:
  pull:
    definition:
      StartAt: each
      States:
        each:
          Type: Map
          ItemsPath: $.partners
          ItemSelector: { id.$: $$.Map.Item.Value }
          ItemProcessor:
            ProcessorConfig: { Mode: INLINE }
            StartAt: store
            States:
              store:
                Type: Task
                Resource: "arn:aws:states:::dynamodb:putItem"
                Parameters: { TableName: "${Table}", Item: { id: { S.$: $.id } } }
                ResultPath: null
                Next: wait
              wait: { Type: Wait, Seconds: "${Pause}", Next: tell }
              tell:
                Type: Task
                Resource: "arn:aws:states:::sqs:sendMessage"
                Parameters: { QueueUrl: "${queues.changed.url}", MessageBody.$: $.id }
                End: true
          End: true
    substitutions: { Table: "${tables.partners.name}", Pause: 1 }
"#;

#[test]
fn a_workflow_stores_and_tells_what_its_definition_says_for_each_partner() {
    let emulators = Emulators::start();
    let folder = Folder::with_stack(SYNC);
    emulators.run(&folder, &["apply", "--yes"], &[]).ends(0);
    let seen = emulators.python(&support("run_workflow.py"), &[]);
    assert_eq!(seen["status"], "SUCCEEDED", "{seen}");
    assert_eq!(seen["messages"], json!(["acme", "globex"]));
    assert_eq!(seen["items"], json!(["acme", "globex"]));
    emulators.run(&folder, &["destroy", "--yes"], &[]).ends(0);
}
