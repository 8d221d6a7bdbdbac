//! AWS IAM: roles, their policies and tags.
//!
//! Documents come back percent-encoded; beside them the parsed policy is kept for the checks of other
//! services. Role names are unique ignoring case.

use serde_json::{Value, json};

use super::executor::Ctx;
use super::hooks::{policies, roles};
use super::{Answer, Check, Fill, From, KIND, Kind, LIST, List, Outcome, Service, Verb, row};
use crate::local::http::escape;

const ROLE: Kind = Kind {
    name: "role",
    key: "{_role}",
    arn: "arn:{partition}:iam::{account}:role{Path}{RoleName}",
    missing: ("NoSuchEntity", "The role with name {RoleName} cannot be found."),
    exists: ("EntityAlreadyExists", "Role with name {RoleName} already exists."),
    blank: &["Description"],
    create: &[
        Fill::Default("Path", From::Json("\"/\"")),
        Fill::Default("MaxSessionDuration", From::Json("3600")),
        Fill::Set("RoleId", From::Text("AROA{ANY17}")),
        Fill::Set("Arn", From::Text("arn:{partition}:iam::{account}:role{Path}{RoleName}")),
        Fill::Set("CreateDate", From::Now),
    ],
    ..KIND
};

const POLICY: Kind = Kind {
    name: "role-policy",
    key: "{_role}/{PolicyName}",
    missing: ("NoSuchEntity", "The role policy with name {PolicyName} cannot be found."),
    ..KIND
};

const ATTACHMENT: Kind = Kind {
    name: "role-attachment",
    key: "{_role}/{PolicyArn}",
    missing: ("NoSuchEntity", "Policy {PolicyArn} was not found."),
    ..KIND
};

/// An instance profile that a role is in: what stands here of profiles, which others make.
const PROFILE: Kind = Kind {
    name: "role-profile",
    key: "{_role}/{InstanceProfileName}",
    missing: ("NoSuchEntity", "Instance Profile {InstanceProfileName} cannot be found."),
    ..KIND
};

const PAGED: List =
    List { limit: ("MaxItems", 100), token: ("Marker", "Marker"), more: "IsTruncated", ..LIST };
const ROLES: List = List {
    items: "Roles",
    prefix: ("PathPrefix", "Path"),
    omit: &["Tags", "PermissionsBoundary", "RoleLastUsed"],
    ..PAGED
};
const POLICIES: List =
    List { items: "PolicyNames", only: "PolicyName", within: "{_role}/", read: &["RoleName"], ..PAGED };
const ATTACHMENTS: List = List {
    items: "AttachedPolicies",
    within: "{_role}/",
    read: &["RoleName"],
    prefix: ("PathPrefix", "_path"),
    ..PAGED
};

const PROFILES: List = List { items: "InstanceProfiles", within: "{_role}/", read: &["RoleName"], ..PAGED };

const CONFLICT: (&str, &str) = ("DeleteConflict", "Cannot delete entity, must delete policies first.");
const UNUSED: &[Check] = &[
    Check::None("role-policy", "{_role}/", CONFLICT),
    Check::None(
        "role-attachment",
        "{_role}/",
        ("DeleteConflict", "Cannot delete entity, must detach all policies first."),
    ),
    Check::None(
        "role-profile",
        "{_role}/",
        ("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first."),
    ),
];

pub const SERVICE: Service = Service {
    id: "iam",
    global: true,
    invalid: "ValidationError",
    before: Some(fold_name),
    kinds: &[ROLE, POLICY, ATTACHMENT, PROFILE],
    operations: &[
        row("CreateRole", "role", Verb::Create)
            .after(&[trust, boundary, roles::propagate])
            .answers(Answer::Under("Role")),
        row("GetRole", "role", Verb::Read).answers(Answer::Under("Role")),
        row("ListRoles", "role", Verb::List(&ROLES)),
        row("UpdateRole", "role", Verb::Patch).answers(Answer::Nothing),
        row("UpdateAssumeRolePolicy", "role", Verb::Patch).after(&[trust]).answers(Answer::Nothing),
        row("DeleteRole", "role", Verb::Delete { lenient: false }).checks(UNUSED).answers(Answer::Nothing),
        row("PutRolePermissionsBoundary", "role", Verb::Patch).after(&[boundary]).answers(Answer::Nothing),
        row(
            "DeleteRolePermissionsBoundary",
            "role",
            Verb::Write(&[Fill::Set("PermissionsBoundary", From::Json("null"))]),
        )
        .answers(Answer::Nothing),
        row("TagRole", "role", Verb::Tag("Tags")),
        row("UntagRole", "role", Verb::Untag("TagKeys")),
        row("ListRoleTags", "role", Verb::ListTags("Tags")),
        row("PutRolePolicy", "role-policy", Verb::Replace)
            .before(&[role_exists])
            .after(&[document])
            .answers(Answer::Nothing),
        row("GetRolePolicy", "role-policy", Verb::Read).before(&[role_exists]),
        row("ListRolePolicies", "role-policy", Verb::List(&POLICIES)).before(&[role_exists]),
        row("DeleteRolePolicy", "role-policy", Verb::Delete { lenient: false })
            .before(&[role_exists])
            .answers(Answer::Nothing),
        row("AttachRolePolicy", "role-attachment", Verb::Replace)
            .before(&[role_exists])
            .after(&[policy_name])
            .answers(Answer::Nothing),
        row("DetachRolePolicy", "role-attachment", Verb::Delete { lenient: false })
            .before(&[role_exists])
            .answers(Answer::Nothing),
        row("ListAttachedRolePolicies", "role-attachment", Verb::List(&ATTACHMENTS)).before(&[role_exists]),
        row("ListInstanceProfilesForRole", "role-profile", Verb::List(&PROFILES)).before(&[role_exists]),
        row("RemoveRoleFromInstanceProfile", "role-profile", Verb::Delete { lenient: false })
            .before(&[role_exists])
            .answers(Answer::Nothing),
    ],
};

fn fold_name(ctx: &mut Ctx) -> Outcome<()> {
    let name = ctx.text("RoleName").to_lowercase();
    if !name.is_empty() {
        ctx.input["_role"] = name.into();
    }
    Ok(())
}

fn role_exists(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.place(&ROLE)?.load(ctx.txn) {
        Some(_) => Ok(()),
        None => Err(ctx.refuse(ROLE.missing, &Value::Null)),
    }
}

/// Takes the policy text in `member` of the input into the role or policy.
fn take_policy(ctx: &mut Ctx, text: &str, shown: &str, parsed: &str, document: &mut Value) -> Outcome<()> {
    let policy = policies::parse(text, "MalformedPolicyDocument")?;
    policies::principals_exist(ctx, &policy)?;
    document[shown] = escape(text).into();
    document[parsed] = policy;
    Ok(())
}

fn trust(ctx: &mut Ctx, role: &mut Value) -> Outcome<()> {
    let text = if ctx.text("PolicyDocument").is_empty() {
        ctx.text("AssumeRolePolicyDocument")
    } else {
        ctx.text("PolicyDocument")
    };
    super::places::take(role, "PolicyDocument");
    take_policy(ctx, &text, "AssumeRolePolicyDocument", roles::TRUST, role)
}

fn document(ctx: &mut Ctx, policy: &mut Value) -> Outcome<()> {
    let text = ctx.text("PolicyDocument");
    take_policy(ctx, &text, "PolicyDocument", roles::POLICY, policy)
}

fn boundary(_: &mut Ctx, role: &mut Value) -> Outcome<()> {
    if let Some(arn) = role["PermissionsBoundary"].as_str().map(str::to_owned) {
        role["PermissionsBoundary"] =
            json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn});
    }
    Ok(())
}

fn policy_name(ctx: &mut Ctx, attachment: &mut Value) -> Outcome<()> {
    let arn = ctx.text("PolicyArn");
    let (path, name) = arn
        .split_once(":policy")
        .and_then(|(_, path)| path.rsplit_once('/'))
        .ok_or_else(|| ctx.invalid(format!("ARN {arn} is not valid.")))?;
    attachment["PolicyName"] = name.into();
    attachment["_path"] = format!("{path}/").into();
    Ok(())
}
