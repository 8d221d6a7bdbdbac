//! Amazon S3, API version 2006-03-01, as far as buckets go: XML, so its documents are the SDK's types.

use aws_sdk_s3::types::{
    BucketLocationConstraint, CreateBucketConfiguration, Event, EventBridgeConfiguration, FilterRule,
    FilterRuleName, LambdaFunctionConfiguration, NotificationConfiguration, NotificationConfigurationFilter,
    QueueConfiguration, S3KeyFilter, Tag, Tagging, TopicConfiguration,
};

use super::iam::put;
use crate::aws::wire::Member;
use crate::engine::Value;
use crate::value;

super::typed_operations! {
    aws_sdk_s3::Client;
    "CreateBucket" create_bucket {
        set_bucket: "Bucket", set_create_bucket_configuration: "CreateBucketConfiguration",
    } => |_| Value::map();
    "DeleteBucket" delete_bucket {
        set_bucket: "Bucket", set_expected_bucket_owner: "ExpectedBucketOwner",
    } => |_| Value::map();
    "ListBuckets" list_buckets {
        set_max_buckets: "MaxBuckets", set_continuation_token: "ContinuationToken",
        set_bucket_region: "BucketRegion",
    } => |output| {
        let named = |bucket: aws_sdk_s3::types::Bucket| value!({ "Name": (bucket.name.unwrap_or_default()) });
        let buckets: Vec<Value> = output.buckets.unwrap_or_default().into_iter().map(named).collect();
        let mut value = value!({ "Buckets": buckets });
        put(&mut value, "ContinuationToken", output.continuation_token);
        value
    };
    "GetBucketLocation" get_bucket_location {
        set_bucket: "Bucket", set_expected_bucket_owner: "ExpectedBucketOwner",
    } => |output| {
        let region = output.location_constraint.map(|region| region.as_str().to_owned());
        value!({ "LocationConstraint": (region.unwrap_or_default()) })
    };
    "GetBucketTagging" get_bucket_tagging {
        set_bucket: "Bucket", set_expected_bucket_owner: "ExpectedBucketOwner",
    } => |output| {
        let tags = output.tag_set.into_iter();
        let tags: Vec<Value> = tags.map(|tag| value!({ "Key": (tag.key), "Value": (tag.value) })).collect();
        value!({ "TagSet": tags })
    };
    "PutBucketTagging" put_bucket_tagging {
        set_bucket: "Bucket", set_tagging: "Tagging", set_expected_bucket_owner: "ExpectedBucketOwner",
    } => |_| Value::map();
    "GetBucketNotificationConfiguration" get_bucket_notification_configuration {
        set_bucket: "Bucket", set_expected_bucket_owner: "ExpectedBucketOwner",
    } => |output| {
        let mut value = Value::map();
        put(&mut value, "TopicConfigurations", output.topic_configurations.map(topics));
        put(&mut value, "QueueConfigurations", output.queue_configurations.map(queues));
        put(&mut value, "LambdaFunctionConfigurations", output.lambda_function_configurations.map(functions));
        put(&mut value, "EventBridgeConfiguration", output.event_bridge_configuration.map(|_| Value::map()));
        value
    };
    "PutBucketNotificationConfiguration" put_bucket_notification_configuration {
        set_bucket: "Bucket", set_notification_configuration: "NotificationConfiguration",
        set_expected_bucket_owner: "ExpectedBucketOwner",
        set_skip_destination_validation: "SkipDestinationValidation",
    } => |_| Value::map();
}

/// A member of a value as the SDK's type, if it is there; nothing at all if it is of another type.
fn member<T: Member>(value: &Value, name: &str) -> Option<Option<T>> {
    match value.get(name) {
        Some(value) => T::from_value(value).map(Some),
        None => Some(None),
    }
}

impl Member for Tag {
    fn from_value(value: &Value) -> Option<Tag> {
        Tag::builder().key(value.text_at("Key")?).value(value.text_at("Value")?).build().ok()
    }
}

impl Member for Tagging {
    fn from_value(value: &Value) -> Option<Tagging> {
        Tagging::builder().set_tag_set(member(value, "TagSet")?).build().ok()
    }
}

impl Member for CreateBucketConfiguration {
    fn from_value(value: &Value) -> Option<CreateBucketConfiguration> {
        let region = value.text_at("LocationConstraint").map(BucketLocationConstraint::from);
        let builder = CreateBucketConfiguration::builder().set_location_constraint(region);
        Some(builder.set_tags(member(value, "Tags")?).build())
    }
}

impl Member for Event {
    fn from_value(value: &Value) -> Option<Event> {
        value.as_str().map(Event::from)
    }
}

impl Member for FilterRule {
    fn from_value(value: &Value) -> Option<FilterRule> {
        let name = value.text_at("Name").map(FilterRuleName::from);
        Some(FilterRule::builder().set_name(name).set_value(member(value, "Value")?).build())
    }
}

impl Member for NotificationConfigurationFilter {
    fn from_value(value: &Value) -> Option<NotificationConfigurationFilter> {
        let rules = value.at("Key.FilterRules").map(Vec::<FilterRule>::from_value);
        let key = S3KeyFilter::builder().set_filter_rules(rules.unwrap_or(Some(Vec::new()))).build();
        Some(NotificationConfigurationFilter::builder().key(key).build())
    }
}

impl Member for NotificationConfiguration {
    fn from_value(value: &Value) -> Option<NotificationConfiguration> {
        let events =
            value.get("EventBridgeConfiguration").map(|_| EventBridgeConfiguration::builder().build());
        let builder = NotificationConfiguration::builder()
            .set_topic_configurations(member(value, "TopicConfigurations")?)
            .set_queue_configurations(member(value, "QueueConfigurations")?)
            .set_lambda_function_configurations(member(value, "LambdaFunctionConfigurations")?);
        Some(builder.set_event_bridge_configuration(events).build())
    }
}

/// What S3 tells somebody of: from the SDK's type and to it.
macro_rules! destinations {
    ($( $many:ident $ty:ident $arn:ident $set_arn:ident $name:literal; )*) => { $(
        fn $many(all: Vec<$ty>) -> Value {
            all.into_iter()
                .map(|one| {
                    let events = one.events.iter().map(|event| event.as_str().into()).collect::<Vec<Value>>();
                    let mut value = value!({ $name: (one.$arn), "Events": events });
                    put(&mut value, "Id", one.id);
                    put(&mut value, "Filter", one.filter.map(filter));
                    value
                })
                .collect::<Vec<_>>()
                .into()
        }

        impl Member for $ty {
            fn from_value(value: &Value) -> Option<$ty> {
                $ty::builder()
                    .set_id(member(value, "Id")?)
                    .$set_arn(member(value, $name)?)
                    .set_events(member(value, "Events")?)
                    .set_filter(member(value, "Filter")?)
                    .build()
                    .ok()
            }
        }
    )* };
}

destinations! {
    topics TopicConfiguration topic_arn set_topic_arn "TopicArn";
    queues QueueConfiguration queue_arn set_queue_arn "QueueArn";
    functions LambdaFunctionConfiguration lambda_function_arn set_lambda_function_arn "LambdaFunctionArn";
}

fn filter(filter: NotificationConfigurationFilter) -> Value {
    let rules = filter.key.and_then(|key| key.filter_rules).unwrap_or_default().into_iter();
    let rules: Vec<Value> = rules
        .map(|rule| {
            let mut value = Value::map();
            put(&mut value, "Name", rule.name.map(|name| name.as_str().to_owned()));
            put(&mut value, "Value", rule.value);
            value
        })
        .collect();
    value!({ "Key": { "FilterRules": rules } })
}
