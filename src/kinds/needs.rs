//! What this tool itself needs to be allowed: the IAM actions of a kind's calls.

use crate::engine::{Place, Resource, Value};

use super::Kind;

/// Some actions on something, at some time.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    pub when: When,
    pub on: On,
    pub actions: &'static [&'static str],
    /// `PATH` of a property without which there is no such call, or `PATH=VALUE`, or `PATH..KEY` of a key anywhere below
    /// a property; empty for always.
    pub only_with: &'static str,
}

/// When a need arises.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum When {
    /// On every run, for every kind: the search for what is ours.
    Search,
    /// On every run, for each resource of the kind.
    Read,
    /// When a resource is made, changed or removed.
    Write,
}

/// What the actions are on.
#[derive(Clone, Copy, Debug)]
pub enum On {
    /// What has no narrower ARN.
    Everything,
    /// The output `arn` of the resource, or what it looks like; with this behind it.
    Own(&'static str),
    /// A pattern as that of an output; what is not known becomes `*`.
    Like(&'static str),
    /// The repository of ECR that the image at this path is in; nothing for an image of elsewhere.
    Repository(&'static str),
    /// What stands below the ARNs at this path (as with [`On::Role`]), with this behind each.
    Below(&'static str, &'static str),
    /// The roles whose ARNs stand at this path (`[]` and `*` in it are all of a list or a map), to be passed
    /// to this service.
    Role(&'static str, &'static str),
}

/// The right to give a resource its role.
const PASS_ROLE: &[&str] = &["iam:PassRole"];

impl Need {
    /// Asked for on every run, whatever the stack declares.
    pub const fn search(actions: &'static [&'static str]) -> Need {
        Need { when: When::Search, on: On::Everything, actions, only_with: "" }
    }

    /// Asked for on every run where the stack has such a resource.
    pub const fn read(on: On, actions: &'static [&'static str]) -> Need {
        Need { when: When::Read, on, actions, only_with: "" }
    }

    /// Asked for by an apply.
    pub const fn write(on: On, actions: &'static [&'static str]) -> Need {
        Need { when: When::Write, on, actions, only_with: "" }
    }

    /// The role at a path is passed to a service.
    pub const fn pass_role(path: &'static str, service: &'static str) -> Need {
        Need { when: When::Write, on: On::Role(path, service), actions: PASS_ROLE, only_with: "" }
    }

    /// Only where a property stands, or has a value.
    pub const fn only_with(self, only_with: &'static str) -> Need {
        Need { only_with, ..self }
    }

    /// Whether it arises for a resource of these properties.
    pub fn arises(&self, properties: &Value) -> bool {
        if let Some((path, key)) = self.only_with.split_once("..") {
            let mut found = false;
            let below = properties.at(path);
            below.into_iter().for_each(|value| value.walk(&mut |value| found |= value.get(key).is_some()));
            return found;
        }
        match self.only_with.split_once('=') {
            None if self.only_with.is_empty() => true,
            None => properties.at(self.only_with).is_some_and(|value| *value != Value::Null),
            Some((path, value)) => properties.text_at(path) == Some(value),
        }
    }

    /// The ARNs that it is on, for a resource.
    pub fn resources(&self, kind: &dyn Kind, of: &Resource, place: &Place) -> Vec<String> {
        match self.on {
            On::Everything => vec!["*".into()],
            On::Own(behind) => {
                let derived = kind.derive("arn", of, place);
                let pattern = kind.about().output("arn").and_then(|output| output.pattern());
                let arn = match (derived.as_ref().and_then(Value::as_str), pattern) {
                    (Some(arn), _) => arn.to_owned(),
                    (None, Some(pattern)) => fill(pattern, of, place),
                    (None, None) => "*".into(),
                };
                vec![arn + behind]
            }
            On::Like(pattern) => vec![fill(pattern, of, place)],
            On::Below(path, behind) => {
                let mut arns = Vec::new();
                at_every(&of.properties, path, &mut |value| {
                    arns.push(value.as_str().map_or_else(|| "*".into(), |arn| format!("{arn}{behind}")));
                });
                arns
            }
            On::Repository(path) => match of.properties.text_at(path) {
                Some(image) => repository(image).into_iter().collect(),
                None => vec![place.arn("ecr", "repository/*")],
            },
            On::Role(path, _) => {
                let mut arns = Vec::new();
                at_every(&of.properties, path, &mut |value| {
                    arns.push(
                        value.as_str().map_or_else(|| place.global_arn("iam", "role/*"), str::to_owned),
                    );
                });
                arns
            }
        }
    }
}

/// The ARN of the repository of an image `ACCOUNT.dkr.ecr.REGION.…/NAME:TAG`, perhaps of another account.
fn repository(image: &str) -> Option<String> {
    let (registry, name) = image.split_once('/')?;
    let mut parts = registry.split('.');
    let (account, region) = (parts.next()?, parts.nth(2)?);
    let name = name.split(['@', ':']).next().unwrap_or(name);
    let elsewhere = Place::new(region, account);
    registry.contains(".dkr.ecr.").then(|| elsewhere.arn("ecr", &format!("repository/{name}")))
}

/// A pattern with place, name and properties in it; `*` for what is not known.
fn fill(pattern: &str, of: &Resource, place: &Place) -> String {
    let mut text = place.fill(pattern).replace("{name}", &of.name);
    while let Some((start, end)) = text.find('{').and_then(|s| Some((s, s + text[s..].find('}')?))) {
        let value = of.properties.text_at(&text[start + 1..end]).unwrap_or("*").to_owned();
        text.replace_range(start..=end, &value);
    }
    text
}

/// Every value at a path with `[]` for all items of a list and `*` for all values of a map, such as
/// `Targets[].RoleArn`.
fn at_every(value: &Value, path: &str, found: &mut impl FnMut(&Value)) {
    let (step, rest) = path.split_once('.').map_or((path, None), |(step, rest)| (step, Some(rest)));
    let mut on = |value: &Value| match rest {
        Some(rest) => at_every(value, rest, found),
        None if *value != Value::Null => found(value),
        None => {}
    };
    match (step.strip_suffix("[]"), step) {
        (Some(list), _) => value.get(list).and_then(Value::as_list).unwrap_or_default().iter().for_each(on),
        (None, "*") => value.as_map().into_iter().flatten().for_each(|(_, value)| on(value)),
        (None, step) => value.get(step).into_iter().for_each(on),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_of_an_image_is_of_the_registry_that_its_uri_names() {
        let of = |image: &str| repository(image).unwrap_or_default();
        assert_eq!(
            of("123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/work@sha256:abc"),
            "arn:aws:ecr:eu-west-1:123456789012:repository/shop/work"
        );
        assert_eq!(
            of("210987654321.dkr.ecr.cn-north-1.amazonaws.com.cn/work:3"),
            "arn:aws-cn:ecr:cn-north-1:210987654321:repository/work"
        );
        assert_eq!(repository("public.ecr.aws/lambda/python:3.13"), None);
        assert_eq!(repository("work"), None);
    }
}
