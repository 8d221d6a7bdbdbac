//! Which rows of the field tables converge on an emulator, against the list of those that the embedded
//! account alone can show.

use std::collections::BTreeSet;

use gatewayctl::engine::Address;
use gatewayctl::kinds;
use gatewayctl::plan::{Action, Plan, Planned};

use super::coverage::shown;
use super::file::{self, File, Form, Line};
use super::tree;
use crate::support::account::Source;
use crate::support::rows::rows;

/// Kind and row; of a line that takes a replacement [`REPLACEMENT`] and where it stands.
pub type Covered = BTreeSet<(&'static str, String)>;

const REPLACEMENT: &str = "replacement";

/// A kind with a row, or with the beginning of rows and `*`; a reason.
const LISTED: &str = include_str!("../../conformance/embedded_only.txt");

/// Notes the rows that stand in a resource and converge.
pub fn converged(planned: &Planned, lost: &[(String, String)], source: &Source, covered: &mut Covered) {
    let Some(desired) = &planned.desired else { return };
    if lost.iter().any(|(what, _)| what == "*") {
        return;
    }
    let leaves = tree::leaves("", &desired.properties);
    let file = File::parse(String::new(), &source.text);
    let own = |line: &&Line| line.address.as_ref() == Some(&planned.address);
    let lines: Vec<&str> = file.lines.iter().filter(own).map(|line| line.text.as_str()).collect();
    for row in rows(kinds::kind(planned.kind).expect("a kind").about().fields) {
        if row.path.is_empty() {
            // Sugar: what it becomes stands in no row of its own.
            if lost.is_empty() && lines.iter().any(|line| has_key(line, row.field.key)) {
                covered.insert((planned.kind, shown(&row)));
            }
            continue;
        }
        let set = leaves.iter().any(|(path, _)| row.rules(path).is_some());
        let touched = lost.iter().any(|(what, _)| row.rules(what).is_some() || row.is_below(what));
        if set && !touched {
            covered.insert((planned.kind, shown(&row)));
        }
    }
}

/// Notes the lines of a file whose other value has replaced what they are about, which is as it is wished.
pub fn replaced(file: &File, plan: &Plan, hurt: &BTreeSet<Address>, covered: &mut Covered) {
    let graph = |form| file.source(form).compile().0;
    let all = graph(Form::All);
    for at in file.replacing() {
        let places = tree::differences(&all, &graph(Form::Other(at)));
        let is_own = |planned: &&Planned| places.iter().any(|place| place.address == planned.address);
        let mut own = plan.changes.values().filter(is_own);
        if own.any(|planned| planned.action == Action::Replace && !hurt.contains(&planned.address)) {
            covered.insert((REPLACEMENT, replacement(file, at)));
        }
    }
}

fn replacement(file: &File, at: usize) -> String {
    format!("{}:{}", file.name, file.path(at))
}

/// Whether a line gives a key a value, in flow or not.
fn has_key(line: &str, key: &str) -> bool {
    line.match_indices(&format!("{key}:")).any(|(at, _)| line[..at].ends_with([' ', '{', '[']))
}

/// What no emulator shows and is not listed, and what is listed and need not be.
/// Of all kinds, or of one.
pub fn wrong(covered: &Covered, wanted: &str) -> Vec<String> {
    let listed: Vec<(&str, &str)> = LISTED
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            let (kind, row) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            assert!(words.next().is_some_and(|reason| !reason.trim().is_empty()), "no reason: {line}");
            (kind, row)
        })
        .collect();
    let fits = |(of, pattern): &(&str, &str), kind: &str, row: &str| {
        *of == kind && pattern.strip_suffix('*').map_or(row == *pattern, |begin| row.starts_with(begin))
    };
    let is_asked = |kind: &str| wanted.is_empty() || kind == wanted;
    let (mut wrong, mut met) = (Vec::new(), BTreeSet::new());
    let mut check = |kind: &'static str, name: String| {
        let entries: Vec<usize> = (0..listed.len()).filter(|at| fits(&listed[*at], kind, &name)).collect();
        match (covered.contains(&(kind, name.clone())), entries.is_empty()) {
            (false, true) => wrong.push(format!("no emulator shows it: {kind} {name}")),
            (true, false) => wrong.push(format!("listed, and an emulator shows it: {kind} {name}")),
            _ => met.extend(entries),
        }
    };
    for file in file::every(wanted) {
        file.replacing().for_each(|at| check(REPLACEMENT, replacement(&file, at)));
    }
    for kind in kinds::registry()
        .iter()
        .map(|kind| kind.about())
        .filter(|about| about.declarable && is_asked(about.kind))
    {
        for row in rows(kind.fields).iter().filter(|row| !row.field.computed) {
            check(kind.kind, shown(row));
        }
    }
    let needless = listed.iter().enumerate().filter(|(at, (kind, _))| !met.contains(at) && is_asked(kind));
    wrong.extend(needless.map(|(_, (kind, row))| format!("listed, and there is no such row: {kind} {row}")));
    wrong
}
