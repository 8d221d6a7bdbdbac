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
}
