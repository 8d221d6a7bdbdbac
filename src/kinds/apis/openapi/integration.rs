//! `x-amazon-apigateway-integration`.

use crate::engine::{Map, Value};
use crate::kinds::Lowering;

use super::super::draft::merge;
use super::{By, Calls, text_at, unknown};
use crate::kinds::document::At;

/// Members that are the property's own, and the words that may stand there; empty for any text.
const MEMBERS: &[(&str, &[&str])] = &[
    ("type", &["AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK"]),
    ("httpMethod", &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"]),
    ("uri", &[]),
    ("connectionType", &["INTERNET", "VPC_LINK"]),
    ("connectionId", &[]),
    ("credentials", &[]),
    ("requestParameters", &[]),
    ("requestTemplates", &[]),
    ("passthroughBehavior", &["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"]),
    ("contentHandling", &["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"]),
    ("timeoutInMillis", &[]),
    ("cacheNamespace", &[]),
    ("cacheKeyParameters", &[]),
    ("tlsConfig", &[]),
    ("responseTransferMode", &["BUFFERED", "STREAM"]),
    ("integrationTarget", &[]),
];

/// Merges an integration; the function that it calls without a role.
pub(super) fn lower(own: &mut Lowering<'_>, at: &At<'_>, method: &[&str; 3]) -> Option<Calls> {
    let mut uri = None;
    let mut has_role = false;
    for member in at.members(own, "an integration") {
        let key = member.key();
        if key == "responses" {
            responses(own, &member, method);
            continue;
        }
        let Some((_, words)) = MEMBERS.iter().find(|(known, _)| *known == key) else {
            unknown(own, &member, key, MEMBERS.iter().map(|(key, _)| *key));
            continue;
        };
        let mut value = member.value.clone();
        if let (false, Some(text)) = (words.is_empty(), value.as_str()) {
            let word = text.to_ascii_uppercase();
            if !words.contains(&word.as_str()) {
                let message = format!("`{text}` is none of the words that can stand here");
                member.error(
                    own,
                    "unknown_word",
                    &message,
                    &format!("one of {}", words.join(", ").to_lowercase()),
                );
                continue;
            }
            value = word.into();
        }
        match key {
            "uri" => uri = Some((value.clone(), member.span())),
            "credentials" => has_role = true,
            "timeoutInMillis" if value.as_i64().is_some_and(|time| !(50..=900_000).contains(&time)) => {
                member.error(own, "out_of_range", "a backend may take 50 to 900000 milliseconds", "");
            }
            _ => {}
        }
        merge(own, &[method[0], method[1], method[2], "methodIntegration", key], value, &|below| {
            member.whence(below)
        });
    }
    let (uri, at) = uri.filter(|_| !has_role)?;
    let by = By::Route { path: method[1].to_owned(), verb: method[2].to_owned() };
    Some(Calls { uri, at, by })
}

/// Answers of the backend by a pattern, `default` being every other; API Gateway keeps them by status.
fn responses(own: &mut Lowering<'_>, all: &At<'_>, method: &[&str; 3]) {
    for answer in all.members(own, "responses by pattern") {
        let mut value = answer.value.clone();
        text_at(&mut value, "statusCode");
        let Some(Value::String(status)) = value.remove("statusCode") else {
            answer.error(
                own,
                "bad_openapi",
                "`statusCode` is missing",
                "the status that the call is answered with",
            );
            continue;
        };
        let members: Map = value.as_map().cloned().unwrap_or_default();
        let known = ["responseParameters", "responseTemplates", "contentHandling"];
        for member in answer.members(own, "a response") {
            if member.key() != "statusCode" && !known.contains(&member.key()) {
                unknown(own, &member, member.key(), known.into_iter());
            }
        }
        let mut value = Value::Map(members);
        if answer.key() != "default" {
            value.put("selectionPattern", answer.key().into());
        }
        let path = [method[0], method[1], method[2], "methodIntegration", "integrationResponses", &status];
        merge(own, &path, value, &|below| answer.whence(below));
    }
}
