//! Faults at every mutating request: the next apply converges, the one after has nothing to do, and
//! nothing of ours is left that a plan does not see. The first request of each operation meets every
//! fault, those after it meet one of them in turn.

use std::collections::BTreeMap;

use gatewayctl::plan::Options;
use serde_json::Value;

use crate::gateway::gateway;
use crate::support::account::{ACCOUNT, Account, Source, is_read};
use crate::support::process::Folder;

/// What goes wrong without ending the process.
const FAULTS: &[&str] = &["throttle*2", "500", "lost", "answer-lost"];

/// What ends the process, before and after the effect.
const KILLS: &[&str] = &["kill-before", "kill-after"];

/// Those that the `n`th request of an operation meets.
fn met(faults: &'static [&'static str], n: usize) -> &'static [&'static str] {
    match n {
        1 => faults,
        _ => std::slice::from_ref(&faults[n % faults.len()]),
    }
}

/// The gateway and what is done to it.
struct Scene {
    name: &'static str,
    before: Option<Source>,
    after: Source,
    destroy: bool,
}

fn scenes() -> Vec<Scene> {
    let change = |name, from: &str, to: &str| Scene {
        name,
        before: Some(gateway()),
        after: gateway().edit(from, to),
        destroy: false,
    };
    let indexes = "    stream: new_image\n    indexes:\n      by-state: { partition_key: state, projection: keys_only }\n      by-day: { partition_key: day, projection: all }\n";
    vec![
        Scene { name: "create", before: None, after: gateway(), destroy: false },
        Scene { name: "destroy", before: Some(gateway()), after: gateway(), destroy: true },
        change("stream view", "stream: new_image", "stream: new_and_old_images"),
        change("two indexes", "    stream: new_image\n", indexes),
        change("secret", "secret: true,", "secret: true, version: \"2\","),
        change("route", "detail_type: carrier.order_shipped", "detail_type: carrier.shipped"),
        change(
            "stage",
            "    name: orders-api${env.suffix}\n",
            "    name: orders-api${env.suffix}\n    stage: v2\n",
        ),
        change(
            "domain name",
            "    name: orders-api${env.suffix}\n",
            "    name: orders-api${env.suffix}\n    domain_names: [{ domain_name: \"arn:aws:apigateway:eu-west-1::/domainnames/api.example.com\" }]\n",
        ),
        change(
            "pipe retargeted",
            "      bus: orders\n      source: dynamodb.orders",
            "      bus: other\n      source: dynamodb.orders",
        )
        .with_bus(),
    ]
}

impl Scene {
    fn with_bus(mut self) -> Scene {
        let add = |source: Source| source.edit("pipes:\n", "  other: {}\n\npipes:\n");
        self.before = self.before.map(add);
        self.after = add(self.after);
        self
    }

    fn options(&self) -> Options {
        let allow_destroy = ["tables.orders".parse().expect("an address")].into();
        Options { destroy: self.destroy, allow_destroy, ..Options::default() }
    }

    /// The journal of an account in which the scene can begin.
    async fn prepared(&self) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        if let Some(before) = &self.before {
            Account::at(file.path(), "").apply(before).await;
        }
        file
    }

    /// The mutating requests of a run without faults: operation with how often it is called.
    async fn requests(&self) -> BTreeMap<(String, String), usize> {
        let (_copy, account) = begun(&self.prepared().await);
        account.apply_with(&self.after, &self.options()).await;
        let mut counts = BTreeMap::new();
        for request in account.local.requests() {
            if !is_read(&request.operation) {
                *counts.entry((request.service, request.operation)).or_default() += 1;
            }
        }
        counts
    }

    /// Applied once more without faults, everything is as it should be.
    async fn assert_recovers(&self, account: &Account, what: &str) {
        account.local.faults().clear();
        let (_, outcome) = account.try_apply(&self.after, &self.options()).await;
        assert!(outcome.is_complete(), "{} {what}: {outcome:#?}", self.name);
        if self.destroy {
            assert_nothing_is_left(account, &format!("{} {what}", self.name));
        } else {
            account.assert_converged(&self.after).await;
            let names: Vec<Value> = account
                .documents("apigateway", "rest-api")
                .into_iter()
                .map(|(_, api)| api["name"].clone())
                .collect();
            assert_eq!(names.len(), 2, "{} {what}: {names:?}", self.name);
            let stages = account.documents("apigateway", "stage");
            assert_eq!(stages.len(), 2, "{} {what}: {stages:?}", self.name);
        }
    }
}

/// An account of its own in which the scene can begin, with the copy that it lives in.
fn begun(prepared: &tempfile::NamedTempFile) -> (tempfile::NamedTempFile, Account) {
    let copy = tempfile::NamedTempFile::new().expect("a file");
    std::fs::copy(prepared.path(), copy.path()).expect("a copy");
    let account = Account::at(copy.path(), "");
    (copy, account)
}

fn assert_nothing_is_left(account: &Account, what: &str) {
    for [service, collection] in account.collections() {
        let left = account.documents(&service, &collection);
        let ours = left.iter().filter(|(id, _)| id != "default");
        assert_eq!(ours.count(), 0, "{what}: {service} {collection} {left:#?}");
    }
}

/// Every request of a scene meets a fault, one run each.
async fn every_request_of(name: &str) {
    let scene = scenes().into_iter().find(|scene| scene.name == name).expect("a scene");
    let prepared = scene.prepared().await;
    for ((service, operation), times) in scene.requests().await {
        for n in 1..=times {
            for fault in met(FAULTS, n) {
                let rule = format!("{service}:{operation}#{n}={fault}");
                let (_copy, account) = begun(&prepared);
                account.local.faults().add(rule.parse().expect("a rule"));
                // Whatever comes of it: it is the next apply that must converge.
                account.try_apply(&scene.after, &scene.options()).await;
                scene.assert_recovers(&account, &rule).await;
            }
        }
    }
}

#[tokio::test]
async fn at_every_request_of_the_create() {
    every_request_of("create").await;
}

#[tokio::test]
async fn at_every_request_of_the_destroy() {
    every_request_of("destroy").await;
}

#[tokio::test]
async fn at_every_request_of_a_changed_stream_view() {
    every_request_of("stream view").await;
}

#[tokio::test]
async fn at_every_request_of_two_new_indexes() {
    every_request_of("two indexes").await;
}

#[tokio::test]
async fn at_every_request_of_a_rotated_secret() {
    every_request_of("secret").await;
}

#[tokio::test]
async fn at_every_request_of_a_changed_route() {
    every_request_of("route").await;
}

#[tokio::test]
async fn at_every_request_of_a_renamed_stage() {
    every_request_of("stage").await;
}

#[tokio::test]
async fn at_every_request_of_a_new_domain_name() {
    every_request_of("domain name").await;
}

#[tokio::test]
async fn at_every_request_of_a_retargeted_pipe() {
    every_request_of("pipe retargeted").await;
}

/// Killed with SIGKILL before and after the effect of every mutating request.
async fn killed_at_every_request_of(name: &str) {
    let scene = scenes().into_iter().find(|scene| scene.name == name).expect("a scene");
    let requests = scene.requests().await;
    let prepared = scene.prepared().await;
    let folder = Folder::copy_of("stacks/serverless-event-gateway");
    let text =
        scene.after.text.replacen("\nparameters:", &format!("\naccount: \"{ACCOUNT}\"\nparameters:"), 1);
    std::fs::write(folder.path().join("stack.yaml"), text).expect("the stack");
    let command = if scene.destroy { "destroy" } else { "apply" };
    let journal = folder.path().join("local.jsonl");
    let stated = format!("--local={}", journal.display());
    let args =
        [command, "--yes", "--region", "eu-west-1", "--allow-destroy", "tables.orders", stated.as_str()];
    for ((service, operation), times) in requests {
        for n in 1..=times {
            for fault in met(KILLS, n) {
                let rule = format!("{service}:{operation}#{n}={fault}");
                std::fs::copy(prepared.path(), &journal).expect("the journal");
                let killed = folder.run_with(&args, &[("GATEWAYCTL_LOCAL_FAULTS", &rule)]);
                assert_eq!(killed.status, None, "{rule} did not kill:\n{}", killed.stderr);
                if scene.before.is_none() {
                    // What a killed create left is found and removed without the file.
                    let copy = tempfile::NamedTempFile::new().expect("a file");
                    std::fs::copy(&journal, copy.path()).expect("a copy");
                    let left = Account::at(copy.path(), "");
                    let owner = "serverless-event-gateway/-/eu-west-1".parse().expect("an owner");
                    let table = "tables.orders".parse().expect("an address");
                    let outcome = left.destroy_by_owner(&owner, &table).await;
                    assert!(outcome.is_complete(), "{rule}: {outcome:#?}");
                    assert_nothing_is_left(&left, &rule);
                }
                let account = Account::at(&journal, "");
                scene.assert_recovers(&account, &rule).await;
            }
        }
    }
}

#[tokio::test]
async fn killed_at_every_request_of_the_create() {
    killed_at_every_request_of("create").await;
}

#[tokio::test]
async fn killed_at_every_request_of_the_destroy() {
    killed_at_every_request_of("destroy").await;
}

#[tokio::test]
async fn killed_at_every_request_of_the_updates() {
    for scene in scenes().iter().filter(|scene| scene.before.is_some() && !scene.destroy) {
        killed_at_every_request_of(scene.name).await;
    }
}

// P7 (hashicorp/terraform-provider-aws#40572): a pipe that is made before its role may read the source fails.
#[tokio::test]
async fn a_pipe_whose_role_is_not_there_yet_comes_up() {
    let account = Account::new();
    account.local.faults().add("iam:CreateRole#1=slow:6*always".parse().expect("a rule"));
    account.apply(&gateway()).await;
    account.local.faults().clear();
    account.assert_converged(&gateway()).await;
}

// E6 (hashicorp/terraform-provider-aws#44477, hashicorp/terraform-provider-aws#44489): a rule over the quota
// is tried again without end.
#[tokio::test]
async fn a_quota_fails_at_once_with_the_words_of_aws_and_the_rest_goes_on() {
    for rule in ["events:PutRule#1=quota", "apigateway:CreateRestApi#1=quota"] {
        let account = Account::new();
        account.local.faults().add(rule.parse().expect("a rule"));
        let began = std::time::Instant::now();
        let (_, outcome) = account.try_apply(&gateway(), &Options::default()).await;
        assert!(began.elapsed().as_secs() < 10);
        assert_eq!(outcome.failed.len(), 1, "{outcome:#?}");
        assert!(outcome.failed[0].why.to_string().contains("LimitExceeded"), "{}", outcome.failed[0].why);
        assert!(!outcome.done.is_empty());
        account.local.faults().clear();
        account.apply(&gateway()).await;
        account.assert_converged(&gateway()).await;
    }
}

#[tokio::test]
async fn two_applies_at_once_end_in_one_consistent_state_or_a_clear_stop() {
    let account = Account::new();
    let (one, two) = (gateway(), gateway());
    let options = Options::default();
    let (first, second) = tokio::join!(account.try_apply(&one, &options), account.try_apply(&two, &options));
    for (_, outcome) in [&first, &second] {
        for failure in &outcome.failed {
            assert!(!failure.why.to_string().is_empty());
        }
    }
    account.apply(&gateway()).await;
    account.assert_converged(&gateway()).await;
    // Names of APIs are not unique: where both made one, each plan says so and how to remove it.
    let plan = account.plan(&gateway()).await;
    let twins: Vec<_> = plan.warnings.iter().filter(|finding| finding.code == "twin").collect();
    let apis = account.documents("apigateway", "rest-api");
    assert_eq!(apis.len(), 2 + twins.len(), "{apis:#?}");
    let options = Options {
        allow_destroy: twins.iter().filter_map(|twin| twin.address.clone()).collect(),
        ..Options::default()
    };
    account.apply_with(&gateway(), &options).await;
    account.assert_converged(&gateway()).await;
    let apis = account.documents("apigateway", "rest-api");
    assert_eq!(apis.len(), 2, "{apis:#?}");
}
