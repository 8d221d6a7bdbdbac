//! A change as text: what differs, each with the place in the file that asks for it.

use similar::{ChangeTag, TextDiff};

use super::facts::Facts;
use super::fit::{inline, template};
use super::page::{Page, Piece, piece, plain, width_of};
use super::shown::Shown;
use super::style::Label;
use crate::diff::{Change, DocumentChange, Leaf, Side, Why};
use crate::engine::Value;
use crate::engine::field::Compare;
use crate::plan::Action;
use crate::source::Sources;

/// Writes the change of one resource.
pub(super) struct ChangeText<'a, 'p> {
    page: &'p mut Page,
    reader: Reader<'a>,
    /// Where places are told; nothing if they are not to be.
    sources: Option<&'a Sources>,
}

/// What there is to say of the leaves of one resource's change.
struct Reader<'a> {
    facts: &'a Facts<'a>,
    hidden: Hidden,
}

/// How many values AWS never shows may differ: one of several is not told from the others.
#[derive(Clone, Copy)]
enum Hidden {
    One,
    /// Several, which are secrets all of them.
    Secrets,
    Several,
}

/// What is shown of a leaf's two sides.
enum Values {
    /// Neither of them, but this.
    Masked(&'static str),
    /// What is added or removed.
    One(Shown, Label),
    /// What becomes something else.
    Both(Shown, Shown),
    Nothing,
}

/// A place that differs, on one line.
pub(super) struct Place {
    pub path: String,
    /// How it differs, without values: the same sign, path and remarks.
    pub shape: String,
    /// Its values, if it has any to show: `3 → 5`.
    pub values: Option<Piece>,
}

/// Every place that differs, in the order in which [`ChangeText`] writes them.
pub(super) fn places(facts: &Facts<'_>) -> Vec<Place> {
    let mut found = Vec::new();
    Reader::new(facts).places(&facts.planned.change, &mut found);
    found
}

/// Texts longer than this are compared inside.
const LONG: usize = 60;

impl<'a> Reader<'a> {
    fn new(facts: &'a Facts<'a>) -> Reader<'a> {
        let hidden: Vec<_> = facts.planned.change.leaves().filter(|leaf| leaf.why == Why::Hidden).collect();
        let hidden = match hidden.as_slice() {
            [] => Hidden::One,
            [one] if !one.may_be_another => Hidden::One,
            all if all.iter().all(|leaf| leaf.is_secret && !leaf.may_be_another) => Hidden::Secrets,
            _ => Hidden::Several,
        };
        Reader { facts, hidden }
    }

    fn places(&self, change: &Change, found: &mut Vec<Place>) {
        match change {
            Change::Same => {}
            Change::Members(changes) | Change::Items(changes) => {
                changes.iter().for_each(|(_, change)| self.places(change, found));
            }
            Change::Document(document) if !document.inside.is_same() => {
                let (path, shape) = (document.whole.path.clone(), self.shape(&document.whole));
                found.push(Place { path, shape, values: None });
                self.places(&document.inside, found);
            }
            Change::Leaf(leaf) => found.push(self.place(leaf)),
            Change::Document(document) => found.push(self.place(&document.whole)),
        }
    }

    fn place(&self, leaf: &Leaf) -> Place {
        let (told, values) = match self.values(leaf) {
            Values::Masked(text) => (text, None),
            Values::One(value, label) => {
                let sign = if label == Label::Before { "-" } else { "+" };
                ("", Some((label, format!("{sign} {}", plain(&inline(&value, label))))))
            }
            Values::Both(live, desired) => {
                let [live, desired] = [live, desired].map(|value| plain(&inline(&value, Label::After)));
                ("", Some((Label::After, format!("{live} → {desired}"))))
            }
            Values::Nothing => ("", None),
        };
        let path = without_value(leaf).to_owned();
        Place { path, shape: format!("{} {told}", self.shape(leaf)), values }
    }

    /// How a leaf differs, without its values.
    fn shape(&self, leaf: &Leaf) -> String {
        let (head, tail) = (plain(&head(leaf, "")), self.remark(leaf).unwrap_or_default());
        format!("{head} {:?} {tail}", leaf.why)
    }

    fn values(&self, leaf: &Leaf) -> Values {
        if leaf.why == Why::Hidden {
            return Values::Masked(self.hidden(leaf));
        }
        let is_template = leaf.row.is_some_and(|row| row.compare == Compare::Template);
        let laid_out = |side: Option<Shown>| match side {
            Some(Shown::Text(text)) if is_template => Some(Shown::Text(template(&text))),
            side => side,
        };
        match (laid_out(self.facts.live_side(leaf)), laid_out(self.facts.desired_side(leaf))) {
            (Some(live), Some(desired)) if live.is_masked() && desired.is_masked() => {
                Values::Masked("(sensitive value changed)")
            }
            (Some(live), Some(desired)) => Values::Both(live, desired),
            (Some(live), None) => Values::One(live, Label::Before),
            (None, Some(desired)) => Values::One(desired, Label::After),
            (None, None) => Values::Nothing,
        }
    }

    /// What there is to say of what AWS never shows.
    fn hidden(&self, leaf: &Leaf) -> &'static str {
        if self.facts.planned.rotates {
            return if leaf.is_secret { "(secret written again)" } else { "(written again)" };
        }
        if leaf.desired == Side::Absent {
            return match (leaf.is_secret, leaf.may_be_another) {
                (true, false) => "(secret taken away)",
                (true, true) => "(secret taken away, if there was one)",
                (false, false) => "(taken away: AWS never shows it)",
                (false, true) => "(taken away, if it was set: AWS never shows it)",
            };
        }
        match (leaf.is_secret, self.hidden) {
            (true, Hidden::One) => "(secret changed)",
            (true, Hidden::Secrets) => "(secret changed, or another of this resource's)",
            (true, Hidden::Several) => "(secret changed, or another value that AWS never shows)",
            (false, Hidden::One) => "(changed: AWS never shows it)",
            (false, _) => "(changed, or another value that AWS never shows)",
        }
    }

    /// Whether a leaf forces more than its own change.
    fn remark(&self, leaf: &Leaf) -> Option<&'static str> {
        let action = self.facts.planned.action;
        let replaces = leaf.create_only && action == Action::Replace;
        let remakes = leaf.remakes.is_some() && action == Action::Update;
        replaces.then_some("(replaces)").or(remakes.then_some("(makes a part anew)"))
    }
}

/// A sign and the path, inside a document without the document's own.
fn head(leaf: &Leaf, above: &str) -> Vec<Piece> {
    let (sign, label) = match leaf.why {
        Why::Added => ("+ ", Label::Create),
        Why::Removed => ("- ", Label::Delete),
        Why::Unknown if leaf.live.value().is_none() && !leaf.is_sensitive() => ("+ ", Label::Create),
        Why::Changed | Why::Unknown | Why::Hidden => ("~ ", Label::Update),
    };
    let path = without_value(leaf);
    let path = path.strip_prefix(above).unwrap_or(path).trim_start_matches('.');
    let path = match (path, above) {
        ("", "") => "its secrets",
        ("", _) => "(whole)",
        (path, _) => path,
    };
    vec![piece(label, sign), piece(Label::Plain, format!("{path}:"))]
}

impl<'a, 'p> ChangeText<'a, 'p> {
    pub fn new(page: &'p mut Page, facts: &'a Facts<'a>, sources: Option<&'a Sources>) -> ChangeText<'a, 'p> {
        ChangeText { page, reader: Reader::new(facts), sources }
    }

    /// Everything that differs, with full paths.
    pub fn write(&mut self, indent: usize) {
        let change = &self.reader.facts.planned.change;
        self.node(change, indent, "");
    }

    /// `above` is the path of the document that is being shown inside.
    fn node(&mut self, change: &Change, indent: usize, above: &str) {
        match change {
            Change::Same => {}
            Change::Members(changes) | Change::Items(changes) => {
                for (_, change) in changes {
                    self.node(change, indent, above);
                }
            }
            Change::Leaf(leaf) => self.leaf(leaf, indent, above),
            Change::Document(document) => self.document(document, indent, above),
        }
    }

    fn leaf(&mut self, leaf: &Leaf, indent: usize, above: &str) {
        let (head, tail) = (head(leaf, above), self.tail(leaf));
        match self.reader.values(leaf) {
            Values::Masked(text) => {
                let line = [head, space(), vec![piece(Label::Hidden, text)]].concat();
                self.page.spread(indent, &[vec![line], tail].concat());
            }
            Values::One(value, label) => self.one(head, &value, label, tail, indent),
            Values::Both(live, desired) => self.both(head, &live, &desired, tail, indent),
            Values::Nothing => {}
        }
    }

    /// What follows the values: whether it forces the replacement, and the place.
    fn tail(&self, leaf: &Leaf) -> Vec<Vec<Piece>> {
        let remark = self.reader.remark(leaf).map(|text| vec![piece(Label::Danger, text)]);
        let place = self
            .reader
            .facts
            .place_of(&leaf.path)
            .filter(|_| leaf.why != Why::Removed || leaf.desired.value().is_some());
        let place = place.and_then(|span| Some(vec![place_piece(self.sources?, span)]));
        remark.into_iter().chain(place).collect()
    }

    /// A value that is added or removed.
    fn one(&mut self, head: Vec<Piece>, value: &Shown, label: Label, tail: Vec<Vec<Piece>>, indent: usize) {
        let line = [head.clone(), space(), inline(value, label)].concat();
        if is_short(value) && self.fits(indent, &line) {
            return self.page.spread(indent, &[vec![line], tail].concat());
        }
        self.page.spread(indent, &[vec![head], tail].concat());
        self.page.block(Vec::new(), value, label, indent + 4);
    }

    /// A value that becomes another one.
    fn both(
        &mut self,
        head: Vec<Piece>,
        live: &Shown,
        desired: &Shown,
        tail: Vec<Vec<Piece>>,
        indent: usize,
    ) {
        if let (Shown::Text(old), Shown::Text(new)) = (live, desired)
            && (old.contains('\n') || new.contains('\n') || old.len().min(new.len()) > LONG)
        {
            self.page.spread(indent, &[vec![head], tail].concat());
            return self.text(old, new, indent + 4);
        }
        let arrow = vec![piece(Label::Plain, " → ")];
        let values = [inline(live, Label::Before), arrow, inline(desired, Label::After)].concat();
        let line = [head.clone(), space(), values].concat();
        if is_short(live) && is_short(desired) && self.fits(indent, &line) {
            return self.page.spread(indent, &[vec![line], tail].concat());
        }
        self.page.spread(indent, &[vec![head], tail].concat());
        self.page.block(vec![piece(Label::Before, "- ")], live, Label::Before, indent + 4);
        self.page.block(vec![piece(Label::After, "+ ")], desired, Label::After, indent + 4);
    }

    /// A document: what differs in its structure, or in its text where it has none.
    fn document(&mut self, document: &DocumentChange, indent: usize, above: &str) {
        let leaf = &document.whole;
        if document.inside.is_same() {
            return self.leaf(leaf, indent, above);
        }
        self.page.spread(indent, &[vec![head(leaf, above)], self.tail(leaf)].concat());
        self.node(&document.inside, indent + 4, &leaf.path);
    }

    /// Two texts, line by line, with what differs inside the lines.
    fn text(&mut self, old: &str, new: &str, indent: usize) {
        const CONTEXT: usize = 1;
        let diff = TextDiff::from_lines(old, new);
        for (index, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
            if index > 0 {
                self.page.line(indent, &[piece(Label::Dim, "…")]);
            }
            for change in group.iter().flat_map(|op| diff.iter_inline_changes(op)) {
                let (sign, label, part) = match change.tag() {
                    ChangeTag::Delete => ("- ", Label::Before, Label::BeforePart),
                    ChangeTag::Insert => ("+ ", Label::After, Label::AfterPart),
                    ChangeTag::Equal => ("  ", Label::Dim, Label::Dim),
                };
                let mut line = vec![piece(label, sign)];
                line.extend(change.iter_strings_lossy().map(|(differs, text)| {
                    piece(if differs { part } else { label }, text.trim_end_matches('\n'))
                }));
                self.page.line(indent, &line);
            }
        }
    }

    fn fits(&self, indent: usize, line: &[Piece]) -> bool {
        indent + width_of(line) <= self.page.width()
    }
}

fn space() -> Vec<Piece> {
    vec![piece(Label::Plain, " ")]
}

/// The path of a leaf; an item of a set of texts is labelled by its text, which follows anyway.
fn without_value(leaf: &Leaf) -> &str {
    let value = leaf.desired.value().or(leaf.live.value()).and_then(Value::as_str);
    let label = value.map(|text| format!("[{text}]"));
    label.and_then(|label| leaf.path.strip_suffix(label.as_str())).unwrap_or(&leaf.path)
}

/// Whether a value has no line breaks of its own.
fn is_short(value: &Shown) -> bool {
    !matches!(value, Shown::Text(text) if text.contains('\n'))
}

/// `stack.yaml:61`.
pub(super) fn place_piece(sources: &Sources, span: crate::source::Span) -> Piece {
    piece(Label::Dim, place_text(sources, span))
}

/// Where something stands: `stack.yaml:12`.
pub fn place_text(sources: &Sources, span: crate::source::Span) -> String {
    let place = sources.place(span);
    format!("{}:{}", place.file, place.line)
}

/// The fields of a resource that comes or goes: the top members, as compact as the width allows.
pub(super) fn write_fields(
    page: &mut Page,
    facts: &Facts<'_>,
    shown: Option<Shown>,
    label: Label,
    indent: usize,
) {
    let Some(Shown::Map(members)) = shown else { return };
    let name = &facts.planned.name;
    for (key, value) in members {
        if matches!(&value, Shown::Text(text) if text == name) && facts.identifying().any(|path| path == key)
        {
            continue;
        }
        page.block(vec![piece(Label::Plain, format!("{key}: "))], &value, label, indent);
    }
}
