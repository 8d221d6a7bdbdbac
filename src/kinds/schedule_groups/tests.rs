use crate::compile::testing::compile;
use crate::engine::Place;

use super::name_here;

#[test]
fn the_group_of_the_account_is_not_declared() {
    let (_, findings) = compile("stack: shop\nschedule_groups:\n  default: {}\n  a: { name: default }\n");
    insta::assert_snapshot!(findings, @"
    error[shared_resource]: the default schedule group is the account's: a stack cannot own it
     --> stack.yaml:3:3
      |
    3 |   default: {}
      |   ^^^^^^^
      |
      = in: schedule_groups.default
      = help: take the declaration away; a schedule without `group:` stands in it

    error[shared_resource]: the default schedule group is the account's: a stack cannot own it
     --> stack.yaml:4:14
      |
    4 |   a: { name: default }
      |              ^^^^^^^
      |
      = in: schedule_groups.a
      = help: take the declaration away; a schedule without `group:` stands in it

    2 errors
    ");
}

#[test]
fn a_group_by_arn_is_known_by_its_name_if_it_is_here() {
    let here = Place::new("eu-west-1", "123456789012");
    let name = |arn| name_here(arn, &here);
    assert_eq!(name("arn:aws:scheduler:eu-west-1:123456789012:schedule-group/x").as_deref(), Ok("x"));
    for elsewhere in [
        "arn:aws:scheduler:eu-west-1:999999999999:schedule-group/x",
        "arn:aws:scheduler:us-east-1:123456789012:schedule-group/x",
        "arn:aws:scheduler:eu-west-1:123456789012:schedule/x/y",
        "arn:aws:sqs:eu-west-1:123456789012:x",
    ] {
        assert!(name(elsewhere).is_err(), "{elsewhere}");
    }
}
