//! Transforms of a pipe's target and enrichment: `InputTemplate` with its paths inline.
//!
//! Follows the EventBridge guide on pipes: `<$.path>` outside quotes is a JSON value, inside quotes
//! its bare text, unescaped. A template that is one bare path strips the quotes of a text, which is
//! no JSON any more; a document around it keeps them.

use crate::engine::{Map, Value};
use crate::flow::reference::{Misread, Reference};
use crate::flow::{Path, Problem};

use super::Compiled;
use super::write::{Emit, Reserved, Writer, only_route, only_value, reserved, without_placeholders};

/// The variables of the service, after `aws.pipes.`.
pub(super) const RESERVED: &[Reserved] = &[
    Reserved { name: "pipe-arn", only_value: false },
    Reserved { name: "pipe-name", only_value: false },
    Reserved { name: "source-arn", only_value: false },
    Reserved { name: "enrichment-arn", only_value: false },
    Reserved { name: "target-arn", only_value: false },
    Reserved { name: "event.ingestion-time", only_value: false },
    Reserved { name: "event", only_value: true },
    Reserved { name: "event.json", only_value: true },
];

pub(super) fn compile(document: &Value) -> Result<Compiled, Vec<Problem>> {
    let mut emit = Inline;
    let mut writer = Writer::new(&mut emit);
    writer.value(document, &Path::default());
    Ok(Compiled::Template { template: writer.finish()?, paths: Map::new() })
}

struct Inline;

impl Emit for Inline {
    fn literal(&self, json: &str) -> String {
        without_placeholders(json)
    }

    fn reference(&mut self, reference: &Reference, as_value: bool, _: &Path) -> Result<String, Misread> {
        match reference {
            Reference::Event(path) if !path.0.is_empty() => Ok(format!("<{path}>")),
            Reference::Event(_) if as_value => Ok("<aws.pipes.event.json>".into()),
            Reference::Event(_) => Err(only_value("$")),
            Reference::Service(name) => reserved(RESERVED, "aws.pipes", name, as_value),
            Reference::Request(..) | Reference::Context(_) => Err(only_route(reference)),
        }
    }
}
