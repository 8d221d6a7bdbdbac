//! `schema`: the JSON Schema of the language.

use crate::report;
use crate::schema::{Of, schema};

use super::args::{SchemaArgs, SchemaOf};
use super::terminal::print;
use super::{Exit, Stop};

pub(super) fn run(args: &SchemaArgs) -> Result<Exit, Stop> {
    let of = match args.of {
        SchemaOf::Stack => Of::Stack,
        SchemaOf::Component => Of::Component,
    };
    print(&report::json_text(&schema(of)));
    Ok(Exit::Done)
}
