//! Live documents in the shapes that AWS answers, each with its declaration: nothing differs. Nor does
//! anything in their variants, which are made from the field tables; and where one value really is
//! another, exactly that differs.

mod answers;

use std::collections::BTreeSet;
use std::path::Path;

use gatewayctl::diff::{Change, Leaf, Origin, Table, Versions, Why, diff, normalise, version_of};
use gatewayctl::engine::field::{Absent, Compare, Type};
use gatewayctl::engine::{Address, Resource, Value};
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
    /// It was read from what AWS answers, by the kind itself.
    is_answer: bool,
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
        told => {
            let told = told_of(Value::from(told.clone()), resource);
            answers::read(kind.live(), &graph, &address, &told, json["id"].as_str())
        }
    };
    Document {
        kind: resource.kind,
        name: file.file_stem().expect("a name").to_string_lossy().into_owned(),
        table: Table::new(fields),
        rows: rows(fields),
        live: live.into(),
        is_answer: !json["answers"].is_null(),
        wish: resource.properties.clone(),
    }
}

/// Answers with what only a run can know in them: `{wish:PATH}`, such as a digest, and `{name}`.
fn told_of(told: Value, resource: &Resource) -> Value {
    told.map_leaves(&mut |leaf| {
        let Some(text) = leaf.as_str() else { return leaf };
        let text = text.replace("{name}", &resource.name);
        match text.split_once("{wish:").and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
            Some((before, (path, after))) => {
                let wished = resource.properties.text_at(path).expect("a text of the wish");
                format!("{before}{wished}{after}").into()
            }
            None => text.into(),
        }
    })
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
        (Value::Number(number), None) => Some(match value.as_i64() {
            Some(number) if number > 9 => (number - 1).into(),
            Some(number) => (number + 1).into(),
            None => Json::from(number.as_f64()? / 2.0).into(),
        }),
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
        if document.is_answer {
            kinds.remove(document.kind);
        }
    }
    assert!(kinds.is_empty(), "there is no answer of AWS's for {kinds:?}");
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
    let mut wrong = Vec::new();
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
            let what = without_items(&shown(&place));
            let told = told(&change);
            let is_exact = match row.is_key {
                // An item known by this member is another item: one goes and one comes, and no more.
                true => is_exchange(&told, &live, &other, &place),
                false => {
                    let ways: Vec<Why> = told.iter().map(|leaf| leaf.why).collect();
                    // Of a list without order, in a document too, one item goes and another comes.
                    let is_one = ways.len() == 1 || ways == [Why::Added, Why::Removed];
                    is_one && told.iter().all(|leaf| without_items(&leaf.path) == what)
                }
            };
            if !is_exact {
                let paths: Vec<_> = told.iter().map(|leaf| (leaf.why, &leaf.path)).collect();
                wrong.push(format!("{}: another {what} is told as {paths:?}", document.name));
            }
            tried += 1;
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(tried > 150, "only {tried} differences");
}

/// What a change says: of a document, what differs inside.
fn told(change: &Change) -> Vec<&Leaf> {
    match change {
        Change::Same => Vec::new(),
        Change::Members(changes) | Change::Items(changes) => {
            changes.iter().flat_map(|(_, change)| told(change)).collect()
        }
        Change::Leaf(leaf) => vec![leaf],
        Change::Document(document) if document.inside.is_same() => vec![&document.whole],
        Change::Document(document) => told(&document.inside),
    }
}

/// Whether it is said that the live item goes whose member at the place is another now, and that the
/// wished one comes, each with all that is in it and nothing else.
fn is_exchange(told: &[&Leaf], live: &Value, other: &Value, place: &[Step]) -> bool {
    let item = &place[..place.len() - 1];
    let list = shown(&item[..item.len() - 1]);
    let key = |of: &Value| at(of, place).and_then(Value::as_str).unwrap_or_default().to_owned();
    let all = |key: &str, why: Why| {
        let mut own = told.iter().filter(|leaf| leaf.path.starts_with(&format!("{list}[{key}]"))).peekable();
        own.peek().is_some() && own.all(|leaf| leaf.why == why)
    };
    let (wished, gone) = (key(live), key(other));
    let either =
        |leaf: &&Leaf| [&wished, &gone].iter().any(|key| leaf.path.starts_with(&format!("{list}[{key}]")));
    all(&wished, Why::Added) && all(&gone, Why::Removed) && told.iter().all(either)
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
