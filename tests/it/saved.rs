//! Saved plans: `plan -o` and `apply --plan`.

use crate::support::process::{Folder, Ran};

const ACCOUNT: &str = "--local=account.jsonl";
const STACK: &str = "stack: shop\nparameters: { delay: { type: number, default: 1 } }\nqueues: { jobs: { delay: \"${parameters.delay}s\" }, done: {} }\n";

/// A stack whose plan to change is saved.
fn saved() -> Folder {
    let folder = Folder::with_stack(STACK);
    folder.run(&["apply", ACCOUNT, "--yes"]).ends(0);
    folder.run(&["plan", ACCOUNT, "--param", "delay=5", "-o", "plan.json"]).ends(0);
    folder
}

fn apply(folder: &Folder) -> Ran {
    folder.run(&["apply", ACCOUNT, "--plan", "plan.json"])
}

/// Changes the account behind the saved plan's back, by another file of the same stack.
fn meanwhile(folder: &Folder, queues: &str) {
    std::fs::write(folder.path().join("other.yaml"), format!("stack: shop\nqueues: {queues}\n"))
        .expect("a file");
    folder.run(&["apply", "other.yaml", ACCOUNT, "--yes"]).ends(0);
}

#[test]
fn it_is_applied_with_what_it_was_made_of_and_only_once() {
    let folder = saved();
    let ran = apply(&folder).ends(0);
    assert!(ran.stdout.contains("Attributes.DelaySeconds: 1 → 5"), "{}", ran.stdout);
    folder.run(&["plan", ACCOUNT, "--param", "delay=5", "--detailed-exitcode"]).ends(0);
    let again = apply(&folder).ends(1);
    insta::assert_snapshot!(again.stderr, @"
    shop: account 000000000000, us-east-1, embedded account account.jsonl
    error: plan.json has nothing left to do: it was applied, or the account came there by itself
    ");
    assert_eq!(again.stdout, "");
}

/// What moves by itself is nothing that a plan was made of.
#[test]
fn it_is_applied_although_messages_have_come_meanwhile() {
    let folder = saved();
    for queue in ["shop-jobs", "shop-done"] {
        folder.happens("queue", queue, &|queue| {
            queue["Attributes"]["ApproximateNumberOfMessages"] = "3".into();
        });
    }
    apply(&folder).ends(0);
}

#[test]
fn it_is_refused_with_the_paths_where_the_account_has_moved() {
    let folder = saved();
    meanwhile(&folder, "{ jobs: { delay: 3s, visibility_timeout: 1m }, more: {} }");
    let ran = apply(&folder).ends(1);
    insta::assert_snapshot!(ran.stderr, @"
    shop: account 000000000000, us-east-1, embedded account account.jsonl
    error: plan.json is not the plan of now, and nothing was applied. What has moved:
      queues.done: no-op → create
      queues.done: QueueName
      queues.jobs: Attributes.DelaySeconds
      queues.jobs: Attributes.VisibilityTimeout
      queues.more: it was not planned
    help: make the plan again with `gatewayctl plan -o plan.json`, and read it
    ");
    // Nothing was done.
    let plan = folder.run(&["plan", "other.yaml", ACCOUNT, "--detailed-exitcode"]);
    plan.ends(0);
}

#[test]
fn it_is_refused_where_the_files_have_moved() {
    let folder = saved();
    folder.edit("done: {}", "done: { delay: 2s }");
    insta::assert_snapshot!(apply(&folder).ends(1).stderr, @"
    shop: account 000000000000, us-east-1, embedded account account.jsonl
    error: plan.json is not the plan of now, and nothing was applied. What has moved:
      file stack.yaml
      queues.done: no-op → update
      queues.done: Attributes.DelaySeconds
    help: make the plan again with `gatewayctl plan -o plan.json`, and read it
    ");
}

#[test]
fn one_that_was_edited_or_is_newer_or_is_none_is_refused() {
    let folder = saved();
    let file = folder.path().join("plan.json");
    let written = std::fs::read_to_string(&file).expect("the plan");
    let refused = |text: &str| {
        std::fs::write(&file, text).expect("the plan");
        apply(&folder).ends(1).stderr
    };
    let edited = written.replacen("\"delay\": \"5\"", "\"delay\": \"6\"", 1);
    assert_ne!(edited, written);
    insta::assert_snapshot!(refused(&edited), @"error: plan.json is refused: it is not as it was written: make the plan again");
    insta::assert_snapshot!(refused(&written.replacen("\"format_version\": 1", "\"format_version\": 2", 1)), @"error: plan.json is refused: it has format 2, newer than this program's 1; gatewayctl 0.1.0 made it");
    insta::assert_snapshot!(refused("{}"), @"error: plan.json is refused: it is no saved plan: it states no `format_version`");
    insta::assert_snapshot!(refused("plan"), @"error: plan.json is refused: it is no JSON: expected value at line 1 column 1");
    std::fs::write(&file, &written).expect("the plan");
    apply(&folder).ends(0);
}

#[test]
fn flags_stand_in_the_file_and_nowhere_else() {
    let folder = saved();
    for flag in [
        &["--target", "queues.jobs"][..],
        &["--env", "dev"],
        &["--allow-destroy", "queues.done"],
        &["other.yaml"],
    ] {
        let args = [&["apply", ACCOUNT, "--plan", "plan.json"][..], flag].concat();
        folder.run(&args).ends(64);
    }
    folder.run(&["plan", "--offline", "-o", "plan.json"]).ends(64);
}

#[test]
fn a_plan_that_may_not_be_applied_is_not_saved() {
    let folder = Folder::with_stack("stack: shop\ntables: { orders: { partition_key: id } }\n");
    folder.run(&["apply", ACCOUNT, "--yes"]).ends(0);
    folder.edit("partition_key: id", "partition_key: other");
    folder.run(&["plan", ACCOUNT, "-o", "plan.json"]).ends(1);
    assert!(!folder.path().join("plan.json").exists());
    folder.run(&["plan", ACCOUNT, "--allow-destroy", "tables.orders", "-o", "plan.json"]).ends(0);
    apply(&folder).ends(0);
    folder.run(&["plan", ACCOUNT, "--detailed-exitcode"]).ends(0);
}

#[test]
fn it_is_refused_where_what_a_plan_does_not_show_has_moved() {
    let folder = Folder::with_stack(
        r#"
stack: shop
parameters: { path: { from: "env:P", default: a } }
tables: { t: { partition_key: id, stream: new_image } }
queues: { q: {} }
pipes:
  p:
    description: "${tables.t.stream_arn} of ${parameters.path}"
    source: { table: t, starting_position: latest }
    target: { queue: q }
outputs: { read: "${tables.t.stream_arn}/${parameters.path}" }
"#,
    );
    let with = |args: &[&str], path: &str| folder.run_with(args, &[("P", path)]);
    with(&["plan", ACCOUNT, "-o", "plan.json"], "one").ends(0);
    let apply = ["apply", ACCOUNT, "--plan", "plan.json"];
    let refused = with(&apply, "two").ends(1);
    insta::assert_snapshot!(refused.stderr, @"
    shop: account 000000000000, us-east-1, embedded account account.jsonl
    error: plan.json is not the plan of now, and nothing was applied. What has moved:
      pipes.p: what is wished for is not what it was
      output read: what is wished for is not what it was
    help: make the plan again with `gatewayctl plan -o plan.json`, and read it
    ");
    with(&apply, "one").ends(0);
}

#[test]
fn a_secret_is_given_again_and_stands_in_no_file() {
    let stack = "stack: shop\nparameters: { password: { secret: true }, user: { default: them } }\nconnections:\n  carrier: { basic: { username: \"${parameters.user}\", password: \"${parameters.password}\" } }\n";
    let folder = Folder::with_stack(stack);
    let secret = ["--param", "password=hunter2"];
    let with_secret = |args: &[&str]| folder.run(&[args, &secret[..]].concat());
    // In another order than they are given again.
    folder
        .run(&["plan", ACCOUNT, "--param", "password=hunter2", "--param", "user=me", "-o", "plan.json"])
        .ends(0);
    let written = std::fs::read_to_string(folder.path().join("plan.json")).expect("the plan");
    assert!(!written.contains("hunter2"));
    with_secret(&["apply", ACCOUNT, "--plan", "plan.json"]).ends(0);
    with_secret(&["plan", ACCOUNT, "--param", "user=me", "--detailed-exitcode"]).ends(0);
}
