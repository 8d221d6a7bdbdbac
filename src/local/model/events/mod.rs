//! Amazon EventBridge, classic buses: buses and their policy, rules and targets, archives, connections
//! and API destinations.
//!
//! `PutRule` replaces all it can say and ignores tags on a rule that exists; a bus shows its `LogConfig`
//! only after its first update; a connection never gives a secret back.

mod kinds;
mod rules;

use serde_json::{Value, json};

use super::executor::Ctx;
use super::hooks::{archives, bus_policy, connections, partners, published};
use super::places::at;
use super::{Answer, Check, Fill, From, Outcome, Refusal, Service, Verb, row};
use crate::local::http::ApiError;
use kinds::{
    ARCHIVE, ARCHIVES, BUS, BUSES, CONNECTION, CONNECTIONS, DESTINATION, DESTINATIONS, ENDPOINT, ENDPOINTS,
    PARTNER_SOURCE, RULE, RULES, SOURCE, SOURCES, TARGET, TARGETS,
};
use rules::{not_managed, on_rule, put_targets, remove_targets, says_when};

const PRINCIPAL: &str = "events.amazonaws.com";
const NOT_ASSUMABLE: Refusal =
    ("ValidationException", "Provided role '{value}' cannot be assumed by principal 'events.amazonaws.com'.");
const NO_CONNECTION: &[Check] = &[Check::Exists(
    "ConnectionArn",
    "events/connection",
    ("ResourceNotFoundException", "Connection '{value}' does not exist."),
)];

const ENDPOINT_ROLE: &[Check] = &[Check::Role("RoleArn", PRINCIPAL, NOT_ASSUMABLE)];

pub const SERVICE: Service = Service {
    id: "events",
    global: false,
    invalid: "ValidationException",
    before: Some(names),
    kinds: &[BUS, SOURCE, PARTNER_SOURCE, RULE, TARGET, CONNECTION, DESTINATION, ARCHIVE, ENDPOINT],
    operations: &[
        row("CreateEventBus", "event-bus", Verb::Create).before(&[partners::claim]),
        row("DescribeEventBus", "event-bus", Verb::Read),
        row("UpdateEventBus", "event-bus", Verb::Patch),
        row("DeleteEventBus", "event-bus", Verb::Delete { lenient: true })
            .before(&[not_default, partners::release])
            .checks(&[Check::None(
                "rule",
                "{Name}/",
                ("ValidationException", "Rules must be deleted before deleting the event bus."),
            )])
            .answers(Answer::Nothing),
        row("ListEventBuses", "event-bus", Verb::List(&BUSES)),
        row("DescribeEventSource", "event-source", Verb::Read),
        row("ListEventSources", "event-source", Verb::List(&SOURCES)),
        row(
            "ActivateEventSource",
            "event-source",
            Verb::Write(&[Fill::Set("State", From::Json("\"ACTIVE\""))]),
        )
        .before(&[partners::has_bus])
        .answers(Answer::Nothing),
        row(
            "DeactivateEventSource",
            "event-source",
            Verb::Write(&[Fill::Set("State", From::Json("\"PENDING\""))]),
        )
        .before(&[partners::has_bus])
        .answers(Answer::Nothing),
        row("PutPermission", "event-bus", Verb::Write(&[]))
            .before(&[of_bus])
            .after(&[bus_policy::put])
            .answers(Answer::Nothing),
        row("RemovePermission", "event-bus", Verb::Write(&[]))
            .before(&[of_bus])
            .after(&[bus_policy::remove])
            .answers(Answer::Nothing),
        row("PutRule", "rule", Verb::Replace)
            .before(&[on_bus, says_when, not_managed])
            .checks(&[Check::Role("RoleArn", PRINCIPAL, NOT_ASSUMABLE)]),
        row("DescribeRule", "rule", Verb::Read).before(&[on_bus]),
        row("ListRules", "rule", Verb::List(&RULES)).before(&[on_bus]),
        row("EnableRule", "rule", Verb::Write(&[Fill::Set("State", From::Json("\"ENABLED\""))]))
            .before(&[on_bus, not_managed])
            .answers(Answer::Nothing),
        row("DisableRule", "rule", Verb::Write(&[Fill::Set("State", From::Json("\"DISABLED\""))]))
            .before(&[on_bus, not_managed])
            .answers(Answer::Nothing),
        row("DeleteRule", "rule", Verb::Delete { lenient: true })
            .before(&[on_bus, not_managed])
            .checks(&[Check::None(
                "target",
                "{EventBusName}/{Name}/",
                ("ValidationException", "Rule can't be deleted since it has targets."),
            )])
            .answers(Answer::Nothing),
        row("PutTargets", "target", Verb::Hook(put_targets))
            .before(&[on_bus, on_rule, not_managed])
            .checks(&[Check::Role("Targets[].RoleArn", PRINCIPAL, NOT_ASSUMABLE)]),
        row("RemoveTargets", "target", Verb::Hook(remove_targets)).before(&[on_bus, on_rule, not_managed]),
        row("ListTargetsByRule", "target", Verb::List(&TARGETS)).before(&[on_bus, on_rule]),
        row("TagResource", "", Verb::Tag("Tags")).by_arn("ResourceARN"),
        row("UntagResource", "", Verb::Untag("TagKeys")).by_arn("ResourceARN"),
        row("ListTagsForResource", "", Verb::ListTags("Tags")).by_arn("ResourceARN"),
        row("CreateConnection", "connection", Verb::Create).after(&[connections::seal]),
        row("DescribeConnection", "connection", Verb::Read),
        row("UpdateConnection", "connection", Verb::Patch).after(&[connections::seal]),
        row("DeleteConnection", "connection", Verb::Delete { lenient: false }),
        row("ListConnections", "connection", Verb::List(&CONNECTIONS)),
        row("CreateApiDestination", "api-destination", Verb::Create).checks(NO_CONNECTION),
        row("DescribeApiDestination", "api-destination", Verb::Read),
        row("UpdateApiDestination", "api-destination", Verb::Patch).checks(NO_CONNECTION),
        row("DeleteApiDestination", "api-destination", Verb::Delete { lenient: false })
            .answers(Answer::Nothing),
        row("ListApiDestinations", "api-destination", Verb::List(&DESTINATIONS)),
        row("DeauthorizeConnection", "connection", Verb::Write(&[])).after(&[connections::deauthorize]),
        row("CreateArchive", "archive", Verb::Create).after(&[archives::feed]),
        row("DescribeArchive", "archive", Verb::Read),
        row("UpdateArchive", "archive", Verb::Patch).after(&[archives::feed]),
        row("DeleteArchive", "archive", Verb::Delete { lenient: false })
            .after(&[archives::starve])
            .answers(Answer::Nothing),
        row("ListArchives", "archive", Verb::List(&ARCHIVES)),
        row("PutEvents", "event-bus", Verb::Hook(published::put_events)),
        row("CreatePartnerEventSource", "partner-event-source", Verb::Create).after(&[partners::share]),
        row("DeletePartnerEventSource", "partner-event-source", Verb::Delete { lenient: true })
            .after(&[partners::withdraw])
            .answers(Answer::Nothing),
        row("ListPartnerEventSources", "partner-event-source", Verb::Hook(partners::list)),
        row("ListPartnerEventSourceAccounts", "partner-event-source", Verb::Hook(partners::accounts)),
        row("PutPartnerEvents", "partner-event-source", Verb::Hook(published::put_partner_events)),
        row("CreateEndpoint", "endpoint", Verb::Create).checks(ENDPOINT_ROLE).after(&[endpoint_fits]),
        row("DescribeEndpoint", "endpoint", Verb::Read),
        row("UpdateEndpoint", "endpoint", Verb::Patch).checks(ENDPOINT_ROLE).after(&[endpoint_fits]),
        row("DeleteEndpoint", "endpoint", Verb::Delete { lenient: false }).answers(Answer::Nothing),
        row("ListEndpoints", "endpoint", Verb::List(&ENDPOINTS)),
    ],
};

/// Members that name a bus take its ARN too; absent, they mean the default bus, which is always there.
fn names(ctx: &mut Ctx) -> Outcome<()> {
    let member = if ctx.call.operation.name.ends_with("EventBus") { "Name" } else { "EventBusName" };
    let input = ctx.call.operation.input.as_deref().and_then(|shape| ctx.call.api.shape(shape));
    if input.is_some_and(|shape| shape.member(member).is_some()) {
        let named = ctx.text(member);
        let name = named.rsplit_once(":event-bus/").map_or(named.as_str(), |(_, name)| name);
        ctx.input[member] = if name.is_empty() { "default" } else { name }.into();
    }
    let place = super::places::Place {
        collection: ctx.collection(BUS.name),
        id: "default".into(),
        inside: Vec::new(),
    };
    if !place.has_whole(ctx.txn) {
        let input = std::mem::replace(&mut ctx.input, json!({}));
        let bus = ctx.made(&BUS, json!({"Name": "default"}));
        place.save(ctx.txn, bus);
        ctx.input = input;
    }
    Ok(())
}

fn not_default(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.text("Name").as_str() {
        "default" => Err(ctx.invalid("Cannot delete event bus default.")),
        _ => Ok(()),
    }
}

fn of_bus(ctx: &mut Ctx) -> Outcome<()> {
    ctx.input["Name"] = ctx.text("EventBusName").into();
    Ok(())
}

/// The bus is there; a rule's ARN names every bus but the default one.
fn on_bus(ctx: &mut Ctx) -> Outcome<()> {
    let bus = ctx.text("EventBusName");
    if ctx.txn.get(&ctx.collection(BUS.name), &bus).is_none() {
        return Err(ApiError::new("ResourceNotFoundException", format!("Event bus {bus} does not exist.")));
    }
    ctx.input["_bus"] = if bus == "default" { String::new() } else { format!("{bus}/") }.into();
    Ok(())
}

/// Two buses of one name in two regions; who replicates needs a role.
fn endpoint_fits(ctx: &mut Ctx, endpoint: &mut Value) -> Outcome<()> {
    let arns: Vec<&str> = endpoint["EventBuses"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|bus| bus["EventBusArn"].as_str())
        .collect();
    let name = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
    let region = |arn: &str| arn.split(':').nth(3).unwrap_or_default().to_owned();
    let [first, second] = arns.as_slice() else { return Err(ctx.invalid("EventBuses must be two.")) };
    if name(first) != name(second) || region(first) == region(second) {
        return Err(ctx.invalid("The event buses of an endpoint have one name, in two regions."));
    }
    if endpoint["ReplicationConfig"]["State"] == "ENABLED" && at(endpoint, "RoleArn").is_none() {
        return Err(ctx.invalid("RoleArn is required where replication is enabled."));
    }
    Ok(())
}
