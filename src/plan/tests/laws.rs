//! Laws that hold for any stack, any change of it, and any account that it made.

use proptest::prelude::*;

use super::*;
use crate::value;

/// One resource's choices: under which key, name and variant it stands; not at all if `there` is not.
#[derive(Clone, Copy, Debug)]
struct Choice {
    there: bool,
    key: bool,
    name: bool,
    variant: u8,
    /// Which one of those it can refer to.
    to: usize,
}

fn choice() -> impl Strategy<Value = Choice> {
    (prop::bool::weighted(0.8), prop::bool::weighted(0.2), prop::bool::weighted(0.2), 0u8..3, 0usize..3)
        .prop_map(|(there, key, name, variant, to)| Choice { there, key, name, variant, to })
}

const EACH: usize = 3;
const KINDS: [&str; 8] = ["depots", "boxes", "shelves", "badges", "slips", "feeds", "portals", "beacons"];

/// Choices for every kind.
fn choices() -> impl Strategy<Value = Vec<Choice>> {
    prop::collection::vec(choice(), KINDS.len() * EACH)
}

/// A consistent stack: whatever refers to something refers to what is there.
struct Choices<'a>(&'a [Choice]);

impl Choices<'_> {
    fn of(&self, kind: &str, index: usize) -> Option<(String, String, Choice)> {
        let at = KINDS.iter().position(|one| *one == kind).unwrap();
        let choice = self.0[at * EACH + index];
        let key = format!("{kind}.{}{index}", if choice.key { "m" } else { "k" });
        let name = format!("{kind}{index}{}", if choice.name { "-alt" } else { "" });
        choice.there.then_some((key, name, choice))
    }

    fn stack(&self) -> Stack {
        let mut stack = Stack::new();
        for index in 0..EACH {
            for kind in KINDS {
                let Some((at, name, choice)) = self.of(kind, index) else { continue };
                stack = self.add(stack, kind, &at, &name, choice, index);
            }
        }
        for resource in stack.0.resources.values_mut() {
            resource.protect = false;
        }
        stack
    }

    fn add(&self, stack: Stack, kind: &str, at: &str, name: &str, choice: Choice, index: usize) -> Stack {
        let variant = format!("v{}", choice.variant);
        let mut properties = value!({});
        let mut needs = Vec::new();
        let boxed = self.of("boxes", choice.to);
        match kind {
            "depots" => {
                properties =
                    value!({ "Key": (if choice.to == 0 { "a" } else { "b" }), "Stream": { "View": variant } })
            }
            "boxes" => {
                properties = value!({ "Lid": variant });
                if let Some((at, name, _)) = boxed.filter(|_| choice.to < index) {
                    properties.put("Overflow", arn("box", &name));
                    needs.push(at);
                }
            }
            "shelves" => properties = value!({ "Depth": variant }),
            "badges" => {
                if let Some((_, name, _)) = boxed {
                    properties = value!({ "Policies": { "own": { "Version": "2012-10-17", "Statement": [
                        { "Effect": "Allow", "Action": "box:Put", "Resource": (arn("box", &name)) },
                    ] } } });
                }
            }
            "slips" => {
                let Some((shelf_at, shelf, _)) = self.of("shelves", choice.to) else { return stack };
                properties = value!({ "Shelf": shelf });
                needs.push(format!("in {shelf_at}"));
                if let Some((at, target, _)) = self.of("boxes", usize::from(choice.variant)) {
                    properties.put("Target", arn("box", &target));
                    needs.push(at);
                }
            }
            // A shelf has one at most.
            "beacons" => {
                let Some((shelf_at, shelf, _)) = self.of("shelves", index) else { return stack };
                properties = value!({ "Shelf": shelf, "Lamp": variant });
                needs.push(format!("in {shelf_at}"));
            }
            "feeds" => {
                let Some((depot, ..)) = self.of("depots", choice.to) else { return stack };
                properties =
                    value!({ "Source": (output(&depot, "stream")), "Password": (password(&variant)) });
                if let Some((at, target, _)) = self.of("boxes", usize::from(choice.variant)) {
                    properties.put("Target", arn("box", &target));
                    needs.push(at);
                }
                if let Some((at, badge, _)) = self.of("badges", index) {
                    properties.put("Badge", arn("badge", &badge));
                    needs.push(at);
                }
            }
            _ => {
                properties = value!({ "Kind": (if choice.to == 0 { "edge" } else { "core" }), "Routes": { "/": variant } })
            }
        }
        let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
        let name = if kind == "beacons" { "" } else { name };
        let stack = stack.with(at, name, properties, &needs);
        if kind != "slips" {
            return stack;
        }
        // The slip's target lets it in by a statement of its own.
        let Some((host, of, _)) = self.of("boxes", usize::from(choice.variant)) else { return stack };
        let statement = value!({ "Effect": "Allow", "Action": "box:Put", "Principal": "*",
            "Condition": { "ArnEquals": { "aws:SourceArn": name } } });
        let part = format!("{host}/ruling/{at}");
        let sid = format!("Gw-{of}-{}", part.replace('/', "-"));
        let inside = format!("in {host}");
        stack.with(&part, &sid, value!({ "Of": of, "Statement": statement }), &[&inside])
    }
}

/// What others have in the same account.
fn others(account: &mut Account) -> usize {
    let other = Stack::of("shop/prod/eu-west-1")
        .with("boxes.k0", "theirs", value!({}), &[])
        .with("shelves.k0", "theirs", value!({}), &[])
        .with("slips.k0", "slips0", value!({ "Shelf": "theirs" }), &["in shelves.k0"]);
    other.apply(account);
    account.live.len()
}

fn theirs(account: &Account) -> usize {
    let others = |live: &&crate::engine::Observed| match &live.mark {
        crate::engine::Found::Mark(mark) => mark.owner.env.is_some(),
        _ => false,
    };
    account.live.values().filter(others).count()
}

/// Few cases, for each plans and applies several stacks; more with `PROPTEST_CASES`.
fn config() -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let default = ProptestConfig::default();
    let cases = if asked { default.cases } else { 32 };
    ProptestConfig { cases, max_shrink_iters: 400, failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_stack_becomes_any_other_in_one_apply_and_nothing_of_others_is_touched(
        before in choices(), after in choices(),
    ) {
        let mut account = Account::default();
        let foreign = others(&mut account);
        Choices(&before).stack().apply(&mut account);
        Choices(&after).stack().apply(&mut account);
        prop_assert_eq!(theirs(&account), foreign);
        let destroy = Options { destroy: true, ..Options::default() };
        Choices(&after).stack().apply_with(&mut account, &destroy);
        prop_assert_eq!(account.live.len(), foreign);
    }

    #[test]
    fn an_apply_that_stops_anywhere_is_finished_by_the_next(
        before in choices(), after in choices(), stop in 0usize..40,
    ) {
        let mut account = Account::default();
        Choices(&before).stack().apply(&mut account);
        let stack = Choices(&after).stack();
        let mut plan = stack.plan(&account);
        plan.steps.truncate(stop);
        account.apply(&plan);
        stack.apply(&mut account);
        let count = account.live.len();
        prop_assert_eq!(count, stack.0.resources.len());
    }

    #[test]
    fn steps_respect_every_edge_and_equal_inputs_give_equal_plans(before in choices(), after in choices()) {
        let mut account = Account::default();
        Choices(&before).stack().apply(&mut account);
        let stack = Choices(&after).stack();
        let plan = stack.plan(&account);
        prop_assert_eq!(&plan.steps, &stack.plan(&account).steps);
        let made = |at: &Address| {
            plan.steps.iter().find(|step| step.address == *at && step.verb != Verb::Delete).map(|step| step.id)
        };
        for resource in stack.0.resources.values() {
            for edge in &resource.edges {
                let (Some(user), Some(used)) = (made(&resource.address), made(&edge.to)) else { continue };
                let last_only = plan.steps[used].note.is_some() && plan.steps[used].interim.is_none();
                prop_assert!(used < user || last_only, "{} before {}", resource.address, edge.to);
            }
        }
    }

    #[test]
    fn an_orphaned_stack_is_removed_without_its_file(before in choices()) {
        let mut account = Account::default();
        let foreign = others(&mut account);
        Choices(&before).stack().apply(&mut account);
        let destroy = Options { destroy: true, ..Options::default() };
        Stack::new().apply_with(&mut account, &destroy);
        prop_assert_eq!(account.live.len(), foreign);
    }
}
