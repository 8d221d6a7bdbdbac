//! The log group, pure.

use crate::engine::Budgets;
use crate::engine::field::{Field, Lit, Output, TAGS, Type};
use crate::kinds::{About, Kind, Lowering, MarkIn, Naming, Need};
use crate::source::Span;

/// A CloudWatch log group (`logs:CreateLogGroup`).
pub struct LogGroups;

/// The periods that CloudWatch Logs knows.
pub const RETENTION_DAYS: &[i64] = &[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

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
        Type::Enum(&[("standard", "STANDARD"), ("infrequent_access", "INFREQUENT_ACCESS")]),
        "The storage class.",
    )
    .default(Lit::Text("STANDARD"))
    .create_only(),
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
    replaced_loses: "the logs in it",
    itself: &["log_groups"],
    access: &[],
    grant_on: &["", ":*"],
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
        let Some(days) = own.properties().get("retentionInDays").and_then(|days| days.as_i64()) else {
            return;
        };
        let at = own.place_of("retentionInDays");
        check_retention(own, days, at);
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::LogGroups
    }
}
