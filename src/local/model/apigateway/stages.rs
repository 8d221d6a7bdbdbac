//! Deployments and stages.

use serde_json::Value;

use super::super::executor::Ctx;
use super::super::hooks::random;
use super::super::places::{Place, at, take};
use super::super::{Fill, From, KIND, Kind, Outcome, Refusal};
use super::resources::RESOURCE;
use super::{api_exists, of_api, refused};

pub(super) const DEPLOYMENT: Kind = Kind {
    name: "deployment",
    key: "{restApiId}/{deploymentId}",
    missing: ("NotFoundException", "Invalid Deployment identifier specified"),
    create: &[Fill::Set("id", From::Text("{deploymentId}")), Fill::Set("createdDate", From::Now)],
    ..KIND
};

pub(super) const STAGE: Kind = Kind {
    name: "stage",
    key: "{restApiId}/{stageName}",
    arn: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/stages/{stageName}",
    missing: ("NotFoundException", "Invalid stage identifier specified"),
    exists: ("ConflictException", "Stage already exists"),
    blank: &["description"],
    create: &[
        Fill::Set("createdDate", From::Now),
        Fill::Set("lastUpdatedDate", From::Now),
        Fill::Default("cacheClusterEnabled", From::Json("false")),
        Fill::Set("cacheClusterStatus", From::Json("\"NOT_AVAILABLE\"")),
        Fill::Default("tracingEnabled", From::Json("false")),
        Fill::Set("methodSettings", From::Json("{}")),
    ],
    ..KIND
};

pub(super) const NO_METHODS: Refusal = ("BadRequestException", "The REST API doesn't contain any methods");

pub(super) fn new_deployment(ctx: &mut Ctx) -> Outcome<()> {
    api_exists(ctx)?;
    let resources = of_api(ctx, &RESOURCE);
    let methods: Vec<&Value> = resources
        .iter()
        .filter_map(|resource| resource["resourceMethods"].as_object())
        .flat_map(|methods| methods.values())
        .collect();
    if methods.is_empty() {
        return Err(ctx.refuse(NO_METHODS, &Value::Null));
    }
    if methods.iter().any(|method| at(method, "methodIntegration").is_none()) {
        return Err(refused("No integration defined for method"));
    }
    if at(&ctx.input, "stageName").is_some() {
        return Err(refused("The embedded account makes stages by CreateStage only"));
    }
    ctx.input["deploymentId"] = random::word(6).into();
    Ok(())
}

/// A deployment keeps what it deployed, for raw reads.
pub(super) fn snapshot(ctx: &mut Ctx, deployment: &mut Value) -> Outcome<()> {
    deployment["_snapshot"] = Value::Array(of_api(ctx, &RESOURCE));
    Ok(())
}

pub(super) fn unused(ctx: &mut Ctx, deployment: &mut Value) -> Outcome<()> {
    match of_api(ctx, &STAGE).iter().any(|stage| stage["deploymentId"] == deployment["id"]) {
        true => Err(refused("Active stages pointing to this deployment must be moved or deleted")),
        false => Ok(()),
    }
}

pub(super) fn deployed(ctx: &mut Ctx, stage: &mut Value) -> Outcome<()> {
    if stage["cacheClusterEnabled"] != true {
        take(stage, "cacheClusterSize");
    }
    let place = Place {
        collection: ctx.collection(DEPLOYMENT.name),
        id: format!("{}/{}", ctx.text("restApiId"), stage["deploymentId"].as_str().unwrap_or_default()),
        inside: Vec::new(),
    };
    match place.has_whole(ctx.txn) {
        true => Ok(()),
        false => Err(refused("Invalid deployment identifier specified")),
    }
}
