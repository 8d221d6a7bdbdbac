//! Whether who reads by one schema can read what is written by another: a comparison of two JSON Schemas
//! (draft 4, or those of an OpenAPI document), part by part.
//!
//! It says only what it is sure of: a break that is named is one. What two schemas say by `not`, by patterns of names,
//! or what only values show, it does not compare.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::engine::{Map, Value};

pub(super) use super::shape::target;
use super::shape::{Bound, LEAST, MOST, Shape, Spot, cases, follow, number, takes};

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

/// Where an OpenAPI document keeps its schemas.
const SCHEMAS: &str = "components.schemas";
/// Formats of which the second holds everything that the first does.
const WIDER: &[(&str, &str)] = &[("int32", "int64"), ("float", "double")];

/// What breaks between two versions.
pub(super) fn breaks(before: &Value, after: &Value, readers: Readers) -> Vec<Break> {
    let anything = Value::Map(Map::new());
    let mut check = Check {
        before,
        after,
        anything: &anything,
        readers,
        found: Vec::new(),
        seen: BTreeSet::new(),
        readable: Rc::default(),
    };
    match (before.at(SCHEMAS), after.at(SCHEMAS)) {
        (None, None) => check.compare(Spot::top(before), Spot::top(after), ""),
        (old, new) => check.documents(old, new),
    }
    check.found
}

struct Check<'v> {
    before: &'v Value,
    after: &'v Value,
    /// The schema that takes everything.
    anything: &'v Value,
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

    /// Of something of both versions: what is written by, and what is read by.
    fn sides<T>(&self, before: T, after: T) -> (T, T) {
        match self.readers {
            Readers::Before => (after, before),
            Readers::After => (before, after),
        }
    }

    /// Compares what is written with what is read.
    fn read(&mut self, written: Spot<'v>, read: Spot<'v>, at: &str) {
        match self.readers {
            Readers::Before => self.compare(read, written, at),
            Readers::After => self.compare(written, read, at),
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
        let (Some(olds), Some(news)) = (cases(self.before, &old), cases(self.after, &new)) else { return };
        match (olds.as_slice(), news.as_slice()) {
            ([before], [after]) => self.shapes(before, after, &new.place, at),
            _ => self.alternatives(olds, news, &new.place, at),
        }
    }

    fn shapes(&mut self, before: &Shape<'v>, after: &Shape<'v>, place: &str, at: &str) {
        // What is of another type is no value of it anyway.
        if self.types(before, after, place, at) {
            self.values(before, after, place, at);
        }
        self.range(before, after, place, at);
        self.limits(before, after, place, at);
        self.fields(before, after, place, at);
        self.items(before, after, place, at);
    }

    /// Each alternative that is written must be one of those that are read.
    fn alternatives(&mut self, olds: Vec<Shape<'v>>, news: Vec<Shape<'v>>, place: &str, at: &str) {
        let (mut written, read) = self.sides(olds, news);
        if read.len() > 1 {
            written = written.iter().flat_map(Shape::split).collect();
        }
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

    fn can_read(&self, written: &Shape<'v>, read: &Shape<'v>) -> bool {
        let (new, old) = match self.readers {
            Readers::Before => (written, read),
            Readers::After => (read, written),
        };
        let pair = (old.id.clone(), new.id.clone());
        if let Some(known) = self.readable.borrow().get(&pair) {
            return *known;
        }
        // Asked again on the way, it is taken to be so: a break that is named is one.
        self.readable.borrow_mut().insert(pair.clone(), true);
        let (seen, readable) = (self.seen.clone(), self.readable.clone());
        let mut check = Check { found: Vec::new(), seen, readable, ..*self };
        check.shapes(old, new, "", "");
        let is_readable = check.found.is_empty();
        self.readable.borrow_mut().insert(pair, is_readable);
        is_readable
    }

    /// Whether the types are those that are read.
    fn types(&mut self, before: &Shape<'v>, after: &Shape<'v>, place: &str, at: &str) -> bool {
        let (written, read) = self.sides(before, after);
        let Some(read) = &read.types else { return true };
        let is_whole = written.limits.get("multipleOf").and_then(|of| number(of));
        let is_whole = is_whole.is_some_and(|of| of.fract() == 0.0);
        let reads = |ty: &str| takes(read, ty) || (ty == "number" && is_whole && read.contains("integer"));
        if written.types.as_ref().is_some_and(|written| written.iter().all(|ty| reads(ty))) {
            return true;
        }
        let (was, is) = (kinds(&before.types), kinds(&after.types));
        self.say(place, format!("the type of {} was {was} and is {is}", called(at)));
        false
    }

    fn values(&mut self, before: &Shape<'v>, after: &Shape<'v>, place: &str, at: &str) {
        let (written, read) = self.sides(before, after);
        let (may, tail) = match self.readers {
            Readers::Before => ("may be", "which it could not be before"),
            Readers::After => ("cannot be", "which it could be before"),
        };
        let Some(read) = &read.values else { return };
        let Some(written) = &written.values else {
            return self.say(place, format!("{} {may} any value now, {tail}", called(at)));
        };
        for value in written.iter().filter(|value| !read.iter().any(|other| is_same(value, other))) {
            let value = value.to_shown_json();
            self.say(place, format!("{} {may} {value} now, {tail}", called(at)));
        }
    }

    /// Between which numbers it is.
    fn range(&mut self, before: &Shape<'v>, after: &Shape<'v>, place: &str, at: &str) {
        let (written, read) = self.sides(before, after);
        if !written.may_be(&["number", "integer"]) {
            return;
        }
        let inside = |end: Bound, asked: Bound, is_low: bool| match is_low {
            _ if end.at == asked.at => end.is_open || !asked.is_open,
            true => end.at > asked.at,
            false => end.at < asked.at,
        };
        for (keyword, is_low) in [("minimum", true), ("maximum", false)] {
            let of = |shape: &Shape<'v>| if is_low { shape.low } else { shape.high };
            let Some(asked) = of(read) else { continue };
            let fits = match &written.values {
                Some(values) => values
                    .iter()
                    .filter_map(|value| number(value))
                    .all(|value| inside(Bound { at: value, is_open: false }, asked, is_low)),
                None => of(written).is_some_and(|given| inside(given, asked, is_low)),
            };
            if !fits {
                let told = |bound: Option<Bound>| match bound {
                    None => "not said".into(),
                    Some(Bound { at, is_open: false }) => at.to_string(),
                    Some(Bound { at, .. }) => format!("{at}, itself left out,"),
                };
                let (was, is) = (told(of(before)), told(of(after)));
                self.say(place, format!("`{keyword}` of {} was {was} and is {is}", called(at)));
            }
        }
    }

    fn limits(&mut self, before: &Shape<'v>, after: &Shape<'v>, place: &str, at: &str) {
        let (written, read) = self.sides(before, after);
        for (keyword, asked) in read.limits.iter().filter(|(keyword, _)| written.is_about(keyword)) {
            let fits = match &written.values {
                Some(values) => values.iter().all(|value| may_hold(value, keyword, asked)),
                None => fits(written, keyword, asked),
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
        let (written, read) = self.sides(before, after);
        if written.values.is_some() || !written.may_be(&["object"]) {
            return;
        }
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
        for (name, old) in &before.properties {
            if let Some(new) = after.properties.get(name) {
                self.compare(old.clone(), new.clone(), &path(name));
            }
        }
        if !read.has_patterns {
            self.others(written, read, place, &path);
        }
    }

    /// Fields that one of the two does not name.
    fn others(&mut self, written: &Shape<'v>, read: &Shape<'v>, place: &str, path: &impl Fn(&str) -> String) {
        let additional = |of: &Shape<'v>| of.additional.clone().filter(|all| *all.value != Value::Bool(true));
        let (written_too, read_too) = (additional(written), additional(read));
        let is_closed =
            |of: &Option<Spot<'v>>| of.as_ref().is_some_and(|all| *all.value == Value::Bool(false));
        let new = written.properties.iter().filter(|(name, _)| !read.properties.contains_key(*name));
        if let Some(written_too) = written_too.clone().filter(|all| all.value.as_map().is_some()) {
            let old = read.properties.iter().filter(|(name, _)| !written.properties.contains_key(*name));
            for (name, property) in old {
                self.read(written_too.clone(), property.clone(), &path(name));
            }
        }
        if is_closed(&read_too) {
            for (name, _) in new {
                let field = path(name);
                let what = match self.readers {
                    Readers::Before => {
                        format!("the field `{field}` is new, and the version before takes no others")
                    }
                    Readers::After => format!("the field `{field}` is gone, and no others are taken"),
                };
                self.say(place, what);
            }
            if !is_closed(&written_too) {
                let what = match self.readers {
                    Readers::Before => "may be there now, and the version before takes no others",
                    Readers::After => "could be there before, and no others are taken",
                };
                self.say(place, format!("fields beside those of {} {what}", called(&path(""))));
            }
            return;
        }
        if let Some(read_too) = &read_too {
            for (name, property) in new {
                self.read(property.clone(), read_too.clone(), &path(name));
            }
            if !is_closed(&written_too) {
                let any = Spot { value: self.anything, place: format!("{place}.additionalProperties") };
                self.read(written_too.clone().unwrap_or(any), read_too.clone(), &path("*"));
            }
        }
    }

    fn items(&mut self, before: &Shape<'v>, after: &Shape<'v>, place: &str, at: &str) {
        let (written, read) = self.sides(before, after);
        if written.values.is_some() || !written.may_be(&["array"]) {
            return;
        }
        if let Some(items) = &read.items {
            let any = Spot { value: self.anything, place: format!("{place}.items") };
            self.read(written.items.clone().unwrap_or(any), items.clone(), &format!("{at}[]"));
        }
    }
}

/// Whether everything that is written keeps to a limit.
fn fits(written: &Shape<'_>, keyword: &str, asked: &Value) -> bool {
    let given = written.limits.get(keyword).copied();
    match keyword {
        _ if given == Some(asked) => true,
        "multipleOf" => {
            let is_whole =
                written.types.as_ref().is_some_and(|types| types.iter().all(|ty| *ty == "integer"));
            let one = Value::Number(1.into());
            let given = given.or_else(|| is_whole.then_some(&one));
            given.is_some_and(|given| is_multiple(given, asked))
        }
        "format" => {
            let pair = given.and_then(Value::as_str).zip(asked.as_str());
            pair.is_some_and(|pair| WIDER.contains(&pair))
        }
        _ if LEAST.contains(&keyword) => {
            // What is required is there.
            let required = (keyword == "minProperties").then_some(written.required.len() as f64);
            let given = given.and_then(number).into_iter().chain(required).fold(0.0, f64::max);
            number(asked).is_some_and(|asked| given >= asked)
        }
        _ if MOST.contains(&keyword) => {
            given.and_then(number).zip(number(asked)).is_some_and(|(given, asked)| given <= asked)
        }
        _ => false,
    }
}

/// Whether one value may keep to a limit; that of a pattern or a format nobody looks at here.
fn may_hold(value: &Value, keyword: &str, asked: &Value) -> bool {
    let size = match (value, keyword) {
        (Value::String(text), "minLength" | "maxLength") => text.chars().count(),
        (Value::List(items), "minItems" | "maxItems") => items.len(),
        (Value::Map(map), "minProperties" | "maxProperties") => map.len(),
        (Value::Number(_), "multipleOf") => return is_multiple(value, asked),
        _ => return true,
    };
    number(asked).is_none_or(|asked| match LEAST.contains(&keyword) {
        true => size as f64 >= asked,
        false => size as f64 <= asked,
    })
}

/// Whether every multiple of one number is one of the other. Of numbers that are too long nobody knows: then it is.
fn is_multiple(of: &Value, other: &Value) -> bool {
    let (Some(of), Some(other)) = (decimal(of), decimal(other)) else { return true };
    let least = of.1.min(other.1);
    let whole = |(digits, exponent): (i128, i32)| {
        let shift = u32::try_from(exponent - least).ok()?;
        digits.checked_mul(10_i128.checked_pow(shift)?)
    };
    match (whole(of), whole(other)) {
        (Some(of), Some(other)) if other != 0 => of % other == 0,
        _ => true,
    }
}

/// A number as digits and the power of ten that they stand for.
fn decimal(value: &Value) -> Option<(i128, i32)> {
    let Value::Number(number) = value else { return None };
    let text = number.to_string();
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.parse::<i32>().ok()?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    Some((format!("{whole}{fraction}").parse().ok()?, exponent))
}

/// Numbers by what they are worth, all else by what it is.
fn is_same(one: &Value, other: &Value) -> bool {
    one == other || number(one).is_some_and(|one| Some(one) == number(other))
}

fn kinds(types: &Option<BTreeSet<&str>>) -> String {
    match types {
        None => "any".into(),
        Some(types) => types.iter().copied().collect::<Vec<_>>().join(" or "),
    }
}

/// A field as a sentence calls it.
fn called(at: &str) -> String {
    let at = at.trim_end_matches('.');
    if at.is_empty() { "the whole".into() } else { format!("`{at}`") }
}
