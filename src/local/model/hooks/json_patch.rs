//! API Gateway's patches: like JSON Patch, but values are texts, `/` in a key is `~1`, and list elements
//! are addressed by their value.

use serde_json::{Map, Value, json};

use super::super::Outcome;
use super::super::executor::Ctx;
use super::super::places::take;
use crate::local::api::{Api, Type};
use crate::local::http::ApiError;

/// Members that no patch reaches.
const FIXED: &[&str] =
    &["id", "createdDate", "lastUpdatedDate", "rootResourceId", "path", "statusCode", "warnings", "tags"];

/// Members that a replacement without a value takes away, as API Gateway documents for each of them.
const CLEARED: &[&str] = &["minimumCompressionSize"];

/// A method setting's path in a patch and its member.
const SETTINGS: &[(&str, &str)] = &[
    ("metrics/enabled", "metricsEnabled"),
    ("logging/loglevel", "loggingLevel"),
    ("logging/dataTrace", "dataTraceEnabled"),
    ("throttling/burstLimit", "throttlingBurstLimit"),
    ("throttling/rateLimit", "throttlingRateLimit"),
    ("caching/enabled", "cachingEnabled"),
    ("caching/ttlInSeconds", "cacheTtlInSeconds"),
    ("caching/dataEncrypted", "cacheDataEncrypted"),
    ("caching/requireAuthorizationForCacheControl", "requireAuthorizationForCacheControl"),
    ("caching/unauthorizedCacheControlHeaderStrategy", "unauthorizedCacheControlHeaderStrategy"),
];

/// Applies the call's `patchOperations` to the document, typed by the answer's shape.
pub fn apply(ctx: &mut Ctx, document: &mut Value) -> Outcome<()> {
    let shape = ctx.call.operation.output.as_deref().unwrap_or_default();
    for operation in ctx.input["patchOperations"].as_array().cloned().unwrap_or_default() {
        let op = Operation::read(&operation)?;
        if !op.method_setting(ctx.call.api, shape, document)?
            && !op.at(ctx.call.api, shape, document, &op.path)
        {
            return Err(op.refused());
        }
    }
    Ok(())
}

struct Operation {
    verb: String,
    path: Vec<String>,
    value: Option<String>,
}

impl Operation {
    fn read(operation: &Value) -> Outcome<Operation> {
        let text = |member: &str| operation[member].as_str().map(str::to_owned);
        let path = text("path").unwrap_or_default();
        let parts = path
            .strip_prefix('/')
            .map(|path| path.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect());
        let op = Operation {
            verb: text("op").unwrap_or_default().to_lowercase(),
            path: parts.unwrap_or_default(),
            value: text("value"),
        };
        match op.verb.as_str() {
            "replace" if op.value.is_some() && !op.path.is_empty() => Ok(op),
            // An element of a list is added by its path alone.
            "add" | "remove" if !op.path.is_empty() => Ok(op),
            "replace" if op.path.len() == 1 && CLEARED.contains(&op.path[0].as_str()) => {
                Ok(Operation { verb: "remove".into(), ..op })
            }
            _ => Err(op.refused()),
        }
    }

    fn refused(&self) -> ApiError {
        let path: Vec<String> =
            self.path.iter().map(|part| part.replace('~', "~0").replace('/', "~1")).collect();
        ApiError::new(
            "BadRequestException",
            format!("Invalid patch path  '/{}' specified for op '{}'.", path.join("/"), self.verb),
        )
    }

    /// Walks down the shape and writes; false if the path leads nowhere.
    fn at(&self, api: &Api, shape: &str, value: &mut Value, path: &[String]) -> bool {
        let (Some(shape), Some((part, rest))) = (api.shape(shape), path.split_first()) else { return false };
        match shape.kind {
            Type::Structure => match shape.member(part) {
                Some(member) if !FIXED.contains(&part.as_str()) => {
                    self.enter(api, &member.shape, value, part, rest)
                }
                _ => false,
            },
            Type::Map => shape
                .element
                .as_ref()
                .is_some_and(|element| self.enter(api, &element.shape, value, part, rest)),
            Type::List if rest.is_empty() => self.element(value, part),
            _ => false,
        }
    }

    fn enter(&self, api: &Api, shape: &str, value: &mut Value, part: &str, rest: &[String]) -> bool {
        let kind = api.shape(shape).map(|shape| shape.kind);
        if !value.is_object() {
            *value = Value::Object(Map::new());
        }
        // An element of a list may stand in the value, at the list's own path.
        if let (true, Some(Type::List), Some(element)) = (rest.is_empty(), kind, self.value.as_deref()) {
            let done = self.element(&mut value[part], element);
            if value[part] == json!([]) {
                take_key(value, part);
            }
            return done;
        }
        if !rest.is_empty() {
            let done = self.at(api, shape, &mut value[part], rest);
            if value[part].is_null() {
                take_key(value, part);
            }
            return done;
        }
        match (self.verb.as_str(), typed(kind, self.value.as_deref())) {
            ("remove", _) => {
                take_key(value, part);
                true
            }
            (_, Some(Value::String(text))) if text.is_empty() => {
                take_key(value, part);
                true
            }
            (_, Some(new)) => {
                value[part] = new;
                true
            }
            (_, None) => false,
        }
    }

    /// Adds, replaces or removes the element that is this text.
    fn element(&self, value: &mut Value, part: &str) -> bool {
        let mut items = value.as_array().cloned().unwrap_or_default();
        let place = items.iter().position(|item| item == part);
        match (self.verb.as_str(), place) {
            ("remove", None) => return false,
            ("remove", Some(place)) => {
                items.remove(place);
            }
            ("replace", Some(place)) => items[place] = json!(self.value),
            ("replace", None) if items.len() == 1 => items[0] = json!(self.value),
            (_, None) => items.push(json!(part)),
            (_, Some(_)) => {}
        }
        *value = Value::Array(items);
        true
    }

    /// `/{resource}/{method}/throttling/rateLimit` of a stage. One setting alone cannot be removed, all
    /// settings of a method can.
    fn method_setting(&self, api: &Api, shape: &str, stage: &mut Value) -> Outcome<bool> {
        let is_stage = api.shape(shape).is_some_and(|shape| shape.member("methodSettings").is_some());
        let [resource, method, setting @ ..] = self.path.as_slice() else { return Ok(false) };
        let known = SETTINGS.iter().find(|(path, _)| *path == setting.join("/"));
        let key = format!("{}/{method}", resource.trim_start_matches('/'));
        match (self.verb.as_str(), setting.is_empty(), known) {
            _ if !is_stage => Ok(false),
            ("remove", true, _) if stage["methodSettings"].get(&key).is_some() => {
                take_key(&mut stage["methodSettings"], &key);
                Ok(true)
            }
            ("remove", _, Some(_)) => Err(self.refused()),
            (_, _, Some((_, member))) => {
                let kind = api
                    .shape("MethodSetting")
                    .and_then(|shape| shape.member(member))
                    .and_then(|member| api.shape(&member.shape))
                    .map(|shape| shape.kind);
                let new = typed(kind, self.value.as_deref()).ok_or_else(|| self.refused())?;
                if stage["methodSettings"].get(&key).is_none() {
                    stage["methodSettings"][&key] = defaults();
                }
                stage["methodSettings"][&key][*member] = new;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

/// What a method's settings show once any of them is set.
fn defaults() -> Value {
    json!({
        "metricsEnabled": false, "dataTraceEnabled": false, "throttlingBurstLimit": 5000, "throttlingRateLimit": 10000,
        "cachingEnabled": false, "cacheTtlInSeconds": 300, "cacheDataEncrypted": false,
        "requireAuthorizationForCacheControl": true,
        "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER"
    })
}

fn take_key(value: &mut Value, key: &str) {
    if key.contains('.') {
        value.as_object_mut().and_then(|members| members.shift_remove(key));
    } else {
        take(value, key);
    }
}

/// A patch's text as its member's type; nothing if it does not fit.
fn typed(kind: Option<Type>, text: Option<&str>) -> Option<Value> {
    let text = text?;
    match kind? {
        Type::Boolean => text.parse::<bool>().ok().map(Value::Bool),
        Type::Integer => text.parse::<i64>().ok().map(Value::from),
        // A whole number is one in JSON, however it was written.
        Type::Double => match text.parse::<i64>() {
            Ok(whole) => Some(whole.into()),
            Err(_) => text.parse::<f64>().ok().map(Value::from),
        },
        Type::String => Some(text.into()),
        _ => None,
    }
}
