//! `examples/ci`: the scripts that people copy, on the embedded account.

use std::path::{Path, PathBuf};
use std::process::Command;

use gatewayctl::source::{Findings, Sources, parse};

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
    let path = format!("{}:{}", folder.path().join("bin").display(), std::env::var("PATH").expect("PATH"));
    let output = Command::new("sh")
        .arg(shelf().join(script))
        .args(args)
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", path)
        .env("HOME", folder.path())
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
    let comment = std::fs::read_to_string(folder.path().join("comment.md")).expect("a comment");
    assert!(comment.starts_with("<!-- gatewayctl plan shop/-/eu-west-1 -->\n"), "{comment}");
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
    folder.edit("queues:", "queus:");
    let (status, said) = run(&folder, "plan.sh", &["."]);
    assert_eq!(status, Some(1), "{said}");
}

#[test]
fn a_comment_is_made_once_and_then_updated_in_place() {
    let folder = scene();
    std::fs::write(folder.path().join("comment.md"), "<!-- mark -->\nfirst\n").expect("a file");
    // A `gh` that keeps what it is told, and answers with what there is.
    let gh = "#!/bin/sh\ncase \"$*\" in\n*--paginate*) [ \"$MARKER\" = '<!-- mark -->' ] && cat ids 2>/dev/null ;;\n*POST*) echo \"$*\" >>calls; echo 7 >ids ;;\n*) echo \"$*\" >>calls ;;\nesac\nexit 0\n";
    script(&folder.path().join("bin/gh"), gh);
    for _ in 0..2 {
        let (status, said) = run(&folder, "comment.sh", &["shop/stacks", "12"]);
        assert_eq!(status, Some(0), "{said}");
    }
    let calls = std::fs::read_to_string(folder.path().join("calls")).expect("calls");
    insta::assert_snapshot!(calls, @"
    api --method POST repos/shop/stacks/issues/12/comments --field body=@comment.md --silent
    api --method PATCH repos/shop/stacks/issues/comments/7 --field body=@comment.md --silent
    ");
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
        let text = std::fs::read_to_string(&file).expect("a file");
        let mut sources = Sources::new();
        let id = sources.add(file.display().to_string(), text.clone());
        let mut findings = Findings::default();
        assert!(parse(&sources, id, &mut findings).is_some(), "{}", file.display());
        let wrong: Vec<_> = findings.iter().map(|finding| &finding.message).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", file.display());
        for word in text.split_whitespace().filter_map(|word| word.strip_prefix("ci/")) {
            let name = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            assert!(shelf().join(name).exists(), "{}: ci/{name}", file.display());
        }
    }
}
