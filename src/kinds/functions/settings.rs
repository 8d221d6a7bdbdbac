//! What AWS keeps beside a function and reads and writes by calls of its own: its URL, its share of the
//! account's concurrency, how events are invoked asynchronously, how its runtime is updated, whether it
//! may call itself, and what its packages must satisfy.

use futures_util::try_join;

use crate::engine::{Aws, Class, Map, Result, UpdateStep, Value};
use crate::value;

/// What a look at the settings found.
pub(super) struct Settings {
    pub properties: Vec<(&'static str, Value)>,
    pub outputs: Map,
    /// Paths that could not be read, with the reason.
    pub unread: Vec<(String, String)>,
}

/// Whose settings: those of a function, or of an alias of it.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    name: &'a str,
    alias: Option<&'a str>,
}

impl<'a> Of<'a> {
    /// Those of a function.
    pub fn function(name: &'a str) -> Of<'a> {
        Of { name, alias: None }
    }

    /// Those of an alias.
    pub fn alias(name: &'a str, alias: &'a str) -> Of<'a> {
        Of { name, alias: Some(alias) }
    }

    /// The input of a call, with the name of what it is about.
    fn input(self, mut input: Value) -> Value {
        input.put("FunctionName", self.name.into());
        if let Some(alias) = self.alias {
            input.put("Qualifier", alias.into());
        }
        input
    }
}

/// Reads all of them. One that may not be read is unknown, not absent.
pub(super) async fn read(aws: &dyn Aws, name: &str) -> Result<Settings> {
    let of = Of::function(name);
    let (mut settings, runtime, recursion, signing) = try_join!(
        read_of(aws, of),
        get(aws, "GetRuntimeManagementConfig", of),
        get(aws, "GetFunctionRecursionConfig", of),
        get(aws, "GetFunctionCodeSigningConfig", of),
    )?;
    settings.take("RuntimeManagement", runtime, &["UpdateRuntimeOn", "RuntimeVersionArn"]);
    settings.take_one("RecursiveLoop", recursion);
    settings.take_one("CodeSigningConfigArn", signing);
    Ok(settings)
}

/// Reads what a function and each of its aliases have: URL, and how events are handled that invoke it.
pub(super) async fn read_of(aws: &dyn Aws, of: Of<'_>) -> Result<Settings> {
    const ASYNC: &[&str] = &["MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"];
    let (url, asynchronous) =
        try_join!(get(aws, "GetFunctionUrlConfig", of), get(aws, "GetFunctionEventInvokeConfig", of))?;
    let mut settings = Settings { properties: Vec::new(), outputs: Map::new(), unread: Vec::new() };
    if let Some(address) = url.told().and_then(|url| url.text_at("FunctionUrl")) {
        settings.outputs.insert("url".into(), address.trim_end_matches('/').into());
    }
    settings.take("Url", url, &["AuthType", "InvokeMode", "Cors"]);
    settings.take("AsyncInvoke", asynchronous, ASYNC);
    Ok(settings)
}

impl Settings {
    /// These members of an answer, below a path.
    fn take(&mut self, path: &'static str, facet: Facet, members: &[&str]) {
        match facet {
            Facet::Told(answer) => {
                let mut block = Value::map();
                for member in members {
                    if let Some(value) = answer.get(member).filter(|value| **value != Value::Null) {
                        block.put(member, value.clone());
                    }
                }
                self.properties.push((path, block));
            }
            Facet::Absent => {}
            Facet::Unread(why) => self.unread.push((path.to_owned(), why)),
        }
    }

    /// One member of an answer, which is itself the property.
    fn take_one(&mut self, member: &'static str, facet: Facet) {
        match facet {
            Facet::Told(answer) => {
                // Some emulators tell an empty text where AWS has no member.
                let told = answer.get(member).filter(|value| value.as_str() != Some(""));
                self.properties.extend(told.map(|value| (member, value.clone())));
            }
            Facet::Absent => {}
            Facet::Unread(why) => self.unread.push((member.to_owned(), why)),
        }
    }
}

enum Facet {
    Told(Value),
    Absent,
    Unread(String),
}

impl Facet {
    fn told(&self) -> Option<&Value> {
        match self {
            Facet::Told(answer) => Some(answer),
            _ => None,
        }
    }
}

async fn get(aws: &dyn Aws, operation: &'static str, of: Of<'_>) -> Result<Facet> {
    match aws.call("lambda", operation, of.input(Value::map())).await {
        Ok(answer) => Ok(Facet::Told(answer)),
        Err(error) if error.is_not_found() => Ok(Facet::Absent),
        // A right that is missing, or a region without the feature.
        Err(error) if matches!(error.class, Class::Denied | Class::Invalid) => {
            Ok(Facet::Unread(error.to_string()))
        }
        Err(error) => Err(error),
    }
}

/// Brings what differs to the wish; of a function that was just made, what is wished.
pub(super) async fn apply(aws: &dyn Aws, name: &str, step: Option<&UpdateStep>, wish: &Value) -> Result<()> {
    let live = step.map(|step| &step.live.properties);
    let touches = |path: &str| match step {
        Some(step) => step.touches(path),
        None => wish.get(path).is_some(),
    };
    let there = |path: &str| live.is_some_and(|live| live.get(path).is_some());
    let of = Of::function(name);
    let to = |input: Value| of.input(input);
    // At create it goes with the function itself.
    if step.is_some() && touches("CodeSigningConfigArn") {
        match wish.get("CodeSigningConfigArn") {
            Some(arn) => {
                let input = to(value!({ "CodeSigningConfigArn": (arn.clone()) }));
                aws.call("lambda", "PutFunctionCodeSigningConfig", input).await?;
            }
            None => absent(aws.call("lambda", "DeleteFunctionCodeSigningConfig", to(Value::map())).await)?,
        }
    }
    if touches("ReservedConcurrentExecutions") {
        match wish.get("ReservedConcurrentExecutions") {
            Some(number) => {
                let input = to(value!({ "ReservedConcurrentExecutions": (number.clone()) }));
                aws.call("lambda", "PutFunctionConcurrency", input).await?;
            }
            None => absent(aws.call("lambda", "DeleteFunctionConcurrency", to(Value::map())).await)?,
        }
    }
    if touches("Url") {
        url(aws, of, there("Url"), wish).await?;
    }
    if touches("AsyncInvoke") {
        async_invoke(aws, of, wish).await?;
    }
    if touches("RuntimeManagement") {
        let mut input = wish.get("RuntimeManagement").cloned().unwrap_or_else(Value::map);
        if input.get("UpdateRuntimeOn").is_none() {
            input.put("UpdateRuntimeOn", "Auto".into());
        }
        aws.call("lambda", "PutRuntimeManagementConfig", to(input)).await?;
    }
    if touches("RecursiveLoop") {
        let word = wish.text_at("RecursiveLoop").unwrap_or("Terminate");
        aws.call("lambda", "PutFunctionRecursionConfig", to(value!({ "RecursiveLoop": word }))).await?;
    }
    Ok(())
}

/// That it is gone already is as good.
fn absent(answer: Result<Value>) -> Result<()> {
    match answer {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}

/// Brings URL and events of an alias to its wish.
pub(super) async fn apply_alias(aws: &dyn Aws, of: Of<'_>, wish: &Value) -> Result<()> {
    let live = read_of(aws, of).await?;
    let live =
        |path: &str| live.properties.iter().find(|(member, _)| *member == path).map(|(_, value)| value);
    if live("Url").is_some() || wish.get("Url").is_some() {
        url(aws, of, live("Url").is_some(), wish).await?;
    }
    if live("AsyncInvoke").is_some() || wish.get("AsyncInvoke").is_some() {
        async_invoke(aws, of, wish).await?;
    }
    Ok(())
}

/// What is left out has AWS's default again.
async fn async_invoke(aws: &dyn Aws, of: Of<'_>, wish: &Value) -> Result<()> {
    match wish.get("AsyncInvoke").filter(|wish| !wish.is_empty()) {
        Some(config) => {
            aws.call("lambda", "PutFunctionEventInvokeConfig", of.input(config.clone())).await.map(drop)
        }
        None => absent(aws.call("lambda", "DeleteFunctionEventInvokeConfig", of.input(Value::map())).await),
    }
}

async fn url(aws: &dyn Aws, of: Of<'_>, there: bool, wish: &Value) -> Result<()> {
    let Some(Value::Map(wished)) = wish.get("Url") else {
        return absent(aws.call("lambda", "DeleteFunctionUrlConfig", of.input(Value::map())).await);
    };
    let mut input = of.input(Value::Map(wished.clone()));
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
