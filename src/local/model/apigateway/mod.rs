//! Amazon API Gateway, REST APIs.
//!
//! Names do not identify; a deployment is a snapshot that stages serve. Methods, integrations and their
//! responses are parts of the resource they belong to.

mod api;
mod mappings;
mod parts;
mod plans;
mod resources;
mod stages;

use serde_json::Value;

use super::executor::Ctx;
use super::hooks::json_patch;
use super::{Answer, Fill, From, Kind, LIST, List, Outcome, Service, Verb, row};
use crate::local::http::ApiError;
use api::{API, account, capitals, everything, new_api, policy, root};
use mappings::{MAPPING, domain_exists, mapped, mapping_paths, new_mapping, unmapped};
use parts::{
    AUTHORIZER, GATEWAY_RESPONSE, MODEL, VALIDATOR, auth_type, gateway_responses, given_models, model_name,
    new_authorizer, new_validator, referred, schema, unused_authorizer, unused_model, unused_validator,
};
use plans::{
    API_KEY, USAGE_PLAN, USAGE_PLAN_KEY, new_key, new_plan, out_of_plans, plan_and_key, plan_keys,
    plan_stages, seal, stages_exist, with_value,
};
use resources::{
    INTEGRATION, INTEGRATION_RESPONSE, METHOD, METHOD_RESPONSE, RESOURCE, descendants, embedded, http_method,
    integration, method_response, new_resource, path, resources,
};
use stages::{DEPLOYMENT, STAGE, deployed, new_deployment, snapshot, unused};

pub(super) const PAGED: List = List { limit: ("limit", 500), token: ("position", "position"), ..LIST };

pub(super) const APIS: List = List { items: "items", ..PAGED };

pub(super) const RESOURCES: List = List { items: "items", within: "{restApiId}/", read: &["embed"], ..PAGED };

pub(super) const DEPLOYMENTS: List = List { items: "items", within: "{restApiId}/", ..PAGED };

pub(super) const PLANS: List = APIS;

pub(super) const KEYS: List = List { prefix: ("nameQuery", "name"), read: &["includeValues"], ..APIS };

pub(super) const PLAN_KEYS: List = List { items: "items", within: "{usagePlanId}/", ..PAGED };

pub(super) const MODELS: List = DEPLOYMENTS;

pub(super) const STAGES: List = List {
    items: "item",
    within: "{restApiId}/",
    equal: &[("deploymentId", "deploymentId")],
    limit: ("", 1000),
    token: ("", ""),
    ..LIST
};

pub(super) const DELETE: Verb = Verb::Delete { lenient: false };

/// Patches are applied by a hook to an otherwise unchanged document.
pub(super) const PATCH: Verb = Verb::Write(&[]);

pub const SERVICE: Service = Service {
    id: "apigateway",
    global: false,
    invalid: "BadRequestException",
    before: Some(capitals),
    kinds: &[
        API,
        RESOURCE,
        METHOD,
        METHOD_RESPONSE,
        INTEGRATION,
        INTEGRATION_RESPONSE,
        DEPLOYMENT,
        STAGE,
        MODEL,
        VALIDATOR,
        AUTHORIZER,
        GATEWAY_RESPONSE,
        USAGE_PLAN,
        API_KEY,
        USAGE_PLAN_KEY,
        MAPPING,
    ],
    operations: &[
        row("CreateRestApi", "rest-api", Verb::Create).before(&[new_api]).after(&[
            policy,
            root,
            given_models,
        ]),
        row("GetRestApi", "rest-api", Verb::Read),
        row("GetRestApis", "rest-api", Verb::List(&APIS)),
        row("UpdateRestApi", "rest-api", PATCH).after(&[json_patch::apply, policy]),
        row("DeleteRestApi", "rest-api", DELETE).after(&[unmapped, everything]).answers(Answer::Nothing),
        row("CreateResource", "resource", Verb::Create).before(&[new_resource]).after(&[path]),
        row("GetResource", "resource", Verb::Read).answers(Answer::Words(embedded)),
        row("GetResources", "resource", Verb::Hook(resources)).before(&[api_exists]),
        row("UpdateResource", "resource", PATCH).after(&[json_patch::apply, path]),
        row("DeleteResource", "resource", DELETE).after(&[descendants]).answers(Answer::Nothing),
        row("PutMethod", "method", Verb::Create).before(&[referred]),
        row("GetMethod", "method", Verb::Read),
        row("UpdateMethod", "method", PATCH).after(&[json_patch::apply]),
        row("DeleteMethod", "method", DELETE).answers(Answer::Nothing),
        row("PutMethodResponse", "method-response", Verb::Create).before(&[referred]),
        row("UpdateMethodResponse", "method-response", PATCH).after(&[json_patch::apply]),
        row("DeleteMethodResponse", "method-response", DELETE).answers(Answer::Nothing),
        row("PutIntegration", "integration", Verb::Replace).before(&[integration]).after(&[http_method]),
        row("GetIntegration", "integration", Verb::Read),
        row("UpdateIntegration", "integration", PATCH).after(&[json_patch::apply]),
        row("DeleteIntegration", "integration", DELETE).answers(Answer::Nothing),
        row("PutIntegrationResponse", "integration-response", Verb::Replace).before(&[method_response]),
        row("UpdateIntegrationResponse", "integration-response", PATCH).after(&[json_patch::apply]),
        row("DeleteIntegrationResponse", "integration-response", DELETE).answers(Answer::Nothing),
        row("CreateDeployment", "deployment", Verb::Create).before(&[new_deployment]).after(&[snapshot]),
        row("GetDeployment", "deployment", Verb::Read),
        row("GetDeployments", "deployment", Verb::List(&DEPLOYMENTS)).before(&[api_exists]),
        row("UpdateDeployment", "deployment", PATCH).after(&[json_patch::apply]),
        row("DeleteDeployment", "deployment", DELETE).after(&[unused]).answers(Answer::Nothing),
        row("CreateStage", "stage", Verb::Create).before(&[api_exists]).after(&[deployed]),
        row("GetStage", "stage", Verb::Read),
        row("GetStages", "stage", Verb::List(&STAGES)).before(&[api_exists]),
        row("UpdateStage", "stage", Verb::Write(&[Fill::Set("lastUpdatedDate", From::Now)]))
            .after(&[json_patch::apply, deployed]),
        row("DeleteStage", "stage", DELETE).answers(Answer::Nothing),
        row("CreateModel", "model", Verb::Create).before(&[api_exists]).after(&[schema]),
        row("GetModels", "model", Verb::List(&MODELS)).before(&[api_exists]),
        row("UpdateModel", "model", PATCH).before(&[model_name]).after(&[json_patch::apply, schema]),
        row("DeleteModel", "model", DELETE)
            .before(&[model_name])
            .after(&[unused_model])
            .answers(Answer::Nothing),
        row("CreateRequestValidator", "request-validator", Verb::Create).before(&[new_validator]),
        row("GetRequestValidators", "request-validator", Verb::List(&MODELS)).before(&[api_exists]),
        row("UpdateRequestValidator", "request-validator", PATCH).after(&[json_patch::apply]),
        row("DeleteRequestValidator", "request-validator", DELETE)
            .after(&[unused_validator])
            .answers(Answer::Nothing),
        row("CreateAuthorizer", "authorizer", Verb::Create).before(&[new_authorizer]).after(&[auth_type]),
        row("GetAuthorizers", "authorizer", Verb::List(&MODELS)).before(&[api_exists]),
        row("UpdateAuthorizer", "authorizer", PATCH).after(&[json_patch::apply, auth_type]),
        row("DeleteAuthorizer", "authorizer", DELETE).after(&[unused_authorizer]).answers(Answer::Nothing),
        row("PutGatewayResponse", "gateway-response", Verb::Replace).before(&[api_exists]),
        row("GetGatewayResponses", "gateway-response", Verb::Hook(gateway_responses)).before(&[api_exists]),
        row("DeleteGatewayResponse", "gateway-response", DELETE).answers(Answer::Nothing),
        row("CreateUsagePlan", "usage-plan", Verb::Create).before(&[new_plan]).after(&[stages_exist]),
        row("GetUsagePlan", "usage-plan", Verb::Read),
        row("GetUsagePlans", "usage-plan", Verb::List(&PLANS)),
        row("UpdateUsagePlan", "usage-plan", PATCH).after(&[plan_stages, json_patch::apply, stages_exist]),
        row("DeleteUsagePlan", "usage-plan", DELETE).after(&[plan_keys]).answers(Answer::Nothing),
        row("CreateUsagePlanKey", "usage-plan-key", Verb::Create).before(&[plan_and_key]),
        row("GetUsagePlanKeys", "usage-plan-key", Verb::List(&PLAN_KEYS)),
        row("DeleteUsagePlanKey", "usage-plan-key", DELETE).answers(Answer::Nothing),
        row("CreateApiKey", "api-key", Verb::Create)
            .before(&[new_key])
            .after(&[seal])
            .answers(Answer::Words(with_value)),
        row("GetApiKey", "api-key", Verb::Read),
        row("GetApiKeys", "api-key", Verb::List(&KEYS)),
        row("UpdateApiKey", "api-key", PATCH).after(&[json_patch::apply]),
        row("DeleteApiKey", "api-key", DELETE).after(&[out_of_plans]).answers(Answer::Nothing),
        row("CreateBasePathMapping", "base-path-mapping", Verb::Create)
            .before(&[new_mapping])
            .after(&[mapped]),
        row("GetBasePathMapping", "base-path-mapping", Verb::Read).before(&[domain_exists]),
        row("UpdateBasePathMapping", "base-path-mapping", PATCH).before(&[domain_exists]).after(&[
            mapping_paths,
            json_patch::apply,
            mapped,
        ]),
        row("DeleteBasePathMapping", "base-path-mapping", DELETE)
            .before(&[domain_exists])
            .answers(Answer::Nothing),
        row("TagResource", "rest-api", Verb::Tag("tags")).by_arn("resourceArn"),
        row("UntagResource", "", Verb::Untag("tagKeys")).by_arn("resourceArn"),
        row("GetTags", "rest-api", Verb::ListTags("tags")).by_arn("resourceArn"),
        row("GetAccount", "", Verb::Hook(account)),
    ],
};

pub(super) fn refused(message: impl Into<String>) -> ApiError {
    ApiError::new("BadRequestException", message)
}

pub(super) fn api_exists(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.place(&API)?.load(ctx.txn) {
        Some(_) => Ok(()),
        None => Err(ctx.refuse(API.missing, &Value::Null)),
    }
}

/// The ids of a kind's documents in the API.
pub(super) fn ids(ctx: &Ctx, kind: &Kind) -> Vec<String> {
    let prefix = format!("{}/", ctx.text("restApiId"));
    let collection = ctx.collection(kind.name);
    ctx.txn.all(&collection).map(|(id, _)| id.to_owned()).filter(|id| id.starts_with(&prefix)).collect()
}

pub(super) fn of_api(ctx: &Ctx, kind: &Kind) -> Vec<Value> {
    let collection = ctx.collection(kind.name);
    ids(ctx, kind).iter().filter_map(|id| ctx.txn.get(&collection, id).cloned()).collect()
}
