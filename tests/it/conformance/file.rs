//! A conformance file: a stack whose lines say at their ends what may happen to them.
//!
//! - `#?`: the line with everything indented below it can be left out.
//! - `#~ OTHER`: its value can be changed to OTHER in place.
//! - `#! OTHER`: another value is a replacement.
//!
//! They combine: `memory: 256 #? ~ 512`.

use std::collections::BTreeSet;
use std::path::Path;

use gatewayctl::engine::Address;

use crate::support::account::Source;

/// One file of `tests/conformance`.
#[derive(Clone)]
pub struct File {
    /// Its name without `.yaml`.
    pub name: String,
    pub lines: Vec<Line>,
    /// Lines, by index, that no form has, with what is indented below them.
    pub left_out: BTreeSet<usize>,
}

/// A line, without what it says of itself.
#[derive(Clone)]
pub struct Line {
    /// From 1.
    pub number: usize,
    pub text: String,
    pub optional: bool,
    pub other: Option<Other>,
    /// The declared resource that it belongs to, and whether it is below that resource's own line.
    pub address: Option<Address>,
}

/// Another value of a line.
#[derive(Clone)]
pub struct Other {
    pub value: String,
    /// It takes a replacement.
    pub create_only: bool,
}

/// A form of the stack.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Form {
    /// Every line as it stands.
    All,
    /// No optional line.
    None,
    /// All but this line, by index, and what is indented below it.
    Without(usize),
    /// This line, by index, with its other value.
    Other(usize),
    /// Every line that can be changed in place with its other value.
    Changed,
    /// Every line whose other value takes a replacement with that.
    Replaced,
}

/// The conformance files whose names contain a text.
pub fn every(wanted: &str) -> Vec<File> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut files: Vec<File> = std::fs::read_dir(folder)
        .expect("conformance files")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            File::parse(name, &std::fs::read_to_string(&path).expect("a conformance file"))
        })
        .filter(|file| file.name.contains(wanted))
        .collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(!files.is_empty(), "no conformance file is called so");
    files
}

impl File {
    pub fn parse(name: String, text: &str) -> File {
        let (mut kind, mut key) = (String::new(), String::new());
        let lines = text.lines().enumerate().map(|(at, line)| {
            let mut line = Line::parse(at + 1, line);
            let trimmed = line.text.trim_start();
            if !trimmed.is_empty() && !trimmed.starts_with('#') {
                let (label, _) = split(trimmed);
                match indent(&line.text) {
                    0 => (kind, key) = (label.to_owned(), String::new()),
                    2 => key = label.to_owned(),
                    _ if !key.is_empty() => line.address = Some(Address::new(&kind, &key)),
                    _ => {}
                }
            }
            line
        });
        File { name, lines: lines.collect(), left_out: BTreeSet::new() }
    }

    /// The text of a form.
    pub fn text(&self, form: Form) -> String {
        let mut kept: Vec<String> = Vec::new();
        // Lines indented deeper than this belong to what was left out or written otherwise.
        let mut below: Option<usize> = None;
        for (at, line) in self.lines.iter().enumerate() {
            let indent = indent(&line.text);
            let blank = line.text.trim().is_empty();
            if below.is_some_and(|edge| !blank && indent > edge) {
                continue;
            }
            below = None;
            let gone = line.optional && (form == Form::None || form == Form::Without(at));
            if gone || self.left_out.contains(&at) {
                below = Some(indent);
                continue;
            }
            match &line.other {
                Some(other) if form.has(at, other) => {
                    below = Some(indent);
                    kept.push(line.with(&other.value));
                }
                _ => kept.push(line.text.clone()),
            }
        }
        // A map whose lines have all gone is an empty one.
        for at in 0..kept.len() {
            let ends = kept.get(at + 1).is_none_or(|next| indent(next) <= indent(&kept[at]));
            if ends && kept[at].trim_end().ends_with(':') {
                kept[at].push_str(" {}");
            }
        }
        kept.join("\n")
    }

    /// The lines, by index, of which another value is a replacement, those left out apart.
    pub fn replacing(&self) -> impl Iterator<Item = usize> {
        let is_left_out = |at: &usize| {
            let mut above = self.above_at(*at);
            self.left_out.contains(at) || above.any(|above| self.left_out.contains(&above))
        };
        let lines = (0..self.lines.len()).filter(move |at| !is_left_out(at));
        lines.filter(|at| self.lines[*at].other.as_ref().is_some_and(|other| other.create_only))
    }

    /// The stack of a form.
    pub fn source(&self, form: Form) -> Source {
        Source::new(&self.text(form))
    }

    /// The lines that a line is indented below, the nearest first.
    pub fn above(&self, at: usize) -> impl Iterator<Item = &Line> {
        self.above_at(at).map(|at| &self.lines[at])
    }

    fn above_at(&self, at: usize) -> impl Iterator<Item = usize> {
        let mut edge = indent(&self.lines[at].text);
        (0..at).rev().filter(move |at| {
            let text = &self.lines[*at].text;
            let above = !text.trim().is_empty() && indent(text) < edge;
            if above {
                edge = indent(text);
            }
            above
        })
    }

    /// The keys that lead to a line: `queues.jobs.delay`.
    pub fn path(&self, at: usize) -> String {
        let mut keys: Vec<&str> = self.above(at).map(Line::key).collect();
        keys.reverse();
        keys.push(self.lines[at].key());
        keys.join(".")
    }

    /// Where a line stands, and what it is.
    pub fn shown(&self, at: usize) -> String {
        let line = &self.lines[at];
        format!("{}.yaml:{} `{}`", self.name, line.number, line.text.trim())
    }
}

impl Form {
    /// Whether a line, by index, stands in it with its other value.
    fn has(self, at: usize, other: &Other) -> bool {
        match self {
            Form::All | Form::None | Form::Without(_) => false,
            Form::Other(line) => line == at,
            Form::Changed => !other.create_only,
            Form::Replaced => other.create_only,
        }
    }
}

impl Line {
    fn parse(number: usize, line: &str) -> Line {
        let mut parsed =
            Line { number, text: line.trim_end().to_owned(), optional: false, other: None, address: None };
        let Some((text, said)) = annotation(line) else { return parsed };
        parsed.text = text.trim_end().to_owned();
        let mut said = said;
        if let Some(rest) = said.strip_prefix('?') {
            parsed.optional = true;
            said = rest.trim_start();
        }
        if let Some(value) = said.strip_prefix(['~', '!']) {
            let create_only = said.starts_with('!');
            parsed.other = Some(Other { value: value.trim().to_owned(), create_only });
        } else {
            assert!(said.is_empty() && parsed.optional, "line {number} says `{said}`");
        }
        parsed
    }

    /// The key that it gives a value.
    pub fn key(&self) -> &str {
        split(self.text.trim_start()).0
    }

    /// The line with another value.
    fn with(&self, value: &str) -> String {
        let trimmed = self.text.trim_start();
        let (_, rest) = split(trimmed);
        let before = &self.text[..self.text.len() - rest.len()];
        format!("{} {value}", before.trim_end())
    }
}

/// What stands before the last ` #?`, ` #~` or ` #!`, and what it says.
fn annotation(line: &str) -> Option<(&str, &str)> {
    if line.trim_start().starts_with('#') {
        return None;
    }
    let at = [" #?", " #~", " #!"].iter().filter_map(|sign| line.rfind(sign)).max()?;
    Some((&line[..at], line[at + 2..].trim()))
}

/// A line's key, or the dash of an item, and what stands behind its colon.
fn split(line: &str) -> (&str, &str) {
    let at = match line.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            line[1..].find(quote).and_then(|end| Some(end + 1 + line[end + 1..].find(':')?))
        }
        Some('-') => return ("-", &line[1..]),
        _ => line.find(": ").or_else(|| line.strip_suffix(':').map(str::len)),
    };
    at.map_or((line, ""), |at| (line[..at].trim_matches(['"', '\'']), &line[at + 1..]))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[test]
fn a_file_is_read_with_what_its_lines_say() {
    let text = "queues:\n  jobs:\n    delay: 5m #? ~ 2m\n    log: #?\n      level: a #~ b\n    \"x: y\": { a: 1 } #! { a: 2 }";
    let file = File::parse("q".into(), text);
    assert_eq!(
        file.text(Form::All),
        "queues:\n  jobs:\n    delay: 5m\n    log:\n      level: a\n    \"x: y\": { a: 1 }"
    );
    assert_eq!(file.text(Form::None), "queues:\n  jobs:\n    \"x: y\": { a: 1 }");
    assert_eq!(
        file.text(Form::Changed),
        "queues:\n  jobs:\n    delay: 2m\n    log:\n      level: b\n    \"x: y\": { a: 1 }"
    );
    assert!(file.text(Form::Other(5)).ends_with("\"x: y\": { a: 2 }"));
    assert!(!file.text(Form::Without(3)).contains("level"));
    assert_eq!(file.lines[5].key(), "x: y");
    assert_eq!(file.lines[4].address, Some(Address::new("queues", "jobs")));
    assert_eq!(file.lines[1].address, None);
}
