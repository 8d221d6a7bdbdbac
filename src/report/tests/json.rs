//! Plans and findings as JSON.

use insta::assert_snapshot;
use serde_json::Value as Json;

use super::account::{Account, World, address};
use super::worlds::{QUEUES, gateway};
use crate::plan::Options;
use crate::report::{findings_json, json_text, plan_json};
use crate::source::{Diagnostic, Findings};

fn draw(json: &Json) -> String {
    serde_json::to_string_pretty(json).unwrap()
}

fn pick<'a>(json: &'a Json, at: &str) -> &'a Json {
    json["resources"].as_array().unwrap().iter().find(|resource| resource["address"] == at).unwrap()
}

#[test]
fn a_plan_as_json_has_masks_beside_its_trees_and_no_secret() {
    let account = gateway("NEW", "1").applied();
    let changed = gateway("BOTH", "2");
    let json = plan_json(&changed.plan(&account), &changed.sources);
    assert_snapshot!(draw(&json));
}

#[test]
fn a_second_plan_has_the_verdict_no_changes_and_resources_without_trees() {
    let world = World::compiled(QUEUES);
    let json = plan_json(&world.plan(&world.applied()), &world.sources);
    assert_eq!(json["verdict"], "no_changes");
    assert_eq!(json["counts"]["unchanged"], 5);
    let inbox = pick(&json, "queues.inbox");
    assert_eq!(inbox["actions"], serde_json::json!(["no-op"]));
    assert_eq!(inbox.get("before"), None);
}

#[test]
fn equal_plans_give_equal_bytes() {
    let world = World::compiled(QUEUES);
    let one = || plan_json(&world.plan(&Account::default()), &world.sources).to_string();
    assert_eq!(one(), one());
}

#[test]
fn a_refusal_is_the_verdict_and_has_its_code() {
    let account = gateway("NEW", "1").applied();
    let mut bare = gateway("NEW", "1");
    bare.graph.resources.clear();
    let json = plan_json(&bare.plan(&account), &bare.sources);
    assert_eq!((&json["verdict"], &json["refusals"][0]["code"]), (&"refused".into(), &"protected".into()));
    assert_eq!(json["steps"], serde_json::json!([]));
    let allowed = Options { allow_destroy: [address("depots.orders")].into(), ..Options::default() };
    let json = plan_json(&bare.plan_with(&account, allowed), &bare.sources);
    assert_eq!(pick(&json, "depots.orders")["actions"], serde_json::json!(["delete"]));
}

#[test]
fn what_goes_and_had_a_secret_shows_no_text_of_it() {
    let mut account = gateway("NEW", "1").applied();
    account.at("feeds.carrier").properties.put("Target", "hunter2".into());
    let mut rest = gateway("NEW", "1");
    rest.graph.resources.remove(&address("feeds.carrier"));
    let json = plan_json(&rest.plan(&account), &rest.sources);
    assert!(!json.to_string().contains("hunter2"), "{json}");
    assert_eq!(pick(&json, "feeds.carrier")["before_sensitive"]["Target"], true);
}

#[test]
fn as_text_it_says_the_same_and_nothing_that_a_terminal_obeys() {
    let json = serde_json::json!({ "a": "x\u{9b}2J\u{7f}\u{202e}\u{e0001}y\n名" });
    let text = json_text(&json);
    assert_eq!(text, "{\n  \"a\": \"x\\u009b2J\\u007f\\u202e\\udb40\\udc01y\\n名\"\n}\n");
    assert_eq!(serde_json::from_str::<Json>(&text).unwrap(), json);
}

#[test]
fn findings_carry_their_places() {
    let world = World::compiled(QUEUES);
    let declared = world.graph.resources[&address("queues.dead")].declared;
    let mut findings = Findings::default();
    findings.push(Diagnostic::error("unknown_key", "no such key").at(declared).help("take it away"));
    assert_snapshot!(draw(&findings_json(&findings, &world.sources)));
}
