//! The discoverer of schemas, pure.

use crate::engine::field::{Absent, Field, Lit, Output, RefTo, TAGS, Type};
use crate::engine::{Budgets, Graph, Resource};
use crate::kinds::{About, Is, Kind, Loss, Lowering, MarkIn, Naming, Need, Sign, buses, sign};
use crate::source::{Diagnostic, Findings};

/// A discoverer of EventBridge Schemas (`schemas:CreateDiscoverer`).
pub struct Discoverers;

/// The bus that it listens to, which is what it is known by.
pub(super) const SOURCE: &str = "SourceArn";
pub(super) const STOPPED: &str = "STOPPED";

pub(super) const FIELDS: &[Field] = &[
    Field::new(
        "bus",
        SOURCE,
        Type::Ref(&RefTo::inside(&["buses"], "arn")),
        "The bus whose events it learns schemas from: a key, an ARN of this account and region, or `default`. A bus has one discoverer at most, and none if it has a key of KMS.",
    )
    .required()
    .create_only(),
    Field::new("description", "Description", Type::Text { min: 0, max: 256 }, "What it is for.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "cross_account",
        "CrossAccount",
        Type::Bool,
        "Whether it learns from events of other accounts too.",
    )
    .default(Lit::Bool(true)),
    Field::new(
        "state",
        "State",
        Type::Enum(&[("started", "STARTED"), ("stopped", STOPPED)]),
        "Whether it works. Each event that it looks at beyond the free ones costs.",
    )
    .default(Lit::Text("STARTED")),
    TAGS,
];

static ABOUT: About = About {
    kind: "discoverers",
    singular: "discoverer",
    doc: "A discoverer: it looks at the events of a bus and writes their schemas into the registry \
          `discovered-schemas`, which is AWS's own. It has no name: it is known by its bus. AWS makes a managed rule on \
          the bus for it, which is AWS's own: it stands in no plan and is never touched. What it has found stays when \
          it goes.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::assigned("arn", "The ARN.").like("arn:{partition}:schemas:{region}:{account}:discoverer/*"),
        Output::assigned("id", "The id."),
    ],
    naming: Naming { unique: false, ..Naming::new("", 64, "-_") },
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::QUICK,
    loses: Loss::Nothing,
    itself: &["discoverers"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &[SOURCE],
};

impl Kind for Discoverers {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn signs(&self) -> &'static [Sign] {
        const SIGNS: &[Sign] = &[sign(
            "State",
            Is::Text(STOPPED),
            "it is stopped, so it learns nothing: `gatewayctl apply` starts it",
        )];
        SIGNS
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        let arn = own.properties().text_at(SOURCE).map(str::to_owned);
        let problem = arn.and_then(|arn| buses::name_here(&arn, own.place(), "a discoverer").err());
        if let Some(problem) = problem {
            let at = own.place_of(SOURCE);
            own.error("foreign_bus", at, problem, "name a bus of this account and region");
        }
    }

    fn fits(&self, of: &Resource, graph: &Graph, findings: &mut Findings) {
        let at = of.places.get(SOURCE).copied().unwrap_or(of.declared);
        let mut say = |finding: Diagnostic, help: &str| {
            findings.push(finding.at(at).help(help).address(of.address.to_string()));
        };
        let source = of.properties.get(SOURCE).and_then(|arn| arn.canonical());
        let same = |other: &&Resource| {
            other.kind == ABOUT.kind
                && other.address < of.address
                && other.properties.get(SOURCE).and_then(|arn| arn.canonical()) == source
        };
        if let Some(other) = graph.resources.values().find(same) {
            let message = format!("{} is the discoverer of this bus already", other.address);
            let help = "take one of the two away: a bus has one";
            say(Diagnostic::error("second_discoverer", message), help);
        }
        let bus = of.edges.iter().filter(|edge| edge.inside).find_map(|edge| graph.resources.get(&edge.to));
        if bus.is_some_and(|bus| bus.properties.get("KmsKeyIdentifier").is_some()) {
            let message = "AWS discovers no schemas on a bus with a key of KMS";
            let help = "take `kms_key_identifier` of the bus away, or this discoverer";
            say(Diagnostic::error("discovered_key", message), help);
        }
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Discoverers
    }
}
