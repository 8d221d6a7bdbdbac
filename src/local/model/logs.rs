//! Amazon CloudWatch Logs: log groups.
//!
//! A group's `arn` ends in `:*` and its `logGroupArn` does not; tags want the form without.

use serde_json::Value;

use super::executor::Ctx;
use super::{Answer, Fill, From, KIND, Kind, LIST, List, Outcome, Service, Verb, row};

const GROUP: Kind = Kind {
    name: "log-group",
    key: "{logGroupName}",
    arn: "{logGroupArn}",
    missing: ("ResourceNotFoundException", "The specified log group does not exist."),
    exists: ("ResourceAlreadyExistsException", "The specified log group already exists"),
    blank: &["kmsKeyId"],
    create: &[
        Fill::Set(
            "logGroupArn",
            From::Text("arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}"),
        ),
        Fill::Set("arn", From::Text("{logGroupArn}:*")),
        Fill::Set("creationTime", From::Millis),
        Fill::Set("metricFilterCount", From::Json("0")),
        Fill::Set("storedBytes", From::Json("0")),
        Fill::Default("logGroupClass", From::Json("\"STANDARD\"")),
    ],
    ..KIND
};

const GROUPS: List = List {
    items: "logGroups",
    prefix: ("logGroupNamePrefix", "logGroupName"),
    equal: &[("logGroupClass", "logGroupClass")],
    limit: ("limit", 50),
    token: ("nextToken", "nextToken"),
    ..LIST
};

/// The only numbers of days a group may be kept.
const DAYS: &[u64] = &[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

pub const SERVICE: Service = Service {
    id: "logs",
    global: false,
    invalid: "InvalidParameterException",
    before: None,
    kinds: &[GROUP],
    operations: &[
        row("CreateLogGroup", "log-group", Verb::Create).before(&[not_reserved]).answers(Answer::Nothing),
        row("DescribeLogGroups", "log-group", Verb::List(&GROUPS)),
        row("PutRetentionPolicy", "log-group", Verb::Patch).before(&[days]).answers(Answer::Nothing),
        row(
            "DeleteRetentionPolicy",
            "log-group",
            Verb::Write(&[Fill::Set("retentionInDays", From::Json("null"))]),
        )
        .answers(Answer::Nothing),
        row("DeleteLogGroup", "log-group", Verb::Delete { lenient: false })
            .after(&[unprotected])
            .answers(Answer::Nothing),
        row("TagResource", "log-group", Verb::Tag("tags")).by_arn("resourceArn"),
        row("UntagResource", "", Verb::Untag("tagKeys")).by_arn("resourceArn"),
        row("ListTagsForResource", "log-group", Verb::ListTags("tags")).by_arn("resourceArn"),
    ],
};

fn not_reserved(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.text("logGroupName").starts_with("aws/") {
        true => Err(ctx.invalid("Log groups starting with aws/ are reserved for AWS.")),
        false => Ok(()),
    }
}

fn days(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.input["retentionInDays"].as_u64().filter(|days| DAYS.contains(days)) {
        Some(_) => Ok(()),
        None => Err(ctx.invalid(format!("retentionInDays must be one of {DAYS:?}"))),
    }
}

fn unprotected(ctx: &mut Ctx, group: &mut Value) -> Outcome<()> {
    match group["deletionProtectionEnabled"] == true {
        true => Err(ctx.refuse(
            ("ValidationException", "Deletion protection is enabled on log group {logGroupName}."),
            group,
        )),
        false => Ok(()),
    }
}
