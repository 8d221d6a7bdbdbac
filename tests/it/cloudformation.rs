//! Stacks of CloudFormation through a whole run: what is shown before the question, and what others take of them.

use gatewayctl::local::{Local, LocalOptions};
use serde_json::{Value, json};

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
const ALLOW: [&str; 2] = ["--allow-destroy", "cloudformation_stacks.old"];
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
    let applied = folder.run(&["apply", LOCAL, "--yes", "-q", ALLOW[0], ALLOW[1]]).ends(0);
    insta::assert_snapshot!("what is changed", of_stack(&applied.stdout));
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
}

// The call is sent again, and finds no change set: it went as it was carried out.
#[test]
fn a_change_set_whose_answer_was_lost_has_been_carried_out() {
    const LOST: (&str, &str) = ("GATEWAYCTL_LOCAL_FAULTS", "cloudformation:ExecuteChangeSet=answer-lost");
    let folder = folder();
    let apply = ["apply", LOCAL, "--yes", "-q", ALLOW[0], ALLOW[1]];
    folder.run_with(&apply, &[LOST]).ends(0);
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
    let template = TEMPLATE.replace("  Jobs:\n", "  More: { Type: 'AWS::SQS::Queue' }\n  Jobs:\n");
    std::fs::write(folder.path().join("old.yaml"), template).expect("a template");
    folder.run_with(&apply, &[LOST]).ends(0);
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
}

// CF8: a change set that failed is deleted.
#[test]
fn what_cloudformation_refuses_is_said_before_the_question_and_nothing_is_left_of_it() {
    let folder = folder();
    let template = TEMPLATE.replace("!Sub '${Stage}-jobs'", "!Ref Other");
    std::fs::write(folder.path().join("old.yaml"), template).expect("a template");
    let refused = folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(1);
    assert!(refused.stdout.contains("AWS refuses it: "), "{}", refused.stdout);
    assert!(refused.stdout.contains("Unresolved resource dependencies [Other]"), "{}", refused.stdout);
    assert!(refused.stdout.starts_with("Refused for 1 reason. Plan: "), "{}", refused.stdout);
    let says = "error: nothing was applied, since AWS refuses cloudformation_stacks.old: cloudformation:CreateChangeSet:";
    assert!(refused.stderr.contains(says), "{}", refused.stderr);
    assert!(refused.stderr.contains("\nnext: correct it in the stack"), "{}", refused.stderr);
    assert_eq!(there(&folder), []);
    std::fs::write(folder.path().join("old.yaml"), TEMPLATE).expect("a template");
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    folder.run(&["destroy", LOCAL, "--yes", "-q", "--allow-destroy", "cloudformation_stacks.old"]).ends(0);
}

// CF4: a stack that can only be deleted is made anew.
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
    // It holds nothing that is protected, and nobody has allowed anything.
    let planned = folder.run(&["plan", LOCAL]).ends(0);
    assert!(planned.stdout.contains("-/+ cloudformation_stacks.old"), "{}", planned.stdout);
    assert!(!planned.stdout.contains("allowed to go"), "{}", planned.stdout);
    let planned = folder.run(&["plan", LOCAL, ALLOW[0], ALLOW[1]]).ends(0);
    assert!(planned.stdout.contains("-/+ cloudformation_stacks.old"), "{}", planned.stdout);
    folder.run(&["apply", LOCAL, "--yes", "-q", ALLOW[0], ALLOW[1]]).ends(0);
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
}

/// The stacks and change sets of the account that are there.
fn there(folder: &Folder) -> Vec<(String, Value)> {
    let mut options = LocalOptions::new("000000000000");
    options.path = Some(folder.path().join("account.jsonl"));
    let account = Local::open(options).expect("an account");
    let of =
        |collection: &str| account.documents("eu-west-1", "cloudformation", collection).expect("documents");
    of("stack").into_iter().chain(of("change-set")).collect()
}

/// A template whose queue has another name, and what is said of it.
fn renamed() -> String {
    TEMPLATE.replace("${Stage}-jobs", "${Stage}-all-jobs")
}

const PROTECTED: &str = "cloudformation_stacks.old is protected, and CloudFormation would replace Jobs";

#[test]
fn what_a_protected_stack_holds_is_replaced_only_by_a_word_for_it() {
    let folder = folder();
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    let before = there(&folder);
    std::fs::write(folder.path().join("old.yaml"), renamed()).expect("a template");
    let args = ["apply", LOCAL, "--yes", "-q", "--json-into", "ended.json"];
    let refused = folder.run(&args).ends(1);
    insta::assert_snapshot!("what is protected", refused.stdout);
    let text = std::fs::read_to_string(folder.path().join("ended.json")).expect("how it ended");
    let ended: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&ended["result"], &ended["refusals"][0]["code"]), (&json!("refused"), &json!("protected")));
    let effect = json!({ "sign": "-/+", "does": "replace Jobs (AWS::SQS::Queue)", "destroys": true });
    assert_eq!(ended["foreseen"][0]["effects"], json!([effect]), "{ended}");
    assert_eq!(there(&folder), before, "nothing was changed, and nothing is left");
    folder.run(&[&args[..], &ALLOW].concat()).ends(0);

    folder.edit("template: old.yaml\n", "template: old.yaml\n    protect: false\n");
    std::fs::write(folder.path().join("old.yaml"), TEMPLATE).expect("a template");
    // As long as it is protected, the word is needed to let that go as well.
    folder.run(&args).ends(1);
    std::fs::write(folder.path().join("old.yaml"), renamed()).expect("a template");
    folder.run(&args).ends(0);
    std::fs::write(folder.path().join("old.yaml"), TEMPLATE).expect("a template");
    folder.run(&args).ends(0);
}

#[test]
fn a_saved_plan_shows_what_cloudformation_would_do_and_is_held_to_the_same_word() {
    let folder = folder();
    let apply = ["apply", "--local=account.jsonl", "-q", "--plan", "saved.json"];
    folder.run(&["plan", LOCAL, "-q", "-o", "saved.json"]).ends(0);
    let applied = folder.run(&apply).ends(0);
    assert!(applied.stdout.contains("+ create Jobs (AWS::SQS::Queue)"), "{}", applied.stdout);

    std::fs::write(folder.path().join("old.yaml"), renamed()).expect("a template");
    let before = there(&folder);
    folder.run(&["plan", LOCAL, "-q", "-o", "saved.json"]).ends(0);
    let refused = folder.run(&apply).ends(1);
    assert!(refused.stdout.contains(PROTECTED), "{}", refused.stdout);
    assert!(refused.stderr.contains("a saved plan takes no further word"), "{}", refused.stderr);
    assert_eq!(there(&folder), before);
    folder.run(&["plan", LOCAL, "-q", "-o", "saved.json", ALLOW[0], ALLOW[1]]).ends(0);
    folder.run(&apply).ends(0);
}

#[test]
fn what_waits_for_others_is_held_to_the_same_word_while_it_is_done() {
    let folder = folder();
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    // The topic is made first, so what would go is known only then.
    std::fs::write(folder.path().join("old.yaml"), renamed()).expect("a template");
    folder.edit("functions:", "topics: { new: {} }\nfunctions:");
    folder.edit("template: old.yaml\n", "template: old.yaml\n    notification_topics: [new]\n");
    let refused = folder.run(&["apply", LOCAL, "--yes", "-q", "--json-into", "ended.json"]);
    assert!(refused.stdout.contains("what it would do inside is not shown"), "{}", refused.stdout);
    // It is a decision of our own, and no call's.
    assert!(!refused.stderr.contains("ExecuteChangeSet"), "{}", refused.stderr);
    let text = std::fs::read_to_string(folder.path().join("ended.json")).expect("how it ended");
    let ended: Value = serde_json::from_str(&text).expect("JSON");
    let steps = ended["steps"].as_array().expect("steps");
    let failed = steps.iter().find(|step| step["address"] == "cloudformation_stacks.old").expect("the step");
    assert!(
        failed["reason"].as_str().is_some_and(|why| why.starts_with("the stack is protected")),
        "{failed}"
    );
    assert_eq!(failed["error"], Value::Null, "{failed}");
    assert!(
        refused.stderr.contains("the stack is protected, and CloudFormation would replace Jobs"),
        "{}",
        refused.stderr
    );
    assert!(there(&folder).iter().all(|(name, _)| name == "shop-old"), "no change set is left");
    folder.run(&["apply", LOCAL, "--yes", "-q", ALLOW[0], ALLOW[1]]).ends(0);
}

#[test]
fn a_stack_that_somebody_deletes_is_no_stack_without_changes() {
    let folder = folder();
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    folder.happens("cloudformation/stack", "shop-old", &|stack| {
        stack["StackStatus"] = "DELETE_IN_PROGRESS".into()
    });
    let planned = folder.run(&["plan", LOCAL, "-q"]).ends(0);
    assert!(planned.stdout.contains("-/+ cloudformation_stacks.old"), "{}", planned.stdout);
    assert!(planned.stdout.contains("DELETE_IN_PROGRESS; it is"), "{}", planned.stdout);
}

#[test]
fn an_output_that_a_condition_keeps_out_is_an_error_only_where_somebody_refers_to_it() {
    let folder = folder();
    let conditional = TEMPLATE
        .replace("Resources:", "Conditions: { Big: !Equals [!Ref Stage, prod] }\nResources:")
        .replace("{ Value: !Ref Jobs }", "{ Condition: Big, Value: !Ref Jobs }");
    std::fs::write(folder.path().join("old.yaml"), conditional).expect("a template");
    let failed = folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(3);
    let says = "it refers to `cloudformation_stacks.old.outputs.Jobs`, which is not there";
    assert!(failed.stderr.contains(says), "{}", failed.stderr);
    let refused = folder.run(&["plan", LOCAL, "-q"]).ends(1);
    let says = "functions.asks refers to `cloudformation_stacks.old.outputs.Jobs`, which is not there";
    assert!(refused.stdout.contains(says), "{}", refused.stdout);
    folder.edit("    environment: { QUEUE: \"${cloudformation_stacks.old.outputs.Jobs}\" }\n", "");
    let applied = folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    assert!(applied.stdout.contains("the output `jobs` refers to"), "{}", applied.stdout);
    folder.edit("outputs: { jobs: \"${cloudformation_stacks.old.outputs.Jobs}\" }\n", "");
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
}

#[test]
fn a_stack_of_another_name_is_looked_at_before_the_one_that_is_there_goes() {
    let folder = folder();
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    let before = there(&folder);
    folder.edit("template: old.yaml\n", "template: old.yaml\n    name: shop-new\n");
    let args = ["apply", "--local=account.jsonl", "--yes", "-q"];
    let template = TEMPLATE.replace("!Sub '${Stage}-jobs'", "!Ref Other");
    std::fs::write(folder.path().join("old.yaml"), template).expect("a template");
    folder.run(&[&args[..], &ALLOW].concat()).ends(1);
    assert_eq!(there(&folder), before, "nothing was changed, and nothing is left");
    std::fs::write(folder.path().join("old.yaml"), TEMPLATE).expect("a template");
    let applied = folder.run(&[&args[..], &ALLOW].concat()).ends(0);
    assert!(applied.stdout.contains("replaced, the new one first"), "{}", applied.stdout);
    assert!(applied.stdout.contains("+ create Jobs (AWS::SQS::Queue)"), "{}", applied.stdout);
    assert!(!applied.stdout.contains("is not shown"), "{}", applied.stdout);
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
}

#[test]
fn a_parameter_that_a_name_is_made_of_replaces_what_has_the_name() {
    let folder = folder();
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    folder.edit("Stage: test", "Stage: prod");
    let refused = folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(1);
    assert!(refused.stdout.contains(PROTECTED), "{}", refused.stdout);
    folder.run(&["apply", LOCAL, "--yes", "-q", ALLOW[0], ALLOW[1]]).ends(0);
}

#[test]
fn a_hidden_default_is_in_no_plan_no_snapshot_and_no_template_of_the_account() {
    let folder = folder();
    let template = TEMPLATE.replace(
        "Resources:\n",
        "  Password: { Type: String, NoEcho: true, Default: hunter2hunter2 }\nResources:\n",
    );
    std::fs::write(folder.path().join("old.yaml"), template).expect("a template");
    let args: [&[&str]; 5] = [
        &["plan", LOCAL],
        &["plan", LOCAL, "--format", "json"],
        &["plan", LOCAL, "--format", "markdown"],
        &["apply", LOCAL, "--yes"],
        &["snapshot", LOCAL],
    ];
    for args in args {
        let ran = folder.run(args).ends(0);
        assert!(
            !ran.stdout.contains("hunter2") && !ran.stderr.contains("hunter2"),
            "{args:?}: {}",
            ran.stdout
        );
    }
    let (_, stack) = there(&folder).remove(0);
    assert!(!stack.to_string().contains("hunter2"), "{stack}");
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
}
