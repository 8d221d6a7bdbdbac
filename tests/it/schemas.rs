//! Schemas through a whole run: which new versions a plan refuses, and what the rest of a bus's life means for them.

use gatewayctl::plan::Options;
use serde_json::json;

use crate::support::account::{Account, Source};
use crate::support::process::Folder;

const LOCAL: &str = "--local=account.jsonl";
const STACK: &str = "\
stack: shop
region: eu-west-1
registries: { orders: {} }
schemas:
  placed:
    registry: orders
    name: shop@OrderPlaced
    type: json_schema_draft4
    content:
      type: object
      required: [id, total]
      properties:
        id: { type: string }
        total: { type: number }
";

#[test]
fn a_version_that_breaks_those_who_know_the_one_before_is_refused_where_it_is_written() {
    let folder = Folder::with_stack(STACK);
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    folder.edit("        id: { type: string }", "        id: { type: integer }");
    folder.edit("required: [id, total]", "required: [id]");
    folder.edit("        total: { type: number }\n", "");
    let ran = folder.run(&["plan", LOCAL]).ends(1);
    insta::assert_snapshot!(ran.stdout, @"
    Refused for 2 reasons. Plan: 1 to update, 1 unchanged.

    schemas
      ~ schemas.placed  shop@OrderPlaced  stack.yaml:5
          RegistryName: shop-orders
          ~ Content:  stack.yaml:10
              - required[1]: total
              ~ properties.id.type: string → integer  stack.yaml:13
              - properties.total.type: number
          1 unchanged field

    error[incompatible_schema]: schemas.placed: the required field `total` is gone, compared with the version that is live
      --> stack.yaml:11:17
       |
    11 |       required: [id]
       |                 ^^^^
       |
       = in: schemas.placed
       = help: keep the field as it was; or publish the new shape as a schema of its own, under another key and `name:`; or write `compatibility: none`, if nobody relies on it

    error[incompatible_schema]: schemas.placed: the type of `id` was string and is integer, compared with the version that is live
      --> stack.yaml:13:13
       |
    13 |         id: { type: integer }
       |             ^^^^^^^^^^^^^^^^^
       |
       = in: schemas.placed
       = help: keep the field as it was; or publish the new shape as a schema of its own, under another key and `name:`; or write `compatibility: none`, if nobody relies on it

    2 errors
    ");
    let before = std::fs::read_to_string(folder.path().join("account.jsonl")).expect("the account");
    let ran = folder.run(&["apply", LOCAL, "--yes"]).ends(1);
    assert!(ran.stdout.contains("incompatible_schema"), "{}", ran.stdout);
    assert_eq!(before, std::fs::read_to_string(folder.path().join("account.jsonl")).expect("the account"));
    // Against a snapshot, too: that needs no credentials.
    folder.edit(
        "        id: { type: integer }",
        "        id: { type: string }\n        total: { type: number }",
    );
    folder.edit("required: [id]", "required: [id, total]");
    folder.run(&["snapshot", LOCAL, "--output", "live.json"]).ends(0);
    folder.edit("        total: { type: number }", "        total: { type: string }");
    let ran = folder.run(&["plan", "--live", "live.json"]).ends(1);
    assert!(ran.stdout.contains("the type of `total` was number and is string"), "{}", ran.stdout);
    // By its word it is published.
    folder.edit("    type: json_schema_draft4\n", "    type: json_schema_draft4\n    compatibility: none\n");
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
    // The word itself changes nothing in the account.
    folder.edit("    compatibility: none\n", "    compatibility: full\n");
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
    folder.edit("required: [id, total]", "required: [id, total, at]");
    let ran = folder.run(&["plan", LOCAL]).ends(1);
    assert!(ran.stdout.contains("the field `at` is required now"), "{}", ran.stdout);
}

#[test]
fn a_new_version_that_breaks_nobody_is_an_update_in_place() {
    let folder = Folder::with_stack(STACK);
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    folder.edit(
        "        total: { type: number }",
        "        total: { type: number }\n        note: { type: string }",
    );
    let ran = folder.run(&["plan", LOCAL]).ends(0);
    insta::assert_snapshot!(ran.stdout, @"
    Plan: 1 to update, 1 unchanged.

    schemas
      ~ schemas.placed  shop@OrderPlaced  stack.yaml:5
          RegistryName: shop-orders
          ~ Content:  stack.yaml:10
              + properties.note.type: string  stack.yaml:15
          1 unchanged field
    ");
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
}

#[test]
fn a_discoverer_that_somebody_has_stopped_is_a_difference_and_not_healthy() {
    let folder = Folder::with_stack(
        "stack: shop\nregion: eu-west-1\nbuses: { orders: {} }\ndiscoverers: { orders: { bus: orders } }\n",
    );
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    folder.happens("discoverer", "events-event-bus-shop-orders", &|one| one["State"] = "STOPPED".into());
    let ran = folder.run(&["plan", LOCAL]).ends(0);
    assert!(ran.stdout.contains("~ State: STOPPED → STARTED"), "{}", ran.stdout);
    let ran = folder.run(&["status", LOCAL]).ends(1);
    assert!(ran.stdout.contains("it is stopped, so it learns nothing"), "{}", ran.stdout);
}

// A bus that is replaced takes its discoverer with it; a discoverer of somebody else is met before AWS refuses a
// second one.
#[tokio::test]
async fn a_discoverer_follows_its_bus_and_one_of_others_is_not_touched() {
    let account = Account::new();
    let stack = |name: &str| {
        Source::new(&format!(
            "stack: shop\nbuses: {{ orders: {{ name: {name} }} }}\ndiscoverers: {{ orders: {{ bus: orders }} }}\n"
        ))
    };
    account.apply_with(&stack("one"), &Options::default()).await;
    account.apply_with(&stack("two"), &Options::default()).await;
    account.assert_converged(&stack("two")).await;
    let ids: Vec<String> = account.documents("schemas", "discoverer").into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["events-event-bus-two"]);
    let theirs = json!({
        "DiscovererId": "x", "DiscovererArn": "arn:aws:schemas:eu-west-1:123456789012:discoverer/x",
        "SourceArn": "arn:aws:events:eu-west-1:123456789012:event-bus/three", "State": "STARTED",
    });
    account.local.seed("eu-west-1", "schemas", "discoverer", "x", theirs).unwrap();
    let plan = account.plan(&stack("three")).await;
    assert_eq!(plan.refusals.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["unmarked"]);
}

/// A discoverer and a schema, each in something that can be renamed.
const INSIDE: &str = "\
stack: a
region: eu-west-1
account: \"123456789012\"
buses: { b: { name: one }, c: {} }
discoverers: { d: { bus: b } }
registries: { r: { name: first }, q: {} }
schemas: { s: { registry: r, type: json_schema_draft4, content: { type: object } } }
";

// A replacement that is killed between its two halves: the next apply finds the old one by its mark.
#[test]
fn a_replacement_that_was_interrupted_is_finished_by_the_next_apply() {
    for (from, to, fault, gone) in [
        ("{ name: one }", "{ name: two }", "schemas:CreateDiscoverer", "event-bus-one"),
        ("{ bus: b }", "{ bus: c }", "schemas:CreateDiscoverer", "event-bus-one"),
        ("{ name: first }", "{ name: second }", "schemas:CreateSchema", "first|a-s"),
        ("registry: r,", "registry: q,", "schemas:CreateSchema", "first|a-s"),
    ] {
        let folder = Folder::with_stack(INSIDE);
        folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
        folder.edit(from, to);
        let rule = format!("{fault}=kill-after");
        let killed = folder.run_with(&["apply", LOCAL, "--yes", "-q"], &[("GATEWAYCTL_LOCAL_FAULTS", &rule)]);
        assert_eq!(killed.status, None, "{to}: {}", killed.stderr);
        let plan = folder.run(&["plan", LOCAL]).ends(0);
        assert!(plan.stdout.contains("an older one of the same address"), "{to}: {}", plan.stdout);
        folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
        assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."), "{to}");
        let account = Account::at(&folder.path().join("account.jsonl"), "");
        let left = ["discoverer", "schema"].map(|collection| account.documents("schemas", collection));
        assert!(left.iter().all(|all| all.len() == 1), "{to}: {left:#?}");
        assert!(left.iter().flatten().all(|(id, _)| !id.ends_with(gone)), "{to}: {left:#?}");
    }
}

#[test]
fn instances_that_come_have_nothing_to_do_with_one_that_goes() {
    let folder = Folder::with_stack(
        "\
stack: a
region: eu-west-1
components: { p: { source: p.yaml, for_each: { one: {} } } }
",
    );
    let parts = "\
buses: { b: {} }
discoverers: { d: { bus: b } }
registries: { r: {} }
schemas: { s: { registry: r, name: Placed, type: json_schema_draft4, content: { type: object } } }
";
    std::fs::write(folder.path().join("p.yaml"), parts).expect("the component");
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    folder.edit("{ one: {} }", "{ two: {}, three: {}, four: {} }");
    let plan = folder.run(&["plan", LOCAL]).ends(0);
    assert!(plan.stdout.starts_with("Plan: 4 to delete, 12 to create."), "{}", plan.stdout);
}

#[test]
fn a_bus_that_has_a_discoverer_is_told_with_what_to_write_instead() {
    let folder = Folder::with_stack(
        "\
stack: a
region: eu-west-1
buses: { b: {}, c: {} }
discoverers: { d: { bus: b }, e: { bus: default } }
",
    );
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    folder.edit("{ d: { bus: b }, e: { bus: default } }", "{ d: { bus: c }, f: { bus: b } }");
    let ran = folder.run(&["plan", LOCAL]).ends(1);
    insta::assert_snapshot!(ran.stdout, @"
    Refused for 1 reason. Plan: 1 to delete, 1 to create, 2 unchanged.

    discoverers
      + discoverers.d  stack.yaml:4
          SourceArn: arn:aws:events:eu-west-1:000000000000:event-bus/a-c
      - discoverers.e
          deleted because it is not declared any more
          SourceArn: arn:aws:events:eu-west-1:000000000000:event-bus/default

    error[claimed]: the discoverer with `bus: arn:aws:events:eu-west-1:000000000000:event-bus/a-b` belongs to discoverers.d, which is still declared
     --> stack.yaml:4:31
      |
    4 | discoverers: { d: { bus: c }, f: { bus: b } }
      |                               ^
      |
      = in: discoverers.f
      = help: give the resource another `bus:`; or declare discoverers.d under another key, which makes this one a move

    1 error
    ");
    // As it says.
    folder.edit("{ d: { bus: c }", "{ g: { bus: c }");
    let plan = folder.run(&["apply", LOCAL, "--yes"]).ends(0);
    assert!(plan.stdout.contains("1 to create") && plan.stdout.contains("1 moved"), "{}", plan.stdout);
}
