//! `source`: what a pipe reads, and the rights for it.

use crate::engine::field::{Field, RefTo, TEXT};
use crate::engine::{Address, Form, Value, Variant};
use crate::flow::pattern::{self, PatternKind};
use crate::kinds::{Lowering, Manner, RoleFor, key_of, time};
use crate::source::{Entry, Node, Span};
use crate::spec::Sugar;
use crate::value;

use super::fields;

/// The most filters of a pipe.
const MOST_FILTERS: usize = 5;
const FILTERS: &str = "SourceParameters.FilterCriteria.Filters";

/// A kind of source.
pub struct SourceKind {
    pub key: &'static str,
    to: RefTo,
    pub block: &'static str,
    pub rows: &'static [Field],
    /// What it has instead of `retry` and `dead_letter`; empty if it takes both.
    instead: &'static str,
    /// The rights that reading it takes, given its ARN, its address and its parameters.
    grant: fn(&mut Lowering<'_>, &RoleFor, &Value, Option<&Address>, &Value),
    /// What AWS refuses in its parameters.
    check: fn(&mut Lowering<'_>, &SourceKind, &mut Value, &[Sugar]),
}

pub const KINDS: &[SourceKind] = &[
    SourceKind {
        key: "table",
        to: RefTo::checked(&["tables"], "stream_arn"),
        block: "SourceParameters.DynamoDBStreamParameters",
        rows: fields::TABLE,
        instead: "",
        grant: |own, role, stream, table, _| own.grant_table_stream(role, stream, table),
        check: |_, _, _, _| {},
    },
    SourceKind {
        key: "stream",
        to: RefTo::checked(&["streams"], "arn"),
        block: "SourceParameters.KinesisStreamParameters",
        rows: fields::STREAM,
        instead: "",
        grant: |own, role, stream, _, _| own.grant_consume(role, "stream", stream),
        check: timestamp,
    },
    SourceKind {
        key: "queue",
        to: RefTo::checked(&["queues"], "arn"),
        block: "SourceParameters.SqsQueueParameters",
        rows: fields::QUEUE,
        instead: "a queue counts receives itself: declare `redrive: { dead_letter: …, max_receive_count: … }` on the queue",
        grant: |own, role, queue, _, _| own.grant_consume(role, "queue", queue),
        check: |_, _, _, _| {},
    },
    SourceKind {
        key: "msk",
        to: RefTo::unchecked(&["msk"], "arn"),
        block: "SourceParameters.ManagedStreamingKafkaParameters",
        rows: fields::MSK,
        instead: "a batch of a topic is tried again until it succeeds or its records expire; take it away",
        grant: grant_msk,
        check: credentials,
    },
    SourceKind {
        key: "self_managed_kafka",
        to: RefTo::unchecked(&["self_managed_kafka"], ""),
        block: "SourceParameters.SelfManagedKafkaParameters",
        rows: fields::KAFKA,
        instead: "a batch of a topic is tried again until it succeeds or its records expire; take it away",
        grant: grant_kafka,
        check: check_kafka,
    },
    SourceKind {
        key: "active_mq",
        to: RefTo::unchecked(&["active_mq"], "arn"),
        block: "SourceParameters.ActiveMQBrokerParameters",
        rows: fields::ACTIVE_MQ,
        instead: "a broker delivers again by its own policy, and has a dead-letter queue of its own; take it away",
        grant: |own, role, broker, _, block| grant_broker(own, role, "active_mq", broker, block),
        check: |_, _, _, _| {},
    },
    SourceKind {
        key: "rabbit_mq",
        to: RefTo::unchecked(&["rabbit_mq"], "arn"),
        block: "SourceParameters.RabbitMQBrokerParameters",
        rows: fields::RABBIT_MQ,
        instead: "a broker delivers again by its own policy, and has a dead-letter exchange of its own; take it away",
        grant: |own, role, broker, _, block| grant_broker(own, role, "rabbit_mq", broker, block),
        check: |_, _, _, _| {},
    },
];

/// How a source is written.
pub fn form() -> Form {
    let variant = |kind: &SourceKind| match kind.to.output {
        "" => Variant { key: kind.key, named: Form::Value(TEXT), beside: vec![kind.rows] },
        _ => Variant::reference(kind.key, kind.to, kind.rows),
    };
    Form::OneOf(KINDS.iter().map(variant).collect())
}

/// Keys that a stream takes and other sources do not.
const STREAMS_ONLY: &[&str] =
    &["retry", "dead_letter", "starting_position", "parallelization_factor", "on_partial_batch_item_failure"];

/// Lowers `source`. Gives the batch size that was declared, and where.
pub fn lower(own: &mut Lowering<'_>, role: Option<&RoleFor>) -> Option<(i64, Span)> {
    let (_, node) = own.take("source")?;
    let keys: Vec<&str> = KINDS.iter().map(|kind| kind.key).collect();
    let (found, named, rest) = own.kind_key(&node, &keys)?;
    let kind = KINDS.iter().find(|kind| kind.key == found)?;
    let rest = without_streams_only(own, kind, &rest);
    let (mut block, sugar) = own.decode(&rest, kind.rows, kind.block);
    (kind.check)(own, kind, &mut block, &sugar);
    own.set(kind.block, block, node.span);
    for part in &sugar {
        match part.key {
            "retry" => retry(own, &part.node, kind.block),
            "filters" => filters(own, part),
            _ => {}
        }
    }
    reference(own, kind, &named, role);
    let path = format!("{}.BatchSize", kind.block);
    let size = own.properties().at(&path).and_then(Value::as_i64)?;
    Some((size, own.place_of(&path)))
}

/// The ARN that is read, and the rights to.
fn reference(own: &mut Lowering<'_>, kind: &SourceKind, named: &Entry, role: Option<&RoleFor>) {
    let found = match kind.to.output {
        "" => broker(own, &named.value),
        _ => own.reference(&named.value, &kind.to),
    };
    let Some((arn, address)) = found else { return };
    if let (Some(text), "table") = (arn.as_str(), kind.key)
        && !text.contains("/stream/")
    {
        own.error(
            "no_stream",
            named.value.span,
            "this is the ARN of a table; a pipe reads its stream",
            "write the stream's ARN, which ends in `/stream/` and a time",
        );
        return;
    }
    if let Some(role) = role {
        let block = own.properties().at(kind.block).cloned().unwrap_or_default();
        (kind.grant)(own, role, &arn, address.as_ref(), &block);
        if let Some(dead) = block.at("DeadLetterConfig.Arn") {
            own.grant_invoke(role, key_of(dead).unwrap_or("queue"), Manner::Single, dead);
        }
    }
    own.set("Source", arn, named.value.span);
}

/// The first broker of one's own Kafka, as AWS writes it: `smk://host:port`.
fn broker(own: &mut Lowering<'_>, node: &Node) -> Option<(Value, Option<Address>)> {
    let text = own.known_text(node)?;
    let host = text.strip_prefix("smk://").unwrap_or(&text);
    if !is_broker(host) {
        let message = format!("`{text}` is no broker");
        own.error("wrong_shape", node.span, message, "write `host:port`, such as `kafka.example.com:9092`");
        return None;
    }
    Some((format!("smk://{host}").into(), None))
}

/// Whether a text is a broker of Kafka: `host:port`.
pub fn is_broker(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !name.starts_with('-')
            && !name.ends_with('-')
    };
    text.split_once(':').is_some_and(|(host, port)| {
        host.split('.').all(is_name)
            && (1..=5).contains(&port.len())
            && port.bytes().all(|b| b.is_ascii_digit())
    })
}

fn grant_broker(own: &mut Lowering<'_>, role: &RoleFor, key: &str, broker: &Value, block: &Value) {
    own.grant_consume(role, key, broker);
    own.grant_any_log(role);
    own.grant_secrets(role, secrets(block));
}

fn grant_msk(own: &mut Lowering<'_>, role: &RoleFor, cluster: &Value, _: Option<&Address>, block: &Value) {
    own.grant_consume(role, "msk", cluster);
    let secrets = secrets(block);
    if secrets.is_empty() {
        let topic = block.text_at("TopicName").unwrap_or("*");
        own.grant_msk_sign_in(role, cluster, topic, block.text_at("ConsumerGroupID"));
    }
    own.grant_secrets(role, secrets);
}

fn grant_kafka(own: &mut Lowering<'_>, role: &RoleFor, _: &Value, _: Option<&Address>, block: &Value) {
    if block.at("Vpc").is_some() {
        own.grant_network(role);
    }
    own.grant_secrets(role, secrets(block));
}

/// The secrets that a source's parameters name.
fn secrets(block: &Value) -> Vec<Value> {
    let credentials = block.get("Credentials").and_then(Value::as_map).into_iter().flatten();
    let named = credentials.map(|(_, secret)| secret).chain(block.get("ServerRootCaCertificate"));
    named.cloned().collect()
}

/// AWS takes one way to sign in.
fn credentials(own: &mut Lowering<'_>, kind: &SourceKind, block: &mut Value, _: &[Sugar]) {
    let ways = block.get("Credentials").and_then(Value::as_map).map_or(1, |ways| ways.len());
    if ways != 1 {
        let at = own.place_of(&format!("{}.Credentials", kind.block));
        own.error("credentials", at, "exactly one way to sign in stands here", "leave the others out");
    }
}

fn check_kafka(own: &mut Lowering<'_>, kind: &SourceKind, block: &mut Value, sugar: &[Sugar]) {
    const MOST_MORE: usize = 2;
    credentials(own, kind, block, sugar);
    let more = block.get("AdditionalBootstrapServers").and_then(Value::as_list).unwrap_or_default();
    for (i, server) in more.iter().enumerate() {
        let at = own.place_of(&format!("{}.AdditionalBootstrapServers[{i}]", kind.block));
        if i >= MOST_MORE {
            own.error("too_many_servers", at, "at most two more brokers stand here", "");
        } else if server.as_str().is_some_and(|server| !is_broker(server)) {
            own.error("wrong_shape", at, "this is no broker", "write `host:port`");
        }
    }
    for (member, most) in [("Subnets", 16), ("SecurityGroup", 5)] {
        let listed = block.at(&format!("Vpc.{member}")).and_then(Value::as_list);
        if listed.is_some_and(|list| !(1..=most).contains(&list.len())) {
            let at = own.place_of(&format!("{}.Vpc.{member}", kind.block));
            own.error("wrong_count", at, format!("one to {most} stand here"), "");
        }
    }
}

/// `starting_position_timestamp`, which stands beside `at_timestamp` and nowhere else.
fn timestamp(own: &mut Lowering<'_>, kind: &SourceKind, block: &mut Value, sugar: &[Sugar]) {
    let part = sugar.iter().find(|part| part.key == "starting_position_timestamp");
    let wanted = block.text_at("StartingPosition") == Some("AT_TIMESTAMP");
    match part {
        None if wanted => {
            let at = own.place_of(&format!("{}.StartingPosition", kind.block));
            own.error(
                "missing_key",
                at,
                "`starting_position_timestamp` is missing",
                "write the time from which records are read: `starting_position_timestamp: 2026-01-31T08:00:00Z`",
            );
        }
        Some(part) if !wanted => own.error(
            "no_timestamp",
            part.key_span,
            "this stands beside `starting_position: at_timestamp` alone",
            "take it away",
        ),
        Some(part) => {
            let Some(text) = own.known_text(&part.node) else { return };
            match time::seconds(&text) {
                Some(seconds) => {
                    let path = "StartingPositionTimestamp";
                    own.locate(&format!("{}.{path}", kind.block), part.node.span);
                    block.put(path, seconds.into());
                }
                None => own.error(
                    "wrong_shape",
                    part.node.span,
                    format!("`{text}` is no time"),
                    "write `2026-01-31T08:00:00Z`, or with an offset such as `+02:00`",
                ),
            }
        }
        None => {}
    }
}

fn retry(own: &mut Lowering<'_>, node: &Node, block: &str) {
    let (decoded, _) = own.decode(node, fields::RETRY, block);
    for (member, value) in decoded.as_map().into_iter().flatten() {
        own.properties().put(&format!("{block}.{member}"), value.clone());
    }
}

/// What is left of a source when keys are reported that only streams take.
fn without_streams_only(own: &mut Lowering<'_>, kind: &SourceKind, node: &Node) -> Node {
    let mut rest = Vec::new();
    for entry in node.entries().unwrap_or_default() {
        let key = &*entry.key.text;
        if !STREAMS_ONLY.contains(&key) || kind.rows.iter().any(|row| row.key == key) {
            rest.push(entry.clone());
            continue;
        }
        let help = match key {
            "retry" | "dead_letter" => kind.instead.to_owned(),
            _ => format!("a `{}` has none; take it away", kind.key),
        };
        own.error("streams_only", entry.key.span, format!("`{key}` is for streams"), &help);
    }
    Node::map(node.span, rest)
}

fn filters(own: &mut Lowering<'_>, part: &Sugar) {
    let node = own.see(&part.node);
    let Some(items) = node.items() else {
        let message = format!("expected a list of patterns, found {}", node.shape());
        own.error("wrong_shape", node.span, message, "write `filters: [ { eventName: [INSERT] } ]`");
        return;
    };
    if items.len() > MOST_FILTERS {
        let message = format!("{} filters stand here; a pipe has at most {MOST_FILTERS}", items.len());
        own.error("too_many_filters", part.key_span, message, "alternatives fit into one pattern");
    }
    let mut list = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let at = format!("{FILTERS}[{i}].Pattern");
        let tree = own.document(item, &at);
        match pattern::parse(&tree, PatternKind::Pipe) {
            Ok(parsed) => own.problems("pattern", &at, &parsed.warnings),
            Err(problems) => own.problems("pattern", &at, &problems),
        }
        if tree.has_secret() {
            own.error("secret_shown", item.span, "a secret cannot stand here: AWS would show it", "");
        }
        list.push(value!({ "Pattern": tree }));
    }
    own.set(FILTERS, list, node.span);
}
