//! Operations: what a call brings, what is answered, and who answers.

use crate::engine::{Map, Value};
use crate::kinds::Lowering;

use super::super::draft::{merge, merge_at};
use super::integration;
use super::{Reader, unknown};
use crate::kinds::document::At;

/// The keys of an operation that say nothing to API Gateway.
const SILENT: &[&str] = &["summary", "description", "tags", "externalDocs", "deprecated", "servers", "$ref"];
const KNOWN: &[&str] = &[
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "security",
    "x-amazon-apigateway-auth",
    "x-amazon-apigateway-integration",
    "x-amazon-apigateway-request-validator",
];

impl Reader<'_> {
    /// Merges one operation; `item` is the path that it stands under.
    pub(super) fn operation(
        &mut self,
        own: &mut Lowering<'_>,
        operation: &At<'_>,
        item: Option<&At<'_>>,
        path: &str,
        verb: &str,
    ) {
        let method = ["Resources", path, verb];
        merge_at(own, &method, Value::map(), operation.span());
        // What stands with the path holds for all of its operations, unless one says it anew.
        let shared =
            item.and_then(|item| item.at(&["parameters"])).map(|list| list.items()).unwrap_or_default();
        let stated = operation.at(&["parameters"]).map(|list| list.items()).unwrap_or_default();
        let mut parameters: Vec<At<'_>> = stated.iter().map(|one| one.followed(own)).collect();
        for one in shared {
            let one = one.followed(own);
            let same =
                |other: &At<'_>| other.text("in") == one.text("in") && other.text("name") == one.text("name");
            if !parameters.iter().any(same) {
                parameters.push(one);
            }
        }
        for one in parameters {
            parameter(own, &one, &method);
        }
        for member in operation.members(own, "an operation") {
            let put = |own: &mut Lowering<'_>, key: &str, value: Value| {
                merge(own, &[method[0], method[1], method[2], key], value, &|below| member.whence(below));
            };
            match member.key() {
                "operationId" => put(own, "operationName", member.value.clone()),
                "x-amazon-apigateway-request-validator" => put(own, "requestValidator", member.value.clone()),
                "requestBody" => {
                    let body = member.followed(own);
                    let models = self.models(own, &body, &format!("{}Request", named(path, verb)));
                    if !models.is_empty() {
                        put(own, "requestModels", models);
                    }
                }
                "responses" => {
                    for response in member.members(own, "responses by status") {
                        let response = response.followed(own);
                        self.response(own, &response, &method);
                    }
                }
                "x-amazon-apigateway-integration" => {
                    let at = member.followed(own);
                    self.functions.extend(integration::lower(own, &at, &method));
                }
                "parameters" | "security" | "x-amazon-apigateway-auth" => {}
                key if SILENT.contains(&key) => {}
                "callbacks" => member.ignored(own, "API Gateway makes nothing of callbacks", ""),
                key => unknown(own, &member, key, KNOWN.iter().copied()),
            }
        }
        if item.is_some()
            && operation.at(&["x-amazon-apigateway-request-validator"]).is_none()
            && let Some(default) = self.doc.top().at(&["x-amazon-apigateway-request-validator"])
        {
            // One that the route names already is nearer.
            let has = own
                .resource
                .properties
                .get("Resources")
                .and_then(|all| all.get(path)?.get(verb)?.get("requestValidator"));
            if has.is_none() {
                merge(own, &[method[0], path, verb, "requestValidator"], default.value.clone(), &|below| {
                    default.whence(below)
                });
            }
        }
        self.authorization(own, operation, item.is_some(), &method);
    }

    fn response(&mut self, own: &mut Lowering<'_>, response: &At<'_>, method: &[&str; 3]) {
        let status = response.key().to_owned();
        if status.len() != 3 || !status.bytes().all(|byte| byte.is_ascii_digit()) {
            let message = format!("API Gateway has no response for `{status}`");
            response.ignored(own, &message, "give each status its own response");
            return;
        }
        let mut value = Map::new();
        let mut headers = Map::new();
        for header in
            response.at(&["headers"]).map(|at| at.members(own, "headers by name")).unwrap_or_default()
        {
            let required = header.followed(own).value.get("required").and_then(Value::as_bool);
            headers
                .insert(format!("method.response.header.{}", header.key()), required.unwrap_or(false).into());
        }
        if !headers.is_empty() {
            value.insert("responseParameters".into(), headers.into());
        }
        let name = format!("{}{status}Response", named(method[1], method[2]));
        let models = self.models(own, response, &name);
        if !models.is_empty() {
            value.insert("responseModels".into(), models);
        }
        let path = [method[0], method[1], method[2], "methodResponses", &status];
        merge(own, &path, value.into(), &|_| response.whence(""));
    }

    /// The models of `content`, by content type; a schema that is written out becomes a model.
    fn models(&mut self, own: &mut Lowering<'_>, body: &At<'_>, name: &str) -> Value {
        let mut models = Map::new();
        let content = body.at(&["content"]).map(|at| at.members(own, "content by type")).unwrap_or_default();
        for (index, kind) in content.iter().enumerate() {
            let Some(schema) = kind.at(&["schema"]) else { continue };
            let name = if index == 0 { name.to_owned() } else { format!("{name}{}", index + 1) };
            if let Some(model) = self.model(own, &schema, &name) {
                models.insert(kind.key().to_owned(), model.into());
            }
        }
        models.into()
    }
}

fn parameter(own: &mut Lowering<'_>, at: &At<'_>, method: &[&str; 3]) {
    let (Some(place), Some(name)) = (at.text("in"), at.text("name")) else {
        if *at.value != Value::Null {
            at.error(own, "bad_openapi", "a parameter has `in` and `name`", "");
        }
        return;
    };
    let place = match place {
        "path" | "header" => place,
        "query" => "querystring",
        "cookie" => {
            let message = "API Gateway has no parameters in cookies";
            at.ignored(own, message, "read the header `Cookie` instead");
            return;
        }
        other => {
            let message = format!("a parameter is not in `{other}`");
            at.error(own, "bad_openapi", &message, "`path`, `query`, `header` or `cookie`");
            return;
        }
    };
    let required = at.value.get("required").and_then(Value::as_bool).unwrap_or(place == "path");
    let key = format!("method.request.{place}.{name}");
    let path = [method[0], method[1], method[2], "requestParameters"];
    let mut value = Map::new();
    value.insert(key, required.into());
    merge(own, &path, value.into(), &|_| at.whence(""));
}

/// A name for what an operation writes out and API Gateway wants named: `PostOrdersId`.
fn named(path: &str, verb: &str) -> String {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    std::iter::once(verb.to_ascii_lowercase().as_str()).chain(words).map(capital).collect()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_an_operation_writes_out_is_named_after_it() {
        assert_eq!(super::named("/orders/{id}/lines", "POST"), "PostOrdersIdLines");
        assert_eq!(super::named("/", "GET"), "Get");
    }
}
