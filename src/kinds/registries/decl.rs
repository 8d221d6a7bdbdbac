//! The registry of schemas, pure.

use crate::engine::field::{Absent, Document, Field, Lit, Output, TAGS, Type};
use crate::engine::{Budgets, Form, Place};
use crate::kinds::{About, Kind, Loss, Lowering, MarkIn, Naming, Need, policy_statements};

/// A registry of EventBridge Schemas (`schemas:CreateRegistry`).
pub struct Registries;

/// How names of registries begin that are AWS's own.
const RESERVED: &str = "aws.";
/// Where discoverers put what they find.
const DISCOVERED: &str = "discovered-schemas";

pub(super) const FIELDS: &[Field] = &[
    Field::lowered("RegistryName", Type::Text { min: 1, max: 64 }, "The name.").required().create_only(),
    Field::new("description", "Description", Type::Text { min: 0, max: 256 }, "What its schemas are of.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::sugar(
        "policy",
        "Statements on the registry's policy, by Sid, as IAM writes them; `Resource` is the registry and its schemas.",
    )
    .form(|| Form::map("Sid", Form::Value(Type::Document(Document::Json)))),
    TAGS,
];

static ABOUT: About = About {
    kind: "registries",
    singular: "registry",
    doc: "A registry of EventBridge Schemas: where `schemas` are published. `aws.events` and `discovered-schemas` are \
          AWS's own and never declared. A registry in which schemas stand that are not the stack's is not deleted. \
          Statements on its policy, by which other accounts may read it, are resources of their own; those of others \
          are kept.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived("arn", "arn:{partition}:schemas:{region}:{account}:registry/{name}", "The ARN."),
        Output::derived("name", "{name}", "The name."),
    ],
    naming: Naming::new("RegistryName", 64, "-_."),
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::QUICK,
    loses: Loss::Nothing,
    itself: &["registries"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: Some("policy"),
    identified_by: &["RegistryName"],
};

impl Kind for Registries {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        if own.name() == DISCOVERED || own.name().starts_with(RESERVED) {
            let at = own.place_of("RegistryName");
            let message = format!("the registry `{}` is AWS's own: a stack cannot own it", own.name());
            own.error("shared_resource", at, message, "give it another name");
        }
        policy_statements(own);
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Registries
    }
}

/// The name of a registry of this account and region by its ARN.
///
/// # Errors
/// Why it is none.
pub fn name_here(arn: &str, place: &Place) -> Result<String, String> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let name = match parts.as_slice() {
        [_, _, "schemas", _, _, resource] => resource.strip_prefix("registry/"),
        _ => None,
    };
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Err(format!("`{arn}` is no ARN of a registry of schemas"));
    };
    let (region, account) = (parts[3], parts[4]);
    let here = region == place.region && (place.account == Place::NO_ACCOUNT || account == place.account);
    match here {
        true => Ok(name.to_owned()),
        false => Err(format!(
            "a schema stands in the account and region of its registry, and this one is in {account}, {region}"
        )),
    }
}
