//! What the emulators lose, and AWS does not: `tests/conformance/losses.txt`, a row for each, in columns
//! of emulator, kind, what (a row of its field table, or the operation that is refused), when, and evidence.
//! A kind is never bent to fit them. Where a line of a file is left out for an emulator's sake, the row
//! names file and line, and what happens to a stack with that line.
//!
//! Rows are compared with what is seen: one that is missing fails, and so does one that is no longer true.
//! `GATEWAYCTL_LOSSES=write` writes the file anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gatewayctl::engine::path::is_within;

use super::file::File;
use crate::support::emulators::Emulator;

/// After what it shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum When {
    /// Everything is set.
    Set,
    /// What can be changed is changed.
    Changed,
    /// What is optional is dropped.
    Dropped,
    /// Everything is set again.
    Again,
    /// What takes a replacement is changed.
    Replaced,
    /// Everything is removed.
    Deleted,
    /// No form has the line.
    LeftOut,
}

const WHENS: &[(When, &str)] = &[
    (When::Set, "set"),
    (When::Changed, "changed"),
    (When::Dropped, "dropped"),
    (When::Again, "set again"),
    (When::Replaced, "replaced"),
    (When::Deleted, "removed"),
    (When::LeftOut, "left out"),
];

/// Emulator, kind and what; of a line that is left out: emulator, file and line.
type Key = (Emulator, String, String);

/// What was seen, and when it showed first.
#[derive(Default)]
pub struct Seen(pub BTreeMap<Key, (When, String)>);

/// What is known.
pub struct Losses {
    rows: BTreeMap<Key, (When, String)>,
}

const FILE: &str = "tests/conformance/losses.txt";
const HEAD: &str = "\
# What the emulators lose and AWS does not: emulator | kind | row or operation | when it shows | evidence.
# A line that is left out for an emulator's sake: emulator | file | line | left out | what comes of it. Lines that
# make no sense without each other stand in one row, with ` + ` between them.
# A test compares this with what it sees; `GATEWAYCTL_LOSSES=write` writes it anew.
";

impl Seen {
    /// Notes a loss by the earliest step after which it shows.
    pub fn note(&mut self, emulator: Emulator, kind: &str, what: &str, when: When, evidence: String) {
        let key = (emulator, kind.to_owned(), what.to_owned());
        if self.0.get(&key).is_none_or(|(known, _)| *known > when) {
            self.0.insert(key, (when, evidence));
        }
    }

    /// Whether an emulator loses a row, at whatever step.
    pub fn loses(&self, emulator: Emulator, kind: &str, row: &str) -> bool {
        let of_kind = self.0.keys().filter(|(of, other, _)| *of == emulator && other == kind);
        let mut rows = of_kind.map(|(_, _, what)| what.as_str());
        rows.any(|what| is_within(row, what))
    }

    /// Takes in what was seen elsewhere or later.
    pub fn extend(&mut self, other: &Seen) {
        for ((emulator, kind, what), (when, evidence)) in &other.0 {
            self.note(*emulator, kind, what, *when, evidence.clone());
        }
    }

    /// Notes what comes of a line that is left out elsewhere: what its file loses with it and not without.
    pub fn note_left_out(&mut self, at: (Emulator, &str, &str), with_it: &Seen, without: &Seen) {
        let is_known = |key: &Key| without.0.get(key).is_some_and(|(when, _)| *when == When::Set);
        let mut more = with_it.0.iter().filter(|(key, _)| !is_known(key));
        if let Some(((_, kind, what), (_, evidence))) = more.next() {
            let (emulator, file, path) = at;
            let row = (When::LeftOut, format!("{kind} {what}: {evidence}"));
            self.0.insert((emulator, file.to_owned(), path.to_owned()), row);
        }
    }
}

impl Losses {
    /// The file.
    pub fn read() -> Losses {
        let text = std::fs::read_to_string(file()).expect("losses");
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        Losses {
            rows: lines.map(|line| parse(line).unwrap_or_else(|| panic!("not a row: {line}"))).collect(),
        }
    }

    /// The lines of a file, by index, that are left out for an emulator, each with its path.
    #[track_caller]
    pub fn left_out(&self, emulator: Emulator, file: &File) -> BTreeMap<usize, String> {
        let mut found = BTreeMap::new();
        for ((_, _, path), _) in self.rows.iter().filter(|((of, name, _), (when, _))| {
            *of == emulator && *name == file.name && *when == When::LeftOut
        }) {
            for one in path.split(" + ") {
                let lines = (0..file.lines.len()).filter(|at| !file.lines[*at].text.trim().is_empty());
                let lines: Vec<usize> = lines.filter(|at| file.path(*at) == one).collect();
                assert!(!lines.is_empty(), "{}.yaml has no line {one}", file.name);
                found.extend(lines.into_iter().map(|at| (at, path.clone())));
            }
        }
        found
    }

    /// How what was seen differs from what is known; of all files, or of some.
    pub fn compare(&self, seen: &Seen, all: bool) -> Vec<String> {
        let mut wrong = Vec::new();
        for (key, row) in &seen.0 {
            match self.rows.get(key) {
                None => wrong.push(format!("new: {}", shown(key, row))),
                Some(known) if known != row && all => {
                    wrong.push(format!("otherwise: {}\n    known: {}", shown(key, row), shown(key, known)));
                }
                Some(_) => {}
            }
        }
        let gone = self.rows.iter().filter(|(key, _)| all && !seen.0.contains_key(key));
        wrong.extend(gone.map(|(key, row)| format!("no longer true: {}", shown(key, row))));
        if std::env::var("GATEWAYCTL_LOSSES").is_ok_and(|wish| wish == "write") {
            let mut rows = if all { BTreeMap::new() } else { self.rows.clone() };
            rows.extend(seen.0.clone());
            let rows: String = rows.iter().map(|(key, row)| shown(key, row) + "\n").collect();
            std::fs::write(file(), format!("{HEAD}{rows}")).expect("the file of losses");
        }
        wrong
    }
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE)
}

fn parse(line: &str) -> Option<(Key, (When, String))> {
    let [emulator, kind, what, when, evidence] = line.splitn(5, " | ").collect::<Vec<_>>().try_into().ok()?;
    let emulator = Emulator::ALL.into_iter().find(|one| one.name() == emulator)?;
    let (when, _) = WHENS.iter().find(|(_, name)| *name == when)?;
    Some(((emulator, kind.to_owned(), what.to_owned()), (*when, evidence.to_owned())))
}

fn shown((emulator, kind, what): &Key, (when, evidence): &(When, String)) -> String {
    let when = WHENS.iter().find(|(one, _)| one == when).map_or("", |(_, name)| name);
    format!("{} | {kind} | {what} | {when} | {evidence}", emulator.name())
}
