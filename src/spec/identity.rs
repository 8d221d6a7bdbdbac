//! Which stack this is and where it goes: version, environment, name, region, account.

use super::frame::NOT_IN_AN_ENVIRONMENT;
use super::inputs::{Inputs, Mode};
use super::words::{did_you_mean, listed};
use crate::engine::{Address, Place};
use crate::source::{Diagnostic, Entry, Findings, Node, Span, merge_patch};

/// The longest stack name and the longest environment, in characters.
const LONGEST_STACK: usize = 40;
const LONGEST_ENV: usize = 24;

/// Refuses a file that asks for another version of this program: what else seems wrong with it may
/// be right there.
pub(super) fn check_version(root: &Node, own: &str, findings: &mut Findings) -> Option<()> {
    let Some(node) = root.get("required_version") else { return Some(()) };
    let text = literal(node, "required_version", findings)?;
    for part in text.split(',').map(str::trim) {
        match fits(part, own) {
            Some(true) => {}
            Some(false) => {
                let message = format!("this is version {own}; the stack asks for `{text}`");
                findings.push(Diagnostic::error("required_version", message).at(node.span));
                return None;
            }
            None => {
                let message = format!("`{part}` is no bound on a version");
                let finding = Diagnostic::error("required_version", message).at(node.span);
                findings.push(finding.help("write bounds such as `>=0.1` or `>=0.1, <2`"));
                return None;
            }
        }
    }
    Some(())
}

/// Whether a version is within one bound; nothing if the bound cannot be read.
fn fits(bound: &str, own: &str) -> Option<bool> {
    let numbers = |text: &str| -> Option<Vec<u64>> {
        let numbers: Option<Vec<u64>> = text.split('.').map(|step| step.parse().ok()).collect();
        numbers.filter(|steps| steps.len() <= 3)
    };
    let at = bound.find(|c: char| c.is_ascii_digit())?;
    let (operator, version) = bound.split_at(at);
    let wanted = numbers(version)?;
    let mut own = numbers(own.split(['-', '+']).next()?)?;
    let exact = own.starts_with(&wanted);
    let mut wanted = wanted;
    wanted.resize(3, 0);
    own.resize(3, 0);
    Some(match operator.trim() {
        ">=" => own >= wanted,
        ">" => own > wanted,
        "<=" => own <= wanted || exact,
        "<" => own < wanted,
        "=" | "" => exact,
        _ => return None,
    })
}

/// The file with its environment merged over it (RFC 7396). Nothing if it is not clear which.
pub(super) fn choose_environment(root: &Node, inputs: &Inputs, findings: &mut Findings) -> Option<Node> {
    let env = inputs.env.as_deref();
    if let Some(env) = env
        && (!Address::is_key(env) || env.len() > LONGEST_ENV)
    {
        let message = format!("`{env}` cannot be an environment's name");
        let finding = Diagnostic::error("bad_name", message);
        findings.push(finding.help(format!("letters, digits, `-` and `_`, at most {LONGEST_ENV}")));
        return None;
    }
    let Some(declared) = root.entry("environments") else { return Some(root.clone()) };
    if declared.value.is_null() {
        return Some(root.clone());
    }
    let Some(environments) = declared.value.entries() else {
        let message = format!("expected a map of environments, found {}", declared.value.shape());
        findings.push(Diagnostic::error("wrong_shape", message).at(declared.key.span));
        return None;
    };
    for environment in environments {
        check_environment(environment, findings);
        check_removals(&environment.value, root, findings);
    }
    let names = || environments.iter().map(|e| &*e.key.text).filter(|name| *name != "*");
    let known = listed(names()).map_or(String::new(), |list| format!("there are {list}"));
    let Some(env) = env else {
        let finding = Diagnostic::error("environment", "this stack has environments: say which one is meant");
        findings.push(finding.at(declared.key.span).help(match known.is_empty() {
            true => "give `--env NAME`".to_owned(),
            false => format!("give `--env NAME`; {known}"),
        }));
        return None;
    };
    let Some(patch) = declared.value.get(env).or_else(|| declared.value.get("*")) else {
        let near = did_you_mean(env, names());
        let finding = Diagnostic::error("environment", format!("unknown environment `{env}`{near}"));
        findings.push(finding.at(declared.key.span).help(known));
        return None;
    };
    match patch.entries() {
        Some(_) => Some(merge_patch(root, patch)),
        None => Some(root.clone()),
    }
}

/// Where the part of a file stands that is of the environment alone which is meant; an empty one where there are other
/// environments and it has no part. Nothing where the file has no environments.
pub(super) fn own_part(root: &Node, inputs: &Inputs) -> Option<Span> {
    let declared = root.entry("environments").filter(|declared| !declared.value.is_null())?;
    let own = inputs.env.as_deref().and_then(|env| declared.value.get(env));
    let nowhere = Span::new(declared.key.span.file, declared.key.span.start, declared.key.span.start);
    Some(own.map_or(nowhere, |own| own.span))
}

fn check_environment(entry: &Entry, findings: &mut Findings) {
    let name = &*entry.key.text;
    if name != "*" && (!Address::is_key(name) || name.len() > LONGEST_ENV) {
        let message = format!("`{name}` cannot be an environment's name");
        let finding = Diagnostic::error("bad_name", message).at(entry.key.span);
        findings.push(finding.help(format!("letters, digits, `-` and `_`, at most {LONGEST_ENV}")));
    }
    if entry.value.entries().is_none() && !entry.value.is_null() {
        let message = format!("expected what differs in `{name}` (a map), found {}", entry.value.shape());
        findings.push(Diagnostic::error("wrong_shape", message).at(entry.value.span));
    }
    for inside in entry.value.entries().unwrap_or_default() {
        let key = &*inside.key.text;
        if NOT_IN_AN_ENVIRONMENT.contains(&key) {
            let message = format!("`{key}` is the same in every environment");
            findings.push(Diagnostic::error("environment", message).at(inside.key.span));
        }
    }
}

/// Warns of every null in an environment that takes nothing away, because nothing is there.
fn check_removals(patch: &Node, root: &Node, findings: &mut Findings) {
    let there = root.entries().unwrap_or_default();
    for entry in patch.entries().unwrap_or_default() {
        let key = &*entry.key.text;
        match root.get(key) {
            Some(below) => check_removals(&entry.value, below, findings),
            None if entry.value.is_null() => {
                let near = did_you_mean(key, there.iter().map(|entry| &*entry.key.text));
                let message = format!("there is no `{key}` that null could take away{near}");
                let finding = Diagnostic::warning("nothing_to_remove", message).at(entry.key.span);
                findings.push(finding.help("write `{}` to add something of nothing but defaults"));
            }
            None => {}
        }
    }
}

/// The stack's name: `[a-z][a-z0-9-]*`, at most 40 characters. A placeholder if it is wrong.
pub(super) fn name(root: &Node, findings: &mut Findings) -> String {
    let Some(node) = root.get("stack") else {
        let finding = Diagnostic::error("missing_key", "`stack` is missing").at(super::scope::head(root));
        findings.push(finding.help("begin the file with the stack's name: `stack: orders`"));
        return "stack".to_owned();
    };
    let Some(text) = literal(node, "stack", findings) else { return "stack".to_owned() };
    let legal = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !legal {
        let finding = Diagnostic::error("bad_name", format!("`{text}` cannot be a stack's name"));
        findings
            .push(finding.at(node.span).help("a lower-case letter, then lower-case letters, digits and `-`"));
    } else if text.len() > LONGEST_STACK {
        let message =
            format!("a stack's name has at most {LONGEST_STACK} characters; this one has {}", text.len());
        findings.push(Diagnostic::error("bad_name", message).at(node.span));
    }
    text
}

/// Region and account, and the account that the file insists on.
pub(super) fn place(
    root: &Node,
    inputs: &Inputs,
    findings: &mut Findings,
) -> (Place, Option<(String, Span)>) {
    let region = region(root, inputs, findings);
    let guard = guard(root, inputs, findings);
    let account = match (&guard, &inputs.account, inputs.mode) {
        (Some((account, _)), _, _) => account.as_str(),
        (None, Some(account), _) => account,
        (None, None, Mode::Local) => "000000000000",
        (None, None, _) => Place::NO_ACCOUNT,
    };
    (Place::new(&region, account), guard)
}

/// The file's, the flag's, the environment's, then the AWS configuration's.
fn region(root: &Node, inputs: &Inputs, findings: &mut Findings) -> String {
    const LAST: &str = "us-east-1";
    let written = root.get("region").filter(|node| !node.is_null());
    let of_environment = || {
        let variables = ["AWS_REGION", "AWS_DEFAULT_REGION"];
        variables.iter().find_map(|name| (inputs.environment)(name)).filter(|region| !region.is_empty())
    };
    let (region, span) = match written {
        Some(node) => (literal(node, "region", findings), Some(node.span)),
        None => {
            (inputs.region.clone().or_else(of_environment).or_else(|| inputs.fallback_region.clone()), None)
        }
    };
    if let (Some(region), Some(flag), Some(span)) = (&region, &inputs.region, span)
        && region != flag
    {
        let message = format!("the file says `region: {region}`, `--region` says `{flag}`");
        let finding = Diagnostic::error("region", message).at(span);
        findings.push(finding.help("leave the region out of the file, or write it in its environments"));
    }
    match region {
        Some(region) if is_region(&region) => region,
        Some(region) => {
            let finding = Diagnostic::error("region", format!("`{region}` is no region"));
            let finding = finding.help("write one such as `eu-west-1`");
            findings.push(match span {
                Some(span) => finding.at(span),
                None => finding,
            });
            LAST.to_owned()
        }
        // What is written but wrong is reported already.
        None if span.is_some() => LAST.to_owned(),
        None if inputs.mode == Mode::Live => {
            let finding =
                Diagnostic::error("region", "no region: neither the file nor the configuration says one");
            findings.push(finding.help("write `region: eu-west-1`, give `--region`, or set AWS_REGION"));
            LAST.to_owned()
        }
        None => {
            findings.push(Diagnostic::note("region", format!("nobody states a region: {LAST} is taken")));
            LAST.to_owned()
        }
    }
}

fn is_region(text: &str) -> bool {
    let steps: Vec<&str> = text.split('-').collect();
    steps.len() >= 3
        && steps
            .iter()
            .all(|s| !s.is_empty() && s.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}

fn guard(root: &Node, inputs: &Inputs, findings: &mut Findings) -> Option<(String, Span)> {
    let node = root.get("account").filter(|node| !node.is_null())?;
    let account = literal(node, "account", findings)?;
    if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
        let finding =
            Diagnostic::error("account", format!("`{account}` is no account: it has twelve digits"));
        findings.push(finding.at(node.span));
        return None;
    }
    if let Some(actual) = inputs.account.as_ref().filter(|actual| **actual != account) {
        let message = format!("the stack belongs to the account {account}; this is {actual}");
        findings.push(Diagnostic::error("account", message).at(node.span));
    }
    Some((account, node.span))
}

/// The text of a field that must be written out: what it says decides what everything else means.
fn literal(node: &Node, key: &str, findings: &mut Findings) -> Option<String> {
    let Some(scalar) = node.scalar().filter(|_| !node.is_null()) else {
        let message = format!("expected text, found {}", node.shape());
        findings.push(Diagnostic::error("wrong_shape", message).at(super::scope::head(node)));
        return None;
    };
    if scalar.text.contains("${") {
        let finding =
            Diagnostic::error("bad_reference", format!("`{key}` is written out: no `${{` stands here"));
        findings.push(finding.at(node.span).help("what differs stands in `environments`"));
        return None;
    }
    Some(scalar.text.to_string())
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn bounds_on_the_version_are_read_as_people_mean_them() {
        for (bound, fit) in [
            (">=0.1", true),
            (">= 0.1.0", true),
            ("<0.2", true),
            ("<0.1.5", true),
            ("=0.1", true),
            ("0.1.3", true),
            ("<=0.1", true),
            (">0.1", true),
            ("=0.1.2", false),
            (">=1", false),
            ("<0.1", false),
        ] {
            assert_eq!(fits(bound, "0.1.3-dev"), Some(fit), "{bound}");
        }
        for bound in ["", "~>0.1", "latest", ">=", "0.x", "1.2.3.4"] {
            assert_eq!(fits(bound, "0.1.3"), None, "{bound}");
        }
    }
}
