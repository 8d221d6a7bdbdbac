//! The README as a newcomer reads it: its commands are typed one after another, and what it shows of a plan is
//! what the program says.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::process::Folder;

const STACK: &str = "stacks/serverless-event-gateway";
/// What the README changes before the plan that it shows.
const EDITS: [(&str, &str); 2] =
    [("stream: new_image", "stream: new_and_old_images"), ("rate_limit: 20", "rate_limit: 10")];

fn readme() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("a README")
}

/// The texts of the fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line.strip_prefix("```") {
            Some(name) if !inside && name == language => {
                found.push(String::new());
                inside = true;
            }
            Some(_) => inside = false,
            None if inside => found.last_mut().expect("a block").extend([line, "\n"]),
            None => {}
        }
    }
    found
}

/// A checkout with the order gateway, and a `cargo` that runs the program as it is built.
fn checkout() -> Folder {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with_stack("");
    Folder::copy(STACK, &folder.path().join(STACK));
    let cargo = folder.path().join("bin/cargo");
    std::fs::create_dir(folder.path().join("bin")).expect("a folder");
    let program = env!("CARGO_BIN_EXE_gatewayctl");
    let text = format!("#!/bin/sh\n[ \"$1 $2\" = 'run --' ] || exit 9\nshift 2\nexec {program} \"$@\"\n");
    std::fs::write(&cargo, text).expect("a script");
    std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o755)).expect("a program");
    folder
}

/// Types a command: whether it succeeded, and what it said.
fn typed(folder: &Folder, command: &str) -> (bool, String) {
    let path = std::env::var("PATH").expect("PATH");
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", format!("{}:{path}", folder.path().join("bin").display()))
        .env("HOME", folder.path())
        .env("COLUMNS", "100")
        .stdin(Stdio::null())
        .output()
        .expect("a shell");
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    (output.status.success(), said.concat())
}

#[test]
fn every_command_of_the_readme_does_what_it_says() {
    let folder = checkout();
    let text = readme();
    let commands: Vec<String> = blocks(&text, "sh")
        .iter()
        .flat_map(|block| {
            block.replace("\\\n", " ").lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>()
        })
        .collect();
    let mut said = BTreeMap::new();
    for command in &commands {
        // The command that runs this test.
        if command == "tests/run" {
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(command).is_file());
            continue;
        }
        let (succeeded, text) = typed(&folder, command);
        // What fails by a rule of its own.
        assert_eq!(succeeded, !command.contains("LOCAL_FAULTS"), "{command}: {text}");
        said.entry(command.clone()).or_insert_with(Vec::new).push(text);
    }
    let plans = &said["cargo run -- plan --local stacks/serverless-event-gateway"];
    assert!(plans[0].contains("No changes."), "{}", plans[0]);
    assert!(plans[1].contains("1 to update"), "{}", plans[1]);
    let again = typed(&folder, &commands[0]);
    assert!(again.0, "what a fault has left, the next apply completes: {}", again.1);
}

#[test]
fn the_plan_in_the_readme_is_what_the_program_says() {
    let folder = checkout();
    let (succeeded, said) = typed(&folder, &format!("cargo run -- apply --local --yes {STACK}"));
    assert!(succeeded, "{said}");
    let file = folder.path().join(STACK).join("stack.yaml");
    let stack = std::fs::read_to_string(&file).expect("the stack");
    let edited = EDITS.iter().fold(stack, |text, (from, to)| {
        assert!(text.contains(from), "`{from}` is not in the stack");
        text.replacen(from, to, 1)
    });
    std::fs::write(file, edited).expect("the stack");
    let text = readme();
    let shown = blocks(&text, "text").remove(1);
    let (_, plan) = typed(&folder, &format!("cd {STACK} && cargo run -- plan --local --quiet"));
    assert_eq!(steady(&shown), steady(&plan), "the plan of the README; the program says:\n{plan}");
    let command = format!("cd {STACK} && cargo run -- plan --local --quiet --format markdown");
    let markdown = typed(&folder, &command).1;
    let quoted: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("> ### "))
        .take_while(|line| line.starts_with('>'))
        .map(|line| line.strip_prefix("> ").unwrap_or_default())
        .collect();
    let markdown = markdown.split_once('\n').map_or("", |(_, rest)| rest);
    assert_eq!(
        steady(&quoted.join("\n")),
        steady(markdown),
        "the markdown of the README; the program says:\n{markdown}"
    );
}

#[test]
fn the_trace_in_the_readme_is_what_the_program_says() {
    let folder = checkout();
    let text = readme();
    let command = blocks(&text, "sh").into_iter().find(|block| block.contains(" trace ")).expect("a trace");
    let (succeeded, trace) = typed(&folder, &command);
    assert!(succeeded, "{trace}");
    assert_eq!(blocks(&text, "text")[0].trim(), trace.trim(), "the program says:\n{trace}");
}

/// A text without the moments and versions that are others in every account.
fn steady(text: &str) -> String {
    let is_made_up = |word: &str| {
        let hex = word.len() == 8 && word.chars().all(|c| c.is_ascii_hexdigit());
        hex || word.starts_with("20") && word.contains('T') && word.contains(':')
    };
    let lines = text.trim().lines().map(|line| {
        let words = line.split([' ', '/', '`', '<', '>']).filter(|word| is_made_up(word));
        words.fold(line.trim_end().to_owned(), |line, word| line.replace(word, "…"))
    });
    lines.collect::<Vec<_>>().join("\n")
}
