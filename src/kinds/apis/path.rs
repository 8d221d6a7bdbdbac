//! The keys of routes: `METHOD /path/{parameter}`.

/// The verbs that API Gateway knows; `ANY` stands for all that have no method of their own.
pub(super) const VERBS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"];

/// A route's key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Route {
    pub verb: &'static str,
    /// Begins with `/` and does not end with one, save the root.
    pub path: String,
}

/// Reads a key.
///
/// # Errors
/// What is wrong with it, and what to write instead.
pub(super) fn parse(key: &str) -> Result<Route, (String, String)> {
    let wrong = |message: String, help: &str| Err((message, help.to_owned()));
    let Some((verb, path)) = key.split_once(' ') else {
        return wrong(format!("`{key}` is no route"), "write `METHOD /path`, such as `POST /orders`");
    };
    let Some(verb) = VERBS.iter().copied().find(|known| *known == verb) else {
        return wrong(format!("`{verb}` is no method of a route"), &format!("one of {}", VERBS.join(", ")));
    };
    if !path.starts_with('/') || path.contains(char::is_whitespace) {
        return wrong(format!("`{path}` is no path"), "a path begins with `/` and has no spaces");
    }
    if path != "/" && path.ends_with('/') {
        return wrong(format!("`{path}` ends in a slash"), "API Gateway's paths do not: take it away");
    }
    let mut parameters = Vec::new();
    let parts: Vec<&str> = if path == "/" { Vec::new() } else { path[1..].split('/').collect() };
    for (index, part) in parts.iter().enumerate() {
        let plain = |text: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c))
        };
        let inside = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let name = inside.map(|inside| inside.strip_suffix('+').unwrap_or(inside));
        if !plain(name.unwrap_or(part)) {
            return wrong(
                format!("`{part}` is no part of a path"),
                "letters, digits, `-`, `_`, `.` and `:`, or one parameter in braces, such as `{id}`",
            );
        }
        if inside.is_some_and(|inside| inside.ends_with('+')) && index + 1 < parts.len() {
            return wrong(format!("`{part}` takes the rest of the path"), "it can only stand at the end");
        }
        if let Some(name) = name {
            if parameters.contains(&name) {
                return wrong(
                    format!("two parts of `{path}` are `{name}`"),
                    "give each parameter its own name",
                );
            }
            parameters.push(name);
        }
    }
    Ok(Route { verb, path: path.to_owned() })
}

/// The path above, and the last part; nothing for the root.
pub(super) fn split(path: &str) -> Option<(&str, &str)> {
    let (above, part) = path.rsplit_once('/')?;
    (!part.is_empty()).then_some((if above.is_empty() { "/" } else { above }, part))
}

/// Whether a part is a parameter.
pub(super) fn is_parameter(part: &str) -> bool {
    part.starts_with('{')
}

/// All paths above, the root not among them, from the top.
pub(super) fn above(path: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = path;
    while let Some((above, _)) = split(at) {
        if above != "/" {
            found.push(above);
        }
        at = above;
    }
    found.reverse();
    found
}

impl Route {
    /// The route at the end of an `execute-api` ARN, behind the API's id: any stage, and anything
    /// where a parameter stands.
    pub fn source_of(verb: &str, path: &str) -> String {
        let verb = if verb == "ANY" { "*" } else { verb };
        let parts = path.split('/').map(|part| if is_parameter(part) { "*" } else { part });
        format!("/*/{verb}{}", parts.collect::<Vec<_>>().join("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_a_method_and_a_path() {
        for key in ["GET /", "POST /orders", "ANY /{proxy+}", "GET /a/{id}/b.c-d_e:f"] {
            let route = parse(key).unwrap();
            assert_eq!(format!("{} {}", route.verb, route.path), key);
        }
    }

    #[test]
    fn what_is_no_route_is_refused_in_words() {
        let said = |key| parse(key).unwrap_err().0;
        assert_eq!(said("/orders"), "`/orders` is no route");
        assert_eq!(said("post /orders"), "`post` is no method of a route");
        assert_eq!(said("GET orders"), "`orders` is no path");
        assert_eq!(said("GET /orders/"), "`/orders/` ends in a slash");
        assert_eq!(said("GET //a"), "`` is no part of a path");
        assert_eq!(said("GET /a{id}"), "`a{id}` is no part of a path");
        assert_eq!(said("GET /{proxy+}/x"), "`{proxy+}` takes the rest of the path");
        assert_eq!(said("GET /{a}/{a}"), "two parts of `/{a}/{a}` are `a`");
    }

    #[test]
    fn a_routes_source_admits_any_stage_and_any_parameter() {
        let source = |key| {
            let route = parse(key).unwrap();
            Route::source_of(route.verb, &route.path)
        };
        assert_eq!(source("GET /order/{id}"), "/*/GET/order/*");
        assert_eq!(source("ANY /{proxy+}"), "/*/*/*");
        assert_eq!(source("GET /"), "/*/GET/");
    }

    #[test]
    fn the_paths_above_come_from_the_top() {
        assert_eq!(above("/a/b/c"), ["/a", "/a/b"]);
        assert!(above("/").is_empty() && above("/a").is_empty());
    }
}
