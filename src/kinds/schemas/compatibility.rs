//! `compatibility` and `compatible_with`: what a new version owes to those who know the ones before.

use crate::engine::{Places, Resource, Value};
use crate::kinds::document::{self, Document};
use crate::kinds::{Lowering, Refused};
use crate::source::{Diagnostic, Node, Span};

use super::compare::{Break, Readers, breaks};
use super::decl::{COMPATIBILITY, CONTENT};

const HELP: &str = "keep the field as it was; or publish the new shape as a schema of its own, under another key and \
                    `name:`; or write `compatibility: none`, if nobody relies on it";

/// How a folder of earlier versions is told from a file: by the ends of the names of the files in it.
const ENDS: &[&str] = &[".json", ".yaml", ".yml"];

/// Who must be able to read what, by the words that AWS has none for.
fn readers(word: Option<&str>) -> &'static [Readers] {
    match word {
        Some("NONE") => &[],
        Some("BACKWARD") => &[Readers::After],
        Some("FULL") => &[Readers::Before, Readers::After],
        _ => &[Readers::Before],
    }
}

/// What breaks the word that a schema is published under.
fn broken(word: Option<&str>, before: (&Value, Option<&str>), after: (&Value, Option<&str>)) -> Vec<Break> {
    if readers(word).is_empty() {
        return Vec::new();
    }
    if let ((_, Some(was)), (_, Some(is))) = (before, after)
        && was != is
    {
        let what = format!("the type of the schema was {was} and is {is}, and the two cannot be compared");
        return vec![Break { place: String::new(), what }];
    }
    let mut found: Vec<Break> = Vec::new();
    for one in readers(word).iter().flat_map(|readers| breaks(before.0, after.0, *readers)) {
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

/// Compares the content with the earlier versions whose files stand under `compatible_with`.
pub(super) fn with_files(own: &mut Lowering<'_>, content: &Document) {
    let Some((key, node)) = own.take("compatible_with") else { return };
    let word = own.properties().text_at(COMPATIBILITY).map(str::to_owned);
    for (path, at) in files(own, &node) {
        let Some(earlier) = document::read(own, key, &Node::text(at, &path), "compatible_with") else {
            continue;
        };
        let found = broken(word.as_deref(), (earlier.top().value, None), (content.top().value, None));
        for Break { place, what } in found {
            let (span, line) = content.top().whence(&place);
            let line = if line.is_empty() { line } else { format!("{line}: ") };
            let message = format!("{line}{what}, compared with {path}");
            own.finding(Diagnostic::error("incompatible_schema", message).at(span).help(HELP));
        }
    }
}

/// The files of earlier versions, each with where it is named: those of a list, and those of a folder in the
/// order of their names.
fn files(own: &mut Lowering<'_>, node: &Node) -> Vec<(String, Span)> {
    let node = own.scope.see(node, own.findings);
    let named: Vec<Node> = match node.items() {
        Some(items) => items.to_vec(),
        None => vec![node.clone()],
    };
    let mut found = Vec::new();
    for node in named {
        let Some(path) = own.known_text(&node) else { continue };
        let folder = own.file(&path);
        if !folder.is_dir() {
            found.push((path, node.span));
            continue;
        }
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<String> =
            names.filter(|name| ENDS.iter().any(|end| name.ends_with(end))).collect();
        names.sort();
        if names.is_empty() {
            let message = format!("`{path}` holds no version: no file that ends in {}", ENDS.join(", "));
            let help = format!("the path is {}", own.relative());
            own.error("no_file", node.span, message, &help);
        }
        let path = path.trim_end_matches('/');
        found.extend(names.into_iter().map(|name| (format!("{path}/{name}"), node.span)));
    }
    found
}

/// What a new version breaks of the one that is live.
pub(super) fn with_live(of: &Resource, live: &Value) -> Vec<Refused> {
    let word = of.properties.text_at(COMPATIBILITY);
    let (Some(before), Some(after)) = (live.get(CONTENT), of.properties.get(CONTENT)) else {
        return Vec::new();
    };
    let found = broken(word, (before, live.text_at("Type")), (after, of.properties.text_at("Type")));
    let refused = |Break { place, what }: Break| Refused {
        code: "incompatible_schema",
        at: nearest(&of.places, &format!("{CONTENT}{place}")).unwrap_or(of.declared),
        message: format!("{}: {what}, compared with the version that is live", of.address),
        help: HELP.to_owned(),
    };
    found.into_iter().map(refused).collect()
}

/// Where a part of the content was written, or what it stands in.
fn nearest(places: &Places, path: &str) -> Option<Span> {
    let mut path = path.to_owned();
    loop {
        if let Some(span) = places.get(&path) {
            return Some(*span);
        }
        let end = path.rfind(['.', '['])?;
        path.truncate(end);
    }
}
