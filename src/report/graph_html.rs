//! The flow as one page of HTML that needs nothing beside it: the picture, what is declared of each node, and a trace
//! to play.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::escape::html;
use super::graph::{Picture, pattern_json};
use super::graph_mermaid::class_of;
use super::graph_svg::graph_svg;
use super::links::Files;
use super::page::hides;
use super::shown::{Masking, Shown};
use super::trace_json::trace_json;
use crate::diff::{Origin, normalise};
use crate::engine::{Graph, Resource};
use crate::flow::graph::{How, Node, Step};
use crate::kinds::{self, secret};
use crate::source::{Sources, Span};

const STYLE: &str = include_str!("graph_html.css");
const SCRIPT: &str = include_str!("graph_html.js");

/// What stands beside the picture until a node is chosen.
const HELP: &str = "<h2>How to read it</h2><ul>\
    <li><span class=\"sign holds\"></span>events come here, and others listen</li>\
    <li><span class=\"sign decides\"></span>listens, and decides what goes on</li>\
    <li><span class=\"sign answers\"></span>answers, and may act: dashed lines are what it has the right to</li>\
    <li><span class=\"sign elsewhere\"></span>belongs to others</li></ul>\
    <p>Red dots: dead letters. Click a node, or walk with Tab, Enter and the arrow keys. Drag and scroll to move; \
    + − 0 zoom; / searches.</p>";

/// The longest declaration that is shown, in lines.
const MOST_LINES: usize = 200;

/// What a page is made of beside the picture.
#[derive(Clone, Copy, Debug)]
pub struct Declared<'a> {
    pub graph: &'a Graph,
    /// With stars where a finding has told a secret.
    pub sources: &'a Sources,
    pub files: &'a Files,
}

/// The flow as a page of its own. It loads nothing, and the one script that may run is ours.
///
/// # Errors
/// It cannot be laid out, for people.
pub fn graph_html(picture: &Picture<'_>, declared: Declared<'_>) -> Result<String, String> {
    // The page marks the steps itself while it plays them.
    let svg = graph_svg(&Picture { steps: &[], ..*picture })?;
    let hash = STANDARD.encode(Sha256::digest(SCRIPT));
    let title = format!("Flow of {}", picture.title);
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'sha256-{hash}'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n\
         <header><h1>{0}</h1><input id=\"search\" type=\"search\" placeholder=\"Search\" aria-label=\"Search nodes\">\
         <output id=\"found\"></output><span class=\"buttons\"><button id=\"closer\" aria-label=\"Closer\">+</button>\
         <button id=\"farther\" aria-label=\"Farther\">−</button><button id=\"all\">Whole</button></span></header>\n\
         <main><div id=\"picture\">\n{svg}</div>\n<aside id=\"about\" aria-live=\"polite\">{HELP}</aside></main>\n\
         <footer id=\"player\" hidden></footer>\n\
         <script type=\"application/json\" id=\"data\">{}</script>\n<script>{SCRIPT}</script>\n</html>\n",
        html(&title),
        // What looks like a secret may stand in any document or payload.
        inert_json(&secret::masked(data(picture, declared), secret::SHOWN)),
    ))
}

/// JSON that ends no element, and in which nothing is hidden from a reader.
fn inert_json(json: &Json) -> String {
    let mut text = String::new();
    for c in json.to_string().chars() {
        match "<>&".contains(c) || c.is_control() || hides(c) {
            true => {
                c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")))
            }
            false => text.push(c),
        }
    }
    text
}

fn data(picture: &Picture<'_>, declared: Declared<'_>) -> Json {
    let flow = picture.flow;
    let secret = places_of_secrets(declared.graph);
    let nodes = flow.nodes.iter().map(|node| about(picture, node, declared, &secret));
    let edges = flow.edges.iter().map(|edge| {
        let how = match edge.how {
            How::Listens => "listens",
            How::Sends => "sends",
            How::May => "may",
            How::DeadLetters => "dead",
        };
        json!({ "from": edge.from, "to": edge.to, "how": how, "says": edge.how.says(), "names": edge.names })
    });
    json!({
        "nodes": nodes.collect::<Vec<_>>(),
        "edges": edges.collect::<Vec<_>>(),
        "steps": picture.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn step(step: &Step<'_>) -> Json {
    // Each hop for itself: what follows has steps of its own.
    let alone = crate::flow::trace::Hop { next: Vec::new(), ..step.hop.clone() };
    let mut hop = trace_json(&alone)["trace"].take();
    hop.as_object_mut().map(|hop| hop.remove("next"));
    json!({ "node": step.node, "edge": step.edge, "depth": step.depth, "passed": step.passed, "hop": hop })
}

fn about(picture: &Picture<'_>, node: &Node, declared: Declared<'_>, secret: &[Span]) -> Json {
    let resource = node.address().and_then(|address| declared.graph.resources.get(address));
    let mut about = json!({
        "address": node.at.to_string(),
        "kind": node.kind.replace('_', " "),
        "part": class_of(node.part),
        "patterns": node.patterns.iter().map(pattern_json).collect::<Vec<_>>(),
        "change": picture.change(node).map(|change| change.word()),
    });
    if let Some(resource) = resource {
        let place = declared.files.place(resource.declared, declared.sources);
        about["place"] = format!("{}:{}", place.file, place.line).into();
        about["link"] = declared.files.link(resource.declared, declared.sources).into();
        about["yaml"] = written(declared.sources, resource.declared, secret).into();
        about["document"] = words(&shown(resource));
    }
    about
}

/// AWS's document as it is wished, with everything masked that a plan masks.
fn shown(of: &Resource) -> Shown {
    let Some(kind) = kinds::kind(of.kind) else { return Shown::of(&of.properties).without_texts() };
    let table = kind.about().table();
    Masking { table }.wish(&normalise(&of.properties, table, Origin::Wish))
}

/// The same as JSON with a word for what is not there.
fn words(shown: &Shown) -> Json {
    match shown {
        Shown::Scalar(value) => value.clone(),
        Shown::Text(text) | Shown::Unknown(text) => text.as_str().into(),
        Shown::Secret => secret::SHOWN.into(),
        Shown::Sensitive => "(sensitive)".into(),
        Shown::List(items) => items.iter().map(words).collect(),
        Shown::Map(map) => Json::Object(map.iter().map(|(key, value)| (key.clone(), words(value))).collect()),
    }
}

/// Where resources are declared in whose documents something is masked.
fn places_of_secrets(graph: &Graph) -> Vec<Span> {
    let any = |shown: &Shown| shown.mask(&Shown::is_masked) != Json::Bool(false);
    graph.resources.values().filter(|one| any(&shown(one))).map(|one| one.declared).collect()
}

/// A declaration as it is written: its line and those that are indented below it. Nothing where something of it is
/// masked, or where it does not have lines of its own.
fn written(sources: &Sources, declared: Span, secret: &[Span]) -> Option<String> {
    let text = sources.text(declared.file);
    let start = usize::try_from(declared.start).ok()?;
    let line_start = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line_start..start];
    if !before.chars().all(|c| c == ' ' || c == '"') {
        return None;
    }
    let indent = before.chars().filter(|c| *c == ' ').count();
    let depth = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let mut lines = text[line_start..].split_inclusive('\n');
    let mut taken = vec![lines.next()?];
    for line in lines {
        if !line.trim().is_empty() && depth(line) <= indent {
            break;
        }
        taken.push(line);
    }
    while taken.last().is_some_and(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        taken.pop();
    }
    let end = line_start + taken.iter().map(|line| line.len()).sum::<usize>();
    let is_inside = |span: &Span| {
        span.file == declared.file && (line_start..end).contains(&usize::try_from(span.start).unwrap_or(0))
    };
    if secret.iter().any(is_inside) {
        return None;
    }
    let more = taken.len().saturating_sub(MOST_LINES);
    let dedented = taken.iter().take(MOST_LINES).map(|line| line.get(indent..).unwrap_or("\n").trim_end());
    let mut text = dedented.collect::<Vec<_>>().join("\n");
    if more > 0 {
        text.push_str(&format!("\n# and {more} more lines"));
    }
    Some(text)
}

#[cfg(test)]
#[path = "graph_tests.rs"]
mod tests;
