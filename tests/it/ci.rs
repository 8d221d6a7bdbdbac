//! `examples/ci`: the scripts that people copy, on the embedded account.

use std::path::{Path, PathBuf};
use std::process::Command;

use gatewayctl::source::{Findings, Sources, parse};
use serde_json::Value;

use crate::support::process::Folder;

fn shelf() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci")
}

/// A stack, the scripts, and in `bin` the program: as a person calls it, but on the embedded account.
fn scene() -> Folder {
    let folder = Folder::with_stack("stack: shop\nregion: eu-west-1\nqueues: { jobs: {} }\n");
    let bin = folder.path().join("bin");
    std::fs::create_dir(&bin).expect("a folder");
    // `--local` is no flag of validate's alone, and a saved plan knows its own.
    let program =
        format!("#!/bin/sh\nexec {} \"$@\" --local=account.jsonl\n", env!("CARGO_BIN_EXE_gatewayctl"));
    script(&bin.join("gatewayctl"), &program);
    folder
}

fn script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, text).expect("a script");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("a program");
}

/// Runs a script; gives its status and what it said.
fn run(folder: &Folder, script: &str, args: &[&str]) -> (Option<i32>, String) {
    said(folder, Command::new("sh").arg(shelf().join(script)).args(args), &[])
}

/// Runs a command in a folder; gives its status and what it said.
fn said(folder: &Folder, command: &mut Command, variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let path = format!("{}:{}", folder.path().join("bin").display(), std::env::var("PATH").expect("PATH"));
    let output = command
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", path)
        .env("HOME", folder.path())
        .envs(variables.iter().copied())
        .output()
        .expect("a shell");
    let said =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    (output.status.code(), said)
}

#[test]
fn a_plan_is_reviewed_applied_as_it_was_and_watched_for_drift() {
    let folder = scene();
    let (status, said) = run(&folder, "plan.sh", &["."]);
    assert_eq!(status, Some(2), "{said}");
    let comment = comment(&folder);
    assert!(comment.contains("<!-- gatewayctl plan shop/-/eu-west-1 -->\n"), "{comment}");
    assert!(comment.contains("1 to create") && comment.contains("queues.jobs"), "{comment}");
    let json = std::fs::read_to_string(folder.path().join("plan.json")).expect("a plan");
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
    let (status, said) = run(&folder, "apply.sh", &[]);
    assert_eq!(status, Some(0), "{said}");
    let (status, said) = run(&folder, "drift.sh", &["."]);
    assert_eq!(status, Some(0), "{said}");
    // The file has moved on: the old plan is refused, and the account has drifted from it.
    folder.edit("{ jobs: {} }", "{ jobs: { delay: 5s } }");
    let (status, said) = run(&folder, "apply.sh", &[]);
    assert_eq!(status, Some(1), "{said}");
    let (status, said) = run(&folder, "drift.sh", &["."]);
    assert_eq!(status, Some(2), "{said}");
    folder.edit("{ jobs: { delay: 5s } }", "{ jobs: {}, later: {} }");
    let (status, said) = run(&folder, "drift.sh", &["."]);
    assert_eq!(status, Some(1), "what is missing is not well: {said}");
}

fn comment(folder: &Folder) -> String {
    std::fs::read_to_string(folder.path().join("comment.md")).expect("a comment")
}

#[test]
fn a_plan_that_is_refused_is_in_the_comment_and_none_of_it_is_an_old_one() {
    let folder = scene();
    let marker = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    let (_, said) = run(&folder, "plan.sh", &[".", "--target", "queues.jobs"]);
    let of_part = comment(&folder);
    assert!(of_part.contains("queues.jobs"), "a flag of plan alone: {said}");
    run(&folder, "plan.sh", &["."]);
    let whole = comment(&folder);
    assert!(marker(&whole).starts_with("<!-- plan.sh ") && marker(&whole).ends_with(" -->"), "{whole}");
    assert_ne!(marker(&of_part), marker(&whole), "another plan's comment");
    // What the file does not say right is in the log alone, and annotates its line where that is asked for.
    folder.edit("queues:", "'--> @all queus':");
    let (status, said) = run(&folder, "plan.sh", &[".", "--format", "github"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("::error file="), "{said}");
    let none = comment(&folder);
    let (_, text) = none.split_once('\n').expect("a marker");
    assert_eq!(
        text,
        "### There is no plan\n\n`gatewayctl plan` ended with 1. The log of this job says why.\n"
    );
    assert!(!folder.path().join("plan.gwplan").exists(), "an old plan");
    run(&folder, "plan.sh", &["."]);
    assert_eq!(marker(&comment(&folder)), marker(&whole), "the same comment is updated");
    // Refused by what the account holds: the plan says why.
    folder.edit("'--> @all queus':", "queues:");
    folder.edit("{ jobs: {} }", "{ jobs: {}, kept: { protect: true } }");
    let (status, said) = run(&folder, "plan.sh", &["."]);
    assert_eq!(status, Some(2), "{said}");
    let (status, said) = run(&folder, "apply.sh", &[]);
    assert_eq!(status, Some(0), "{said}");
    folder.edit(", kept: { protect: true }", "");
    let (status, said) = run(&folder, "plan.sh", &["."]);
    assert_eq!(status, Some(1), "{said}");
    assert!(comment(&folder).contains("queues.kept"), "{}", comment(&folder));
}

#[test]
fn a_comment_is_made_once_and_then_updated_in_place() {
    let folder = scene();
    std::fs::write(folder.path().join("comment.md"), "<!-- mark -->\nfirst\n").expect("a file");
    script(&folder.path().join("bin/gh"), GH);
    // Somebody else's that begin like ours, and another one of ours.
    let others = "3\tUser\tmallory\t<!-- mark -->\n4\tBot\tgithub-actions[bot]\t<!-- mark --> not\n";
    std::fs::write(folder.path().join("comments"), others).expect("a file");
    for _ in 0..2 {
        let (status, said) = run(&folder, "comment.sh", &["shop/stacks", "12"]);
        assert_eq!(status, Some(0), "{said}");
    }
    // With the token of a person: the bot's is not ours.
    std::fs::write(folder.path().join("login"), "ann\n").expect("a file");
    let (status, said) = run(&folder, "comment.sh", &["shop/stacks", "12"]);
    assert_eq!(status, Some(0), "{said}");
    let calls = std::fs::read_to_string(folder.path().join("calls")).expect("calls");
    insta::assert_snapshot!(calls, @"
    api --method POST repos/shop/stacks/issues/12/comments --field body=@comment.md --silent
    api --method PATCH repos/shop/stacks/issues/comments/7 --field body=@comment.md --silent
    api --method POST repos/shop/stacks/issues/12/comments --field body=@comment.md --silent
    ");
}

/// A `gh` that keeps what it is told, and answers with what there is; as in GitHub Actions it may not ask who it is.
const GH: &str = r#"#!/bin/sh
case "$*" in
"api user "*) [ -e login ] || { echo '{"message":"not accessible"}'; exit 1; }; cat login ;;
*--paginate*) cat comments ;;
*POST*) echo "$*" >>calls; printf '7\tBot\tgithub-actions[bot]\t<!-- mark -->\n' >>comments ;;
*) echo "$*" >>calls ;;
esac
"#;

#[test]
fn the_action_runs_any_command_and_takes_2_for_success_only_where_it_means_changes() {
    let folder = scene();
    let action = yaml(&Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml"));
    assert_eq!(action["inputs"]["stack"]["default"], "");
    let steps = action["runs"]["steps"].as_array().expect("steps");
    let step = steps.iter().find(|step| step["id"] == "run").expect("the step");
    let text = step["run"].as_str().expect("a script");
    let act = |command: &str, stack: &str| {
        let output = folder.path().join("output");
        let variables = [("COMMAND", command), ("STACK", stack), ("GITHUB_OUTPUT", "output")];
        let bash = &mut Command::new("bash");
        // As GitHub starts it.
        let (status, said) =
            said(&folder, bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", text]), &variables);
        let told = std::fs::read_to_string(&output).expect("outputs");
        std::fs::remove_file(output).expect("the file");
        (status, told, said)
    };
    for (command, stack, ended, told) in [
        ("explain queues", "", 0, 0),
        ("plan --detailed-exitcode", "", 0, 2),
        ("plan -o plan.gwplan", ".", 0, 0),
        ("apply --plan plan.gwplan", "", 0, 0),
        ("plan --detailed-exitcode", ".", 0, 0),
        ("apply --plan plan.gwplan", ".", 64, 64),
        ("plan", "none", 1, 1),
    ] {
        let (status, output, said) = act(command, stack);
        assert_eq!((status, output), (Some(ended), format!("status={told}\n")), "{command}: {said}");
    }
    script(&folder.path().join("bin/gatewayctl"), "#!/bin/sh\nexit 2\n");
    assert_eq!(act("validate", "").0, Some(2));
}

/// A file of YAML, without a finding.
fn yaml(file: &Path) -> Value {
    let text = std::fs::read_to_string(file).expect("a file");
    let mut sources = Sources::new();
    let id = sources.add(file.display().to_string(), text);
    let mut findings = Findings::default();
    let node = parse(&sources, id, &mut findings);
    let wrong: Vec<_> = findings.iter().map(|finding| &finding.message).collect();
    assert!(wrong.is_empty(), "{}: {wrong:?}", file.display());
    node.unwrap_or_else(|| panic!("{}", file.display())).to_json()
}

/// What a shell says against a script, without running it.
fn wrong_with(script: &str) -> Option<String> {
    let output = Command::new("sh").args(["-nc", script]).output().expect("a shell");
    (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

/// What is wrong with a workflow of GitHub: what it would say itself, but only once it is there.
fn wrong_with_workflow(workflow: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(jobs) = workflow["jobs"].as_object().filter(|jobs| !jobs.is_empty()) else {
        return vec!["no jobs".to_owned()];
    };
    if workflow.get("on").is_none() {
        wrong.push("no `on`".to_owned());
    }
    for (name, job) in jobs {
        if !job["runs-on"].is_string() {
            wrong.push(format!("{name}: no runs-on"));
        }
        let needs = match &job["needs"] {
            Value::Array(needs) => needs.iter().collect(),
            Value::Null => Vec::new(),
            one => vec![one],
        };
        for needed in needs {
            if !needed.as_str().is_some_and(|needed| needed != name && jobs.contains_key(needed)) {
                wrong.push(format!("{name}: needs {needed}"));
            }
        }
        let steps = job["steps"].as_array().map_or(&[][..], Vec::as_slice);
        if steps.is_empty() {
            wrong.push(format!("{name}: no steps"));
        }
        for step in steps {
            match (step["uses"].as_str(), step["run"].as_str()) {
                (Some(uses), None) if uses.contains('@') => {}
                (None, Some(run)) => wrong.extend(wrong_with(run)),
                _ => wrong.push(format!("{name}: {step}")),
            }
        }
    }
    wrong
}

#[test]
fn every_script_is_one_and_every_workflow_has_what_it_needs() {
    let folders =
        [shelf(), shelf().join("github"), Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows")];
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("a folder").flatten());
    let mut seen = [0, 0];
    for file in files.map(|entry| entry.path()) {
        let wrong = match file.extension().and_then(|extension| extension.to_str()) {
            Some("sh") => {
                seen[0] += 1;
                wrong_with(&std::fs::read_to_string(&file).expect("a file")).into_iter().collect()
            }
            Some("yaml") => {
                seen[1] += 1;
                wrong_with_workflow(&yaml(&file))
            }
            _ => Vec::new(),
        };
        assert!(wrong.is_empty(), "{}: {wrong:?}", file.display());
    }
    assert_eq!(seen, [4, 5]);
    // It can find something.
    assert!(wrong_with("if true; then").is_some());
    let bad = serde_json::json!({
        "on": "push",
        "jobs": { "a": { "runs-on": "x", "steps": [{ "name": "nothing" }] }, "b": { "needs": "c", "steps": [] } },
    });
    assert_eq!(wrong_with_workflow(&bad).len(), 4);
}

#[test]
fn the_files_of_every_forge_can_be_read_and_call_scripts_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("action.yml"), root.join(".github/workflows/ci.yaml")];
    for forge in ["github", "gitlab"] {
        let entries = std::fs::read_dir(shelf().join(forge)).expect("a folder").flatten();
        files.extend(entries.map(|entry| entry.path()));
    }
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        yaml(&file);
        let text = std::fs::read_to_string(&file).expect("a file");
        for word in text.split_whitespace().filter_map(|word| word.strip_prefix("ci/")) {
            let name = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            assert!(shelf().join(name).exists(), "{}: ci/{name}", file.display());
        }
    }
}

/// The schemas that the forges publish, which `check-jsonschema` carries.
#[test]
fn every_file_of_a_forge_is_what_the_forge_publishes_that_it_takes() {
    let Some(venv) = std::env::var_os("GATEWAYCTL_TEST_VENV") else {
        eprintln!(
            "skipped: GATEWAYCTL_TEST_VENV names no virtual environment with check-jsonschema (tests/run makes one)"
        );
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let check = |schema: &str, files: &[PathBuf]| {
        let mut command = Command::new(Path::new(&venv).join("bin/check-jsonschema"));
        command.args(["--builtin-schema", schema]).args(files);
        let output = command.output().expect("check-jsonschema");
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let workflow = |name: &str| shelf().join("github").join(name);
    let workflows = ["apply.yaml", "drift.yaml", "plan.yaml"].map(workflow);
    let own = ["ci.yaml", "release.yaml"].map(|name| root.join(".github/workflows").join(name));
    for (schema, files) in [
        ("vendor.github-workflows", &[&workflows[..], &own[..]].concat()[..]),
        ("vendor.github-actions", &[root.join("action.yml")]),
        ("vendor.gitlab-ci", &[shelf().join("gitlab/gitlab-ci.yaml")]),
    ] {
        let (fits, said) = check(schema, files);
        assert!(fits, "{schema}: {said}");
    }
    // It can find something.
    assert!(!check("vendor.github-actions", &workflows[..1]).0);
}
