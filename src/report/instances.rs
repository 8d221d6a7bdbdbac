//! Instances of a component that are made alike but for some values: one stands for all, and of the others there is
//! what each has of its own. Nothing is left out by that.

use std::collections::{HashMap, HashSet};

use super::facts::Facts;
use super::fit::inline;
use super::resource::Scene;
use super::shown::{Shown, join};
use super::style::Label;
use super::tree::{FOLDED, Section, blotted};
use crate::plan::{Action, Planned};

/// A value that an instance has otherwise than the one that it is folded into.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Own<'a> {
    /// The kind and the key of the declaration that it is in.
    pub of: (&'a str, &'a str),
    /// `ScheduleExpression: rate(1 day)`.
    pub text: String,
    /// Another of its declarations has the same value, in every instance.
    again: bool,
}

/// What is longer than that is not told beside a name: it is no small difference.
const LONGEST: usize = 160;

/// An instance as it is compared.
struct Made<'a> {
    /// Everything but the values.
    skeleton: String,
    values: Vec<Leaf<'a>>,
}

/// A value in it.
struct Leaf<'a> {
    of: (&'a str, &'a str),
    path: String,
    text: String,
    /// The same without the words by which instances differ anyway.
    blotted: String,
}

/// Folds instances that are made, and differ in values alone, into the first of them.
pub(super) fn fold<'a>(sections: Vec<Section<'a>>, scene: &Scene<'a>) -> Vec<Section<'a>> {
    if sections.len() < 2 {
        return sections;
    }
    let made: Vec<Option<Made<'a>>> = sections.iter().map(|section| made(section, scene)).collect();
    let mut groups: HashMap<&str, Group<'_, 'a>> = HashMap::new();
    for (section, made) in sections.iter().zip(&made) {
        let Some(made) = made else { continue };
        let group = groups.entry(&made.skeleton).or_default();
        group.count += 1 + section.alike.len();
        group.all.push(made);
    }
    groups.values_mut().filter(|group| group.all.len() > 1).for_each(Group::find_repeated);
    let mut kept: Vec<Section<'a>> = Vec::new();
    // By skeleton: where the first one is.
    let mut firsts: HashMap<&str, usize> = HashMap::new();
    for (mut section, made) in sections.into_iter().zip(&made) {
        let made = made.as_ref().filter(|made| groups[made.skeleton.as_str()].count >= FOLDED);
        let own = made.and_then(|made| {
            let at = firsts.get(made.skeleton.as_str())?;
            Some((*at, groups[made.skeleton.as_str()].own(made)?))
        });
        match (own, made) {
            (Some((at, own)), _) => {
                let same = std::mem::take(&mut section.alike);
                let folded = std::iter::once(section).chain(same);
                kept[at].alike.extend(folded.map(|section| Section { own: own.clone(), ..section }));
            }
            (None, made) => {
                if let Some(made) = made {
                    firsts.entry(&made.skeleton).or_insert(kept.len());
                }
                kept.push(section);
            }
        }
    }
    kept
}

/// An instance all of whose resources are made; nothing of any other.
fn made<'a>(section: &Section<'a>, scene: &Scene<'a>) -> Option<Made<'a>> {
    let (component, instance) = section.component?;
    let members: Vec<&'a Planned> = section.members().collect();
    if members.iter().any(|planned| planned.action != Action::Create) {
        return None;
    }
    let mut words: Vec<&str> =
        members.iter().map(|planned| planned.name.as_str()).chain([instance]).collect();
    words.retain(|word| !word.is_empty());
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.dedup();
    let (mut skeleton, mut values) = (format!("{component}\n"), Vec::new());
    for planned in members {
        let remarks: String = scene.remarks(planned).into_iter().map(|(_, text)| text).collect();
        let head = format!("{} {} {remarks}\n", planned.kind, planned.address);
        skeleton.push_str(&blotted(&head, &words));
        let of = (planned.address.kind.as_str(), planned.address.key.as_str());
        let mut leaves = Vec::new();
        if let Some(after) = Facts::new(planned).after() {
            flatten(&after, "", &mut leaves);
        }
        for (path, text) in leaves {
            skeleton.push_str(&blotted(&path, &words));
            skeleton.push('\n');
            values.push(Leaf { of, blotted: blotted(&text, &words), path, text });
        }
    }
    Some(Made { skeleton, values })
}

/// The leaves of a value with their paths; a list of plain values is one.
fn flatten(value: &Shown, path: &str, found: &mut Vec<(String, String)>) {
    let is_leaf = |value: &Shown| !matches!(value, Shown::List(_) | Shown::Map(_));
    match value {
        Shown::Map(map) => map.iter().for_each(|(key, value)| flatten(value, &join(path, key), found)),
        Shown::List(items) if !items.iter().all(is_leaf) => {
            items.iter().enumerate().for_each(|(at, item)| flatten(item, &format!("{path}[{at}]"), found));
        }
        // A list of one is to AWS as good as the one.
        Shown::List(items) if items.len() == 1 => flatten(&items[0], path, found),
        leaf => {
            let text = inline(leaf, Label::Plain).into_iter().map(|(_, text)| text).collect();
            found.push((path.to_owned(), text));
        }
    }
}

/// Instances of one skeleton.
#[derive(Default)]
struct Group<'m, 'a> {
    /// How many there are, with those that are like one of them but for the name.
    count: usize,
    all: Vec<&'m Made<'a>>,
    /// Of each leaf: whether an earlier one of its declaration, or of any, has the same value in every instance.
    repeated: Vec<(bool, bool)>,
}

impl<'a> Group<'_, 'a> {
    fn find_repeated(&mut self) {
        let (mut in_own, mut in_any) = (HashSet::new(), HashSet::new());
        let first = self.all[0];
        for (at, leaf) in first.values.iter().enumerate() {
            let texts: Vec<&str> = self.all.iter().map(|made| made.values[at].text.as_str()).collect();
            let own = !in_own.insert((leaf.of, texts.clone()));
            self.repeated.push((own, !in_any.insert(texts)));
        }
    }

    /// What an instance has otherwise than the first one; nothing if that is too much to say in a line.
    fn own(&self, other: &Made<'a>) -> Option<Vec<Own<'a>>> {
        let pairs = self.all[0].values.iter().zip(&other.values).zip(&self.repeated);
        let mut found = Vec::new();
        for ((_, leaf), (own, any)) in pairs.filter(|((first, other), _)| first.blotted != other.blotted) {
            if leaf.text.chars().count() > LONGEST || leaf.text.contains('\n') {
                return None;
            }
            if !own {
                let name = leaf.path.rsplit('.').next().unwrap_or_default();
                found.push(Own { of: leaf.of, text: format!("{name}: {}", leaf.text), again: *any });
            }
        }
        Some(found)
    }
}

impl Section<'_> {
    /// What it has of its own in all of its declarations, each value once.
    pub fn own_texts(&self) -> impl Iterator<Item = &str> {
        self.own.iter().filter(|own| !own.again).map(|own| own.text.as_str())
    }
}
