//! Brings an API's definition to the wish and lets its stage serve it.
//!
//! A stage serves a deployment, which is a snapshot: edits are invisible until there is another one
//! (terraform-provider-aws#14445). The digest of the definition stands in the deployment's
//! description, so a run that stops anywhere before the deployment is seen by the next one. The stage
//! moves first and old deployments go afterwards, those that another stage serves never
//! (terraform#25495). A stage carries the API's mark from its first moment: so a stage that a run left
//! behind is told from those of others. The caller holds the API's mutex.

use std::collections::BTreeMap;

use crate::engine::mark::Tagged;
use crate::engine::{Aws, AwsError, Class, Found, Map, Pages, Result, State, Value, Wish, all_pages};
use crate::kinds::tagging::{self, Retag};
use crate::value;

use super::beside::{self, Parts};
use super::definition::{self, Edit};
use super::{find, live, mappings, patch, path, settings};

/// How often a definition is looked at until it shows the edits.
const MOST_LOOKS: u32 = 8;

/// Edits what differs, deploys if the stage serves something else, brings the stage's own settings and
/// the mappings to it to the wish, and takes other stages of ours away, but those that the wish keeps for
/// now. `takes_over`: a stage without a mark at the wished name becomes ours.
pub(super) async fn bring(aws: &dyn Aws, id: &str, wish: &Wish, takes_over: bool) -> Result<()> {
    let (resources, parts) = edited(aws, id, &wish.properties).await?;
    let Some(api) = find::get(aws, id).await? else {
        return Err(AwsError::new(
            "apigateway",
            "GetRestApi",
            Class::NotFound,
            format!("the API {id} is gone"),
        ));
    };
    let digest = definition::digest(&live::definition(aws, &api, &resources, &parts));
    let wished = wish.properties.get("Stage").cloned().unwrap_or_default();
    let name = wished.text_at("stageName").unwrap_or_default();
    let stage = Stage { api: id, name, wish: &wished, tags: tagging::all_tags(wish) };
    let is_ours = |stage: &Value| find::is_owned(stage, &wish.mark.owner);
    let (stages, deployments) = (stages(aws, id).await?, deployments(aws, id).await?);
    let serves = stages.iter().find(|one| one.text_at("stageName") == Some(name));
    if let Some(theirs) = serves.filter(|one| !is_ours(one)) {
        // One without a mark was made by hand on our API, or its tags were; one with a mark is somebody's.
        let whose = match taken(theirs) {
            State::Taken { owner: Some(owner), .. } => Some(format!("belongs to {owner}")),
            _ if takes_over => None,
            _ => Some("carries no mark".to_owned()),
        };
        if let Some(whose) = whose {
            let message = format!("the stage {name} of the API {id} {whose}; name another `stage:`");
            return Err(AwsError::new("apigateway", "UpdateStage", Class::Invalid, message));
        }
    }
    if let Some(serves) = serves {
        stage.retag(aws, serves).await?;
    }
    let deployment = match served(serves, &deployments) == Some(digest.as_str()) {
        true => None,
        false => Some(stage.deployment(aws, &digest).await?),
    };
    stage.bring(aws, serves, deployment).await?;
    // They move to the stage before the one that they led to goes.
    mappings::bring(aws, &api, wish).await?;
    for old in stages.iter().filter(|one| is_ours(one)).filter_map(|one| one.text_at("stageName")) {
        let kept = wish.properties.get("OldStages").and_then(Value::as_list).unwrap_or_default();
        if old != name && !kept.iter().any(|one| one.as_str() == Some(old)) {
            let input = value!({ "restApiId": id, "stageName": old });
            gone(aws.call("apigateway", "DeleteStage", input).await)?;
        }
    }
    clean(aws, id).await
}

/// What a stage that is not ours means for its API.
pub(super) fn taken(stage: &Value) -> State {
    let name = stage.text_at("stageName").unwrap_or_default();
    let owner = match tagging::from_map(stage.get("tags")).mark {
        Found::Mark(mark) => Some(mark.owner.to_string()),
        Found::Unreadable(_) => Some("somebody whose mark cannot be read".to_owned()),
        Found::None => None,
    };
    State::Taken { part: format!("stage {name}"), owner }
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

/// Edits the definition, and gives it as it then reads.
async fn edited(aws: &dyn Aws, id: &str, wish: &Value) -> Result<(Vec<Value>, Parts)> {
    for look in 0..MOST_LOOKS {
        aws.forget();
        let (resources, parts) = (resources(aws, id).await?, beside::read(aws, id).await?);
        let mut live = value!({ "Resources": (live::resources(&resources, &parts)) });
        for (property, value) in parts.properties() {
            live.put(property, value);
        }
        let edits = definition::edits(&live, wish);
        if edits.is_empty() {
            return Ok((resources, parts));
        }
        // What a later look still misses is on its way: to do it twice would be refused.
        if look == 0 {
            edit(aws, id, (&resources, parts), wish, edits).await?;
        } else {
            aws.pause(look - 1).await;
        }
    }
    let message = format!("the API {id} does not show the edits of its definition");
    Err(AwsError::new("apigateway", "GetResources", Class::Invalid, message))
}

async fn edit(
    aws: &dyn Aws,
    id: &str,
    (resources, mut parts): (&[Value], Parts),
    wish: &Value,
    edits: Vec<Edit>,
) -> Result<()> {
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
            Edit::CreatePart { property, name } | Edit::UpdatePart { property, name } => {
                let part = wish.get(property).and_then(|all| all.get(&name)).cloned().unwrap_or_default();
                parts.put(aws, id, property, &name, &part).await?;
            }
            Edit::DeletePart { property, name } => parts.delete(aws, id, property, &name).await?,
            Edit::CreateResource { path } => {
                let (above, part) = path::split(&path).unwrap_or(("/", ""));
                let input = value!({ "restApiId": id, "parentId": (known(above)), "pathPart": part });
                let made = create_resource(aws, id, &path, input).await?;
                ids.insert(path, made);
            }
            Edit::PutMethod { path, verb, method } => {
                put_method(aws, id, &known(&path), &verb, by_id(method, &parts)).await?
            }
        }
    }
    Ok(())
}

/// A method as calls take it: authorizer and validator by their ids.
fn by_id(mut method: Value, parts: &Parts) -> Value {
    for (name, property, id) in [
        ("authorizer", "Authorizers", "authorizerId"),
        ("requestValidator", "Validators", "requestValidatorId"),
    ] {
        if let Some(Value::String(name)) = method.remove(name)
            && let Some(found) = parts.id(property, &name)
        {
            method.put(id, found.into());
        }
    }
    method
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
async fn put_method(aws: &dyn Aws, id: &str, resource: &str, verb: &str, mut method: Value) -> Result<()> {
    let place = value!({ "restApiId": id, "resourceId": resource, "httpMethod": verb });
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
    wish: &'a Value,
    /// The API's, its mark included.
    tags: Map,
}

/// Members that a stage can be made with; the others come with an update.
const AT_CREATE: &[&str] =
    &["description", "variables", "tracingEnabled", "cacheClusterEnabled", "cacheClusterSize"];

impl Stage<'_> {
    /// The path behind `/restapis/` in its ARN.
    fn path(&self) -> String {
        format!("{}/stages/{}", self.api, self.name)
    }

    /// Gives a stage that is there the API's tags.
    async fn retag(&self, aws: &dyn Aws, there: &Value) -> Result<()> {
        let Tagged { tags, mark, .. } = tagging::from_map(there.get("tags"));
        let Retag { set, unset } = Retag::from(tags, &mark, self.tags.clone());
        if !set.is_empty() {
            live::tag(aws, &self.path(), set).await?;
        }
        match unset.is_empty() {
            true => Ok(()),
            false => live::untag(aws, &self.path(), unset).await,
        }
    }

    /// Makes a deployment of the definition: its id.
    async fn deployment(&self, aws: &dyn Aws, digest: &str) -> Result<String> {
        let input = value!({ "restApiId": (self.api), "description": (definition::description(digest)) });
        let answer = aws.call("apigateway", "CreateDeployment", input).await?;
        find::made("CreateDeployment", &answer)
    }

    /// Makes the stage, or moves it to a deployment and changes what differs.
    async fn bring(&self, aws: &dyn Aws, there: Option<&Value>, deployment: Option<String>) -> Result<()> {
        let place = value!({ "restApiId": (self.api), "stageName": (self.name) });
        let mut there = there.cloned();
        if let (None, Some(deployment)) = (&there, &deployment) {
            let mut input = place.clone();
            input.put("deploymentId", deployment.as_str().into());
            input.put("tags", self.tags.clone().into());
            for member in AT_CREATE {
                if let Some(value) = self.wish.get(member) {
                    input.put(member, value.clone());
                }
            }
            match aws.call("apigateway", "CreateStage", input).await {
                Ok(made) => there = Some(made),
                Err(error) if may_be_made(&error) => {
                    aws.forget();
                    let now = stages(aws, self.api).await?;
                    there = now.into_iter().find(|one| one.text_at("stageName") == Some(self.name));
                }
                Err(error) => return Err(error),
            }
        }
        let there = there.unwrap_or_default();
        let mut operations = Vec::new();
        if let Some(deployment) = deployment.filter(|id| there.text_at("deploymentId") != Some(id)) {
            operations.push(patch::replace("/deploymentId", Some(deployment)));
        }
        operations.extend(settings::patch(&there, self.wish));
        if operations.is_empty() {
            return Ok(());
        }
        let mut input = place;
        input.put("patchOperations", operations.into());
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
