//! Plans of small stacks against a model account.

mod account;
mod laws;
mod ordering;
mod ownership;
mod part;
mod permissions;

use std::collections::BTreeMap;

use super::{Action, Options, Plan, Verb, plan};
use crate::engine::{Address, Edge, Graph, Place, Places, Resource, Secret, SecretSource, Template, Value};
use crate::kinds;
use crate::source::{FileId, Span};
use account::Account;

const ACCOUNT: &str = "111122223333";

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

/// A stack in the making.
#[derive(Clone)]
struct Stack(Graph);

impl Stack {
    fn new() -> Stack {
        Stack::of("shop/-/eu-west-1")
    }

    fn of(owner: &str) -> Stack {
        let owner: crate::engine::Owner = owner.parse().unwrap();
        let place = Place::new(&owner.region, ACCOUNT);
        Stack(Graph {
            owner,
            place,
            resources: BTreeMap::new(),
            outputs: Vec::new(),
            told: BTreeMap::new(),
            index: Default::default(),
        })
    }

    /// Declares a resource; edges follow from outputs in its properties, `needs` adds others
    /// (`in ADDRESS` for what contains it).
    fn with(mut self, at: &str, name: &str, properties: Value, needs: &[&str]) -> Stack {
        let at = address(at);
        let about = kinds::kind_of(&at).unwrap().about();
        let mut properties = properties;
        if !about.naming.path.is_empty() {
            properties.put(about.naming.path, name.into());
        }
        let mut edges: Vec<Edge> = needs
            .iter()
            .map(|to| match to.strip_prefix("in ") {
                Some(to) => Edge { to: address(to), inside: true },
                None => Edge { to: address(to), inside: false },
            })
            .collect();
        let used: Vec<Address> =
            properties.outputs().into_iter().map(|output| output.address.clone()).collect();
        for to in used {
            if !edges.iter().any(|edge| edge.to == to) {
                edges.push(Edge { to, inside: false });
            }
        }
        let resource = Resource {
            address: at.clone(),
            kind: about.kind,
            name: name.to_owned(),
            properties,
            places: Places::new(),
            declared: Span::new(FileId(0), 0, 0),
            protect: about.protect,
            edges,
            package: None,
        };
        self.0.resources.insert(at, resource);
        self
    }

    fn without(mut self, at: &str) -> Stack {
        self.0.resources.remove(&address(at)).unwrap();
        self
    }

    fn protect(mut self, at: &str, protect: bool) -> Stack {
        self.0.resources.get_mut(&address(at)).unwrap().protect = protect;
        self
    }

    fn plan(&self, account: &Account) -> Plan {
        self.plan_with(account, &Options::default())
    }

    fn plan_with(&self, account: &Account, options: &Options) -> Plan {
        plan(&self.0, &account.survey(&self.0), options)
    }

    /// Applies it and sees that nothing is left to do.
    fn apply(&self, account: &mut Account) -> Plan {
        self.apply_with(account, &Options::default())
    }

    fn apply_with(&self, account: &mut Account, options: &Options) -> Plan {
        let plan = self.plan_with(account, options);
        account.apply(&plan);
        if !options.destroy {
            let again = self.plan(account);
            assert!(again.is_empty(), "not empty after its apply:\n{}", story(&again));
        }
        plan
    }
}

/// An assigned output of another resource.
fn output(of: &str, name: &str) -> Value {
    Template::output(address(of), name).into()
}

fn arn(kind: &str, name: &str) -> Value {
    let region = if kind == "badge" { "" } else { "eu-west-1" };
    format!("arn:aws:{kind}:{region}:{ACCOUNT}:{name}").into()
}

fn password(version: &str) -> Value {
    Value::Secret(Secret::from_source(SecretSource { parameter: "password".into(), version: version.into() }))
}

/// The options that allow some addresses to go.
fn allowing(addresses: &[&str]) -> Options {
    Options { allow_destroy: addresses.iter().map(|at| address(at)).collect(), ..Options::default() }
}

/// The steps in one line each.
fn steps(plan: &Plan) -> Vec<String> {
    plan.steps
        .iter()
        .map(|step| {
            let verb = match (step.verb, step.interim.is_some(), step.leftover) {
                (Verb::Create, ..) => "create",
                (Verb::Update, true, _) => "widen",
                (Verb::Update, ..) => "update",
                (Verb::Delete, _, None) => "delete",
                (Verb::Delete, _, Some(_)) => "delete the leftover of",
            };
            format!("{verb} {}", step.address)
        })
        .collect()
}

/// Everything that a failing test wants to see.
fn story(plan: &Plan) -> String {
    let mut text = String::new();
    for planned in plan.changes.values().filter(|planned| planned.action != Action::Keep) {
        let reasons: Vec<String> = planned.reasons.iter().map(ToString::to_string).collect();
        text += &format!(
            "{} {} ({}) {:?}\n",
            planned.action,
            planned.address,
            reasons.join("; "),
            planned.change
        );
    }
    for finding in plan.refusals.iter().chain(&plan.warnings) {
        text += &format!("{}: {} ({})\n", finding.code, finding.message, finding.help);
    }
    text + &steps(plan).join("\n")
}

fn reasons(plan: &Plan, at: &str) -> Vec<String> {
    plan.changes[&address(at)].reasons.iter().map(ToString::to_string).collect()
}

fn action(plan: &Plan, at: &str) -> Action {
    plan.changes[&address(at)].action
}

fn codes(plan: &Plan) -> Vec<&'static str> {
    plan.refusals.iter().map(|finding| finding.code).collect()
}

/// A depot with its stream, a feed from it to a box.
fn gateway(view: &str) -> Stack {
    use crate::value;
    Stack::new()
        .with("depots.orders", "orders", value!({ "Key": "PK", "Stream": { "View": view } }), &[])
        .with("boxes.inbox", "inbox", value!({}), &[])
        .with(
            "badges.feeder",
            "feeder",
            value!({ "Policies": { "own": { "Statement": [
                { "Effect": "Allow", "Action": "depot:Read", "Resource": (output("depots.orders", "stream")) },
            ] } } }),
            &[],
        )
        .with(
            "feeds.orders",
            "orders",
            value!({
                "Source": (output("depots.orders", "stream")),
                "Target": (arn("box", "inbox")),
                "Badge": (arn("badge", "feeder")),
            }),
            &["boxes.inbox", "badges.feeder"],
        )
}
