//! AWS Systems Manager: the parameters of the Parameter Store.
//!
//! A parameter's version grows with every write. What a `SecureString` holds comes back only where it is
//! asked for decrypted; else as the text that it is encrypted to.

use serde_json::{Value, json};

use super::executor::Ctx;
use super::{KIND, Kind, Outcome, Service, Verb, row};

const PARAMETER: Kind = Kind {
    name: "parameter",
    key: "{Name}",
    arn: "",
    missing: ("ParameterNotFound", "Parameter {Name} not found."),
    exists: (
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    ),
    ..KIND
};
/// The most names of one call.
const MOST: usize = 10;

pub const SERVICE: Service = Service {
    id: "ssm",
    global: false,
    invalid: "ValidationException",
    before: None,
    kinds: &[PARAMETER],
    operations: &[
        row("PutParameter", "parameter", Verb::Hook(put)),
        row("GetParameter", "parameter", Verb::Hook(get)),
        row("GetParameters", "parameter", Verb::Hook(get_all)),
        row("GetParametersByPath", "parameter", Verb::Hook(get_below)),
        row("DeleteParameter", "parameter", Verb::Delete { lenient: false }).answers(super::Answer::Nothing),
    ],
};

fn put(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&PARAMETER)?;
    let old = place.load(ctx.txn);
    if old.is_some() && ctx.input["Overwrite"] != true {
        return Err(ctx.refuse(PARAMETER.exists, &Value::Null));
    }
    let kind = ctx.input["Type"].as_str().or(old.as_ref().and_then(|old| old["Type"].as_str()));
    let Some(kind) = kind.map(str::to_owned) else {
        return Err(ctx.invalid("A parameter type is required when you create a parameter."));
    };
    let mut versions = old.map_or_else(|| json!([]), |mut old| old["_versions"].take());
    if let Some(versions) = versions.as_array_mut() {
        versions.push(ctx.input["Value"].clone());
    }
    let version = versions.as_array().map_or(1, Vec::len);
    let name = ctx.text("Name");
    let document = json!({ "Name": name, "Type": kind, "_versions": versions, "LastModifiedDate": ctx.now });
    place.save(ctx.txn, document);
    Ok(json!({ "Version": version, "Tier": "Standard" }))
}

fn get(ctx: &mut Ctx) -> Outcome<Value> {
    let name = ctx.text("Name");
    match shown(ctx, &name) {
        Some(parameter) => Ok(json!({ "Parameter": parameter })),
        None => Err(ctx.refuse(PARAMETER.missing, &Value::Null)),
    }
}

fn get_all(ctx: &mut Ctx) -> Outcome<Value> {
    let names: Vec<String> = ctx.input["Names"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    if names.len() > MOST {
        return Err(ctx.invalid(format!("at most {MOST} names stand in one call")));
    }
    let (mut found, mut invalid) = (Vec::new(), Vec::new());
    for name in names {
        match shown(ctx, &name) {
            Some(parameter) => found.push(parameter),
            None => invalid.push(name),
        }
    }
    // In no order that was asked for.
    found.reverse();
    Ok(json!({ "Parameters": found, "InvalidParameters": invalid }))
}

/// A page of the parameters below a path, in the order of their names.
fn get_below(ctx: &mut Ctx) -> Outcome<Value> {
    let (path, after) = (format!("{}/", ctx.text("Path").trim_end_matches('/')), ctx.text("NextToken"));
    let deep = ctx.input["Recursive"] == true;
    let limit = ctx.input["MaxResults"].as_u64().map_or(MOST, |asked| MOST.min(asked as usize));
    let is_below = |name: &str| {
        let rest = name.strip_prefix(&path);
        rest.is_some_and(|rest| deep || !rest.contains('/')) && name > after.as_str()
    };
    let names: Vec<String> = ctx
        .txn
        .all(&ctx.collection(PARAMETER.name))
        .map(|(name, _)| name.to_owned())
        .filter(|name| is_below(name))
        .collect();
    let found: Vec<Value> = names.iter().take(limit).filter_map(|name| shown(ctx, name)).collect();
    let mut answer = json!({ "Parameters": found });
    if let Some(last) = names.get(limit.wrapping_sub(1)).filter(|_| names.len() > limit) {
        answer["NextToken"] = last.as_str().into();
    }
    Ok(answer)
}

/// A parameter by its name, with `:VERSION` behind it perhaps.
fn shown(ctx: &mut Ctx, asked: &str) -> Option<Value> {
    let (name, selector) =
        asked.split_once(':').map_or((asked, None), |(name, version)| (name, Some(version)));
    ctx.input["Name"] = name.into();
    let document = ctx.place(&PARAMETER).ok()?.load(ctx.txn)?;
    let versions = document["_versions"].as_array()?;
    let version = match selector {
        None => versions.len(),
        Some(version) => version.parse().ok().filter(|version| *version <= versions.len())?,
    };
    let value = versions.get(version.checked_sub(1)?)?;
    let secure = document["Type"] == "SecureString" && ctx.input["WithDecryption"] != true;
    let value = if secure { json!("AQICAHencrypted") } else { value.clone() };
    let mut parameter = json!({
        "Name": name, "Type": document["Type"], "Value": value, "Version": version,
        "LastModifiedDate": document["LastModifiedDate"],
        "ARN": ctx.expand("arn:{partition}:ssm:{region}:{account}:parameter", &Value::Null) + &slashed(name),
        "DataType": "text",
    });
    if let Some(selector) = selector {
        parameter["Selector"] = format!(":{selector}").into();
    }
    Some(parameter)
}

fn slashed(name: &str) -> String {
    if name.starts_with('/') { name.to_owned() } else { format!("/{name}") }
}
