//! What happens to the objects of a bucket, as S3 tells EventBridge of it.

use serde_json::{Value as Json, json};

use crate::engine::{Graph, Resource, Value};
use crate::flow::envelope::{ID, put};
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Passed, Sent, Spot, Way};
use crate::kinds::{self, Kind, buses};

use super::Buckets;
use super::decl::EVENTS;

pub const WORDS: &[Word] = &[
    Word::new("put", "An object is put into the bucket: its key.", &["size"]),
    Word::new("delete", "An object of the bucket is deleted: its key.", &[]),
];

/// The name of the way to the default bus.
pub(super) const WAY: &str = "event_bridge";

pub(super) const SOURCE: &str = "aws.s3";
pub(super) const CREATED: &str = "Object Created";
pub(super) const DELETED: &str = "Object Deleted";

/// Bytes of an object of which nobody says how many it has.
const SIZE: u64 = 1;
/// The entity tag of every object that is made up.
const ETAG: &str = "d41d8cd98f00b204e9800998ecf8427e";
/// What orders the events of one key.
const SEQUENCER: &str = "000000000000000001";

/// The event of the S3 guide, "Amazon S3 event message structure" for EventBridge, of a bucket without versions.
pub fn happens(of: Option<&Resource>, graph: &Graph, said: &Happening<'_>) -> Result<Arrival, String> {
    let bucket = of.ok_or("only what happens in a bucket of the stack is known")?;
    let key = said.value.as_str().filter(|key| !key.is_empty());
    let key = key.ok_or_else(|| format!("`{}` is the key of an object, a text", said.word))?;
    let mut object = json!({ "key": key, "etag": ETAG, "sequencer": SEQUENCER });
    let (detail_type, reason) = match said.word {
        "put" => {
            let size = said.beside("size").map_or(Some(SIZE), Json::as_u64);
            object["size"] = size.ok_or("`size` is a number of bytes")?.into();
            (CREATED, "PutObject")
        }
        _ => (DELETED, "DeleteObject"),
    };
    let mut detail = json!({
        "version": "0",
        "bucket": { "name": bucket.name },
        "object": object,
        "request-id": ID,
        "requester": graph.place.account,
        "source-ip-address": "192.0.2.1",
        "reason": reason,
    });
    if detail_type == DELETED {
        detail["deletion-type"] = "Permanently Deleted".into();
    }
    let mut event = put(&graph.place, SOURCE, detail_type, detail);
    let arn = Buckets.derive("arn", bucket, &graph.place);
    event["resources"] = json!([arn.unwrap_or_default().to_shown_text()]);
    Ok(Arrival::event(event))
}

/// The default bus, if S3 tells it of what happens in a bucket.
pub(super) fn told(of: &Resource) -> Option<Spot> {
    let is_told = of.properties.get(EVENTS).and_then(Value::as_bool).unwrap_or(true);
    is_told.then(|| Spot::Elsewhere(buses::DEFAULT.into()))
}

/// The way to the default bus where somebody hears of it there: a bucket has it unless told otherwise, and a way that leads
/// to nobody is nothing to draw or to try.
pub fn ways(of: &Resource, graph: &Graph) -> Vec<Way> {
    let Some(to) = told(of) else { return Vec::new() };
    let listens = |one: &Resource| kinds::kind(one.kind)?.listens_to(one, graph);
    match graph.resources.values().any(|one| listens(one).as_ref() == Some(&to)) {
        true => vec![Way { name: WAY.into(), to }],
        false => Vec::new(),
    }
}

pub fn passes(of: &Resource, arrived: &Arrival) -> Passed {
    let Some(to) = told(of) else {
        return Passed::stopped("its `event_bridge` is `false`, so EventBridge does not hear of it");
    };
    match arrived.event {
        Some(_) => Passed {
            sent: vec![Sent { name: WAY.into(), to, arrival: arrived.clone() }],
            ..Passed::default()
        },
        // A service that writes there chooses the key.
        None => Passed::stopped("under which key this is put is not known here, nor who hears of it"),
    }
}
