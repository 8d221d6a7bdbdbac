//! References: a position that takes a resource.

use super::interpolate::whole;
use super::scope::{Manner, Resolve, Scope, head, span_of_whole};
use super::words::{a, any_of, did_you_mean, singular};
use crate::engine::field::RefTo;
use crate::engine::{Address, Value};
use crate::source::{Diagnostic, Findings, Node, Span};

/// What a position refers to: the value that stands in AWS's document, and the address if the
/// resource is declared in this stack. The node is a logical key (`orders`), an address
/// (`buses.orders`, `crm.acme.buses.orders`), an ARN, or an interpolation of one of them; what is
/// named by ARN belongs to others, as does what every account has and a name tells (`default`).
///
/// Nothing comes back if it is wrong, which is among the findings then.
pub fn reference(
    node: &Node,
    to: &RefTo,
    scope: &Scope,
    resolve: &dyn Resolve,
    findings: &mut Findings,
) -> Option<(Value, Option<Address>)> {
    let node = &scope.see(node, findings);
    let Some(scalar) = node.scalar() else {
        let message = format!("expected the key of {}, found {}", any_of(to.kinds), node.shape());
        findings.push(Diagnostic::error("wrong_shape", message).at(head(node)));
        return None;
    };
    let at = Position { node, span: span_of_whole(node), to, scope, resolve };
    if let Some(body) = whole(&scalar.text)
        && let Some(address) = at.declared(body, findings)?
    {
        return at.named(address, findings);
    }
    match scope.text(node, Manner::Own, resolve, findings)? {
        Value::String(text) => at.text(&text, findings),
        value @ Value::Unknown(_) => Some((value, None)),
        _ => {
            let message = format!("expected the key of {}, found something else", any_of(to.kinds));
            findings.push(Diagnostic::error("wrong_shape", message).at(node.span));
            None
        }
    }
}

struct Position<'a> {
    node: &'a Node,
    span: Span,
    to: &'a RefTo,
    scope: &'a Scope,
    resolve: &'a dyn Resolve,
}

impl Position<'_> {
    /// The resource that a whole-value `${KIND.KEY.OUTPUT}` names; `None` inside if it names none.
    fn declared(&self, body: &str, findings: &mut Findings) -> Option<Option<Address>> {
        let steps: Vec<&str> = body.split('.').collect();
        let (component, kind, key, output) = match steps.as_slice() {
            ["components", component, instance, kind, key, output @ ..] => {
                (Some(((*component).to_owned(), (*instance).to_owned())), *kind, *key, output)
            }
            ["stack", kind, key, output @ ..] if self.is_kind(kind) => (None, *kind, *key, output),
            [kind, key, output @ ..] if self.is_kind(kind) => {
                (self.scope.component().cloned(), *kind, *key, output)
            }
            _ => return Some(None),
        };
        // Reports whatever is wrong with the reference itself.
        let exact = steps[0] == "components";
        if !output.is_empty() {
            self.scope.text(self.node, Manner::Own, self.resolve, findings)?;
        }
        let within = component.as_ref();
        let address = self.scope.resource(within, exact, kind, key, self.span, self.resolve, findings)?;
        if !output.is_empty() && output != [self.to.output] && self.to.kinds.contains(&kind) {
            let message = format!("`{}` is not what is needed here: write `{key}`", output.join("."));
            let finding = Diagnostic::error("wrong_output", message).at(self.span);
            findings.push(
                finding.help(format!("the {} itself stands here, not one of its outputs", singular(kind))),
            );
            return None;
        }
        Some(Some(address))
    }

    fn is_kind(&self, word: &str) -> bool {
        self.scope.kinds().any(|kind| kind == word)
    }

    /// Whether a stack can declare what is named here.
    fn is_declarable(&self) -> bool {
        self.to.kinds.iter().any(|kind| self.is_kind(kind))
    }

    fn text(&self, text: &str, findings: &mut Findings) -> Option<(Value, Option<Address>)> {
        if text.starts_with("arn:") {
            return self.fits(text, findings).then(|| (text.into(), None));
        }
        if text.contains('.') && self.is_declarable() {
            return self.address(text, findings);
        }
        let shared = |kind: &&str| self.resolve.shared(kind, text, self.to.output);
        if let Some(value) = self.to.kinds.iter().find_map(shared) {
            return Some((value, None));
        }
        let within = self.scope.component();
        let found = self.to.kinds.iter().find_map(|kind| self.resolve.address(within, kind, text));
        if let Some(address) = found {
            return self.named(address, findings);
        }
        let elsewhere = self.scope.kinds().find_map(|kind| self.resolve.address(within, kind, text));
        match elsewhere {
            Some(address) => self.wrong_kind(&address, findings),
            None => self.unknown(text, findings),
        }
    }

    /// Whether an ARN is of a wished kind, by its service and the beginning of its resource.
    fn fits(&self, arn: &str, findings: &mut Findings) -> bool {
        let patterns: Vec<_> = self.to.kinds.iter().map(|kind| self.resolve.arn_pattern(kind)).collect();
        let fitting = |pattern: &Option<&str>| pattern.is_none_or(|pattern| is_like(arn, pattern));
        let parted = parts(arn).is_some();
        if parted && patterns.iter().any(fitting) {
            return true;
        }
        let wished = any_of(self.to.kinds);
        let mut kinds = self.scope.kinds();
        let is = kinds.find(|kind| self.resolve.arn_pattern(kind).is_some_and(|like| is_like(arn, like)));
        let message = match (parts(arn), is) {
            (None, _) => format!("`{arn}` is no ARN"),
            (_, Some(kind)) => format!("this is the ARN of {}, not of {wished}", a(&singular(kind))),
            (Some((service, _)), None) => {
                format!("this is an ARN of the service `{service}`, not of {wished}")
            }
        };
        let forms: Vec<String> = patterns.iter().flatten().map(|like| self.form(like)).collect();
        let mut finding = Diagnostic::error("wrong_arn", message).at(self.span);
        if !forms.is_empty() {
            finding = finding.help(format!("expected {}", forms.join(" or ")));
        }
        findings.push(finding);
        false
    }

    /// A pattern as a person reads it: `arn:aws:sqs:eu-west-1:ACCOUNT:NAME` in backticks.
    fn form(&self, pattern: &str) -> String {
        let place = self.scope.place();
        let text = pattern
            .replace("{partition}", place.partition.name())
            .replace("{region}", &place.region)
            .replace("{Path}", "/");
        // What is left in braces is a word to be replaced.
        let upper = |(i, piece): (usize, &str)| match (i, piece.split_once('}')) {
            (1.., Some((word, rest))) => format!("{}{rest}", word.to_uppercase()),
            _ => piece.to_owned(),
        };
        format!("`{}`", text.split('{').enumerate().map(upper).collect::<String>())
    }

    /// Helps where a name has a dot in it, which is what addresses have.
    fn or_by_arn(&self, finding: Diagnostic) -> Diagnostic {
        let patterns = self.to.kinds.iter().filter_map(|kind| self.resolve.arn_pattern(kind));
        let forms: Vec<String> = patterns.map(|like| self.form(like)).collect();
        let wished = any_of(self.to.kinds);
        let here = format!("{wished} of the stack is named by its key");
        finding.help(match forms.is_empty() {
            true => here,
            false => format!("{here}, and one that stands elsewhere by its ARN: {}", forms.join(" or ")),
        })
    }

    fn address(&self, text: &str, findings: &mut Findings) -> Option<(Value, Option<Address>)> {
        let address: Address = match text.parse() {
            Ok(address) => address,
            Err(why) => {
                let finding = Diagnostic::error("bad_reference", format!("{why}")).at(self.span);
                findings.push(self.or_by_arn(finding));
                return None;
            }
        };
        if !self.is_kind(&address.kind) {
            let near = did_you_mean(&address.kind, self.scope.kinds());
            let message = format!("unknown kind `{}`{near}", address.kind);
            let finding = Diagnostic::error("unknown_reference", message).at(self.span);
            findings.push(if near.is_empty() { self.or_by_arn(finding) } else { finding });
            return None;
        }
        let exact = address.component.is_some();
        let within = address.component.as_ref().or(self.scope.component());
        let origin = self.scope.resource(
            within,
            exact,
            &address.kind,
            &address.key,
            self.span,
            self.resolve,
            findings,
        )?;
        match address.part.as_str() {
            "" => self.named(origin, findings),
            part => self.named(origin.part(part), findings),
        }
    }

    /// The value for a resource of this stack, if its kind fits. The kind of a generated one is
    /// known by its outputs alone.
    fn named(&self, address: Address, findings: &mut Findings) -> Option<(Value, Option<Address>)> {
        if !address.is_generated() && !self.to.kinds.contains(&address.kind.as_str()) {
            return self.wrong_kind(&address, findings);
        }
        match self.resolve.output(&address, self.to.output) {
            Ok(value) => Some((value, Some(address))),
            Err(_) => {
                let message = format!("`{address}` has no {}", self.to.output);
                findings.push(Diagnostic::error("unknown_reference", message).at(self.span));
                None
            }
        }
    }

    fn wrong_kind<T>(&self, address: &Address, findings: &mut Findings) -> Option<T> {
        let key = &address.key;
        let is = a(&singular(&address.kind));
        let message = format!("`{key}` is {is}; here {} is wanted", any_of(self.to.kinds));
        findings.push(Diagnostic::error("wrong_kind", message).at(self.span));
        None
    }

    /// Says that what no stack declares is named by its ARN.
    fn undeclared<T>(&self, text: &str, findings: &mut Findings) -> Option<T> {
        let wished = any_of(self.to.kinds);
        let message = format!("`{text}` is no ARN, and a stack does not declare {wished}");
        let patterns = self.to.kinds.iter().filter_map(|kind| self.resolve.arn_pattern(kind));
        let forms: Vec<String> = patterns.map(|like| self.form(like)).collect();
        let finding = Diagnostic::error("wrong_arn", message).at(self.span);
        findings.push(finding.help(format!("expected {}", forms.join(" or "))));
        None
    }

    fn unknown<T>(&self, key: &str, findings: &mut Findings) -> Option<T> {
        if !self.is_declarable() {
            return self.undeclared(key, findings);
        }
        let within = self.scope.component();
        if let [kind] = self.to.kinds {
            self.scope.resource(within, false, kind, key, self.span, self.resolve, findings)?;
            return None;
        }
        let known: Vec<String> =
            self.to.kinds.iter().flat_map(|kind| self.resolve.keys(within, kind)).collect();
        let near = did_you_mean(key, known.iter().map(String::as_str));
        let message = format!("`{key}` is no {}{near}", words(self.to.kinds));
        findings.push(Diagnostic::error("unknown_reference", message).at(self.span));
        None
    }
}

/// Service and resource of an ARN (`arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`) or of a pattern.
fn parts(arn: &str) -> Option<(&str, &str)> {
    let steps: Vec<&str> = arn.splitn(6, ':').collect();
    match steps.as_slice() {
        ["arn", partition, service, _, _, resource]
            if !partition.is_empty() && !service.is_empty() && !resource.is_empty() =>
        {
            Some((service, resource))
        }
        _ => None,
    }
}

/// Whether an ARN has the service of a pattern and begins its resource the same way.
pub fn is_like(arn: &str, pattern: &str) -> bool {
    let (Some((service, resource)), Some((wished, form))) = (parts(arn), parts(pattern)) else {
        return false;
    };
    let prefix = form.split('{').next().unwrap_or_default();
    service == wished && resource.len() > prefix.len() && resource.starts_with(prefix)
}

/// `queue, bus or function`.
fn words(kinds: &[&str]) -> String {
    let each: Vec<String> = kinds.iter().map(|kind| singular(kind)).collect();
    match each.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => each.concat(),
    }
}

#[cfg(test)]
#[path = "reference_tests.rs"]
mod tests;
