//! Questions, answered in a terminal: what is declined or interrupted leaves nothing behind.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use gatewayctl::local::{Local, LocalOptions};
use serde_json::Value;

use crate::ending::ended;
use crate::support::emulators::run_python;
use crate::support::process::Folder;

const STACK: &str = "\
stack: shop
region: eu-west-1
cloudformation_stacks:
  old:
    template: { Resources: { Jobs: { Type: \"AWS::SQS::Queue\" } } }
";

/// Runs the program in a terminal and answers its question: the status, and what the terminal shows.
fn answered(folder: &Folder, answer: &str, args: &[&str]) -> (i64, String) {
    let path = folder.path().to_str().expect("a path");
    let question = if args[0] == "apply" { "Apply this?" } else { "Destroy all of this?" };
    let program = [path, question, answer, env!("CARGO_BIN_EXE_gatewayctl")];
    let told = run_python("terminal.py", &[&program[..], args].concat());
    assert_eq!(told["asked"], true, "{told}");
    (told["status"].as_i64().expect("a status"), told["shown"].as_str().expect("a text").to_owned())
}

/// The stacks and change sets that CloudFormation has in the account of a folder and does not delete.
fn left(folder: &Folder) -> Vec<String> {
    let mut options = LocalOptions::new("000000000000");
    options.path = Some(folder.path().join("account.jsonl"));
    let account = Local::open(options).expect("an account");
    let of =
        |collection: &str| account.documents("eu-west-1", "cloudformation", collection).expect("documents");
    let stays = |(_, stack): &(String, Value)| {
        !stack["StackStatus"].as_str().is_some_and(|status| status.starts_with("DELETE_"))
    };
    let stacks = of("stack").into_iter().filter(stays);
    stacks.chain(of("change-set")).map(|(name, _)| name).collect()
}

const APPLY: [&str; 4] = ["apply", "--local=account.jsonl", "--json-into", "ended.json"];

#[test]
fn an_apply_that_is_declined_deletes_what_it_made_to_look_ahead() {
    let folder = Folder::with_stack(STACK);
    let (status, shown) = answered(&folder, "no", &APPLY);
    assert!(shown.contains("+ create Jobs (AWS::SQS::Queue)"), "{shown}");
    assert!(shown.contains("Nothing was applied."), "{shown}");
    assert_eq!((status, &ended(&folder)["result"]), (1, &"declined".into()), "{shown}");
    assert_eq!(left(&folder), [""; 0]);
}

#[test]
fn an_apply_that_is_interrupted_at_its_question_deletes_what_it_made_to_look_ahead() {
    let folder = Folder::with_stack(STACK);
    let (status, shown) = answered(&folder, "^C", &APPLY);
    assert_eq!((status, &ended(&folder)["result"]), (130, &"declined".into()), "{shown}");
    assert_eq!(left(&folder), [""; 0]);
}

#[test]
fn an_apply_and_a_destroy_that_are_agreed_to_are_carried_out() {
    let folder = Folder::with_stack(STACK);
    let (status, shown) = answered(&folder, "yes", &APPLY);
    assert_eq!((status, &ended(&folder)["result"]), (0, &"complete".into()), "{shown}");
    assert_eq!(left(&folder), ["shop-old"]);
    let destroy = ["destroy", "--local=account.jsonl", "--allow-destroy", "cloudformation_stacks.old"];
    let (status, shown) = answered(&folder, "no", &destroy);
    assert_eq!(status, 1, "{shown}");
    assert_eq!(left(&folder), ["shop-old"]);
    let (status, shown) = answered(&folder, "shop", &destroy);
    assert_eq!((status, left(&folder)), (0, Vec::new()), "{shown}");
}

#[test]
fn an_apply_whose_terminal_is_closed_deletes_what_it_made_to_look_ahead() {
    let folder = Folder::with_stack(STACK);
    let (status, shown) = answered(&folder, "^H", &APPLY);
    // Which of the two comes first, the end of the input or the signal, is the system's.
    assert!([1, 143].contains(&status), "{status}: {shown}");
    assert_eq!(ended(&folder)["result"], "declined");
    assert_eq!(left(&folder), [""; 0]);
}

// CF7: a stack in review goes too.
#[test]
fn what_an_apply_leaves_that_was_killed_goes_by_a_destroy_or_when_it_is_declared_no_more() {
    let folder = Folder::with_stack(STACK);
    let killed = || {
        let (status, shown) = answered(&folder, "^K", &APPLY);
        assert_eq!(status, -9, "{shown}");
        assert_eq!(left(&folder).len(), 2, "a stack in review, and its change set");
    };
    killed();
    let status = folder.run(&["status", "--local=account.jsonl", "-q"]).ends(1);
    assert!(status.stdout.contains("only what a run has made to look ahead is there"), "{}", status.stdout);
    let planned = folder.run(&["plan", "--local=account.jsonl", "-q"]).ends(0);
    assert!(planned.stdout.contains("+ cloudformation_stacks.old"), "{}", planned.stdout);
    // It holds nothing that a word would be needed for.
    let destroyed = folder.run(&["destroy", "--local=account.jsonl", "--yes", "-q"]).ends(0);
    assert!(destroyed.stdout.contains("cloudformation_stacks.old"), "{}", destroyed.stdout);
    assert_eq!(left(&folder), [""; 0]);

    // Declared no more, it goes as well.
    killed();
    folder.edit("cloudformation_stacks:\n  old:", "queues: { other: {} }\nx_old:\n  old:");
    folder.edit("x_old:\n  old:\n    template: { Resources: { Jobs: { Type: \"AWS::SQS::Queue\" } } }\n", "");
    folder.run(&["apply", "--local=account.jsonl", "--yes", "-q"]).ends(0);
    assert_eq!(left(&folder), [""; 0]);
}

// CF6: a stack in review is none yet.
#[test]
fn what_an_apply_leaves_that_was_killed_is_used_by_the_next() {
    let folder = Folder::with_stack(STACK);
    answered(&folder, "^K", &APPLY);
    let applied = folder.run(&["apply", "--local=account.jsonl", "--yes", "-q"]).ends(0);
    assert!(applied.stdout.contains("+ create Jobs (AWS::SQS::Queue)"), "{}", applied.stdout);
    assert_eq!(left(&folder), ["shop-old"]);
    assert!(folder.run(&["plan", "--local=account.jsonl"]).ends(0).stdout.starts_with("No changes."));
}

/// Runs an apply in a shell, after this of its own, and hangs it up while it is at work: its status, and what it said.
fn hung_up(before: &str) -> (Option<i32>, String) {
    let folder = Folder::with_stack("stack: shop\nregion: eu-west-1\nqueues: { jobs: {} }\n");
    let program = env!("CARGO_BIN_EXE_gatewayctl");
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{before} exec {program} apply --local=account.jsonl --yes")]);
    shell.env("GATEWAYCTL_LOCAL_FAULTS", "sqs:CreateQueue=delay:1500ms");
    shell.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    // Who runs the tests may have made them deaf to hang-ups, which a shell cannot undo.
    // SAFETY: `signal` may be called between fork and exec.
    unsafe {
        shell.pre_exec(|| {
            libc::signal(libc::SIGHUP, libc::SIG_DFL);
            Ok(())
        });
    }
    let mut running = shell.spawn().expect("a shell");
    let mut said = String::new();
    let mut stderr = BufReader::new(running.stderr.take().expect("its stderr"));
    while !said.contains("queues.jobs: creating") {
        assert_ne!(stderr.read_line(&mut said).expect("a line"), 0, "{said}");
    }
    let hung = Command::new("kill").args(["-HUP", &running.id().to_string()]).status();
    assert!(hung.expect("a signal").success());
    stderr.read_to_string(&mut said).expect("the rest");
    (running.wait().expect("an end").code(), said)
}

#[test]
fn an_apply_that_is_hung_up_stops_as_one_that_is_terminated_unless_it_is_to_outlive_its_terminal() {
    let (status, said) = hung_up("");
    assert!(said.contains("Stopping: calls in flight are finished"), "{said}");
    assert_eq!(status, Some(143), "{said}");
    let (status, said) = hung_up("trap '' HUP;");
    assert_eq!(status, Some(0), "{said}");
}
