//! The stacks that are shipped, each through its whole life, and what one more partner changes.

use std::path::Path;

use serde_json::Value;

use crate::support::process::Folder;

/// The folders below `stacks/` that hold a stack.
fn stacks() -> Vec<String> {
    fn below(folder: &Path, name: &str, found: &mut Vec<String>) {
        if folder.join("stack.yaml").exists() {
            found.push(name.to_owned());
            return;
        }
        for entry in std::fs::read_dir(folder).expect("a folder").flatten().filter(|one| one.path().is_dir())
        {
            below(&entry.path(), &format!("{name}/{}", entry.file_name().to_string_lossy()), found);
        }
    }
    let mut found = Vec::new();
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("stacks"), "stacks", &mut found);
    found.sort();
    assert!(found.len() >= 3, "{found:?}");
    found
}

#[test]
fn every_stack_is_applied_then_there_is_nothing_to_do_and_it_goes_to_nothing() {
    for name in stacks() {
        let folder = Folder::copy_of(&name);
        let valid = folder.run(&["validate"]).ends(0);
        assert!(!valid.stderr.contains("warning"), "{name}: {}", valid.stderr);
        folder.run(&["plan", "--offline"]).ends(0);
        folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
        let plan = folder.run(&["plan", "--local", "--detailed-exitcode"]).ends(0);
        assert!(plan.stdout.starts_with("No changes."), "{name}: {}", plan.stdout);
        folder.run(&["status", "--local"]).ends(0);
        // What is protected asks for a word each.
        let destroy = ["destroy", "--local", "--yes", "--json-into", "ended.json"];
        folder.run(&destroy).ends(1);
        let text = std::fs::read_to_string(folder.path().join("ended.json")).expect("the file");
        let ended: Value = serde_json::from_str(&text).expect("JSON");
        let refusals = ended["refusals"].as_array().expect("refusals").iter();
        let allow =
            refusals.flat_map(|one| ["--allow-destroy", one["address"].as_str().expect("an address")]);
        folder.run(&destroy.into_iter().chain(allow).collect::<Vec<_>>()).ends(0);
        let left = folder.run(&["plan", "--local", "--format", "json"]).ends(0);
        let left: Value = serde_json::from_str(&left.stdout).expect("JSON");
        let mut resources = left["resources"].as_array().expect("resources").iter();
        assert!(resources.all(|one| one["actions"][0] == "create"), "{name}: {left}");
    }
}

/// The plan's tree, without what cannot be compared.
fn tree(plan: &str) -> &str {
    plan.split("\nNot comparable:").next().unwrap_or(plan).trim_end()
}

#[test]
fn a_partner_that_comes_changes_or_goes_touches_nothing_but_itself() {
    let folder = Folder::copy_of("stacks/partner-sync");
    folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
    let plan = || folder.run(&["plan", "--local", "--compact"]).ends(0).stdout;
    let meadow = "      meadow:";
    folder.edit(
        meadow,
        &format!(
            "      island: {{ api: \"https://island.example.com/api\", vendor: roomly, calls_per_second: 1, at: \"cron(0 4 * * ? *)\" }}\n{meadow}"
        ),
    );
    insta::assert_snapshot!("a_partner_comes", tree(&plan()));
    folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
    folder.edit(
        "roomly, calls_per_second: 1, at: \"cron(0 4 * * ? *)\"",
        "roomly, calls_per_second: 3, at: \"cron(0 5 * * ? *)\"",
    );
    let changed = folder.run(&["plan", "--local"]).ends(0).stdout;
    insta::assert_snapshot!("a_partner_changes", tree(&changed));
    folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
    folder.edit("      island: {", "      # island: {");
    insta::assert_snapshot!("a_partner_goes", tree(&plan()));
    folder.run(&["apply", "--local", "--yes", "-q"]).ends(0);
    folder.run(&["plan", "--local", "--detailed-exitcode"]).ends(0);
}
