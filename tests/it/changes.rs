//! Changes of the gateway, each asserted in the requests, in the raw account, and by an empty plan.

use gatewayctl::apply::Outcome;
use gatewayctl::engine::Address;
use gatewayctl::plan::{Action, Plan, Verb};
use serde_json::Value;

use crate::gateway::gateway;
use crate::support::account::{Account, Source};

pub fn address(text: &str) -> Address {
    text.parse().expect("an address")
}

/// What a plan changes, by address.
fn changed(plan: &Plan) -> Vec<(String, Action)> {
    let changed = plan.changes.values().filter(|planned| planned.is_changed());
    changed.map(|planned| (planned.address.to_string(), planned.action)).collect()
}

/// An account with a stack, and the requests forgotten.
pub async fn with(source: &Source) -> Account {
    let account = Account::new();
    account.apply(source).await;
    account.local.forget_requests();
    account
}

/// The requests of an operation since they were forgotten.
pub fn sent(account: &Account, operation: &str) -> Vec<Value> {
    let requests = account.local.requests().into_iter();
    requests.filter(|request| request.operation == operation).map(|request| request.input).collect()
}

fn position(outcome: &Outcome, address_: &str, verb: Verb) -> usize {
    let wanted = (address(address_), verb);
    outcome
        .done
        .iter()
        .position(|done| *done == wanted)
        .unwrap_or_else(|| panic!("{wanted:?} in {outcome:#?}"))
}

// hashicorp/terraform-provider-aws#42560, #35645: the stream has a new ARN, and what reads it must not keep the
// old one until the next apply.
#[tokio::test]
async fn a_changed_stream_view_replaces_the_pipe_in_the_same_plan_and_says_what_is_lost() {
    let account = with(&gateway()).await;
    let changed_stack = gateway().edit("stream: new_image", "stream: new_and_old_images");
    let (plan, outcome) = account.apply(&changed_stack).await;
    let pipe = &plan.changes[&address("pipes.orders-stream")];
    assert_eq!(pipe.action, Action::Replace);
    assert!(pipe.loses.is_some_and(|loses| !loses.is_empty()));
    assert_eq!(plan.changes[&address("tables.orders")].action, Action::Update);
    let gone = position(&outcome, "pipes.orders-stream", Verb::Delete);
    let table = position(&outcome, "tables.orders", Verb::Update);
    let made = position(&outcome, "pipes.orders-stream", Verb::Create);
    assert!(gone < table && table < made, "{:?}", outcome.done);
    // Off, and on again: a stream's view cannot be changed in place.
    let streams: Vec<Value> = sent(&account, "UpdateTable")
        .into_iter()
        .map(|input| input["StreamSpecification"]["StreamEnabled"].clone())
        .filter(|enabled| !enabled.is_null())
        .collect();
    assert_eq!(streams, [Value::Bool(false), Value::Bool(true)]);
    let (_, table) = account.documents("dynamodb", "table").remove(0);
    assert_eq!(table["StreamSpecification"]["StreamViewType"], "NEW_AND_OLD_IMAGES");
    let (_, pipe) = account.documents("pipes", "pipe").remove(0);
    assert_eq!(pipe["Source"], table["LatestStreamArn"]);
    account.assert_converged(&changed_stack).await;
}

// The same of a trigger: an event source mapping cannot be told of another stream.
// D1 (hashicorp/terraform-provider-aws#42560, hashicorp/terraform-provider-aws#35645): another view of a
// stream is another ARN for whoever reads it.
#[tokio::test]
async fn a_changed_stream_view_replaces_the_trigger_in_the_same_plan() {
    let reader = |view: &str| {
        Source::new(&format!(
            "stack: reader\ntables: {{ orders: {{ partition_key: id, stream: {view}, protect: false }} }}\nfunctions:\n  read:\n    code: stacks/serverless-event-gateway/functions/orders\n    handler: index.lambda_handler\n    runtime: python3.13\n    triggers:\n      orders: {{ table: orders, starting_position: trim_horizon }}\n"
        ))
    };
    let account = with(&reader("new_image")).await;
    let changed_stack = reader("new_and_old_images");
    let (plan, outcome) = account.apply(&changed_stack).await;
    let trigger = &plan.changes[&address("functions.read/trigger/orders")];
    assert_eq!(trigger.action, Action::Replace);
    assert!(trigger.loses.is_some_and(|loses| loses.contains("its place in the source")));
    let gone = position(&outcome, "functions.read/trigger/orders", Verb::Delete);
    let table = position(&outcome, "tables.orders", Verb::Update);
    let made = position(&outcome, "functions.read/trigger/orders", Verb::Create);
    assert!(gone < table && table < made, "{:?}", outcome.done);
    let (_, table) = account.documents("dynamodb", "table").remove(0);
    let mappings = account.documents("lambda", "mapping");
    assert_eq!(mappings.len(), 1);
    assert_eq!(mappings[0].1["EventSourceArn"], table["LatestStreamArn"]);
    account.assert_converged(&changed_stack).await;
}

// A mapping has no name: one whose answer was lost is found again by its mark, and no second is made.
#[tokio::test]
async fn a_trigger_whose_call_goes_wrong_is_made_once_and_changed_and_goes() {
    let stack = |triggers: &str| {
        Source::new(&format!(
            "stack: reader\nqueues: {{ jobs: {{}} }}\nfunctions:\n  read:\n    code: stacks/serverless-event-gateway/functions/orders\n    handler: index.lambda_handler\n    runtime: python3.13\n{triggers}"
        ))
    };
    let with = |size: u32| {
        stack(&format!(
            "    triggers:\n      jobs: {{ queue: jobs, batch_size: {size} }}\n      kafka: {{ self_managed_kafka: 'k.example.com:9092', topic_name: x, starting_position: latest, batch_size: {size} }}\n"
        ))
    };
    let steps = [
        ("CreateEventSourceMapping", with(5), 2),
        ("UpdateEventSourceMapping", with(6), 2),
        ("DeleteEventSourceMapping", stack(""), 0),
    ];
    let options = gatewayctl::plan::Options::default();
    for fault in ["throttle*2", "500", "lost", "answer-lost"] {
        let file = tempfile::NamedTempFile::new().expect("a file");
        for (operation, source, count) in &steps {
            let account = Account::at(file.path(), &format!("lambda:{operation}={fault}"));
            account.try_apply(source, &options).await;
            account.local.faults().clear();
            let (_, outcome) = account.try_apply(source, &options).await;
            assert!(outcome.is_complete(), "{operation} {fault}: {outcome:#?}");
            account.assert_converged(source).await;
            assert_eq!(account.documents("lambda", "mapping").len(), *count, "{operation} {fault}");
        }
    }
}

// D3 (aws/aws-cdk#14920, aws/aws-cdk#12246, aws-cloudformation/cloudformation-coverage-roadmap#229,
// aws-cloudformation/cloudformation-coverage-roadmap#881, architect/architect#1394,
// pulumi/pulumi-aws-native#989): one index at a time.
#[tokio::test]
async fn two_indexes_are_added_and_two_removed_in_one_apply() {
    let account = with(&gateway()).await;
    let with_indexes = gateway().edit(
        "    stream: new_image\n",
        "    stream: new_image\n    indexes:\n      by-state: { partition_key: state, projection: keys_only }\n      by-day: { partition_key: day, sort_key: PK, projection: all }\n",
    );
    let (plan, _) = account.apply(&with_indexes).await;
    assert_eq!(changed(&plan), [("tables.orders".to_owned(), Action::Update)]);
    let updates = sent(&account, "UpdateTable");
    let indexes = updates.iter().filter(|input| !input["GlobalSecondaryIndexUpdates"].is_null());
    assert!(indexes.clone().all(|input| input["GlobalSecondaryIndexUpdates"].as_array().unwrap().len() == 1));
    assert_eq!(indexes.count(), 2);
    account.assert_converged(&with_indexes).await;
    account.apply(&gateway()).await;
    let (_, table) = account.documents("dynamodb", "table").remove(0);
    assert!(table["GlobalSecondaryIndexes"].as_array().is_none_or(Vec::is_empty), "{table:#}");
    assert_eq!(table["AttributeDefinitions"].as_array().unwrap().len(), 1);
    account.assert_converged(&gateway()).await;
}

// A2 (hashicorp/terraform#25495, hashicorp/terraform#30733, hashicorp/terraform-provider-aws#19805): a
// deployment that a stage serves cannot be deleted.
#[tokio::test]
async fn a_changed_route_redeploys_its_api_and_no_other() {
    let account = with(&gateway()).await;
    let changed_stack = gateway().edit("detail_type: carrier.order_shipped", "detail_type: carrier.shipped");
    let plan = account.plan(&changed_stack).await;
    let apis: Vec<_> =
        changed(&plan).into_iter().filter(|(address, _)| address.starts_with("apis.")).collect();
    assert_eq!(apis, [("apis.integration".to_owned(), Action::Update)]);
    account.apply(&changed_stack).await;
    let deployments = sent(&account, "CreateDeployment");
    assert_eq!(deployments.len(), 1, "{deployments:#?}");
    // Each API keeps the one deployment that its stage serves.
    assert_eq!(account.documents("apigateway", "deployment").len(), 2);
    account.assert_converged(&changed_stack).await;
}

#[tokio::test]
async fn an_api_that_does_not_change_is_not_deployed_again() {
    let account = with(&gateway()).await;
    let changed_stack = gateway().edit("rate_limit: 20", "rate_limit: 10");
    account.apply(&changed_stack).await;
    assert!(sent(&account, "CreateDeployment").is_empty());
    let (_, destination) = account.documents("events", "api-destination").remove(0);
    assert_eq!(destination["InvocationRateLimitPerSecond"], 10);
    let updates = sent(&account, "UpdateApiDestination");
    assert_eq!(updates.len(), 1);
    assert_eq!(updates[0]["InvocationRateLimitPerSecond"], 10);
    account.assert_converged(&changed_stack).await;
}

// A4 (pulumi/pulumi-aws#4296, hashicorp/terraform-provider-aws#49672): writing the definition wipes the
// policy.
#[tokio::test]
async fn the_policy_of_an_api_survives_a_changed_route() {
    let policy = "    policy: { Version: \"2012-10-17\", Statement: [{ Effect: Allow, Principal: \"*\", Action: \"execute-api:Invoke\", Resource: \"*\" }] }\n";
    let source = gateway()
        .edit("    routes:\n      \"POST /orders\"", &format!("{policy}    routes:\n      \"POST /orders\""));
    let account = with(&source).await;
    let policy_of = |account: &Account| {
        let apis = account.documents("apigateway", "rest-api");
        let api = apis.into_iter().find(|(_, api)| api["name"] == "orders-api").expect("the API").1;
        api["policy"].clone()
    };
    let before = policy_of(&account);
    assert!(!before.is_null());
    let changed_stack = source.edit("\"GET /order/{id}\"", "\"GET /orders/{id}\"");
    account.apply(&changed_stack).await;
    assert_eq!(policy_of(&account), before);
    // The route was edited call by call: nothing that was sent could have touched the policy.
    assert_eq!(sent(&account, "PutMethod").len(), 1);
    assert!(sent(&account, "UpdateRestApi").is_empty());
    account.assert_converged(&changed_stack).await;
}

// C2: no read shows a password, so another one is told by its version.
#[tokio::test]
async fn a_secret_is_written_again_when_its_version_changes_and_never_otherwise() {
    let account = with(&gateway()).await;
    assert!(
        account.local.secret_arrived("eu-west-1", "serverless-event-gateway-carrier", "local-only").unwrap()
    );
    account.apply(&gateway().edit("rate_limit: 20", "rate_limit: 30")).await;
    assert!(sent(&account, "UpdateConnection").is_empty());
    let rotated =
        gateway().edit("secret: true,", "secret: true, version: \"2\",").edit("local-only", "other");
    let (plan, _) = account.apply(&rotated).await;
    assert_eq!(plan.changes[&address("connections.carrier")].action, Action::Update);
    let updates = sent(&account, "UpdateConnection");
    assert_eq!(updates.len(), 1);
    let basic = &updates[0]["AuthParameters"]["BasicAuthParameters"];
    // The record keeps a seal of a secret, never the secret.
    assert!(basic["Password"].as_str().is_some_and(|seal| seal.starts_with("sealed:")), "{basic}");
    assert_eq!(basic["Username"], "user");
    assert!(account.local.secret_arrived("eu-west-1", "serverless-event-gateway-carrier", "other").unwrap());
    account.assert_converged(&rotated).await;
}

#[tokio::test]
async fn what_was_removed_by_hand_comes_back() {
    let account = with(&gateway()).await;
    // Somebody takes the rights out of a role's policy.
    let (id, mut policy) = account.documents("iam", "role-policy").remove(0);
    policy["PolicyDocument"] = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D".into();
    account.local.seed("global", "iam", "role-policy", &id, policy).unwrap();
    let plan = account.plan(&gateway()).await;
    assert_eq!(plan.counts().update, 1, "{:?}", changed(&plan));
    account.apply(&gateway()).await;
    let written: Vec<Value> = sent(&account, "PutRolePolicy");
    assert_eq!(written.len(), 1, "{written:#?}");
    let (_, policy) =
        account.documents("iam", "role-policy").into_iter().find(|(other, _)| *other == id).unwrap();
    assert!(policy["PolicyDocument"].as_str().is_some_and(|text| text.contains("Effect")));
    account.assert_converged(&gateway()).await;
}

/// aws-samples/serverless-patterns#1543, aws/aws-cdk#31664: a pipe sends a message to its dead letters
/// when it is changed, so its role must be allowed to before.
// P9 (aws-samples/serverless-patterns#1543, aws-samples/serverless-patterns#1857, aws/aws-cdk#31664): the role
// of a pipe may not write to the dead-letter queue that it is given.
#[tokio::test]
async fn dead_letters_that_are_added_reach_the_role_before_the_pipe() {
    let plain = Source::new(
        "
stack: shop
tables: { orders: { partition_key: id, stream: new_image, protect: false } }
queues: { to: {}, dead: {} }
pipes:
  p:
    source: { table: orders, starting_position: latest }
    target: { queue: to }
",
    );
    let account = with(&plain).await;
    let dead = plain.edit("starting_position: latest", "starting_position: latest, dead_letter: dead");
    let (_, outcome) = account.apply(&dead).await;
    let role = position(&outcome, "pipes.p/role", Verb::Update);
    let pipe = position(&outcome, "pipes.p", Verb::Update);
    assert!(role < pipe, "{:?}", outcome.done);
    let requests = account.local.requests();
    let first = |operation: &str| requests.iter().position(|request| request.operation == operation);
    assert!(first("PutRolePolicy").is_some() && first("PutRolePolicy") < first("UpdatePipe"));
    account.assert_converged(&dead).await;
    // And back: the pipe first, the right after it.
    account.local.forget_requests();
    let (_, outcome) = account.apply(&plain).await;
    let narrowed = position(&outcome, "pipes.p/role", Verb::Update);
    assert!(position(&outcome, "pipes.p", Verb::Update) < narrowed, "{:?}", outcome.done);
    account.assert_converged(&plain).await;
}

#[tokio::test]
async fn another_key_of_an_index_is_said_to_make_it_anew() {
    let source = Source::new(
        "stack: shop\ntables:\n  orders:\n    partition_key: id\n    protect: false\n    indexes:\n      by-state: { partition_key: state, projection: all }\n",
    );
    let account = with(&source).await;
    let loses = |plan: &Plan| -> Vec<String> {
        plan.changes[&address("tables.orders")].reasons.iter().map(ToString::to_string).collect()
    };
    for (from, to, path) in [
        ("partition_key: state", "partition_key: day", "GlobalSecondaryIndexes[by-state].KeySchema"),
        (
            "projection: all",
            "projection: keys_only",
            "GlobalSecondaryIndexes[by-state].Projection.ProjectionType",
        ),
    ] {
        let changed_stack = source.edit(from, to);
        let plan = account.plan(&changed_stack).await;
        let said = loses(&plan);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(
            said[0].starts_with(path) && said[0].contains("loses the index until it is filled"),
            "{said:?}"
        );
        assert_eq!(plan.counts().remade, 1);
    }
    // One that comes, and one that goes, is what the plan shows anyway.
    let other = source.edit("by-state:", "by-day:");
    assert_eq!(account.plan(&other).await.counts().remade, 0);
    account.apply(&source.edit("partition_key: state", "partition_key: day")).await;
    let changes: Vec<Value> = sent(&account, "UpdateTable")
        .into_iter()
        .filter_map(|input| Some(input["GlobalSecondaryIndexUpdates"].as_array()?[0].clone()))
        .collect();
    assert!(changes[0].get("Delete").is_some() && changes[1].get("Create").is_some(), "{changes:#?}");
}

#[tokio::test]
async fn another_value_of_an_api_key_is_said_to_make_it_anew() {
    let source = |version: &str, keys: &str| {
        Source::new(&format!(
            "stack: shop\nparameters:\n  acme: {{ from: \"env:ACME\", secret: true, version: \"{version}\", default: local-only-local-only-{version} }}\nusage_plans:\n  partners:\n    keys:\n      acme: {{ value: \"${{parameters.acme}}\" }}\n{keys}"
        ))
    };
    let account = with(&source("1", "")).await;
    let plan = account.plan(&source("2", "")).await;
    let said: Vec<String> =
        plan.changes[&address("usage_plans.partners")].reasons.iter().map(ToString::to_string).collect();
    assert!(
        said.iter().any(|said| said.starts_with("Keys.acme.value") && said.contains("loses the old values")),
        "{said:?}"
    );
    let another = source("1", "      globex: {}\n");
    assert_eq!(account.plan(&another).await.counts().remade, 0);
    let (_, outcome) = account.apply(&source("2", "")).await;
    assert!(outcome.is_complete());
    assert_eq!((sent(&account, "CreateApiKey").len(), sent(&account, "DeleteApiKey").len()), (1, 1));
    account.assert_converged(&source("2", "")).await;
}

/// Somebody else's stage at the name that we wish for is theirs until we are told to take it.
#[tokio::test]
async fn a_stage_that_was_made_by_hand_is_refused_and_adopted_by_word() {
    let source = Source::new(
        "stack: shop\nfunctions:\n  work:\n    code: stacks/serverless-event-gateway/functions/orders\n    handler: index.lambda_handler\n    runtime: python3.13\napis:\n  front:\n    stage: v1\n    routes: { \"POST /orders\": { function: work } }\n",
    );
    let account = with(&source).await;
    let (id, stage) = account.documents("apigateway", "stage").remove(0);
    let mut by_hand = stage.clone();
    by_hand["stageName"] = "v2".into();
    by_hand["tags"] = serde_json::json!({});
    by_hand["_tags"] = serde_json::json!({});
    by_hand["Arn"] = format!(
        "arn:aws:apigateway:eu-west-1::/restapis/{}/stages/v2",
        stage["restApiId"].as_str().expect("an id")
    )
    .into();
    // The API's own id is random, and may have `v1` in it as well.
    let other = format!("{}v2", id.strip_suffix("v1").expect("the stage"));
    account.local.seed("eu-west-1", "apigateway", "stage", &other, by_hand).unwrap();
    let moved = source.edit("stage: v1", "stage: v2");
    let plan = account.plan(&moved).await;
    let codes: Vec<&str> = plan.refusals.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["unmarked"]);
    assert!(plan.refusals[0].message.contains("stage v2"), "{}", plan.refusals[0].message);
    let adopt = [(address("apis.front"), None)].into();
    let options = gatewayctl::plan::Options { adopt, ..Default::default() };
    let (_, outcome) = account.apply_with(&moved, &options).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert_eq!(account.documents("apigateway", "stage").len(), 1);
    account.assert_converged(&moved).await;
}

/// Two stacks of one account that write to log groups at the same time do not wait for each other, and
/// neither loses what the other has written.
#[tokio::test]
async fn two_stacks_with_log_groups_that_are_applied_at_once_are_both_whole() {
    let stack = |name: &str| {
        Source::new(&format!(
            "
stack: {name}
buses: {{ orders: {{}} }}
log_groups: {{ one: {{ name: /aws/events/{name}-one }}, two: {{ name: /aws/events/{name}-two }} }}
rules:
  one: {{ bus: orders, pattern: {{ source: [a] }}, targets: {{ log: {{ log_group: one }} }} }}
  two: {{ bus: orders, pattern: {{ source: [b] }}, targets: {{ log: {{ log_group: two }} }} }}
"
        ))
    };
    let account = Account::new();
    let stacks: Vec<Source> = (0..6).map(|n| stack(&format!("shop{n}"))).collect();
    let outcomes = futures_util::future::join_all(stacks.iter().map(|stack| account.apply(stack))).await;
    assert!(outcomes.iter().all(|(_, outcome)| outcome.is_complete()));
    // More than an account has room for, if they were the account's.
    assert_eq!(account.documents("logs", "resource-policy").len(), 12);
    for stack in &stacks {
        account.assert_converged(stack).await;
    }
}

/// A plan asks for the rules of a bus once, however many they are.
#[tokio::test]
async fn the_rules_of_a_bus_are_read_by_one_list() {
    let rule = |n: u32| {
        format!(
            "  r{n}: {{ bus: orders, pattern: {{ source: [shop] }}, targets: {{ jobs: {{ queue: jobs }} }} }}\n"
        )
    };
    let rules: String = (0..5).map(rule).collect();
    let source = Source::new(&format!(
        "stack: shop\nqueues: {{ jobs: {{}} }}\nbuses: {{ orders: {{}} }}\nrules:\n{rules}"
    ));
    let account = with(&source).await;
    account.assert_converged(&source).await;
    account.local.forget_requests();
    account.plan(&source).await;
    let lists = sent(&account, "ListRules");
    let own = lists.iter().filter(|input| input["EventBusName"] == "shop-orders").count();
    assert_eq!((own, sent(&account, "DescribeRule").len()), (1, 0), "{lists:?}");
}
