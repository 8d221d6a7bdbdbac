//! Amazon DynamoDB, API version 2012-08-10: the whole input is the document.

super::json_operations! {
    aws_sdk_dynamodb::Client;
    "CreateTable" create_table {};
    "DescribeTable" describe_table {};
    "UpdateTable" update_table {};
    "DeleteTable" delete_table {};
    "ListTables" list_tables {};
    "TagResource" tag_resource {};
    "UntagResource" untag_resource {};
    "ListTagsOfResource" list_tags_of_resource {};
    "DescribeTimeToLive" describe_time_to_live {};
    "UpdateTimeToLive" update_time_to_live {};
    "DescribeContinuousBackups" describe_continuous_backups {};
    "UpdateContinuousBackups" update_continuous_backups {};
}
