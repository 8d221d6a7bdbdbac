//! The tests of a stack and of its components, ready to be run.

use crate::engine::{Address, Graph, Map, Value};
use crate::flow::case::{self, Case};
use crate::flow::{Path, Problem};
use crate::kinds;
use crate::source::{Findings, Span};
use crate::spec::Stack;

use super::{derive, lowering, names};

/// Something of tests, and where it stands.
pub type Placed<T> = (T, Span);

/// The tests of a stack, and what is wrong with them, each at its place. Those of a component are there once for each
/// instance, which their names say.
pub fn cases(
    stack: &Stack,
    graph: &Graph,
    findings: &mut Findings,
) -> (Vec<Placed<Case>>, Vec<Placed<Problem>>) {
    let (mut cases, mut problems) = (Vec::new(), Vec::new());
    if stack.tests.is_empty() {
        return (cases, problems);
    }
    // What is wrong with the names has been said when the graph was made.
    let names = names::Names::new(stack, &mut Findings::default());
    let known = derive::derived(graph);
    for tests in &stack.tests {
        // What a test says of a secret is drawn as little as the secret itself.
        let mut said = Findings::default();
        let found = kinds::secret::found(&tests.node, &mut |node| tests.scope.see(node, &mut said));
        let clear = found.clear.into_iter().map(|clear| clear.at);
        clear.chain(found.asked).for_each(|at| findings.hide(at));
        let written = lowering::tests(stack, &names, tests, findings);
        let mut written = written.resolve(&|output| known.get(output).cloned());
        let within = tests.scope.component();
        if let Some(instance) = within {
            written = Instance { graph, instance }.tests(written);
        }
        let (found, wrong) = case::read(graph, &written);
        for mut case in found {
            let at = case.path.place(&tests.node);
            if let Some((component, instance)) = within {
                case.name = format!("{} ({component}.{instance})", case.name);
            }
            // One list of all.
            case.path = Path::default().item(cases.len());
            cases.push((case, at));
        }
        problems.extend(wrong.into_iter().map(|problem| {
            let at = problem.path.place(&tests.node);
            (problem, at)
        }));
    }
    (cases, problems)
}

/// An instance of a component: what its tests name by a key is its own, if it has such a thing.
struct Instance<'a> {
    graph: &'a Graph,
    instance: &'a (String, String),
}

impl Instance<'_> {
    /// The address of what the instance declares under a kind and a key.
    fn own(&self, kind: &str, key: &str) -> Option<String> {
        let address = Address { component: Some(self.instance.clone()), ..Address::new(kind, key) };
        self.graph.resources.contains_key(&address).then(|| address.to_string())
    }

    fn tests(&self, tests: Value) -> Value {
        each(tests, &|test| {
            members(test, &|key, value| {
                let value = match key {
                    "when" => self.named(value),
                    "then" | "never" => each(value, &|one| self.named(one)),
                    "answers" => self.answers(value),
                    _ => value,
                };
                (key.to_owned(), value)
            })
        })
    }

    /// `{ queue: KEY, … }`
    fn named(&self, one: Value) -> Value {
        members(one, &|key, value| {
            let kind = kinds::kind_of_key(key).map(|kind| kind.about().kind);
            let own = kind.and_then(|kind| self.own(kind, value.as_str()?));
            (key.to_owned(), own.map_or(value, Value::from))
        })
    }

    /// `{ functions.KEY: { does: [ { queue: KEY, … } ], … } }`
    fn answers(&self, answers: Value) -> Value {
        let does = |answer: Value| {
            members(answer, &|key, value| {
                let value = if key == "does" { each(value, &|one| self.named(one)) } else { value };
                (key.to_owned(), value)
            })
        };
        members(answers, &|address, answer| {
            let own = address.split_once('.').and_then(|(kind, key)| self.own(kind, key));
            let answer = if answer.as_list().is_some() { each(answer, &does) } else { does(answer) };
            (own.unwrap_or_else(|| address.to_owned()), answer)
        })
    }
}

/// The items of a list, changed; what is none stays, and is found fault with where it is read.
fn each(value: Value, change: &dyn Fn(Value) -> Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.into_iter().map(change).collect()),
        other => other,
    }
}

/// The members of a map, changed; likewise.
fn members(value: Value, change: &dyn Fn(&str, Value) -> (String, Value)) -> Value {
    match value {
        Value::Map(map) => {
            Value::Map(map.into_iter().map(|(key, value)| change(&key, value)).collect::<Map>())
        }
        other => other,
    }
}
