//! The plan as JSON, for machines: a stable shape in a stable order, without any secret.
//!
//! `docs/plan-json.md` describes the shape, and `docs/plan.schema.json` is its JSON Schema.

use serde_json::{Value as Json, json};

use super::facts::Facts;
use super::outputs::Outputs;
use super::page::hides;
use super::shown::Shown;
use super::unseen::{is_unseen, not_comparable};
use crate::diff::{Change, Leaf, Why};
use crate::engine::Address;
use crate::plan::{Action, Against, Finding, Plan, Planned, Reason, Step, Verb};
use crate::source::{Sources, Span};

/// The version of the shape. The second number grows with what is added, the first with what changes.
pub const FORMAT_VERSION: &str = "1.5";

/// The plan as JSON, in the shape that the module describes.
pub fn plan_json(plan: &Plan, sources: &Sources) -> Json {
    let counts = plan.counts();
    let floor = plan.floor();
    let unlisted = plan.unlisted.iter().map(|unlisted| {
        let error = &unlisted.error;
        json!({
            "kind": unlisted.kind, "service": error.service, "operation": error.operation,
            "code": error.code, "message": error.message,
        })
    });
    let not_comparable = not_comparable(plan).into_iter().map(|(unshown, version)| {
        json!({ "address": text(&unshown.address), "path": unshown.path, "version": version })
    });
    json!({
        "format_version": FORMAT_VERSION,
        "owner": plan.owner.to_string(),
        "account": plan.place.account,
        "region": plan.place.region,
        "verdict": verdict(plan),
        "partial": partial(plan),
        "against": against(plan),
        "counts": {
            "replace": counts.replace, "delete": counts.delete, "create": counts.create,
            "update": counts.update, "unchanged": counts.keep, "moved": counts.moved,
            "adopted": counts.adopted, "remade": counts.remade,
        },
        "resources": plan.changes.values().map(|planned| resource(planned, sources)).collect::<Vec<_>>(),
        "steps": plan.steps.iter().map(step).collect::<Vec<_>>(),
        "refusals": findings(&plan.refusals, sources),
        "warnings": findings(&plan.warnings, sources),
        "unread": plan.unread.iter().map(|unread| json!({
            "address": text(&unread.address), "path": unread.path, "reason": unread.reason,
        })).collect::<Vec<_>>(),
        "unlisted": unlisted.collect::<Vec<_>>(),
        "not_comparable": not_comparable.collect::<Vec<_>>(),
        "described": plan.described,
        "floor": { "seconds": floor.time.as_secs(), "limit": floor.limit },
        "outputs": outputs(&plan.outputs),
    })
}

/// JSON as text, laid out for people. What a terminal would obey, and what reorders or hides text, is escaped, and
/// what a CI runner would: JSON itself asks for no more than the escapes of ASCII's control characters.
pub fn json_text(json: &Json) -> String {
    let mut text = String::new();
    for c in format!("{json:#}\n").chars() {
        match c != '\n' && (c.is_control() || hides(c)) {
            true => {
                c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")))
            }
            false => text.push(c),
        }
    }
    // In a string alone, so an escape is the same text.
    text.replace("##[", "#\\u0023[")
}

fn partial(plan: &Plan) -> Json {
    let all = |addresses: &[Address]| addresses.iter().map(Address::to_string).collect::<Vec<_>>();
    match plan.part.is_whole() {
        true => Json::Null,
        false => json!({ "target": all(&plan.part.target), "exclude": all(&plan.part.exclude) }),
    }
}

fn against(plan: &Plan) -> Json {
    match &plan.against {
        Against::Account => json!({ "source": "account", "file": null }),
        Against::Empty => json!({ "source": "empty", "file": null }),
        Against::Snapshot { file } => json!({ "source": "snapshot", "file": file }),
    }
}

fn verdict(plan: &Plan) -> &'static str {
    match (plan.is_allowed(), plan.is_empty(), is_unseen(plan)) {
        (false, ..) => "refused",
        (_, true, false) => "no_changes",
        (_, true, true) => "incomplete",
        (_, false, _) => "changes",
    }
}

fn resource(planned: &Planned, sources: &Sources) -> Json {
    let facts = Facts::new(planned);
    let mut changes = Vec::new();
    collect(&planned.change, &facts, sources, &mut changes);
    let mut json = json!({
        "address": text(&planned.address),
        "kind": planned.kind,
        "name": planned.name,
        "actions": actions(planned),
        "reasons": planned.reasons.iter().map(reason).collect::<Vec<_>>(),
        "changes": changes,
    });
    if planned.is_changed() {
        let before = facts.before().unwrap_or(Shown::Scalar(Json::Null));
        let after = facts.after().unwrap_or(Shown::Scalar(Json::Null));
        json["before"] = before.to_json();
        json["after"] = after.to_json();
        json["after_unknown"] = after.mask(&Shown::is_unknown);
        json["before_sensitive"] = before.mask(&Shown::is_masked);
        json["after_sensitive"] = after.mask(&Shown::is_masked);
    }
    json["moved_from"] = planned.moved_from.as_ref().map(text).into();
    json["adopted"] = planned.adopted.into();
    json["protected"] = planned.protect.into();
    json["loses"] = planned.loses.into();
    json["rotated"] = planned.rotates.into();
    json["leftovers"] = planned.leftovers.iter().map(|live| live.id.as_str()).collect();
    json["note"] = planned.note.clone().into();
    json["declared"] = place(planned.declared, sources);
    json
}

fn actions(planned: &Planned) -> &'static [&'static str] {
    match planned.action {
        Action::Keep => &["no-op"],
        Action::Create => &["create"],
        Action::Update => &["update"],
        Action::Delete => &["delete"],
        Action::Replace if planned.create_first => &["create", "delete"],
        Action::Replace => &["delete", "create"],
    }
}

fn reason(reason: &Reason) -> Json {
    let mut json = match reason {
        Reason::CreateOnly { paths } => json!({ "code": "create_only", "paths": paths }),
        Reason::Lost { paths, loses } => json!({ "code": "lost", "paths": paths, "loses": loses }),
        Reason::Remade { paths, loses } => json!({ "code": "remade", "paths": paths, "loses": loses }),
        Reason::NewOutput { path, output, because } => json!({
            "code": "new_output", "path": path, "address": text(&output.address),
            "output": output.output, "because": because,
        }),
        Reason::Inside { container } => json!({ "code": "inside", "address": text(container) }),
        Reason::Failed { state } => json!({ "code": "failed", "state": state }),
        Reason::Undeclared => json!({ "code": "undeclared" }),
        Reason::Destroyed => json!({ "code": "destroyed" }),
        Reason::Moved { from } => json!({ "code": "moved", "address": text(from) }),
        Reason::Adopted { id } => json!({ "code": "adopted", "id": id }),
        Reason::Mark { parts } => json!({ "code": "mark", "parts": parts }),
        Reason::Rotated => json!({ "code": "rotated" }),
        Reason::Leftover { id } => json!({ "code": "leftover", "id": id }),
    };
    json["message"] = reason.to_string().into();
    json
}

fn collect(change: &Change, facts: &Facts<'_>, sources: &Sources, found: &mut Vec<Json>) {
    match change {
        Change::Same => {}
        Change::Members(changes) | Change::Items(changes) => {
            changes.iter().for_each(|(_, change)| collect(change, facts, sources, found));
        }
        Change::Leaf(one) => found.push(leaf(one, facts, sources)),
        Change::Document(document) => {
            let mut json = leaf(&document.whole, facts, sources);
            let mut inside = Vec::new();
            collect(&document.inside, facts, sources, &mut inside);
            json["inside"] = inside.into();
            found.push(json);
        }
    }
}

fn leaf(leaf: &Leaf, facts: &Facts<'_>, sources: &Sources) -> Json {
    let absent = || Shown::Scalar(Json::Null);
    let before = facts.live_side(leaf).unwrap_or_else(absent);
    let after = facts.desired_side(leaf).unwrap_or_else(absent);
    let why = match leaf.why {
        Why::Added => "added",
        Why::Removed => "removed",
        Why::Changed => "changed",
        Why::Unknown => "unknown",
        Why::Hidden => "hidden",
    };
    let before_sensitive = before.mask(&Shown::is_masked);
    let after_sensitive = after.mask(&Shown::is_masked);
    let sensitive = before_sensitive != Json::Bool(false) || after_sensitive != Json::Bool(false);
    json!({
        "path": leaf.path,
        "why": why,
        "before": before.to_json(),
        "after": after.to_json(),
        "after_unknown": after.mask(&Shown::is_unknown),
        "before_sensitive": before_sensitive,
        "after_sensitive": after_sensitive,
        "sensitive": sensitive,
        "create_only": leaf.create_only,
        "place": place(facts.place_of(&leaf.path), sources),
    })
}

fn step(step: &Step) -> Json {
    json!({
        "id": step.id, "address": text(&step.address), "verb": verb(step.verb), "after": step.after,
        "leftover": step.leftover, "interim": step.interim.is_some(), "note": step.note,
    })
}

/// What a step does, in one word.
pub(super) fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "create",
        Verb::Update => "update",
        Verb::Delete => "delete",
    }
}

/// What a plan found, with places.
pub(super) fn findings(findings: &[Finding], sources: &Sources) -> Vec<Json> {
    let json = |finding: &Finding| {
        json!({
            "code": finding.code, "address": finding.address.as_ref().map(text),
            "place": place(finding.place, sources), "message": finding.message, "help": finding.help,
        })
    };
    findings.iter().map(json).collect()
}

/// Outputs by name: what is not known yet, and what would show a secret, is null.
pub(super) fn outputs(outputs: &Outputs) -> Json {
    let outputs = outputs.iter().map(|(name, value)| {
        let shown = Shown::of(value);
        let unknown = shown.mask(&Shown::is_unknown);
        (name.clone(), json!({ "value": shown.to_json(), "unknown": unknown }))
    });
    Json::Object(outputs.collect())
}

fn text(address: &Address) -> String {
    address.to_string()
}

/// A place as JSON; null if there is none.
pub(super) fn place(span: Option<Span>, sources: &Sources) -> Json {
    let Some(span) = span else { return Json::Null };
    let place = sources.place(span);
    json!({ "file": place.file, "line": place.line, "column": place.column })
}
