//! Published versions, aliases, and what is provisioned for them.
//!
//! A version is the function as it was. Nothing new is published while neither code nor configuration
//! have changed. All of them go with their function.

use serde_json::{Value, json};

use super::super::executor::{Ctx, NEXT};
use super::super::places::{Place, at, take};
use super::super::{Fill, From, KIND, Kind, LIST, List, Outcome, States};
use super::{ARN, MISSING, code, function};
use crate::local::http::ApiError;

const ALIAS_MISSING: (&str, &str) = (
    "ResourceNotFoundException",
    "Cannot find alias arn: arn:{partition}:lambda:{region}:{account}:function:{FunctionName}:{Name}",
);

pub const ALIAS: Kind = Kind {
    name: "alias",
    key: "{FunctionName}:{Name}",
    missing: ALIAS_MISSING,
    exists: ("ResourceConflictException", "Alias already exists: {Name}"),
    blank: &["Description", "RoutingConfig.AdditionalVersionWeights", "RoutingConfig"],
    create: &[
        Fill::Set(
            "AliasArn",
            From::Text("arn:{partition}:lambda:{region}:{account}:function:{FunctionName}:{Name}"),
        ),
        Fill::Default("Description", From::Json("\"\"")),
        Fill::Set("RevisionId", From::Text("{uuid}")),
    ],
    update: &[
        Fill::Default("Description", From::Json("\"\"")),
        Fill::Set("RevisionId", From::Text("{uuid}")),
    ],
    ..KIND
};

pub const VERSION: Kind = Kind { name: "version", key: "{FunctionName}:{Version}", missing: MISSING, ..KIND };

/// What is asked for is there after a while.
pub const PROVISIONED: Kind = Kind {
    name: "provisioned",
    key: "{FunctionName}:{Qualifier}",
    missing: (
        "ProvisionedConcurrencyConfigNotFoundException",
        "No Provisioned Concurrency Config found for this function",
    ),
    states: Some(&States {
        member: "Status",
        create: Some(("IN_PROGRESS", "READY")),
        update: Some(("IN_PROGRESS", "READY")),
        delete: None,
        busy: (&[], ("", "")),
        reads: 1,
    }),
    ..KIND
};

pub const ALIASES: List = List {
    items: "Aliases",
    within: "{FunctionName}:",
    equal: &[("FunctionVersion", "FunctionVersion")],
    limit: ("MaxItems", 50),
    token: ("Marker", "NextMarker"),
    ..LIST
};

fn place(ctx: &Ctx, kind: &str, name: &str, part: &str) -> Place {
    Place { collection: ctx.collection(kind), id: format!("{name}:{part}"), inside: Vec::new() }
}

/// A version or an alias that a call names is there.
pub fn named(ctx: &mut Ctx, name: &str, qualifier: &str) -> Outcome<()> {
    let there = |kind| place(ctx, kind, name, qualifier).load(ctx.txn).is_some();
    if there("version") || there("alias") {
        return Ok(());
    }
    let arn = ctx.expand("arn:{partition}:lambda:{region}:{account}:function", &Value::Null);
    Err(ApiError::new(MISSING.0, format!("Function not found: {arn}:{name}:{qualifier}")))
}

/// The function that a call means: as it is, or as it was published.
fn meant(ctx: &mut Ctx) -> Outcome<Value> {
    let (mut there, _) = function(ctx)?;
    let (name, qualifier) = (ctx.text("FunctionName"), ctx.text("Qualifier"));
    if !qualifier.is_empty() {
        let alias = place(ctx, "alias", &name, &qualifier).load(ctx.txn);
        let version = alias.and_then(|alias| alias["FunctionVersion"].as_str().map(str::to_owned));
        let version = version.unwrap_or(qualifier);
        if version != "$LATEST" {
            there = place(ctx, "version", &name, &version);
        }
    }
    ctx.look(&there).ok_or_else(|| ctx.refuse(MISSING, &Value::Null))
}

pub fn get_function(ctx: &mut Ctx) -> Outcome<Value> {
    let function = meant(ctx)?;
    code::whole(ctx, &function)
}

pub fn get_configuration(ctx: &mut Ctx) -> Outcome<Value> {
    meant(ctx)
}

/// The published versions of a function, oldest first.
fn all(ctx: &Ctx, name: &str) -> Vec<Value> {
    let prefix = format!("{name}:");
    let collection = ctx.collection("version");
    let mut found: Vec<Value> = ctx
        .txn
        .all(&collection)
        .filter(|(id, _)| id.starts_with(&prefix))
        .map(|(_, version)| version.clone())
        .collect();
    found.sort_by_key(number);
    found
}

fn number(version: &Value) -> u64 {
    version["Version"].as_str().and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// What makes a version another one.
fn content(function: &Value) -> Value {
    let mut content = function.clone();
    if let Some(members) = content.as_object_mut() {
        members.retain(|name, value| {
            let volatile = [
                "LastModified",
                "RevisionId",
                "Version",
                "FunctionArn",
                "State",
                "StateReason",
                "LastUpdateStatus",
                "SnapStart",
                "Description",
            ];
            let hidden = name.starts_with('_') && name != "_image";
            !(hidden || value.is_null() || volatile.contains(&name.as_str()))
        });
        members.sort_keys();
    }
    content["ApplyOn"] = function["SnapStart"]["ApplyOn"].clone();
    content
}

pub fn publish(ctx: &mut Ctx) -> Outcome<Value> {
    let (_, function) = function(ctx)?;
    let arn = function["FunctionArn"].as_str().unwrap_or_default().to_owned();
    if function["LastUpdateStatus"] == "InProgress" || function["State"] == "Pending" {
        let message = format!(
            "The operation cannot be performed at this time. An update is in progress for resource: {arn}"
        );
        return Err(ApiError::new("ResourceConflictException", message));
    }
    let seen = ctx.text("CodeSha256");
    if !seen.is_empty() && function["CodeSha256"] != seen.as_str() {
        let message = "CodeSHA256 does not match that of the published function.";
        return Err(ApiError::new("InvalidParameterValueException", message));
    }
    let name = ctx.text("FunctionName");
    let last = all(ctx, &name).pop();
    if let Some(last) = last.as_ref().filter(|last| content(last) == content(&function)) {
        return Ok(last.clone());
    }
    let next = (last.as_ref().map_or(0, number) + 1).to_string();
    let mut version = function;
    if let Some(members) = version.as_object_mut() {
        members.retain(|name, _| !name.starts_with('_') || name == "_image");
    }
    version["Version"] = next.as_str().into();
    version["FunctionArn"] = format!("{arn}:{next}").into();
    if let Some(text) = at(&ctx.input, "Description") {
        version["Description"] = text.clone();
    }
    if version["SnapStart"]["ApplyOn"] == "PublishedVersions" {
        version["SnapStart"]["OptimizationStatus"] = "On".into();
        version["State"] = "Pending".into();
        version[NEXT] = json!({"reads": 1, "set": {"State": "Active"}});
    }
    place(ctx, "version", &name, &next).save(ctx.txn, version.clone());
    Ok(version)
}

/// The function as it is, then every published version. In one page: there are few in a test.
pub fn list(ctx: &mut Ctx) -> Outcome<Value> {
    let (_, function) = function(ctx)?;
    let mut versions = vec![function];
    versions.extend(all(ctx, &ctx.text("FunctionName")));
    Ok(json!({"Versions": versions}))
}

/// What an alias leads to is there.
pub fn aliased(ctx: &mut Ctx, alias: &mut Value) -> Outcome<()> {
    let name = ctx.text("FunctionName");
    let weights = at(alias, "RoutingConfig.AdditionalVersionWeights").and_then(Value::as_object);
    let weighted = weights.into_iter().flatten().map(|(version, _)| version.as_str());
    let first = alias["FunctionVersion"].as_str();
    for version in first.into_iter().chain(weighted).filter(|version| *version != "$LATEST") {
        if place(ctx, "version", &name, version).load(ctx.txn).is_none() {
            let arn = ctx.expand(ARN, &Value::Null);
            return Err(ApiError::new(MISSING.0, format!("Function not found: {arn}:{version}")));
        }
    }
    Ok(())
}

/// What is provisioned and permitted for an alias goes with it.
pub fn without_alias(ctx: &mut Ctx, alias: &mut Value) -> Outcome<()> {
    let name = alias["Name"].as_str().unwrap_or_default().to_owned();
    let of = ctx.text("FunctionName");
    place(ctx, "provisioned", &of, &name).remove(ctx.txn);
    let (whole, mut function) = function(ctx)?;
    for kept in ["_policy", "_url", "_async"] {
        take(&mut function, &format!("{kept}{name}"));
    }
    whole.save(ctx.txn, function);
    Ok(())
}

/// Concurrency is provisioned for what was published.
pub fn provisionable(ctx: &mut Ctx) -> Outcome<()> {
    let version = meant(ctx)?;
    match version["Version"] == "$LATEST" {
        false => Ok(()),
        true => Err(ApiError::new(
            "InvalidParameterValueException",
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
        )),
    }
}

/// How much is asked for, and how much there is of it.
pub fn provisioning(_: &mut Ctx, config: &mut Value) -> Outcome<()> {
    let asked = take(config, "ProvisionedConcurrentExecutions").unwrap_or_default();
    config["RequestedProvisionedConcurrentExecutions"] = asked.clone();
    config["AllocatedProvisionedConcurrentExecutions"] = 0.into();
    config[NEXT]["set"]["AvailableProvisionedConcurrentExecutions"] = asked.clone();
    config[NEXT]["set"]["AllocatedProvisionedConcurrentExecutions"] = asked;
    Ok(())
}

/// Versions, aliases and what is provisioned for them go with their function.
pub fn with_all(ctx: &mut Ctx, _: &mut Value) -> Outcome<()> {
    let prefix = format!("{}:", ctx.text("FunctionName"));
    for kind in ["version", "alias", "provisioned"] {
        let collection = ctx.collection(kind);
        let gone: Vec<String> = ctx
            .txn
            .all(&collection)
            .filter(|(id, _)| id.starts_with(&prefix))
            .map(|(id, _)| id.to_owned())
            .collect();
        gone.iter().for_each(|id| ctx.txn.remove(&collection, id));
    }
    Ok(())
}
