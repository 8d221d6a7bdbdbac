//! Targets of a rule: from one map by Id to AWS's list, and the rights that they need.

use crate::engine::field::RefTo;
use crate::engine::{Address, Place, Value};
use crate::flow::transform::input::check_parameters;
use crate::kinds::{Lowering, RoleFor, source_condition};
use crate::source::{Diagnostic, Entry, Node, Span};
use crate::spec::Sugar;
use crate::value;

use super::kind::{Admission, By, Call, KINDS, TargetKind, When};
use super::{fields, input};

/// The most targets of a rule, which AWS does not raise on request of a caller.
const MOST: usize = 5;

/// A role that is named.
pub const ROLE_TO: RefTo = RefTo::checked(&["roles"], "arn");

/// Members of blocks in which `$` and `<` are not AWS's: SQL and GraphQL.
const LANGUAGES: &[&str] = &["Sql", "Sqls", "GraphQLOperation"];

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
    let role = role(own, named.iter().any(Target::needs_role));
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

/// One role for all targets that are called by one and name none of their own.
fn role(own: &mut Lowering<'_>, needed: bool) -> Option<RoleFor> {
    if needed {
        let condition = source(own);
        return own.role("events", Some(condition));
    }
    for key in ["role", "grants", "managed_policies"] {
        if let Some((at, _)) = own.take(key) {
            let message = format!("`{key}` has no use here: no target of this rule is called by this role");
            own.error(
                "no_role",
                at,
                message,
                "queues, functions, topics and log groups let EventBridge in themselves; take it away",
            );
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
        let keys: Vec<&str> = KINDS.iter().map(|kind| kind.key).collect();
        let (found, names, rest) = own.kind_key(&node, &keys)?;
        let kind = KINDS.iter().find(|kind| kind.key == found)?;
        Some(Target { id, kind, names, rest, span })
    }

    /// Whether it is called by the role of the rule.
    fn needs_role(&self) -> bool {
        matches!(self.kind.by, By::Role(_)) && self.rest.get("role").is_none_or(Node::is_null)
    }

    /// AWS's document of the target; nothing if it cannot be told what it goes to. Everything is read
    /// all the same, so that everything wrong is found.
    fn lower(self, own: &mut Lowering<'_>, rules: Option<&RoleFor>) -> Option<Value> {
        let at = format!("Targets[{}]", self.id);
        let inside =
            if self.kind.block.is_empty() { at.clone() } else { format!("{at}.{}", self.kind.block) };
        let (block, sugar) = own.decode(&self.rest, self.kind.rows, &inside);
        own.locate(&at, self.span);
        own.locate(&format!("{at}.Arn"), self.names.value.span);
        let role = self.role(own, &sugar, rules);
        let mut call = Call {
            kind: self.kind,
            named: &self.names,
            at: inside,
            block,
            sugar: &sugar,
            generates: matches!(role, Some(RoleFor::Generated(_))),
        };
        self.check_dynamic(own, &call);
        (self.kind.check)(own, &mut call);
        let to = (self.kind.arn)(own, &call);
        let mut target = value!({ "Id": (self.id.as_str()), "Arn": null });
        if !self.kind.block.is_empty() && !call.block.is_empty() {
            target.put(self.kind.block, call.block.clone());
        }
        for (member, value) in input::lower(own, &sugar, &at) {
            target.put(&member, value);
        }
        if let Some(part) = sugar.iter().find(|part| part.key == "retry") {
            let path = format!("{at}.RetryPolicy");
            own.locate(&path, part.node.span);
            let (policy, _) = own.decode(&part.node, fields::RETRY, &path);
            if !policy.is_empty() {
                target.put("RetryPolicy", policy);
            }
        }
        if let Some(part) = sugar.iter().find(|part| part.key == "dead_letter") {
            dead_letter(own, part, &at, &mut target);
        }
        let to = to?;
        target.put("Arn", to.0.clone());
        self.admit(own, &call, to, role.as_ref(), &mut target);
        Some(target)
    }

    /// The role that the target is called by: one of its own, or the rule's.
    fn role(&self, own: &mut Lowering<'_>, sugar: &[Sugar], rules: Option<&RoleFor>) -> Option<RoleFor> {
        match sugar.iter().find(|part| part.key == "role") {
            Some(part) if !own.see(&part.node).is_null() => {
                own.reference(&part.node, &ROLE_TO).map(|(value, _)| RoleFor::Own(value))
            }
            _ => rules.cloned(),
        }
    }

    /// Parameters that are paths of the event.
    fn check_dynamic(&self, own: &mut Lowering<'_>, call: &Call<'_>) {
        let mut parameters = call.block.clone();
        LANGUAGES.iter().for_each(|member| drop(parameters.remove(member)));
        let problems = check_parameters(&parameters);
        own.problems("target_parameter", &call.at, &problems);
        own.strays(&call.at, &parameters, true);
    }

    /// The right to deliver.
    fn admit(
        &self,
        own: &mut Lowering<'_>,
        call: &Call<'_>,
        to: (Value, Option<Address>),
        role: Option<&RoleFor>,
        target: &mut Value,
    ) {
        match (&self.kind.by, role) {
            (By::Statements(admissions), _) => {
                for admission in *admissions {
                    self.statement(own, call, admission, &to);
                }
            }
            (By::Role(grant), Some(role)) => {
                if let (Some(arn), "bus") = (to.0.as_str(), self.kind.key) {
                    self.elsewhere(own, arn, target);
                }
                grant(own, role, call, &to.0);
                target.put("RoleArn", own.role_arn(role));
            }
            (By::Role(_), None) => {}
        }
    }

    /// One statement on the target's own policy; printed where that belongs to others.
    fn statement(
        &self,
        own: &mut Lowering<'_>,
        call: &Call<'_>,
        admission: &Admission,
        to: &(Value, Option<Address>),
    ) {
        let services: Vec<Value> =
            admission.services.iter().map(|service| own.place().principal(service).into()).collect();
        let service = match <[Value; 1]>::try_from(services) {
            Ok([one]) => one,
            Err(many) => many.into(),
        };
        let principal = value!({ "Service": service });
        let condition = match admission.when {
            When::Rule => source(own),
            When::RuleArn => {
                value!({ "ArnEquals": { "aws:SourceArn": (own.output(own.address(), "arn")) } })
            }
            When::Always => Value::Null,
        };
        let actions = [admission.action];
        match to.clone() {
            (on, Some(host)) => {
                let host = (host, call.qualifier(own));
                own.grant_principal_on(host, admission.name, principal, &actions, on, condition);
            }
            (on, None) => own.ask(principal, &actions, on, condition, self.names.value.span),
        }
    }

    /// The policy of a bus of another account or region must let this account in, which AWS checks when
    /// the target is written. One of another account gets the event as it is.
    fn elsewhere(&self, own: &mut Lowering<'_>, arn: &str, target: &Value) {
        let at = self.names.value.span;
        let (region, account) = elsewhere(arn, own.place());
        if account && input::MEMBERS.iter().any(|member| target.get(member).is_some()) {
            own.error(
                "target_input",
                at,
                "the bus of another account gets the event as it is",
                "take the transform away",
            );
        }
        if region || account {
            let root = own.place().global_arn("iam", "root");
            own.ask(value!({ "AWS": root }), &["events:PutEvents"], arn.into(), Value::Null, at);
        }
    }
}

/// Whether an ARN is of another region, and of another account as far as that can be told.
fn elsewhere(arn: &str, place: &Place) -> (bool, bool) {
    let mut parts = arn.split(':').skip(3);
    let (region, account) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let other = !account.is_empty() && place.account != Place::NO_ACCOUNT && account != place.account;
    (!region.is_empty() && region != place.region, other)
}

/// The queue of what could not be delivered, and the right to send to it.
fn dead_letter(own: &mut Lowering<'_>, part: &Sugar, at: &str, target: &mut Value) {
    const TO: RefTo = RefTo::unchecked(&["queues"], "arn");
    let span = part.node.span;
    let Some(queue) = own.reference(&part.node, &TO) else { return };
    own.locate(&format!("{at}.DeadLetterConfig.Arn"), span);
    target.put("DeadLetterConfig.Arn", queue.0.clone());
    own.admit_dead_letters("events", queue, span);
}
