//! The client against the embedded account, with faults.

use crate::aws::{Client, Embedded, Options};
use crate::engine::{Aws, Class};
use crate::local::{Local, LocalOptions, fault};
use crate::value;

async fn client(faults: &str) -> Client {
    let options = LocalOptions { faults: fault::parse(faults).unwrap(), ..LocalOptions::new("123456789012") };
    let http_client = Local::open(options).unwrap().http_client();
    let options = Options {
        region: Some("eu-west-1".into()),
        embedded: Some(Embedded { http_client, name: "in memory".into() }),
        time_scale: 0.001,
        ..Options::default()
    };
    Client::connect(options).await.unwrap()
}

#[tokio::test]
async fn the_embedded_account_answers_in_each_protocol() {
    let aws = client("").await;
    assert_eq!(aws.place().account, "123456789012");
    assert_eq!(aws.endpoint(), "embedded account in memory");
    let queue = aws.call("sqs", "CreateQueue", value!({ "QueueName": "q" })).await.unwrap();
    assert!(queue.text_at("QueueUrl").unwrap().ends_with("/123456789012/q"), "{queue:?}");
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"events.amazonaws.com"}}]}"#;
    let role = value!({
        "RoleName": "r", "Path": "/x/", "AssumeRolePolicyDocument": trust,
        "Tags": [{ "Key": "a", "Value": "b c" }]
    });
    aws.call("iam", "CreateRole", role).await.unwrap();
    let role = aws.call("iam", "GetRole", value!({ "RoleName": "r" })).await.unwrap();
    assert_eq!(role.text_at("Role.Arn"), Some("arn:aws:iam::123456789012:role/x/r"));
    let read: serde_json::Value =
        serde_json::from_str(role.text_at("Role.AssumeRolePolicyDocument").unwrap()).unwrap();
    assert_eq!(read, serde_json::from_str::<serde_json::Value>(trust).unwrap());
}

#[tokio::test]
async fn every_call_of_dynamodb_reaches_the_service_although_the_sdk_never_sees_its_document() {
    let aws = client("").await;
    let table = value!({ "TableName": "t" });
    let tagged = value!({ "ResourceArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/t" });
    for (input, operations) in [
        (
            table,
            &[
                "CreateTable",
                "DescribeTable",
                "UpdateTable",
                "DeleteTable",
                "DescribeTimeToLive",
                "UpdateTimeToLive",
                "DescribeContinuousBackups",
                "UpdateContinuousBackups",
            ][..],
        ),
        (tagged, &["TagResource", "UntagResource", "ListTagsOfResource"]),
    ] {
        for operation in operations {
            let error = aws.call("dynamodb", operation, input.clone()).await.unwrap_err();
            assert!(error.status.is_some(), "{error}");
        }
    }
}

#[tokio::test]
async fn faults_are_survived_and_told_apart() {
    let aws =
        client("events:CreateEventBus=throttle*2; events:CreateEventBus#3=500; events:DescribeEventBus=lost")
            .await;
    aws.call("events", "CreateEventBus", value!({ "Name": "b" })).await.unwrap();
    aws.call("events", "DescribeEventBus", value!({ "Name": "b" })).await.unwrap();
    let aws = client("events:CreateEventBus=answer-lost").await;
    let error = aws.call("events", "CreateEventBus", value!({ "Name": "b" })).await.unwrap_err();
    assert_eq!((error.class, error.code.as_str()), (Class::Ambiguous, "ResourceAlreadyExistsException"));
    let aws = client("events:CreateEventBus=quota").await;
    let error = aws.call("events", "CreateEventBus", value!({ "Name": "b" })).await.unwrap_err();
    assert_eq!((error.class, aws.calls()[&("events", "CreateEventBus")].attempts), (Class::Quota, 1));
}
