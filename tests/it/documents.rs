//! Live documents in the shapes that AWS answers, each with its declaration: nothing differs. Nor does
//! anything in their variants, which are made from the field tables; and where one value really is
//! another, exactly that differs.

mod answers;

use std::collections::BTreeSet;
use std::path::Path;

use gatewayctl::diff::{Change, Origin, Table, Versions, diff, normalise, version_of};
use gatewayctl::engine::field::{Absent, Compare, Type};
use gatewayctl::engine::{Address, Value};
use gatewayctl::kinds;
use serde_json::Value as Json;

use crate::support::account::Source;
use crate::support::rows::{Row, rows};

/// One live document.
struct Document {
    kind: &'static str,
    name: String,
    table: Table,
    rows: Vec<Row>,
    live: Value,
    wish: Value,
}

/// Every one in `tests/documents`: where it is from, the stack, the address, and what AWS answers:
/// `answers` by operation, which the kind reads as it does a live account, or `live` in the shape that
/// comes of it.
fn documents() -> Vec<Document> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("documents").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files.iter().map(|file| document(file)).collect()
}

fn document(file: &Path) -> Document {
    let text = std::fs::read_to_string(file).expect("a document");
    let json: Json = serde_json::from_str(&text).expect("JSON");
    assert!(json["source"].as_str().is_some_and(|source| !source.is_empty()), "{}", file.display());
    let lines: Vec<&str> = json["stack"].as_array().expect("lines").iter().filter_map(Json::as_str).collect();
    let address: Address = json["address"].as_str().expect("an address").parse().expect("an address");
    let (graph, ..) = Source::new(&lines.join("\n")).compile();
    let resource = &graph.resources[&address];
    let kind = kinds::kind(resource.kind).expect("a kind");
    let fields = kind.about().fields;
    let live = match &json["answers"] {
        Json::Null => json["live"].clone(),
        told => answers::read(kind.live(), &graph, &address, told, json["id"].as_str()),
    };
    Document {
        kind: resource.kind,
        name: file.file_stem().expect("a name").to_string_lossy().into_owned(),
        table: Table::new(fields),
        rows: rows(fields),
        live: Value::from(live).map_leaves(&mut |leaf| match leaf.as_str() {
            // What only a run can know, such as a digest: `wish:PATH`.
            Some(text) if text.starts_with("wish:") => {
                resource.properties.at(&text["wish:".len()..]).cloned().expect("a path of the wish")
            }
            _ => leaf,
        }),
        wish: resource.properties.clone(),
    }
}

impl Document {
    /// What differs between a live document and the wish.
    fn change(&self, live: &Value) -> Change {
        let desired = version_of(&self.wish, &self.table);
        let recorded = desired.known().map(str::to_owned);
        diff(live, &self.wish, &self.table, Versions { live: recorded.as_deref(), desired })
    }

    /// The same document as AWS might answer it too, each with what it does.
    fn variants(&self) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        for row in self.rows.iter().filter(|row| !row.path.contains("[]") && !row.path.contains('*')) {
            let path = row.path.as_str();
            let there = self.live.at(path);
            let parent = path.rsplit_once('.').is_none_or(|(parent, _)| self.live.at(parent).is_some());
            if path.is_empty() || row.field.computed || !parent {
                continue;
            }
            if let Absent::Default(default) = row.field.absent {
                if there.is_none() {
                    found.push((format!("{path} is its default"), self.with(path, default.value())));
                } else if self.wish.at(path).is_none() {
                    let mut live = self.live.clone();
                    live.remove(path);
                    found.push((format!("{path} is left out"), live));
                }
            }
            if there.is_none() {
                let empty = match row.field.ty {
                    Type::List(_) => Value::List(Vec::new()),
                    Type::Map(_) | Type::Object(_) => Value::map(),
                    _ => Value::Null,
                };
                found.push((format!("{path} is empty"), self.with(path, empty)));
                found.push((format!("{path} is null"), self.with(path, Value::Null)));
            }
            if let (Compare::Set | Compare::Keyed(_), Some(items)) =
                (row.field.compare, there.and_then(Value::as_list))
            {
                let turned: Vec<Value> = items.iter().rev().cloned().collect();
                found.push((format!("{path} is turned"), self.with(path, turned.into())));
            }
            if let (Compare::CaseInsensitive, Some(text)) = (row.field.compare, there.and_then(Value::as_str))
            {
                found.push((format!("{path} is in capitals"), self.with(path, text.to_uppercase().into())));
            }
        }
        found
    }

    fn with(&self, path: &str, value: Value) -> Value {
        let mut live = self.live.clone();
        live.put(path, value);
        live
    }
}

/// Every leaf's place in a value, as steps.
fn leaves(value: &Value, at: &[Step], found: &mut Vec<Vec<Step>>) {
    let below = |step| [at, &[step]].concat();
    match value {
        Value::Map(members) => {
            members.iter().for_each(|(key, value)| leaves(value, &below(Step::Key(key.clone())), found));
        }
        Value::List(items) => {
            items.iter().enumerate().for_each(|(n, item)| leaves(item, &below(Step::Item(n)), found));
        }
        _ => found.push(at.to_vec()),
    }
}

#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Item(usize),
}

/// A place's general path.
fn general(steps: &[Step]) -> String {
    steps.iter().fold(String::new(), |path, step| match step {
        Step::Key(key) if path.is_empty() => key.clone(),
        Step::Key(key) => format!("{path}.{key}"),
        Step::Item(_) => format!("{path}[]"),
    })
}

/// The value with another one at a place; nothing where there is no other.
fn altered(value: &Value, steps: &[Step]) -> Option<Value> {
    match (value, steps.split_first()) {
        (Value::Map(members), Some((Step::Key(key), rest))) => {
            let mut members = members.clone();
            members.insert(key.clone(), altered(&members[key], rest)?);
            Some(Value::Map(members))
        }
        (Value::List(items), Some((Step::Item(n), rest))) => {
            let mut items = items.clone();
            items[*n] = altered(&items[*n], rest)?;
            Some(Value::List(items))
        }
        (Value::String(text), None) => Some(format!("{text}-another").into()),
        (Value::Bool(truth), None) => Some((!truth).into()),
        // Less, since more is the same where a number is a floor; small ones grow, since zero may be none.
        (Value::Number(_), None) => {
            let number = value.as_i64()?;
            Some((if number > 9 { number - 1 } else { number + 1 }).into())
        }
        _ => None,
    }
}

// E3 (hashicorp/terraform-provider-aws#7280, hashicorp/terraform#20269): `<` comes back as an escape.
// C1 (terraform-aws-modules/terraform-aws-eventbridge#166): secret values, which no read shows, are a
// difference for ever.
#[test]
fn what_aws_answers_is_what_was_declared() {
    let mut kinds: BTreeSet<&str> = kinds::registry().iter().map(|kind| kind.about().kind).collect();
    for document in documents() {
        let change = document.change(&document.live);
        assert!(change.is_same(), "{}: {:?}", document.name, change.leaves().collect::<Vec<_>>());
        kinds.remove(document.kind);
    }
    assert!(kinds.is_empty(), "there is no document of {kinds:?}");
}

#[test]
fn what_aws_might_answer_as_well_is_the_same() {
    let mut tried = 0;
    for document in documents() {
        for (what, live) in document.variants() {
            let change = document.change(&live);
            let paths = change.paths();
            assert!(change.is_same(), "{}, {what}: {paths:?}", document.name);
            tried += 1;
        }
    }
    assert!(tried > 50, "only {tried} variants");
}

#[test]
fn one_real_difference_is_exactly_that_difference() {
    let mut tried = 0;
    for document in documents() {
        // What is a default is left out; what no row knows goes.
        let live = normalise(&document.live, &document.table, Origin::Live);
        let mut places = Vec::new();
        leaves(&live, &[], &mut places);
        for place in places {
            let path = general(&place);
            let row = document
                .rows
                .iter()
                .filter_map(|row| Some((row.rules(&path)?, row)))
                .max_by_key(|(steps, _)| *steps)
                .map(|(_, row)| row);
            let Some(row) = row.filter(|row| is_told(document.wish_at(&place), row)) else { continue };
            let Some(other) = altered(&live, &place) else { continue };
            let change = document.change(&other);
            let paths: Vec<String> = change.leaves().map(|leaf| without_items(&leaf.path)).collect();
            // An item known by this member is another item.
            let own =
                if row.is_key { path.rsplit_once("[]").map_or("", |(list, _)| list) } else { &row.path };
            let own = without_items(own);
            let own = own.split(".*").next().unwrap_or_default();
            assert!(
                !paths.is_empty() && paths.iter().all(|path| path.starts_with(own)),
                "{}: another {path} is told as {paths:?}",
                document.name
            );
            // Of a list without order one item goes and another comes.
            let most = if row.field.compare == Compare::Set { 2 } else { 1 };
            assert!(row.is_key || paths.len() <= most, "{}: {path}: {paths:?}", document.name);
            tried += 1;
        }
    }
    assert!(tried > 30, "only {tried} differences");
}

/// Whether a difference there can be told: what never comes back cannot, nor what only the server says,
/// nor what only a create takes.
fn is_told(wished: bool, row: &Row) -> bool {
    let field = row.field;
    let told = !field.computed && !field.write_only && !matches!(field.compare, Compare::Once);
    told && (wished || !matches!(field.absent, Absent::Unmanaged))
}

impl Document {
    /// Whether the wish says something at a place or in what is there.
    fn wish_at(&self, place: &[Step]) -> bool {
        fn stands(value: &Value, place: &[Step]) -> bool {
            match place.split_first() {
                None => true,
                Some((Step::Key(key), rest)) => value.get(key).is_some_and(|value| stands(value, rest)),
                // Items may stand in another order: it is enough that one of them has it.
                Some((Step::Item(_), rest)) => {
                    value.as_list().unwrap_or_default().iter().any(|item| stands(item, rest))
                }
            }
        }
        stands(&self.wish, place)
    }
}

/// A path without what stands in brackets.
fn without_items(path: &str) -> String {
    let mut text = String::new();
    let mut depth = 0;
    for c in path.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ if depth == 0 => text.push(c),
            _ => {}
        }
    }
    text
}
