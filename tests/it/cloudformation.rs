//! Stacks of CloudFormation through a whole run: what is shown before the question, and what others take of them.

use crate::support::process::Folder;

const LOCAL: &str = "--local=account.jsonl";
const STACK: &str = "\
stack: shop
region: eu-west-1
cloudformation_stacks:
  old:
    template: old.yaml
    parameters: { Stage: test }
functions:
  asks:
    code: code
    handler: index.handler
    runtime: python3.13
    environment: { QUEUE: \"${cloudformation_stacks.old.outputs.Jobs}\" }
outputs: { jobs: \"${cloudformation_stacks.old.outputs.Jobs}\" }
";
const TEMPLATE: &str = "\
Parameters:
  Stage: { Type: String }
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub '${Stage}-jobs'
Outputs:
  Jobs: { Value: !Ref Jobs }
";

fn folder() -> Folder {
    let folder = Folder::with_stack(STACK);
    std::fs::write(folder.path().join("old.yaml"), TEMPLATE).expect("a template");
    std::fs::create_dir(folder.path().join("code")).expect("a folder");
    std::fs::write(folder.path().join("code/index.py"), "def handler(event, context): pass\n").expect("code");
    folder
}

fn of_stack(text: &str) -> String {
    let from = text.find("cloudformation_stacks").expect("the stack");
    let to = text.find("\n\nfunctions").unwrap_or(text.len());
    text[from..to].to_owned()
}

#[test]
fn an_apply_shows_what_cloudformation_would_do_before_it_does_it_and_a_plan_compares_templates() {
    let folder = folder();
    let planned = folder.run(&["plan", LOCAL]).ends(0);
    assert!(!planned.stdout.contains("CloudFormation would"), "{}", planned.stdout);
    let applied = folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    insta::assert_snapshot!("what is made", of_stack(&applied.stdout));
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));

    let template = TEMPLATE.replace("  Jobs:\n", "  More: { Type: 'AWS::SQS::Queue' }\n  Jobs:\n");
    let template = template.replace("${Stage}-jobs", "${Stage}-all-jobs");
    std::fs::write(folder.path().join("old.yaml"), template).expect("a template");
    let planned = folder.run(&["plan", LOCAL]).ends(0);
    assert!(planned.stdout.contains("(known after apply)"), "{}", planned.stdout);
    let applied = folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    insta::assert_snapshot!("what is changed", of_stack(&applied.stdout));
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
}

#[test]
fn what_cloudformation_refuses_is_said_before_the_question_and_nothing_is_left_of_it() {
    let folder = folder();
    let template = TEMPLATE.replace("!Sub '${Stage}-jobs'", "!Ref Other");
    std::fs::write(folder.path().join("old.yaml"), template).expect("a template");
    let refused = folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(1);
    assert!(refused.stdout.contains("AWS refuses it: "), "{}", refused.stdout);
    assert!(refused.stdout.contains("Unresolved resource dependencies [Other]"), "{}", refused.stdout);
    std::fs::write(folder.path().join("old.yaml"), TEMPLATE).expect("a template");
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    folder.run(&["destroy", LOCAL, "--yes", "-q", "--allow-destroy", "cloudformation_stacks.old"]).ends(0);
}

#[test]
fn a_creation_that_failed_is_told_with_its_cause_and_made_anew_by_the_next_apply() {
    let folder = folder();
    let waits = "  Waits: { Type: 'AWS::CloudFormation::WaitCondition' }\n";
    let template = TEMPLATE.replace("Outputs:\n", &format!("{waits}Outputs:\n"));
    std::fs::write(folder.path().join("old.yaml"), template).expect("a template");
    let failed = folder.run(&["apply", LOCAL, "--yes", "-q"]);
    assert!(
        failed.stderr.contains("Waits (AWS::CloudFormation::WaitCondition): WaitCondition timed out"),
        "{}",
        failed.stderr
    );
    std::fs::write(folder.path().join("old.yaml"), TEMPLATE).expect("a template");
    let allow = ["--allow-destroy", "cloudformation_stacks.old"];
    let planned = folder.run(&["plan", LOCAL, allow[0], allow[1]]).ends(0);
    assert!(planned.stdout.contains("-/+ cloudformation_stacks.old"), "{}", planned.stdout);
    folder.run(&["apply", LOCAL, "--yes", "-q", allow[0], allow[1]]).ends(0);
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
}
