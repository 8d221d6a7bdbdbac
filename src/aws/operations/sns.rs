//! Amazon SNS, API version 2010-03-31: a query service, so its documents are the SDK's types.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_sns::types::Tag;

use super::iam::put;
use crate::aws::wire::Member;
use crate::engine::{Map, Value};

impl Member for Tag {
    fn from_value(value: &Value) -> Option<Tag> {
        Tag::builder().key(value.text_at("Key")?).value(value.text_at("Value")?).build().ok()
    }
}

super::typed_operations! {
    aws_sdk_sns::Client;
    "CreateTopic" create_topic {
        set_name: "Name", set_attributes: "Attributes", set_tags: "Tags",
        set_data_protection_policy: "DataProtectionPolicy",
    } => |output| one("TopicArn", output.topic_arn);
    "GetTopicAttributes" get_topic_attributes {
        set_topic_arn: "TopicArn",
    } => |output| one("Attributes", output.attributes.map(texts));
    "SetTopicAttributes" set_topic_attributes {
        set_topic_arn: "TopicArn", set_attribute_name: "AttributeName", set_attribute_value: "AttributeValue",
    } => |_| Value::map();
    "DeleteTopic" delete_topic { set_topic_arn: "TopicArn" } => |_| Value::map();
    "ListTopics" list_topics { set_next_token: "NextToken" } => |output| {
        let topics = output.topics.unwrap_or_default().into_iter();
        let topics = topics.map(|topic| one("TopicArn", topic.topic_arn)).collect();
        page("Topics", topics, output.next_token)
    };
    "TagResource" tag_resource {
        set_resource_arn: "ResourceArn", set_tags: "Tags",
    } => |_| Value::map();
    "UntagResource" untag_resource {
        set_resource_arn: "ResourceArn", set_tag_keys: "TagKeys",
    } => |_| Value::map();
    "ListTagsForResource" list_tags_for_resource { set_resource_arn: "ResourceArn" } => |output| {
        let tags = output.tags.unwrap_or_default().into_iter();
        page("Tags", tags.map(|tag| crate::value!({ "Key": (tag.key), "Value": (tag.value) })).collect(), None)
    };
    "GetDataProtectionPolicy" get_data_protection_policy {
        set_resource_arn: "ResourceArn",
    } => |output| one("DataProtectionPolicy", output.data_protection_policy);
    "PutDataProtectionPolicy" put_data_protection_policy {
        set_resource_arn: "ResourceArn", set_data_protection_policy: "DataProtectionPolicy",
    } => |_| Value::map();
    "Subscribe" subscribe {
        set_topic_arn: "TopicArn", set_protocol: "Protocol", set_endpoint: "Endpoint",
        set_attributes: "Attributes", set_return_subscription_arn: "ReturnSubscriptionArn",
    } => |output| one("SubscriptionArn", output.subscription_arn);
    "Unsubscribe" unsubscribe { set_subscription_arn: "SubscriptionArn" } => |_| Value::map();
    "GetSubscriptionAttributes" get_subscription_attributes {
        set_subscription_arn: "SubscriptionArn",
    } => |output| one("Attributes", output.attributes.map(texts));
    "SetSubscriptionAttributes" set_subscription_attributes {
        set_subscription_arn: "SubscriptionArn", set_attribute_name: "AttributeName",
        set_attribute_value: "AttributeValue",
    } => |_| Value::map();
    "ListSubscriptionsByTopic" list_subscriptions_by_topic {
        set_topic_arn: "TopicArn", set_next_token: "NextToken",
    } => |output| {
        let all = output.subscriptions.unwrap_or_default().into_iter().map(|subscription| {
            let mut value = Value::map();
            put(&mut value, "SubscriptionArn", subscription.subscription_arn);
            put(&mut value, "Owner", subscription.owner);
            put(&mut value, "Protocol", subscription.protocol);
            put(&mut value, "Endpoint", subscription.endpoint);
            put(&mut value, "TopicArn", subscription.topic_arn);
            value
        });
        page("Subscriptions", all.collect(), output.next_token)
    };
}

/// A document with one member, if it is there.
fn one(name: &str, member: Option<impl Into<Value>>) -> Value {
    let mut value = Value::map();
    put(&mut value, name, member);
    value
}

fn page(items: &str, list: Vec<Value>, token: Option<String>) -> Value {
    let mut value = one(items, Some(Value::List(list)));
    put(&mut value, "NextToken", token);
    value
}

/// In the order of their names, since a hash map has none.
fn texts(map: HashMap<String, String>) -> Map {
    let sorted: BTreeMap<_, _> = map.into_iter().collect();
    sorted.into_iter().map(|(key, value)| (key, value.into())).collect()
}
