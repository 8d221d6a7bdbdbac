//! The flow of a stack as a graph: what events come to, what decides about them, who gets them. Drawn by
//! [`report`](crate::report); the kinds say who listens to whom and who sends where. Nothing here knows a kind.

use std::collections::BTreeMap;

use crate::engine::field::{Document, Type};
use crate::engine::{Address, Graph, Resource, Value};
use crate::kinds;

use super::passing::{Spot, Way};
use super::trace::{By, Hop};
use super::transform::evaluate::Outcome;

/// Who stands in the flow, and what leads from one to the other.
#[derive(Clone, Default, Debug)]
pub struct FlowGraph {
    /// What the stack declares in the order of addresses, then what belongs to others.
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
    /// Where each stands.
    node_of: BTreeMap<Spot, usize>,
    edge_of: BTreeMap<(usize, usize, How), usize>,
}

/// A resource that takes part in the flow, or what belongs to others and takes part in it.
#[derive(Clone, Debug)]
pub struct Node {
    pub at: Spot,
    /// What it is, in the word of references: `bus`. Empty of what belongs to others.
    pub kind: &'static str,
    pub part: Part,
    /// The event patterns by which it decides, in the order of its document.
    pub patterns: Vec<Value>,
}

/// What a node does in the flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Events arrive there, and others listen: a bus, a table, a queue, an API.
    Holds,
    /// It listens to another, and decides what goes on: a rule, a pipe.
    Decides,
    /// It answers, and nobody knows its inside: a function, somebody's API.
    Answers,
    /// It belongs to others.
    Elsewhere,
}

/// What leads from one node to another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    pub how: How,
    /// The names of the targets or routes, the actions that are granted, or the output that is told; each once.
    pub names: Vec<String>,
}

/// How something comes along an edge.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum How {
    /// The second listens to the first.
    Listens,
    /// The first sends to the second.
    Sends,
    /// The first may do something to the second: its role has the right to, or it is told its address.
    May,
    /// What the first could not deliver or handle goes to the second.
    DeadLetters,
}

impl How {
    /// What an edge says, between the names of its two nodes.
    pub fn says(self) -> &'static str {
        match self {
            How::Listens => "is listened to by",
            How::Sends => "sends to",
            How::May => "may act on",
            How::DeadLetters => "sends dead letters to",
        }
    }
}

/// A step of a trace along the graph.
#[derive(Clone, Debug)]
pub struct Step<'h> {
    pub node: usize,
    /// The edge along which it came; nothing where it begins.
    pub edge: Option<usize>,
    /// How many hops it is from the beginning.
    pub depth: usize,
    /// Whether it came through: it was delivered, and no pattern of a listener refused it.
    pub passed: bool,
    pub hop: &'h Hop,
}

/// Members of AWS's documents that lead to who gets what could not be delivered: what they stand in, and their name.
const DEAD_LETTERS: &[(&str, &str)] = &[
    ("DeadLetterConfig", "Arn"),
    ("DeadLetterConfig", "TargetArn"),
    ("OnFailure", "Destination"),
    ("RedrivePolicy", "deadLetterTargetArn"),
];

/// What the names of actions begin with that bring nothing in: those that read, and those that say what was read.
const READS: &[&str] = &[
    "BatchGet",
    "ChangeMessageVisibility",
    "ConditionCheck",
    "DeleteMessage",
    "Describe",
    "Get",
    "Head",
    "List",
    "Query",
    "Receive",
    "Scan",
    "SubscribeToShard",
];

impl FlowGraph {
    /// The flow of a stack.
    pub fn of(graph: &Graph) -> FlowGraph {
        let mut flow = FlowGraph::default();
        let mut found = Vec::new();
        // Nodes first, in the order of addresses; an edge adds what belongs to others.
        for resource in graph.resources.values() {
            let Some(kind) = kinds::kind(resource.kind) else { continue };
            let (listens, ways) = (kind.listens_to(resource, graph), kind.ways(resource, graph));
            let part = match (kind.answers(), &listens) {
                (true, _) => Part::Answers,
                (false, Some(_)) => Part::Decides,
                (false, None) => Part::Holds,
            };
            let is_place = !kind.words().is_empty() && !resource.address.is_generated();
            if part != Part::Holds || is_place || !ways.is_empty() {
                let at = Spot::Resource(resource.address.clone());
                let patterns = patterns(resource, kind.about().table());
                let node = flow.add(Node { at, kind: kind.about().singular, part, patterns });
                found.push((node, resource, listens, ways));
            }
        }
        for (node, resource, listens, ways) in found {
            if let Some(source) = listens {
                let source = flow.node(&source);
                flow.edge(source, node, How::Listens, None);
            }
            for Way { name, to } in ways {
                let to = flow.node(&to);
                flow.edge(node, to, How::Sends, Some(name));
            }
            let mut dead = Vec::new();
            leads(&resource.properties, "", &mut dead);
            for arn in dead {
                let to = flow.node(&kinds::spot(graph, arn));
                flow.edge(node, to, How::DeadLetters, None);
            }
            if flow.nodes[node].part == Part::Answers {
                flow.may(node, resource, graph);
            }
        }
        flow
    }

    /// What a resource whose inside nobody knows may act on, of what has a part in the flow.
    fn may(&mut self, node: usize, of: &Resource, graph: &Graph) {
        let leads = |flow: &FlowGraph, to: usize, hows: &[How]| {
            hows.iter().any(|how| flow.edge_of.contains_key(&(node, to, *how)))
        };
        for (to, action) in granted(of, graph) {
            // The right to send there by itself is what such an edge needs.
            let is_more = |to: &usize| *to != node && !leads(self, *to, &[How::Sends, How::DeadLetters]);
            if let Some(to) = self.known(&to).filter(is_more) {
                self.edge(node, to, How::May, Some(action));
            }
        }
        // Whose address it is told, it may call: the URL of an API in its environment.
        for told in of.properties.outputs() {
            let is_new =
                |to: &usize| *to != node && !leads(self, *to, &[How::Sends, How::May, How::DeadLetters]);
            if let Some(to) = self.known(&told.address).filter(is_new) {
                self.edge(node, to, How::May, Some(told.output.clone()));
            }
        }
    }

    fn known(&self, address: &Address) -> Option<usize> {
        self.node_of.get(&Spot::Resource(address.clone())).copied()
    }

    fn add(&mut self, node: Node) -> usize {
        self.node_of.insert(node.at.clone(), self.nodes.len());
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// The node of a spot; one of what belongs to others is made where there is none.
    fn node(&mut self, at: &Spot) -> usize {
        if let Some(known) = self.node_of.get(at) {
            return *known;
        }
        let kind = match at {
            Spot::Resource(address) => kinds::kind_of(address).map_or("", |kind| kind.about().singular),
            Spot::Elsewhere(_) => "",
        };
        let part = if kind.is_empty() { Part::Elsewhere } else { Part::Holds };
        self.add(Node { at: at.clone(), kind, part, patterns: Vec::new() })
    }

    fn edge(&mut self, from: usize, to: usize, how: How, name: Option<String>) -> usize {
        let at = *self.edge_of.entry((from, to, how)).or_insert(self.edges.len());
        if at == self.edges.len() {
            self.edges.push(Edge { from, to, how, names: Vec::new() });
        }
        let names = &mut self.edges[at].names;
        if let Some(name) = name.filter(|name| !names.contains(name)) {
            names.push(name);
        }
        at
    }

    /// The steps of a trace, in the order of its tree. What it meets and the graph does not have joins the graph: what
    /// a test lets a function do.
    pub fn follow<'h>(&mut self, hop: &'h Hop) -> Vec<Step<'h>> {
        let mut steps = Vec::new();
        self.step(hop, None, 0, &mut steps);
        steps
    }

    fn step<'h>(&mut self, hop: &'h Hop, from: Option<usize>, depth: usize, steps: &mut Vec<Step<'h>>) {
        let node = self.node(&hop.at);
        let edge = from.map(|from| self.edge_by(from, node, &hop.by));
        let passed = match &hop.payload {
            Some(payload) => matches!(payload, Outcome::Delivered { .. }),
            None => hop.verdict.as_ref().is_none_or(|verdict| verdict.is_match),
        };
        steps.push(Step { node, edge, depth, passed, hop });
        for next in &hop.next {
            self.step(next, Some(node), depth + 1, steps);
        }
    }

    fn edge_by(&mut self, from: usize, to: usize, by: &By) -> usize {
        match by {
            By::Listens => self.edge(from, to, How::Listens, None),
            By::Target(name) => self.edge(from, to, How::Sends, Some(name.clone())),
            By::Does | By::Start => self.edge(from, to, How::May, None),
        }
    }

    /// The part of the graph that a trace has walked, and its steps there.
    pub fn walked<'h>(&self, steps: Vec<Step<'h>>) -> (FlowGraph, Vec<Step<'h>>) {
        let mut part = FlowGraph::default();
        let mut walked = Vec::new();
        for step in steps {
            let node = part.taken(&self.nodes[step.node]);
            let edge = step.edge.map(|edge| {
                let Edge { from, to, how, names } = &self.edges[edge];
                let ends = (part.taken(&self.nodes[*from]), part.taken(&self.nodes[*to]));
                let at = part.edge(ends.0, ends.1, *how, None);
                part.edges[at].names.clone_from(names);
                at
            });
            walked.push(Step { node, edge, ..step });
        }
        (part, walked)
    }

    fn taken(&mut self, node: &Node) -> usize {
        let known = self.node_of.get(&node.at).copied();
        known.unwrap_or_else(|| self.add(node.clone()))
    }

    /// How many edges it is to a place from everywhere that something can come there from.
    pub fn distances(&self, to: &Spot) -> BTreeMap<&Spot, usize> {
        let mut far = BTreeMap::new();
        let mut next: Vec<usize> = self.node_of.get(to).copied().into_iter().collect();
        for distance in 0.. {
            let here = std::mem::take(&mut next);
            for node in here {
                if far.contains_key(&self.nodes[node].at) {
                    continue;
                }
                far.insert(&self.nodes[node].at, distance);
                next.extend(self.edges.iter().filter(|edge| edge.to == node).map(|edge| edge.from));
            }
            if next.is_empty() {
                break;
            }
        }
        far
    }

    /// The components whose instances have nodes, as `component.instance`, each with its nodes.
    pub fn groups(&self) -> BTreeMap<String, Vec<usize>> {
        let mut groups = BTreeMap::<String, Vec<usize>>::new();
        for (index, node) in self.nodes.iter().enumerate() {
            if let Some((component, instance)) = node.address().and_then(|address| address.component.as_ref())
            {
                groups.entry(format!("{component}.{instance}")).or_default().push(index);
            }
        }
        groups
    }
}

impl Node {
    /// The address of what the stack declares.
    pub fn address(&self) -> Option<&Address> {
        match &self.at {
            Spot::Resource(address) => Some(address),
            Spot::Elsewhere(_) => None,
        }
    }
}

/// The event patterns in a document: what its rows say that is one.
fn patterns(of: &Resource, table: &crate::diff::Table) -> Vec<Value> {
    fn visit(value: &Value, path: &str, table: &crate::diff::Table, found: &mut Vec<Value>) {
        let is_pattern = |path: &str| {
            let row = table.lookup(path);
            row.is_some_and(|row| matches!(row.ty, Type::Document(Document::EventPattern)))
        };
        match value {
            value if !path.is_empty() && is_pattern(path) => found.push(value.clone()),
            Value::Map(map) => {
                for (key, below) in map {
                    let at = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    visit(below, &at, table, found);
                }
            }
            Value::List(items) => {
                items.iter().for_each(|item| visit(item, &format!("{path}[]"), table, found))
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    visit(&of.properties, "", table, &mut found);
    found
}

/// The ARNs in a document that dead letters go to.
fn leads<'v>(value: &'v Value, inside: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Map(map) => {
            for (key, below) in map {
                if DEAD_LETTERS.contains(&(inside, key.as_str())) && !below.is_empty() {
                    found.push(below);
                }
                leads(below, key, found);
            }
        }
        Value::List(items) => items.iter().for_each(|item| leads(item, inside, found)),
        _ => {}
    }
}

/// What a resource may do by the policies of its role, and to what: each action that may bring something in.
pub(crate) fn granted(of: &Resource, graph: &Graph) -> Vec<(Address, String)> {
    let roles = graph.dependencies(&of.address).into_iter().map(|needed| &graph.resources[needed]);
    let mut found = Vec::new();
    for policies in roles.filter_map(|role| role.properties.get("Policies")) {
        policies.walk(&mut |statement| {
            let (Some(actions), Some(on)) = (statement.get("Action"), statement.get("Resource")) else {
                return;
            };
            if statement.text_at("Effect") != Some("Allow") {
                return;
            }
            let to: Vec<Address> = each(on)
                .iter()
                .filter_map(|arn| match kinds::spot(graph, arn) {
                    Spot::Resource(address) => Some(address),
                    Spot::Elsewhere(_) => None,
                })
                .collect();
            for action in each(actions).iter().filter_map(Value::as_str) {
                let name = action.split_once(':').map_or(action, |(_, name)| name);
                if !READS.iter().any(|read| name.starts_with(read)) {
                    found.extend(to.iter().map(|to| (to.clone(), name.to_owned())));
                }
            }
        });
    }
    found
}

fn each(value: &Value) -> &[Value] {
    value.as_list().unwrap_or(std::slice::from_ref(value))
}

#[cfg(test)]
#[path = "graph_tests.rs"]
mod tests;
