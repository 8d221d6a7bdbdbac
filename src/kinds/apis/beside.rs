//! What stands beside the resources of an API, live: models, validators, authorizers, gateway
//! responses. How each is listed, made, changed and taken away is a row.

use std::collections::BTreeMap;

use crate::engine::field::Field;
use crate::engine::{Aws, AwsError, Class, Map, Pages, Result, Value, all_pages};
use crate::value;

use super::patch::{as_text, patch};
use super::{find, parts};

/// One kind of part.
pub(super) struct Part {
    /// The property that it stands under, by name.
    pub property: &'static str,
    rows: &'static [Field],
    list: &'static str,
    create: &'static str,
    /// None: what creates also replaces.
    update: Option<&'static str>,
    delete: &'static str,
    /// The member of what is listed that holds the name.
    name: &'static str,
    /// The member of what is listed by which calls know it, and the member of their inputs.
    id: (&'static str, &'static str),
}

/// In the order of [`PARTS`](super::definition::PARTS).
pub(super) const ALL: [Part; 4] = [
    Part {
        property: "Models",
        rows: parts::MODEL,
        list: "GetModels",
        create: "CreateModel",
        update: Some("UpdateModel"),
        delete: "DeleteModel",
        name: "name",
        id: ("name", "modelName"),
    },
    Part {
        property: "Validators",
        rows: parts::VALIDATOR,
        list: "GetRequestValidators",
        create: "CreateRequestValidator",
        update: Some("UpdateRequestValidator"),
        delete: "DeleteRequestValidator",
        name: "name",
        id: ("id", "requestValidatorId"),
    },
    Part {
        property: "Authorizers",
        rows: parts::AUTHORIZER,
        list: "GetAuthorizers",
        create: "CreateAuthorizer",
        update: Some("UpdateAuthorizer"),
        delete: "DeleteAuthorizer",
        name: "name",
        id: ("id", "authorizerId"),
    },
    Part {
        property: "GatewayResponses",
        rows: parts::GATEWAY_RESPONSE,
        list: "GetGatewayResponses",
        create: "PutGatewayResponse",
        update: None,
        delete: "DeleteGatewayResponse",
        name: "responseType",
        id: ("responseType", "responseType"),
    },
];

/// The parts of an API as AWS lists them, by property and name.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts(BTreeMap<(&'static str, String), Value>);

/// Models that every API has; they count as absent while they are as AWS made them.
const GIVEN: &[(&str, &str, &str)] = &[
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

/// How a model's schema names another model here.
const MODEL_REF: &str = "#/components/schemas/";

/// All parts of an API.
pub(super) async fn read(aws: &dyn Aws, api: &str) -> Result<Parts> {
    let pages = Pages { token_in: "position", token_out: "position", items: "item" };
    let lists = ALL.iter().map(|part| async move {
        let input = value!({ "restApiId": api, "limit": 500 });
        all_pages(aws, "apigateway", part.list, input, pages).await.map(|items| (part, items))
    });
    let mut parts = Parts::default();
    for (part, items) in futures_util::future::try_join_all(lists).await? {
        for item in items {
            if let Some(name) = item.text_at(part.name) {
                parts.0.entry((part.property, name.to_owned())).or_insert(item);
            }
        }
    }
    Ok(parts)
}

impl Parts {
    /// The parts as the properties have them.
    pub fn properties(&self) -> Vec<(&'static str, Value)> {
        let one = |part: &Part| {
            let mut all = Map::new();
            for ((property, name), item) in &self.0 {
                let is_default = item.get("defaultResponse").and_then(Value::as_bool) == Some(true);
                if *property == part.property && !is_default && !is_given(property, name, item) {
                    all.insert(name.clone(), shown(part, item));
                }
            }
            (part.property, Value::Map(all))
        };
        ALL.iter().map(one).collect()
    }

    /// The id of a part by its name.
    pub fn id(&self, property: &'static str, name: &str) -> Option<&str> {
        let part = ALL.iter().find(|part| part.property == property)?;
        self.0.get(&(property, name.to_owned()))?.text_at(part.id.0)
    }

    /// The name of a part by its id.
    pub fn name(&self, property: &'static str, id: &str) -> Option<&str> {
        let part = ALL.iter().find(|part| part.property == property)?;
        let of = |((known, _), item): &(&(&'static str, String), &Value)| {
            *known == property && item.text_at(part.id.0) == Some(id)
        };
        self.0.iter().find(of).map(|((_, name), _)| name.as_str())
    }

    /// Makes a part of this name what is wished, whether it is there or not.
    pub async fn put(
        &mut self,
        aws: &dyn Aws,
        api: &str,
        property: &'static str,
        name: &str,
        wish: &Value,
    ) -> Result<()> {
        let Some(part) = ALL.iter().find(|part| part.property == property) else { return Ok(()) };
        let key = (property, name.to_owned());
        if let (Some(operation), Some(there)) = (part.update, self.0.get(&key)) {
            return change(aws, api, part, operation, there, wish).await;
        }
        let mut input = sent(aws, part, api, wish);
        input.put("restApiId", api.into());
        input.put(part.name, name.into());
        // Not all names are unique, so a create is made once.
        let made = match aws.call_once("apigateway", part.create, input).await {
            Ok(answer) => answer,
            Err(error) if matches!(error.class, Class::Ambiguous | Class::AlreadyExists) => {
                aws.forget();
                let now = read(aws, api).await?;
                now.0.get(&key).cloned().ok_or(error)?
            }
            Err(error) => return Err(error),
        };
        if part.id.0 == "id" {
            find::made(part.create, &made)?;
        }
        self.0.insert(key, made);
        Ok(())
    }

    /// Takes a part away; a model that every API has becomes what it was.
    pub async fn delete(
        &mut self,
        aws: &dyn Aws,
        api: &str,
        property: &'static str,
        name: &str,
    ) -> Result<()> {
        let Some(part) = ALL.iter().find(|part| part.property == property) else { return Ok(()) };
        let Some(there) = self.0.remove(&(property, name.to_owned())) else { return Ok(()) };
        if let (Some((_, about, schema)), Some(operation), "Models") =
            (GIVEN.iter().find(|(given, ..)| *given == name), part.update, property)
        {
            let wish = value!({ "description": (*about), "schema": (*schema) });
            return change(aws, api, part, operation, &there, &wish).await;
        }
        let mut input = value!({ "restApiId": api });
        input.put(part.id.1, there.get(part.id.0).cloned().unwrap_or_default());
        match aws.call("apigateway", part.delete, input).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }
}

async fn change(
    aws: &dyn Aws,
    api: &str,
    part: &Part,
    operation: &'static str,
    there: &Value,
    wish: &Value,
) -> Result<()> {
    let operations =
        patch(&sent(aws, part, api, &shown(part, there)), &sent(aws, part, api, wish), part.rows, &|_| true);
    if operations.is_empty() {
        return Ok(());
    }
    let mut input = value!({ "restApiId": api, "patchOperations": operations });
    let id = there.text_at(part.id.0).ok_or_else(|| {
        AwsError::new("apigateway", operation, Class::Invalid, "what is to be changed has no id")
    })?;
    input.put(part.id.1, id.into());
    aws.call("apigateway", operation, input).await.map(drop)
}

/// A part as the property has it: documents as trees.
fn shown(part: &Part, item: &Value) -> Value {
    let mut shown = Value::map();
    for row in part.rows.iter().filter(|row| !row.path.is_empty() && !row.computed) {
        if let Some(value) = item.get(row.path) {
            shown.put(row.path, value.clone());
        }
    }
    let schema =
        shown.text_at("schema").and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    if let Some(schema) = schema {
        shown.put(
            "schema",
            renamed(schema.into(), &|to| {
                let name = to.split_once("/restapis/")?.1.split_once("/models/")?.1;
                Some(format!("{MODEL_REF}{name}"))
            }),
        );
    }
    shown
}

/// A part as calls take it: documents as text.
fn sent(aws: &dyn Aws, part: &Part, api: &str, wish: &Value) -> Value {
    let mut sent = wish.clone();
    if let Some(schema) = wish.get("schema").filter(|_| part.property == "Models") {
        let schema = renamed(schema.clone(), &|to| Some(model_url(aws, api, to.strip_prefix(MODEL_REF)?)));
        sent.put("schema", as_text(&schema).into());
        sent.put("contentType", "application/json".into());
    }
    sent
}

/// The URL by which API Gateway knows a model of an API. Its host has the service's principal's name.
fn model_url(aws: &dyn Aws, api: &str, name: &str) -> String {
    format!("https://{}/restapis/{api}/models/{name}", aws.place().principal("apigateway"))
}

/// A schema with its references in other words.
fn renamed(schema: Value, change: &dyn Fn(&str) -> Option<String>) -> Value {
    match schema {
        Value::Map(map) => map
            .into_iter()
            .map(|(key, value)| {
                let to = value.as_str().filter(|_| key == "$ref").and_then(change).map(Value::from);
                (key, to.unwrap_or_else(|| renamed(value, change)))
            })
            .collect::<Map>()
            .into(),
        Value::List(items) => Value::List(items.into_iter().map(|item| renamed(item, change)).collect()),
        leaf => leaf,
    }
}

fn is_given(property: &str, name: &str, item: &Value) -> bool {
    let tree = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    property == "Models"
        && GIVEN.iter().any(|(given, about, schema)| {
            *given == name
                && item.text_at("description") == Some(about)
                && item.text_at("schema").is_some_and(|text| tree(text) == tree(schema))
        })
}
