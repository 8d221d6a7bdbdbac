//! Partitions: the region decides, and one module alone spells what differs.

use std::path::{Path, PathBuf};

use crate::support::process::Folder;

/// The lines of a plan that name what differs between partitions.
fn plan(region: &str) -> String {
    let folder = Folder::copy_of("stacks/serverless-event-gateway");
    let account = "account: \"123456789012\"\n";
    let stack = std::fs::read_to_string(folder.path().join("stack.yaml")).unwrap();
    std::fs::write(folder.path().join("stack.yaml"), format!("{account}{stack}")).unwrap();
    let ran = folder.run(&["plan", "--offline", "-q", "--region", region]).ends(0);
    let differs = |line: &&str| ["arn:", "amazonaws", "https:"].iter().any(|piece| line.contains(piece));
    // Templates hold the same ARNs again, in long lines.
    let short = |line: &&str| !line.contains("#set");
    ran.stdout.lines().filter(differs).filter(short).map(|line| format!("{}\n", line.trim())).collect()
}

#[test]
fn the_gateway_in_each_partition_names_what_is_there() {
    for region in ["eu-west-1", "cn-north-1", "us-gov-west-1"] {
        insta::assert_snapshot!(format!("the_gateway_in_{region}"), plan(region));
    }
}

#[test]
fn no_plan_names_another_partition() {
    for (region, own) in [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-west-1", "aws")] {
        let plan = plan(region);
        let foreign = plan.split("arn:").skip(1).find(|rest| !rest.starts_with(&format!("{own}:")));
        assert_eq!(foreign, None, "{region}");
        assert!(plan.contains(&format!("arn:{own}:")), "{region}");
    }
}

/// Where an ARN is spelt all the same: file, a piece of the line, and why. What is not needed any more fails.
const ALLOWED: &[(&str, &str, &str)] = &[
    (
        "kinds/apis/decl.rs",
        "The beginning of the ARNs of its calls",
        "a sentence of the reference, for any partition",
    ),
    ("kinds/invoke/api.rs", "let form =", "the form of an ARN in a message"),
    (
        "kinds/tables/passing.rs",
        "[(\"principalId\", ",
        "a value of a stream's record, as the guide has it; nothing is granted to it",
    ),
];

/// What no other code than the partitions' module writes, and why.
fn offence(line: &str) -> Option<&'static str> {
    let braces = |rest: &str| rest.starts_with('{') && !rest.starts_with("{partition}");
    match () {
        () if line.contains("amazonaws") => Some("hosts and service principals come from `Place`"),
        () if line.contains("arn:aws") => {
            Some("an ARN comes from `Place`, or from a pattern with `{partition}`")
        }
        () if line.split("arn:").skip(1).any(braces) => Some("an ARN's partition is `{partition}`"),
        () if line.contains("aws-cn") || line.contains("aws-us-gov") => {
            Some("partitions are `Partition`'s matter")
        }
        () => None,
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, found),
            false => found.push(path),
        }
    }
}

/// Whether a file is a module that only tests have.
fn is_test_module(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let parent = std::fs::read_to_string(path.with_file_name("mod.rs")).unwrap_or_default();
    parent.lines().collect::<Vec<_>>().windows(2).any(|pair| {
        let declared = pair[1].trim_start_matches("pub ") == format!("mod {stem};");
        declared && pair[0].starts_with("#[cfg(") && pair[0].contains("test")
    })
}

#[test]
fn arns_hosts_and_principals_are_spelt_in_one_module_alone() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    files.sort();
    let mut offences = Vec::new();
    let mut used = vec![false; ALLOWED.len()];
    for path in files {
        let name = path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
        let is_test = name.contains("tests") || is_test_module(&path);
        // The embedded account plays AWS, and has its own idea of what AWS writes.
        if !name.ends_with(".rs") || is_test || name.starts_with("local/") || name == "engine/partition.rs" {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let Some(why) = offence(line).filter(|_| !line.trim_start().starts_with("//")) else { continue };
            match ALLOWED.iter().position(|(file, piece, _)| *file == name && line.contains(piece)) {
                Some(at) => used[at] = true,
                None => offences.push(format!("src/{name}:{}: {why}\n    {}", number + 1, line.trim())),
            }
        }
    }
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
    let idle: Vec<_> =
        ALLOWED.iter().zip(used).filter(|(_, used)| !used).map(|(allowed, _)| allowed).collect();
    assert!(idle.is_empty(), "nothing needs these any more: {idle:?}");
}
