//! `source`: what a pipe reads, and the rights for it.

use crate::engine::field::{Field, RefTo};
use crate::engine::{Address, Value};
use crate::flow::pattern::{self, PatternKind};
use crate::kinds::{Lowering, RoleFor, suffixed};
use crate::source::{Entry, Node, Span};
use crate::spec::Sugar;
use crate::value;

use super::fields::{QUEUE, RETRY, TABLE};

/// The most filters of a pipe.
const MOST_FILTERS: usize = 5;
const FILTERS: &str = "SourceParameters.FilterCriteria.Filters";

/// A kind of source.
struct SourceKind {
    key: &'static str,
    to: RefTo,
    block: &'static str,
    rows: &'static [Field],
    grant: fn(&mut Lowering<'_>, &RoleFor, &Value, Option<&Address>),
}

const KINDS: &[SourceKind] = &[
    SourceKind {
        key: "table",
        to: RefTo::checked(&["tables"], "stream_arn"),
        block: "SourceParameters.DynamoDBStreamParameters",
        rows: TABLE,
        grant: grant_stream,
    },
    SourceKind {
        key: "queue",
        to: RefTo::checked(&["queues"], "arn"),
        block: "SourceParameters.SqsQueueParameters",
        rows: QUEUE,
        grant: grant_queue,
    },
];

/// Sources that AWS has and this version does not make.
const LATER: &[&str] = &["stream", "active_mq", "rabbit_mq", "msk", "kafka"];

/// Keys that only streams take, with what a queue has instead.
const STREAMS_ONLY: &[(&str, &str)] = &[
    (
        "retry",
        "a queue counts receives itself: declare `redrive: { dead_letter: …, max_receive_count: … }` on the queue",
    ),
    (
        "dead_letter",
        "a queue has its own: declare `redrive: { dead_letter: …, max_receive_count: … }` on the queue",
    ),
    ("starting_position", "a queue has none; take it away"),
    ("parallelization_factor", "a queue has none; take it away"),
    ("on_partial_batch_item_failure", "a queue has none; take it away"),
];

/// Lowers `source`. Gives the batch size that was declared, and where.
pub fn lower(own: &mut Lowering<'_>, role: Option<&RoleFor>) -> Option<(i64, Span)> {
    let (_, node) = own.take("source")?;
    if super::target::is_later(own, &node, LATER, "`table` and `queue`") {
        return None;
    }
    let keys: Vec<&str> = KINDS.iter().map(|kind| kind.key).collect();
    let (found, named, rest) = own.kind_key(&node, &keys)?;
    let kind = KINDS.iter().find(|kind| kind.key == found)?;
    let rest = if kind.key == "queue" { without_streams_only(own, &rest) } else { rest };
    let (block, sugar) = own.decode(&rest, kind.rows, kind.block);
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
    let Some((arn, address)) = own.reference(&named.value, &kind.to) else { return };
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
        (kind.grant)(own, role, &arn, address.as_ref());
        let block = own.properties().at(kind.block).cloned().unwrap_or_default();
        if let Some(dead) = block.at("DeadLetterConfig.Arn") {
            own.grant_role(role, &["sqs:SendMessage"], vec![dead.clone()]);
        }
    }
    own.set("Source", arn, named.value.span);
}

fn grant_stream(own: &mut Lowering<'_>, role: &RoleFor, stream: &Value, table: Option<&Address>) {
    const READ: &[&str] = &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
    own.grant_role(role, READ, vec![stream.clone()]);
    // Streams are listed by their table.
    let table = match table {
        Some(table) => own.output(table, "arn"),
        None => stream.as_str().and_then(|arn| arn.split("/stream/").next()).unwrap_or_default().into(),
    };
    own.grant_role(role, &["dynamodb:ListStreams"], vec![suffixed(&table, "/stream/*")]);
}

fn grant_queue(own: &mut Lowering<'_>, role: &RoleFor, queue: &Value, _: Option<&Address>) {
    const READ: &[&str] = &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    own.grant_role(role, READ, vec![queue.clone()]);
}

fn retry(own: &mut Lowering<'_>, node: &Node, block: &str) {
    let (decoded, _) = own.decode(node, RETRY, block);
    for (member, value) in decoded.as_map().into_iter().flatten() {
        own.properties().put(&format!("{block}.{member}"), value.clone());
    }
}

/// What is left of a queue's source when keys are reported that only streams take.
fn without_streams_only(own: &mut Lowering<'_>, node: &Node) -> Node {
    let mut rest = Vec::new();
    for entry in node.entries().unwrap_or_default() {
        match STREAMS_ONLY.iter().find(|(key, _)| *key == &*entry.key.text) {
            Some((key, help)) => {
                own.error("streams_only", entry.key.span, format!("`{key}` is for streams"), help);
            }
            None => rest.push(entry.clone()),
        }
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
