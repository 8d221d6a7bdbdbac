//! Instances of a component to which the same happens but for some values: one stands for all, and of the others there
//! is what each has of its own. Nothing is left out by that.

use std::collections::{HashMap, HashSet};

use super::change::places;
use super::facts::Facts;
use super::fit::inline;
use super::page::{Page, plain};
use super::resource::{Fields, Scene, Sign, fields, has_own_name};
use super::shown::{Shown, join};
use super::style::Label;
use super::tree::{FOLDED, Section, Words};
use crate::plan::Planned;

/// A value that an instance has otherwise than the one that it is folded into.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Own<'a> {
    /// The kind and the key of the declaration that it is in.
    pub of: (&'a str, &'a str),
    /// `ScheduleExpression: rate(1 day)`, or `Size: 3 → 5`.
    pub text: String,
    pub label: Label,
    /// The same with all that has this value in every instance, whatever declaration it is of; nothing where another of
    /// them tells it.
    once: Option<String>,
}

/// What is longer than that is not told beside a name: it is no small difference. In characters.
const LONGEST: usize = 160;
/// Nor is what differs in more places than these.
const MOST: usize = 16;

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
    label: Label,
    /// The text without the words by which instances differ anyway.
    blotted: String,
    /// Its declaration is folded into another of the instance.
    within: bool,
}

/// Folds instances that differ in values alone into the first of them; where that is too much to say in a line, into
/// the next that stands in full.
pub(super) fn fold<'a>(sections: Vec<Section<'a>>, scene: &Scene<'a>) -> Vec<Section<'a>> {
    if sections.len() < FOLDED {
        return sections;
    }
    let made: Vec<Option<Made<'a>>> = sections.iter().map(|section| made(section, scene)).collect();
    let mut groups: HashMap<&str, Group<'_, 'a>> = HashMap::new();
    for made in made.iter().flatten() {
        groups.entry(&made.skeleton).or_default().all.push(made);
    }
    groups.retain(|_, group| group.all.len() >= FOLDED);
    groups.values_mut().for_each(Group::look);
    let mut kept: Vec<Section<'a>> = Vec::new();
    for (section, made) in sections.into_iter().zip(&made) {
        let found = made.as_ref().and_then(|made| Some((made, groups.get_mut(made.skeleton.as_str())?)));
        let Some((made, group)) = found else {
            kept.push(section);
            continue;
        };
        match group.nearest(made) {
            Some((at, own)) => kept[at].alike.push(Section { own, ..section }),
            None => {
                group.full.push((kept.len(), made));
                kept.push(section);
            }
        }
    }
    kept
}

/// An instance of which something changes; nothing of any other.
fn made<'a>(section: &Section<'a>, scene: &Scene<'a>) -> Option<Made<'a>> {
    let (component, instance) = section.component?;
    let mut members: Vec<&'a Planned> = section.members().collect();
    if !members.iter().any(|planned| planned.is_changed()) {
        return None;
    }
    // What is folded inside an instance does not stand where it would.
    members.sort_by_key(|planned| &planned.address);
    let words = Words::new(instance, &members);
    let folded: HashSet<_> = section.folded().map(|planned| &planned.address).collect();
    let (mut skeleton, mut values) = (format!("{component}\n"), Vec::new());
    for planned in members {
        let (rest, leaves) = told(planned, scene);
        skeleton.push_str(&words.blotted(&rest));
        let of = (planned.address.kind.as_str(), planned.address.key.as_str());
        let within = folded.contains(&planned.address);
        if has_own_name(planned) {
            let (path, text, label) = ("name".to_owned(), planned.name.clone(), Label::Plain);
            values.push(Leaf { of, blotted: words.name(planned, scene), path, text, label, within });
        }
        for (path, text, label) in leaves {
            skeleton.push_str(&words.blotted(&path));
            skeleton.push('\n');
            values.push(Leaf { of, blotted: words.blotted_values(&text), path, text, label, within });
        }
    }
    Some(Made { skeleton, values })
}

/// What is written of a resource: all but the values, and these with their paths.
fn told(planned: &Planned, scene: &Scene<'_>) -> (String, Vec<(String, String, Label)>) {
    let mut page = Page::new(false, usize::MAX);
    let remarks = plain(&scene.remarks(planned));
    let mut rest = format!("{} {} {} {remarks}\n", Sign::of(planned).text, planned.kind, planned.address);
    let mut leaves = Vec::new();
    if planned.is_changed() {
        let facts = Facts::new(planned);
        scene.sentences(&mut page, planned, 0);
        scene.foreseen(&mut page, planned, 0);
        match fields(&facts) {
            Fields::All(shown, label) => {
                if let Some(shown) = shown {
                    flatten(&shown, "", label, &mut leaves);
                }
            }
            Fields::Changed { unchanged } => {
                let identity = facts.identity().into_iter();
                let inline = |value: &Shown| plain(&inline(value, Label::Dim));
                leaves.extend(identity.map(|(path, value)| (path.to_owned(), inline(&value), Label::Dim)));
                rest.push_str(&format!("{unchanged}\n"));
                for place in places(&facts) {
                    rest.push_str(&format!("{}\n", place.shape));
                    leaves.extend(place.values.map(|(label, text)| (place.path, text, label)));
                }
            }
        }
    }
    rest.push_str(&page.finish());
    (rest, leaves)
}

/// The leaves of a value with their paths; a list of plain values is one.
fn flatten(value: &Shown, path: &str, label: Label, found: &mut Vec<(String, String, Label)>) {
    let is_leaf = |value: &Shown| !matches!(value, Shown::List(_) | Shown::Map(_));
    match value {
        Shown::Map(map) => {
            map.iter().for_each(|(key, value)| flatten(value, &join(path, key), label, found));
        }
        Shown::List(items) if !items.iter().all(is_leaf) => {
            let items = items.iter().enumerate();
            items.for_each(|(at, item)| flatten(item, &format!("{path}[{at}]"), label, found));
        }
        // A list of one is to AWS as good as the one.
        Shown::List(items) if items.len() == 1 => flatten(&items[0], path, label, found),
        leaf => found.push((path.to_owned(), plain(&inline(leaf, label)), label)),
    }
}

/// Instances of one skeleton.
#[derive(Default)]
struct Group<'m, 'a> {
    all: Vec<&'m Made<'a>>,
    /// Those that stand in full, each with the place where it does.
    full: Vec<(usize, &'m Made<'a>)>,
    /// Of each leaf.
    leaves: Vec<Varies>,
}

/// In which way a leaf varies between the instances of a group. Leaves that have the same value in every instance are
/// told by the first of them.
#[derive(Clone, Default)]
struct Varies {
    /// What it and the later ones with its values are called: those of its declaration, and all of them.
    called: Vec<String>,
    called_once: Vec<String>,
    /// In one of them its declaration is folded into another.
    within: bool,
    /// An earlier one of its declaration has the same value in every instance.
    repeated: bool,
    /// An earlier one of any declaration has.
    again: bool,
}

impl<'a> Group<'_, 'a> {
    /// Looks which values vary, and how to call them.
    fn look(&mut self) {
        let first = self.all[0];
        self.leaves = vec![Varies::default(); first.values.len()];
        // By its values the first leaf that has them, in a declaration and in the whole instance.
        let (mut in_own, mut in_any): (HashMap<_, usize>, HashMap<_, usize>) = Default::default();
        let mut firsts = Vec::new();
        // How many different values there are under a name.
        let mut under: HashMap<&str, HashSet<usize>> = HashMap::new();
        for (at, leaf) in first.values.iter().enumerate() {
            if self.all.iter().all(|made| made.values[at].blotted == leaf.blotted) {
                continue;
            }
            let texts: Vec<&str> = self.all.iter().map(|made| made.values[at].text.as_str()).collect();
            let own = *in_own.entry((leaf.of, texts.clone())).or_insert(at);
            let any = *in_any.entry(texts).or_insert(at);
            let within = self.all.iter().any(|made| made.values[at].within);
            self.leaves[at] = Varies { within, repeated: own != at, again: any != at, ..Varies::default() };
            under.entry(last(&leaf.path)).or_default().insert(any);
            firsts.push((at, own, any));
        }
        for (at, own, any) in firsts {
            let leaf = &first.values[at];
            let name = last(&leaf.path);
            let called = |within: bool| match leaf.of {
                (kind, key) if under[name].len() > 1 || within => format!("{kind}.{key} {}", leaf.path),
                _ => name.to_owned(),
            };
            // What is called like the first one is that one's too.
            let add = |called: String, names: &mut Vec<String>| {
                if !names.contains(&called) {
                    names.push(called);
                }
            };
            let (in_own, in_any) = (called(self.leaves[own].within), called(self.leaves[any].within));
            add(in_own, &mut self.leaves[own].called);
            add(in_any, &mut self.leaves[any].called_once);
        }
    }

    /// Where the one stands in full that an instance differs least from, and what it has otherwise.
    fn nearest(&self, other: &Made<'a>) -> Option<(usize, Vec<Own<'a>>)> {
        let own = self.full.iter().filter_map(|(at, one)| Some((*at, self.own(one, other)?)));
        own.min_by_key(|(_, own)| own.len())
    }

    /// What an instance has otherwise than one that stands in full; nothing if that is too much to say in a line.
    fn own(&self, one: &Made<'a>, other: &Made<'a>) -> Option<Vec<Own<'a>>> {
        let pairs = one.values.iter().zip(&other.values).zip(&self.leaves);
        let mut found = Vec::new();
        for ((_, leaf), varies) in pairs.filter(|((one, other), _)| one.blotted != other.blotted) {
            if leaf.text.chars().count() > LONGEST || leaf.text.contains('\n') {
                return None;
            }
            if !varies.repeated {
                let text = |called: &[String]| format!("{}: {}", listed(called), leaf.text);
                let once = (!varies.again).then(|| text(&varies.called_once));
                found.push(Own { of: leaf.of, text: text(&varies.called), label: leaf.label, once });
            }
        }
        (found.iter().filter(|own| own.once.is_some()).count() <= MOST).then_some(found)
    }
}

/// What several values that are one are called.
fn listed(names: &[String]) -> String {
    /// More than these are counted.
    const NAMED: usize = 4;
    match names.len() > NAMED {
        true => format!("{} and {} more", names[..NAMED - 1].join(", "), names.len() + 1 - NAMED),
        false => names.join(", "),
    }
}

/// The last member of a path, with the brackets behind it: `Rate` of `Limits[a.b].Rate`, all of `Tags[a.b]`.
fn last(path: &str) -> &str {
    let mut depth = 0usize;
    let dot = path.char_indices().rev().find(|(_, c)| {
        match c {
            ']' => depth += 1,
            '[' => depth = depth.saturating_sub(1),
            _ => {}
        }
        *c == '.' && depth == 0
    });
    dot.map_or(path, |(at, _)| &path[at + 1..])
}

impl<'a> Section<'a> {
    /// What it has of its own in all of its declarations, each value once.
    pub fn own_once(&self) -> impl Iterator<Item = (Label, &str)> {
        self.own.iter().filter_map(|own| Some((own.label, own.once.as_deref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::last;

    #[test]
    fn a_value_is_called_by_the_last_member_of_its_path() {
        let paths = ["Size", "Limits[a.b].Rate", "Tags[a.b]", "Input.Tags[a.b]"];
        assert_eq!(paths.map(last), ["Size", "Rate", "Tags[a.b]", "Tags[a.b]"]);
    }
}
