//! Amazon Kinesis Data Streams, API version 2013-12-02: the whole input is the document.
//!
//! The SDK chooses the endpoint by the stream's ARN where an operation requires one, and so insists on it.

super::json_operations! {
    aws_sdk_kinesis::Client;
    "CreateStream" create_stream {};
    "DescribeStreamSummary" describe_stream_summary {};
    "ListStreams" list_streams {};
    "DeleteStream" delete_stream {};
    "UpdateStreamMode" update_stream_mode {} also { set_stream_arn: "StreamARN" };
    "UpdateShardCount" update_shard_count {};
    "IncreaseStreamRetentionPeriod" increase_stream_retention_period {};
    "DecreaseStreamRetentionPeriod" decrease_stream_retention_period {};
    "StartStreamEncryption" start_stream_encryption {};
    "StopStreamEncryption" stop_stream_encryption {};
    "EnableEnhancedMonitoring" enable_enhanced_monitoring {};
    "DisableEnhancedMonitoring" disable_enhanced_monitoring {};
    "UpdateMaxRecordSize" update_max_record_size {} also { set_stream_arn: "StreamARN" };
    "UpdateStreamWarmThroughput" update_stream_warm_throughput {} also { set_stream_arn: "StreamARN" };
    "UpdateStreamRecordDistributionStrategy" update_stream_record_distribution_strategy {} also { set_stream_arn: "StreamARN" };
    "AddTagsToStream" add_tags_to_stream {};
    "RemoveTagsFromStream" remove_tags_from_stream {};
    "ListTagsForStream" list_tags_for_stream {};
    "PutResourcePolicy" put_resource_policy {} also { set_resource_arn: "ResourceARN" };
    "GetResourcePolicy" get_resource_policy {} also { set_resource_arn: "ResourceARN" };
    "DeleteResourcePolicy" delete_resource_policy {} also { set_resource_arn: "ResourceARN" };
}
