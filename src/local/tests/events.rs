//! EventBridge.

use aws_sdk_eventbridge::types::{
    self as model, ApiDestinationHttpMethod, ConnectionAuthorizationType, RuleState,
};
use serde_json::json;

use super::*;

const PATTERN: &str = "{\"source\":[\"b\",\"a\"]}";

#[tokio::test]
async fn a_bus_shows_logging_only_after_its_first_update() {
    let events = sdk!(local(""), aws_sdk_eventbridge);
    events.create_event_bus().name("orders").description("d").send().await.unwrap();
    assert!(events.describe_event_bus().name("orders").send().await.unwrap().log_config().is_none());
    events.update_event_bus().name("orders").description("").send().await.unwrap();
    let bus = events.describe_event_bus().name("orders").send().await.unwrap();
    assert_eq!((bus.description(), bus.log_config().unwrap().level().unwrap().as_str()), (None, "OFF"));
    let names: Vec<_> = events
        .list_event_buses()
        .send()
        .await
        .unwrap()
        .event_buses()
        .iter()
        .map(|bus| bus.name().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["default", "orders"]);
    assert_eq!(code(events.create_event_bus().name("orders").send().await), "ResourceAlreadyExistsException");
}

#[tokio::test]
async fn a_rule_is_replaced_whole_and_keeps_its_tags() {
    let local = local("");
    let events = sdk!(local, aws_sdk_eventbridge);
    events.create_event_bus().name("orders").send().await.unwrap();
    let tag = |value: &str| model::Tag::builder().key("k").value(value).build().unwrap();
    let arn = events
        .put_rule()
        .name("r")
        .event_bus_name("orders")
        .event_pattern(PATTERN)
        .description("d")
        .state(RuleState::Disabled)
        .tags(tag("1"))
        .send()
        .await
        .unwrap();
    assert_eq!(arn.rule_arn(), Some(format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/orders/r").as_str()));
    events
        .put_rule()
        .name("r")
        .event_bus_name(format!("arn:aws:events:{REGION}:{ACCOUNT}:event-bus/orders"))
        .event_pattern(PATTERN)
        .tags(tag("2"))
        .send()
        .await
        .unwrap();
    let rule = events.describe_rule().name("r").event_bus_name("orders").send().await.unwrap();
    assert_eq!(
        (rule.description(), rule.state(), rule.event_pattern()),
        (None, Some(&RuleState::Enabled), Some(PATTERN))
    );
    let tags = events.list_tags_for_resource().resource_arn(arn.rule_arn().unwrap()).send().await.unwrap();
    assert_eq!(tags.tags()[0].value(), "1");
    assert_eq!(
        code(events.describe_rule().name("r").send().await),
        "ResourceNotFoundException",
        "not on the default bus"
    );
}

#[tokio::test]
async fn rules_go_before_buses_and_targets_before_rules() {
    let events = sdk!(local(""), aws_sdk_eventbridge);
    events.create_event_bus().name("orders").send().await.unwrap();
    events.put_rule().name("r").event_bus_name("orders").event_pattern(PATTERN).send().await.unwrap();
    let target = model::Target::builder()
        .id("1")
        .arn("arn:aws:sqs:eu-central-1:123456789012:q")
        .input_path("$.detail")
        .build()
        .unwrap();
    let put = events.put_targets().rule("r").event_bus_name("orders").targets(target).send().await.unwrap();
    assert_eq!(put.failed_entry_count(), 0);
    assert_eq!(
        code(events.delete_rule().name("r").event_bus_name("orders").send().await),
        "ValidationException"
    );
    assert_eq!(code(events.delete_event_bus().name("orders").send().await), "ValidationException");
    let removed =
        events.remove_targets().rule("r").event_bus_name("orders").ids("1").ids("2").send().await.unwrap();
    assert_eq!((removed.failed_entry_count(), removed.failed_entries()[0].target_id()), (1, Some("2")));
    events.delete_rule().name("r").event_bus_name("orders").send().await.unwrap();
    events.delete_rule().name("r").event_bus_name("orders").send().await.unwrap();
    events.delete_event_bus().name("orders").send().await.unwrap();
}

#[tokio::test]
async fn a_target_that_is_refused_does_not_fail_the_call() {
    let events = sdk!(local(""), aws_sdk_eventbridge);
    events.put_rule().name("r").event_pattern(PATTERN).send().await.unwrap();
    let target = |id: &str, arn: &str| model::Target::builder().id(id).arn(arn).build().unwrap();
    let put = events
        .put_targets()
        .rule("r")
        .targets(target("ok", "arn:aws:lambda:eu-central-1:123456789012:function:f"))
        .targets(target("no", "arn:aws:states:eu-central-1:123456789012:stateMachine:m"))
        .send()
        .await
        .unwrap();
    assert_eq!((put.failed_entry_count(), put.failed_entries()[0].target_id()), (1, Some("no")));
    assert_eq!(events.list_targets_by_rule().rule("r").send().await.unwrap().targets().len(), 1);
}

#[tokio::test]
async fn a_managed_rule_is_not_touched() {
    let local = local("");
    let rule = json!({"Name": "m", "EventBusName": "default", "ManagedBy": "pipes.amazonaws.com", "Arn": "arn:m", "State": "ENABLED"});
    local.seed(REGION, "events", "rule", "default/m", rule).unwrap();
    let events = sdk!(local, aws_sdk_eventbridge);
    assert_eq!(code(events.put_rule().name("m").event_pattern(PATTERN).send().await), "ManagedRuleException");
    assert_eq!(code(events.delete_rule().name("m").send().await), "ManagedRuleException");
    assert_eq!(
        events.list_rules().send().await.unwrap().rules()[0].managed_by(),
        Some("pipes.amazonaws.com")
    );
}

#[tokio::test]
async fn a_bus_policy_comes_back_respelt_and_is_edited_by_statement() {
    let events = sdk!(local(""), aws_sdk_eventbridge);
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Sid": "a", "Effect": "Allow", "Principal": {"AWS": ["111122223333"]}, "Action": ["events:PutEvents"], "Resource": "x"}]});
    events.put_permission().policy(policy.to_string()).send().await.unwrap();
    events.put_permission().statement_id("b").principal("*").action("events:PutEvents").send().await.unwrap();
    let read: Value =
        serde_json::from_str(events.describe_event_bus().send().await.unwrap().policy().unwrap()).unwrap();
    assert_eq!(read["Statement"][0]["Principal"]["AWS"], "arn:aws:iam::111122223333:root");
    assert_eq!(
        (&read["Statement"][0]["Action"], &read["Statement"][1]["Principal"]),
        (&json!("events:PutEvents"), &json!("*"))
    );
    events.remove_permission().statement_id("a").send().await.unwrap();
    assert_eq!(code(events.remove_permission().statement_id("a").send().await), "ResourceNotFoundException");
    events.remove_permission().remove_all_permissions(true).send().await.unwrap();
    assert_eq!(events.describe_event_bus().send().await.unwrap().policy(), None);
}

#[tokio::test]
async fn a_connection_is_authorized_after_a_while_and_keeps_no_secret() {
    let local = local("");
    let events = sdk!(local, aws_sdk_eventbridge);
    // The typed client cannot say `IsValueSecret: false`: it leaves a false out, which means true.
    let headers = json!([{"Key": "x-open", "Value": "seen", "IsValueSecret": false}, {"Key": "x-key", "Value": "hidden-header"}]);
    let auth = json!({"BasicAuthParameters": {"Username": "u", "Password": "pass-word-1"}, "InvocationHttpParameters": {"HeaderParameters": headers}});
    let made = post(
        &local,
        "events",
        "AWSEvents.CreateConnection",
        json!({"Name": "c", "AuthorizationType": "BASIC", "AuthParameters": auth}),
    );
    assert_eq!((made.0, &made.1["ConnectionState"]), (200, &json!("AUTHORIZING")));
    let states: Vec<String> = [
        events.describe_connection().name("c").send().await.unwrap(),
        events.describe_connection().name("c").send().await.unwrap(),
    ]
    .iter()
    .map(|read| read.connection_state().unwrap().to_string())
    .collect();
    assert_eq!(states, ["AUTHORIZING", "AUTHORIZED"]);
    let read = events.describe_connection().name("c").send().await.unwrap();
    let headers = read.auth_parameters().unwrap().invocation_http_parameters().unwrap().header_parameters();
    assert_eq!(
        (headers[0].value(), headers[1].value(), headers[1].is_value_secret()),
        (Some("seen"), None, true)
    );
    assert!(read.secret_arn().unwrap().contains(":secret:events!connection/c/"));
    for (secret, arrived) in
        [("pass-word-1", true), ("hidden-header", true), ("seen", false), ("other", false)]
    {
        assert_eq!(local.secret_arrived(REGION, "c", secret).unwrap(), arrived, "{secret}");
    }
    let update = model::UpdateConnectionAuthRequestParameters::builder()
        .basic_auth_parameters(
            model::UpdateConnectionBasicAuthRequestParameters::builder().password("pass-word-2").build(),
        )
        .build();
    events.update_connection().name("c").auth_parameters(update).send().await.unwrap();
    assert!(
        local.secret_arrived(REGION, "c", "pass-word-2").unwrap()
            && !local.secret_arrived(REGION, "c", "pass-word-1").unwrap()
    );
    assert!(local.secret_arrived(REGION, "c", "hidden-header").unwrap());
    let kept =
        format!("{:?} {:?}", local.documents(REGION, "events", "connection").unwrap(), local.requests());
    assert!(!kept.contains("pass-word") && !kept.contains("hidden-header"), "{kept}");
}

#[tokio::test]
async fn an_api_destination_needs_its_connection_and_gets_a_rate() {
    let events = sdk!(local(""), aws_sdk_eventbridge);
    let make = |connection: &str| {
        events
            .create_api_destination()
            .name("d")
            .connection_arn(connection)
            .invocation_endpoint("https://e")
            .http_method(ApiDestinationHttpMethod::Post)
            .send()
    };
    assert_eq!(
        code(make(&format!("arn:aws:events:{REGION}:{ACCOUNT}:connection/c/0")).await),
        "ResourceNotFoundException"
    );
    let key = model::CreateConnectionApiKeyAuthRequestParameters::builder()
        .api_key_name("k")
        .api_key_value("v")
        .build()
        .unwrap();
    let auth = model::CreateConnectionAuthRequestParameters::builder().api_key_auth_parameters(key).build();
    let made = events
        .create_connection()
        .name("c")
        .authorization_type(ConnectionAuthorizationType::ApiKey)
        .auth_parameters(auth)
        .send()
        .await
        .unwrap();
    let first = make(made.connection_arn().unwrap()).await.unwrap().api_destination_arn().unwrap().to_owned();
    assert_eq!(
        events.describe_api_destination().name("d").send().await.unwrap().invocation_rate_limit_per_second(),
        Some(300)
    );
    events.update_api_destination().name("d").invocation_rate_limit_per_second(20).send().await.unwrap();
    let read = events.describe_api_destination().name("d").send().await.unwrap();
    assert_eq!(
        (read.invocation_rate_limit_per_second(), read.invocation_endpoint()),
        (Some(20), Some("https://e"))
    );
    events.delete_api_destination().name("d").send().await.unwrap();
    assert_ne!(
        make(made.connection_arn().unwrap()).await.unwrap().api_destination_arn(),
        Some(first.as_str()),
        "a new one has a new ARN"
    );
    events.delete_connection().name("c").send().await.unwrap();
    assert_eq!(
        events.describe_connection().name("c").send().await.unwrap().connection_state().unwrap().as_str(),
        "DELETING"
    );
    assert_eq!(code(events.describe_connection().name("c").send().await), "ResourceNotFoundException");
}
