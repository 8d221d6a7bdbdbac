//! What went wrong in other tools: every row of `tests/known_bugs.txt` has tests that exist.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[test]
fn every_bug_of_other_tools_has_a_test_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
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
            (Some((_, named)), _) => {
                let missing = named.split(' ').filter(|test| !tests.contains(*test));
                wrong.extend(missing.map(|test| format!("{name}: there is no test {test}")));
            }
            // Until the kind is there.
            (None, Some((_, kind))) if kinds.contains(kind) => {
                wrong.push(format!("{name}: {kind} are built and no test is named"));
            }
            (None, Some(_)) => {}
            (None, None) => wrong.push(format!("{name} names no test")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The names of the functions below a folder that are tests.
fn collect(folder: &Path, tests: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder of ours").flatten() {
        let path: PathBuf = entry.path();
        if path.is_dir() {
            collect(&path, tests);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).expect("a file of ours");
            let mut marked = false;
            for line in text.lines().map(str::trim) {
                if line == "#[test]" || line.starts_with("#[tokio::test") {
                    marked = true;
                } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| marked) {
                    tests.extend(rest.split_once('(').map(|(name, _)| name.to_owned()));
                    marked = false;
                }
            }
        }
    }
}
