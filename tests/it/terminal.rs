//! Questions, answered in a terminal: what is declined or interrupted leaves nothing behind.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gatewayctl::local::{Local, LocalOptions};
use serde_json::Value;

use crate::ending::ended;
use crate::support::emulators::run_python;
use crate::support::process::{Folder, HANG};

const STACK: &str = "\
stack: shop
region: eu-west-1
cloudformation_stacks:
  old:
    template: { Resources: { Jobs: { Type: \"AWS::SQS::Queue\" } } }
";

/// Two queues, one after the other with `--parallelism 1`.
const QUEUES: &str = "stack: shop\nregion: eu-west-1\nqueues: { a: {}, b: {} }\n";

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
    for (signal, expected) in [("^C", 130), ("^T", 143)] {
        let folder = Folder::with_stack(STACK);
        let (status, shown) = answered(&folder, signal, &APPLY);
        assert_eq!((status, &ended(&folder)["result"]), (expected, &"interrupted".into()), "{shown}");
        assert!(shown.contains("Nothing was applied."), "{shown}");
        assert_eq!(left(&folder), [""; 0]);
    }
}

#[test]
fn a_signal_at_a_question_is_said_and_written() {
    let folder = Folder::with_stack(QUEUES);
    let asked = |command: &str, signal: &str| {
        let (status, shown) = answered(&folder, signal, &[&[command][..], &APPLY[1..]].concat());
        assert_eq!(ended(&folder)["result"], "interrupted", "{shown}");
        (status, shown)
    };
    for (signal, expected) in [("^C", 130), ("^T", 143)] {
        let (status, shown) = asked("apply", signal);
        assert!(status == expected && shown.contains("Nothing was applied."), "{status}: {shown}");
    }
    folder.run(&["apply", "--local=account.jsonl", "--yes", "-q"]).ends(0);
    for (signal, expected) in [("^C", 130), ("^T", 143)] {
        let (status, shown) = asked("destroy", signal);
        assert!(status == expected && shown.contains("Nothing was destroyed."), "{status}: {shown}");
    }
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
    let expected = if status == 1 { "declined" } else { "interrupted" };
    assert_eq!(ended(&folder)["result"], expected);
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

/// Sends a signal to an apply once it has come so far by what it says: its status, and all that it said.
fn signalled(
    folder: &Folder,
    (signal, before): (&str, &str),
    faults: &str,
    more: &[&str],
    far: &dyn Fn(&str) -> bool,
) -> (Option<i32>, String) {
    let program = env!("CARGO_BIN_EXE_gatewayctl");
    let args = [&APPLY[..], &["--yes"], more].concat().join(" ");
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{before} exec {program} {args}")]);
    shell.env("GATEWAYCTL_LOCAL_FAULTS", faults);
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
    while !far(&said) {
        assert_ne!(stderr.read_line(&mut said).expect("a line"), 0, "{said}");
    }
    let sent = Command::new("kill").args([signal, &running.id().to_string()]).status();
    assert!(sent.expect("a signal").success());
    stderr.read_to_string(&mut said).expect("the rest");
    (running.wait().expect("an end").code(), said)
}

#[test]
fn an_apply_that_is_hung_up_stops_as_one_that_is_terminated_unless_it_is_to_outlive_its_terminal() {
    let hung_up = |before: &str| {
        let folder = Folder::with_stack("stack: shop\nregion: eu-west-1\nqueues: { jobs: {} }\n");
        let at_work = |said: &str| said.contains("queues.jobs: creating");
        signalled(&folder, ("-HUP", before), "sqs:CreateQueue=delay:1500ms", &[], &at_work)
    };
    let (status, said) = hung_up("");
    assert!(said.contains("Stopping: calls in flight are finished"), "{said}");
    assert_eq!(status, Some(143), "{said}");
    let (status, said) = hung_up("trap '' HUP;");
    assert_eq!(status, Some(0), "{said}");
}

#[test]
fn what_was_at_work_when_a_signal_came_is_told_from_what_was_not_begun() {
    let folder = Folder::with_stack(QUEUES);
    let at_work = |said: &str| said.contains("queues.a: creating");
    let one_by_one = ["--parallelism", "1"];
    let faults = "sqs:CreateQueue=delay:1500ms";
    let (status, said) = signalled(&folder, ("-TERM", ""), faults, &one_by_one, &at_work);
    assert_eq!(status, Some(143), "{said}");
    let summary = "Interrupted: 1 at work and not seen to the end, 1 not begun.";
    assert!(said.contains(summary) && said.contains("\n  create queues.a\n"), "{said}");
    let json = ended(&folder);
    let counts = &json["counts"];
    assert_eq!(
        (&counts["created"], &counts["failed"], &counts["not_begun"]),
        (&0.into(), &1.into(), &1.into())
    );
    let of = |address: &str| {
        let mut steps = json["steps"].as_array().expect("steps").iter();
        steps.find(|step| step["address"] == address).expect("a step").clone()
    };
    assert_eq!(
        (&of("queues.a")["result"], &of("queues.b")["result"]),
        (&"failed".into(), &"not_begun".into())
    );
    let reason = of("queues.a")["reason"].as_str().expect("a reason").to_owned();
    assert!(reason.starts_with("interrupted while it was at work"), "{reason}");
    // It was made, and the next run finds it.
    folder.run(&["apply", "--local=account.jsonl", "--yes", "-q"]).ends(0);
}

#[test]
fn a_signal_while_aws_is_asked_to_look_ahead_is_said_and_written() {
    let folder = Folder::with_stack(STACK);
    // The plan is made when the file is there, and nobody is asked before AWS answers.
    let asked = |said: &str| {
        let end = Instant::now() + HANG;
        while said.contains("shop: account") && Instant::now() < end {
            if folder.path().join("ended.json").exists() {
                std::thread::sleep(Duration::from_millis(300));
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    };
    let faults = "cloudformation:CreateChangeSet=delay:3000ms";
    let (status, said) = signalled(&folder, ("-INT", ""), faults, &[], &asked);
    assert!(said.contains("Nothing was applied.") && !said.contains("warning:"), "{said}");
    assert_eq!((status, &ended(&folder)["result"]), (Some(130), &"interrupted".into()), "{said}");
    assert_eq!(left(&folder), [""; 0]);
}

#[test]
fn a_signal_after_the_last_resource_is_no_reason_to_warn() {
    let stack = format!(
        "{STACK}  new:\n    template: {{ Resources: {{ Jobs: {{ Type: \"AWS::SQS::Queue\" }} }} }}\n"
    );
    let folder = Folder::with_stack(&stack);
    let done = |said: &str| said.matches(": created (").count() == 2;
    let faults = "cloudformation:DescribeChangeSet=delay:500ms*always";
    let (status, said) = signalled(&folder, ("-TERM", ""), faults, &[], &done);
    assert!(!said.contains("warning:"), "{said}");
    assert_eq!((status, &ended(&folder)["result"]), (Some(0), &"complete".into()), "{said}");
}

#[test]
fn no_command_fails_because_nobody_reads_its_stderr() {
    let folder = Folder::with_stack(QUEUES);
    std::fs::write(folder.path().join("wrong.yaml"), "stack: shop\nqueues: { a: { no: 1 } }\n")
        .expect("a file");
    let local = "--local=account.jsonl";
    let commands: [(&[&str], i32); 13] = [
        (&["validate"], 0),
        (&["validate", "wrong.yaml"], 1),
        (&["plan", "--offline"], 0),
        (&["plan", local, "-vv"], 0),
        (&["apply", local], 64),
        (&["apply", local, "--yes", "-v"], 0),
        (&["plan", local, "-v"], 0),
        (&["status", local], 0),
        (&["outputs", local], 0),
        (&["snapshot", local], 0),
        (&["match", "--pattern", "{}", "--event", "missing.json"], 65),
        (&["transform", "--template", "\"<id>\"", "--event", "missing.json"], 65),
        (&["destroy", local, "--yes", "-v"], 0),
    ];
    for (args, status) in commands {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = folder.command(args, &[]);
        let output = command.stderr(writer).output().expect("the program");
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {stdout}");
    }
}
