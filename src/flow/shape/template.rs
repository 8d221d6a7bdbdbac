//! What a template makes, as a shape; and what it reads, with the place of each in the document.

use serde_json::Value as Json;

use crate::engine::template::Part;
use crate::engine::{Template, Value};
use crate::flow::transform::{TemplatePiece, template_pieces};

use super::Shape;

/// What stands in a placeholder's place while the template is read as JSON: nobody writes these.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';
/// What is known after an apply.
const LATER: char = '\u{e002}';

/// A template taken apart.
#[derive(Clone, Debug)]
pub struct Written {
    /// The document that it makes; nothing where it makes text.
    document: Option<Json>,
    pub placeholders: Vec<Placeholder>,
}

/// A place that is filled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placeholder {
    /// What stands between `<` and `>`.
    pub name: String,
    /// Whether it stands in a text, of which it becomes a part.
    pub in_string: bool,
    /// Where it stands in the document, as `order.id` or `lines[0]`; empty where there is none.
    pub at: String,
}

/// What a placeholder stands for.
pub type Filling<'f> = &'f dyn Fn(&Placeholder) -> Shape;

impl Written {
    /// Takes a template apart.
    pub fn read(template: &Value) -> Written {
        let text = match template {
            Value::Unknown(template) => known(template),
            other => other.as_str().unwrap_or_default().to_owned(),
        };
        let mut placeholders = Vec::new();
        let mut marked = String::new();
        for piece in template_pieces(text.trim()) {
            match piece {
                TemplatePiece::Text(text) => marked.push_str(text),
                TemplatePiece::Placeholder { name, in_string } => {
                    let mark = format!("{OPEN}{}{CLOSE}", placeholders.len());
                    marked.push_str(&if in_string { mark } else { format!("\"{mark}\"") });
                    placeholders.push(Placeholder { name: name.to_owned(), in_string, at: String::new() });
                }
            }
        }
        let document = serde_json::from_str::<Json>(&marked).ok();
        if let Some(document) = &document {
            locate(document, "", &mut placeholders);
        }
        Written { document, placeholders }
    }

    /// The shape of what it makes: text of which nothing is known may be any JSON to who gets it.
    pub fn shape(&self, filling: Filling<'_>) -> Shape {
        self.document.as_ref().map_or(Shape::Anything, |document| self.made(document, filling))
    }

    fn made(&self, document: &Json, filling: Filling<'_>) -> Shape {
        match document {
            Json::Object(map) => {
                let is_marked = |name: &String| name.contains([OPEN, LATER]);
                let known = map.iter().filter(|(name, _)| !is_marked(name));
                let members = known.map(|(name, value)| (name.clone(), self.made(value, filling), true));
                Shape::object(members, map.keys().any(is_marked))
            }
            Json::Array(items) => Shape::items(items.iter().map(|item| self.made(item, filling))),
            Json::String(text) if text.contains([OPEN, LATER]) => match self.alone(text) {
                Some(placeholder) if placeholder.in_string => as_text(&filling(placeholder)),
                Some(placeholder) => filling(placeholder),
                None => Shape::begins(text.split([OPEN, LATER]).next().unwrap_or_default()),
            },
            scalar => Shape::Is(scalar.clone()),
        }
    }

    /// The placeholder that is all of a text.
    fn alone(&self, text: &str) -> Option<&Placeholder> {
        let number = text.strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
        self.placeholders.get(number.parse::<usize>().ok()?)
    }
}

/// A value as the text that stands for it.
fn as_text(shape: &Shape) -> Shape {
    match shape {
        Shape::Is(Json::String(text)) => Shape::text(text.as_str()),
        Shape::Is(other) => Shape::text(other.to_string()),
        Shape::Begins(_) => shape.clone(),
        Shape::OneOf(choices) => Shape::one_of(choices.iter().map(as_text)),
        _ => Shape::Text,
    }
}

/// The text of a template with marks for what is not known yet.
fn known(template: &Template) -> String {
    let parts = template.parts.iter().map(|part| match part {
        Part::Text(text) => text.clone(),
        _ => LATER.to_string(),
    });
    parts.collect()
}

fn locate(document: &Json, at: &str, placeholders: &mut [Placeholder]) {
    match document {
        Json::Object(map) => {
            for (name, value) in map {
                let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                locate(value, &at, placeholders);
            }
        }
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                locate(item, &format!("{at}[{index}]"), placeholders);
            }
        }
        Json::String(text) => {
            for part in text.split(OPEN).skip(1) {
                let number = part.split(CLOSE).next().and_then(|number| number.parse::<usize>().ok());
                if let Some(placeholder) = number.and_then(|number| placeholders.get_mut(number)) {
                    at.clone_into(&mut placeholder.at);
                }
            }
        }
        _ => {}
    }
}
