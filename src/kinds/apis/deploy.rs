//! Brings an API's definition to the wish and lets its stage serve it.
//!
//! A stage serves a deployment, which is a snapshot: edits are invisible until there is another one
//! (terraform-provider-aws#14445). The digest of the definition stands in the deployment's
//! description, so a run that stops anywhere before the deployment is seen by the next one. The stage
//! moves first and old deployments go afterwards, those that another stage serves never
//! (terraform#25495). A stage carries the API's mark from its first moment: so a stage that a run left
//! behind is told from those of others. The caller holds the API's mutex.

use std::collections::BTreeMap;

use crate::engine::{Aws, AwsError, Class, Map, Mark, Pages, Result, Value, Wish, all_pages};
use crate::value;

use super::definition::{self, Edit, Tree};
use super::{find, live, path};

/// How often a definition is looked at until it shows the edits.
const MOST_LOOKS: u32 = 8;

/// Edits what differs, deploys if the stage serves something else, and takes stages of ours that
/// have another name away.
pub(super) async fn bring(aws: &dyn Aws, id: &str, wish: &Wish) -> Result<()> {
    let resources = edited(aws, id, &wish.properties).await?;
    let Some(api) = find::get(aws, id).await? else {
        return Err(AwsError::new(
            "apigateway",
            "GetRestApi",
            Class::NotFound,
            format!("the API {id} is gone"),
        ));
    };
    let digest = definition::digest(&live::definition(aws, &api, &resources));
    let name = wish.properties.text_at("Stage.stageName").unwrap_or_default();
    let stage = Stage { api: id, name, mark: &wish.mark };
    let is_ours = |stage: &Value| find::is_owned(stage, &wish.mark.owner);
    let (stages, deployments) = (stages(aws, id).await?, deployments(aws, id).await?);
    let serves = stages.iter().find(|one| one.text_at("stageName") == Some(name));
    if serves.is_some_and(|one| !is_ours(one)) {
        live::tag(aws, &stage.path(), stage.tags()).await?;
    }
    if served(serves, &deployments) != Some(digest.as_str()) {
        stage.deploy(aws, serves.is_some(), &digest).await?;
    }
    for old in stages.iter().filter(|one| is_ours(one)).filter_map(|one| one.text_at("stageName")) {
        if old != name {
            let input = value!({ "restApiId": id, "stageName": old });
            gone(aws.call("apigateway", "DeleteStage", input).await)?;
        }
    }
    clean(aws, id).await
}

/// The digest of the definition that a stage serves.
pub(super) fn served<'a>(stage: Option<&Value>, deployments: &'a [Value]) -> Option<&'a str> {
    let id = stage?.text_at("deploymentId")?;
    definition::described(deployments.iter().find(|one| one.text_at("id") == Some(id))?)
}

/// All stages.
pub(super) async fn stages(aws: &dyn Aws, id: &str) -> Result<Vec<Value>> {
    let mut answer = aws.call("apigateway", "GetStages", value!({ "restApiId": id })).await?;
    match answer.remove("item") {
        Some(Value::List(stages)) => Ok(stages),
        _ => Ok(Vec::new()),
    }
}

/// All deployments.
pub(super) async fn deployments(aws: &dyn Aws, id: &str) -> Result<Vec<Value>> {
    let pages = Pages { token_in: "position", token_out: "position", items: "item" };
    all_pages(aws, "apigateway", "GetDeployments", value!({ "restApiId": id, "limit": 500 }), pages).await
}

/// All resources with their methods.
pub(super) async fn resources(aws: &dyn Aws, id: &str) -> Result<Vec<Value>> {
    let pages = Pages { token_in: "position", token_out: "position", items: "item" };
    let input = value!({ "restApiId": id, "limit": 500, "embed": ["methods"] });
    all_pages(aws, "apigateway", "GetResources", input, pages).await
}

/// Edits the resources, and gives them as they then read.
async fn edited(aws: &dyn Aws, id: &str, wish: &Value) -> Result<Vec<Value>> {
    let wished = definition::tree(wish.get("Resources"));
    for look in 0..MOST_LOOKS {
        aws.forget();
        let resources = resources(aws, id).await?;
        let edits = definition::edits(&tree(&resources), &wished);
        if edits.is_empty() {
            return Ok(resources);
        }
        // What a later look still misses is on its way: to do it twice would be refused.
        if look == 0 {
            edit(aws, id, &resources, edits).await?;
        } else {
            aws.pause(look - 1).await;
        }
    }
    let message = format!("the API {id} does not show the edits of its resources");
    Err(AwsError::new("apigateway", "GetResources", Class::Invalid, message))
}

fn tree(resources: &[Value]) -> Tree {
    definition::tree(Some(&live::resources(resources)))
}

async fn edit(aws: &dyn Aws, id: &str, resources: &[Value], edits: Vec<Edit>) -> Result<()> {
    let mut ids: BTreeMap<String, String> = resources
        .iter()
        .filter_map(|one| Some((one.text_at("path")?.to_owned(), one.text_at("id")?.to_owned())))
        .collect();
    for edit in edits {
        let known = |path: &str| ids.get(path).cloned().unwrap_or_default();
        match edit {
            Edit::DeleteResource { path } => {
                let input = value!({ "restApiId": id, "resourceId": (known(&path)) });
                gone(aws.call("apigateway", "DeleteResource", input).await)?;
            }
            Edit::DeleteMethod { path, verb } => {
                let input = value!({ "restApiId": id, "resourceId": (known(&path)), "httpMethod": verb });
                gone(aws.call("apigateway", "DeleteMethod", input).await)?;
            }
            Edit::CreateResource { path } => {
                let (above, part) = path::split(&path).unwrap_or(("/", ""));
                let input = value!({ "restApiId": id, "parentId": (known(above)), "pathPart": part });
                let made = create_resource(aws, id, &path, input).await?;
                ids.insert(path, made);
            }
            Edit::PutMethod { path, verb, method } => {
                put_method(aws, id, &known(&path), &verb, &method).await?
            }
        }
    }
    Ok(())
}

/// Makes a resource, or finds the one that a call whose answer was lost has made: its id.
async fn create_resource(aws: &dyn Aws, id: &str, path: &str, input: Value) -> Result<String> {
    let error = match aws.call("apigateway", "CreateResource", input).await {
        Ok(answer) => return find::made("CreateResource", &answer),
        Err(error) if may_be_made(&error) => error,
        Err(error) => return Err(error),
    };
    aws.forget();
    let resources = resources(aws, id).await?;
    let found = resources.iter().find(|one| one.text_at("path") == Some(path));
    found.and_then(|one| one.text_at("id")).map(str::to_owned).ok_or(error)
}

/// Makes a method: itself, its responses, its integration, and the integration's responses.
async fn put_method(aws: &dyn Aws, id: &str, resource: &str, verb: &str, method: &Value) -> Result<()> {
    let place = value!({ "restApiId": id, "resourceId": resource, "httpMethod": verb });
    let mut method = method.clone();
    let integration = method.remove("methodIntegration");
    let responses = method.remove("methodResponses");
    if method.get("authorizationType").is_none() {
        method.put("authorizationType", "NONE".into());
    }
    put(aws, "PutMethod", &place, &method).await?;
    put_responses(aws, "PutMethodResponse", &place, responses).await?;
    let Some(mut integration) = integration else { return Ok(()) };
    let responses = integration.remove("integrationResponses");
    // The verb of the backend has another name where it is sent than where it is read.
    if let Some(verb) = integration.remove("httpMethod") {
        integration.put("integrationHttpMethod", verb);
    }
    put(aws, "PutIntegration", &place, &integration).await?;
    put_responses(aws, "PutIntegrationResponse", &place, responses).await
}

async fn put_responses(
    aws: &dyn Aws,
    operation: &'static str,
    place: &Value,
    all: Option<Value>,
) -> Result<()> {
    for (status, response) in all.as_ref().and_then(Value::as_map).into_iter().flatten() {
        let mut response = response.clone();
        response.put("statusCode", status.as_str().into());
        put(aws, operation, place, &response).await?;
    }
    Ok(())
}

/// Calls a `Put…`. That the thing exists means that a call whose answer was lost has made it: it was
/// not there, and the mutex is ours. What was made is compared with the wish afterwards.
async fn put(aws: &dyn Aws, operation: &'static str, place: &Value, what: &Value) -> Result<()> {
    let mut input = place.as_map().cloned().unwrap_or_default();
    input.extend(what.as_map().cloned().unwrap_or_default());
    match aws.call("apigateway", operation, input.into()).await {
        Err(error) if !may_be_made(&error) => Err(error),
        _ => Ok(()),
    }
}

fn may_be_made(error: &AwsError) -> bool {
    matches!(error.class, Class::Ambiguous | Class::AlreadyExists)
}

fn gone(answer: Result<Value>) -> Result<()> {
    match answer {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}

/// The stage that is wished.
struct Stage<'a> {
    api: &'a str,
    name: &'a str,
    mark: &'a Mark,
}

impl Stage<'_> {
    /// The path behind `/restapis/` in its ARN.
    fn path(&self) -> String {
        format!("{}/stages/{}", self.api, self.name)
    }

    /// The API's mark, as tags.
    fn tags(&self) -> Map {
        self.mark.to_tags().into_iter().map(|(key, value)| (key, value.into())).collect()
    }

    /// Makes a deployment of the definition and moves the stage to it.
    async fn deploy(&self, aws: &dyn Aws, exists: bool, digest: &str) -> Result<()> {
        let input = value!({ "restApiId": (self.api), "description": (definition::description(digest)) });
        let answer = aws.call("apigateway", "CreateDeployment", input).await?;
        let deployment = find::made("CreateDeployment", &answer)?;
        let place = value!({ "restApiId": (self.api), "stageName": (self.name) });
        if !exists {
            let mut input = place.clone();
            input.put("deploymentId", deployment.as_str().into());
            input.put("tags", self.tags().into());
            match aws.call("apigateway", "CreateStage", input).await {
                Err(error) if may_be_made(&error) => {}
                answer => return answer.map(drop),
            }
        }
        let mut input = place;
        let moved = value!([{ "op": "replace", "path": "/deploymentId", "value": deployment }]);
        input.put("patchOperations", moved);
        aws.call("apigateway", "UpdateStage", input).await.map(drop)
    }
}

/// Takes away the deployments of ours that no stage serves.
async fn clean(aws: &dyn Aws, id: &str) -> Result<()> {
    aws.forget();
    let (stages, deployments) = (stages(aws, id).await?, deployments(aws, id).await?);
    for deployment in deployments.iter().filter(|one| definition::described(one).is_some()) {
        let served = stages.iter().any(|stage| stage.get("deploymentId") == deployment.get("id"));
        if let (false, Some(old)) = (served, deployment.text_at("id")) {
            gone(
                aws.call("apigateway", "DeleteDeployment", value!({ "restApiId": id, "deploymentId": old }))
                    .await,
            )?;
        }
    }
    Ok(())
}
