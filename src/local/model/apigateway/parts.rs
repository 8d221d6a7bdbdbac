//! What stands beside the resources of an API: models, validators, authorizers, gateway responses.

use serde_json::{Value, json};

use super::super::executor::Ctx;
use super::super::hooks::random;
use super::super::places::at;
use super::super::{Fill, From, KIND, Kind, Outcome};
use super::resources::methods;
use super::{api_exists, of_api, refused};
use crate::local::http::ApiError;

/// Kinds beside the resources of an API: listed with it, gone with it.
pub(super) const MODEL: Kind = Kind {
    name: "model",
    key: "{restApiId}/{name}",
    missing: ("NotFoundException", "Invalid Model Name specified"),
    exists: ("ConflictException", "Model name already exists for this REST API"),
    blank: &["description"],
    create: &[Fill::Set("id", From::Text("{any10}"))],
    ..KIND
};

pub(super) const VALIDATOR: Kind = Kind {
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

pub(super) const AUTHORIZER: Kind = Kind {
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

pub(super) const GATEWAY_RESPONSE: Kind = Kind {
    name: "gateway-response",
    key: "{restApiId}/{responseType}",
    missing: ("NotFoundException", "Gateway response type not defined on api"),
    create: &[Fill::Set("defaultResponse", From::Json("false"))],
    ..KIND
};

/// A new API has two models already.
pub(super) fn given_models(ctx: &mut Ctx, _: &mut Value) -> Outcome<()> {
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
pub(super) fn model_name(ctx: &mut Ctx) -> Outcome<()> {
    ctx.input["name"] = ctx.text("modelName").into();
    Ok(())
}

/// A schema is JSON, has JSON Schema's keywords alone, and refers to models of its API.
pub(super) fn schema(ctx: &mut Ctx, model: &mut Value) -> Outcome<()> {
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
pub(super) fn references(schema: &Value) -> Vec<String> {
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

pub(super) fn unused_model(ctx: &mut Ctx, model: &mut Value) -> Outcome<()> {
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

pub(super) fn unused_validator(ctx: &mut Ctx, validator: &mut Value) -> Outcome<()> {
    match methods(ctx).iter().any(|method| method["requestValidatorId"] == validator["id"]) {
        true => Err(ApiError::new(
            "ConflictException",
            "Cannot delete the request validator: it is referenced by a method",
        )),
        false => Ok(()),
    }
}

pub(super) fn unused_authorizer(ctx: &mut Ctx, authorizer: &mut Value) -> Outcome<()> {
    match methods(ctx).iter().any(|method| method["authorizerId"] == authorizer["id"]) {
        true => Err(ApiError::new("ConflictException", "Cannot delete authorizer, is referenced in method")),
        false => Ok(()),
    }
}

/// What a method names is there.
pub(super) fn referred(ctx: &mut Ctx) -> Outcome<()> {
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

pub(super) fn new_validator(ctx: &mut Ctx) -> Outcome<()> {
    api_exists(ctx)?;
    ctx.input["requestValidatorId"] = random::word(6).into();
    Ok(())
}

pub(super) fn new_authorizer(ctx: &mut Ctx) -> Outcome<()> {
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

pub(super) fn auth_type(_: &mut Ctx, authorizer: &mut Value) -> Outcome<()> {
    let is_pool = authorizer["type"] == "COGNITO_USER_POOLS";
    authorizer["authType"] = if is_pool { "cognito_user_pools" } else { "custom" }.into();
    Ok(())
}

/// Every type has an answer; those that nobody set are AWS's own.
pub(super) fn gateway_responses(ctx: &mut Ctx) -> Outcome<Value> {
    let set = of_api(ctx, &GATEWAY_RESPONSE);
    let kinds =
        ctx.call.api.shape("GatewayResponseType").map(|shape| shape.values.clone()).unwrap_or_default();
    let default = |kind: &String| json!({"responseType": kind, "responseParameters": {}, "responseTemplates": {"application/json": "{\"message\":$context.error.messageString}"}, "defaultResponse": true});
    let one = |kind: &String| {
        set.iter().find(|one| one["responseType"] == kind.as_str()).cloned().unwrap_or_else(|| default(kind))
    };
    Ok(json!({"items": kinds.iter().map(one).collect::<Vec<_>>()}))
}
