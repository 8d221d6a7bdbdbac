//! One pass from grants to policies: inline policies of generated roles, and statements of their own
//! on the documents of queues, buses and functions.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{Address, Edge, Owner, Part, Place, Places, Resource, Value, mark};
use crate::kinds::{self, Foreign, Grant, Statement, Who};
use crate::source::{Diagnostic, Findings, Span};
use crate::spec::Stack;
use crate::value;

use super::edges::is_assigned;

/// The name of the one inline policy of a generated role.
const POLICY: &str = "gatewayctl";

/// Applies all grants and statements to the resources.
pub fn apply(
    stack: &Stack,
    mut grants: Vec<Grant>,
    mut statements: Vec<Statement>,
    resources: &mut BTreeMap<Address, Resource>,
    foreign: &mut Vec<Foreign>,
    findings: &mut Findings,
) {
    let on_keys: Vec<Grant> =
        grants.iter().flat_map(|grant| on_keys(grant, &stack.place, resources)).collect();
    grants.extend(on_keys);
    let mut roles: BTreeMap<Address, Vec<Grant>> = BTreeMap::new();
    for grant in grants {
        match &grant.who {
            Who::Role(role) => roles.entry(role.clone()).or_default().push(grant),
            Who::Principal { host, principal, .. } => {
                if let Some(host) = resources.get(host) {
                    key_policy(&grant, host, principal, &stack.place, foreign, findings);
                }
                statements.extend(statement(grant, resources));
            }
        }
    }
    for grant in roles.values().flatten() {
        findings.extend(grant.on.iter().filter_map(|on| no_part(grant, on, resources)));
    }
    for (role, grants) in roles {
        if let Some(role) = resources.get_mut(&role) {
            role.properties.put(&format!("Policies.{POLICY}"), policy(&grants));
        }
    }
    for statement in statements {
        add_statement(&stack.owner, statement, resources, findings);
    }
}

/// The rights on keys that a role's right takes: whoever uses data of an encrypted queue, topic, stream
/// or table decrypts and encrypts in its own name.
fn on_keys(grant: &Grant, place: &Place, resources: &BTreeMap<Address, Resource>) -> Vec<Grant> {
    let Who::Role(_) = grant.who else { return Vec::new() };
    let of: BTreeSet<Address> =
        grant.on.iter().flat_map(Value::outputs).map(|output| output.address.clone()).collect();
    let encrypted = of.iter().filter_map(|address| {
        let resource = resources.get(address)?;
        let key = kinds::kind(resource.kind)?.about().data_key.as_ref()?;
        key.right(&resource.properties, &grant.actions, place)
    });
    encrypted
        .map(|(actions, on, condition)| Grant { actions, on: vec![on], condition, ..grant.clone() })
        .collect()
}

/// What the key of an encrypted host must say where a service acts on the host by itself: keys are
/// others', so their owners are told.
fn key_policy(
    grant: &Grant,
    host: &Resource,
    principal: &Value,
    place: &Place,
    foreign: &mut Vec<Foreign>,
    findings: &mut Findings,
) {
    let Some(key) = kinds::kind(host.kind).and_then(|kind| kind.about().data_key.as_ref()) else { return };
    if principal.get("Service").is_none() {
        return;
    }
    let at = key.at.iter().find_map(|path| host.places.get(*path)).copied().unwrap_or(host.declared);
    if let Some(managed) = key.managed(&host.properties) {
        let service = principal.text_at("Service").unwrap_or("a service");
        findings.push(
            Diagnostic::warning(
                "managed_key",
                format!(
                    "`{managed}` is AWS's own key, whose policy lets in no service: {service} cannot use {}",
                    host.address
                ),
            )
            .at(at)
            .help("name a key of your own, whose policy allows it, or take the line away")
            .address(host.address.to_string()),
        );
    } else if let Some((actions, ..)) = key.right(&host.properties, &grant.actions, place) {
        let statement = value!({ "Effect": "Allow", "Principal": (principal.clone()), "Action": (self::actions(&actions)), "Resource": "*" });
        let on = key.of(&host.properties).map_or(Value::Null, |of| key.arn(of, place));
        let note = Foreign { grantee: host.address.clone(), at, on, statement };
        if !foreign.contains(&note) {
            foreign.push(note);
        }
    }
}

/// A role's right on a part of something that has no such part: on an alias of a function. Versions are
/// AWS's to number, so any may be there.
fn no_part(grant: &Grant, on: &Value, resources: &BTreeMap<Address, Resource>) -> Option<Diagnostic> {
    let Value::Unknown(template) = on else { return None };
    let [Part::Output(output), Part::Text(rest)] = template.parts.as_slice() else { return None };
    let qualifier = rest.strip_prefix(':')?;
    let host = resources.get(&output.address)?;
    let known = kinds::kind(host.kind)?.qualifiers(&host.properties)?;
    let is_version = qualifier == "$LATEST" || qualifier.bytes().all(|byte| byte.is_ascii_digit());
    let at = resources.get(&grant.grantee)?.declared;
    (!is_version && !known.iter().any(|one| one == qualifier))
        .then(|| no_qualifier(&host.address, qualifier, Some(&grant.grantee), at))
}

/// The policy of a role: one statement for each set of resources and condition, actions gathered.
fn policy(grants: &[Grant]) -> Value {
    let mut gathered: Vec<(&[Value], &Option<Value>, BTreeSet<&str>)> = Vec::new();
    for grant in grants {
        let actions = grant.actions.iter().map(String::as_str);
        match gathered.iter_mut().find(|(on, condition, _)| *on == grant.on && **condition == grant.condition)
        {
            Some((_, _, known)) => known.extend(actions),
            None => gathered.push((&grant.on, &grant.condition, actions.collect())),
        }
    }
    let statements = gathered.into_iter().map(|(on, condition, actions)| {
        let mut statement =
            value!({ "Effect": "Allow", "Action": (list(actions)), "Resource": (one_or_list(on)) });
        if let Some(condition) = condition {
            statement.put("Condition", condition.clone());
        }
        statement
    });
    value!({ "Version": "2012-10-17", "Statement": (Value::List(statements.collect())) })
}

fn list(words: BTreeSet<&str>) -> Value {
    Value::List(words.into_iter().map(Value::from).collect())
}

fn one_or_list(values: &[Value]) -> Value {
    match values {
        [one] => one.clone(),
        many => Value::List(many.to_vec()),
    }
}

/// Where a statement says which resources the principal may act for.
const SOURCES: &str = "Statement.Condition.ArnLike.aws:SourceArn";

/// Makes one statement of two that differ only in whom they let in; nothing is done if they differ
/// otherwise.
fn join_sources(there: &mut Value, other: &Value) -> bool {
    let sources = |of: &Value| match of.at(SOURCES) {
        Some(Value::List(many)) => many.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    let (mut joined, more) = (sources(there), sources(other));
    let mut same = other.clone();
    if let Some(own) = there.at(SOURCES) {
        same.put(SOURCES, own.clone());
    }
    if more.is_empty() || same != *there {
        return false;
    }
    for source in more {
        if !joined.contains(&source) {
            joined.push(source);
        }
    }
    there.put(SOURCES, Value::List(joined));
    true
}

/// The statement that a right of a principal amounts to.
fn statement(grant: Grant, resources: &BTreeMap<Address, Resource>) -> Option<Statement> {
    let Who::Principal { host, qualifier, name, principal } = grant.who else { return None };
    let declared = resources.get(&grant.grantee)?.declared;
    let mut body = value!({ "Effect": "Allow", "Principal": principal, "Action": (actions(&grant.actions)) });
    if let Some(condition) = grant.condition {
        body.put("Condition", condition);
    }
    Some(Statement { host, qualifier, name, body, grantee: Some(grant.grantee), declared })
}

fn actions(actions: &[String]) -> Value {
    one_or_list(&actions.iter().map(|action| action.as_str().into()).collect::<Vec<_>>())
}

/// Makes the resource `HOST/policy/NAME`, and its grantee wait for it unless it needs an output that
/// AWS assigns to the grantee itself.
fn add_statement(
    owner: &Owner,
    statement: Statement,
    resources: &mut BTreeMap<Address, Resource>,
    findings: &mut Findings,
) {
    let Statement { host, qualifier, name, body, grantee, declared } = statement;
    let Some((part, kind)) = kinds::kind_of(&host).and_then(|kind| Some((kind.about().statements?, kind)))
    else {
        return;
    };
    let about = kind.about();
    let Some(host_resource) = resources.get(&host) else { return };
    if let Some(qualifier) = &qualifier
        && !kind.qualifiers(&host_resource.properties).unwrap_or_default().contains(qualifier)
    {
        findings.push(no_qualifier(&host, qualifier, grantee.as_ref(), declared));
        return;
    }
    let document = match &qualifier {
        Some(qualifier) => format!("{}:{qualifier}", host_resource.name),
        None => host_resource.name.clone(),
    };
    let Some(statement_kind) = kinds::kind_of(&host.part(part)) else { return };
    let address = host.part(&format!("{part}/{name}"));
    let sid = mark::sid(owner, about.kind, &document, &address);
    let properties = value!({ "Document": (about.kind), "Of": document, "Statement": body });
    let waits_for_grantee = properties
        .outputs()
        .iter()
        .any(|output| grantee.as_ref() == Some(&output.address) && is_assigned(output));
    if let Some(grantee) =
        grantee.filter(|_| !waits_for_grantee).and_then(|grantee| resources.get_mut(&grantee))
    {
        grantee.edges.push(Edge { to: address.clone(), inside: false });
    }
    let resource = Resource {
        address: address.clone(),
        kind: statement_kind.about().kind,
        name: sid,
        properties,
        places: Places::new(),
        declared,
        protect: false,
        edges: vec![Edge { to: host, inside: true }],
        package: None,
    };
    let Some(there) = resources.get_mut(&address) else {
        resources.insert(address, resource);
        return;
    };
    // Two needs of one grantee may amount to one statement: a queue that is target and dead letter.
    // And one statement may let in several: those who share a queue.
    if there.properties != resource.properties && !join_sources(&mut there.properties, &resource.properties) {
        findings.push(
            Diagnostic::error("two_statements", format!("two statements would be `{address}`"))
                .at(declared)
                .help("give one of them another name")
                .address(address.to_string()),
        );
    }
}

/// A version has a policy too, but its number is AWS's: what calls a version calls it by an alias.
fn no_qualifier(host: &Address, qualifier: &str, grantee: Option<&Address>, at: Span) -> Diagnostic {
    let help = match qualifier.bytes().all(|byte| byte.is_ascii_digit()) {
        true => format!(
            "declare one that leads to the version, such as `aliases: {{ v{qualifier}: {{ version: \"{qualifier}\" }} }}`"
        ),
        false => format!("declare it on {host}: `aliases: {{ {qualifier}: {{}} }}`"),
    };
    let finding =
        Diagnostic::error("no_alias", format!("`{qualifier}` is no alias of {host}")).at(at).help(help);
    match grantee {
        Some(grantee) => finding.address(grantee.to_string()),
        None => finding,
    }
}
