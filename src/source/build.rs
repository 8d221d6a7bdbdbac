//! Parser events to nodes: keys, anchors, merges, tags and the bounds on what they expand to.

use std::collections::HashMap;
use std::sync::Arc;

use granit_parser::{ScalarStyle, Tag};

use super::diagnostic::{Diagnostic, Findings, suggest};
use super::node::{Entry, Key, Node, Weight};
use super::span::{FileId, Span, offset};
use super::syntax::shorten;

/// Longest key in bytes.
const LONGEST_KEY: usize = 1_024;
/// Most nodes of a document, as if its aliases were copied.
const MOST_NODES: u64 = 1_000_000;
/// Most bytes of text of a document, as if its aliases were copied.
const MOST_BYTES: u64 = 64 << 20;
/// Deepest nesting, as if aliases were copied. The parser's own bounds are 255 in block style
/// and 255 in flow style within it; nodes are dropped recursively, so this bounds our stack.
const DEEPEST: u32 = 512;

/// The document ends here; why is among the findings.
pub(super) struct Stop;

/// Builds one document from events that come in the order of the text.
pub(super) struct Builder<'f> {
    file: FileId,
    findings: &'f mut Findings,
    /// Custom tags are the reader's to understand, and not reported.
    keeps_tags: bool,
    /// Collections that are not closed yet, the outermost first.
    open: Vec<Frame>,
    anchors: HashMap<usize, Anchor>,
    document: Option<Span>,
    root: Option<Node>,
    spent: Weight,
}

struct Frame {
    span: Span,
    flow: bool,
    anchor: usize,
    tag: Option<Arc<str>>,
    content: Content,
}

enum Content {
    Seq(Vec<Node>),
    Map(MapContent),
}

#[derive(Default)]
struct MapContent {
    entries: Vec<Entry>,
    seen: HashMap<Arc<str>, Span>,
    pending: Option<Pending>,
    merge: Option<Merge>,
}

/// What the next node of a map is the value of; a map with none expects a key.
enum Pending {
    Key(Key),
    Merge,
    /// A key that was reported: its value is read and dropped.
    Nothing,
}

struct Merge {
    /// The number of own entries before `<<`: merged ones come after them.
    at: usize,
    value: Node,
}

struct Anchor {
    name: String,
    span: Span,
    /// None while the anchored collection is open.
    node: Option<Node>,
}

impl<'f> Builder<'f> {
    pub fn new(file: FileId, findings: &'f mut Findings, keeps_tags: bool) -> Self {
        Builder {
            file,
            findings,
            keeps_tags,
            open: Vec::new(),
            anchors: HashMap::new(),
            document: None,
            root: None,
            spent: Weight::default(),
        }
    }

    pub fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    fn stop(&mut self, finding: Diagnostic) -> Result<(), Stop> {
        self.report(finding);
        Err(Stop)
    }

    /// A span of the parser as ours.
    pub fn span(&self, place: &granit_parser::Span) -> Span {
        let range = place.byte_range().unwrap_or_default();
        Span::new(self.file, offset(range.start), offset(range.end))
    }

    /// Where the flow collections open now begin, the outermost first.
    pub fn flows(&self) -> Vec<Span> {
        let flows = self.open.iter().filter(|f| f.flow);
        flows.map(|f| f.span).collect()
    }

    pub fn document(&mut self, span: Span) -> Result<(), Stop> {
        match self.document.replace(span) {
            None => Ok(()),
            Some(first) => self.stop(
                Diagnostic::error("several_documents", "a file holds one YAML document")
                    .at(span)
                    .label("a second one begins here")
                    .related(first, "the first one begins here")
                    .help("move it to a file of its own"),
            ),
        }
    }

    pub fn scalar(
        &mut self,
        span: Span,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        place: &granit_parser::Span,
    ) -> Result<(), Stop> {
        // A value that is not there comes as `~`; only what is written is text.
        let text = if span.start == span.end { "" } else { text };
        self.charge(Weight::scalar(text), span)?;
        let plain = match tag.and_then(core) {
            None => style == ScalarStyle::Plain,
            Some(tag) => tag != "str",
        };
        let mut node = match plain {
            true => Node::plain(span, text),
            false => Node::text(span, text),
        };
        node.tag = self.tag(tag, place, &["str", "int", "float", "bool", "null"]);
        self.keep(anchor, &node, span);
        self.place(node)
    }

    pub fn open_seq(
        &mut self,
        span: Span,
        flow: bool,
        anchor: usize,
        tag: Option<&Tag>,
        place: &granit_parser::Span,
    ) -> Result<(), Stop> {
        let tag = self.tag(tag, place, &["seq"]);
        self.enter(span, flow, anchor, tag, Content::Seq(Vec::new()))
    }

    pub fn open_map(
        &mut self,
        span: Span,
        flow: bool,
        anchor: usize,
        tag: Option<&Tag>,
        place: &granit_parser::Span,
    ) -> Result<(), Stop> {
        let tag = self.tag(tag, place, &["map"]);
        self.enter(span, flow, anchor, tag, Content::Map(MapContent::default()))
    }

    fn enter(
        &mut self,
        span: Span,
        flow: bool,
        anchor: usize,
        tag: Option<Arc<str>>,
        content: Content,
    ) -> Result<(), Stop> {
        self.charge(Weight::scalar(""), span)?;
        self.open.push(Frame { span, flow, anchor, tag, content });
        Ok(())
    }

    pub fn close(&mut self, end: Span) -> Result<(), Stop> {
        let Some(frame) = self.open.pop() else {
            return Ok(());
        };
        // A block collection's end is only known at the next token; it ends with its last value.
        let extent = |last: Option<Span>| match last {
            Some(last) if !frame.flow => frame.span.to(last.end),
            _ => frame.span.to(end.end),
        };
        let mut node = match frame.content {
            Content::Seq(items) => Node::seq(extent(items.last().map(|n| n.span)), items),
            Content::Map(map) => {
                let span = extent(map.entries.last().map(Entry::span));
                Node::map(span, self.merged(map))
            }
        };
        node.tag = frame.tag;
        self.keep(frame.anchor, &node, node.span);
        self.place(node)
    }

    /// Counts what a document would be if its aliases were copied.
    fn charge(&mut self, weight: Weight, span: Span) -> Result<(), Stop> {
        self.spent = self.spent.plus(weight);
        let what = if self.spent.nodes > MOST_NODES {
            "1,000,000 values"
        } else if self.spent.bytes > MOST_BYTES {
            "64 MiB of text"
        } else {
            return Ok(());
        };
        let message = format!("the document has more than {what}, its aliases counted in full");
        self.stop(Diagnostic::error("document_too_large", message).at(span).label("passed here"))
    }

    // Anchors and aliases

    pub fn anchor(&mut self, id: usize, name: &str, span: Span) {
        let anchor = self.anchors.entry(id).or_insert_with(|| Anchor::at(span));
        anchor.name = shorten(name);
        anchor.span = span;
    }

    /// Keeps an anchored node. Its name comes in the next event if it is a scalar, and came before
    /// if it is a collection.
    fn keep(&mut self, id: usize, node: &Node, span: Span) {
        if id != 0 {
            let anchor = self.anchors.entry(id).or_insert_with(|| Anchor::at(span));
            anchor.node = Some(node.clone());
        }
    }

    pub fn alias(&mut self, id: usize, span: Span) -> Result<(), Stop> {
        let Some(anchor) = self.anchors.get(&id) else {
            return self.unknown_alias("", span);
        };
        let Some(node) = anchor.node.clone() else {
            let finding = Diagnostic::error(
                "alias_of_itself",
                format!("`*{}` stands within its own anchor", anchor.name),
            )
            .at(span)
            .label("would repeat without end")
            .related(anchor.span, "the anchor that it is in");
            self.report(finding);
            return self.place(Node::plain(span, ""));
        };
        self.charge(node.weight(), span)?;
        if offset(self.open.len()).saturating_add(node.weight().depth) > DEEPEST {
            let message = format!("nested more than {DEEPEST} levels deep through aliases");
            return self.stop(Diagnostic::error("too_deep", message).at(span));
        }
        self.place(node)
    }

    pub fn unknown_alias(&mut self, name: &str, span: Span) -> Result<(), Stop> {
        let name = shorten(name);
        let message = format!("no anchor `&{name}` stands before this alias");
        let mut finding = Diagnostic::error("unknown_alias", message).at(span);
        let known = self.anchors.values().map(|a| a.name.as_str());
        finding.help = Some(match suggest(&name, known) {
            Some(near) => format!("did you mean `*{near}`?"),
            None => {
                format!("define it first with `&{name}`, or quote it if text is meant: \"*{name}\"")
            }
        });
        self.report(finding);
        self.place(Node::plain(span, ""))
    }

    // Where a node goes

    fn place(&mut self, node: Node) -> Result<(), Stop> {
        match self.open.last_mut().map(|f| &mut f.content) {
            None => self.root = Some(node),
            Some(Content::Seq(items)) => items.push(node),
            Some(Content::Map(map)) => {
                let finding = match map.pending.take() {
                    None => map.key(&node).err(),
                    Some(pending) => map.value(pending, node).err(),
                };
                self.findings.extend(finding.map(|f| *f));
            }
        }
        Ok(())
    }

    /// A map's entries with those of `<<` among them: own keys win, then what is earlier in the
    /// list. What is copied has been charged where its alias stands.
    fn merged(&mut self, map: MapContent) -> Vec<Entry> {
        let MapContent { mut entries, mut seen, merge, .. } = map;
        let Some(Merge { at, value }) = merge else {
            return entries;
        };
        let mut added = Vec::new();
        for source in value.items().unwrap_or(std::slice::from_ref(&value)) {
            let Some(inherited) = source.entries() else {
                let message = format!("`<<` takes a map or a list of maps, not {}", source.shape());
                self.report(Diagnostic::error("merge_of_no_map", message).at(source.span));
                continue;
            };
            for entry in inherited {
                if !seen.contains_key(&entry.key.text) {
                    seen.insert(entry.key.text.clone(), entry.key.span);
                    added.push(entry.clone());
                }
            }
        }
        entries.splice(at..at, added);
        entries
    }

    /// What of a tag stays on the node: a custom one, which is reported.
    fn tag(&mut self, tag: Option<&Tag>, place: &granit_parser::Span, fitting: &[&str]) -> Option<Arc<str>> {
        let tag = tag?;
        let span = place.tag_span().unwrap_or(*place);
        let span = self.span(&span);
        let written = shorten(&tag.original());
        match core(tag) {
            Some(core) if fitting.contains(&core) => return None,
            Some(_) => {
                let message = format!("the tag `{written}` does not fit this value");
                self.report(Diagnostic::error("tag_mismatch", message).at(span));
                return None;
            }
            None if self.keeps_tags => {}
            None => self.report(unknown_tag(&written).at(span)),
        }
        Some(Arc::from(written))
    }

    pub fn finish(self) -> Option<Node> {
        let root = self.root;
        let nothing = root.as_ref().is_none_or(|n| {
            n.span.start == n.span.end && n.scalar().is_some_and(|s| s.plain && s.text.is_empty())
        });
        if nothing && !self.findings.has_errors() {
            self.findings.push(
                Diagnostic::error("empty_file", "the file is empty")
                    .at(Span::new(self.file, 0, 0))
                    .help("a stack begins with its name: `stack: my-stack`"),
            );
        }
        root.filter(|_| !nothing)
    }
}

impl Anchor {
    fn at(span: Span) -> Self {
        Anchor { name: String::new(), span, node: None }
    }
}

impl MapContent {
    fn key(&mut self, node: &Node) -> Result<(), Box<Diagnostic>> {
        self.pending = Some(Pending::Nothing);
        let Some(scalar) = node.scalar() else {
            let message = format!("a key must be text, not {}", node.shape());
            let finding = Diagnostic::error("key_not_text", message).at(node.span);
            let finding = finding.help("quote it if text with braces or brackets is meant");
            return Err(Box::new(finding));
        };
        let (text, span) = (&scalar.text, node.span);
        if text.len() > LONGEST_KEY {
            let message = format!(
                "the key `{}` has {} bytes; at most {LONGEST_KEY} are allowed",
                shorten(text),
                text.len()
            );
            return Err(Box::new(Diagnostic::error("key_too_long", message).at(span)));
        }
        if scalar.plain && text.is_empty() {
            let finding = Diagnostic::error("key_missing", "a key is missing before the `:`");
            return Err(Box::new(finding.at(span)));
        }
        if let Some(&first) = self.seen.get(text) {
            return Err(Box::new(duplicate(text, scalar.plain, span, first)));
        }
        self.seen.insert(text.clone(), span);
        self.pending = Some(match scalar.plain && &**text == "<<" {
            true => Pending::Merge,
            false => Pending::Key(Key { text: text.clone(), span }),
        });
        Ok(())
    }

    fn value(&mut self, pending: Pending, mut value: Node) -> Result<(), Box<Diagnostic>> {
        match pending {
            Pending::Nothing => {}
            Pending::Key(key) => {
                // A value left out has no text of its own: what is said of it is said at its key.
                if value.span.start == value.span.end {
                    value.span = key.span;
                }
                self.entries.push(Entry { key, value });
            }
            Pending::Merge => {
                self.merge = Some(Merge { at: self.entries.len(), value });
            }
        }
        Ok(())
    }
}

fn duplicate(text: &str, plain: bool, span: Span, first: Span) -> Diagnostic {
    let message = format!("the key `{}` stands twice in this map", shorten(text));
    let finding =
        Diagnostic::error("duplicate_key", message).at(span).label("the second").related(first, "the first");
    match plain && text == "<<" {
        true => finding.help("merge several maps with one key: `<<: [*a, *b]`"),
        false => finding,
    }
}

/// The core schema's name of a tag; `!` alone makes a scalar text.
fn core(tag: &Tag) -> Option<&str> {
    match tag.parts() {
        ("", "!") | ("!", "") => Some("str"),
        _ => tag.core_suffix(),
    }
}

/// CloudFormation's short forms and what stands for them here.
const CLOUDFORMATION: [&str; 18] = [
    "And",
    "Base64",
    "Cidr",
    "Condition",
    "Equals",
    "FindInMap",
    "GetAZs",
    "GetAtt",
    "If",
    "ImportValue",
    "Join",
    "Not",
    "Or",
    "Ref",
    "Select",
    "Split",
    "Sub",
    "Transform",
];

fn unknown_tag(written: &str) -> Diagnostic {
    let name = written.trim_start_matches('!');
    if CLOUDFORMATION.contains(&name) {
        let message = format!("CloudFormation's `{written}` is not part of this language");
        return Diagnostic::error("custom_tag", message)
            .help(
                "write ${...}, for example \"${tables.orders.arn}\" or \"orders-${parameters.stage}\"; a template \
                 of `cloudformation_stacks` that stands in a file of its own may have it",
            );
    }
    let message = format!("the tag `{written}` is not part of this language");
    Diagnostic::error("custom_tag", message)
        .help(format!("remove it, or quote the value if text is meant: \"{written}\""))
}
