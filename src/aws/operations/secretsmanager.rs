//! AWS Secrets Manager, API version 2017-10-17: secrets are read and never written.

super::json_operations! {
    aws_sdk_secretsmanager::Client;
    "DescribeSecret" describe_secret {};
    "GetSecretValue" get_secret_value {};
}
