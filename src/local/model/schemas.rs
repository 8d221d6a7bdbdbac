//! Amazon EventBridge Schemas: registries, schemas with their versions, discoverers.
//!
//! A schema keeps every version of its content; UpdateSchema with content makes another one, whatever it says. A
//! policy of a registry is written against its revision. A discoverer listens to its bus by a rule there that is
//! its own.

use serde_json::{Value, json};

use super::executor::Ctx;
use super::hooks::{policies, random};
use super::places::{at, take};
use super::{Answer, Check, Fill, From, KIND, Kind, LIST, List, Outcome, Service, Verb, row};
use crate::local::http::ApiError;

const REGISTRY: Kind = Kind {
    name: "registry",
    key: "{RegistryName}",
    arn: "arn:{partition}:schemas:{region}:{account}:registry/{RegistryName}",
    missing: ("NotFoundException", "Registry with name {RegistryName} does not exist."),
    exists: ("ConflictException", "Registry with name {RegistryName} already exists."),
    blank: &["Description"],
    create: &[Fill::Set(
        "RegistryArn",
        From::Text("arn:{partition}:schemas:{region}:{account}:registry/{RegistryName}"),
    )],
    ..KIND
};

const SCHEMA: Kind = Kind {
    name: "schema",
    key: "{RegistryName}/{SchemaName}",
    arn: "arn:{partition}:schemas:{region}:{account}:schema/{RegistryName}/{SchemaName}",
    missing: ("NotFoundException", "Schema with name {SchemaName} does not exist."),
    exists: ("ConflictException", "Schema with name {SchemaName} already exists."),
    blank: &["Description"],
    create: &[
        Fill::Set(
            "SchemaArn",
            From::Text("arn:{partition}:schemas:{region}:{account}:schema/{RegistryName}/{SchemaName}"),
        ),
        Fill::Set("LastModified", From::Iso),
    ],
    update: &[Fill::Set("LastModified", From::Iso)],
    ..KIND
};

const DISCOVERER: Kind = Kind {
    name: "discoverer",
    key: "{DiscovererId}",
    arn: "arn:{partition}:schemas:{region}:{account}:discoverer/{DiscovererId}",
    missing: ("NotFoundException", "Discoverer with id {DiscovererId} does not exist."),
    exists: ("ConflictException", "A discoverer for the event source {SourceArn} already exists."),
    blank: &["Description"],
    create: &[
        Fill::Set(
            "DiscovererArn",
            From::Text("arn:{partition}:schemas:{region}:{account}:discoverer/{DiscovererId}"),
        ),
        Fill::Default("CrossAccount", From::Json("true")),
        Fill::Set("State", From::Json("\"STARTED\"")),
    ],
    ..KIND
};

const PAGED: List = List { limit: ("Limit", 100), ..LIST };
const REGISTRIES: List = List {
    items: "Registries",
    prefix: ("RegistryNamePrefix", "RegistryName"),
    // Those of AWS are not kept here.
    read: &["Scope"],
    ..PAGED
};
const SCHEMAS: List =
    List { items: "Schemas", within: "{RegistryName}/", prefix: ("SchemaNamePrefix", "SchemaName"), ..PAGED };
const DISCOVERERS: List = List { items: "Discoverers", prefix: ("SourceArnPrefix", "SourceArn"), ..PAGED };

pub const SERVICE: Service = Service {
    id: "schemas",
    global: false,
    invalid: "BadRequestException",
    before: None,
    kinds: &[REGISTRY, SCHEMA, DISCOVERER],
    operations: &[
        row("CreateRegistry", "registry", Verb::Create).before(&[own_registry]),
        row("DescribeRegistry", "registry", Verb::Read),
        row("UpdateRegistry", "registry", Verb::Patch),
        row("DeleteRegistry", "registry", Verb::Delete { lenient: false })
            .checks(&[Check::None(
                "schema",
                "{RegistryName}/",
                ("ConflictException", "Registry {RegistryName} has schemas."),
            )])
            .answers(Answer::Nothing),
        row("ListRegistries", "registry", Verb::List(&REGISTRIES)),
        row("CreateSchema", "schema", Verb::Create).before(&[in_registry, content_fits]).after(&[published]),
        row("DescribeSchema", "schema", Verb::Read).answers(Answer::Words(version)),
        row("UpdateSchema", "schema", Verb::Patch).before(&[in_registry, content_fits]).after(&[published]),
        row("DeleteSchema", "schema", Verb::Delete { lenient: false }).answers(Answer::Nothing),
        row("ListSchemas", "schema", Verb::List(&SCHEMAS)).before(&[in_registry]),
        row("ListSchemaVersions", "schema", Verb::Read).answers(Answer::Words(versions)),
        row("CreateDiscoverer", "discoverer", Verb::Create).before(&[of_bus]).after(&[listens]),
        row("DescribeDiscoverer", "discoverer", Verb::Read),
        row("UpdateDiscoverer", "discoverer", Verb::Patch).after(&[listens]),
        row("DeleteDiscoverer", "discoverer", Verb::Delete { lenient: false })
            .after(&[hears_no_more])
            .answers(Answer::Nothing),
        row("ListDiscoverers", "discoverer", Verb::List(&DISCOVERERS)),
        row("StartDiscoverer", "discoverer", Verb::Write(&[Fill::Set("State", From::Json("\"STARTED\""))]))
            .after(&[listens]),
        row("StopDiscoverer", "discoverer", Verb::Write(&[Fill::Set("State", From::Json("\"STOPPED\""))]))
            .after(&[listens]),
        row("PutResourcePolicy", "registry", Verb::Write(&[]))
            .after(&[write_policy])
            .answers(Answer::Words(policy)),
        row("GetResourcePolicy", "registry", Verb::Read).answers(Answer::Words(policy)),
        row("DeleteResourcePolicy", "registry", Verb::Write(&[]))
            .after(&[delete_policy])
            .answers(Answer::Nothing),
        row("TagResource", "", Verb::Tag("Tags")).by_arn("ResourceArn").answers(Answer::Nothing),
        row("UntagResource", "", Verb::Untag("TagKeys")).by_arn("ResourceArn").answers(Answer::Nothing),
        row("ListTagsForResource", "", Verb::ListTags("Tags")).by_arn("ResourceArn"),
    ],
};

fn not_found(message: String) -> ApiError {
    ApiError::new("NotFoundException", message)
}

/// Names that begin with `aws.` are AWS's own.
fn own_registry(ctx: &mut Ctx) -> Outcome<()> {
    let name = ctx.text("RegistryName");
    let legal = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    match name.starts_with("aws.") || name.len() > 64 || !name.chars().all(legal) {
        true => Err(ctx.invalid(format!("Invalid registry name {name}."))),
        false => Ok(()),
    }
}

fn in_registry(ctx: &mut Ctx) -> Outcome<()> {
    let name = ctx.text("RegistryName");
    match ctx.txn.get(&ctx.collection(REGISTRY.name), &name) {
        Some(_) => Ok(()),
        None => Err(not_found(format!("Registry with name {name} does not exist."))),
    }
}

/// Content is JSON of its type; of an update both or neither are there.
fn content_fits(ctx: &mut Ctx) -> Outcome<()> {
    let Some(text) = at(&ctx.input, "Content").and_then(Value::as_str) else { return Ok(()) };
    let content: Value = match serde_json::from_str(text) {
        Ok(content @ Value::Object(_)) => content,
        _ => return Err(ctx.invalid("The schema content is no JSON.")),
    };
    let fits = match ctx.text("Type").as_str() {
        "OpenApi3" => content["openapi"].as_str().is_some_and(|version| version.starts_with("3.0")),
        "JSONSchemaDraft4" => content["$schema"].as_str().is_none_or(|draft| draft.contains("draft-04")),
        _ => return Err(ctx.invalid("Type goes with Content.")),
    };
    match fits {
        true => Ok(()),
        false => Err(ctx.invalid("The schema content is not of its type.")),
    }
}

const VERSIONS: &str = "_versions";

/// Content makes a version, the same content again too.
fn published(ctx: &mut Ctx, schema: &mut Value) -> Outcome<()> {
    if at(&ctx.input, "Content").is_none() {
        return Ok(());
    }
    let mut versions = schema[VERSIONS].as_array().cloned().unwrap_or_default();
    let number = (versions.len() + 1).to_string();
    schema["SchemaVersion"] = number.as_str().into();
    schema["VersionCreatedDate"] = schema["LastModified"].clone();
    versions.push(json!({
        "SchemaVersion": number, "Content": schema["Content"], "Type": schema["Type"],
        "VersionCreatedDate": schema["LastModified"],
    }));
    schema["VersionCount"] = versions.len().into();
    schema[VERSIONS] = versions.into();
    Ok(())
}

/// The version that is asked for; the latest if none is.
fn version(ctx: &mut Ctx, schema: &Value) -> Outcome<Value> {
    let mut shown = ctx.dressed("DescribeSchemaResponse", schema);
    let asked = ctx.text("SchemaVersion");
    if !asked.is_empty() {
        let all = schema[VERSIONS].as_array().cloned().unwrap_or_default();
        let Some(one) = all.iter().find(|one| one["SchemaVersion"] == asked.as_str()) else {
            return Err(not_found(format!("Schema version {asked} does not exist.")));
        };
        for (member, value) in one.as_object().into_iter().flatten() {
            shown[member] = value.clone();
        }
    }
    Ok(shown)
}

fn versions(_: &mut Ctx, schema: &Value) -> Outcome<Value> {
    let all = schema[VERSIONS].as_array().cloned().unwrap_or_default();
    let shown: Vec<Value> = all
        .iter()
        .rev()
        .map(|one| {
            json!({
                "SchemaArn": schema["SchemaArn"], "SchemaName": schema["SchemaName"],
                "SchemaVersion": one["SchemaVersion"], "Type": one["Type"],
            })
        })
        .collect();
    Ok(json!({ "SchemaVersions": shown }))
}

/// What the ids of discoverers, and the names of their rules, begin with.
const ID: &str = "events-event-bus-";
const RULE: &str = "Schemas-";

/// The bus is there, without a key of its own; its discoverer has an id of the bus's name.
fn of_bus(ctx: &mut Ctx) -> Outcome<()> {
    let arn = ctx.text("SourceArn");
    let name = arn.rsplit_once(":event-bus/").map_or("", |(_, name)| name).to_owned();
    let bus = ctx.txn.get(&ctx.elsewhere("events/event-bus"), &name).cloned();
    let Some(bus) = bus.or_else(|| (name == "default").then(|| json!({}))) else {
        return Err(not_found(format!("Event source {arn} does not exist.")));
    };
    if at(&bus, "KmsKeyIdentifier").is_some_and(|key| key != "") {
        return Err(
            ctx.invalid("Discovery is not supported for buses encrypted with a customer managed key.")
        );
    }
    ctx.input["DiscovererId"] = format!("{ID}{}", name.replace('/', "-")).into();
    Ok(())
}

/// Where the rule of a discoverer is kept: its bus and name.
fn rule(discoverer: &Value) -> (String, String) {
    let arn = discoverer["SourceArn"].as_str().unwrap_or_default();
    let bus = arn.rsplit_once(":event-bus/").map_or("default", |(_, name)| name);
    (bus.to_owned(), format!("{RULE}{}", discoverer["DiscovererId"].as_str().unwrap_or_default()))
}

/// Writes the rule of a discoverer, which works while the discoverer is started.
fn listens(ctx: &mut Ctx, discoverer: &mut Value) -> Outcome<()> {
    let (bus, name) = rule(discoverer);
    let within = if bus == "default" { String::new() } else { format!("{bus}/") };
    let arn = ctx.expand(
        &format!("arn:{{partition}}:events:{{region}}:{{account}}:rule/{within}{name}"),
        &Value::Null,
    );
    let state = if discoverer["State"] == "STOPPED" { "DISABLED" } else { "ENABLED" };
    let mut pattern = json!({ "account": [{ "prefix": "" }] });
    if discoverer["CrossAccount"] == false {
        pattern["account"] = json!([ctx.account]);
    }
    let rule = json!({
        "Name": name, "EventBusName": bus, "Arn": arn, "RuleArn": arn, "_arn": arn, "State": state,
        "EventPattern": pattern.to_string(), "ManagedBy": "schemas.amazonaws.com", "CreatedBy": ctx.account,
    });
    let rules = ctx.elsewhere("events/rule");
    ctx.txn.put(&rules, &format!("{bus}/{name}"), rule);
    Ok(())
}

fn hears_no_more(ctx: &mut Ctx, discoverer: &mut Value) -> Outcome<()> {
    let (bus, name) = rule(discoverer);
    let rules = ctx.elsewhere("events/rule");
    ctx.txn.remove(&rules, &format!("{bus}/{name}"));
    Ok(())
}

const POLICY: &str = "_policy";
const REVISION: &str = "_revision";

/// A policy that is written over another one's revision is refused.
fn write_policy(ctx: &mut Ctx, registry: &mut Value) -> Outcome<()> {
    let policy = policies::parse(&ctx.text("Policy"), "BadRequestException")?;
    let (sent, there) = (ctx.text("RevisionId"), at(registry, REVISION).and_then(Value::as_str));
    if !sent.is_empty() && there != Some(sent.as_str()) {
        let message = "The policy has been changed since it was read.";
        return Err(ApiError::new("PreconditionFailedException", message));
    }
    let own = registry["RegistryArn"].as_str().unwrap_or_default();
    let schemas = format!("{}/*", own.replacen(":registry/", ":schema/", 1));
    let mut named =
        policies::statements(&policy).into_iter().flat_map(|one| policies::many(&one["Resource"]));
    if named.any(|arn| arn != own && arn != schemas.as_str()) {
        return Err(ctx.invalid("A resource of the policy is not of the registry."));
    }
    policies::principals_exist(ctx, &policy)?;
    registry[POLICY] = policy;
    registry[REVISION] = random::uuid().into();
    Ok(())
}

/// A registry without a policy says that there is nothing.
fn policy(_: &mut Ctx, registry: &Value) -> Outcome<Value> {
    match at(registry, POLICY).filter(|policy| !policy.is_null()) {
        Some(policy) => Ok(json!({ "Policy": policy.to_string(), "RevisionId": registry[REVISION] })),
        None => Err(not_found("The resource policy does not exist.".into())),
    }
}

fn delete_policy(_: &mut Ctx, registry: &mut Value) -> Outcome<()> {
    take(registry, POLICY);
    take(registry, REVISION);
    Ok(())
}
