//! Templates of the embedded account: what is wrong with one, and what differs between two.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// The bytes of a template that is sent with the request.
pub const LONGEST: usize = 51_200;
/// Types that only a named capability admits.
const IAM: &str = "AWS::IAM::";
const NAMES: &[&str] = &["RoleName", "UserName", "GroupName", "ManagedPolicyName", "InstanceProfileName"];
const PSEUDO: &str = "AWS::";

/// The resources of a template by their logical ids.
pub fn resources(template: &Value) -> impl Iterator<Item = (&String, &Value)> {
    template["Resources"].as_object().into_iter().flatten()
}

/// The types of its resources.
pub fn types(template: &Value) -> Vec<&str> {
    let types: BTreeSet<&str> = resources(template).filter_map(|(_, one)| one["Type"].as_str()).collect();
    types.into_iter().collect()
}

/// The parameters that are not shown.
pub fn is_hidden(template: &Value, parameter: &str) -> bool {
    let hidden = &template["Parameters"][parameter]["NoEcho"];
    *hidden == true || *hidden == "true"
}

/// What AWS would say against a template, if anything.
pub fn problem(template: &Value) -> Option<String> {
    if resources(template).next().is_none() {
        return Some("Template format error: At least one Resources member must be defined.".into());
    }
    let unknown = types(template).into_iter().find(|name| name.split("::").count() < 2);
    if let Some(name) = unknown {
        return Some(format!("Template format error: Unrecognized resource types: [{name}]"));
    }
    if let Some(name) = conditions(&template["Resources"]).find(|name| template["Conditions"][name].is_null())
    {
        return Some(format!(
            "Template format error: Unresolved condition dependency {name} in the Resources block of the template"
        ));
    }
    let mut named = BTreeSet::new();
    for section in ["Resources", "Outputs", "Conditions"] {
        refs(&template[section], &mut named);
    }
    let known = |name: &str| {
        name.starts_with(PSEUDO)
            || !template["Resources"][name].is_null()
            || !template["Parameters"][name].is_null()
    };
    let lost: Vec<String> = named.into_iter().filter(|name| !known(name)).collect();
    (!lost.is_empty()).then(|| {
        format!(
            "Template format error: Unresolved resource dependencies [{}] in the Resources block of the template",
            lost.join(", ")
        )
    })
}

/// The conditions that resources name.
fn conditions(resources: &Value) -> impl Iterator<Item = &str> {
    resources.as_object().into_iter().flatten().filter_map(|(_, one)| one["Condition"].as_str())
}

/// The template as transforms leave it: those of AWS are looked at no further than that they are gone from it.
pub fn processed(mut template: Value) -> Value {
    if let Some(members) = template.as_object_mut() {
        members.shift_remove("Transform");
    }
    template
}

/// The capabilities of which a template needs one.
pub fn capability(template: &Value) -> Option<&'static str> {
    let iam =
        resources(template).filter(|(_, one)| one["Type"].as_str().is_some_and(|ty| ty.starts_with(IAM)));
    let iam: Vec<_> = iam.collect();
    let named = iam.iter().any(|(_, one)| NAMES.iter().any(|name| !one["Properties"][name].is_null()));
    match iam.is_empty() {
        true => None,
        false if named => Some("CAPABILITY_NAMED_IAM"),
        false => Some("CAPABILITY_IAM"),
    }
}

/// The names that a part of a template refers to.
pub fn refs(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match (key.as_str(), value) {
                    ("Ref", Value::String(name)) => drop(found.insert(name.clone())),
                    ("Fn::GetAtt", Value::Array(parts)) => {
                        found.extend(parts.first().and_then(Value::as_str).map(str::to_owned));
                    }
                    ("Fn::Sub", value) => sub_refs(value, found),
                    _ => refs(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| refs(item, found)),
        _ => {}
    }
}

fn sub_refs(value: &Value, found: &mut BTreeSet<String>) {
    let (text, own) = match value {
        Value::Array(parts) => (parts.first(), parts.get(1)),
        text => (Some(text), None),
    };
    own.into_iter().for_each(|own| refs(own, found));
    for name in text.and_then(Value::as_str).map(placeholders).unwrap_or_default() {
        if own.is_none_or(|own| own[&name].is_null()) {
            found.insert(name.split('.').next().unwrap_or(&name).to_owned());
        }
    }
}

/// The names in a text as `Fn::Sub` takes it.
pub fn placeholders(text: &str) -> Vec<String> {
    let parts = text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
    parts.map(|(name, _)| name.trim().to_owned()).filter(|name| !name.starts_with('!')).collect()
}

/// What a change set lists: what differs between two templates, and what a changed parameter reaches.
pub fn changes(old: &Value, new: &Value, changed: &BTreeSet<String>, tags: bool) -> Vec<Value> {
    let mut found = Vec::new();
    for (id, one) in resources(new) {
        let before = &old["Resources"][id];
        let change =
            |action: &str| json!({ "Action": action, "LogicalResourceId": id, "ResourceType": one["Type"] });
        if before.is_null() {
            found.push(change("Add"));
            continue;
        }
        let mut scope: Vec<&str> = ["Metadata", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy"]
            .into_iter()
            .filter(|part| before[part] != one[part])
            .collect();
        let mut named = BTreeSet::new();
        refs(&one["Properties"], &mut named);
        if before["Properties"] != one["Properties"] || !named.is_disjoint(changed) {
            scope.push("Properties");
        }
        if tags {
            scope.push("Tags");
        }
        let renamed = renames(&before["Properties"], &one["Properties"], changed);
        if before["Type"] != one["Type"] || !scope.is_empty() {
            let mut change = change("Modify");
            change["Scope"] = json!(scope);
            change["Replacement"] =
                if renamed || before["Type"] != one["Type"] { "True" } else { "False" }.into();
            found.push(change);
        }
    }
    for (id, one) in resources(old).filter(|(id, _)| new["Resources"][id.as_str()].is_null()) {
        found.push(json!({ "Action": "Remove", "LogicalResourceId": id, "ResourceType": one["Type"] }));
    }
    found.into_iter().map(|change| json!({ "Type": "Resource", "ResourceChange": change })).collect()
}

/// Whether a name of a resource's own is another one, or is made of a changed parameter: it is made anew.
fn renames(before: &Value, after: &Value, changed: &BTreeSet<String>) -> bool {
    let names = |properties: &Value| -> BTreeMap<String, Value> {
        let members = properties.as_object().into_iter().flatten();
        members.filter(|(key, _)| key.ends_with("Name")).map(|(k, v)| (k.clone(), v.clone())).collect()
    };
    let (before, after) = (names(before), names(after));
    let mut named = BTreeSet::new();
    after.values().for_each(|name| refs(name, &mut named));
    before != after || !named.is_disjoint(changed)
}
