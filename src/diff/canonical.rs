//! One spelling of a value by its table: equal values become identical ones.

use super::normalise::{Origin, normalise};
use super::scalar;
use super::table::{Table, View};
use crate::engine::Value;
use crate::engine::field::Compare;

/// A value [normalised](normalise), and in one order and spelling besides: two values of the same
/// origin have equal canonical forms exactly if [`diff`](super::diff) finds no difference between
/// them. For digests, and where a kind must know which part differs. Secrets stand as they are.
pub fn canonical(value: &Value, table: &Table, origin: Origin) -> Value {
    settle(normalise(value, table, origin), View::Row(&table.root))
}

fn settle(value: Value, view: View) -> Value {
    let view = view.inside().unwrap_or(view);
    match value {
        Value::Map(map) => {
            let member = |(key, value): (String, Value)| {
                let value = settle(value, view.member(&key));
                (key, value)
            };
            Value::Map(map.into_iter().map(member).collect())
        }
        Value::List(items) => {
            let mut items: Vec<Value> = items.into_iter().map(|item| settle(item, view.item())).collect();
            if matches!(view.compare(), Compare::Set | Compare::Keyed(_)) {
                items.sort_by_key(Value::canonical);
            }
            Value::List(items)
        }
        leaf => scalar::settled(leaf, view.compare(), view.spells_numbers()),
    }
}
