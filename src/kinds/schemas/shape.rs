//! What a JSON Schema says at one place, with everything that it takes in by `allOf`, once for each of its
//! alternatives.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::Value;

/// The most references that are followed one after the other.
const MOST_REFS: usize = 32;
/// Schemas of more cases, or whose parts take more steps to put together, are not compared.
const MOST_CASES: usize = 64;
const MOST_STEPS: usize = 4096;

/// A part of a version, and where it stands there.
#[derive(Clone)]
pub(super) struct Spot<'v> {
    pub value: &'v Value,
    pub place: String,
}

impl<'v> Spot<'v> {
    pub fn top(value: &'v Value) -> Spot<'v> {
        Spot { value, place: String::new() }
    }

    pub fn below(&self, key: &str, value: &'v Value) -> Spot<'v> {
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

/// An end of a range.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Bound {
    pub at: f64,
    /// Whether the end itself is left out.
    pub is_open: bool,
}

/// One case of a schema.
#[derive(Clone, Default)]
pub(super) struct Shape<'v> {
    /// Where its parts stand: tells it from other cases.
    pub id: String,
    pub types: Option<BTreeSet<&'v str>>,
    pub required: BTreeSet<&'v str>,
    pub properties: BTreeMap<&'v str, Spot<'v>>,
    pub additional: Option<Spot<'v>>,
    /// Whether names of other fields are taken by patterns, which are not compared.
    pub has_patterns: bool,
    pub items: Option<Spot<'v>>,
    pub values: Option<Vec<&'v Value>>,
    pub low: Option<Bound>,
    pub high: Option<Bound>,
    /// Lengths, patterns and formats, by keyword.
    pub limits: BTreeMap<&'static str, &'v Value>,
}

/// Keywords whose value may not fall, may not rise, may not differ, for a reader; each with the types that it is about.
pub(super) const LEAST: &[&str] = &["minLength", "minItems", "minProperties"];
pub(super) const MOST: &[&str] = &["maxLength", "maxItems", "maxProperties"];
const SAME: &[&str] = &["pattern", "format", "multipleOf", "uniqueItems"];
const ABOUT: &[(&str, &[&str])] = &[
    ("minLength", &["string"]),
    ("maxLength", &["string"]),
    ("pattern", &["string"]),
    ("format", &["string", "number", "integer"]),
    ("multipleOf", &["number", "integer"]),
    ("minItems", &["array"]),
    ("maxItems", &["array"]),
    ("uniqueItems", &["array"]),
    ("minProperties", &["object"]),
    ("maxProperties", &["object"]),
];

impl<'v> Shape<'v> {
    /// What a schema says itself.
    fn own(spot: &Spot<'v>) -> Shape<'v> {
        let value = spot.value;
        let texts = |key| value.get(key).and_then(Value::as_list).unwrap_or_default();
        let properties = value.get("properties").and_then(Value::as_map).into_iter().flatten();
        let property = |(name, value): (&'v String, &'v Value)| {
            (name.as_str(), Spot { value, place: format!("{}.properties.{name}", spot.place) })
        };
        let values = value.get("enum").and_then(Value::as_list).map(|all| all.iter().collect());
        let known = [LEAST, MOST, SAME].into_iter().flatten().filter_map(|keyword| {
            let limit = value.get(keyword).filter(|value| **value != Value::Bool(false))?;
            Some((*keyword, limit))
        });
        Shape {
            id: spot.place.clone(),
            types: types(spot),
            required: texts("required").iter().filter_map(Value::as_str).collect(),
            properties: properties.map(property).collect(),
            additional: spot.get("additionalProperties"),
            has_patterns: value.get("patternProperties").is_some_and(|all| !all.is_empty()),
            items: spot.get("items").filter(|items| items.value.as_map().is_some()),
            values: values.or_else(|| value.get("const").map(|one| vec![one])),
            low: bound(value, "minimum", "exclusiveMinimum", f64::max),
            high: bound(value, "maximum", "exclusiveMaximum", f64::min),
            limits: known.collect(),
        }
    }

    /// What both say.
    fn and(&self, other: &Shape<'v>) -> Shape<'v> {
        let mut both = self.clone();
        both.id = format!("{}&{}", self.id, other.id);
        both.types = match (&self.types, &other.types) {
            (Some(one), Some(other)) => Some(common(one, other)),
            (one, other) => one.clone().or_else(|| other.clone()),
        };
        both.required.extend(&other.required);
        for (name, spot) in &other.properties {
            both.properties.entry(name).or_insert_with(|| spot.clone());
        }
        both.additional = self.additional.clone().or_else(|| other.additional.clone());
        both.has_patterns |= other.has_patterns;
        both.items = self.items.clone().or_else(|| other.items.clone());
        both.values = match (&self.values, &other.values) {
            (Some(one), Some(other)) => {
                Some(one.iter().copied().filter(|value| other.contains(value)).collect())
            }
            (one, other) => one.clone().or_else(|| other.clone()),
        };
        both.low = tighter(self.low, other.low, f64::max);
        both.high = tighter(self.high, other.high, f64::min);
        for (keyword, limit) in &other.limits {
            let held = both.limits.entry(keyword).or_insert(limit);
            let is_tighter = match (number(held), number(limit)) {
                (Some(held), Some(limit)) if LEAST.contains(keyword) => limit > held,
                (Some(held), Some(limit)) if MOST.contains(keyword) => limit < held,
                _ => false,
            };
            if is_tighter {
                *held = limit;
            }
        }
        both
    }

    /// With types and values that follow from each other.
    fn finished(mut self) -> Shape<'v> {
        if let (Some(values), Some(types)) = (&mut self.values, &self.types) {
            values.retain(|value| takes(types, type_of(value)));
        }
        let words = |types: &BTreeSet<&str>| types.iter().all(|ty| ["boolean", "null"].contains(ty));
        if let (None, Some(types)) = (&self.values, self.types.as_ref().filter(|types| words(types))) {
            let mut all: Vec<&'v Value> = Vec::new();
            if types.contains("boolean") {
                all.extend([&Value::Bool(false), &Value::Bool(true)]);
            }
            if types.contains("null") {
                all.push(&Value::Null);
            }
            self.values = Some(all);
        }
        if let Some(values) = &self.values {
            self.types = Some(values.iter().map(|value| type_of(value)).collect());
        }
        // A whole number that is more than 1 is at least 2.
        if self.types.as_ref().is_some_and(|types| types.iter().eq(["integer"].iter())) {
            let whole = |at: f64, step: f64| Bound { at: at + step, is_open: false };
            self.low = self.low.map(|low| match low.is_open && low.at.fract() == 0.0 {
                true => whole(low.at, 1.0),
                false => whole(low.at.ceil(), 0.0),
            });
            self.high = self.high.map(|high| match high.is_open && high.at.fract() == 0.0 {
                true => whole(high.at, -1.0),
                false => whole(high.at.floor(), 0.0),
            });
        }
        self
    }

    /// Whether a value of it may have one of these types.
    pub fn may_be(&self, types: &[&str]) -> bool {
        self.types.as_ref().is_none_or(|own| types.iter().any(|ty| own.contains(ty)))
    }

    /// Whether a keyword says something about a value of it.
    pub fn is_about(&self, keyword: &str) -> bool {
        let about = ABOUT.iter().find(|(known, _)| *known == keyword);
        about.is_none_or(|(_, types)| self.may_be(types))
    }

    /// The same in parts, each of which one alternative may take: its values, or else its types.
    pub fn split(&self) -> Vec<Shape<'v>> {
        let part = |at: usize| Shape { id: format!("{}={at}", self.id), ..self.clone() };
        match (&self.values, &self.types) {
            (Some(values), _) => {
                let one = |(at, value): (usize, &&'v Value)| Shape {
                    values: Some(vec![*value]),
                    types: Some(BTreeSet::from([type_of(value)])),
                    ..part(at)
                };
                values.iter().enumerate().map(one).collect()
            }
            (None, Some(types)) => {
                let one = |(at, ty): (usize, &&'v str)| {
                    Shape { types: Some(BTreeSet::from([*ty])), ..part(at) }.finished()
                };
                types.iter().enumerate().map(one).collect()
            }
            (None, None) => vec![self.clone()],
        }
    }
}

/// The cases of a schema: what it says, with each of its alternatives. Nothing if there are too many to say.
pub(super) fn cases<'v>(root: &'v Value, spot: &Spot<'v>) -> Option<Vec<Shape<'v>>> {
    let mut steps = MOST_STEPS;
    let all = cases_of(root, spot, &mut Vec::new(), &mut steps)?;
    Some(all.into_iter().map(Shape::finished).collect())
}

fn cases_of<'v>(
    root: &'v Value,
    spot: &Spot<'v>,
    way: &mut Vec<String>,
    steps: &mut usize,
) -> Option<Vec<Shape<'v>>> {
    *steps = steps.checked_sub(1)?;
    let spot = follow(root, spot.clone());
    // A schema that takes itself in says nothing more by that.
    if way.contains(&spot.place) {
        return Some(vec![Shape::default()]);
    }
    way.push(spot.place.clone());
    let mut all = vec![Shape::own(&spot)];
    for part in spot.list("allOf") {
        all = both(&all, &cases_of(root, &part, way, steps)?)?;
    }
    for key in ["oneOf", "anyOf"] {
        let mut alternatives = Vec::new();
        for one in spot.list(key) {
            alternatives.extend(cases_of(root, &one, way, steps)?);
        }
        if !alternatives.is_empty() {
            all = both(&all, &alternatives)?;
        }
    }
    way.pop();
    Some(all)
}

fn both<'v>(some: &[Shape<'v>], others: &[Shape<'v>]) -> Option<Vec<Shape<'v>>> {
    if some.len() * others.len() > MOST_CASES {
        return None;
    }
    Some(some.iter().flat_map(|one| others.iter().map(|other| one.and(other))).collect())
}

/// Whether a type is one of these: a whole number is a number.
pub(super) fn takes(types: &BTreeSet<&str>, ty: &str) -> bool {
    types.contains(ty) || (ty == "integer" && types.contains("number"))
}

fn common<'v>(one: &BTreeSet<&'v str>, other: &BTreeSet<&'v str>) -> BTreeSet<&'v str> {
    let of = |one: &BTreeSet<&'v str>, other: &BTreeSet<&'v str>| -> Vec<&'v str> {
        one.iter().copied().filter(|ty| takes(other, ty)).collect()
    };
    of(one, other).into_iter().chain(of(other, one)).collect()
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.as_f64().is_some_and(|number| number.fract() == 0.0) => "integer",
        Value::Number(_) => "number",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        _ => "string",
    }
}

pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        _ => None,
    }
}

/// The end of a range by its two keywords: draft 4 leaves the end out by `true` beside it, later drafts by a number of
/// its own.
fn bound(value: &Value, closed: &str, open: &str, pick: fn(f64, f64) -> f64) -> Option<Bound> {
    let is_open = value.get(open) == Some(&Value::Bool(true));
    let own = value.get(closed).and_then(number).map(|at| Bound { at, is_open });
    let later = value.get(open).and_then(number).map(|at| Bound { at, is_open: true });
    tighter(own, later, pick)
}

fn tighter(one: Option<Bound>, other: Option<Bound>, pick: fn(f64, f64) -> f64) -> Option<Bound> {
    let (Some(one), Some(other)) = (one, other) else { return one.or(other) };
    let at = pick(one.at, other.at);
    let is_open = [one, other].iter().any(|bound| bound.at == at && bound.is_open);
    Some(Bound { at, is_open })
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
pub(super) fn follow<'v>(root: &'v Value, mut spot: Spot<'v>) -> Spot<'v> {
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
