//! Tests of a stack: what happens, what is answered, and what everybody gets then.

use serde_json::Value as Json;

use crate::engine::{Graph, Value};
use crate::kinds;
use crate::kinds::secret::{SHOWN, masked};
use crate::source::suggest;

use super::answers::{self, Answers};
use super::envelope::{as_named, told};
use super::graph::FlowGraph;
use super::happening::{self, parsed, place, spelled};
use super::masked::is_as_wanted;
use super::passing::{Arrival, HttpRequest, Spot, Way};
use super::pattern::{Pattern, PatternKind, Verdict, decide, parse};
use super::trace::{By, Hop, trace};
use super::transform::evaluate::Outcome;
use super::{Path, Problem};

const MEMBERS: [&str; 5] = ["name", "when", "answers", "then", "never"];
const GETS: [&str; 3] = ["gets", "matches", "request"];

/// One test.
#[derive(Clone, Debug)]
pub struct Case {
    pub name: String,
    /// Where it stands in the list of tests.
    pub path: Path,
    at: Spot,
    arrival: Arrival,
    answers: Answers,
    /// Nothing if the test says nothing of who gets something.
    then: Option<Vec<Expected>>,
    never: Vec<Spot>,
}

/// What somebody is to get.
#[derive(Clone, Debug)]
struct Expected {
    to: Spot,
    gets: Gets,
}

#[derive(Clone, Debug)]
enum Gets {
    Anything,
    Exactly(Json),
    Matching(Box<Pattern>),
    /// The members of a request that matter.
    Request(Json),
}

/// What came of a test.
#[derive(Clone, Debug)]
pub struct Ran {
    pub name: String,
    pub path: Path,
    pub way: Hop,
    /// Empty if it holds.
    pub failures: Vec<Failure>,
}

/// Why a test does not hold.
#[derive(Clone, PartialEq, Debug)]
pub enum Failure {
    /// It gets less than the test says: only so many deliveries. Why it may be that there are no more.
    Missing { to: Spot, gets: usize, reasons: Vec<Reason> },
    /// It gets something else.
    Differs { to: Spot, wanted: Json, got: Json },
    /// It gets something that the pattern does not match.
    NoMatch { to: Spot, verdict: Box<Verdict>, got: Json },
    /// It gets more than the test says.
    Surplus { to: Spot, got: Json },
    /// It gets something, and never is to.
    Never { to: Spot, got: Json },
    /// What an answer does cannot happen.
    Cannot { at: Spot, why: String },
}

/// Why something that a test wants to arrive does not.
#[derive(Clone, PartialEq, Debug)]
pub struct Reason {
    /// Where it ends.
    pub at: Spot,
    pub why: Why,
}

/// What keeps it there.
#[derive(Clone, PartialEq, Debug)]
pub enum Why {
    /// Its pattern.
    Refused(Verdict),
    /// It sends by a target of this name, and nothing is delivered: what was made, and why.
    Undelivered { by: String, made: String, why: String },
    /// It stops for these reasons.
    Stopped(Vec<String>),
    /// Nobody knows its inside, and the test does not say what it does.
    Unsaid,
}

/// Reads the list of tests. Paths of problems begin at it. What a test names and this stack does not have is a warning:
/// another environment may have it.
pub fn read(graph: &Graph, document: &Value) -> (Vec<Case>, Vec<Problem>) {
    let mut reader = Reader { graph, problems: Vec::new() };
    let Some(list) = document.as_list() else {
        reader.wrong(&Path::default(), "tests are a list", "write `- { name: …, when: { … }, then: [ … ] }`");
        return (Vec::new(), reader.problems);
    };
    let cases = list.iter().enumerate().filter_map(|(i, written)| reader.case(i, written)).collect();
    (cases, reader.problems)
}

struct Reader<'g> {
    graph: &'g Graph,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn wrong(&mut self, at: &Path, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::error(at, message).help(help));
    }

    fn case(&mut self, index: usize, written: &Value) -> Option<Case> {
        let path = Path::default().item(index);
        let Some(map) = written.as_map() else {
            self.wrong(&path, "this is no test", "a test has `when`, and `then` or `never`");
            return None;
        };
        self.members(map.keys(), &path, &MEMBERS);
        let name = match map.get("name") {
            Some(Value::String(name)) => name.clone(),
            Some(other) if other.as_map().is_some() || other.as_list().is_some() => {
                self.wrong(&path.key("name"), "a name is text", "say what the test shows");
                String::new()
            }
            Some(other) if *other != Value::Null => happening::text(&spelled(other)),
            _ => format!("test {}", index + 1),
        };
        let answers = match map.get("answers") {
            None => Answers::default(),
            Some(written) => {
                let (answers, problems) = answers::read(self.graph, written, &path.key("answers"));
                self.problems.extend(problems);
                answers
            }
        };
        let then = map.get("then").map(|written| self.list(written, &path.key("then"), Reader::expected));
        let never = map.get("never").map(|written| self.list(written, &path.key("never"), Reader::receiver));
        if then.is_none() && never.as_ref().is_none_or(Vec::is_empty) {
            self.wrong(
                &path,
                "the test says nothing that could fail",
                "write `then: [ … ]`, `then: []` or `never: [ … ]`",
            );
        }
        let Some(when) = map.get("when") else {
            self.wrong(
                &path,
                "the test does not say what happens",
                "write `when: { bus: KEY, event: { … } }`",
            );
            return None;
        };
        if when.as_map().is_none() {
            self.wrong(
                &path.key("when"),
                "this says nothing that happens",
                "write `when: { bus: KEY, event: { … } }`",
            );
            return None;
        }
        match happening::read(self.graph, &spelled(when)) {
            Ok((at, arrival)) => {
                Some(Case { name, path, at, arrival, answers, then, never: never.unwrap_or_default() })
            }
            Err(problem) => {
                self.problems.push(Problem::warning(&path.key("when"), problem));
                None
            }
        }
    }

    fn members<'k>(&mut self, keys: impl Iterator<Item = &'k String>, path: &Path, known: &[&str]) {
        for key in keys.filter(|key| !known.contains(&key.as_str())) {
            let help = match suggest(key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there may be `{}`", known.join("`, `")),
            };
            self.wrong(&path.key(key), format!("`{key}` does not stand here"), help);
        }
    }

    fn only_listens(&self, spot: &Spot) -> bool {
        let Spot::Resource(address) = spot else { return false };
        let of = self.graph.resources.get(address);
        of.and_then(|of| kinds::kind(of.kind)?.listens_to(of, self.graph)).is_some()
    }

    fn list<T>(
        &mut self,
        written: &Value,
        path: &Path,
        read: fn(&mut Self, &Value, &Path) -> Option<T>,
    ) -> Vec<T> {
        let Some(list) = written.as_list() else {
            self.wrong(path, "here stands a list", "write `[ { queue: KEY } ]`");
            return Vec::new();
        };
        list.iter().enumerate().filter_map(|(i, one)| read(self, one, &path.item(i))).collect()
    }

    fn expected(&mut self, written: &Value, path: &Path) -> Option<Expected> {
        let to = self.receiver(written, path)?;
        let map = written.as_map()?;
        let said: Vec<&str> = GETS.into_iter().filter(|word| map.contains_key(*word)).collect();
        if let [_, second, ..] = said.as_slice() {
            let message = format!("`{second}` cannot stand beside `{}`", said[0]);
            self.wrong(&path.key(second), message, "say one of them");
        }
        let gets = match said.first() {
            None => Gets::Anything,
            Some(&"gets") => Gets::Exactly(spelled(&map["gets"])),
            Some(&"request") => Gets::Request(self.request(&map["request"], &path.key("request"))),
            Some(_) => match parse(&map["matches"], PatternKind::Document) {
                Ok(pattern) => Gets::Matching(Box::new(pattern)),
                Err(problems) => {
                    let at = path.key("matches");
                    self.problems.extend(problems.into_iter().map(|problem| problem.below(&at)));
                    return None;
                }
            },
        };
        Some(Expected { to, gets })
    }

    /// The members of a request that are to be so.
    fn request(&mut self, written: &Value, path: &Path) -> Json {
        const KNOWN: [&str; 4] = ["method", "url", "headers", "body"];
        match written.as_map() {
            Some(map) if !map.is_empty() => self.members(map.keys(), path, &KNOWN),
            _ => self.wrong(path, "this says nothing of a request", "write `{ method: POST, body: { … } }`"),
        }
        spelled(written)
    }

    /// `{ queue: KEY }`: whoever gets something.
    fn receiver(&mut self, written: &Value, path: &Path) -> Option<Spot> {
        const HELP: &str = "write the kind and the key, such as `{ queue: jobs }`";
        let Some(map) = written.as_map() else {
            self.wrong(path, "this names nobody", HELP);
            return None;
        };
        let named = map.iter().find_map(|(key, value)| Some((key, kinds::kind_of_key(key)?, value)));
        let Some((key, kind, value)) = named else {
            self.wrong(path, "this names nobody", HELP);
            return None;
        };
        let known: Vec<&str> = [key.as_str()].into_iter().chain(GETS).collect();
        self.members(map.keys(), path, &known);
        match place(self.graph, kind, &happening::text(&spelled(value))) {
            Ok(spot) if self.only_listens(&spot) => {
                let message = format!("{spot} listens, and nothing is sent to it");
                self.wrong(&path.key(key), message, "name whom it sends to");
                None
            }
            Ok(spot) => Some(spot),
            Err(problem) => {
                self.problems.push(Problem::warning(&path.key(key), problem));
                None
            }
        }
    }
}

/// Runs a test.
pub fn run(graph: &Graph, case: &Case) -> Ran {
    let way = trace(graph, case.at.clone(), case.arrival.clone(), &case.answers);
    let mut failures = Vec::new();
    for hop in way.all() {
        failures
            .extend(hop.problems.iter().map(|why| Failure::Cannot { at: hop.at.clone(), why: why.clone() }));
    }
    let got: Vec<&Hop> = way.all().into_iter().skip(1).filter(|hop| hop.delivered().is_some()).collect();
    let to = |spot: &Spot| got.iter().copied().filter(|hop| hop.at == *spot).collect::<Vec<&Hop>>();
    for spot in &case.never {
        failures.extend(
            to(spot).into_iter().map(|hop| Failure::Never { to: spot.clone(), got: told(json(hop)) }),
        );
    }
    if let Some(then) = &case.then {
        if then.is_empty() {
            failures
                .extend(got.iter().map(|hop| Failure::Surplus { to: hop.at.clone(), got: told(json(hop)) }));
        }
        let mut named: Vec<&Spot> = then.iter().map(|one| &one.to).collect();
        named.sort();
        named.dedup();
        for spot in named {
            let wanted: Vec<&Expected> = then.iter().filter(|one| one.to == *spot).collect();
            compare(spot, &wanted, to(spot), || reasons(graph, &way, spot), &mut failures);
        }
    }
    Ran { name: case.name.clone(), path: case.path.clone(), way, failures }
}

/// Where on the way it ended that something could have come from there to this place: of patterns the nearest that
/// refuse it, and whatever else ends it, the nearest first.
fn reasons(graph: &Graph, way: &Hop, to: &Spot) -> Vec<Reason> {
    let flow = FlowGraph::of(graph);
    let far = flow.distances(to);
    let mut found: Vec<(usize, Reason)> = Vec::new();
    if way.at == *to {
        let why = "the test begins here, and `then` tells who gets something after that".to_owned();
        found.push((0, Reason { at: to.clone(), why: Why::Stopped(vec![why]) }));
    }
    for hop in way.all() {
        let mut add = |why: Why| {
            let reason = Reason { at: hop.at.clone(), why };
            if let Some(far) = far.get(&hop.at).filter(|_| !found.iter().any(|(_, known)| *known == reason)) {
                found.push((*far, reason));
            }
        };
        if let Some(verdict) = hop.verdict.as_ref().filter(|verdict| !verdict.is_match) {
            add(Why::Refused(verdict.clone()));
        } else if hop.stops {
            add(Why::Stopped(hop.notes.clone()));
        }
        if hop.is_unsaid {
            add(Why::Unsaid);
        }
        for next in hop.next.iter().filter(|next| next.at == *to || far.contains_key(&next.at)) {
            if let (By::Target(by), Some(Outcome::Nothing { made, why })) = (&next.by, &next.payload) {
                add(Why::Undelivered { by: by.clone(), made: made.clone(), why: why.clone() });
            }
        }
    }
    let nearest =
        found.iter().filter(|(_, one)| matches!(one.why, Why::Refused(_))).map(|(far, _)| *far).min();
    found.retain(|(far, one)| !matches!(one.why, Why::Refused(_)) || Some(*far) == nearest);
    found.sort_by_key(|(far, _)| *far);
    found.into_iter().map(|(_, reason)| reason).collect()
}

/// What one receiver gets against what it is to get, in any order.
fn compare(
    spot: &Spot,
    wanted: &[&Expected],
    got: Vec<&Hop>,
    reasons: impl Fn() -> Vec<Reason>,
    failures: &mut Vec<Failure>,
) {
    let gets = got.len();
    let mut left = got;
    let mut open = Vec::new();
    for one in wanted {
        match left.iter().position(|hop| failure(one, hop).is_none()) {
            Some(index) => drop(left.remove(index)),
            None => open.push(*one),
        }
    }
    for one in open {
        match left.is_empty() {
            true => failures.push(Failure::Missing { to: spot.clone(), gets, reasons: reasons() }),
            false => failures.extend(failure(one, left.remove(0))),
        }
    }
    failures.extend(left.into_iter().map(|hop| Failure::Surplus { to: spot.clone(), got: told(json(hop)) }));
}

fn failure(wanted: &Expected, hop: &Hop) -> Option<Failure> {
    let to = wanted.to.clone();
    match &wanted.gets {
        Gets::Anything => None,
        Gets::Exactly(wanted) => {
            // A test need not say what AWS fills in.
            let got = as_named(&json(hop), wanted);
            (!is_as_wanted(&got, wanted)).then(|| Failure::Differs { to, wanted: wanted.clone(), got })
        }
        Gets::Matching(pattern) => {
            let got = json(hop);
            let is_as_shown = || verdict(pattern, &masked(got.clone(), SHOWN)).is_match;
            let verdict = verdict(pattern, &got);
            (!verdict.is_match && !is_as_shown()).then(|| Failure::NoMatch {
                to,
                verdict: Box::new(verdict),
                got: told(got),
            })
        }
        Gets::Request(wanted) => {
            let got = hop.request.as_ref().map_or(Json::Null, |request| as_json(request, wanted));
            (!is_as_wanted(&got, wanted)).then(|| Failure::Differs { to, wanted: wanted.clone(), got })
        }
    }
}

/// What a pattern says to what arrived; of a list, to the item that matches.
fn verdict(pattern: &Pattern, got: &Json) -> Verdict {
    match got {
        Json::Array(items) if !items.is_empty() => {
            let mut verdicts: Vec<Verdict> = items.iter().map(|item| decide(pattern, item)).collect();
            let matching = verdicts.iter().position(|verdict| verdict.is_match).unwrap_or_default();
            verdicts.swap_remove(matching)
        }
        one => decide(pattern, one),
    }
}

/// What arrived: JSON, or the text that it is.
fn json(hop: &Hop) -> Json {
    parsed(hop.delivered().unwrap_or_default())
}

/// A request with the members that are asked for.
fn as_json(request: &HttpRequest, asked: &Json) -> Json {
    let body = parsed(&request.body);
    let mut shown = serde_json::Map::new();
    for member in asked.as_object().into_iter().flatten().map(|(member, _)| member.as_str()) {
        let value = match member {
            "method" => request.method.as_str().into(),
            "url" => request.url.as_str().into(),
            "body" => body.clone(),
            "headers" => {
                let names = asked["headers"].as_object().into_iter().flatten().map(|(name, _)| name);
                // HTTP does not know capitals in names.
                let of = |wanted: &String| {
                    let mut all = request.headers.iter();
                    let (_, value) = all.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
                    Some((wanted.clone(), value.as_str().into()))
                };
                Json::Object(names.filter_map(of).collect())
            }
            _ => Json::Null,
        };
        shown.insert(member.to_owned(), value);
    }
    Json::Object(shown)
}

/// The ways of a stack, and those of them that no test takes.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    pub all: usize,
    /// From where, and which way.
    pub missed: Vec<(Spot, Way)>,
}

/// The name of the way to what listens and keeps what it hears.
const LISTENS: &str = "listens";

/// Which ways tests take: targets of rules, routes of APIs, pipes, triggers, subscriptions, schedules; and the ways to
/// what listens and sends nothing on, as an archive does, which something takes that it keeps.
pub fn coverage(graph: &Graph, ran: &[Ran]) -> Coverage {
    let taken: Vec<(&Spot, &str)> = ran
        .iter()
        .flat_map(|ran| ran.way.all())
        .flat_map(|hop| hop.next.iter().map(move |next| (&hop.at, next)))
        .filter(|(_, next)| next.delivered().is_some())
        .map(|(at, next)| (at, &next.by))
        .filter_map(|(at, by)| match by {
            By::Target(name) => Some((at, name.as_str())),
            _ => None,
        })
        .collect();
    let hops = ran.iter().flat_map(|ran| ran.way.all());
    let keeps = |hop: &&Hop| !hop.stops && hop.verdict.as_ref().is_none_or(|verdict| verdict.is_match);
    let kept: Vec<&Spot> =
        hops.filter(|hop| hop.by == By::Listens).filter(keeps).map(|hop| &hop.at).collect();
    let mut coverage = Coverage::default();
    for resource in graph.resources.values() {
        let Some(kind) = kinds::kind(resource.kind) else { continue };
        let spot = Spot::Resource(resource.address.clone());
        let ways = kind.ways(resource, graph);
        if let (true, Some(source)) = (ways.is_empty(), kind.listens_to(resource, graph)) {
            coverage.all += 1;
            if !kept.contains(&&spot) {
                coverage.missed.push((source, Way { name: LISTENS.into(), to: spot.clone() }));
            }
        }
        for way in ways {
            coverage.all += 1;
            if !taken.contains(&(&spot, way.name.as_str())) {
                coverage.missed.push((spot.clone(), way));
            }
        }
    }
    coverage
}

#[cfg(test)]
#[path = "case_tests.rs"]
mod tests;
