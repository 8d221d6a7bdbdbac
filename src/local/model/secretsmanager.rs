//! AWS Secrets Manager: secrets and their versions.
//!
//! One version is current; a value that is put becomes it, and the one before is the previous one.

use serde_json::{Value, json};

use super::executor::{ARN, Ctx};
use super::hooks::random;
use super::places::Place;
use super::{KIND, Kind, Outcome, Service, Verb, row};

const SECRET: Kind = Kind {
    name: "secret",
    key: "{Name}",
    arn: "arn:{partition}:secretsmanager:{region}:{account}:secret:{Name}-local1",
    missing: ("ResourceNotFoundException", "Secrets Manager can't find the specified secret."),
    exists: ("ResourceExistsException", "The operation failed because the secret {Name} already exists."),
    ..KIND
};

pub const SERVICE: Service = Service {
    id: "secretsmanager",
    global: false,
    invalid: "InvalidParameterException",
    before: None,
    kinds: &[SECRET],
    operations: &[
        row("CreateSecret", "secret", Verb::Hook(create)),
        row("PutSecretValue", "secret", Verb::Hook(put)),
        row("DescribeSecret", "secret", Verb::Hook(describe)),
        row("GetSecretValue", "secret", Verb::Hook(get)),
        row("DeleteSecret", "secret", Verb::Hook(delete)),
    ],
};

fn create(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&SECRET)?;
    if place.load(ctx.txn).is_some() {
        return Err(ctx.refuse(SECRET.exists, &Value::Null));
    }
    let name = ctx.text("Name");
    let arn = ctx.expand(SECRET.arn, &Value::Null);
    let mut secret = json!({ "Name": name, ARN: arn, "CreatedDate": ctx.now, "_versions": {} });
    let version = write(ctx, &mut secret);
    place.save(ctx.txn, secret.clone());
    Ok(json!({ "ARN": secret[ARN], "Name": secret["Name"], "VersionId": version }))
}

fn put(ctx: &mut Ctx) -> Outcome<Value> {
    let (place, mut secret) = found(ctx)?;
    let version = write(ctx, &mut secret);
    place.save(ctx.txn, secret.clone());
    Ok(json!({
        "ARN": secret[ARN], "Name": secret["Name"], "VersionId": version, "VersionStages": ["AWSCURRENT"],
    }))
}

fn describe(ctx: &mut Ctx) -> Outcome<Value> {
    let (_, mut secret) = found(ctx)?;
    secret["ARN"] = secret[ARN].clone();
    let stages = secret["_versions"].as_object().into_iter().flatten();
    let stages = stages.map(|(version, content)| (version.clone(), content["stages"].clone())).collect();
    secret["VersionIdsToStages"] = Value::Object(stages);
    Ok(secret)
}

fn get(ctx: &mut Ctx) -> Outcome<Value> {
    let (_, secret) = found(ctx)?;
    let (id, stage) = (ctx.text("VersionId"), ctx.text("VersionStage"));
    let stage = if id.is_empty() && stage.is_empty() { "AWSCURRENT".to_owned() } else { stage };
    let is_asked = |(version, content): &(&String, &Value)| {
        let staged =
            content["stages"].as_array().is_some_and(|all| all.iter().any(|one| *one == stage.as_str()));
        (id.is_empty() || **version == id) && (stage.is_empty() || staged)
    };
    let version = secret["_versions"].as_object().into_iter().flatten().find(is_asked);
    let Some((version, content)) = version else { return Err(ctx.refuse(SECRET.missing, &Value::Null)) };
    let mut answer = json!({
        "ARN": secret[ARN], "Name": secret["Name"], "VersionId": version, "VersionStages": content["stages"],
    });
    for member in ["SecretString", "SecretBinary"] {
        if !content[member].is_null() {
            answer[member] = content[member].clone();
        }
    }
    Ok(answer)
}

fn delete(ctx: &mut Ctx) -> Outcome<Value> {
    let (place, mut secret) = found(ctx)?;
    if ctx.input["ForceDeleteWithoutRecovery"] == true {
        place.remove(ctx.txn);
    } else {
        secret["DeletedDate"] = ctx.now.into();
        place.save(ctx.txn, secret.clone());
    }
    Ok(json!({ "ARN": secret[ARN], "Name": secret["Name"], "DeletionDate": ctx.now }))
}

/// The secret that `SecretId` names: by name or by ARN.
fn found(ctx: &mut Ctx) -> Outcome<(Place, Value)> {
    let id = ctx.text("SecretId");
    let place = if id.starts_with("arn:") {
        ctx.by_arn("SecretId", SECRET.missing)?
    } else {
        ctx.input["Name"] = id.into();
        ctx.place(&SECRET)?
    };
    match place.load(ctx.txn) {
        Some(secret) => Ok((place, secret)),
        None => Err(ctx.refuse(SECRET.missing, &Value::Null)),
    }
}

/// Adds the version that the input holds, and makes it the current one.
fn write(ctx: &mut Ctx, secret: &mut Value) -> String {
    let version = match ctx.text("ClientRequestToken") {
        given if given.is_empty() => random::uuid(),
        given => given,
    };
    for (_, content) in secret["_versions"].as_object_mut().into_iter().flatten() {
        let current = content["stages"] == json!(["AWSCURRENT"]);
        content["stages"] = if current { json!(["AWSPREVIOUS"]) } else { json!([]) };
    }
    let input = &ctx.input;
    secret["_versions"][&version] = json!({
        "stages": ["AWSCURRENT"], "SecretString": input["SecretString"], "SecretBinary": input["SecretBinary"],
    });
    version
}
