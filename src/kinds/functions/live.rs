//! The function, live: `lambda` calls.
//!
//! What was uploaded stands in the mark's version as `DIGEST:CODESHA256`: our digest of the files and
//! AWS's hash of the zip file that carried them. The code is unchanged only if AWS's hash still is
//! the recorded one; then it reads as our digest, and else as changed by somebody. A plan compares
//! what stands before the colon, so that an unchanged function plans empty with every compressor.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, try_join_all};
use futures_util::try_join;
use sha2::{Digest, Sha256};

use crate::engine::{
    Aws, AwsError, Class, Created, Found, Live, Lookup, Map, Mark, Observed, Owner, Package, Pages, Result,
    State, UpdateStep, Value, Wish, all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{clearing, tagging};
use crate::value;

/// Calls of Lambda.
pub struct Functions;

/// What `UpdateFunctionConfiguration` and `CreateFunction` take as it stands in the properties.
const CONFIGURATION: &[&str] = &[
    "Runtime",
    "Role",
    "Handler",
    "Description",
    "Timeout",
    "MemorySize",
    "Environment",
    "EphemeralStorage",
    "Layers",
    "TracingConfig",
];
/// How often a function that is being changed is looked at before its next change is given up.
const MOST_LOOKS: u32 = 120;

impl Live for Functions {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_function(aws, &at.name).boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let package = package(wish, "CreateFunction")?;
            let mark = marked(wish, &code_sha(package));
            let mut input = configuration(&wish.properties);
            input.put("FunctionName", wish.name.as_str().into());
            input.put("Code.ZipFile", BASE64_STANDARD.encode(&package.zip).into());
            input.put("Tags", tagging::all_tags(&mark).into());
            if let Some(architecture) = wish.properties.get("Architectures") {
                input.put("Architectures", vec![architecture.clone()].into());
            }
            aws.call("lambda", "CreateFunction", input).await?;
            settle(aws, &wish.name).await?;
            concurrency(aws, &wish.name, None, &wish.properties).await?;
            url(aws, &wish.name, None, &wish.properties).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let name = step.live.name.as_str();
            let mut uploaded = recorded(&step.live.mark).map(|(_, sha)| sha.to_owned());
            if step.touches("Code") || step.touches("Architectures") {
                uploaded = Some(upload(aws, name, &step.wish).await?);
            }
            if step.mends() || CONFIGURATION.iter().any(|member| step.touches(member)) {
                settle(aws, name).await?;
                let mut input = configuration(&clearing::with_cleared(step, super::decl::FIELDS));
                input.put("FunctionName", name.into());
                aws.call("lambda", "UpdateFunctionConfiguration", input).await?;
                settle(aws, name).await?;
            }
            let live = Some(&step.live.properties);
            if step.touches("ReservedConcurrentExecutions") {
                concurrency(aws, name, live, &step.wish.properties).await?;
            }
            if step.touches("Url") {
                url(aws, name, live, &step.wish.properties).await?;
            }
            retag(aws, step, uploaded.as_deref()).await
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        const DELETION: Deletion = Deletion::new("lambda", "DeleteFunction", "GetFunction").looks(MOST_LOOKS);
        DELETION.run(aws, value!({ "FunctionName": (live.id.as_str()) })).boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let pages = Pages { token_in: "Marker", token_out: "NextMarker", items: "Functions" };
            let functions = all_pages(aws, "lambda", "ListFunctions", Value::map(), pages).await?;
            let reads =
                functions.iter().filter_map(|one| one.text_at("FunctionName")).map(|name| async move {
                    // The tags come with the function: only ours are read in full.
                    let Some(answer) = get(aws, name).await? else { return Ok(None) };
                    let ours = tagging::from_map(answer.get("Tags")).mark.is_of(owner);
                    if ours { read_function(aws, name).await } else { Ok(None) }
                });
            Ok(try_join_all(reads).await?.into_iter().flatten().collect())
        }
        .boxed()
    }
}

fn package<'a>(wish: &'a Wish, operation: &str) -> Result<&'a Package> {
    wish.package.as_deref().ok_or_else(|| {
        AwsError::new("lambda", operation, Class::Invalid, format!("{} has no code", wish.mark.address))
    })
}

/// The hash that AWS will have of an uploaded package.
fn code_sha(package: &Package) -> String {
    BASE64_STANDARD.encode(Sha256::digest(&package.zip))
}

/// The wish with a mark that records what is uploaded.
fn marked(wish: &Wish, uploaded: &str) -> Wish {
    let digest = wish.properties.text_at("Code.Digest").unwrap_or_default();
    let mark = Mark { version: Some(format!("{digest}:{uploaded}")), ..wish.mark.clone() };
    Wish { mark, ..wish.clone() }
}

/// Digest and AWS's hash of what was uploaded last, by the mark.
fn recorded(mark: &Found) -> Option<(&str, &str)> {
    match mark {
        Found::Mark(mark) => mark.version.as_deref()?.split_once(':'),
        _ => None,
    }
}

fn configuration(properties: &Value) -> Value {
    let mut input = Value::map();
    for member in CONFIGURATION {
        if let Some(value) = properties.get(member) {
            input.put(member, value.clone());
        }
    }
    input
}

/// Sends the code, for the architecture that is wished: the hash that AWS then has.
async fn upload(aws: &dyn Aws, name: &str, wish: &Wish) -> Result<String> {
    let package = package(wish, "UpdateFunctionCode")?;
    let architecture = wish.properties.text_at("Architectures").unwrap_or("x86_64");
    let input = value!({
        "FunctionName": name,
        "ZipFile": (BASE64_STANDARD.encode(&package.zip)),
        "Architectures": [architecture],
    });
    settle(aws, name).await?;
    aws.call("lambda", "UpdateFunctionCode", input).await?;
    settle(aws, name).await?;
    Ok(code_sha(package))
}

/// Waits until the function takes a change: one that is under way refuses the next.
async fn settle(aws: &dyn Aws, name: &str) -> Result<()> {
    for look in 0..MOST_LOOKS {
        aws.forget();
        match get(aws, name).await? {
            Some(answer) if matches!(state(&answer), State::Busy(_)) => aws.pause(look).await,
            _ => return Ok(()),
        }
    }
    Err(slow("GetFunction", name, "changed"))
}

fn slow(operation: &str, name: &str, what: &str) -> AwsError {
    AwsError::new(
        "lambda",
        operation,
        Class::Invalid,
        format!("{name} is still being {what} after many looks"),
    )
}

async fn concurrency(aws: &dyn Aws, name: &str, live: Option<&Value>, wish: &Value) -> Result<()> {
    const MEMBER: &str = "ReservedConcurrentExecutions";
    let answer = match wish.get(MEMBER) {
        Some(number) => {
            let input = value!({ "FunctionName": name, "ReservedConcurrentExecutions": (number.clone()) });
            aws.call("lambda", "PutFunctionConcurrency", input).await
        }
        None if live.is_some_and(|live| live.get(MEMBER).is_some()) => {
            aws.call("lambda", "DeleteFunctionConcurrency", value!({ "FunctionName": name })).await
        }
        None => return Ok(()),
    };
    answer.map(drop)
}

async fn url(aws: &dyn Aws, name: &str, live: Option<&Value>, wish: &Value) -> Result<()> {
    let there = live.is_some_and(|live| live.get("Url").is_some());
    let Some(Value::Map(wished)) = wish.get("Url") else {
        if !there {
            return Ok(());
        }
        return match aws.call("lambda", "DeleteFunctionUrlConfig", value!({ "FunctionName": name })).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        };
    };
    let mut input = Value::Map(wished.clone());
    input.put("FunctionName", name.into());
    if !there {
        return aws.call("lambda", "CreateFunctionUrlConfig", input).await.map(drop);
    }
    // A patch: what is left out stays, so what is wished away is sent as what it then is. An empty
    // map is no CORS at all; a part of it that is left out is taken away.
    if input.get("InvokeMode").is_none() {
        input.put("InvokeMode", "BUFFERED".into());
    }
    if input.get("Cors").is_none() {
        input.put("Cors", Value::map());
    }
    aws.call("lambda", "UpdateFunctionUrlConfig", input).await.map(drop)
}

/// Brings the tags to the wish, with what is uploaded by now in the mark.
async fn retag(aws: &dyn Aws, step: &UpdateStep, uploaded: Option<&str>) -> Result<()> {
    let wish = uploaded.map_or_else(|| step.wish.clone(), |uploaded| marked(&step.wish, uploaded));
    let retag = tagging::Retag::of(&UpdateStep { wish, ..step.clone() });
    let arn = step.live.outputs.get("arn").and_then(Value::as_str).unwrap_or_default();
    if !retag.set.is_empty() {
        aws.call("lambda", "TagResource", value!({ "Resource": arn, "Tags": (retag.set) })).await?;
    }
    if !retag.unset.is_empty() {
        aws.call("lambda", "UntagResource", value!({ "Resource": arn, "TagKeys": (retag.unset) })).await?;
    }
    Ok(())
}

async fn get(aws: &dyn Aws, name: &str) -> Result<Option<Value>> {
    match aws.call("lambda", "GetFunction", value!({ "FunctionName": name })).await {
        Err(error) if error.is_not_found() => Ok(None),
        answer => answer.map(Some),
    }
}

async fn get_url(aws: &dyn Aws, name: &str) -> Result<Option<Value>> {
    match aws.call("lambda", "GetFunctionUrlConfig", value!({ "FunctionName": name })).await {
        Err(error) if error.is_not_found() => Ok(None),
        answer => answer.map(Some),
    }
}

async fn read_function(aws: &dyn Aws, name: &str) -> Result<Option<Observed>> {
    let (function, url) = try_join!(get(aws, name), get_url(aws, name))?;
    let Some(answer) = function else { return Ok(None) };
    let tagged = tagging::from_map(answer.get("Tags"));
    let mut properties = value!({ "FunctionName": name, "Tags": (tagged.tags) });
    let told = answer.get("Configuration").cloned().unwrap_or_default();
    for member in CONFIGURATION {
        if let Some(value) = told.get(member) {
            properties.put(member, value.clone());
        }
    }
    if let Some(layers) = told.get("Layers").and_then(Value::as_list) {
        let arns: Vec<Value> = layers.iter().filter_map(|layer| layer.get("Arn").cloned()).collect();
        properties.put("Layers", arns.into());
    }
    if let Some([architecture, ..]) = told.get("Architectures").and_then(Value::as_list) {
        properties.put("Architectures", architecture.clone());
    }
    if let Some(number) = answer.at("Concurrency.ReservedConcurrentExecutions") {
        properties.put("ReservedConcurrentExecutions", number.clone());
    }
    let sha = told.text_at("CodeSha256").unwrap_or_default();
    properties.put(
        "Code.Digest",
        match recorded(&tagged.mark) {
            Some((digest, uploaded)) if uploaded == sha => digest.into(),
            _ => format!("changed outside ({sha})").into(),
        },
    );
    let mut outputs = Map::new();
    outputs.insert("arn".into(), told.get("FunctionArn").cloned().unwrap_or_default());
    if let Some(url) = url {
        for member in ["AuthType", "InvokeMode", "Cors"] {
            if let Some(value) = url.get(member) {
                properties.put(&format!("Url.{member}"), value.clone());
            }
        }
        let address = url.text_at("FunctionUrl").unwrap_or_default().trim_end_matches('/');
        outputs.insert("url".into(), address.into());
    }
    Ok(Some(Observed {
        id: name.to_owned(),
        name: name.to_owned(),
        properties,
        outputs,
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state: state(&answer),
        unread: Vec::new(),
    }))
}

/// What the function is doing. One whose last update failed runs as it was told before.
fn state(answer: &Value) -> State {
    let told = |member: &str| answer.text_at(&format!("Configuration.{member}")).unwrap_or_default();
    let reason = |member: &str| {
        let reason = told(&format!("{member}Reason"));
        if reason.is_empty() { told(member).to_owned() } else { reason.to_owned() }
    };
    match (told("State"), told("LastUpdateStatus")) {
        (state @ ("Pending" | "Deleting" | "Deactivating"), _) => State::Busy(state.to_owned()),
        ("Failed", _) => State::Failed { reason: reason("State"), recreate: true },
        (_, "InProgress") => State::Busy("being updated".into()),
        (_, "Failed") => State::Failed { reason: reason("LastUpdateStatus"), recreate: false },
        _ => State::Ready,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pending_or_being_updated_is_busy_and_what_failed_at_create_is_made_again() {
        let of = |state: &str, update: &str| {
            super::state(
                &value!({ "Configuration": { "State": state, "LastUpdateStatus": update, "StateReason": "no role" } }),
            )
        };
        assert_eq!(of("Pending", ""), State::Busy("Pending".into()));
        assert_eq!(of("Active", "InProgress"), State::Busy("being updated".into()));
        assert_eq!(of("Active", "Successful"), State::Ready);
        assert_eq!(of("Inactive", "Successful"), State::Ready);
        assert_eq!(of("Failed", ""), State::Failed { reason: "no role".into(), recreate: true });
        assert_eq!(of("Active", "Failed"), State::Failed { reason: "Failed".into(), recreate: false });
    }
}

#[cfg(test)]
#[path = "live_tests.rs"]
mod embedded;
