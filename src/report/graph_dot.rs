//! The flow as DOT, for Graphviz.

use std::fmt::Write as _;

use super::graph::{Change, Mark, Picture, caption, details, ids, label, whole};
use crate::flow::graph::{How, Part};

/// The flow as a digraph of DOT.
pub fn graph_dot(picture: &Picture<'_>) -> String {
    let flow = picture.flow;
    let ids = ids(flow);
    let mut text = format!("digraph {} {{\n", quoted(&[picture.title.to_owned()]));
    text.push_str("  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=10];\n  edge [fontname=\"sans-serif\", fontsize=9];\n");
    let node = |index: usize| {
        let node = &flow.nodes[index];
        let lines: Vec<String> = [caption(node), label(node)].into_iter().chain(details(node)).collect();
        let (shape, style, fill) = match node.part {
            Part::Holds => ("box", "rounded,filled", "#ddf4ff"),
            Part::Decides => ("box", "filled", "#fff8c5"),
            Part::Answers => ("component", "filled", "#dafbe1"),
            Part::Elsewhere => ("box", "dashed", "#59636e"),
        };
        let mut more = String::new();
        let color = picture.change(node).map(color);
        let marked = picture.mark_of_node(index);
        let color = color.or(marked.map(|_| WAY));
        if let Some(color) = color {
            let width = if marked == Some(Mark::Refused) { 2 } else { 3 };
            let _ = write!(more, ", color=\"{color}\", penwidth={width}");
        }
        format!(
            "{} [label={}, tooltip={}, shape={shape}, style=\"{style}\", fillcolor=\"{fill}\"{more}];\n",
            ids[index],
            quoted(&lines),
            quoted(&[whole(node)]),
        )
    };
    for (group, (name, nodes)) in flow.groups().iter().enumerate() {
        let _ = writeln!(
            text,
            "  subgraph cluster_{group} {{\n    label={};",
            quoted(std::slice::from_ref(name))
        );
        nodes.iter().for_each(|index| text.push_str(&format!("    {}", node(*index))));
        text.push_str("  }\n");
    }
    for (index, one) in flow.nodes.iter().enumerate() {
        if one.address().is_none_or(|address| address.component.is_none()) {
            text.push_str(&format!("  {}", node(index)));
        }
    }
    for (index, edge) in flow.edges.iter().enumerate() {
        let mut more = Vec::new();
        match edge.how {
            How::Listens | How::Sends => {}
            How::May => more.push("style=dashed".to_owned()),
            How::DeadLetters => more.push("style=dotted, color=\"#cf222e\"".to_owned()),
        }
        let names = picture.names(edge);
        if !names.is_empty() {
            more.push(format!("label={}", quoted(&names)));
        }
        match picture.mark_of_edge(index) {
            Some(Mark::Passed) => more.push(format!("color=\"{WAY}\", penwidth=3")),
            Some(Mark::Refused) => more.push(format!("color=\"{WAY}\", style=dashed")),
            None => {}
        }
        let more = if more.is_empty() { String::new() } else { format!(" [{}]", more.join(", ")) };
        let _ = writeln!(text, "  {} -> {}{more};", ids[edge.from], ids[edge.to]);
    }
    text.push_str("}\n");
    text
}

/// The colour of a trace.
const WAY: &str = "#8250df";

fn color(change: Change) -> &'static str {
    match change {
        Change::Create => "#1a7f37",
        Change::Update => "#9a6700",
        Change::Replace | Change::Delete => "#cf222e",
    }
}

/// Lines as a string of DOT: nothing in it is an escape of Graphviz.
fn quoted(lines: &[String]) -> String {
    let lines: Vec<String> =
        lines.iter().map(|line| line.replace('\\', "\\\\").replace('"', "\\\"")).collect();
    format!("\"{}\"", lines.join("\\n"))
}
