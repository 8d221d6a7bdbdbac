//! Events that are put on a bus.

use crate::engine::Graph;
use crate::flow::envelope::filled;
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Cause};
use crate::flow::shape::{Shape, event};
use crate::source::suggest;

pub const WORDS: &[Word] = &[Word::new(
    "event",
    "An event is put on the bus: `source`, `detail-type` and `detail`, without which EventBridge refuses it. What its \
     envelope lacks beside them is filled in as AWS does.",
    &[],
)];

/// The members of an event that people write.
const KNOWN: [&str; 5] = ["source", "detail-type", "detail", "resources", "time"];

pub fn happens(graph: &Graph, said: &Happening<'_>) -> Result<Arrival, String> {
    const WANTED: &str = "an event is an object with `source`, `detail-type` and `detail`";
    const WRITE: &str = "write `{ source: …, detail-type: …, detail: { … } }`";
    let Some(members) = said.value.as_object() else { return Err(WANTED.into()) };
    for (name, value) in members {
        let (is_right, shape) = match name.as_str() {
            "detail" => (value.is_object(), "an object, `{}` where it is empty"),
            "resources" => (value.is_array(), "a list of ARNs"),
            "version" | "id" | "detail-type" | "source" | "account" | "time" | "region" | "replay-name" => {
                (value.is_string(), "text")
            }
            _ => {
                let near =
                    suggest(name, KNOWN).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                return Err(format!("`{name}` is no member of an event{near}"));
            }
        };
        if !is_right {
            return Err(format!("`{name}` of an event is {shape}"));
        }
    }
    let is_empty = |name: &str| members.get(name).is_none_or(|value| value == "");
    if let Some(missing) = ["source", "detail-type", "detail"].into_iter().find(|name| is_empty(name)) {
        return Err(format!("EventBridge refuses an event without `{missing}` (InvalidArgument); {WRITE}"));
    }
    Ok(Arrival::event(filled(&graph.place, said.value.clone())))
}

/// What rules see: a sender says what event its own is.
pub fn shows(cause: Cause<'_>) -> Vec<Shape> {
    match cause {
        Cause::Arrives(Shape::Anything) | Cause::Any => vec![event()],
        Cause::Arrives(shape) => vec![shape.clone()],
        Cause::Does(action, _) if action == "PutEvents" || action.ends_with('*') => vec![event()],
        Cause::Does(..) => Vec::new(),
    }
}
