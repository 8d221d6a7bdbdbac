//! Every code of a finding: what it means, what causes it, and what to write instead. `codes.txt` is the table;
//! a test looks in the source for codes without a row.
//!
//! A row is `== CODE`, with `warning`, `note` or `hint` if it does not stop a run, and `error plan` or the like if it is
//! about a plan; a paragraph; and an example, each line of which begins with a sign: `-` stands in the wrong
//! stack alone, `+` in the right one alone, ` ` in both. `$` are flags that both are read with.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Severity;

/// What is known of a code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Code {
    pub name: &'static str,
    /// The gravest that a finding of this code can be.
    pub severity: Severity,
    /// It is about a plan, so no resource can allow it.
    pub is_of_plan: bool,
    /// What it means.
    pub doc: &'static str,
    /// The example, line by line; empty where none is small enough.
    pub example: Vec<(Sign, &'static str)>,
    /// The flags that the example is read with.
    pub flags: &'static str,
}

/// In which of the two a line of an example stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sign {
    Both,
    /// In the one that the finding is about.
    Wrong,
    /// In the one that is right.
    Right,
}

/// What every example has that does not say it: it is about something else.
const FRAME: &str = "stack: shop\nregion: eu-west-1\n";

static CODES: LazyLock<BTreeMap<&str, Code>> = LazyLock::new(|| {
    let rows = include_str!("codes.txt").split("== ").skip(1);
    rows.map(|row| {
        let code = parse(row);
        (code.name, code)
    })
    .collect()
});

fn parse(row: &'static str) -> Code {
    let mut lines = row.lines();
    let mut head = lines.next().unwrap_or_default().split(' ');
    let name = head.next().unwrap_or_default();
    let severity = match head.next() {
        Some("warning") => Severity::Warning,
        Some("note") => Severity::Note,
        Some("hint") => Severity::Hint,
        _ => Severity::Error,
    };
    let is_of_plan = head.next() == Some("plan");
    let doc = lines.next().unwrap_or_default();
    let (mut example, mut flags) = (Vec::new(), "");
    for line in lines.filter(|line| !line.is_empty()) {
        let text = line.get(2..).unwrap_or_default();
        match line.as_bytes()[0] {
            b'$' => flags = text,
            b'-' => example.push((Sign::Wrong, text)),
            b'+' => example.push((Sign::Right, text)),
            _ => example.push((Sign::Both, text)),
        }
    }
    Code { name, severity, is_of_plan, doc, example, flags }
}

/// Every code, by name.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    CODES.values()
}

/// The code of a name.
pub fn code(name: &str) -> Option<&'static Code> {
    CODES.get(name)
}

/// The codes of every finding that does not stop a run, sorted: what `allow:` can name.
pub fn mild() -> impl Iterator<Item = &'static str> {
    // `region` is an error where nobody states one for an account, and a note offline.
    let is_mild = |code: &&Code| code.severity != Severity::Error || code.name == "region";
    codes().filter(move |code| is_mild(code) && !code.is_of_plan).map(|code| code.name)
}

impl Code {
    /// The whole stack of the example that yields the finding, or that does not.
    pub fn stack(&self, is_right: bool) -> String {
        let left_out = if is_right { Sign::Wrong } else { Sign::Right };
        let lines = self.example.iter().filter(|(sign, _)| *sign != left_out);
        let text: String = lines.map(|(_, line)| format!("{line}\n")).collect();
        let states = |key: &str| text.lines().any(|line| line.starts_with(key));
        let frame = FRAME.lines().filter(|line| !states(&line[..line.find(':').unwrap_or_default() + 1]));
        match text.trim_start().starts_with('#') {
            true => text,
            false => frame.map(|line| format!("{line}\n")).collect::<String>() + &text,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;

    /// What findings are made by, and what stands in front of their codes. The flow's problems get theirs
    /// where they are reported.
    const MADE: [(&str, Severity); 13] = [
        ("Diagnostic::hint(", Severity::Hint),
        ("Diagnostic::error(", Severity::Error),
        ("Diagnostic::warning(", Severity::Warning),
        ("Diagnostic::note(", Severity::Note),
        (".error(own,", Severity::Error),
        (".error(", Severity::Error),
        (".problems(", Severity::Error),
        ("problem.finding(", Severity::Error),
        (".refuse(", Severity::Error),
        (".bar(", Severity::Error),
        ("code:", Severity::Error),
        ("wrong(", Severity::Error),
        ("refused(", Severity::Error),
    ];

    /// The codes that the program makes findings of, tests aside, with the gravest of each.
    fn given(folder: &Path, found: &mut BTreeMap<String, Severity>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                if !["aws", "local", "tests", "flow"].iter().any(|not| name.ends_with(&format!("src/{not}")))
                {
                    given(&path, found);
                }
            } else if name.ends_with(".rs") && !name.ends_with("tests.rs") && !name.contains("/tests/") {
                let text = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
                let program = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
                for (made, severity) in MADE {
                    for rest in program.split(made).skip(1) {
                        let code = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"'));
                        let is_code = |code: &str| code.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                        if let Some((code, _)) = code.filter(|(code, _)| is_code(code) && !code.is_empty()) {
                            let known = found.entry(code.to_owned()).or_insert(severity);
                            *known = (*known).min(severity);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_table_has_every_code_of_a_finding_and_no_other() {
        let mut found = BTreeMap::new();
        given(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        let known: BTreeSet<&str> = codes().map(|code| code.name).collect();
        let missing: Vec<&String> = found.keys().filter(|code| !known.contains(code.as_str())).collect();
        assert!(missing.is_empty(), "codes without a row: {missing:?}");
        let idle: Vec<&&str> = known.iter().filter(|code| !found.contains_key(**code)).collect();
        assert!(idle.is_empty(), "rows that nothing is made of: {idle:?}");
        for code in codes().filter(|code| !code.is_of_plan) {
            assert_eq!(code.severity, found[code.name], "{}", code.name);
        }
    }

    #[test]
    fn every_row_says_what_it_means_and_shows_both_sides() {
        for code in codes() {
            assert!(code.doc.ends_with('.'), "{}", code.name);
            let has = |sign| code.example.iter().any(|(one, _)| *one == sign);
            assert!(code.example.is_empty() || has(Sign::Wrong) || has(Sign::Right), "{}", code.name);
        }
    }
}
