//! The embedded account through the SDK's own clients.

mod account;
mod apis;
mod events;
mod faults;
mod functions;
mod pipes;
mod stores;
mod tables;

use std::sync::Arc;

use serde_json::{Value, json};

use super::http::{Request, Response};
use super::{Local, LocalOptions, fault};

pub const ACCOUNT: &str = "123456789012";
pub const REGION: &str = "eu-central-1";

/// An account in memory with these fault rules, recording its requests.
pub fn local(faults: &str) -> Arc<Local> {
    let faults = fault::parse(faults).unwrap();
    Local::open(LocalOptions { faults, record: true, ..LocalOptions::new(ACCOUNT) }).unwrap()
}

/// `sdk!(local, aws_sdk_sqs)`: the service's client on the account, without retries.
macro_rules! sdk {
    ($local:expr, $crate_name:ident) => {
        $crate_name::Client::from_conf(
            $crate_name::Config::builder()
                .behavior_version($crate_name::config::BehaviorVersion::latest())
                .region($crate_name::config::Region::new($crate::local::tests::REGION))
                .credentials_provider($crate_name::config::Credentials::new(
                    "AKIDLOCAL",
                    "secret",
                    None,
                    None,
                    "local",
                ))
                .retry_config($crate_name::config::retry::RetryConfig::disabled())
                .http_client($local.http_client())
                .build(),
        )
    };
}
pub(crate) use sdk;

/// The code of a failed call.
pub fn code<
    T: std::fmt::Debug,
    E: aws_smithy_types::error::metadata::ProvideErrorMetadata + std::fmt::Debug,
    R: std::fmt::Debug,
>(
    outcome: Result<T, aws_smithy_runtime_api::client::result::SdkError<E, R>>,
) -> String {
    let error = outcome.unwrap_err();
    error.as_service_error().and_then(|error| error.code()).unwrap_or_else(|| panic!("{error:?}")).to_owned()
}

/// One awsJson call without an SDK.
pub fn post(local: &Local, service: &str, target: &str, body: Value) -> (u16, Value) {
    let request = Request {
        method: "POST".into(),
        uri: format!("https://{service}.{REGION}.amazonaws.com/"),
        headers: vec![("x-amz-target".into(), target.into())],
        body: body.to_string().into_bytes(),
    };
    let Response { status, body, .. } = local.handle(&request).unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_else(|_| json!(String::from_utf8_lossy(&body))))
}

pub fn trust(service: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}]}).to_string()
}

/// Makes a role that `service` may assume and gives its ARN.
pub async fn role(local: &Arc<Local>, name: &str, service: &str) -> String {
    let made = sdk!(local, aws_sdk_iam)
        .create_role()
        .role_name(name)
        .assume_role_policy_document(trust(service))
        .send()
        .await
        .unwrap();
    made.role().unwrap().arn().to_owned()
}

#[test]
fn what_the_account_does_not_have_says_so() {
    let local = local("");
    let (status, body) = post(&local, "events", "AWSEvents.StartReplay", json!({}));
    assert_eq!((status, body["__type"].as_str()), (400, Some("UnknownOperationException")));
    assert!(body["message"].as_str().unwrap().contains("events:StartReplay"));
    let (_, body) = post(&local, "firehose", "Firehose_20150804.CreateStream", json!({}));
    assert!(body["message"].as_str().unwrap().contains("no service `firehose`"));
}

#[test]
fn a_member_the_api_does_not_have_is_refused_by_name() {
    let (status, body) =
        post(&local(""), "events", "AWSEvents.PutRule", json!({"Name": "r", "EventPatern": "{}"}));
    assert_eq!((status, body["__type"].as_str()), (400, Some("ValidationException")));
    assert!(body["message"].as_str().unwrap().contains("'EventPatern'"), "{body}");
}
