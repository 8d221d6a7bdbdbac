//! Plans as markdown and as annotations.

use insta::assert_snapshot;

use super::account::{Account, World, address};
use super::worlds::{QUEUES, gateway};
use crate::engine::{AwsError, Class, Found};
use crate::live::Unlisted;
use crate::plan::{Options, Plan, plan};
use crate::report::{Files, MOST_BYTES, RepoUrl, plan_annotations, plan_markdown};
use crate::value;

fn files() -> Files {
    let url = RepoUrl::of_github("https://github.com", "acme/shop", "c0ffee");
    Files { url, paths: [("stack.yaml".into(), "infra/stack.yaml".into())].into() }
}

pub(super) fn draw(world: &World, plan: &Plan) -> String {
    plan_markdown(plan, &world.sources, &files(), MOST_BYTES)
}

#[test]
fn what_goes_stands_first_and_the_rest_is_folded_with_links() {
    let account = gateway("NEW", "1").applied();
    let changed = gateway("BOTH", "2").with("boxes.inbox", "inbox", value!({ "Size": 5 }), &[]);
    assert_snapshot!(draw(&changed, &changed.plan(&account)));
}

#[test]
fn nothing_to_do_is_a_short_comment() {
    let world = World::compiled(QUEUES);
    assert_snapshot!(draw(&world, &world.plan(&world.applied())), @"
    <!-- gatewayctl plan shop/-/eu-west-1 -->
    ### No changes.

    Stack `shop`, account `123456789012`, region `eu-west-1`
    ");
}

#[test]
fn what_stands_against_a_plan_and_what_was_not_seen_stand_above_the_changes() {
    let world = World::compiled(&QUEUES.replace("60s", "90s"));
    let mut account = World::compiled(QUEUES).applied();
    account.at("log_groups.audit").mark = Found::None;
    account.at("queues.dead").unread = vec![("Tags".into(), "AccessDenied".into())];
    let mut survey = account.survey(&world.graph);
    let error = AwsError::new("logs", "DescribeLogGroups", Class::Denied, "not authorized @acme/ops #1");
    survey.unlisted = vec![Unlisted { kind: "log_groups", error }];
    let plan = plan(&world.graph, &survey, &Options::default());
    assert_snapshot!(draw(&world, &plan));
    assert_snapshot!(plan_annotations(&plan, &world.sources, &files()), @"
    ::error file=infra/stack.yaml,line=22,col=3,title=unmarked%3A log_groups.audit::the log group `shop-audit` exists and carries no mark%0Ahelp: take it over with `--adopt log_groups.audit`, or give the resource another `name:`
    ::warning title=not seen::Not readable: queues.dead Tags (AccessDenied)
    ::warning title=not seen::Not searched for orphans: log_groups (logs:DescribeLogGroups: not authorized @acme/ops #1)
    ::notice title=gatewayctl plan shop/-/eu-west-1::Refused for 1 reason. Plan: 1 to update, 3 unchanged.
    ");
}

#[test]
fn annotations_stand_on_the_lines_of_what_goes() {
    let account = gateway("NEW", "1").applied();
    let changed = gateway("BOTH", "1");
    assert_snapshot!(plan_annotations(&changed.plan(&account), &changed.sources, &files()), @"
    ::warning file=infra/stack.yaml,line=9,col=3,title=replace feeds.carrier::carrier%0Areplaced, the old one first, because Source takes `stream` of depots.orders, which gets another value because Stream.View changes%0Aloses records that arrive meanwhile
    ::notice title=gatewayctl plan shop/-/eu-west-1::Plan: 1 to replace, 2 to update, 1 unchanged.
    ");
}

/// Many boxes of long names, of which each has a change of its own.
fn many(n: usize, size: impl Fn(usize) -> i64) -> World {
    let keys: Vec<String> = (0..n).map(|i| format!("box-with-a-long-name-{i:05}")).collect();
    let text: String = keys.iter().map(|key| format!("  {key}:\n")).collect();
    let world = World::of(&format!("boxes:\n{text}"));
    keys.iter().enumerate().fold(world, |world, (i, key)| {
        world.with(&format!("boxes.{key}"), key, value!({ "Size": (size(i)) }), &[])
    })
}

#[test]
fn whatever_the_plan_it_fits_and_says_what_was_cut() {
    let world = many(600, |i| i as i64);
    let plan = world.plan(&Account::default());
    for most in [2_000, 10_000, MOST_BYTES] {
        let text = plan_markdown(&plan, &world.sources, &files(), most);
        assert!(text.len() <= most, "{} of {most}", text.len());
        assert!(text.contains("600 to create") && text.contains("**Cut to"), "{text}");
    }
    let text = plan_markdown(&plan, &world.sources, &files(), 2_500);
    assert_snapshot!(text);
}

#[test]
fn what_goes_is_named_before_anything_else_gets_room() {
    let account = many(600, |i| i as i64).applied();
    let mut world = many(600, |i| i as i64 + 1);
    for i in 0..300 {
        world.graph.resources.remove(&address(&format!("boxes.box-with-a-long-name-{i:05}")));
    }
    let text = plan_markdown(&world.plan(&account), &world.sources, &files(), 12_000);
    assert!(text.len() <= 12_000);
    for i in 0..300 {
        assert!(text.contains(&format!("{i:05}")), "{i}");
    }
    assert!(text.contains("only the address is shown"), "{text}");
    let text = plan_markdown(&world.plan(&account), &world.sources, &files(), 2_000);
    assert!(text.len() <= 2_000 && text.contains("more go and are not listed here"), "{text}");
}
