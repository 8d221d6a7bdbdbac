//! `explain`: the reference in a terminal and as pages.

use std::collections::BTreeSet;

use gatewayctl::source::{Findings, Sources, codes};
use gatewayctl::spec::{self, Inputs, Mode};
use gatewayctl::{compile, kinds};

use crate::support::process::Folder;

fn explain(args: &[&str]) -> String {
    let ran = Folder::with_stack("").run(&[&["explain"], args].concat()).ends(0);
    assert_eq!(ran.stderr, "");
    ran.stdout
}

#[test]
fn without_a_path_it_lists_the_kinds() {
    let text = explain(&[]);
    for page in gatewayctl::reference::pages() {
        assert!(text.contains(page.about.kind), "{}", page.about.kind);
    }
}

#[test]
fn a_kind_shows_fields_outputs_access_and_an_example() {
    insta::assert_snapshot!(explain(&["log_groups"]));
}

#[test]
fn a_field_shows_what_stands_below_it() {
    insta::assert_snapshot!(explain(&["queues.redrive"]));
}

#[test]
fn a_wrong_path_says_what_was_meant() {
    let ran = Folder::with_stack("").run(&["explain", "queues.redriv"]).ends(1);
    insta::assert_snapshot!(ran.stderr, @"
    error: `queues` has no `redriv`
    help: did you mean `redrive`?
    ");
    let ran = Folder::with_stack("").run(&["explain", "lambdas"]).ends(1);
    assert!(ran.stderr.contains("there is no kind `lambdas`, and no code"), "{}", ran.stderr);
    let ran = Folder::with_stack("").run(&["explain", "emits"]).ends(1);
    assert!(ran.stderr.contains("`functions.emits`"), "{}", ran.stderr);
}

#[test]
fn the_pages_of_the_repository_are_those_that_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    explain(&["--into", folder.path().to_str().expect("a path")]);
    let own = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference");
    assert_eq!(names(&own), names(folder.path()), "gatewayctl explain --into docs/reference");
    for name in names(&own) {
        let text = |folder: &std::path::Path| {
            std::fs::read_to_string(folder.join(&name)).expect("a page").replace("\r\n", "\n")
        };
        assert!(text(&own) == text(folder.path()), "{name}: gatewayctl explain --into docs/reference");
    }
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_code_shows_what_it_means_and_what_to_write_instead() {
    insta::assert_snapshot!(explain(&["managed_key"]));
    let ran = Folder::with_stack("").run(&["explain", "manged_key"]).ends(1);
    assert!(ran.stderr.contains("did you mean `managed_key`?"), "{}", ran.stderr);
    assert!(explain(&[]).contains("managed_key"));
}

/// The codes of a stack's findings, and of its hints.
fn found(folder: &std::path::Path, text: &str, flags: &str) -> [BTreeSet<&'static str>; 2] {
    let mut sources = Sources::new();
    let file = sources.add("stack.yaml", text.to_owned());
    let mut inputs = Inputs::of_process(folder.to_owned(), Mode::Offline);
    inputs.environment = Box::new(|_| None);
    inputs.env = flags.strip_prefix("--env ").map(str::to_owned);
    let mut findings = Findings::default();
    let stack = spec::load(&mut sources, file, &inputs, &kinds::declarable(), kinds::LATER, &mut findings);
    if let Some(stack) = stack {
        compile::compile(&stack, folder, &mut findings);
    }
    [findings.iter().map(|one| one.code).collect(), findings.hints().map(|one| one.code).collect()]
}

/// Codes whose example would be too big, or is not in a stack's file alone. Those of a plan are of an account.
const WITHOUT_EXAMPLE: [&str; 18] = [
    "bad_params_file",
    "bad_value",
    "control_character",
    "document_too_large",
    "file_too_large",
    "key_too_long",
    "long_address",
    "long_description",
    "long_policy",
    "long_template",
    "loops_left_out",
    "other_account",
    "too_deep",
    "too_large",
    "too_many_attributes",
    "too_many_parameters",
    "too_many_subscriptions",
    "two_statements",
];

#[test]
fn every_example_of_a_code_yields_it_and_what_stands_instead_yields_nothing() {
    let folder = Folder::with_stack("");
    let code = folder.path().join("functions/orders");
    std::fs::create_dir_all(&code).expect("a folder");
    std::fs::write(code.join("index.py"), "def handler(event, context): pass\n").expect("code");
    let mut wrong = Vec::new();
    for code in codes() {
        let has_none = code.is_of_plan || WITHOUT_EXAMPLE.contains(&code.name);
        assert_eq!(code.example.is_empty(), has_none, "{}", code.name);
        if code.example.is_empty() {
            continue;
        }
        let [causes, hints] = found(folder.path(), &code.stack(false), code.flags);
        if !causes.contains(code.name) && !hints.contains(code.name) {
            wrong.push(format!("{}: yields {causes:?}", code.name));
        }
        let [mut left, hints] = found(folder.path(), &code.stack(true), code.flags);
        left.extend(hints.get(code.name));
        // A stack of a name alone states no region.
        left.remove(if code.name == "empty_file" { "region" } else { "" });
        if !left.is_empty() {
            wrong.push(format!("{}: what stands instead yields {left:?}", code.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_error_of_aws_is_explained_with_the_next_command() {
    insta::assert_snapshot!(explain(&["AccessDeniedException"]));
    assert!(explain(&["QueueDeletedRecently"]).contains("apply again in a minute"));
}
