//! Questions, answered in a terminal: what is declined or interrupted leaves nothing behind.

use gatewayctl::local::{Local, LocalOptions};
use serde_json::Value;

use crate::ending::ended;
use crate::support::emulators::run_python;
use crate::support::process::Folder;

const STACK: &str = "\
stack: shop
region: eu-west-1
cloudformation_stacks:
  old:
    template: { Resources: { Jobs: { Type: \"AWS::SQS::Queue\" } } }
";

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
    let folder = Folder::with_stack(STACK);
    let (status, shown) = answered(&folder, "^C", &APPLY);
    assert_eq!((status, &ended(&folder)["result"]), (130, &"declined".into()), "{shown}");
    assert_eq!(left(&folder), [""; 0]);
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
