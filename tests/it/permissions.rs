//! `--write-policy`: what it says is enough, and what it leaves out is refused.

use std::collections::BTreeSet;
use std::path::Path;

use gatewayctl::engine::Value;
use gatewayctl::plan;
use serde_json::Value as Json;

use crate::support::account::{Account, Source};
use crate::support::emulators::{Emulators, support};
use crate::support::process::Folder;

/// The stacks of all kinds with all their fields.
fn stacks() -> Vec<(String, Source)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut stacks: Vec<(String, Source)> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a stack");
            // What AWS itself protects cannot be removed, which is part of the test.
            let text = text.replace("deletion_protection: true", "deletion_protection: false");
            (path.file_stem().expect("a name").to_string_lossy().into_owned(), Source::new(&text))
        })
        .collect();
    stacks.sort_by(|one, other| one.0.cmp(&other.0));
    stacks
}

/// S3's actions that are not called as its operations are.
const OF_S3: &[(&str, &str)] = &[
    ("GetBucketNotificationConfiguration", "GetBucketNotification"),
    ("ListBuckets", "ListAllMyBuckets"),
    ("PutBucketNotificationConfiguration", "PutBucketNotification"),
];

/// The action that AWS checks for a call. API Gateway's are HTTP's verbs.
fn action(service: &str, operation: &str) -> String {
    const VERBS: &[(&str, &str)] = &[
        ("Get", "GET"),
        ("Create", "POST"),
        ("Put", "PUT"),
        ("Tag", "PUT"),
        ("Update", "PATCH"),
        ("Delete", "DELETE"),
        ("Untag", "DELETE"),
    ];
    let verb = VERBS.iter().find(|(begin, _)| operation.starts_with(begin));
    let of_s3 = OF_S3.iter().find(|(name, _)| *name == operation);
    match (service, verb) {
        ("s3", _) => format!("s3:{}", of_s3.map_or(operation, |(_, action)| action)),
        ("apigateway", Some((_, verb))) => format!("apigateway:{verb}"),
        _ => format!("{service}:{operation}"),
    }
}

fn actions(policies: &[Value]) -> BTreeSet<String> {
    let statements = policies.iter().flat_map(|policy| policy.get("Statement").and_then(Value::as_list));
    let actions = statements
        .flatten()
        .flat_map(|statement| statement.get("Action").and_then(Value::as_list).unwrap_or_default().iter());
    actions.filter_map(|action| action.as_str().map(str::to_owned)).collect()
}

/// What was asked for since the last look, without what needs no permission.
fn asked(account: &Account) -> BTreeSet<String> {
    let requests = account.local.requests().into_iter().filter(|request| request.service != "sts");
    requests.map(|request| action(&request.service, &request.operation)).collect()
}

#[tokio::test]
async fn every_call_of_a_plan_an_apply_and_a_removal_is_in_the_policy_that_was_written() {
    let mut missing = Vec::new();
    for (name, source) in stacks() {
        let account = Account::new();
        let planned = account.plan(&source).await;
        let permissions = plan::permissions(&planned, &[]);
        let reads = asked(&account);
        missing
            .extend(reads.difference(&actions(&permissions.plan)).map(|one| format!("{name}: plan: {one}")));
        account.apply(&source).await;
        let destroy = plan::Options { destroy: true, ..plan::Options::default() };
        account.apply_with(&source, &destroy).await;
        let writes = asked(&account);
        missing.extend(
            writes.difference(&actions(&permissions.apply)).map(|one| format!("{name}: apply: {one}")),
        );
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[tokio::test]
async fn a_policy_of_the_gateway_names_its_own_resources_wherever_aws_takes_a_name() {
    let account = Account::new();
    let planned = account.plan(&Source::of_folder("stacks/serverless-event-gateway")).await;
    let permissions = plan::permissions(&planned, &[]);
    insta::assert_snapshot!(gatewayctl::report::permissions_json(&permissions));
}

const STACK: &str = "\
stack: allowed
queues: { dead: {}, jobs: { redrive: { dead_letter: dead, max_receive_count: 3 } } }
buses: { orders: { description: Orders } }
rules:
  created:
    bus: orders
    pattern: { source: [shop] }
    targets: { jobs: { queue: jobs }, on: { bus: 'arn:aws:events:eu-west-1:123456789012:event-bus/elsewhere' } }
";

#[test]
fn with_the_written_policy_alone_it_applies_and_without_one_of_its_actions_it_does_not() {
    let emulators = Emulators::start();
    let folder = Folder::with_stack(STACK);
    let moto = emulators.checked();
    let run = |args: &[&str], key: &Json, status: i32| {
        let mut variables: Vec<(&str, &str)> =
            moto.iter().map(|(name, value)| (*name, value.as_str())).collect();
        variables.push(("AWS_ACCESS_KEY_ID", key["id"].as_str().expect("an id")));
        variables.push(("AWS_SECRET_ACCESS_KEY", key["secret"].as_str().expect("a secret")));
        folder.run_with(args, &variables).ends(status)
    };
    let anybody = serde_json::json!({ "id": "123456789012", "secret": "none" });
    run(&["plan", "--write-policy", "policy.json"], &anybody, 0);
    let file = folder.path().join("policy.json");
    let allow = |which: &str, without: &str| {
        emulators.python_on_moto(&support("allow.py"), &[&file.to_string_lossy(), which, without])
    };
    let reader = allow("plan", "");
    let hindered = allow("apply", "events:PutTargets");
    let writer = allow("apply", "");
    emulators.python_on_moto(&support("allow.py"), &["enforce"]);
    assert!(run(&["plan"], &reader, 0).stdout.contains("to create"));
    assert!(run(&["apply", "--yes"], &reader, 1).stderr.contains("the credentials may not call CreateQueue"));
    assert!(
        run(&["apply", "--yes"], &hindered, 3).stderr.contains("the credentials may not call PutTargets")
    );
    run(&["apply", "--yes"], &writer, 0);
    assert!(run(&["plan"], &reader, 0).stdout.starts_with("No changes."));
    run(&["destroy", "--yes"], &writer, 0);
}
