//! Amazon CloudWatch Logs: log groups, and the policies that let services write to them.
//!
//! A group's `arn` ends in `:*` and its `logGroupArn` does not; tags want the form without.

use serde_json::{Value, json};

use crate::local::http::ApiError;

use super::executor::Ctx;
use super::hooks::policies;
use super::places::take;
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
        Fill::Default("deletionProtectionEnabled", From::Json("false")),
        Fill::Set("bearerTokenAuthenticationEnabled", From::Json("false")),
    ],
    ..KIND
};

/// The data protection policy's text, which GetDataProtectionPolicy alone shows.
const PROTECTION: &str = "_protection";

/// A policy of the account has a name, and one of a log group the group's ARN.
const POLICY: Kind = Kind {
    name: "resource-policy",
    key: "{_of}",
    missing: ("ResourceNotFoundException", "Policy with name [{_of}] does not exist."),
    create: &[Fill::Set("lastUpdatedTime", From::Millis)],
    ..KIND
};

const POLICIES: List = List {
    items: "resourcePolicies",
    equal: &[("policyScope", "policyScope"), ("resourceArn", "resourceArn")],
    limit: ("limit", 50),
    token: ("nextToken", "nextToken"),
    ..LIST
};

/// The most policies of an account in a region.
const MOST_POLICIES: usize = 10;

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
    kinds: &[GROUP, POLICY],
    operations: &[
        row("CreateLogGroup", "log-group", Verb::Create)
            .before(&[not_reserved, key])
            .after(&[kept_by_class])
            .answers(Answer::Nothing),
        row("DescribeLogGroups", "log-group", Verb::List(&GROUPS)),
        row("PutRetentionPolicy", "log-group", Verb::Patch)
            .before(&[days])
            .after(&[days_of_its_own])
            .answers(Answer::Nothing),
        row(
            "DeleteRetentionPolicy",
            "log-group",
            Verb::Write(&[Fill::Set("retentionInDays", From::Json("null"))]),
        )
        .answers(Answer::Nothing),
        row("DeleteLogGroup", "log-group", Verb::Delete { lenient: false })
            .after(&[unprotected, with_its_policy])
            .answers(Answer::Nothing),
        row("AssociateKmsKey", "log-group", Verb::Patch).before(&[of_a_group, key]).answers(Answer::Nothing),
        row("DisassociateKmsKey", "log-group", Verb::Write(&[Fill::Set("kmsKeyId", From::Json("null"))]))
            .before(&[of_a_group])
            .answers(Answer::Nothing),
        row("PutLogGroupDeletionProtection", "log-group", Verb::Patch)
            .before(&[named])
            .answers(Answer::Nothing),
        row("PutBearerTokenAuthentication", "log-group", Verb::Patch)
            .before(&[named])
            .answers(Answer::Nothing),
        row("PutDataProtectionPolicy", "log-group", Verb::Write(&[]))
            .before(&[named])
            .after(&[protect])
            .answers(Answer::Words(protection)),
        row("GetDataProtectionPolicy", "log-group", Verb::Read)
            .before(&[named])
            .answers(Answer::Words(protection)),
        row("DeleteDataProtectionPolicy", "log-group", Verb::Write(&[]))
            .before(&[named])
            .after(&[unprotect])
            .answers(Answer::Nothing),
        row("TagResource", "log-group", Verb::Tag("tags")).by_arn("resourceArn"),
        row("UntagResource", "", Verb::Untag("tagKeys")).by_arn("resourceArn"),
        row("ListTagsForResource", "log-group", Verb::ListTags("tags")).by_arn("resourceArn"),
        row("DescribeResourcePolicies", "resource-policy", Verb::List(&POLICIES)).before(&[in_scope]),
        row("PutResourcePolicy", "resource-policy", Verb::Replace)
            .before(&[guarded, few_policies])
            .after(&[revised])
            .answers(Answer::Words(written)),
        row("DeleteResourcePolicy", "resource-policy", Verb::Delete { lenient: false })
            .before(&[guarded])
            .answers(Answer::Nothing),
    ],
};

/// Those of the account are shown unless others are asked for.
fn in_scope(ctx: &mut Ctx) -> Outcome<()> {
    if ctx.text("policyScope").is_empty() {
        let scope = if ctx.text("resourceArn").is_empty() { "ACCOUNT" } else { "RESOURCE" };
        ctx.input["policyScope"] = scope.into();
    }
    Ok(())
}

/// Whose policy it is. That of a log group is written only by who says which revision it replaces.
fn guarded(ctx: &mut Ctx) -> Outcome<()> {
    let (name, arn) = (ctx.text("policyName"), ctx.text("resourceArn"));
    if name.is_empty() == arn.is_empty() {
        return Err(ctx.invalid("Exactly one of policyName and resourceArn must be specified."));
    }
    let expected = take(&mut ctx.input, "expectedRevisionId");
    ctx.input["_of"] = format!("{name}{arn}").into();
    ctx.input["policyScope"] = if arn.is_empty() { "ACCOUNT" } else { "RESOURCE" }.into();
    if arn.is_empty() {
        return Ok(());
    }
    let group = arn.split_once(":log-group:").map_or("", |(_, group)| group);
    let (groups, policies) = (ctx.collection(GROUP.name), ctx.collection(POLICY.name));
    if ctx.txn.get(&groups, group).is_none() {
        return Err(ApiError::new(GROUP.missing.0, GROUP.missing.1));
    }
    let revision = ctx.txn.get(&policies, &arn).map(|policy| policy["revisionId"].clone());
    match (&revision, &expected) {
        (None, Some(_)) | (Some(_), None) => Err(ApiError::new(
            "OperationAbortedException",
            "A conflicting operation is currently in progress against this resource. Please try again.",
        )),
        (Some(revision), Some(expected)) if revision != expected => {
            Err(ctx.invalid("Invalid ExpectedRevisionId"))
        }
        _ => Ok(()),
    }
}

/// Another document is another revision of a log group's policy.
fn revised(_: &mut Ctx, policy: &mut Value) -> Outcome<()> {
    if policy["policyScope"] == "RESOURCE" {
        policy["revisionId"] = policies::revision(&policy["policyDocument"]).into();
    }
    Ok(())
}

/// The revision stands beside the policy.
fn written(_: &mut Ctx, policy: &Value) -> Outcome<Value> {
    let members = policy.as_object().into_iter().flatten();
    let shown: serde_json::Map<String, Value> = members
        .filter(|(member, _)| !member.starts_with('_') && *member != "revisionId")
        .map(|(member, value)| (member.clone(), value.clone()))
        .collect();
    Ok(json!({ "resourcePolicy": shown, "revisionId": policy["revisionId"] }))
}

/// A group's policy goes with it.
fn with_its_policy(ctx: &mut Ctx, group: &mut Value) -> Outcome<()> {
    let policies = ctx.collection(POLICY.name);
    ctx.txn.remove(&policies, group["logGroupArn"].as_str().unwrap_or_default());
    Ok(())
}

/// A policy is JSON, and there is room for few.
fn few_policies(ctx: &mut Ctx) -> Outcome<()> {
    policies::parse(&ctx.text("policyDocument"), "InvalidParameterException")?;
    let (collection, name) = (ctx.collection(POLICY.name), ctx.text("policyName"));
    let others =
        ctx.txn.all(&collection).filter(|(id, policy)| *id != name && policy["policyScope"] == "ACCOUNT");
    match name.is_empty() || others.count() < MOST_POLICIES {
        true => Ok(()),
        false => Err(ApiError::new("LimitExceededException", "Resource limit exceeded.")),
    }
}

fn not_reserved(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.text("logGroupName").starts_with("aws/") {
        true => Err(ctx.invalid("Log groups starting with aws/ are reserved for AWS.")),
        false => Ok(()),
    }
}

/// What names a group by its name or its ARN.
fn named(ctx: &mut Ctx) -> Outcome<()> {
    let identifier = take(&mut ctx.input, "logGroupIdentifier").unwrap_or_default();
    let text = identifier.as_str().unwrap_or_default();
    let name = text.split_once(":log-group:").map_or(text, |(_, name)| name);
    ctx.input["logGroupName"] = name.into();
    Ok(())
}

/// Keys of results of queries are not kept here.
fn of_a_group(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.text("logGroupName").is_empty() {
        true => Err(ctx.invalid("The embedded account has keys of log groups alone: name one.")),
        false => Ok(()),
    }
}

fn key(ctx: &mut Ctx) -> Outcome<()> {
    let key = ctx.text("kmsKeyId");
    match key.is_empty() || key.split(':').nth(2) == Some("kms") {
        true => Ok(()),
        false => Err(ctx.invalid("Specified KMS key is not an ARN.")),
    }
}

/// A group that only hands logs on keeps them for two days, whatever is asked for.
fn kept_by_class(_: &mut Ctx, group: &mut Value) -> Outcome<()> {
    if group["logGroupClass"] == "DELIVERY" {
        group["retentionInDays"] = 2.into();
    }
    Ok(())
}

fn days_of_its_own(ctx: &mut Ctx, group: &mut Value) -> Outcome<()> {
    match group["logGroupClass"] == "DELIVERY" {
        true => Err(ctx.invalid("The retention of a log group of class DELIVERY cannot be set.")),
        false => Ok(()),
    }
}

fn protect(ctx: &mut Ctx, group: &mut Value) -> Outcome<()> {
    if group["logGroupClass"] != "STANDARD" {
        return Err(ctx.invalid("Data protection is a feature of log groups of class STANDARD."));
    }
    let text = ctx.text("policyDocument");
    policies::parse(&text, "InvalidParameterException")?;
    group[PROTECTION] = text.into();
    group["dataProtectionStatus"] = "ACTIVATED".into();
    Ok(())
}

/// That there was one stays visible.
fn unprotect(_: &mut Ctx, group: &mut Value) -> Outcome<()> {
    if take(group, PROTECTION).is_some() {
        group["dataProtectionStatus"] = "DELETED".into();
    }
    Ok(())
}

fn protection(_: &mut Ctx, group: &Value) -> Outcome<Value> {
    Ok(json!({ "logGroupIdentifier": group["logGroupName"], "policyDocument": group[PROTECTION] }))
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
