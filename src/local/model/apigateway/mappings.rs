//! Base paths of domain names.

use serde_json::Value;

use super::super::executor::Ctx;
use super::super::{KIND, Kind, Outcome};
use super::api::API;
use super::refused;
use super::stages::STAGE;
use crate::local::http::ApiError;

/// A base path of a domain name. Domain names belong to others, so every one is there, save those that never
/// are: `*.invalid`.
pub(super) const MAPPING: Kind = Kind {
    name: "base-path-mapping",
    key: "{domainName}+{domainNameId}/{basePath}",
    missing: ("NotFoundException", "Invalid base path mapping identifier specified"),
    exists: ("ConflictException", "Base path already exists for this domain name"),
    ..KIND
};

pub(super) fn domain_exists(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.text("domainName").ends_with(".invalid") {
        true => Err(ApiError::new("NotFoundException", "Invalid domain name identifier specified")),
        false => Ok(()),
    }
}

pub(super) fn new_mapping(ctx: &mut Ctx) -> Outcome<()> {
    domain_exists(ctx)?;
    let base_path = ctx.text("basePath");
    if base_path.contains('/') {
        return Err(refused(
            "API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.",
        ));
    }
    if base_path.is_empty() {
        ctx.input["basePath"] = "(none)".into();
    }
    Ok(())
}

/// A patch spells the API in its own way.
pub(super) fn mapping_paths(ctx: &mut Ctx, _: &mut Value) -> Outcome<()> {
    for operation in ctx.input["patchOperations"].as_array_mut().into_iter().flatten() {
        match operation["path"].as_str() {
            Some("/restapiId") => operation["path"] = "/restApiId".into(),
            Some("/basePath") => return Err(refused("The embedded account moves no base path")),
            _ => {}
        }
    }
    Ok(())
}

/// The API and the stage of a mapping are there.
pub(super) fn mapped(ctx: &mut Ctx, mapping: &mut Value) -> Outcome<()> {
    let text = |member: &str| mapping[member].as_str().unwrap_or_default().to_owned();
    let (api, stage) = (text("restApiId"), text("stage"));
    if ctx.txn.get(&ctx.collection(API.name), &api).is_none() {
        return Err(refused("Invalid REST API identifier specified"));
    }
    let is_there = ["", "(none)"].contains(&stage.as_str())
        || ctx.txn.get(&ctx.collection(STAGE.name), &format!("{api}/{stage}")).is_some();
    match is_there {
        true => Ok(()),
        false => Err(refused("Invalid stage identifier specified")),
    }
}

/// An API goes when no mapping leads to it.
pub(super) fn unmapped(ctx: &mut Ctx, api: &mut Value) -> Outcome<()> {
    let collection = ctx.collection(MAPPING.name);
    let leading = ctx.txn.all(&collection).filter(|(_, mapping)| mapping["restApiId"] == api["id"]);
    let domains: Vec<&str> = leading.filter_map(|(_, mapping)| mapping["domainName"].as_str()).collect();
    match domains.is_empty() {
        true => Ok(()),
        false => Err(refused(format!(
            "Deleting RestApi {} failed. Please remove all base path mappings related to the RestApi in your domains: {}.",
            ctx.text("restApiId"),
            domains.join(", ")
        ))),
    }
}
