//! What a target is sent: a transform, or one of the verbatim forms.

use crate::engine::{Map, Value};
use crate::flow::Problem;
use crate::flow::transform::input::{check_forms, check_input, check_input_path, check_input_template};
use crate::flow::transform::{Dialect, compile};
use crate::kinds::Lowering;
use crate::source::Node;
use crate::spec::Sugar;

/// The members of a target that say what is sent.
pub const MEMBERS: [&str; 3] = ["Input", "InputPath", "InputTransformer"];

/// The code of every finding about what is sent.
const CODE: &str = "target_input";

/// Reads the one form that stands among a target's sugar: exactly one of `Input`, `InputPath` and
/// `InputTransformer`, or nothing for the event as it is.
pub fn lower(own: &mut Lowering<'_>, sugar: &[Sugar], at: &str) -> Map {
    let present: Map = sugar.iter().map(|part| (part.key.to_owned(), Value::Null)).collect();
    for part in sugar {
        own.locate(&format!("{at}.{}", part.key), part.key_span);
    }
    let forms = check_forms(&present);
    if !forms.is_empty() {
        own.problems(CODE, at, &forms);
        return Map::new();
    }
    let node = |key: &str| sugar.iter().find(|part| part.key == key).map(|part| part.node.clone());
    if let Some(node) = node("transform") {
        return transform(own, &node, at);
    }
    if let Some(node) = node("input") {
        return text(own, &node, at, "Input", check_input);
    }
    if let Some(node) = node("input_path") {
        return text(own, &node, at, "InputPath", |value| {
            value.as_str().map(check_input_path).unwrap_or_default()
        });
    }
    match node("input_template") {
        Some(template) => verbatim_template(own, &template, node("input_paths").as_ref(), at),
        None => Map::new(),
    }
}

fn transform(own: &mut Lowering<'_>, node: &Node, at: &str) -> Map {
    let written = format!("{at}.transform");
    let document = own.document(node, &written);
    own.strays(&written, &document, false);
    match compile(&document, Dialect::RuleTarget) {
        Ok(compiled) => {
            let members = compiled.target_members();
            members.keys().for_each(|member| own.locate(&format!("{at}.{member}"), node.span));
            members
        }
        Err(problems) => {
            own.problems("transform", &written, &problems);
            Map::new()
        }
    }
}

/// A form that is one text.
fn text(
    own: &mut Lowering<'_>,
    node: &Node,
    at: &str,
    member: &str,
    check: impl Fn(&Value) -> Vec<Problem>,
) -> Map {
    let Some(value) = own.text(node).filter(|value| shown(own, value, node)) else { return Map::new() };
    let path = format!("{at}.{member}");
    own.locate(&path, node.span);
    let problems = check(&value);
    own.problems(CODE, &path, &problems);
    Map::from([(member.to_owned(), value)])
}

fn verbatim_template(own: &mut Lowering<'_>, template: &Node, paths: Option<&Node>, at: &str) -> Map {
    let Some(text) = own.text(template).filter(|value| shown(own, value, template)) else {
        return Map::new();
    };
    let mut named = Map::new();
    if let Some(paths) = paths {
        for entry in own.entries(paths, "paths by variable, such as `{ id: $.detail.id }`") {
            own.locate(&format!("{at}.input_paths.{}", entry.key.text), entry.value.span);
            if let Some(path) = own.text(&entry.value).filter(|value| shown(own, value, &entry.value)) {
                named.insert(entry.key.text.to_string(), path);
            }
        }
    }
    let problems = check_input_template(&text, paths.map(|_| &named), Dialect::RuleTarget);
    own.problems(CODE, at, &problems);
    let mut transformer = Map::new();
    if !named.is_empty() {
        transformer.insert("InputPathsMap".to_owned(), named.into());
    }
    transformer.insert("InputTemplate".to_owned(), text);
    own.locate(&format!("{at}.InputTransformer"), template.span);
    Map::from([("InputTransformer".to_owned(), transformer.into())])
}

/// Whether a value may be shown, which AWS does with all of a target.
fn shown(own: &mut Lowering<'_>, value: &Value, node: &Node) -> bool {
    if value.has_secret() {
        own.error("secret_shown", node.span, "a secret cannot stand here: AWS would show it", "");
    }
    !value.has_secret()
}
