//! The methods of Java's strings, lists and maps that templates use, and those of `$util`.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use crate::flow::reference::{JsonPath, Segment};
use crate::flow::request::{decoded, encoded};

/// A value as Java writes it: a list is `[a, b]`, a map `{a=1}`.
pub(super) fn java_text(value: &Json) -> String {
    match value {
        Json::Null => "null".into(),
        Json::String(text) => text.clone(),
        Json::Array(items) => format!("[{}]", items.iter().map(java_text).collect::<Vec<_>>().join(", ")),
        Json::Object(map) => {
            let members: Vec<_> =
                map.iter().map(|(key, value)| format!("{key}={}", java_text(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
        other => other.to_string(),
    }
}

/// Numbers by value, a text and something else by how it is written.
pub(super) fn equal(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Json::String(_), _) | (_, Json::String(_)) => java_text(one) == java_text(other),
        _ => one == other,
    }
}

pub(super) fn arithmetic(operator: &str, one: &Json, other: &Json) -> Option<Json> {
    if let (Some(one), Some(other)) = (one.as_i64(), other.as_i64()) {
        return match operator {
            "+" => one.checked_add(other),
            "-" => one.checked_sub(other),
            "*" => one.checked_mul(other),
            "/" => one.checked_div(other),
            _ => one.checked_rem(other),
        }
        .map(Json::from);
    }
    let (one, other) = (one.as_f64()?, other.as_f64()?);
    let result = match operator {
        "+" => one + other,
        "-" => one - other,
        "*" => one * other,
        "/" => one / other,
        _ => one % other,
    };
    result.is_finite().then(|| json!(result))
}

/// `$on.name`.
pub(super) fn member(on: &Json, name: &str) -> Option<Json> {
    on.as_object()?.get(name).cloned()
}

/// `$on[index]`.
pub(super) fn index(on: &Json, index: &Json) -> Option<Json> {
    match on {
        Json::Array(items) => items.get(usize::try_from(index.as_i64()?).ok()?).cloned(),
        Json::Object(map) => map.get(index.as_str()?).cloned(),
        _ => None,
    }
}

/// `$list.add(value)` and `$map.put(key, value)`: what they answer.
pub(super) fn add(on: &mut Json, name: &str, arguments: &[Json]) -> Option<Json> {
    match (on, name, arguments) {
        (Json::Array(items), "add", [value]) => {
            items.push(value.clone());
            Some(true.into())
        }
        (Json::Object(map), "put", [key, value]) => {
            Some(map.insert(java_text(key), value.clone()).unwrap_or_else(|| "".into()))
        }
        _ => None,
    }
}

/// A method of a value. One that Java does not have is null, as Velocity reads it.
///
/// # Errors
/// What is not built.
pub(super) fn call(on: &Json, name: &str, arguments: &[Json]) -> Result<Option<Json>, String> {
    let texts: Vec<String> = arguments.iter().map(java_text).collect();
    match on {
        Json::String(text) => of_text(text, name, &texts, arguments),
        Json::Array(items) => Ok(match (name, arguments) {
            ("size", []) => Some(items.len().into()),
            ("isEmpty", []) => Some(items.is_empty().into()),
            ("get", [at]) => index(on, at),
            ("contains", [value]) => Some(items.iter().any(|item| equal(item, value)).into()),
            ("toString", []) => Some(java_text(on).into()),
            _ => None,
        }),
        Json::Object(map) => Ok(match (name, texts.as_slice()) {
            ("size", []) => Some(map.len().into()),
            ("isEmpty", []) => Some(map.is_empty().into()),
            ("get", [key]) => map.get(key).cloned(),
            ("containsKey", [key]) => Some(map.contains_key(key).into()),
            ("keySet", []) => Some(map.keys().cloned().collect()),
            ("values", []) => Some(map.values().cloned().collect()),
            ("entrySet", []) => {
                Some(map.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect())
            }
            ("toString", []) => Some(java_text(on).into()),
            _ => None,
        }),
        other => Ok((name == "toString").then(|| java_text(other).into())),
    }
}

fn of_text(text: &str, name: &str, texts: &[String], arguments: &[Json]) -> Result<Option<Json>, String> {
    let cut = |at: Option<&Json>| at.and_then(Json::as_i64).and_then(|at| usize::try_from(at).ok());
    Ok(match (name, texts) {
        ("length", []) => Some(text.encode_utf16().count().into()),
        ("isEmpty", []) => Some(text.is_empty().into()),
        ("toString", []) => Some(text.into()),
        ("trim", []) => Some(text.trim().into()),
        ("toLowerCase", []) => Some(text.to_lowercase().into()),
        ("toUpperCase", []) => Some(text.to_uppercase().into()),
        ("equals", [other]) => Some((arguments[0].is_string() && text == other).into()),
        ("equalsIgnoreCase", [other]) => Some((text.to_lowercase() == other.to_lowercase()).into()),
        ("contains", [other]) => Some(text.contains(other.as_str()).into()),
        ("startsWith", [other]) => Some(text.starts_with(other.as_str()).into()),
        ("endsWith", [other]) => Some(text.ends_with(other.as_str()).into()),
        ("concat", [other]) => Some(format!("{text}{other}").into()),
        ("indexOf", [other]) => {
            let at = text.find(other.as_str()).map(|at| text[..at].encode_utf16().count() as i64);
            Some(at.unwrap_or(-1).into())
        }
        ("replace", [from, to]) => Some(text.replace(from.as_str(), to).into()),
        ("replaceAll", [from, to]) => Some(text.replace(&literal(from)?, &replacement(to)?).into()),
        ("split", [by]) => {
            let mut parts: Vec<&str> = text.split(literal(by)?.as_str()).collect();
            while parts.len() > 1 && parts.last().is_some_and(|part| part.is_empty()) {
                parts.pop();
            }
            Some(json!(parts))
        }
        ("substring", _) => {
            let units: Vec<u16> = text.encode_utf16().collect();
            let end = if arguments.len() > 1 { cut(arguments.get(1)) } else { Some(units.len()) };
            let part = cut(arguments.first()).zip(end).and_then(|(start, end)| units.get(start..end));
            part.map(|part| String::from_utf16_lossy(part).into())
        }
        ("matches" | "replaceFirst", _) => {
            return Err(format!("`{name}` takes a regular expression, which is not built here"));
        }
        _ => None,
    })
}

/// The text that a regular expression stands for, if it is one without operators.
fn literal(expression: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut chars = expression.chars();
    while let Some(c) = chars.next() {
        let plain = match c {
            '\\' => chars.next().filter(|c| !c.is_alphanumeric()),
            c => Some(c).filter(|c| !".^$*+?()[]{}|".contains(*c)),
        };
        match plain {
            Some(c) => text.push(c),
            None => return Err(format!("the regular expression `{expression}` is not built here")),
        }
    }
    match text.is_empty() {
        true => Err("an empty regular expression is not built here".into()),
        false => Ok(text),
    }
}

/// The text that a replacement stands for: a backslash makes what follows literal.
fn replacement(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '$' => return Err(format!("the replacement `{text}` names a group, which is not built here")),
            c => out.push(c),
        }
    }
    Ok(out)
}

/// `$util`'s methods.
pub(super) fn util(name: &str, arguments: &[Json]) -> Result<Option<Json>, String> {
    let text = arguments.first().map(java_text).unwrap_or_default();
    Ok(match name {
        "escapeJavaScript" => Some(escape_java_script(&text).into()),
        "parseJson" => {
            Some(serde_json::from_str(&text).map_err(|error| format!("`$util.parseJson`: {error}"))?)
        }
        "base64Encode" => Some(STANDARD.encode(text).into()),
        "base64Decode" => {
            let bytes = STANDARD.decode(text).map_err(|error| format!("`$util.base64Decode`: {error}"))?;
            Some(String::from_utf8_lossy(&bytes).into_owned().into())
        }
        "urlEncode" => Some(encoded(&text).into()),
        "urlDecode" => Some(decoded(&text).into()),
        _ => return Err(format!("`$util` has no `{name}`")),
    })
}

/// As Apache Commons Lang does.
fn escape_java_script(text: &str) -> String {
    let mut out = String::new();
    for unit in text.encode_utf16() {
        match u8::try_from(unit).map(char::from) {
            Ok(c @ ('\'' | '"' | '\\' | '/')) => out.extend(['\\', c]),
            Ok('\n') => out.push_str("\\n"),
            Ok('\t') => out.push_str("\\t"),
            Ok('\r') => out.push_str("\\r"),
            Ok('\u{8}') => out.push_str("\\b"),
            Ok('\u{c}') => out.push_str("\\f"),
            Ok(c @ ' '..='\u{7f}') => out.push(c),
            _ => {
                let _ = write!(out, "\\u{unit:04X}");
            }
        }
    }
    out
}

/// A path of the body: `$`, `.name`, `['name']`, `[0]`, `[*]`.
pub(super) fn path(text: &str) -> Result<JsonPath, String> {
    let wrong =
        || format!("the path `{text}` is not built here: `$`, `.name`, `['name']`, `[0]` and `[*]` are");
    let mut rest = text.strip_prefix('$').ok_or_else(wrong)?;
    let mut segments = Vec::new();
    while !rest.is_empty() {
        if let Some(named) = rest.strip_prefix('.') {
            let end = named.find(['.', '[']).unwrap_or(named.len());
            let name = &named[..end];
            if name.is_empty() || name.contains(['*', '(', ')', '?', '@', ' ']) {
                return Err(wrong());
            }
            segments.push(Segment::Name(name.to_owned()));
            rest = &named[end..];
            continue;
        }
        let inner = rest.strip_prefix('[').ok_or_else(wrong)?;
        let quote = inner.chars().next().filter(|c| *c == '\'' || *c == '"');
        let (segment, after) = match quote {
            Some(quote) => {
                let (name, after) = inner[1..].split_once(quote).ok_or_else(wrong)?;
                (Segment::Name(name.to_owned()), after.strip_prefix(']').ok_or_else(wrong)?)
            }
            None => {
                let (index, after) = inner.split_once(']').ok_or_else(wrong)?;
                let segment = match index {
                    "*" => Segment::Every,
                    index => Segment::Index(index.parse().map_err(|_| wrong())?),
                };
                (segment, after)
            }
        };
        segments.push(segment);
        rest = after;
    }
    Ok(JsonPath(segments))
}
