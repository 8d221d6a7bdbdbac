//! Events that are put on a bus.

use crate::engine::Graph;
use crate::flow::envelope::filled;
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::Arrival;

pub const WORDS: &[Word] = &[Word {
    word: "event",
    doc: "An event is put on the bus. What its envelope lacks is filled in as AWS does.",
    beside: &[],
}];

pub fn happens(graph: &Graph, said: &Happening<'_>) -> Result<Arrival, String> {
    match said.value.is_object() {
        true => Ok(Arrival::event(filled(&graph.place, said.value.clone()))),
        false => Err("an event is an object with `source`, `detail-type` and `detail`".into()),
    }
}
