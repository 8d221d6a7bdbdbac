//! What happens to a resource from outside, as `trace` and tests say it: `{ bus: orders, event: {…} }`,
//! `{ table: orders, insert: {…} }`, `{ api: shop, request: POST /orders, body: {…} }`.

use serde_json::{Map, Value as Json};

use crate::engine::{Graph, Resource, Value};
use crate::kinds::{self, Kind};
use crate::source::suggest;

use super::passing::{Arrival, Spot};

/// A word for what can happen to a resource of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    pub word: &'static str,
    /// What stands under it, in one sentence.
    pub doc: &'static str,
    /// What may stand beside it.
    pub beside: &'static [&'static str],
    /// Whether the resource takes whatever is said: then it has to be named.
    pub takes_any: bool,
}

impl Word {
    /// A word of a resource that takes what it knows.
    pub const fn new(word: &'static str, doc: &'static str, beside: &'static [&'static str]) -> Word {
        Word { word, doc, beside, takes_any: false }
    }

    /// The same of one that takes whatever is said.
    pub const fn of_any(self) -> Word {
        Word { takes_any: true, ..self }
    }
}

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
pub struct Happening<'a> {
    pub word: &'static str,
    /// What stands under the word.
    pub value: &'a Json,
    all: &'a Map<String, Json>,
}

impl<'a> Happening<'a> {
    /// The happening of a word; nothing if the word does not stand there.
    pub fn new(word: &'static str, all: &'a Map<String, Json>) -> Option<Happening<'a>> {
        Some(Happening { word, value: all.get(word)?, all })
    }

    /// What stands beside the word.
    pub fn beside(&self, name: &str) -> Option<&Json> {
        self.all.get(name)
    }

    /// Names and their texts that stand beside the word, as headers do; none if nothing does.
    ///
    /// # Errors
    /// Something else stands there.
    pub fn texts(&self, name: &str) -> Result<Map<String, Json>, String> {
        match self.beside(name) {
            None => Ok(Map::new()),
            Some(Json::Object(map)) => {
                Ok(map.iter().map(|(name, value)| (name.clone(), text(value).into())).collect())
            }
            Some(_) => Err(format!("`{name}` is an object of names and values")),
        }
    }
}

/// What was sent, as JSON; a text where it is none.
pub fn parsed(payload: &str) -> Json {
    serde_json::from_str(payload).unwrap_or_else(|_| payload.into())
}

/// A text as it is, and anything else as JSON.
pub fn text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A value as JSON; what is not known before an apply is spelled as the reference that it is, as in payloads.
pub fn spelled(value: &Value) -> Json {
    match value {
        Value::Unknown(template) => template.to_string().into(),
        Value::Map(map) => map.iter().map(|(key, value)| (key.clone(), spelled(value))).collect(),
        Value::List(list) => list.iter().map(spelled).collect(),
        other => other.to_shown_json(),
    }
}

/// Reads what happens, and where. The kind key can be left out if one resource alone of the stack knows the word.
///
/// # Errors
/// What cannot be read, with what to write instead, in one sentence or two.
pub fn read(graph: &Graph, said: &Json) -> Result<(Spot, Arrival), String> {
    let Some(all) = said.as_object() else {
        return Err("write what happens, such as `{ bus: orders, event: { … } }`".into());
    };
    let named = all.iter().find_map(|(key, value)| {
        let kind = kinds::kind_of_key(key).filter(|kind| !kind.words().is_empty())?;
        Some((kind, value))
    });
    let word = word(all, named.map(|(kind, _)| kind))?;
    let Some((kind, value)) = named else { return only(graph, all, word) };
    check(all, kind, word)?;
    let spot = place(graph, kind, &text(value))?;
    let of = match &spot {
        Spot::Resource(address) => graph.resources.get(address),
        Spot::Elsewhere(_) => None,
    };
    let arrival = kind.happens(of, graph, &Happening { word, value: &all[word], all })?;
    Ok((spot, arrival))
}

/// The word that stands there.
fn word(all: &Map<String, Json>, of: Option<&'static dyn Kind>) -> Result<&'static str, String> {
    let words = |kind: &'static dyn Kind| kind.words().iter().map(|word| word.word);
    let known: Vec<&'static str> = match of {
        Some(kind) => words(kind).collect(),
        None => kinds::registry().iter().copied().flat_map(words).collect(),
    };
    if let Some(word) = known.iter().find(|word| all.contains_key(**word)) {
        return Ok(word);
    }
    let mut distinct = known.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let near = all.keys().find_map(|key| suggest(key, known.iter().copied()));
    let to = of.map_or_else(String::new, |kind| format!(" to `{}`", kind.about().singular));
    Err(match near {
        Some(near) => format!("it does not say what happens{to}; did you mean `{near}`?"),
        None => format!("it does not say what happens{to}: one of `{}`", distinct.join("`, `")),
    })
}

/// The resource of a kind by its key, address or name. One of others is taken by its name or ARN if somebody here
/// listens to it or sends there.
pub(super) fn place(graph: &Graph, kind: &'static dyn Kind, wanted: &str) -> Result<Spot, String> {
    let about = kind.about();
    if let Some(found) = kinds::named(graph, kind, wanted) {
        return Ok(Spot::Resource(found.address.clone()));
    }
    let elsewhere = kinds::spot(graph, &wanted.into());
    let is_known = |one: &Resource| {
        let Some(kind) = kinds::kind(one.kind) else { return false };
        kind.listens_to(one, graph).as_ref() == Some(&elsewhere)
            || kind.ways(one, graph).iter().any(|way| way.to == elsewhere)
    };
    if graph.resources.values().any(is_known) {
        return Ok(elsewhere);
    }
    let known: Vec<String> = of_kind(graph, kind).map(|one| one.address.to_string()).collect();
    let near = suggest(&format!("{}.{wanted}", about.kind), known.iter().map(String::as_str));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "the stack declares none".into(),
        None => format!("there are {}", known.join(", ")),
    };
    Err(format!("there is no {} `{wanted}`; {help}", about.singular.replace('_', " ")))
}

fn of_kind<'g>(graph: &'g Graph, kind: &'static dyn Kind) -> impl Iterator<Item = &'g Resource> {
    graph.resources.values().filter(|one| one.kind == kind.about().kind && !one.address.is_generated())
}

/// How many reasons are told why something can happen nowhere.
const MOST_REASONS: usize = 3;

/// The only resource of the stack to which this can happen: the API that has the route, the one table.
fn only(graph: &Graph, all: &Map<String, Json>, word: &'static str) -> Result<(Spot, Arrival), String> {
    let knows = |kind: &&'static dyn Kind| kind.words().iter().any(|one| one.word == word && !one.takes_any);
    let kinds: Vec<_> = kinds::registry().iter().copied().filter(knows).collect();
    let named = kinds.iter().map(|kind| format!("`{}: KEY`", kind.about().singular));
    let keys = named.collect::<Vec<_>>().join(" or ");
    let mut can = Vec::new();
    let mut cannot = Vec::new();
    for kind in kinds {
        for one in of_kind(graph, kind) {
            let happened = check(all, kind, word)
                .and_then(|()| kind.happens(Some(one), graph, &Happening { word, value: &all[word], all }));
            match happened {
                Ok(arrival) => can.push((Spot::Resource(one.address.clone()), arrival)),
                Err(problem) => cannot.push(problem),
            }
        }
    }
    match (can.len(), cannot.as_slice()) {
        (1, _) => Ok(can.remove(0)),
        (0, []) => Err(format!("nothing of the stack knows `{word}`; name where it happens: {keys}")),
        (0, [only]) => Err(only.clone()),
        (0, reasons) => {
            let mut distinct = reasons.to_vec();
            distinct.sort();
            distinct.dedup();
            distinct.truncate(MOST_REASONS);
            Err(distinct.join("; "))
        }
        _ => {
            let names: Vec<_> = can.iter().map(|(spot, _)| spot.to_string()).collect();
            Err(format!("`{word}` can happen to {}; say to which: {keys}", names.join(", ")))
        }
    }
}

fn check(all: &Map<String, Json>, kind: &'static dyn Kind, word: &str) -> Result<(), String> {
    let beside = kind.words().iter().find(|one| one.word == word).map_or(&[][..], |one| one.beside);
    let known =
        |key: &&String| *key != word && *key != kind.about().singular && !beside.contains(&key.as_str());
    let Some(unknown) = all.keys().find(known) else { return Ok(()) };
    Err(match beside {
        [] => format!("`{unknown}` does not stand beside `{word}`"),
        some => format!("`{unknown}` does not stand beside `{word}`; there may be `{}`", some.join("`, `")),
    })
}
