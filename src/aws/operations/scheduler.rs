//! Amazon EventBridge Scheduler, API version 2021-06-30.

use aws_sdk_scheduler::types::ScheduleState;

use crate::aws::wire::Member;
use crate::engine::Value;

impl Member for ScheduleState {
    fn from_value(value: &Value) -> Option<ScheduleState> {
        value.as_str().map(ScheduleState::from)
    }
}

super::json_operations! {
    aws_sdk_scheduler::Client;
    "CreateSchedule" create_schedule { set_name: "Name" };
    "GetSchedule" get_schedule { set_name: "Name", set_group_name: "GroupName" };
    "UpdateSchedule" update_schedule { set_name: "Name" };
    "DeleteSchedule" delete_schedule { set_name: "Name", set_group_name: "GroupName" };
    "ListSchedules" list_schedules { set_group_name: "GroupName", set_name_prefix: "NamePrefix", set_state: "State", set_next_token: "NextToken", set_max_results: "MaxResults" };
    "CreateScheduleGroup" create_schedule_group { set_name: "Name" };
    "GetScheduleGroup" get_schedule_group { set_name: "Name" };
    "DeleteScheduleGroup" delete_schedule_group { set_name: "Name" };
    "ListScheduleGroups" list_schedule_groups { set_name_prefix: "NamePrefix", set_next_token: "NextToken", set_max_results: "MaxResults" };
    "TagResource" tag_resource { set_resource_arn: "ResourceArn" };
    "UntagResource" untag_resource { set_resource_arn: "ResourceArn", set_tag_keys: "TagKeys" };
    "ListTagsForResource" list_tags_for_resource { set_resource_arn: "ResourceArn" };
}
