//! `policy:` of a resource with a policy document of its own: statements by Sid.

use crate::engine::Address;
use crate::source::{Diagnostic, Entry, suggest};
use crate::spec;

use super::Lowering;

/// The members of a policy document, which is not what stands under `policy:`.
const DOCUMENT: &[&str] = &["Version", "Statement", "Id"];
/// What a statement must say, each in one of these ways.
const NEEDED: &[&[&str]] = &[&["Effect"], &["Principal", "NotPrincipal"], &["Action", "NotAction"]];
/// What a statement can say beside that.
const FURTHER: &[&str] = &["Condition"];
/// What the compiler says, and why.
const SURPLUS: &[(&str, &str)] = &[
    ("Sid", "the Sid is the key it stands under"),
    ("Resource", "a statement is on the resource that it stands in"),
    ("NotResource", "a statement is on the resource that it stands in"),
];

/// Each statement becomes a resource; its `Resource` is the one that it stands on, and its Sid is made
/// by the compiler.
pub fn policy_statements(own: &mut Lowering<'_>) {
    let Some((_, node)) = own.take("policy") else { return };
    let entries = own.entries(&node, "statements by Sid, such as `allow-billing: { Effect: Allow, … }`");
    if let Some(entry) = entries.iter().find(|entry| DOCUMENT.contains(&&*entry.key.text)) {
        own.error(
            "whole_policy",
            entry.key.span,
            "statements stand here by Sid, not a whole policy",
            "write `allow-billing: { Effect: Allow, Principal: …, Action: … }`",
        );
        return;
    }
    for entry in entries {
        if !Address::is_key(&entry.key.text) {
            own.error(
                "illegal_key",
                entry.key.span,
                format!("`{}` is no legal Sid here", entry.key.text),
                "letters, digits, `-` and `_`",
            );
            continue;
        }
        if !members(own, &entry) {
            continue;
        }
        let mut body = spec::policy_text(own.document(&entry.value, &format!("policy.{}", entry.key.text)));
        if body.has_secret() {
            own.error("secret_shown", entry.key.span, "a secret cannot stand here: AWS would show it", "");
            continue;
        }
        SURPLUS.iter().for_each(|(member, _)| drop(body.remove(member)));
        own.statement(&entry.key.text, body, entry.key.span);
    }
}

/// Whether a statement has what it needs; what is wrong with its members is said.
fn members(own: &mut Lowering<'_>, statement: &Entry) -> bool {
    let entries = own.entries(&statement.value, "a statement (a map) such as `{ Effect: Allow, … }`");
    // What is no map at all has been reported.
    if own.scope.see(&statement.value, own.findings).entries().is_none() {
        return false;
    }
    let known = || NEEDED.iter().copied().flatten().chain(FURTHER).copied();
    let mut meant = Vec::new();
    for Entry { key, .. } in &entries {
        if let Some((member, why)) = SURPLUS.iter().find(|(member, _)| *member == &*key.text) {
            own.error("surplus_member", key.span, format!("`{member}` has no place here"), why);
        } else if !known().any(|member| member == &*key.text) {
            let near = suggest(&key.text, known());
            let tail = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            let mut finding =
                Diagnostic::error("unknown_key", format!("a statement has no `{}`{tail}", key.text))
                    .at(key.span);
            if near.is_none() {
                let listed = known().map(|member| format!("`{member}`")).collect::<Vec<_>>().join(", ");
                finding = finding.help(format!("there are {listed}"));
            }
            own.finding(finding);
            meant.extend(near);
        }
    }
    let there = |member: &&&str| meant.contains(*member) || entries.iter().any(|e| &*e.key.text == **member);
    let missing: Vec<_> = NEEDED.iter().filter(|ways| !ways.iter().any(|way| there(&way))).collect();
    if !missing.is_empty() {
        let named = missing.iter().map(|ways| format!("`{}`", ways[0])).collect::<Vec<_>>().join(", ");
        own.error(
            "incomplete_statement",
            statement.key.span,
            format!("this statement lacks {named}"),
            "a statement needs `Effect`, `Principal` and `Action`",
        );
    }
    missing.is_empty() && meant.is_empty()
}
