//! Amazon DynamoDB, API version 2012-08-10: the whole input is the document.
//!
//! The SDK chooses the endpoint by the table's ARN, if there is one, and so insists on its name.

super::json_operations! {
    aws_sdk_dynamodb::Client;
    "CreateTable" create_table {} also { set_table_name: "TableName" };
    "DescribeTable" describe_table {} also { set_table_name: "TableName" };
    "UpdateTable" update_table {} also { set_table_name: "TableName" };
    "DeleteTable" delete_table {} also { set_table_name: "TableName" };
    "ListTables" list_tables {};
    "TagResource" tag_resource {} also { set_resource_arn: "ResourceArn" };
    "UntagResource" untag_resource {} also { set_resource_arn: "ResourceArn" };
    "ListTagsOfResource" list_tags_of_resource {} also { set_resource_arn: "ResourceArn" };
    "DescribeTimeToLive" describe_time_to_live {} also { set_table_name: "TableName" };
    "UpdateTimeToLive" update_time_to_live {} also { set_table_name: "TableName" };
    "DescribeContinuousBackups" describe_continuous_backups {} also { set_table_name: "TableName" };
    "UpdateContinuousBackups" update_continuous_backups {} also { set_table_name: "TableName" };
    "ListContributorInsights" list_contributor_insights {} also { set_table_name: "TableName" };
    "UpdateContributorInsights" update_contributor_insights {} also { set_table_name: "TableName" };
    "DescribeKinesisStreamingDestination" describe_kinesis_streaming_destination {} also { set_table_name: "TableName" };
    "EnableKinesisStreamingDestination" enable_kinesis_streaming_destination {} also { set_table_name: "TableName" };
    "DisableKinesisStreamingDestination" disable_kinesis_streaming_destination {} also { set_table_name: "TableName" };
    "UpdateKinesisStreamingDestination" update_kinesis_streaming_destination {} also { set_table_name: "TableName" };
    "PutResourcePolicy" put_resource_policy {} also { set_resource_arn: "ResourceArn" };
    "GetResourcePolicy" get_resource_policy {} also { set_resource_arn: "ResourceArn" };
    "DeleteResourcePolicy" delete_resource_policy {} also { set_resource_arn: "ResourceArn" };
}
