//! Amazon CloudWatch Logs, API version 2014-03-28: the whole input is the document.

super::json_operations! {
    aws_sdk_cloudwatchlogs::Client;
    "CreateLogGroup" create_log_group {};
    "DescribeLogGroups" describe_log_groups {};
    "PutRetentionPolicy" put_retention_policy {};
    "DeleteRetentionPolicy" delete_retention_policy {};
    "DeleteLogGroup" delete_log_group {};
    "TagResource" tag_resource {};
    "UntagResource" untag_resource {};
    "ListTagsForResource" list_tags_for_resource {};
    "DescribeResourcePolicies" describe_resource_policies {};
    "PutResourcePolicy" put_resource_policy {};
    "DeleteResourcePolicy" delete_resource_policy {};
    "AssociateKmsKey" associate_kms_key {};
    "DisassociateKmsKey" disassociate_kms_key {};
    "PutLogGroupDeletionProtection" put_log_group_deletion_protection {};
    "PutBearerTokenAuthentication" put_bearer_token_authentication {};
    "PutDataProtectionPolicy" put_data_protection_policy {};
    "GetDataProtectionPolicy" get_data_protection_policy {};
    "DeleteDataProtectionPolicy" delete_data_protection_policy {};
}
