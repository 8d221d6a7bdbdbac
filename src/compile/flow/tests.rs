//! Stacks that are right, in many styles, have no finding but those that they defend.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::kinds;
use crate::source::{Findings, RenderStyle, Severity, Sources, render};
use crate::spec::{Inputs, Mode, load};

/// What is found in a stack, gravest aside: codes, and the drawing.
fn found(file: &Path) -> (BTreeSet<&'static str>, String) {
    let text = std::fs::read_to_string(file).unwrap();
    let mut sources = Sources::new();
    let at = sources.add(file.file_name().unwrap().to_string_lossy().into_owned(), text);
    let mut findings = Findings::default();
    let base = file.parent().unwrap().to_owned();
    let mut inputs = Inputs::of_process(base.clone(), Mode::Offline);
    inputs.environment = Box::new(|_| None);
    inputs.account = Some("000000000000".into());
    inputs.fallback_region = Some("eu-west-1".into());
    let stack = load(&mut sources, at, &inputs, &kinds::declarable(), kinds::LATER, &mut findings);
    stack.map(|stack| super::super::compile(&stack, &base, &mut findings));
    let codes = findings.iter().filter(|finding| finding.severity != Severity::Note).map(|finding| finding.code).collect();
    (codes, render(&sources, &findings, RenderStyle { color: false, width: 120 }))
}

/// Every stack below a folder.
fn stacks(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => stacks(&path, found),
            false if path.extension().is_some_and(|end| end == "yaml") => found.push(path),
            false => {}
        }
    }
    found.sort();
}

#[test]
fn what_is_right_is_not_found_fault_with() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    stacks(&root.join("tests/valid"), &mut files);
    assert!(files.len() >= 40, "{}", files.len());
    let shipped = ["stacks", "examples"].into_iter().flat_map(|folder| {
        let mut files = Vec::new();
        stacks(&root.join(folder), &mut files);
        files.retain(|file| file.file_name().is_some_and(|name| name == "stack.yaml"));
        files
    });
    files.extend(shipped);
    let mut wrong = String::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let defended: BTreeSet<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("# finds "))
            .map(|line| line.split_once(": ").expect("a code and a reason").0)
            .collect();
        let (codes, drawn) = found(&file);
        if codes != defended {
            wrong.push_str(&format!("== {}: {defended:?}\n{drawn}\n", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
