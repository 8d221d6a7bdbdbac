//! `explain`: the reference in a terminal and as pages.

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
    assert!(ran.stderr.contains("there is no kind `lambdas`"), "{}", ran.stderr);
}

#[test]
fn the_pages_of_the_repository_are_those_that_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    explain(&["--into", folder.path().to_str().expect("a path")]);
    let own = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference");
    assert_eq!(names(&own), names(folder.path()), "gatewayctl explain --into docs/reference");
    for name in names(&own) {
        let text = |folder: &std::path::Path| std::fs::read_to_string(folder.join(&name)).expect("a page");
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
