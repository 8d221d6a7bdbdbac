//! Calls of an API's routes.

use crate::engine::Value;
use crate::engine::field::RefTo;
use crate::kinds::Lowering;
use crate::kinds::lower::suffixed;
use crate::source::{Entry, Node};
use crate::spec::Sugar;

/// A call of a route of an API: what `{ api: pets, route: "GET /pets/*" }` comes to.
struct ApiCall {
    /// The ARN that stands as target and in the policy: `…:API/STAGE/METHOD/path`.
    arn: Value,
    /// How many `*` the path has, each for a value; nothing if that cannot be told.
    wildcards: Option<usize>,
}

const METHODS: &[&str] = &["GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE", "PATCH"];

impl Lowering<'_> {
    /// The ARN of the call of a route, with values for its `*` in a block of parameters, which stands at a
    /// path.
    pub fn route_call(
        &mut self,
        named: &Entry,
        route: Option<&Sugar>,
        at: &str,
        block: &Value,
    ) -> Option<Value> {
        let found = self.api_call(named, route.map(|part| &part.node))?;
        let values = block.get("PathParameterValues").and_then(Value::as_list).map_or(0, <[_]>::len);
        if let Some(stars) = found.wildcards.filter(|stars| *stars != values) {
            let at = match values {
                0 => named.value.span,
                _ => self.nearest_place(&format!("{at}.PathParameterValues")),
            };
            let message = format!("the path has {stars} `*`, and {values} values stand here for them");
            let help = "write one of `path_parameter_values` for each, in order";
            self.error("path_parameters", at, message, help);
        }
        Some(found.arn)
    }

    /// The ARN of a function with the version or the alias that is called.
    pub fn qualified(&mut self, function: Value, qualifier: Option<&Sugar>) -> Value {
        match qualifier.and_then(|part| self.known_text(&part.node)) {
            Some(qualifier) => suffixed(&function, &format!(":{qualifier}")),
            None => function,
        }
    }

    /// Reads an API and the route of it that is called. An ARN names the call whole, or the API as its
    /// `execution_arn` does; then `route` begins with the stage: `POST /orders` is of the API's own.
    fn api_call(&mut self, named: &Entry, route: Option<&Node>) -> Option<ApiCall> {
        const TO: RefTo = RefTo::checked(&["apis"], "execution_arn");
        let (api, address) = self.reference(&named.value, &TO)?;
        let Some(address) = address else { return self.call_of_others(named, api, route) };
        let Some(route) = route else {
            self.error(
                "missing_key",
                named.value.span,
                "`route` is missing",
                "say what is called: `route: \"POST /orders\"`",
            );
            return None;
        };
        let (method, path) = self.route(route)?;
        let mut arn = crate::engine::Template::default();
        arn.push(api);
        arn.push_text("/");
        arn.push(self.output(&address, "stage"));
        arn.push_text(&format!("/{method}{path}"));
        Some(ApiCall { arn: arn.into(), wildcards: Some(path.matches('*').count()) })
    }

    /// A call of an API that belongs to others.
    fn call_of_others(&mut self, named: &Entry, api: Value, route: Option<&Node>) -> Option<ApiCall> {
        let Some(text) = api.as_str() else { return Some(ApiCall { arn: api, wildcards: None }) };
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let steps = parts.get(5).map_or(0, |resource| resource.split('/').count());
        let (service, span) = (parts.get(2).copied().unwrap_or_default(), named.value.span);
        let form = "`arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path`, or up to the stage with `route` beside it";
        match (service, steps, route) {
            ("execute-api", 4.., None) => {
                let path = text.splitn(4, '/').nth(3).unwrap_or_default();
                Some(ApiCall { wildcards: Some(path.matches('*').count()), arn: api })
            }
            ("execute-api", 2, Some(route)) => {
                let (method, path) = self.route(route)?;
                let arn = suffixed(&api, &format!("/{method}{path}"));
                Some(ApiCall { arn, wildcards: Some(path.matches('*').count()) })
            }
            _ => {
                self.error("wrong_arn", span, "this is not the ARN of a call of an API", form);
                None
            }
        }
    }

    /// `METHOD /path`, with `*` for parameters.
    fn route(&mut self, node: &Node) -> Option<(String, String)> {
        let text = self.known_text(node)?;
        let form = "`METHOD /path`, such as `GET /pets/*`";
        match text.split_once(' ') {
            Some((method, path)) if METHODS.contains(&method) && path.trim().starts_with('/') => {
                Some((method.to_owned(), starred(path.trim())))
            }
            _ => {
                self.error("wrong_shape", node.span, format!("`{text}` is no route to call"), form);
                None
            }
        }
    }
}

/// A path with `*` where it has parameters in braces.
fn starred(path: &str) -> String {
    let step = |step: &str| if step.starts_with('{') { "*".to_owned() } else { step.to_owned() };
    path.split('/').map(step).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_a_path_are_stars() {
        assert_eq!(starred("/pets/{id}/x/*"), "/pets/*/x/*");
        assert_eq!(starred("/"), "/");
    }
}
