//! AWS STS, API version 2011-06-15.

use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityOutput;

use super::iam::put;
use crate::engine::Value;

super::typed_operations! {
    aws_sdk_sts::Client;
    "GetCallerIdentity" get_caller_identity {} => |output: GetCallerIdentityOutput| {
        let mut value = Value::map();
        put(&mut value, "Account", output.account);
        put(&mut value, "Arn", output.arn);
        put(&mut value, "UserId", output.user_id);
        value
    };
}
