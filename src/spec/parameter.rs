//! Parameters: the one way in from outside the file.

mod declare;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::inputs::{Inputs, Mode};
use super::interpolate::escape;
use super::outside::{Outside, Raw, Source, outside_node};
use super::scope::{Given, Scope, head};
use super::stored::{Answer, Stored, StoredValue, Wanted};
use super::types::ParamType;
use super::words::did_you_mean;
use crate::engine::SecretSource;
use crate::source::{Diagnostic, Entry, Findings, Node, Sources, Span, parse};

pub(super) use declare::declared;
use declare::{source, source_fits};

/// A parameter whose value is a secret. What it holds is how to find the value, never the value
/// (save a default, which stands in the file).
#[derive(Clone, Debug)]
pub struct SecretParameter {
    pub name: String,
    pub span: Span,
    /// Nothing: `--param` or `--params`.
    pub from: Option<Source>,
    /// As a mark keeps it: what stands under `version`, `1` if nothing does. Under [`Mode::Local`],
    /// where the default stands, a digest of the default belongs to it.
    pub version: String,
    pub(super) default: Option<String>,
}

/// What is declared about a parameter.
#[derive(Clone)]
pub(super) struct Declared {
    name: String,
    span: Span,
    ty: Option<ParamType>,
    from: Option<Source>,
    /// Of a component's with `from`: as it is written, for each instance to read it for itself.
    written: Option<Entry>,
    /// A component's, which the command line does not give.
    inner: bool,
    default: Option<Node>,
    /// As it is written; left out, the source decides.
    secret: Option<bool>,
    version: Option<String>,
    /// Something is wrong with the declaration, which is reported: its value is not asked for.
    wrong: bool,
}

/// What sources begin with, as a regular expression.
pub(super) const SCHEMES: &str = "^(env|file|ssm|secretsmanager|cloudformation|export|stack):.+";
/// What parameters come to.
#[derive(Default)]
pub(super) struct Values {
    pub given: BTreeMap<String, Given>,
    pub missing: Vec<String>,
    pub secrets: Vec<SecretParameter>,
    /// What stores must be asked for.
    pub wanted: Vec<Wanted>,
}

/// The values of the stack's parameters: from the command line, else from their sources, else
/// their defaults where these stand.
pub(super) fn values(
    declared: &[Declared],
    inputs: &Inputs,
    scope: &Scope,
    findings: &mut Findings,
) -> Values {
    let names: Vec<&str> = declared.iter().map(|parameter| parameter.name.as_str()).collect();
    let outside = Outside::read(&names, inputs, findings);
    taken(declared, inputs, &outside, scope, findings)
}

fn taken(
    declared: &[Declared],
    inputs: &Inputs,
    outside: &Outside,
    scope: &Scope,
    findings: &mut Findings,
) -> Values {
    let mut values = Values::default();
    for parameter in declared {
        let given = outside.given.contains_key(&parameter.name);
        values.wanted.extend(parameter.wanted(given));
        if parameter.is_secret(inputs) {
            parameter.keep_secret(inputs, outside, &mut values, findings);
            continue;
        }
        let node = match parameter.wrong {
            true => None,
            false => parameter.value(inputs, outside, scope, findings),
        };
        match node {
            Some(node) => drop(values.given.insert(parameter.name.clone(), Given::Node(node))),
            None => values.missing.push(parameter.name.clone()),
        }
    }
    values
}

/// The values of a component's parameters in one instance: what `with` gives, else their sources, else the
/// defaults, all in the scope of the instance.
pub(super) fn inner_values(
    declared: &[Declared],
    with: Option<&Node>,
    inputs: &Inputs,
    scope: &Scope,
    findings: &mut Findings,
) -> Values {
    for entry in with.and_then(Node::entries).unwrap_or_default() {
        let key = &*entry.key.text;
        if !declared.iter().any(|parameter| parameter.name == key) {
            let near = did_you_mean(key, declared.iter().map(|parameter| parameter.name.as_str()));
            let message = format!("the component has no parameter `{key}`{near}");
            findings.push(Diagnostic::error("unknown_parameter", message).at(entry.key.span));
        }
    }
    let mut values = Values::default();
    for parameter in declared {
        let given = with.and_then(|with| with.get(&parameter.name));
        if given.is_none() && parameter.written.is_some() {
            let own = parameter.of_instance(scope, findings);
            let outside = Outside { given: BTreeMap::new() };
            let of_source = taken(&[own], inputs, &outside, scope, findings);
            values.secrets.extend(of_source.secrets);
            values.wanted.extend(of_source.wanted);
            match of_source.given.into_values().next() {
                Some(value) => drop(values.given.insert(parameter.name.clone(), value)),
                None => values.missing.push(parameter.name.clone()),
            }
            continue;
        }
        let value = match given.or(parameter.default.as_ref()) {
            _ if parameter.wrong => None,
            Some(node) if node.is_null() => Some(node.clone()),
            Some(node) => {
                let node = scope.expand(node, findings);
                parameter.checked(&node, findings)
            }
            None => {
                let message = format!("the component's parameter `{}` has no value", parameter.name);
                let finding = Diagnostic::error("missing_parameter", message).at(parameter.span);
                findings.push(finding.help(format!("give it: `with: {{ {}: … }}`", parameter.name)));
                None
            }
        };
        match value {
            Some(node) => drop(values.given.insert(parameter.name.clone(), Given::Node(node))),
            None => values.missing.push(parameter.name.clone()),
        }
    }
    values
}

impl Declared {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// As one instance has it: with its own source, under a name that no other has.
    fn of_instance(&self, scope: &Scope, findings: &mut Findings) -> Declared {
        let mut own = Findings::default();
        let written = self.written.as_ref().filter(|_| !self.wrong);
        let from = written.and_then(|entry| {
            let from = scope.known_only().expand(entry.value.get("from")?, &mut own);
            let from = source(&from, &mut own)?;
            source_fits(&from, self.secret, self.version.is_some(), entry, &mut own);
            Some(from)
        });
        let wrong = self.wrong || own.has_errors();
        findings.extend(own.iter().cloned());
        let instance = scope.component().map(|(component, instance)| format!("{component}.{instance}."));
        Declared {
            name: format!("{}{}", instance.unwrap_or_default(), self.name),
            wrong: wrong || from.is_none(),
            from,
            ..self.clone()
        }
    }

    /// How a person gives a value.
    fn giving(&self) -> String {
        match self.inner {
            true => {
                let name = self.name.rsplit('.').next().unwrap_or(&self.name);
                format!("`with: {{ {name}: … }}`")
            }
            false => format!("`--param {}=VALUE`", self.name),
        }
    }

    /// What a store is asked for. Of a value that is given, no more than whether it is a secret.
    fn wanted(&self, given: bool) -> Option<Wanted> {
        let source = self.from.clone().filter(|source| source.is_stored() && !self.wrong)?;
        let unsure = self.secret.is_none() && matches!(source, Source::Ssm(_));
        let has_default = given || self.default.is_some();
        (!given || unsure).then_some(Wanted {
            source,
            open: self.secret == Some(false) && !given,
            secret: self.secret == Some(true),
            has_default,
        })
    }

    /// What the store answered; nothing if there is none, or nobody has asked it.
    fn answer<'i>(&self, inputs: &'i Inputs) -> Option<&'i Answer> {
        let source = self.from.as_ref().filter(|source| source.is_stored())?;
        inputs.stores.as_ref().map(|stores| stores.get(source).unwrap_or(&Answer::Absent))
    }

    /// Whether its value is a secret: as it is written, else as its store keeps it.
    fn is_secret(&self, inputs: &Inputs) -> bool {
        self.secret.unwrap_or(match &self.from {
            Some(Source::SecretsManager { .. }) => true,
            Some(Source::Ssm(_)) => match self.answer(inputs) {
                Some(Answer::Found(stored)) => stored.secure,
                // Nobody knows: what is given may be one.
                Some(Answer::Refused(_)) => true,
                Some(Answer::Absent) | None => false,
            },
            _ => false,
        })
    }

    fn checked(&self, node: &Node, findings: &mut Findings) -> Option<Node> {
        let text = node.scalar().map(|scalar| &*scalar.text);
        if self.secret == Some(true) && !text.is_some_and(|text| text.contains("${stack.parameters.")) {
            let message = format!("`{}` is secret, and a secret is never text in the file", self.name);
            let finding = Diagnostic::error("secret_in_file", message).at(node.span).hide(node.span);
            findings.push(finding.help("give it a secret parameter of the stack"));
            return None;
        }
        match &self.ty {
            Some(ty) => ty.take(node, &self.name, findings),
            None => Some(node.clone()),
        }
    }

    fn value(
        &self,
        inputs: &Inputs,
        outside: &Outside,
        scope: &Scope,
        findings: &mut Findings,
    ) -> Option<Node> {
        let written = match outside.given.get(&self.name) {
            Some(Raw::Text(text)) => Some((self.of_text(text, "--param", findings)?, "--param".to_owned())),
            Some(Raw::Node(node, file)) => Some((outside_node(node, self.span), file.clone())),
            None => None,
        };
        let unasked = inputs.stores.is_none() && self.from.as_ref().is_some_and(Source::is_stored);
        let default_first = self.from.is_none() || inputs.mode == Mode::Offline || unasked;
        let written = match written {
            None if !(default_first && self.default.is_some()) => self.of_source(inputs, findings)?,
            written => written,
        };
        let default_stands = self.from.is_none() || inputs.mode != Mode::Live || unasked;
        match (written, &self.default) {
            (Some((node, origin)), _) => self.checked_outside(&node, &origin, findings),
            // A parameter that may be left out: where it stands, the field is left out.
            (None, Some(default)) if default_stands && default.is_null() => Some(default.clone()),
            (None, Some(default)) if default_stands => {
                let node = scope.expand(default, findings);
                self.checked(&node, findings)
            }
            // It is asked for before there is a plan.
            (None, None) if unasked && inputs.mode != Mode::Offline => None,
            (None, default) => {
                findings.push(self.has_no_value(default.is_some()));
                None
            }
        }
    }

    /// As `checked`, with a word on where the value comes from.
    fn checked_outside(&self, node: &Node, origin: &str, findings: &mut Findings) -> Option<Node> {
        let mut own = Findings::default();
        let checked = self.checked(node, &mut own);
        let says = |finding: &Diagnostic| finding.clone().label(format!("its value comes from {origin}"));
        findings.extend(own.iter().map(says));
        checked
    }

    /// What the source holds; nothing inside if it holds nothing, nothing at all if it is wrong.
    fn of_source(&self, inputs: &Inputs, findings: &mut Findings) -> Option<Option<(Node, String)>> {
        let Some(from) = &self.from else { return Some(None) };
        match self.answer(inputs) {
            Some(Answer::Found(Stored { value: Some(value), .. })) => {
                let origin = from.to_string();
                return Some(Some((self.of_stored(value, &origin, findings)?, origin)));
            }
            Some(Answer::Refused(why)) => {
                findings.push(self.cannot_be_read(why));
                return None;
            }
            _ => {}
        }
        match from.read(inputs) {
            Ok(Some(text)) => {
                let origin = from.to_string();
                Some(Some((self.of_text(&text, &origin, findings)?, origin)))
            }
            Ok(None) => Some(None),
            Err(why) => {
                findings.push(self.cannot_be_read(&why));
                None
            }
        }
    }

    fn cannot_be_read(&self, why: &str) -> Diagnostic {
        let name = &self.name;
        let message = match &self.from {
            Some(from) if from.is_stored() => {
                format!("the parameter `{name}` cannot be read from {from}: {why}")
            }
            _ => format!("the parameter `{name}` cannot be read: {why}"),
        };
        let finding = Diagnostic::error("bad_source", message).at(self.span);
        match self.from.as_ref().is_some_and(Source::is_stored) {
            true => finding.help(format!("let this run read it, or give {}", self.giving())),
            false => finding,
        }
    }

    /// A value of a store as a node. A `StringList` is a list where one is wanted.
    fn of_stored(&self, value: &StoredValue, origin: &str, findings: &mut Findings) -> Option<Node> {
        match value {
            StoredValue::Text(text) => self.of_text(text, origin, findings),
            StoredValue::List(items) if self.ty.as_ref().is_some_and(ParamType::is_tree) => {
                let items = items.iter().map(|item| Node::plain(self.span, &escape(item)));
                Some(Node::seq(self.span, items.collect::<Vec<_>>()))
            }
            StoredValue::List(items) => self.of_text(&items.join(","), origin, findings),
        }
    }

    /// A text from outside as a node. It is taken as it is: `${` in it means nothing.
    fn of_text(&self, text: &str, origin: &str, findings: &mut Findings) -> Option<Node> {
        match &self.ty {
            Some(ParamType::Text | ParamType::Url) => Some(Node::text(self.span, &escape(text))),
            Some(ty) if ty.is_tree() => {
                let mut sources = Sources::new();
                let file = sources.add(origin, text);
                let mut own = Findings::default();
                let node = parse(&sources, file, &mut own);
                match node.filter(|_| !own.has_errors()) {
                    Some(node) => Some(outside_node(&node, self.span)),
                    None => {
                        let message = format!("the parameter `{}` (from {origin}) is no YAML", self.name);
                        findings.push(Diagnostic::error("bad_value", message).at(self.span));
                        None
                    }
                }
            }
            _ => {
                let plain = Node::plain(self.span, &escape(text));
                Some(if plain.is_null() && self.ty.is_none() { Node::text(self.span, text) } else { plain })
            }
        }
    }

    fn has_no_value(&self, has_default: bool) -> Diagnostic {
        let name = &self.name;
        let give = match self.inner {
            true => self.giving(),
            false => format!("{} or a file with `--params`", self.giving()),
        };
        let mut help = match &self.from {
            Some(source) => format!("{}, or give {give}", source.advice()),
            None => format!("give {give}"),
        };
        if !has_default && self.from.as_ref().is_some_and(Source::is_stored) {
            help.push_str("; offline its `default` stands, and nobody is asked");
        }
        if has_default {
            help.push_str("; its default stands only offline and under --local");
        }
        Diagnostic::error("missing_parameter", format!("the parameter `{name}` has no value"))
            .at(self.span)
            .help(help)
    }

    fn keep_secret(&self, inputs: &Inputs, outside: &Outside, values: &mut Values, findings: &mut Findings) {
        let default = match self.default.as_ref().filter(|default| !default.is_null()) {
            None => None,
            Some(node) => match node.scalar().filter(|scalar| !scalar.text.contains("${")) {
                Some(scalar) => Some(scalar.text.to_string()),
                None => {
                    let message = format!("the default of `{}` is plain text without `${{`", self.name);
                    findings.push(Diagnostic::error("wrong_shape", message).at(head(node)));
                    None
                }
            },
        };
        let given = outside.given.contains_key(&self.name);
        if self.ty.as_ref().is_some_and(ParamType::is_tree) && !self.wrong {
            let message = format!("`{}` is a secret where it is kept, and a secret is text", self.name);
            let finding = Diagnostic::error("bad_type", message).at(self.span);
            findings.push(finding.help("write `secret: false` if it may be shown"));
        }
        let mut version = self.version.clone().unwrap_or_else(|| "1".to_owned());
        match self.answer(inputs) {
            _ if given || self.wrong => {}
            Some(Answer::Found(stored)) => version.clone_from(&stored.version),
            Some(Answer::Refused(why)) => findings.push(self.cannot_be_read(why)),
            Some(Answer::Absent) if default.is_none() || inputs.mode == Mode::Live => {
                findings.push(self.has_no_value(default.is_some()));
            }
            _ => {}
        }
        if !self.wrong && self.from.is_none() && !given && (default.is_none() || inputs.mode == Mode::Live) {
            findings.push(self.has_no_value(default.is_some()));
        }
        let source_has = || {
            matches!(self.answer(inputs), Some(Answer::Found(_)))
                || self.from.as_ref().is_some_and(|from| matches!(from.read(inputs), Ok(Some(_))))
        };
        if inputs.mode == Mode::Local
            && !given
            && let Some(default) = &default
            && !source_has()
        {
            version = format!("{version}+{}", hex::encode(&Sha256::digest(default)[..4]));
        }
        let (name, span) = (self.name.clone(), self.span);
        let source = SecretSource { parameter: name.clone(), version: version.clone() };
        values.given.insert(name.clone(), Given::Secret(source));
        values.secrets.push(SecretParameter { name, span, from: self.from.clone(), version, default });
    }
}

#[cfg(test)]
#[path = "parameter_tests.rs"]
mod tests;
