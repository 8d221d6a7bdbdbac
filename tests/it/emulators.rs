//! The program over HTTP, against emulators that others have written: an independent check on the
//! embedded account.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::emulators::{Emulators, support};
use crate::support::partners::stand_in;
use crate::support::process::Folder;

const DESTROY: &[&str] = &["destroy", "--yes"];

/// A stack on the emulators.
struct Stack {
    emulators: Emulators,
    folder: Folder,
    password: &'static str,
}

impl Stack {
    fn new(folder: Folder) -> Stack {
        Stack { emulators: Emulators::start(), folder, password: "carrier-1" }
    }

    #[track_caller]
    fn run(&self, args: &[&str], status: i32) -> String {
        let variables = [("CARRIER_PASSWORD", self.password)];
        self.emulators.run(&self.folder, args, &variables).ends(status).stdout
    }

    /// Addresses that a plan would change.
    #[track_caller]
    fn planned(&self) -> Vec<String> {
        let plan = self.plan();
        let changed = resources(&plan).filter(|one| one["actions"][0] != "no-op");
        changed.filter_map(|one| one["address"].as_str().map(str::to_owned)).collect()
    }

    #[track_caller]
    fn plan(&self) -> Value {
        serde_json::from_str(&self.run(&["plan", "--format", "json"], 0)).expect("a plan")
    }

    /// Applies, and fails unless a plan then has nothing to do and each of its resources is in the
    /// account: what stands there.
    #[track_caller]
    fn apply(&self) -> Value {
        self.run(&["apply", "--yes"], 0);
        let plan = self.run(&["plan", "--detailed-exitcode"], 0);
        assert!(plan.starts_with("No changes."), "{plan}");
        let inventory = self.emulators.inventory();
        let missing: Vec<String> = resources(&self.plan())
            .filter(|one| inventory[text(one, "kind")].get(text(one, "name")).is_none())
            .map(|one| format!("{} {}", text(one, "address"), text(one, "name")))
            .collect();
        assert!(missing.is_empty(), "not in the account: {missing:?}");
        inventory
    }
}

fn resources(plan: &Value) -> impl Iterator<Item = &Value> {
    plan["resources"].as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().expect("text")
}

/// Names by kind.
fn names(inventory: &Value) -> BTreeSet<(&str, &str)> {
    let mut names = BTreeSet::new();
    for (kind, of) in inventory.as_object().into_iter().flatten() {
        names.extend(of.as_object().into_iter().flatten().map(|(name, _)| (kind.as_str(), name.as_str())));
    }
    names
}

#[test]
fn the_gateway_is_applied_changed_and_destroyed_to_nothing_over_http() {
    let mut gateway = Stack::new(Folder::copy_of("stacks/serverless-event-gateway"));
    let before = gateway.emulators.inventory();
    let made = gateway.apply();
    let destination = &made["api_destinations"]["serverless-event-gateway-carrier"];
    assert_eq!(destination["InvocationRateLimitPerSecond"], 20);
    let pipe = &made["pipes"]["dynamodb-orders-stream"];
    assert_eq!(pipe["Source"], made["tables"]["orders"]["LatestStreamArn"]);
    assert_eq!(pipe["SourceParameters"]["DynamoDBStreamParameters"]["StartingPosition"], "LATEST");

    gateway.folder.edit("rate_limit: 20", "rate_limit: 10");
    gateway.folder.edit("\"GET /order/{id}\"", "\"GET /orders/{id}\"");
    gateway.folder.edit("stream: new_image", "stream: new_and_old_images");
    gateway.folder.edit("secret: true,", "secret: true, version: \"2\",");
    gateway.password = "carrier-2";
    let planned = gateway.planned();
    for address in [
        "api_destinations.carrier",
        "apis.orders",
        "connections.carrier",
        "pipes.orders-stream",
        "tables.orders",
    ] {
        assert!(planned.iter().any(|one| one == address), "{address} is not in {planned:?}");
    }
    let changed = gateway.apply();
    let destination = &changed["api_destinations"]["serverless-event-gateway-carrier"];
    assert_eq!(destination["InvocationRateLimitPerSecond"], 10);
    let api = &changed["apis"]["orders-api"];
    let paths: Vec<&String> = api["Resources"].as_object().expect("resources").keys().collect();
    assert_eq!(paths, ["/", "/orders", "/orders/{id}"]);
    assert_ne!(api["Stages"][0]["deploymentId"], made["apis"]["orders-api"]["Stages"][0]["deploymentId"]);
    let table = &changed["tables"]["orders"];
    assert_eq!(table["StreamSpecification"]["StreamViewType"], "NEW_AND_OLD_IMAGES");
    assert_eq!(changed["pipes"]["dynamodb-orders-stream"]["Source"], table["LatestStreamArn"]);

    gateway.run(DESTROY, 1);
    gateway.run(&[DESTROY, &["--allow-destroy", "tables.orders"]].concat(), 0);
    assert_eq!(names(&gateway.emulators.inventory()), names(&before));
}

const GIVEN: &str = "\
stack: shop
region: eu-west-1
parameters:
  delay: { from: 'cloudformation:platform.Delay', type: number }
  audit: { from: 'export:platform-audit-arn' }
queues: { jobs: { delay: '${parameters.delay}', redrive: { dead_letter: '${parameters.audit}', max_receive_count: 3 } } }
";

#[test]
fn outputs_and_exports_of_a_cloudformation_stack_are_taken_and_nothing_of_it_is_touched() {
    let stack = Stack::new(Folder::with_stack(GIVEN));
    let refused = stack.emulators.run(&stack.folder, &["plan"], &[]).ends(1);
    assert!(refused.stderr.contains("make the CloudFormation stack platform"), "{}", refused.stderr);
    assert!(refused.stderr.contains("export platform-audit-arn"), "{}", refused.stderr);
    let outputs = stack.emulators.python(&support("stack.py"), &[]);
    assert_eq!(outputs.as_array().map(Vec::len), Some(2), "{outputs}");
    let inventory = stack.apply();
    let jobs = &inventory["queues"]["shop-jobs"];
    assert_eq!(text(jobs, "DelaySeconds"), "7");
    assert!(text(jobs, "RedrivePolicy").contains("platform-audit"), "{jobs}");
    stack.run(DESTROY, 0);
    assert!(stack.emulators.inventory()["queues"].get("platform-audit").is_some());
}

/// What is protected in it asks for a word each.
#[test]
fn the_partners_stacks_are_applied_and_destroyed_to_nothing_over_http() {
    for (stack, protected) in [
        ("stacks/partner-sync", &["tables.units", "archives.sync"][..]),
        ("stacks/partner-firehose", &["tables.customers", "tables.answers", "archives.customers"]),
        // Of the provider's side no emulator shows whom sources are for: `tests/conformance/losses.txt`.
        ("stacks/saas-partner-bus/tenant", &["archives.provider"]),
    ] {
        let stack = Stack::new(Folder::copy_of(stack));
        stand_in(&stack.folder);
        let before = stack.emulators.inventory();
        stack.apply();
        stack.run(DESTROY, 1);
        let allow = protected.iter().flat_map(|address| ["--allow-destroy", address]);
        stack.run(&DESTROY.iter().copied().chain(allow).collect::<Vec<_>>(), 0);
        assert_eq!(names(&stack.emulators.inventory()), names(&before));
    }
}

/// Of a partner's sources ministack does not show whom they are for (`tests/conformance/losses.txt`): all else of the
/// provider's side is there.
#[test]
fn of_the_providers_side_all_but_its_sources_is_applied_and_destroyed_over_http() {
    let stack = Stack::new(Folder::copy_of("stacks/saas-partner-bus/provider"));
    let before = stack.emulators.inventory();
    stack.run(&["apply", "--yes"], 3);
    assert_eq!(stack.planned(), ["partner_event_sources.orders"]);
    let made = stack.emulators.inventory();
    assert_eq!(
        made["pipes"]["saas-provider-changes"]["Source"],
        made["tables"]["saas-provider-orders"]["LatestStreamArn"]
    );
    let allow = ["--allow-destroy", "tables.orders", "--allow-destroy", "partner_event_sources.orders"];
    stack.run(&[DESTROY, &allow].concat(), 0);
    assert_eq!(names(&stack.emulators.inventory()), names(&before));
}
