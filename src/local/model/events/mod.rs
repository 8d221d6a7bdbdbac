//! Amazon EventBridge, classic buses: buses and their policy, rules and targets, archives, connections
//! and API destinations.
//!
//! `PutRule` replaces all it can say and ignores tags on a rule that exists; a bus shows its `LogConfig`
//! only after its first update; a connection never gives a secret back.

use serde_json::{Value, json};

use super::executor::Ctx;
use super::hooks::{archives, bus_policy, connections, partners, published};
use super::places::{at, write};
use super::{
    Answer, Check, Fill, From, KIND, Kind, LIST, List, Outcome, Refusal, Service, States, Verb, row,
};
use crate::local::http::ApiError;

const BUS: Kind = Kind {
    name: "event-bus",
    key: "{Name}",
    arn: "arn:{partition}:events:{region}:{account}:event-bus/{Name}",
    missing: ("ResourceNotFoundException", "Event bus {Name} does not exist."),
    exists: ("ResourceAlreadyExistsException", "Event bus {Name} already exists."),
    blank: &["Description", "KmsKeyIdentifier", "DeadLetterConfig.Arn", "DeadLetterConfig"],
    create: &[
        Fill::Set("Arn", From::Text("arn:{partition}:events:{region}:{account}:event-bus/{Name}")),
        Fill::Set("EventBusArn", From::Text("{Arn}")),
        Fill::Set("CreationTime", From::Now),
        Fill::Set("LastModifiedTime", From::Now),
    ],
    update: &[
        Fill::Default("LogConfig", From::Json(r#"{"IncludeDetail":"NONE","Level":"OFF"}"#)),
        Fill::Set("LastModifiedTime", From::Now),
    ],
    ..KIND
};

/// What a partner shares with the account. Partners in the same embedded account share with it too.
const SOURCE: Kind = Kind {
    name: "event-source",
    key: "{Name}",
    missing: ("ResourceNotFoundException", "Event source {Name} does not exist."),
    ..KIND
};

/// The same on the partner's side, one for each account that it is made for.
const PARTNER_SOURCE: Kind = Kind {
    name: "partner-event-source",
    key: "{Name} {Account}",
    missing: ("ResourceNotFoundException", "Partner event source {Name} does not exist."),
    exists: ("ResourceAlreadyExistsException", "Partner event source {Name} already exists."),
    create: &[
        Fill::Set("EventSourceArn", From::Text("arn:{partition}:events:{region}::event-source/{Name}")),
        Fill::Set("State", From::Json("\"PENDING\"")),
        Fill::Set("CreationTime", From::Now),
    ],
    ..KIND
};

const RULE: Kind = Kind {
    name: "rule",
    key: "{EventBusName}/{Name}",
    arn: "arn:{partition}:events:{region}:{account}:rule/{_bus}{Name}",
    missing: ("ResourceNotFoundException", "Rule {Name} does not exist on EventBus {EventBusName}."),
    blank: &["Description", "RoleArn", "ScheduleExpression", "EventPattern"],
    create: &[
        Fill::Default("State", From::Json("\"ENABLED\"")),
        Fill::Set("Arn", From::Text("arn:{partition}:events:{region}:{account}:rule/{_bus}{Name}")),
        Fill::Set("RuleArn", From::Text("{Arn}")),
        Fill::Default("CreatedBy", From::Text("{account}")),
    ],
    ..KIND
};

const TARGET: Kind = Kind { name: "target", key: "{EventBusName}/{Rule}/{Id}", ..KIND };

const CONNECTION: Kind = Kind {
    name: "connection",
    key: "{Name}",
    arn: "{ConnectionArn}",
    missing: (
        "ResourceNotFoundException",
        "Failed to describe the connection(s). Connection '{Name}' does not exist.",
    ),
    exists: ("ResourceAlreadyExistsException", "Connection {Name} already exists."),
    blank: &["Description", "KmsKeyIdentifier"],
    merged: &["AuthParameters"],
    create: &[
        Fill::Set("_uuid", From::Text("{uuid}")),
        Fill::Set(
            "ConnectionArn",
            From::Text("arn:{partition}:events:{region}:{account}:connection/{Name}/{_uuid}"),
        ),
        Fill::Set(
            "SecretArn",
            From::Text(
                "arn:{partition}:secretsmanager:{region}:{account}:secret:events!connection/{Name}/{_uuid}-local0",
            ),
        ),
        Fill::Set("CreationTime", From::Now),
        Fill::Set("LastModifiedTime", From::Now),
        Fill::Set("LastAuthorizedTime", From::Now),
    ],
    update: &[Fill::Set("LastModifiedTime", From::Now), Fill::Set("LastAuthorizedTime", From::Now)],
    states: Some(&States {
        member: "ConnectionState",
        create: Some(("AUTHORIZING", "AUTHORIZED")),
        update: Some(("AUTHORIZING", "AUTHORIZED")),
        delete: Some("DELETING"),
        busy: (&["DELETING"], ("ConcurrentModificationException", "Connection {Name} is being deleted.")),
        reads: 1,
    }),
    ..KIND
};

const DESTINATION: Kind = Kind {
    name: "api-destination",
    key: "{Name}",
    arn: "{ApiDestinationArn}",
    missing: (
        "ResourceNotFoundException",
        "Failed to describe the api-destination(s). An api-destination '{Name}' does not exist.",
    ),
    exists: ("ResourceAlreadyExistsException", "An api-destination '{Name}' already exists."),
    blank: &["Description"],
    create: &[
        Fill::Set(
            "ApiDestinationArn",
            From::Text("arn:{partition}:events:{region}:{account}:api-destination/{Name}/{uuid}"),
        ),
        Fill::Set("ApiDestinationState", From::Json("\"ACTIVE\"")),
        Fill::Default("InvocationRateLimitPerSecond", From::Json("300")),
        Fill::Set("CreationTime", From::Now),
        Fill::Set("LastModifiedTime", From::Now),
    ],
    update: &[Fill::Set("LastModifiedTime", From::Now)],
    ..KIND
};

const ARCHIVE: Kind = Kind {
    name: "archive",
    key: "{ArchiveName}",
    arn: "{ArchiveArn}",
    missing: ("ResourceNotFoundException", "Archive {ArchiveName} does not exist."),
    exists: ("ResourceAlreadyExistsException", "Archive {ArchiveName} already exists."),
    blank: &["Description", "EventPattern", "KmsKeyIdentifier"],
    create: &[
        Fill::Set(
            "ArchiveArn",
            From::Text("arn:{partition}:events:{region}:{account}:archive/{ArchiveName}"),
        ),
        Fill::Default("RetentionDays", From::Json("0")),
        Fill::Set("SizeBytes", From::Json("0")),
        Fill::Set("EventCount", From::Json("0")),
        Fill::Set("CreationTime", From::Now),
    ],
    states: Some(&States {
        member: "State",
        create: Some(("CREATING", "ENABLED")),
        update: Some(("UPDATING", "ENABLED")),
        delete: None,
        busy: (&[], ("ConcurrentModificationException", "Archive {ArchiveName} is being changed.")),
        reads: 1,
    }),
    ..KIND
};

const ENDPOINT: Kind = Kind {
    name: "endpoint",
    key: "{Name}",
    arn: "arn:{partition}:events:{region}:{account}:endpoint/{Name}",
    missing: ("ResourceNotFoundException", "Endpoint {Name} does not exist."),
    exists: ("ResourceAlreadyExistsException", "Endpoint {Name} already exists."),
    blank: &["Description", "RoleArn"],
    create: &[
        Fill::Set("Arn", From::Text("arn:{partition}:events:{region}:{account}:endpoint/{Name}")),
        Fill::Set("EndpointId", From::Text("{any10}.veo")),
        Fill::Set("EndpointUrl", From::Text("https://{EndpointId}.endpoint.events.{suffix}")),
        Fill::Default("ReplicationConfig.State", From::Json("\"ENABLED\"")),
        Fill::Set("CreationTime", From::Now),
        Fill::Set("LastModifiedTime", From::Now),
    ],
    update: &[Fill::Set("LastModifiedTime", From::Now)],
    states: Some(&States {
        member: "State",
        create: Some(("CREATING", "ACTIVE")),
        update: Some(("UPDATING", "ACTIVE")),
        delete: Some("DELETING"),
        busy: (
            &["CREATING", "UPDATING", "DELETING"],
            ("ConcurrentModificationException", "Endpoint {Name} is being changed."),
        ),
        reads: 1,
    }),
    ..KIND
};

const PAGED: List = List { limit: ("Limit", 100), ..LIST };
const BUSES: List = List { items: "EventBuses", prefix: ("NamePrefix", "Name"), ..PAGED };
const SOURCES: List = List { items: "EventSources", prefix: ("NamePrefix", "Name"), ..PAGED };
const ENDPOINTS: List =
    List { items: "Endpoints", prefix: ("NamePrefix", "Name"), limit: ("MaxResults", 100), ..LIST };
const RULES: List =
    List { items: "Rules", within: "{EventBusName}/", prefix: ("NamePrefix", "Name"), ..PAGED };
const TARGETS: List = List { items: "Targets", within: "{EventBusName}/{Rule}/", ..PAGED };
const CONNECTIONS: List = List {
    items: "Connections",
    prefix: ("NamePrefix", "Name"),
    equal: &[("ConnectionState", "ConnectionState")],
    ..PAGED
};
const DESTINATIONS: List = List {
    items: "ApiDestinations",
    prefix: ("NamePrefix", "Name"),
    equal: &[("ConnectionArn", "ConnectionArn")],
    ..PAGED
};
const ARCHIVES: List = List {
    items: "Archives",
    prefix: ("NamePrefix", "ArchiveName"),
    equal: &[("EventSourceArn", "EventSourceArn"), ("State", "State")],
    ..PAGED
};

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

fn rule_of(ctx: &Ctx) -> Option<Value> {
    let name = if ctx.text("Rule").is_empty() { ctx.text("Name") } else { ctx.text("Rule") };
    ctx.txn.get(&ctx.collection(RULE.name), &format!("{}/{name}", ctx.text("EventBusName"))).cloned()
}

fn on_rule(ctx: &mut Ctx) -> Outcome<()> {
    match rule_of(ctx) {
        Some(_) => Ok(()),
        None => Err(ctx.refuse(
            ("ResourceNotFoundException", "Rule {Rule} does not exist on EventBus {EventBusName}."),
            &Value::Null,
        )),
    }
}

fn not_managed(ctx: &mut Ctx) -> Outcome<()> {
    let forced = ctx.input["Force"] == true;
    match rule_of(ctx).and_then(|rule| rule["ManagedBy"].as_str().map(str::to_owned)) {
        Some(owner) if !forced => Err(ApiError::new(
            "ManagedRuleException",
            format!("This rule is managed by {owner} and cannot be modified."),
        )),
        _ => Ok(()),
    }
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

fn says_when(ctx: &mut Ctx) -> Outcome<()> {
    let (pattern, schedule) = (ctx.text("EventPattern"), ctx.text("ScheduleExpression"));
    if pattern.is_empty() && schedule.is_empty() {
        return Err(ctx.invalid("Parameter(s) EventPattern or ScheduleExpression must be specified."));
    }
    if !pattern.is_empty()
        && !serde_json::from_str::<Value>(&pattern).is_ok_and(|pattern| pattern.is_object())
    {
        return Err(ApiError::new(
            "InvalidEventPatternException",
            "Event pattern is not valid. Reason: not a JSON object",
        ));
    }
    if !schedule.is_empty() && ctx.text("EventBusName") != "default" {
        return Err(ctx.invalid("ScheduleExpression is supported only on the default event bus."));
    }
    Ok(())
}

/// Each target is stored or refused for itself; the answer is a success either way.
fn put_targets(ctx: &mut Ctx) -> Outcome<Value> {
    let targets = ctx.input["Targets"].as_array().cloned().unwrap_or_default();
    let (collection, prefix) =
        (ctx.collection(TARGET.name), ctx.expand("{EventBusName}/{Rule}/", &Value::Null));
    let mut failed = Vec::new();
    for target in targets {
        let id = target["Id"].as_str().unwrap_or_default().to_owned();
        let inputs = ["Input", "InputPath", "InputTransformer"]
            .iter()
            .filter(|member| !target[**member].is_null())
            .count();
        if inputs > 1 {
            return Err(ctx.invalid(format!(
                "Only one of Input, InputPath, or InputTransformer must be provided for target {id}."
            )));
        }
        if let Some((code, message)) = refused(ctx, &target) {
            failed.push(json!({"TargetId": id, "ErrorCode": code, "ErrorMessage": message}));
            continue;
        }
        let key = format!("{prefix}{id}");
        let mut target = target;
        if let Some(role) = kept_role(ctx, ctx.txn.get(&collection, &key), &target) {
            target["RoleArn"] = role;
        }
        filled(&mut target);
        ctx.txn.put(&collection, &key, target);
    }
    let count = ctx.txn.all(&collection).filter(|(id, _)| id.starts_with(&prefix)).count();
    if count > MOST_TARGETS {
        return Err(ApiError::new(
            "LimitExceededException",
            format!(
                "The requested resource exceeds the maximum number allowed: {MOST_TARGETS} targets per rule."
            ),
        ));
    }
    Ok(json!({"FailedEntryCount": failed.len(), "FailedEntries": failed}))
}

/// What AWS fills into the parameters of an ECS task.
fn filled(target: &mut Value) {
    if at(target, "EcsParameters").is_none() {
        return;
    }
    let network = "EcsParameters.NetworkConfiguration.awsvpcConfiguration";
    for (path, value) in [
        ("EcsParameters.TaskCount".to_owned(), json!(1)),
        ("EcsParameters.EnableECSManagedTags".to_owned(), json!(false)),
        ("EcsParameters.EnableExecuteCommand".to_owned(), json!(false)),
        (format!("{network}.AssignPublicIp"), json!("DISABLED")),
    ] {
        let inside = !path.starts_with(network) || at(target, network).is_some();
        if inside && at(target, &path).is_none() {
            write(target, &path, value);
        }
    }
}

/// The role that stays on the bus of another account although the same target is put without one.
fn kept_role(ctx: &Ctx, old: Option<&Value>, new: &Value) -> Option<Value> {
    let (old, arn) = (old?, new["Arn"].as_str()?);
    let foreign = arn.contains(":event-bus/") && !arn.contains(&format!(":{}:", ctx.account));
    let same = foreign && old["Arn"] == new["Arn"] && at(new, "RoleArn").is_none();
    same.then(|| at(old, "RoleArn").cloned()).flatten()
}

const MOST_TARGETS: usize = 5;
/// Targets that need a role, and those that must be there, by what their ARN begins with.
const ROLE_NEEDED: &[&str] =
    &["states", "kinesis", "firehose", "ecs", "batch", "codebuild", "codepipeline", "ssm"];

fn refused(ctx: &Ctx, target: &Value) -> Option<(&'static str, String)> {
    let arn = target["Arn"].as_str().unwrap_or_default();
    let service = arn.split(':').nth(2).unwrap_or_default();
    let destination = arn.contains(":api-destination/");
    if (destination || ROLE_NEEDED.contains(&service)) && at(target, "RoleArn").is_none() {
        return Some(("ValidationException", format!("RoleArn is required for target {arn}.")));
    }
    let own = arn.contains(&format!(":{}:{}:", ctx.call.region, ctx.account));
    let known = |kind: &str| ctx.find_arn(&ctx.collection(kind), arn).is_some();
    let missing = own
        && (destination && !known("api-destination") || arn.contains(":event-bus/") && !known("event-bus"));
    missing.then(|| ("ResourceNotFoundException", format!("Target {arn} does not exist.")))
}

fn remove_targets(ctx: &mut Ctx) -> Outcome<Value> {
    let (collection, prefix) =
        (ctx.collection(TARGET.name), ctx.expand("{EventBusName}/{Rule}/", &Value::Null));
    let mut failed = Vec::new();
    for id in ctx.input["Ids"].as_array().cloned().unwrap_or_default() {
        let key = format!("{prefix}{}", id.as_str().unwrap_or_default());
        if ctx.txn.get(&collection, &key).is_none() {
            failed.push(json!({"TargetId": id, "ErrorCode": "ResourceNotFoundException", "ErrorMessage": "Target does not exist."}));
        }
        ctx.txn.remove(&collection, &key);
    }
    Ok(json!({"FailedEntryCount": failed.len(), "FailedEntries": failed}))
}
