//! Where in a stack `send` puts events.

use crate::engine::{Graph, Resource, Value};
use crate::kinds::{self, Intake, Kind};
use crate::source::suggest;

/// A resource, or a part of one, that events can be put into.
pub(super) struct Inlet<'g> {
    pub resource: &'g Resource,
    /// The key of the part.
    pub part: Option<&'g str>,
    /// The physical name.
    pub name: String,
    /// The address, with the part behind it: `partner_event_sources.orders/acme`.
    pub called: String,
}

/// The kinds' way in that a flag is for.
pub(super) fn intake(flag: &str) -> Option<(&'static dyn Kind, Intake)> {
    let of = |kind: &&'static dyn Kind| Some((*kind, kind.intake().filter(|intake| intake.flag == flag)?));
    kinds::registry().iter().find_map(of)
}

/// Everything of a stack that a flag can name.
pub(super) fn inlets<'g>(graph: &'g Graph, flag: &str) -> Vec<Inlet<'g>> {
    let Some((kind, intake)) = intake(flag) else { return Vec::new() };
    let of_kind = graph.resources.values().filter(|one| one.kind == kind.about().kind);
    let mut found = Vec::new();
    for resource in of_kind {
        let inlet = |part: Option<&'g str>, name: String| {
            let behind = part.map(|part| format!("/{part}")).unwrap_or_default();
            let called = format!("{}{behind}", resource.address);
            Inlet { resource, part, name, called }
        };
        let Some(parts) = intake.parts else {
            found.push(inlet(None, resource.name.clone()));
            continue;
        };
        let below = kind.derive(parts.below, resource, &graph.place);
        let below = below.as_ref().and_then(Value::as_str).unwrap_or_default();
        let keys = resource.properties.at(parts.keys).and_then(Value::as_map).into_iter().flatten();
        found.extend(keys.map(|(key, _)| inlet(Some(key), format!("{below}/{key}"))));
    }
    found
}

/// The one that is meant: by address, by what stands behind the kind in it, or by physical name; the only one, if
/// none is named.
///
/// # Errors
/// What is there instead, for people.
pub(super) fn find<'i, 'g>(
    all: &'i [Inlet<'g>],
    flag: &str,
    wanted: Option<&str>,
) -> Result<&'i Inlet<'g>, String> {
    let of = intake(flag).map_or(flag.to_owned(), |(kind, _)| kind.about().singular.replace('_', " "));
    let listed = || all.iter().map(|one| format!("`{}`", one.called)).collect::<Vec<_>>().join(", ");
    let Some(wanted) = wanted else {
        return match all {
            [one] => Ok(one),
            [] => Err(format!("the stack declares no {of}")),
            _ => Err(format!("which {of}? Name one with `--{flag}`: {}", listed())),
        };
    };
    if let Some(found) = all.iter().find(|one| one.is(wanted)) {
        return Ok(found);
    }
    let full = all.first().map_or_else(|| wanted.to_owned(), |one| format!("{}.{wanted}", one.resource.kind));
    let known = || all.iter().map(|one| one.called.as_str());
    let near = suggest(wanted, known()).or_else(|| suggest(&full, known()));
    let help = near.map(|near| format!("\nhelp: did you mean `{near}`?")).unwrap_or_default();
    Err(match all {
        [] => format!("the stack has no {of} `{wanted}`; it declares none"),
        _ => format!("the stack has no {of} `{wanted}`; it has {}{help}", listed()),
    })
}

impl Inlet<'_> {
    /// Whether it is called so.
    pub fn is(&self, wanted: &str) -> bool {
        let short = self.called.strip_prefix(self.resource.kind).and_then(|rest| rest.strip_prefix('.'));
        self.called == wanted || self.name == wanted || short == Some(wanted)
    }
}
