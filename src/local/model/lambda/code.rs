//! A function's code and configuration as AWS keeps them, and how they are shown.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::super::executor::{Ctx, NEXT};
use super::super::places::{at, take};
use super::super::{Outcome, tags};
use super::NO_VPC;
use crate::local::http::ApiError;

/// Where the image's address and the key of the code are kept.
const IMAGE: &str = "_image";
const SOURCE_KEY: &str = "_sourceKey";

fn refused<T>(message: impl Into<String>) -> Outcome<T> {
    Err(ApiError::new("InvalidParameterValueException", message))
}

/// Keeps the package's digest and size, not the package; of an image its address.
pub fn package(ctx: &mut Ctx, function: &mut Value) -> Outcome<()> {
    let nested = take(function, "Code").unwrap_or_default();
    let sent = if nested.is_null() { ctx.input.clone() } else { nested };
    for member in [
        "ZipFile",
        "S3Bucket",
        "S3Key",
        "S3ObjectVersion",
        "S3ObjectStorageMode",
        "ImageUri",
        "SourceKMSKeyArn",
        "DryRun",
    ] {
        take(function, member);
    }
    match sent["SourceKMSKeyArn"].as_str() {
        Some("") => drop(take(function, SOURCE_KEY)),
        Some(key) => function[SOURCE_KEY] = key.into(),
        None => {}
    }
    if function["PackageType"] == "Image" {
        let Some(image) = sent["ImageUri"].as_str() else {
            return refused("Please provide ImageUri when updating a function with packageType Image.");
        };
        let digest = Sha256::digest(image);
        function[IMAGE] = image.into();
        function["CodeSha256"] = hex::encode(digest).into();
        function["CodeSize"] = 0.into();
        return Ok(());
    }
    let bytes = sent["ZipFile"].as_str().and_then(|text| STANDARD.decode(text).ok());
    let Some(bytes) = bytes else {
        return refused("The embedded account takes a function's package as ZipFile only");
    };
    if !bytes.starts_with(b"PK") {
        return refused("Could not unzip uploaded file. Please check your file, then try to upload again.");
    }
    function["CodeSha256"] = STANDARD.encode(Sha256::digest(&bytes)).into();
    function["CodeSize"] = bytes.len().into();
    Ok(())
}

/// What a package needs besides, and where a code signing configuration is kept.
pub fn complete(_: &mut Ctx, function: &mut Value) -> Outcome<()> {
    if function["PackageType"] == "Zip"
        && let Some(missing) = ["Runtime", "Handler"].iter().find(|member| at(function, member).is_none())
    {
        return refused(format!(
            "{missing} is mandatory parameter for functions created with deployment packages."
        ));
    }
    if let Some(arn) = take(function, "CodeSigningConfigArn") {
        function["_signing"] = json!({"CodeSigningConfigArn": arn});
    }
    Ok(())
}

/// Only the configuration's ARN is kept.
pub fn signed(_: &mut Ctx, kept: &mut Value) -> Outcome<()> {
    take(kept, "FunctionName");
    Ok(())
}

/// What is shown in another shape than it was sent.
pub fn respelt(ctx: &mut Ctx, function: &mut Value) -> Outcome<()> {
    if let Some(sent) = ctx.input["Layers"].as_array() {
        let shown: Vec<Value> = sent.iter().map(|arn| json!({"Arn": arn, "CodeSize": 0})).collect();
        function["Layers"] = if shown.is_empty() { Value::Null } else { Value::Array(shown) };
    }
    if at(&ctx.input, "ImageConfig").is_some() {
        take(function, "ImageConfigResponse");
        if let Some(config) = take(function, "ImageConfig") {
            function["ImageConfigResponse"] = json!({"ImageConfig": config});
        }
    }
    if at(&ctx.input, "FileSystemConfigs").is_some_and(|sent| sent == &json!([])) {
        take(function, "FileSystemConfigs");
    }
    let connected =
        at(function, "VpcConfig.SubnetIds").and_then(Value::as_array).is_some_and(|s| !s.is_empty());
    if !connected {
        function["VpcConfig"] = serde_json::from_str(NO_VPC).unwrap_or_default();
    } else if at(&ctx.input, "VpcConfig").is_some() {
        function["VpcConfig"]["VpcId"] = "vpc-0123456789abcdef0".into();
        if at(function, "VpcConfig.Ipv6AllowedForDualStack").is_none() {
            function["VpcConfig"]["Ipv6AllowedForDualStack"] = false.into();
        }
    }
    Ok(())
}

const LEVELS: [&str; 2] = ["ApplicationLogLevel", "SystemLogLevel"];

/// Levels go with JSON, and are filled in then.
pub fn logging(_: &mut Ctx, function: &mut Value) -> Outcome<()> {
    let json_format = function["LoggingConfig"]["LogFormat"] == "JSON";
    for level in LEVELS {
        let path = format!("LoggingConfig.{level}");
        match at(function, &path) {
            Some(_) if !json_format => {
                return refused(format!("To use {level}, you must set LogFormat to JSON."));
            }
            None if json_format => function["LoggingConfig"][level] = "INFO".into(),
            _ => {}
        }
    }
    Ok(())
}

/// A new function is pending for a while.
pub fn pending(_: &mut Ctx, function: &mut Value) -> Outcome<()> {
    function["State"] = "Pending".into();
    function[NEXT]["set"]["State"] = "Active".into();
    Ok(())
}

/// A function with everything around it.
pub fn whole(ctx: &mut Ctx, function: &Value) -> Outcome<Value> {
    let mut code = match at(function, IMAGE).and_then(Value::as_str) {
        Some(image) => {
            let repository = image.split(['@', ':']).next().unwrap_or_default();
            let digest = function["CodeSha256"].as_str().unwrap_or_default();
            json!({
                "RepositoryType": "ECR",
                "ImageUri": image,
                "ResolvedImageUri": format!("{repository}@sha256:{digest}"),
            })
        }
        None => {
            let location = ctx.expand("https://local.{region}.{suffix}/{FunctionName}", function);
            json!({"RepositoryType": "S3", "Location": location})
        }
    };
    if let Some(key) = at(function, SOURCE_KEY) {
        code["SourceKMSKeyArn"] = key.clone();
    }
    Ok(json!({
        "Configuration": function,
        "Code": code,
        "Tags": tags::of(function).map(Value::Object),
        "Concurrency": at(function, "_concurrency"),
    }))
}
