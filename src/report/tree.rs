//! The tree of a plan: its resources by component and kind, and what is alike folded into one.

use std::collections::HashMap;

use super::instances::{self, Own};
use super::page::{Page, plain};
use super::plan_text::is_barred;
use super::resource::{Scene, Sign, has_own_name};
use crate::compile::is_default_name;
use crate::engine::Address;
use crate::kinds;
use crate::plan::Planned;

/// The resources outside components, or those of one instance.
pub(super) struct Section<'a> {
    /// The component and the instance.
    pub component: Option<(&'a str, &'a str)>,
    /// The branches of each kind.
    pub kinds: Vec<(&'a str, Vec<Branch<'a>>)>,
    /// Other instances of the component that are the same but for their names, and what they say of their
    /// [own](Section::own).
    pub alike: Vec<Section<'a>>,
    /// The values that it has otherwise than the instance that it is folded into.
    pub own: Vec<Own<'a>>,
}

/// A declared resource with what is generated for it, as far as it is to be seen.
pub(super) struct Branch<'a> {
    pub members: Vec<&'a Planned>,
    /// Others of the kind that are the same but for their keys.
    pub alike: Vec<Branch<'a>>,
}

/// Fewer than these are not worth folding.
pub(super) const FOLDED: usize = 4;

/// The tree of what is to be seen: what changes, what is above it, and what does not if that is asked for.
/// It is folded unless each resource has but a line.
pub(super) fn tree<'a>(scene: &Scene<'a>) -> Vec<Section<'a>> {
    let mut sections: Vec<Section<'a>> = Vec::new();
    // Addresses are ordered by component, kind and key, each origin before its parts.
    for planned in scene.plan.changes.values().filter(|planned| is_visible(scene, planned)) {
        let address = &planned.address;
        let component = address.component.as_ref().map(|(name, instance)| (name.as_str(), instance.as_str()));
        if sections.last().is_none_or(|section| section.component != component) {
            sections.push(Section { component, kinds: Vec::new(), alike: Vec::new(), own: Vec::new() });
        }
        let Some(section) = sections.last_mut() else { continue };
        match section.kinds.last_mut() {
            Some((kind, branches)) if *kind == address.kind => match branches.last_mut() {
                Some(branch) if branch.members[0].address.key == address.key => branch.members.push(planned),
                _ => branches.push(Branch::of(planned)),
            },
            _ => section.kinds.push((&address.kind, vec![Branch::of(planned)])),
        }
    }
    if scene.view.compact {
        return sections;
    }
    for (_, branches) in sections.iter_mut().flat_map(|section| &mut section.kinds) {
        *branches = fold(std::mem::take(branches), scene);
    }
    instances::fold(sections, scene)
}

/// Folds branches of equal shape into the first one of them.
fn fold<'a>(branches: Vec<Branch<'a>>, scene: &Scene<'_>) -> Vec<Branch<'a>> {
    if branches.len() < FOLDED {
        return branches;
    }
    let shapes: Vec<Option<String>> = branches.iter().map(|branch| shape(branch, scene)).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    shapes.iter().flatten().for_each(|shape| *counts.entry(shape).or_default() += 1);
    let mut kept: Vec<Branch<'a>> = Vec::new();
    let mut firsts: HashMap<&str, usize> = HashMap::new();
    for (branch, shape) in branches.into_iter().zip(&shapes) {
        let shape = shape.as_deref().filter(|shape| counts[shape] >= FOLDED);
        match shape.and_then(|shape| firsts.get(shape)) {
            Some(first) => kept[*first].alike.push(branch),
            None => {
                firsts.extend(shape.map(|shape| (shape, kept.len())));
                kept.push(branch);
            }
        }
    }
    kept
}

/// Whether it stands in the tree: it changes, unchanged ones are asked for, or something below it
/// changes.
fn is_visible(scene: &Scene<'_>, planned: &Planned) -> bool {
    let shown =
        |planned: &Planned| planned.is_changed() || (scene.view.show_unchanged && !is_barred(planned));
    let address = &planned.address;
    let parts = || {
        let below = scene.plan.changes.range(address.clone()..);
        below.skip(1).map(|(_, part)| part).take_while(|part| is_part(&part.address, address))
    };
    shown(planned) || (!address.is_generated() && !scene.view.compact && parts().any(shown))
}

fn is_part(part: &Address, origin: &Address) -> bool {
    part.is_generated()
        && part.component == origin.component
        && part.kind == origin.kind
        && part.key == origin.key
}

impl<'a> Section<'a> {
    /// `component.instance`.
    pub fn name(&self) -> String {
        self.component.map_or_else(String::new, |(name, instance)| format!("{name}.{instance}"))
    }

    /// Others that are the same but for their names.
    pub fn same(&self) -> Vec<String> {
        self.alike.iter().filter(|other| other.own.is_empty()).map(Section::name).collect()
    }

    /// Others that have values of their own.
    pub fn others(&self) -> impl Iterator<Item = &Section<'a>> {
        self.alike.iter().filter(|other| !other.own.is_empty())
    }

    /// Everything in it that is not folded away in other sections.
    pub fn members(&self) -> impl Iterator<Item = &'a Planned> {
        let branches = self.kinds.iter().flat_map(|(_, branches)| branches);
        branches.flat_map(|branch| branch.all())
    }

    /// What in it is folded into another of its branches.
    pub fn folded(&self) -> impl Iterator<Item = &'a Planned> {
        let branches = self.kinds.iter().flat_map(|(_, branches)| branches);
        branches.flat_map(|branch| branch.alike.iter().flat_map(|other| &other.members)).copied()
    }

    pub fn is_destructive(&self) -> bool {
        self.members().any(goes)
    }
}

impl<'a> Branch<'a> {
    fn of(planned: &'a Planned) -> Branch<'a> {
        Branch { members: vec![planned], alike: Vec::new() }
    }

    /// The address of its first resource.
    pub fn name(&self) -> String {
        self.members[0].address.to_string()
    }

    /// Its resources and those of the branches that are like it.
    pub fn all(&self) -> impl Iterator<Item = &'a Planned> {
        self.members.iter().chain(self.alike.iter().flat_map(|branch| &branch.members)).copied()
    }

    pub fn is_destructive(&self) -> bool {
        self.members.iter().copied().any(goes)
    }
}

/// Whether something goes with a change, or is lost by it.
pub(super) fn goes(planned: &Planned) -> bool {
    planned.is_destructive() || planned.loses_a_part()
}

/// What a branch looks like without its key and the names in it; nothing if nothing in it changes.
fn shape(branch: &Branch<'_>, scene: &Scene<'_>) -> Option<String> {
    let members = &branch.members;
    let words = Words::new(&members[0].address.key, members);
    members.iter().any(|planned| planned.is_changed()).then(|| {
        let text = |planned: &&Planned| {
            let name = if has_own_name(planned) { words.name(planned, scene) } else { String::new() };
            let (head, body) = text(planned, scene);
            format!("{name}\n{}{}", words.blotted(&head), words.blotted_values(&body))
        };
        members.iter().map(text).collect()
    })
}

/// What would be written of a resource, without the places: its line, and what stands below it.
fn text(planned: &Planned, scene: &Scene<'_>) -> (String, String) {
    let remarks = plain(&scene.remarks(planned));
    let head = format!("{} {} {} {remarks}\n", Sign::of(planned).text, planned.kind, planned.address);
    let mut page = Page::new(false, usize::MAX);
    if planned.is_changed() {
        scene.body(&mut page, planned, 4, false);
    }
    (head, page.finish())
}

/// The words by which things that are alike differ anyway: the key of each, and the names of what is in it.
pub(super) struct Words<'a> {
    key: &'a str,
    /// Each with what stands for it: the same in all that are alike. The longest come first.
    all: Vec<(&'a str, usize)>,
}

impl<'a> Words<'a> {
    pub fn new(key: &'a str, members: &[&'a Planned]) -> Words<'a> {
        let names = members.iter().map(|planned| planned.name.as_str());
        let mut all: Vec<(&str, usize)> = std::iter::once(key).chain(names).zip(0..).collect();
        all.retain(|(word, _)| !word.is_empty());
        all.sort_by_key(|(word, at)| (std::cmp::Reverse(word.len()), *word, *at));
        all.dedup_by_key(|(word, _)| *word);
        Words { key, all }
    }

    /// A text with what stands for these words, wherever they stand between other words.
    pub fn blotted(&self, text: &str) -> String {
        blotted(text, &self.all)
    }

    /// The same of values. Among these a key that is itself a value, such as `10`, stands for nothing but itself: nobody
    /// could tell that `10` there means another in what is alike.
    pub fn blotted_values(&self, text: &str) -> String {
        let is_value = |word: &str| serde_json::from_str::<serde_json::Value>(word).is_ok();
        let words: Vec<_> = self.all.iter().copied().filter(|(word, _)| !is_value(word)).collect();
        blotted(text, &words)
    }

    /// The name of a resource, with what stands for the key; nothing where it follows from the address.
    pub fn name(&self, planned: &Planned, scene: &Scene<'_>) -> String {
        let about = kinds::kind(planned.kind).map(|kind| kind.about());
        let follows = |about| is_default_name(&planned.name, &scene.plan.owner, &planned.address, about);
        if about.is_some_and(follows) { String::new() } else { blotted(&planned.name, &[(self.key, 0)]) }
    }
}

fn blotted(text: &str, words: &[(&str, usize)]) -> String {
    let inner = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(c) = rest.chars().next() {
        let here = |(word, _): &&(&str, usize)| {
            rest.strip_prefix(*word).is_some_and(|after| !word.is_empty() && !inner(after.chars().next()))
        };
        let found = if inner(before) { None } else { words.iter().find(here) };
        let taken = match found {
            Some((word, at)) => {
                out.push_str(&format!("\0{at}\0"));
                word.len()
            }
            None => {
                out.push(c);
                c.len_utf8()
            }
        };
        before = rest[..taken].chars().next_back();
        rest = &rest[taken..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_blotted_out_only_where_it_stands_alone() {
        let words = [("shop-a", 1), ("a", 0), ("", 2)];
        let text = blotted("shop-a a ab a_b arn:a/b", &words).replace('\0', "#");
        assert_eq!(text, "#1# #0# ab a_b arn:#0#/b");
    }
}
