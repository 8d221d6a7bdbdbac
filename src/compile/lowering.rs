//! One declaration through its kind.

use crate::engine::field::{Field, Output, TAGS, TEXT, TEXT_MAP, Type};
use crate::engine::{Address, Place, Places, Resource, Template, Told, Value};
use crate::kinds::{self, About, Emitted, Files, Lowering, NotBuilt};
use crate::source::{Diagnostic, Entry, Findings, Node};
use crate::spec::{self, Declaration, Manner, Resolve, Stack, Tests};

use super::check::Allowed;
use super::names::Names;

/// The keys that every resource has.
const COMMON: &[Field] = &[
    Field::new("name", "Name", TEXT, "The physical name, verbatim. Changing it replaces the resource."),
    TAGS,
    Field::new(
        "protect",
        "Protect",
        Type::Bool,
        "Whether a plan may delete or replace it only with `--allow-destroy`.",
    ),
    Field::new("allow", "Allow", TEXT_MAP, "Findings to silence: `{ CODE: reason }`."),
];

/// The keys that a resource of a kind has beside its kind's own.
pub fn common_fields(about: &'static About) -> impl Iterator<Item = &'static Field> {
    let told = kinds::kind(about.kind).map_or(&[][..], |kind| kind.told());
    let common = COMMON.iter().filter(|field| {
        let is_own = about.fields.iter().any(|own| own.key == field.key);
        let takes = match field.key {
            "name" => !about.naming.path.is_empty(),
            key => key != TAGS.key || about.takes_tags(),
        };
        !is_own && takes
    });
    common.chain(told)
}

/// Lowers a declaration. Nothing if it is no resource at all (null) or its kind is unknown.
pub fn lower(
    stack: &Stack,
    declaration: &Declaration,
    names: &Names,
    files: &Files,
    findings: &mut Findings,
    emitted: &mut Emitted,
    allowed: &mut Allowed,
) -> Option<Resource> {
    let kind = kinds::kind(&declaration.kind)?;
    let about = kind.about();
    let address = &declaration.address;
    let resolve = Declared { names, place: &stack.place };
    let node = declaration.scope.see(&declaration.node, findings);
    let node = NotBuilt::take(kind.not_built(), &node, address, findings);
    let (common_node, own) = split(&node, COMMON);
    let (told_node, own) = split(&own, kind.told());
    let common = spec::decode(&common_node, COMMON, &declaration.scope, &resolve, findings, Some(address));
    let decoded = spec::decode(&own, about.fields, &declaration.scope, &resolve, findings, Some(address));
    if told_node.entries().is_some_and(|entries| !entries.is_empty()) {
        let told =
            spec::decode(&told_node, kind.told(), &declaration.scope, &resolve, findings, Some(address));
        emitted.told.insert(address.clone(), Told { said: told.properties, places: told.places });
    }
    let written = common_node.get("allow").map(|node| declaration.scope.see(node, findings));
    for entry in written.as_ref().and_then(Node::entries).unwrap_or_default() {
        // What is left out or wrong in itself has been said.
        if let Some(reason) = common.properties.get("Allow").and_then(|allow| allow.get(&entry.key.text)) {
            allowed.add(address, &entry.key, reason.as_str().unwrap_or("known later"), findings);
        }
    }
    let has_name = !about.naming.path.is_empty();
    if let (false, Some(name)) = (has_name, common_node.get("name")) {
        let message = format!("AWS has no names for {}", about.kind.replace('_', " "));
        let finding = Diagnostic::error("no_name", message).at(name.span).help("take `name:` away");
        findings.push(finding.address(address.to_string()));
    }
    let protect = common.properties.get("Protect").and_then(Value::as_bool);
    let mut resource = Resource {
        address: address.clone(),
        kind: about.kind,
        name: if has_name { names.of(address)?.to_owned() } else { String::new() },
        protect: protect.unwrap_or_else(|| kind.protects(&decoded.properties)),
        properties: decoded.properties,
        places: decoded.places,
        declared: declaration.key_span,
        edges: Vec::new(),
        package: None,
    };
    if !matches!(resource.properties, Value::Map(_)) {
        resource.properties = Value::map();
    }
    if !about.naming.path.is_empty() {
        resource.properties.put(about.naming.path, resource.name.as_str().into());
        if let Some(span) = names.place_of(address) {
            resource.places.insert(about.naming.path.to_owned(), span);
        }
    }
    if let Some(written) = common_node.get("tags") {
        check_tags(&declaration.scope.see(written, findings), &common.properties, address, findings);
    }
    put_tags(stack, about, &common.properties, &common.places, &mut resource, findings);
    let mut own = Lowering {
        resource: &mut resource,
        sugar: decoded.sugar,
        scope: &declaration.scope,
        resolve: &resolve,
        findings,
        emitted,
        naming: &|address, about| names.default_name(address, about),
        owner: &stack.owner,
        place: &stack.place,
        files,
        folder: declaration.base.as_ref(),
    };
    for used in decoded.refs {
        if used.checked {
            own.edge(used.address, used.inside);
        }
    }
    kind.lower(&mut own);
    in_clear(&node, declaration, findings);
    Some(resource)
}

/// Literals that look like secrets, save those of which something has been said already.
fn in_clear(node: &Node, declaration: &Declaration, findings: &mut Findings) {
    // What is wrong with a reference has been said where it was read.
    let mut said = Findings::default();
    let found = kinds::secret::found(node, &mut |node| declaration.scope.see(node, &mut said));
    found.asked.into_iter().for_each(|at| findings.hide(at));
    for clear in found.clear {
        if !findings.iter().any(|finding| finding.hidden.contains(&clear.at)) {
            findings.push(clear.finding().address(declaration.address.to_string()));
        }
    }
}

/// The keys of some fields, and the rest.
fn split(node: &Node, fields: &[Field]) -> (Node, Node) {
    let Some(entries) = node.entries() else { return (Node::map(node.span, Vec::new()), node.clone()) };
    let (common, own): (Vec<_>, Vec<_>) =
        entries.iter().cloned().partition(|entry| fields.iter().any(|field| field.key == &*entry.key.text));
    (Node::map(node.span, common), Node::map(node.span, own))
}

/// The stack's tags and the resource's own, where the kind takes tags.
fn put_tags(
    stack: &Stack,
    about: &About,
    common: &Value,
    places: &Places,
    resource: &mut Resource,
    findings: &mut Findings,
) {
    let own = common.get("Tags").and_then(Value::as_map);
    if !about.takes_tags() {
        if let (Some(_), Some(at)) = (own, places.get("Tags").or(places.values().next())) {
            findings.push(
                Diagnostic::error(
                    "no_tags",
                    format!("AWS has no tags on a {}", about.singular.replace('_', " ")),
                )
                .at(*at)
                .help("take `tags:` away")
                .address(resource.address.to_string()),
            );
        }
        return;
    }
    // The stack's own count has been judged where it stands.
    let mut tags = stack.tags.clone();
    for (key, value) in own.into_iter().flatten() {
        let at = places.get(&format!("Tags.{key}")).or(places.get("Tags")).copied();
        if let Some(finding) = spec::reserved_tag(key) {
            findings.push(finding.at(at.unwrap_or(resource.declared)).address(resource.address.to_string()));
        } else {
            tags.insert(key.clone(), value.clone());
        }
    }
    for (path, span) in places.iter().filter(|(path, _)| path.starts_with("Tags")) {
        resource.places.insert(path.clone(), *span);
    }
    if tags.len() > stack.tags.len()
        && let Some(finding) = spec::too_many_tags(tags.len())
    {
        let at = places.get("Tags").copied().unwrap_or(resource.declared);
        findings.push(finding.at(at).address(resource.address.to_string()));
    }
    if !tags.is_empty() {
        resource.properties.put("Tags", Value::Map(tags));
    }
}

/// Checks a resource's own tags against AWS's limits, each at its key.
fn check_tags(written: &Node, common: &Value, address: &Address, findings: &mut Findings) {
    let mut found = Findings::default();
    for Entry { key, .. } in written.entries().unwrap_or_default() {
        let value = common.get("Tags").and_then(|tags| tags.get(&key.text));
        spec::check_tag(&key.text, value.and_then(Value::as_str), key.span, &mut found);
    }
    findings.extend(found.iter().map(|finding| finding.clone().address(address.to_string())));
}

/// The stack's outputs; a secret one is refused.
pub fn outputs(stack: &Stack, names: &Names, findings: &mut Findings) -> Vec<(String, Value)> {
    let resolve = Declared { names, place: &stack.place };
    let mut outputs = Vec::new();
    for output in &stack.outputs {
        let Some(value) = stack.scope.text(&output.node, Manner::Own, &resolve, findings) else { continue };
        if value.has_secret() {
            findings.push(
                Diagnostic::error(
                    "secret_output",
                    format!("the output `{}` would show a secret", output.name),
                )
                .at(output.node.span),
            );
            continue;
        }
        outputs.push((output.name.clone(), value));
    }
    outputs
}

/// A list of tests as a value.
pub fn tests(stack: &Stack, names: &Names, tests: &Tests, findings: &mut Findings) -> Value {
    let resolve = Declared { names, place: &stack.place };
    tests.scope.document(&tests.node, &resolve, findings, &mut Places::new(), "tests")
}

/// What is declared, as references find it: in the component first, then in the stack.
struct Declared<'a> {
    names: &'a Names,
    place: &'a Place,
}

impl Resolve for Declared<'_> {
    fn address(&self, component: Option<&(String, String)>, kind: &str, key: &str) -> Option<Address> {
        let in_component = component
            .cloned()
            .map(|component| Address { component: Some(component), ..Address::new(kind, key) });
        let in_stack = Address::new(kind, key);
        in_component.into_iter().chain([in_stack]).find(|address| self.names.of(address).is_some())
    }

    fn keys(&self, component: Option<&(String, String)>, kind: &str) -> Vec<String> {
        self.names
            .addresses()
            .filter(|address| address.kind == kind)
            .filter(|address| address.component.is_none() || address.component.as_ref() == component)
            .map(|address| address.key.clone())
            .collect()
    }

    fn output(&self, address: &Address, output: &str) -> Result<Value, Vec<&'static str>> {
        let outputs: &[Output] = kinds::kind_of(address).map_or(&[], |kind| kind.about().outputs);
        if outputs.iter().any(|known| known.has(output)) {
            Ok(Template::output(address.clone(), output).into())
        } else {
            Err(outputs.iter().map(|known| known.name).collect())
        }
    }

    fn shared(&self, kind: &str, name: &str, output: &str) -> Option<Value> {
        kinds::shared_output(kind, name, output, self.place)
    }

    fn arn_pattern(&self, kind: &str) -> Option<&'static str> {
        kinds::arn_pattern(kind)
    }
}
