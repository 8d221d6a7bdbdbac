//! Versions and aliases, live.
//!
//! A version is published when an alias or `publish` asks for the newest one and none holds the function
//! as it is; so a run that was stopped between an update and its version publishes in the next one. A
//! version stays: nobody but its owner knows who still calls it.

use futures_util::future::try_join_all;
use futures_util::try_join;

use crate::engine::{Aws, AwsError, Class, Map, Pages, Result, State, Value, all_pages};
use crate::value;

use super::fields::NEWEST;
use super::live::{CONFIGURATION, settle};
use super::settings::{self, Of};

/// How often a version that is being made is looked at: from the sixth on every five seconds, half an
/// hour in all, since a snapshot takes minutes.
const MOST_LOOKS: u32 = 360;

/// What a look at versions and aliases found.
pub(super) struct Published {
    pub properties: Vec<(&'static str, Value)>,
    /// The number of the newest one.
    pub version: Option<String>,
    /// What the instances that are kept ready do.
    pub state: State,
    /// Paths that could not be read, with the reason.
    pub unread: Vec<(String, String)>,
}

/// Reads the aliases, and the versions if there is a use for them.
pub(super) async fn read(
    aws: &dyn Aws,
    name: &str,
    function: &Value,
    desired: Option<&Value>,
) -> Result<Published> {
    let mut found =
        Published { properties: Vec::new(), version: None, state: State::Ready, unread: Vec::new() };
    let aliases = aliases(aws, name).await?;
    let publishes = desired.is_some_and(|desired| desired.get("Publish").is_some());
    if aliases.is_empty() && !publishes {
        return Ok(found);
    }
    let versions = versions(aws, name).await?;
    let newest = versions.iter().max_by_key(|version| number(version));
    if publishes {
        let current = newest.is_some_and(|version| is_as(version, function));
        found.properties.push(("Publish", current.into()));
        found.version = newest.and_then(|version| version.text_at("Version")).map(str::to_owned);
    }
    let beside = aliases.iter().filter_map(|alias| alias.text_at("Name")).map(|alias| async move {
        try_join!(provisioned_of(aws, name, alias), settings::read_of(aws, Of::alias(name, alias)))
    });
    let beside = try_join_all(beside).await?;
    let mut map = Map::new();
    for (alias, (provisioned, settings)) in aliases.iter().zip(beside) {
        let to = alias.text_at("FunctionVersion").unwrap_or_default();
        let version = versions.iter().find(|version| version.text_at("Version") == Some(to));
        let current = version.is_some_and(|version| is_as(version, function));
        // Who wishes for the number gets to see the number; so does who does not wish for the alias at all.
        let name = alias.text_at("Name").unwrap_or_default();
        let wished = desired.map(|desired| desired.at("Aliases").and_then(|aliases| aliases.get(name)));
        let numbered = wished
            .is_some_and(|wished| wished.is_none_or(|wished| wished.text_at("FunctionVersion") == Some(to)));
        let current = current && !numbered;
        let mut shown = value!({ "FunctionVersion": (if current { NEWEST } else { to }) });
        for member in ["Description", "RoutingConfig"] {
            if let Some(value) = alias.get(member) {
                shown.put(member, value.clone());
            }
        }
        if let Some(config) = provisioned {
            let asked = config.get("RequestedProvisionedConcurrentExecutions").cloned();
            shown.put("ProvisionedConcurrentExecutions", asked.unwrap_or_default());
            if let Some(state) = doing(&config) {
                found.state = state;
            }
        }
        for (member, value) in settings.properties {
            shown.put(member, value);
        }
        let unread = settings.unread.into_iter();
        found.unread.extend(unread.map(|(path, why)| (format!("Aliases.{name}.{path}"), why)));
        map.insert(name.to_owned(), shown);
    }
    if !map.is_empty() {
        found.properties.push(("Aliases", map.into()));
    }
    Ok(found)
}

/// Publishes what is to be published and brings the aliases to the wish.
pub(super) async fn apply(aws: &dyn Aws, name: &str, wish: &Value) -> Result<()> {
    let wished = wish.get("Aliases").and_then(Value::as_map).cloned().unwrap_or_default();
    let follows = |alias: &Value| matches!(alias.text_at("FunctionVersion"), None | Some(NEWEST));
    let newest = match wish.get("Publish").is_some() || wished.values().any(follows) {
        true => publish(aws, name).await?,
        false => String::new(),
    };
    aws.forget();
    let live = aliases(aws, name).await?;
    let named = |name: &str| live.iter().find(|alias| alias.text_at("Name") == Some(name));
    for (alias, wish) in &wished {
        let to = if follows(wish) { &newest } else { wish.text_at("FunctionVersion").unwrap_or_default() };
        put(aws, name, alias, to, wish, named(alias)).await?;
        provision(aws, name, alias, wish).await?;
        settings::apply_alias(aws, Of::alias(name, alias), wish).await?;
    }
    let gone = live.iter().filter_map(|alias| alias.text_at("Name"));
    for alias in gone.filter(|alias| !wished.contains_key(*alias)) {
        let input = value!({ "FunctionName": name, "Name": alias });
        match aws.call("lambda", "DeleteAlias", input).await {
            Err(error) if !error.is_not_found() => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The number of the version that holds the function as it is, once it can be called. AWS makes a new
/// one only if code or configuration are not those of the last one.
async fn publish(aws: &dyn Aws, name: &str) -> Result<String> {
    settle(aws, name).await?;
    let answer = aws.call("lambda", "PublishVersion", value!({ "FunctionName": name })).await?;
    let version = answer.text_at("Version").unwrap_or_default().to_owned();
    for look in 0..MOST_LOOKS {
        aws.forget();
        let input = value!({ "FunctionName": name, "Qualifier": (version.as_str()) });
        let answer = aws.call("lambda", "GetFunction", input).await?;
        match answer.text_at("Configuration.State") {
            Some("Pending") => aws.pause(look).await,
            Some("Failed") => {
                let why = answer.text_at("Configuration.StateReason").unwrap_or("for no stated reason");
                return Err(failed(format!("version {version} of {name} has failed: {why}")));
            }
            _ => return Ok(version),
        }
    }
    Err(failed(format!("version {version} of {name} is still being made after many looks")))
}

fn failed(message: String) -> AwsError {
    AwsError::new("lambda", "PublishVersion", Class::Invalid, message)
}

/// Makes an alias, or changes what differs in it. What is left out of a change would stay.
async fn put(
    aws: &dyn Aws,
    name: &str,
    alias: &str,
    to: &str,
    wish: &Value,
    live: Option<&Value>,
) -> Result<()> {
    let mut input = value!({ "FunctionName": name, "Name": alias, "FunctionVersion": to });
    for member in ["Description", "RoutingConfig"] {
        if let Some(value) = wish.get(member) {
            input.put(member, value.clone());
        }
    }
    let Some(live) = live else { return aws.call("lambda", "CreateAlias", input).await.map(drop) };
    if input.get("Description").is_none() {
        input.put("Description", "".into());
    }
    if input.get("RoutingConfig").is_none() {
        input.put("RoutingConfig", value!({ "AdditionalVersionWeights": {} }));
    }
    let empty = Value::map();
    let weights = |of: &Value| of.at("RoutingConfig.AdditionalVersionWeights").unwrap_or(&empty).clone();
    let same = live.text_at("FunctionVersion") == Some(to)
        && live.text_at("Description").unwrap_or_default()
            == input.text_at("Description").unwrap_or_default()
        && weights(live) == weights(&input);
    if same {
        return Ok(());
    }
    aws.call("lambda", "UpdateAlias", input).await.map(drop)
}

/// Brings the instances that an alias keeps ready to the wish.
async fn provision(aws: &dyn Aws, name: &str, alias: &str, wish: &Value) -> Result<()> {
    let live = provisioned_of(aws, name, alias).await?;
    let mut input = value!({ "FunctionName": name, "Qualifier": alias });
    let asked = live.as_ref().and_then(|live| live.get("RequestedProvisionedConcurrentExecutions"));
    let answer = match wish.get("ProvisionedConcurrentExecutions") {
        wished if wished == asked => return Ok(()),
        Some(number) => {
            input.put("ProvisionedConcurrentExecutions", number.clone());
            aws.call("lambda", "PutProvisionedConcurrencyConfig", input).await
        }
        None => aws.call("lambda", "DeleteProvisionedConcurrencyConfig", input).await,
    };
    match answer {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}

async fn provisioned_of(aws: &dyn Aws, name: &str, alias: &str) -> Result<Option<Value>> {
    let input = value!({ "FunctionName": name, "Qualifier": alias });
    match aws.call("lambda", "GetProvisionedConcurrencyConfig", input).await {
        Err(error) if error.is_not_found() => Ok(None),
        answer => answer.map(Some),
    }
}

/// What instances that are kept ready are doing, if they are not just there.
fn doing(config: &Value) -> Option<State> {
    match config.text_at("Status") {
        Some("IN_PROGRESS") => Some(State::Busy("instances are being made ready".into())),
        Some("FAILED") => {
            let reason =
                config.text_at("StatusReason").unwrap_or("no instances can be kept ready").to_owned();
            Some(State::Failed { reason, recreate: false })
        }
        _ => None,
    }
}

async fn aliases(aws: &dyn Aws, name: &str) -> Result<Vec<Value>> {
    listed(aws, "ListAliases", "Aliases", name).await
}

/// The published versions, without the function as it is.
async fn versions(aws: &dyn Aws, name: &str) -> Result<Vec<Value>> {
    let mut versions = listed(aws, "ListVersionsByFunction", "Versions", name).await?;
    versions.retain(|version| version.text_at("Version") != Some("$LATEST"));
    Ok(versions)
}

async fn listed(
    aws: &dyn Aws,
    operation: &'static str,
    items: &'static str,
    name: &str,
) -> Result<Vec<Value>> {
    let pages = Pages { token_in: "Marker", token_out: "NextMarker", items };
    match all_pages(aws, "lambda", operation, value!({ "FunctionName": name }), pages).await {
        Err(error) if error.is_not_found() => Ok(Vec::new()),
        answer => answer,
    }
}

fn number(version: &Value) -> u64 {
    version.text_at("Version").and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// Whether a version holds the function as it is: code and configuration. A description makes no version,
/// and what SnapStart has come to is the version's own.
fn is_as(version: &Value, function: &Value) -> bool {
    let compared = CONFIGURATION
        .iter()
        .filter(|member| !["Description", "SnapStart", "ImageConfig"].contains(*member))
        .chain(&["CodeSha256", "Architectures", "ImageConfigResponse"]);
    let empty = Value::Null;
    let told = |of: &Value, path: &str| match of.at(path) {
        Some(value) if !value.is_empty() => value.clone(),
        _ => empty.clone(),
    };
    compared.chain(&["SnapStart.ApplyOn"]).all(|path| told(version, path) == told(function, path))
}
