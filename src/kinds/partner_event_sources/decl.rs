//! The event sources of a partner, pure.

use crate::engine::field::{Field, Output, TEXT, Type};
use crate::engine::{Budgets, Value};
use crate::kinds::{
    About, Intake, Is, Kind, Loss, Lowering, MarkIn, Naming, Need, Parts, SOURCE, Sign, sign,
};

use super::namespace::Namespace;

/// A namespace of event sources, one for each tenant (`events:CreatePartnerEventSource`).
pub struct PartnerEventSources;

/// The tenants and the accounts that their sources are for.
pub(super) const TENANTS: &str = "Tenants";
/// A source that the tenant has not made a bus for, or has deactivated.
pub(super) const PENDING: &str = "PENDING";
/// One that is not there (any more).
pub(super) const DELETED: &str = "DELETED";

/// The output that the names of sources begin with.
const NAMESPACE: &str = "namespace";

/// The longest name of a source.
const LONGEST: usize = 256;

const LOST: &str = "the source: nothing comes to the tenant's bus any more";

pub(super) const FIELDS: &[Field] = &[
    Field::lowered("Name", Type::Text { min: 1, max: 200 }, "The name.").required().create_only(),
    Field::new(
        "partner",
        "Partner",
        Type::Text { min: 1, max: 200 },
        "The partner's name as AWS has registered it, such as `example.com`: sources are called `aws.partner/PARTNER/NAME/TENANT`.",
    )
    .required()
    .create_only(),
    Field::new(
        "tenants",
        TENANTS,
        Type::Map(&Type::Text { min: 12, max: 12 }),
        "Tenants, each with the id of the account that may make a bus for its source. A tenant that is taken away loses its source; another account is another source.",
    )
    .required()
    .loses(LOST),
    Field::lowered("States", Type::Map(&TEXT), "What has become of each source.").computed(),
];

static ABOUT: About = About {
    kind: "partner_event_sources",
    singular: "partner_event_source",
    doc: "Event sources of a SaaS partner, one for each tenant, who makes a bus for it in an account of its own. Only \
          accounts that AWS has enrolled as partners of EventBridge make them. Sources have no tags and no description, \
          so whose they are is recorded for all of a namespace in one parameter of the Parameter Store, under \
          `/gatewayctl/partner-event-sources/`. A namespace is owned whole: a source in it that is no tenant's goes. \
          One that has sources and no record is taken over only by `--adopt`.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived(
            NAMESPACE,
            "aws.partner/{Partner}/{name}",
            "What the names of the sources begin with; behind it stand `/` and the tenant.",
        ),
        Output::derived("name", "{name}", "The name."),
    ],
    naming: Naming::new("Name", 200, "-_./"),
    mark: MarkIn::Beside,
    protect: true,
    budgets: Budgets::QUICK,
    loses: Loss::Held("the sources of all its tenants: nothing comes to their buses any more"),
    itself: &["partner_event_sources"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["Name", "Partner"],
};

impl Kind for PartnerEventSources {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn intake(&self) -> Option<Intake> {
        Some(Intake {
            flag: "partner",
            service: "events",
            operation: "PutPartnerEvents",
            at_once: 20,
            named_in: SOURCE,
            parts: Some(Parts { keys: TENANTS, below: NAMESPACE }),
        })
    }

    fn signs(&self) -> &'static [Sign] {
        const SIGNS: &[Sign] = &[
            sign(
                "States.*",
                Is::Text(DELETED),
                "there is no source: either it has not been made yet, or it has expired because the tenant made no bus \
                 for it in time; `gatewayctl apply` makes it, and the tenant has two weeks",
            ),
            sign(
                "States.*",
                Is::Begins(PENDING),
                "no events go there yet: the tenant has made no bus for the source, or has deactivated it, and AWS \
                 deletes the source if that stays so",
            )
            .note(),
            sign("States.*", Is::Text("ACTIVE"), "events go to the tenant's bus").note(),
        ];
        SIGNS
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        let partner = own.properties().get("Partner").cloned().unwrap_or_default();
        let Some(partner) = partner.as_str().map(str::to_owned) else {
            let at = own.place_of("Partner");
            if partner != Value::Null {
                own.error(
                    "not_known",
                    at,
                    "this must be known before anything exists",
                    "write the text itself",
                );
            }
            return;
        };
        let at = own.place_of("Partner");
        if !is_part(&partner) {
            let help = "the name as AWS has registered it, such as `example.com`";
            own.error("partner_source", at, format!("`{partner}` is no name of a partner"), help);
        }
        let name = own.name().to_owned();
        if !name.split('/').all(is_part) {
            let at = own.place_of("Name");
            own.error("partner_source", at, format!("`{name}` has an empty part"), "`NAME` or `NAME/NAME`");
        }
        let Some(namespace) = Namespace::of(own.properties(), &name) else { return };
        let tenants = own.properties().get(TENANTS).and_then(Value::as_map).cloned().unwrap_or_default();
        for (tenant, account) in &tenants {
            let at = own.place_of(&format!("{TENANTS}.{tenant}"));
            let long = namespace.source(tenant).len();
            if !is_part(tenant) {
                let help = "letters, digits and `.-_`";
                own.error("partner_source", at, format!("`{tenant}` is no name of a tenant's source"), help);
            } else if long > LONGEST {
                let message = format!("the source's name would have {long} characters; AWS takes {LONGEST}");
                own.error("partner_source", at, message, "give the tenant or the namespace a shorter name");
            }
            let digits = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
            if account.as_str().is_some_and(|account| !digits(account)) {
                own.error("partner_source", at, "this is no account", "its twelve digits");
            }
        }
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::PartnerEventSources
    }
}

/// What may stand between two `/` of a source's name.
fn is_part(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}
