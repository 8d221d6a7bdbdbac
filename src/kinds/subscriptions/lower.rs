//! `subscriptions:` of a topic: each becomes a resource of its own below it.

use crate::engine::field::{RefTo, Type};
use crate::engine::{Address, Edge, Form, Value, Variant};
use crate::kinds::{Kind, Lowering};
use crate::source::{Diagnostic, Entry, Node, Span};
use crate::value;

use super::Subscriptions;
use super::fields::BESIDE;

/// How a kind of endpoint is written.
struct Endpoint {
    key: &'static str,
    protocol: &'static str,
    /// What it names; text, if it names no resource.
    to: Option<RefTo>,
    /// What SNS needs to be let do there by its policy.
    actions: &'static [&'static str],
}

const fn named(
    key: &'static str,
    protocol: &'static str,
    kinds: &'static [&'static str],
    actions: &'static [&'static str],
) -> Endpoint {
    Endpoint { key, protocol, to: Some(RefTo::unchecked(kinds, "arn")), actions }
}

const fn text(key: &'static str, protocol: &'static str) -> Endpoint {
    Endpoint { key, protocol, to: None, actions: &[] }
}

const ENDPOINTS: &[Endpoint] = &[
    named("queue", "sqs", &["queues"], &["sqs:SendMessage"]),
    named("function", "lambda", &["functions"], &["lambda:InvokeFunction"]),
    named("firehose", "firehose", &["firehose"], &[]),
    text("https", "https"),
    text("email", "email"),
    text("email_json", "email-json"),
    text("sms", "sms"),
    text("application", "application"),
];
const KEYS: &[&str] =
    &["queue", "function", "firehose", "https", "email", "email_json", "sms", "application"];
/// Where somebody has to confirm that they want it.
const CONFIRMED_BY_HAND: &[&str] = &["https", "email", "email_json"];
/// The marks of subscriptions are tags of their topic, which has room for fifty.
const MOST: usize = 40;

/// How `subscriptions:` is written.
pub fn form() -> Form {
    let variants = ENDPOINTS.iter().map(|endpoint| match endpoint.to {
        Some(to) => Variant::reference(endpoint.key, to, BESIDE),
        None => Variant {
            key: endpoint.key,
            named: Form::Value(Type::Text { min: 1, max: 2048 }),
            beside: vec![BESIDE],
        },
    });
    Form::map("KEY", Form::OneOf(variants.collect()))
}

/// Reads `subscriptions:` of a topic.
pub fn lower(own: &mut Lowering<'_>) {
    let Some((at, node)) = own.take("subscriptions") else { return };
    let entries = own.entries(&node, "subscriptions by key, such as `jobs: { queue: jobs }`");
    if entries.len() > MOST {
        own.error(
            "too_many_subscriptions",
            at,
            format!("{} subscriptions; the tags of a topic have room for {MOST}", entries.len()),
            "declare another topic",
        );
    }
    for entry in entries {
        match Address::is_key(&entry.key.text) {
            true => subscription(own, &entry),
            false => own.error(
                "illegal_key",
                entry.key.span,
                format!("`{}` is no legal key of a subscription", entry.key.text),
                "letters, digits, `-` and `_`, at most 64",
            ),
        }
    }
}

fn subscription(own: &mut Lowering<'_>, entry: &Entry) {
    let Some((key, to, rest)) = own.kind_key(&entry.value, KEYS) else { return };
    let Some(endpoint) = ENDPOINTS.iter().find(|endpoint| endpoint.key == key) else { return };
    let Some((arn, named)) = endpoint_of(own, endpoint, &to.value) else { return };
    let (mut properties, _) = own.decode(&rest, BESIDE, &format!("Subscriptions.{}", entry.key.text));
    checks(own, key, &properties, entry.key.span);
    let topic = own.address().clone();
    let topic_arn = own.output(&topic, "arn");
    for (path, value) in
        [("TopicArn", topic_arn.clone()), ("Protocol", endpoint.protocol.into()), ("Endpoint", arn.clone())]
    {
        properties.put(path, value);
    }
    let dead = properties.at("Attributes.RedrivePolicy.deadLetterTargetArn").cloned();
    let name = format!("{}/{}", own.name(), entry.key.text);
    let address =
        own.emit(Subscriptions.about(), &format!("subscription/{}", entry.key.text), Some(name), properties);
    // SNS may act for the topic alone, and the subscription waits until it may.
    let condition = value!({ "ArnEquals": { "aws:SourceArn": topic_arn } });
    let before = own.emitted.grants.len();
    let mut waits = vec![Edge { to: topic, inside: true }];
    if !endpoint.actions.is_empty() {
        own.admit("sns", endpoint.actions, (arn, named.clone()), condition.clone(), to.value.span);
    }
    waits.extend(named.map(|to| Edge { to, inside: false }));
    if let Some(dead) = dead {
        let host = dead.outputs().first().map(|output| output.address.clone());
        own.admit("sns", &["sqs:SendMessage"], (dead, host.clone()), condition, entry.key.span);
        waits.extend(host.map(|to| Edge { to, inside: false }));
    }
    for grant in &mut own.emitted.grants[before..] {
        grant.grantee = address.clone();
    }
    if let Some(resource) = own.emitted.resources.last_mut() {
        resource.declared = entry.key.span;
        resource.edges.extend(waits);
    }
}

/// What SNS calls the endpoint, and the resource of this stack that it is.
fn endpoint_of(own: &mut Lowering<'_>, endpoint: &Endpoint, node: &Node) -> Option<(Value, Option<Address>)> {
    if let Some(to) = &endpoint.to {
        return own.reference_of(node, to);
    }
    let text = own.text(node)?;
    let wrong = match (endpoint.key, text.as_str()) {
        ("https", Some(text)) if !text.starts_with("https://") => "an address that begins with `https://`",
        ("email" | "email_json", Some(text)) if !text.contains('@') => "an address with an `@`",
        ("sms", Some(text)) if !text.starts_with('+') => "a number with its country, such as `+15551234567`",
        ("application", Some(text)) if !text.contains(":endpoint/") => "the ARN of a platform endpoint",
        _ => return Some((text, None)),
    };
    own.error("bad_endpoint", node.span, "SNS delivers nothing there", &format!("write {wrong}"));
    None
}

/// What does not go together, and what somebody has to do by hand.
fn checks(own: &mut Lowering<'_>, key: &'static str, properties: &Value, at: Span) {
    let has = |path: &str| properties.at(&format!("Attributes.{path}")).is_some();
    if has("FilterPolicyScope") && !has("FilterPolicy") {
        own.error(
            "no_filter_policy",
            at,
            "there is no filter that it could be the scope of",
            "write `filter_policy:`, or take `filter_policy_scope:` away",
        );
    }
    if has("DeliveryPolicy") && key != "https" {
        own.error(
            "delivery_policy",
            at,
            "only deliveries to HTTPS endpoints have a policy",
            "take `delivery_policy:` away",
        );
    }
    if has("SubscriptionRoleArn") != (key == "firehose") {
        let (message, help) = match key {
            "firehose" => ("SNS writes to a Firehose stream by a role", "write `role:`"),
            _ => ("SNS acts by a role on Firehose streams alone", "take `role:` away"),
        };
        own.error("subscription_role", at, message, help);
    }
    if CONFIRMED_BY_HAND.contains(&key) {
        let note = "nothing is delivered before the receiver has confirmed the subscription, which no apply waits for";
        own.finding(
            Diagnostic::note("needs_confirmation", note)
                .at(at)
                .help("unconfirmed, SNS drops it after some days, and the next apply asks again"),
        );
    }
}
