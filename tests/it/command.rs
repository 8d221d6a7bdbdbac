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

/// What a shell offers for the last word of a line.
fn completed(folder: &Folder, words: &[&str]) -> Vec<String> {
    let index = (words.len()).to_string();
    let line = [&["--", "gatewayctl"], words].concat();
    let variables = [("GATEWAYCTL_COMPLETE", "bash"), ("_CLAP_COMPLETE_INDEX", &index), ("_CLAP_IFS", "\n")];
    let ran = folder.run_with(&line, &variables).ends(0);
    assert_eq!(ran.stderr, "");
    ran.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn addresses_environments_parameters_and_kinds_are_completed_from_the_file_alone() {
    let folder = Folder::with_stack(
        "stack: shop\nparameters: { size: number }\nqueues: { orders: {}, audit: {} }\nbuses: { shop: {} }\ncomponents:\n  partner: { for_each: [acme], queues: { inbox: {} } }\n",
    );
    let all = ["buses.shop", "partner.acme.queues.inbox", "queues.audit", "queues.orders"];
    for flag in ["--target", "--exclude", "--adopt", "--rotate", "--allow-destroy"] {
        assert_eq!(completed(&folder, &["plan", flag, ""]), all, "{flag}");
    }
    assert_eq!(completed(&folder, &["apply", "--target", "queues.o"]), ["queues.orders"]);
    assert_eq!(completed(&folder, &["des"]), ["destroy"]);
    assert_eq!(completed(&folder, &["plan", "--param", ""]), ["size="]);
    assert_eq!(completed(&folder, &["explain", "queues.redrive_"]), ["queues.redrive_allow"]);
    assert!(completed(&folder, &["explain", "bu"]).contains(&"buses".to_owned()));
    folder.edit(
        "stack: shop\n",
        "stack: shop\nenvironments: { prod: {}, test: { queues: { only-here: {} } } }\n",
    );
    assert_eq!(completed(&folder, &["plan", "--env", ""]), ["prod", "test"]);
    assert_eq!(completed(&folder, &["plan", "--env", "prod", "--target", "queues."]), all[2..]);
    let everywhere = completed(&folder, &["plan", "--target", "queues."]);
    assert_eq!(everywhere, ["queues.audit", "queues.only-here", "queues.orders"]);
    // Another file, and files that are none.
    let stack = folder.path().join("other.yaml");
    std::fs::write(stack, "stack: other\nqueues: { elsewhere: {} }\n").unwrap();
    assert_eq!(completed(&folder, &["plan", "other.yaml", "--target", ""]), ["queues.elsewhere"]);
    folder.edit("stack: shop", "stack: [");
    assert_eq!(completed(&folder, &["plan", "--target", ""]), [""; 0]);
    let broken = folder.path().join("stack.yaml");
    std::fs::remove_file(broken).unwrap();
    assert_eq!(completed(&folder, &["plan", "--env", ""]), [""; 0]);
}

#[test]
fn every_shell_has_a_script_and_every_command_a_manual_page() {
    let folder = Folder::with_stack("");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = folder.run(&["completions", shell]).ends(0);
        assert!(ran.stdout.contains("GATEWAYCTL_COMPLETE"), "{shell}: {}", ran.stdout);
    }
    folder.run(&["man", "--into", "pages"]).ends(0);
    let help = folder.run(&["--help"]).ends(0).stdout;
    let listed = help.split("Commands:").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    for line in listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
        let command = line.split_whitespace().next().unwrap();
        if command == "help" {
            continue;
        }
        let page = std::fs::read_to_string(folder.path().join(format!("pages/gatewayctl-{command}.1")));
        let page = page.unwrap_or_else(|error| panic!("{command}: {error}"));
        assert!(page.contains(".SH OPTIONS") && page.contains("DESCRIPTION"), "{page}");
        let head = page.lines().find(|line| line.starts_with(".TH ")).unwrap();
        let version = env!("CARGO_PKG_VERSION");
        let expected = format!(".TH gatewayctl-{command} 1  \"gatewayctl {version}\" \"gatewayctl manual\"");
        assert_eq!(head, expected);
        assert_eq!(folder.run(&["man", command]).ends(0).stdout, page);
    }
    let ran = folder.run(&["man", "pln"]).ends(1);
    assert_eq!(ran.stderr, "error: there is no command `pln`\nhelp: did you mean `plan`?\n");
}
