//! What every picture of a flow says: the words on its nodes and edges, and what a trace and a plan mark.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::page::harmless;
use crate::engine::Value;
use crate::flow::graph::{Edge, FlowGraph, How, Node, Step};
use crate::flow::passing::Spot;
use crate::kinds::secret;

/// The longest line on a node, in characters.
const LONGEST: usize = 40;
/// The longest line on an edge.
const LONGEST_NAME: usize = 28;
/// The most lines of patterns on a node, and of names on an edge.
const MOST_LINES: usize = 3;

/// A flow, and what is shown in it.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// The stack's name.
    pub title: &'a str,
    pub flow: &'a FlowGraph,
    /// The way of a trace through it; empty if there is none.
    pub steps: &'a [Step<'a>],
    /// What a plan does, by address; empty if there is none.
    pub changes: &'a BTreeMap<String, Change>,
}

/// What a plan does to a resource.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    Create,
    Update,
    Replace,
    Delete,
}

impl Change {
    /// What the actions of a resource in a plan's JSON mean; nothing if nothing is done.
    pub fn read(actions: &[Json]) -> Option<Change> {
        let has = |action: &str| actions.iter().any(|one| one == action);
        match (has("create"), has("delete"), has("update")) {
            (true, true, _) => Some(Change::Replace),
            (true, false, _) => Some(Change::Create),
            (false, true, _) => Some(Change::Delete),
            (false, false, true) => Some(Change::Update),
            (false, false, false) => None,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Change::Create => "create",
            Change::Update => "update",
            Change::Replace => "replace",
            Change::Delete => "delete",
        }
    }
}

/// What a trace says of a node or an edge.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Mark {
    /// It comes here, and is refused or not delivered.
    Refused,
    /// It comes through.
    Passed,
}

impl Picture<'_> {
    /// What a trace says of a node.
    pub(super) fn mark_of_node(&self, node: usize) -> Option<Mark> {
        self.mark(|step| step.node == node)
    }

    /// What a trace says of an edge.
    pub(super) fn mark_of_edge(&self, edge: usize) -> Option<Mark> {
        self.mark(|step| step.edge == Some(edge))
    }

    fn mark(&self, is_it: impl Fn(&Step<'_>) -> bool) -> Option<Mark> {
        let marks = self.steps.iter().filter(|step| is_it(step));
        marks.map(|step| if step.passed { Mark::Passed } else { Mark::Refused }).max()
    }

    /// What a plan does to a node.
    pub(super) fn change(&self, node: &Node) -> Option<Change> {
        self.changes.get(&node.at.to_string()).copied()
    }

    /// The names on an edge, each a line: those that say more than where it leads.
    pub(super) fn names(&self, edge: &Edge) -> Vec<String> {
        let to = &self.flow.nodes[edge.to];
        let says = |name: &&String| {
            edge.how != How::Sends
                || (**name != label(to) && **name != to.kind && !PLAIN.contains(&name.as_str()))
        };
        let names = edge.names.iter().filter(says).map(|name| cut(name, LONGEST_NAME)).collect();
        few(names)
    }
}

/// Names of targets that say nothing.
const PLAIN: &[&str] = &["target", "endpoint"];

/// What a node is called: its key, and what is generated below it by its part.
pub(super) fn label(node: &Node) -> String {
    match &node.at {
        Spot::Resource(address) if address.is_generated() => {
            cut(address.part.split_once('/').map_or(address.part.as_str(), |(_, rest)| rest), LONGEST)
        }
        Spot::Resource(address) => cut(&address.key, LONGEST),
        Spot::Elsewhere(name) => match name.strip_prefix("arn:") {
            // The end of an ARN says what it is of.
            Some(arn) => cut_front(arn.splitn(5, ':').last().unwrap_or(arn), LONGEST),
            None => cut(&node.at.to_string(), LONGEST),
        },
    }
}

/// What a node is, in a word or two.
pub(super) fn caption(node: &Node) -> String {
    match &node.at {
        Spot::Resource(_) => node.kind.replace('_', " "),
        Spot::Elsewhere(name) => match name.strip_prefix("arn:") {
            Some(arn) => {
                format!("{} of others", arn.split(':').nth(1).map(harmless).unwrap_or_default())
            }
            None => "of others".into(),
        },
    }
}

/// By what a node decides, in lines.
pub(super) fn details(node: &Node) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, pattern) in node.patterns.iter().enumerate() {
        let mut of = Vec::new();
        fields(&secret::masked(pattern.to_shown_json(), secret::SHOWN), "", &mut of);
        if let (true, Some(first)) = (index > 0, of.first_mut()) {
            *first = format!("or {first}");
        }
        lines.extend(of.iter().map(|line| cut(line, LONGEST)));
    }
    few(lines)
}

/// The leaves of a pattern: where, and what may stand there.
fn fields(pattern: &Json, path: &str, lines: &mut Vec<String>) {
    match pattern {
        Json::Object(map) => {
            for (key, below) in map {
                let at = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                fields(below, &at, lines);
            }
        }
        Json::Array(wanted) => {
            let wanted: Vec<_> = wanted.iter().map(spoken).collect();
            lines.push(format!("{path}: {}", wanted.join(" or ")));
        }
        other => lines.push(format!("{path}: {other}")),
    }
}

/// An alternative as one would say it: `numeric > 100`.
fn spoken(wanted: &Json) -> String {
    match wanted {
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(spoken).collect::<Vec<_>>().join(" "),
        Json::Object(map) => {
            let operators = map.iter().map(|(operator, of)| format!("{operator} {}", spoken(of)));
            operators.collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

fn few(mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > MOST_LINES {
        let more = lines.len() - (MOST_LINES - 1);
        lines.truncate(MOST_LINES - 1);
        lines.push(format!("and {more} more"));
    }
    lines
}

/// A line of at most so many characters, harmless.
fn cut(text: &str, most: usize) -> String {
    let text = harmless(text);
    match text.chars().count() > most {
        true => text.chars().take(most - 1).chain(['…']).collect(),
        false => text,
    }
}

fn cut_front(text: &str, most: usize) -> String {
    let text = harmless(text);
    match text.chars().count() {
        long if long > most => ['…'].into_iter().chain(text.chars().skip(long - most + 1)).collect(),
        _ => text,
    }
}

/// All that is known of a node in a line.
pub(super) fn whole(node: &Node) -> String {
    harmless(&node.at.to_string())
}

/// A pattern as JSON, in which no secret stands.
pub(super) fn pattern_json(pattern: &Value) -> Json {
    pattern.to_shown_json()
}

/// The names of nodes in languages of graphs: letters, digits and `_`, each once.
pub(super) fn ids(flow: &FlowGraph) -> Vec<String> {
    let mut taken = BTreeSet::<String>::new();
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let mut ids = Vec::new();
    for node in &flow.nodes {
        let before = if node.address().is_none() { "of_" } else { "" };
        let own: String = format!("{before}{}", node.at).chars().map(plain).collect();
        // Two addresses may differ in what is not plain alone.
        let others = (2..).map(|number| format!("{own}_{number}"));
        let free = [own.clone()].into_iter().chain(others).find(|id| !taken.contains(id));
        let id = free.unwrap_or(own);
        taken.insert(id.clone());
        ids.push(id);
    }
    ids
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_actions_of_a_plan_are_read() {
        let read = |actions: Json| Change::read(actions.as_array().unwrap());
        assert_eq!(read(json!(["delete", "create"])), Some(Change::Replace));
        assert_eq!(read(json!(["create"])), Some(Change::Create));
        assert_eq!(read(json!(["update"])), Some(Change::Update));
        assert_eq!(read(json!(["delete"])), Some(Change::Delete));
        assert_eq!(read(json!(["no-op"])), None);
    }

    #[test]
    fn a_pattern_is_said_field_by_field() {
        let pattern = json!({
            "source": ["a", "b"],
            "detail": { "total": [{ "numeric": [">", 0, "<=", 5] }], "x": [null, { "exists": false }] },
        });
        let mut lines = Vec::new();
        fields(&pattern, "", &mut lines);
        assert_eq!(
            lines,
            ["source: a or b", "detail.total: numeric > 0 <= 5", "detail.x: null or exists false"]
        );
    }

    #[test]
    fn lines_are_few_and_short() {
        let lines = few((0..5).map(|line| line.to_string()).collect());
        assert_eq!(lines, ["0", "1", "and 3 more"]);
        assert_eq!(cut(&"x".repeat(50), 10), "xxxxxxxxx…");
        assert_eq!(cut_front("0123456789ab", 10), "…3456789ab");
    }
}
