//! Transforms: a document of values and references, compiled to each service's own template.
//!
//! A string that is one [reference](super::reference) becomes the value with its type;
//! `<REFERENCE>` inside a string is its text; everything else stands as it is written. A template
//! holds the JSON text of the document with the service's placeholders in the references' places,
//! so the names and values that the services put there are unescaped: AWS escapes nothing.

pub mod evaluate;
pub mod input;
pub mod pipe;
mod record;
mod render;
pub mod route;
pub mod rule_target;
pub mod schedule;
pub mod velocity;
mod write;

pub use render::{Piece as TemplatePiece, pieces as template_pieces};

use crate::engine::{Map, Part, Template, Value};

use super::{Path, Problem};

/// The longest `Input` and `InputTemplate`, in characters.
pub const LONGEST_TEMPLATE: usize = 8192;
/// The longest `Input` of a schedule's target, in characters.
pub const LONGEST_SCHEDULE_INPUT: usize = 262_144;
/// The longest JSON path that AWS takes, in characters.
pub const LONGEST_PATH: usize = 256;
/// The most variables of a rule's target.
pub const MOST_VARIABLES: usize = 100;

/// The service whose template is wanted. Routes have several documents in one template:
/// [`route::request_template`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// `Input`, `InputPath` or `InputTransformer` of a rule's target.
    RuleTarget,
    /// `InputTemplate` of a pipe's target or enrichment.
    Pipe,
    /// `Input` of a schedule's target, which no event arrives at.
    Schedule,
}

impl Dialect {
    /// The longest text that the service takes, in characters.
    fn longest(self) -> usize {
        match self {
            Dialect::RuleTarget | Dialect::Pipe => LONGEST_TEMPLATE,
            Dialect::Schedule => LONGEST_SCHEDULE_INPUT,
        }
    }
}

/// A transform in AWS's shape. Texts are strings, or unknown while the document interpolates what
/// is not known yet.
#[derive(Clone, PartialEq, Debug)]
pub enum Compiled {
    /// No reference at all: the JSON text to send (`Input` of a rule's target).
    Constant(Value),
    /// The whole transform is one path of the event (`InputPath` of a rule's target). That form
    /// and not a template of one bare placeholder, whose meaning AWS does not document.
    Path(String),
    /// A template and the paths of its variables by name; a pipe's has none, its paths stand
    /// inline.
    Template { template: Value, paths: Map },
}

impl Compiled {
    /// The members of a rule's target: exactly one of `Input`, `InputPath`, `InputTransformer`.
    pub fn target_members(self) -> Map {
        let (key, value) = match self {
            Compiled::Constant(input) => ("Input", input),
            Compiled::Path(path) => ("InputPath", path.into()),
            Compiled::Template { template, paths } => {
                let mut transformer = Map::new();
                if !paths.is_empty() {
                    transformer.insert("InputPathsMap".into(), paths.into());
                }
                transformer.insert("InputTemplate".into(), template);
                ("InputTransformer", transformer.into())
            }
        };
        Map::from([(key.to_owned(), value)])
    }
}

/// Compiles the document of a transform.
///
/// ```
/// use gatewayctl::flow::transform::{Compiled, Dialect, compile};
/// use gatewayctl::value;
/// let document = value!({ "id": "$.detail.order.id", "text": "Order <$.detail.order.id>" });
/// let compiled = compile(&document, Dialect::RuleTarget).unwrap();
/// assert_eq!(compiled, Compiled::Template {
///     template: r#"{"id":<id>,"text":"Order <id>"}"#.into(),
///     paths: [("id".into(), "$.detail.order.id".into())].into(),
/// });
/// let compiled = compile(&document, Dialect::Pipe).unwrap();
/// assert_eq!(compiled, Compiled::Template {
///     template: r#"{"id":<$.detail.order.id>,"text":"Order <$.detail.order.id>"}"#.into(),
///     paths: Default::default(),
/// });
/// ```
///
/// # Errors
/// Every place in the document that is no reference, that the service cannot express, or that
/// would show a secret; a template that is too long.
pub fn compile(document: &Value, dialect: Dialect) -> Result<Compiled, Vec<Problem>> {
    let compiled = match dialect {
        Dialect::RuleTarget => rule_target::compile(document),
        Dialect::Pipe => pipe::compile(document),
        Dialect::Schedule => schedule::compile(document),
    }?;
    let text = match &compiled {
        Compiled::Constant(text) | Compiled::Template { template: text, .. } => known_length(text),
        Compiled::Path(_) => 0,
    };
    match text > dialect.longest() {
        true => Err(vec![too_long(&Path::default(), text, dialect)]),
        false => Ok(compiled),
    }
}

fn too_long(path: &Path, length: usize, dialect: Dialect) -> Problem {
    let most = dialect.longest();
    Problem::error(path, format!("the template has {length} characters; AWS takes at most {most}"))
}

/// The characters of a text that are known by now.
fn known_length(text: &Value) -> usize {
    match text {
        Value::String(text) => text.chars().count(),
        Value::Unknown(Template { parts }) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.chars().count(),
                _ => 0,
            })
            .sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod route_tests;
#[cfg(test)]
mod tests;
