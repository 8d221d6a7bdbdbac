//! The command line: stdout, stderr and exit status.

use crate::support::process::Folder;

#[test]
fn help_names_every_command_and_the_exit_statuses() {
    let ran = Folder::with_stack("").run(&["--help"]).ends(0);
    for word in ["validate", "plan", "apply", "destroy", "outputs", "completions", "Exit status:", "--local"]
    {
        assert!(ran.stdout.contains(word), "{word}");
    }
    assert_eq!(ran.stderr, "");
}

#[test]
fn wrong_usage_ends_with_64_and_not_with_the_status_for_changes() {
    let ran = Folder::with_stack("").run(&["plan", "--detailed-exit-code"]).ends(64);
    assert!(ran.stderr.contains("--detailed-exitcode"), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
    Folder::with_stack("").run(&[]).ends(64);
}

#[test]
fn a_folder_without_a_stack_says_what_to_name() {
    let folder = Folder::with_stack("");
    std::fs::remove_file(folder.path().join("stack.yaml")).unwrap();
    let ran = folder.run(&["validate"]).ends(1);
    insta::assert_snapshot!(ran.stderr, @"
    error: there is no stack.yaml in this folder
    help: name a stack file, or the folder of one: gatewayctl COMMAND STACK
    ");
}

#[test]
fn findings_go_to_stderr_and_a_valid_stack_is_said_on_stdout() {
    let ran = Folder::with_stack("stack: shop\nqueues: { a: {} }\n").run(&["validate"]).ends(0);
    insta::assert_snapshot!(ran.stdout, @"shop is valid: 1 resource.");
    let ran = Folder::with_stack("stack: shop\nqueus: { a: {} }\n").run(&["validate"]).ends(1);
    assert_eq!(ran.stdout, "");
    insta::assert_snapshot!(ran.stderr, @"
    error[unknown_key]: unknown key `queus`; did you mean `queues`?
     --> stack.yaml:2:1
      |
    2 | queus: { a: {} }
      | ^^^^^

    1 error
    ");
}

#[test]
fn no_color_and_a_pipe_are_obeyed_and_always_is_too() {
    let folder = Folder::with_stack("stack: shop\nqueus: { a: {} }\n");
    assert!(!folder.run(&["validate"]).stderr.contains('\u{1b}'));
    assert!(folder.run(&["validate", "--color", "always"]).stderr.contains('\u{1b}'));
    let forced = folder.run_with(&["validate"], &[("CLICOLOR_FORCE", "1")]);
    assert!(forced.stderr.contains('\u{1b}'));
    let never = folder.run_with(&["validate"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]);
    assert!(!never.stderr.contains('\u{1b}'));
}

#[test]
fn completions_are_a_script_that_knows_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let ran = Folder::with_stack("").run(&["completions", shell]).ends(0);
        assert!(ran.stdout.contains("destroy"), "{shell}");
    }
}

#[cfg(feature = "aws")]
#[test]
fn apply_and_destroy_need_yes_where_nobody_can_be_asked() {
    let folder = Folder::with_stack("stack: shop\nqueues: { a: {} }\n");
    for command in ["apply", "destroy"] {
        let ran = folder.run(&[command, "--local"]).ends(64);
        assert!(ran.stderr.contains("--yes"), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    assert!(!folder.path().join(".gatewayctl").exists());
}
