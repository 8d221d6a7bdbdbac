//! Transforms of a rule's targets: `InputPathsMap` and `InputTemplate`.
//!
//! Follows the EventBridge guide on input transformation: outside quotes `<name>` is a JSON value,
//! inside quotes its bare text, unescaped; a path that finds nothing leaves nothing.

use crate::engine::{Map, Value};
use crate::flow::reference::{JsonPath, Misread, Reference, Segment, Text, parse};
use crate::flow::{Path, Problem};

use super::write::{Emit, Reserved, Writer, only_route, only_value, reserved, without_placeholders};
use super::{Compiled, LONGEST_PATH, MOST_VARIABLES};

/// The longest name of a variable, in characters.
pub(super) const LONGEST_NAME: usize = 256;

/// The variables that need no path, after `aws.events.`.
pub(super) const RESERVED: &[Reserved] = &[
    Reserved { name: "rule-arn", only_value: false },
    Reserved { name: "rule-name", only_value: false },
    Reserved { name: "event.ingestion-time", only_value: false },
    Reserved { name: "event", only_value: true },
    Reserved { name: "event.json", only_value: true },
];

pub(super) fn compile(document: &Value) -> Result<Compiled, Vec<Problem>> {
    if let Some(whole) = whole(document) {
        return whole;
    }
    let mut emit = Variables::default();
    let mut writer = Writer::new(&mut emit);
    writer.value(document, &Path::default());
    let template = writer.finish()?;
    if emit.references == 0 {
        let mut emit = Constant;
        let mut writer = Writer::new(&mut emit);
        writer.value(document, &Path::default());
        return writer.finish().map(Compiled::Constant);
    }
    if emit.paths.len() > MOST_VARIABLES {
        let message =
            format!("the transform uses {} paths; AWS takes at most {MOST_VARIABLES}", emit.paths.len());
        return Err(vec![Problem::error(&Path::default(), message)]);
    }
    Ok(Compiled::Template { template, paths: emit.paths })
}

/// The transform that is one reference. `InputPath` says it for paths; the service's variables of
/// text stand in a template that is a JSON string, its JSON ones only below a key.
fn whole(document: &Value) -> Option<Result<Compiled, Vec<Problem>>> {
    let Ok(Text::Typed(reference)) = parse(document.as_str()?) else { return None };
    let compiled = match reference {
        Reference::Event(path) => checked(&path).map(Compiled::Path),
        Reference::Service(name) if name == "event.json" => Ok(Compiled::Path("$".into())),
        Reference::Service(name) => reserved(RESERVED, "aws.events", &name, false).map(|placeholder| {
            Compiled::Template { template: format!("\"{placeholder}\"").into(), paths: Map::new() }
        }),
        other => Err(only_route(&other)),
    };
    Some(compiled.map_err(|misread| {
        vec![Problem { help: misread.help, ..Problem::error(&Path::default(), misread.message) }]
    }))
}

fn checked(path: &JsonPath) -> Result<String, Misread> {
    let text = path.to_string();
    match text.chars().count() > LONGEST_PATH {
        true => Err(Misread {
            message: format!("the path has {} characters; AWS takes at most {LONGEST_PATH}", text.len()),
            help: None,
        }),
        false => Ok(text),
    }
}

/// Writes JSON as it is: what has no reference goes out as `Input`, which has no placeholders.
struct Constant;

impl Emit for Constant {
    fn literal(&self, json: &str) -> String {
        json.to_owned()
    }

    fn reference(&mut self, reference: &Reference, _: bool, _: &Path) -> Result<String, Misread> {
        Err(Misread { message: format!("`{reference}` is no constant"), help: None })
    }
}

/// Gives every distinct path a variable.
#[derive(Default)]
struct Variables {
    /// Path by name.
    paths: Map,
    references: usize,
}

impl Emit for Variables {
    fn literal(&self, json: &str) -> String {
        without_placeholders(json)
    }

    fn reference(&mut self, reference: &Reference, as_value: bool, path: &Path) -> Result<String, Misread> {
        self.references += 1;
        match reference {
            Reference::Event(event) if event.0.is_empty() && as_value => Ok("<aws.events.event.json>".into()),
            Reference::Event(event) if event.0.is_empty() => Err(only_value("$")),
            Reference::Event(event) => Ok(format!("<{}>", self.variable(event, path)?)),
            Reference::Service(name) => reserved(RESERVED, "aws.events", name, as_value),
            Reference::Request(..) | Reference::Context(_) => Err(only_route(reference)),
        }
    }
}

impl Variables {
    /// The variable of a path: the one it has, or a new one named by the keys it stands under.
    fn variable(&mut self, event: &JsonPath, at: &Path) -> Result<String, Misread> {
        let text = checked(event)?;
        if let Some((name, _)) = self.paths.iter().find(|(_, path)| path.as_str() == Some(&text)) {
            return Ok(name.clone());
        }
        let base = name(event, at);
        let name =
            (1..).map(|n| numbered(&base, n)).find(|name| !self.paths.contains_key(name)).unwrap_or(base);
        self.paths.insert(name.clone(), text.into());
        Ok(name)
    }
}

/// The keys joined by `_`; for a transform that is one string, the last name of the path. AWS takes
/// letters, digits, `_` and `-`, and no name that begins with `AWS`.
fn name(event: &JsonPath, at: &Path) -> String {
    let mut name = at.keys().collect::<Vec<_>>().join("_");
    if name.is_empty() {
        let last = event.0.iter().rev().find_map(|segment| match segment {
            Segment::Name(name) => Some(name.clone()),
            _ => None,
        });
        name = last.unwrap_or_else(|| "value".into());
    }
    let legal = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let name: String = name.chars().map(legal).collect();
    match name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("aws")) {
        true => format!("v_{name}"),
        false => name,
    }
}

/// `name`, `name_2`, `name_3`…, within the length that AWS takes.
fn numbered(name: &str, n: usize) -> String {
    let suffix = if n == 1 { String::new() } else { format!("_{n}") };
    let keep = name.len().min(LONGEST_NAME - suffix.len());
    format!("{}{suffix}", &name[..keep])
}
