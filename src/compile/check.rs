//! What can be said of a graph as a whole before any call.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{Address, Graph, Mark, OutputRef, Places, Resource, Value};
use crate::kinds::{self, MarkIn};
use crate::source::{Diagnostic, Findings, Key, Severity, Span, mild, suggest};
use crate::spec::Stack;

/// Findings that resources allow: `allow: { CODE: reason }`.
#[derive(Default)]
pub struct Allowed {
    /// By address, the codes and where each stands.
    codes: BTreeMap<String, BTreeMap<String, Span>>,
}

impl Allowed {
    /// Notes a code that a resource allows, with its reason.
    pub fn add(&mut self, address: &Address, code: &Key, reason: &str, findings: &mut Findings) {
        if reason.trim().is_empty() {
            findings.push(
                Diagnostic::error("no_reason", format!("`{}` is allowed without a reason", code.text))
                    .at(code.span)
                    .help(format!("write `{}: \"why it is meant\"`", code.text))
                    .address(address.to_string()),
            );
        }
        self.codes.entry(address.to_string()).or_default().insert(code.text.to_string(), code.span);
    }

    /// Whether a resource, or what it is a part of, allows a code.
    pub fn allows(&self, address: &str, code: &str) -> bool {
        with_origins(address).any(|one| self.codes.get(one).is_some_and(|codes| codes.contains_key(code)))
    }

    /// Takes the allowed findings away. Errors stay: what cannot work is not made to by a word. A
    /// code that is no warning's and no note's is itself a finding.
    ///
    /// `environment`: where what is of the environment alone stands that is looked at, if the stack has some. What
    /// stands elsewhere may be of use in another.
    pub fn apply(&self, environment: Option<Span>, findings: &mut Findings) {
        let unfit = self.codes.iter().flat_map(|(address, codes)| {
            let unfit = codes.iter().filter(|(code, _)| !mild().any(|known| known == code.as_str()));
            unfit.map(move |(code, at)| (address, code, *at))
        });
        let unfit =
            unfit.map(|(address, code, at)| unfit_code(address, code, at, findings)).collect::<Vec<_>>();
        let unused = match findings.has_errors() {
            // What an error has kept from being looked for may be there.
            true => Vec::new(),
            false => self.unused(environment, findings),
        };
        findings.allow(|finding| {
            finding.severity != Severity::Error
                && finding.address.as_deref().is_some_and(|address| self.allows(address, finding.code))
        });
        findings.extend(unfit);
        findings.extend(unused);
    }

    /// What is said of codes that nothing is found of. One that stands in a component is of use if it is in one of its
    /// instances.
    fn unused(&self, environment: Option<Span>, findings: &Findings) -> Vec<Diagnostic> {
        let is_here = |at: &Span| {
            environment.is_none_or(|own| own.file == at.file && own.start <= at.start && at.end <= own.end)
        };
        let found: BTreeSet<(&str, &str)> = findings
            .iter()
            .chain(findings.hints())
            .filter_map(|finding| Some((finding.address.as_deref()?, finding.code)))
            .flat_map(|(address, code)| with_origins(address).map(move |one| (one, code)))
            .collect();
        let all = || {
            self.codes
                .iter()
                .flat_map(|(address, codes)| codes.iter().map(move |(code, at)| (address, code, *at)))
        };
        let used: BTreeSet<Span> = all()
            .filter(|(address, code, _)| found.contains(&(address, code)))
            .map(|(_, _, at)| at)
            .collect();
        let is_unused = |(_, code, at): &(&String, &String, Span)| {
            is_here(at) && !used.contains(at) && mild().any(|known| known == code.as_str())
        };
        let unused = all().filter(is_unused).map(|(address, code, at)| {
            Diagnostic::note("unused_allow", format!("`{code}` is allowed here, and nothing of it is found"))
                .at(at)
                .help("take it away, so that it does not hide what comes later")
                .address(address.as_str())
        });
        unused.collect()
    }
}

/// An address and those it is a part of: of `functions.f/trigger/w` also `functions.f`, where its `allow` stands.
fn with_origins(address: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(address), |one| one.rsplit_once('/').map(|(above, _)| above))
}

/// What is said of a code that cannot be allowed.
fn unfit_code(address: &str, code: &str, at: Span, findings: &Findings) -> Diagnostic {
    let is_error = findings.iter().any(|finding| finding.code == code && finding.severity == Severity::Error);
    let message = match (is_error, suggest(code, mild())) {
        (true, _) => format!("`{code}` is an error, and errors cannot be allowed"),
        (false, Some(near)) => {
            format!("`{code}` is no code of a warning or a note; did you mean `{near}`?")
        }
        (false, None) => format!("`{code}` is no code of a warning or a note"),
    };
    let listed = mild().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ");
    Diagnostic::error("unfit_allow", message).at(at).help(format!("there are {listed}")).address(address)
}

/// Two owners of one name, cycles, and marks that do not fit.
pub fn graph(graph: &Graph, stack: &Stack, findings: &mut Findings) {
    names(graph, findings);
    marks(graph, findings);
    policies(graph, findings);
    outputs(graph, stack, findings);
    for address in graph.resources.keys().filter(|address| address.to_string().len() > Address::MAX) {
        findings.push(
            Diagnostic::error(
                "long_address",
                format!("`{address}` is longer than {} characters", Address::MAX),
            )
            .at(graph.resources[address].declared)
            .help("shorten the component, the instance or the key"),
        );
    }
    for resource in graph.resources.values() {
        if let Some(kind) = kinds::kind(resource.kind) {
            kind.fits(resource, graph, findings);
        }
    }
    kinds::check_order(graph, findings);
    cycles(graph, findings);
    if let Some((guard, at)) = &stack.account_guard
        && stack.place.account != crate::engine::Place::NO_ACCOUNT
        && *guard != stack.place.account
    {
        findings.push(
            Diagnostic::error(
                "other_account",
                format!("this stack is for account {guard}, not {}", stack.place.account),
            )
            .at(*at)
            .help("use other credentials or another environment"),
        );
    }
}

fn names(graph: &Graph, findings: &mut Findings) {
    let mut seen: BTreeMap<(&str, String), &Address> = BTreeMap::new();
    for (address, resource) in &graph.resources {
        let Some(about) = kinds::kind(resource.kind).map(|kind| kind.about()) else { continue };
        if about.is_nameless() || about.is_known_by_id() {
            continue;
        }
        // Names are unique within what identifies the resource beside them: a rule's within its bus,
        // however that is named, a schema's within its registry.
        let within: Vec<String> = about
            .identified_by
            .iter()
            .filter(|path| **path != about.naming.path)
            .filter_map(|path| resource.properties.at(path)?.canonical())
            .collect();
        let key = (resource.kind, format!("{}/{}", within.join(","), resource.name));
        if let Some(first) = seen.insert(key, address) {
            let other = &graph.resources[first];
            findings.push(
                Diagnostic::error(
                    "two_owners",
                    format!(
                        "`{first}` and `{address}` would both be the {} `{}`",
                        about.singular.replace('_', " "),
                        resource.name
                    ),
                )
                .at(resource.places.get(about.naming.path).copied().unwrap_or(resource.declared))
                .related(
                    other.places.get(about.naming.path).copied().unwrap_or(other.declared),
                    "the other one",
                )
                .help("give one of them another `name:`")
                .address(address.to_string()),
            );
        }
    }
}

/// A description must leave room for the mark.
fn marks(graph: &Graph, findings: &mut Findings) {
    for (address, resource) in &graph.resources {
        let Some(MarkIn::Description { path, max }) =
            kinds::kind(resource.kind).map(|kind| kind.about().mark)
        else {
            continue;
        };
        let text = resource.properties.at(path).and_then(Value::as_str).unwrap_or_default();
        let mark = Mark {
            owner: graph.owner.clone(),
            address: address.clone(),
            name: resource.name.clone(),
            protect: resource.protect,
            version: Some("0".repeat(16)),
        };
        let length = mark.to_description(text).chars().count();
        if length > max {
            findings.push(
                Diagnostic::error(
                    "long_description",
                    format!("description and mark together have {length} characters; AWS takes {max}"),
                )
                .at(resource.places.get(path).copied().unwrap_or(resource.declared))
                .label(format!("{} too many", length - max))
                .address(address.to_string()),
            );
        }
    }
}

/// A policy document has room for what stands on it. What is not known yet counts as little as it is written
/// with, and what others have put there is not seen, so AWS may refuse a shorter one too.
fn policies(graph: &Graph, findings: &mut Findings) {
    // A document without statements, and what a statement has beside what is declared.
    const EMPTY: usize = r#"{"Statement":[],"Version":"2012-10-17"}"#.len();
    const BESIDE: usize = r#""Resource":"","Sid":"",,"#.len();
    let mut documents: BTreeMap<(&Address, &str), (usize, usize, &crate::engine::Resource)> = BTreeMap::new();
    for resource in graph.resources.values() {
        let (Some(of), Some(body)) =
            (resource.properties.text_at("Of"), resource.properties.get("Statement"))
        else {
            continue;
        };
        let Some(host) = resource.edges.iter().find(|edge| edge.inside).map(|edge| &edge.to) else {
            continue;
        };
        let arn = graph.resources.get(host).and_then(|host| {
            kinds::kind(host.kind)?.derive("arn", host, &graph.place)?.as_str().map(str::len)
        });
        let bytes =
            body.to_shown_json().to_string().len() + BESIDE + resource.name.len() + arn.unwrap_or_default();
        let (sum, count, _) = documents.entry((host, of)).or_insert((EMPTY, 0, resource));
        *sum += bytes;
        *count += 1;
    }
    for ((host, _), (bytes, count, first)) in documents {
        let Some(kind) = kinds::kind_of(host) else { continue };
        let Some((most_bytes, most)) = kind.policy_limit() else { continue };
        let said = match (bytes > most_bytes, count > most) {
            (true, _) => format!("the policy of `{host}` has {bytes} bytes; AWS takes {most_bytes}"),
            (_, true) => format!("the policy of `{host}` has {count} statements; AWS takes {most}"),
            _ => continue,
        };
        let at = graph.resources.get(host).map_or(first.declared, |host| host.declared);
        findings.push(
            Diagnostic::error("long_policy", said)
                .at(at)
                .help("let several principals in by one statement, or send by way of another queue, topic or bus")
                .address(host.to_string()),
        );
    }
}

/// References to outputs that their resource does not have, such as the stream of a table without one.
fn outputs(graph: &Graph, stack: &Stack, findings: &mut Findings) {
    let mut said: BTreeSet<&OutputRef> = BTreeSet::new();
    // What is generated says again what its origin says.
    let (generated, declared): (Vec<_>, Vec<_>) =
        graph.resources.values().partition(|resource| resource.address.is_generated());
    for resource in declared {
        for (output, at) in missing(graph, &resource.properties, &resource.places, resource.declared) {
            findings.push(no_output(graph, output, at).address(resource.address.to_string()));
            said.insert(output);
        }
    }
    for resource in generated {
        for (output, at) in missing(graph, &resource.properties, &resource.places, resource.declared) {
            if said.insert(output) {
                findings.push(no_output(graph, output, at).address(resource.address.to_string()));
            }
        }
    }
    for (name, value) in &graph.outputs {
        let Some(written) = stack.outputs.iter().find(|output| output.name == *name) else { continue };
        for (output, at) in missing(graph, value, &Places::new(), written.node.span) {
            findings.push(no_output(graph, output, at));
        }
    }
}

/// The outputs in a value that their resource does not have, each with the nearest place in the text.
fn missing<'g>(graph: &Graph, value: &'g Value, places: &Places, at: Span) -> Vec<(&'g OutputRef, Span)> {
    fn visit<'g>(
        value: &'g Value,
        path: &str,
        at: Span,
        places: &Places,
        found: &mut Vec<(&'g OutputRef, Span)>,
    ) {
        let at = places.get(path).copied().unwrap_or(at);
        match value {
            Value::Map(map) => map.iter().for_each(|(key, value)| {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                visit(value, &path, at, places, found);
            }),
            Value::List(items) => items
                .iter()
                .enumerate()
                .for_each(|(i, value)| visit(value, &format!("{path}[{i}]"), at, places, found)),
            value => found.extend(value.outputs().into_iter().map(|output| (output, at))),
        }
    }
    let is_missing = |output: &OutputRef| is_missing(graph, output).unwrap_or_default();
    let mut found = Vec::new();
    // Places are looked for where there is something to say.
    if value.has_output(&is_missing) {
        visit(value, "", at, places, &mut found);
        found.retain(|(output, _)| is_missing(output));
    }
    found
}

/// Whether the resource lacks that without which there is no such output.
fn is_missing(graph: &Graph, output: &OutputRef) -> Option<bool> {
    let of = graph.resources.get(&output.address)?;
    let path = kinds::kind(of.kind)?.about().output(&output.output)?.needs(&output.output);
    Some(!path.is_empty() && of.properties.at(&path).is_none())
}

fn no_output(graph: &Graph, output: &OutputRef, at: Span) -> Diagnostic {
    let of = &graph.resources[&output.address];
    let about = kinds::kind(of.kind).map(|kind| kind.about());
    let row = about.and_then(|about| {
        let path = about.output(&output.output)?.only_with;
        about.fields.iter().find(|field| field.path == path && !field.key.is_empty())
    });
    let finding = Diagnostic::error(
        "no_output",
        format!("`{}` has no `{}` as it is declared", output.address, output.output),
    )
    .at(at)
    .related(of.declared, "declared here");
    match (row, others(of, output)) {
        (Some(row), _) => finding.help(format!("declare its `{}`: {}", row.key, row.doc)),
        (None, Some(help)) => finding.help(help),
        (None, None) => finding,
    }
}

/// The outputs that a resource has by its own properties, where one of them was meant.
fn others(of: &Resource, output: &OutputRef) -> Option<String> {
    let row = kinds::kind(of.kind)?.about().output(&output.output).filter(|row| row.name.ends_with('*'))?;
    let known = row.names(&of.properties);
    if let Some(near) = suggest(&output.output, known.iter().map(String::as_str)) {
        return Some(format!("did you mean `{near}`?"));
    }
    let listed: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    (!listed.is_empty()).then(|| format!("it has {}", listed.join(", ")))
}

/// Every cycle once, named in full.
fn cycles(graph: &Graph, findings: &mut Findings) {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Open,
        Done,
    }
    let mut seen: BTreeMap<&Address, Seen> = BTreeMap::new();
    for start in graph.resources.keys() {
        if seen.contains_key(start) {
            continue;
        }
        // Depth first without recursion: a long chain of references must not end the program.
        let mut path: Vec<(&Address, Vec<&Address>)> =
            vec![(start, graph.dependencies(start).into_iter().collect())];
        seen.insert(start, Seen::Open);
        while let Some((here, rest)) = path.last_mut() {
            let here = *here;
            match rest.pop() {
                None => {
                    seen.insert(here, Seen::Done);
                    path.pop();
                }
                Some(next) => match seen.get(next) {
                    None => {
                        seen.insert(next, Seen::Open);
                        path.push((next, graph.dependencies(next).into_iter().collect()));
                    }
                    Some(Seen::Open) => {
                        let from = path.iter().position(|(address, _)| *address == next).unwrap_or(0);
                        let cycle: Vec<&Address> = path[from..].iter().map(|(address, _)| *address).collect();
                        findings.push(cycle_finding(graph, &cycle));
                    }
                    Some(Seen::Done) => {}
                },
            }
        }
    }
}

fn cycle_finding(graph: &Graph, cycle: &[&Address]) -> Diagnostic {
    let names: Vec<String> =
        cycle.iter().chain(cycle.first()).map(|address| format!("`{address}`")).collect();
    let mut finding = Diagnostic::error("cycle", format!("these wait for each other: {}", names.join(" → ")))
        .at(graph.resources[cycle[0]].declared)
        .label("this one needs the next to exist, and so on back to itself")
        .help("break the circle: name one of them by text instead of by reference")
        .address(cycle[0].to_string());
    for address in &cycle[1..] {
        finding = finding.related(graph.resources[*address].declared, "and this one");
    }
    finding
}
