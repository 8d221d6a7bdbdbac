//! Values that AWS keeps: in stores, in outputs of stacks of CloudFormation, and in other stacks of ours. Asked for at
//! once before a plan; secrets are read by an apply alone.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use secrecy::SecretString;

use crate::engine::{Aws, AwsError, Class, Value};
use crate::spec::{Answer, Answers, Source, Stored, StoredValue, Wanted};
use crate::value;

use super::stacks;
use super::survey::Lives;

/// How many parameters one call asks for.
const A_CALL: usize = 10;
/// What the Parameter Store calls a parameter whose value it encrypts.
const SECURE: &str = "SecureString";
/// The stage of the version of a secret that is in force.
const CURRENT: &str = "AWSCURRENT";

/// Asks for everything that a stack wants, in an environment if there is one. The value of what a store keeps as a
/// secret is not read, save where it is wanted in the open.
pub async fn ask(aws: &dyn Aws, lives: &dyn Lives, wanted: &[Wanted], env: Option<&str>) -> Answers {
    let open: BTreeSet<&Source> = wanted.iter().filter(|one| one.open).map(|one| &one.source).collect();
    let secret: BTreeSet<&Source> = wanted.iter().filter(|one| one.secret).map(|one| &one.source).collect();
    let sources: BTreeSet<&Source> = wanted.iter().map(|one| &one.source).collect();
    let mut parameters: BTreeMap<bool, Vec<&str>> = BTreeMap::new();
    let mut secrets = Vec::new();
    let mut others = Vec::new();
    for source in sources {
        match source {
            Source::Ssm(name) => parameters.entry(open.contains(source)).or_default().push(name),
            Source::SecretsManager { name, key } => {
                secrets.push(self::secret(aws, source, name, key.as_deref(), open.contains(source)));
            }
            Source::CloudFormation { .. } | Source::Export(_) | Source::Stack { .. } => {
                others.push(stacks::ask(aws, lives, source, env));
            }
            Source::Env(_) | Source::File(_) => {}
        }
    }
    let chunks = parameters
        .iter()
        .flat_map(|(open, names)| names.chunks(A_CALL).map(move |chunk| self::parameters(aws, chunk, *open)));
    let (parameters, secrets, others) =
        futures_util::join!(join_all(chunks), join_all(secrets), join_all(others));
    let mut answers: Answers = parameters.into_iter().flatten().chain(secrets).chain(others).collect();
    // A store may keep in the open what the stack says is a secret.
    for (source, answer) in &mut answers {
        if let Answer::Found(stored) = answer
            && secret.contains(source)
            && !open.contains(source)
        {
            stored.value = None;
        }
    }
    answers
}

/// Reads the value of a secret in the version that the plan has seen.
///
/// # Errors
/// Why there is none, without any part of it.
pub async fn read_secret(aws: &dyn Aws, source: &Source, version: &str) -> Result<SecretString, String> {
    let said = |error: AwsError| format!("{source}: {}", explained(&error));
    match source {
        Source::Ssm(name) => {
            // A selector (`:3`, `:live`) is taken as it is written.
            let selected = name.rsplit('/').next().is_some_and(|last| last.contains(':'));
            let name = if selected { name.clone() } else { format!("{name}:{version}") };
            let input = value!({ "Name": name, "WithDecryption": true });
            // Asked once and kept nowhere: a remembered answer would hold the secret.
            let answer = aws.call_once("ssm", "GetParameter", input).await.map_err(said)?;
            let text = answer.text_at("Parameter.Value");
            text.map(SecretString::from).ok_or_else(|| format!("{source}: the answer holds no value"))
        }
        Source::SecretsManager { name, key } => {
            let input = value!({ "SecretId": (name.as_str()), "VersionId": version });
            let answer = aws.call_once("secretsmanager", "GetSecretValue", input).await.map_err(said)?;
            text_of(&answer, key.as_deref()).map(SecretString::from).map_err(|why| format!("{source}: {why}"))
        }
        _ => Err(format!("{source} is in no store that keeps secrets")),
    }
}

/// Asks for up to ten parameters in one call.
async fn parameters(aws: &dyn Aws, names: &[&str], open: bool) -> Vec<(Source, Answer)> {
    let list = names.iter().map(|name| Value::from(*name)).collect::<Vec<_>>();
    let input = value!({ "Names": (Value::List(list)), "WithDecryption": open });
    let source = |name: &&str| Source::Ssm((*name).to_owned());
    let answer = match aws.call("ssm", "GetParameters", input).await {
        Ok(answer) => answer,
        Err(error) => {
            let why = explained(&error);
            return names.iter().map(|name| (source(name), Answer::Refused(why.clone()))).collect();
        }
    };
    let found = answer.get("Parameters").and_then(Value::as_list).unwrap_or_default();
    let answer = |name: &&str| match found.iter().find(|one| is_named(one, name)) {
        Some(parameter) => parameter_of(parameter, open),
        None => Answer::Absent,
    };
    names.iter().map(|name| (source(name), answer(name))).collect()
}

/// Whether a parameter is the one that was asked for: by name, with its selector, or by ARN.
fn is_named(parameter: &Value, asked: &str) -> bool {
    let text = |member| parameter.text_at(member).unwrap_or_default();
    let selector = text("Selector");
    [text("Name"), text("ARN")].iter().any(|name| !name.is_empty() && format!("{name}{selector}") == asked)
}

fn parameter_of(parameter: &Value, open: bool) -> Answer {
    let kind = parameter.text_at("Type").unwrap_or_default();
    let Some(version) = parameter.get("Version").and_then(Value::as_i64) else {
        return Answer::Refused("the answer states no version".into());
    };
    let secure = kind == SECURE;
    // Undecrypted, the text of a secret is of no use and goes nowhere.
    let text = parameter.text_at("Value").filter(|_| open || !secure);
    let value = text.map(|text| match kind {
        "StringList" => StoredValue::List(text.split(',').map(str::to_owned).collect()),
        _ => StoredValue::Text(text.to_owned()),
    });
    Answer::Found(Stored { version: version.to_string(), secure, value })
}

/// Asks for the version of a secret, and for its value only if that is wanted in the open.
async fn secret(
    aws: &dyn Aws,
    source: &Source,
    name: &str,
    key: Option<&str>,
    open: bool,
) -> (Source, Answer) {
    let answer = match version_of(aws, name).await {
        Err(error) if error.is_not_found() => Answer::Absent,
        Err(error) => Answer::Refused(explained(&error)),
        Ok(Err(why)) => Answer::Refused(why.to_owned()),
        Ok(Ok(version)) if open => {
            let input = value!({ "SecretId": name, "VersionId": (version.as_str()) });
            match aws.call("secretsmanager", "GetSecretValue", input).await {
                Err(error) => Answer::Refused(explained(&error)),
                Ok(answer) => match text_of(&answer, key) {
                    Ok(text) => {
                        let value = Some(StoredValue::Text(text));
                        Answer::Found(Stored { version, secure: true, value })
                    }
                    Err(why) => Answer::Refused(why),
                },
            }
        }
        Ok(Ok(version)) => Answer::Found(Stored { version, secure: true, value: None }),
    };
    (source.clone(), answer)
}

/// The id of the version in force. Several parameters of one secret share the call.
async fn version_of(aws: &dyn Aws, name: &str) -> Result<Result<String, &'static str>, AwsError> {
    let answer = aws.call("secretsmanager", "DescribeSecret", value!({ "SecretId": name })).await?;
    // What is not to be deleted has no date, or null for one.
    if answer.get("DeletedDate").is_some_and(|date| *date != Value::Null) {
        return Ok(Err("the secret is about to be deleted"));
    }
    let stages = answer.get("VersionIdsToStages").and_then(Value::as_map);
    let is_current = |stages: &Value| {
        stages.as_list().is_some_and(|stages| stages.iter().any(|stage| stage.as_str() == Some(CURRENT)))
    };
    let current = stages.into_iter().flatten().find(|(_, stages)| is_current(stages));
    Ok(current.map(|(id, _)| id.clone()).ok_or("the secret has no value yet"))
}

/// The text of a secret, or one member of it. What is wrong is said without any of it.
fn text_of(answer: &Value, key: Option<&str>) -> Result<String, String> {
    let text = answer.text_at("SecretString").ok_or("it is binary, and only text can be taken")?;
    let Some(key) = key else { return Ok(text.to_owned()) };
    let json: serde_json::Value = serde_json::from_str(text).map_err(|_| "it is no JSON text")?;
    match json.get(key) {
        Some(serde_json::Value::String(text)) => Ok(text.clone()),
        Some(serde_json::Value::Null) | None => Err(format!("its JSON text has no `{key}`")),
        Some(serde_json::Value::Object(_) | serde_json::Value::Array(_)) => {
            Err(format!("`{key}` in it is no text"))
        }
        Some(other) => Ok(other.to_string()),
    }
}

/// An error with what it means here.
pub(super) fn explained(error: &AwsError) -> String {
    let needs = match (error.class, error.service.as_ref()) {
        (Class::Denied, service) => format!("; it needs the right to {service}:{}", error.operation),
        _ => String::new(),
    };
    format!("{error}{needs}")
}
