//! What each root of a reference means: `parameters`, `each`, `env`, `aws`, `components`, a kind.

use std::collections::BTreeMap;

use super::interpolate::escape;
use super::scope::{Given, Manner, Meaning, Resolve, Scope, Site};
use super::words::{a, did_you_mean, listed, singular};
use crate::engine::{Address, Secret, Value};
use crate::source::{Diagnostic, Findings, Node, Span};

const ROOTS: [&str; 6] = ["parameters", "components", "each", "stack", "env", "aws"];
const AWS: [&str; 4] = ["account_id", "region", "partition", "url_suffix"];

impl Scope {
    /// What a reference stands for; nothing if it is wrong, which is reported.
    pub(super) fn meaning(&self, body: &str, site: &Site<'_>, findings: &mut Findings) -> Option<Meaning> {
        let steps: Vec<&str> = body.split('.').collect();
        let (root, rest) = (steps[0], &steps[1..]);
        let ours = ROOTS.contains(&root)
            || self.frame.kinds.iter().chain(&self.frame.later).any(|kind| kind == root);
        if !ours || (rest.is_empty() && site.manner == Manner::Document) {
            return self.foreign(body, root, site, findings);
        }
        if rest.is_empty() || !steps.iter().all(|step| is_step(step)) {
            return self.wrong(site, findings, format!("`${{{body}}}` is no reference"), self.shape_of(root));
        }
        match (root, rest) {
            ("parameters", [name, path @ ..]) => self.parameter(name, path, site, findings),
            ("stack", ["parameters", name, path @ ..]) => {
                self.given(&self.frame.parameters, &self.frame.missing, name, path, site, findings)
            }
            ("stack", ["name"]) => Some(Meaning::Value(self.frame.stack.as_str().into())),
            ("stack", [kind, key @ ..]) if !key.is_empty() && self.kinds().any(|known| known == *kind) => {
                self.output(None, kind, key, body, site, findings)
            }
            ("stack", _) => self.no_attribute(body, rest, &["name"], site, findings),
            ("each", _) => self.each(rest, site, findings),
            ("env", _) => self.env(body, rest, site, findings),
            ("aws", _) => self.aws(body, rest, site, findings),
            ("components", _) => self.through_component(body, rest, site, findings),
            (kind, _) => self.output(self.component().cloned().as_ref(), kind, rest, body, site, findings),
        }
    }

    fn foreign(&self, body: &str, root: &str, site: &Site<'_>, findings: &mut Findings) -> Option<Meaning> {
        let roots = || ROOTS.iter().copied().chain(self.kinds());
        let near = did_you_mean(root, roots());
        if site.manner == Manner::Own {
            let message = format!("`{root}` is nothing that `${{…}}` can refer to{near}");
            return self.wrong(
                site,
                findings,
                message,
                "a reference begins with a kind or with parameters, components, each, stack, env or aws; \
                 a literal `${` is written `$${`"
                    .to_owned(),
            );
        }
        if !near.is_empty() && body.contains('.') {
            let message = format!("`${{{body}}}` is left as it is: `{root}` is nothing of this stack{near}");
            let warning = Diagnostic::warning("foreign_reference", message).at(site.span);
            findings.push(warning.help(format!("if it is meant literally, write `$${{{body}}}`")));
        }
        Some(Meaning::Foreign)
    }

    fn parameter(
        &self,
        name: &str,
        path: &[&str],
        site: &Site<'_>,
        findings: &mut Findings,
    ) -> Option<Meaning> {
        if let Some(why) = self.frame.no_parameters {
            return self.wrong(site, findings, why.to_owned(), String::new());
        }
        if let Some(instance) = &self.instance
            && (instance.parameters.contains_key(name) || instance.missing.iter().any(|m| m == name))
        {
            return self.given(&instance.parameters, &instance.missing, name, path, site, findings);
        }
        let own = self.instance.iter().flat_map(|instance| instance.parameters.keys());
        if !self.frame.parameters.contains_key(name) && !self.frame.missing.iter().any(|m| m == name) {
            let known: Vec<&str> = own.chain(self.frame.parameters.keys()).map(String::as_str).collect();
            let near = did_you_mean(name, known.iter().copied());
            let help = match listed(known) {
                Some(list) => format!("declared are {list}"),
                None => format!("declare it: `parameters: {{ {name}: {{ type: string }} }}`"),
            };
            return self.wrong(site, findings, format!("unknown parameter `{name}`{near}"), help);
        }
        self.given(&self.frame.parameters, &self.frame.missing, name, path, site, findings)
    }

    fn given(
        &self,
        among: &BTreeMap<String, Given>,
        missing: &[String],
        name: &str,
        path: &[&str],
        site: &Site<'_>,
        findings: &mut Findings,
    ) -> Option<Meaning> {
        match among.get(name) {
            Some(Given::Node(node)) => self.walk(node, &format!("parameters.{name}"), path, site, findings),
            Some(Given::Secret(source)) if path.is_empty() => {
                Some(Meaning::Value(Value::Secret(Secret::from_source(source.clone()))))
            }
            Some(Given::Secret(_)) => {
                let message = format!("`parameters.{name}` is a secret text and has no members");
                self.wrong(site, findings, message, String::new())
            }
            None if missing.iter().any(|m| m == name) => None,
            None => {
                let near = did_you_mean(name, among.keys().map(String::as_str));
                self.wrong(site, findings, format!("unknown parameter `{name}`{near}"), String::new())
            }
        }
    }

    fn walk(
        &self,
        node: &Node,
        from: &str,
        path: &[&str],
        site: &Site<'_>,
        findings: &mut Findings,
    ) -> Option<Meaning> {
        let mut node = node;
        let mut walked = from.to_owned();
        for step in path {
            let Some(entries) = node.entries() else {
                let message = format!("`{walked}` is {} and has no `{step}`", node.shape());
                return self.wrong(site, findings, message, String::new());
            };
            let Some(next) = node.get(step) else {
                let near = did_you_mean(step, entries.iter().map(|entry| &*entry.key.text));
                let help = listed(entries.iter().map(|entry| &*entry.key.text));
                let help = help.map_or(String::new(), |list| format!("it has {list}"));
                return self.wrong(site, findings, format!("`{walked}` has no `{step}`{near}"), help);
            };
            node = next;
            walked = format!("{walked}.{step}");
        }
        Some(Meaning::Node(node.clone()))
    }

    fn each(&self, rest: &[&str], site: &Site<'_>, findings: &mut Findings) -> Option<Meaning> {
        let each = self.instance.as_ref().and_then(|instance| instance.each.as_ref());
        let Some((key, value)) = each else {
            let message = "`each` stands only in a component with `for_each`";
            return self.wrong(site, findings, message.to_owned(), String::new());
        };
        match rest {
            ["key"] => Some(Meaning::Node(Node::text(site.span, &escape(key)))),
            ["value", path @ ..] => self.walk(value, "each.value", path, site, findings),
            _ => self.no_attribute(
                &format!("each.{}", rest.join(".")),
                rest,
                &["key", "value"],
                site,
                findings,
            ),
        }
    }

    fn env(&self, body: &str, rest: &[&str], site: &Site<'_>, findings: &mut Findings) -> Option<Meaning> {
        match (rest, &self.frame.env) {
            (["suffix"], None) => Some(Meaning::Value("".into())),
            (["suffix"], Some(env)) => Some(Meaning::Value(format!("-{env}").into())),
            (["name"], Some(env)) => Some(Meaning::Value(env.as_str().into())),
            (["name"], None) => self.wrong(
                site,
                findings,
                "`env.name` without an environment".to_owned(),
                "give `--env NAME`, or write `${env.suffix}`, which is empty without one".to_owned(),
            ),
            _ => self.no_attribute(body, rest, &["name", "suffix"], site, findings),
        }
    }

    fn aws(&self, body: &str, rest: &[&str], site: &Site<'_>, findings: &mut Findings) -> Option<Meaning> {
        let place = &self.frame.place;
        let text = match rest {
            ["account_id"] => place.account.as_str(),
            ["region"] => place.region.as_str(),
            ["partition"] => place.partition.name(),
            ["url_suffix"] => place.partition.dns_suffix(),
            _ => return self.no_attribute(body, rest, &AWS, site, findings),
        };
        Some(Meaning::Value(text.into()))
    }

    fn through_component(
        &self,
        body: &str,
        rest: &[&str],
        site: &Site<'_>,
        findings: &mut Findings,
    ) -> Option<Meaning> {
        let [component, instance, kind, rest @ ..] = rest else {
            let message = format!("`${{{body}}}` is no reference");
            return self.wrong(site, findings, message, self.shape_of("components"));
        };
        let Some(instances) = self.frame.components.get(*component) else {
            let near = did_you_mean(component, self.frame.components.keys().map(String::as_str));
            return self.wrong(
                site,
                findings,
                format!("unknown component `{component}`{near}"),
                String::new(),
            );
        };
        if !instances.iter().any(|known| known == instance) {
            let near = did_you_mean(instance, instances.iter().map(String::as_str));
            let help = listed(instances.iter().map(String::as_str));
            let help = help.map_or(String::new(), |list| format!("it has {list}"));
            let message = format!("the component `{component}` has no instance `{instance}`{near}");
            return self.wrong(site, findings, message, help);
        }
        if !self.frame.kinds.iter().any(|known| known == kind) {
            let near = did_you_mean(kind, self.kinds());
            return self.wrong(site, findings, format!("unknown kind `{kind}`{near}"), String::new());
        }
        let within = ((*component).to_owned(), (*instance).to_owned());
        self.output(Some(&within), kind, rest, body, site, findings)
    }

    fn output(
        &self,
        component: Option<&(String, String)>,
        kind: &str,
        rest: &[&str],
        body: &str,
        site: &Site<'_>,
        findings: &mut Findings,
    ) -> Option<Meaning> {
        if self.frame.later.iter().any(|later| later == kind) {
            let message = format!("{} are not part of this version", kind.replace('_', " "));
            findings.push(Diagnostic::error("not_built", message).at(site.span));
            return None;
        }
        self.known_only_allows(body, site, findings)?;
        let resolve = site.resolve?;
        let [key, output @ ..] = rest else { return None };
        let exact = body.starts_with("components.");
        let address = self.resource(component, exact, kind, key, site.span, resolve, findings)?;
        let output = output.join(".");
        match resolve.output(&address, &output) {
            Ok(value) => Some(Meaning::Value(value)),
            Err(known) => {
                let near = did_you_mean(&output, known.iter().copied());
                let help =
                    listed(known.iter().copied()).map_or(String::new(), |list| format!("it has {list}"));
                let kind = a(&singular(kind));
                let message = match output.is_empty() {
                    true => format!("`${{{body}}}` does not say which output of `{address}` is meant"),
                    false => format!("{kind} has no output `{output}`{near}"),
                };
                self.wrong(site, findings, message, help)
            }
        }
    }

    /// The declared resource of a kind and a key; unknown ones are reported. `exact`: it must be in
    /// that component's instance.
    #[expect(clippy::too_many_arguments, reason = "a name, its place, and who knows it")]
    pub(super) fn resource(
        &self,
        component: Option<&(String, String)>,
        exact: bool,
        kind: &str,
        key: &str,
        span: Span,
        resolve: &dyn Resolve,
        findings: &mut Findings,
    ) -> Option<Address> {
        let found = resolve.address(component, kind, key);
        if let Some(address) = found.filter(|address| !exact || address.component.as_ref() == component) {
            return Some(address);
        }
        let mut known = resolve.keys(component, kind);
        if exact {
            let inside = |key: &String| {
                resolve.address(component, kind, key).is_some_and(|a| a.component.as_ref() == component)
            };
            known.retain(inside);
        }
        let near = did_you_mean(key, known.iter().map(String::as_str));
        let message = match component.filter(|_| exact) {
            Some((name, instance)) => format!("`{name}.{instance}` has no {} `{key}`{near}", singular(kind)),
            None => format!("unknown {} `{key}`{near}", singular(kind)),
        };
        let mut finding = Diagnostic::error("unknown_reference", message).at(span);
        if near.is_empty() {
            finding = match listed(known.iter().map(String::as_str)) {
                Some(list) => finding.help(format!("declared under `{kind}` are {list}")),
                None => {
                    finding.help(format!("declare it under `{kind}`, or give the ARN of one that exists"))
                }
            };
        }
        findings.push(finding);
        None
    }

    pub(super) fn known_only_allows(
        &self,
        body: &str,
        site: &Site<'_>,
        findings: &mut Findings,
    ) -> Option<()> {
        if !self.known_only {
            return Some(());
        }
        let message =
            format!("`${{{body}}}` cannot stand here: this must be known before there are resources");
        self.wrong(site, findings, message, String::new()).map(|_| ())
    }

    fn no_attribute(
        &self,
        body: &str,
        rest: &[&str],
        known: &[&str],
        site: &Site<'_>,
        findings: &mut Findings,
    ) -> Option<Meaning> {
        let near = did_you_mean(&rest.join("."), known.iter().copied());
        let root = body.split('.').next().unwrap_or_default();
        let help = known.iter().map(|name| format!("`${{{root}.{name}}}`")).collect::<Vec<_>>().join(", ");
        self.wrong(site, findings, format!("there is no `{body}`{near}"), format!("there is {help}"))
    }

    fn shape_of(&self, root: &str) -> String {
        match root {
            "parameters" => "write `${parameters.NAME}`".to_owned(),
            "each" => "write `${each.key}` or `${each.value}`".to_owned(),
            "env" => "write `${env.name}` or `${env.suffix}`".to_owned(),
            "stack" => "write `${stack.name}`".to_owned(),
            "aws" => format!("write `${{aws.NAME}}` with one of {}", AWS.join(", ")),
            "components" => "write `${components.NAME.INSTANCE.KIND.KEY.OUTPUT}`".to_owned(),
            kind => format!("write `${{{kind}.KEY.OUTPUT}}`"),
        }
    }

    fn wrong(
        &self,
        site: &Site<'_>,
        findings: &mut Findings,
        message: String,
        help: String,
    ) -> Option<Meaning> {
        let finding = Diagnostic::error("bad_reference", message).at(site.span);
        findings.push(if help.is_empty() { finding } else { finding.help(help) });
        None
    }
}

/// Whether a text may be a step of a reference.
fn is_step(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}
