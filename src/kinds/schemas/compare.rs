//! Whether who reads by one schema can read what is written by another: a comparison of two JSON Schemas
//! (draft 4, or those of an OpenAPI document), part by part.
//!
//! It says only what it is sure of: a break that is named is one. What two schemas say by `not`, or what only
//! values show, it does not compare.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::engine::Value;

/// Which of the two versions is read by, and which one is written by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Readers {
    /// Those of the version before read what is written by the new one.
    Before,
    /// Those of the new version read what was written by the one before.
    After,
}

/// What such a reader cannot read, or misses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Break {
    /// Where in the new document, such as `.properties.guest.required`; empty for the top.
    pub place: String,
    /// What has become of which field.
    pub what: String,
}

/// The most references that are followed one after the other.
const MOST_REFS: usize = 32;
/// Where an OpenAPI document keeps its schemas.
const SCHEMAS: &str = "components.schemas";

/// What breaks between two versions.
pub(super) fn breaks(before: &Value, after: &Value, readers: Readers) -> Vec<Break> {
    let mut check =
        Check { before, after, readers, found: Vec::new(), seen: BTreeSet::new(), readable: Rc::default() };
    match (before.at(SCHEMAS), after.at(SCHEMAS)) {
        (None, None) => check.compare(Spot::top(before), Spot::top(after), ""),
        (old, new) => check.documents(old, new),
    }
    check.found
}

/// A part of a version, and where it stands there.
#[derive(Clone)]
struct Spot<'v> {
    value: &'v Value,
    place: String,
}

impl<'v> Spot<'v> {
    fn top(value: &'v Value) -> Spot<'v> {
        Spot { value, place: String::new() }
    }

    fn below(&self, key: &str, value: &'v Value) -> Spot<'v> {
        Spot { value, place: format!("{}.{key}", self.place) }
    }

    fn get(&self, key: &str) -> Option<Spot<'v>> {
        self.value.get(key).map(|value| self.below(key, value))
    }

    fn list(&self, key: &str) -> Vec<Spot<'v>> {
        let items = self.value.get(key).and_then(Value::as_list).unwrap_or_default();
        let spot = |(at, value)| Spot { value, place: format!("{}.{key}[{at}]", self.place) };
        items.iter().enumerate().map(spot).collect()
    }
}

/// What a schema says, with everything that it takes in by `allOf`.
#[derive(Default)]
struct Shape<'v> {
    types: Option<BTreeSet<&'v str>>,
    required: BTreeSet<&'v str>,
    properties: BTreeMap<&'v str, Spot<'v>>,
    additional: Option<Spot<'v>>,
    items: Option<Spot<'v>>,
    values: Option<Vec<&'v Value>>,
    /// Bounds, patterns and formats, by keyword.
    limits: BTreeMap<&'static str, &'v Value>,
}

/// Keywords whose value may not fall, may not rise, may not differ, for a reader.
const LEAST: &[&str] = &["minimum", "minLength", "minItems", "minProperties"];
const MOST: &[&str] = &["maximum", "maxLength", "maxItems", "maxProperties"];
const SAME: &[&str] = &["pattern", "format", "multipleOf", "uniqueItems"];

struct Check<'v> {
    before: &'v Value,
    after: &'v Value,
    readers: Readers,
    found: Vec<Break>,
    /// Pairs of parts that have been compared: schemas may hold themselves.
    seen: BTreeSet<(String, String)>,
    /// Which alternatives can be read as which, by their places: of schemas that hold each other every pair is asked
    /// about on every way to it.
    readable: Rc<RefCell<BTreeMap<(String, String), bool>>>,
}

impl<'v> Check<'v> {
    fn say(&mut self, place: &str, what: String) {
        let found = Break { place: place.to_owned(), what };
        if !self.found.contains(&found) {
            self.found.push(found);
        }
    }

    /// The schemas of two OpenAPI documents, by name.
    fn documents(&mut self, old: Option<&'v Value>, new: Option<&'v Value>) {
        let named = |all: Option<&'v Value>| all.and_then(Value::as_map).into_iter().flatten();
        let spot = |name: &str, value| Spot { value, place: format!(".{SCHEMAS}.{name}") };
        for (name, before) in named(old) {
            match new.and_then(|new| new.get(name)) {
                Some(after) => self.compare(spot(name, before), spot(name, after), name),
                None if self.readers == Readers::Before => {
                    self.say(&format!(".{SCHEMAS}"), format!("the schema `{name}` is gone"));
                }
                None => {}
            }
        }
    }

    /// Compares two parts; `at` is how people call the field.
    fn compare(&mut self, old: Spot<'v>, new: Spot<'v>, at: &str) {
        let (old, new) = (follow(self.before, old), follow(self.after, new));
        if !self.seen.insert((old.place.clone(), new.place.clone())) {
            return;
        }
        let (olds, news) = (branches(&old), branches(&new));
        if olds.len() > 1 || news.len() > 1 {
            self.alternatives(&olds, &news, &new.place, at);
        }
        let before = self.shape(self.before, &old);
        let after = self.shape(self.after, &new);
        self.types(&before, &after, &new.place, at);
        self.values(&before, &after, &new.place, at);
        self.limits(&before, &after, &new.place, at);
        self.fields(&before, &after, &new.place, at);
        if let (Some(old), Some(new)) = (before.items, after.items) {
            self.compare(old, new, &format!("{at}[]"));
        }
    }

    /// Each alternative that is written must be one of those that are read.
    fn alternatives(&mut self, olds: &[Spot<'v>], news: &[Spot<'v>], place: &str, at: &str) {
        let (written, read) = match self.readers {
            Readers::Before => (news, olds),
            Readers::After => (olds, news),
        };
        let unread = written.iter().filter(|one| !read.iter().any(|other| self.can_read(one, other)));
        let count = unread.count();
        if count > 0 {
            let whose = match self.readers {
                Readers::Before => "of this version fit none of the version before",
                Readers::After => "of the version before fit none of this one",
            };
            self.say(place, format!("{count} alternatives for {} {whose}", called(at)));
        }
    }

    fn can_read(&self, written: &Spot<'v>, read: &Spot<'v>) -> bool {
        let (old, new) = match self.readers {
            Readers::Before => (read, written),
            Readers::After => (written, read),
        };
        let pair = (follow(self.before, old.clone()).place, follow(self.after, new.clone()).place);
        if let Some(known) = self.readable.borrow().get(&pair) {
            return *known;
        }
        // Asked again on the way, it is taken to be so: a break that is named is one.
        self.readable.borrow_mut().insert(pair.clone(), true);
        let (seen, readable) = (self.seen.clone(), self.readable.clone());
        let mut check = Check { found: Vec::new(), seen, readable, ..*self };
        check.compare(old.clone(), new.clone(), "");
        let is_readable = check.found.is_empty();
        self.readable.borrow_mut().insert(pair, is_readable);
        is_readable
    }

    fn types(&mut self, before: &Shape<'v>, after: &Shape<'v>, place: &str, at: &str) {
        let (written, read) = match self.readers {
            Readers::Before => (&after.types, &before.types),
            Readers::After => (&before.types, &after.types),
        };
        let Some(read) = read else { return };
        let reads = |ty: &str| read.contains(ty) || (ty == "integer" && read.contains("number"));
        if written.as_ref().is_some_and(|written| written.iter().all(|ty| reads(ty))) {
            return;
        }
        let (was, is) = (kinds(&before.types), kinds(&after.types));
        self.say(place, format!("the type of {} was {was} and is {is}", called(at)));
    }

    fn values(&mut self, before: &Shape<'v>, after: &Shape<'v>, place: &str, at: &str) {
        let (written, read, tail) = match self.readers {
            Readers::Before => (&after.values, &before.values, "which it could not be before"),
            Readers::After => (&before.values, &after.values, "which it could be before"),
        };
        let Some(read) = read else { return };
        let may = if self.readers == Readers::Before { "may be" } else { "cannot be" };
        let Some(written) = written else {
            return self.say(place, format!("{} {may} any value now, {tail}", called(at)));
        };
        for value in written.iter().filter(|value| !read.contains(value)) {
            let value = value.to_shown_json();
            self.say(place, format!("{} {may} {value} now, {tail}", called(at)));
        }
    }

    fn limits(&mut self, before: &Shape<'v>, after: &Shape<'v>, place: &str, at: &str) {
        let (written, read) = match self.readers {
            Readers::Before => (&after.limits, &before.limits),
            Readers::After => (&before.limits, &after.limits),
        };
        let number = |value: &&Value| match value {
            Value::Number(number) => number.as_f64(),
            _ => None,
        };
        for (keyword, asked) in read {
            let given = written.get(keyword);
            let fits = match (given.and_then(number), number(asked)) {
                (Some(given), Some(asked)) if LEAST.contains(keyword) => given >= asked,
                (Some(given), Some(asked)) if MOST.contains(keyword) => given <= asked,
                _ => given == Some(asked),
            };
            if !fits {
                let told = |value: Option<&&Value>| {
                    value.map_or_else(|| "not said".into(), |value| value.to_shown_json().to_string())
                };
                let (was, is) = (told(before.limits.get(keyword)), told(after.limits.get(keyword)));
                self.say(place, format!("`{keyword}` of {} was {was} and is {is}", called(at)));
            }
        }
    }

    fn fields(&mut self, before: &Shape<'v>, after: &Shape<'v>, place: &str, at: &str) {
        let (written, read) = match self.readers {
            Readers::Before => (after, before),
            Readers::After => (before, after),
        };
        let path = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
        for name in read.required.difference(&written.required) {
            let field = path(name);
            let what = match (self.readers, after.properties.contains_key(name)) {
                (Readers::Before, false) => format!("the required field `{field}` is gone"),
                (Readers::Before, true) => format!("the field `{field}` is not required any more"),
                (Readers::After, _) => format!("the field `{field}` is required now"),
            };
            self.say(&format!("{place}.required"), what);
        }
        let is_closed = read.additional.as_ref().is_some_and(|all| *all.value == Value::Bool(false));
        for name in written.properties.keys().filter(|name| !read.properties.contains_key(*name)) {
            if is_closed {
                let field = path(name);
                let what = match self.readers {
                    Readers::Before => {
                        format!("the field `{field}` is new, and the version before takes no others")
                    }
                    Readers::After => format!("the field `{field}` is gone, and no others are taken"),
                };
                self.say(place, what);
            }
        }
        for (name, old) in &before.properties {
            if let Some(new) = after.properties.get(name) {
                self.compare(old.clone(), new.clone(), &path(name));
            }
        }
        if let (Some(old), Some(new)) = (&before.additional, &after.additional)
            && let (Value::Map(_), Value::Map(_)) = (old.value, new.value)
        {
            self.compare(old.clone(), new.clone(), &path("*"));
        }
    }

    fn shape(&self, root: &'v Value, spot: &Spot<'v>) -> Shape<'v> {
        let mut shape = Shape::default();
        take_in(root, spot, &mut shape, 0);
        shape
    }
}

/// Takes in what a schema says, and what the parts of its `allOf` say.
fn take_in<'v>(root: &'v Value, spot: &Spot<'v>, shape: &mut Shape<'v>, depth: usize) {
    let spot = follow(root, spot.clone());
    if let Some(types) = types(&spot) {
        shape.types.get_or_insert(types);
    }
    let texts = |key| spot.value.get(key).and_then(Value::as_list).unwrap_or_default();
    shape.required.extend(texts("required").iter().filter_map(Value::as_str));
    let properties = spot.get("properties");
    for (name, value) in properties.iter().flat_map(|all| all.value.as_map()).flatten() {
        let at = Spot { value, place: format!("{}.properties.{name}", spot.place) };
        shape.properties.entry(name).or_insert(at);
    }
    if shape.additional.is_none() {
        shape.additional = spot.get("additionalProperties");
    }
    if shape.items.is_none() {
        shape.items = spot.get("items").filter(|items| items.value.as_map().is_some());
    }
    let values = spot.value.get("enum").and_then(Value::as_list).map(|all| all.iter().collect());
    let values = values.or_else(|| spot.value.get("const").map(|one| vec![one]));
    if let (None, Some(values)) = (&shape.values, values) {
        shape.values = Some(values);
    }
    for keyword in [LEAST, MOST, SAME].into_iter().flatten() {
        if let Some(value) = spot.value.get(keyword).filter(|value| **value != Value::Bool(false)) {
            shape.limits.entry(keyword).or_insert(value);
        }
    }
    if depth < MOST_REFS {
        spot.list("allOf").iter().for_each(|part| take_in(root, part, shape, depth + 1));
    }
}

/// The types that a value may have; nothing if it says none.
fn types<'v>(spot: &Spot<'v>) -> Option<BTreeSet<&'v str>> {
    let mut types: BTreeSet<&str> = match spot.value.get("type")? {
        Value::String(one) => BTreeSet::from([one.as_str()]),
        all => all.as_list()?.iter().filter_map(Value::as_str).collect(),
    };
    if spot.value.get("nullable") == Some(&Value::Bool(true)) {
        types.insert("null");
    }
    Some(types)
}

/// What a reference leads to in its own document; what leads nowhere is left as it is.
fn follow<'v>(root: &'v Value, mut spot: Spot<'v>) -> Spot<'v> {
    for _ in 0..MOST_REFS {
        let found = spot.value.text_at("$ref").and_then(|to| pointed_at(root, to));
        match found {
            Some(found) => spot = found,
            None => break,
        }
    }
    spot
}

/// What a JSON pointer behind a `#` names in a document.
pub(super) fn target<'v>(root: &'v Value, to: &str) -> Option<&'v Value> {
    pointed_at(root, to).map(|spot| spot.value)
}

fn pointed_at<'v>(root: &'v Value, to: &str) -> Option<Spot<'v>> {
    let pointer = to.strip_prefix('#')?;
    let mut steps = pointer.split('/').skip(1).filter(|step| !step.is_empty());
    steps.try_fold(Spot::top(root), |spot, step| spot.get(&step.replace("~1", "/").replace("~0", "~")))
}

/// The alternatives of a schema; itself if it has none.
fn branches<'v>(spot: &Spot<'v>) -> Vec<Spot<'v>> {
    let found: Vec<Spot<'v>> = ["oneOf", "anyOf"].into_iter().flat_map(|key| spot.list(key)).collect();
    if found.is_empty() { vec![spot.clone()] } else { found }
}

fn kinds(types: &Option<BTreeSet<&str>>) -> String {
    match types {
        None => "any".into(),
        Some(types) => types.iter().copied().collect::<Vec<_>>().join(" or "),
    }
}

/// A field as a sentence calls it.
fn called(at: &str) -> String {
    if at.is_empty() { "the whole".into() } else { format!("`{at}`") }
}
