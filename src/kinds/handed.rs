//! What a sender hands on beside the payload: the parameters that it keeps for its target.

use serde_json::Value as Json;

use crate::engine::{Template, Value};
use crate::flow::reference::{Reference, parse_reference};

/// The parameter that says which part of a resource is called: what its ARN has behind the resource's own, such as
/// `/prod/GET/pets/*` of an API.
pub const BEHIND: &str = "Behind";

/// The members of a target's blocks (`SqsParameters`, `HttpParameters`…) by their own names, for whoever gets the
/// payload. In the blocks that are dynamic a whole-value path is what the event has there, before any transform.
pub fn handed(target: &Value, arn: &Value, event: &Json, is_dynamic: impl Fn(&str) -> bool) -> Value {
    let mut all = Value::map();
    let blocks = target.as_map().into_iter().flatten().filter(|(name, _)| name.ends_with("Parameters"));
    for (name, block) in blocks {
        for (member, value) in block.as_map().into_iter().flatten() {
            let value = match is_dynamic(name) {
                true => value.clone().map_leaves(&mut |leaf| dynamic(leaf, event)),
                false => value.clone(),
            };
            all.put(member, value);
        }
    }
    if let Value::Unknown(Template { parts }) = arn
        && let Some((_, behind @ [_, ..])) = parts.split_first()
    {
        all.put(BEHIND, Template { parts: behind.to_vec() }.to_string().into());
    }
    all
}

/// The text that a path finds in an event; nothing if it is no path. What finds nothing is empty text.
pub fn at(path: &str, event: &Json) -> Option<String> {
    match parse_reference(path) {
        Ok(Reference::Event(path)) => Some(match path.find(event) {
            Some(Json::String(text)) => text,
            Some(other) => other.to_string(),
            None => String::new(),
        }),
        _ => None,
    }
}

fn dynamic(leaf: Value, event: &Json) -> Value {
    leaf.as_str().and_then(|path| at(path, event)).map_or(leaf, Value::from)
}
