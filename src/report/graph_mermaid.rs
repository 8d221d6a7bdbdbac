//! The flow as mermaid, which GitHub, GitLab and editors draw.

use std::fmt::Write as _;

use super::graph::{Mark, Picture, caption, details, ids, label};
use crate::flow::graph::{How, Node, Part};

/// The most edges and characters that mermaid draws where nobody sets it up: on GitHub.
const MOST_EDGES: usize = 500;
const MOST_CHARACTERS: usize = 50_000;

/// The flow as a flowchart of mermaid.
pub fn graph_mermaid(picture: &Picture<'_>) -> String {
    let flow = picture.flow;
    let ids = ids(flow);
    let groups = flow.groups();
    let mut text = String::from("flowchart LR\n");
    let mut line = |line: String| {
        let _ = writeln!(text, "  {line}");
    };
    for (group, (name, nodes)) in groups.iter().enumerate() {
        line(format!("subgraph group{group}[\"{}\"]", quoted(name)));
        nodes.iter().for_each(|node| line(format!("  {}", shaped(&ids[*node], &flow.nodes[*node]))));
        line("end".into());
    }
    for (node, id) in flow.nodes.iter().zip(&ids) {
        if node.address().is_none_or(|address| address.component.is_none()) {
            line(shaped(id, node));
        }
    }
    for edge in &flow.edges {
        let arrow = match edge.how {
            How::Listens | How::Sends => "-->",
            How::May | How::DeadLetters => "-.->",
        };
        let mut names = picture.names(edge);
        if edge.how == How::DeadLetters {
            names = vec!["dead letters".into()];
        }
        let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        let names = if names.is_empty() { String::new() } else { format!("|\"{}\"|", names.join("<br>")) };
        line(format!("{} {arrow}{names} {}", ids[edge.from], ids[edge.to]));
    }
    let of = |is_it: &dyn Fn(usize) -> bool| -> String {
        (0..flow.nodes.len())
            .filter(|node| is_it(*node))
            .map(|node| ids[node].as_str())
            .collect::<Vec<_>>()
            .join(",")
    };
    const CLASSES: &[(&str, &str)] = &[
        ("holds", "fill:#ddf4ff,stroke:#0969da,color:#1f2328"),
        ("decides", "fill:#fff8c5,stroke:#9a6700,color:#1f2328"),
        ("answers", "fill:#dafbe1,stroke:#1a7f37,color:#1f2328"),
        ("elsewhere", "fill:#f6f8fa,stroke:#59636e,color:#1f2328,stroke-dasharray:4"),
        ("create", "stroke:#1a7f37,stroke-width:4px"),
        ("update", "stroke:#9a6700,stroke-width:4px"),
        ("replace", "stroke:#cf222e,stroke-width:4px"),
        ("passed", "stroke:#8250df,stroke-width:4px"),
        ("refused", "stroke:#8250df,stroke-width:2px,stroke-dasharray:4"),
    ];
    for (class, style) in CLASSES {
        let nodes = of(&|node| {
            let here = &flow.nodes[node];
            [
                Some(class_of(here.part)),
                picture.change(here).map(|change| change.word()),
                picture.mark_of_node(node).map(class_of_mark),
            ]
            .contains(&Some(class))
        });
        if !nodes.is_empty() {
            line(format!("classDef {class} {style}"));
            line(format!("class {nodes} {class}"));
        }
    }
    for (mark, style) in
        [(Mark::Passed, "stroke-width:4px"), (Mark::Refused, "stroke-width:2px,stroke-dasharray:4")]
    {
        let edges = (0..flow.edges.len()).filter(|edge| picture.mark_of_edge(*edge) == Some(mark));
        let edges: Vec<String> = edges.map(|edge| edge.to_string()).collect();
        if !edges.is_empty() {
            line(format!("linkStyle {} stroke:#8250df,{style}", edges.join(",")));
        }
    }
    text
}

/// Why mermaid would not draw it where nobody sets it up; nothing if it does.
pub fn too_much_for_mermaid(picture: &Picture<'_>, text: &str) -> Option<String> {
    let (edges, characters) = (picture.flow.edges.len(), text.chars().count());
    let too_much = match (edges > MOST_EDGES, characters > MOST_CHARACTERS) {
        (true, _) => format!("{edges} edges, and {MOST_EDGES} are drawn"),
        (false, true) => format!("{characters} characters, and {MOST_CHARACTERS} are drawn"),
        (false, false) => return None,
    };
    Some(format!("GitHub does not draw so much mermaid: it has {too_much}"))
}

pub(super) fn class_of(part: Part) -> &'static str {
    match part {
        Part::Holds => "holds",
        Part::Decides => "decides",
        Part::Answers => "answers",
        Part::Elsewhere => "elsewhere",
    }
}

pub(super) fn class_of_mark(mark: Mark) -> &'static str {
    match mark {
        Mark::Passed => "passed",
        Mark::Refused => "refused",
    }
}

fn shaped(id: &str, node: &Node) -> String {
    let lines = [caption(node), label(node)].into_iter().chain(details(node));
    let text = lines.map(|line| quoted(&line)).collect::<Vec<_>>().join("<br>");
    match node.part {
        Part::Holds => format!("{id}([\"{text}\"])"),
        Part::Decides => format!("{id}[\"{text}\"]"),
        Part::Answers => format!("{id}[[\"{text}\"]]"),
        Part::Elsewhere => format!("{id}(\"{text}\")"),
    }
}

/// A text between quotes: what is not plain stands as its number, so nothing in it is markup.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c.is_alphanumeric() || " ._-/:,=…".contains(c) {
            true => out.push(c),
            false => {
                let _ = write!(out, "#{};", u32::from(c));
            }
        }
    }
    out
}
