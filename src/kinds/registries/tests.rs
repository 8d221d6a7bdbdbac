use crate::compile::testing::compile;
use crate::engine::Place;

use super::name_here;

#[test]
fn the_registries_of_aws_are_not_declared() {
    let (_, findings) = compile(
        "stack: shop\nregistries:\n  a: { name: aws.events }\n  b: { name: discovered-schemas }\n  c: { name: a/b }\n",
    );
    insta::assert_snapshot!(findings, @"
    error[shared_resource]: the registry `aws.events` is AWS's own: a stack cannot own it
     --> stack.yaml:3:14
      |
    3 |   a: { name: aws.events }
      |              ^^^^^^^^^^
      |
      = in: registries.a
      = help: give it another name

    error[shared_resource]: the registry `discovered-schemas` is AWS's own: a stack cannot own it
     --> stack.yaml:4:14
      |
    4 |   b: { name: discovered-schemas }
      |              ^^^^^^^^^^^^^^^^^^
      |
      = in: registries.b
      = help: give it another name

    error[illegal_name]: `a/b` is no legal name of a registry
     --> stack.yaml:5:14
      |
    5 |   c: { name: a/b }
      |              ^^^ `/` is not allowed; letters, digits and `-_.` are
      |
      = in: registries.c

    3 errors
    ");
}

#[test]
fn a_registry_by_arn_is_known_by_its_name_if_it_is_here() {
    let here = Place::new("eu-west-1", "123456789012");
    let name = |arn| name_here(arn, &here);
    assert_eq!(name("arn:aws:schemas:eu-west-1:123456789012:registry/x").as_deref(), Ok("x"));
    for elsewhere in [
        "arn:aws:schemas:eu-west-1:999999999999:registry/x",
        "arn:aws:schemas:us-east-1:123456789012:registry/x",
        "arn:aws:schemas:eu-west-1:123456789012:schema/x/y",
        "arn:aws:sqs:eu-west-1:123456789012:x",
        "arn:aws",
    ] {
        assert!(name(elsewhere).is_err(), "{elsewhere}");
    }
}
