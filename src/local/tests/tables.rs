//! DynamoDB.

use aws_sdk_dynamodb::types::{
    self as model, BillingMode, KeyType, ProjectionType, ScalarAttributeType, StreamViewType, TableStatus,
};

use super::*;

fn key(name: &str) -> model::KeySchemaElement {
    model::KeySchemaElement::builder().attribute_name(name).key_type(KeyType::Hash).build().unwrap()
}

fn attribute(name: &str) -> model::AttributeDefinition {
    model::AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(ScalarAttributeType::S)
        .build()
        .unwrap()
}

fn projection() -> model::Projection {
    model::Projection::builder()
        .projection_type(ProjectionType::Include)
        .non_key_attributes("x")
        .non_key_attributes("y")
        .build()
}

fn index(name: &str) -> model::GlobalSecondaryIndex {
    model::GlobalSecondaryIndex::builder()
        .index_name(format!("by-{name}"))
        .key_schema(key(name))
        .projection(projection())
        .build()
        .unwrap()
}

fn added(name: &str) -> model::GlobalSecondaryIndexUpdate {
    let create = model::CreateGlobalSecondaryIndexAction::builder()
        .index_name(format!("by-{name}"))
        .key_schema(key(name))
        .projection(projection());
    model::GlobalSecondaryIndexUpdate::builder().create(create.build().unwrap()).build()
}

fn removed(name: &str) -> model::GlobalSecondaryIndexUpdate {
    let delete =
        model::DeleteGlobalSecondaryIndexAction::builder().index_name(format!("by-{name}")).build().unwrap();
    model::GlobalSecondaryIndexUpdate::builder().delete(delete).build()
}

fn stream(view: Option<StreamViewType>) -> model::StreamSpecification {
    model::StreamSpecification::builder()
        .stream_enabled(view.is_some())
        .set_stream_view_type(view)
        .build()
        .unwrap()
}

async fn active(client: &aws_sdk_dynamodb::Client) -> model::TableDescription {
    for _ in 0..3 {
        let table = client.describe_table().table_name("t").send().await.unwrap().table().unwrap().clone();
        if table.table_status() == Some(&TableStatus::Active) {
            return table;
        }
    }
    panic!("still passing");
}

async fn on_demand(client: &aws_sdk_dynamodb::Client) {
    let make = client
        .create_table()
        .table_name("t")
        .key_schema(key("pk"))
        .attribute_definitions(attribute("pk"))
        .attribute_definitions(attribute("a"));
    make.billing_mode(BillingMode::PayPerRequest)
        .global_secondary_indexes(index("a"))
        .stream_specification(stream(Some(StreamViewType::NewImage)))
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_table_on_demand_reads_back_as_aws_shows_it() {
    let client = sdk!(local(""), aws_sdk_dynamodb);
    on_demand(&client).await;
    let table = client.describe_table().table_name("t").send().await.unwrap().table().unwrap().clone();
    assert_eq!(table.table_status(), Some(&TableStatus::Creating));
    let table = active(&client).await;
    let names: Vec<&str> =
        table.attribute_definitions().iter().map(|attribute| attribute.attribute_name()).collect();
    assert_eq!(names, ["a", "pk"], "sorted");
    assert_eq!(table.provisioned_throughput().unwrap().read_capacity_units(), Some(0));
    assert_eq!(table.warm_throughput().unwrap().read_units_per_second(), Some(12000));
    let index = &table.global_secondary_indexes()[0];
    assert_eq!(index.projection().unwrap().non_key_attributes(), ["y", "x"]);
    assert_eq!(index.index_status().unwrap().as_str(), "ACTIVE");
    assert!(table.latest_stream_arn().unwrap().contains(":table/t/stream/20"));
}

#[tokio::test]
async fn a_provisioned_table_has_no_billing_summary_and_needs_capacity() {
    let client = sdk!(local(""), aws_sdk_dynamodb);
    let make =
        || client.create_table().table_name("t").key_schema(key("pk")).attribute_definitions(attribute("pk"));
    assert_eq!(code(make().send().await), "ValidationException");
    let capacity = model::ProvisionedThroughput::builder()
        .read_capacity_units(1)
        .write_capacity_units(1)
        .build()
        .unwrap();
    make().provisioned_throughput(capacity).send().await.unwrap();
    let table = active(&client).await;
    assert!(table.billing_mode_summary().is_none());
    client.update_table().table_name("t").billing_mode(BillingMode::PayPerRequest).send().await.unwrap();
    let table = active(&client).await;
    assert_eq!(table.billing_mode_summary().unwrap().billing_mode(), Some(&BillingMode::PayPerRequest));
    assert_eq!(table.provisioned_throughput().unwrap().write_capacity_units(), Some(0));
}

#[tokio::test]
async fn only_attributes_that_keys_use_are_defined() {
    let client = sdk!(local(""), aws_sdk_dynamodb);
    let make =
        client.create_table().table_name("t").key_schema(key("pk")).attribute_definitions(attribute("pk"));
    let extra =
        make.attribute_definitions(attribute("z")).billing_mode(BillingMode::PayPerRequest).send().await;
    assert_eq!(code(extra), "ValidationException");
}

/// aws/aws-cdk#14920.
#[tokio::test]
async fn indexes_are_made_and_removed_one_per_update_while_the_table_is_active() {
    let client = sdk!(local(""), aws_sdk_dynamodb);
    on_demand(&client).await;
    let define = |names: &[&str]| Some(names.iter().map(|name| attribute(name)).collect::<Vec<_>>());
    let add_b = || {
        client
            .update_table()
            .table_name("t")
            .set_attribute_definitions(define(&["pk", "a", "b"]))
            .global_secondary_index_updates(added("b"))
    };
    assert_eq!(code(add_b().send().await), "ResourceInUseException", "still being created");
    active(&client).await;
    assert_eq!(
        code(add_b().global_secondary_index_updates(removed("a")).send().await),
        "LimitExceededException"
    );
    assert_eq!(code(add_b().stream_specification(stream(None)).send().await), "ValidationException");
    let updating = add_b().send().await.unwrap();
    assert_eq!(updating.table_description().unwrap().table_status(), Some(&TableStatus::Updating));
    active(&client).await;
    client.update_table().table_name("t").global_secondary_index_updates(removed("a")).send().await.unwrap();
    let table = active(&client).await;
    let left: Vec<_> =
        table.global_secondary_indexes().iter().map(|index| index.index_name().unwrap()).collect();
    assert_eq!((left, table.attribute_definitions().len()), (vec!["by-b"], 2));
}

/// hashicorp/terraform-provider-aws#42560.
#[tokio::test]
async fn another_stream_view_is_a_new_stream_after_the_old_one_is_disabled() {
    let client = sdk!(local(""), aws_sdk_dynamodb);
    on_demand(&client).await;
    let first = active(&client).await.latest_stream_arn().unwrap().to_owned();
    let set = |view| client.update_table().table_name("t").stream_specification(stream(view)).send();
    assert_eq!(code(set(Some(StreamViewType::KeysOnly)).await), "ValidationException");
    set(None).await.unwrap();
    assert!(active(&client).await.stream_specification().is_none());
    assert_eq!(code(set(None).await), "ValidationException");
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    set(Some(StreamViewType::KeysOnly)).await.unwrap();
    assert_ne!(active(&client).await.latest_stream_arn(), Some(first.as_str()));
}

#[tokio::test]
async fn a_protected_table_is_not_deleted_and_a_deleted_one_lingers() {
    let client = sdk!(local(""), aws_sdk_dynamodb);
    on_demand(&client).await;
    active(&client).await;
    client.update_table().table_name("t").deletion_protection_enabled(true).send().await.unwrap();
    active(&client).await;
    assert_eq!(code(client.delete_table().table_name("t").send().await), "ValidationException");
    client.update_table().table_name("t").deletion_protection_enabled(false).send().await.unwrap();
    active(&client).await;
    let gone = client.delete_table().table_name("t").send().await.unwrap();
    assert_eq!(gone.table_description().unwrap().table_status(), Some(&TableStatus::Deleting));
    client.delete_table().table_name("t").send().await.unwrap();
    client.describe_table().table_name("t").send().await.unwrap();
    assert_eq!(code(client.describe_table().table_name("t").send().await), "ResourceNotFoundException");
    assert!(client.list_tables().send().await.unwrap().table_names().is_empty());
}

#[tokio::test]
async fn expiry_and_backups_are_settings_of_their_own() {
    let client = sdk!(local(""), aws_sdk_dynamodb);
    on_demand(&client).await;
    let recovery = model::PointInTimeRecoverySpecification::builder()
        .point_in_time_recovery_enabled(true)
        .build()
        .unwrap();
    let backups = || {
        client
            .update_continuous_backups()
            .table_name("t")
            .point_in_time_recovery_specification(recovery.clone())
            .send()
    };
    assert_eq!(code(backups().await), "ContinuousBackupsUnavailableException");
    active(&client).await;
    let shown = backups().await.unwrap();
    let recovery =
        shown.continuous_backups_description().unwrap().point_in_time_recovery_description().unwrap();
    assert_eq!(recovery.recovery_period_in_days(), Some(35));
    let expiry =
        model::TimeToLiveSpecification::builder().enabled(true).attribute_name("ttl").build().unwrap();
    let set =
        || client.update_time_to_live().table_name("t").time_to_live_specification(expiry.clone()).send();
    // Backups have only just been enabled.
    assert_eq!(code(set().await), "ValidationException");
    set().await.unwrap();
    assert_eq!(code(set().await), "ValidationException");
    for status in ["ENABLING", "ENABLED"] {
        let read = client.describe_time_to_live().table_name("t").send().await.unwrap();
        assert_eq!(read.time_to_live_description().unwrap().time_to_live_status().unwrap().as_str(), status);
    }
}
