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
    environment: { MODE: a, LEVEL: b }
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
    assert_eq!(made["Environment"], json!({ "Variables": { "MODE": "a", "LEVEL": "b" } }));
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
    let zip = super::super::package::pack(other.0.path(), "").unwrap().zip;
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

// X1: messages that pass are told from those that stay.
#[tokio::test]
async fn a_create_whose_answer_is_lost_or_whose_role_is_not_known_yet_comes_up() {
    let code = Code::new();
    for faults in ["iam:CreateRole=slow:3", "lambda:UpdateFunctionCode=throttle*2"] {
        let mut bench = Bench::with_faults(faults).await;
        bench.apply(&code.stack("")).await;
        assert!(bench.apply(&code.stack("")).await.is_empty(), "{faults}");
    }
}

/// A conformance stack as it stands.
fn conformance(name: &str) -> String {
    fs::read_to_string(format!("tests/conformance/{name}.yaml")).unwrap()
}

#[tokio::test]
async fn every_field_of_every_variant_goes_out_and_comes_back_as_it_was_wished() {
    for name in ["functions", "functions-image", "functions-mounted"] {
        let mut bench = Bench::new().await;
        bench.apply(&conformance(name)).await;
        assert_eq!(bench.differs(&conformance(name)).await, Vec::<String>::new(), "{name}");
        let changes = bench.apply(&conformance(name)).await;
        assert_eq!(operations(&changes), Vec::<&str>::new(), "{name}");
        bench.destroy().await;
    }
}

const ALIASED: &str = "    aliases: { live: { description: Called }, fixed: { version: '1' } }\n";

fn alias(bench: &Bench, name: &str) -> Value {
    bench.raw("lambda", "alias", &format!("shop-orders:{name}")).unwrap()
}

#[tokio::test]
async fn an_alias_follows_the_newest_version_and_nothing_is_published_without_a_change() {
    let code = Code::new();
    let mut bench = Bench::new().await;
    let changes = bench.apply(&code.stack(ALIASED)).await;
    assert_eq!(operations(&changes), ["CreateFunction", "PublishVersion", "CreateAlias", "CreateAlias"]);
    assert_eq!(alias(&bench, "live")["FunctionVersion"], "1");
    assert!(bench.apply(&code.stack(ALIASED)).await.is_empty());

    let changes = bench.apply(&code.stack(&format!("    timeout: 5s\n{ALIASED}"))).await;
    assert_eq!(operations(&changes), ["UpdateFunctionConfiguration", "PublishVersion", "UpdateAlias"]);
    let (live, fixed) = (alias(&bench, "live"), alias(&bench, "fixed"));
    assert_eq!((&live["FunctionVersion"], &live["Description"]), (&json!("2"), &json!("Called")));
    assert_eq!(fixed["FunctionVersion"], "1");

    // Code that changes is published too, and concurrency makes no version.
    code.write("x = 2\n");
    let more = format!("    timeout: 5s\n    reserved_concurrency: 1\n{ALIASED}");
    bench.apply(&code.stack(&more)).await;
    assert_eq!(alias(&bench, "live")["FunctionVersion"], "3");
    let changes = bench.apply(&code.stack(&format!("    timeout: 5s\n{ALIASED}"))).await;
    assert_eq!(operations(&changes), ["DeleteFunctionConcurrency"]);

    let changes = bench.apply(&code.stack("    timeout: 5s\n    aliases: { live: {} }\n")).await;
    assert_eq!(operations(&changes), ["PublishVersion", "UpdateAlias", "DeleteAlias"]);
    assert_eq!(alias(&bench, "live")["Description"], "");
    assert_eq!(alias(&bench, "live")["FunctionVersion"], "3");
    bench.destroy().await;
}

// A run that ended between an update and its version leaves an alias behind the function.
#[tokio::test]
async fn an_alias_that_lags_behind_is_seen_and_brought_on() {
    let code = Code::new();
    let mut bench = Bench::new().await;
    bench.apply(&code.stack("    publish: true\n    aliases: { live: {} }\n")).await;
    let input = value!({ "FunctionName": "shop-orders", "MemorySize": 256 });
    bench.aws.call("lambda", "UpdateFunctionConfiguration", input).await.unwrap();
    let stack = code.stack("    memory: 256\n    publish: true\n    aliases: { live: {} }\n");
    assert_eq!(
        bench.differs(&stack).await,
        ["functions.orders: Publish", "functions.orders: Aliases.live.FunctionVersion"]
    );
    let changes = bench.apply(&stack).await;
    assert_eq!(operations(&changes), ["PublishVersion", "UpdateAlias"]);
    assert_eq!(bench.read("functions.orders").await.unwrap().outputs["version"].as_str(), Some("2"));
}

#[tokio::test]
async fn what_an_alias_keeps_ready_is_waited_for_and_given_back() {
    let code = Code::new();
    let mut bench = Bench::new().await;
    let with = |n| code.stack(&format!("    aliases: {{ live: {{ provisioned_concurrency: {n} }} }}\n"));
    bench.apply(&with(2)).await;
    let there = bench.raw("lambda", "provisioned", "shop-orders:live").unwrap();
    assert_eq!(
        (&there["Status"], &there["RequestedProvisionedConcurrentExecutions"]),
        (&json!("READY"), &json!(2))
    );
    let changes = bench.apply(&with(3)).await;
    assert_eq!(operations(&changes), ["PublishVersion", "PutProvisionedConcurrencyConfig"]);
    let changes = bench.apply(&code.stack("    aliases: { live: {} }\n")).await;
    assert_eq!(operations(&changes), ["PublishVersion", "DeleteProvisionedConcurrencyConfig"]);
}

// terraform-provider-aws lambda/function.go: emptying needs an explicit empty value.
#[tokio::test]
async fn what_a_patch_would_keep_is_taken_away_by_saying_that_it_is_empty() {
    let mut bench = Bench::new().await;
    let full = conformance("functions");
    bench.apply(&full).await;
    let optional =
        |line: &&str| line.starts_with("    ") && !line.contains("name:") && !line.contains("code:");
    let kept = |line: &&str| ["    handler:", "    runtime:"].iter().any(|key| line.starts_with(key));
    let bare: String =
        full.lines().filter(|line| !optional(line) || kept(line)).flat_map(|line| [line, "\n"]).collect();
    let changes = bench.apply(&bare).await;
    let update = changes.iter().find(|request| request.operation == "UpdateFunctionConfiguration").unwrap();
    assert_eq!(update.input["DeadLetterConfig"], json!({ "TargetArn": "" }));
    assert_eq!(update.input["VpcConfig"], json!({ "SubnetIds": [], "SecurityGroupIds": [] }));
    assert_eq!(update.input["KMSKeyArn"], "");
    assert_eq!(
        update.input["LoggingConfig"],
        json!({ "LogFormat": "Text", "LogGroup": "/aws/lambda/all-work" })
    );
    let code = changes.iter().find(|request| request.operation == "UpdateFunctionCode").unwrap();
    assert_eq!(code.input["SourceKMSKeyArn"], "");
    for gone in [
        "DeleteFunctionCodeSigningConfig",
        "DeleteFunctionConcurrency",
        "DeleteFunctionUrlConfig",
        "DeleteFunctionEventInvokeConfig",
        "DeleteAlias",
    ] {
        assert!(operations(&changes).contains(&gone), "{gone}");
    }
    let recursion = changes.iter().find(|request| request.operation == "PutFunctionRecursionConfig").unwrap();
    assert_eq!(recursion.input["RecursiveLoop"], "Terminate");
    let runtime = changes.iter().find(|request| request.operation == "PutRuntimeManagementConfig").unwrap();
    assert_eq!(runtime.input["UpdateRuntimeOn"], "Auto");
    assert_eq!(bench.differs(&bare).await, Vec::<String>::new());
}

// L1: what AWS fills in at create and after the first update is no difference.
#[tokio::test]
async fn the_defaults_that_aws_fills_in_are_no_difference_at_first_or_after_an_update() {
    let code = Code::new();
    let mut bench = Bench::new().await;
    bench.apply(&code.stack("")).await;
    let made = raw(&bench);
    for (member, value) in [
        ("TracingConfig", json!({ "Mode": "PassThrough" })),
        ("EphemeralStorage", json!({ "Size": 512 })),
        ("PackageType", json!("Zip")),
        ("MemorySize", json!(128)),
        ("Timeout", json!(3)),
        ("Architectures", json!(["x86_64"])),
        ("LoggingConfig", json!({ "LogFormat": "Text", "LogGroup": "/aws/lambda/shop-orders" })),
        ("SnapStart", json!({ "ApplyOn": "None", "OptimizationStatus": "Off" })),
    ] {
        assert_eq!(made[member], value, "{member}");
    }
    for (operation, member, value) in [
        ("GetFunctionRecursionConfig", "RecursiveLoop", "Terminate"),
        ("GetRuntimeManagementConfig", "UpdateRuntimeOn", "Auto"),
    ] {
        let input = value!({ "FunctionName": "shop-orders" });
        let answer = bench.aws.call("lambda", operation, input).await.unwrap();
        assert_eq!(answer.text_at(member), Some(value));
    }
    assert_eq!(bench.differs(&code.stack("")).await, Vec::<String>::new());
    bench.apply(&code.stack("    memory: 256\n")).await;
    assert_eq!(bench.differs(&code.stack("    memory: 256\n")).await, Vec::<String>::new());
}

// L3: hashicorp/terraform#17570, hashicorp/terraform-provider-aws#6311. What is wrong for good is said at once, and what passes is waited for.
#[tokio::test]
async fn a_create_that_is_refused_for_good_fails_at_once_with_the_words_of_aws() {
    let code = Code::new();
    let mut bench = Bench::new().await;
    let role = "    role: \"${roles.own.arn}\"\nroles: { own: { trust: { Version: '2012-10-17', Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: 'sts:AssumeRole' }] } } }\n";
    let long = code.stack(&format!("    layers: ['{}']\n{role}", "x".repeat(3000)));
    let error = bench.try_create(&long, "functions.orders").await.unwrap_err();
    assert!(error.message.contains("less than or equal to 2048"), "{error}");
    let attempts = bench.local.requests().iter().filter(|r| r.operation == "CreateFunction").count();
    assert_eq!(attempts, 1);
}

// aws.md 9.4: the permission of a qualified target stands on the alias that the target names.
#[tokio::test]
async fn a_rule_that_calls_an_alias_is_permitted_on_the_alias_and_the_permission_is_found_again() {
    let code = Code::new();
    let mut bench = Bench::new().await;
    let rule =
        "rules:\n  r: { pattern: { source: [x] }, targets: { t: { function: orders, qualifier: live } } }\n";
    let with = code.stack(&format!("    aliases: {{ live: {{}} }}\n{rule}"));
    let changes = bench.apply(&with).await;
    let permission = changes.iter().find(|request| request.operation == "AddPermission").unwrap();
    assert_eq!(permission.input["Qualifier"], "live");
    assert_eq!(permission.input["FunctionName"], "shop-orders");
    let function = bench.raw("lambda", "function", "shop-orders").unwrap();
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:shop-orders:live";
    assert_eq!(function["_policylive"]["Statement"][0]["Resource"], arn);
    assert_eq!(function["_policy"], Value::Null);
    assert!(bench.apply(&with).await.is_empty());
    let owned = bench.owned("statements", "shop/-/eu-west-1").await;
    assert_eq!(owned.len(), 1, "{owned:?}");
    bench.apply(&code.stack("    aliases: { live: {} }\n")).await;
    assert_eq!(bench.owned("statements", "shop/-/eu-west-1").await, Vec::<String>::new());
}

// L2: AWS adds permissions to a function one at a time, and refuses the other meanwhile.
#[tokio::test]
async fn a_permission_that_meets_another_is_tried_again_and_both_stand() {
    let code = Code::new();
    let mut bench = Bench::with_faults("lambda:AddPermission=error:ResourceConflictException*2").await;
    let text = code.stack(
        "    policy:\n      a: { Effect: Allow, Principal: { AWS: '111122223333' }, Action: 'lambda:InvokeFunction', Condition: { StringEquals: { 'aws:PrincipalOrgID': o-0123456789 } } }\n      b: { Effect: Allow, Principal: { Service: s3.amazonaws.com }, Action: 'lambda:InvokeFunction', Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::x' }, StringEquals: { 'aws:SourceAccount': '111122223333' } } }\n",
    );
    bench.apply(&text).await;
    assert!(bench.apply(&text).await.is_empty());
    let function = bench.raw("lambda", "function", "shop-orders").unwrap();
    assert_eq!(function["_policy"]["Statement"].as_array().unwrap().len(), 2);
    bench.apply(&code.stack("")).await;
    assert_eq!(bench.owned("statements", "shop/-/eu-west-1").await, Vec::<String>::new());
}

#[tokio::test]
async fn what_an_alias_has_of_its_own_goes_to_the_alias_and_goes_away_alone() {
    let code = Code::new();
    let mut bench = Bench::new().await;
    let with = code.stack(
        "    url: { auth: iam }\n    async_invoke: { retry: { attempts: 1 } }\n    aliases:\n      live: { url: { auth: none }, async_invoke: { retry: { attempts: 0 } } }\n",
    );
    bench.apply(&with).await;
    assert!(bench.apply(&with).await.is_empty());
    let function = bench.raw("lambda", "function", "shop-orders").unwrap();
    assert_eq!(function["_urllive"]["AuthType"], "NONE");
    assert_eq!(function["_url"]["AuthType"], "AWS_IAM");
    assert_eq!(function["_asynclive"]["MaximumRetryAttempts"], 0);
    assert_eq!(function["_policylive"]["Statement"].as_array().unwrap().len(), 2);
    let without = code.stack(
        "    url: { auth: iam }\n    async_invoke: { retry: { attempts: 1 } }\n    aliases: { live: {} }\n",
    );
    bench.apply(&without).await;
    let function = bench.raw("lambda", "function", "shop-orders").unwrap();
    assert_eq!((&function["_urllive"], &function["_asynclive"]), (&Value::Null, &Value::Null));
    assert_eq!(function["_url"]["AuthType"], "AWS_IAM");
    assert_eq!(function["_async"]["MaximumRetryAttempts"], 1);
}
