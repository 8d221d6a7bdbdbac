//! Targets of a rule: from one map by Id to AWS's list, and the rights that they need.

use crate::engine::field::{Field, RefTo};
use crate::engine::{Address, Place, Value};
use crate::flow::transform::input::check_parameters;
use crate::kinds::{Lowering, RoleFor, source_condition, suffixed};
use crate::source::{Diagnostic, Entry, Node, Span};
use crate::spec::Sugar;
use crate::value;

use super::{fields, input};

/// The most targets of a rule, which AWS does not raise on request of a caller.
const MOST: usize = 5;

/// A kind of target.
struct TargetKind {
    key: &'static str,
    to: RefTo,
    rows: &'static [Field],
    by: By,
    action: &'static str,
}

/// How EventBridge gets the right to deliver.
#[derive(Clone, Copy, PartialEq)]
enum By {
    /// A statement on the target's own policy.
    Statement,
    /// The role of the target.
    Role,
}

/// Every kind of target that a stack can name.
const KINDS: &[TargetKind] = &[
    TargetKind {
        key: "queue",
        to: RefTo::unchecked(&["queues"], "arn"),
        rows: fields::QUEUE,
        by: By::Statement,
        action: "sqs:SendMessage",
    },
    TargetKind {
        key: "function",
        to: RefTo::unchecked(&["functions"], "arn"),
        rows: fields::FUNCTION,
        by: By::Statement,
        action: "lambda:InvokeFunction",
    },
    TargetKind {
        key: "bus",
        to: RefTo::checked(&["buses"], "arn"),
        rows: fields::ANY,
        by: By::Role,
        action: "events:PutEvents",
    },
    TargetKind {
        key: "api_destination",
        to: RefTo::checked(&["api_destinations"], "arn"),
        rows: fields::API_DESTINATION,
        by: By::Role,
        action: "events:InvokeApiDestination",
    },
];

/// Kinds of target that AWS has and this version does not make.
const LATER: &[&str] = &[
    "topic",
    "stream",
    "state_machine",
    "log_group",
    "api",
    "firehose",
    "ecs_task",
    "batch_queue",
    "code_build",
    "code_pipeline",
    "run_command",
    "redshift",
    "sagemaker_pipeline",
    "appsync",
];

/// Lowers `targets`, and the role by which some of them are called.
pub fn lower(own: &mut Lowering<'_>) {
    let targets = own.take("targets");
    let entries = match &targets {
        Some((_, node)) => own.entries(node, "targets by Id, such as `{ audit: { queue: audit } }`"),
        None => Vec::new(),
    };
    if let (Some((at, _)), true) = (&targets, entries.len() > MOST) {
        let message = format!("{} targets stand here; a rule has at most {MOST}", entries.len());
        own.error("too_many_targets", *at, message, "make a second rule with the same pattern for the rest");
    }
    let named: Vec<_> = entries.iter().filter_map(|entry| Target::new(own, entry)).collect();
    let role = role(own, named.iter().any(|target| target.kind.by == By::Role));
    let list: Vec<Value> = named.into_iter().filter_map(|target| target.lower(own, role.as_ref())).collect();
    match (list.is_empty(), &targets) {
        (false, Some((at, _))) => own.set("Targets", list, *at),
        _ if entries.is_empty() => {
            let at = own.declared();
            own.finding(
                Diagnostic::warning("no_targets", "a rule without targets does nothing")
                    .at(at)
                    .help("`targets: { audit: { queue: audit } }`"),
            );
        }
        _ => {}
    }
}

/// One role for all targets that are called by one.
fn role(own: &mut Lowering<'_>, needed: bool) -> Option<RoleFor> {
    if needed {
        let condition = source(own);
        return own.role("events", Some(condition));
    }
    for key in ["role", "grants", "managed_policies"] {
        if let Some((at, _)) = own.take(key) {
            let message = format!("`{key}` has no use here: no target of this rule is called by a role");
            own.error("no_role", at, message, "buses and API destinations are; take it away");
        }
    }
    None
}

/// The condition that it is this rule which acts.
fn source(own: &Lowering<'_>) -> Value {
    source_condition(own.place(), own.output(own.address(), "arn"))
}

/// A target whose kind is known.
struct Target {
    id: String,
    kind: &'static TargetKind,
    /// The kind key and what it names.
    names: Entry,
    /// Everything beside the kind key.
    rest: Node,
    span: Span,
}

impl Target {
    fn new(own: &mut Lowering<'_>, entry: &Entry) -> Option<Target> {
        let (id, span) = (entry.key.text.to_string(), entry.key.span);
        let legal = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if id.is_empty() || id.len() > 64 || !id.chars().all(legal) {
            let message = format!("`{id}` is no Id of a target");
            own.error("illegal_key", span, message, "1 to 64 letters, digits, `.`, `-` and `_`");
        }
        let node = own.see(&entry.value);
        let later = node.entries().into_iter().flatten().find(|entry| LATER.contains(&&*entry.key.text));
        if let Some(later) = later {
            let message = format!("targets of the kind `{}` are not built yet", later.key.text);
            own.error(
                "not_built",
                later.key.span,
                message,
                "there are `queue`, `function`, `bus` and `api_destination`",
            );
            return None;
        }
        let keys: Vec<&str> = KINDS.iter().map(|kind| kind.key).collect();
        let (found, names, rest) = own.kind_key(&node, &keys)?;
        let kind = KINDS.iter().find(|kind| kind.key == found)?;
        Some(Target { id, kind, names, rest, span })
    }

    /// AWS's document of the target; nothing if it cannot be told what it goes to. Everything is read
    /// all the same, so that everything wrong is found.
    fn lower(self, own: &mut Lowering<'_>, role: Option<&RoleFor>) -> Option<Value> {
        let at = format!("Targets[{}]", self.id);
        let (decoded, sugar) = own.decode(&self.rest, self.kind.rows, &at);
        own.locate(&at, self.span);
        own.locate(&format!("{at}.Arn"), self.names.value.span);
        let named = own.reference(&self.names.value, &self.kind.to);
        let mut target = value!({ "Id": (self.id.as_str()), "Arn": null });
        if let Value::Map(members) = decoded {
            members.into_iter().for_each(|(member, value)| target.put(&member, value));
        }
        let http = target.get("HttpParameters").map(check_parameters).unwrap_or_default();
        own.problems("target_parameter", &format!("{at}.HttpParameters"), &http);
        for (member, value) in input::lower(own, &sugar, &at) {
            target.put(&member, value);
        }
        if let Some(part) = sugar.iter().find(|part| part.key == "dead_letter") {
            dead_letter(own, part, &at, &mut target);
        }
        let to = self.qualified(own, named?, &sugar);
        target.put("Arn", to.0.clone());
        self.admit(own, to, role, &mut target);
        Some(target)
    }

    /// A version or an alias of a function. It has a policy of its own, which is not built yet: its
    /// statement is printed as that of something of others.
    fn qualified(
        &self,
        own: &mut Lowering<'_>,
        (arn, address): (Value, Option<Address>),
        sugar: &[Sugar],
    ) -> (Value, Option<Address>) {
        let part = sugar.iter().find(|part| part.key == "qualifier");
        match part.and_then(|part| own.known_text(&part.node)) {
            Some(qualifier) => (suffixed(&arn, &format!(":{qualifier}")), None),
            None => (arn, address),
        }
    }

    /// The policy of another account's bus must let this account in, which AWS checks when the target
    /// is written; and it gets the event as it is.
    fn cross_account(&self, own: &mut Lowering<'_>, arn: &str, target: &Value) {
        let at = self.names.value.span;
        if input::MEMBERS.iter().any(|member| target.get(member).is_some()) {
            own.error(
                "target_input",
                at,
                "the bus of another account gets the event as it is",
                "take the transform away",
            );
        }
        let root = own.place().global_arn("iam", "root");
        own.ask(value!({ "AWS": root }), &[self.kind.action], arn.into(), Value::Null, at);
    }

    /// The right to deliver.
    fn admit(
        &self,
        own: &mut Lowering<'_>,
        to: (Value, Option<Address>),
        role: Option<&RoleFor>,
        target: &mut Value,
    ) {
        let action = [self.kind.action];
        match (self.kind.by, role) {
            (By::Statement, _) => {
                let condition = source(own);
                own.admit("events", &action, to, condition, self.names.value.span);
            }
            (By::Role, Some(role)) => {
                if let Some(arn) = to.0.as_str().filter(|arn| is_elsewhere(arn, own.place())) {
                    self.cross_account(own, arn, target);
                }
                own.grant_role(role, &action, vec![to.0]);
                target.put("RoleArn", own.role_arn(role));
            }
            (By::Role, None) => {}
        }
    }
}

/// Whether an ARN is of another account, as far as that can be told.
fn is_elsewhere(arn: &str, place: &Place) -> bool {
    let account = arn.split(':').nth(4).unwrap_or_default();
    !account.is_empty() && place.account != Place::NO_ACCOUNT && account != place.account
}

/// The queue of what could not be delivered, and the right to send to it.
fn dead_letter(own: &mut Lowering<'_>, part: &Sugar, at: &str, target: &mut Value) {
    const TO: RefTo = RefTo::unchecked(&["queues"], "arn");
    let span = part.node.span;
    let Some(queue) = own.reference(&part.node, &TO) else { return };
    if queue.0.as_str().is_some_and(|arn| arn.ends_with(".fifo")) {
        own.error(
            "dead_letter",
            span,
            "the dead-letter queue of a target is a standard queue, and this is a FIFO one",
            "",
        );
        return;
    }
    own.locate(&format!("{at}.DeadLetterConfig.Arn"), span);
    target.put("DeadLetterConfig.Arn", queue.0.clone());
    let condition = source(own);
    own.admit_dead_letters("events", queue, condition, span);
}
