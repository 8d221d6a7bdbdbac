//! The role, pure.

use crate::engine::field::{Absent, Compare, Document, Field, Lit, Output, TAGS, TEXT, Type, Unit};
use crate::engine::{Budgets, Place, Resource, Value};
use crate::kinds::{About, Kind, Loss, Lowering, MarkIn, Naming, Need};

/// An IAM role with its inline policies (`iam:CreateRole`, `iam:PutRolePolicy`).
pub struct Roles;

const LONGEST_POLICY_NAME: usize = 128;

pub(super) const FIELDS: &[Field] = &[
    Field::lowered("RoleName", Type::Text { min: 1, max: 64 }, "The name.").required().create_only(),
    Field::new("path", "Path", Type::Text { min: 1, max: 512 }, "The path in front of the name in the ARN.")
        .default(Lit::Text("/"))
        .create_only(),
    Field::new(
        "trust",
        "AssumeRolePolicyDocument",
        Type::Document(Document::Policy),
        "Who may assume the role, as IAM writes it.",
    )
    .required()
    .compare(Compare::Policy),
    Field::new("description", "Description", Type::Text { min: 0, max: 1000 }, "What the role is for.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "max_session_duration",
        "MaxSessionDuration",
        Type::Duration { unit: Unit::Seconds, min: 3600, max: 43_200 },
        "The longest session.",
    )
    .default(Lit::Int(3600)),
    Field::new(
        "policies",
        "Policies",
        Type::Map(&Type::Document(Document::Policy)),
        "Inline policies by name, as IAM writes them. The role has these and no others.",
    )
    .compare(Compare::Policy),
    Field::new(
        "managed_policies",
        "ManagedPolicyArns",
        Type::List(&TEXT),
        "ARNs of attached managed policies.",
    )
    .compare(Compare::Set),
    Field::new(
        "permissions_boundary",
        "PermissionsBoundary",
        Type::Text { min: 20, max: 2048 },
        "The ARN of the policy that bounds the role's rights.",
    ),
    TAGS,
];

static ABOUT: About = About {
    kind: "roles",
    singular: "role",
    doc: "An IAM role. Most are generated from the references of what needs them; a role of one's own is declared here and named by `role:`.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &["role"],
    fields: FIELDS,
    outputs: &[
        Output::derived("arn", "arn:{partition}:iam::{account}:role{Path}{name}", "The ARN."),
        Output::derived("name", "{name}", "The name."),
    ],
    naming: Naming { global: true, ..Naming::new("RoleName", 64, "+=,.@-_") },
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::QUICK,
    loses: Loss::Nothing,
    itself: &["roles"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["RoleName"],
};

impl Kind for Roles {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        path(own);
        policy_names(own);
        let at = own.place_of("AssumeRolePolicyDocument");
        let trust = own.properties().get("AssumeRolePolicyDocument");
        if trust.and_then(Value::as_map).is_some()
            && own.properties().at("AssumeRolePolicyDocument.Statement").is_none_or(Value::is_empty)
        {
            own.error(
                "no_statements",
                at,
                "nobody may assume this role: `trust` has no statements",
                "write `Statement: [ { Effect: Allow, Principal: { Service: … }, Action: sts:AssumeRole } ]`",
            );
        }
    }

    fn derive(&self, output: &str, of: &Resource, place: &Place) -> Option<Value> {
        let path = of.properties.text_at("Path").unwrap_or("/");
        match output {
            "arn" => Some(place.global_arn("iam", &format!("role{path}{}", of.name)).into()),
            _ => crate::kinds::derive_by_pattern(&ABOUT, output, of, place),
        }
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Roles
    }
}

/// A path begins and ends in a slash.
fn path(own: &mut Lowering<'_>) {
    let Some(path) = own.properties().text_at("Path").map(str::to_owned) else { return };
    let at = own.place_of("Path");
    let inside = path.chars().all(|c| ('\u{21}'..='\u{7e}').contains(&c));
    if !(inside && path.starts_with('/') && path.ends_with('/')) {
        let name = path.trim_matches('/');
        let help = match name.is_empty() || !inside {
            true => "write `/orders/`, without spaces".to_owned(),
            false => format!("write `/{name}/`"),
        };
        own.error("role_path", at, "a path begins and ends with `/`", &help);
    }
}

/// Names of inline policies stand in IAM's own alphabet.
fn policy_names(own: &mut Lowering<'_>) {
    let policies = own.properties().get("Policies").and_then(Value::as_map).cloned().unwrap_or_default();
    for name in policies.keys() {
        let known = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        if name.is_empty() || name.len() > LONGEST_POLICY_NAME || !name.chars().all(known) {
            let at = own.place_of(&format!("Policies.{name}"));
            own.error(
                "policy_name",
                at,
                format!("`{name}` is no name of a policy"),
                "1 to 128 letters, digits and `_+=,.@-`",
            );
        }
    }
}
