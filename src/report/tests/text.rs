//! Plans as text.

use insta::assert_snapshot;

use super::account::{Account, World, address};
use super::worlds::{QUEUES, gateway, output};
use crate::engine::{AwsError, Class, Found, Observed};
use crate::live::{Reading, Unlisted};
use crate::plan::{Options, Plan, plan};
use crate::report::{View, plan_text};
use crate::value;

fn view() -> View {
    View { color: false, width: 100, compact: false, show_unchanged: false }
}

pub(super) fn draw(world: &World, plan: &Plan) -> String {
    plan_text(plan, &world.sources, view())
}

fn allowing(at: &str) -> Options {
    Options { allow_destroy: [address(at)].into(), ..Options::default() }
}

#[test]
fn nothing_to_do_is_said_in_two_words_and_what_cannot_be_compared_below() {
    let queues = World::compiled(QUEUES);
    assert_eq!(draw(&queues, &queues.plan(&queues.applied())), "No changes.\n");
    let gateway = gateway("NEW", "1");
    assert_snapshot!(draw(&gateway, &gateway.plan(&gateway.applied())));
}

#[test]
fn one_changed_field_is_one_line_with_its_place() {
    let account = World::compiled(QUEUES).applied();
    let changed = World::compiled(&QUEUES.replace("60s", "90s"));
    assert_snapshot!(draw(&changed, &changed.plan(&account)));
}

#[test]
fn a_first_apply_shows_what_is_made_compactly() {
    let queues = World::compiled(QUEUES);
    assert_snapshot!(draw(&queues, &queues.plan(&Account::default())));
    let gateway = gateway("NEW", "1");
    assert_snapshot!(draw(&gateway, &gateway.plan(&Account::default())));
}

#[test]
fn a_replacement_says_why_what_goes_first_and_what_is_lost() {
    let account = gateway("NEW", "1").applied();
    let changed = gateway("BOTH", "1");
    assert_snapshot!(draw(&changed, &changed.plan(&account)));
}

#[test]
fn a_part_that_is_made_anew_and_one_that_goes_last_are_told() {
    let world = |key: &str, door: &str| {
        let mut inbox = value!({ "Locks": { "a": { "Key": key } } });
        inbox.put(&format!("Doors.{door}"), "x".into());
        let to = format!("arn:aws:box:eu-west-1:111122223333:inbox/{door}");
        World::of("boxes:\n  inbox: {}\nfeeds:\n  carrier: {}\n")
            .with("boxes.inbox", "inbox", inbox, &[])
            .with("feeds.carrier", "carrier", value!({ "Target": to }), &[])
    };
    let account = world("one", "front").applied();
    let changed = world("two", "main");
    assert_snapshot!(draw(&changed, &changed.plan(&account)));
}

#[test]
fn a_new_version_of_a_secret_shows_that_it_changes_and_nothing_else() {
    let account = gateway("NEW", "1").applied();
    let changed = gateway("NEW", "2");
    assert_snapshot!(draw(&changed, &changed.plan(&account)));
    let same = gateway("NEW", "1");
    let rotate = Options { rotate: [address("feeds.carrier")].into(), ..Options::default() };
    assert_snapshot!(draw(&same, &same.plan_with(&account, rotate)));
}

#[test]
fn what_aws_never_shows_is_called_a_secret_only_where_it_is_one() {
    let stack = |rest: &str| {
        let parameters = if rest.contains("Key:") { "Key: { Type: String, NoEcho: true }" } else { "" };
        World::compiled(&format!(
            "stack: shop\nregion: eu-west-1\nparameters: {{ key: {{ from: 'env:KEY', secret: true, default: x }} }}\ncloudformation_stacks:\n  old:\n    template: {{ Parameters: {{ {parameters} }}, Resources: {{ Jobs: {{ Type: AWS::SQS::Queue }} }} }}\n{rest}"
        ))
    };
    let fails = "    on_stack_failure: delete\n";
    let types = "    resource_types: ['AWS::SQS::*']\n";
    let other = "    resource_types: ['AWS::SNS::*']\n";
    let key = "    parameters: { Key: '${parameters.key}' }\n";
    let (all, both, one) = (format!("{key}{fails}{types}"), format!("{key}{other}"), format!("{key}{types}"));
    let mut drawn = String::new();
    let cases = [
        (fails, ""),
        ("", fails),
        (types, ""),
        (types, other),
        (&all, ""),
        (&all, &one),
        (&all, &both),
        (&one, key),
    ];
    for (before, after) in cases {
        let (before, after) = (stack(before), stack(after));
        drawn.push_str(&format!("{}\n---\n", draw(&after, &after.plan(&before.applied()))));
    }
    assert_snapshot!(drawn);
}

// E1 (hashicorp/terraform#9222, hashicorp/terraform-provider-aws#298, hashicorp/terraform-provider-aws#10139):
// a pattern comes back in another order and is a difference for ever.
#[test]
fn documents_and_texts_are_compared_inside() {
    let account = World::compiled(QUEUES).applied();
    let text = QUEUES
        .replace("Action: sqs:SendMessage", "Action: [sqs:SendMessage, sqs:GetQueueUrl]")
        .replace("the warehouse", "the warehouse in Lyon")
        .replace("pipes.amazonaws.com", "lambda.amazonaws.com")
        .replace("retention_days: 30", "retention_days: 30, tags: { team: audit, cost: x }");
    let changed = World::compiled(&text);
    assert_snapshot!(draw(&changed, &changed.plan(&account)));
}

#[test]
fn what_is_not_declared_any_more_goes_and_what_is_protected_is_refused() {
    let account = gateway("NEW", "1").applied();
    let mut rest = gateway("NEW", "1");
    rest.graph.resources.retain(|at, _| at.kind == "boxes");
    assert_snapshot!(draw(&rest, &rest.plan(&account)));
    assert_snapshot!(draw(&rest, &rest.plan_with(&account, allowing("depots.orders"))));
}

#[test]
fn a_move_an_adoption_and_a_rename_are_told_apart() {
    let mut account = World::compiled(QUEUES).applied();
    account.at("log_groups.audit").mark = Found::None;
    let text = QUEUES
        .replace("  dead: {}", "  graveyard: { name: shop-dead }")
        .replace("dead_letter: dead", "dead_letter: graveyard")
        .replace("  feeder:\n    trust", "  feeder:\n    name: letters\n    trust");
    let changed = World::compiled(&text);
    let adopt = Options { adopt: [(address("log_groups.audit"), None)].into(), ..Options::default() };
    assert_snapshot!(draw(&changed, &changed.plan_with(&account, adopt)));
}

#[test]
fn what_is_not_ours_is_refused_where_it_is_declared() {
    let world = World::compiled(QUEUES);
    let mut account = world.applied();
    account.at("queues.inbox").managed_by = Some("the CloudFormation stack shop".into());
    account.at("log_groups.audit").mark = Found::None;
    assert_snapshot!(draw(&world, &world.plan(&account)));
}

#[test]
fn what_could_not_be_seen_is_never_called_unchanged() {
    let world = World::compiled(QUEUES);
    let mut account = world.applied();
    account.at("queues.dead").unread = vec![("Tags".into(), "AccessDenied".into())];
    let mut survey = account.survey(&world.graph);
    let error = AwsError {
        code: "AccessDeniedException".into(),
        ..AwsError::new("logs", "DescribeLogGroups", Class::Denied, "not authorized to perform it")
    };
    survey.unlisted = vec![Unlisted { kind: "log_groups", error }];
    survey.described = 21;
    let text = draw(&world, &plan(&world.graph, &survey, &Options::default()));
    assert!(!text.contains("No changes."));
    assert_snapshot!(text);
}

#[test]
fn names_and_values_from_the_account_cannot_write_on_the_terminal() {
    let world = World::compiled(QUEUES);
    let mut account = world.applied();
    let hostile = "x\u{1b}[2J\u{1b}]0;owned\u{7}\r\n\u{202e}gnol";
    let live = account.at("log_groups.audit");
    live.properties.put("Tags", value!({ "a\u{1b}[31m": hostile }));
    let mut stray = account.at("roles.feeder").clone();
    (stray.id, stray.name) = (hostile.into(), hostile.into());
    if let Found::Mark(mark) = &mut stray.mark {
        mark.name = hostile.into();
    }
    account.live.push(("roles", stray));
    let mut survey = account.survey(&world.graph);
    let error = AwsError::new("sqs", "GetQueueAttributes", Class::Invalid, hostile);
    survey.readings.insert(address("queues.dead"), Reading::Unreadable(error));
    let plan = plan(&world.graph, &survey, &Options::default());
    for compact in [false, true] {
        let text = plan_text(&plan, &world.sources, View { compact, ..view() });
        assert!(!text.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{text:?}");
    }
    assert_snapshot!(draw(&world, &plan));
}

#[test]
fn a_narrow_terminal_breaks_lines_where_they_can_be() {
    let account = gateway("NEW", "1").applied();
    let changed = gateway("BOTH", "1");
    let view = View { width: 48, ..view() };
    assert_snapshot!(plan_text(&changed.plan(&account), &changed.sources, view));
}

#[test]
fn compact_is_a_line_for_each_resource() {
    let account = gateway("NEW", "1").applied();
    let changed = gateway("BOTH", "2").with("boxes.inbox", "inbox", value!({ "Size": 5 }), &[]);
    let view = View { compact: true, show_unchanged: true, ..view() };
    assert_snapshot!(plan_text(&changed.plan(&account), &changed.sources, view));
}

#[test]
fn components_are_groups_and_what_is_generated_stands_below_what_it_serves() {
    let text = "boxes:\n  inbox: {}\n  sync: {}\n";
    let world = World::of(text)
        .with("boxes.inbox", "inbox", value!({}), &[])
        .with("boxes.inbox/ruling/x", "", value!({ "Of": "inbox", "Statement": { "Effect": "Allow" } }), &[])
        .with("crm.acme.boxes.sync", "sync", value!({}), &[])
        .with("crm.acme.boxes.sync/badge", "sync-badge", value!({}), &[])
        .with(
            "crm.beta.boxes.sync",
            "sync-beta",
            value!({ "Overflow": (output("boxes.inbox", "url")) }),
            &[],
        );
    assert_snapshot!(draw(&world, &world.plan(&Account::default())));
    let mut account = world.applied();
    account.at("boxes.inbox/ruling/x").properties.put("Statement", value!({ "Effect": "Deny" }));
    assert_snapshot!(draw(&world, &world.plan(&account)));
}

#[test]
fn colours_go_to_what_matters() {
    let account = gateway("NEW", "1").applied();
    let changed = gateway("BOTH", "1");
    let view = View { color: true, compact: true, ..view() };
    assert_snapshot!(plan_text(&changed.plan(&account), &changed.sources, view).replace('\u{1b}', "␛"));
}

#[test]
fn an_old_secret_that_stood_in_a_plain_place_is_not_shown() {
    let world = gateway("NEW", "1");
    let mut account = world.applied();
    let live: &mut Observed = account.at("feeds.carrier");
    live.properties.put("Target", "hunter2-of-yesterday".into());
    let mut bare = gateway("NEW", "1");
    let feed = bare.graph.resources.get_mut(&address("feeds.carrier")).unwrap();
    feed.properties.remove("Password");
    let text = draw(&bare, &bare.plan(&account));
    assert!(!text.contains("hunter2"), "{text}");
    assert_snapshot!(text);
}

#[test]
fn a_statement_that_goes_shows_what_it_said_and_protection_says_which_way_it_changes() {
    let account = World::compiled(QUEUES).applied();
    let policy = QUEUES.find("    policy:").unwrap()..QUEUES.find("  dead:").unwrap();
    let without = World::compiled(&[&QUEUES[..policy.start], &QUEUES[policy.end..]].concat());
    assert_snapshot!(draw(&without, &without.plan(&account)), @r#"
    Plan: 1 to delete, 4 unchanged.

    queues
        queues.inbox  shop-inbox  stack.yaml:4
          - queues.inbox/policy/Feeder
              deleted because it is not declared any more
              Document: queues
              Of: shop-inbox
              Statement: {
                Effect: "Allow",
                Principal: { AWS: ["arn:aws:iam::111122223333:role/feeder"] },
                Action: ["sqs:SendMessage"]
              }
    "#);
    let guarded = World::compiled(&QUEUES.replace("dead: {}", "dead: { protect: true }"));
    assert_snapshot!(draw(&guarded, &guarded.plan(&account)), @"
    Plan: 1 to update, 4 unchanged.

    queues
      ~ queues.dead  shop-dead  stack.yaml:12
          protection is added
    ");
    let plain = World::compiled(QUEUES);
    assert_snapshot!(draw(&plain, &plain.plan(&guarded.applied())), @"
    Plan: 1 to update, 4 unchanged.

    queues
      ~ queues.dead  shop-dead  stack.yaml:12
          protection is taken away
    ");
}
