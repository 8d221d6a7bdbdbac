//! Where queues and topics that keep order (FIFO) can stand, and what they ask for: said before AWS
//! refuses it, or takes it and delivers nothing. One table, over the ARNs of a whole graph.

use crate::engine::{Graph, Resource, Value};
use crate::source::{Diagnostic, Findings};

/// What a member that leads to a queue or a topic asks of it.
#[derive(Debug)]
enum Asks {
    /// One that keeps no order.
    Standard,
    /// One that keeps order exactly if what this member names does: the resource itself, or what it is of.
    Alike(&'static str),
    /// One that keeps no order, if what this member names keeps none.
    NoMore(&'static str),
    /// A queue that keeps order needs the group of each message in this member, and what tells copies
    /// apart: in a second member, or by the content.
    Group { group: &'static str, copy: Option<&'static str> },
    /// One that keeps order gives ten messages at once at most: this member.
    Batch(&'static str),
}

/// The most messages of a batch of a FIFO queue.
const MOST: i64 = 10;

/// A member of a kind that leads somewhere, and what it asks of it.
struct Lead {
    kind: &'static str,
    /// Its path, general: `Targets[].Arn`, `Aliases.*.Arn`.
    path: &'static str,
    service: &'static str,
    asks: Asks,
}

const fn lead(kind: &'static str, path: &'static str, service: &'static str, asks: Asks) -> Lead {
    Lead { kind, path, service, asks }
}

static LEADS: &[Lead] = &[
    lead("buses", "DeadLetterConfig.Arn", "sqs", Asks::Standard),
    lead("functions", "Aliases.*.AsyncInvoke.DestinationConfig.OnFailure.Destination", "", Asks::Standard),
    lead("functions", "Aliases.*.AsyncInvoke.DestinationConfig.OnSuccess.Destination", "", Asks::Standard),
    lead("functions", "AsyncInvoke.DestinationConfig.OnFailure.Destination", "", Asks::Standard),
    lead("functions", "AsyncInvoke.DestinationConfig.OnSuccess.Destination", "", Asks::Standard),
    lead("functions", "DeadLetterConfig.TargetArn", "", Asks::Standard),
    lead("pipes", "Source", "sqs", Asks::Batch("SourceParameters.SqsQueueParameters.BatchSize")),
    lead("pipes", "SourceParameters.DynamoDBStreamParameters.DeadLetterConfig.Arn", "", Asks::Standard),
    lead("pipes", "SourceParameters.KinesisStreamParameters.DeadLetterConfig.Arn", "", Asks::Standard),
    lead(
        "pipes",
        "Target",
        "sqs",
        Asks::Group {
            group: "TargetParameters.SqsQueueParameters.MessageGroupId",
            copy: Some("TargetParameters.SqsQueueParameters.MessageDeduplicationId"),
        },
    ),
    lead("pipes", "Target", "sns", Asks::Standard),
    lead("queues", "Attributes.RedrivePolicy.deadLetterTargetArn", "sqs", Asks::Alike("QueueName")),
    lead("rules", "Targets[].Arn", "sns", Asks::Standard),
    lead("rules", "Targets[].Arn", "sqs", Asks::Group { group: "SqsParameters.MessageGroupId", copy: None }),
    lead("rules", "Targets[].DeadLetterConfig.Arn", "sqs", Asks::Standard),
    lead("schedules", "Target.Arn", "sns", Asks::Standard),
    lead(
        "schedules",
        "Target.Arn",
        "sqs",
        Asks::Group { group: "Target.SqsParameters.MessageGroupId", copy: None },
    ),
    lead("schedules", "Target.DeadLetterConfig.Arn", "sqs", Asks::Standard),
    lead("subscriptions", "Endpoint", "sqs", Asks::NoMore("TopicArn")),
    lead("subscriptions", "Attributes.RedrivePolicy.deadLetterTargetArn", "sqs", Asks::Alike("TopicArn")),
    lead("triggers", "EventSourceArn", "sqs", Asks::Batch("BatchSize")),
    lead("triggers", "DestinationConfig.OnFailure.Destination", "", Asks::Standard),
];

/// Looks at every such member of a graph whose derived outputs are known.
pub fn check(graph: &Graph, findings: &mut Findings) {
    for resource in graph.resources.values() {
        for lead in LEADS.iter().filter(|lead| lead.kind == resource.kind) {
            visit(
                &resource.properties,
                lead.path,
                String::new(),
                &resource.properties,
                &mut |arn, path, beside| {
                    if let Some(finding) = wrong(lead, arn, path, beside, resource, graph) {
                        findings.push(finding);
                    }
                },
            );
        }
    }
}

/// Calls for each value under a general path: with its text, its path, and the object that the path
/// begins in anew (an item of a list, or the whole).
fn visit<'a>(
    value: &'a Value,
    rest: &str,
    path: String,
    beside: &'a Value,
    found: &mut dyn FnMut(&'a str, &str, &'a Value),
) {
    if rest.is_empty() {
        if let Some(text) = value.as_str() {
            found(text, &path, beside);
        }
        return;
    }
    if let Some(rest) = rest.strip_prefix("[]") {
        for (i, item) in value.as_list().unwrap_or_default().iter().enumerate() {
            let name = item.text_at("Id").map_or_else(|| i.to_string(), str::to_owned);
            visit(item, rest.trim_start_matches('.'), format!("{path}[{name}]"), item, found);
        }
        return;
    }
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let (step, rest) = (&rest[..end], rest[end..].trim_start_matches('.'));
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    for (key, inner) in value.as_map().into_iter().flatten() {
        if step == "*" || key == step {
            visit(inner, rest, below(key), beside, found);
        }
    }
}

/// Whether an ARN, or a name, is of something that keeps order.
fn keeps_order(arn: &str) -> bool {
    arn.ends_with(".fifo")
}

fn wrong(
    lead: &Lead,
    arn: &str,
    path: &str,
    beside: &Value,
    resource: &Resource,
    graph: &Graph,
) -> Option<Diagnostic> {
    let service = arn.split(':').nth(2).filter(|service| ["sqs", "sns"].contains(service))?;
    if !lead.service.is_empty() && lead.service != service {
        return None;
    }
    let what = if service == "sqs" { "queue" } else { "topic" };
    let own = |member: &str| resource.properties.text_at(member).is_some_and(keeps_order);
    let mut at = path;
    let (message, help) = match &lead.asks {
        Asks::Standard if keeps_order(arn) => (
            format!("only a standard {what} can stand here, and this is a FIFO one"),
            "name another one".into(),
        ),
        Asks::Alike(named) if keeps_order(arn) != own(named) => {
            let (this, other) = if own(named) { ("FIFO", "standard") } else { ("standard", "FIFO") };
            (
                format!(
                    "what is dead in a {this} queue or topic goes to a {this} queue, and this is a {other} one"
                ),
                format!("name a queue {} `fifo: true`", if this == "FIFO" { "with" } else { "without" }),
            )
        }
        Asks::NoMore(named) if keeps_order(arn) && !own(named) => (
            format!("a standard topic delivers to no FIFO {what}"),
            "give the topic `fifo: true`, or name a standard queue".into(),
        ),
        Asks::Group { group, .. } if keeps_order(arn) && beside.at(group).is_none() => (
            "a message to a FIFO queue has a group".into(),
            "write `message_group_id: …` beside it: messages of one group keep their order".into(),
        ),
        Asks::Group { copy, .. } if keeps_order(arn) && copy.is_none_or(|copy| beside.at(copy).is_none()) => {
            let name = arn.rsplit(':').next()?;
            let by_content = graph.resources.values().find(|one| one.kind == "queues" && one.name == name)?;
            if by_content.properties.at("Attributes.ContentBasedDeduplication").and_then(Value::as_bool)
                == Some(true)
            {
                return None;
            }
            let beside = if copy.is_some() { ", or `message_deduplication_id: …` beside this" } else { "" };
            (
                format!("nothing tells a message to {} from its copies", by_content.address),
                format!("write `content_based_deduplication: true` on the queue{beside}"),
            )
        }
        Asks::Batch(size) if keeps_order(arn) && beside.at(size).and_then(Value::as_i64) > Some(MOST) => {
            at = size;
            (format!("a batch of a FIFO queue has at most {MOST} messages"), format!("write {MOST} or less"))
        }
        _ => return None,
    };
    let at = resource.places.get(at).copied().unwrap_or(resource.declared);
    Some(Diagnostic::error("order", message).at(at).help(help).address(resource.address.to_string()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::LEADS;
    use crate::compile::testing::compile;

    /// A stack with what others are led to, and more.
    fn found(more: &str) -> String {
        let (_, findings) = compile(&format!(
            r#"
stack: shop
queues: {{ plain: {{}}, ordered: {{ fifo: true }}, content: {{ fifo: true, content_based_deduplication: true }}{} }}
topics: {{ plain: {{}}, ordered: {{ fifo: true }}{} }}
{}"#,
            part(more, "queues"),
            part(more, "topics"),
            part(more, "rest"),
        ));
        findings
    }

    /// What a test adds to queues, to topics, and below.
    fn part<'a>(more: &'a str, of: &str) -> &'a str {
        match more.split_once(": ").filter(|(key, _)| ["queues", "topics"].contains(key)) {
            Some((key, inner)) if key == of => inner,
            None if of == "rest" => more,
            _ => "",
        }
    }

    const WORK: &str = "functions: { work: { code: stacks/serverless-event-gateway/functions/orders, handler: a.b, runtime: python3.13, ";

    /// Each lead in a stack that is refused, and how it is right.
    const CASES: &[(&str, &str, &str)] = &[
        ("buses", "buses: { b: { dead_letter: ordered } }", "buses: { b: { dead_letter: plain } }"),
        ("functions", "WORK dead_letter: { queue: ordered } } }", "WORK dead_letter: { queue: plain } } }"),
        ("functions", "WORK dead_letter: { topic: ordered } } }", "WORK dead_letter: { topic: plain } } }"),
        (
            "functions",
            "WORK async_invoke: { on_failure: { queue: ordered } } } }",
            "WORK async_invoke: { on_failure: { queue: plain } } } }",
        ),
        (
            "functions",
            "WORK async_invoke: { on_success: { topic: ordered } } } }",
            "WORK async_invoke: { on_success: { topic: plain } } } }",
        ),
        (
            "functions",
            "WORK aliases: { live: { async_invoke: { on_failure: { queue: ordered } } } } } }",
            "WORK aliases: { live: { async_invoke: { on_failure: { queue: plain } } } } } }",
        ),
        (
            "functions",
            "WORK aliases: { live: { async_invoke: { on_success: { topic: ordered } } } } } }",
            "WORK aliases: { live: { async_invoke: { on_success: { topic: plain } } } } } }",
        ),
        (
            "pipes",
            "streams: { s: {} }\npipes: { p: { source: { stream: s, starting_position: latest, dead_letter: ordered }, target: { queue: plain } } }",
            "streams: { s: {} }\npipes: { p: { source: { stream: s, starting_position: latest, dead_letter: plain }, target: { queue: plain } } }",
        ),
        (
            "pipes",
            "tables: { t: { partition_key: id, stream: new_image } }\npipes: { p: { source: { table: t, starting_position: latest, dead_letter: ordered }, target: { queue: plain } } }",
            "tables: { t: { partition_key: id, stream: new_image } }\npipes: { p: { source: { table: t, starting_position: latest, dead_letter: plain }, target: { queue: plain } } }",
        ),
        (
            "pipes",
            "WORK } }\npipes: { p: { source: { queue: ordered, batch_size: 11, maximum_batching_window: 1s }, target: { function: work } } }",
            "WORK } }\npipes: { p: { source: { queue: ordered, batch_size: 10 }, target: { function: work } } }",
        ),
        (
            "pipes",
            "pipes: { p: { source: { queue: plain }, target: { queue: content } } }",
            "pipes: { p: { source: { queue: plain }, target: { queue: content, message_group_id: all } } }",
        ),
        (
            "pipes",
            "pipes: { p: { source: { queue: plain }, target: { queue: ordered, message_group_id: all } } }",
            "pipes: { p: { source: { queue: plain }, target: { queue: ordered, message_group_id: all, message_deduplication_id: $.messageId } } }",
        ),
        (
            "pipes",
            "pipes: { p: { source: { queue: plain }, target: { topic: ordered } } }",
            "pipes: { p: { source: { queue: plain }, target: { topic: plain } } }",
        ),
        (
            "queues",
            "queues: , jobs: { redrive: { dead_letter: ordered, max_receive_count: 3 } }",
            "queues: , jobs: { redrive: { dead_letter: plain, max_receive_count: 3 } }",
        ),
        (
            "queues",
            "queues: , jobs: { fifo: true, redrive: { dead_letter: plain, max_receive_count: 3 } }",
            "queues: , jobs: { fifo: true, redrive: { dead_letter: ordered, max_receive_count: 3 } }",
        ),
        (
            "rules",
            "rules: { r: { pattern: { source: [a] }, targets: { t: { topic: ordered } } } }",
            "rules: { r: { pattern: { source: [a] }, targets: { t: { topic: plain } } } }",
        ),
        (
            "rules",
            "rules: { r: { pattern: { source: [a] }, targets: { t: { queue: content } } } }",
            "rules: { r: { pattern: { source: [a] }, targets: { t: { queue: content, message_group_id: all } } } }",
        ),
        (
            "rules",
            "rules: { r: { pattern: { source: [a] }, targets: { t: { queue: ordered, message_group_id: all } } } }",
            "rules: { r: { pattern: { source: [a] }, targets: { t: { queue: plain, message_group_id: all } } } }",
        ),
        (
            "rules",
            "rules: { r: { pattern: { source: [a] }, targets: { t: { queue: plain, dead_letter: ordered } } } }",
            "rules: { r: { pattern: { source: [a] }, targets: { t: { queue: plain, dead_letter: plain } } } }",
        ),
        (
            "schedules",
            "schedules: { s: { schedule: rate(1 day), target: { topic: ordered } } }",
            "schedules: { s: { schedule: rate(1 day), target: { topic: plain } } }",
        ),
        (
            "schedules",
            "schedules: { s: { schedule: rate(1 day), target: { queue: content } } }",
            "schedules: { s: { schedule: rate(1 day), target: { queue: content, message_group_id: all } } }",
        ),
        (
            "schedules",
            "schedules: { s: { schedule: rate(1 day), target: { queue: plain, dead_letter: ordered } } }",
            "schedules: { s: { schedule: rate(1 day), target: { queue: plain, dead_letter: plain } } }",
        ),
        (
            "subscriptions",
            "topics: , news: { subscriptions: { s: { queue: ordered } } }",
            "topics: , news: { fifo: true, subscriptions: { s: { queue: ordered } } }",
        ),
        (
            "subscriptions",
            "topics: , news: { subscriptions: { s: { queue: plain, dead_letter: ordered } } }",
            "topics: , news: { subscriptions: { s: { queue: plain, dead_letter: plain } } }",
        ),
        (
            "triggers",
            "WORK triggers: { s: { queue: ordered, batch_size: 11, maximum_batching_window: 1s } } } }",
            "WORK triggers: { s: { queue: ordered, batch_size: 10 } } } }",
        ),
        (
            "triggers",
            "streams: { s: {} }\nWORK triggers: { s: { stream: s, starting_position: latest, on_failure: { queue: ordered } } } } }",
            "streams: { s: {} }\nWORK triggers: { s: { stream: s, starting_position: latest, on_failure: { queue: plain } } } } }",
        ),
    ];

    #[test]
    fn a_fifo_queue_or_topic_stands_only_where_aws_takes_one() {
        let mut places = BTreeSet::new();
        for (kind, wrong, right) in CASES {
            let (wrong, right) = (wrong.replace("WORK ", WORK), right.replace("WORK ", WORK));
            let findings = found(&wrong);
            assert!(
                findings.starts_with("error[order]") && findings.ends_with("1 error\n"),
                "{wrong}\n{findings}"
            );
            assert_eq!(found(&right), "", "{right}");
            places.insert(*kind);
        }
        assert_eq!(places, LEADS.iter().map(|lead| lead.kind).collect());
    }

    #[test]
    fn each_asks_with_the_place_and_the_words() {
        let told = |text: &str| found(&text.replace("WORK ", WORK));
        insta::assert_snapshot!(told(CASES[0].1), @"
        error[order]: only a standard queue can stand here, and this is a FIFO one
         --> stack.yaml:5:28
          |
        5 | buses: { b: { dead_letter: ordered } }
          |                            ^^^^^^^
          |
          = in: buses.b
          = help: name another one

        1 error
        ");
        insta::assert_snapshot!(told(CASES[10].1), @"
        error[order]: a message to a FIFO queue has a group
         --> stack.yaml:5:58
          |
        5 | pipes: { p: { source: { queue: plain }, target: { queue: content } } }
          |                                                          ^^^^^^^
          |
          = in: pipes.p
          = help: write `message_group_id: …` beside it: messages of one group keep their order

        1 error
        ");
        insta::assert_snapshot!(told(CASES[13].1), @"
        error[order]: what is dead in a standard queue or topic goes to a standard queue, and this is a FIFO one
         --> stack.yaml:3:139
          |
        3 | …sed_deduplication: true }, jobs: { redrive: { dead_letter: ordered, max_receive_count: 3 } } }
          |                                                             ^^^^^^^
          |
          = in: queues.jobs
          = help: name a queue without `fifo: true`

        1 error
        ");
        insta::assert_snapshot!(told(CASES[15].1), @"
        error[order]: only a standard topic can stand here, and this is a FIFO one
         --> stack.yaml:5:64
          |
        5 | rules: { r: { pattern: { source: [a] }, targets: { t: { topic: ordered } } } }
          |                                                                ^^^^^^^
          |
          = in: rules.r
          = help: name another one

        1 error
        ");
        insta::assert_snapshot!(told(CASES[18].1), @"
        error[order]: only a standard queue can stand here, and this is a FIFO one
         --> stack.yaml:5:84
          |
        5 | …s: { r: { pattern: { source: [a] }, targets: { t: { queue: plain, dead_letter: ordered } } } }
          |                                                                                 ^^^^^^^
          |
          = in: rules.r
          = help: name another one

        1 error
        ");
    }
}
