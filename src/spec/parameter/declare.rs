//! What is declared about parameters, read from the file.

use crate::engine::Address;
use crate::source::{Core, Diagnostic, Entry, Findings, Node};
use crate::spec::frame;
use crate::spec::outside::Source;
use crate::spec::scope::head;
use crate::spec::types::{self, ParamType};
use crate::spec::words::did_you_mean;

use super::Declared;

/// How sources are written.
const SOURCES: &str = "`env:NAME`, `file:PATH`, `ssm:NAME`, `secretsmanager:NAME#KEY`, `cloudformation:STACK.OUTPUT`, `export:NAME` or `stack:NAME/ADDRESS.OUTPUT`";

/// Reads `parameters:`, of the stack or of a component (`inner`).
pub(in crate::spec) fn declared(
    section: Option<&Node>,
    inner: bool,
    findings: &mut Findings,
) -> Vec<Declared> {
    let Some(section) = section.filter(|node| !node.is_null()) else { return Vec::new() };
    let Some(entries) = section.entries() else {
        let message = format!("expected a map of parameters, found {}", section.shape());
        findings.push(Diagnostic::error("wrong_shape", message).at(head(section)));
        return Vec::new();
    };
    let entries = entries.iter().filter(|entry| !entry.key.text.starts_with("x-"));
    entries.map(|entry| declaration(entry, inner, findings)).collect()
}

fn declaration(entry: &Entry, inner: bool, findings: &mut Findings) -> Declared {
    let name = entry.key.text.to_string();
    let mut own = Findings::default();
    if !Address::is_key(&name) {
        let finding = Diagnostic::error("bad_name", format!("`{name}` cannot be a parameter's name"));
        own.push(finding.at(entry.key.span).help("letters, digits, `-` and `_`, at most 64"));
    }
    let node = &entry.value;
    let text = |key: &str, own: &mut Findings| -> Option<String> {
        let node = node.get(key)?;
        let text = node.scalar().filter(|_| !node.is_null()).map(|scalar| scalar.text.to_string());
        if text.is_none() {
            let message = format!("expected text, found {}", node.shape());
            own.push(Diagnostic::error("wrong_shape", message).at(head(node)));
        }
        text
    };
    let ty = match (node.entries(), node.get("type"), node.get("of")) {
        (None, ..) if node.is_null() => None,
        (None, ..) => types::read(node, None, &mut own),
        (_, None, Some(of)) => {
            own.push(
                Diagnostic::error("bad_type", "`of` stands beside `type: list` or `type: map`").at(head(of)),
            );
            None
        }
        (_, ty, of) => ty.and_then(|ty| types::read(ty, of, &mut own)),
    };
    let known = || frame::keys(frame::PARAMETER).into_iter();
    for inside in node.entries().unwrap_or_default() {
        let key = &*inside.key.text;
        if !known().any(|known| known == key) && !key.starts_with("x-") {
            let near = did_you_mean(key, known());
            own.push(
                Diagnostic::error("unknown_key", format!("unknown key `{key}`{near}")).at(inside.key.span),
            );
        }
    }
    let (from, written) = match text("from", &mut own).and(node.get("from")) {
        Some(from) if !inner => (source(from, &mut own), None),
        from => (None, from.map(|_| entry.clone())),
    };
    let secret = match node.get("secret").map(|node| (node, node.resolve())) {
        None => None,
        Some((_, Core::Bool(secret))) => Some(secret),
        Some((node, _)) => {
            let message = format!("expected true or false, found {}", node.shape());
            own.push(Diagnostic::error("wrong_shape", message).at(head(node)));
            Some(true)
        }
    };
    let of_store = |from: &Node| from.scalar().is_some_and(|from| from.text.starts_with("secretsmanager:"));
    let secure = matches!(from, Some(Source::SecretsManager { .. }))
        || written.is_some() && node.get("from").is_some_and(of_store);
    if secret.unwrap_or(secure) && !matches!(ty, None | Some(ParamType::Text | ParamType::Url)) {
        let finding = Diagnostic::error("bad_type", "a secret is text").at(entry.key.span);
        own.push(match secret {
            None => finding.help("what Secrets Manager has is one; write `secret: false` if it may be shown"),
            Some(_) => finding,
        });
    }
    let version = text("version", &mut own);
    if let Some(from) = &from {
        source_fits(from, secret, version.is_some(), entry, &mut own);
    }
    // What `with` gives for it is one, too.
    let secret = if inner && secure { Some(secret.unwrap_or(true)) } else { secret };
    let default = node.get("default").cloned();
    // It stands for the secret where nobody asks for that, and people write the secret itself.
    if let Some(default) = default.as_ref().filter(|default| secret.unwrap_or(secure) && !default.is_null()) {
        findings.hide(default.span);
    }
    let wrong = own.has_errors();
    findings.extend(own.iter().cloned());
    Declared { name, span: entry.key.span, ty, from, written, inner, default, secret, version, wrong }
}

/// Reports what cannot stand beside a source.
pub(super) fn source_fits(
    source: &Source,
    secret: Option<bool>,
    has_version: bool,
    entry: &Entry,
    findings: &mut Findings,
) {
    let at = |key: &str| entry.value.get(key).map_or(entry.key.span, |node| node.span);
    if secret == Some(true) && !source.keeps_secrets() {
        let message = format!("`{source}` shows what it has, so no secret comes from there");
        let finding = Diagnostic::error("bad_source", message).at(at("secret"));
        findings.push(finding.help("keep it in Secrets Manager or in the Parameter Store"));
    }
    if has_version && source.is_stored() {
        let message = match source.keeps_secrets() {
            true => format!("`{source}` has versions of its own"),
            false => format!("`version` says which one a secret is, and `{source}` keeps none"),
        };
        let finding = Diagnostic::error("unknown_key", message).at(at("version"));
        findings.push(finding.help("take `version` away"));
    }
}

pub(super) fn source(from: &Node, findings: &mut Findings) -> Option<Source> {
    let (text, span) = (&*from.scalar()?.text, from.span);
    if let Some(source) = Source::parse(text) {
        return Some(source);
    }
    let finding = Diagnostic::error("bad_source", format!("`{text}` is no source")).at(span);
    findings.push(finding.help(format!("write {SOURCES}")));
    None
}
