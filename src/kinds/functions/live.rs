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
    Aws, AwsError, Class, Created, Found, Live, Lookup, Mark, Observed, Owner, Package, Pages, Result, State,
    UpdateStep, Value, Wish, all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{clearing, tagging};
use crate::value;

use super::{settings, versions};

/// Calls of Lambda.
pub struct Functions;

/// What `UpdateFunctionConfiguration` and `CreateFunction` take as it stands in the properties.
pub(super) const CONFIGURATION: &[&str] = &[
    "Runtime",
    "Role",
    "Handler",
    "Description",
    "Timeout",
    "MemorySize",
    "Environment",
    "KMSKeyArn",
    "EphemeralStorage",
    "Layers",
    "TracingConfig",
    "VpcConfig",
    "FileSystemConfigs",
    "DeadLetterConfig",
    "LoggingConfig",
    "SnapStart",
    "ImageConfig",
];
/// How often a function that is being changed is looked at before its next change is given up.
const MOST_LOOKS: u32 = 120;

impl Live for Functions {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_function(aws, &at.name, Some(&at.desired)).boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let mut input = configuration(&wish.properties, &wish.name);
            let mark = match is_image(&wish.properties) {
                true => wish.clone(),
                false => marked(wish, &code_sha(package(wish, "CreateFunction")?)),
            };
            for (member, value) in code(wish, "CreateFunction")?.as_map().into_iter().flatten() {
                input.put(&format!("Code.{member}"), value.clone());
            }
            input.put("FunctionName", wish.name.as_str().into());
            input.put("Tags", tagging::all_tags(&mark).into());
            for member in ["PackageType", "CodeSigningConfigArn"] {
                if let Some(value) = wish.properties.get(member) {
                    input.put(member, value.clone());
                }
            }
            if let Some(architecture) = wish.properties.get("Architectures") {
                input.put("Architectures", vec![architecture.clone()].into());
            }
            aws.call("lambda", "CreateFunction", input).await?;
            settle(aws, &wish.name).await?;
            settings::apply(aws, &wish.name, None, &wish.properties).await?;
            versions::apply(aws, &wish.name, &wish.properties).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let name = step.live.name.as_str();
            let mut uploaded = recorded(&step.live.mark).map(|(_, sha)| sha.to_owned());
            // What packages must satisfy is told before a package.
            settings::apply(aws, name, Some(step), &step.wish.properties).await?;
            if step.touches("Code") || step.touches("Architectures") {
                upload(aws, name, step).await?;
                if !is_image(&step.wish.properties) {
                    uploaded = Some(code_sha(package(&step.wish, "UpdateFunctionCode")?));
                }
            }
            if step.mends() || CONFIGURATION.iter().any(|member| step.touches(member)) {
                settle(aws, name).await?;
                let mut wish = clearing::with_cleared(step, super::fields::FIELDS);
                if step.touches("LoggingConfig") && wish.get("LoggingConfig").is_none() {
                    wish.put("LoggingConfig", Value::map());
                }
                let mut input = configuration(&wish, name);
                input.put("FunctionName", name.into());
                aws.call("lambda", "UpdateFunctionConfiguration", input).await?;
                settle(aws, name).await?;
            }
            let published = ["Code", "Architectures", "Publish", "Aliases"];
            if published.iter().chain(CONFIGURATION).any(|path| step.touches(path)) {
                versions::apply(aws, name, &step.wish.properties).await?;
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
                    if ours { read_function(aws, name, None).await } else { Ok(None) }
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

fn is_image(properties: &Value) -> bool {
    properties.text_at("PackageType") == Some("Image")
}

/// The members of a configuration, as AWS takes them.
fn configuration(properties: &Value, name: &str) -> Value {
    let mut input = Value::map();
    for member in CONFIGURATION {
        if let Some(value) = properties.get(member) {
            input.put(member, value.clone());
        }
    }
    // The block is replaced whole, and levels go with JSON alone.
    if input.get("LoggingConfig").is_some() {
        if input.at("LoggingConfig.LogFormat").is_none() {
            input.put("LoggingConfig.LogFormat", "Text".into());
        }
        if input.at("LoggingConfig.LogGroup").is_none() {
            input.put("LoggingConfig.LogGroup", own_group(name).into());
        }
        if input.text_at("LoggingConfig.LogFormat") != Some("JSON") {
            input.remove("LoggingConfig.ApplicationLogLevel");
            input.remove("LoggingConfig.SystemLogLevel");
        }
    }
    input
}

/// The log group that a function writes to unless it is told another.
fn own_group(name: &str) -> String {
    format!("/aws/lambda/{name}")
}

/// The code as calls take it.
fn code(wish: &Wish, operation: &str) -> Result<Value> {
    let mut code = match wish.properties.at("Code.ImageUri") {
        Some(image) => value!({ "ImageUri": (image.clone()) }),
        None => value!({ "ZipFile": (BASE64_STANDARD.encode(&package(wish, operation)?.zip)) }),
    };
    if let Some(key) = wish.properties.at("Code.SourceKMSKeyArn") {
        code.put("SourceKMSKeyArn", key.clone());
    }
    Ok(code)
}

/// Sends the code, for the architecture that is wished.
async fn upload(aws: &dyn Aws, name: &str, step: &UpdateStep) -> Result<()> {
    let mut input = code(&step.wish, "UpdateFunctionCode")?;
    let architecture = step.wish.properties.text_at("Architectures").unwrap_or("x86_64");
    input.put("FunctionName", name.into());
    input.put("Architectures", value!([architecture]));
    if input.get("SourceKMSKeyArn").is_none() && step.touches("Code.SourceKMSKeyArn") {
        input.put("SourceKMSKeyArn", "".into());
    }
    settle(aws, name).await?;
    aws.call("lambda", "UpdateFunctionCode", input).await?;
    settle(aws, name).await
}

/// Waits until the function takes a change: one that is under way refuses the next.
pub(super) async fn settle(aws: &dyn Aws, name: &str) -> Result<()> {
    for look in 0..MOST_LOOKS {
        aws.forget();
        match get(aws, name).await? {
            Some(answer) if matches!(state(&answer), State::Busy(_)) => aws.pause(look).await,
            _ => return Ok(()),
        }
    }
    let message = format!("{name} is still being changed after many looks");
    Err(AwsError::new("lambda", "GetFunction", Class::Invalid, message))
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

async fn read_function(aws: &dyn Aws, name: &str, desired: Option<&Value>) -> Result<Option<Observed>> {
    let (function, settings) = try_join!(get(aws, name), settings::read(aws, name))?;
    let Some(answer) = function else { return Ok(None) };
    let tagged = tagging::from_map(answer.get("Tags"));
    let told = answer.get("Configuration").cloned().unwrap_or_default();
    let mut properties = observed_configuration(&told, name);
    properties.put("FunctionName", name.into());
    properties.put("Tags", tagged.tags.into());
    for member in ["ImageUri", "SourceKMSKeyArn"] {
        if let Some(value) = answer.at(&format!("Code.{member}")) {
            properties.put(&format!("Code.{member}"), value.clone());
        }
    }
    if let Some(number) = answer.at("Concurrency.ReservedConcurrentExecutions") {
        properties.put("ReservedConcurrentExecutions", number.clone());
    }
    let sha = told.text_at("CodeSha256").unwrap_or_default();
    if !is_image(&told) {
        properties.put(
            "Code.Digest",
            match recorded(&tagged.mark) {
                Some((digest, uploaded)) if uploaded == sha => digest.into(),
                _ => format!("changed outside ({sha})").into(),
            },
        );
    }
    let mut outputs = settings.outputs;
    outputs.insert("arn".into(), told.get("FunctionArn").cloned().unwrap_or_default());
    for (path, value) in settings.properties {
        properties.put(path, value);
    }
    let mut state = state(&answer);
    let published = versions::read(aws, name, &told, desired).await?;
    let mut unread = settings.unread;
    if let Some(error) = told.at("Environment.Error") {
        let why = error.text_at("Message").or(error.text_at("ErrorCode")).unwrap_or("it cannot be decrypted");
        unread.push(("Environment.Variables".to_owned(), why.to_owned()));
    }
    unread.extend(published.unread);
    for (member, value) in published.properties {
        properties.put(member, value);
    }
    outputs.extend(published.version.map(|version| ("version".to_owned(), version.into())));
    if state == State::Ready {
        state = published.state;
    }
    Ok(Some(Observed {
        id: name.to_owned(),
        name: name.to_owned(),
        properties,
        outputs,
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state,
        unread,
    }))
}

/// A configuration in the shape of the wished one.
fn observed_configuration(told: &Value, name: &str) -> Value {
    let mut properties = Value::map();
    for member in CONFIGURATION.iter().chain(&["PackageType"]) {
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
    if let Some(config) = told.at("ImageConfigResponse.ImageConfig") {
        properties.put("ImageConfig", config.clone());
    }
    // Who may not use the key sees an error instead.
    properties.remove("Environment.Error");
    // What is outside any VPC is shown as in one without subnets.
    if told.at("VpcConfig.SubnetIds").is_none_or(Value::is_empty) {
        properties.remove("VpcConfig");
    }
    if told.text_at("LoggingConfig.LogGroup") == Some(own_group(name).as_str()) {
        properties.remove("LoggingConfig.LogGroup");
    }
    properties
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
