//! From JSON to the survey of a graph.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::FORMAT;
use super::digest::Hiding;
use crate::engine::mark::from_tags;
use crate::engine::{
    Address, AwsError, Class, Found, Graph, Map, Observed, OutputRef, Owner, Resource, State, Value,
};
use crate::kinds::{self, About};
use crate::live::{Reading, Stray, Survey, Unlisted};
use crate::plan::Finding;
use crate::spec::{Answer, Answers, Source, Stored, StoredValue};

/// A file as it was read. Its documents are not yet a survey: what hides in them is found again beside a graph.
#[derive(Clone)]
pub struct Snapshot {
    pub owner: Owner,
    pub account: String,
    pub region: String,
    /// It is of the embedded account.
    pub embedded: bool,
    /// What the stores of AWS answered.
    pub stores: Answers,
    entries: Vec<Entry>,
    unlisted: Vec<Unlisted>,
}

/// One resource of the file.
#[derive(Clone)]
struct Entry {
    about: &'static About,
    address: Option<Address>,
    name: String,
    what: What,
}

#[derive(Clone)]
enum What {
    Absent,
    Error(AwsError),
    /// The document as it is written, and the rest of what was observed.
    Found(Json, Box<Observed>),
}

/// Reads the text of a snapshot.
///
/// # Errors
/// Why it is none, for people, with the place in the file as far as there is one.
pub fn parse(text: &str) -> Result<Snapshot, String> {
    let file: Json = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let format = file["format_version"].as_u64().ok_or("it states no `format_version`")?;
    if format > FORMAT {
        return Err(format!("it has format {format}, newer than this program's {FORMAT}: update gatewayctl"));
    }
    let list = |key: &'static str| match &file[key] {
        Json::Array(items) => Ok(items.as_slice()),
        Json::Null => Ok(&[][..]),
        _ => Err(format!("`{key}` is no list")),
    };
    let at = |key: &str, i: usize, why: String| format!("{key}[{i}]: {why}");
    Ok(Snapshot {
        owner: text_at(&file, "owner")?.parse()?,
        account: text_at(&file, "account")?.to_owned(),
        region: text_at(&file, "region")?.to_owned(),
        embedded: file["embedded"] == true,
        stores: stores(&file["stores"])?,
        entries: numbered(list("resources")?, |i, json| entry(json).map_err(|why| at("resources", i, why)))?,
        unlisted: numbered(list("unlisted")?, |i, json| {
            let read = || Ok(Unlisted { kind: about(json)?.kind, error: error(&json["error"])? });
            read().map_err(|why| at("unlisted", i, why))
        })?,
    })
}

/// What a plan says of declared resources that the file knows nothing of.
pub fn younger(unknown: &[Address], graph: &Graph) -> Vec<Finding> {
    let finding = |address: &Address| Finding {
        code: "not_in_snapshot",
        address: Some(address.clone()),
        place: graph.resources.get(address).map(|resource| resource.declared),
        message: "the snapshot is older than this declaration: something of that name may be there".into(),
        help: String::new(),
    };
    unknown.iter().map(finding).collect()
}

impl Snapshot {
    /// The survey of a graph, perhaps of a later one than the file was made with, and the declared resources of
    /// which the file knows nothing. `adopt` leads to resources that their names do not lead to.
    pub fn survey(&self, graph: &Graph, adopt: &BTreeMap<Address, Option<String>>) -> (Survey, Vec<Address>) {
        let mut survey = Survey { unlisted: self.unlisted.clone(), ..Survey::default() };
        let mut unknown = Vec::new();
        let mut found: BTreeMap<&Address, (usize, &Entry)> = BTreeMap::new();
        for (address, resource) in &graph.resources {
            let id = adopt.get(address).and_then(Option::as_deref);
            found.extend(self.entry_of(resource, id).map(|entry| (address, entry)));
        }
        let taken: BTreeSet<usize> = found.values().map(|(at, _)| *at).collect();
        // What hides is found again beside a wish that is known as far as the file knows it.
        let known = |output: &OutputRef| match &found.get(&output.address)?.1.what {
            What::Found(_, rest) => rest.outputs.get(&output.output).cloned(),
            _ => None,
        };
        for (address, resource) in &graph.resources {
            let reading = match found.get(address).map(|(_, entry)| (entry, &entry.what)) {
                None => {
                    unknown.push(address.clone());
                    Reading::Absent
                }
                Some((_, What::Absent)) => Reading::Absent,
                Some((_, What::Error(error))) => Reading::Unreadable(error.clone()),
                Some((entry, What::Found(written, rest))) => {
                    let wish = resource.properties.resolve(&known);
                    Reading::Found(self.observed(entry.about, written, rest, Some(&wish)))
                }
            };
            survey.readings.insert(address.clone(), reading);
        }
        for (_, entry) in self.entries.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
            // As a search finds them: by their marks.
            if let What::Found(written, rest) = &entry.what
                && rest.mark.is_of(&graph.owner)
            {
                let observed = self.observed(entry.about, written, rest, None);
                survey.strays.push(Stray { kind: entry.about.kind, observed });
            }
        }
        survey.strays.sort_by(|a, b| (a.kind, &a.observed.id).cmp(&(b.kind, &b.observed.id)));
        (survey, unknown)
    }

    fn observed(
        &self,
        about: &'static About,
        written: &Json,
        rest: &Observed,
        wish: Option<&Value>,
    ) -> Observed {
        let properties = Hiding::new(about, &self.owner).find(written, wish);
        Observed { properties, ..rest.clone() }
    }

    /// What stands where a declared resource is wished for: the one of its kind, its name and whatever else
    /// identifies it; the one of its address first. Where names are not unique, one of another address is the same
    /// only if all that identifies it is told and equal.
    fn entry_of(&self, resource: &Resource, id: Option<&str>) -> Option<(usize, &Entry)> {
        let about = kinds::kind(resource.kind)?.about();
        let of_address = |entry: &Entry| entry.address.as_ref() == Some(&resource.address);
        let same = |entry: &Entry| match (&entry.what, id) {
            (What::Found(_, rest), Some(id)) => rest.id == id,
            _ if entry.name != resource.name => false,
            (What::Found(written, _), None) => {
                let live = Hiding::new(about, &self.owner).find(written, Some(&resource.properties));
                let is_same = |path: &&str| same_at(resource.properties.at(path), live.at(path));
                let mut paths = about.identified_by.iter();
                match about.naming.unique || of_address(entry) {
                    true => paths.all(|path| is_same(path) != Some(false)),
                    false => !about.is_known_by_id() && paths.all(|path| is_same(path) == Some(true)),
                }
            }
            _ => about.naming.unique || of_address(entry),
        };
        let of_kind =
            || self.entries.iter().enumerate().filter(|(_, entry)| entry.about.kind == resource.kind);
        let own = of_kind().find(|(_, entry)| of_address(entry) && same(entry));
        own.or_else(|| of_kind().find(|(_, entry)| same(entry)))
    }
}

/// Whether wish and live are the same at a path; nothing where that cannot be told.
fn same_at(wish: Option<&Value>, live: Option<&Value>) -> Option<bool> {
    match (wish, live) {
        (None, None) => Some(true),
        (Some(wish), Some(live)) if wish.is_known() => Some(wish.canonical() == live.canonical()),
        _ => None,
    }
}

fn numbered<T>(items: &[Json], read: impl Fn(usize, &Json) -> Result<T, String>) -> Result<Vec<T>, String> {
    items.iter().enumerate().map(|(i, item)| read(i, item)).collect()
}

fn text_at<'a>(json: &'a Json, key: &str) -> Result<&'a str, String> {
    json[key].as_str().ok_or_else(|| format!("`{key}` is no text"))
}

fn about(json: &Json) -> Result<&'static About, String> {
    let name = text_at(json, "kind")?;
    let kind = kinds::kind(name).ok_or_else(|| format!("there is no kind `{name}` in this version"))?;
    Ok(kind.about())
}

fn entry(json: &Json) -> Result<Entry, String> {
    let address = match json.get("address") {
        None => None,
        Some(_) => {
            let text = text_at(json, "address")?;
            Some(text.parse().map_err(|error: crate::engine::address::NotAnAddress| error.to_string())?)
        }
    };
    let what = match () {
        () if json["absent"] == true => What::Absent,
        () if json.get("error").is_some() => What::Error(error(&json["error"])?),
        () => What::Found(json["properties"].clone(), Box::new(observed(json)?)),
    };
    Ok(Entry { about: about(json)?, address, name: text_at(json, "name")?.to_owned(), what })
}

/// Everything but the properties.
fn observed(json: &Json) -> Result<Observed, String> {
    if !json["properties"].is_object() {
        return Err("`properties` is no object".into());
    }
    let mark = match (&json["mark"], json.get("unreadable_mark").and_then(Json::as_str)) {
        (Json::Object(tags), _) => {
            let tags = tags.iter().map(|(key, value)| (key.as_str(), value.as_str().unwrap_or_default()));
            from_tags(tags).mark
        }
        (_, Some(why)) => Found::Unreadable(why.to_owned()),
        _ => Found::None,
    };
    let state = match &json["state"] {
        Json::Object(state) if state.contains_key("begun") => {
            State::Begun(state["begun"].as_str().unwrap_or_default().to_owned())
        }
        Json::Object(state) => match (state.get("busy"), state.get("failed"), state.get("taken")) {
            (Some(busy), ..) => State::Busy(busy.as_str().unwrap_or_default().to_owned()),
            (_, Some(reason), _) => State::Failed {
                reason: reason.as_str().unwrap_or_default().to_owned(),
                recreate: state.get("recreate") == Some(&true.into()),
            },
            (.., Some(part)) => State::Taken {
                part: part.as_str().unwrap_or_default().to_owned(),
                owner: state.get("owner").and_then(Json::as_str).map(str::to_owned),
            },
            _ => return Err("`state` is neither busy nor failed nor taken nor begun".into()),
        },
        Json::Null => State::Ready,
        Json::String(ready) if ready == "ready" => State::Ready,
        other => return Err(format!("`state` is {other}")),
    };
    let outputs: Map = match &json["outputs"] {
        Json::Object(outputs) => {
            outputs.iter().map(|(key, value)| (key.clone(), value.clone().into())).collect()
        }
        _ => Map::new(),
    };
    let unread = json["unread"].as_array().into_iter().flatten().map(|pair| {
        let text = |i: usize| pair[i].as_str().unwrap_or_default().to_owned();
        (text(0), text(1))
    });
    Ok(Observed {
        id: text_at(json, "id")?.to_owned(),
        name: text_at(json, "name")?.to_owned(),
        properties: Value::Null,
        outputs,
        mark,
        managed_by: json["managed_by"].as_str().map(str::to_owned),
        state,
        unread: unread.collect(),
    })
}

fn error(json: &Json) -> Result<AwsError, String> {
    Ok(AwsError {
        service: text_at(json, "service")?.to_owned().into(),
        operation: text_at(json, "operation")?.to_owned(),
        status: json["status"].as_u64().and_then(|status| status.try_into().ok()),
        code: json["code"].as_str().unwrap_or_default().to_owned(),
        message: json["message"].as_str().unwrap_or_default().to_owned(),
        request_id: json["request_id"].as_str().map(Box::from),
        class: if json["denied"] == true { Class::Denied } else { Class::Invalid },
    })
}

fn stores(json: &Json) -> Result<Answers, String> {
    let answers = json.as_object().into_iter().flatten().map(|(name, answer)| {
        let source = Source::parse(name).ok_or_else(|| format!("stores: `{name}` is no source"))?;
        let answer = match () {
            () if answer["absent"] == true => Answer::Absent,
            () if answer["refused"].is_string() => {
                Answer::Refused(answer["refused"].as_str().unwrap_or_default().to_owned())
            }
            () => Answer::Found(Stored {
                version: text_at(answer, "version")
                    .map_err(|why| format!("stores.{name}: {why}"))?
                    .to_owned(),
                secure: answer["secure"] == true,
                value: match &answer["value"] {
                    Json::String(text) => Some(StoredValue::Text(text.clone())),
                    Json::Array(items) => {
                        let texts = items.iter().map(|item| item.as_str().unwrap_or_default().to_owned());
                        Some(StoredValue::List(texts.collect()))
                    }
                    _ => None,
                },
            }),
        };
        Ok((source, answer))
    });
    answers.collect()
}
