//! The state machine, pure.

use crate::engine::field::{Field, Output};
use crate::engine::{Budgets, Graph, Resource, Value};
use crate::flow::passing::Flow;
use crate::flow::shape::Shape;
use crate::kinds::emits;
use crate::kinds::{
    About, DataKey, Is, Kind, Loss, Lowering, MarkIn, Naming, Need, NotBuilt, RoleFor, Sign, Who, not_built,
    sign, source_condition, suffixed,
};
use crate::source::{Findings, Span};
use crate::value;

use super::definition::DEFINITION;
use super::fields::{FIELDS, LOG, LOG_GROUP};
use super::{asl, definition, rights};

/// A state machine of Step Functions (`states:CreateStateMachine`).
pub struct StateMachines;

static ABOUT: About = About {
    kind: "state_machines",
    singular: "state_machine",
    doc: "A workflow of Step Functions. Its role is generated from what the tasks of its definition call.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived("arn", "arn:{partition}:states:{region}:{account}:stateMachine:{name}", "The ARN."),
        Output::derived(
            "execution_arn",
            "arn:{partition}:states:{region}:{account}:execution:{name}",
            "What the ARNs of its executions begin with, without a colon at the end.",
        ),
        Output::derived("name", "{name}", "The name."),
    ],
    naming: Naming::new("name", 80, "-_."),
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::SLOW,
    loses: Loss::Held("the history of its executions"),
    itself: &["state_machines"],
    access: &[
        ("start", &["states:StartExecution"]),
        ("start_sync", &["states:StartSyncExecution"]),
        ("callback", &["states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess"]),
    ],
    grant_on: &[""],
    data_key: Some(KEY),
    shared: &[],
    statements: None,
    identified_by: &["name"],
};

/// Whoever starts an execution reads the definition and writes the input; so does the role, all the while.
const KEY: DataKey = DataKey {
    at: &["encryptionConfiguration.kmsKeyId"],
    uses: &[
        ("states:StartExecution", &["kms:Decrypt", "kms:GenerateDataKey"]),
        ("states:StartSyncExecution", &["kms:Decrypt", "kms:GenerateDataKey"]),
    ],
};

/// The most characters of a definition.
const LONGEST: usize = 1 << 20;

/// What log delivery takes, on everything: AWS scopes none of it.
const LOGS: &[&str] = &[
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
];

/// What tracing takes, on everything.
const TRACES: &[&str] = &[
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
];

impl Kind for StateMachines {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn not_built(&self) -> &'static [NotBuilt] {
        const ROWS: &[NotBuilt] = &[
            not_built(
                "aliases",
                "aliases of a state machine",
                "name the machine itself: an update takes effect for the next execution",
            ),
            not_built(
                "publish",
                "published versions of a state machine",
                "name the machine itself: an update takes effect for the next execution",
            ),
            not_built("version_description", "published versions of a state machine", "take the line away"),
        ];
        ROWS
    }

    fn signs(&self) -> &'static [Sign] {
        const SIGNS: &[Sign] = &[sign(
            "status",
            Is::Text("DELETING"),
            "somebody deletes it: once it is gone, `gatewayctl apply` makes it again",
        )];
        SIGNS
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        let arn = own.output(own.address(), "arn");
        let role = own.role("states", Some(source_condition(own.place(), arn)));
        if let Some(role) = &role {
            let (arn, at) = (own.role_arn(role), own.declared());
            own.set("roleArn", arn, at);
        }
        define(own, role.as_ref());
        log(own, role.as_ref());
        if let Some(role) = &role {
            encryption(own, role);
            if own.properties().at("tracingConfiguration.enabled").and_then(Value::as_bool) == Some(true) {
                own.grant_role(role, TRACES, vec!["*".into()]);
            }
        }
    }

    fn fits(&self, of: &Resource, graph: &Graph, findings: &mut Findings) {
        emits::fits(of, graph, findings);
    }

    fn answers(&self) -> bool {
        true
    }

    fn sends(&self, of: &Resource, graph: &Graph, _: &[Shape]) -> Vec<Flow> {
        emits::sent(of, graph)
    }

    fn told(&self) -> &'static [Field] {
        emits::TOLD
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::StateMachines
    }
}

/// The machine of a graph under an ARN whose executions nobody can wait for: it is of type `standard`.
pub fn standard<'g>(arn: &str, graph: &'g Graph) -> Option<&'g Resource> {
    graph.resources.values().filter(|one| one.kind == ABOUT.kind).find(|machine| {
        let own = StateMachines.derive("arn", machine, &graph.place);
        own.as_ref().and_then(Value::as_str) == Some(arn)
            && machine.properties.text_at("type") != Some("EXPRESS")
    })
}

/// `definition` and `substitutions`.
fn define(own: &mut Lowering<'_>, role: Option<&RoleFor>) {
    let Some(doc) = definition::read(own) else { return };
    let is_express = own.properties().text_at("type") == Some("EXPRESS");
    let found = asl::read(own, &doc.top(), is_express);
    if let Some(role) = role {
        rights::grant(own, role, &found);
    }
    let (value, places) = doc.into_parts();
    if value.to_shown_json().to_string().len() > LONGEST {
        let at = own.place_of(DEFINITION);
        own.error(
            "bad_definition",
            at,
            "a definition has at most 1048576 characters",
            "move parts of it to machines of their own",
        );
    }
    let at = places.get(DEFINITION).copied().unwrap_or(own.declared());
    own.set(DEFINITION, value, at);
    own.resource.places.extend(places);
}

/// `log`.
fn log(own: &mut Lowering<'_>, role: Option<&RoleFor>) {
    const AT: &str = "loggingConfiguration";
    let Some((at, node)) = own.take("log") else { return };
    let (mut log, sugar) = own.decode(&node, LOG, AT);
    let group = sugar.into_iter().find(|part| part.key == "group");
    let is_off = log.text_at("level").is_none_or(|level| level == "OFF");
    match group {
        Some(group) => {
            if let Some((arn, _)) = own.reference(&group.node, &LOG_GROUP) {
                let arn = suffixed(&arn, ":*");
                log.put("destinations", value!([{ "cloudWatchLogsLogGroup": { "logGroupArn": arn } }]));
                own.locate(&format!("{AT}.destinations"), group.node.span);
            }
            if let Some(role) = role {
                own.grant_role(role, LOGS, vec!["*".into()]);
            }
        }
        None if !is_off => no_group(own, at),
        None => {}
    }
    own.set(AT, log, node.span);
}

fn no_group(own: &mut Lowering<'_>, at: Span) {
    own.error("no_log_destination", at, "nothing here says where the log goes", "write `group`");
}

/// A key of one's own; the machine's role uses it for what executions hold.
fn encryption(own: &mut Lowering<'_>, role: &RoleFor) {
    const AT: &str = "encryptionConfiguration";
    if own.properties().at(&format!("{AT}.kmsKeyId")).is_none() {
        if own.properties().get(AT).is_some() {
            let at = own.place_of(&format!("{AT}.kmsDataKeyReusePeriodSeconds"));
            own.error(
                "no_kms_key",
                at,
                "without `kms_key` there is no data key of KMS",
                "take the line away",
            );
        }
        return;
    }
    let at = own.place_of(&format!("{AT}.kmsKeyId"));
    own.set(&format!("{AT}.type"), "CUSTOMER_MANAGED_KMS_KEY", at);
    let properties = own.properties().clone();
    let right = KEY.right(&properties, &["states:StartExecution".to_owned()], own.place());
    let RoleFor::Generated(role) = role else { return };
    if let Some((actions, on, condition)) = right {
        let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
        own.grant(Who::Role(role.clone()), &actions, vec![on], condition);
    }
}
