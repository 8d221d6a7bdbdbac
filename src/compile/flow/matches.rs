//! Patterns that nothing matches, alternatives of the wrong type, paths that are never there.

use std::collections::BTreeMap;

use crate::flow::passing::Read;
use crate::flow::pattern::Alternative;
use crate::flow::reference::Segment;
use crate::flow::shape::{Distance, Fit, Misspelt, Shape, There, Why, beside};
use crate::kinds::secret;
use crate::source::{Diagnostic, Findings, Span, suggest};

use super::{Flows, Member, Producer, Screened};

/// At most so many groups of producers are told.
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
        if member.reads.is_empty() {
            continue;
        }
        let passing = flows.passed(one);
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
        let mistypes = screen.mistyped(seen).into_iter().map(veiled);
        findings.extend(mistypes.map(|why| mistyped(member, screened, &why)));
        findings.extend(screen.misspelt(seen).iter().map(|one| misspelt(member, screened, one)));
        return;
    }
    let whys = whys(screened, seen);
    // What is wrong with the pattern itself has been said.
    let Some(why) = whys.first() else { return };
    let groups = producers(flows, member, screened);
    let mut finding = match (&why.there, whys.len()) {
        (There::OtherType(_), 1) => mistyped(member, screened, why),
        _ => {
            let fields: Vec<String> = whys.iter().map(|why| format!("`{}`", why.field)).collect();
            let (rule, fields) = (if fields.len() > 1 { "rule" } else { "rules" }, fields.join(" and "));
            let message = format!("nothing that comes here can match this pattern: {fields} {rule} it out");
            let what = if groups.len() > 1 { "what comes nearest" } else { "what comes here" };
            let place = member.listens.as_ref().filter(|_| closed(flows, member).is_some());
            let others = place.map(|spot| {
                format!("if others than this stack put events on {spot}, write `producers: external` there")
            });
            let near = whys.iter().find_map(|why| why.near.as_ref());
            let near = near.map(|(written, near)| format!("did you mean `{near}` instead of `{written}`?"));
            let inside = whys.iter().find_map(|why| match &why.there {
                There::Holds(_, names) => names
                    .first()
                    .map(|name| format!("did you mean what is inside of it, as `{}.{name}`?", why.field)),
                _ => None,
            });
            let help: Vec<String> = near.into_iter().chain(inside).chain(others).collect();
            let finding = Diagnostic::warning("never_matches", message)
                .at(at(member, screened, &why.at))
                .label(format!("{what} {why}"))
                .address(member.of.address.to_string());
            let finding = if help.is_empty() { finding } else { finding.help(help.join(" ")) };
            whys.iter().fold(finding, |finding, why| unseen(finding, member, screened, why))
        }
    };
    for (span, label) in groups {
        finding = finding.related(span, label);
    }
    findings.push(finding);
}

/// Why a pattern matches nothing of some shapes, in words that tell no secret.
fn whys(screened: &Screened<'_>, shapes: &[Shape]) -> Vec<Why> {
    let whys = screened.screen.why(shapes, &|field| screened.is_said(field));
    whys.into_iter().map(veiled).collect()
}

/// The last name of a field.
fn last(field: &str) -> Option<&str> {
    field.rsplit('.').next()
}

/// The finding with stars where the pattern asks for a secret: the line that it stands in is drawn.
fn unseen(finding: Diagnostic, member: &Member<'_>, screened: &Screened<'_>, why: &Why) -> Diagnostic {
    let is_veiled = |one: &Alternative| one.to_json().to_string().contains(secret::SHOWN);
    match why.wanted.iter().any(is_veiled) {
        true => finding.hide(at(member, screened, &why.at)),
        false => finding,
    }
}

fn veiled(why: Why) -> Why {
    let name = last(&why.field);
    let there = match why.there {
        There::Nothing => There::Nothing,
        There::OtherType(shape) => There::OtherType(unsaid(name, shape)),
        There::Others(shape) => There::Others(unsaid(name, shape)),
        There::Holds(shape, names) => There::Holds(unsaid(name, shape), names),
    };
    let wanted = why.wanted.into_iter().map(|one| one.masked(name, secret::SHOWN)).collect();
    let tells = |text: &str| secret::tells(name, text);
    let near = why.near.filter(|(written, near)| !tells(written) && !tells(near));
    Why { there, wanted, near, field: why.field, at: why.at }
}

/// A shape with a word in the place of each secret.
fn unsaid(name: Option<&str>, shape: Shape) -> Shape {
    match shape {
        Shape::Is(constant) => Shape::Is(secret::masked_under(name, constant, secret::SHOWN)),
        Shape::Begins(begin) if secret::tells(name, &begin) => Shape::Text,
        Shape::OneOf(choices) => Shape::one_of(choices.iter().map(|one| unsaid(name, one.clone()))),
        other => other,
    }
}

fn mistyped(member: &Member<'_>, screened: &Screened<'_>, why: &Why) -> Diagnostic {
    let wanted: Vec<String> = why.wanted.iter().map(|one| format!("`{one}`")).collect();
    let there = match &why.there {
        There::OtherType(shape) | There::Others(shape) | There::Holds(shape, _) => shape.to_string(),
        There::Nothing => "nothing".into(),
    };
    let message = format!("`{}` is never what {} is compared with", why.field, wanted.join(" or "));
    let finding = Diagnostic::warning("never_this_type", message)
        .at(at(member, screened, &why.at))
        .label(format!("there is {there}"))
        .address(member.of.address.to_string());
    let finding = unseen(finding, member, screened, why);
    let is_attribute = why.field.ends_with(".N");
    match is_attribute {
        true => finding.help("DynamoDB writes numbers as text: compare with a text, or let the pipe put the item on a bus and compare in a function"),
        false => finding.help("write what is compared in the type that is there"),
    }
}

/// A text beside others that may match, of which nothing comes.
fn misspelt(member: &Member<'_>, screened: &Screened<'_>, one: &Misspelt) -> Diagnostic {
    let Misspelt { field, written, near, .. } = one;
    if [written, near].iter().any(|text| secret::tells(last(field), text)) {
        let place = at(member, screened, &one.at);
        let message = format!("`{field}` is never what is asked for here in what comes here");
        return Diagnostic::warning("never_matches", message)
            .at(place)
            .hide(place)
            .label("there is something like it, which this pattern does not take")
            .help("compare it with what is put there")
            .address(member.of.address.to_string());
    }
    Diagnostic::warning("never_matches", format!("`{field}` is never `{written}` in what comes here"))
        .at(at(member, screened, &one.at))
        .label(format!("there is `{near}`, which this pattern does not take"))
        .help(format!("did you mean `{near}` instead of `{written}`?"))
        .address(member.of.address.to_string())
}

/// Where a part of a pattern stands, or what stands above it.
fn at(member: &Member<'_>, screened: &Screened<'_>, part: &str) -> Span {
    member.place(&format!("{}.{part}", screened.filter.at))
}

/// The producers of what a member sees, where that is all of them.
fn closed<'f>(flows: &'f Flows<'_>, member: &Member<'_>) -> Option<&'f [Producer]> {
    let place = flows.places.get(member.listens.as_ref()?)?;
    (!place.is_open).then_some(place.producers.as_slice())
}

/// What the nearest producers have in the fields that rule it out; those of which the same is to be said together, at the
/// first of them.
fn producers(flows: &Flows<'_>, member: &Member<'_>, screened: &Screened<'_>) -> Vec<(Span, String)> {
    let producers = closed(flows, member).unwrap_or_default();
    let mut found: Vec<(Distance, &Producer)> = producers
        .iter()
        .filter_map(|producer| Some((screened.screen.distance(&producer.shapes)?, producer)))
        .collect();
    found.sort_by_key(|(distance, _)| *distance);
    let mut order: Vec<String> = Vec::new();
    let mut groups: BTreeMap<String, Vec<&Producer>> = BTreeMap::new();
    for (_, producer) in found {
        let whys = whys(screened, &producer.shapes);
        let whys: Vec<String> = whys.iter().map(ToString::to_string).collect();
        let whys = whys.join(", and ");
        let group = groups.entry(whys.clone()).or_default();
        if group.is_empty() {
            order.push(whys);
        }
        group.push(producer);
    }
    let told = order.into_iter().filter(|whys| !whys.is_empty()).take(TOLD).map(|whys| {
        let group = &groups[&whys];
        let mut names: Vec<String> =
            group.iter().map(|one| format!("`{}`", flows.members[one.by].of.address)).collect();
        names.dedup();
        let is_several = names.len() > 1;
        let names = match names.as_slice() {
            [one] => one.clone(),
            [one, other] => format!("{one} and {other}"),
            [one, others @ ..] => format!("{one} and {} others", others.len()),
            [] => String::new(),
        };
        let place = flows.members[group[0].by].place(&group[0].at);
        let put = if is_several { "put" } else { "puts" };
        (place, format!("what {names} {put} there {whys}"))
    });
    told.collect()
}

fn path(member: &Member<'_>, read: &Read, passing: &[Shape], findings: &mut Findings) {
    if passing.iter().any(|shape| shape.get(&read.path.0).shape.is_some()) {
        return;
    }
    // How far the path leads, and what is there instead.
    let (end, names) = beside(passing, &read.path.0);
    let missing = match end.checked_sub(1).map(|last| &read.path.0[last]) {
        Some(Segment::Name(name)) => name.as_str(),
        _ => "",
    };
    let message = format!("`{}` is in nothing that is passed on here", read.path);
    let finding = Diagnostic::warning("path_never_there", message)
        .at(member.place(&read.at))
        .label(match read.is_whole {
            true => "what is delivered then AWS does not say",
            false => "an empty text stands for it",
        })
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
