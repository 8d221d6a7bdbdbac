//! Which item of a live list stands against which of the wished one.

use indexmap::IndexMap;

use crate::engine::Value;
use crate::engine::field::Compare;

/// Two items that are compared, or one that is added or removed.
pub(super) struct Pair<'v> {
    /// What stands in the brackets of its path.
    pub label: String,
    pub live: Option<&'v Value>,
    pub desired: Option<&'v Value>,
}

/// How items are matched.
pub(super) struct Matching<'f> {
    pub compare: Compare,
    /// Whether two items are the same.
    pub same: &'f dyn Fn(&Value, &Value) -> bool,
    /// Items must not show in paths.
    pub masked: bool,
}

type Indexed<'v> = Vec<(usize, &'v Value)>;

impl Matching<'_> {
    /// The pairs, in the order of the wish; what is removed comes last.
    pub fn pairs<'v>(&self, live: &'v [Value], desired: &'v [Value]) -> Vec<Pair<'v>> {
        match self.compare {
            Compare::Set => {
                self.by_likeness(live.iter().enumerate().collect(), desired.iter().enumerate().collect())
            }
            Compare::Keyed(member) => self.by_key(live, desired, member),
            _ => self.by_index(live, desired),
        }
    }

    /// A common head and tail stay; between them items stand against each other in turn.
    fn by_index<'v>(&self, live: &'v [Value], desired: &'v [Value]) -> Vec<Pair<'v>> {
        let same = |(live, desired): &(&Value, &Value)| (self.same)(live, desired);
        let head = live.iter().zip(desired).take_while(same).count();
        let tail = live[head..].iter().rev().zip(desired[head..].iter().rev()).take_while(same).count();
        // Heads and tails are paired too: their secrets may have another version.
        let before = (0..head).map(|i| (i, Some(&live[i]), Some(&desired[i])));
        let (old, new) = (&live[head..live.len() - tail], &desired[head..desired.len() - tail]);
        let between = (0..old.len().max(new.len())).map(|i| (head + i, old.get(i), new.get(i)));
        let after = (0..tail).map(|i| {
            let (at, was) = (desired.len() - tail + i, live.len() - tail + i);
            (at, Some(&live[was]), Some(&desired[at]))
        });
        before
            .chain(between)
            .chain(after)
            .map(|(index, live, desired)| Pair { label: index.to_string(), live, desired })
            .collect()
    }

    /// By the text of a member; items without one, or with one that is not unique, by likeness.
    fn by_key<'v>(&self, live: &'v [Value], desired: &'v [Value], member: &str) -> Vec<Pair<'v>> {
        let (live, mut live_rest) = split(live, member);
        let (desired, mut desired_rest) = split(desired, member);
        let mut pairs = Vec::new();
        for (key, found) in &desired {
            match (found.as_slice(), live.get(key).map(Vec::as_slice)) {
                ([(_, item)], None) => pairs.push((key, None, Some(*item))),
                ([(_, item)], Some([(_, was)])) => pairs.push((key, Some(*was), Some(*item))),
                (several, there) => {
                    desired_rest.extend(several);
                    live_rest.extend(there.unwrap_or_default());
                }
            }
        }
        for (key, found) in live.iter().filter(|(key, _)| !desired.contains_key(*key)) {
            match found.as_slice() {
                [(_, item)] => pairs.push((key, Some(*item), None)),
                several => live_rest.extend(several),
            }
        }
        let mut pairs: Vec<_> = pairs
            .into_iter()
            .map(|(key, live, desired)| Pair { label: key.clone(), live, desired })
            .collect();
        pairs.extend(self.by_likeness(live_rest, desired_rest));
        pairs
    }

    /// As sets: each item stands against the first that is the same. Maps and unknowns that are left
    /// stand against each other in turn, so that a change inside one shows as such.
    fn by_likeness<'v>(&self, live: Indexed<'v>, desired: Indexed<'v>) -> Vec<Pair<'v>> {
        let (live, desired) = (self.distinct(live), self.distinct(desired));
        let mut pairs = Vec::new();
        let mut left: Indexed<'v> = live
            .iter()
            .filter(|(_, was)| !desired.iter().any(|(_, item)| (self.same)(was, item)))
            .copied()
            .collect();
        for (index, item) in desired {
            let twin = live.iter().find(|(_, was)| (self.same)(was, item)).map(|(_, was)| *was);
            let against = twin.or_else(|| {
                let fits = |was: &Value| match item {
                    Value::Map(_) => matches!(was, Value::Map(_)),
                    item => !item.is_known(),
                };
                let at = left.iter().position(|(_, was)| fits(was))?;
                Some(left.remove(at).1)
            });
            pairs.push(Pair { label: self.label(index, item), live: against, desired: Some(item) });
        }
        for (index, was) in left {
            pairs.push(Pair { label: self.label(index, was), live: Some(was), desired: None });
        }
        pairs
    }

    /// Each item once; secrets and unknowns are never taken to be the same.
    fn distinct<'v>(&self, items: Indexed<'v>) -> Indexed<'v> {
        let mut distinct: Indexed<'v> = Vec::with_capacity(items.len());
        for (index, item) in items {
            let plain = |value: &Value| value.is_known() && !value.has_secret();
            let again = |(_, other): &(usize, &Value)| plain(other) && (self.same)(other, item);
            if !plain(item) || !distinct.iter().any(again) {
                distinct.push((index, item));
            }
        }
        distinct
    }

    /// A short text stands for itself.
    fn label(&self, index: usize, item: &Value) -> String {
        match item {
            Value::String(text) if !self.masked && text.len() <= 128 => text.clone(),
            _ => index.to_string(),
        }
    }
}

/// Items by their key in order, and those without one.
fn split<'v>(items: &'v [Value], member: &str) -> (IndexMap<String, Indexed<'v>>, Indexed<'v>) {
    let mut keyed = IndexMap::<String, Indexed<'v>>::new();
    let mut rest = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match item.at(member) {
            Some(Value::String(key)) => keyed.entry(key.clone()).or_default().push((index, item)),
            Some(key @ (Value::Number(_) | Value::Bool(_))) => {
                keyed.entry(key.to_shown_json().to_string()).or_default().push((index, item));
            }
            _ => rest.push((index, item)),
        }
    }
    (keyed, rest)
}
