//! How an apply and a destroy ended, as JSON in a file.

use gatewayctl::apply::{Difference, Failure, Outcome, Skipped, Why};
use gatewayctl::engine::{Address, AwsError, Class};
use gatewayctl::plan::Verb;
use gatewayctl::report::{Ended, OUTCOME_VERSION, outcome_json};
use serde_json::{Value, json};

use crate::fixtures;
use crate::support::process::Folder;
use crate::support::shape;

const SCHEMA: &str = "apply.schema.json";

const STACK: &str = "\
stack: shop
region: eu-west-1
queues:
  a: { delay: 1m }
  b: {}
topics:
  t: { subscriptions: { jobs: { queue: a } } }
tables:
  kept: { partition_key: id }
outputs: { url: '${queues.a.url}' }
";

/// What stands in `ended.json`, which follows the schema.
pub fn ended(folder: &Folder) -> Value {
    let text = std::fs::read_to_string(folder.path().join("ended.json")).expect("the file");
    let ended: Value = serde_json::from_str(&text).expect("JSON");
    shape::follow(SCHEMA, &[("ended.json".into(), ended.clone())]);
    ended
}

const APPLY: [&str; 6] = ["apply", "--local=account.jsonl", "--yes", "-q", "--json-into", "ended.json"];

#[test]
fn what_was_done_and_what_there_was_to_do() {
    let folder = Folder::with_stack(STACK);
    folder.run(&APPLY).ends(0);
    let first = ended(&folder);
    assert_eq!((&first["format_version"], &first["result"]), (&json!("1.1"), &json!("complete")));
    assert_eq!(first["owner"], "shop/-/eu-west-1");
    let steps = first["steps"].as_array().expect("steps");
    let queue = steps.iter().find(|step| step["address"] == "queues.a").expect("a step");
    let place = json!({ "file": "stack.yaml", "line": 4, "column": 3 });
    assert_eq!(
        queue,
        &json!({ "address": "queues.a", "verb": "create", "result": "done", "reason": null, "error": null,
                 "means": null, "next": null, "declared": place })
    );
    assert_eq!(first["counts"]["created"], steps.len());
    let url = first["outputs"]["url"]["value"].as_str().expect("an output");
    assert!(url.ends_with("/shop-a"), "{url}");
    folder.run(&APPLY).ends(0);
    let again = ended(&folder);
    assert_eq!((&again["result"], &again["steps"]), (&json!("complete"), &json!([])));
    assert_eq!(again["outputs"], first["outputs"]);
}

#[test]
fn what_failed_says_why_and_what_was_not_begun_says_what_it_waited_for() {
    let folder = Folder::with_stack(STACK);
    let fault = ("GATEWAYCTL_LOCAL_FAULTS", "sns:CreateTopic=error:AuthorizationError*always");
    folder.run_with(&APPLY, &[fault]).ends(3);
    let json = ended(&folder);
    assert_eq!(json["result"], "partial");
    assert_eq!((&json["counts"]["failed"], &json["counts"]["created"]), (&json!(1), &json!(4)));
    let of = |result: &str| {
        let steps = json["steps"].as_array().expect("steps").iter();
        steps.filter(|step| step["result"] == result).cloned().collect::<Vec<_>>()
    };
    let failed = &of("failed")[0];
    assert_eq!(
        (&failed["address"], &failed["error"]["code"]),
        (&json!("topics.t"), &json!("AuthorizationError"))
    );
    assert_eq!(failed["error"]["operation"], "CreateTopic");
    assert!(failed["means"].is_string() && failed["next"].is_string(), "{failed}");
    let waiting = of("not_begun");
    assert!(!waiting.is_empty() && waiting.iter().all(|step| step["reason"].is_string()), "{json}");
    // The rest is made by the next one.
    folder.run(&APPLY).ends(0);
    assert_eq!(ended(&folder)["result"], "complete");
}

#[test]
fn what_is_refused_is_said_with_its_reasons() {
    let folder = Folder::with_stack(STACK);
    folder.run(&APPLY).ends(0);
    let destroy = |more: &[&str]| {
        let args = ["destroy", "--local=account.jsonl", "--yes", "-q", "--json-into", "ended.json"];
        folder.run(&[&args[..], more].concat())
    };
    destroy(&[]).ends(1);
    let refused = ended(&folder);
    assert_eq!(
        (&refused["result"], &refused["refusals"][0]["code"]),
        (&json!("refused"), &json!("protected"))
    );
    destroy(&["--allow-destroy", "tables.kept"]).ends(0);
    let gone = ended(&folder);
    assert_eq!((&gone["result"], &gone["counts"]["created"]), (&json!("complete"), &json!(0)));
    assert!(gone["counts"]["deleted"].as_u64() >= Some(4), "{gone}");
}

#[test]
fn a_destroy_of_nothing_is_complete() {
    let folder = Folder::with_stack(STACK);
    let args = ["destroy", "--local=account.jsonl", "--yes", "-q", "--json-into", "ended.json"];
    folder.run(&args).ends(0);
    let nothing = ended(&folder);
    assert_eq!((&nothing["result"], &nothing["steps"]), (&json!("complete"), &json!([])));
}

/// Every way in which a plan ends, and every way in which a step fails.
#[test]
fn whatever_comes_of_it_follows_the_schema() {
    let name = "a-secret-of-a-new-version";
    let read = |file: &str| fixtures::read(name, file);
    let planned =
        fixtures::Planned::of(&fixtures::folder().join(name), &read("stack.yaml"), &read("live.json"));
    let address: Address = planned.plan.changes.keys().next().expect("a resource").clone();
    let verb = Verb::Create;
    let silent = AwsError::new("sqs", "CreateQueue", Class::Denied, "no answer");
    let answered = AwsError {
        code: "AccessDenied".into(),
        status: Some(403),
        request_id: Some("11aa".into()),
        ..silent.clone()
    };
    let whys = [
        Why::Aws(answered),
        Why::Half(silent),
        Why::Stuck("DELETE_FAILED".into()),
        Why::ChangedMeanwhile(vec!["Description".into()]),
        Why::BeyondThePlan("it would be replaced".into()),
        Why::Secret("there is no secret `key`".into()),
        Why::TimedOut("CREATING".into()),
        Why::Interrupted,
    ];
    let failed = |why: Why| Failure { address: address.clone(), verb, why };
    let skipped = Skipped { address: address.clone(), verb, reason: "it waits".into() };
    let difference = Difference { address: address.clone(), paths: vec!["Description".into()] };
    let done = vec![(address.clone(), Verb::Delete), (address.clone(), verb)];
    let outcomes = [
        ("complete", Outcome { done: done.clone(), unchanged: done.clone(), ..Outcome::default() }),
        ("partial", Outcome { done, differences: vec![difference], ..Outcome::default() }),
        ("interrupted", Outcome { skipped: vec![skipped], interrupted: true, ..Outcome::default() }),
    ];
    let failures = whys.map(|why| {
        let interrupted = matches!(why, Why::Interrupted);
        let result = match why {
            Why::Interrupted => "interrupted",
            Why::Half(_) => "partial",
            _ => "failed",
        };
        (result, Outcome { failed: vec![failed(why)], interrupted, ..Outcome::default() })
    });
    let outcomes: Vec<_> = outcomes.into_iter().chain(failures).collect();
    let ends = outcomes.iter().map(|(result, outcome)| (*result, Ended::Applied(outcome)));
    let others = [
        ("complete", Ended::Nothing),
        ("refused", Ended::Refused),
        ("declined", Ended::Declined),
        ("interrupted", Ended::Interrupted),
    ];
    let mut documents = vec![("docs/apply-json.md".to_owned(), shape::example_of("apply-json.md"))];
    for (result, ended) in ends.chain(others) {
        let json = outcome_json(ended, &planned.plan, &planned.sources);
        assert_eq!(json["result"], result, "{ended:?}");
        documents.push((format!("{ended:?}"), json));
    }
    shape::follow(SCHEMA, &documents);
}

#[test]
fn a_change_of_the_schema_is_a_new_version() {
    let (version, digest) = shape::version_and_digest(SCHEMA);
    assert_eq!(version, OUTCOME_VERSION);
    // Another digest is another shape: raise the version, its first number if what reads the old shape cannot read
    // the new one.
    insta::assert_snapshot!(format!("{version} {digest}"), @"1.1 f2dd69a76e8a3a22");
}
