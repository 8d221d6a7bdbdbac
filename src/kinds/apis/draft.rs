//! The properties while several sources write them: sugar, routes, OpenAPI documents. What they say is
//! merged deeply; two values for one place are an error that points at both.

use crate::engine::Value;
use crate::kinds::Lowering;
use crate::source::{Diagnostic, Span};

/// Where in the text a path below the written one comes from (`""` is itself), and what to say of the
/// place beside its span: the line of another file.
pub(super) type Whence<'a> = &'a dyn Fn(&str) -> (Span, String);

/// Merges a value into the properties. Keys may contain dots, so the path comes in parts.
pub(super) fn merge(own: &mut Lowering<'_>, path: &[&str], value: Value, whence: Whence<'_>) {
    let mut clashes = Vec::new();
    let mut written = Vec::new();
    let at = path.join(".");
    let mut slot = &mut own.resource.properties;
    for part in path {
        if !matches!(slot, Value::Map(_)) {
            *slot = Value::map();
        }
        let Value::Map(map) = slot else { return };
        slot = map.entry((*part).to_owned()).or_default();
    }
    join(slot, value, "", &mut written, &mut clashes);
    for below in written {
        let span = whence(&below).0;
        own.resource.places.insert(format!("{at}{below}"), span);
    }
    for below in clashes {
        let (span, line) = whence(&below);
        let path = format!("{at}{below}");
        let first = own.nearest_place(&path);
        let line = if line.is_empty() { line } else { format!("{line}: ") };
        let finding = Diagnostic::error("two_values", format!("{line}`{path}` has another value already"));
        let finding = finding.at(span).related(first, "it is said here");
        own.finding(finding.help("one of the two has to go"));
    }
}

/// Merges what stands at one place of the text.
pub(super) fn merge_at(own: &mut Lowering<'_>, path: &[&str], value: Value, at: Span) {
    merge(own, path, value, &|_| (at, String::new()));
}

fn join(slot: &mut Value, value: Value, at: &str, written: &mut Vec<String>, clashes: &mut Vec<String>) {
    match (&mut *slot, value) {
        (Value::Null, value) => {
            record(&value, at, written);
            *slot = value;
        }
        (Value::Map(there), Value::Map(new)) => {
            for (key, value) in new {
                let below = format!("{at}.{key}");
                join(there.entry(key).or_default(), value, &below, written, clashes);
            }
        }
        (there, value) if *there != value => clashes.push(at.to_owned()),
        _ => {}
    }
}

fn record(value: &Value, at: &str, written: &mut Vec<String>) {
    written.push(at.to_owned());
    for (key, value) in value.as_map().into_iter().flatten() {
        record(value, &format!("{at}.{key}"), written);
    }
}
