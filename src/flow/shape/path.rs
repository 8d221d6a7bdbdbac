//! What is known of a part of a document.

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
            (Shape::List(item), Segment::Index(_)) => item.get(rest).perhaps(),
            (Shape::List(item), Segment::Every) => {
                let item = item.get(rest).shape.unwrap_or(Shape::Anything);
                Found { shape: Some(Shape::list(item)), may_lack: false }
            }
            _ => Found::NEVER,
        }
    }

    /// The values that a pattern sees in a field: no objects, and the items of lists one by one.
    pub(super) fn leaves(&self, field: &[&str]) -> Leaves {
        let mut leaves = Leaves::default();
        leaves.may_lack = self.collect(field, &mut leaves.values);
        leaves
    }

    /// Adds the values of a field; whether it may have none.
    fn collect(&self, field: &[&str], found: &mut Vec<Shape>) -> bool {
        match self {
            Shape::Anything => {
                found.push(Shape::Anything);
                true
            }
            Shape::OneOf(choices) => {
                choices.iter().map(|choice| choice.collect(field, found)).fold(false, |all, one| all | one)
            }
            Shape::List(item) => {
                item.collect(field, found);
                true
            }
            Shape::Object(object) => match field.split_first() {
                None => true,
                Some((name, rest)) => object.collect(name, rest, found),
            },
            scalar => {
                if field.is_empty() {
                    found.push(scalar.clone());
                }
                !field.is_empty()
            }
        }
    }

    /// The same with what stands under a field changed, where only objects stand above it. Without them it stays.
    pub(super) fn with(&self, field: &[&str], change: &dyn Fn(&Shape) -> Shape) -> Shape {
        match (self, field.split_first()) {
            (_, None) => change(self),
            // A name with a dot in it is several to a pattern.
            (Shape::Object(object), Some((name, rest))) if !object.names().any(|name| name.contains('.')) => {
                let is_it = |known: &str| known == *name;
                let members = object.members.iter().map(|(known, member)| match is_it(known) {
                    true => (known.clone(), member.shape.with(rest, change), member.is_certain),
                    false => (known.clone(), member.shape.clone(), member.is_certain),
                });
                Shape::made(members, object.rest.clone())
            }
            _ => self.clone(),
        }
    }
}

/// The values of a field.
#[derive(Default, Debug)]
pub(super) struct Leaves {
    pub values: Vec<Shape>,
    pub may_lack: bool,
}

impl Object {
    fn collect(&self, name: &str, rest: &[&str], found: &mut Vec<Shape>) -> bool {
        // A dot in a name is one between names to a pattern, so any field may be there.
        if self.members.keys().any(|name| name.contains('.')) {
            found.push(Shape::Anything);
            return true;
        }
        // Names that are not declared are taken to have no dots: nobody writes `price.amount` beside `price`.
        match (self.members.get(name), &self.rest) {
            (Some(member), _) => member.shape.collect(rest, found) || !member.is_certain,
            (None, None) => true,
            (None, Some(other)) => {
                other.collect(rest, found);
                true
            }
        }
    }

    /// The names of members that are known.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }
}

impl Shape {
    /// The names that stand beside a member in the objects that a path leads to: what was meant, perhaps.
    pub fn names_beside(&self, path: &[Segment]) -> Vec<String> {
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
            Shape::Is(value) => found.push((at.to_owned(), Some(value.clone()))),
            _ => found.push((at.to_owned(), None)),
        }
    }
}
