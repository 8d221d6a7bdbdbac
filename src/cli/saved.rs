//! Saved plans: `plan -o FILE`, `apply --plan FILE`.
//!
//! The file holds what was given (flags, values of parameters that are no secret, digests of files and code), a
//! digest of what is live of each resource, and the plan as JSON. It is never trusted: an apply makes the plan
//! again and goes on only if everything is the same. So nothing in it decides what is done, and whoever can write
//! it can at most keep a plan from being applied.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use crate::diff::{Origin, normalise};
use crate::engine::{Address, Graph, Part, Value};
use crate::kinds;
use crate::plan::Plan;
use crate::report;
use crate::snapshot;
use crate::source::Sources;
use crate::spec::Stack;

use super::args::{Allowances, Global};

/// The version of the file's format. A reader refuses newer ones.
const FORMAT: u64 = 1;

/// What a plan was made of.
pub(super) struct Made<'a> {
    pub global: &'a Global,
    pub allow: &'a Allowances,
    /// The stack's path as it was given.
    pub path: &'a Path,
    pub stack: &'a Stack,
    pub graph: &'a Graph,
    pub sources: &'a Sources,
    pub plan: &'a Plan,
    /// Where the calls go.
    pub endpoint: String,
}

impl Made<'_> {
    /// The file's content.
    pub fn to_json(&self) -> Json {
        let secrets: Vec<&str> = self.stack.secrets.iter().map(|secret| secret.name.as_str()).collect();
        // By name, the last one standing. The value of a secret is asked for again.
        let given = self.global.param.iter().map(|(name, value)| {
            let value = if secrets.contains(&name.as_str()) { Json::Null } else { value.as_str().into() };
            (name.clone(), value)
        });
        let addresses = |all: &[Address]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
        let adopt = self.allow.adopt.iter().map(|(address, id)| json!([address.to_string(), id]));
        let code = self.graph.resources.iter().filter_map(|(address, resource)| {
            Some((address.to_string(), Json::from(resource.package.as_ref()?.digest.as_str())))
        });
        let mut plan = report::plan_json(self.plan, self.sources);
        // How a search went is no part of what was found.
        plan.as_object_mut().map(|plan| plan.remove("described"));
        let mut file = json!({
            "format_version": FORMAT,
            "gatewayctl": (env!("CARGO_PKG_VERSION")),
            "stack": (self.path.display().to_string()),
            "endpoint": self.endpoint,
            "given": {
                "env": self.global.env,
                "region": self.global.region,
                "params": (given.collect::<Map<_, _>>()),
                "params_files": (self.global.params.iter().map(|file| file.display().to_string()).collect::<Vec<_>>()),
                "allow_destroy": (addresses(&self.allow.allow_destroy)),
                "adopt": (adopt.collect::<Vec<_>>()),
                "rotate": (addresses(&self.allow.rotate)),
                "partial": self.allow.partial,
                "target": (addresses(&self.allow.target)),
                "exclude": (addresses(&self.allow.exclude)),
            },
            "files": (self.files()),
            "code": (code.collect::<Map<_, _>>()),
            "live": (self.live()),
            "wishes": (self.wishes()),
            "plan": plan,
        });
        file["digest"] = digest(&file).into();
        file
    }

    /// The digest of each file that the stack was read from.
    fn files(&self) -> Map<String, Json> {
        self.sources
            .files()
            .map(|(name, text)| (name.to_owned(), hex::encode(Sha256::digest(text)).into()))
            .collect()
    }

    /// A digest of what is wished for of each resource and of each output, with what a plan does not show of it:
    /// the text around what is not known yet, and where secrets come from and in which version.
    fn wishes(&self) -> Map<String, Json> {
        let wishes = self.plan.changes.values().filter_map(|planned| {
            let wish = planned.desired.as_ref()?;
            let all = json!([spelt(&wish.properties), planned.mark.version, wish.name, wish.protect]);
            Some((planned.address.to_string(), Json::from(digest(&all))))
        });
        let outputs = self
            .plan
            .outputs
            .iter()
            .map(|(name, value)| (format!("output {name}"), Json::from(digest(&spelt(value)))));
        wishes.chain(outputs).collect()
    }

    /// A digest of what is live of each resource of the plan, as far as this program manages it: what only the
    /// server says, such as how many messages wait, moves by itself. What is sensitive goes into it only where
    /// it is what is wished for.
    fn live(&self) -> Map<String, Json> {
        let live = self.plan.changes.values().filter_map(|planned| {
            let live = planned.live.as_ref()?;
            let about = kinds::kind(planned.kind)?.about();
            let wish = planned.desired.as_ref().map(|desired| &desired.properties);
            let managed = normalise(&live.properties, about.table(), Origin::Live);
            let shown = snapshot::hidden(about, &self.plan.owner, &managed, wish);
            let all = json!([live.id, shown, format!("{:?}", live.mark), format!("{:?}", live.state)]);
            Some((planned.address.to_string(), Json::from(digest(&all))))
        });
        live.collect()
    }
}

/// A saved plan as it was read.
#[derive(Debug)]
pub(super) struct Saved {
    json: Json,
}

/// Reads a saved plan.
///
/// # Errors
/// Why it is none, for people.
pub(super) fn read(file: &Path) -> Result<Saved, String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    parse(&text).map_err(|why| format!("{} is refused: {why}", file.display()))
}

fn parse(text: &str) -> Result<Saved, String> {
    let mut json: Json = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let format =
        json["format_version"].as_u64().ok_or("it is no saved plan: it states no `format_version`")?;
    if format > FORMAT {
        let by = json["gatewayctl"].as_str().unwrap_or("a later version");
        return Err(format!(
            "it has format {format}, newer than this program's {FORMAT}; gatewayctl {by} made it"
        ));
    }
    let said = json.as_object_mut().and_then(|json| json.remove("digest"));
    if said != Some(digest(&json).into()) {
        return Err("it is not as it was written: make the plan again".into());
    }
    Ok(Saved { json })
}

impl Saved {
    /// The stack's path as it was given.
    pub fn stack(&self) -> PathBuf {
        PathBuf::from(self.json["stack"].as_str().unwrap_or("."))
    }

    /// The flags under which the plan was made: those of this run, with what the file says instead of them.
    pub fn flags(&self, global: &Global, allow: &Allowances) -> Result<(Global, Allowances), String> {
        let given = &self.json["given"];
        let text = |value: &Json| value.as_str().map(str::to_owned);
        let addresses = |key: &str| {
            let texts = given[key].as_array().into_iter().flatten().filter_map(Json::as_str);
            let addresses = texts.map(|text| text.parse().map_err(|error| format!("{text}: {error}")));
            addresses.collect::<Result<Vec<Address>, String>>()
        };
        let params = given["params"].as_object().into_iter().flatten();
        let params = params.filter_map(|(name, value)| Some((name.clone(), text(value)?)));
        let files = given["params_files"].as_array().into_iter().flatten();
        let adopt = given["adopt"].as_array().into_iter().flatten().map(|pair| {
            let address = pair[0].as_str().unwrap_or_default();
            Ok((address.parse().map_err(|error| format!("{address}: {error}"))?, text(&pair[1])))
        });
        let global = Global {
            env: text(&given["env"]),
            region: text(&given["region"]),
            // Values of secrets come from this run alone; another value of anything else is seen as one.
            param: params.chain(global.param.iter().cloned()).collect(),
            params: files.filter_map(|file| Some(PathBuf::from(file.as_str()?))).collect(),
            ..global.clone()
        };
        let allow = Allowances {
            allow_destroy: addresses("allow_destroy")?,
            adopt: adopt.collect::<Result<_, String>>()?,
            rotate: addresses("rotate")?,
            partial: given["partial"] == true,
            target: addresses("target")?,
            exclude: addresses("exclude")?,
            ..allow.clone()
        };
        Ok((global, allow))
    }

    /// What is not as it was: paths with what they were and are.
    pub fn moved(&self, now: &Json) -> Vec<String> {
        let mut moved = Vec::new();
        for (key, what) in
            [("gatewayctl", "gatewayctl"), ("endpoint", "the endpoint"), ("given", "what was given")]
        {
            if self.json[key] != now[key] {
                moved.push(format!("{what}: {} → {}", shown(&self.json[key]), shown(&now[key])));
            }
        }
        for (key, what) in [("files", "file"), ("code", "code of")] {
            for name in differing(&self.json[key], &now[key]) {
                moved.push(format!("{what} {name}"));
            }
        }
        let before = moved.len();
        resources(&self.json["plan"]["resources"], &now["plan"]["resources"], &mut moved);
        for (key, what) in [("live", "what is live of it"), ("wishes", "what is wished for")] {
            for address in differing(&self.json[key], &now[key]) {
                // Mostly its difference shows in what is planned.
                if !moved[before..].iter().any(|said| said.starts_with(&format!("{address}: "))) {
                    moved.push(format!("{address}: {what} is not what it was"));
                }
            }
        }
        for key in [
            "owner",
            "account",
            "region",
            "verdict",
            "partial",
            "outputs",
            "steps",
            "refusals",
            "warnings",
            "not_comparable",
            "unread",
            "unlisted",
        ] {
            let (then, now) = (&self.json["plan"][key], &now["plan"][key]);
            if then != now && (moved.is_empty() || !["verdict", "steps", "outputs"].contains(&key)) {
                moved.push(match key {
                    "owner" | "account" | "region" | "verdict" => {
                        format!("{key}: {} → {}", shown(then), shown(now))
                    }
                    _ => format!("{key} of the plan"),
                });
            }
        }
        moved
    }

    /// Whether the plan had anything to do.
    pub fn had_changes(&self) -> bool {
        self.json["plan"]["verdict"] == "changes"
    }
}

/// Says what differs between the resources of two plans, by address and path.
fn resources(then: &Json, now: &Json, moved: &mut Vec<String>) {
    let (then, now) = (by(then, "address"), by(now, "address"));
    for address in then.keys().chain(now.keys().filter(|address| !then.contains_key(*address))) {
        let (one, other) = match (then.get(address), now.get(address)) {
            (Some(one), Some(other)) if one == other => continue,
            (Some(one), Some(other)) => (one, other),
            (Some(_), None) => {
                moved.push(format!("{address}: it was planned, and is not there any more"));
                continue;
            }
            (None, _) => {
                moved.push(format!("{address}: it was not planned"));
                continue;
            }
        };
        if one["actions"] != other["actions"] {
            moved.push(format!("{address}: {} → {}", actions(one), actions(other)));
        }
        let (one_changes, other_changes) = (by(&one["changes"], "path"), by(&other["changes"], "path"));
        let paths =
            one_changes.keys().chain(other_changes.keys().filter(|path| !one_changes.contains_key(*path)));
        let mut paths: Vec<&&str> =
            paths.filter(|path| one_changes.get(*path) != other_changes.get(*path)).collect();
        paths.sort();
        moved.extend(paths.iter().map(|path| format!("{address}: {path}")));
        if paths.is_empty() && one["actions"] == other["actions"] {
            let keys = differing(one, other).join(", ");
            moved.push(format!("{address}: its {keys}"));
        }
    }
}

/// The items of a list by a member of theirs.
fn by<'a>(list: &'a Json, member: &str) -> BTreeMap<&'a str, &'a Json> {
    let items = list.as_array().into_iter().flatten();
    items.map(|item| (item[member].as_str().unwrap_or_default(), item)).collect()
}

fn actions(resource: &Json) -> String {
    let actions = resource["actions"].as_array().into_iter().flatten().filter_map(Json::as_str);
    actions.collect::<Vec<_>>().join(" and ")
}

/// The members in which two objects differ.
fn differing(one: &Json, other: &Json) -> Vec<String> {
    let nothing = Map::new();
    let (one, other) = (one.as_object().unwrap_or(&nothing), other.as_object().unwrap_or(&nothing));
    let keys = one.keys().chain(other.keys().filter(|key| !one.contains_key(*key)));
    keys.filter(|key| one.get(*key) != other.get(*key)).cloned().collect()
}

/// A wish with everything in it that decides what is sent: templates as they are written, secrets by where they
/// come from and in which version.
fn spelt(value: &Value) -> Json {
    match value {
        Value::Unknown(template) => {
            let parts = template.parts.iter().map(|part| match part {
                Part::Text(text) => json!({ "text": text }),
                Part::Output(output) => json!({ "output": output.to_string() }),
                Part::Json(tree) => json!({ "json": spelt(tree) }),
                Part::Secret(secret) => json!({ "secret": secret.version() }),
            });
            json!({ "parts": parts.collect::<Vec<_>>() })
        }
        Value::Secret(secret) => json!({ "secret": secret.version() }),
        Value::List(items) => items.iter().map(spelt).collect(),
        Value::Map(map) => map.iter().map(|(key, value)| (key.clone(), spelt(value))).collect(),
        plain => plain.to_json().unwrap_or_default(),
    }
}

fn shown(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The digest of a document, in whatever order its members stand.
fn digest(json: &Json) -> String {
    let text = Value::from(json.clone()).canonical().unwrap_or_default();
    hex::encode(Sha256::digest(text))
}
