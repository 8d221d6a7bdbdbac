//! Whether the conformance files try every row of every kind's field table as the table says.

use std::collections::{BTreeMap, BTreeSet};

use gatewayctl::engine::Address;
use gatewayctl::engine::field::{Absent, Field, Type};
use gatewayctl::kinds::{self, About};

use super::file::{self, File, Form, Line};
use super::tree::{self, Place};
use crate::support::rows::{Row, rows};

/// A row that no line tries in a way that its table asks for: kind, row, what, why.
struct Exception(&'static str, &'static str, What, &'static str);

const ONE_AUTHORIZATION: &str = "a connection has exactly one authorization: another one takes its place";
const ONE_CODE: &str = "a function has `code`, `handler` and `runtime`, or it has `image`";
const VERSIONS_STAY: &str = "what is published stays, so taking it away sends nothing";
const ONE_AUTHORIZER: &str = "an authorizer is a function or a user pool: without it there is none";

const ONE_SIGN_IN: &str = "exactly one way to sign in stands there: it goes with `credentials`";
const OF_A_PARTNER: &str =
    "every wish says active: the rest is what others have done, which `src/kinds/buses/live_tests.rs` plays";
const OF_A_CHANGE: &str = "it is asked of a change and is none itself: `tests/it/schemas.rs` tries it";
const ONE_MEMBER: &str = "its block has no other member and goes with it, which is tried";
const TIME_FORMAT: &str = "a text's format and that it is a text stand together";

const EXCEPTIONS: &[Exception] = &[
    Exception(
        "apis",
        "Mappings[].Mapped",
        What::Touched,
        "every wish says true: a record without its mapping says false",
    ),
    Exception("apis", "function", What::Dropped, ONE_AUTHORIZER),
    Exception("apis", "Authorizers.*.providerARNs", What::Dropped, ONE_AUTHORIZER),
    Exception("apis", "OldStages", What::Touched, "no wish has one: it is what a run left that was stopped"),
    Exception(
        "apis",
        "Deployed",
        What::Touched,
        "every wish says true: a stage that serves another definition says false",
    ),
    Exception(
        "apis",
        "Stage.OtherTags",
        What::Touched,
        "no wish says so: it is what somebody else has done to the stage",
    ),
    Exception("connections", "AuthorizationType", What::Touched, ONE_AUTHORIZATION),
    Exception("connections", "AuthParameters.BasicAuthParameters", What::Dropped, ONE_AUTHORIZATION),
    Exception("connections", "AuthParameters.ApiKeyAuthParameters", What::Dropped, ONE_AUTHORIZATION),
    Exception("connections", "AuthParameters.OAuthParameters", What::Dropped, ONE_AUTHORIZATION),
    Exception("buses", "EventSourceName", What::Dropped, "without it the bus is another one"),
    Exception("buses", "EventSourceState", What::Touched, OF_A_PARTNER),
    Exception("pipes", "starting_position_timestamp", What::Dropped, "it stands beside `at_timestamp` alone"),
    Exception(
        "pipes",
        "SourceParameters.ManagedStreamingKafkaParameters.Credentials.SaslScram512Auth",
        What::Dropped,
        ONE_SIGN_IN,
    ),
    Exception(
        "pipes",
        "SourceParameters.ManagedStreamingKafkaParameters.Credentials.ClientCertificateTlsAuth",
        What::Dropped,
        ONE_SIGN_IN,
    ),
    Exception(
        "pipes",
        "SourceParameters.SelfManagedKafkaParameters.Credentials.BasicAuth",
        What::Dropped,
        ONE_SIGN_IN,
    ),
    Exception(
        "pipes",
        "SourceParameters.SelfManagedKafkaParameters.Credentials.SaslScram512Auth",
        What::Dropped,
        ONE_SIGN_IN,
    ),
    Exception(
        "pipes",
        "SourceParameters.SelfManagedKafkaParameters.Credentials.SaslScram256Auth",
        What::Dropped,
        ONE_SIGN_IN,
    ),
    Exception(
        "pipes",
        "SourceParameters.SelfManagedKafkaParameters.Credentials.ClientCertificateTlsAuth",
        What::Dropped,
        ONE_SIGN_IN,
    ),
    Exception(
        "pipes",
        "TargetParameters.EcsTaskParameters.PlacementConstraints[].expression",
        What::Dropped,
        "it stands beside `member_of` alone, and always",
    ),
    Exception("pipes", "TargetParameters.TimestreamParameters.TimeFieldType", What::Dropped, TIME_FORMAT),
    Exception("pipes", "TargetParameters.TimestreamParameters.TimestampFormat", What::Dropped, TIME_FORMAT),
    Exception(
        "cloudformation_stacks",
        "OnStackFailure",
        What::Changed,
        "it is sent with the change set that makes the stack, and with no other",
    ),
    Exception("functions", "code", What::Dropped, ONE_CODE),
    Exception("functions", "Code.ImageUri", What::Dropped, ONE_CODE),
    Exception("functions", "PackageType", What::Replaced, ONE_CODE),
    Exception("functions", "Handler", What::Dropped, ONE_CODE),
    Exception("functions", "Runtime", What::Dropped, ONE_CODE),
    Exception(
        "functions",
        "RuntimeManagement.RuntimeVersionArn",
        What::Dropped,
        "it goes with `update_on: manual`, and both are left out together",
    ),
    Exception("functions", "Publish", What::Changed, VERSIONS_STAY),
    Exception("rules", "RoleArn", What::Touched, "only buses of an organization ask for it: ours have none"),
    Exception("rules", "route", What::Dropped, "a call of an API has a route"),
    Exception("rules", "graphql_api", What::Dropped, "the generated role is of no use without it"),
    Exception(
        "schedules",
        "Target.EcsParameters.PlacementConstraints[].expression",
        What::Dropped,
        "it stands beside `member_of` alone, and always",
    ),
    Exception("schedules", "Target.SqsParameters.MessageGroupId", What::Dropped, ONE_MEMBER),
    Exception(
        "schedules",
        "Target.SageMakerPipelineParameters.PipelineParameterList",
        What::Dropped,
        ONE_MEMBER,
    ),
    Exception("schemas", "Compatibility", What::Dropped, OF_A_CHANGE),
    Exception("schemas", "Compatibility", What::Changed, OF_A_CHANGE),
    Exception("schemas", "compatible_with", What::Dropped, OF_A_CHANGE),
    Exception("schemas", "compatible_with", What::Changed, OF_A_CHANGE),
    Exception(
        "tables",
        "KeySchema[].KeyType",
        What::Replaced,
        "it follows from whether it is the partition or the sort key",
    ),
    Exception(
        "tables",
        "TimeToLiveSpecification.AttributeName",
        What::Changed,
        "AWS takes another attribute only an hour after the first was taken away",
    ),
    Exception("subscriptions", "Protocol", What::Replaced, "another one goes with another endpoint"),
    Exception(
        "subscriptions",
        "Attributes.SubscriptionRoleArn",
        What::Dropped,
        "a subscription of a Firehose stream has one, and no other has",
    ),
    Exception(
        "triggers",
        "FunctionResponseTypes",
        What::Changed,
        "AWS knows one word, which is there or is not",
    ),
    Exception(
        "triggers",
        "DocumentDBEventSourceConfig.DatabaseName",
        What::Dropped,
        "a trigger that reads DocumentDB has one",
    ),
    Exception(
        "usage_plans",
        "Keys.*.Attached",
        What::Touched,
        "every wish says true: a key outside the plan says false",
    ),
    Exception(
        "usage_plans",
        "Strays",
        What::Touched,
        "every wish says false: a key that stands twice says true",
    ),
];

/// What the files do with rows, by kind and row.
type Tried = BTreeSet<(&'static str, String, What)>;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum What {
    /// Left out alone (`#?`).
    Dropped,
    /// Changed in place (`#~`).
    Changed,
    /// Changed by a replacement (`#!`).
    Replaced,
    /// Any of them.
    Touched,
}

#[test]
fn every_row_of_every_kind_is_tried_as_its_table_says() {
    let tried: Tried = file::every("").iter().flat_map(tried).collect();
    let mut missing: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut excused = BTreeSet::new();
    for kind in kinds::registry().iter().map(|kind| kind.about()).filter(|about| is_declared(about)) {
        for row in rows(kind.fields) {
            for what in asked(&row) {
                let name = shown(&row);
                if tried.contains(&(kind.kind, name.clone(), what)) {
                    continue;
                }
                let is_it =
                    |Exception(of, row, is, _): &Exception| *of == kind.kind && *row == name && *is == what;
                match EXCEPTIONS.iter().position(is_it) {
                    Some(at) => drop(excused.insert(at)),
                    None => missing.entry(kind.kind).or_default().push(format!("{name}: {what:?}")),
                }
            }
        }
    }
    assert!(missing.is_empty(), "no conformance file tries {missing:#?}");
    let needless: Vec<String> = EXCEPTIONS
        .iter()
        .enumerate()
        .filter(|(at, _)| !excused.contains(at))
        .map(|(_, Exception(kind, row, what, why))| format!("{kind} {row} {what:?}: {why}"))
        .collect();
    assert!(needless.is_empty(), "exceptions that are not needed: {needless:#?}");
}

/// Whether users write fields of the kind: at the top of a stack, or inside another kind.
fn is_declared(about: &About) -> bool {
    about.declarable || about.fields.iter().any(|field| !field.key.is_empty())
}

/// A row by its key and path.
pub fn shown(row: &Row) -> String {
    match (row.field.key, row.path.as_str()) {
        (key, "") => key.to_owned(),
        (_, path) => path.to_owned(),
    }
}

/// What the table asks of a row: all of the first, or one of the second. What has no key of its own is
/// written by sugar, whose lines are tried as its own row asks: some line must change it.
fn asked(row: &Row) -> Vec<What> {
    let field = row.field;
    if field.computed || row.is_key {
        return Vec::new();
    }
    if field.key.is_empty() {
        return match (row.create_only, row.is_container()) {
            (true, _) => vec![What::Replaced],
            (false, true) => Vec::new(),
            (false, false) => vec![What::Touched],
        };
    }
    let mut asked = Vec::new();
    let stays = matches!(field.absent, Absent::Required | Absent::CannotBeCleared | Absent::Unmanaged);
    if !stays {
        asked.push(What::Dropped);
    }
    if row.create_only {
        asked.push(What::Replaced);
    } else if !row.is_container() && (stays || !is_told_by_dropping(field)) {
        asked.push(What::Changed);
    }
    asked
}

/// Whether leaving it out is its only other value.
fn is_told_by_dropping(field: &Field) -> bool {
    match field.ty {
        Type::Bool => true,
        Type::Enum(words) => match field.absent {
            Absent::Default(_) => words.len() < 3,
            _ => words.len() < 2,
        },
        _ => false,
    }
}

/// What a file does with rows.
fn tried(file: &File) -> Vec<(&'static str, String, What)> {
    let all = file.source(Form::All).compile().0;
    let mut found = Vec::new();
    for (at, line) in file.lines.iter().enumerate() {
        let mut forms = Vec::new();
        if line.optional {
            forms.push((Form::Without(at), What::Dropped));
        }
        if let Some(other) = &line.other {
            forms.push((Form::Other(at), if other.create_only { What::Replaced } else { What::Changed }));
        }
        for (form, what) in forms {
            let own = line.address.as_ref().expect("a line inside a resource");
            let places = tree::differences(&all, &file.source(form).compile().0);
            for place in places.iter().filter(|place| is_of(place, own)) {
                for row in rows_of(place, what) {
                    found.push((place.kind, row.clone(), what));
                    found.push((place.kind, row, What::Touched));
                }
            }
            let kind = kinds::kind(&own.kind).expect("a kind").about();
            let above: Vec<&str> = file.above(at).map(Line::key).collect();
            for row in rows(kind.fields).iter().filter(|row| row.path.is_empty()) {
                if row.field.key == line.key() {
                    found.push((kind.kind, shown(row), what));
                }
                // Whether sugar is changed in place or anew is not said by its row; a line inside it
                // changes it too.
                if above.contains(&row.field.key) || (row.field.key == line.key() && what != What::Dropped) {
                    found.push((kind.kind, shown(row), What::Changed));
                }
            }
        }
    }
    found
}

/// Whether a difference is in what a line declares: the resource, or one that stands inside it.
fn is_of(place: &Place, own: &Address) -> bool {
    let inside =
        || place.address.origin() == *own && !kinds::kind(place.kind).expect("a kind").about().declarable;
    place.address == *own || inside()
}

/// The rows that a difference is about.
fn rows_of(place: &Place, what: What) -> Vec<String> {
    let rows = rows(kinds::kind(place.kind).expect("a kind").about().fields);
    // Those at the place; where it is a leaf inside a row, that row.
    let at = rows.iter().filter(|row| row.rules(&place.path).is_some());
    let at = at.filter(|row| what != What::Dropped || row.path == place.path || !row.is_container());
    let mut found: BTreeSet<String> = at.map(shown).collect();
    // Those in what has come or gone as a whole. A field of its own must go alone.
    let values = [&place.old, &place.new].into_iter().flatten();
    for (path, _) in values.flat_map(|value| tree::leaves(&place.path, value)) {
        let inside = rows.iter().filter(|row| row.rules(&path).is_some() && row.is_below(&place.path));
        found.extend(inside.filter(|row| what != What::Dropped || row.field.key.is_empty()).map(shown));
    }
    // A path without a row of its own, such as `Attributes`, is that of the rows in it.
    found.extend(
        rows.iter()
            .filter(|row| {
                row.is_below(&place.path)
                    && !rows.iter().any(|other| other.path == place.path)
                    && holds(place, row)
            })
            .map(shown),
    );
    found.into_iter().collect()
}

/// Whether what has come or gone holds something of a row.
fn holds(place: &Place, row: &Row) -> bool {
    let values = [&place.old, &place.new].into_iter().flatten();
    values.flat_map(|value| tree::leaves(&place.path, value)).any(|(path, _)| row.rules(&path).is_some())
}
