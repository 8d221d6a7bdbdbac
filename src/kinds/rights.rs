//! The role that a resource acts by, and the rights that its declaration adds.

use crate::engine::field::{Document, Field, RefTo, TEXT, Type};
use crate::engine::{Address, Form, Value, Variant};
use crate::source::{Entry, Findings, Key, Node};
use crate::spec;
use crate::value;

use super::lower::suffixed;
use super::{About, Grant, Lowering, RoleFor, Who};

/// What stands in a grant beside the key that names what it is on.
const GRANT_ROWS: &[Field] = &[
    Field::new("actions", "Actions", Type::List(&TEXT), "Actions as IAM spells them."),
    Field::new("access", "Access", TEXT, "A word for the usual actions, instead of `actions`."),
    Field::new("condition", "Condition", Type::Document(Document::Json), "A condition as IAM spells it."),
    Field::new("arn", "Arn", TEXT, "The ARN of what belongs to others."),
];

/// The kinds that a grant can be on.
fn grantable() -> impl Iterator<Item = &'static About> {
    super::registry().iter().map(|kind| kind.about()).filter(|about| !about.access.is_empty())
}

/// How `grants` is written.
pub(super) fn grant_form() -> Form {
    let on = |about: &'static About| {
        let to = RefTo { kinds: about.itself, output: "arn", checked: false, inside: false };
        Variant::reference(about.singular, to, &GRANT_ROWS[..GRANT_ROWS.len() - 1])
    };
    let declared = Form::OneOf(grantable().map(on).collect());
    Form::list(Form::Either(vec![declared, Form::fields(GRANT_ROWS)]))
}

/// Under which path of its [places](crate::engine::Resource::places) a resource has a right that `grants` gives it on
/// something: by the address of a resource of the stack, or by an ARN.
pub fn granted_at(on: &str) -> String {
    format!("grants.{on}")
}

impl Lowering<'_> {
    /// The role that the resource acts by: its `role:`, or one that is generated, trusted by a
    /// service's principal under a condition, with what `grants` and `managed_policies` add.
    pub fn role(&mut self, service: &str, condition: Option<Value>) -> Option<RoleFor> {
        const TO: RefTo = RefTo::checked(&["roles"], "arn");
        let own = self.take("role");
        let grants = self.take("grants");
        let managed = self.take("managed_policies");
        if let Some((_, node)) = own {
            for (span, _) in grants.iter().chain(&managed) {
                self.error(
                    "role_is_own",
                    *span,
                    "this adds to a generated role, but `role:` names one of your own",
                    "add it to that role, or take `role:` away",
                );
            }
            return self.reference(&node, &TO).map(|(value, _)| RoleFor::Own(value));
        }
        let roles = super::kind("roles")?.about();
        let principal = self.place.principal(service);
        let mut statement =
            value!({ "Effect": "Allow", "Principal": { "Service": principal }, "Action": "sts:AssumeRole" });
        if let Some(condition) = condition {
            statement.put("Condition", condition);
        }
        let mut properties =
            value!({ "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [statement] } });
        if let Some((_, node)) = managed {
            const ROWS: &[Field] =
                &[Field::new("managed_policies", "ManagedPolicyArns", Type::List(&TEXT), "")];
            let wrapped = Node::map(
                node.span,
                vec![Entry {
                    key: Key { text: "managed_policies".into(), span: node.span },
                    value: node.clone(),
                }],
            );
            let (decoded, _) = self.decode(&wrapped, ROWS, "");
            if let Some(arns) = decoded.get("ManagedPolicyArns") {
                properties.put("ManagedPolicyArns", arns.clone());
            }
        }
        let path = format!("/gatewayctl/{}/", self.owner.stack);
        properties.put("Path", path.into());
        let role = self.emit(roles, "role", None, properties);
        self.edge(role.clone(), false);
        let role = RoleFor::Generated(role);
        if let Some((_, node)) = grants {
            self.user_grants(&role, &node);
        }
        Some(role)
    }

    /// The ARN of a role.
    pub fn role_arn(&self, role: &RoleFor) -> Value {
        match role {
            RoleFor::Own(value) => value.clone(),
            RoleFor::Generated(address) => self.output(address, "arn"),
        }
    }

    /// `grants:` of a declaration.
    fn user_grants(&mut self, role: &RoleFor, node: &Node) {
        let Some(items) = node.items().map(<[Node]>::to_vec) else {
            self.error(
                "wrong_shape",
                node.span,
                format!("expected a list of grants, found {}", node.shape()),
                "write `- { table: orders, actions: [dynamodb:GetItem] }`",
            );
            return;
        };
        for item in items {
            if let Some((actions, on, condition)) = self.one_grant(&item)
                && let RoleFor::Generated(address) = role
            {
                let grantee = self.resource.address.clone();
                let who = Who::Role(address.clone());
                for on in &on {
                    let address = on.outputs().first().map(|output| output.address.to_string());
                    let named = address.unwrap_or_else(|| on.to_shown_text());
                    self.resource.places.insert(granted_at(&named), item.span);
                }
                self.emitted.grants.push(Grant { grantee, who, actions, on, condition });
            }
        }
    }

    /// One grant: on a resource of the stack with `actions` or `access`, or on an ARN.
    fn one_grant(&mut self, node: &Node) -> Option<(Vec<String>, Vec<Value>, Option<Value>)> {
        let node = &self.scope.see(node, self.findings);
        let (on, kind, rest) = if node.get("arn").is_some() {
            (None, None, node.clone())
        } else {
            let keys: Vec<&str> = grantable().map(|about| about.singular).collect();
            let (key, entry, rest) = self.kind_key(node, &keys)?;
            let kind = super::kind_of_key(key)?;
            let about = kind.about();
            let to = RefTo { kinds: about.itself, output: "arn", checked: false, inside: false };
            let (value, _) = self.reference_of(&entry.value, &to)?;
            (Some(value), Some(kind), rest)
        };
        let about = kind.map(|kind| kind.about());
        let (decoded, _) = self.decode(&rest, GRANT_ROWS, "");
        let mut actions: Vec<String> = decoded
            .get("Actions")
            .and_then(Value::as_list)
            .unwrap_or_default()
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        let written = rest.get("actions").and_then(Node::items).map(<[Node]>::to_vec).unwrap_or_default();
        let wrong: Vec<_> = actions.iter().enumerate().filter(|(_, action)| !is_action(action)).collect();
        for (i, action) in &wrong {
            self.error(
                "not_an_action",
                written.get(*i).unwrap_or(node).span,
                format!("`{action}` is no action of a service"),
                "write the service in front of it, such as `sqs:SendMessage`",
            );
        }
        if !wrong.is_empty() {
            return None;
        }
        if let (Some(word), Some(about)) = (decoded.text_at("Access"), about) {
            match about.access.iter().find(|(name, _)| *name == word) {
                Some((_, usual)) => actions.extend(usual.iter().map(|action| (*action).to_owned())),
                None => {
                    let known = about.access.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
                    let at = rest.get("access").map_or(node.span, |node| node.span);
                    self.error(
                        "unknown_access",
                        at,
                        format!("`{word}` is no access to a {}", about.singular),
                        &format!("one of: {known}"),
                    );
                    return None;
                }
            }
        }
        if actions.is_empty() {
            self.error("no_actions", node.span, "a grant needs `actions` or `access`", "");
            return None;
        }
        let on = on.or_else(|| decoded.get("Arn").cloned())?;
        let suffixes = kind.map_or(&[""][..], |kind| kind.granted_on(&actions));
        let on = suffixes.iter().map(|suffix| suffixed(&on, suffix)).collect();
        Some((actions, on, decoded.get("Condition").cloned()))
    }

    pub(super) fn reference_of(&mut self, node: &Node, to: &RefTo) -> Option<(Value, Option<Address>)> {
        let mut found = Findings::default();
        let named = spec::reference(node, to, self.scope, self.resolve, &mut found);
        // What is wrong with a reference is a finding about this resource.
        found.iter().for_each(|finding| self.finding(finding.clone()));
        named
    }
}

/// Whether a text is an action as IAM spells it: `SERVICE:NAME`, wildcards in the name.
fn is_action(text: &str) -> bool {
    let is_name = |part: &str, also: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
    };
    text.split_once(':').is_some_and(|(service, name)| is_name(service, "-") && is_name(name, "*?"))
}
