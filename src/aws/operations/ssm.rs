//! AWS Systems Manager, API version 2014-11-06: parameters are read and never written.

super::json_operations! {
    aws_sdk_ssm::Client;
    "GetParameter" get_parameter {};
    "GetParameters" get_parameters {};
}
