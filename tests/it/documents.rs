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

    /// The same document as AWS might answer it too, each with what it does: at every place that a row
    /// has in it, also in the items of lists and under the keys of maps.
    fn variants(&self) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        for row in self.rows.iter().filter(|row| !row.path.is_empty() && !row.field.computed) {
            for place in places(&self.live, &row.path) {
                found.extend(self.variants_at(row, &place));
            }
        }
        found
    }

    fn variants_at(&self, row: &Row, place: &[Step]) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        let path = shown(place);
        let there = at(&self.live, place);
        let mut add = |what: &str, value: Option<Value>| {
            found.push((format!("{path} {what}"), with(&self.live, place, value)));
        };
        if let Absent::Default(default) = row.field.absent {
            if there.is_none() {
                add("is its default", Some(default.value()));
            } else if !self.wish_at(place) {
                add("is left out", None);
            }
        }
        if there.is_none() {
            let empty = match row.field.ty {
                Type::List(_) => Value::List(Vec::new()),
                Type::Map(_) | Type::Object(_) => Value::map(),
                _ => Value::Null,
            };
            add("is empty", Some(empty));
            add("is null", Some(Value::Null));
        }
        if let (Compare::Set | Compare::Keyed(_), Some(items)) =
            (row.field.compare, there.and_then(Value::as_list))
        {
            let turned: Vec<Value> = items.iter().rev().cloned().collect();
            add("is turned", Some(turned.into()));
        }
        if let (Compare::CaseInsensitive, Some(text)) = (row.field.compare, there.and_then(Value::as_str)) {
            add("is in capitals", Some(text.to_uppercase().into()));
        }
        found
    }
}

/// Where a row stands in a document: in every item and under every key that is there, whether it has a
/// value there or not.
fn places(value: &Value, row: &str) -> Vec<Vec<Step>> {
    let mut found = vec![Vec::new()];
    for segment in row.split('.') {
        let (key, lists) = segment.split_at(segment.find("[]").unwrap_or(segment.len()));
        let mut next = Vec::new();
        for place in found {
            match (key, at(value, &place)) {
                ("*", Some(Value::Map(members))) => {
                    next.extend(members.keys().map(|key| below(&place, Step::Key(key.clone()))));
                }
                (key, Some(Value::Map(_))) if key != "*" => {
                    next.push(below(&place, Step::Key(key.to_owned())))
                }
                _ => {}
            }
        }
        for _ in 0..lists.len() / 2 {
            let items =
                |place: &Vec<Step>| at(value, place).and_then(Value::as_list).map_or(0, <[Value]>::len);
            let each = |place: Vec<Step>| (0..items(&place)).map(move |n| below(&place, Step::Item(n)));
            next = next.into_iter().flat_map(each).collect();
        }
        found = next;
    }
    found
}

fn below(place: &[Step], step: Step) -> Vec<Step> {
    [place, &[step]].concat()
}

/// What stands at a place.
fn at<'v>(value: &'v Value, place: &[Step]) -> Option<&'v Value> {
    place.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.as_map()?.get(key),
        Step::Item(n) => value.as_list()?.get(*n),
    })
}

/// The value with another one at a place, or with none.
fn with(value: &Value, place: &[Step], new: Option<Value>) -> Value {
    let Some((step, rest)) = place.split_first() else { return new.unwrap_or(Value::Null) };
    match (value, step) {
        (Value::Map(members), Step::Key(key)) => {
            let mut members = members.clone();
            match (rest, &new, members.get(key)) {
                ([], None, _) => drop(members.shift_remove(key)),
                ([], Some(new), _) => drop(members.insert(key.clone(), new.clone())),
                (_, _, Some(inner)) => {
                    let inner = with(inner, rest, new);
                    members.insert(key.clone(), inner);
                }
                (_, _, None) => panic!("{key} is not there"),
            }
            Value::Map(members)
        }
        (Value::List(items), Step::Item(n)) => {
            let mut items = items.clone();
            items[*n] = with(&items[*n], rest, new);
            Value::List(items)
        }
        _ => panic!("no such place"),
    }
}

/// A place as people read it.
fn shown(place: &[Step]) -> String {
    place.iter().fold(String::new(), |path, step| match step {
        Step::Key(key) if path.is_empty() => key.clone(),
        Step::Key(key) => format!("{path}.{key}"),
        Step::Item(n) => format!("{path}[{n}]"),
    })
}

/// Every leaf's place in a value, as steps.
fn leaves(value: &Value, at: &[Step], found: &mut Vec<Vec<Step>>) {
    match value {
        Value::Map(members) => {
            members.iter().for_each(|(key, value)| leaves(value, &below(at, Step::Key(key.clone())), found));
        }
        Value::List(items) => {
            items.iter().enumerate().for_each(|(n, item)| leaves(item, &below(at, Step::Item(n)), found));
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
    let mut wrong = Vec::new();
    let (mut outside, mut inside) = (0, 0);
    for document in documents() {
        for (what, live) in document.variants() {
            let change = document.change(&live);
            if !change.is_same() {
                wrong.push(format!("{}, {what}: {:?}", document.name, change.paths()));
            }
            *if what.contains('[') { &mut inside } else { &mut outside } += 1;
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(outside > 500 && inside > 100, "only {outside} variants, and {inside} in items of lists");
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
