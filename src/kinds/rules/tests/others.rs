//! What belongs to others: targets, roles, buses of other regions.

use super::rule;
use crate::compile::testing::compile;
use crate::engine::Value;

#[test]
fn for_what_belongs_to_others_the_statement_is_printed_and_nothing_written() {
    let (graph, findings) = compile(
        "stack: shop\nrules:\n  r:\n    pattern: { source: [a] }\n    targets:\n      q: { queue: \"arn:aws:sqs:eu-west-1:123456789012:theirs\" }\n      b: { bus: \"arn:aws:events:eu-west-1:999999999999:event-bus/theirs\" }\n",
    );
    insta::assert_snapshot!(findings, @r#"
    note[foreign_policy]: `arn:aws:sqs:eu-west-1:123456789012:theirs` belongs to others, whose policy must allow this
     --> stack.yaml:6:19
      |
    6 |       q: { queue: "arn:aws:sqs:eu-west-1:123456789012:theirs" }
      |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ never written on from here
      |
      = in: rules.r
      = help: its owner adds the statement {"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:eu-west-1:123456789012:theirs","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"},"ArnEquals":{"aws:SourceArn":"arn:aws:events:eu-west-1:123456789012:rule/shop-r"}}}

    note[foreign_policy]: `arn:aws:events:eu-west-1:999999999999:event-bus/theirs` belongs to others, whose policy must allow this
     --> stack.yaml:7:17
      |
    7 |       b: { bus: "arn:aws:events:eu-west-1:999999999999:event-bus/theirs" }
      |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ never written on from here
      |
      = in: rules.r
      = help: its owner adds the statement {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"events:PutEvents","Resource":"arn:aws:events:eu-west-1:999999999999:event-bus/theirs"}

    2 notes
    "#);
    assert_eq!(graph.resources.len(), 2, "the rule and its role");
}

// A role of a target's own is all that calls it: none is generated, and no rights are asked for.
#[test]
fn a_target_with_a_role_of_its_own_needs_no_other() {
    let (graph, findings) = compile(
        r#"
stack: shop
rules:
  r:
    pattern: { source: [a] }
    targets:
      a: { firehose: "arn:aws:firehose:eu-west-1:123456789012:deliverystream/lake", role: "arn:aws:iam::123456789012:role/r" }
"#,
    );
    assert_eq!(findings, "");
    assert_eq!(graph.resources.len(), 1);
    let rule = rule(&graph, "rules.r");
    let target = &rule.properties.get("Targets").and_then(Value::as_list).unwrap()[0];
    assert_eq!(target.text_at("RoleArn"), Some("arn:aws:iam::123456789012:role/r"));
}

// A bus of another region is another's to open, and takes a transform.
#[test]
fn for_a_bus_of_another_region_the_statement_is_printed_too() {
    let (_, findings) = compile(
        r#"
stack: shop
rules:
  r: { pattern: { source: [a] }, targets: { b: { bus: "arn:aws:events:us-east-1:123456789012:event-bus/there", transform: { a: $.detail } } } }
"#,
    );
    assert!(findings.contains("note[foreign_policy]") && !findings.contains("error["), "{findings}");
}
