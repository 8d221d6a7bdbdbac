//! Amazon SQS, API version 2012-11-05, in its JSON protocol: the whole input is the document.

super::json_operations! {
    aws_sdk_sqs::Client;
    "CreateQueue" create_queue {};
    "GetQueueUrl" get_queue_url {};
    "GetQueueAttributes" get_queue_attributes {};
    "SetQueueAttributes" set_queue_attributes {};
    "DeleteQueue" delete_queue {};
    "ListQueues" list_queues {};
    "TagQueue" tag_queue {};
    "UntagQueue" untag_queue {};
    "ListQueueTags" list_queue_tags {};
}
