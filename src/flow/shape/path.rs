//! What is known of a part of a document.

use std::collections::BTreeMap;

use crate::flow::reference::Segment;

use super::{Object, Shape};

/// What is known of what a path leads to.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// What may be there; nothing if there never is anything.
    pub shape: Option<Shape>,
    /// Whether it may be missing.
    pub may_lack: bool,
}

impl Found {
    const NEVER: Found = Found { shape: None, may_lack: true };

    fn perhaps(self) -> Found {
        Found { may_lack: true, ..self }
    }

    /// What one of several finds.
    fn joined(all: impl IntoIterator<Item = Found>) -> Found {
        let (mut shapes, mut may_lack) = (Vec::new(), false);
        for one in all {
            may_lack |= one.may_lack;
            shapes.extend(one.shape);
        }
        Found { shape: (!shapes.is_empty()).then(|| Shape::one_of(shapes)), may_lack }
    }

    /// What a service puts where a path leads that it does not find: an empty text.
    pub fn or_empty(self) -> Shape {
        match (self.shape, self.may_lack) {
            (None, _) => Shape::text(""),
            (Some(shape), false) => shape,
            (Some(shape), true) => Shape::one_of([shape, Shape::text("")]),
        }
    }
}

impl Shape {
    /// What a path leads to, as [`JsonPath::find`](crate::flow::reference::JsonPath::find) finds it.
    pub fn get(&self, path: &[Segment]) -> Found {
        let Some((segment, rest)) = path.split_first() else {
            return Found { shape: Some(self.clone()), may_lack: false };
        };
        match (self, segment) {
            (Shape::Anything, _) => Found { shape: Some(Shape::Anything), may_lack: true },
            (Shape::OneOf(choices), _) => Found::joined(choices.iter().map(|choice| choice.get(path))),
            (Shape::Object(object), Segment::Name(name)) => match object.members.get(name) {
                Some(member) if member.is_certain => member.shape.get(rest),
                Some(member) => member.shape.get(rest).perhaps(),
                None => object.rest.as_ref().map_or(Found::NEVER, |shape| shape.get(rest).perhaps()),
            },
            (Shape::Is(serde_json::Value::Array(_)), Segment::Every) => {
                Found { shape: Some(self.clone()), may_lack: false }
            }
            (Shape::List(item), Segment::Index(_)) => item.get(rest).perhaps(),
            (Shape::List(item), Segment::Every) => {
                let item = item.get(rest).shape.unwrap_or(Shape::Anything);
                Found { shape: Some(Shape::list(item)), may_lack: false }
            }
            _ => Found::NEVER,
        }
    }

    /// The values that a pattern sees in a field: no objects, and the items of lists one by one.
    pub(super) fn leaves(&self, field: &[String]) -> Leaves<'_> {
        let mut leaves = Leaves::default();
        leaves.may_lack = self.collect(field, &mut leaves.values);
        leaves
    }

    /// Adds the values of a field; whether it may have none.
    fn collect<'s>(&'s self, field: &[String], found: &mut Vec<&'s Shape>) -> bool {
        match self {
            Shape::Anything => {
                found.push(self);
                true
            }
            Shape::OneOf(choices) => {
                choices.iter().map(|choice| choice.collect(field, found)).fold(false, |all, one| all | one)
            }
            Shape::List(item) => {
                item.collect(field, found);
                true
            }
            Shape::Object(object) => object.collect(field, found),
            // Without items there is no value.
            Shape::Is(serde_json::Value::Array(_)) => true,
            scalar => {
                if field.is_empty() {
                    found.push(scalar);
                }
                !field.is_empty()
            }
        }
    }

    /// The same with what stands under fields changed, where only objects stand above it. Without them it stays.
    pub(super) fn with(&self, changes: &[Change<'_>]) -> Shape {
        if changes.is_empty() {
            return self.clone();
        }
        if changes.iter().any(|(field, _)| field.is_empty()) {
            let here = changes.iter().filter(|(field, _)| field.is_empty());
            return here.fold(self.clone(), |shape, (_, change)| change(&shape));
        }
        // A name with a dot in it is several to a pattern.
        let Shape::Object(object) = self else { return self.clone() };
        if object.is_dotted {
            return self.clone();
        }
        let mut changed: BTreeMap<&String, Shape> = BTreeMap::new();
        for (field, _) in changes {
            let name = &field[0];
            let Some(member) = object.members.get(name).filter(|_| !changed.contains_key(name)) else {
                continue;
            };
            let below: Vec<Change<'_>> = changes
                .iter()
                .filter(|(field, _)| field[0] == *name)
                .map(|(field, change)| (&field[1..], *change))
                .collect();
            let after = member.shape.with(&below);
            if after != member.shape {
                changed.insert(name, after);
            }
        }
        if changed.is_empty() {
            return self.clone();
        }
        let mut members = object.members.clone();
        for (name, shape) in changed {
            members.entry(name.clone()).and_modify(|member| member.shape = shape);
        }
        Shape::made(members, object.rest.clone())
    }
}

/// The names down to a field, and what becomes of what stands there.
pub(super) type Change<'c> = (&'c [String], &'c dyn Fn(&Shape) -> Shape);

/// The values of a field.
#[derive(Default, Debug)]
pub(super) struct Leaves<'s> {
    pub values: Vec<&'s Shape>,
    pub may_lack: bool,
}

impl Object {
    /// Adds the values of a field below; whether it may have none. To a pattern a dot in a name is one between names, so
    /// `a.b.c` is `c` in `a.b` and `b.c` in `a`, too. A name beside declared ones begins with none of them and a dot:
    /// nobody writes `price.amount` beside `price`.
    fn collect<'s>(&'s self, field: &[String], found: &mut Vec<&'s Shape>) -> bool {
        let is_beside = field.first().is_some_and(|first| !self.members.contains_key(first));
        let mut may_lack = true;
        for end in 1..=field.len() {
            let (name, rest) = field.split_at(end);
            let known = match name {
                [name] => self.members.get(name),
                _ if !self.is_dotted => None,
                names => self.members.get(&names.join(".")),
            };
            match (known, &self.rest) {
                (Some(member), _) => {
                    may_lack &= member.shape.collect(rest, found) || !member.is_certain;
                }
                (None, Some(other)) if is_beside => drop(other.collect(rest, found)),
                _ => {}
            }
        }
        may_lack
    }

    /// The names of members that are known.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }
}

impl Shape {
    /// The names that stand beside a member in the objects that a path leads to: what was meant, perhaps.
    fn names_beside(&self, path: &[Segment]) -> Vec<String> {
        let Some((_, above)) = path.split_last() else { return Vec::new() };
        let found = self.get(above).shape.unwrap_or(Shape::Anything);
        let objects = found.choices().iter().filter_map(|choice| match choice {
            Shape::Object(object) => Some(object.clone()),
            _ => None,
        });
        let mut names: Vec<String> =
            objects.flat_map(|object| object.names().map(str::to_owned).collect::<Vec<_>>()).collect();
        names.sort();
        names.dedup();
        names
    }
}

impl Shape {
    /// Every field below that has a value which is no object, with the value where it is known.
    pub fn constants(&self, at: &str, found: &mut Vec<(String, Option<serde_json::Value>)>) {
        match self {
            Shape::Object(object) => {
                for (name, member) in &object.members {
                    let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                    member.shape.constants(&at, found);
                }
            }
            Shape::OneOf(choices) => choices.iter().for_each(|choice| choice.constants(at, found)),
            Shape::Is(value) if !value.is_array() => found.push((at.to_owned(), Some(value.clone()))),
            _ => found.push((at.to_owned(), None)),
        }
    }
}

/// How many segments of a path that leads nowhere in these shapes it takes to get lost, and the names that stand there
/// instead, each once.
pub fn beside(shapes: &[Shape], path: &[Segment]) -> (usize, Vec<String>) {
    let is_there = |end: &usize| shapes.iter().any(|shape| shape.get(&path[..*end]).shape.is_some());
    let end = (1..=path.len()).find(|end| !is_there(end)).unwrap_or(path.len());
    let mut names: Vec<String> = shapes.iter().flat_map(|shape| shape.names_beside(&path[..end])).collect();
    names.sort();
    names.dedup();
    (end, names)
}
