//! What is known of a JSON document before there is one: its shape.
//!
//! A shape stands for every document that it allows. What is said of it holds of all of them: a path that is never
//! there is in none, a pattern that never fits matches none. Where a shape would become too large it is
//! [`Shape::Anything`], which allows more, so that nothing false is said.

mod event;
mod fit;
mod path;
mod schema;
mod template;
#[cfg(test)]
mod tests;
mod why;

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use serde_json::Value as Json;

use crate::engine::Value;

pub use event::{entry, entry_of, event, is_refused};
pub use fit::{Fit, Screen};
pub use path::{Found, beside};
pub use schema::of_schema;
pub use template::{Filling, Placeholder, Written};
pub use why::{Distance, Misspelt, There, Why};

/// More alternatives than these are not told apart.
const MOST_ALTERNATIVES: usize = 32;
/// A shape of more parts than these is not kept.
const MOST_PARTS: usize = 2048;

/// What is known of a value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Shape {
    /// Nothing is known.
    Anything,
    /// This text, number, truth value or null, or the list without items.
    Is(Json),
    /// A text.
    Text,
    /// A text that begins with this one.
    Begins(Arc<str>),
    Number,
    Bool,
    Object(Arc<Object>),
    /// A list, perhaps an empty one, of items of this shape.
    List(Arc<Shape>),
    /// One of these, none of which is itself a choice.
    OneOf(Arc<[Shape]>),
}

/// The members of an object.
#[derive(Clone, Debug)]
pub struct Object {
    members: BTreeMap<String, Member>,
    /// What others there may be are; nothing if there are none.
    rest: Option<Shape>,
    parts: usize,
    /// Whether a member's name has a dot in it, which to a pattern is one between names.
    is_dotted: bool,
    /// Of members and rest: objects are compared and looked up often, and most of them differ.
    digest: u64,
}

impl PartialEq for Object {
    fn eq(&self, other: &Object) -> bool {
        self.digest == other.digest && self.rest == other.rest && self.members == other.members
    }
}

impl Eq for Object {}

impl Hash for Object {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.digest);
    }
}

/// A member of an object.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Member {
    pub shape: Shape,
    /// Whether it is always there.
    pub is_certain: bool,
}

impl Shape {
    /// A document as it stands.
    pub fn of(document: &Json) -> Shape {
        match document {
            Json::Object(map) => {
                Shape::object(map.iter().map(|(name, value)| (name.clone(), Shape::of(value), true)), false)
            }
            Json::Array(items) => Shape::items(items.iter().map(Shape::of)),
            scalar => Shape::Is(scalar.clone()),
        }
    }

    /// This text.
    pub fn text(text: impl Into<String>) -> Shape {
        Shape::Is(Json::String(text.into()))
    }

    /// A text that begins with another one.
    pub fn begins(text: &str) -> Shape {
        if text.is_empty() { Shape::Text } else { Shape::Begins(text.into()) }
    }

    /// A text, and which one where it is known.
    pub fn text_of(value: Option<&Value>) -> Shape {
        value.and_then(Value::as_str).map_or(Shape::Text, Shape::text)
    }

    /// An object with these members and nothing else.
    pub fn closed<const N: usize>(members: [(&str, Shape); N]) -> Shape {
        Shape::object(members.into_iter().map(|(name, shape)| (name.to_owned(), shape, true)), false)
    }

    /// An object of which nothing is known.
    pub fn any_object() -> Shape {
        Shape::object([], true)
    }

    /// An object: members, each with whether it is always there, and whether there may be others.
    pub fn object(members: impl IntoIterator<Item = (String, Shape, bool)>, is_open: bool) -> Shape {
        Shape::made(named(members), is_open.then_some(Shape::Anything))
    }

    /// An object: members, each with whether it is always there, and what every other member is.
    pub fn with_rest(members: impl IntoIterator<Item = (String, Shape, bool)>, rest: Shape) -> Shape {
        Shape::made(named(members), Some(rest))
    }

    fn made(members: BTreeMap<String, Member>, rest: Option<Shape>) -> Shape {
        let inside = members.values().map(|member| &member.shape).chain(&rest);
        let parts = 1 + inside.map(Shape::parts).sum::<usize>();
        if parts > MOST_PARTS {
            return Shape::Anything;
        }
        let mut hasher = DefaultHasher::new();
        (&members, &rest).hash(&mut hasher);
        let is_dotted = members.keys().any(|name| name.contains('.'));
        Shape::Object(Arc::new(Object { members, rest, parts, is_dotted, digest: hasher.finish() }))
    }

    /// A list of items of a shape.
    pub fn list(item: Shape) -> Shape {
        Shape::List(Arc::new(item))
    }

    /// A list of some of these items; the one without any where there are none.
    pub fn items(items: impl IntoIterator<Item = Shape>) -> Shape {
        let mut items = items.into_iter().peekable();
        match items.peek() {
            Some(_) => Shape::list(Shape::one_of(items)),
            None => Shape::Is(Json::Array(Vec::new())),
        }
    }

    /// Whether an object may be among what it is.
    pub fn may_be_object(&self) -> bool {
        match self {
            Shape::Anything | Shape::Object(_) => true,
            Shape::Is(constant) => constant.is_object(),
            Shape::OneOf(choices) => choices.iter().any(Shape::may_be_object),
            Shape::Text | Shape::Begins(_) | Shape::Number | Shape::Bool | Shape::List(_) => false,
        }
    }

    /// One of some shapes. One of none is [`Shape::Anything`].
    pub fn one_of(shapes: impl IntoIterator<Item = Shape>) -> Shape {
        let mut all: Vec<Shape> = Vec::new();
        for shape in shapes {
            let choices = match &shape {
                Shape::OneOf(choices) => choices.to_vec(),
                _ => vec![shape],
            };
            for choice in choices {
                if choice == Shape::Anything {
                    return Shape::Anything;
                }
                if choice == Shape::Text {
                    all.retain(|known| !known.is_text());
                }
                let is_known = choice.is_text() && all.contains(&Shape::Text);
                if !is_known && !all.contains(&choice) {
                    all.push(choice);
                }
            }
            if all.len() > MOST_ALTERNATIVES {
                match widened(&all) {
                    Shape::Anything => return Shape::Anything,
                    one => all = vec![one],
                }
            }
        }
        let parts: usize = all.iter().map(Shape::parts).sum();
        match all.len() {
            0 => Shape::Anything,
            1 => all.remove(0),
            _ if parts > MOST_PARTS => Shape::Anything,
            _ => Shape::OneOf(all.into()),
        }
    }

    fn is_text(&self) -> bool {
        matches!(self, Shape::Text | Shape::Begins(_) | Shape::Is(Json::String(_)))
    }

    /// The choices that it is one of; itself if it is none.
    pub fn choices(&self) -> &[Shape] {
        match self {
            Shape::OneOf(choices) => choices,
            one => std::slice::from_ref(one),
        }
    }

    fn parts(&self) -> usize {
        match self {
            Shape::Object(object) => object.parts,
            Shape::List(item) => 1 + item.parts(),
            Shape::OneOf(choices) => choices.iter().map(Shape::parts).sum(),
            _ => 1,
        }
    }

    /// Whether a document is one that the shape allows. Tests hold everything else against it.
    #[cfg(test)]
    pub fn allows(&self, document: &Json) -> bool {
        match (self, document) {
            (Shape::Anything, _) | (Shape::Text, Json::String(_)) => true,
            (Shape::Number, Json::Number(_)) | (Shape::Bool, Json::Bool(_)) => true,
            (Shape::Begins(begin), Json::String(text)) => text.starts_with(&**begin),
            (Shape::Is(constant), document) => constant == document,
            (Shape::Object(object), Json::Object(map)) => {
                let is_there = |(name, member): (&String, &Member)| match map.get(name) {
                    Some(value) => member.shape.allows(value),
                    None => !member.is_certain,
                };
                object.members.iter().all(is_there)
                    && map.iter().all(|(name, value)| {
                        let is_rest = || object.rest.as_ref().is_some_and(|rest| rest.allows(value));
                        object.members.contains_key(name) || is_rest()
                    })
            }
            (Shape::List(item), Json::Array(items)) => items.iter().all(|one| item.allows(one)),
            (Shape::OneOf(choices), document) => choices.iter().any(|choice| choice.allows(document)),
            _ => false,
        }
    }
}

/// Members by their names.
fn named(members: impl IntoIterator<Item = (String, Shape, bool)>) -> BTreeMap<String, Member> {
    let member = |(name, shape, is_certain)| (name, Member { shape, is_certain });
    members.into_iter().map(member).collect()
}

/// One shape for too many: a text if all are texts.
fn widened(shapes: &[Shape]) -> Shape {
    if shapes.iter().all(Shape::is_text) { Shape::Text } else { Shape::Anything }
}

/// At most so many alternatives or members are told.
const TOLD: usize = 4;

impl fmt::Display for Shape {
    /// For people, in a few words: `"INSERT" or "MODIFY"`, `a text`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shape::Anything => f.write_str("anything"),
            Shape::Is(constant) => {
                let text = constant.to_string();
                match text.char_indices().nth(60) {
                    Some((end, _)) => write!(f, "`{}…`", &text[..end]),
                    None => write!(f, "`{text}`"),
                }
            }
            Shape::Text => f.write_str("a text"),
            Shape::Begins(begin) => write!(f, "a text that begins with `{begin}`"),
            Shape::Number => f.write_str("a number"),
            Shape::Bool => f.write_str("true or false"),
            Shape::Object(_) => f.write_str("an object"),
            Shape::List(_) => f.write_str("a list"),
            Shape::OneOf(choices) => {
                let told: Vec<String> = choices.iter().take(TOLD).map(ToString::to_string).collect();
                f.write_str(&told.join(" or "))?;
                match choices.len().saturating_sub(TOLD) {
                    0 => Ok(()),
                    more => write!(f, " or one of {more} more"),
                }
            }
        }
    }
}
