//! Amazon API Gateway, REST APIs.
//!
//! Names do not identify; a deployment is a snapshot that stages serve. Methods, integrations and their
//! responses are parts of the resource they belong to.

use serde_json::{Value, json};

use super::executor::Ctx;
use super::hooks::{json_patch, policies, random, secrets};
use super::places::{Place, at, each, take};
use super::{Answer, Fill, From, KIND, Kind, LIST, List, Outcome, Refusal, Service, Verb, row};
use crate::local::http::ApiError;

const API: Kind = Kind {
    name: "rest-api",
    key: "{restApiId}",
    arn: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}",
    missing: ("NotFoundException", "Invalid API identifier specified {account}:{restApiId}"),
    blank: &["description", "policy", "version"],
    create: &[
        Fill::Set("id", From::Text("{restApiId}")),
        Fill::Set("rootResourceId", From::Text("{any10}")),
        Fill::Set("createdDate", From::Now),
        Fill::Set("apiStatus", From::Json("\"AVAILABLE\"")),
        Fill::Default("apiKeySource", From::Json("\"HEADER\"")),
        Fill::Default("endpointConfiguration.types", From::Json(r#"["EDGE"]"#)),
        Fill::Default("endpointConfiguration.ipAddressType", From::Json("\"ipv4\"")),
        Fill::Default("disableExecuteApiEndpoint", From::Json("false")),
        Fill::Default("securityPolicy", From::Json("\"TLS_1_0\"")),
    ],
    ..KIND
};

const RESOURCE: Kind = Kind {
    name: "resource",
    key: "{restApiId}/{resourceId}",
    missing: ("NotFoundException", "Invalid Resource identifier specified"),
    create: &[Fill::Set("id", From::Text("{resourceId}"))],
    ..KIND
};

const METHOD: Kind = Kind {
    name: "method",
    within: Some(("resource", "resourceMethods {httpMethod}")),
    missing: ("NotFoundException", "Invalid Method identifier specified"),
    exists: ("ConflictException", "Method already exists for this resource"),
    create: &[Fill::Default("apiKeyRequired", From::Json("false"))],
    ..KIND
};

const METHOD_RESPONSE: Kind = Kind {
    name: "method-response",
    within: Some(("method", "methodResponses {statusCode}")),
    missing: ("NotFoundException", "Invalid Response status code specified"),
    exists: ("ConflictException", "Response already exists for this resource"),
    ..KIND
};

const INTEGRATION: Kind = Kind {
    name: "integration",
    within: Some(("method", "methodIntegration")),
    missing: ("NotFoundException", "Invalid Integration identifier specified"),
    create: &[
        Fill::Default("passthroughBehavior", From::Json("\"WHEN_NO_MATCH\"")),
        Fill::Default("timeoutInMillis", From::Json("29000")),
        Fill::Default("cacheNamespace", From::Text("{resourceId}")),
        Fill::Default("cacheKeyParameters", From::Json("[]")),
        Fill::Default("responseTransferMode", From::Json("\"BUFFERED\"")),
    ],
    ..KIND
};

const INTEGRATION_RESPONSE: Kind = Kind {
    name: "integration-response",
    within: Some(("integration", "integrationResponses {statusCode}")),
    missing: ("NotFoundException", "Invalid Response status code specified"),
    ..KIND
};

const DEPLOYMENT: Kind = Kind {
    name: "deployment",
    key: "{restApiId}/{deploymentId}",
    missing: ("NotFoundException", "Invalid Deployment identifier specified"),
    create: &[Fill::Set("id", From::Text("{deploymentId}")), Fill::Set("createdDate", From::Now)],
    ..KIND
};

const STAGE: Kind = Kind {
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

/// Kinds beside the resources of an API: listed with it, gone with it.
const MODEL: Kind = Kind {
    name: "model",
    key: "{restApiId}/{name}",
    missing: ("NotFoundException", "Invalid Model Name specified"),
    exists: ("ConflictException", "Model name already exists for this REST API"),
    blank: &["description"],
    create: &[Fill::Set("id", From::Text("{any10}"))],
    ..KIND
};

const VALIDATOR: Kind = Kind {
    name: "request-validator",
    key: "{restApiId}/{requestValidatorId}",
    missing: ("NotFoundException", "Invalid Request Validator identifier specified"),
    create: &[
        Fill::Set("id", From::Text("{requestValidatorId}")),
        Fill::Default("validateRequestBody", From::Json("false")),
        Fill::Default("validateRequestParameters", From::Json("false")),
    ],
    ..KIND
};

const AUTHORIZER: Kind = Kind {
    name: "authorizer",
    key: "{restApiId}/{authorizerId}",
    missing: ("NotFoundException", "Invalid Authorizer identifier specified"),
    blank: &["authorizerCredentials", "identityValidationExpression", "identitySource"],
    create: &[
        Fill::Set("id", From::Text("{authorizerId}")),
        Fill::Default("authorizerResultTtlInSeconds", From::Json("300")),
    ],
    ..KIND
};

const GATEWAY_RESPONSE: Kind = Kind {
    name: "gateway-response",
    key: "{restApiId}/{responseType}",
    missing: ("NotFoundException", "Gateway response type not defined on api"),
    create: &[Fill::Set("defaultResponse", From::Json("false"))],
    ..KIND
};

const USAGE_PLAN: Kind = Kind {
    name: "usage-plan",
    key: "{usagePlanId}",
    arn: "arn:{partition}:apigateway:{region}::/usageplans/{usagePlanId}",
    missing: ("NotFoundException", "Invalid Usage Plan ID specified"),
    blank: &["description"],
    create: &[Fill::Set("id", From::Text("{usagePlanId}")), Fill::Default("apiStages", From::Json("[]"))],
    ..KIND
};

const API_KEY: Kind = Kind {
    name: "api-key",
    key: "{apiKey}",
    arn: "arn:{partition}:apigateway:{region}::/apikeys/{apiKey}",
    missing: ("NotFoundException", "Invalid API Key identifier specified"),
    blank: &["description", "customerId"],
    create: &[
        Fill::Set("id", From::Text("{apiKey}")),
        Fill::Set("createdDate", From::Now),
        Fill::Set("lastUpdatedDate", From::Now),
        Fill::Default("enabled", From::Json("false")),
    ],
    ..KIND
};

const USAGE_PLAN_KEY: Kind = Kind {
    name: "usage-plan-key",
    key: "{usagePlanId}/{keyId}",
    missing: ("NotFoundException", "Invalid API Key identifier specified"),
    exists: ("ConflictException", "Usage Plan Key already exists"),
    create: &[Fill::Set("id", From::Text("{keyId}")), Fill::Set("type", From::Text("{keyType}"))],
    ..KIND
};

/// A base path of a domain name. Domain names belong to others, so every one is there, save those that never
/// are: `*.invalid`.
const MAPPING: Kind = Kind {
    name: "base-path-mapping",
    key: "{domainName}+{domainNameId}/{basePath}",
    missing: ("NotFoundException", "Invalid base path mapping identifier specified"),
    exists: ("ConflictException", "Base path already exists for this domain name"),
    ..KIND
};

const PAGED: List = List { limit: ("limit", 500), token: ("position", "position"), ..LIST };
const APIS: List = List { items: "items", ..PAGED };
const RESOURCES: List = List { items: "items", within: "{restApiId}/", read: &["embed"], ..PAGED };
const DEPLOYMENTS: List = List { items: "items", within: "{restApiId}/", ..PAGED };
const PLANS: List = APIS;
const KEYS: List = List { prefix: ("nameQuery", "name"), read: &["includeValues"], ..APIS };
const PLAN_KEYS: List = List { items: "items", within: "{usagePlanId}/", ..PAGED };
const MODELS: List = DEPLOYMENTS;
const STAGES: List = List {
    items: "item",
    within: "{restApiId}/",
    equal: &[("deploymentId", "deploymentId")],
    limit: ("", 1000),
    token: ("", ""),
    ..LIST
};

const DELETE: Verb = Verb::Delete { lenient: false };
/// Patches are applied by a hook to an otherwise unchanged document.
const PATCH: Verb = Verb::Write(&[]);

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

/// Members whose values are taken in any case and kept in capitals.
const CAPITALS: &[&str] =
    &["httpMethod", "type", "passthroughBehavior", "contentHandling", "connectionType", "apiKeySource"];

fn capitals(ctx: &mut Ctx) -> Outcome<()> {
    for member in CAPITALS {
        if let Some(text) = at(&ctx.input, member).and_then(Value::as_str) {
            ctx.input[*member] = text.to_uppercase().into();
        }
    }
    Ok(())
}

fn refused(message: impl Into<String>) -> ApiError {
    ApiError::new("BadRequestException", message)
}

fn new_api(ctx: &mut Ctx) -> Outcome<()> {
    if at(&ctx.input, "cloneFrom").is_some() {
        return Err(refused("The embedded account does not implement cloneFrom"));
    }
    ctx.input["restApiId"] = random::word(10).into();
    Ok(())
}

/// A policy comes back as the inside of a JSON string: every quotation mark escaped.
fn policy(ctx: &mut Ctx, api: &mut Value) -> Outcome<()> {
    let patches = each(&ctx.input, "patchOperations[].path");
    let sent = at(&ctx.input, "policy").is_some() || patches.iter().any(|path| **path == "/policy");
    if let Some(text) = api["policy"].as_str().filter(|_| sent) {
        let parsed = policies::parse(text, "BadRequestException").map_err(|_| refused("Invalid policy document. Please check the policy syntax and ensure that Principals are valid."))?;
        let quoted = Value::String(parsed.to_string()).to_string();
        api["policy"] = quoted[1..quoted.len() - 1].into();
    }
    Ok(())
}

/// Every API has its root resource.
fn root(ctx: &mut Ctx, api: &mut Value) -> Outcome<()> {
    let (id, root) = (ctx.text("restApiId"), api["rootResourceId"].clone());
    let key = format!("{id}/{}", root.as_str().unwrap_or_default());
    let collection = ctx.collection(RESOURCE.name);
    ctx.txn.put(&collection, &key, json!({"id": root, "path": "/"}));
    Ok(())
}

fn api_exists(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.place(&API)?.load(ctx.txn) {
        Some(_) => Ok(()),
        None => Err(ctx.refuse(API.missing, &Value::Null)),
    }
}

/// What belongs to the API goes with it.
fn everything(ctx: &mut Ctx, _: &mut Value) -> Outcome<()> {
    for kind in [RESOURCE, DEPLOYMENT, STAGE, MODEL, VALIDATOR, AUTHORIZER, GATEWAY_RESPONSE] {
        let collection = ctx.collection(kind.name);
        for id in ids(ctx, &kind) {
            ctx.txn.remove(&collection, &id);
        }
    }
    Ok(())
}

/// The ids of a kind's documents in the API.
fn ids(ctx: &Ctx, kind: &Kind) -> Vec<String> {
    let prefix = format!("{}/", ctx.text("restApiId"));
    let collection = ctx.collection(kind.name);
    ctx.txn.all(&collection).map(|(id, _)| id.to_owned()).filter(|id| id.starts_with(&prefix)).collect()
}

fn of_api(ctx: &Ctx, kind: &Kind) -> Vec<Value> {
    let collection = ctx.collection(kind.name);
    ids(ctx, kind).iter().filter_map(|id| ctx.txn.get(&collection, id).cloned()).collect()
}

fn new_resource(ctx: &mut Ctx) -> Outcome<()> {
    api_exists(ctx)?;
    ctx.input["resourceId"] = random::word(6).into();
    Ok(())
}

/// The path follows from the parent's; siblings have different parts.
fn path(ctx: &mut Ctx, resource: &mut Value) -> Outcome<()> {
    let all = of_api(ctx, &RESOURCE);
    let parent = all
        .iter()
        .find(|other| other["id"] == resource["parentId"])
        .ok_or_else(|| ctx.refuse(RESOURCE.missing, &Value::Null))?;
    let part = resource["pathPart"].as_str().unwrap_or_default().to_owned();
    let twin = |other: &&Value| {
        other["parentId"] == resource["parentId"]
            && other["pathPart"] == part.as_str()
            && other["id"] != resource["id"]
    };
    if all.iter().any(|other| twin(&other)) {
        return Err(ApiError::new(
            "ConflictException",
            format!("Another resource with the same parent already has this name: {part}"),
        ));
    }
    let above = parent["path"].as_str().unwrap_or_default().trim_end_matches('/').to_owned();
    resource["path"] = format!("{above}/{part}").into();
    Ok(())
}

fn descendants(ctx: &mut Ctx, resource: &mut Value) -> Outcome<()> {
    let path = resource["path"].as_str().unwrap_or_default().to_owned();
    if path == "/" {
        return Err(refused("Root resource cannot be deleted"));
    }
    let collection = ctx.collection(RESOURCE.name);
    for other in of_api(ctx, &RESOURCE) {
        let below = other["path"].as_str().is_some_and(|other| other.starts_with(&format!("{path}/")));
        if let (true, Some(id)) = (below, other["id"].as_str()) {
            let key = format!("{}/{id}", ctx.text("restApiId"));
            ctx.txn.remove(&collection, &key);
        }
    }
    Ok(())
}

/// Methods are shown by name only unless they are asked for.
fn embedded(ctx: &mut Ctx, resource: &Value) -> Outcome<Value> {
    let asked =
        ctx.input["embed"].as_array().is_some_and(|embed| embed.iter().any(|embed| embed == "methods"));
    let mut shown = resource.clone();
    if let Some(methods) = shown["resourceMethods"].as_object_mut().filter(|_| !asked) {
        methods.values_mut().for_each(|method| *method = json!({}));
    }
    if shown["resourceMethods"] == json!({}) {
        take(&mut shown, "resourceMethods");
    }
    Ok(shown)
}

fn resources(ctx: &mut Ctx) -> Outcome<Value> {
    let mut answer = super::list::list(ctx, &RESOURCE, &RESOURCES)?;
    let items = answer["items"].as_array().cloned().unwrap_or_default();
    answer["items"] =
        items.iter().map(|resource| embedded(ctx, resource)).collect::<Outcome<Vec<_>>>()?.into();
    Ok(answer)
}

/// What is sent as `integrationHttpMethod` is shown as `httpMethod`, which in the request is the method's.
fn http_method(_: &mut Ctx, integration: &mut Value) -> Outcome<()> {
    let sent = take(integration, "integrationHttpMethod");
    integration["httpMethod"] = sent.unwrap_or_default();
    Ok(())
}

fn integration(ctx: &mut Ctx) -> Outcome<()> {
    let needs = |member: &str| at(&ctx.input, member).is_none();
    match ctx.text("type").as_str() {
        "MOCK" => {}
        _ if needs("integrationHttpMethod") => {
            return Err(refused("Enumeration value for HttpMethod must be non-empty"));
        }
        _ if needs("uri") => return Err(refused("Invalid HTTP endpoint specified for URI")),
        _ => {}
    }
    Ok(())
}

/// An integration's response answers with a status the method has.
fn method_response(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.place(&METHOD_RESPONSE)?.load(ctx.txn) {
        Some(_) => Ok(()),
        None => Err(ctx.refuse(METHOD_RESPONSE.missing, &Value::Null)),
    }
}

const NO_METHODS: Refusal = ("BadRequestException", "The REST API doesn't contain any methods");

fn new_deployment(ctx: &mut Ctx) -> Outcome<()> {
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
fn snapshot(ctx: &mut Ctx, deployment: &mut Value) -> Outcome<()> {
    deployment["_snapshot"] = Value::Array(of_api(ctx, &RESOURCE));
    Ok(())
}

fn unused(ctx: &mut Ctx, deployment: &mut Value) -> Outcome<()> {
    match of_api(ctx, &STAGE).iter().any(|stage| stage["deploymentId"] == deployment["id"]) {
        true => Err(refused("Active stages pointing to this deployment must be moved or deleted")),
        false => Ok(()),
    }
}

fn deployed(ctx: &mut Ctx, stage: &mut Value) -> Outcome<()> {
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

/// A new API has two models already.
fn given_models(ctx: &mut Ctx, _: &mut Value) -> Outcome<()> {
    let given = [
        (
            "Empty",
            "This is a default empty schema model",
            "{\n  \"$schema\": \"http://json-schema.org/draft-04/schema#\",\n  \"title\" : \"Empty Schema\",\n  \"type\" : \"object\"\n}",
        ),
        (
            "Error",
            "This is a default error schema model",
            "{\n  \"$schema\" : \"http://json-schema.org/draft-04/schema#\",\n  \"title\" : \"Error Schema\",\n  \"type\" : \"object\",\n  \"properties\" : {\n    \"message\" : { \"type\" : \"string\" }\n  }\n}",
        ),
    ];
    let (api, collection) = (ctx.text("restApiId"), ctx.collection(MODEL.name));
    for (name, description, schema) in given {
        let model = json!({"id": random::word(10), "restApiId": api, "name": name, "description": description, "schema": schema, "contentType": "application/json"});
        ctx.txn.put(&collection, &format!("{api}/{name}"), model);
    }
    Ok(())
}

/// The member that a model's calls name it by is another one than the model's own.
fn model_name(ctx: &mut Ctx) -> Outcome<()> {
    ctx.input["name"] = ctx.text("modelName").into();
    Ok(())
}

/// A schema is JSON, has JSON Schema's keywords alone, and refers to models of its API.
fn schema(ctx: &mut Ctx, model: &mut Value) -> Outcome<()> {
    const FOREIGN: &[&str] =
        &["nullable", "example", "discriminator", "xml", "readOnly", "writeOnly", "deprecated"];
    let Some(text) = model["schema"].as_str().filter(|text| !text.is_empty()) else { return Ok(()) };
    let invalid = |problem: String| {
        refused(format!("Invalid model specified: Validation Result: warnings : [], errors : [{problem}]"))
    };
    let tree: Value = serde_json::from_str(text).map_err(|error| invalid(error.to_string()))?;
    if let Some(keyword) =
        tree.as_object().and_then(|tree| tree.keys().find(|key| FOREIGN.contains(&key.as_str())))
    {
        return Err(invalid(format!(
            "Invalid model schema specified. Unsupported keyword(s): [\"{keyword}\"]"
        )));
    }
    let (api, own) = (ctx.text("restApiId"), model["name"].clone());
    let start = format!("https://apigateway.amazonaws.com/restapis/{api}/models/");
    let models = of_api(ctx, &MODEL);
    for to in references(&tree) {
        let known = to
            .strip_prefix(&start)
            .is_some_and(|name| own == name || models.iter().any(|model| model["name"] == name));
        if !known {
            return Err(invalid(format!("Invalid model reference specified: {to}")));
        }
    }
    Ok(())
}

/// All `$ref`s of a schema.
fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(members) => members
            .iter()
            .flat_map(|(key, value)| match value.as_str() {
                Some(to) if key == "$ref" => vec![to.to_owned()],
                _ => references(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Methods of an API, with their responses.
fn methods(ctx: &Ctx) -> Vec<Value> {
    let all = of_api(ctx, &RESOURCE);
    all.iter()
        .filter_map(|one| one["resourceMethods"].as_object())
        .flat_map(|all| all.values().cloned())
        .collect()
}

fn unused_model(ctx: &mut Ctx, model: &mut Value) -> Outcome<()> {
    let name = model["name"].as_str().unwrap_or_default();
    let names =
        |models: &Value| models.as_object().is_some_and(|models| models.values().any(|one| one == name));
    let by_method = methods(ctx).iter().any(|method| {
        let mut responses = method["methodResponses"].as_object().into_iter().flat_map(|all| all.values());
        names(&method["requestModels"]) || responses.any(|response| names(&response["responseModels"]))
    });
    let end = format!("/models/{name}");
    let by_model = of_api(ctx, &MODEL).iter().any(|other| {
        let tree = other["schema"]
            .as_str()
            .and_then(|text| serde_json::from_str::<Value>(text).ok())
            .unwrap_or_default();
        other["name"] != name && references(&tree).iter().any(|to| to.ends_with(&end))
    });
    match by_method || by_model {
        true => Err(ApiError::new(
            "ConflictException",
            format!("Cannot delete model '{name}', is referenced in method request: default/ANY"),
        )),
        false => Ok(()),
    }
}

fn unused_validator(ctx: &mut Ctx, validator: &mut Value) -> Outcome<()> {
    match methods(ctx).iter().any(|method| method["requestValidatorId"] == validator["id"]) {
        true => Err(ApiError::new(
            "ConflictException",
            "Cannot delete the request validator: it is referenced by a method",
        )),
        false => Ok(()),
    }
}

fn unused_authorizer(ctx: &mut Ctx, authorizer: &mut Value) -> Outcome<()> {
    match methods(ctx).iter().any(|method| method["authorizerId"] == authorizer["id"]) {
        true => Err(ApiError::new("ConflictException", "Cannot delete authorizer, is referenced in method")),
        false => Ok(()),
    }
}

/// What a method names is there.
fn referred(ctx: &mut Ctx) -> Outcome<()> {
    let has = |ctx: &Ctx, kind: &Kind, member: &str, wanted: &str| {
        of_api(ctx, kind).iter().any(|one| one[member] == wanted)
    };
    for (member, kind) in [("authorizerId", &AUTHORIZER), ("requestValidatorId", &VALIDATOR)] {
        let id = ctx.text(member);
        if !id.is_empty() && !has(ctx, kind, "id", &id) {
            return Err(refused(format!("Invalid {} identifier specified", kind.name)));
        }
    }
    for member in ["requestModels", "responseModels"] {
        let models = ctx.input[member].as_object().cloned().unwrap_or_default();
        for name in models.values().filter_map(Value::as_str) {
            if !has(ctx, &MODEL, "name", name) {
                return Err(refused(format!("Invalid model identifier specified: {name}")));
            }
        }
    }
    let asks = ["CUSTOM", "COGNITO_USER_POOLS"].contains(&ctx.text("authorizationType").as_str());
    if asks && ctx.text("authorizerId").is_empty() {
        return Err(refused(
            "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
        ));
    }
    Ok(())
}

fn new_validator(ctx: &mut Ctx) -> Outcome<()> {
    api_exists(ctx)?;
    ctx.input["requestValidatorId"] = random::word(6).into();
    Ok(())
}

fn new_authorizer(ctx: &mut Ctx) -> Outcome<()> {
    api_exists(ctx)?;
    let name = ctx.text("name");
    if of_api(ctx, &AUTHORIZER).iter().any(|other| other["name"] == name.as_str()) {
        return Err(ApiError::new(
            "ConflictException",
            format!("Authorizer name must be unique. Authorizer {name} already exists in this RestApi."),
        ));
    }
    let is_pool = ctx.text("type") == "COGNITO_USER_POOLS";
    if is_pool != at(&ctx.input, "providerARNs").is_some()
        || is_pool == at(&ctx.input, "authorizerUri").is_some()
    {
        return Err(refused("Invalid Authorizer URI or provider ARNs for this type of authorizer"));
    }
    if ctx.text("type") != "REQUEST" && ctx.text("identitySource").is_empty() {
        return Err(refused("Invalid identity source for this type of authorizer"));
    }
    ctx.input["authorizerId"] = random::word(6).into();
    Ok(())
}

fn auth_type(_: &mut Ctx, authorizer: &mut Value) -> Outcome<()> {
    let is_pool = authorizer["type"] == "COGNITO_USER_POOLS";
    authorizer["authType"] = if is_pool { "cognito_user_pools" } else { "custom" }.into();
    Ok(())
}

/// Every type has an answer; those that nobody set are AWS's own.
fn gateway_responses(ctx: &mut Ctx) -> Outcome<Value> {
    let set = of_api(ctx, &GATEWAY_RESPONSE);
    let kinds =
        ctx.call.api.shape("GatewayResponseType").map(|shape| shape.values.clone()).unwrap_or_default();
    let default = |kind: &String| json!({"responseType": kind, "responseParameters": {}, "responseTemplates": {"application/json": "{\"message\":$context.error.messageString}"}, "defaultResponse": true});
    let one = |kind: &String| {
        set.iter().find(|one| one["responseType"] == kind.as_str()).cloned().unwrap_or_else(|| default(kind))
    };
    Ok(json!({"items": kinds.iter().map(one).collect::<Vec<_>>()}))
}

fn new_plan(ctx: &mut Ctx) -> Outcome<()> {
    ctx.input["usagePlanId"] = random::word(6).into();
    if let Some(quota) = ctx.input.get_mut("quota").and_then(Value::as_object_mut) {
        quota.entry("offset").or_insert(0.into());
    }
    Ok(())
}

/// The stages of a plan are there.
fn stages_exist(ctx: &mut Ctx, plan: &mut Value) -> Outcome<()> {
    let collection = ctx.collection(STAGE.name);
    for stage in plan["apiStages"].as_array().into_iter().flatten() {
        let text = |member: &str| stage[member].as_str().unwrap_or_default();
        if ctx.txn.get(&collection, &format!("{}/{}", text("apiId"), text("stage"))).is_none() {
            return Err(ApiError::new(
                "NotFoundException",
                format!("API Stage not found: {}:{}", text("apiId"), text("stage")),
            ));
        }
    }
    Ok(())
}

/// Patches of a plan's stages: `/apiStages` with `API:STAGE` as value, and the limits of a route at
/// `/apiStages/API:STAGE/throttle/PATH/METHOD/LIMIT`.
fn plan_stages(ctx: &mut Ctx, plan: &mut Value) -> Outcome<()> {
    let operations = ctx.input["patchOperations"].as_array().cloned().unwrap_or_default();
    let (own, others): (Vec<_>, Vec<_>) = operations
        .into_iter()
        .partition(|one| one["path"].as_str().is_some_and(|path| path.starts_with("/apiStages")));
    ctx.input["patchOperations"] = others.into();
    let mut stages = plan["apiStages"].as_array().cloned().unwrap_or_default();
    for operation in own {
        let text = |member: &str| operation[member].as_str().unwrap_or_default().to_owned();
        let (op, path, value) = (text("op"), text("path"), text("value"));
        let invalid = || refused(format!("Invalid patch path  '{path}' specified for op '{op}'."));
        let named = |name: &str| {
            let name = name.to_owned();
            move |stage: &Value| {
                format!(
                    "{}:{}",
                    stage["apiId"].as_str().unwrap_or_default(),
                    stage["stage"].as_str().unwrap_or_default()
                ) == name
            }
        };
        let Some(rest) = path.strip_prefix("/apiStages/") else {
            let there = stages.iter().position(named(&value));
            match (op.as_str(), there, value.split_once(':')) {
                ("add", None, Some((api, stage))) => stages.push(json!({"apiId": api, "stage": stage})),
                ("remove", Some(at), _) => {
                    stages.remove(at);
                }
                _ => return Err(invalid()),
            }
            continue;
        };
        let (name, rest) = rest.split_once("/throttle/").ok_or_else(invalid)?;
        let stage = stages.iter_mut().find(|stage| named(name)(stage)).ok_or_else(invalid)?;
        match (op.as_str(), rest.rsplit_once('/')) {
            ("remove", _) => {
                let limits = stage["throttle"].as_object_mut().ok_or_else(invalid)?;
                limits.shift_remove(rest).ok_or_else(invalid)?;
            }
            ("add" | "replace", Some((route, limit @ ("rateLimit" | "burstLimit")))) => {
                let number: f64 = value.parse().map_err(|_| invalid())?;
                let is_whole = limit == "burstLimit" || number.fract() == 0.0;
                let number = if is_whole { json!(number as i64) } else { json!(number) };
                stage["throttle"][route][limit] = number;
            }
            _ => return Err(invalid()),
        }
        if stage["throttle"] == json!({}) {
            take(stage, "throttle");
        }
    }
    plan["apiStages"] = stages.into();
    Ok(())
}

/// A plan goes when it has no stages; its keys stay.
fn plan_keys(ctx: &mut Ctx, plan: &mut Value) -> Outcome<()> {
    if plan["apiStages"].as_array().is_some_and(|stages| !stages.is_empty()) {
        return Err(refused(
            "Cannot delete Usage Plan: it has associated API stages. Remove API stages from the plan first",
        ));
    }
    let (collection, prefix) = (ctx.collection(USAGE_PLAN_KEY.name), format!("{}/", ctx.text("usagePlanId")));
    let gone: Vec<String> =
        ctx.txn.all(&collection).map(|(id, _)| id.to_owned()).filter(|id| id.starts_with(&prefix)).collect();
    gone.iter().for_each(|id| ctx.txn.remove(&collection, id));
    Ok(())
}

fn plan_and_key(ctx: &mut Ctx) -> Outcome<()> {
    for (kind, member) in [(&USAGE_PLAN, "usagePlanId"), (&API_KEY, "keyId")] {
        let (collection, id) = (ctx.collection(kind.name), ctx.text(member));
        if ctx.txn.get(&collection, &id).is_none() {
            return Err(ctx.refuse(kind.missing, &Value::Null));
        }
    }
    Ok(())
}

/// A key has the value that was sent, else one of AWS's.
fn new_key(ctx: &mut Ctx) -> Outcome<()> {
    ctx.input["apiKey"] = random::word(10).into();
    let value = ctx.text("value");
    if value.is_empty() {
        ctx.input["value"] = random::word(40).into();
    } else if !(20..=128).contains(&value.len()) {
        return Err(refused("API Key value should be at least 20 characters"));
    }
    let value = ctx.text("value");
    let collection = ctx.collection(API_KEY.name);
    let mut others = ctx.txn.all(&collection).filter_map(|(_, key)| key["_value"].as_str());
    match others.any(|sealed| secrets::opens(sealed, &value)) {
        true => Err(ApiError::new("ConflictException", "API Key already exists")),
        false => Ok(()),
    }
}

fn seal(_: &mut Ctx, key: &mut Value) -> Outcome<()> {
    if let Some(value) = take(key, "value") {
        key["_value"] = secrets::seal(value.as_str().unwrap_or_default()).into();
    }
    Ok(())
}

/// The create alone tells the value.
fn with_value(ctx: &mut Ctx, key: &Value) -> Outcome<Value> {
    let mut shown = ctx.dressed("ApiKey", key);
    shown["value"] = ctx.text("value").into();
    Ok(shown)
}

fn out_of_plans(ctx: &mut Ctx, key: &mut Value) -> Outcome<()> {
    let (collection, end) =
        (ctx.collection(USAGE_PLAN_KEY.name), format!("/{}", key["id"].as_str().unwrap_or_default()));
    let gone: Vec<String> =
        ctx.txn.all(&collection).map(|(id, _)| id.to_owned()).filter(|id| id.ends_with(&end)).collect();
    gone.iter().for_each(|id| ctx.txn.remove(&collection, id));
    Ok(())
}

fn domain_exists(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.text("domainName").ends_with(".invalid") {
        true => Err(ApiError::new("NotFoundException", "Invalid domain name identifier specified")),
        false => Ok(()),
    }
}

fn new_mapping(ctx: &mut Ctx) -> Outcome<()> {
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
fn mapping_paths(ctx: &mut Ctx, _: &mut Value) -> Outcome<()> {
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
fn mapped(ctx: &mut Ctx, mapping: &mut Value) -> Outcome<()> {
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
fn unmapped(ctx: &mut Ctx, api: &mut Value) -> Outcome<()> {
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

fn account(_: &mut Ctx) -> Outcome<Value> {
    Ok(
        json!({"throttleSettings": {"burstLimit": 5000, "rateLimit": 10000.0}, "features": ["UsagePlans"], "apiKeyVersion": "4"}),
    )
}
