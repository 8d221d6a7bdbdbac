//! Writes a document as JSON text with a service's placeholders in it.

use crate::engine::{Part, Template, Value};
use crate::flow::reference::{self, Misread, Piece, Reference, Text};
use crate::flow::{Path, Problem};

/// What a service does differently.
pub(super) trait Emit {
    /// The template's spelling of a piece of literal JSON text.
    fn literal(&self, json: &str) -> String;

    /// The template's spelling of a reference: as a value with its type outside quotes, or as text
    /// inside of them.
    fn reference(&mut self, reference: &Reference, as_value: bool, path: &Path) -> Result<String, Misread>;
}

/// A template under way.
pub(super) struct Writer<'e, E> {
    pub emit: &'e mut E,
    pub out: Template,
    pub problems: Vec<Problem>,
}

impl<'e, E: Emit> Writer<'e, E> {
    pub fn new(emit: &'e mut E) -> Self {
        Writer { emit, out: Template::default(), problems: Vec::new() }
    }

    /// The text, unless something is wrong.
    pub fn finish(self) -> Result<Value, Vec<Problem>> {
        match self.problems.is_empty() {
            true => Ok(self.out.into_value()),
            false => Err(self.problems),
        }
    }

    /// Writes a value at a path of the document as JSON.
    pub fn value(&mut self, value: &Value, path: &Path) {
        match value {
            Value::List(items) => {
                self.literal("[");
                for (i, item) in items.iter().enumerate() {
                    self.separate(i);
                    self.value(item, &path.item(i));
                }
                self.literal("]");
            }
            Value::Map(map) => {
                self.literal("{");
                let mut keys = Vec::with_capacity(map.len());
                for (i, (key, value)) in map.iter().enumerate() {
                    let path = path.key(key);
                    self.separate(i);
                    let name = self.key(key, &path, &keys);
                    self.literal(&format!("{}:", json_string(&name)));
                    keys.push(name);
                    self.value(value, &path);
                }
                self.literal("}");
            }
            Value::String(text) => match reference::parse(text) {
                Ok(Text::Typed(reference)) => self.reference(&reference, true, path),
                Ok(Text::Pieces(pieces)) => {
                    self.literal("\"");
                    self.pieces(&pieces, path);
                    self.literal("\"");
                }
                Err(misread) => self.misread(misread, path),
            },
            Value::Unknown(template) => {
                self.literal("\"");
                self.template(template, path);
                self.literal("\"");
            }
            Value::Secret(_) => self.secret(path),
            Value::Null | Value::Bool(_) | Value::Number(_) => {
                self.literal(&value.to_shown_json().to_string());
            }
        }
    }

    /// Writes a string's text without quotes: a reference that is the whole string stands for its
    /// text too. What is no string is written as its JSON.
    pub fn text(&mut self, value: &Value, path: &Path) {
        match value {
            Value::String(text) => match reference::parse(text) {
                Ok(Text::Typed(reference)) => self.reference(&reference, false, path),
                Ok(Text::Pieces(pieces)) => self.pieces(&pieces, path),
                Err(misread) => self.misread(misread, path),
            },
            Value::Unknown(template) => self.template(template, path),
            other => self.value(other, path),
        }
    }

    /// Literal JSON text.
    pub fn literal(&mut self, json: &str) {
        let text = self.emit.literal(json);
        self.out.push_text(&text);
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.literal(",");
        }
    }

    /// A member's name: `$$` is a literal `$` as in values. `$id` and the like, which refer to
    /// nothing, are names that other formats use.
    fn key(&mut self, key: &str, path: &Path, before: &[String]) -> String {
        let name = match reference::parse(key) {
            Ok(Text::Pieces(pieces)) => {
                pieces.into_iter().try_fold(String::new(), |name, piece| match piece {
                    Piece::Text(text) => Some(name + &text),
                    Piece::Reference(_) => None,
                })
            }
            Ok(Text::Typed(_)) => None,
            Err(_) => Some(key.to_owned()),
        };
        let Some(name) = name else {
            self.problems.push(
                Problem::error(path, format!("the key `{key}` is a reference"))
                    .help("only values can be references; a literal `$` is written `$$`"),
            );
            return key.to_owned();
        };
        if before.contains(&name) {
            self.problems.push(Problem::error(path, format!("`{name}` stands here twice")));
        }
        name
    }

    fn reference(&mut self, reference: &Reference, as_value: bool, path: &Path) {
        match self.emit.reference(reference, as_value, path) {
            Ok(placeholder) => self.out.push_text(&placeholder),
            Err(misread) => self.misread(misread, path),
        }
    }

    fn pieces(&mut self, pieces: &[Piece], path: &Path) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.inside(text),
                Piece::Reference(reference) => self.reference(reference, false, path),
            }
        }
    }

    /// Text inside quotes.
    fn inside(&mut self, text: &str) {
        let quoted = json_string(text);
        self.literal(&quoted[1..quoted.len() - 1]);
    }

    /// Text of which parts are not known yet. Those are names, ids, ARNs and URLs: text that JSON
    /// leaves as it is.
    fn template(&mut self, template: &Template, path: &Path) {
        for (i, part) in template.parts.iter().enumerate() {
            match part {
                Part::Text(text) => match unknown_text(text, i == 0) {
                    Ok(pieces) => self.pieces(&pieces, path),
                    Err(misread) => self.misread(misread, path),
                },
                Part::Output(_) => self.out.parts.push(part.clone()),
                Part::Json(_) => self.problems.push(
                    Problem::error(path, "a list or map that is not known yet cannot stand inside text here")
                        .help("let it be the whole value"),
                ),
                Part::Secret(_) => self.secret(path),
            }
        }
    }

    fn secret(&mut self, path: &Path) {
        self.problems.push(
            Problem::error(path, "a secret cannot stand in a transform: AWS would show it")
                .help("give it to the connection, or let the function read it"),
        );
    }

    fn misread(&mut self, misread: Misread, path: &Path) {
        let problem = Problem::error(path, misread.message);
        self.problems.push(Problem { help: misread.help, ..problem });
    }
}

fn unknown_text(text: &str, first: bool) -> Result<Vec<Piece>, Misread> {
    match text.strip_prefix('$').filter(|_| first) {
        None => reference::pieces(text),
        Some(rest) if rest.starts_with('$') => reference::pieces(rest),
        Some(_) => Err(Misread::new(
            format!("`{text}` is followed by an interpolation, so it is no reference"),
            "inside text write `<REFERENCE>`; a literal `$` is written `$$`",
        )),
    }
}

/// The JSON spelling of a text, with its quotes.
pub(super) fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The spelling of literal JSON text in templates of EventBridge: `<` starts a placeholder and has
/// no escape, but inside JSON strings, the only place where it can stand, JSON has one.
pub(super) fn without_placeholders(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// A variable that a service provides, by its name after the service's prefix.
pub(super) struct Reserved {
    pub name: &'static str,
    /// JSON that may only be a whole value, never inside a string.
    pub only_value: bool,
}

/// Finds a variable of a service's table and checks that it may stand here.
pub(super) fn reserved(
    table: &[Reserved],
    prefix: &str,
    name: &str,
    as_value: bool,
) -> Result<String, Misread> {
    let Some(variable) = table.iter().find(|variable| variable.name == name) else {
        let names = || table.iter().map(|variable| variable.name);
        let help = match crate::source::suggest(name, names()) {
            Some(near) => format!("did you mean `$aws.{near}`?"),
            None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
        };
        return Err(Misread::new(format!("the service has no variable `$aws.{name}`"), help));
    };
    match variable.only_value && !as_value {
        true => Err(only_value(&format!("$aws.{name}"))),
        false => Ok(format!("<{prefix}.{name}>")),
    }
}

/// The error for JSON inside a string.
pub(super) fn only_value(reference: &str) -> Misread {
    Misread::new(
        format!("`{reference}` is a JSON document and cannot stand inside text"),
        format!("let `{reference}` be a whole value"),
    )
}

/// The error for what only routes have.
pub(super) fn only_route(reference: &Reference) -> Misread {
    Misread::new(
        format!("`{reference}` exists only on a route's `put_event`"),
        "here there are `$`, `$.path` and `$aws.NAME`",
    )
}
