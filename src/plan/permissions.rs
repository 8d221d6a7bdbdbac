//! The IAM policies that a plan and its apply need.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{Address, Place, Places, Resource, Value};
use crate::kinds::{self, Kind, Need, On, When};
use crate::source::{FileId, Span};
use crate::spec::{Source, Wanted};
use crate::value;

use super::{Plan, Planned};

/// Policies for whoever runs the tool: documents as IAM takes them, each small enough for a managed
/// policy.
#[derive(Clone, PartialEq, Debug)]
pub struct Permissions {
    /// Reads alone: what `plan` needs.
    pub plan: Vec<Value>,
    /// What `apply` needs, the reads of its plan included.
    pub apply: Vec<Value>,
}

/// The most characters of a managed policy, white space aside.
const MOST: usize = 6144;

/// What the calls on the resources of a plan need: to find and read them, to make, change and remove
/// them. Each statement names the stack's own ARNs wherever AWS takes one, so the policy holds for
/// every later plan of the same resources. `wanted`: the stores that parameters come from.
pub fn permissions(plan: &Plan, wanted: &[Wanted]) -> Permissions {
    let mut statements = Statements::default();
    for wanted in wanted {
        statements.add_source(wanted, &plan.place);
    }
    for kind in kinds::registry() {
        for need in kind.needs().iter().filter(|need| need.when == When::Search) {
            statements.add(*kind, need, None, &plan.place);
        }
    }
    for planned in plan.changes.values() {
        let Some(kind) = kinds::kind(planned.kind) else { continue };
        for version in versions(planned) {
            for need in kind.needs() {
                if need.when != When::Search && need.arises(&version.properties) {
                    statements.add(kind, need, Some(&version), &plan.place);
                }
            }
        }
    }
    let all = |_: &When| true;
    Permissions { plan: statements.policy(|when| *when != When::Write), apply: statements.policy(all) }
}

/// The resource as it is wished and as it is: a change needs the rights of both.
fn versions(planned: &Planned) -> Vec<Resource> {
    let live = planned.live.iter().map(|live| bare(planned.kind, &live.name, live.properties.clone()));
    planned.desired.iter().cloned().chain(live).collect()
}

/// When, which kind, on what condition, and the actions: what makes one statement.
type Key = (When, &'static str, Option<String>, BTreeSet<&'static str>);

/// Needs, gathered: the ARNs by what makes one statement of them.
#[derive(Default)]
struct Statements(BTreeMap<Key, BTreeSet<String>>);

impl Statements {
    fn add(&mut self, kind: &dyn Kind, need: &Need, of: Option<&Resource>, place: &Place) {
        let arns = match of {
            Some(of) => need.resources(kind, of, place),
            None => need.resources(kind, &bare(kind.about().kind, "*", Value::map()), place),
        };
        if arns.is_empty() {
            return;
        }
        let service = match need.on {
            On::Role(_, service) => Some(place.principal(service)),
            _ => None,
        };
        let key = (need.when, kind.about().kind, service, need.actions.iter().copied().collect());
        // Nobody has told whose account it is: the policy holds in the one that it stands in.
        let known = |arn: String| arn.replace(Place::NO_ACCOUNT, "*");
        self.0.entry(key).or_default().extend(arns.into_iter().map(known));
    }

    /// A plan asks a store for what is no secret and for the version of what is one; an apply for secrets.
    fn add_source(&mut self, wanted: &Wanted, place: &Place) {
        let source = &wanted.source;
        let (arn, plan, apply) = match source {
            Source::Ssm(name) => {
                let name = name.split(':').next().unwrap_or(name).trim_start_matches('/');
                let arn = place.arn("ssm", &format!("parameter/{name}"));
                (arn, &["ssm:GetParameters"][..], &["ssm:GetParameter"][..])
            }
            Source::SecretsManager { name, .. } => {
                // AWS puts a hyphen and six characters behind the name.
                let arn = place.arn("secretsmanager", &format!("secret:{name}-??????"));
                // What is no secret is read by the plan.
                let read = &["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"][..];
                (arn, if wanted.open { read } else { &read[..1] }, &read[1..])
            }
            Source::CloudFormation { stack, .. } => {
                // AWS puts an id behind the name.
                (
                    place.arn("cloudformation", &format!("stack/{stack}/*")),
                    &["cloudformation:DescribeStacks"][..],
                    &[][..],
                )
            }
            Source::Export(_) => ("*".into(), &["cloudformation:ListExports"][..], &[][..]),
            // The search for what is the stack's own finds what is another's; that is then read, whatever its name.
            Source::Stack { address, .. } => {
                let Some(kind) = kinds::kind_of(address) else { return };
                let reads = kind.needs().iter().filter(|need| need.when == When::Read);
                return reads.for_each(|need| self.add(kind, need, None, place));
            }
            Source::Env(_) | Source::File(_) => return,
        };
        let named = match source {
            Source::Ssm(name) | Source::SecretsManager { name, .. } if name.starts_with("arn:") => {
                name.clone()
            }
            _ => arn,
        };
        for (when, actions) in
            [(When::Read, plan), (When::Write, apply)].into_iter().filter(|(_, list)| !list.is_empty())
        {
            let key = (when, "parameters", None, actions.iter().copied().collect());
            self.0.entry(key).or_default().insert(named.replace(Place::NO_ACCOUNT, "*"));
        }
    }

    fn policy(&self, when: impl Fn(&When) -> bool) -> Vec<Value> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let kept = self.0.iter().filter(|((at, ..), _)| when(at));
        let statements = kept
            .flat_map(|((at, kind, service, actions), arns)| {
                let what = match at {
                    When::Search => "Search",
                    When::Read => "Read",
                    When::Write if service.is_some() => "PassRole",
                    When::Write => "Write",
                };
                let name = format!("{}{what}", letters(kind));
                let arns: Vec<&String> = arns.iter().collect();
                let parts = arns.chunks(A_STATEMENT).map(|arns| {
                    let count = counts.entry(name.clone()).or_default();
                    *count += 1;
                    let sid = if *count == 1 { name.clone() } else { format!("{name}{count}") };
                    statement(sid, actions, arns, service.as_deref())
                });
                parts.collect::<Vec<_>>()
            })
            .collect();
        packed(statements)
    }
}

/// So many ARNs always fit into a policy.
const A_STATEMENT: usize = 16;

/// As few documents as the order of the statements allows.
fn packed(statements: Vec<Value>) -> Vec<Value> {
    let document =
        |statements: &[Value]| value!({ "Version": "2012-10-17", "Statement": (statements.to_vec()) });
    let size = |statements: &[Value]| document(statements).to_shown_json().to_string().len();
    let mut documents: Vec<Vec<Value>> = Vec::new();
    for statement in statements {
        match documents.last_mut() {
            Some(last) if size(last) + size(std::slice::from_ref(&statement)) < MOST => last.push(statement),
            _ => documents.push(vec![statement]),
        }
    }
    documents.iter().map(|statements| document(statements)).collect()
}

fn statement(
    sid: String,
    actions: &BTreeSet<&'static str>,
    arns: &[&String],
    service: Option<&str>,
) -> Value {
    let actions: Vec<Value> = actions.iter().map(|action| Value::from(*action)).collect();
    let arns: Vec<Value> = arns.iter().map(|arn| Value::from(arn.as_str())).collect();
    let mut statement = value!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Resource": arns });
    if let Some(service) = service {
        statement.put("Condition", value!({ "StringEquals": { "iam:PassedToService": service } }));
    }
    statement
}

/// A resource of which nothing but name and properties matters.
fn bare(kind: &'static str, name: &str, properties: Value) -> Resource {
    Resource {
        address: Address::new(kind, "any"),
        kind,
        name: name.to_owned(),
        properties,
        places: Places::new(),
        declared: Span::new(FileId(0), 0, 0),
        protect: false,
        edges: Vec::new(),
        package: None,
    }
}

/// A kind's name as a Sid takes it.
fn letters(kind: &str) -> String {
    kind.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
                .collect::<String>()
        })
        .collect()
}
