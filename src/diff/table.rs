//! A kind's rows as a tree, so that a value and its rules are walked side by side.

use std::sync::LazyLock;

use indexmap::IndexMap;

use super::normalise::{Origin, prune};
use super::pattern::Level;
use super::policy;
use crate::engine::Value;
use crate::engine::field::{Absent, Compare, Document, Field, Type};

/// The field table of a kind as a tree. Built once per kind; paths of several members
/// (`RetryPolicy.MaximumRetryAttempts`, `Targets[].Input`) are split, and rows below a list apply to
/// each of its items, rows below a map to each of the user's keys.
#[derive(Debug)]
pub struct Table {
    pub(super) root: Node,
}

/// A place in AWS's document.
#[derive(Debug)]
pub(super) struct Node {
    /// The row that states its rules; none for members on the way to a row, items and user's keys.
    pub field: Option<&'static Field>,
    pub compare: Compare,
    pub shape: Shape,
    /// Values that mean the same as no value: the server's default, or the sentinel that clears.
    pub absent: Option<Value>,
}

#[derive(Debug)]
pub(super) enum Shape {
    /// A scalar, and what AWS's text for it is read as.
    Scalar(Scalar),
    Members(IndexMap<String, Node>),
    Items(Box<Node>),
    /// A map with the user's keys.
    Keys(Box<Node>),
    /// Whatever was written, as a whole.
    Document,
}

/// What AWS may echo as text (SQS does for all attributes).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Scalar {
    Text,
    Number,
    Truth,
}

/// Rules for a value: a row's, or those that hold inside a document.
#[derive(Clone, Copy)]
pub(super) enum View<'t> {
    Row(&'t Node),
    Json,
    Pattern(Level),
}

impl Table {
    /// The tree of a kind's rows. Rows without a path are sugar and take no part.
    pub fn new(fields: &'static [Field]) -> Table {
        Table { root: members(fields) }
    }

    /// The row that rules a concrete (`Targets[carrier].Input`, `Tags.team`) or general
    /// (`Targets[].Input`) path: its own, or that of the nearest place above it.
    pub fn lookup(&self, path: &str) -> Option<&'static Field> {
        let mut node = &self.root;
        let mut found = None;
        for step in steps(path) {
            node = match (&node.shape, step) {
                (Shape::Members(children), Step::Key(key)) => children.get(key)?,
                (Shape::Items(item), Step::Item) => item,
                (Shape::Keys(value), Step::Key(_)) => value,
                (Shape::Scalar(_) | Shape::Document, _) => return found,
                _ => return None,
            };
            found = node.field.or(found);
        }
        found
    }

    /// General paths of the rows that never come back.
    pub(super) fn write_only(&self) -> Vec<(String, &'static Field)> {
        let mut found = Vec::new();
        self.root.collect_write_only(String::new(), &mut found);
        found
    }
}

impl Node {
    pub(super) fn new(compare: Compare, shape: Shape) -> Node {
        Node { field: None, compare, shape, absent: None }
    }

    fn of_type(ty: &Type, compare: Compare) -> Node {
        use Compare::{EventPattern, Exact, Json, Keyed, Policy, Set};
        // What orders a list stays with the list; what compares text goes to its items.
        let inner = if matches!(compare, Set | Keyed(_)) { Exact } else { compare };
        let shape = match ty {
            Type::Text { .. } | Type::Enum(_) | Type::Ref(_) => Shape::Scalar(Scalar::Text),
            Type::Int { .. } | Type::Float { .. } | Type::Duration { .. } => Shape::Scalar(Scalar::Number),
            Type::Bool => Shape::Scalar(Scalar::Truth),
            Type::List(item) => Shape::Items(Box::new(Node::of_type(item, inner))),
            Type::Map(value) => Shape::Keys(Box::new(Node::of_type(value, inner))),
            Type::Object(fields) => return Node { compare, ..members(fields) },
            Type::Document(_) | Type::Node => Shape::Document,
        };
        let compare = match (ty, compare) {
            (Type::Document(Document::Json) | Type::Node, Exact) => Json,
            (Type::Document(Document::EventPattern), Exact) => EventPattern,
            (Type::Document(Document::Policy), Exact) => Policy,
            // The items are compared so, not the list.
            (Type::List(_) | Type::Map(_), compare) if inner == compare => Exact,
            (_, compare) => compare,
        };
        let shape = match compare {
            Json | EventPattern | Policy => Shape::Document,
            _ => shape,
        };
        Node::new(compare, shape)
    }

    fn of_row(field: &'static Field) -> Node {
        let mut node = Node { field: Some(field), ..Node::of_type(&field.ty, field.compare) };
        if let Absent::Default(value) | Absent::Clear(value) = field.absent {
            node.absent = prune(&value.value(), &node, Origin::Wish);
        }
        node
    }

    /// Puts a row's node below this one; members on the way are made.
    fn insert(&mut self, path: &str, node: Node) {
        let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
        let (key, list) = head.strip_suffix("[]").map_or((head, false), |key| (key, true));
        if !matches!(self.shape, Shape::Members(_)) {
            self.shape = Shape::Members(IndexMap::new());
        }
        let Shape::Members(children) = &mut self.shape else { return };
        let Some(rest) = rest else {
            match children.get_mut(key) {
                Some(there) => there.merge(node),
                None => {
                    children.insert(key.to_owned(), node);
                }
            }
            return;
        };
        let empty = || Node::new(Compare::Exact, Shape::Members(IndexMap::new()));
        let child = children.entry(key.to_owned()).or_insert_with(|| match list {
            true => Node::new(Compare::Exact, Shape::Items(Box::new(empty()))),
            false => empty(),
        });
        match &mut child.shape {
            Shape::Items(item) => item.insert(rest, node),
            Shape::Keys(value) => value.insert(rest, node),
            _ => child.insert(rest, node),
        }
    }

    /// A second row for the same place: the first one's rules hold, the second one's members are
    /// added to its own.
    fn merge(&mut self, other: Node) {
        if self.field.is_none() {
            (self.field, self.compare, self.absent) = (other.field, other.compare, other.absent);
        }
        match (&mut self.shape, other.shape) {
            (Shape::Members(mine), Shape::Members(theirs)) => {
                for (key, node) in theirs {
                    match mine.get_mut(&key) {
                        Some(there) => there.merge(node),
                        None => {
                            mine.insert(key, node);
                        }
                    }
                }
            }
            (Shape::Items(mine), Shape::Items(theirs)) | (Shape::Keys(mine), Shape::Keys(theirs)) => {
                mine.merge(*theirs);
            }
            _ => {}
        }
    }

    fn collect_write_only(&self, path: String, found: &mut Vec<(String, &'static Field)>) {
        if let Some(field) = self.field.filter(|field| field.write_only) {
            found.push((path, field));
            return;
        }
        match &self.shape {
            Shape::Members(children) => {
                for (key, child) in children {
                    child.collect_write_only(join(&path, key), found);
                }
            }
            Shape::Items(item) => item.collect_write_only(format!("{path}[]"), found),
            Shape::Keys(value) => value.collect_write_only(join(&path, "*"), found),
            Shape::Scalar(_) | Shape::Document => {}
        }
    }
}

fn members(fields: &'static [Field]) -> Node {
    let mut node = Node::new(Compare::Exact, Shape::Members(IndexMap::new()));
    for field in fields.iter().filter(|field| !field.path.is_empty()) {
        node.insert(field.path, Node::of_row(field));
    }
    node
}

impl<'t> View<'t> {
    /// The row that states the rules of this very place.
    pub fn field(self) -> Option<&'static Field> {
        match self {
            View::Row(node) => node.field,
            _ => None,
        }
    }

    pub fn compare(self) -> Compare {
        match self {
            View::Row(node) => node.compare,
            View::Json => Compare::Exact,
            View::Pattern(level) => level.order(),
        }
    }

    /// The rules of a member. A member without a row is compared as it is.
    pub fn member(self, key: &str) -> View<'t> {
        match self {
            View::Row(Node { shape: Shape::Members(children), .. }) => {
                children.get(key).map_or(View::Json, View::Row)
            }
            View::Row(Node { shape: Shape::Keys(value), .. }) => View::Row(value),
            View::Row(_) | View::Json => View::Json,
            View::Pattern(level) => View::Pattern(level.member(key)),
        }
    }

    pub fn item(self) -> View<'t> {
        match self {
            View::Row(Node { shape: Shape::Items(item), .. }) => View::Row(item),
            View::Row(_) | View::Json => View::Json,
            View::Pattern(level) => View::Pattern(level.item()),
        }
    }

    /// Whether its keys are the user's.
    pub fn has_users_keys(self) -> bool {
        matches!(self, View::Row(Node { shape: Shape::Keys(_), .. }))
    }

    /// The rules inside, if this is a document.
    pub fn inside(self) -> Option<View<'t>> {
        static POLICY: LazyLock<Node> = LazyLock::new(policy::table);
        match self {
            View::Row(Node { shape: Shape::Document, compare, .. }) => Some(match compare {
                Compare::EventPattern => View::Pattern(Level::Fields),
                Compare::Policy => View::Row(&POLICY),
                _ => View::Json,
            }),
            _ => None,
        }
    }

    /// Whether numbers are compared by their spelling: AWS's guide tells 300 from 300.0 in patterns, so another spelling
    /// is sent.
    pub fn spells_numbers(self) -> bool {
        matches!(self, View::Pattern(_))
    }
}

/// A path and a key below it.
pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

enum Step<'p> {
    Key(&'p str),
    Item,
}

/// Splits a path at dots and brackets; what stands in brackets may hold dots.
fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            steps.push(Step::Item);
            rest = inside.split_once(']').map_or("", |(_, rest)| rest);
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            steps.push(Step::Key(&rest[..end]));
            rest = &rest[end..];
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::field::{TAGS, TEXT};

    static TARGET: &[Field] = &[
        Field::new("id", "Id", TEXT, ""),
        Field::new("retries", "RetryPolicy.MaximumRetryAttempts", Type::Int { min: 0, max: 185 }, ""),
    ];
    static RULE: &[Field] = &[
        Field::sugar("to", ""),
        Field::new("targets", "Targets", Type::List(&Type::Object(TARGET)), "").compare(Compare::Keyed("Id")),
        Field::lowered("Targets[].RoleArn", TEXT, ""),
        Field::new("pattern", "EventPattern", Type::Document(Document::EventPattern), ""),
        TAGS,
    ];

    #[test]
    fn a_row_is_found_by_concrete_and_general_paths() {
        let table = Table::new(RULE);
        let path = |path| table.lookup(path).map(|field| field.path);
        assert_eq!(
            path("Targets[a.b].RetryPolicy.MaximumRetryAttempts"),
            Some("RetryPolicy.MaximumRetryAttempts")
        );
        assert_eq!(path("Targets[].RoleArn"), Some("Targets[].RoleArn"));
        assert_eq!(path("Tags.a.b"), Some("Tags"));
        assert_eq!(path("EventPattern.detail.type"), Some("EventPattern"));
        assert_eq!(path("Targets[x].Nothing"), None);
        assert_eq!(path("Nothing"), None);
    }
}
