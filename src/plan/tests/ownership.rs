//! Whose is what: moves, adoptions, copies, protection.

use super::*;
use crate::engine::{Found, Mark, State};
use crate::value;

fn one_box(at: &str, name: &str) -> Stack {
    Stack::new().with(at, name, value!({ "Size": 2 }), &[])
}

#[test]
fn a_second_plan_is_empty_and_says_so_only_then() {
    let mut account = Account::default();
    let stack = gateway("NEW");
    assert!(!stack.plan(&account).is_empty());
    stack.apply(&mut account);
    account.at_mut("boxes.inbox").properties.put("Size", 7.into());
    let plan = stack.plan(&account);
    assert_eq!(steps(&plan), ["update boxes.inbox"]);
    assert_eq!(plan.changes[&address("boxes.inbox")].change.paths(), ["Size"]);
}

#[test]
fn a_stack_in_two_environments_and_two_regions_plans_nothing_for_the_others() {
    let mut account = Account::default();
    let owners = ["shop/dev/eu-west-1", "shop/prod/eu-west-1", "shop/dev/us-east-1", "shop/-/eu-west-1"];
    let stacks: Vec<Stack> = owners
        .iter()
        .map(|owner| {
            let name = format!("inbox-{}", owner.replace('/', "-"));
            Stack::of(owner).with("boxes.inbox", &name, value!({}), &[])
        })
        .collect();
    for stack in &stacks {
        assert_eq!(steps(&stack.apply(&mut account)), ["create boxes.inbox"]);
    }
    let destroy = Options { destroy: true, ..Options::default() };
    assert_eq!(steps(&stacks[0].apply_with(&mut account, &destroy)), ["delete boxes.inbox"]);
    assert_eq!(account.live.len(), 3);
    for stack in &stacks[1..] {
        assert!(stack.plan(&account).is_empty());
    }
}

#[test]
fn a_renamed_key_whose_name_stays_is_a_move_of_the_mark_alone() {
    let mut account = Account::default();
    one_box("boxes.old", "inbox").apply(&mut account);
    let plan = one_box("boxes.new", "inbox").apply(&mut account);
    assert_eq!(steps(&plan), ["update boxes.new"]);
    let planned = &plan.changes[&address("boxes.new")];
    assert!(planned.is_mark_only() && planned.writes_mark);
    assert_eq!(planned.moved_from, Some(address("boxes.old")));
    assert_eq!(reasons(&plan, "boxes.new"), ["it was declared as boxes.old"]);
    assert_eq!(plan.counts().moved, 1);
}

#[test]
fn a_move_of_what_has_no_unique_name_finds_it_by_its_mark() {
    let mut account = Account::default();
    let stack = |at: &str| Stack::new().with(at, "api", value!({ "Kind": "edge" }), &[]);
    stack("portals.old").apply(&mut account);
    let plan = stack("portals.new").apply(&mut account);
    assert_eq!(steps(&plan), ["update portals.new"]);
    assert_eq!(account.live.len(), 1);
}

#[test]
fn a_move_from_an_address_that_is_still_declared_is_refused() {
    let mut account = Account::default();
    one_box("boxes.old", "inbox").apply(&mut account);
    let both = one_box("boxes.new", "inbox").with("boxes.old", "elsewhere", value!({}), &[]);
    let plan = both.plan(&account);
    assert_eq!(codes(&plan), ["claimed"]);
    assert!(plan.steps.is_empty());
}

#[test]
fn a_renamed_resource_is_a_replacement_made_before_the_old_one_goes() {
    let mut account = Account::default();
    one_box("boxes.inbox", "inbox").apply(&mut account);
    let plan = one_box("boxes.inbox", "letters").apply(&mut account);
    assert_eq!(action(&plan, "boxes.inbox"), Action::Replace);
    assert_eq!(steps(&plan), ["create boxes.inbox", "delete boxes.inbox"]);
    assert_eq!(reasons(&plan, "boxes.inbox"), ["Name cannot be changed in place"]);
    assert_eq!(account.live.len(), 1);
}

#[test]
fn an_interrupted_replacement_leaves_an_old_half_that_goes_with_the_next_apply() {
    let mut account = Account::default();
    one_box("boxes.inbox", "inbox").apply(&mut account);
    let renamed = one_box("boxes.inbox", "letters");
    let mut plan = renamed.plan(&account);
    plan.steps.truncate(1);
    account.apply(&plan);
    assert_eq!(account.live.len(), 2);
    let plan = renamed.apply(&mut account);
    assert_eq!(steps(&plan), ["delete the leftover of boxes.inbox"]);
    assert_eq!(account.live.len(), 1);
    assert_eq!(plan.counts().delete, 1);
}

/// Shelves, each with a beacon in it: the beacon's key, and key and name of the shelf.
fn lit(beacons: &[(&str, &str, &str)]) -> Stack {
    beacons.iter().fold(Stack::new(), |stack, &(at, shelf, name)| {
        let inside = format!("in {shelf}");
        stack.with(shelf, name, value!({}), &[]).with(at, "", value!({ "Shelf": name }), &[&inside])
    })
}

/// Does what a plan says up to the creation of a resource.
fn apply_until_made(account: &mut Account, mut plan: Plan, at: &str) {
    let is_it = |step: &crate::plan::Step| step.address == address(at) && step.verb == Verb::Create;
    let last = plan.steps.iter().position(is_it).unwrap();
    plan.steps.truncate(last + 1);
    account.apply(&plan);
}

#[test]
fn the_old_half_of_what_is_known_by_where_it_stands_goes_too_and_before_what_it_stands_in() {
    let mut account = Account::default();
    lit(&[("beacons.d", "shelves.b", "one")]).apply(&mut account);
    let renamed = lit(&[("beacons.d", "shelves.b", "two")]);
    let plan = renamed.plan(&account);
    apply_until_made(&mut account, plan, "beacons.d");
    assert_eq!(account.live.len(), 4);
    let plan = renamed.apply(&mut account);
    assert_eq!(steps(&plan), ["delete the leftover of beacons.d", "delete the leftover of shelves.b"]);
    assert_eq!((account.live.len(), plan.warnings.len()), (2, 0));
}

#[test]
fn what_stands_elsewhere_under_another_key_is_another_one() {
    let shelves = lit(&[]).with("shelves.b", "b", value!({}), &[]).with("shelves.c", "c", value!({}), &[]);
    let in_b = |at: &str| shelves.clone().with(at, "", value!({ "Shelf": "b" }), &["in shelves.b"]);
    let in_c = |at: &str| shelves.clone().with(at, "", value!({ "Shelf": "c" }), &["in shelves.c"]);
    let mut account = Account::default();
    in_b("beacons.d").protect("beacons.d", true).apply(&mut account);
    let plan = in_c("beacons.g").plan(&account);
    assert_eq!(codes(&plan), ["protected"]);
    assert_eq!(plan.refusals[0].help, "allow it with `--allow-destroy beacons.d`");
    in_b("beacons.d").apply(&mut account);
    let plan = in_c("beacons.g").apply(&mut account);
    assert_eq!(steps(&plan), ["create beacons.g", "delete beacons.d"]);
    // In the same place it is the same one.
    let plan = in_c("beacons.d").apply(&mut account);
    assert_eq!(steps(&plan), ["update beacons.d"]);
    assert_eq!(plan.counts().moved, 1);
}

#[test]
fn what_has_no_name_is_told_by_what_it_is_known_by_and_no_name_is_asked_for() {
    let mut account = Account::default();
    lit(&[("beacons.d", "shelves.b", "b"), ("beacons.e", "shelves.c", "c")]).apply(&mut account);
    let turned = lit(&[("beacons.d", "shelves.c", "c"), ("beacons.f", "shelves.b", "b")]);
    let plan = turned.plan(&account);
    let said = |plan: &Plan, at: &str| {
        let about = |finding: &&crate::plan::Finding| finding.address == Some(address(at));
        let finding = plan.refusals.iter().find(about).unwrap();
        format!("{}: {}", finding.message, finding.help)
    };
    assert_eq!(
        said(&plan, "beacons.f"),
        "the beacon with `shelf: b` belongs to beacons.d, which is still declared: give the resource another `shelf:`; \
         or declare beacons.d under another key, which makes this one a move"
    );
    lit(&[("beacons.d", "shelves.b", "b")]).apply(&mut account);
    account.at_mut("beacons.d").mark = Found::None;
    assert_eq!(
        said(&lit(&[("beacons.d", "shelves.b", "b")]).plan(&account), "beacons.d"),
        "the beacon with `shelf: b` exists and carries no mark: take it over with `--adopt beacons.d`, or give the \
         resource another `shelf:`"
    );
}

#[test]
fn a_default_name_that_followed_its_key_is_answered_with_the_line_that_makes_it_a_move() {
    let mut account = Account::default();
    one_box("boxes.old", "shop-old").apply(&mut account);
    let plan = one_box("boxes.new", "shop-new").plan(&account);
    assert_eq!(steps(&plan), ["create boxes.new", "delete boxes.old"]);
    let note = plan.changes[&address("boxes.new")].note.clone().unwrap();
    assert!(note.starts_with("`name: shop-old` at boxes.new"), "{note}");
    let other = Stack::new().with("boxes.new", "shop-new", value!({ "Size": 9 }), &[]).plan(&account);
    assert_eq!(other.changes[&address("boxes.new")].note, None);
}

#[test]
fn a_wanted_name_that_is_not_ours_is_refused_and_never_touched() {
    let stack = one_box("boxes.inbox", "inbox");
    let mut account = Account::default();
    stack.apply(&mut account);
    let ours = account.at("boxes.inbox").unwrap().clone();
    let Found::Mark(mark) = ours.mark.clone() else { panic!() };
    let with = |mark: Found, managed_by: Option<&str>| {
        let mut account = account.clone();
        *account.at_mut("boxes.inbox") =
            crate::engine::Observed { mark, managed_by: managed_by.map(str::to_owned), ..ours.clone() };
        stack.plan(&account)
    };
    let other = Mark { owner: "shop/prod/eu-west-1".parse().unwrap(), ..mark.clone() };
    let copied = Mark { name: "original".into(), ..mark.clone() };
    let of_another_kind = Mark { address: address("feeds.inbox"), ..mark.clone() };
    for (mark, managed_by, code) in [
        (Found::Mark(other), None, "foreign"),
        (Found::Mark(copied), None, "foreign"),
        (Found::Mark(of_another_kind), None, "foreign"),
        (Found::None, None, "unmarked"),
        (Found::Unreadable("newer".into()), None, "unreadable_mark"),
        (Found::Mark(mark), Some("the CloudFormation stack x"), "managed"),
    ] {
        let plan = with(mark, managed_by);
        assert_eq!(codes(&plan), [code]);
        assert!(plan.steps.is_empty() && !plan.is_empty());
    }
}

#[test]
fn a_copied_mark_among_the_orphans_is_left_alone_and_named() {
    let mut account = Account::default();
    one_box("boxes.inbox", "inbox").apply(&mut account);
    let mut copy = account.at("boxes.inbox").unwrap().clone();
    copy.id = "clone".into();
    copy.name = "clone".into();
    account.live.insert(("boxes", "clone".into()), copy);
    let plan = one_box("boxes.inbox", "inbox").plan(&account);
    assert!(plan.is_empty(), "{}", story(&plan));
    assert_eq!(plan.warnings.len(), 1);
    let destroy = Options { destroy: true, ..Options::default() };
    one_box("boxes.inbox", "inbox").apply_with(&mut account, &destroy);
    assert_eq!(account.live.keys().map(|(_, id)| id.as_str()).collect::<Vec<_>>(), ["clone"]);
}

#[test]
fn an_unmarked_resource_is_adopted_by_name_of_its_address_and_not_if_that_replaces_it() {
    let mut account = Account::default();
    let stack = one_box("boxes.inbox", "inbox");
    stack.apply(&mut account);
    account.at_mut("boxes.inbox").mark = Found::None;
    let adopt = Options { adopt: [(address("boxes.inbox"), None)].into(), ..Options::default() };
    let plan = stack.apply_with(&mut account, &adopt);
    assert_eq!(steps(&plan), ["update boxes.inbox"]);
    assert!(plan.changes[&address("boxes.inbox")].adopted);

    let shelf = |depth: &str| Stack::new().with("shelves.a", "a", value!({ "Depth": depth }), &[]);
    let mut account = Account::default();
    shelf("deep").apply(&mut account);
    account.at_mut("shelves.a").mark = Found::None;
    let adopt = Options { adopt: [(address("shelves.a"), None)].into(), ..Options::default() };
    assert_eq!(codes(&shelf("flat").plan_with(&account, &adopt)), ["adopt_replaces"]);
}

#[test]
fn what_cannot_be_adopted_or_rotated_is_said() {
    let stack = one_box("boxes.inbox", "inbox");
    let adopt = Options { adopt: [(address("boxes.inbox"), None)].into(), ..Options::default() };
    assert_eq!(codes(&stack.plan_with(&Account::default(), &adopt)), ["nothing_to_adopt"]);
    let rotate = |at: &str| Options { rotate: [address(at)].into(), ..Options::default() };
    assert_eq!(codes(&stack.plan_with(&Account::default(), &rotate("boxes.other"))), ["unknown_address"]);
    let mut account = Account::default();
    stack.apply(&mut account);
    let plan = stack.plan_with(&account, &rotate("boxes.inbox"));
    assert!(plan.is_empty());
    assert_eq!(plan.warnings[0].code, "nothing_to_rotate");
}

#[test]
fn a_removed_protected_resource_is_refused_until_it_is_allowed_by_name() {
    let mut account = Account::default();
    gateway("NEW").apply(&mut account);
    let empty = Stack::new();
    let plan = empty.plan(&account);
    assert_eq!(codes(&plan), ["protected"]);
    assert_eq!(plan.refusals[0].help, "allow it with `--allow-destroy depots.orders`");
    let plan = empty.apply_with(&mut account, &allowing(&["depots.orders"]));
    assert_eq!(plan.counts().delete, 4);
    assert!(account.live.is_empty());
}

#[test]
fn protection_in_the_mark_outlives_its_declaration_and_a_change_of_it_is_an_update_of_the_mark() {
    let mut account = Account::default();
    let stack = one_box("boxes.inbox", "inbox");
    stack.apply(&mut account);
    let plan = stack.clone().protect("boxes.inbox", true).apply(&mut account);
    assert_eq!(reasons(&plan, "boxes.inbox"), ["its mark's protect changes"]);
    assert!(plan.changes[&address("boxes.inbox")].is_mark_only());
    assert_eq!(codes(&stack.clone().without("boxes.inbox").plan(&account)), ["protected"]);
    // A replacement at once with the protection's end is still guarded by the mark.
    assert_eq!(codes(&one_box("boxes.inbox", "letters").plan(&account)), ["protected"]);
    stack.apply(&mut account);
    one_box("boxes.inbox", "letters").apply(&mut account);
}

#[test]
fn a_value_that_aws_keeps_for_good_cannot_be_taken_away() {
    let mut account = Account::default();
    Stack::new().with("boxes.a", "a", value!({ "Seal": "wax" }), &[]).apply(&mut account);
    let plan = Stack::new().with("boxes.a", "a", value!({}), &[]).plan(&account);
    assert_eq!(codes(&plan), ["cannot_be_cleared"]);
}

#[test]
fn a_secret_is_written_when_its_version_changes_or_when_that_is_asked_for() {
    let mut account = Account::default();
    let stack =
        |version: &str| gateway("NEW").with("feeds.f", "f", value!({ "Password": (password(version)) }), &[]);
    let plan = stack("1").apply(&mut account);
    assert_eq!(plan.unshown.len(), 1);
    assert_eq!(steps(&stack("2").apply(&mut account)), ["update feeds.f"]);
    let rotate = Options { rotate: [address("feeds.f")].into(), ..Options::default() };
    let plan = stack("2").apply_with(&mut account, &rotate);
    assert_eq!(steps(&plan), ["update feeds.f"]);
    assert_eq!(plan.changes[&address("feeds.f")].change.paths(), ["Password"]);
}

#[test]
fn a_failed_create_of_ours_is_made_again_with_its_reason() {
    let mut account = Account::default();
    let stack = gateway("NEW").protect("feeds.orders", true);
    stack.apply(&mut account);
    account.at_mut("feeds.orders").state =
        State::Failed { reason: "CREATE_FAILED: no access".into(), recreate: true };
    let plan = stack.apply(&mut account);
    assert_eq!(steps(&plan), ["delete feeds.orders", "create feeds.orders"]);
    assert_eq!(reasons(&plan, "feeds.orders"), ["what is live has failed: CREATE_FAILED: no access"]);
}

// hashicorp/terraform-provider-aws#49061: what AWS says of the state was shown nowhere.
#[test]
fn what_has_failed_though_it_is_as_wished_is_written_again_with_the_reason() {
    let mut account = Account::default();
    let stack = one_box("boxes.inbox", "inbox");
    stack.apply(&mut account);
    account.at_mut("boxes.inbox").state =
        State::Failed { reason: "DEAUTHORIZED: no answer".into(), recreate: false };
    let plan = stack.plan(&account);
    assert!(!plan.is_empty() && plan.is_allowed());
    assert_eq!(steps(&plan), ["update boxes.inbox"]);
    assert_eq!(reasons(&plan, "boxes.inbox"), ["what is live has failed: DEAUTHORIZED: no answer"]);
    assert!(plan.changes[&address("boxes.inbox")].change.is_same());
}

#[test]
fn what_could_not_be_read_is_listed_and_is_no_difference() {
    let mut account = Account::default();
    let stack = one_box("boxes.inbox", "inbox");
    stack.apply(&mut account);
    let live = account.at_mut("boxes.inbox");
    live.properties.remove("Size");
    live.unread.push(("Size".into(), "AccessDenied".into()));
    let plan = stack.plan(&account);
    assert!(plan.is_empty() && !plan.is_complete());
    assert_eq!(plan.unread[0].path, "Size");
}

#[test]
fn a_twin_under_a_name_that_is_not_unique_is_named_and_goes_only_if_allowed() {
    let mut account = Account::default();
    let stack = Stack::new().with("portals.api", "api", value!({}), &[]);
    stack.apply(&mut account);
    let mut twin = account.at("portals.api").unwrap().clone();
    twin.id = "zz".into();
    account.live.insert(("portals", "zz".into()), twin);
    let plan = stack.plan(&account);
    assert!(plan.is_empty());
    assert_eq!(plan.warnings[0].code, "twin");
    let plan = stack.apply_with(&mut account, &allowing(&["portals.api"]));
    assert_eq!(steps(&plan), ["delete the leftover of portals.api"]);
}

#[test]
fn a_destroy_needs_partial_where_a_kind_could_not_be_searched() {
    let mut account = Account::default();
    let stack = one_box("boxes.inbox", "inbox");
    stack.apply(&mut account);
    let mut survey = account.survey(&stack.0);
    survey.unlisted.push(crate::live::Unlisted {
        kind: "feeds",
        error: crate::engine::AwsError {
            service: "feeds".into(),
            operation: "ListFeeds".into(),
            status: Some(403),
            code: "AccessDenied".into(),
            message: "no".into(),
            request_id: None,
            class: crate::engine::Class::Denied,
        },
    });
    let mut options = Options { destroy: true, ..Options::default() };
    assert_eq!(codes(&plan(&stack.0, &survey, &options)), ["unseen"]);
    options.partial = true;
    assert_eq!(steps(&plan(&stack.0, &survey, &options)), ["delete boxes.inbox"]);
    let plan = plan(&stack.0, &survey, &Options::default());
    assert!(plan.is_empty() && !plan.is_complete());
}

#[test]
fn a_part_without_a_mark_is_in_the_way_until_it_is_asked_for_and_one_of_others_stays_so() {
    let stack = Stack::new().with("boxes.inbox", "inbox", value!({}), &[]);
    let mut account = Account::default();
    stack.apply(&mut account);
    let taken = |owner: Option<&str>| State::Taken { part: "lid".into(), owner: owner.map(str::to_owned) };
    let adopt = Options { adopt: [(address("boxes.inbox"), None)].into(), ..Options::default() };
    account.at_mut("boxes.inbox").state = taken(None);
    let plan = stack.plan(&account);
    assert_eq!(codes(&plan), ["unmarked"]);
    assert!(plan.refusals[0].help.contains("--adopt boxes.inbox"), "{}", plan.refusals[0].help);
    let plan = stack.plan_with(&account, &adopt);
    assert_eq!((codes(&plan), action(&plan, "boxes.inbox")), (vec![], Action::Update));
    assert_eq!(reasons(&plan, "boxes.inbox"), ["lid carries no mark and becomes the stack's"]);
    account.at_mut("boxes.inbox").state = taken(Some("market/-/eu-west-1"));
    for options in [adopt, Options::default()] {
        assert_eq!(codes(&stack.plan_with(&account, &options)), ["foreign"]);
    }
}
