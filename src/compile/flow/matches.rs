//! Patterns that nothing matches, alternatives of the wrong type, paths that are never there.

use crate::flow::passing::Read;
use crate::flow::shape::{Fit, Shape, There, Why};
use crate::source::{Diagnostic, Findings, suggest};

use super::{Flows, Member, Producer, Screened};

/// At most so many producers are told.
const TOLD: usize = 3;

pub fn check(flows: &Flows<'_>, findings: &mut Findings) {
    for (one, member) in flows.members.iter().enumerate() {
        if member.is_deaf || (member.filters.is_empty() && member.reads.is_empty()) {
            continue;
        }
        let seen = flows.seen(one);
        if seen.is_empty() {
            continue;
        }
        for screened in &member.filters {
            pattern(flows, member, screened, &seen, findings);
        }
        let passing = flows.passing(one, &seen);
        for read in member.reads.iter().filter(|_| !passing.is_empty()) {
            path(member, read, &passing, findings);
        }
    }
}

fn pattern(
    flows: &Flows<'_>,
    member: &Member<'_>,
    screened: &Screened<'_>,
    seen: &[Shape],
    findings: &mut Findings,
) {
    let screen = &screened.screen;
    if seen.iter().any(|shape| screen.fit(shape) != Fit::Never) {
        for why in screen.mistyped(seen) {
            findings.push(mistyped(member, screened, &why));
        }
        return;
    }
    // The nearest first: the one that the fewest fields rule out.
    let mut whys: Vec<Vec<Why>> = seen.iter().map(|shape| screen.why(shape)).collect();
    whys.sort_by_key(Vec::len);
    let Some(why) = whys.first().and_then(|whys| whys.first()) else { return };
    let at = field_at(member, screened, &why.field);
    let related = producers(flows, member, screened);
    if matches!(why.there, There::OtherType(_)) && whys[0].len() == 1 {
        let mut finding = mistyped(member, screened, why);
        for (span, label) in related {
            finding = finding.related(span, label);
        }
        findings.push(finding);
        return;
    }
    let fields: Vec<String> = whys[0].iter().map(|why| format!("`{}`", why.field)).collect();
    let message =
        format!("nothing that comes here can match this pattern: {} rules it out", fields.join(" and "));
    let mut finding = Diagnostic::warning("never_matches", message)
        .at(at)
        .label(format!("what comes here {why}"))
        .address(member.of.address.to_string());
    if let Some(spot) =
        member.listens.as_ref().filter(|spot| flows.places.get(spot).is_some_and(|place| !place.is_open))
    {
        finding = finding.help(format!(
            "if others than this stack put events on {spot}, write `producers: external` there"
        ));
    }
    for (span, label) in related {
        finding = finding.related(span, label);
    }
    findings.push(finding);
}

fn mistyped(member: &Member<'_>, screened: &Screened<'_>, why: &Why) -> Diagnostic {
    let wanted: Vec<String> = why.wanted.iter().map(|one| format!("`{one}`")).collect();
    let there = match &why.there {
        There::OtherType(shape) | There::Others(shape) => shape.to_string(),
        There::Nothing => "nothing".into(),
    };
    let message = format!("`{}` is never what {} is compared with", why.field, wanted.join(" or "));
    let finding = Diagnostic::warning("never_this_type", message)
        .at(field_at(member, screened, &why.field))
        .label(format!("there is {there}"))
        .address(member.of.address.to_string());
    let is_attribute = why.field.ends_with(".N");
    match is_attribute {
        true => finding.help("DynamoDB writes numbers as text: compare with a text, or let the pipe put the item on a bus and compare in a function"),
        false => finding.help("write what is compared in the type that is there"),
    }
}

/// Where a field of a pattern stands, or what stands above it.
fn field_at(member: &Member<'_>, screened: &Screened<'_>, field: &str) -> crate::source::Span {
    member.place(&format!("{}.{field}", screened.filter.at))
}

/// What each of the nearest producers has in the fields that rule it out.
fn producers(
    flows: &Flows<'_>,
    member: &Member<'_>,
    screened: &Screened<'_>,
) -> Vec<(crate::source::Span, String)> {
    let Some(place) =
        member.listens.as_ref().and_then(|spot| flows.places.get(spot)).filter(|place| !place.is_open)
    else {
        return Vec::new();
    };
    let nearest = |producer: &Producer| {
        producer
            .shapes
            .iter()
            .map(|shape| screened.screen.why(shape))
            .min_by_key(Vec::len)
            .unwrap_or_default()
    };
    let mut found: Vec<(usize, &Producer, Vec<Why>)> = place
        .producers
        .iter()
        .map(|producer| (producer, nearest(producer)))
        .map(|(producer, whys)| (whys.len(), producer, whys))
        .collect();
    found.sort_by_key(|(count, ..)| *count);
    let told = found.into_iter().take(TOLD).map(|(_, producer, whys)| {
        let by = &flows.members[producer.by];
        let whys: Vec<String> = whys.iter().map(ToString::to_string).collect();
        (by.place(&producer.at), format!("what `{}` puts there {}", by.of.address, whys.join(", and ")))
    });
    told.collect()
}

fn path(member: &Member<'_>, read: &Read, passing: &[Shape], findings: &mut Findings) {
    if passing.iter().any(|shape| shape.get(&read.path.0).shape.is_some()) {
        return;
    }
    // How far the path leads, and what is there instead.
    let lasting = (0..read.path.0.len())
        .rev()
        .find(|end| passing.iter().any(|shape| shape.get(&read.path.0[..*end]).shape.is_some()));
    let reached = lasting.map_or(&read.path.0[..], |end| &read.path.0[..=end]);
    let mut names: Vec<String> = passing.iter().flat_map(|shape| shape.names_beside(reached)).collect();
    names.sort();
    names.dedup();
    let missing = match reached.last() {
        Some(crate::flow::reference::Segment::Name(name)) => name.as_str(),
        _ => "",
    };
    let message = format!("`{}` is in nothing that is passed on here", read.path);
    let finding = Diagnostic::warning("path_never_there", message)
        .at(member.place(&read.at))
        .label("an empty text stands for it")
        .address(member.of.address.to_string());
    let near = suggest(missing, names.iter().map(String::as_str));
    findings.push(match (near, names.as_slice()) {
        (Some(near), _) => finding.help(format!("did you mean `{near}` instead of `{missing}`?")),
        (None, []) => finding.help("take it away, or let the pattern pass what has it"),
        (None, names) => {
            let told: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
            finding.help(format!("there are {} instead of `{missing}`", told.join(", ")))
        }
    });
}
