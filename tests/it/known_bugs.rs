//! What went wrong in other tools: every row of `tests/known_bugs.txt` has tests that run and say what they
//! are about.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A function that runs as a test.
struct Test {
    /// It is marked `#[ignore]`.
    ignored: bool,
    /// The comment above it, its attributes and its body.
    text: String,
}

/// By name; modules may have tests of the same name.
type Tests = BTreeMap<String, Vec<Test>>;

#[test]
fn every_bug_of_other_tools_has_a_test_here_that_names_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = Tests::new();
    for folder in ["src", "tests/it"] {
        collect(&root.join(folder), &mut tests);
    }
    let text = std::fs::read_to_string(root.join("tests/known_bugs.txt")).expect("known bugs");
    let kinds: BTreeSet<&str> = gatewayctl::kinds::registry().iter().map(|kind| kind.about().kind).collect();
    let (mut rows, mut wrong) = (BTreeSet::new(), Vec::new());
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let name = line.split(' ').next().unwrap_or_default();
        if !rows.insert(name) {
            wrong.push(format!("{name} stands twice"));
        }
        match (line.split_once(": "), line.split_once(" = ")) {
            (Some((row, named)), _) => {
                let (_, about) = row.split_once(' ').unwrap_or_default();
                let row = Row { name, threads: about.split(' ').filter(|word| is_thread(word)).collect() };
                row.check(&named.split(' ').collect::<Vec<_>>(), &tests, &mut wrong);
            }
            // Until the kind is there.
            (None, Some((_, kind))) if kinds.contains(kind) => {
                wrong.push(format!("{name}: {kind} are built and no test is named"));
            }
            (None, Some((_, word))) if !gatewayctl::kinds::LATER.contains(&word) => {
                if !word.starts_with("not ours, ") {
                    wrong.push(format!("{name}: `{word}` is no kind of a later version, nor a reason"));
                }
            }
            (None, Some(_)) => {}
            (None, None) => wrong.push(format!("{name} names no test")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// `owner/repo#number`.
fn is_thread(word: &str) -> bool {
    let number =
        word.split_once('#').filter(|(repo, _)| repo.split('/').count() == 2).map(|(_, number)| number);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A row that has tests.
struct Row<'t> {
    name: &'t str,
    threads: Vec<&'t str>,
}

impl Row<'_> {
    /// Each test runs and names one of the threads or the row, and each thread is named by one of them.
    fn check(&self, named: &[&str], tests: &Tests, wrong: &mut Vec<String>) {
        let name = self.name;
        let mut about = Vec::new();
        for test in named {
            let all = tests.get(*test).map(Vec::as_slice).unwrap_or_default();
            if all.is_empty() {
                wrong.push(format!("{name}: there is no test {test}"));
            } else if all.iter().all(|test| test.ignored) {
                wrong.push(format!("{name}: {test} is ignored"));
            } else if !all.iter().any(|test| !test.ignored && self.is_named(&test.text)) {
                wrong.push(format!("{name}: {test} names neither {name} nor one of {:?}", self.threads));
            }
            about.extend(all.iter().filter(|test| !test.ignored).map(|test| test.text.as_str()));
        }
        let unnamed = self
            .threads
            .iter()
            .filter(|thread| !about.iter().any(|text| has_word(text, thread) || has_word(text, name)));
        wrong.extend(unnamed.map(|thread| format!("{name}: none of its tests names {thread}")));
    }

    fn is_named(&self, text: &str) -> bool {
        has_word(text, self.name) || self.threads.iter().any(|thread| has_word(text, thread))
    }
}

/// Whether a text has a word that is not the beginning or the end of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '/' || c == '_');
    text.match_indices(word).any(|(at, _)| {
        !is_part(text[..at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next())
    })
}

/// The tests in the files below a folder.
fn collect(folder: &Path, tests: &mut Tests) {
    for entry in std::fs::read_dir(folder).expect("a folder of ours").flatten() {
        let path: PathBuf = entry.path();
        if path.is_dir() {
            collect(&path, tests);
        } else if path.extension().is_some_and(|end| end == "rs") {
            read(&std::fs::read_to_string(&path).expect("a file of ours"), tests);
        }
    }
}

/// The tests of a file, which is formatted: a function ends at a brace that stands as far in as it began.
fn read(text: &str, tests: &mut Tests) {
    let (mut above, mut lines) = (Vec::new(), text.lines());
    while let Some(line) = lines.next() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("//") || trimmed.starts_with("#[") {
            above.push(trimmed);
            continue;
        }
        let above = std::mem::take(&mut above);
        let is_test = |line: &&str| *line == "#[test]" || line.starts_with("#[tokio::test");
        let name = trimmed.split_once("fn ").and_then(|(_, rest)| rest.split_once('('));
        let Some((name, _)) = name.filter(|_| above.iter().any(is_test)) else { continue };
        let end = format!("{}}}", &line[..line.len() - trimmed.len()]);
        let body = lines.by_ref().take_while(|line| *line != end);
        let ignored = above.iter().any(|line| line.starts_with("#[ignore"));
        let text = above.iter().copied().chain(body).collect::<Vec<_>>().join("\n");
        tests.entry(name.to_owned()).or_default().push(Test { ignored, text });
    }
}

#[test]
fn a_test_is_a_marked_function_with_its_comment_and_its_body() {
    let mut tests = Tests::new();
    read(
        "// a/b#1\n#[test]\nfn one() {\n    two();\n}\nfn two() {\n    // a/b#2\n}\n#[test]\n#[ignore]\nfn three() {\n}\n",
        &mut tests,
    );
    assert_eq!(tests.keys().collect::<Vec<_>>(), ["one", "three"]);
    assert!(tests["three"][0].ignored && !tests["one"][0].ignored);
    assert!(has_word(&tests["one"][0].text, "a/b#1") && !has_word(&tests["one"][0].text, "a/b#2"));
    assert!(!has_word("a/b#11 xP1 P10", "a/b#1") && !has_word("xP1 P10", "P1") && has_word("(P1)", "P1"));
}
