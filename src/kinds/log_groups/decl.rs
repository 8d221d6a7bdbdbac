//! The log group, pure.

use crate::engine::field::{Document, Field, Lit, Output, TAGS, Type};
use crate::engine::{Budgets, Value};
use crate::kinds::{About, Kind, Loss, Lowering, MarkIn, Naming, Need};
use crate::source::Span;

/// A CloudWatch log group (`logs:CreateLogGroup`).
pub struct LogGroups;

/// The periods that CloudWatch Logs knows.
pub const RETENTION_DAYS: &[i64] = &[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/// The class that only hands logs on.
pub(super) const DELIVERY: &str = "DELIVERY";
/// The policy's own row: no call has it under this name.
pub(super) const PROTECTION: &str = "dataProtectionPolicy";

pub(super) const FIELDS: &[Field] = &[
    Field::lowered("logGroupName", Type::Text { min: 1, max: 512 }, "The name.").required().create_only(),
    Field::new(
        "retention_days",
        "retentionInDays",
        Type::Int { min: 1, max: 3653 },
        "How many days events are kept: 1, 3, 5, 7, 14, 30, 60, 90, … Left out, they are kept for ever.",
    ),
    Field::new(
        "class",
        "logGroupClass",
        Type::Enum(&[
            ("standard", "STANDARD"),
            ("infrequent_access", "INFREQUENT_ACCESS"),
            ("delivery", DELIVERY),
        ]),
        "The class. One of `delivery` only hands logs of functions on to S3 or Firehose.",
    )
    .default(Lit::Text("STANDARD"))
    .create_only(),
    Field::new(
        "kms_key",
        "kmsKeyId",
        Type::Text { min: 1, max: 256 },
        "The ARN of the KMS key that encrypts what is logged from then on. Its policy must let CloudWatch Logs use it.",
    ),
    Field::new(
        "data_protection_policy",
        PROTECTION,
        Type::Document(Document::Json),
        "What is audited or masked in events, as CloudWatch Logs writes it. In class `standard` alone.",
    ),
    Field::new(
        "deletion_protection",
        "deletionProtectionEnabled",
        Type::Bool,
        "Whether AWS itself refuses to delete the group.",
    )
    .default(Lit::Bool(false)),
    Field::new(
        "bearer_token_authentication",
        "bearerTokenAuthenticationEnabled",
        Type::Bool,
        "Whether calls may be authenticated by a bearer token.",
    )
    .default(Lit::Bool(false)),
    TAGS,
];

pub(crate) static ABOUT: About = About {
    kind: "log_groups",
    singular: "log_group",
    doc: "A CloudWatch log group. That of a function is generated, with the function's `log_retention_days`.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &["logs"],
    fields: FIELDS,
    outputs: &[
        Output::derived(
            "arn",
            "arn:{partition}:logs:{region}:{account}:log-group:{name}",
            "The ARN, without `:*`.",
        ),
        Output::derived("name", "{name}", "The name."),
    ],
    naming: Naming::new("logGroupName", 512, "-_/#."),
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::QUICK,
    loses: Loss::Held("the logs in it"),
    itself: &["log_groups"],
    access: &[],
    grant_on: &["", ":*"],
    data_key: None,
    shared: &[],
    statements: Some("policy"),
    identified_by: &["logGroupName"],
};

/// Whether CloudWatch Logs knows a period; if not, that is an error.
pub fn check_retention(own: &mut Lowering<'_>, days: i64, at: Span) -> bool {
    let known = RETENTION_DAYS.contains(&days);
    if !known {
        let nearest = RETENTION_DAYS.iter().min_by_key(|known| (**known - days).abs()).copied().unwrap_or(1);
        own.error(
            "retention_days",
            at,
            format!("CloudWatch Logs keeps events for certain numbers of days, and {days} is none of them"),
            &format!("the nearest is {nearest}"),
        );
    }
    known
}

impl Kind for LogGroups {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        if own.name().starts_with("aws/") {
            let at = own.place_of("logGroupName");
            own.error(
                "reserved_name",
                at,
                "CloudWatch Logs keeps names that begin with `aws/` for AWS",
                "write `/aws/…`, or another name",
            );
        }
        let class = own.properties().text_at("logGroupClass").unwrap_or("STANDARD").to_owned();
        if let Some(days) = own.properties().get("retentionInDays").and_then(Value::as_i64) {
            let at = own.place_of("retentionInDays");
            match class == DELIVERY {
                true => own.error(
                    "retention_days",
                    at,
                    "CloudWatch Logs itself says how long a group of class `delivery` keeps events",
                    "take the line away",
                ),
                false => drop(check_retention(own, days, at)),
            }
        }
        if class != "STANDARD" && own.properties().get(PROTECTION).is_some() {
            let at = own.place_of(PROTECTION);
            own.error(
                "log_group_class",
                at,
                "CloudWatch Logs protects data in groups of class `standard` alone",
                "take the line away, or take `class` away",
            );
        }
        let key = own.properties().text_at("kmsKeyId").map(str::to_owned);
        if key.is_some_and(|key| !key.starts_with("arn:")) {
            let at = own.place_of("kmsKeyId");
            let help = format!("write `{}`", own.place().arn("kms", "key/ID"));
            own.error("kms_key", at, "CloudWatch Logs takes a key by its ARN alone", &help);
        }
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::LogGroups
    }
}
