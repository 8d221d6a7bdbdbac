//! What is not ours is never changed or deleted; what is ours is found wherever it stands.

use gatewayctl::engine::Aws;
use gatewayctl::plan::{Action, Options, Plan};
use serde_json::{Value, json};

use crate::gateway::gateway;
use crate::support::account::{Account, Source, is_read, region_of};

const SMALL: &str = "\
stack: shop
buses:
  orders: {}
queues:
  jobs: {}
rules:
  created:
    bus: orders
    pattern: { source: [shop] }
    targets: { jobs: { queue: jobs } }
";

fn action(plan: &Plan, address: &str) -> Action {
    plan.changes[&address.parse().unwrap()].action
}

fn codes(plan: &Plan) -> Vec<&str> {
    plan.refusals.iter().map(|refusal| refusal.code).collect()
}

/// Everything in the account, to compare before and after.
fn everything(account: &Account) -> Vec<(String, Value)> {
    let collections = [
        ("events", "event-bus"),
        ("events", "rule"),
        ("events", "target"),
        ("events", "connection"),
        ("events", "api-destination"),
        ("sqs", "queue"),
        ("iam", "role"),
        ("iam", "role-policy"),
        ("dynamodb", "table"),
        ("lambda", "function"),
        ("lambda", "mapping"),
        ("logs", "log-group"),
        ("pipes", "pipe"),
        ("apigateway", "rest-api"),
    ];
    collections.iter().flat_map(|(service, collection)| account.documents(service, collection)).collect()
}

#[tokio::test]
async fn two_environments_and_two_regions_of_one_account_do_not_see_each_other() {
    let account = Account::new();
    let all = [
        gateway().in_env("alice"),
        gateway().in_env("bob"),
        gateway().in_env("alice").in_region("us-east-1"),
        gateway(),
    ];
    for one in &all {
        account.apply(one).await;
    }
    for one in &all {
        account.assert_converged(one).await;
    }
    let allow_destroy = ["tables.orders".parse().unwrap()].into();
    let destroy = Options { destroy: true, allow_destroy, ..Options::default() };
    account.apply_with(&all[1], &destroy).await;
    for one in [&all[0], &all[2], &all[3]] {
        account.assert_converged(one).await;
    }
}

#[tokio::test]
async fn a_foreign_resource_of_a_wanted_name_is_refused_and_nothing_is_touched() {
    let foreign = [
        (
            "somebody else's mark",
            json!({ "gatewayctl:owner": "other/-/eu-west-1", "gatewayctl:address": "queues.jobs", "gatewayctl:name": "shop-jobs", "gatewayctl:format": "1" }),
            "foreign",
        ),
        (
            "a copied mark",
            json!({ "gatewayctl:owner": "shop/-/eu-west-1", "gatewayctl:address": "queues.jobs", "gatewayctl:name": "shop-other", "gatewayctl:format": "1" }),
            "foreign",
        ),
        (
            "a mark of another kind",
            json!({ "gatewayctl:owner": "shop/-/eu-west-1", "gatewayctl:address": "buses.jobs", "gatewayctl:name": "shop-jobs", "gatewayctl:format": "1" }),
            "foreign",
        ),
        (
            "a newer mark",
            json!({ "gatewayctl:owner": "shop/-/eu-west-1", "gatewayctl:address": "queues.jobs", "gatewayctl:name": "shop-jobs", "gatewayctl:format": "9" }),
            "unreadable_mark",
        ),
        ("CloudFormation's", json!({ "aws:cloudformation:stack-name": "prod" }), "managed"),
        ("nobody's", json!({}), "unmarked"),
    ];
    for (what, tags, code) in foreign {
        let account = Account::new();
        account.apply(&Source::new("stack: shop\nqueues: { jobs: {} }\n")).await;
        // The same queue, with other tags than ours.
        let (id, mut queue) = account.documents("sqs", "queue").remove(0);
        queue["_tags"] = tags;
        account.local.seed("eu-west-1", "sqs", "queue", &id, queue).unwrap();
        let before = everything(&account);
        let plan = account.plan(&Source::new(SMALL)).await;
        assert_eq!(codes(&plan), [code], "{what}");
        assert!(plan.steps.is_empty(), "{what}");
        // And as an orphan it does not exist.
        let plan = account.plan(&Source::new("stack: shop\n")).await;
        assert!(plan.is_empty() && plan.is_allowed(), "{what}: {:?}", plan.changes.keys());
        assert_eq!(everything(&account), before, "{what}");
    }
}

#[tokio::test]
async fn an_unmarked_resource_is_adopted_by_its_address() {
    let account = Account::new();
    account.apply(&Source::new("stack: shop\nqueues: { jobs: {} }\n")).await;
    let (id, mut queue) = account.documents("sqs", "queue").remove(0);
    queue["_tags"] = json!({});
    account.local.seed("eu-west-1", "sqs", "queue", &id, queue).unwrap();
    let adopt = [("queues.jobs".parse().unwrap(), None)].into();
    let options = Options { adopt, ..Options::default() };
    let source = Source::new("stack: shop\nqueues: { jobs: { delay: 5 } }\n");
    let (plan, _) = account.apply_with(&source, &options).await;
    assert_eq!(action(&plan, "queues.jobs"), Action::Update);
    account.assert_converged(&source).await;
}

// E8 (rebuy-de/aws-nuke#448, cloud-custodian/cloud-custodian#10308, ekristen/aws-nuke#434): a managed rule is
// neither ours nor to be deleted.
#[tokio::test]
async fn a_managed_rule_on_our_bus_is_neither_an_orphan_nor_in_the_way() {
    let account = Account::new();
    let source = Source::new(SMALL);
    account.apply(&source).await;
    let (id, rule) = account.documents("events", "rule").remove(0);
    let mut managed = rule.clone();
    let bus = rule["EventBusName"].as_str().unwrap();
    managed["Name"] = json!("Events-Archive-x");
    managed["ManagedBy"] = json!("events.amazonaws.com");
    managed["Arn"] = json!(format!("{}-managed", rule["Arn"].as_str().unwrap()));
    let managed_id = id.replace(rule["Name"].as_str().unwrap(), "Events-Archive-x");
    account.local.seed("eu-west-1", "events", "rule", &managed_id, managed).unwrap();
    account.assert_converged(&source).await;
    assert!(managed_id.contains(bus));
}

#[tokio::test]
async fn a_renamed_key_whose_name_stays_is_a_move_that_changes_nothing_but_the_mark() {
    let account = Account::new();
    let source = Source::new("stack: shop\nqueues: { jobs: { name: work } }\n");
    account.apply(&source).await;
    let moved = source.edit("jobs:", "tasks:");
    account.local.forget_requests();
    let (plan, _) = account.apply(&moved).await;
    let planned = &plan.changes[&"queues.tasks".parse().unwrap()];
    assert_eq!(planned.moved_from, Some("queues.jobs".parse().unwrap()));
    assert!(planned.change.is_same());
    let written: Vec<String> = account
        .local
        .requests()
        .into_iter()
        .map(|request| request.operation)
        .filter(|operation| !is_read(operation))
        .collect();
    assert_eq!(written, ["TagQueue"]);
    account.assert_converged(&moved).await;
}

#[tokio::test]
async fn a_renamed_resource_is_a_replacement_and_a_renamed_key_too() {
    let account = Account::new();
    let source = Source::new("stack: shop\nqueues: { jobs: { name: work } }\n");
    account.apply(&source).await;
    let renamed = source.edit("name: work", "name: labour");
    let (plan, _) = account.apply(&renamed).await;
    assert_eq!(action(&plan, "queues.jobs"), Action::Replace);
    account.assert_converged(&renamed).await;
    assert_eq!(account.documents("sqs", "queue").len(), 1);

    let account = Account::new();
    let source = Source::new("stack: shop\nqueues: { jobs: {} }\n");
    account.apply(&source).await;
    let renamed = source.edit("jobs", "tasks");
    let plan = account.plan(&renamed).await;
    assert_eq!(action(&plan, "queues.jobs"), Action::Delete);
    assert_eq!(action(&plan, "queues.tasks"), Action::Create);
    let notes: Vec<&String> = plan.changes.values().filter_map(|planned| planned.note.as_ref()).collect();
    assert!(notes.iter().any(|note| note.contains("name: shop-jobs")), "{notes:?}");
}

#[tokio::test]
async fn a_replaced_api_hands_its_domain_name_over_and_callers_always_find_one_of_the_two() {
    let account = Account::new();
    let source = Source::new(
        "\
stack: shop
buses: { orders: {} }
apis:
  orders:
    name: one
    routes: { \"POST /a\": { put_event: { bus: orders, source: a, detail_type: b, detail: { c: $.c } } } }
    domain_names: [{ domain_name: \"arn:aws:apigateway:eu-west-1::/domainnames/api.example.com\" }]
",
    );
    account.apply(&source).await;
    account.local.forget_requests();
    let (plan, _) = account.apply(&source.edit("name: one", "name: other")).await;
    assert_eq!(action(&plan, "apis.orders"), Action::Replace);
    let requests = account.local.requests();
    let on_mappings: Vec<&str> = requests
        .iter()
        .map(|request| request.operation.as_str())
        .filter(|operation| operation.ends_with("BasePathMapping") && !is_read(operation))
        .collect();
    assert_eq!(on_mappings, ["UpdateBasePathMapping"]);
    account.assert_converged(&source.edit("name: one", "name: other")).await;
    let apis = account.documents("apigateway", "rest-api");
    let mappings = account.documents("apigateway", "base-path-mapping");
    assert_eq!((apis.len(), mappings.len()), (1, 1));
    assert_eq!(mappings[0].1["restApiId"], apis[0].1["id"]);
}

#[tokio::test]
async fn a_protected_table_survives_the_removal_of_its_declaration() {
    let account = Account::new();
    let source =
        Source::new("stack: shop\ntables: { orders: { partition_key: PK } }\nqueues: { jobs: {} }\n");
    account.apply(&source).await;
    let removed = source.edit("tables: { orders: { partition_key: PK } }\n", "");
    let plan = account.plan(&removed).await;
    assert_eq!(codes(&plan), ["protected"]);
    assert!(plan.refusals[0].help.contains("--allow-destroy tables.orders"), "{}", plan.refusals[0].help);
    let allow_destroy = ["tables.orders".parse().unwrap()].into();
    account.apply_with(&removed, &Options { allow_destroy, ..Options::default() }).await;
    assert_eq!(account.documents("dynamodb", "table").len(), 0);
}

// E15 (aws-cloudformation/cloudformation-coverage-roadmap#2557): statements of others come back, and in other
// spellings.
#[tokio::test]
async fn a_statement_of_others_on_our_queue_is_kept_and_does_not_keep_a_plan_from_being_empty() {
    let account = Account::new();
    let source = Source::new(SMALL);
    account.apply(&source).await;
    let (id, mut queue) = account.documents("sqs", "queue").remove(0);
    let text = queue["Attributes"]["Policy"].as_str().expect("a policy").to_owned();
    let mut policy: Value = serde_json::from_str(&text).unwrap();
    let theirs = json!({ "Sid": "theirs", "Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*" });
    policy["Statement"].as_array_mut().unwrap().push(theirs.clone());
    queue["Attributes"]["Policy"] = json!(policy.to_string());
    account.local.seed("eu-west-1", "sqs", "queue", &id, queue).unwrap();
    account.assert_converged(&source).await;
    // Ours goes with its rule, theirs stays.
    let without = source.edit("targets: { jobs: { queue: jobs } }", "state: disabled");
    account.apply(&without).await;
    let (_, queue) = account.documents("sqs", "queue").remove(0);
    let policy: Value = serde_json::from_str(queue["Attributes"]["Policy"].as_str().unwrap()).unwrap();
    assert_eq!(policy["Statement"], json!([theirs]));
    account.assert_converged(&without).await;
}

/// One resource of each kind that carries a mark, with where it is kept.
const EACH: &[(&str, &str, &str, &str)] = &[
    ("queues.x", "queues: { x: {} }", "sqs", "queue"),
    ("buckets.x", "buckets: { x: {} }", "s3", "bucket"),
    ("buses.x", "buses: { x: {} }", "events", "event-bus"),
    (
        "rules.x",
        "rules: { x: { bus: default, pattern: { source: [a] }, state: disabled } }",
        "events",
        "rule",
    ),
    ("log_groups.x", "log_groups: { x: {} }", "logs", "log-group"),
    ("tables.x", "tables: { x: { partition_key: PK } }", "dynamodb", "table"),
    (
        "roles.x",
        "roles: { x: { trust: { Version: \"2012-10-17\", Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: \"sts:AssumeRole\" }] } } }",
        "iam",
        "role",
    ),
    (
        "apis.x",
        "apis: { x: { routes: { \"POST /a\": { put_event: { bus: default, source: a, detail_type: b, detail: { c: $.c } } } } } }",
        "apigateway",
        "rest-api",
    ),
    (
        "connections.x",
        "connections: { x: { api_key: { name: K, value: \"${parameters.key}\" } } }\nparameters: { key: { from: \"env:KEY\", secret: true, default: x } }",
        "events",
        "connection",
    ),
];

/// The document with another mark in it, wherever it carries one.
fn remarked(document: &Value, from: &str, to: &str) -> Value {
    let text = document.to_string();
    assert!(text.contains(from), "`{from}` is not in {text}");
    serde_json::from_str(&text.replace(from, to)).expect("still JSON")
}

#[tokio::test]
async fn of_no_kind_is_anything_touched_that_carries_another_mark() {
    for (address, declaration, service, collection) in EACH {
        let source = Source::new(&format!("stack: shop\n{declaration}\n"));
        let nothing = Source::new("stack: shop\n");
        for (what, from, to) in [
            ("another owner's", "shop/-/eu-west-1", "shop/prod/eu-west-1"),
            ("another stack's", "shop/-/eu-west-1", "other/-/eu-west-1"),
            ("another kind's", &**address, "usage_plans.x"),
        ] {
            let account = Account::new();
            account.apply(&source).await;
            let all = account.documents(service, collection);
            let (id, document) =
                all.into_iter().find(|(_, one)| one.to_string().contains(address)).expect("ours");
            let mut marked = remarked(&document, from, to);
            marked["Arn"] = document["_arn"].clone();
            account.local.seed(region_of(service), service, collection, &id, marked).unwrap();
            let before = account.documents(service, collection);
            // As an orphan it is nobody's business.
            let plan = account.plan(&nothing).await;
            assert!(
                !plan.changes.values().any(|one| one.kind == address.split('.').next().unwrap()),
                "{address}: {what}"
            );
            // Where its name is wanted, and names are unique, it is refused; an API is made beside it.
            let plan = account.plan(&source).await;
            let planned = &plan.changes[&address.parse().unwrap()];
            match *collection {
                "rest-api" => assert_eq!(planned.action, Action::Create, "{address}: {what}"),
                _ => assert_eq!(codes(&plan), ["foreign"], "{address}: {what}"),
            }
            assert!(!planned.is_destructive());
            assert_eq!(account.documents(service, collection), before, "{address}: {what}");
        }
    }
}

const SUBSCRIBED: &str = "\
stack: shop
queues: { jobs: {} }
topics: { orders: { name: shop-orders, subscriptions: { jobs: { queue: jobs }, ops: { email: ops@example.com } } } }
";

fn subscriptions(account: &Account) -> Vec<(String, String)> {
    let all = account.documents("sns", "subscription").into_iter();
    all.map(|(id, one)| (id, one["Endpoint"].as_str().unwrap().to_owned())).collect()
}

async fn subscribe(account: &Account, protocol: &str, endpoint: &str) {
    let input = gatewayctl::value!({
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:shop-orders",
        "Protocol": protocol,
        "Endpoint": endpoint,
    });
    account.client("eu-west-1").await.call("sns", "Subscribe", input).await.expect("subscribed");
}

#[tokio::test]
async fn subscriptions_move_with_their_topic_and_go_when_they_are_dropped_and_those_of_others_stay() {
    let account = Account::new();
    account.apply(&Source::new(SUBSCRIBED)).await;
    subscribe(&account, "email", "them@example.com").await;
    let before = subscriptions(&account);
    assert_eq!(before.len(), 3);
    // Another key of the same name is the same topic.
    let moved = Source::new(&SUBSCRIBED.replace("topics: { orders:", "topics: { renamed:"));
    account.apply(&moved).await;
    assert_eq!(subscriptions(&account), before);
    account.assert_converged(&moved).await;
    // Dropped, ours alone goes.
    let dropped = Source::new(
        &SUBSCRIBED
            .replace("topics: { orders:", "topics: { renamed:")
            .replace(", ops: { email: ops@example.com }", ""),
    );
    let (plan, _) = account.apply(&dropped).await;
    let gone = &plan.changes[&"topics.renamed/subscription/ops".parse().unwrap()];
    assert_eq!(gone.action, Action::Delete);
    let mut left: Vec<String> = subscriptions(&account).into_iter().map(|(_, endpoint)| endpoint).collect();
    left.sort();
    assert_eq!(left, ["arn:aws:sqs:eu-west-1:123456789012:shop-jobs", "them@example.com"]);
    account.assert_converged(&dropped).await;
}

#[tokio::test]
async fn a_subscription_that_others_have_made_is_refused_and_adopted_by_name() {
    let account = Account::new();
    let bare = "stack: shop\nqueues: { jobs: {} }\ntopics: { orders: { name: shop-orders } }\n";
    account.apply(&Source::new(bare)).await;
    subscribe(&account, "sqs", "arn:aws:sqs:eu-west-1:123456789012:shop-jobs").await;
    let source = Source::new(SUBSCRIBED);
    assert_eq!(codes(&account.plan(&source).await), ["unmarked"]);
    let before = subscriptions(&account);
    let address = "topics.orders/subscription/jobs".parse().unwrap();
    let options = Options { adopt: [(address, None)].into(), ..Options::default() };
    account.apply_with(&source, &options).await;
    assert!(before.iter().all(|one| subscriptions(&account).contains(one)));
    account.assert_converged(&source).await;
}
