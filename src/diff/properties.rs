//! Laws that hold for every table and every value that fits it.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::engine::field::{Absent, Compare, Document, Field, Lit, TEXT, TEXT_MAP, Type};
use crate::engine::{Map, Value};
use crate::value;

const COUNT: Type = Type::Int { min: 0, max: 9 };

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// A type, how it is compared and what its absence means.
fn row(depth: u32) -> BoxedStrategy<(Type, Compare, Absent)> {
    use Absent::{CannotBeCleared, Clear, Default, Omit};
    let document = |document| (Type::Document(document), Compare::Exact, Omit);
    let plain = select(vec![
        (TEXT, Compare::Exact, Default(Lit::Text("a"))),
        (TEXT, Compare::CaseInsensitive, Clear(Lit::Text(""))),
        (TEXT, Compare::Template, Omit),
        (COUNT, Compare::Exact, Default(Lit::Int(7))),
        (COUNT, Compare::Exact, CannotBeCleared),
        (Type::Bool, Compare::Exact, Default(Lit::Bool(false))),
        (Type::List(&TEXT), Compare::Set, Omit),
        (Type::List(&TEXT), Compare::Exact, Default(Lit::Json("[\"a\"]"))),
        (TEXT_MAP, Compare::Exact, Omit),
        document(Document::Json),
        document(Document::EventPattern),
        document(Document::Policy),
    ]);
    if depth == 0 {
        return plain.boxed();
    }
    let object = fields(depth - 1).prop_map(|fields| (Type::Object(fields), Compare::Exact, Omit));
    let order = select(vec![Compare::Exact, Compare::Set, Compare::Keyed("Id")]);
    let list = (fields(depth - 1), order)
        .prop_map(|(fields, order)| (Type::List(leak(Type::Object(fields))), order, Omit));
    let map =
        fields(depth - 1).prop_map(|fields| (Type::Map(leak(Type::Object(fields))), Compare::Exact, Omit));
    prop_oneof![4 => plain, 1 => object, 2 => list, 1 => map].boxed()
}

/// Rows `Id`, `F0`, `F1` or `G1.F1`, ….
fn fields(depth: u32) -> BoxedStrategy<&'static [Field]> {
    proptest::collection::vec((row(depth), any::<[bool; 2]>()), 1..4)
        .prop_map(|rows| {
            let rows =
                rows.into_iter().enumerate().map(|(i, ((ty, compare, absent), [nested, create_only]))| {
                    let path = if nested { format!("G{i}.F{i}") } else { format!("F{i}") };
                    let field = Field::new("", leak(path), ty, "").compare(compare).absent(absent);
                    Field { create_only, ..field }
                });
            let id = Field::new("id", "Id", TEXT, "").required();
            let fields: Vec<_> = std::iter::once(id).chain(rows).collect();
            &**leak(fields)
        })
        .boxed()
}

fn text() -> BoxedStrategy<Value> {
    select(vec!["", "a", "A", "b", "{\"a\": 1}", "é x"]).prop_map(Value::from).boxed()
}

fn value_of(ty: &'static Type) -> BoxedStrategy<Value> {
    match ty {
        Type::Int { .. } => select(vec![0, 5, 7]).prop_map(Value::from).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Type::List(Type::Object(fields)) => items(fields),
        Type::List(item) => proptest::collection::vec(value_of(item), 0..4).prop_map(Value::List).boxed(),
        Type::Map(value) => {
            proptest::collection::btree_map(select(vec!["k1", "k2", "K1"]), value_of(value), 0..3)
                .prop_map(|map| {
                    Value::Map(map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
                })
                .boxed()
        }
        Type::Object(fields) => valid(fields),
        Type::Document(Document::Json) => document(),
        Type::Document(Document::EventPattern) => pattern(),
        Type::Document(Document::Policy) => policy(),
        _ => text(),
    }
}

/// Items with keys of their own.
fn items(fields: &'static [Field]) -> BoxedStrategy<Value> {
    proptest::collection::vec(valid(fields), 0..4)
        .prop_map(|mut items| {
            for (index, item) in items.iter_mut().enumerate() {
                item.put("Id", format!("i{index}").into());
            }
            Value::List(items)
        })
        .boxed()
}

fn document() -> BoxedStrategy<Value> {
    let tree = prop_oneof![
        Just(value!({ "a": [1, 2], "b": { "c": null } })),
        Just(value!({ "b": { "c": null }, "a": [2, 1] })),
        Just(value!([{}, [], ""])),
    ];
    (tree, any::<bool>()).prop_map(written).boxed()
}

/// As a tree, or as the text that AWS returns.
fn written((tree, as_text): (Value, bool)) -> Value {
    match tree.to_json().filter(|_| as_text) {
        Some(json) => json.to_string().replace('<', "\\u003c").into(),
        None => tree,
    }
}

fn pattern() -> BoxedStrategy<Value> {
    let alternative = select(vec![
        value!("a"),
        value!("<"),
        value!(null),
        value!(3),
        value!({ "prefix": "p" }),
        value!({ "numeric": [">", 0, "<", 5] }),
        value!({ "anything-but": ["x", "y"] }),
    ]);
    let alternatives = || proptest::collection::vec(alternative.clone(), 1..4).prop_map(Value::List);
    (alternatives(), alternatives(), any::<bool>())
        .prop_map(|(source, inner, text)| {
            let or = value!([{ "x": inner }, { "y": ["1", "2"] }]);
            written((value!({ "source": source, "detail": { "$or": or } }), text))
        })
        .boxed()
}

fn policy() -> BoxedStrategy<Value> {
    let actions = select(vec![value!("s:A"), value!(["s:A"]), value!(["s:b", "s:A"])]);
    let principal = select(vec![
        value!("*"),
        value!({ "AWS": "123456789012" }),
        value!({ "AWS": ["arn:aws:iam::123456789012:root"] }),
    ]);
    let sid = select(vec!["", "A", "B"]);
    let statement = (actions, principal, sid).prop_map(|(actions, principal, sid)| {
        value!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Principal": principal, "Resource": "*" })
    });
    (proptest::collection::vec(statement, 0..4), any::<bool>())
        .prop_map(|(statements, text)| {
            written((value!({ "Version": "2012-10-17", "Statement": statements }), text))
        })
        .boxed()
}

/// A value that fits the rows.
fn valid(fields: &'static [Field]) -> BoxedStrategy<Value> {
    fields.iter().fold(Just(Value::map()).boxed(), |all, field| {
        (all, proptest::option::of(value_of(&field.ty)))
            .prop_map(|(mut all, value)| {
                if let Some(value) = value {
                    all.put(field.path, value);
                }
                all
            })
            .boxed()
    })
}

/// A table's rows and two values that fit them.
fn cases() -> impl Strategy<Value = (&'static [Field], Value, Value)> {
    fields(2).prop_flat_map(|fields| (Just(fields), valid(fields), valid(fields)))
}

/// A sequence of choices, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.roll(last + 1));
        }
    }
}

/// Writes a value in another way that means the same.
fn respelt(value: &Value, fields: &'static [Field], dice: &mut Dice) -> Value {
    let mut value = value.clone();
    for field in fields {
        let new = match value.at(field.path) {
            Some(there) => respelt_as(there, &field.ty, field.compare, dice),
            None => match (field.absent, dice.roll(4)) {
                (Absent::Default(value) | Absent::Clear(value), 0 | 1) => value.value(),
                (_, 2) => Value::Null,
                (_, 3) if matches!(field.ty, Type::Object(_) | Type::Map(_)) => Value::map(),
                (_, 3)
                    if matches!(field.ty, Type::List(_)) && !matches!(field.absent, Absent::Default(_)) =>
                {
                    Value::List(Vec::new())
                }
                _ => continue,
            },
        };
        value.put(field.path, new);
    }
    if let Value::Map(map) = &mut value {
        let mut members: Vec<_> = std::mem::take(map).into_iter().collect();
        dice.shuffle(&mut members);
        *map = members.into_iter().collect::<Map>();
    }
    value
}

fn respelt_as(value: &Value, ty: &'static Type, compare: Compare, dice: &mut Dice) -> Value {
    match (ty, value) {
        (Type::Object(fields), Value::Map(_)) => respelt(value, fields, dice),
        (Type::List(item), Value::List(items)) => {
            let mut items: Vec<_> =
                items.iter().map(|value| respelt_as(value, item, Compare::Exact, dice)).collect();
            if matches!(compare, Compare::Set | Compare::Keyed(_)) {
                dice.shuffle(&mut items);
            }
            Value::List(items)
        }
        (Type::Map(of), Value::Map(map)) => Value::Map(
            map.iter()
                .rev()
                .map(|(key, value)| (key.clone(), respelt_as(value, of, Compare::Exact, dice)))
                .collect(),
        ),
        (Type::Document(Document::EventPattern), Value::Map(_)) => shuffled_pattern(value, false, dice),
        (Type::Document(Document::Policy), Value::Map(_)) => {
            let mut policy = value.clone();
            if let Some(Value::List(statements)) =
                policy.as_map_mut().and_then(|map| map.get_mut("Statement"))
            {
                dice.shuffle(statements);
            }
            policy
        }
        (Type::Document(_), Value::Map(_) | Value::List(_)) => written((value.clone(), true)),
        (Type::Int { .. } | Type::Bool, _) if dice.roll(2) == 0 => value.to_shown_json().to_string().into(),
        _ => value.clone(),
    }
}

fn shuffled_pattern(value: &Value, numeric: bool, dice: &mut Dice) -> Value {
    match value {
        Value::List(items) => {
            let mut items: Vec<_> = items.iter().map(|item| shuffled_pattern(item, false, dice)).collect();
            if !numeric {
                dice.shuffle(&mut items);
            }
            Value::List(items)
        }
        Value::Map(map) => Value::Map(
            map.iter()
                .rev()
                .map(|(key, value)| (key.clone(), shuffled_pattern(value, key == "numeric", dice)))
                .collect(),
        ),
        leaf => leaf.clone(),
    }
}

fn plain(live: &Value, desired: &Value, table: &Table) -> Change {
    diff(live, desired, table, Versions::default())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn a_value_is_the_same_as_itself_however_it_is_spelt((fields, a, _) in cases(), seed: u64) {
        let table = Table::new(fields);
        let change = plain(&a, &a, &table);
        prop_assert!(change.is_same(), "{change:#?}");
        let other = respelt(&a, fields, &mut Dice(seed));
        for (live, desired) in [(&other, &a), (&a, &other)] {
            let change = plain(live, desired, &table);
            prop_assert!(change.is_same(), "{live:?}\n{desired:?}\n{change:#?}");
        }
    }

    // Who digests a value must not see a difference where a plan sees none, and the other way round.
    #[test]
    fn canonical_forms_are_equal_exactly_if_nothing_differs((fields, a, b) in cases(), seed: u64) {
        let table = Table::new(fields);
        let form = |value: &Value| canonical(value, &table, Origin::Live).canonical();
        let other = respelt(&a, fields, &mut Dice(seed));
        prop_assert_eq!(form(&a), form(&other), "{:?}", other);
        prop_assert_eq!(form(&a) == form(&b), plain(&a, &b, &table).is_same());
    }

    #[test]
    fn pruning_twice_is_pruning_once((fields, a, _) in cases(), seed: u64) {
        let table = Table::new(fields);
        let a = respelt(&a, fields, &mut Dice(seed));
        for origin in [Origin::Live, Origin::Wish] {
            let once = normalise(&a, &table, origin);
            prop_assert_eq!(&normalise(&once, &table, origin), &once);
        }
    }

    #[test]
    fn two_values_differ_in_both_directions_or_in_none((fields, a, b) in cases()) {
        let table = Table::new(fields);
        prop_assert_eq!(plain(&a, &b, &table).is_same(), plain(&b, &a, &table).is_same());
    }

    #[test]
    fn each_leaf_names_a_place_that_differs((fields, a, b) in cases()) {
        let table = Table::new(fields);
        let (live, desired) = (normalise(&a, &table, Origin::Live), normalise(&b, &table, Origin::Wish));
        let change = plain(&a, &b, &table);
        let mut seen = std::collections::BTreeSet::new();
        for leaf in change.leaves() {
            // What is removed has its live index, which a wished item may have too.
            prop_assert!(seen.insert((&leaf.path, leaf.why)), "twice: {leaf:?}");
            prop_assert!(leaf.live != leaf.desired, "{leaf:?}");
            prop_assert!(table.lookup(&leaf.path).is_some(), "{leaf:?}");
            if !leaf.path.contains('[') {
                for (side, value) in [(&leaf.live, &live), (&leaf.desired, &desired)] {
                    // Where a side says nothing, it may show what AWS fills in.
                    let there = value.at(&leaf.path);
                    prop_assert!(side.value() == there || there.is_none(), "{leaf:?} {value:?}");
                }
            }
        }
        prop_assert_eq!(seen.is_empty(), change.is_same());
    }

    #[test]
    fn another_text_somewhere_is_never_the_same((fields, a, _) in cases()) {
        let table = Table::new(fields);
        let mut b = a.clone();
        b.put("Id", "another".into());
        prop_assert_eq!(plain(&a, &b, &table).paths(), ["Id"]);
    }
}
