//! Schedules as a person meets them: those that are over, and those that somebody has disabled.

use crate::support::process::Folder;

const LOCAL: &str = "--local=account.jsonl";
const STACK: &str = "\
stack: shop
region: eu-west-1
queues: { jobs: {} }
schedule_groups: { nightly: {} }
schedules:
  sync: { group: nightly, schedule: rate(1 day), target: { queue: jobs } }
  gift: { schedule: at(2031-12-24T18:00:00), action_after_completion: delete, target: { queue: jobs } }
";

// A one-time schedule that AWS deletes after its time is as it should be when it is gone.
#[test]
fn a_schedule_that_is_over_is_neither_missing_nor_made_again() {
    let folder = Folder::with_stack(&STACK.replace("2031", "2025"));
    let ran = folder.run(&["plan", LOCAL]).ends(0);
    assert!(!ran.stdout.contains("+ schedules.gift "), "{}", ran.stdout);
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
    let ran = folder.run(&["status", LOCAL]).ends(0);
    assert!(ran.stdout.contains("it is over, and AWS has deleted it as it was told"), "{}", ran.stdout);
    folder.edit("2025-12-24", "2031-12-24");
    let ran = folder.run(&["plan", LOCAL]).ends(0);
    assert!(ran.stdout.starts_with("Plan: 1 to create, "), "{}", ran.stdout);
}

#[test]
fn a_schedule_that_somebody_has_disabled_is_a_difference_and_not_healthy() {
    let folder = Folder::with_stack(STACK);
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    folder.happens("schedule", "shop-nightly/shop-sync", &|schedule| schedule["State"] = "DISABLED".into());
    let ran = folder.run(&["plan", LOCAL]).ends(0);
    assert!(ran.stdout.contains("~ State: DISABLED → ENABLED"), "{}", ran.stdout);
    let ran = folder.run(&["status", LOCAL]).ends(1);
    assert!(ran.stdout.contains("it is disabled, so it calls nothing"), "{}", ran.stdout);
}
