//! The bus, pure.

use crate::engine::field::{Absent, Document, Field, Lit, Output, RefTo, TAGS, Type};
use crate::engine::{Budgets, Form, Graph, Place, Resource, Value};
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Cause};
use crate::flow::shape::Shape;
use crate::kinds::{
    About, Certain, Intake, Is, Kind, Loss, Lowering, MarkIn, Naming, Need, Refused, Sign, policy_statements,
    sign, source_condition,
};

use super::passing;

/// A classic EventBridge bus (`events:CreateEventBus`).
pub struct Buses;

/// The name of the bus that every account has and no stack owns.
pub const DEFAULT: &str = "default";

/// The source of a partner's events, and whether it is active.
pub(super) const SOURCE: &str = "EventSourceName";
pub(super) const SOURCE_STATE: &str = "EventSourceState";
pub(super) const ACTIVE: &str = "ACTIVE";
/// What a source is that is not there any more.
pub(super) const DELETED: &str = "DELETED";

/// The output that the ARNs of a bus's rules match.
const RULES: &str = "rules_arn";

/// How names begin that belong to AWS and its partners.
const RESERVED: &str = "aws.";

const PRODUCERS: &str = "producers";
const EXTERNAL: &str = "EXTERNAL";

const TOLD: &[Field] = &[Field::new(
    PRODUCERS,
    PRODUCERS,
    Type::Enum(&[("external", EXTERNAL)]),
    "Who puts events on the bus: `external` says that others than this stack do. Then `validate` says of no rule that \
     nothing can match it. Nothing of it is AWS's.",
)];

const LOG: &[Field] = &[
    Field::new(
        "level",
        "Level",
        Type::Enum(&[("off", "OFF"), ("error", "ERROR"), ("info", "INFO"), ("trace", "TRACE")]),
        "Which records the bus hands to its log deliveries.",
    )
    .default(Lit::Text("OFF")),
    Field::new(
        "include_detail",
        "IncludeDetail",
        Type::Enum(&[("none", "NONE"), ("full", "FULL")]),
        "Whether the records hold the events' detail.",
    )
    .default(Lit::Text("NONE")),
];

const DEAD_LETTER: &[Field] =
    &[Field::lowered("Arn", Type::Ref(&RefTo::unchecked(&["queues"], "arn")), "The ARN of the queue.")];

pub(super) const FIELDS: &[Field] = &[
    Field::lowered("Name", Type::Text { min: 1, max: 256 }, "The name.").required().create_only(),
    Field::new(
        "event_source_name",
        SOURCE,
        Type::Text { min: 1, max: 256 },
        "The event source of a partner, `aws.partner/PARTNER/…`, whose events come to this bus. The bus has its name, and is protected unless `protect: false` stands beside it.",
    )
    .create_only(),
    Field::lowered(
        SOURCE_STATE,
        Type::Enum(&[("pending", "PENDING"), ("active", ACTIVE), ("deleted", DELETED)]),
        "Whether the partner's events come.",
    ),
    Field::new("description", "Description", Type::Text { min: 0, max: 512 }, "What the bus is for.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "kms_key_identifier",
        "KmsKeyIdentifier",
        Type::Text { min: 0, max: 2048 },
        "The customer managed key that events are encrypted with: its id, ARN or alias. Left out, AWS's own key is used.",
    )
    .absent(Absent::Clear(Lit::Text(""))),
    Field::sugar("dead_letter", "The queue that gets the events which the bus could not process.")
        .form(|| Form::Ref(RefTo::unchecked(&["queues"], "arn"))),
    Field::lowered("DeadLetterConfig", Type::Object(DEAD_LETTER), "The queue for what could not be processed.")
        .absent(Absent::Clear(Lit::EmptyMap)),
    // AWS shows this block only after the first update of the bus.
    Field::new(
        "log",
        "LogConfig",
        Type::Object(LOG),
        "What the bus logs. The records arrive nowhere before a log delivery is made from the bus.",
    )
    .default(Lit::Json(r#"{"Level":"OFF","IncludeDetail":"NONE"}"#)),
    Field::sugar("policy", "Statements on the bus's policy, by Sid, as IAM writes them; `Resource` is the bus itself.")
        .form(|| Form::map("Sid", Form::Value(Type::Document(Document::Json)))),
    TAGS,
];

static ABOUT: About = About {
    kind: "buses",
    singular: "bus",
    doc: "A custom event bus (classic). The default bus is the account's: it is referred to as `default` and never \
          declared. Statements on the bus's policy are resources of their own; those of others are kept. With \
          `event_source_name` it is the bus of a partner (SaaS): its creation waits for the partner to make the source, \
          which expires if no bus is made for it in time.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived("arn", "arn:{partition}:events:{region}:{account}:event-bus/{name}", "The ARN."),
        Output::derived("name", "{name}", "The name."),
        Output::derived(
            RULES,
            "arn:{partition}:events:{region}:{account}:rule/{name}/*",
            "What the ARNs of its rules match.",
        ),
    ],
    naming: Naming { same_as: Some("event_source_name"), ..Naming::new("Name", 256, "-_.") },
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::QUICK,
    loses: Loss::Meanwhile("the events that are published meanwhile"),
    itself: &["buses"],
    access: &[("publish", &["events:PutEvents"])],
    grant_on: &[""],
    data_key: None,
    shared: &[DEFAULT],
    statements: Some("policy"),
    identified_by: &["Name"],
};

impl Kind for Buses {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn certain_calls(&self) -> Certain {
        Certain { service: "events", create: &["CreateEventBus"], delete: &["DeleteEventBus"] }
    }

    fn family(&self) -> Option<&'static str> {
        Some(RULES)
    }

    fn intake(&self) -> Option<Intake> {
        Some(Intake {
            flag: "bus",
            service: "events",
            operation: "PutEvents",
            at_once: 10,
            named_in: "EventBusName",
            parts: None,
        })
    }

    /// The bus of a partner is not lightly given back.
    fn protects(&self, of: &Value) -> bool {
        of.get(SOURCE).is_some()
    }

    fn signs(&self) -> &'static [Sign] {
        const SIGNS: &[Sign] = &[
            sign(
                SOURCE_STATE,
                Is::Text("PENDING"),
                "the partner's event source is deactivated, so no events come, and AWS deletes it after two weeks: \
                 `gatewayctl apply` activates it",
            ),
            sign(
                SOURCE_STATE,
                Is::Text(DELETED),
                "the partner has deleted the event source, or it has expired, so no events come any more: take the bus \
                 out of the stack, or have the partner make the source anew",
            ),
        ];
        SIGNS
    }

    /// Nothing that is done here brings back what a partner has deleted.
    fn refuses(&self, of: &Resource, live: &Value) -> Vec<Refused> {
        let is_wished = of.properties.text_at(SOURCE_STATE) == Some(ACTIVE);
        if !is_wished || live.text_at(SOURCE_STATE) != Some(DELETED) {
            return Vec::new();
        }
        vec![Refused {
            code: "partner_source",
            at: of.places.get(SOURCE).copied().unwrap_or(of.declared),
            message: format!(
                "{}: the partner has deleted the event source {}, or it has expired, so nothing comes to its bus any more",
                of.address, of.name
            ),
            help: format!(
                "have the partner make the source anew, or take the bus out of the stack and plan with `--allow-destroy {}`",
                of.address
            ),
        }]
    }

    fn policy_limit(&self) -> Option<(usize, usize)> {
        Some((10_240, usize::MAX))
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        match own.properties().text_at(SOURCE).map(str::to_owned) {
            Some(source) => partner(own, &source),
            None => shared(own),
        }
        policy_statements(own);
        if let Some((_, node)) = own.take("dead_letter") {
            const TO: RefTo = RefTo::unchecked(&["queues"], "arn");
            if let Some(queue) = own.reference(&node, &TO) {
                own.set("DeadLetterConfig.Arn", queue.0.clone(), node.span);
                let arn = own.output(&own.address().clone(), "arn");
                let condition = source_condition(own.place(), arn);
                own.admit("events", &["sqs:SendMessage"], queue, condition, node.span);
            }
        }
    }

    fn words(&self) -> &'static [Word] {
        passing::WORDS
    }

    fn happens(&self, _: Option<&Resource>, graph: &Graph, said: &Happening<'_>) -> Result<Arrival, String> {
        passing::happens(graph, said)
    }

    fn shows(&self, _: &Resource, cause: Cause<'_>) -> Vec<Shape> {
        passing::shows(cause)
    }

    /// Others put events on the bus of a partner, and on one of which that is said.
    fn is_open(&self, of: &Resource, graph: &Graph) -> bool {
        let told = graph.told.get(&of.address).and_then(|told| told.said.text_at(PRODUCERS));
        of.properties.get(SOURCE).is_some() || told == Some(EXTERNAL)
    }

    fn told(&self) -> &'static [Field] {
        TOLD
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Buses
    }
}

/// What belongs to the account or to partners is not declared.
fn shared(own: &mut Lowering<'_>) {
    let at = own.place_of("Name");
    if own.address().key == DEFAULT || own.name() == DEFAULT {
        own.error(
            "shared_resource",
            at,
            "the default bus is the account's: a stack cannot own it",
            "take the declaration away and write `bus: default` where it is meant",
        );
    } else if own.name().starts_with(RESERVED) {
        own.error(
            "shared_resource",
            at,
            format!("names that begin with `{RESERVED}` are those of partner buses"),
            "write `event_source_name:` instead of `name:` if this is one, or give it another name",
        );
    }
}

/// The bus of a partner has the name of its source, and no policy.
fn partner(own: &mut Lowering<'_>, source: &str) {
    let at = own.place_of(SOURCE);
    let legal =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let parts: Vec<&str> = source.split('/').collect();
    if parts.len() < 3 || parts[0] != "aws.partner" || !parts.iter().all(|part| legal(part)) {
        let message = format!("`{source}` is no event source of a partner");
        own.error(
            "partner_source",
            at,
            message,
            "`aws.partner/PARTNER/NAMESPACE/NAME`, as the partner has told it",
        );
        return;
    }
    if own.name() != source {
        let at = own.place_of("Name");
        let message = "the bus of a partner is called as its event source";
        own.error("partner_source", at, message, "take `name:` away");
    }
    if let Some((at, _)) = own.take("policy") {
        let message = "AWS takes no policy on the bus of a partner: nobody but the partner puts events on it";
        own.error("partner_source", at, message, "take `policy:` away");
    }
    own.set(SOURCE_STATE, ACTIVE, at);
}

/// The name of a bus of this account and region by its ARN, which is where `what` stands.
///
/// # Errors
/// Why it is none.
pub fn name_here(arn: &str, place: &Place, what: &str) -> Result<String, String> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, "events", region, account, resource] = parts.as_slice() else {
        return Err(format!("`{arn}` is no ARN of a bus"));
    };
    let Some(name) = resource.strip_prefix("event-bus/").filter(|name| !name.is_empty()) else {
        return Err(format!("`{arn}` is no ARN of a classic bus"));
    };
    let here = *region == place.region && (place.account == Place::NO_ACCOUNT || *account == place.account);
    match here {
        true => Ok(name.to_owned()),
        false => Err(format!(
            "{what} stands in the account and region of its bus, and this one is in {account}, {region}"
        )),
    }
}

/// The bus of a stack that has this name.
pub fn named<'g>(graph: &'g Graph, name: &str) -> Option<&'g Resource> {
    crate::kinds::by_name(graph, ABOUT.kind, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bus_by_arn_is_known_by_its_name_if_it_is_here() {
        let here = Place::new("eu-west-1", "123456789012");
        let name = |arn| name_here(arn, &here, "a rule");
        assert_eq!(name("arn:aws:events:eu-west-1:123456789012:event-bus/x").as_deref(), Ok("x"));
        for elsewhere in [
            "arn:aws:events:eu-west-1:999999999999:event-bus/x",
            "arn:aws:events:us-east-1:123456789012:event-bus/x",
            "arn:aws:events:eu-west-1:123456789012:event-busv2/x/y",
            "arn:aws:sqs:eu-west-1:123456789012:x",
        ] {
            assert!(name(elsewhere).is_err(), "{elsewhere}");
        }
    }
}
