//! AWS STS.

use serde_json::json;

use super::{Service, Verb, row};

pub const SERVICE: Service = Service {
    id: "sts",
    global: true,
    invalid: "ValidationError",
    before: None,
    kinds: &[],
    operations: &[row(
        "GetCallerIdentity",
        "",
        Verb::Hook(|ctx| {
            Ok(
                json!({"Account": ctx.account, "UserId": "AIDALOCALACCOUNT", "Arn": ctx.expand("arn:{partition}:iam::{account}:user/local", &json!(null))}),
            )
        }),
    )],
};
