//! `target`: where a pipe sends, what it sends, and the right to.

use crate::engine::field::{Field, RefTo};
use crate::engine::{Map, Place, Value};
use crate::flow::transform::input::{check_forms, check_input_template, check_parameters};
use crate::flow::transform::{Compiled, Dialect, compile};
use crate::kinds::{Lowering, RoleFor};
use crate::source::{Node, Span};
use crate::spec::Sugar;

use super::fields::{TO_BUS, TO_QUEUE};

/// A kind of target.
struct TargetKind {
    key: &'static str,
    to: RefTo,
    block: &'static str,
    rows: &'static [Field],
    action: &'static str,
    /// The most records that it takes at once.
    batch: i64,
}

const KINDS: &[TargetKind] = &[
    TargetKind {
        key: "bus",
        to: RefTo::checked(&["buses"], "arn"),
        block: "TargetParameters.EventBridgeEventBusParameters",
        rows: TO_BUS,
        action: "events:PutEvents",
        batch: 10,
    },
    TargetKind {
        key: "queue",
        to: RefTo::checked(&["queues"], "arn"),
        block: "TargetParameters.SqsQueueParameters",
        rows: TO_QUEUE,
        action: "sqs:SendMessage",
        batch: 10,
    },
];

/// Targets that AWS has and this version does not make.
const LATER: &[&str] = &[
    "function",
    "state_machine",
    "topic",
    "stream",
    "firehose",
    "log_group",
    "api_destination",
    "api",
    "ecs_task",
    "batch_job",
    "redshift",
    "sagemaker_pipeline",
    "inspector",
    "timestream",
];

const TEMPLATE: &str = "TargetParameters.InputTemplate";
/// The most ARNs in an event's `resources`.
const MOST_RESOURCES: usize = 10;

/// Reports a kind key that is not built; whether there is one.
pub fn is_later(own: &mut Lowering<'_>, node: &Node, later: &[&str], there_are: &str) -> bool {
    let Some(entry) = node.entries().into_iter().flatten().find(|entry| later.contains(&&*entry.key.text))
    else {
        return false;
    };
    let message = format!("a pipe's `{}` is not built yet", entry.key.text);
    own.error("not_built", entry.key.span, message, &format!("there are {there_are}"));
    true
}

/// Lowers `target`. `batch`: the declared batch size, which must fit.
pub fn lower(own: &mut Lowering<'_>, role: Option<&RoleFor>, batch: Option<(i64, Span)>) {
    let Some((_, node)) = own.take("target") else { return };
    if is_later(own, &node, LATER, "`bus` and `queue`") {
        return;
    }
    let keys: Vec<&str> = KINDS.iter().map(|kind| kind.key).collect();
    let Some((found, named, rest)) = own.kind_key(&node, &keys) else { return };
    let Some(kind) = KINDS.iter().find(|kind| kind.key == found) else { return };
    let (block, sugar) = own.decode(&rest, kind.rows, kind.block);
    let problems = check_parameters(&block);
    own.problems("target_parameter", kind.block, &problems);
    check_event(own, kind.block, &block);
    own.set(kind.block, block, node.span);
    template(own, &sugar);
    if let Some((size, at)) = batch.filter(|(size, _)| *size > kind.batch) {
        let message = format!("a batch of {size} records is more than a {} takes", kind.key);
        own.error("batch_size", at, message, &format!("at most {}", kind.batch));
    }
    let Some((arn, _)) = own.reference(&named.value, &kind.to) else { return };
    if kind.key == "bus" && arn.as_str().is_some_and(|arn| is_elsewhere(arn, own.place())) {
        own.error(
            "bus_elsewhere",
            named.value.span,
            "a pipe puts events on a bus of its own account and region alone",
            "send to a bus here, and from there on by a rule",
        );
    }
    if let Some(role) = role {
        own.grant_role(role, &[kind.action], vec![arn.clone()]);
    }
    own.set("Target", arn, named.value.span);
}

/// Whether an ARN is of another region or account, as far as that can be told.
fn is_elsewhere(arn: &str, place: &Place) -> bool {
    let mut parts = arn.split(':').skip(3);
    let (region, account) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    region != place.region || (place.account != Place::NO_ACCOUNT && account != place.account)
}

/// What AWS refuses in the members of an event.
fn check_event(own: &mut Lowering<'_>, at: &str, block: &Value) {
    if block.text_at("Source").is_some_and(|source| source.starts_with("aws.")) {
        let at = own.place_of(&format!("{at}.Source"));
        own.error(
            "event_source",
            at,
            "sources that begin with `aws.` are AWS's own",
            "choose another source",
        );
    }
    if block.get("Resources").and_then(Value::as_list).is_some_and(|list| list.len() > MOST_RESOURCES) {
        let at = own.place_of(&format!("{at}.Resources"));
        own.error("too_many_resources", at, format!("an event names at most {MOST_RESOURCES} resources"), "");
    }
    if block.text_at("Time").is_some_and(|time| !time.starts_with('$')) {
        let at = own.place_of(&format!("{at}.Time"));
        own.error(
            "event_time",
            at,
            "the time is a path of the record",
            "such as `$.dynamodb.ApproximateCreationDateTime`",
        );
    }
}

/// `transform` or `input_template`.
fn template(own: &mut Lowering<'_>, sugar: &[Sugar]) {
    let present: Map = sugar.iter().map(|part| (part.key.to_owned(), Value::Null)).collect();
    for part in sugar {
        own.locate(&format!("TargetParameters.{}", part.key), part.key_span);
    }
    let forms = check_forms(&present);
    if !forms.is_empty() {
        own.problems("target_input", "TargetParameters", &forms);
        return;
    }
    let [part] = sugar else { return };
    let written = format!("TargetParameters.{}", part.key);
    let (text, code, problems) = if part.key == "transform" {
        let document = own.document(&part.node, &written);
        match compile(&document, Dialect::Pipe) {
            Ok(Compiled::Template { template, .. } | Compiled::Constant(template)) => {
                (Some(template), "transform", Vec::new())
            }
            Ok(Compiled::Path(path)) => (Some(path.into()), "transform", Vec::new()),
            Err(problems) => {
                own.problems("transform", &written, &problems);
                return;
            }
        }
    } else {
        let text = own.text(&part.node);
        let problems = text.as_ref().map(|text| check_input_template(text, None, Dialect::Pipe));
        (text, "target_input", problems.unwrap_or_default())
    };
    own.problems(code, "TargetParameters", &problems);
    let Some(text) = text else { return };
    if text.has_secret() {
        own.error("secret_shown", part.node.span, "a secret cannot stand here: AWS would show it", "");
        return;
    }
    own.set(TEMPLATE, text, part.node.span);
}
