//! AWS Systems Manager, API version 2014-11-06: parameters are read; those that record whose something is are
//! written.

super::json_operations! {
    aws_sdk_ssm::Client;
    "GetParameter" get_parameter {};
    "GetParameters" get_parameters {};
    "GetParametersByPath" get_parameters_by_path {};
    "PutParameter" put_parameter {};
    "DeleteParameter" delete_parameter {};
}
