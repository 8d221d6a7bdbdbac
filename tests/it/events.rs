//! EventBridge through a whole run: what a plan says of it and what an apply mends.

use gatewayctl::plan::{Action, Options};
use serde_json::json;

use crate::support::account::{Account, Source};

const CONNECTION: &str = r#"
stack: shop
parameters: { key: { from: "env:KEY", secret: true, default: local-only } }
connections: { carrier: { api_key: { name: X-Key, value: "${parameters.key}" } } }
api_destinations: { carrier: { connection: carrier, endpoint: "https://carrier.example.com", method: POST } }
"#;

/// Lets somebody take the authorization of a connection away.
async fn deauthorize(account: &Account, state: &str) {
    let (id, mut connection) = account.documents("events", "connection").remove(0);
    connection["ConnectionState"] = state.into();
    connection["StateReason"] = "the token endpoint says no".into();
    connection["Arn"] = connection["ConnectionArn"].clone();
    account.local.seed("eu-west-1", "events", "connection", &id, connection).expect("an account");
}

// hashicorp/terraform-provider-aws#49061: a connection without its authorization showed as a healthy one.
#[tokio::test]
async fn a_connection_that_lost_its_authorization_is_a_change_that_an_apply_mends() {
    let account = Account::new();
    let source = Source::new(CONNECTION);
    account.apply(&source).await;
    for state in ["DEAUTHORIZED", "FAILED_CONNECTIVITY"] {
        deauthorize(&account, state).await;
        let plan = account.plan(&source).await;
        assert!(!plan.is_empty() && plan.warnings.is_empty(), "{state}");
        let planned = &plan.changes[&"connections.carrier".parse().unwrap()];
        assert_eq!(planned.action, Action::Update);
        let reasons: Vec<String> = planned.reasons.iter().map(ToString::to_string).collect();
        assert_eq!(reasons, [format!("what is live has failed: {state}: the token endpoint says no")]);
        account.local.forget_requests();
        account.apply(&source).await;
        let written = account.local.requests();
        let update =
            written.iter().find(|request| request.operation == "UpdateConnection").expect("an update");
        assert!(
            update.input["AuthParameters"]["ApiKeyAuthParameters"]["ApiKeyValue"].is_string(),
            "the secret goes out again"
        );
        account.assert_converged(&source).await;
        assert_eq!(account.documents("events", "connection")[0].1["ConnectionState"], "AUTHORIZED");
    }
}

// hashicorp/terraform-provider-aws#42385: a customer managed key of a connection cannot be taken away.
#[tokio::test]
async fn a_key_of_a_connection_that_is_dropped_is_refused_before_anything_is_written() {
    let account = Account::new();
    let source = Source::new(CONNECTION);
    let with =
        source.edit("\"${parameters.key}\" }", "\"${parameters.key}\" }, kms_key_identifier: alias/shop");
    account.apply(&with).await;
    account.assert_converged(&with).await;
    let plan = account.plan(&source).await;
    let codes: Vec<&str> = plan.refusals.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["cannot_be_cleared"]);
    assert!(plan.refusals[0].message.contains("KmsKeyIdentifier"), "{}", plan.refusals[0].message);
    let other = with.edit("alias/shop", "alias/other");
    account.apply(&other).await;
    account.assert_converged(&other).await;
}

// An archive holds what cannot be made again: dropping it needs a word.
#[tokio::test]
async fn an_archive_is_protected_and_its_rule_is_in_no_plan() {
    let account = Account::new();
    let source = Source::new("stack: shop\nbuses: { orders: {} }\narchives: { orders: { bus: orders } }\n");
    account.apply(&source).await;
    account.assert_converged(&source).await;
    let without = source.edit("archives: { orders: { bus: orders } }", "");
    let plan = account.plan(&without).await;
    assert_eq!(plan.refusals.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["protected"]);
    assert!(
        !plan.changes.keys().any(|address| address.to_string().starts_with("rules")),
        "{:?}",
        plan.changes
    );
    let allowed =
        Options { allow_destroy: ["archives.orders".parse().unwrap()].into(), ..Options::default() };
    account.apply_with(&without, &allowed).await;
    assert!(account.documents("events", "archive").is_empty());
    assert!(account.documents("events", "rule").is_empty());
}

const RULE: &str = r#"
stack: shop
buses: { orders: {} }
queues: { jobs: {} }
rules:
  created:
    name: created
    bus: orders
    pattern: { source: [shop] }
    targets: { jobs: { queue: jobs } }
"#;

// alphagov/govuk-infrastructure#3920: a rule was to be deleted before its targets were moved.
#[tokio::test]
async fn a_rule_that_is_renamed_is_made_anew_before_the_old_one_goes_without_its_targets() {
    let account = Account::new();
    let source = Source::new(RULE);
    account.apply(&source).await;
    account.local.forget_requests();
    let renamed = source.edit("name: created", "name: made");
    account.apply(&renamed).await;
    account.assert_converged(&renamed).await;
    let sent = account.local.requests();
    let at = |operation: &str| {
        sent.iter()
            .position(|request| request.operation == operation)
            .unwrap_or_else(|| panic!("{operation}"))
    };
    assert!(at("PutRule") < at("PutTargets") && at("PutTargets") < at("RemoveTargets"));
    assert!(at("RemoveTargets") < at("DeleteRule"));
    let rules: Vec<String> = account.documents("events", "rule").into_iter().map(|(id, _)| id).collect();
    assert_eq!(rules, ["shop-orders/made"]);
}

// A direct deployer left a rule behind that PutRule had made and whose targets were refused; and
// hashicorp/terraform-provider-aws#44477: a quota was asked for again and again.
// E19: an unknown key is dropped without a word, and half of a rule stays behind.
#[tokio::test]
async fn a_rule_whose_targets_were_refused_is_finished_by_the_next_run() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let source = Source::new(RULE);
    let broken = Account::at(file.path(), "events:PutTargets=quota*always");
    let (_, outcome) = broken.try_apply(&source, &Options::default()).await;
    assert!(!outcome.is_complete());
    assert_eq!(broken.documents("events", "rule").len(), 1);
    assert!(broken.documents("events", "target").is_empty());
    drop(broken);
    let account = Account::at(file.path(), "");
    account.apply(&source).await;
    account.assert_converged(&source).await;
    assert_eq!(account.documents("events", "target").len(), 1);
}

// Recorded live reads: the ARN of a connection ends in what AWS makes up, so a new one has another.
// C9: a new connection has another ARN, which its destinations take.
#[tokio::test]
async fn a_connection_that_is_made_anew_is_made_first_and_its_destinations_follow() {
    let account = Account::new();
    let source = Source::new(CONNECTION).edit("carrier: { api_key", "carrier: { name: old, api_key");
    account.apply(&source).await;
    let renamed = source.edit("name: old", "name: new");
    account.local.forget_requests();
    account.apply(&renamed).await;
    account.assert_converged(&renamed).await;
    let operations: Vec<String> =
        account.local.requests().into_iter().map(|request| request.operation).collect();
    let at = |operation: &str| operations.iter().position(|sent| sent == operation).expect("a request");
    assert!(at("CreateConnection") < at("UpdateApiDestination"));
    assert!(at("UpdateApiDestination") < at("DeleteConnection"), "{operations:?}");
    let connections = account.documents("events", "connection");
    assert_eq!(connections.len(), 1);
    let destination = &account.documents("events", "api-destination")[0].1;
    assert_eq!(destination["ConnectionArn"], connections[0].1["ConnectionArn"]);
}

const LOGGED: &str = r#"
stack: shop
log_groups: { audit: { name: /aws/events/audit }, other: { name: /aws/events/other } }
rules:
  a: { pattern: { source: [shop] }, targets: { log: { log_group: audit } } }
  b: { pattern: { source: [shop] }, targets: { log: { log_group: audit }, more: { log_group: other } } }
"#;

fn log_policies(account: &Account) -> std::collections::BTreeMap<String, Vec<serde_json::Value>> {
    let all = account.documents("logs", "resource-policy").into_iter();
    all.filter(|(_, policy)| policy["policyScope"] == "RESOURCE")
        .map(|(group, policy)| {
            let text = policy["policyDocument"].as_str().expect("a text");
            let document: serde_json::Value = serde_json::from_str(text).expect("a policy");
            (group, document["Statement"].as_array().expect("statements").clone())
        })
        .collect()
}

// CloudWatch Logs has room for ten policies of the account, so a group's statements stand on its own.
#[tokio::test]
async fn each_log_group_has_a_policy_of_its_own_and_that_of_the_account_is_left_alone() {
    let account = Account::new();
    let theirs = serde_json::json!({
        "policyName": "theirs", "policyScope": "ACCOUNT", "policyDocument": "{\"Statement\":[]}",
    });
    account.local.seed("eu-west-1", "logs", "resource-policy", "theirs", theirs).expect("an account");
    let source = Source::new(LOGGED);
    account.apply(&source).await;
    account.assert_converged(&source).await;
    let policies = log_policies(&account);
    assert_eq!(policies.len(), 2);
    // One for the streams of each group, and one for each rule on each group.
    let statements: Vec<&serde_json::Value> = policies.values().flatten().collect();
    assert_eq!(statements.len(), 2 + 3);
    for statement in statements.iter().filter(|statement| statement["Action"] == "logs:PutLogEvents") {
        assert!(
            statement["Condition"]["ArnEquals"]["aws:SourceArn"]
                .as_str()
                .expect("a rule")
                .contains(":rule/shop-")
        );
        assert_eq!(
            statement["Principal"]["Service"],
            serde_json::json!(["events.amazonaws.com", "delivery.logs.amazonaws.com"])
        );
    }
    for (group, statements) in &policies {
        assert!(statements.iter().all(|one| one["Resource"] == format!("{group}:*")), "{statements:#?}");
    }
    let without = source.edit(", more: { log_group: other }", "");
    account.apply(&without).await;
    account.assert_converged(&without).await;
    assert_eq!(log_policies(&account).values().flatten().count(), 1 + 2);
    account.apply(&Source::new("stack: shop\n")).await;
    assert!(log_policies(&account).is_empty());
    assert_eq!(account.documents("logs", "resource-policy").len(), 1, "theirs stays");
}

// aws-nuke#448, cloud-custodian#10308: a managed rule on a bus of ours stands in no plan and goes with no run.
#[tokio::test]
async fn a_managed_rule_of_somebody_else_is_never_written_on() {
    let account = Account::new();
    let source = Source::new(RULE);
    account.apply(&source).await;
    let managed = serde_json::json!({
        "Name": "Schemas-events", "EventBusName": "shop-orders", "State": "ENABLED", "ManagedBy": "schemas.amazonaws.com",
        "Arn": "arn:aws:events:eu-west-1:123456789012:rule/shop-orders/Schemas-events", "EventPattern": "{\"source\":[\"x\"]}",
    });
    account
        .local
        .seed("eu-west-1", "events", "rule", "shop-orders/Schemas-events", managed)
        .expect("an account");
    account.assert_converged(&source).await;
    let without = source.edit("rules:\n  created:", "x-rules:\n  created:");
    account.apply(&without).await;
    let rules: Vec<String> = account.documents("events", "rule").into_iter().map(|(id, _)| id).collect();
    assert_eq!(rules, ["shop-orders/Schemas-events"]);
}

// The name of an archive is taken whatever its bus: the old one goes before another of its name is made.
#[tokio::test]
async fn an_archive_that_moves_to_another_bus_goes_before_it_is_made_again() {
    let account = Account::new();
    let source = Source::new(
        "stack: shop\nbuses: { orders: {}, other: {} }\narchives: { orders: { bus: orders, protect: false } }\n",
    );
    account.apply(&source).await;
    let moved = source.edit("bus: orders,", "bus: other,");
    account.apply(&moved).await;
    account.assert_converged(&moved).await;
    let rules: Vec<String> = account.documents("events", "rule").into_iter().map(|(id, _)| id).collect();
    assert_eq!(rules, ["shop-other/Events-Archive-shop-orders"]);
}

const PARTNER: &str = "
stack: shop
queues: { jobs: {} }
buses: { crm: { event_source_name: aws.partner/example.com/acme/orders } }
rules:
  orders: { bus: crm, pattern: { source: [{ prefix: aws.partner/example.com }] }, targets: { jobs: { queue: jobs } } }
";

// PE3 (terraform-aws-modules/terraform-aws-eventbridge#184, terraform-aws-modules/terraform-aws-eventbridge#196):
// the bus of a partner was there already, and a create failed. PE4 (serverless/serverless#9707): a rule on such a bus
// could not be deployed.
#[tokio::test]
async fn the_bus_of_a_partner_that_exists_is_adopted_by_word_and_does_not_go_without() {
    const NAME: &str = "aws.partner/example.com/acme/orders";
    let account = Account::new();
    let arn = format!("arn:aws:events:eu-west-1:123456789012:event-bus/{NAME}");
    let source = json!({ "Name": NAME, "CreatedBy": "example.com", "State": "ACTIVE" });
    let bus = json!({ "Name": NAME, "Arn": arn, "_arn": arn });
    account.local.seed("eu-west-1", "events", "event-source", NAME, source).unwrap();
    account.local.seed("eu-west-1", "events", "event-bus", NAME, bus).unwrap();
    let source = Source::new(PARTNER);
    let plan = account.plan(&source).await;
    assert_eq!(plan.refusals.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["unmarked"]);
    let adopt = [("buses.crm".parse().unwrap(), None)].into();
    account.apply_with(&source, &Options { adopt, ..Options::default() }).await;
    account.assert_converged(&source).await;
    let rules = account.documents("events", "rule");
    assert_eq!(rules.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), [format!("{NAME}/shop-orders")]);
    let without = Source::new("stack: shop\nqueues: { jobs: {} }\n");
    let plan = account.plan(&without).await;
    assert_eq!(plan.refusals.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["protected"]);
}

const SOURCES: &str = "
stack: shop
partner_event_sources: { orders: { partner: example.com, tenants: { acme: '111122223333' } } }
";

// What has no place for a mark is owned all the same: by its namespace's record.
#[tokio::test]
async fn a_namespace_of_sources_is_adopted_by_word_and_nobody_elses_is_touched() {
    const NAME: &str = "aws.partner/example.com/shop-orders/acme";
    let account = Account::new();
    let made = json!({ "Name": NAME, "Account": "111122223333", "State": "ACTIVE" });
    let id = format!("{NAME} 111122223333");
    account.local.seed("eu-west-1", "events", "partner-event-source", &id, made).unwrap();
    let source = Source::new(SOURCES);
    let codes = |plan: &gatewayctl::plan::Plan| plan.refusals.iter().map(|one| one.code).collect::<Vec<_>>();
    assert_eq!(codes(&account.plan(&source).await), ["unmarked"]);
    let adopt = [("partner_event_sources.orders".parse().unwrap(), None)].into();
    account.local.forget_requests();
    account.apply_with(&source, &Options { adopt, ..Options::default() }).await;
    account.assert_converged(&source).await;
    let written = account.local.requests();
    assert!(!written.iter().any(|one| one.operation.contains("CreatePartner")), "nothing is made anew");

    // Another stack that names the same namespace, and this one under another address.
    let others = source.edit("stack: shop", "stack: mall").edit("partner: ", "name: shop-orders, partner: ");
    assert_eq!(codes(&account.plan(&others).await), ["foreign"]);
    let moved = source.edit("orders:", "sales:").edit("partner: ", "name: shop-orders, partner: ");
    account.local.forget_requests();
    account.apply(&moved).await;
    account.assert_converged(&moved).await;
    let written: Vec<String> = account.local.requests().into_iter().map(|one| one.operation).collect();
    assert!(
        written.contains(&"PutParameter".to_owned())
            && !written.iter().any(|one| one.contains("eatePartner"))
    );

    // Its declaration goes: it is found by its record, and is protected.
    let without = Source::new("stack: shop\nbuses: { shop: {} }\n");
    assert_eq!(codes(&account.plan(&without).await), ["protected"]);
    let allow_destroy = ["partner_event_sources.sales".parse().unwrap()].into();
    account.apply_with(&without, &Options { allow_destroy, ..Options::default() }).await;
    assert!(account.documents("events", "partner-event-source").is_empty());
    assert!(account.documents("ssm", "parameter").is_empty());
}
