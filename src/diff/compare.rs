//! Compares two normalised values by the rules of a table.

use std::cell::Cell;

use super::change::{Change, DocumentChange, Rules, Side, Why};
use super::list::{Matching, Pair};
use super::normalise::{Origin, normalise};
use super::scalar;
use super::table::{Node, Table, View, join};
use super::told::{self, Row};
use super::version::Version;
use crate::engine::Value;
use crate::engine::field::{Compare, Field, Type};

/// The versions of what never comes back: as the mark records it, and as it is wished
/// ([`version_of`](super::version_of), or a digest of a package).
#[derive(Clone, Default, Debug)]
pub struct Versions<'a> {
    pub live: Option<&'a str>,
    pub desired: Version,
}

/// Compares a live resource's properties with those that are wished; both are normalised here.
///
/// Secrets and write-only leaves are the same exactly if the versions are. If they differ, each of
/// those leaves is a [`Why::Hidden`], save where the version tells which of them it is; if the wish has
/// none (any more), the write-only rows are.
/// A live value that is not known is never a difference: what could not be read is listed elsewhere.
pub fn diff(live: &Value, desired: &Value, table: &Table, versions: Versions<'_>) -> Change {
    let hidden = match (versions.live, &versions.desired) {
        (None, Version::None) => None,
        (Some(live), Version::Known(desired)) if live == desired => None,
        (_, Version::Unknown) => Some(Why::Unknown),
        _ => Some(Why::Hidden),
    };
    let told = versions.live.filter(|_| hidden == Some(Why::Hidden));
    let told = told.and_then(|recorded| told::told(recorded, desired, table));
    let (is_live, is_wished) = (has(live), has(desired));
    let live = normalise(live, table, Origin::Live);
    let desired = normalise(desired, table, Origin::Wish);
    let may_be_gone = |(path, row): &Row| {
        let parent = path.rsplit_once('.').is_none_or(|(parent, _)| live.at(parent).is_some());
        parent && !row.sensitive && !path.contains(['*', '[']) && !is_wished(path)
    };
    let is_hidden = hidden.is_some() && versions.live.is_some() && told.is_none();
    let others = is_hidden && table.write_only().iter().any(may_be_gone);
    let walk = Walk { hidden, told, others, ..Walk::default() };
    let whole = live.is_empty() || desired.is_empty();
    let rules = Rules { whole, comes_or_goes: whole, ..Rules::default() };
    let change = walk.node("", Some(&live), Some(&desired), View::Row(&table.root), rules);
    let gone = match (hidden, &walk.told) {
        (Some(why), Some(told)) => {
            let gone = told.iter().filter(|(path, _)| !is_wished(path));
            gone.map(|(path, row)| (path.clone(), Some(*row), why, false)).collect()
        }
        (Some(why), None) if !walk.hid.get() => perhaps_gone(table, why, is_live, change.is_same()),
        _ => return change,
    };
    with(change, gone)
}

/// What may be gone where the versions differ, no wish shows it, and nothing tells which it is; something nameless where
/// nothing else differs.
fn perhaps_gone(table: &Table, why: Why, is_live: impl Fn(&str) -> bool, is_same: bool) -> Vec<Gone> {
    // A user's key shows whether it is there, even where its value does not.
    let may_have_been = |(path, row): &Row| !matches!(row.ty, Type::Map(_)) || is_live(path);
    let rows: Vec<Row> = table.write_only().into_iter().filter(may_have_been).collect();
    if rows.is_empty() && is_same {
        return vec![(String::new(), None, why, false)];
    }
    let is_one = rows.len() == 1;
    let gone = |(path, row): Row| {
        let may_be_another = !is_one && !is_live(&path);
        (path, Some(row), why, may_be_another)
    };
    rows.into_iter().map(gone).collect()
}

/// Whether something stands under a path.
fn has(value: &Value) -> impl Fn(&str) -> bool {
    |path| value.at(path).is_some_and(|value| !value.is_empty())
}

/// What AWS never shows and is not wished any more: its row, and whether it may be another instead.
type Gone = (String, Option<&'static Field>, Why, bool);

/// The change, and what is gone.
fn with(change: Change, gone: Vec<Gone>) -> Change {
    let mut changes = match change {
        Change::Members(changes) => changes,
        _ => Vec::new(),
    };
    changes.extend(gone.into_iter().map(|(path, row, why, may_be_another)| {
        let leaf = Rules::default().below(row).hidden(&path, (why, may_be_another), None);
        (path, leaf)
    }));
    Change::members(changes)
}

fn is_hidden(why: Why, live: &Side) -> bool {
    why == Why::Hidden || (why == Why::Unknown && *live == Side::Masked)
}

/// Whether a value is the one that stands for no value; what is secret or unknown never is.
pub(super) fn equal(absent: &Value, value: &Value, node: &Node) -> bool {
    let walk = Walk { hidden: Some(Why::Hidden), ..Walk::default() };
    walk.node("", Some(absent), Some(value), View::Row(node), Rules::default()).is_same()
}

/// What a walk over both sides knows everywhere.
#[derive(Default)]
struct Walk {
    /// How leaves differ that are compared by their version; nothing if the versions agree.
    hidden: Option<Why>,
    /// The rows that alone differ of them, if the versions tell.
    told: Option<Vec<Row>>,
    /// Whether what is not wished any more may differ instead.
    others: bool,
    /// Whether a leaf was met that does.
    hid: Cell<bool>,
}

type Sides<'v> = (Option<&'v Value>, Option<&'v Value>);

impl Walk {
    fn node(
        &self,
        path: &str,
        live: Option<&Value>,
        desired: Option<&Value>,
        view: View,
        above: Rules,
    ) -> Change {
        let rules = above.below(view.field());
        let leaf = || Change::Leaf(Box::new(rules.leaf(path, live, desired)));
        let write_only = view.field().is_some_and(|field| field.write_only);
        match (live, desired) {
            (None, None) | (Some(Value::Unknown(_)), _) => Change::Same,
            (_, None) if write_only || rules.unmanaged => Change::Same,
            (_, Some(secret @ Value::Secret(_))) => self.hidden(path, secret, rules),
            (_, Some(desired)) if write_only => self.hidden(path, desired, rules),
            (_, Some(Value::Unknown(_))) => leaf(),
            (Some(live), Some(desired)) if view.inside().is_some() => {
                self.document(path, live, desired, view, rules)
            }
            (None, Some(_)) | (Some(_), None) if view.inside().is_some() => leaf(),
            (Some(Value::Map(_)) | None, Some(Value::Map(_)) | None) => {
                self.members(path, (live, desired), view, rules)
            }
            (Some(Value::List(_)) | None, Some(Value::List(_)) | None) => {
                self.items(path, (live, desired), view, rules)
            }
            (Some(live), Some(desired))
                if scalar::same(live, desired, view.compare(), view.spells_numbers()) =>
            {
                Change::Same
            }
            (Some(Value::String(_)), Some(Value::String(_))) if view.compare() == Compare::Template => {
                let whole = rules.leaf(path, live, desired);
                Change::Document(Box::new(DocumentChange { whole, inside: Change::Same }))
            }
            _ => leaf(),
        }
    }

    fn hidden(&self, path: &str, desired: &Value, rules: Rules) -> Change {
        self.hid.set(true);
        let may_differ = self.told.as_ref().is_none_or(|told| told.iter().any(|(row, _)| row == path));
        let why = self.hidden.filter(|_| may_differ);
        why.map_or(Change::Same, |why| rules.hidden(path, (why, self.others), Some(desired)))
    }

    fn document(&self, path: &str, live: &Value, desired: &Value, view: View, rules: Rules) -> Change {
        let rules = mask_secrets(rules, desired);
        let rules = Rules { masked: rules.masked || rules.sensitive, ..rules };
        let inside = view.inside().unwrap_or(view);
        let change = match (live, desired) {
            (Value::Map(_), Value::Map(_)) | (Value::List(_), Value::List(_)) => {
                self.node(path, Some(live), Some(desired), inside, rules)
            }
            _ if scalar::same(live, desired, view.compare(), true) => Change::Same,
            _ => {
                let whole = rules.leaf(path, Some(live), Some(desired));
                return Change::Document(Box::new(DocumentChange { whole, inside: Change::Same }));
            }
        };
        if change.is_same() {
            return change;
        }
        let mut whole = rules.leaf(path, Some(live), Some(desired));
        if change.leaves().all(|leaf| is_hidden(leaf.why, &leaf.live)) {
            whole.why = self.hidden.unwrap_or(whole.why);
        }
        Change::Document(Box::new(DocumentChange { whole, inside: change }))
    }

    fn members(&self, path: &str, (live, desired): Sides, view: View, rules: Rules) -> Change {
        if let Some(whole) = whole_empty(path, (live, desired), rules) {
            return whole;
        }
        let empty = Default::default();
        let live = live.and_then(Value::as_map).unwrap_or(&empty);
        let desired = desired.and_then(Value::as_map).unwrap_or(&empty);
        let keys = desired.keys().chain(live.keys().filter(|key| !desired.contains_key(*key)));
        let changes = keys.filter_map(|key| {
            let (live, desired) = (live.get(key), desired.get(key));
            let path = join(path, key);
            let (mut rules, child) = (rules, view.member(key));
            if view.has_users_keys() {
                rules.comes_or_goes |= live.is_none() || desired.is_none();
                // Wished in plain text, so no secret; under every other key may stand one.
                let plain = desired.is_some_and(|value| !value.has_secret());
                rules.sensitive &= !plain || rules.masked;
                // A user's key shows whether it is there, even where its value does not.
                if let (None, Some(value @ Value::Secret(_))) = (live, desired) {
                    self.hid.set(true);
                    let rules = Rules { sensitive: true, ..rules.below(child.field()) };
                    return Some((key.clone(), Change::Leaf(Box::new(rules.leaf(&path, None, Some(value))))));
                }
            }
            let change = self.node(&path, live, desired, child, rules);
            (!change.is_same()).then(|| (key.clone(), change))
        });
        Change::members(changes.collect())
    }

    fn items(&self, path: &str, (live, desired): Sides, view: View, rules: Rules) -> Change {
        if let Some(whole) = whole_empty(path, (live, desired), rules) {
            return whole;
        }
        let rules = desired.map_or(rules, |desired| mask_secrets(rules, desired));
        let scalars = |side: Option<&Value>| {
            side.and_then(Value::as_list).unwrap_or_default().iter().all(|item| item.as_map().is_none())
        };
        if (live.is_none() || desired.is_none()) && scalars(live) && scalars(desired) {
            return Change::Leaf(Box::new(rules.leaf(path, live, desired)));
        }
        let live = live.and_then(Value::as_list).unwrap_or_default();
        let desired = desired.and_then(Value::as_list).unwrap_or_default();
        let item = view.item();
        let masked = rules.sensitive || rules.masked;
        let visible = Walk::default();
        let same = |live: &Value, desired: &Value| {
            visible.node("", Some(live), Some(desired), item, rules).is_same()
        };
        let pairs = Matching { compare: view.compare(), same: &same, masked }.pairs(live, desired);
        let changes = pairs.into_iter().filter_map(|Pair { label, live, desired }| {
            let path = format!("{path}[{label}]");
            let one_side = live.is_none() || desired.is_none();
            let rules = Rules {
                whole: rules.whole || one_side,
                comes_or_goes: rules.comes_or_goes || one_side,
                ..rules
            };
            let mut change = self.node(&path, live, desired, item, rules);
            if change.is_same() && live.is_some() != desired.is_some() {
                // Nothing inside shows, but the item comes or goes.
                change = Change::Leaf(Box::new(rules.leaf(&path, live, desired)));
            }
            (!change.is_same()).then_some((label, change))
        });
        Change::items(changes.collect())
    }
}

/// An empty list or map against nothing: inside documents and user's maps that is a difference.
fn whole_empty(path: &str, sides: Sides, rules: Rules) -> Option<Change> {
    match sides {
        (None, Some(one)) | (Some(one), None) if one.is_empty() => {
            Some(Change::Leaf(Box::new(rules.leaf(path, sides.0, sides.1))))
        }
        _ => None,
    }
}

/// What stands beside a secret in a list or a document may be its old content elsewhere.
fn mask_secrets(rules: Rules, desired: &Value) -> Rules {
    Rules { masked: rules.masked || desired.has_secret(), ..rules }
}
