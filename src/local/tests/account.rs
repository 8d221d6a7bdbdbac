//! STS, IAM and SQS.

use aws_sdk_sqs::types::QueueAttributeName as Attribute;
use serde_json::json;

use super::*;
use crate::local::http::unescape;

#[tokio::test]
async fn the_caller_is_in_the_account_it_was_opened_with() {
    let identity = sdk!(local(""), aws_sdk_sts).get_caller_identity().send().await.unwrap();
    assert_eq!(identity.account(), Some(ACCOUNT));
}

#[tokio::test]
async fn a_role_comes_back_with_its_documents_encoded() {
    let local = local("");
    let iam = sdk!(local, aws_sdk_iam);
    let tag = aws_sdk_iam::types::Tag::builder().key("a").value("b").build().unwrap();
    iam.create_role()
        .role_name("Pipe")
        .path("/x/")
        .assume_role_policy_document(trust("pipes.amazonaws.com"))
        .tags(tag)
        .send()
        .await
        .unwrap();
    let role = iam.get_role().role_name("Pipe").send().await.unwrap().role().unwrap().clone();
    assert_eq!(role.arn(), format!("arn:aws:iam::{ACCOUNT}:role/x/Pipe"));
    assert_eq!(unescape(role.assume_role_policy_document().unwrap()), trust("pipes.amazonaws.com"));
    assert!(role.assume_role_policy_document().unwrap().starts_with("%7B%22"));
    assert_eq!((role.tags()[0].key(), role.max_session_duration()), ("a", Some(3600)));
    assert_eq!(
        code(iam.create_role().role_name("pipe").assume_role_policy_document(trust("a")).send().await),
        "EntityAlreadyExists",
        "names are unique ignoring case"
    );
}

#[tokio::test]
async fn a_role_with_policies_cannot_be_deleted() {
    let local = local("");
    let iam = sdk!(local, aws_sdk_iam);
    role(&local, "r", "lambda.amazonaws.com").await;
    let policy = json!({"Version": "2012-10-17", "Statement": []}).to_string();
    iam.put_role_policy().role_name("r").policy_name("p").policy_document(&policy).send().await.unwrap();
    iam.attach_role_policy()
        .role_name("r")
        .policy_arn("arn:aws:iam::aws:policy/service-role/Basic")
        .send()
        .await
        .unwrap();
    assert_eq!(code(iam.delete_role().role_name("r").send().await), "DeleteConflict");
    let read = iam.get_role_policy().role_name("r").policy_name("p").send().await.unwrap();
    assert_eq!(unescape(read.policy_document()), policy);
    let attached = iam.list_attached_role_policies().role_name("r").send().await.unwrap();
    assert_eq!(attached.attached_policies()[0].policy_name(), Some("Basic"));
    iam.delete_role_policy().role_name("r").policy_name("p").send().await.unwrap();
    assert_eq!(code(iam.delete_role_policy().role_name("r").policy_name("p").send().await), "NoSuchEntity");
    iam.detach_role_policy()
        .role_name("r")
        .policy_arn("arn:aws:iam::aws:policy/service-role/Basic")
        .send()
        .await
        .unwrap();
    iam.delete_role().role_name("r").send().await.unwrap();
    assert_eq!(code(iam.get_role().role_name("r").send().await), "NoSuchEntity");
}

#[tokio::test]
async fn a_policy_that_names_a_missing_role_is_malformed() {
    let iam = sdk!(local(""), aws_sdk_iam);
    let trust = json!({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": format!("arn:aws:iam::{ACCOUNT}:role/gone")}}});
    assert_eq!(
        code(iam.create_role().role_name("r").assume_role_policy_document(trust.to_string()).send().await),
        "MalformedPolicyDocument"
    );
}

#[tokio::test]
async fn roles_are_listed_by_path_in_pages() {
    let local = local("");
    let iam = sdk!(local, aws_sdk_iam);
    for name in ["a", "b", "c"] {
        iam.create_role()
            .role_name(name)
            .path("/mine/")
            .assume_role_policy_document(trust("x"))
            .send()
            .await
            .unwrap();
    }
    role(&local, "other", "x").await;
    let pages = iam.list_roles().path_prefix("/mine/").max_items(2).into_paginator().items().send();
    let names: Vec<String> = pages
        .collect::<Result<Vec<_>, _>>()
        .await
        .unwrap()
        .iter()
        .map(|role| role.role_name().to_owned())
        .collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[tokio::test]
async fn role_facets_are_changed_one_by_one() {
    let local = local("");
    let iam = sdk!(local, aws_sdk_iam);
    role(&local, "r", "x").await;
    iam.update_role().role_name("r").description("d").max_session_duration(7200).send().await.unwrap();
    iam.update_assume_role_policy().role_name("r").policy_document(trust("y")).send().await.unwrap();
    iam.put_role_permissions_boundary()
        .role_name("r")
        .permissions_boundary("arn:aws:iam::aws:policy/B")
        .send()
        .await
        .unwrap();
    let role = iam.get_role().role_name("r").send().await.unwrap().role().unwrap().clone();
    assert_eq!((role.description(), role.max_session_duration()), (Some("d"), Some(7200)));
    assert_eq!(unescape(role.assume_role_policy_document().unwrap()), trust("y"));
    assert_eq!(
        role.permissions_boundary().unwrap().permissions_boundary_arn(),
        Some("arn:aws:iam::aws:policy/B")
    );
    iam.delete_role_permissions_boundary().role_name("r").send().await.unwrap();
    assert!(
        iam.get_role().role_name("r").send().await.unwrap().role().unwrap().permissions_boundary().is_none()
    );
    iam.tag_role()
        .role_name("r")
        .tags(aws_sdk_iam::types::Tag::builder().key("k").value("v").build().unwrap())
        .send()
        .await
        .unwrap();
    iam.untag_role().role_name("r").tag_keys("k").send().await.unwrap();
    assert!(iam.list_role_tags().role_name("r").send().await.unwrap().tags().is_empty());
}

#[tokio::test]
async fn a_queue_shows_its_defaults_and_its_redrive_count_as_a_number() {
    let sqs = sdk!(local(""), aws_sdk_sqs);
    let dead = sqs.create_queue().queue_name("dead").send().await.unwrap();
    assert_eq!(dead.queue_url(), Some(format!("https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/dead").as_str()));
    let redrive = json!({"deadLetterTargetArn": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:dead"), "maxReceiveCount": "3"}).to_string();
    let made = sqs
        .create_queue()
        .queue_name("q")
        .attributes(Attribute::RedrivePolicy, &redrive)
        .attributes(Attribute::DelaySeconds, "5")
        .tags("a", "b")
        .send()
        .await
        .unwrap();
    let url = made.queue_url().unwrap();
    let all = sqs.get_queue_attributes().queue_url(url).attribute_names(Attribute::All).send().await.unwrap();
    let value = |name: Attribute| all.attributes().unwrap()[&name].as_str();
    assert_eq!(
        (
            value(Attribute::DelaySeconds),
            value(Attribute::VisibilityTimeout),
            value(Attribute::SqsManagedSseEnabled)
        ),
        ("5", "30", "true")
    );
    assert!(value(Attribute::RedrivePolicy).ends_with("\"maxReceiveCount\":3}"));
    assert_eq!(sqs.list_queue_tags().queue_url(url).send().await.unwrap().tags().unwrap()["a"], "b");
}

#[tokio::test]
async fn a_queue_is_made_again_only_if_it_is_equal() {
    let sqs = sdk!(local(""), aws_sdk_sqs);
    let make =
        |delay: &str| sqs.create_queue().queue_name("q").attributes(Attribute::DelaySeconds, delay).send();
    let first = make("5").await.unwrap();
    assert_eq!(make("5").await.unwrap().queue_url(), first.queue_url());
    assert!(make("6").await.unwrap_err().as_service_error().unwrap().is_queue_name_exists());
    let url = first.queue_url().unwrap();
    sqs.set_queue_attributes()
        .queue_url(url)
        .attributes(Attribute::Policy, "{\"Statement\":[]}")
        .send()
        .await
        .unwrap();
    sqs.set_queue_attributes().queue_url(url).attributes(Attribute::Policy, "").send().await.unwrap();
    assert_eq!(
        sqs.get_queue_attributes()
            .queue_url(url)
            .attribute_names(Attribute::Policy)
            .send()
            .await
            .unwrap()
            .attributes(),
        None
    );
    assert_eq!(sqs.list_queues().queue_name_prefix("q").send().await.unwrap().queue_urls(), [url]);
    sqs.delete_queue().queue_url(url).send().await.unwrap();
    let gone = sqs.get_queue_url().queue_name("q").send().await;
    assert!(gone.as_ref().unwrap_err().as_service_error().unwrap().is_queue_does_not_exist());
}
