//! `--target` and `--exclude`.

use super::*;
use crate::compile::testing::compile;
use crate::live::{Reading, Survey};
use crate::plan::Part;
use crate::value;

const GATEWAY: &str = "\
stack: shop
dead_letters: auto
tables: { orders: { partition_key: id, stream: new_image } }
queues: { jobs: {}, mail: {} }
buses:
  shop: { policy: { partner: { Effect: Allow, Principal: { AWS: 111122223333 }, Action: 'events:PutEvents' } } }
functions:
  work: { code: stacks/serverless-event-gateway/functions/orders, handler: index.handler, runtime: python3.13 }
apis:
  front: { routes: { 'GET /': { function: work } } }
rules:
  a: { bus: shop, pattern: { source: [a] }, targets: { t: { queue: jobs } } }
  b: { bus: shop, pattern: { source: [b] }, targets: { t: { bus: default, dead_letter: none } } }
pipes:
  p: { source: { table: orders, starting_position: latest, batch_size: 1 }, target: { bus: shop, source: s, detail_type: d } }
";

fn part(target: &[&str], exclude: &[&str]) -> Part {
    let all = |addresses: &[&str]| addresses.iter().map(|text| address(text)).collect();
    Part { target: all(target), exclude: all(exclude) }
}

/// What a plan against an empty account is about.
fn selected(target: &[&str], exclude: &[&str]) -> Vec<String> {
    let (graph, _) = compile(GATEWAY);
    let readings = graph.resources.keys().map(|address| (address.clone(), Reading::Absent)).collect();
    let survey = Survey { readings, ..Survey::default() };
    let options = Options { part: part(target, exclude), ..Options::default() };
    let plan = plan(&graph, &survey, &options);
    assert!(plan.refusals.is_empty(), "{:#?}", plan.refusals);
    assert_eq!(plan.steps.len(), plan.changes.len());
    plan.changes.keys().map(Address::to_string).collect()
}

#[test]
fn a_target_comes_with_its_parts_and_all_that_it_depends_on_its_rights_included() {
    assert_eq!(
        selected(&["rules.a"], &[]),
        [
            "buses.shop",
            "queues.dead-letters",
            "queues.dead-letters/policy/events",
            "queues.jobs",
            "queues.jobs/policy/rules.a",
            "rules.a",
        ]
    );
    // A statement that waits for who gets the right is needed all the same; those of others are not.
    let front = selected(&["apis.front"], &[]);
    assert!(front.contains(&"functions.work/permission/apis.front/GET".to_owned()), "{front:?}");
    assert!(front.contains(&"functions.work/role".to_owned()), "{front:?}");
    let work = selected(&["functions.work"], &[]);
    assert!(!work.iter().any(|address| address.contains("apis.front")), "{work:?}");
    assert_eq!(selected(&["buses.shop"], &[]), ["buses.shop", "buses.shop/policy/partner"]);
    assert_eq!(selected(&["rules.b/role"], &[]), ["rules.b/role"]);
    assert_eq!(selected(&["queues.mail", "queues.jobs"], &[]), ["queues.jobs", "queues.mail"]);
}

#[test]
fn what_is_excluded_takes_its_users_along_and_the_rights_that_only_they_have() {
    let rest = selected(&[], &["queues.jobs"]);
    assert!(!rest.iter().any(|address| address.contains("queues.jobs") || address == "rules.a"), "{rest:?}");
    assert!(rest.contains(&"rules.b".to_owned()));
    let rest = selected(&[], &["rules.a"]);
    assert!(!rest.iter().any(|address| address.contains("rules.a")), "{rest:?}");
    assert!(rest.contains(&"queues.jobs".to_owned()));
    let rest = selected(&[], &["buses.shop"]);
    assert!(!rest.iter().any(|address| address.starts_with("rules.") || address.starts_with("buses.")));
    assert!(rest.contains(&"tables.orders".to_owned()));
    assert_eq!(selected(&["queues.mail", "rules.a"], &["queues.jobs"]).first().unwrap(), "buses.shop");
}

fn boxes(names: &[&str]) -> Stack {
    let add = |stack: Stack, name: &&str| stack.with(&format!("boxes.{name}"), name, value!({}), &[]);
    names.iter().fold(Stack::new(), add)
}

#[test]
fn a_plan_with_a_target_deletes_no_orphan_and_an_excluded_orphan_stays() {
    let mut account = Account::default();
    boxes(&["a", "old", "older"]).apply(&mut account);
    let stack = boxes(&["a", "b"]);
    let planned = |target: &[&str], exclude: &[&str]| {
        let options = Options { part: part(target, exclude), ..Options::default() };
        steps(&stack.plan_with(&account, &options))
    };
    assert_eq!(planned(&[], &[]), ["create boxes.b", "delete boxes.old", "delete boxes.older"]);
    assert_eq!(planned(&["boxes.b"], &[]), ["create boxes.b"]);
    assert_eq!(planned(&["boxes.a"], &[]), Vec::<String>::new());
    assert_eq!(planned(&[], &["boxes.b", "boxes.old"]), ["delete boxes.older"]);
    assert_eq!(planned(&["boxes.a", "boxes.b"], &["boxes.b"]), Vec::<String>::new());
}

#[test]
fn an_address_that_names_nothing_is_refused_with_what_was_probably_meant() {
    let mut account = Account::default();
    boxes(&["a", "old"]).apply(&mut account);
    let options = Options { part: part(&["boxes.orders", "boxes.old"], &["boxs.a"]), ..Options::default() };
    let stack = boxes(&["a", "order"]);
    let plan = stack.plan_with(&account, &options);
    let said: Vec<String> =
        plan.refusals.iter().map(|finding| format!("{}: {}", finding.message, finding.help)).collect();
    insta::assert_snapshot!(said.join("\n"), @"
    `--target boxes.orders` names nothing of this stack: did you mean `boxes.order`?
    `--target boxes.old` names nothing of this stack: it is not declared any more; a plan without `--target` deletes it
    `--exclude boxs.a` names nothing of this stack: did you mean `boxes.a`?
    ");
    assert!(plan.steps.is_empty());
}

#[test]
fn what_falls_with_a_replaced_container_must_be_part_of_the_plan() {
    let shelf = |depth: &str| {
        Stack::new().with("shelves.main", "main", value!({ "Depth": depth }), &[]).with(
            "slips.a",
            "a",
            value!({ "Shelf": "main" }),
            &["in shelves.main"],
        )
    };
    let mut account = Account::default();
    shelf("deep").apply(&mut account);
    for part in [part(&["shelves.main"], &[]), part(&[], &["slips.a"])] {
        let plan = shelf("flat").plan_with(&account, &Options { part, ..Options::default() });
        assert_eq!(plan.refusals.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["left_behind"]);
    }
    let options = Options { part: part(&["slips.a"], &[]), ..Options::default() };
    assert_eq!(steps(&shelf("flat").plan_with(&account, &options)).len(), 4);
}

#[test]
fn a_part_of_a_removal_takes_its_users_along_and_what_is_kept_keeps_what_it_needs() {
    let stack =
        boxes(&["a", "b"]).with("feeds.f", "f", value!({ "Target": (arn("box", "a")) }), &["boxes.a"]);
    let mut account = Account::default();
    stack.apply(&mut account);
    let planned = |target: &[&str], exclude: &[&str]| {
        let options = Options { destroy: true, part: part(target, exclude), ..Options::default() };
        steps(&stack.plan_with(&account, &options))
    };
    assert_eq!(planned(&["boxes.a"], &[]), ["delete feeds.f", "delete boxes.a"]);
    assert_eq!(planned(&["feeds.f"], &[]), ["delete feeds.f"]);
    assert_eq!(planned(&[], &["feeds.f"]), ["delete boxes.b"]);
}
