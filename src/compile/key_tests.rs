//! Rights on the keys of what is encrypted: `aws.md` sections 9.2, 9.3 and 9.5.

use super::testing::compile;
use crate::engine::Graph;

/// Every statement about KMS in the policy of a role: actions, resource, condition.
fn on_keys(graph: &Graph, role: &str) -> Vec<String> {
    let role = &graph.resources[&role.parse().unwrap()];
    let policy = role.properties.at("Policies.gatewayctl").unwrap().to_shown_json();
    let statements = policy["Statement"].as_array().unwrap().iter();
    let keys = statements.filter(|statement| statement["Action"].to_string().contains("kms:"));
    keys.map(|statement| {
        let condition = statement.get("Condition").map(|condition| format!(" if {condition}"));
        format!("{} on {}{}", statement["Action"], statement["Resource"], condition.unwrap_or_default())
    })
    .collect()
}

const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/one";
const OTHER: &str = "arn:aws:kms:eu-west-1:123456789012:key/two";

#[test]
fn a_pipe_decrypts_its_source_and_encrypts_for_its_target() {
    let sources = [
        ("queue: jobs", ""),
        ("stream: clicks", ", starting_position: latest"),
        ("table: orders", ", starting_position: latest"),
    ];
    for (source, more) in sources {
        for (target, calls) in [
            ("queue: done", r#"["kms:Decrypt","kms:GenerateDataKey"]"#),
            ("topic: news", r#"["kms:Decrypt","kms:GenerateDataKey"]"#),
            ("stream: out, partition_key: k", r#"["kms:GenerateDataKey"]"#),
        ] {
            let (graph, findings) = compile(&format!(
                "stack: shop\n\
                 queues: {{ jobs: {{ kms_key: one }}, done: {{ kms_key: \"{OTHER}\" }} }}\n\
                 topics: {{ news: {{ kms_key: two }} }}\n\
                 streams: {{ clicks: {{ kms_key: one }}, out: {{ kms_key: two }} }}\n\
                 tables: {{ orders: {{ partition_key: id, stream: new_image, kms_key: one }} }}\n\
                 pipes: {{ p: {{ source: {{ {source}{more} }}, target: {{ {target} }} }} }}\n"
            ));
            assert_eq!(findings, "", "{source} {target}");
            let wanted = [format!(r#"["kms:Decrypt"] on "{KEY}""#), format!(r#"{calls} on "{OTHER}""#)];
            assert_eq!(on_keys(&graph, "pipes.p/role"), wanted, "{source} {target}");
        }
    }
}

#[test]
fn a_trigger_a_grant_and_a_dead_letter_queue_take_their_rights_on_keys() {
    let (graph, findings) = compile(
        r#"
stack: shop
queues: { jobs: { kms_key: one }, dead: { kms_key: two } }
tables: { orders: { partition_key: id, kms_key: alias/orders } }
functions:
  work:
    code: stacks/serverless-event-gateway/functions/orders
    handler: index.handler
    runtime: python3.13
    dead_letter: { queue: dead }
    triggers: { jobs: { queue: jobs } }
    grants: [ { table: orders, access: read } ]
"#,
    );
    assert_eq!(findings, "");
    let mut found = on_keys(&graph, "functions.work/role");
    found.sort();
    insta::assert_snapshot!(found.join("\n"), @r#"
    ["kms:Decrypt","kms:GenerateDataKey"] on "arn:aws:kms:eu-west-1:123456789012:key/two"
    ["kms:Decrypt"] on "arn:aws:kms:eu-west-1:123456789012:key/*" if {"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/orders"}}
    ["kms:Decrypt"] on "arn:aws:kms:eu-west-1:123456789012:key/one"
    "#);
}

#[test]
fn what_aws_encrypts_by_itself_takes_no_right_of_a_role() {
    let (graph, findings) = compile(
        "stack: shop\n\
         queues: { jobs: { kms_key: alias/aws/sqs }, done: {} }\n\
         pipes: { p: { source: { queue: jobs }, target: { queue: done } } }\n",
    );
    assert_eq!(findings, "");
    assert!(on_keys(&graph, "pipes.p/role").is_empty());
}

#[test]
fn a_rule_says_what_the_key_of_its_target_must_allow() {
    let stack = |key: &str| {
        format!(
            "stack: shop\nbuses: {{ orders: {{}} }}\nqueues:\n  jobs: {{ kms_key: \"{key}\" }}\nrules:\n  \
             r: {{ bus: orders, pattern: {{ source: [shop] }}, targets: {{ a: {{ queue: jobs }} }} }}\n  \
             s: {{ bus: orders, pattern: {{ source: [web] }}, targets: {{ a: {{ queue: jobs }} }} }}\n"
        )
    };
    insta::assert_snapshot!(compile(&stack("one")).1, @r#"
    note[foreign_policy]: `arn:aws:kms:eu-west-1:123456789012:key/one` belongs to others, whose policy must allow this
     --> stack.yaml:4:20
      |
    4 |   jobs: { kms_key: "one" }
      |                    ^^^^^ never written on from here
      |
      = in: queues.jobs
      = help: its owner adds the statement {"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":["kms:Decrypt","kms:GenerateDataKey"],"Resource":"*"}

    1 note
    "#);
    insta::assert_snapshot!(compile(&stack("alias/aws/sqs")).1, @r#"
    warning[managed_key]: `alias/aws/sqs` is AWS's own key, whose policy lets in no service: events.amazonaws.com cannot use queues.jobs
     --> stack.yaml:4:20
      |
    4 |   jobs: { kms_key: "alias/aws/sqs" }
      |                    ^^^^^^^^^^^^^^^
      |
      = in: queues.jobs
      = help: name a key of your own, whose policy allows it, or take the line away

    1 warning
    "#);
}
