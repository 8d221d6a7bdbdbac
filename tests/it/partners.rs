//! The stacks of partners at work, on an emulator: schedules and workflows, functions and archives.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::emulators::{Emulators, free_port, support};
use crate::support::partners::stand_in;
use crate::support::process::Folder;

const KEY: (&str, &str) = ("CARRIER_PASSWORD", "key-1");

fn run(emulators: &Emulators, args: &[&str]) -> Value {
    emulators.python(&support("run_partners.py"), args)
}

#[test]
fn schedules_start_the_workflow_of_each_partner_and_every_other_one_is_told_once_and_by_a_replay_again() {
    let emulators = Emulators::start();
    let folder = Folder::copy_of("stacks/partner-sync");
    stand_in(&folder);
    let port = free_port();
    // It was due when it is made, so the emulator's clock starts it with its next tick.
    for (partner, api, at) in [
        ("alpine", "https://api.alpine-stays.example.com/v2", "cron(10 3 * * ? *)"),
        ("harbour", "https://harbour.example.com/rest", "cron(40 3 * * ? *)"),
        ("meadow", "https://partners.meadow.example.com/v1", "cron(10 4 * * ? *)"),
    ] {
        folder.edit(api, &format!("http://127.0.0.1:{port}/{partner}"));
        folder.edit(at, "at(2026-01-01T00:00:00)");
    }
    emulators.run(&folder, &["apply", "--yes"], &[KEY]).ends(0);
    let seen = run(&emulators, &["sync", &port]);
    let name = |partner: &str| format!("partner-sync-partner-{partner}-sync");
    let once: BTreeMap<String, Value> =
        ["alpine", "harbour", "meadow"].map(|partner| (name(partner), json!(["SUCCEEDED"]))).into();
    assert_eq!(seen["executions"], json!(once));
    // Two pages of the one, a page of the other, and nothing of the third.
    let units = json!({ "alpine/1": "alpine", "alpine/2": "alpine", "harbour/r": "harbour" });
    assert_eq!(seen["units"], units);
    let told = |partner: &str, unit: &str| json!([format!("/{partner}/changes"), "key-1", unit]);
    let expected = json!([
        told("alpine", "harbour/r"),
        told("harbour", "alpine/1"),
        told("harbour", "alpine/2"),
        told("meadow", "alpine/1"),
        told("meadow", "alpine/2"),
        told("meadow", "harbour/r"),
    ]);
    assert_eq!(seen["told"], expected);
    assert_eq!(seen["again"], expected, "by the archive's replay");
}

#[test]
fn a_partners_function_gets_the_published_shape_its_answer_is_kept_and_an_archive_replays() {
    let emulators = Emulators::start();
    let folder = Folder::copy_of("stacks/partner-firehose");
    stand_in(&folder);
    emulators.run(&folder, &["apply", "--yes"], &[KEY]).ends(0);
    let seen = run(&emulators, &["firehose"]);
    let id = |at: usize| seen["got"][at]["data"]["id"].as_str().expect("an id").to_owned();
    let event = |at: usize, ty: &str, name: &str| json!({ "type": ty, "data": { "id": id(at), "customer": "c-7", "region": "eu", "name": name, "mail": "ada@example.com" } });
    let published = json!([event(0, "customer.changed", "Ada L."), event(1, "customer.registered", "Ada")]);
    assert_eq!(seen["got"], published);
    for body in published.as_array().expect("events") {
        let file = format!("contracts/{}.json", body["type"].as_str().expect("a type"));
        let text = std::fs::read_to_string(folder.path().join(file)).expect("a contract");
        let contract: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(crate::contract::wrong(&json!([[contract, body]])), json!([[]]));
    }
    let mut kept = seen["kept"].as_array().expect("answers").clone();
    kept.sort_by_key(|answer| answer["reason"].to_string());
    let answer = |at: usize, ty: &str| json!({ "event": id(at), "partner": "loyalty", "status": "accepted", "reason": format!("{ty} of c-7") });
    assert_eq!(json!(kept), json!([answer(0, "customer.changed"), answer(1, "customer.registered")]));
    assert_eq!(seen["again"], published, "by the archive's replay");
}

#[test]
fn what_is_stood_in_for_is_what_the_emulator_does_not_do() {
    let seen = run(&Emulators::start(), &["stand-ins"]);
    let rows = include_str!("../stand_ins.txt").lines().filter(|line| !line.starts_with('#'));
    let rows: BTreeMap<&str, &str> = rows
        .map(|row| {
            let columns: Vec<&str> = row.split(" | ").collect();
            let ["ministack", what, comes, _] = columns.as_slice() else { panic!("not a row: {row}") };
            (*what, *comes)
        })
        .collect();
    assert_eq!(seen, json!(rows));
}
