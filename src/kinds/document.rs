//! A document that AWS defines and that may stand in a file of its own (OpenAPI, the Amazon States Language), as
//! a value that knows where its parts stand.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::engine::{Places, Value};
use crate::source::{Data, Diagnostic, Entry, FileId, Findings, Key, Node, Sources, Span, parse};

use super::{Lowering, secret};

/// A document with the places of its parts.
pub(in crate::kinds) struct Document {
    value: Value,
    /// Where its paths begin.
    root: &'static str,
    /// The key that it stands under.
    key: Span,
    /// Its text stands under that key.
    stands_here: bool,
    places: Places,
    /// `FILE:LINE:COLUMN` by path, where it stands in a file of its own.
    lines: Lines,
}

type Lines = Rc<BTreeMap<String, String>>;

/// The files that the declarations of a stack name. What several of them read as a document, such as the instances of
/// a component, is read and parsed once.
pub struct Files {
    base: PathBuf,
    parsed: RefCell<BTreeMap<Reading, (Node, Lines)>>,
}

/// A file, where the paths of what it holds begin, and where in the stack it is named.
type Reading = (PathBuf, &'static str, Span);

impl Files {
    /// Files whose paths are relative to a folder.
    pub fn of(base: &Path) -> Files {
        Files { base: base.to_owned(), parsed: RefCell::default() }
    }

    /// Where a file is that a declaration of a folder below names.
    pub fn path(&self, folder: &Path, path: &str) -> PathBuf {
        self.base.join(folder).join(path)
    }
}

/// A document's text, read and not resolved yet.
pub(super) struct Text {
    pub node: Node,
    root: &'static str,
    /// It stands under the key as a text.
    stands_here: bool,
    lines: Lines,
}

/// A place in a document.
#[derive(Clone)]
pub(in crate::kinds) struct At<'d> {
    doc: &'d Document,
    pub value: &'d Value,
    path: String,
    key: String,
}

/// How the text of a file becomes a document.
pub(super) type Reader = fn(&Sources, FileId, &mut Findings) -> Option<Node>;

/// What stands under a key: the document itself, or the path of a file with it. Its paths begin with `root`.
pub(super) fn text(own: &mut Lowering<'_>, node: &Node, root: &'static str) -> Option<Text> {
    if node.scalar().is_none() {
        return Some(Text { node: node.clone(), root, stands_here: false, lines: Lines::default() });
    }
    let path = own.known_text(node)?;
    let (node, lines) = file(own, &path, node.span, root)?;
    Some(Text { node, root, stands_here: false, lines })
}

/// As [`text`], of a document in another notation, whose text may stand under the key too: what has several lines, or
/// begins as JSON does, is no path.
pub(super) fn text_by(
    own: &mut Lowering<'_>,
    node: &Node,
    root: &'static str,
    reader: Reader,
) -> Option<Text> {
    let Some(scalar) = node.scalar() else {
        return Some(Text { node: node.clone(), root, stands_here: false, lines: Lines::default() });
    };
    let stands_here = scalar.text.contains('\n') || scalar.text.trim_start().starts_with('{');
    let (path, text) = match stands_here {
        true => (root.to_lowercase(), scalar.text.to_string()),
        false => {
            let path = own.known_text(node)?;
            let text = content(own, &path, node.span)?;
            (path, text)
        }
    };
    let hidden = stands_here.then_some(node.span);
    let (node, lines) = parsed(own, (&path, text), (node.span, hidden), root, reader)?;
    Some(Text { node, root, stands_here, lines })
}

/// Reads what stands under a key: the document itself, or the path of a file with it.
pub(super) fn read(own: &mut Lowering<'_>, key: Span, node: &Node, root: &'static str) -> Option<Document> {
    text(own, node, root)?.read(own, key)
}

impl Text {
    /// The document with its references resolved. Nothing that AWS would show may be a secret.
    pub(super) fn read(self, own: &mut Lowering<'_>, key: Span) -> Option<Document> {
        let Text { node, root, stands_here, lines } = self;
        let before = std::mem::take(&mut own.resource.places);
        let value = own.document(&node, root);
        let places = std::mem::replace(&mut own.resource.places, before);
        let doc = Document { value, root, key, stands_here, places, lines };
        let mut secret = None;
        if doc.value.has_secret() {
            find_secret(&doc.top(), &mut secret);
        }
        if let Some(at) = secret {
            at.error(own, "secret_shown", "a secret cannot stand here: AWS would show it", "");
            return None;
        }
        Some(doc)
    }
}

fn find_secret<'d>(at: &At<'d>, found: &mut Option<At<'d>>) {
    match at.value {
        Value::Secret(_) => *found = Some(at.clone()),
        _ => at.children().iter().for_each(|child| find_secret(child, found)),
    }
}

/// The document of a file. Its lines are no lines of the stack, so they are told in words.
fn file(own: &mut Lowering<'_>, path: &str, at: Span, root: &'static str) -> Option<(Node, Lines)> {
    let files = own.files;
    let reading = (own.file(path), root, at);
    if let Some(known) = files.parsed.borrow().get(&reading) {
        return Some(known.clone());
    }
    let text = content(own, path, at)?;
    let read = parsed(own, (path, text), (at, None), root, parse)?;
    files.parsed.borrow_mut().insert(reading, read.clone());
    Some(read)
}

/// The text of a file.
fn content(own: &mut Lowering<'_>, path: &str, at: Span) -> Option<String> {
    match std::fs::read_to_string(own.file(path)) {
        Ok(text) => Some(text),
        Err(error) => {
            let help = format!("the path is {}", own.relative());
            own.error("no_file", at, format!("`{path}` cannot be read: {error}"), &help);
            None
        }
    }
}

/// A text as a document. `hidden`: what of the stack draws it, where it holds a secret.
fn parsed(
    own: &mut Lowering<'_>,
    (path, text): (&str, String),
    (at, hidden): (Span, Option<Span>),
    root: &str,
    reader: Reader,
) -> Option<(Node, Lines)> {
    let mut sources = Sources::new();
    let file = sources.add(path, text);
    let mut findings = Findings::default();
    let node = reader(&sources, file, &mut findings);
    for finding in findings.iter() {
        let place = finding.span.map_or(path.to_owned(), |span| sources.place(span).to_string());
        own.finding(Diagnostic {
            span: Some(at),
            message: format!("{place}: {}", finding.message),
            related: Vec::new(),
            label: String::new(),
            hidden: Vec::new(),
            ..finding.clone()
        });
    }
    if findings.has_errors() {
        return None;
    }
    let node = node?;
    for clear in secret::clear(&node, &mut Clone::clone) {
        let place = sources.place(clear.at);
        let finding = clear.finding();
        own.finding(Diagnostic {
            span: Some(at),
            message: format!("{place}: {}", finding.message),
            hidden: hidden.into_iter().collect(),
            ..finding
        });
    }
    let mut lines = BTreeMap::new();
    let node = placed(&node, root, at, &sources, &mut lines);
    Some((node, lines.into()))
}

/// The node with all its places at the one of its path in the stack.
fn placed(
    node: &Node,
    path: &str,
    at: Span,
    sources: &Sources,
    lines: &mut BTreeMap<String, String>,
) -> Node {
    lines.insert(path.to_owned(), sources.place(node.span).to_string());
    match &node.data {
        Data::Seq(items) => {
            let items = items
                .iter()
                .enumerate()
                .map(|(i, item)| placed(item, &format!("{path}[{i}]"), at, sources, lines));
            Node::seq(at, items.collect::<Vec<_>>())
        }
        Data::Map(entries) => {
            let entries = entries.iter().map(|entry| Entry {
                key: Key { text: entry.key.text.clone(), span: at },
                value: {
                    let path = format!("{path}.{}", entry.key.text);
                    let value = placed(&entry.value, &path, at, sources, lines);
                    lines.insert(path, sources.place(entry.key.span).to_string());
                    value
                },
            });
            Node::map(at, entries.collect::<Vec<_>>())
        }
        Data::Scalar(scalar) if scalar.plain => Node::plain(at, &scalar.text),
        Data::Scalar(scalar) => Node::text(at, &scalar.text),
    }
}

impl Document {
    /// The whole of it.
    pub(super) fn top(&self) -> At<'_> {
        At { doc: self, value: &self.value, path: self.root.to_owned(), key: String::new() }
    }

    /// Itself, and where its parts stand.
    pub(super) fn into_parts(self) -> (Value, Places) {
        (self.value, self.places)
    }
}

impl<'d> At<'d> {
    /// The key that it stands under.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Where it stands in the document.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole document that it is of.
    pub fn top(&self) -> At<'d> {
        self.doc.top()
    }

    /// The same place, as if it stood under another key.
    pub fn called(self, key: &str) -> At<'d> {
        At { key: key.to_owned(), ..self }
    }

    /// Nothing, at the same place.
    pub fn nothing(self) -> At<'d> {
        At { value: &Value::Null, ..self }
    }

    fn child(&self, key: &str, value: &'d Value) -> At<'d> {
        At { doc: self.doc, value, path: format!("{}.{key}", self.path), key: key.to_owned() }
    }

    /// The members of a map or the items of a list.
    pub fn children(&self) -> Vec<At<'d>> {
        match self.value {
            Value::Map(map) => map.iter().map(|(key, value)| self.child(key, value)).collect(),
            _ => self.items(),
        }
    }

    /// The member under these keys.
    pub fn at(&self, keys: &[&str]) -> Option<At<'d>> {
        keys.iter().try_fold(self.clone(), |at, key| Some(at.child(key, at.value.get(key)?)))
    }

    /// The members; what is no map is an error.
    pub fn members(&self, own: &mut Lowering<'_>, wanted: &str) -> Vec<At<'d>> {
        match self.value {
            Value::Map(_) => self.children(),
            Value::Null => Vec::new(),
            _ => {
                self.error(own, "wrong_shape", &format!("expected {wanted}"), "");
                Vec::new()
            }
        }
    }

    /// The items of a list; nothing of anything else.
    pub fn items(&self) -> Vec<At<'d>> {
        let items = self.value.as_list().unwrap_or_default().iter().enumerate();
        items
            .map(|(i, value)| At {
                doc: self.doc,
                value,
                path: format!("{}[{i}]", self.path),
                key: self.key.clone(),
            })
            .collect()
    }

    /// The text of a member.
    pub fn text(&self, key: &str) -> Option<&'d str> {
        self.value.text_at(key)
    }

    /// Where it stands in the stack's text.
    pub fn span(&self) -> Span {
        self.whence("").0
    }

    /// Where what is below it stands, and the line of its file.
    pub fn whence(&self, below: &str) -> (Span, String) {
        let mut path = format!("{}{below}", self.path);
        loop {
            let line = self.doc.lines.get(&path);
            match (self.doc.places.get(&path), line) {
                (Some(span), line) => return (*span, line.cloned().unwrap_or_default()),
                (None, _) => match path.rfind(['.', '[']) {
                    Some(end) => path.truncate(end),
                    None => return (self.doc.key, String::new()),
                },
            }
        }
    }

    /// What of the stack's text draws what stands here: all of a text that is a document; nothing of a file.
    pub fn drawn(&self) -> Option<Span> {
        let (span, line) = self.whence("");
        (line.is_empty() || self.doc.stands_here).then_some(span)
    }

    /// An error here.
    pub fn error(&self, own: &mut Lowering<'_>, code: &'static str, message: &str, help: &str) {
        self.finding(own, Diagnostic::error(code, message), help);
    }

    /// A finding here.
    pub fn finding(&self, own: &mut Lowering<'_>, finding: Diagnostic, help: &str) {
        let (span, line) = self.whence("");
        let mut finding = finding.at(span);
        if !line.is_empty() {
            finding.message = format!("{line}: {}", finding.message);
        }
        own.finding(if help.is_empty() { finding } else { finding.help(help) });
    }
}
