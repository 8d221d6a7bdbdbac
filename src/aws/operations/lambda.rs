//! AWS Lambda, API version 2015-03-31.

use aws_sdk_lambda::types::FunctionVersion;

use crate::aws::wire::Member;
use crate::engine::Value;

impl Member for FunctionVersion {
    fn from_value(value: &Value) -> Option<FunctionVersion> {
        value.as_str().map(FunctionVersion::from)
    }
}

super::json_operations! {
    aws_sdk_lambda::Client;
    "CreateFunction" create_function {};
    "GetFunction" get_function { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "UpdateFunctionCode" update_function_code { set_function_name: "FunctionName" };
    "UpdateFunctionConfiguration" update_function_configuration { set_function_name: "FunctionName" };
    "DeleteFunction" delete_function { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "ListFunctions" list_functions { set_master_region: "MasterRegion", set_function_version: "FunctionVersion", set_marker: "Marker", set_max_items: "MaxItems" };
    "TagResource" tag_resource { set_resource: "Resource" };
    "UntagResource" untag_resource { set_resource: "Resource", set_tag_keys: "TagKeys" };
    "ListTags" list_tags { set_resource: "Resource" };
    "AddPermission" add_permission { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "RemovePermission" remove_permission { set_function_name: "FunctionName", set_statement_id: "StatementId", set_qualifier: "Qualifier", set_revision_id: "RevisionId" };
    "GetPolicy" get_policy { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "CreateFunctionUrlConfig" create_function_url_config { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "GetFunctionUrlConfig" get_function_url_config { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "UpdateFunctionUrlConfig" update_function_url_config { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "DeleteFunctionUrlConfig" delete_function_url_config { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "PutFunctionConcurrency" put_function_concurrency { set_function_name: "FunctionName" };
    "GetFunctionConcurrency" get_function_concurrency { set_function_name: "FunctionName" };
    "DeleteFunctionConcurrency" delete_function_concurrency { set_function_name: "FunctionName" };
    "PublishVersion" publish_version { set_function_name: "FunctionName" };
    "ListVersionsByFunction" list_versions_by_function { set_function_name: "FunctionName", set_marker: "Marker", set_max_items: "MaxItems" };
    "CreateAlias" create_alias { set_function_name: "FunctionName" };
    "GetAlias" get_alias { set_function_name: "FunctionName", set_name: "Name" };
    "UpdateAlias" update_alias { set_function_name: "FunctionName", set_name: "Name" };
    "DeleteAlias" delete_alias { set_function_name: "FunctionName", set_name: "Name" };
    "ListAliases" list_aliases { set_function_name: "FunctionName", set_function_version: "FunctionVersion", set_marker: "Marker", set_max_items: "MaxItems" };
    "PutProvisionedConcurrencyConfig" put_provisioned_concurrency_config { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "GetProvisionedConcurrencyConfig" get_provisioned_concurrency_config { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "DeleteProvisionedConcurrencyConfig" delete_provisioned_concurrency_config { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "PutFunctionEventInvokeConfig" put_function_event_invoke_config { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "GetFunctionEventInvokeConfig" get_function_event_invoke_config { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "DeleteFunctionEventInvokeConfig" delete_function_event_invoke_config { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "PutRuntimeManagementConfig" put_runtime_management_config { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "GetRuntimeManagementConfig" get_runtime_management_config { set_function_name: "FunctionName", set_qualifier: "Qualifier" };
    "PutFunctionRecursionConfig" put_function_recursion_config { set_function_name: "FunctionName" };
    "GetFunctionRecursionConfig" get_function_recursion_config { set_function_name: "FunctionName" };
    "PutFunctionCodeSigningConfig" put_function_code_signing_config { set_function_name: "FunctionName" };
    "GetFunctionCodeSigningConfig" get_function_code_signing_config { set_function_name: "FunctionName" };
    "DeleteFunctionCodeSigningConfig" delete_function_code_signing_config { set_function_name: "FunctionName" };
    "CreateEventSourceMapping" create_event_source_mapping {};
    "GetEventSourceMapping" get_event_source_mapping { set_uuid: "UUID" };
    "UpdateEventSourceMapping" update_event_source_mapping { set_uuid: "UUID" };
    "DeleteEventSourceMapping" delete_event_source_mapping { set_uuid: "UUID" };
    "ListEventSourceMappings" list_event_source_mappings { set_event_source_arn: "EventSourceArn", set_function_name: "FunctionName", set_marker: "Marker", set_max_items: "MaxItems" };
}
