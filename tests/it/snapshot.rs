//! `snapshot` and `plan --live`: the plan of an account without the account.

use crate::support::process::Folder;

fn applied() -> Folder {
    let folder = Folder::copy_of("stacks/serverless-event-gateway");
    folder.run(&["apply", "--local", "--yes"]).ends(0);
    folder.run(&["snapshot", "--local", "--output", "live.json"]).ends(0);
    folder
}

#[test]
fn the_plan_of_a_file_is_the_plan_of_the_account_without_a_secret_or_a_credential() {
    let folder = applied();
    let file = ["plan", "--live", "live.json", "--detailed-exitcode"];
    let same = folder.run(&file).ends(0);
    assert!(same.stdout.contains("No changes."), "{}", same.stdout);
    folder.edit("rate_limit: 20", "rate_limit: 10");
    let of_account = folder.run(&["plan", "--local", "--detailed-exitcode"]).ends(2);
    std::fs::remove_dir_all(folder.path().join(".gatewayctl")).expect("the account");
    let of_file = folder.run(&file).ends(2);
    // A file is not searched.
    let (plan, _) = of_account.stdout.split_once("\nOrphan search").expect("what the search took");
    let own = "Against the account as `live.json` has it (`--live`).\n";
    assert!(of_file.stdout.contains(own), "{}", of_file.stdout);
    assert_eq!(plan, of_file.stdout.replace(own, ""), "of the account, and of the file");
}

#[test]
fn a_declaration_that_is_younger_than_the_file_is_named() {
    let folder = applied();
    let stack = folder.path().join("stack.yaml");
    let text = std::fs::read_to_string(&stack).expect("the stack");
    std::fs::write(&stack, format!("{text}\nqueues: {{ later: {{}} }}\n")).expect("the stack");
    let ran = folder.run(&["plan", "--live", "live.json"]).ends(0);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("not_in_snapshot") && said.contains("queues.later"), "{said}");
}

#[test]
fn a_file_that_is_none_or_of_another_stack_is_refused() {
    let folder = applied();
    let written = std::fs::read_to_string(folder.path().join("live.json")).expect("the file");
    let refused = |text: &str| {
        std::fs::write(folder.path().join("live.json"), text).expect("the file");
        folder.run(&["plan", "--live", "live.json"]).ends(1).stderr
    };
    insta::assert_snapshot!(refused("{"), @"error: live.json is no snapshot: it is no JSON: EOF while parsing an object at line 1 column 1");
    insta::assert_snapshot!(refused(&written.replace("\"format_version\": 1", "\"format_version\": 9")), @"error: live.json is no snapshot: it has format 9, newer than this program's 1: update gatewayctl");
    insta::assert_snapshot!(refused(&written.replace("\"owner\": \"serverless-event-gateway", "\"owner\": \"other")), @"error: live.json is of other/-/us-east-1, and this is serverless-event-gateway/-/us-east-1");
    let missing = folder.run(&["plan", "--live", "none.json"]).ends(1).stderr;
    assert!(missing.starts_with("error: none.json cannot be read: "), "{missing}");
    folder.run(&["plan", "--live", "live.json", "--offline"]).ends(64);
}
