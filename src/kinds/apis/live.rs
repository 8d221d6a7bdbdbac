//! The REST API, live: `apigateway` calls.

use futures_util::future::{BoxFuture, try_join_all};
use futures_util::{FutureExt, try_join};

use crate::engine::{
    Aws, Class, Created, Found, Live, Lookup, Map, Observed, Owner, Result, State, UpdateStep, Value, Wish,
};
use crate::kinds::gone::Deletion;
use crate::kinds::tagging;
use crate::value;

use super::beside::{self, Parts};
use super::patch::{as_text, patch};
use super::{definition, deploy, find, mappings, settings};

/// Calls of API Gateway.
pub struct Apis;

/// Members of the API itself that are read and sent as they stand.
const MEMBERS: &[&str] = &[
    "description",
    "binaryMediaTypes",
    "minimumCompressionSize",
    "apiKeySource",
    "disableExecuteApiEndpoint",
    "securityPolicy",
    "endpointAccessMode",
];
/// Members of the endpoint beside its type.
const ENDPOINT: &[&str] = &["endpointConfiguration.vpcEndpointIds", "endpointConfiguration.ipAddressType"];
/// How often a create whose answer was lost is made again, once no API of it can be found.
const MOST_CREATES: u32 = 3;
/// How often the APIs are listed for one that may have been made.
const MOST_LOOKS: u32 = 5;
const DELETION: Deletion = Deletion::new("apigateway", "DeleteRestApi", "GetRestApi");

impl Live for Apis {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        async move {
            let api = match &at.id {
                Some(id) => find::get(aws, id).await?,
                None => find::pick(&find::list(aws).await?, &at.owner, &at.address, &at.name).cloned(),
            };
            match api {
                Some(api) => observe(aws, &api, at.desired.text_at("Stage.stageName")).await,
                None => Ok(None),
            }
        }
        .boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let id = create_api(aws, wish).await?;
            let _guard = aws.exclusive(&document(&id)).await;
            tag(aws, &id, confirming(&id, Map::new())).await?;
            deploy::bring(aws, &id, wish, false).await?;
            Ok(Created { id })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let id = step.live.id.as_str();
            let _guard = aws.exclusive(&document(id)).await;
            let retag = tagging::Retag::of(step);
            // One that was never deployed may be one whose create was cut short before it was confirmed.
            if !retag.set.is_empty() || step.mark || step.touches("Deployed") {
                tag(aws, id, confirming(id, retag.set)).await?;
            }
            if !retag.unset.is_empty() {
                untag(aws, id, retag.unset).await?;
            }
            let (live, wish) = (&step.live.properties, &step.wish.properties);
            let is_own = |path: &str| !["Tags", "Deployed", "Mappings", "OldStages"].contains(&path);
            let patch = patch(live, wish, super::decl::FIELDS, &|path| is_own(path) && step.touches(path));
            // A private API becomes an edge one by way of a regional one.
            let kind = |of: &'a Value| of.text_at("endpointConfiguration.types");
            if (kind(live), kind(wish)) == (Some("PRIVATE"), Some("EDGE")) {
                let between = value!([{ "op": "replace", "path": "/endpointConfiguration/types/0", "value": "REGIONAL" }]);
                let input = value!({ "restApiId": id, "patchOperations": between });
                aws.call("apigateway", "UpdateRestApi", input).await?;
            }
            if !patch.is_empty() {
                let input = value!({ "restApiId": id, "patchOperations": patch });
                aws.call("apigateway", "UpdateRestApi", input).await?;
            }
            if step.takes_over() || step.touches_beyond(&["description"]) {
                deploy::bring(aws, id, &step.wish, step.takes_over()).await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            let _guard = aws.exclusive(&document(&live.id)).await;
            mappings::clear(aws, &live.id).await?;
            DELETION.run(aws, value!({ "restApiId": (live.id.as_str()) })).await
        }
        .boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let apis = find::list(aws).await?;
            let ours = apis.iter().filter(|api| find::is_owned(api, owner));
            Ok(try_join_all(ours.map(|api| observe(aws, api, None))).await?.into_iter().flatten().collect())
        }
        .boxed()
    }
}

/// The name of an API's mutex: writes on one API at the same time refuse each other.
fn document(id: &str) -> String {
    format!("apis/{id}")
}

/// The ARN that the tag calls take, of an API or of what stands below it; it has no account.
pub(super) fn arn(aws: &dyn Aws, path: &str) -> String {
    aws.place().arn_without_account("apigateway", &format!("/restapis/{path}"))
}

/// Tags, and the one that confirms the API.
fn confirming(id: &str, mut tags: Map) -> Map {
    tags.insert(find::ID.to_owned(), id.into());
    tags
}

/// Tags an API, or what stands at a path below it.
pub(super) async fn tag(aws: &dyn Aws, path: &str, tags: Map) -> Result<()> {
    let input = value!({ "resourceArn": (arn(aws, path)), "tags": tags });
    aws.call("apigateway", "TagResource", input).await.map(drop)
}

/// Takes tags away again.
pub(super) async fn untag(aws: &dyn Aws, path: &str, keys: Vec<Value>) -> Result<()> {
    let input = value!({ "resourceArn": (arn(aws, path)), "tagKeys": keys });
    aws.call("apigateway", "UntagResource", input).await.map(drop)
}

/// Makes the API itself: its id. Names are not unique, so a create is made once: if its answer is
/// lost, the one that it may have made is looked for before it is made again.
async fn create_api(aws: &dyn Aws, wish: &Wish) -> Result<String> {
    let properties = &wish.properties;
    let mut input = value!({ "name": (wish.name.as_str()), "tags": (tagging::all_tags(wish)) });
    for member in MEMBERS {
        if let Some(value) = properties.get(member) {
            input.put(member, value.clone());
        }
    }
    if let Some(kind) = properties.at("endpointConfiguration.types") {
        input.put("endpointConfiguration.types", vec![kind.clone()].into());
    }
    for path in ENDPOINT {
        if let Some(value) = properties.at(path) {
            input.put(path, value.clone());
        }
    }
    if let Some(policy) = properties.get("policy") {
        input.put("policy", as_text(policy).into());
    }
    let mut creates = 1;
    loop {
        match aws.call_once("apigateway", "CreateRestApi", input.clone()).await {
            Ok(answer) => return find::made("CreateRestApi", &answer),
            Err(error) if error.class == Class::Ambiguous => {
                if let Some(id) = unconfirmed(aws, wish).await? {
                    return Ok(id);
                }
                if creates == MOST_CREATES {
                    return Err(error);
                }
                creates += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

async fn unconfirmed(aws: &dyn Aws, wish: &Wish) -> Result<Option<String>> {
    for look in 0..MOST_LOOKS {
        aws.forget();
        let mut apis = find::list(aws).await?;
        apis.retain(|api| find::confirmed(api) == find::Confirmed::NotYet);
        if let Some(api) = find::pick(&apis, &wish.mark.owner, &wish.mark.address, &wish.name) {
            return Ok(api.text_at("id").map(str::to_owned));
        }
        aws.pause(look).await;
    }
    Ok(None)
}

/// Reads an API; nothing if it goes meanwhile. The stage is the one that is wished, else one of ours.
/// Further ones of ours are old; one at the wished name that does not say that it is ours is in the way.
async fn observe(aws: &dyn Aws, api: &Value, stage: Option<&str>) -> Result<Option<Observed>> {
    let id = api.text_at("id").unwrap_or_default();
    let all = async {
        try_join!(
            deploy::resources(aws, id),
            beside::read(aws, id),
            deploy::stages(aws, id),
            deploy::deployments(aws, id),
            mappings::read(aws, api)
        )
    };
    let (resources, parts, stages, deployments, mappings) = match all.await {
        Err(error) if error.is_not_found() => return Ok(None),
        all => all?,
    };
    let mut properties = definition(aws, api, &resources, &parts);
    let wished = stages.iter().find(|one| one.text_at("stageName") == stage);
    let mark = find::mark(api);
    let owner = match &mark {
        Found::Mark(mark) => Some(&mark.owner),
        _ => None,
    };
    let ours: Vec<&Value> =
        stages.iter().filter(|one| owner.is_some_and(|owner| find::is_owned(one, owner))).collect();
    let found = wished.or(ours.first().copied());
    let is_ours = found.is_some_and(|found| ours.contains(&found));
    let served = deploy::served(found, &deployments);
    let deployed = is_ours && served == Some(definition::digest(&properties).as_str());
    properties.put("Deployed", deployed.into());
    let old = ours.iter().filter(|one| Some(**one) != found).filter_map(|one| one.get("stageName"));
    let old: Vec<Value> = old.cloned().collect();
    if !old.is_empty() {
        properties.put("OldStages", old.into());
    }
    if !mappings.is_empty() {
        properties.put("Mappings", mappings.into());
    }
    let name = found.and_then(|stage| stage.text_at("stageName"));
    let tagged = tagging::from_map(api.get("tags"));
    if let Some(stage) = found {
        properties.put("Stage", settings::shown(stage));
        if tagging::from_map(stage.get("tags")).tags != tagged.tags {
            properties.put("Stage.OtherTags", true.into());
        }
    }
    let place = aws.place();
    let mut outputs = Map::new();
    outputs.insert("id".into(), id.into());
    outputs.insert("execution_arn".into(), place.arn("execute-api", id).into());
    if let Some(stage) = name.or(stage) {
        outputs.insert("url".into(), place.execute_api_url(id, stage).into());
    }
    let root = resources.iter().find(|one| one.text_at("path") == Some("/"));
    outputs.extend(root.and_then(|root| root.get("id")).map(|id| ("root_resource_id".into(), id.clone())));
    properties.put("Tags", tagged.tags.into());
    Ok(Some(Observed {
        id: id.to_owned(),
        name: api.text_at("name").unwrap_or_default().to_owned(),
        properties,
        outputs,
        mark,
        managed_by: tagged.managed_by,
        state: match found.filter(|_| !is_ours) {
            Some(theirs) if state(api) == State::Ready => deploy::taken(theirs),
            _ => state(api),
        },
        unread: Vec::new(),
    }))
}

fn state(api: &Value) -> State {
    match api.text_at("apiStatus") {
        Some(status @ ("UPDATING" | "PENDING")) => State::Busy(status.to_owned()),
        Some("FAILED") => {
            let reason = api.text_at("apiStatusMessage").unwrap_or("FAILED").to_owned();
            State::Failed { reason, recreate: false }
        }
        _ => State::Ready,
    }
}

/// An API with its resources and parts, in the shape of the properties.
pub(super) fn definition(aws: &dyn Aws, api: &Value, all: &[Value], parts: &Parts) -> Value {
    let mut properties = value!({ "name": (api.get("name").cloned().unwrap_or_default()) });
    for member in MEMBERS {
        if let Some(value) = api.get(member) {
            properties.put(member, value.clone());
        }
    }
    if let Some([kind, ..]) = api.at("endpointConfiguration.types").and_then(Value::as_list) {
        properties.put("endpointConfiguration.types", kind.clone());
    }
    if let Some(policy) = api.text_at("policy").and_then(policy) {
        let id = api.text_at("id").unwrap_or_default();
        properties.put("policy", shortened(policy, &format!("{}/", aws.place().arn("execute-api", id))));
    }
    for path in ENDPOINT {
        if let Some(value) = api.at(path) {
            properties.put(path, value.clone());
        }
    }
    for (property, value) in parts.properties() {
        properties.put(property, value);
    }
    properties.put("Resources", resources(all, parts));
    properties
}

/// Resources as the property has them: methods by verb, by path. The root stands there if it has any.
pub(super) fn resources(all: &[Value], parts: &Parts) -> Value {
    let mut resources = Map::new();
    for one in all {
        let methods = one.get("resourceMethods").and_then(Value::as_map).cloned().unwrap_or_default();
        let Some(path) = one.text_at("path").filter(|path| *path != "/" || !methods.is_empty()) else {
            continue;
        };
        let id = one.text_at("id").unwrap_or_default();
        let methods: Map =
            methods.into_iter().map(|(verb, method)| (verb, by_name(method, id, parts))).collect();
        resources.insert(path.to_owned(), methods.into());
    }
    resources.into()
}

/// A method with its authorizer and validator by name, and without the cache that is its resource's own.
fn by_name(mut method: Value, resource: &str, parts: &Parts) -> Value {
    for (id, property, name) in [
        ("authorizerId", "Authorizers", "authorizer"),
        ("requestValidatorId", "Validators", "requestValidator"),
    ] {
        if let Some(Value::String(id)) = method.remove(id).filter(|id| !id.is_empty()) {
            // One that is not there (any more) differs from every wish.
            let found = parts.name(property, &id).map_or_else(|| format!("(id {id})"), str::to_owned);
            method.put(name, found.into());
        }
    }
    if method.text_at("methodIntegration.cacheNamespace") == Some(resource) {
        method.remove("methodIntegration.cacheNamespace");
    }
    method
}

/// The tree of a policy's text, which comes with its quotes escaped.
fn policy(text: &str) -> Option<Value> {
    let parse =
        |text: &str| serde_json::from_str::<serde_json::Value>(text).ok().filter(|json| json.is_object());
    let unescaped = || serde_json::from_str::<String>(&format!("\"{text}\"")).ok();
    parse(text).or_else(|| parse(&unescaped()?)).map(Value::from)
}

/// The policy with its own API as it is written in one: AWS puts the whole ARN there.
fn shortened(policy: Value, arn: &str) -> Value {
    policy.map_leaves(&mut |leaf| match leaf {
        Value::String(text) => match text.strip_prefix(arn) {
            Some(rest) => format!("execute-api:/{rest}").into(),
            None => text.into(),
        },
        leaf => leaf,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_with_and_without_escapes_and_names_its_api_as_it_is_written() {
        let plain = r#"{"Statement":[{"Resource":"arn:aws:execute-api:eu-west-1:1:abc/*"}]}"#;
        let expected = value!({ "Statement": [{ "Resource": "execute-api:/*" }] });
        for text in [plain.to_owned(), plain.replace('"', "\\\"")] {
            let read = shortened(policy(&text).unwrap(), "arn:aws:execute-api:eu-west-1:1:abc/");
            assert_eq!(read, expected);
        }
        assert_eq!(policy(""), None);
    }
}

#[cfg(test)]
#[path = "live_tests.rs"]
mod embedded;
