//! What of a template, and of the parameters for it, can be told before any call.

use std::collections::BTreeSet;

use crate::engine::{Secret, Template, Value};
use crate::kinds::Lowering;
use crate::kinds::document::At;
use crate::source::{Diagnostic, Node, Span, suggest};
use crate::spec::literal_secret;

use super::fields::{CAPABILITIES, HIDDEN, IAM, NAMED_IAM, PARAMETERS, PARAMETERS_KEY};
use super::template::{DEFAULT, KEY, is_hidden, takes};

/// The types that ask for a capability, and the properties that are names of one's own.
const OF_IAM: &[&str] = &[
    "AWS::IAM::AccessKey",
    "AWS::IAM::Group",
    "AWS::IAM::InstanceProfile",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::IAM::User",
    "AWS::IAM::UserToGroupAddition",
];
const NAMES: &[&str] = &["RoleName", "UserName", "GroupName", "ManagedPolicyName", "InstanceProfileName"];

/// The sections of a template.
const SECTIONS: &[&str] = &[
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

/// Looks at the sections, the resources and the outputs.
pub(super) fn template(own: &mut Lowering<'_>, top: &At<'_>) {
    for section in top.members(own, "a template, such as `{ Resources: … }`") {
        if !SECTIONS.contains(&section.key()) {
            let near = suggest(section.key(), SECTIONS.iter().copied());
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let message = format!("a template has no `{}`{near}", section.key());
            section.error(own, "bad_template", &message, "");
        }
    }
    if let Some(ours) = top.at(&["Metadata", KEY]) {
        let help = "take it away: gatewayctl writes there whose the stack is";
        ours.error(own, "bad_template", &format!("`{KEY}` in the metadata is not free"), help);
    }
    let resources = top.at(&["Resources"]);
    let resources = resources.map(|all| all.members(own, "a map of resources")).unwrap_or_default();
    if resources.is_empty() {
        let help = "write `Resources:` with at least one resource";
        top.error(own, "bad_template", "the template declares no resource", help);
    }
    for resource in &resources {
        // A loop of a macro is a list.
        let is_resource = matches!(resource.value, Value::Map(_));
        if is_resource && !resource.key().starts_with("Fn::") && resource.text("Type").is_none() {
            let message = format!("`{}` has no `Type`", resource.key());
            resource.error(own, "bad_template", &message, "such as `Type: AWS::SQS::Queue`");
        }
    }
    for output in top.at(&["Outputs"]).map(|all| all.members(own, "a map of outputs")).unwrap_or_default() {
        let is_loop = output.key().starts_with("Fn::");
        if !is_loop && output.value.get("Value").is_none() {
            let message = format!("the output `{}` has no `Value`", output.key());
            output.error(own, "bad_template", &message, "");
        }
    }
    capabilities(own, &resources);
}

/// Roles and policies are made only where that is said.
fn capabilities(own: &mut Lowering<'_>, resources: &[At<'_>]) {
    let given = own.properties().get(CAPABILITIES).cloned().unwrap_or_default();
    let has = |word: &str| given.as_list().unwrap_or_default().iter().any(|one| one.as_str() == Some(word));
    if has(NAMED_IAM) {
        return;
    }
    let of_iam =
        || resources.iter().filter(|one| one.text("Type").is_some_and(|name| OF_IAM.contains(&name)));
    let named = of_iam().find(|one| NAMES.iter().any(|name| one.at(&["Properties", name]).is_some()));
    let (at, word) = match (named, of_iam().next()) {
        (Some(named), _) => (named, "named_iam"),
        (None, Some(any)) if !has(IAM) => (any, "iam"),
        _ => return,
    };
    let message = format!("`{}` is of IAM, which takes the capability `{word}`", at.key());
    at.error(own, "no_capability", &message, &format!("write `capabilities: [{word}]` if that is meant"));
}

/// `parameters`, with the defaults of the template where they are left out.
pub(super) fn parameters(own: &mut Lowering<'_>, key: Span, top: &At<'_>) {
    let declared = top.at(&["Parameters"]);
    let declared = declared.map(|all| all.members(own, "a map of parameters")).unwrap_or_default();
    let (key, entries) = match own.take(PARAMETERS_KEY) {
        Some((key, node)) => (key, own.entries(&node, "parameters of the template by their names")),
        None => (key, Vec::new()),
    };
    let mut given = BTreeSet::new();
    for entry in &entries {
        let name = &*entry.key.text;
        given.insert(name.to_owned());
        let Some(parameter) = declared.iter().find(|one| one.key() == name) else {
            let near = suggest(name, declared.iter().map(At::key));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let message = format!("the template has no parameter `{name}`{near}");
            own.error("template_parameter", entry.key.span, message, &known(&declared));
            continue;
        };
        let is_hidden = is_hidden(parameter.value);
        if is_hidden {
            own.scope.hide(&entry.value, own.findings);
        }
        if let Some(value) = text(own, &entry.value) {
            masked_nowhere(own, parameter, &value, Some(entry.value.span));
            if is_hidden && value.is_known() && !value.has_secret() {
                own.finding(literal_secret(Some(entry.value.span)).at(entry.value.span));
            }
            set(own, parameter, value, entry.value.span);
        }
    }
    for parameter in declared.iter().filter(|one| !given.contains(one.key())) {
        match parameter.at(&[DEFAULT]) {
            Some(written) => {
                let value = written.value;
                masked_nowhere(own, parameter, value, written.drawn());
                if is_hidden(parameter.value) && value.is_known() && value.as_str() != Some("") {
                    written.finding(own, literal_secret(written.drawn()), "");
                }
                set(own, parameter, default(value), parameter.span());
            }
            None => {
                let message = format!("the template's parameter `{}` has no value", parameter.key());
                let help = format!("write `{PARAMETERS_KEY}: {{ {}: … }}`", parameter.key());
                own.error("template_parameter", key, message, &help);
            }
        }
    }
}

/// Where AWS shows the value of a parameter that is `NoEcho`: it masks none in outputs and in metadata.
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>.
fn masked_nowhere(own: &mut Lowering<'_>, parameter: &At<'_>, value: &Value, written: Option<Span>) {
    if !is_hidden(parameter.value) {
        return;
    }
    let top = parameter.top();
    let resources = top.at(&["Resources"]).map(|all| all.children()).unwrap_or_default();
    let of_resources = resources.iter().filter_map(|one| one.at(&["Metadata"]));
    let mut found = Vec::new();
    for place in ["Outputs", "Metadata"].iter().filter_map(|key| top.at(&[key])).chain(of_resources) {
        takers(&place, parameter.key(), &mut found);
    }
    for place in found {
        let message = format!("AWS shows `{}` here, although it is `NoEcho`", parameter.key());
        let finding = match value.has_secret() {
            true => Diagnostic::error("secret_shown", message),
            false => Diagnostic::warning("secret_shown", message),
        };
        let finding = match written {
            Some(literal) if !value.has_secret() => finding.hide(literal),
            _ => finding,
        };
        place.finding(own, finding, "take it out: AWS masks no output and no metadata");
    }
}

/// The calls at or below a place that put in the value of a parameter.
fn takers<'d>(at: &At<'d>, parameter: &str, found: &mut Vec<At<'d>>) {
    if takes(at.value, parameter) {
        found.push(at.clone());
    }
    at.children().iter().for_each(|child| takers(child, parameter, found));
}

fn known(declared: &[At<'_>]) -> String {
    match declared {
        [] => "it has none".to_owned(),
        all => {
            let all: Vec<String> = all.iter().map(|one| format!("`{}`", one.key())).collect();
            format!("it has {}", all.join(", "))
        }
    }
}

/// A default of the template, as CloudFormation shows it.
fn default(value: &Value) -> Value {
    match value {
        Value::String(_) | Value::Unknown(_) => value.clone(),
        other => other.to_shown_json().to_string().into(),
    }
}

/// A value, as text; a list joined by commas.
fn text(own: &mut Lowering<'_>, node: &Node) -> Option<Value> {
    let Some(items) = node.items() else {
        return own.text(node).map(|value| match value {
            Value::Bool(_) | Value::Number(_) => value.to_shown_json().to_string().into(),
            other => other,
        });
    };
    let mut joined = Template::default();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            joined.push_text(",");
        }
        joined.push(own.text(item)?);
    }
    Some(joined.into_value())
}

/// Writes a value where its parameter is compared: one that AWS never shows stands apart.
fn set(own: &mut Lowering<'_>, parameter: &At<'_>, value: Value, at: Span) {
    let name = parameter.key();
    let is_hidden = is_hidden(parameter.value);
    if value.has_secret() && !is_hidden {
        let help = format!("write `NoEcho: true` at `{name}` in the template");
        own.error("secret_shown", at, "a secret cannot stand here: AWS would show it", &help);
        return;
    }
    let allowed = parameter.value.get("AllowedValues").and_then(Value::as_list).unwrap_or_default();
    let allowed: Vec<String> = allowed.iter().map(Value::to_shown_text).collect();
    let is_list =
        parameter.text("Type").is_some_and(|ty| ty == "CommaDelimitedList" || ty.starts_with("List<"));
    let is_allowed = |text: &str| {
        let items: Vec<&str> = if is_list { text.split(',').map(str::trim).collect() } else { vec![text] };
        items.iter().all(|item| allowed.iter().any(|one| one == item))
    };
    if let Some(text) = value.as_str()
        && !allowed.is_empty()
        && !is_allowed(text)
    {
        let (shown, help) = match is_hidden {
            true => ("this".to_owned(), String::new()),
            false => (format!("`{text}`"), format!("it allows {}", allowed.join(", "))),
        };
        let message = format!("{shown} is no value that the template's `{name}` allows");
        own.error("template_parameter", at, message, &help);
        return;
    }
    // What AWS never shows is shown by nobody, wherever it stands.
    let value = match is_hidden && value.is_known() && !value.has_secret() {
        true => Value::Secret(Secret::from_literal(value)),
        false => value,
    };
    let section = if is_hidden { HIDDEN } else { PARAMETERS };
    own.set(&format!("{section}.{name}"), value, at);
}
