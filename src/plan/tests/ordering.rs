//! What comes before what, and why.

use super::*;
use crate::value;

#[test]
fn a_changed_stream_replaces_the_feed_in_the_same_plan_in_order_and_says_why_and_what_is_lost() {
    let mut account = Account::default();
    gateway("NEW").apply(&mut account);
    let plan = gateway("NEW_AND_OLD").apply(&mut account);
    assert_eq!(
        steps(&plan),
        ["delete feeds.orders", "update depots.orders", "update badges.feeder", "create feeds.orders"]
    );
    assert_eq!(
        reasons(&plan, "feeds.orders"),
        ["Source takes `stream` of depots.orders, which gets another value because Stream.View changes"]
    );
    assert_eq!(plan.changes[&address("feeds.orders")].loses, Some("records that arrive meanwhile"));
    assert_eq!(plan.steps[0].note.as_deref(), Some("before depots.orders changes"));
}

/// A shelf with two slips that stand in it.
fn shelf(name: &str, depth: &str) -> Stack {
    let slip = || value!({ "Shelf": name, "Target": (arn("box", "inbox")) });
    Stack::new()
        .with("boxes.inbox", "inbox", value!({}), &[])
        .with("shelves.main", name, value!({ "Depth": depth }), &[])
        .with("slips.a", "a", slip(), &["in shelves.main", "boxes.inbox"])
        .with("slips.b", "b", slip(), &["in shelves.main", "boxes.inbox"])
}

#[test]
fn what_stands_in_a_replaced_container_falls_with_it() {
    let mut account = Account::default();
    shelf("main", "deep").apply(&mut account);
    let plan = shelf("main", "flat").apply(&mut account);
    assert_eq!(
        steps(&plan),
        [
            "delete slips.a",
            "delete slips.b",
            "delete shelves.main",
            "create shelves.main",
            "create slips.a",
            "create slips.b",
        ]
    );
    assert_eq!(reasons(&plan, "slips.a"), ["it falls with shelves.main, which is replaced"]);
}

#[test]
fn a_renamed_container_is_made_first_and_what_stands_in_it_moves_before_the_old_one_goes() {
    let mut account = Account::default();
    shelf("main", "deep").apply(&mut account);
    let plan = shelf("other", "deep").apply(&mut account);
    assert_eq!(
        steps(&plan),
        [
            "create shelves.main",
            "create slips.a",
            "create slips.b",
            "delete slips.a",
            "delete slips.b",
            "delete shelves.main",
        ]
    );
}

#[test]
fn an_orphan_in_a_container_that_must_go_first_goes_before_it() {
    let mut account = Account::default();
    shelf("main", "deep").apply(&mut account);
    let plan = shelf("main", "flat").without("slips.b").apply(&mut account);
    assert_eq!(
        steps(&plan),
        ["delete slips.a", "delete slips.b", "delete shelves.main", "create shelves.main", "create slips.a",]
    );
}

#[test]
fn an_orphan_goes_after_those_that_referred_to_it_point_elsewhere() {
    let mut account = Account::default();
    let slip = |to: &str| value!({ "Shelf": "main", "Target": (arn("box", to)) });
    let stack = |to: &str| {
        Stack::new()
            .with("shelves.main", "main", value!({}), &[])
            .with(&format!("boxes.{to}"), to, value!({}), &[])
            .with("slips.a", "a", slip(to), &["in shelves.main"])
    };
    stack("zoo").apply(&mut account);
    let plan = stack("ark").apply(&mut account);
    assert_eq!(steps(&plan), ["create boxes.ark", "update slips.a", "delete boxes.zoo"]);
    assert!(plan.steps[2].after.contains(&1));
}

#[test]
fn orphans_go_against_the_direction_of_their_references() {
    let mut account = Account::default();
    gateway("NEW")
        .with("shelves.main", "main", value!({}), &[])
        .with("slips.a", "a", value!({ "Shelf": "main", "Target": (arn("box", "inbox")) }), &[])
        .with(
            "boxes.inbox/ruling/slips.a",
            "Gw1x",
            ruling("inbox", &[&arn_text("slip", "main/a")]),
            &["in boxes.inbox"],
        )
        .apply(&mut account);
    let plan = Stack::new().apply_with(&mut account, &allowing(&["depots.orders"]));
    let at = |step: &str| steps(&plan).iter().position(|one| one == step).unwrap();
    let before = [
        ("delete feeds.orders", "delete depots.orders"),
        ("delete feeds.orders", "delete boxes.inbox"),
        ("delete feeds.orders", "delete badges.feeder"),
        ("delete slips.a", "delete shelves.main"),
        ("delete slips.a", "delete boxes.inbox/ruling/slips.a"),
        ("delete boxes.inbox/ruling/slips.a", "delete boxes.inbox"),
    ];
    for (first, then) in before {
        assert!(at(first) < at(then), "{first} after {then}:\n{}", story(&plan));
        assert!(plan.steps[at(then)].after.contains(&at(first)), "{then} does not wait for {first}");
    }
}

fn arn_text(kind: &str, name: &str) -> String {
    arn(kind, name).as_str().unwrap().to_owned()
}

/// A statement on a box that lets these put things into it.
fn ruling(of: &str, who: &[&str]) -> Value {
    let who = Value::List(who.iter().map(|one| (*one).into()).collect());
    value!({ "Of": of, "Statement": { "Effect": "Allow", "Action": "box:Put",
        "Condition": { "ArnEquals": { "aws:SourceArn": who } } } })
}

/// A feed to a box, by a badge that allows that box.
fn badged(to: &str, lid: &str) -> Stack {
    let policy = value!({ "own": { "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "box:Put", "Resource": (arn("box", to)) },
    ] } });
    Stack::new()
        .with("boxes.a", "a", value!({}), &[])
        .with("boxes.b", "b", value!({ "Lid": lid }), &[])
        .with("badges.feeder", "feeder", value!({ "Policies": policy }), &[])
        .with(
            "feeds.f",
            "f",
            value!({ "Target": (arn("box", to)) }),
            &["badges.feeder", "boxes.a", "boxes.b"],
        )
}

#[test]
fn a_policy_that_swaps_rights_is_wider_before_and_narrower_after_its_users() {
    let mut account = Account::default();
    badged("a", "").apply(&mut account);
    let plan = badged("b", "").apply(&mut account);
    assert_eq!(steps(&plan), ["widen badges.feeder", "update feeds.f", "update badges.feeder"]);
    let interim = plan.steps[0].interim.as_ref().unwrap();
    // A comparison leaves the version out; AWS would take one from 2008 for it.
    assert_eq!(interim.text_at("Policies.own.Version"), Some("2012-10-17"));
    let statements = interim.at("Policies.own.Statement").and_then(Value::as_list).unwrap();
    assert_eq!(statements.len(), 2, "{statements:?}");
    assert!(plan.steps[2].after.contains(&1));
}

#[test]
fn a_policy_that_only_adds_is_written_before_its_users_and_one_that_only_takes_after() {
    let both = |to: &str| {
        let mut stack = badged(to, "");
        let statement =
            |name| value!({ "Effect": "Allow", "Action": "box:Put", "Resource": (arn("box", name)) });
        let policy = value!({ "Version": "2012-10-17", "Statement": [(statement("a")), (statement("b"))] });
        let badge = stack.0.resources.get_mut(&address("badges.feeder")).unwrap();
        badge.properties.put("Policies.own", policy);
        stack
    };
    let mut account = Account::default();
    badged("a", "").apply(&mut account);
    assert_eq!(steps(&both("b").apply(&mut account)), ["update badges.feeder", "update feeds.f"]);
    let mut account = Account::default();
    both("a").apply(&mut account);
    assert_eq!(steps(&badged("b", "").apply(&mut account)), ["update feeds.f", "update badges.feeder"]);
}

#[test]
fn a_policy_whose_users_stay_is_written_once() {
    let mut account = Account::default();
    badged("a", "").apply(&mut account);
    let mut stack = badged("a", "");
    let badge = stack.0.resources.get_mut(&address("badges.feeder")).unwrap();
    badge.properties.put("Policies.own.Statement", Value::List(vec![]));
    assert_eq!(steps(&stack.apply(&mut account)), ["update badges.feeder"]);
}

#[test]
fn an_output_of_what_stays_is_known_and_one_of_what_is_made_is_not() {
    let mut account = Account::default();
    let mut stack = gateway("NEW");
    stack.0.outputs.push(("stream".into(), output("depots.orders", "stream")));
    assert!(!stack.plan(&account).outputs[0].1.is_known());
    stack.apply(&mut account);
    assert!(stack.plan(&account).outputs[0].1.is_known());
    let mut changed = gateway("OLD");
    changed.0.outputs.push(("stream".into(), output("depots.orders", "stream")));
    assert!(!changed.plan(&account).outputs[0].1.is_known());
}

// C8 (terraform-aws-modules/terraform-aws-eventbridge#98,
// terraform-aws-modules/terraform-aws-eventbridge#108): two destinations share a connection, which goes after
// them.
#[test]
fn a_destroy_goes_against_the_edges() {
    let mut account = Account::default();
    let stack = gateway("NEW");
    stack.apply(&mut account);
    let mut options = allowing(&["depots.orders"]);
    options.destroy = true;
    let plan = stack.apply_with(&mut account, &options);
    assert_eq!(
        steps(&plan),
        ["delete feeds.orders", "delete badges.feeder", "delete boxes.inbox", "delete depots.orders"]
    );
    assert!(account.live.is_empty());
    options.allow_destroy.clear();
    let mut account = Account::default();
    stack.apply(&mut account);
    assert_eq!(codes(&stack.plan_with(&account, &options)), ["protected"]);
}

#[test]
fn a_compiled_stack_of_real_kinds_is_made_in_order_planned_empty_and_removed_without_its_file() {
    let text = r#"
stack: shop
region: eu-west-1
buses:
  main: {}
rules:
  created:
    bus: main
    pattern: { source: [shop] }
    targets:
      inbox: { queue: orders }
queues:
  dead: {}
  orders:
    redrive: { dead_letter: dead, max_receive_count: 3 }
    policy:
      Partner: { Effect: Allow, Principal: { AWS: "210987654321" }, Action: sqs:SendMessage }
"#;
    let (graph, findings) = crate::compile::testing::compile(text);
    assert_eq!(findings, "");
    let stack = Stack(graph);
    let mut account = Account::default();
    let made = [
        "create buses.main",
        "create queues.dead",
        "create queues.orders",
        "create queues.orders/policy/Partner",
        "create queues.orders/policy/rules.created",
        "create rules.created",
    ];
    assert_eq!(steps(&stack.apply(&mut account)), made);
    let mut none = Stack::of("shop/-/eu-west-1");
    none.0.place = stack.0.place.clone();
    let plan = none.apply(&mut account);
    let steps = steps(&plan);
    let at = |step: &str| steps.iter().position(|one| one == &format!("delete {step}")).unwrap();
    for (first, then) in [
        ("rules.created", "buses.main"),
        ("rules.created", "queues.orders/policy/rules.created"),
        ("queues.orders/policy/rules.created", "queues.orders"),
        ("queues.orders/policy/Partner", "queues.orders"),
        ("queues.orders", "queues.dead"),
    ] {
        assert!(
            plan.steps[at(then)].after.contains(&at(first)),
            "{then} does not wait for {first}: {steps:#?}"
        );
    }
    assert!(account.live.is_empty());
}

/// A box with doors, and a slip that leads to one of them, or to the box of another.
fn doors(doors: Value, door: Option<&str>) -> Stack {
    let stack = Stack::new()
        .with("shelves.main", "main", value!({}), &[])
        .with("boxes.inbox", "inbox", value!({ "Doors": doors }), &[])
        .with("boxes.other", "other", value!({}), &[]);
    let to = |name: &str| value!({ "Shelf": "main", "Target": (arn("box", name)) });
    match door {
        Some("") => stack.with("slips.a", "a", to("other"), &["in shelves.main", "boxes.other"]),
        Some(door) => {
            stack.with("slips.a", "a", to(&format!("inbox/{door}")), &["in shelves.main", "boxes.inbox"])
        }
        None => stack,
    }
}

#[test]
fn a_renamed_part_goes_after_those_who_led_to_it_lead_to_the_new_one() {
    let mut account = Account::default();
    doors(value!({ "front": "x", "back": "y" }), Some("front")).apply(&mut account);
    let plan = doors(value!({ "main": "x", "back": "y" }), Some("main")).apply(&mut account);
    assert_eq!(steps(&plan), ["widen boxes.inbox", "update slips.a", "update boxes.inbox"]);
    let wider = plan.steps[0].interim.as_ref().unwrap().get("Doors").unwrap();
    assert_eq!(*wider, value!({ "main": "x", "back": "y", "front": "x" }));
    assert_eq!(plan.steps[0].note.as_deref(), Some("the new beside the old"));
    assert_eq!(plan.steps[2].note.as_deref(), Some("what nobody leads to any more goes"));
}

#[test]
fn a_part_goes_after_those_who_led_to_it_lead_elsewhere_or_are_gone() {
    for (door, first) in [(Some(""), "update slips.a"), (None, "delete slips.a")] {
        let mut account = Account::default();
        doors(value!({ "front": "x" }), Some("front")).apply(&mut account);
        let plan = doors(value!({}), door).apply(&mut account);
        assert_eq!(steps(&plan), [first, "update boxes.inbox"]);
        assert_eq!(plan.steps[1].after, [0].into());
    }
}

#[test]
fn a_part_that_nobody_leads_to_goes_at_once() {
    let mut account = Account::default();
    doors(value!({ "front": "x" }), Some("")).apply(&mut account);
    let plan = doors(value!({ "main": "x" }), Some("")).apply(&mut account);
    assert_eq!(steps(&plan), ["update boxes.inbox"]);
}

#[test]
fn what_bore_an_old_name_stays_until_those_who_led_to_it_have_the_new_one() {
    let signed = |sign: &str| {
        Stack::new()
            .with("shelves.main", "main", value!({}), &[])
            .with("boxes.inbox", "inbox", value!({ "Outside": { "Sign": sign } }), &[])
            .with(
                "slips.a",
                "a",
                value!({ "Shelf": "main", "Target": (arn("box", &format!("inbox/{sign}"))) }),
                &["in shelves.main", "boxes.inbox"],
            )
    };
    let mut account = Account::default();
    signed("old").apply(&mut account);
    let plan = signed("new").plan(&account);
    assert_eq!(steps(&plan), ["widen boxes.inbox", "update slips.a", "update boxes.inbox"]);
    let wider = plan.steps[0].interim.as_ref().unwrap();
    assert_eq!(wider.at("OldSigns"), Some(&value!(["old"])));
    assert_eq!(wider.text_at("Outside.Sign"), Some("new"));
    // A run that stops before the last step leaves it, and the next plan takes it away.
    let mut stopped = account.clone();
    let mut half = plan.clone();
    half.steps.truncate(2);
    stopped.apply(&half);
    let third = signed("third").plan(&stopped);
    assert_eq!(third.steps[0].interim.as_ref().unwrap().at("OldSigns"), Some(&value!(["new", "old"])));
    assert_eq!(steps(&signed("new").apply(&mut stopped)), ["update boxes.inbox"]);
    signed("new").apply(&mut account);
}

#[test]
fn a_change_that_makes_a_part_anew_says_so_and_what_is_lost() {
    let locked = |key: &str, more: &str| {
        let mut locks = value!({ "a": { "Key": key, "Colour": "red" } });
        if !more.is_empty() {
            locks.put(more, value!({ "Key": "k" }));
        }
        Stack::new().with("boxes.inbox", "inbox", value!({ "Locks": locks }), &[])
    };
    let mut account = Account::default();
    locked("one", "").apply(&mut account);
    let plan = locked("two", "").plan(&account);
    assert_eq!(
        reasons(&plan, "boxes.inbox"),
        ["Locks.a.Key cannot be changed in place: a part of it is made anew, which loses the old key"]
    );
    assert_eq!((plan.counts().update, plan.counts().remade), (1, 1));
    // What comes or goes is no part that is made anew.
    for other in [locked("one", "b"), Stack::new().with("boxes.inbox", "inbox", value!({}), &[])] {
        let plan = other.plan(&account);
        assert_eq!(action(&plan, "boxes.inbox"), Action::Update);
        assert_eq!(plan.counts().remade, 0, "{}", story(&plan));
    }
    assert_eq!(Stack::new().plan(&account).counts().remade, 0);
}
