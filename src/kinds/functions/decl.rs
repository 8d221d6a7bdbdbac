//! The function, pure.

use std::sync::Arc;

use crate::engine::Budgets;
use crate::engine::field::{Absent, Compare, Field, Lit, Output, TAGS, TEXT, TEXT_MAP, Type, Unit};
use crate::kinds::log_groups::{LogGroups, check_retention};
use crate::kinds::{
    About, GRANTS, Kind, Lowering, MANAGED_POLICIES, MarkIn, NOTHING_LOST, Naming, ROLE, suffixed,
};
use crate::source::Node;
use crate::value;

use super::package;

/// A Lambda function with its code, its URL and its share of the account's concurrency
/// (`lambda:CreateFunction`, `CreateFunctionUrlConfig`, `PutFunctionConcurrency`).
pub struct Functions;

const TEXTS: Type = Type::List(&TEXT);

const CORS: &[Field] = &[
    Field::new(
        "allow_credentials",
        "AllowCredentials",
        Type::Bool,
        "Whether cookies and other credentials are allowed.",
    )
    .default(Lit::Bool(false)),
    Field::new("allow_headers", "AllowHeaders", TEXTS, "Request headers that an origin may send.")
        .compare(Compare::Set),
    Field::new("allow_methods", "AllowMethods", TEXTS, "Methods that an origin may use, or `*`.")
        .compare(Compare::Set),
    Field::new(
        "allow_origins",
        "AllowOrigins",
        TEXTS,
        "Origins that may call, such as `https://example.com`, or `*`.",
    )
    .compare(Compare::Set),
    Field::new("expose_headers", "ExposeHeaders", TEXTS, "Response headers that a script may read.")
        .compare(Compare::Set),
    Field::new(
        "max_age",
        "MaxAge",
        Type::Duration { unit: Unit::Seconds, min: 0, max: 86_400 },
        "How long a browser may keep the answer to a preflight request.",
    )
    .default(Lit::Int(0)),
];

const URL: &[Field] = &[
    Field::new(
        "auth",
        "AuthType",
        Type::Enum(&[("none", "NONE"), ("iam", "AWS_IAM")]),
        "Who may call: `none` is everybody, with the two permissions that this takes; `iam` is whoever IAM lets.",
    )
    .required(),
    Field::new(
        "invoke_mode",
        "InvokeMode",
        Type::Enum(&[("buffered", "BUFFERED"), ("response_stream", "RESPONSE_STREAM")]),
        "Whether the answer is sent whole or as it is written.",
    )
    .default(Lit::Text("BUFFERED")),
    Field::new("cors", "Cors", Type::Object(CORS), "What browsers let pages of other origins do with the URL."),
];

pub(super) const FIELDS: &[Field] = &[
    Field::lowered("FunctionName", Type::Text { min: 1, max: 64 }, "The name.").required().create_only(),
    Field::sugar(
        "code",
        "The function's code: a folder or a `.zip`, relative to the stack's file. It is packed the same everywhere: files sorted by name, times fixed, mode 0755 for what starts with `#!` or is an ELF program and 0644 for all else; `.git`, `__pycache__`, `*.pyc` and `.DS_Store` are left out.",
    )
    .required(),
    Field::lowered("Code.Digest", TEXT, "A digest of the code's file names, modes and contents.").required(),
    Field::new("handler", "Handler", Type::Text { min: 1, max: 128 }, "What is called, such as `index.handler`.").required(),
    Field::new("runtime", "Runtime", Type::Text { min: 1, max: 64 }, "The runtime, such as `python3.13`.").required(),
    Field::lowered("Role", TEXT, "The role that the function runs as.").required(),
    Field::new(
        "memory",
        "MemorySize",
        Type::Int { min: 128, max: 10_240 },
        "Memory in MB; processor time grows with it.",
    )
    .default(Lit::Int(128)),
    Field::new(
        "timeout",
        "Timeout",
        Type::Duration { unit: Unit::Seconds, min: 1, max: 900 },
        "How long one invocation may take.",
    )
    .default(Lit::Int(3)),
    Field::new(
        "environment",
        "Environment.Variables",
        TEXT_MAP,
        "Environment variables. AWS shows them to whoever may read the function, so a secret is refused here.",
    )
    .absent(Absent::Clear(Lit::EmptyMap))
    .sensitive(),
    Field::new("description", "Description", Type::Text { min: 0, max: 256 }, "What the function is for.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "architecture",
        "Architectures",
        Type::Enum(&[("x86_64", "x86_64"), ("arm64", "arm64")]),
        "The processor that the code is for. AWS has a list here, which always holds one.",
    )
    .default(Lit::Text("x86_64")),
    Field::new(
        "ephemeral_storage",
        "EphemeralStorage.Size",
        Type::Int { min: 512, max: 10_240 },
        "Size of `/tmp` in MB.",
    )
    .default(Lit::Int(512)),
    Field::new("layers", "Layers", TEXTS, "ARNs of layer versions, the last one on top.")
        .absent(Absent::Clear(Lit::EmptyList)),
    Field::new(
        "tracing",
        "TracingConfig.Mode",
        Type::Enum(&[("pass_through", "PassThrough"), ("active", "Active")]),
        "Whether X-Ray traces requests that arrive without a decision of their own.",
    )
    .default(Lit::Text("PassThrough")),
    Field::new(
        "reserved_concurrency",
        "ReservedConcurrentExecutions",
        Type::Int { min: 0, max: 1_000_000 },
        "How many instances are kept for the function, and are its most; 0 stops it.",
    ),
    Field::new("url", "Url", Type::Object(URL), "An HTTPS address of the function's own."),
    Field::sugar(
        "log_retention_days",
        "How many days the function's log group `/aws/lambda/NAME` keeps events: 1, 3, 5, 7, 14, 30, … Left out, they are kept for ever.",
    ),
    ROLE,
    GRANTS,
    MANAGED_POLICIES,
    TAGS,
];

static ABOUT: About = About {
    kind: "functions",
    singular: "function",
    doc: "A Lambda function with its role, its log group, and perhaps a URL. Permissions to invoke it follow from what refers to it; those of others are kept.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived("arn", "arn:{partition}:lambda:{region}:{account}:function:{name}", "The ARN."),
        Output::derived("name", "{name}", "The name."),
        Output::assigned("url", "The URL, without a slash at its end; only where `url` is declared.")
            .invalidated_by(&["Url"])
            .only_with("Url"),
    ],
    naming: Naming::new("FunctionName", 64, "-_"),
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::SLOW,
    replaced_loses: NOTHING_LOST,
    itself: &["functions"],
    access: &[("invoke", &["lambda:InvokeFunction"])],
    grant_on: &[""],
    shared: &[],
    statements: Some("permission"),
    identified_by: &["FunctionName"],
};

impl Kind for Functions {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        code(own);
        let logs = logs(own);
        if let Some(role) = own.role("lambda", None) {
            let (arn, at) = (own.role_arn(&role), own.declared());
            own.set("Role", arn, at);
            // The group exists before the function runs, so creating groups is no right of it.
            own.grant_role(
                &role,
                &["logs:CreateLogStream", "logs:PutLogEvents"],
                vec![suffixed(&logs, ":*")],
            );
        }
        if own.properties().text_at("Url.AuthType") == Some("NONE") {
            public_url(own);
        }
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Functions
    }
}

/// `code:`, packed.
fn code(own: &mut Lowering<'_>) {
    let Some((_, node)) = own.take("code") else { return };
    let Some(path) = own.known_text(&node) else { return };
    match package::pack(&own.file(&path)) {
        Ok(packed) => {
            own.set("Code.Digest", packed.digest.as_str(), node.span);
            own.set_package(Arc::new(packed));
        }
        Err(why) => own.error("code", node.span, why.message, &why.help),
    }
}

/// The log group, which is there before the function: its ARN.
fn logs(own: &mut Lowering<'_>) -> crate::engine::Value {
    let mut properties = value!({});
    if let Some((_, node)) = own.take("log_retention_days")
        && let Some(days) = days(own, &node)
    {
        properties.put("retentionInDays", days.into());
    }
    let name = format!("/aws/lambda/{}", own.name());
    let group = own.emit(LogGroups.about(), "logs", Some(name), properties);
    own.edge(group.clone(), false);
    own.output(&group, "arn")
}

fn days(own: &mut Lowering<'_>, node: &Node) -> Option<i64> {
    let text = own.known_text(node)?;
    let Ok(days) = text.parse::<i64>() else {
        own.error(
            "wrong_shape",
            node.span,
            format!("expected a number of days, found `{text}`"),
            "write a whole number",
        );
        return None;
    };
    check_retention(own, days, node.span).then_some(days)
}

/// What a URL without authorisation takes beside it: two statements, since an account of today asks
/// for the right to invoke the function by the URL too.
fn public_url(own: &mut Lowering<'_>) {
    let at = own.place_of("Url.AuthType");
    let statements = [
        (
            "url",
            "lambda:InvokeFunctionUrl",
            value!({ "StringEquals": { "lambda:FunctionUrlAuthType": "NONE" } }),
        ),
        (
            "url-invoke",
            "lambda:InvokeFunction",
            value!({ "Bool": { "lambda:InvokedViaFunctionUrl": "true" } }),
        ),
    ];
    for (name, action, condition) in statements {
        let body = value!({ "Effect": "Allow", "Principal": "*", "Action": action, "Condition": condition });
        own.statement(name, body, at);
    }
}

#[cfg(test)]
#[path = "decl_tests.rs"]
mod tests;
