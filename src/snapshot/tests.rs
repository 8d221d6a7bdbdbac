use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{parse, to_json};
use crate::compile::testing::compile;
use crate::engine::{Address, AwsError, Class, Found, Graph, Mark, Observed, State, Value};
use crate::live::{Reading, Stray, Survey, Unlisted};
use crate::plan::{self, Action, Options};
use crate::spec::Answers;

const QUEUES: &str = "stack: shop\nqueues: { jobs: { delay: 5s }, done: {} }\n";

fn graph(text: &str) -> Graph {
    compile(text).0
}

/// A declared resource as it would be after an apply.
fn live(graph: &Graph, address: &str) -> Observed {
    let address: Address = address.parse().unwrap();
    let resource = &graph.resources[&address];
    let mark = Mark {
        owner: graph.owner.clone(),
        address,
        name: resource.name.clone(),
        protect: false,
        version: None,
    };
    Observed {
        id: format!("id-of-{}", resource.name),
        name: resource.name.clone(),
        properties: resource.properties.clone(),
        outputs: Default::default(),
        mark: Found::Mark(mark),
        managed_by: None,
        state: State::Ready,
        unread: Vec::new(),
    }
}

fn survey_of(graph: &Graph) -> Survey {
    let found = graph
        .resources
        .keys()
        .map(|address| (address.clone(), Reading::Found(live(graph, &address.to_string()))));
    Survey { readings: found.collect(), ..Survey::default() }
}

fn planned(json: &Json, text: &str) -> Vec<String> {
    let graph = graph(text);
    let snapshot = parse(&json.to_string()).unwrap();
    let (survey, unknown) = snapshot.survey(&graph, &BTreeMap::new());
    let plan = plan::plan(&graph, &survey, &Options::default());
    let changes = plan.changes.values().filter(|planned| planned.action != Action::Keep);
    let changes = changes
        .map(|planned| format!("{:?} {} {:?}", planned.action, planned.address, planned.change.paths()));
    let unknown = unknown.iter().map(|address| format!("unknown {address}"));
    let unread = plan.unread.iter().map(|unread| format!("unread {} {}", unread.address, unread.path));
    let refused = plan.refusals.iter().map(|finding| format!("refused {}", finding.code));
    let unlisted =
        plan.unlisted.iter().map(|unlisted| format!("unlisted {} {}", unlisted.kind, unlisted.error));
    changes.chain(unknown).chain(unread).chain(refused).chain(unlisted).collect()
}

#[test]
fn what_is_written_is_what_was_seen() {
    let graph = graph(QUEUES);
    let json = to_json(&graph, &survey_of(&graph), &Answers::new(), false);
    insta::assert_snapshot!(format!("{json:#}"));
    assert_eq!(planned(&json, QUEUES), Vec::<String>::new());
}

#[test]
fn a_later_stack_is_planned_against_it_and_what_it_does_not_know_is_named() {
    let first = graph(QUEUES);
    let json = to_json(&first, &survey_of(&first), &Answers::new(), false);
    let later = "stack: shop\nqueues: { jobs: { delay: 7s }, more: {} }\n";
    assert_eq!(
        planned(&json, later),
        [
            "Delete queues.done []",
            "Update queues.jobs [\"Attributes.DelaySeconds\"]",
            "Create queues.more [\"QueueName\"]",
            "unknown queues.more"
        ]
    );
}

// As a read of the account finds it, whatever its key.
#[test]
fn what_is_known_by_where_it_stands_is_found_there_and_is_another_elsewhere() {
    let stack = |parts: &str| format!("stack: shop\nbuses: {{ b: {{}}, c: {{}} }}\n{parts}");
    let schema = "type: json_schema_draft4, content: { type: object }";
    let in_registry = |key: &str, registry: &str| {
        stack(&format!(
            "registries: {{ q: {{}}, r: {{}} }}\nschemas: {{ {key}: {{ registry: {registry}, name: Placed, {schema} }} }}\n"
        ))
    };
    for (before, moved, other, kind) in [
        (
            stack("discoverers: { d: { bus: b } }\n"),
            stack("discoverers: { g: { bus: b } }\n"),
            stack("discoverers: { g: { bus: c } }\n"),
            "discoverers",
        ),
        (in_registry("d", "r"), in_registry("g", "r"), in_registry("g", "q"), "schemas"),
    ] {
        let first = graph(&before);
        let json = to_json(&first, &survey_of(&first), &Answers::new(), false);
        assert_eq!(planned(&json, &moved), [format!("Update {kind}.g []")]);
        let told = planned(&json, &other);
        assert_eq!(told[0], format!("Delete {kind}.d []"));
        assert!(told[1].starts_with(&format!("Create {kind}.g")), "{told:?}");
    }
}

#[test]
fn absence_failures_strays_and_states_are_kept() {
    let graph = graph(QUEUES);
    let mut survey = survey_of(&graph);
    let error = AwsError {
        service: "sqs".into(),
        operation: "GetQueueAttributes".into(),
        status: Some(403),
        code: "AccessDenied".into(),
        message: "no".into(),
        request_id: None,
        class: Class::Denied,
    };
    survey.readings.insert("queues.done".parse().unwrap(), Reading::Absent);
    survey.readings.insert("queues.jobs".parse().unwrap(), Reading::Unreadable(error.clone()));
    survey.unlisted.push(Unlisted { kind: "topics", error });
    let mut old = live(&graph, "queues.done");
    (old.id, old.name) = ("old".into(), "shop-old".into());
    if let Found::Mark(mark) = &mut old.mark {
        mark.address = "queues.old".parse().unwrap();
        mark.name = "shop-old".into();
    }
    old.state = State::Busy("DELETING".into());
    old.unread.push(("Tags".into(), "AccessDenied".into()));
    survey.strays.push(Stray { kind: "queues", observed: old });
    let json = to_json(&graph, &survey, &Answers::new(), false);
    let written = planned(&json, QUEUES);
    let direct = {
        let plan = plan::plan(&graph, &survey, &Options::default());
        (plan.refusals.len(), plan.unlisted.len())
    };
    assert_eq!(direct, (1, 1));
    assert_eq!(
        written,
        [
            "Create queues.done [\"QueueName\"]",
            "Delete queues.old []",
            "refused unreadable",
            "unlisted topics sqs:GetQueueAttributes: AccessDenied: no"
        ]
    );
}

#[test]
fn a_sensitive_value_stands_as_a_digest_that_tells_only_whether_it_is_the_same() {
    let stack = |level: &str| {
        format!(
            "stack: shop\nfunctions: {{ work: {{ code: stacks/serverless-event-gateway/functions/orders, handler: a.b, \
             runtime: python3.13, environment: {{ LEVEL: {level}, MODE: a }} }} }}\n"
        )
    };
    let first = graph(&stack("hunter2"));
    let json = to_json(&first, &survey_of(&first), &Answers::new(), false);
    assert!(!json.to_string().contains("hunter2"), "{json:#}");
    let same = planned(&json, &stack("hunter2"));
    assert!(!same.iter().any(|change| change.contains("Environment")), "{same:?}");
    let other = planned(&json, &stack("hunter3"));
    assert!(other.iter().any(|change| change.contains("\"Environment.Variables.LEVEL\"]")), "{other:?}");
}

#[test]
fn texts_of_what_was_made_with_other_secrets_are_all_digests() {
    let text = |url: &str| {
        format!(
            "stack: shop\nparameters: {{ key: {{ secret: true, default: local-only }} }}\nconnections:\n  carrier: {{ description: {url}, api_key: \
             {{ name: X-Key, value: \"${{parameters.key}}\" }} }}\n"
        )
    };
    let first = graph(&text("about-it"));
    let mut survey = survey_of(&first);
    let address: Address = "connections.carrier".parse().unwrap();
    let Some(Reading::Found(observed)) = survey.readings.get_mut(&address) else { panic!() };
    let Found::Mark(mark) = &mut observed.mark else { panic!() };
    mark.version = Some("of another secret".into());
    let hidden = to_json(&first, &survey, &Answers::new(), false);
    assert!(!hidden.to_string().contains("about-it"), "{hidden:#}");
    // A stray, of which nothing is wished for.
    let Some(Reading::Found(observed)) = survey.readings.remove(&address) else { panic!() };
    survey.strays.push(Stray { kind: "connections", observed });
    let hidden = to_json(&first, &survey, &Answers::new(), false);
    assert!(!hidden.to_string().contains("about-it"), "{hidden:#}");
    // It is found again by its name all the same.
    let changes = planned(&hidden, &text("about-it"));
    assert!(changes.len() == 1 && changes[0].starts_with("Update connections.carrier"), "{changes:?}");
}

#[test]
fn what_is_no_snapshot_is_refused_in_words() {
    let text = |json: &Json| parse(&json.to_string()).err().unwrap_or_default();
    assert!(parse("{").err().unwrap().starts_with("it is no JSON: "));
    assert_eq!(text(&json!({})), "it states no `format_version`");
    assert_eq!(
        text(&json!({ "format_version": 2 })),
        "it has format 2, newer than this program's 1: update gatewayctl"
    );
    let frame =
        json!({ "format_version": 1, "owner": "shop/-/eu-west-1", "account": "1", "region": "eu-west-1" });
    let with = |resource: Json| {
        let mut file = frame.clone();
        file["resources"] = json!([resource]);
        text(&file)
    };
    assert_eq!(text(&frame), "");
    assert_eq!(with(json!({})), "resources[0]: `properties` is no object");
    assert_eq!(
        with(json!({ "kind": "quues", "name": "x", "absent": true })),
        "resources[0]: there is no kind `quues` in this version"
    );
    assert_eq!(
        with(json!({ "kind": "queues", "properties": {}, "id": "x" })),
        "resources[0]: `name` is no text"
    );
}

#[test]
fn a_value_of_any_shape_is_found_again() {
    let graph = graph(QUEUES);
    let mut survey = survey_of(&graph);
    let address: Address = "queues.jobs".parse().unwrap();
    let Some(Reading::Found(observed)) = survey.readings.get_mut(&address) else { panic!() };
    observed.properties.put("Attributes.Odd", Value::from(json!([1, null, { "a": [true] }])));
    let wish = observed.properties.clone();
    let json = to_json(&graph, &survey, &Answers::new(), false);
    let (again, _) = parse(&json.to_string()).unwrap().survey(&graph, &BTreeMap::new());
    assert_eq!(again.readings[&address].found().unwrap().properties, wish);
}
