//! More of what lowering works with: places, problems of the flow, and rights on what may belong to
//! others.

use crate::engine::{Address, Value};
use crate::flow::Problem;
use crate::flow::pattern::{self, PatternKind};
use crate::flow::transform::input::stray_paths;
use crate::source::{Diagnostic, Node, Span};
use crate::value;

use super::{Lowering, source_condition};

/// A statement that the policy of something of others needs. Nobody but its owner writes it.
#[derive(Clone, PartialEq, Debug)]
pub struct Foreign {
    /// Who needs it.
    pub grantee: Address,
    /// Where what belongs to others is named.
    pub at: Span,
    /// The ARN that the statement is on.
    pub on: Value,
    pub statement: Value,
}

/// What the sources of AWS's own events begin with, which PutEvents takes from nobody else.
pub(super) const AWS_SOURCE: &str = "aws.";

impl Lowering<'_> {
    /// The node that this one stands for, if it is a whole-value splice.
    pub fn see(&mut self, node: &Node) -> Node {
        self.scope.see(node, self.findings)
    }

    /// Takes a piece of sugar by its key below the object at a path; as [`Lowering::take`].
    pub fn take_within(&mut self, within: &str, key: &str) -> Option<(Span, Node)> {
        let at = self.sugar.iter().position(|sugar| sugar.key == key && sugar.within == within)?;
        let sugar = self.sugar.remove(at);
        let node = self.see(&sugar.node);
        (!node.is_null()).then_some((sugar.key_span, node))
    }

    /// Records where the text has what stands, or would stand, under a path.
    pub fn locate(&mut self, path: &str, at: Span) {
        self.resource.places.insert(path.to_owned(), at);
    }

    /// Whether something is declared at a path.
    pub fn is_declared(&self, path: &str) -> bool {
        self.resource.places.contains_key(path)
    }

    /// The place of a path, or of the nearest one above it that has a place.
    pub fn nearest_place(&self, path: &str) -> Span {
        let places = &self.resource.places;
        let mut path = path;
        loop {
            if let Some(span) = places.get(path) {
                return *span;
            }
            match path.rfind(['.', '[']) {
                Some(end) => path = &path[..end],
                None => return self.resource.declared,
            }
        }
    }

    /// Reports what [`flow`](crate::flow) found in the document that stands under a path, each at its
    /// place in the text.
    pub fn problems(&mut self, code: &'static str, below: &str, problems: &[Problem]) {
        for problem in problems {
            let at = self.place_in(below, problem);
            self.finding(problem.finding(code).at(at));
        }
    }

    /// Where a problem of the document under a path is.
    fn place_in(&self, below: &str, problem: &Problem) -> Span {
        self.nearest_place(&match problem.path.to_string() {
            inside if inside.is_empty() => below.to_owned(),
            inside if inside.starts_with('[') => format!("{below}{inside}"),
            inside => format!("{below}.{inside}"),
        })
    }

    /// Reports the paths in the midst of texts of a transform's document, or of a target's parameters.
    pub fn strays(&mut self, below: &str, document: &Value, is_parameter: bool) {
        for problem in stray_paths(document, is_parameter) {
            let at = self.place_in(below, &problem);
            let finding = Diagnostic::warning("stray_path", problem.message).at(at);
            self.finding(match problem.help {
                Some(help) => finding.help(help),
                None => finding,
            });
        }
    }

    /// Reports a source of events that AWS keeps for itself.
    pub fn event_source(&mut self, source: Option<&Value>, at: Span) {
        if source.and_then(Value::as_str).is_some_and(|source| source.starts_with(AWS_SOURCE)) {
            let message = format!("sources that begin with `{AWS_SOURCE}` are AWS's own");
            self.error("event_source", at, message, "choose another source");
        }
    }

    /// Reports what is wrong with the event pattern under a path, each at its place in the text.
    pub fn check_pattern(&mut self, path: &str) {
        let Some(written) = self.resource.properties.at(path) else { return };
        let problems = match pattern::parse(written, PatternKind::Rule) {
            Ok(pattern) => pattern.warnings,
            Err(problems) => problems,
        };
        self.problems("event_pattern", path, &problems);
    }

    /// Lets a service act on what a reference named, by a statement on its own policy. What is of
    /// this stack gets the statement; for what belongs to others it is printed for its owner.
    pub fn admit(
        &mut self,
        service: &str,
        actions: &[&str],
        to: (Value, Option<Address>),
        condition: Value,
        at: Span,
    ) {
        self.admit_on(service, actions, to, None, condition, at);
    }

    /// As [`Lowering::admit`], by the policy of a part of what was named: of a function's alias, which the
    /// ARN has at its end.
    pub fn admit_on(
        &mut self,
        service: &str,
        actions: &[&str],
        (on, host): (Value, Option<Address>),
        qualifier: Option<String>,
        condition: Value,
        at: Span,
    ) {
        let principal = value!({ "Service": (self.place.principal(service)) });
        match host {
            Some(host) => {
                self.grant_principal_on((host, qualifier), None, principal, actions, on, condition);
            }
            None => self.ask(principal, actions, on, condition, at),
        }
    }

    /// Lets a service send what it could not deliver for this resource to the queue that a reference named. The
    /// policy of a queue takes twenty statements and eight kilobytes, so those who use the stack's shared one share
    /// a statement, and those that stand inside one resource of the stack, such as the rules of a bus, are let in
    /// together: one more of them changes nothing.
    pub fn admit_dead_letters(&mut self, service: &str, queue: (Value, Option<Address>), at: Span) {
        const SEND: &[&str] = &["sqs:SendMessage"];
        match queue {
            (on, Some(host)) if self.scope.is_shared_dead_letter(at) => {
                let principal = value!({ "Service": (self.place.principal(service)) });
                let condition = value!({
                    "StringEquals": { "aws:SourceAccount": (self.place.account.as_str()) },
                    "ArnLike": { "aws:SourceArn": (self.family()) },
                });
                self.grant_principal(host, Some(service), principal, SEND, on, condition);
            }
            queue => {
                let condition = source_condition(self.place, self.output(self.address(), "arn"));
                self.admit(service, SEND, queue, condition, at);
            }
        }
    }

    /// The ARNs of everything of this kind inside what the resource is inside of, if that is the stack's; else its
    /// own ARN.
    fn family(&self) -> Value {
        let container = self.resource.edges.iter().find(|edge| edge.inside).map(|edge| &edge.to);
        match container.and_then(|container| Some((container, super::kind_of(container)?.family()?))) {
            Some((container, output)) => self.output(container, output),
            None => self.output(self.address(), "arn"),
        }
    }

    /// Prints the statement that the owner of something of others has to add to its policy.
    pub fn ask(&mut self, principal: Value, actions: &[&str], on: Value, condition: Value, at: Span) {
        let actions: Vec<Value> = actions.iter().map(|action| (*action).into()).collect();
        let action = match <[Value; 1]>::try_from(actions) {
            Ok([one]) => one,
            Err(many) => many.into(),
        };
        let mut statement =
            value!({ "Effect": "Allow", "Principal": principal, "Action": action, "Resource": (on.clone()) });
        if !condition.is_empty() {
            statement.put("Condition", condition);
        }
        let grantee = self.resource.address.clone();
        self.emitted.foreign.push(Foreign { grantee, at, on, statement });
    }
}
