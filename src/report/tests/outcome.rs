//! Ends of applies.

use insta::assert_snapshot;

use super::account::{Account, World, address};
use super::worlds::{QUEUES, gateway};
use crate::apply::{Difference, Failure, Outcome, Skipped, Why};
use crate::engine::{AwsError, Class};
use crate::plan::Verb;
use crate::report::{OutcomeView, outcome_text};

fn draw(outcome: &Outcome, world: &World) -> String {
    let plan = world.plan(&Account::default());
    let view = OutcomeView { color: false, width: 100, command: "gatewayctl apply --env dev" };
    outcome_text(outcome, &plan, &world.sources, view)
}

fn failed(at: &str, why: Why) -> Failure {
    Failure { address: address(at), verb: Verb::Create, why }
}

#[test]
fn an_apply_that_did_everything_says_so_in_one_line() {
    let done = [
        ("boxes.inbox", Verb::Create),
        ("feeds.carrier", Verb::Delete),
        ("depots.orders", Verb::Update),
        ("feeds.carrier", Verb::Create),
    ];
    let done = done.map(|(at, verb)| (address(at), verb)).to_vec();
    let outcome = Outcome { done, ..Outcome::default() };
    let world = gateway("NEW", "1");
    assert_eq!(draw(&outcome, &world), "Applied: 1 replaced, 1 created, 1 updated.\n");
    assert_eq!(draw(&Outcome::default(), &world), "Nothing was left to do.\n");
}

#[test]
fn a_failure_says_what_failed_what_it_means_and_what_to_type() {
    let error = AwsError {
        code: "AccessDenied".into(),
        status: Some(403),
        request_id: Some("11aa-22bb".into()),
        ..AwsError::new("sqs", "CreateQueue", Class::Denied, "User x is not authorized\u{1b}[2J to do this")
    };
    let outcome = Outcome {
        done: vec![(address("log_groups.audit"), Verb::Create)],
        failed: vec![
            failed("queues.dead", Why::Aws(error)),
            failed("roles.feeder", Why::ChangedMeanwhile(vec!["Description".into()])),
        ],
        skipped: vec![Skipped {
            address: address("queues.inbox"),
            verb: Verb::Create,
            reason: "it waits for queues.dead, which failed".into(),
        }],
        ..Outcome::default()
    };
    assert_snapshot!(draw(&outcome, &World::compiled(QUEUES)));
}

#[test]
fn what_does_not_equal_the_wish_is_named_by_its_paths() {
    let paths = vec!["Attributes.VisibilityTimeout".to_owned()];
    let outcome = Outcome {
        done: vec![(address("queues.inbox"), Verb::Update)],
        differences: vec![Difference { address: address("queues.inbox"), paths }],
        ..Outcome::default()
    };
    assert_snapshot!(draw(&outcome, &World::compiled(QUEUES)));
}

#[test]
fn an_interrupted_run_says_how_far_it_came() {
    let outcome = Outcome {
        done: vec![(address("queues.dead"), Verb::Create)],
        failed: vec![Failure { address: address("queues.inbox"), verb: Verb::Create, why: Why::Interrupted }],
        skipped: vec![Skipped {
            address: address("queues.last"),
            verb: Verb::Create,
            reason: "the run was told to stop".into(),
        }],
        interrupted: true,
        ..Outcome::default()
    };
    assert_snapshot!(draw(&outcome, &World::compiled(QUEUES)));
}
