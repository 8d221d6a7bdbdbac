//! Amazon EventBridge Pipes, API version 2015-10-07.

use aws_sdk_pipes::types::{PipeState, RequestedPipeState};

use crate::aws::wire::Member;
use crate::engine::Value;

impl Member for PipeState {
    fn from_value(value: &Value) -> Option<PipeState> {
        value.as_str().map(PipeState::from)
    }
}

impl Member for RequestedPipeState {
    fn from_value(value: &Value) -> Option<RequestedPipeState> {
        value.as_str().map(RequestedPipeState::from)
    }
}

super::json_operations! {
    aws_sdk_pipes::Client;
    "CreatePipe" create_pipe { set_name: "Name" };
    "DescribePipe" describe_pipe { set_name: "Name" };
    "UpdatePipe" update_pipe { set_name: "Name" };
    "DeletePipe" delete_pipe { set_name: "Name" };
    "ListPipes" list_pipes { set_name_prefix: "NamePrefix", set_desired_state: "DesiredState", set_current_state: "CurrentState", set_source_prefix: "SourcePrefix", set_target_prefix: "TargetPrefix", set_next_token: "NextToken", set_limit: "Limit" };
    "StartPipe" start_pipe { set_name: "Name" };
    "StopPipe" stop_pipe { set_name: "Name" };
    "TagResource" tag_resource { set_resource_arn: "resourceArn" };
    "UntagResource" untag_resource { set_resource_arn: "resourceArn", set_tag_keys: "tagKeys" };
}
