use crate::engine::Value;
use crate::value;

use super::testing::{compile, compile_with};

#[test]
fn a_queue_with_a_dead_letter_queue_waits_for_it_and_knows_its_arn() {
    let (graph, findings) = compile(
        "stack: shop\ntags: { team: orders }\nqueues:\n  dead: {}\n  jobs:\n    delay: 5m\n    redrive: { dead_letter: dead, max_receive_count: 3 }\n",
    );
    assert_eq!(findings, "");
    let jobs = &graph.resources[&"queues.jobs".parse().unwrap()];
    insta::assert_snapshot!(jobs.properties.to_shown_json(), @r#"{"Attributes":{"DelaySeconds":300,"RedrivePolicy":{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:123456789012:shop-dead","maxReceiveCount":3}},"QueueName":"shop-jobs","Tags":{"team":"orders"}}"#);
    assert_eq!(jobs.edges.len(), 1);
}

#[test]
fn a_declared_statement_is_a_resource_inside_its_queue() {
    let (graph, findings) = compile(
        "stack: shop\nqueues:\n  jobs:\n    policy:\n      billing:\n        Effect: Allow\n        Principal: { AWS: 111122223333 }\n        Action: sqs:SendMessage\n",
    );
    assert_eq!(findings, "");
    let statement = &graph.resources[&"queues.jobs/policy/billing".parse().unwrap()];
    assert!(statement.name.starts_with("Gw1") && statement.name.len() == 35);
    assert!(statement.edges[0].inside);
    insta::assert_snapshot!(statement.properties.to_shown_json(), @r#"{"Document":"queues","Of":"shop-jobs","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sqs:SendMessage"}}"#);
}

#[test]
fn two_owners_of_one_name_are_shown_with_both_places() {
    let (_, findings) = compile("stack: shop\nqueues:\n  a: { name: jobs }\n  b: { name: jobs }\n");
    insta::assert_snapshot!(findings, @"
    error[two_owners]: `queues.a` and `queues.b` would both be the queue `jobs`
     --> stack.yaml:4:14
      |
    3 |   a: { name: jobs }
      |              ---- the other one
    4 |   b: { name: jobs }
      |              ^^^^
      |
      = in: queues.b
      = help: give one of them another `name:`

    1 error
    ");
}

#[test]
fn a_cycle_is_named_in_full() {
    let (_, findings) = compile(
        "stack: shop\nqueues:\n  a: { redrive: { dead_letter: b, max_receive_count: 1 } }\n  b: { redrive: { dead_letter: a, max_receive_count: 1 } }\n",
    );
    insta::assert_snapshot!(findings, @"
    error[cycle]: these wait for each other: `queues.a` → `queues.b` → `queues.a`
     --> stack.yaml:3:3
      |
    3 |   a: { redrive: { dead_letter: b, max_receive_count: 1 } }
      |   ^ this one needs the next to exist, and so on back to itself
    4 |   b: { redrive: { dead_letter: a, max_receive_count: 1 } }
      |   - and this one
      |
      = in: queues.a
      = help: break the circle: name one of them by text instead of by reference

    1 error
    ");
}

#[test]
fn a_verbatim_name_must_tell_environments_apart() {
    let text = "stack: shop\nqueues:\n  a: { name: jobs }\n  b: { name: \"mail${env.suffix}\" }\n";
    let (graph, findings) = compile_with(text, |inputs| inputs.env = Some("alice".into()));
    insta::assert_snapshot!(findings, @"
    error[name_without_env]: a verbatim name would be the same in every environment
     --> stack.yaml:3:14
      |
    3 |   a: { name: jobs }
      |              ^^^^ names of queues are unique in an account
      |
      = in: queues.a
      = help: write `name: jobs${env.suffix}`

    1 error
    ");
    assert_eq!(graph.unwrap().resources[&"queues.b".parse().unwrap()].name, "mail-alice");
}

#[test]
fn wrong_references_names_and_keys_are_all_said_in_one_run() {
    let (_, findings) = compile(
        "stack: shop\nqueues:\n  jobs: { name: \"a b\", dealy: 5, redrive: { dead_letter: ded, max_receive_count: 0 } }\n  dead: {}\nlog_groups:\n  l: { retention_days: 8 }\nroles:\n  r: {}\n",
    );
    insta::assert_snapshot!(findings, @r#"
    error[illegal_name]: `a b` is no legal name of a queue
     --> stack.yaml:3:17
      |
    3 |   jobs: { name: "a b", dealy: 5, redrive: { dead_letter: ded, max_receive_count: 0 } }
      |                 ^^^^^ ` ` is not allowed; letters, digits and `-_` are
      |
      = in: queues.jobs

    error[unknown_key]: unknown key `dealy`; did you mean `delay`?
     --> stack.yaml:3:24
      |
    3 |   jobs: { name: "a b", dealy: 5, redrive: { dead_letter: ded, max_receive_count: 0 } }
      |                        ^^^^^
      |
      = in: queues.jobs

    error[unknown_reference]: unknown queue `ded`; did you mean `dead`?
     --> stack.yaml:3:58
      |
    3 |   jobs: { name: "a b", dealy: 5, redrive: { dead_letter: ded, max_receive_count: 0 } }
      |                                                          ^^^
      |
      = in: queues.jobs

    error[out_of_range]: 0 is too little; at least 1
     --> stack.yaml:3:82
      |
    3 |   jobs: { name: "a b", dealy: 5, redrive: { dead_letter: ded, max_receive_count: 0 } }
      |                                                                                  ^
      |
      = in: queues.jobs

    error[retention_days]: CloudWatch Logs keeps events for certain numbers of days, and 8 is none of them
     --> stack.yaml:6:24
      |
    6 |   l: { retention_days: 8 }
      |                        ^
      |
      = in: log_groups.l
      = help: the nearest is 7

    error[missing_key]: `trust` is missing
     --> stack.yaml:8:6
      |
    8 |   r: {}
      |      ^
      |
      = in: roles.r
      = help: Who may assume the role, as IAM writes it.

    6 errors
    "#);
}

#[test]
fn a_right_on_the_default_bus_is_granted_by_its_name_and_only_where_a_bus_stands() {
    let text = |grant: &str| {
        format!(
            "stack: shop\ntables: {{ t: {{ partition_key: PK, stream: new_image }} }}\nqueues: {{ q: {{}} }}
pipes: {{ p: {{ source: {{ table: t, starting_position: latest }}, target: {{ queue: q }}, grants: [ {grant} ] }} }}\n"
        )
    };
    let (graph, findings) = compile(&text("{ bus: default, access: publish }"));
    assert_eq!(findings, "");
    let role = &graph.resources[&"pipes.p/role".parse().unwrap()];
    let statements = role.properties.at("Policies.gatewayctl.Statement").and_then(Value::as_list).unwrap();
    let expected = value!({
        "Effect": "Allow", "Action": ["events:PutEvents"],
        "Resource": "arn:aws:events:eu-west-1:123456789012:event-bus/default",
    });
    assert!(statements.contains(&expected), "{statements:?}");
    let (_, findings) = compile(&text("{ queue: default, access: send }"));
    assert!(findings.contains("unknown queue `default`"), "{findings}");
    let (_, findings) = compile(&text("{ queue: q, actions: [sqs:SendMessage, SendMessage, '*'] }"));
    for action in ["SendMessage", "*"] {
        assert!(findings.contains(&format!("`{action}` is no action of a service")), "{findings}");
    }
    assert_eq!(findings.matches("error[").count(), 2, "{findings}");
}

#[test]
fn what_a_document_of_a_policy_must_have_is_asked_for_before_any_call() {
    let (_, findings) = compile(
        "
stack: shop
queues: { q: { policy: { s: { Effect: Allow, Action: sqs:SendMessage } } } }
roles:
  none: { trust: { Version: \"2012-10-17\" } }
  empty: { trust: { Statement: [] } }
  one: { trust: { Statement: { Effect: Allow, Principal: { Service: x.amazonaws.com }, Action: sts:AssumeRole } } }
",
    );
    assert_eq!(findings.matches("error[incomplete_statement]: this statement lacks `Principal`").count(), 1);
    assert_eq!(findings.matches("error[no_statements]").count(), 2, "{findings}");
    assert!(!findings.contains("roles.one"), "{findings}");
}

#[test]
fn the_url_of_a_function_without_one_is_said_before_any_call() {
    let stack = |url: &str| {
        compile(&format!(
            "stack: shop
functions: {{ f: {{ code: stacks/serverless-event-gateway/functions/orders, handler: h, runtime: r{url} }} }}
outputs: {{ u: \"${{functions.f.url}}\" }}\n"
        ))
    };
    let (_, findings) = stack("");
    assert!(
        findings.contains("error[no_output]: `functions.f` has no `url` as it is declared"),
        "{findings}"
    );
    assert!(findings.contains("declare its `url`"), "{findings}");
    assert_eq!(stack(", url: { auth: iam }").1, "");
}

#[test]
fn reserved_tags_are_refused_where_they_stand() {
    let (_, findings) = compile(
        "stack: shop\ntags: { \"aws:x\": y }\nqueues:\n  jobs: { tags: { \"gatewayctl:owner\": me, team: a } }\n",
    );
    insta::assert_snapshot!(findings, @r#"
    error[reserved_tag]: tags that begin with `aws:` belong to AWS
     --> stack.yaml:2:9
      |
    2 | tags: { "aws:x": y }
      |         ^^^^^^^
      |
      = help: give the tag another name

    error[reserved_tag]: tags that begin with `gatewayctl:` belong to the marks of this program
     --> stack.yaml:4:39
      |
    4 |   jobs: { tags: { "gatewayctl:owner": me, team: a } }
      |                                       ^^
      |
      = in: queues.jobs
      = help: give the tag another name

    2 errors
    "#);
}

#[test]
fn two_rules_of_one_name_are_found_however_their_bus_is_named() {
    let rule = "pattern: { source: [a] }, name: dup";
    let (_, findings) = compile(&format!(
        "stack: shop\nbuses: {{ a: {{}}, b: {{}} }}\nrules:\n  r1: {{ bus: a, {rule} }}\n  r2: {{ bus: \"arn:aws:events:eu-west-1:123456789012:event-bus/shop-a\", {rule} }}\n  r3: {{ bus: b, {rule} }}\n"
    ));
    assert!(findings.contains("`rules.r1` and `rules.r2` would both be the rule `dup`"), "{findings}");
    assert!(!findings.contains("rules.r3` would"), "{findings}");
}
