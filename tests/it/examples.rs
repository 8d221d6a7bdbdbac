//! The stacks that a reader runs first: examples, the reference gateway, blocks of the reference.

use std::path::Path;

use gatewayctl::source::{Findings, Node, Sources, parse};

use crate::support::process::{Folder, Ran};

/// Where stacks stand, relative to the repository.
const SHELVES: [&str; 2] = ["examples", "stacks"];

/// The folders of stacks, relative to the repository.
fn stacks() -> Vec<String> {
    let mut found = Vec::new();
    for shelf in SHELVES {
        let shelved = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(shelf));
        for entry in shelved.expect("a folder") {
            let entry = entry.expect("an entry");
            if entry.path().join("stack.yaml").exists() {
                found.push(format!("{shelf}/{}", entry.file_name().to_string_lossy()));
            }
        }
    }
    found.sort();
    found
}

/// What `--env` can say: nothing where a stack declares no environments; any name for `*`.
fn environments(folder: &Folder) -> Vec<Option<String>> {
    let text = std::fs::read_to_string(folder.path().join("stack.yaml")).expect("the stack");
    let mut sources = Sources::new();
    let file = sources.add("stack.yaml", text);
    let root = parse(&sources, file, &mut Findings::default()).expect("a document");
    let Some(declared) = root.get("environments").and_then(Node::entries) else { return vec![None] };
    declared.iter().map(|entry| Some(entry.key.text.replace('*', "anyone"))).collect()
}

fn run(folder: &Folder, args: &[&str], environment: Option<&str>) -> Ran {
    let mut args = args.to_vec();
    if let Some(name) = environment {
        args.extend(["--env", name]);
    }
    folder.run(&args).ends(0)
}

/// What `validate` says of a stack beside hints: an example is of one thing, and most need no dead letters for it.
fn found(folder: &Folder, environment: Option<&str>) -> String {
    let said = run(folder, &["validate"], environment).stderr;
    let mut is_hint = false;
    let kept = said.lines().filter(|line| {
        is_hint = line.starts_with("hint[no_dead_letter]") || (is_hint && line.starts_with("help: "));
        !is_hint
    });
    kept.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_stack_of_the_repository_is_valid_and_once_applied_has_nothing_to_do() {
    let stacks = stacks();
    assert!(stacks.len() > SHELVES.len(), "{stacks:?}");
    for stack in stacks {
        for environment in environments(&Folder::copy_of(&stack)) {
            // Shown if something fails.
            println!("{stack} {environment:?}");
            let (folder, environment) = (Folder::copy_of(&stack), environment.as_deref());
            assert_eq!(found(&folder, environment), "");
            run(&folder, &["apply", "--local", "--yes"], environment);
            let plan = run(&folder, &["plan", "--local", "--detailed-exitcode"], environment);
            assert!(plan.stdout.starts_with("No changes."), "{}", plan.stdout);
        }
    }
}

#[test]
fn every_whole_stack_in_the_reference_of_the_language_is_valid() {
    let blocks = include_str!("../../docs/language.md").split("```yaml\n").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split("```").next());
    let stacks: Vec<&str> = blocks.filter(|block| block.starts_with("stack:")).collect();
    assert!(stacks.len() > 10, "{}", stacks.len());
    for text in stacks {
        let folder = Folder::with_stack(text);
        let code = folder.path().join("functions/orders");
        std::fs::create_dir_all(&code).expect("a folder");
        std::fs::write(code.join("index.py"), "def handler(event, context): pass\n").expect("a file");
        for environment in environments(&folder) {
            println!("{text}");
            assert_eq!(found(&folder, environment.as_deref()), "");
        }
    }
}

#[test]
fn every_example_of_the_reference_is_valid_and_once_applied_has_nothing_to_do() {
    for page in gatewayctl::reference::pages() {
        println!("{}", page.about.kind);
        let folder = Folder::with_stack(page.about.example);
        let code = folder.path().join("functions/orders");
        std::fs::create_dir_all(&code).expect("a folder");
        std::fs::write(code.join("index.py"), "def handler(event, context):\n    return event\n")
            .expect("code");
        assert_eq!(found(&folder, None), "", "{}", page.about.kind);
        run(&folder, &["apply", "--local", "--yes"], None);
        let plan = run(&folder, &["plan", "--local", "--detailed-exitcode"], None);
        assert!(plan.stdout.starts_with("No changes."), "{}", plan.stdout);
    }
}
