use std::fs;

use serde_json::{Value, json};

use crate::engine::Aws;
use crate::kinds::testing::Bench;
use crate::local::Recorded;
use crate::value;

/// A folder of code, and a stack with a function of it and these further lines.
struct Code(tempfile::TempDir);

impl Code {
    fn new() -> Code {
        let code = Code(tempfile::tempdir().unwrap());
        code.write("x = 1\n");
        code
    }

    fn write(&self, content: &str) {
        fs::write(self.0.path().join("index.py"), content).unwrap();
    }

    fn stack(&self, more: &str) -> String {
        let path = self.0.path().display();
        format!(
            "stack: shop\nfunctions:\n  orders:\n    code: {path}\n    handler: index.handler\n    runtime: python3.13\n{more}"
        )
    }
}

const FULL: &str = "    memory: 256
    timeout: 10s
    description: Stores orders
    environment: { A: a, B: b }
    ephemeral_storage: 1024
    layers: [\"arn:aws:lambda:eu-west-1:123456789012:layer:lib:1\"]
    tracing: active
    reserved_concurrency: 2
    url: { auth: none, invoke_mode: response_stream, cors: { allow_origins: ['*'], max_age: 1h } }
    log_retention_days: 1
    tags: { team: orders }
";

fn operations(changes: &[Recorded]) -> Vec<&str> {
    let ours = changes.iter().filter(|request| request.service == "lambda");
    ours.map(|request| request.operation.as_str()).collect()
}

/// The function as the account keeps it, without what every write changes.
fn raw(bench: &Bench) -> Value {
    let mut raw = bench.raw("lambda", "function", "shop-orders").unwrap();
    for member in ["LastModified", "RevisionId"] {
        raw.as_object_mut().unwrap().remove(member);
    }
    raw
}

#[tokio::test]
async fn a_function_with_everything_goes_out_comes_back_and_is_taken_away_part_by_part() {
    let code = Code::new();
    let mut bench = Bench::new().await;
    let changes = bench.apply(&code.stack(FULL)).await;
    assert_eq!(
        operations(&changes),
        [
            "CreateFunction",
            "PutFunctionConcurrency",
            "CreateFunctionUrlConfig",
            "AddPermission",
            "AddPermission"
        ]
    );
    assert!(bench.apply(&code.stack(FULL)).await.is_empty(), "nothing changes");
    let made = raw(&bench);
    assert_eq!(made["Environment"], json!({ "Variables": { "A": "a", "B": "b" } }));
    assert_eq!(made["MemorySize"], 256);
    let live = bench.read("functions.orders").await.unwrap();
    let url = live.outputs["url"].as_str().unwrap();
    assert!(url.starts_with("https://") && !url.ends_with('/'), "{url}");

    let changes = bench.apply(&code.stack("")).await;
    let update = changes.iter().find(|request| request.operation == "UpdateFunctionConfiguration").unwrap();
    assert_eq!(update.input["Environment"], json!({ "Variables": {} }));
    assert_eq!(update.input["Description"], "");
    assert_eq!(update.input["Layers"], json!([]));
    assert!(!operations(&changes).contains(&"UpdateFunctionCode"), "the code is as it was");
    let mut fresh = Bench::new().await;
    fresh.apply(&code.stack("")).await;
    let (mut cleared, mut bare) = (raw(&bench), raw(&fresh));
    for raw in [&mut cleared, &mut bare] {
        for echoed in ["Environment", "Description", "Layers"] {
            let empty = raw.as_object_mut().unwrap().remove(echoed).unwrap_or_default();
            let empty =
                empty.as_str().is_none_or(str::is_empty) && empty.as_array().is_none_or(Vec::is_empty);
            assert!(empty, "{echoed}");
        }
    }
    assert_eq!(cleared, bare);
    assert_eq!(bench.owned("functions", "shop/-/eu-west-1").await, ["functions.orders"]);
    bench.destroy().await;
    assert_eq!(bench.owned("functions", "shop/-/eu-west-1").await, Vec::<String>::new());
}

#[tokio::test]
async fn changed_code_is_uploaded_and_its_hash_recorded_and_nothing_else_is_sent() {
    let code = Code::new();
    let mut bench = Bench::new().await;
    bench.apply(&code.stack("")).await;
    let before = raw(&bench)["CodeSha256"].clone();
    code.write("x = 2\n");
    let changes = bench.apply(&code.stack("")).await;
    assert_eq!(operations(&changes), ["UpdateFunctionCode", "TagResource"]);
    let after = raw(&bench)["CodeSha256"].clone();
    assert_ne!(before, after);
    let version = changes[1].input["Tags"]["gatewayctl:version"].as_str().unwrap();
    let (digest, uploaded) = version.split_once(':').unwrap();
    assert_eq!((digest.len(), uploaded), (64, after.as_str().unwrap()));
    assert!(bench.apply(&code.stack("")).await.is_empty());

    // A mark that is written for another reason keeps what was uploaded.
    let changes = bench.apply(&code.stack("    protect: true\n")).await;
    assert_eq!(operations(&changes), ["TagResource"]);
    assert!(bench.apply(&code.stack("    protect: true\n")).await.is_empty());
}

// What somebody uploaded by hand is no code of ours, though the mark still says so.
#[tokio::test]
async fn code_that_somebody_else_uploaded_is_seen_and_replaced() {
    let (code, other) = (Code::new(), Code::new());
    other.write("x = 3\n");
    let mut bench = Bench::new().await;
    bench.apply(&code.stack("")).await;
    let zip = super::super::package::pack(other.0.path()).unwrap().zip;
    let zip = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, zip);
    let input = value!({ "FunctionName": "shop-orders", "ZipFile": zip });
    bench.aws.call("lambda", "UpdateFunctionCode", input).await.unwrap();
    assert_eq!(bench.differs(&code.stack("")).await, ["functions.orders: Code.Digest"]);
    bench.apply(&code.stack("")).await;
    assert_eq!(bench.differs(&code.stack("")).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_url_is_changed_and_taken_away() {
    let code = Code::new();
    let mut bench = Bench::new().await;
    bench.apply(&code.stack("    url: { auth: none, cors: { allow_origins: ['*'] } }\n")).await;
    let changes = bench.apply(&code.stack("    url: { auth: iam }\n")).await;
    let update = changes.iter().find(|request| request.operation == "UpdateFunctionUrlConfig").unwrap();
    assert_eq!(
        update.input,
        json!({ "FunctionName": "shop-orders", "AuthType": "AWS_IAM", "InvokeMode": "BUFFERED", "Cors": {} })
    );
    let changes = bench.apply(&code.stack("")).await;
    assert_eq!(operations(&changes), ["DeleteFunctionUrlConfig"]);
}

#[tokio::test]
async fn a_create_whose_answer_is_lost_or_whose_role_is_not_known_yet_comes_up() {
    let code = Code::new();
    for faults in ["iam:CreateRole=slow:3", "lambda:UpdateFunctionCode=throttle*2"] {
        let mut bench = Bench::with_faults(faults).await;
        bench.apply(&code.stack("")).await;
        assert!(bench.apply(&code.stack("")).await.is_empty(), "{faults}");
    }
}
