//! Amazon EventBridge, API version 2015-10-07: the whole input is the document.

super::json_operations! {
    aws_sdk_eventbridge::Client;
    "CreateEventBus" create_event_bus {};
    "DescribeEventBus" describe_event_bus {};
    "UpdateEventBus" update_event_bus {};
    "DeleteEventBus" delete_event_bus {};
    "ListEventBuses" list_event_buses {};
    "DescribeEventSource" describe_event_source {};
    "ActivateEventSource" activate_event_source {};
    "CreateEndpoint" create_endpoint {};
    "DescribeEndpoint" describe_endpoint {};
    "UpdateEndpoint" update_endpoint {};
    "DeleteEndpoint" delete_endpoint {};
    "ListEndpoints" list_endpoints {};
    "PutPermission" put_permission {};
    "RemovePermission" remove_permission {};
    "PutRule" put_rule {};
    "DescribeRule" describe_rule {};
    "DeleteRule" delete_rule {};
    "ListRules" list_rules {};
    "PutTargets" put_targets {};
    "RemoveTargets" remove_targets {};
    "ListTargetsByRule" list_targets_by_rule {};
    "TagResource" tag_resource {};
    "UntagResource" untag_resource {};
    "ListTagsForResource" list_tags_for_resource {};
    "CreateConnection" create_connection {};
    "DescribeConnection" describe_connection {};
    "UpdateConnection" update_connection {};
    "DeleteConnection" delete_connection {};
    "ListConnections" list_connections {};
    "CreateApiDestination" create_api_destination {};
    "DescribeApiDestination" describe_api_destination {};
    "UpdateApiDestination" update_api_destination {};
    "DeleteApiDestination" delete_api_destination {};
    "ListApiDestinations" list_api_destinations {};
    "CreateArchive" create_archive {};
    "DescribeArchive" describe_archive {};
    "UpdateArchive" update_archive {};
    "DeleteArchive" delete_archive {};
    "ListArchives" list_archives {};
    "PutEvents" put_events {};
}
