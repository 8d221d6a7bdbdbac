//! `target`: what a schedule calls, and the rights that its role needs for it.

use crate::engine::field::{Field, RefTo};
use crate::engine::{Form, Value, Variant};
use crate::kinds::{Lowering, Manner, RoleFor};
use crate::source::{Entry, Span};
use crate::spec::Sugar;
use crate::value;

use super::{fields, input};

/// A kind of target.
struct TargetKind {
    /// Its kind key.
    key: &'static str,
    to: RefTo,
    /// The block of its parameters; empty if AWS has none for it.
    block: &'static str,
    /// What stands beside it, save what every target takes.
    rows: &'static [Field],
    /// It takes JSON and nothing else.
    json: bool,
    arn: fn(&mut Lowering<'_>, &Call<'_>) -> Option<Value>,
    /// The rights that the call takes.
    grant: fn(&mut Lowering<'_>, &RoleFor, &Call<'_>, &Value),
    /// What AWS refuses in its parameters, and what is sugar among them.
    check: fn(&mut Lowering<'_>, &mut Call<'_>),
}

/// A target, as it is declared.
struct Call<'a> {
    kind: &'static TargetKind,
    /// The kind key and what it names.
    named: &'a Entry,
    /// Where the block stands in the schedule's document.
    at: String,
    /// The block's members.
    block: Value,
    sugar: &'a [Sugar],
    /// Whether rights are declared beside the target.
    granted: bool,
}

impl Call<'_> {
    fn sugar(&self, key: &str) -> Option<&Sugar> {
        self.sugar.iter().find(|part| part.key == key && part.within.is_empty())
    }

    fn place(&self, own: &Lowering<'_>, member: &str) -> Span {
        own.nearest_place(&format!("{}.{member}", self.at))
    }
}

const fn plain(key: &'static str, kinds: &'static [&'static str]) -> TargetKind {
    TargetKind {
        key,
        // It exists before it is called, though AWS does not look.
        to: RefTo::checked(kinds, "arn"),
        block: "",
        rows: &[],
        json: true,
        arn: |own, call| own.reference(&call.named.value, &call.kind.to).map(|(arn, _)| arn),
        grant: |own, role, call, arn| own.grant_invoke(role, call.kind.key, Manner::Single, arn),
        check: |_, _| {},
    }
}

/// The key of an API action of any service.
const AWS_SDK: &str = "aws_sdk";

/// Every kind of target: AWS's templated ones, and the universal one.
static KINDS: &[TargetKind] = &[
    TargetKind {
        rows: fields::QUALIFIED,
        arn: |own, call| {
            let (arn, _) = own.reference(&call.named.value, &call.kind.to)?;
            Some(own.qualified(arn, call.sugar("qualifier")))
        },
        ..plain("function", &["functions"])
    },
    TargetKind { block: "SqsParameters", rows: fields::QUEUE, json: false, ..plain("queue", &["queues"]) },
    TargetKind { json: false, ..plain("topic", &["topics"]) },
    TargetKind {
        block: "EventBridgeParameters",
        rows: fields::BUS,
        check: |own, call| {
            let at = call.place(own, "Source");
            own.event_source(call.block.get("Source"), at);
        },
        ..plain("bus", &["buses"])
    },
    TargetKind {
        block: "KinesisParameters",
        rows: fields::STREAM,
        json: false,
        ..plain("stream", &["streams"])
    },
    TargetKind { json: false, ..plain("firehose", &["firehose"]) },
    plain("state_machine", &["state_machines"]),
    TargetKind {
        block: "EcsParameters",
        rows: fields::ECS,
        grant: |own, role, call, cluster| {
            own.grant_task(role, call.named, &call.block, call.sugar("pass_roles"), cluster);
        },
        check: check_task,
        ..plain("ecs_cluster", &["ecs_cluster"])
    },
    TargetKind {
        block: "SageMakerPipelineParameters",
        rows: fields::SAGEMAKER,
        check: |own, call| {
            let list = call.block.get("PipelineParameterList").and_then(Value::as_list);
            if list.is_some_and(|list| list.len() > 200) {
                let at = call.place(own, "PipelineParameterList");
                own.error("wrong_count", at, "at most 200 stand here", "");
            }
        },
        ..plain("sagemaker_pipeline", &["sagemaker_pipeline"])
    },
    plain("codebuild", &["codebuild"]),
    plain("codepipeline", &["codepipeline"]),
    plain("inspector", &["inspector"]),
    TargetKind { arn: api_action, grant: granted_by_hand, ..plain(AWS_SDK, &[]) },
];

/// The kind keys.
pub fn keys() -> Vec<&'static str> {
    KINDS.iter().map(|kind| kind.key).collect()
}

/// How a target is written.
pub fn form() -> Form {
    let variant = |kind: &TargetKind| Variant {
        key: kind.key,
        named: match kind.key {
            AWS_SDK => Form::Literal {
                words: "`SERVICE:ACTION`, such as `sqs:sendMessage`",
                pattern: "^(arn:[a-z-]+:scheduler:::aws-sdk:)?[a-z0-9]+:[a-z][A-Za-z0-9]*$",
            },
            _ => Form::Ref(kind.to),
        },
        beside: vec![kind.rows, fields::PLAIN],
    };
    Form::OneOf(KINDS.iter().map(variant).collect())
}

/// Lowers `target` with the role that calls it. `granted`: rights are declared beside it.
pub fn lower(own: &mut Lowering<'_>, role: Option<&RoleFor>, granted: bool) {
    let Some((at, node)) = own.take("target") else { return };
    own.locate("Target", at);
    let Some((found, named, rest)) = own.kind_key(&node, &keys()) else { return };
    let Some(kind) = KINDS.iter().find(|kind| kind.key == found) else { return };
    let at = if kind.block.is_empty() { "Target".to_owned() } else { format!("Target.{}", kind.block) };
    let (block, sugar) = own.decode(&rest, rows(kind), &at);
    let mut call = Call { kind, named: &named, at, block, sugar: &sugar, granted };
    (kind.check)(own, &mut call);
    if !kind.block.is_empty() && !call.block.is_empty() {
        own.set(&call.at, call.block.clone(), node.span);
    }
    input::lower(own, &sugar, kind.json);
    retry(own, call.sugar("retry"));
    if let (Some(part), Some(role)) = (call.sugar("dead_letter"), role) {
        dead_letter(own, part, role);
    }
    let arn = (kind.arn)(own, &call);
    if let (Some(arn), Some(role)) = (arn, role) {
        (kind.grant)(own, role, &call, &arn);
        own.set("Target.Arn", arn, named.value.span);
        let role_arn = own.role_arn(role);
        own.set("Target.RoleArn", role_arn, named.key.span);
    }
}

/// The rows of a kind with those of every target; made once, since decoding wants them to stay.
fn rows(kind: &'static TargetKind) -> &'static [Field] {
    use std::sync::LazyLock;
    static ALL: LazyLock<Vec<(&str, Vec<Field>)>> =
        LazyLock::new(|| KINDS.iter().map(|kind| (kind.key, [kind.rows, fields::PLAIN].concat())).collect());
    ALL.iter().find(|(key, _)| *key == kind.key).map_or(fields::PLAIN, |(_, rows)| rows)
}

fn retry(own: &mut Lowering<'_>, part: Option<&Sugar>) {
    const PATH: &str = "Target.RetryPolicy";
    let Some(part) = part else { return };
    let (policy, _) = own.decode(&part.node, fields::RETRY, PATH);
    if !policy.is_empty() {
        own.set(PATH, policy, part.node.span);
    }
}

/// The queue of what could not be delivered: the schedule's own role sends to it.
fn dead_letter(own: &mut Lowering<'_>, part: &Sugar, role: &RoleFor) {
    const TO: RefTo = RefTo::checked(&["queues"], "arn");
    let Some((queue, _)) = own.reference(&part.node, &TO) else { return };
    own.grant_invoke(role, "queue", Manner::Single, &queue);
    own.set("Target.DeadLetterConfig.Arn", queue, part.node.span);
}

/// Scheduler hands tags on as they are, so they have the members that ECS knows.
fn check_task(own: &mut Lowering<'_>, call: &mut Call<'_>) {
    let tags = call.sugar("tags").map(|part| part.node.clone());
    own.check_task(&call.at, &mut call.block, tags.as_ref());
    let Some(tags) = call.block.get("Tags").and_then(Value::as_list) else { return };
    let spelt = tags.iter().map(|tag| {
        let member = |name: &str| tag.get(name).cloned().unwrap_or_default();
        value!({ "key": (member("Key")), "value": (member("Value")) })
    });
    let spelt: Vec<Value> = spelt.collect();
    call.block.put("Tags", spelt.into());
}

/// How the names of actions begin that only read, which Scheduler does not call.
const READING: &[&str] = &[
    "get",
    "describe",
    "list",
    "poll",
    "receive",
    "search",
    "scan",
    "query",
    "select",
    "read",
    "lookup",
    "discover",
    "validate",
    "batchGet",
    "batchDescribe",
    "batchRead",
    "transactGet",
    "adminGet",
    "adminList",
    "retrieve",
];

/// The ARN of an action, `SERVICE:ACTION` or the ARN itself.
fn api_action(own: &mut Lowering<'_>, call: &Call<'_>) -> Option<Value> {
    let (text, at) = (own.known_text(&call.named.value)?, call.named.value.span);
    let named = text.split_once(":scheduler:::aws-sdk:").map_or(text.as_str(), |(_, named)| named);
    let Some((service, action)) =
        named.split_once(':').filter(|(service, action)| is_action(service, action))
    else {
        let message = format!("`{text}` is no API action");
        let help = "write the service as the AWS SDK for Java calls it and the action in camel case, such as `sqs:sendMessage`";
        own.error("api_action", at, message, help);
        return None;
    };
    let reads = READING.iter().find(|word| {
        let rest = action.strip_prefix(**word);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_uppercase()))
    });
    if reads.is_some() {
        let message = format!("`{named}` only reads, and a schedule has no use for an answer");
        own.error("api_action", at, message, "call what changes something, or a function that reads");
        return None;
    }
    let partition = own.place().fill("{partition}");
    Some(format!("arn:{partition}:scheduler:::aws-sdk:{service}:{action}").into())
}

fn is_action(service: &str, action: &str) -> bool {
    let alphanumeric = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric());
    !service.is_empty()
        && alphanumeric(service)
        && service.chars().all(|c| !c.is_ascii_uppercase())
        && action.starts_with(|c: char| c.is_ascii_lowercase())
        && alphanumeric(action)
}

/// What an action is on stands somewhere in its input, so its rights are declared.
fn granted_by_hand(own: &mut Lowering<'_>, role: &RoleFor, call: &Call<'_>, arn: &Value) {
    if call.granted || matches!(role, RoleFor::Own(_)) {
        return;
    }
    let named = arn.as_str().and_then(|arn| arn.rsplit_once(":aws-sdk:")).map_or("", |(_, named)| named);
    let (service, action) = named.split_once(':').unwrap_or_default();
    let mut letters = action.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase()).unwrap_or_default();
    let help = format!(
        "say what the call is on, with the action as IAM spells it: `grants: [{{ arn: \"…\", actions: [{service}:{first}{}] }}]`",
        letters.as_str()
    );
    let message =
        "what an API action is on cannot be told from its input, so the role would have no right to call it";
    own.error("no_grants", call.named.key.span, message, &help);
}
