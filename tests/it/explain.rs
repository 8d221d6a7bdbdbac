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
