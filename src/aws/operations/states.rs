//! AWS Step Functions, API version 2016-11-23: the whole input is the document.

super::json_operations! {
    aws_sdk_sfn::Client;
    "CreateStateMachine" create_state_machine {};
    "DescribeStateMachine" describe_state_machine {};
    "UpdateStateMachine" update_state_machine {};
    "DeleteStateMachine" delete_state_machine {};
    "ListStateMachines" list_state_machines {};
    "TagResource" tag_resource {};
    "UntagResource" untag_resource {};
    "ListTagsForResource" list_tags_for_resource {};
}
