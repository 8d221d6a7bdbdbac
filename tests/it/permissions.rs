//! `--write-policy`: what it says is enough, and what it leaves out is refused.

mod calls;

use std::collections::BTreeSet;

use gatewayctl::engine::Value;
use gatewayctl::plan;
use serde_json::Value as Json;

use crate::conformance::file::{self, File, Form};
use crate::support::account::{Account, Source};
use crate::support::emulators::{Emulators, support};
use crate::support::process::Folder;
use calls::{Paths, Rights};

/// The stacks of all kinds with all their fields, and the same with other values.
fn stacks() -> Vec<(String, [Source; 2])> {
    // What AWS itself protects cannot be removed, which is part of the test.
    let bare = |text: String| text.replace("deletion_protection: true", "deletion_protection: false");
    let both = |file: &File| [Form::All, Form::Changed].map(|form| Source::new(&bare(file.text(form))));
    file::every("").iter().map(|file| (file.name.clone(), both(file))).collect()
}

#[tokio::test]
async fn every_call_of_a_plan_an_apply_and_a_removal_is_in_the_policy_that_was_written() {
    let (rights, mut missing) = (Rights::read(), BTreeSet::new());
    for (name, stacks) in stacks() {
        let account = Account::new();
        let mut paths = Paths::default();
        let mut check = |what: &str, policies: &[Value]| {
            let policies: Vec<Json> = policies.iter().map(Value::to_shown_json).collect();
            for request in account.local.requests().iter().filter(|request| request.service != "sts") {
                for call in rights.of(request, &mut paths).iter().filter(|call| !call.is_allowed(&policies)) {
                    missing.insert(format!("{name}: {what}: {call}"));
                }
            }
            account.local.forget_requests();
        };
        let mut applied = plan::permissions(&account.plan(&stacks[0]).await, &[]);
        for source in &stacks {
            account.local.forget_requests();
            let planned = account.plan(source).await;
            let permissions = plan::permissions(&planned, &[]);
            check("plan", &permissions.plan);
            account.apply(source).await;
            check("apply", &permissions.apply);
            applied = permissions;
        }
        let destroy = plan::Options { destroy: true, ..plan::Options::default() };
        account.apply_with(&stacks[1], &destroy).await;
        check("destroy", &applied.apply);
    }
    assert!(missing.is_empty(), "{} missing: {missing:#?}", missing.len());
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
    // moto has no endpoints, so a plan cannot say that there are none.
    let again = run(&["plan"], &reader, 0).stdout;
    assert!(again.starts_with("Nothing to do by what could be seen;"), "{again}");
    assert!(again.contains("ListEndpoints"), "{again}");
    run(&["destroy", "--yes", "--partial"], &writer, 0);
}

/// The statements of a policy that allow an action, by what they are on.
fn on(policies: &[Value], action: &str) -> BTreeSet<String> {
    let statements = policies.iter().flat_map(|policy| policy.get("Statement").and_then(Value::as_list));
    let texts = |statement: &Value, member: &str| -> Vec<String> {
        let all = statement.get(member).and_then(Value::as_list).unwrap_or_default();
        all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
    };
    let allowing =
        statements.flatten().filter(|statement| texts(statement, "Action").iter().any(|a| a == action));
    allowing.flat_map(|statement| texts(statement, "Resource")).collect()
}

#[tokio::test]
async fn a_function_of_an_image_needs_its_repository_and_one_with_aliases_its_versions() {
    let account = Account::new();
    let source = Source::new(
        "stack: shop\nfunctions:\n  image:\n    image: 210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop/work@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n  alias:\n    code: stacks/serverless-event-gateway/functions/orders\n    handler: index.lambda_handler\n    runtime: python3.13\n    aliases: { live: {} }\n",
    );
    let permissions = plan::permissions(&account.plan(&source).await, &[]);
    let repository = ["arn:aws:ecr:eu-west-1:210987654321:repository/shop/work".to_owned()];
    for action in ["BatchGetImage", "GetDownloadUrlForLayer", "GetRepositoryPolicy", "SetRepositoryPolicy"] {
        assert_eq!(on(&permissions.apply, &format!("ecr:{action}")), repository.clone().into(), "{action}");
    }
    assert!(on(&permissions.plan, "ecr:BatchGetImage").is_empty());
    let function = "arn:aws:lambda:eu-west-1:123456789012:function:shop-alias";
    let named = on(&permissions.apply, "lambda:GetFunction");
    assert!(named.contains(function) && named.contains(&format!("{function}:*")), "{named:?}");
    assert!(!named.contains("arn:aws:lambda:eu-west-1:123456789012:function:shop-image:*"), "{named:?}");
}
