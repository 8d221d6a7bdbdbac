//! A connection's secrets: sealed, never given back.

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::executor::{Ctx, NEXT};
use super::super::places::{at, take, write};
use super::{random, secrets};

const SECRETS: &str = "_secrets";
const AUTH: &str = "AuthParameters";
/// Each authorization type's block, and the members of it that are secret.
const TYPES: &[(&str, &str, &[&str])] = &[
    ("BASIC", "BasicAuthParameters", &["Password"]),
    ("API_KEY", "ApiKeyAuthParameters", &["ApiKeyValue"]),
    ("OAUTH_CLIENT_CREDENTIALS", "OAuthParameters", &["ClientParameters.ClientSecret"]),
];
/// The blocks of free parameters.
const PARAMETERS: &[&str] = &["InvocationHttpParameters", "OAuthParameters.OAuthHttpParameters"];
/// The ways to what is private.
const CONNECTIVITY: &[&str] = &["InvocationConnectivityParameters", "AuthParameters.ConnectivityParameters"];
const LISTS: &[&str] = &["HeaderParameters", "QueryStringParameters", "BodyParameters"];

/// Moves a connection's secrets out of the document, sealed.
pub fn seal(ctx: &mut Ctx, connection: &mut Value) -> Outcome<()> {
    let mine = connection["AuthorizationType"].as_str().unwrap_or_default().to_owned();
    for (name, block, _) in TYPES {
        if *name != mine {
            drop_block(connection, block);
        } else if at(connection, &format!("{AUTH}.{block}")).is_none() {
            return Err(ctx.invalid(format!(
                "Parameter AuthParameters.{block} is required for authorization type {mine}"
            )));
        }
    }
    for path in CONNECTIVITY {
        associate(ctx, connection, path);
    }
    for block in PARAMETERS {
        if at(&ctx.input, &format!("{AUTH}.{block}")).is_some() {
            forget(connection, block);
        }
        seal_parameters(connection, block);
    }
    for (_, block, members) in TYPES {
        for member in *members {
            if let Some(Value::String(secret)) = take(connection, &format!("{AUTH}.{block}.{member}")) {
                connection[SECRETS][format!("{block}.{member}")] = secrets::seal(&secret).into();
            }
        }
    }
    Ok(())
}

/// A private API is reached by an association that AWS makes; an empty ARN takes the way away.
fn associate(ctx: &Ctx, connection: &mut Value, path: &str) {
    let named = at(connection, &format!("{path}.ResourceParameters.ResourceConfigurationArn"));
    match named.and_then(Value::as_str).map(str::to_owned) {
        Some(arn) if arn.is_empty() => drop(take(connection, path)),
        Some(_) => {
            let association = ctx.expand(
                "arn:{partition}:vpc-lattice:{region}:{account}:servicenetworkresourceassociation/snra-",
                &Value::Null,
            );
            let member = format!("{path}.ResourceParameters.ResourceAssociationArn");
            if at(connection, &member).is_none() {
                write(connection, &member, format!("{association}{}", random::word(17)).into());
            }
        }
        None => {}
    }
}

fn drop_block(connection: &mut Value, block: &str) {
    take(connection, &format!("{AUTH}.{block}"));
    forget(connection, block);
}

fn forget(connection: &mut Value, block: &str) {
    if let Some(sealed) = connection.get_mut(SECRETS).and_then(Value::as_object_mut) {
        sealed.retain(|path, _| !path.strip_prefix(block).is_some_and(|rest| rest.starts_with('.')));
    }
}

fn seal_parameters(connection: &mut Value, block: &str) {
    let mut sealed = Vec::new();
    for list in LISTS {
        let path = format!("{AUTH}.{block}.{list}");
        let pointer = format!("/{}", path.replace('.', "/"));
        for parameter in connection.pointer_mut(&pointer).and_then(Value::as_array_mut).into_iter().flatten()
        {
            if parameter["IsValueSecret"] != false {
                parameter["IsValueSecret"] = json!(true);
                if let Some(Value::String(secret)) = take(parameter, "Value") {
                    sealed.push((
                        format!("{block}.{list}[{}]", parameter["Key"].as_str().unwrap_or_default()),
                        secrets::seal(&secret),
                    ));
                }
            }
        }
    }
    for (path, secret) in sealed {
        connection[SECRETS][path] = secret.into();
    }
}

/// Takes what a connection authorizes itself by out of it. What is left is what it was, without a secret.
pub fn deauthorize(_: &mut Ctx, connection: &mut Value) -> Outcome<()> {
    take(connection, SECRETS);
    connection["ConnectionState"] = "DEAUTHORIZING".into();
    connection[NEXT] = json!({"reads": 1, "set": {"ConnectionState": "DEAUTHORIZED"}});
    Ok(())
}

/// Is this one of the connection's secrets?
pub fn holds(connection: &Value, secret: &str) -> bool {
    connection[SECRETS].as_object().is_some_and(|sealed| {
        sealed.values().filter_map(Value::as_str).any(|sealed| secrets::opens(sealed, secret))
    })
}

/// A connection's input without its secrets, for the record of requests.
pub fn redact(input: &mut Value) {
    match input {
        Value::Object(members) => {
            let secret = members.get("Key").is_some() && members.get("IsValueSecret") != Some(&json!(false));
            for (name, value) in members.iter_mut() {
                let hidden = ["Password", "ApiKeyValue", "ClientSecret"].contains(&name.as_str())
                    || secret && name == "Value";
                match value.as_str().filter(|_| hidden).map(secrets::seal) {
                    Some(sealed) => *value = sealed.into(),
                    None => redact(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}
