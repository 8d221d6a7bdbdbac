//! The field tables against the API models that AWS publishes (botocore's, in the tests' Python).

mod left_out;
mod operations;
mod reduced;

use std::collections::BTreeSet;
use std::path::Path;

use gatewayctl::engine::field::{Field, TAGS, Type};
use gatewayctl::engine::path::is_within;
use gatewayctl::kinds;
use serde_json::Value;

use crate::support::emulators::run_python;
use crate::support::rows::{Row, rows};
use left_out::{LeftOut, left_out};
use operations::Operation;
pub use operations::operations;

/// A member of an operation's input.
#[derive(Debug)]
struct Member {
    path: String,
    ty: String,
    min: Option<f64>,
    max: Option<f64>,
    words: Vec<String>,
}

impl Member {
    fn of(told: &Value) -> Member {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Member {
            path: text(&told["path"]),
            ty: text(&told["type"]),
            min: told["min"].as_f64(),
            max: told["max"].as_f64(),
            words: told["enum"].as_array().into_iter().flatten().map(text).collect(),
        }
    }
}

#[test]
fn every_input_member_of_every_operation_is_a_row_or_is_left_out_with_a_reason() {
    let operations = operations();
    let names: BTreeSet<&str> = operations.iter().map(|operation| operation.name.as_str()).collect();
    let args: Vec<&str> = std::iter::once("inputs").chain(names.iter().copied()).collect();
    let inputs = run_python("model.py", &args);
    let mut check = Check { left_out: left_out(), ..Check::default() };
    for operation in &operations {
        let members = inputs[&operation.name].as_array().expect("members").iter().map(Member::of);
        check.operation(operation, &members.collect::<Vec<_>>());
    }
    check.rows(&operations.iter().map(|operation| operation.kind.as_str()).collect());
    let needless: Vec<String> = check
        .left_out
        .iter()
        .enumerate()
        .filter(|(at, _)| !check.needed.contains(at))
        .map(|(_, LeftOut { of, path, reason })| format!("{of} {path}: {reason}"))
        .collect();
    let wrong = check.wrong;
    assert!(wrong.is_empty() && needless.is_empty(), "{wrong:#?}, and left out that are not: {needless:#?}");
}

/// What has been found so far.
#[derive(Default)]
struct Check {
    left_out: Vec<LeftOut>,
    wrong: Vec<String>,
    /// Entries of the list that were needed.
    needed: BTreeSet<usize>,
    /// Rows that are members, by kind.
    met: BTreeSet<(&'static str, String)>,
}

impl Check {
    fn operation(&mut self, operation: &Operation, members: &[Member]) {
        let about = kinds::kind(&operation.kind).expect("a kind").about();
        let rows = rows(about.fields);
        // What is left out is left out with everything in it.
        let mut left_out: Vec<String> = Vec::new();
        for member in members {
            if left_out.iter().any(|above| is_within(&member.path, above)) {
                continue;
            }
            let path = operation.path(&member.path);
            let exact = rows.iter().find(|row| row.path == path && !row.path.is_empty());
            let above = rows.iter().any(|row| row.rules(&path).is_some() && !row.is_container());
            let below = rows.iter().any(|row| row.is_below(&path));
            if exact.is_none() && !above && !below {
                match self.entry(operation, &member.path) {
                    true => left_out.push(member.path.clone()),
                    false => self.say(operation, member, "is no row and is not left out"),
                }
                continue;
            }
            rows.iter().filter(|row| row.rules(&path).is_some()).for_each(|row| {
                self.met.insert((about.kind, row.path.clone()));
            });
            for what in exact.map(|row| compare(row, member)).unwrap_or_default() {
                let at = format!("{}={}", member.path, what.word);
                if !self.entry(operation, &at) {
                    self.say(operation, member, &format!("{} (left out as `{at}`)", what.said));
                }
            }
        }
    }

    /// Rows that are no member of any operation.
    fn rows(&mut self, kinds: &BTreeSet<&str>) {
        for kind in kinds::registry().iter().map(|kind| kind.about()) {
            if !kinds.contains(kind.kind) {
                self.wrong.push(format!("{}: no operation of it is listed", kind.kind));
                continue;
            }
            for row in rows(kind.fields).iter().filter(|row| !row.path.is_empty() && !row.field.computed) {
                if !self.met.contains(&(kind.kind, row.path.clone())) && !self.row_entry(kind.kind, &row.path)
                {
                    self.wrong
                        .push(format!("{}: the row {} is no member of any operation", kind.kind, row.path));
                }
            }
        }
    }

    fn entry(&mut self, operation: &Operation, path: &str) -> bool {
        self.entry_named(&format!("{}/{}", operation.kind, operation.name), path)
            || self.entry_named(&operation.name, path)
    }

    fn entry_named(&mut self, name: &str, path: &str) -> bool {
        let found = self.left_out.iter().position(|entry| entry.path == path && entry.is_of(name));
        self.needed.extend(found);
        found.is_some()
    }

    /// Whether the row, or one that it stands in, is on the list.
    fn row_entry(&mut self, kind: &str, path: &str) -> bool {
        let found = self.left_out.iter().position(|entry| is_within(path, &entry.path) && entry.is_of(kind));
        self.needed.extend(found);
        found.is_some()
    }

    fn say(&mut self, operation: &Operation, member: &Member, what: &str) {
        self.wrong.push(format!("{} {} {}: {what}", operation.kind, operation.name, member.path));
    }
}

/// Where a row says something else than the model.
struct Unlike {
    /// What the entry that leaves it out is called.
    word: String,
    said: String,
}

fn unlike(word: &str, said: String) -> Unlike {
    Unlike { word: word.to_owned(), said }
}

/// A row beside the member of the same path. What has no key of its own is not read from a file: only
/// what it is called and its shape count.
fn compare(row: &Row, member: &Member) -> Vec<Unlike> {
    let Field { ty, key, .. } = *row.field;
    let mut found = Vec::new();
    // The user's tags are a map here; most services take a list of pairs.
    if row.path == TAGS.path && member.ty == "list" {
        return found;
    }
    let shape = match ty {
        Type::Text { .. } | Type::Enum(_) | Type::Ref(_) => &["string", "timestamp", "blob"][..],
        Type::Int { .. } | Type::Duration { .. } => &["integer", "long"],
        Type::Float { .. } => &["double", "float"],
        Type::Bool => &["boolean"],
        Type::List(_) => &["list"],
        Type::Map(_) => &["map"],
        Type::Object(_) => &["structure"],
        // Documents travel as text or as they are.
        Type::Document(_) | Type::Node => return found,
    };
    if !shape.contains(&member.ty.as_str()) {
        found.push(unlike("type", format!("is a {} in the model and {ty:.40?} in the table", member.ty)));
        return found;
    }
    if let Type::Enum(words) = ty {
        let missing = member.words.iter().filter(|word| !words.iter().any(|(_, own)| own == word));
        found.extend(missing.map(|word| unlike(word, format!("`{word}` is missing in the table"))));
        if !member.words.is_empty() {
            let unknown = words.iter().filter(|(_, own)| !member.words.iter().any(|word| word == own));
            found.extend(unknown.map(|(_, word)| unlike(word, format!("`{word}` is not in the model"))));
        }
        return found;
    }
    if !member.words.is_empty() && !key.is_empty() && !matches!(ty, Type::Ref(_)) {
        found.push(unlike("enum", format!("is one of {:?} in the model", member.words)));
    }
    let bounds = match ty {
        Type::Text { min, max } => Some((min as f64, max as f64)),
        Type::Int { min, max } | Type::Duration { min, max, .. } => Some((min as f64, max as f64)),
        Type::Float { min, max } => Some((min, max)),
        _ => None,
    };
    if let Some((min, max)) = bounds.filter(|_| !key.is_empty() && member.words.is_empty()) {
        if member.min.is_some_and(|least| min < least) {
            found.push(unlike(
                "min",
                format!("is at least {:?} in the model and {min} in the table", member.min),
            ));
        }
        if member.max.is_some_and(|most| max > most) {
            found.push(unlike(
                "max",
                format!("is at most {:?} in the model and {max} in the table", member.max),
            ));
        }
        if member.min.is_some_and(|least| min > least) || member.max.is_some_and(|most| max < most) {
            let said = format!(
                "is {:?} to {:?} in the model and {min} to {max} in the table",
                member.min, member.max
            );
            found.push(unlike("narrower", said));
        }
    }
    found
}

/// Where the tests find the repository's own file.
fn own(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
