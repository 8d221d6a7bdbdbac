//! The same files over HTTP, on two emulators that others have written: an independent check on the
//! embedded account. What an emulator loses stands in `tests/conformance/losses.txt`, and what neither
//! can show in `tests/conformance/embedded_only.txt`; both must be exactly so.
//!
//! Each file is applied whole, with every mutable line changed, with another value of every line that takes a
//! replacement, whole again, with no optional line, and removed. After each a plan is to be empty. Lines one
//! by one and the requests themselves are the embedded account's part ([`super::run`]): here it is seen
//! whether another account agrees.

use std::collections::BTreeSet;

use gatewayctl::apply::{Failure, Outcome, Why};
use gatewayctl::diff::{Leaf, Why as Differs};
use gatewayctl::engine::{Address, AwsError, Value};
use gatewayctl::kinds;
use gatewayctl::plan::{Action, Options, Plan, Planned};
use serde_json::Value as Json;

use super::covered::{self, Covered};
use super::file::{self, File, Form};
use super::losses::{Losses, Seen, When};
use super::{alone, searched};
use crate::support::account::{Searched, apply_on, plan_on};
use crate::support::emulators::{Emulator, Emulators};
use crate::support::raw;
use crate::support::rows::rows;

/// How much of its budget settling may take: an emulator is done at once, or it never is.
const SCALE: f64 = 0.0005;

/// As many looks as it takes until what an emulator does by itself has been done.
const LOOKS: u32 = 4;

#[test]
fn what_each_emulator_loses_is_known_and_every_field_converges_on_one_of_them_or_is_listed() {
    let wanted = std::env::var("GATEWAYCTL_CONFORMANCE").unwrap_or_default();
    let losses = Losses::read();
    let emulators = Emulators::start();
    let on = |emulator| {
        let peer = Peer { emulators: &emulators, emulator, losses: &losses, looks: 1 };
        let tried = alone(peer.tries(&wanted));
        tried.unwrap_or_else(|panic| panic!("{}: {panic}", emulator.name()))
    };
    let [(mut seen, mut covered), (more, also)] = std::thread::scope(|scope| {
        let both = Emulator::ALL.map(|emulator| scope.spawn(move || on(emulator)));
        both.map(|thread| thread.join().expect("it has no error"))
    });
    seen.extend(&more);
    covered.extend(also);
    let all = wanted.is_empty();
    let mut wrong = losses.compare(&seen, all);
    wrong.extend(covered::wrong(&covered, &wanted));
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// An emulator with what it is said to lose.
#[derive(Clone, Copy)]
struct Peer<'a> {
    emulators: &'a Emulators,
    emulator: Emulator,
    losses: &'a Losses,
    /// How many plans are made after an apply.
    looks: u32,
}

impl Peer<'_> {
    /// Every file in all its forms; then, for each line that is left out for this emulator's sake, what
    /// becomes of it. What was lost and what was not.
    async fn tries(self, wanted: &str) -> (Seen, Covered) {
        let (mut seen, mut covered) = (Seen::default(), Covered::new());
        let before = names(&self.emulators.inventory_of(self.emulator));
        let mut files = Vec::new();
        for file in file::every(wanted) {
            let left_out = self.losses.left_out(self.emulator, &file);
            let file = File { left_out: left_out.keys().copied().collect(), ..file };
            let mut here = Seen::default();
            self.forms(&file, &before, &mut here, &mut covered).await;
            seen.extend(&here);
            files.push((file, left_out, here));
        }
        // What is lost once, at whatever step, is not shown by this emulator.
        covered.retain(|(kind, row)| !seen.loses(self.emulator, kind, row));
        self.note_left(&before, &mut seen);
        for (file, left_out, without) in files {
            for path in left_out.values().collect::<BTreeSet<_>>() {
                let others = left_out.iter().filter(|(_, other)| *other != path);
                let with_it = File { left_out: others.map(|(at, _)| *at).collect(), ..file.clone() };
                let mut lost = Seen::default();
                self.emulators.reset(self.emulator);
                let patient = Peer { looks: LOOKS, ..self };
                let all = (&with_it, Form::All);
                patient.step(When::Set, all, &searched(&with_it), &mut lost, &mut Covered::new()).await;
                seen.note_left_out((self.emulator, &file.name, path), &lost, &without);
            }
        }
        (seen, covered)
    }

    async fn forms(
        self,
        file: &File,
        before: &BTreeSet<(String, String)>,
        seen: &mut Seen,
        covered: &mut Covered,
    ) {
        let lives = searched(file);
        let mut steps = vec![
            (When::Set, Form::All),
            (When::Changed, Form::Changed),
            (When::Again, Form::All),
            (When::Dropped, Form::None),
        ];
        if file.replacing().next().is_some() {
            steps.insert(2, (When::Replaced, Form::Replaced));
        }
        for (when, form) in steps {
            self.step(when, (file, form), &lives, seen, covered).await;
        }
        // From here, where nothing is left that AWS itself would protect.
        let removed = self.step(When::Deleted, (file, Form::None), &lives, seen, covered).await;
        if !removed {
            self.note_left(before, seen);
            self.emulators.reset(self.emulator);
        }
    }

    /// Notes what still stands.
    fn note_left(self, before: &BTreeSet<(String, String)>, seen: &mut Seen) {
        let left = names(&self.emulators.inventory_of(self.emulator));
        for (kind, name) in left.difference(before) {
            seen.note(self.emulator, kind, "removal", When::Deleted, format!("{name} is still there"));
        }
    }

    /// Applies, and plans again: whether nothing was lost.
    async fn step(
        self,
        when: When,
        (file, form): (&File, Form),
        lives: &Searched,
        seen: &mut Seen,
        covered: &mut Covered,
    ) -> bool {
        let source = &file.source(form);
        let options = Options { destroy: when == When::Deleted, ..Options::default() };
        let client = self.emulators.client(self.emulator).await;
        let mut converged = true;
        let mut note = |kind: &str, what: &str, evidence: String| {
            converged = false;
            seen.note(self.emulator, kind, what, when, evidence);
        };
        let plan = plan_on(&client, lives, source, &options).await;
        note_findings(&plan, &mut note);
        if !plan.is_allowed() {
            println!("{} {when:?} {}: no apply: {:?}", self.emulator.name(), file.name, plan.refusals);
            return false;
        }
        let outcome = apply_on(&client, lives, source, &plan, SCALE).await;
        for Failure { address, why, .. } in &outcome.failed {
            let kind = plan.changes.get(address).map_or("", |planned| planned.kind);
            let (what, evidence) = failure(why);
            println!("{} {when:?} {address}: {why}", self.emulator.name());
            note(kind, &what, evidence);
        }
        let mut hurt = hurt(&outcome);
        let replacing = plan;
        for _ in 0..self.looks {
            let client = self.emulators.client(self.emulator).await;
            let plan = plan_on(&client, lives, source, &options).await;
            note_findings(&plan, &mut note);
            for planned in plan.changes.values().filter(|planned| !hurt.contains(&planned.address)) {
                let mut lost = lost(planned);
                lost.iter().for_each(|(what, evidence)| note(planned.kind, what, evidence.clone()));
                let unread = plan.unread.iter().filter(|unread| unread.address == planned.address);
                lost.extend(unread.map(|unread| (row(planned.kind, &unread.path), String::new())));
                if when != When::Deleted {
                    covered::converged(planned, &lost, source, covered);
                }
            }
            let again = |planned: &&Planned| !matches!(planned.action, Action::Keep | Action::Update);
            hurt.extend(plan.changes.values().filter(again).map(|planned| planned.address.clone()));
        }
        if when == When::Replaced {
            covered::replaced(file, &replacing, &hurt, covered);
        }
        converged
    }
}

/// What cannot be listed, read or done at all.
fn note_findings(plan: &Plan, note: &mut dyn FnMut(&str, &str, String)) {
    let kind = |address: &Address| {
        plan.changes.get(address).map_or_else(|| address.kind.clone(), |planned| planned.kind.to_owned())
    };
    for unlisted in &plan.unlisted {
        note(unlisted.kind, &unlisted.error.operation, refused(&unlisted.error));
    }
    for finding in &plan.refusals {
        let kind = finding.address.as_ref().map_or_else(|| "stack".into(), kind);
        note(&kind, "*", format!("no apply: {}", finding.code));
    }
    for unread in &plan.unread {
        note(&kind(&unread.address), &unread.path, format!("not read: {}", unread.reason));
    }
}

/// Resources of which nothing is known after a step.
fn hurt(outcome: &Outcome) -> BTreeSet<Address> {
    let failed = outcome.failed.iter().map(|failure| &failure.address);
    failed.chain(outcome.skipped.iter().map(|skipped| &skipped.address)).cloned().collect()
}

/// The operation that failed, and how.
fn failure(why: &Why) -> (String, String) {
    match why {
        Why::Aws(error) | Why::Half(error) => (error.operation.clone(), refused(error)),
        other => ("*".into(), steady(&other.to_string())),
    }
}

fn refused(error: &AwsError) -> String {
    match error.status {
        Some(status) => format!("{status} {}", error.code).trim().to_owned(),
        None => steady(&error.message),
    }
}

/// Text without ids that are made up anew each time.
fn steady(text: &str) -> String {
    let is_made_up = |word: &str| {
        let plain = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
        plain.len() >= 8
            && plain.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            && plain.contains(|c: char| c.is_ascii_digit())
    };
    let words = text.split(' ').map(|word| if is_made_up(word) { "ID" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// What still differs: rows and how, or `*` for all of it.
fn lost(planned: &Planned) -> Vec<(String, String)> {
    let all = |evidence: &str| vec![("*".to_owned(), evidence.to_owned())];
    match planned.action {
        Action::Keep => Vec::new(),
        Action::Create => all("it is not there when it was made"),
        Action::Delete => all("it is still there when it was removed"),
        Action::Update | Action::Replace if planned.change.is_same() => {
            all(&format!("it is not as it was made: {:?}", planned.reasons))
        }
        Action::Update | Action::Replace => {
            planned.change.leaves().map(|leaf| (row(planned.kind, &leaf.path), told(leaf))).collect()
        }
    }
}

/// The row of a table that a path is about: general, and with what is inside a leaf cut off.
fn row(kind: &str, path: &str) -> String {
    let mut general = String::new();
    let mut inside = 0;
    for letter in path.chars() {
        match letter {
            '[' => {
                general.push_str(if inside == 0 { "[]" } else { "" });
                inside += 1;
            }
            ']' => inside -= 1,
            _ if inside == 0 => general.push(letter),
            _ => {}
        }
    }
    let rows = rows(kinds::kind(kind).expect("a kind").about().fields);
    let above = rows.iter().filter_map(|row| Some((row.rules(&general)?, row)));
    above.max_by_key(|(depth, _)| *depth).map_or(general.clone(), |(_, row)| row.path.clone())
}

/// What is there instead.
fn told(leaf: &Leaf) -> String {
    match (leaf.why, leaf.live.value()) {
        (Differs::Unknown, _) => "it leads to something else each time".into(),
        (Differs::Hidden, _) => "the version in the mark is another".into(),
        (_, None) => "answers nothing".into(),
        (Differs::Removed, Some(live)) => format!("answers {} where nothing was asked", short(live)),
        (_, Some(live)) => format!("answers {}", short(live)),
    }
}

/// A value in a few words, without what is made up anew each time.
fn short(value: &Value) -> String {
    match value {
        Value::Map(_) => "a map".into(),
        Value::List(_) => "a list".into(),
        scalar => raw::mask(&scalar.to_shown_json().to_string(), &[]),
    }
}

/// Names by kind.
fn names(inventory: &Json) -> BTreeSet<(String, String)> {
    let kinds = inventory.as_object().into_iter().flatten();
    kinds
        .flat_map(|(kind, of)| {
            of.as_object().into_iter().flatten().map(|(name, _)| (kind.clone(), name.clone()))
        })
        .collect()
}
