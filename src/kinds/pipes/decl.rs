//! The pipe, pure.

use crate::engine::field::Output;
use crate::engine::{Budgets, Graph, Resource};
use crate::flow::passing::{Arrival, Flow, Looks, Passed, Spot, Way};
use crate::flow::shape::Shape;
use crate::kinds::{
    About, Is, Kind, Loss, Lowering, MarkIn, Naming, Need, Sign, sign, source_condition, spot, state_machines,
};
use crate::source::{Diagnostic, Findings};
use crate::value;

use super::fields::{FIELDS, LOG};
use super::{enrichment, source, target};
use super::{passing, shapes};

/// An EventBridge pipe (`pipes:CreatePipe`).
pub struct Pipes;

static ABOUT: About = About {
    kind: "pipes",
    singular: "pipe",
    doc: "An EventBridge pipe: from a queue, a stream or a broker, filtered, enriched and reshaped, to a bus, a queue, a function and others. Its role is generated from what it reads, calls and writes.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived("arn", "arn:{partition}:pipes:{region}:{account}:pipe/{name}", "The ARN."),
        Output::derived("name", "{name}", "The name."),
    ],
    naming: Naming::new("Name", 64, "-_."),
    mark: MarkIn::Tags,
    protect: false,
    // A new role and a new stream are known to pipes minutes later; until then a pipe fails.
    budgets: Budgets::SLOW,
    loses: Loss::Meanwhile("its place in the source"),
    itself: &["pipes"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["Name"],
};

impl Kind for Pipes {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn signs(&self) -> &'static [Sign] {
        const SIGNS: &[Sign] = &[sign(
            "DesiredState",
            Is::Text("STOPPED"),
            "it is stopped, so nothing flows: `gatewayctl apply` starts it",
        )];
        SIGNS
    }

    fn replaced_loses(&self, of: &Resource) -> &'static str {
        let blocks = source::KINDS.iter().map(|kind| kind.block);
        let position = |block| of.properties.text_at(&format!("{block}.StartingPosition"));
        match blocks.filter_map(position).next() {
            Some("LATEST") => "records that arrive before the new pipe reads: it starts at `latest`",
            Some("AT_TIMESTAMP") => "its place in the stream: the new pipe reads again from the time on",
            Some(_) => "its place in the stream: the new pipe reads the oldest records again",
            None => "",
        }
    }

    // A pipe waits for what it starts, unless it is told not to: only an express machine can be waited for.
    fn fits(&self, of: &Resource, graph: &Graph, findings: &mut Findings) {
        const MANNER: &str = "TargetParameters.StepFunctionStateMachineParameters.InvocationType";
        let leaves = of.properties.text_at(MANNER) == Some("FIRE_AND_FORGET");
        for (path, help) in [
            ("Enrichment", "write `type: express` on the state machine"),
            ("Target", "write `invocation_type: fire_and_forget`, or `type: express` on the state machine"),
        ] {
            let arn = of.properties.text_at(path).filter(|_| path == "Enrichment" || !leaves);
            let Some(machine) = arn.and_then(|arn| state_machines::standard(arn, graph)) else { continue };
            let at = of.places.get(path).copied().unwrap_or(of.declared);
            let message =
                format!("a pipe waits for what it starts, and {} is of type `standard`", machine.address);
            findings.push(
                Diagnostic::error("not_express", message).at(at).help(help).address(of.address.to_string()),
            );
        }
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        let arn = own.output(own.address(), "arn");
        let role = own.role("pipes", Some(source_condition(own.place(), arn)));
        let batch = source::lower(own, role.as_ref());
        enrichment::lower(own, role.as_ref());
        target::lower(own, role.as_ref(), batch);
        log(own);
        if let Some(role) = role {
            let (arn, at) = (own.role_arn(&role), own.declared());
            own.set("RoleArn", arn, at);
        }
    }

    fn listens_to(&self, of: &Resource, graph: &Graph) -> Option<Spot> {
        of.properties.get("Source").map(|arn| spot(graph, arn))
    }

    fn ways(&self, of: &Resource, graph: &Graph) -> Vec<Way> {
        passing::ways(of, graph)
    }

    fn leaves(&self, of: &Resource, graph: &Graph) -> Vec<Spot> {
        const MANNER: &str = "TargetParameters.LambdaFunctionParameters.InvocationType";
        let target = of.properties.get("Target");
        let left = target.filter(|_| of.properties.text_at(MANNER) == Some("FIRE_AND_FORGET"));
        left.map(|arn| spot(graph, arn)).into_iter().collect()
    }

    fn passes(&self, of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
        passing::passes(of, graph, arrived)
    }

    fn answered(&self, of: &Resource, graph: &Graph, _: &Arrival, answer: &serde_json::Value) -> Passed {
        passing::answered(of, graph, answer)
    }

    fn looks<'r>(&self, of: &'r Resource) -> Looks<'r> {
        shapes::looks(of)
    }

    fn sends(&self, of: &Resource, graph: &Graph, seen: &[Shape]) -> Vec<Flow> {
        shapes::sends(of, graph, seen)
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Pipes
    }
}

/// `log`.
fn log(own: &mut Lowering<'_>) {
    let Some((at, node)) = own.take("log") else { return };
    let (mut log, sugar) = own.decode(&node, LOG, "LogConfiguration");
    if let Some(part) = sugar.iter().find(|part| part.key == "include_execution_data") {
        let word = own.known_text(&part.node);
        match word.as_deref() {
            Some("true") => log.put("IncludeExecutionData", value!(["ALL"])),
            Some("false") | None => {}
            Some(_) => own.error("wrong_shape", part.node.span, "expected true or false", ""),
        }
    }
    if let Some(bucket) = log.get("S3LogDestination").cloned()
        && bucket.get("BucketOwner").is_none()
    {
        log.put("S3LogDestination.BucketOwner", own.place().account.as_str().into());
    }
    let somewhere = log.as_map().is_some_and(|log| log.keys().any(|key| key.ends_with("LogDestination")));
    if !somewhere && log.text_at("Level").is_some_and(|level| level != "OFF") {
        own.error(
            "no_log_destination",
            at,
            "nothing here says where the log goes",
            "write `group`, `firehose` or `s3`",
        );
    }
    own.set("LogConfiguration", log, node.span);
}
