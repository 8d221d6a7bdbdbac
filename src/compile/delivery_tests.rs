//! `dead_letters` and `retry` at the top of a stack.

use super::testing::{compile, compile_with};
use crate::engine::{Graph, Value};

fn at<'g>(graph: &'g Graph, address: &str, path: &str) -> Option<&'g Value> {
    graph.resources[&address.parse().unwrap()].properties.at(path)
}

fn shown(graph: &Graph, address: &str, path: &str) -> String {
    at(graph, address, path).map_or("nothing".into(), |value| value.to_shown_json().to_string())
}

const TWO_RULES: &str = "\
stack: shop
dead_letters: auto
retry: { attempts: 200, max_age: 2d }
tables: { orders: { partition_key: id, stream: new_image } }
buses: { shop: {} }
queues: { jobs: {}, own: {} }
rules:
  a: { bus: shop, pattern: { source: [a] }, targets: { t: { queue: jobs } } }
  b: { bus: shop, pattern: { source: [b] }, targets: { t: { bus: default } } }
  named: { bus: shop, pattern: { source: [c] }, targets: { t: { queue: jobs, dead_letter: own, retry: { attempts: 3 } } } }
  bare: { bus: shop, pattern: { source: [d] }, targets: { t: { queue: jobs, dead_letter: none, retry: none } } }
pipes:
  p: { source: { table: orders, starting_position: latest, batch_size: 1 }, target: { queue: jobs } }
  q: { source: { queue: own, batch_size: 1 }, target: { queue: jobs } }
";

#[test]
fn every_delivery_that_names_no_dead_letter_queue_gets_the_shared_one() {
    let (graph, findings) = compile(TWO_RULES);
    assert_eq!(findings, "");
    const SHARED: &str = "arn:aws:sqs:eu-west-1:123456789012:shop-dead-letters";
    let target = |rule: &str| at(&graph, rule, "Targets").and_then(Value::as_list).unwrap()[0].clone();
    for rule in ["rules.a", "rules.b"] {
        assert_eq!(target(rule).text_at("DeadLetterConfig.Arn"), Some(SHARED), "{rule}");
    }
    let named = target("rules.named");
    assert!(named.text_at("DeadLetterConfig.Arn").is_some_and(|arn| arn.ends_with(":shop-own")));
    assert_eq!(named.at("RetryPolicy").unwrap().to_shown_json().to_string(), r#"{"MaximumRetryAttempts":3}"#);
    let bare = target("rules.bare");
    assert_eq!((bare.get("DeadLetterConfig"), bare.get("RetryPolicy")), (None, None));
    assert_eq!(shown(&graph, "queues.dead-letters", "Attributes"), r#"{"MessageRetentionPeriod":1209600}"#);
    // What takes less than the stack says gets the most that it takes.
    let retry = target("rules.a").at("RetryPolicy").unwrap().to_shown_json().to_string();
    assert_eq!(retry, r#"{"MaximumRetryAttempts":185,"MaximumEventAgeInSeconds":86400}"#);
    let stream = shown(&graph, "pipes.p", "SourceParameters.DynamoDBStreamParameters");
    insta::assert_snapshot!(stream, @r#"{"StartingPosition":"LATEST","BatchSize":1,"DeadLetterConfig":{"Arn":"arn:aws:sqs:eu-west-1:123456789012:shop-dead-letters"},"MaximumRetryAttempts":200,"MaximumRecordAgeInSeconds":172800}"#);
    assert_eq!(shown(&graph, "pipes.q", "SourceParameters.SqsQueueParameters"), r#"{"BatchSize":1}"#);
}

#[test]
fn the_shared_queue_lets_in_all_of_its_users_by_one_statement() {
    let (graph, _) = compile(TWO_RULES);
    insta::assert_snapshot!(shown(&graph, "queues.dead-letters/policy/events", "Statement"), @r#"{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"},"ArnLike":{"aws:SourceArn":"arn:aws:events:eu-west-1:123456789012:rule/shop-shop/*"}}}"#);
    let waits = |address: &str| {
        let edges = &graph.resources[&address.parse().unwrap()].edges;
        edges.iter().any(|edge| edge.to.to_string() == "queues.dead-letters/policy/events")
    };
    assert!(waits("rules.a") && waits("rules.b") && !waits("rules.named"));
    assert!(shown(&graph, "pipes.p/role", "Policies").contains(":shop-dead-letters"));
}

// What invokes a function asynchronously is a delivery, to it and to each of its aliases; a trigger is one if it
// reads a table or a stream.
#[test]
fn functions_and_their_triggers_take_the_stacks_defaults_too() {
    const CODE: &str =
        "code: stacks/serverless-event-gateway/functions/orders, handler: index.handler, runtime: python3.13";
    let text = format!(
        "stack: shop\ndead_letters: auto\nretry: {{ attempts: 5, max_age: 2d }}\nqueues: {{ jobs: {{}}, own: {{}} }}\nstreams: {{ clicks: {{}} }}\nfunctions:\n  \
         a: {{ {CODE}, aliases: {{ live: {{}} }}, triggers: {{ q: {{ queue: jobs }}, s: {{ stream: clicks, starting_position: latest }} }} }}\n  \
         b: {{ {CODE}, dead_letter: none, async_invoke: {{ retry: none }}, triggers: {{ s: {{ stream: clicks, starting_position: latest, retry: none, on_failure: none }} }} }}\n  \
         c: {{ {CODE}, dead_letter: {{ queue: own }}, async_invoke: {{ on_failure: {{ queue: own }} }} }}\n"
    );
    let (graph, findings) = compile(&text);
    assert_eq!(findings, "");
    const SHARED: &str = "arn:aws:sqs:eu-west-1:123456789012:shop-dead-letters";
    const TRIED: &str = r#"{"MaximumRetryAttempts":2,"MaximumEventAgeInSeconds":21600}"#;
    assert_eq!(shown(&graph, "functions.a", "DeadLetterConfig.TargetArn"), format!("\"{SHARED}\""));
    assert_eq!(shown(&graph, "functions.a", "AsyncInvoke"), TRIED);
    assert_eq!(shown(&graph, "functions.a", "Aliases.live.AsyncInvoke"), TRIED);
    let stream = &graph.resources[&"functions.a/trigger/s".parse().unwrap()].properties;
    assert_eq!(stream.text_at("DestinationConfig.OnFailure.Destination"), Some(SHARED));
    assert_eq!(stream.get("MaximumRetryAttempts"), Some(&Value::from(5)));
    assert_eq!(stream.get("MaximumRecordAgeInSeconds"), Some(&Value::from(172_800)));
    let queue = &graph.resources[&"functions.a/trigger/q".parse().unwrap()].properties;
    assert_eq!((queue.get("DestinationConfig"), queue.get("MaximumRetryAttempts")), (None, None));
    for path in ["DeadLetterConfig", "AsyncInvoke.MaximumRetryAttempts"] {
        assert_eq!(at(&graph, "functions.b", path), None, "{path}");
    }
    let bare = &graph.resources[&"functions.b/trigger/s".parse().unwrap()].properties;
    assert_eq!((bare.get("DestinationConfig"), bare.get("MaximumRetryAttempts")), (None, None));
    assert!(shown(&graph, "functions.c", "DeadLetterConfig").contains(":shop-own"));
    assert_eq!(shown(&graph, "functions.c", "AsyncInvoke.MaximumRetryAttempts"), "2");
    assert!(shown(&graph, "functions.a/role", "Policies").contains(SHARED));
    assert!(!shown(&graph, "functions.b/role", "Policies").contains(SHARED));
}

#[test]
fn a_stack_may_declare_the_shared_queue_itself_or_name_another() {
    let (graph, findings) = compile(
        "stack: shop\ndead_letters: auto\nqueues: { jobs: {}, dead-letters: { name: lost } }\nbuses: { shop: {} }\nrules:\n  a: { bus: shop, pattern: { source: [a] }, targets: { t: { queue: jobs } } }\n",
    );
    assert_eq!(findings, "");
    assert!(shown(&graph, "rules.a", "Targets").contains(":lost\""));
    for written in ["lost", "queues.lost", "${queues.lost.arn}", "'${parameters.lost}'"] {
        let text = format!(
            "stack: shop\ndead_letters: {written}\nparameters: {{ lost: {{ default: lost }} }}\nqueues: {{ jobs: {{}}, lost: {{}} }}\nbuses: {{ shop: {{}} }}\nrules:\n  a: {{ bus: shop, pattern: {{ source: [a] }}, targets: {{ t: {{ queue: jobs }} }} }}\n",
        );
        let (graph, findings) = compile(&text);
        assert_eq!(findings, "", "{written}");
        assert!(shown(&graph, "rules.a", "Targets").contains(":shop-lost\""), "{written}");
        assert!(!graph.resources.contains_key(&"queues.dead-letters".parse().unwrap()));
    }
}

#[test]
fn deliveries_of_a_component_mean_the_stacks_queue() {
    let (graph, findings) = compile(
        "stack: shop\ndead_letters: auto\nbuses: { shop: {} }\ncomponents:\n  crm:\n    for_each: [acme]\n    queues: { jobs: {}, dead-letters: {} }\n    rules:\n      a: { bus: shop, pattern: { source: [a] }, targets: { t: { queue: jobs } } }\n      b: { bus: shop, pattern: { source: [b] }, targets: { t: { queue: jobs, dead_letter: '${stack.queues.dead-letters}' } } }\n",
    );
    assert_eq!(findings, "");
    for rule in ["crm.acme.rules.a", "crm.acme.rules.b"] {
        assert!(shown(&graph, rule, "Targets").contains(":shop-dead-letters\""), "{rule}");
    }
}

#[test]
fn an_environment_may_do_without_what_the_stack_says() {
    let text = "stack: shop\ndead_letters: auto\nretry: { attempts: 1 }\nqueues: { jobs: {} }\nbuses: { shop: {} }\nrules:\n  a: { bus: shop, pattern: { source: [a] }, targets: { t: { queue: jobs } } }\nenvironments: { dev: { dead_letters: none, retry: null } }\n";
    let (graph, findings) = compile_with(text, |inputs| inputs.env = Some("dev".into()));
    assert_eq!(findings, "");
    let graph = graph.unwrap();
    let targets = shown(&graph, "rules.a", "Targets");
    assert!(!targets.contains("DeadLetter") && !targets.contains("Retry"), "{targets}");
}

#[test]
fn what_is_wrong_with_them_is_said_where_they_stand() {
    let (_, findings) = compile(
        "stack: shop\ndead_letters: nowhere\nretry: { attempt: 1, attempts: -1, max_age: 5s }\nqueues: { jobs: {} }\nbuses: { shop: {} }\nrules:\n  a: { bus: shop, pattern: { source: [a] }, targets: { t: { queue: jobs } } }\n",
    );
    insta::assert_snapshot!(findings, @"
    error[unknown_reference]: unknown queue `nowhere`
     --> stack.yaml:2:15
      |
    2 | dead_letters: nowhere
      |               ^^^^^^^
      |
      = in: rules.a
      = help: declared under `queues` are `jobs`

    error[unknown_key]: unknown key `attempt`; did you mean `attempts`?
     --> stack.yaml:3:10
      |
    3 | retry: { attempt: 1, attempts: -1, max_age: 5s }
      |          ^^^^^^^

    error[out_of_range]: -1 is too little; at least 0
     --> stack.yaml:3:32
      |
    3 | retry: { attempt: 1, attempts: -1, max_age: 5s }
      |                                ^^

    error[out_of_range]: 5 seconds is too little; at least 60 seconds
     --> stack.yaml:3:45
      |
    3 | retry: { attempt: 1, attempts: -1, max_age: 5s }
      |                                             ^^

    4 errors
    ");
    let (_, findings) = compile("stack: shop\ndead_letters: [auto]\nretry: 3\nqueues: { jobs: {} }\n");
    insta::assert_snapshot!(findings, @"
    error[wrong_shape]: expected `auto` or a queue, found a list
     --> stack.yaml:2:15
      |
    2 | dead_letters: [auto]
      |               ^
      |
      = help: `dead_letters: auto` makes one queue for every delivery that names none

    error[wrong_shape]: expected a map, found a number
     --> stack.yaml:3:8
      |
    3 | retry: 3
      |        ^

    2 errors
    ");
}
