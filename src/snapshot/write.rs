//! From a survey to JSON.

use serde_json::{Map, Value as Json, json};

use super::FORMAT;
use super::digest::Hiding;
use crate::diff::{Version, version_of};
use crate::engine::{AwsError, Class, Found, Graph, Observed, Resource, State};
use crate::kinds::{self, About};
use crate::live::{Reading, Survey};
use crate::plan::secrets_version;
use crate::spec::{Answer, Answers, StoredValue};

/// What a survey of a graph's account found, with what the stores answered, as JSON. `embedded`: it is the embedded
/// account, where defaults of parameters stand.
pub fn to_json(graph: &Graph, survey: &Survey, stores: &Answers, embedded: bool) -> Json {
    let writer = Writer { graph, survey };
    let declared = survey.readings.iter().filter_map(|(address, reading)| {
        let resource = graph.resources.get(address)?;
        Some(writer.reading(kinds::kind(resource.kind)?.about(), resource, reading))
    });
    let strays = survey
        .strays
        .iter()
        .filter_map(|stray| Some(writer.observed(kinds::kind(stray.kind)?.about(), None, &stray.observed)));
    let resources: Vec<Json> = declared.chain(strays).collect();
    let unlisted: Vec<Json> = survey
        .unlisted
        .iter()
        .map(|unlisted| json!({ "kind": unlisted.kind, "error": (error(&unlisted.error)) }))
        .collect();
    json!({
        "format_version": FORMAT,
        "owner": (graph.owner.to_string()),
        "account": graph.place.account,
        "embedded": embedded,
        "region": graph.place.region,
        "stores": (stores.iter().map(|(source, answer)| (source.to_string(), self::answer(answer))).collect::<Json>()),
        "resources": resources,
        "unlisted": unlisted,
    })
}

struct Writer<'a> {
    graph: &'a Graph,
    survey: &'a Survey,
}

impl Writer<'_> {
    fn reading(&self, about: &'static About, resource: &Resource, reading: &Reading) -> Json {
        let bare = |key: &str, value: Json| json!({ "kind": resource.kind, "address": (resource.address.to_string()), "name": resource.name, key: value });
        match reading {
            Reading::Absent => bare("absent", true.into()),
            Reading::Unreadable(failure) => bare("error", error(failure)),
            Reading::Found(observed) => self.observed(about, Some(resource), observed),
        }
    }

    fn observed(&self, about: &'static About, wish: Option<&Resource>, observed: &Observed) -> Json {
        let mut json = Map::new();
        let mut put = |key: &str, value: Json| json.insert(key.to_owned(), value);
        put("kind", about.kind.into());
        if let Some(wish) = wish {
            put("address", wish.address.to_string().into());
        } else if let Found::Mark(mark) = &observed.mark {
            put("address", mark.address.to_string().into());
        }
        put("name", observed.name.as_str().into());
        put("id", observed.id.as_str().into());
        let all = had_others(observed, wish, about);
        let wish = wish.map(|wish| {
            wish.properties.resolve(&|output| {
                self.survey.readings.get(&output.address)?.found()?.outputs.get(&output.output).cloned()
            })
        });
        let hiding = Hiding::new(about, &self.graph.owner);
        put("properties", hiding.hide(&observed.properties, wish.as_ref(), all));
        let outputs =
            observed.outputs.iter().filter_map(|(name, value)| Some((name.clone(), value.to_json()?)));
        put("outputs", outputs.collect());
        match &observed.mark {
            Found::None => None,
            Found::Mark(mark) => put("mark", mark.to_tags().into_iter().collect()),
            Found::Unreadable(why) => put("unreadable_mark", why.as_str().into()),
        };
        if let Some(manager) = &observed.managed_by {
            put("managed_by", manager.as_str().into());
        }
        let state = match &observed.state {
            State::Ready => "ready".into(),
            State::Busy(state) => json!({ "busy": state }),
            State::Failed { reason, recreate } => json!({ "failed": reason, "recreate": recreate }),
            State::Begun(what) => json!({ "begun": what }),
            State::Taken { part, owner } => json!({ "taken": part, "owner": owner }),
        };
        put("state", state);
        if !observed.unread.is_empty() {
            put("unread", observed.unread.iter().map(|(path, why)| json!([path, why])).collect());
        }
        json.into()
    }
}

/// Whether what is live was made with other secrets than are wished for, or with some of which nothing is known
/// here: they may stand anywhere in it.
fn had_others(observed: &Observed, wish: Option<&Resource>, about: &About) -> bool {
    let Found::Mark(mark) = &observed.mark else { return false };
    let Some(wish) = wish else { return mark.version.is_some() };
    let recorded = secrets_version(mark.version.as_deref(), wish.package.is_some());
    match version_of(&wish.properties, about.table()) {
        Version::Known(wished) => recorded != Some(wished.as_str()),
        Version::None => recorded.is_some(),
        Version::Unknown => true,
    }
}

fn error(error: &AwsError) -> Json {
    json!({
        "service": error.service, "operation": error.operation, "status": error.status, "code": error.code,
        "message": error.message, "request_id": error.request_id.as_deref(), "denied": (error.class == Class::Denied),
    })
}

/// What a store answered. The value of a secret is not in an answer.
fn answer(answer: &Answer) -> Json {
    match answer {
        Answer::Absent => json!({ "absent": true }),
        Answer::Refused(why) => json!({ "refused": why }),
        Answer::Found(stored) => {
            let value = match &stored.value {
                Some(StoredValue::Text(text)) => text.as_str().into(),
                Some(StoredValue::List(items)) => items.iter().map(String::as_str).collect(),
                None => Json::Null,
            };
            json!({ "version": stored.version, "secure": stored.secure, "value": value })
        }
    }
}
