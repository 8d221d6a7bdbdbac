//! Functions that an API calls: their addresses, and the permissions on them.

use crate::engine::field::RefTo;
use crate::engine::template::Part;
use crate::engine::{Address, Template, Value};
use crate::kinds::{Lowering, suffixed};
use crate::source::{Node, Span};
use crate::spec::Sugar;
use crate::value;

use super::openapi::By;
use super::path::Route;

const FUNCTION: RefTo = RefTo::unchecked(&["functions"], "arn");

/// A function of this stack, and the version or alias that is called: each has a policy of its own.
pub(super) type Host = Option<(Address, Option<String>)>;

/// Reads a reference to a function with its qualifier: the ARN, and where the permission stands if it
/// is ours to write.
pub(super) fn function(
    own: &mut Lowering<'_>,
    node: &Node,
    qualifier: Option<&Sugar>,
) -> Option<(Value, Host)> {
    let (arn, host) = own.reference(node, &FUNCTION)?;
    match qualifier {
        Some(qualifier) => {
            let qualifier = own.known_text(&qualifier.node)?;
            let arn = suffixed(&arn, &format!(":{qualifier}"));
            Some((arn, host.map(|host| (host, Some(qualifier)))))
        }
        None => Some((arn, host.map(|host| (host, None)))),
    }
}

/// The URI by which API Gateway calls a function.
pub(super) fn uri(own: &Lowering<'_>, arn: &Value, is_stream: bool) -> Value {
    let (version, end) = match is_stream {
        true => ("2021-11-15", "/response-streaming-invocations"),
        false => ("2015-03-31", "/invocations"),
    };
    let mut uri = Template::default();
    uri.push_text(&own.place().fill("arn:{partition}:apigateway:{region}:lambda:path/"));
    uri.push_text(&format!("{version}/functions/"));
    uri.push(arn.clone());
    uri.push_text(end);
    uri.into()
}

/// The function that a URI calls: its ARN, and which it is if it is one of this stack. Nothing if the
/// URI calls something else, or what a stage variable names.
pub(super) fn called(uri: &Value) -> Option<(Value, Host)> {
    const BEFORE: &str = "/functions/";
    let mut parts = match uri {
        Value::String(text) => vec![Part::Text(text.clone())],
        Value::Unknown(template) => template.parts.clone(),
        _ => return None,
    };
    let Some(Part::Text(first)) = parts.first_mut() else { return None };
    let start = first.find(":lambda:path/").and(first.find(BEFORE))? + BEFORE.len();
    *first = first.split_off(start);
    let Some(Part::Text(last)) = parts.last_mut() else { return None };
    let end = last.rfind("/invocations").or_else(|| last.rfind("/response-streaming-invocations"))?;
    last.truncate(end);
    let is_variable = |part: &Part| matches!(part, Part::Text(text) if text.contains("${"));
    if parts.iter().any(is_variable) {
        return None;
    }
    parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
    let host = match parts.as_slice() {
        [Part::Output(output), rest @ ..] if output.output == "arn" && output.address.kind == "functions" => {
            match rest {
                [] => Some((output.address.clone(), None)),
                [Part::Text(end)] => {
                    end.strip_prefix(':').map(|end| (output.address.clone(), Some(end.to_owned())))
                }
                _ => None,
            }
        }
        _ => None,
    };
    Some((Template { parts }.into(), host))
}

/// Lets the API call a function: a permission for this route or authorizer alone, or what the
/// function's owner is to add.
pub(super) fn permit(own: &mut Lowering<'_>, by: &By, arn: Value, host: Host, at: Span) {
    let principal = value!({ "Service": (own.place().principal("apigateway")) });
    let api = own.address().clone();
    // Stable, whatever other routes and authorizers there are.
    let (source, name) = match by {
        By::Route { path, verb } => {
            let end = if path == "/" { "" } else { path };
            (Route::source_of(verb, path), format!("{api}/{verb}{end}"))
        }
        By::Authorizer { name } => ("/authorizers/*".to_owned(), format!("{api}/authorizers/{name}")),
    };
    let source = suffixed(&own.output(&api, "execution_arn"), &source);
    let condition = value!({ "ArnEquals": { "aws:SourceArn": source } });
    const ACTIONS: &[&str] = &["lambda:InvokeFunction"];
    match host {
        Some(host) => own.grant_principal_on(host, Some(&name), principal, ACTIONS, arn, condition),
        None => own.ask(principal, ACTIONS, arn, condition, at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_of_a_uri_is_told_from_what_only_a_stage_knows() {
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:x";
        let uri = |arn: &str| {
            Value::from(format!(
                "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{arn}/invocations"
            ))
        };
        assert_eq!(called(&uri(arn)), Some((arn.into(), None)));
        assert_eq!(called(&uri("arn:aws:lambda:eu-west-1:123456789012:function:${stageVariables.x}")), None);
        assert_eq!(called(&"https://example.com/functions/x/invocations".into()), None);
        let ours = Value::from(Template::output("functions.orders".parse().unwrap(), "arn"));
        let uri = |arn: &Value, end: &str| {
            let mut template = Template::default();
            template.push_text("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/");
            template.push(arn.clone());
            template.push_text(&format!("{end}/invocations"));
            Value::from(template)
        };
        let orders: Address = "functions.orders".parse().unwrap();
        assert_eq!(called(&uri(&ours, "")), Some((ours.clone(), Some((orders.clone(), None)))));
        let live = suffixed(&ours, ":live");
        assert_eq!(called(&uri(&ours, ":live")), Some((live, Some((orders, Some("live".into()))))));
    }
}
