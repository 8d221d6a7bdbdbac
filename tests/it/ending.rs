//! How an apply and a destroy ended, as JSON in a file.

use serde_json::{Value, json};

use crate::support::process::Folder;

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

fn ended(folder: &Folder) -> Value {
    let text = std::fs::read_to_string(folder.path().join("ended.json")).expect("the file");
    serde_json::from_str(&text).expect("JSON")
}

const APPLY: [&str; 6] = ["apply", "--local=account.jsonl", "--yes", "-q", "--json-into", "ended.json"];

#[test]
fn what_was_done_and_what_there_was_to_do() {
    let folder = Folder::with_stack(STACK);
    folder.run(&APPLY).ends(0);
    let first = ended(&folder);
    assert_eq!((&first["format_version"], &first["result"]), (&json!("1.0"), &json!("complete")));
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
