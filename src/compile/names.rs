//! Physical names: verbatim, or made of stack, environment, component and key.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::engine::{Address, Owner, Value};
use crate::kinds::{self, About};
use crate::source::{Core, Diagnostic, Findings, Span};
use crate::spec::{Manner, NoResources, Stack};

/// The names of everything that is declared, known before anything is lowered.
pub struct Names {
    owner: Owner,
    /// Address to name and the place of a verbatim one.
    declared: BTreeMap<Address, (String, Option<Span>)>,
}

impl Names {
    /// Finds the name of each declaration.
    pub fn new(stack: &Stack, findings: &mut Findings) -> Names {
        let mut names = Names { owner: stack.owner.clone(), declared: BTreeMap::new() };
        for declaration in stack.declarations.iter().chain(&stack.examples) {
            let Some(kind) = kinds::kind(&declaration.kind) else { continue };
            let about = kind.about();
            // Splices are followed without findings here: lowering reports them.
            let mut quiet = Findings::default();
            let node = declaration.scope.see(&declaration.node, &mut quiet);
            let verbatim = node.get("name").filter(|node| !node.is_null()).cloned();
            let mut is_true = |key: &str| {
                let node = node.get(key).map(|node| declaration.scope.see(node, &mut quiet));
                node.is_some_and(|node| node.resolve() == Core::Bool(true))
            };
            let ending = about.naming.ending.filter(|(key, _)| is_true(key)).map_or("", |(_, ending)| ending);
            let given = about.naming.same_as.and_then(|key| node.get(key)).filter(|node| !node.is_null());
            let name = match verbatim {
                None if given.is_some() => {
                    let node = given.unwrap_or(&node);
                    // What is wrong with it is said where it is decoded.
                    let text =
                        declaration.scope.known_only().text(node, Manner::Own, &NoResources, &mut quiet);
                    let Some(Value::String(text)) = text else { continue };
                    (text, Some(node.span))
                }
                None => (default_name(&names.owner, &declaration.address, about, ending), None),
                Some(node) => {
                    let text =
                        declaration.scope.known_only().text(&node, Manner::Own, &NoResources, findings);
                    let Some(Value::String(text)) = text else { continue };
                    let written = node.scalar().map_or(text.as_str(), |scalar| &*scalar.text);
                    let suffixed = written.contains("env.suffix");
                    if stack.env.is_some() && about.naming.unique && !suffixed {
                        findings.push(
                            Diagnostic::error(
                                "name_without_env",
                                "a verbatim name would be the same in every environment",
                            )
                            .at(node.span)
                            .label(format!("names of {} are unique in an account", about.kind))
                            .help(format!("write `name: {}`", with_suffix(written)))
                            .address(declaration.address.to_string()),
                        );
                    }
                    check(about, &text, ending, node.span, &declaration.address, findings);
                    (text, Some(node.span))
                }
            };
            names.declared.insert(declaration.address.clone(), name);
        }
        names
    }

    /// The physical name of a declared resource.
    pub fn of(&self, address: &Address) -> Option<&str> {
        self.declared.get(address).map(|(name, _)| name.as_str())
    }

    /// Where a verbatim name is written.
    pub fn place_of(&self, address: &Address) -> Option<Span> {
        self.declared.get(address).and_then(|(_, span)| *span)
    }

    /// Every declared address.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.declared.keys()
    }

    /// `<stack>[-<env>][-<component>-<instance>]-<key>`; for what is generated, kind and part follow;
    /// where the service has no regions, so does the region. Too long: shortened with a stable hash.
    pub fn default_name(&self, address: &Address, about: &About) -> String {
        default_name(&self.owner, address, about, "")
    }
}

/// Whether a resource has the name that follows from its address.
pub fn is_default_name(name: &str, owner: &Owner, address: &Address, about: &About) -> bool {
    let endings = [Some(""), about.naming.ending.map(|(_, ending)| ending)];
    endings.into_iter().flatten().any(|ending| default_name(owner, address, about, ending) == name)
}

/// The name that follows from an address, with an end that is kept however long the name is.
fn default_name(owner: &Owner, address: &Address, about: &About, ending: &str) -> String {
    let mut words = vec![owner.stack.as_str()];
    words.extend(owner.env.as_deref());
    if let Some((component, instance)) = &address.component {
        words.extend([component.as_str(), instance.as_str()]);
    }
    words.push(&address.key);
    let mut name = words.join("-");
    if address.is_generated() {
        let origin = kinds::kind(&address.kind).map_or("", |kind| kind.about().singular);
        let part = address.part.replace(['/', '.'], "-");
        name = format!("{name}-{}-{part}", origin.replace('_', "-"));
    }
    if about.naming.global {
        name = format!("{name}-{}", owner.region);
    }
    if about.naming.lower {
        name = name.to_lowercase();
    }
    if about.naming.lower || (about.naming.also.contains('-') && !about.naming.also.contains('_')) {
        name = name.replace('_', "-");
    }
    shorten(&format!("{}{name}", about.naming.prefix), about.naming.max - ending.len()) + ending
}

/// The text of a name as it would be with the environment at its end; `-${env.name}`, which stands
/// for the same but fails without an environment, gives way to `${env.suffix}`.
fn with_suffix(written: &str) -> String {
    match written.replace("-${env.name}", "${env.suffix}") {
        with if with != written => with,
        _ => format!("{written}${{env.suffix}}"),
    }
}

/// A name within its length: what is too long keeps its beginning and gets a hash of the whole.
pub fn shorten(name: &str, max: usize) -> String {
    if name.chars().count() <= max {
        return name.to_owned();
    }
    let hash = hex::encode(&Sha256::digest(name)[..4]);
    let kept: String = name.chars().take(max.saturating_sub(9)).collect();
    format!("{}-{hash}", kept.trim_end_matches('-'))
}

/// Whether a verbatim name is legal, said with what is wrong.
fn check(about: &About, name: &str, ending: &str, at: Span, address: &Address, findings: &mut Findings) {
    let naming = &about.naming;
    let length = name.chars().count();
    let stem = name.strip_suffix(ending).unwrap_or(name);
    let letter = |c: char| c.is_ascii_alphanumeric() && !(naming.lower && c.is_ascii_uppercase());
    let wrong = stem.chars().find(|c| !letter(*c) && !naming.also.contains(*c));
    let unasked = naming.ending.filter(|(_, other)| ending.is_empty() && name.ends_with(other));
    let problem = if length > naming.max || length < naming.min {
        format!("it has {length} characters; {} to {} are allowed", naming.min, naming.max)
    } else if !name.ends_with(ending) {
        format!("it must end in `{ending}`")
    } else if let Some((field, ending)) = unasked {
        format!("names that end in `{ending}` are of those with `{field}: true`")
    } else if let Some(c) = wrong {
        format!(
            "`{c}` is not allowed; {}letters, digits and `{}` are",
            if naming.lower { "lower-case " } else { "" },
            naming.also
        )
    } else {
        return;
    };
    let of = about.singular.replace('_', " ");
    let article = if of.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    findings.push(
        Diagnostic::error("illegal_name", format!("`{name}` is no legal name of {article} {of}"))
            .at(at)
            .label(problem)
            .address(address.to_string()),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_too_long_keeps_its_beginning_and_gets_a_stable_hash() {
        let long = "a".repeat(70);
        let short = shorten(&long, 64);
        assert_eq!(short.len(), 64);
        assert_eq!(short, shorten(&long, 64));
        assert_ne!(short, shorten(&"a".repeat(71), 64));
        assert_eq!(shorten("orders", 64), "orders");
    }

    #[test]
    fn a_name_follows_from_the_address_or_is_another() {
        let about = |kind: &str| kinds::kind(kind).unwrap().about();
        let owner: Owner = "shop/dev/eu-west-1".parse().unwrap();
        let follows = |name: &str, address: &str| {
            let address: Address = address.parse().unwrap();
            is_default_name(name, &owner, &address, about(&address.kind))
        };
        assert!(follows("shop-dev-jobs", "queues.jobs") && follows("shop-dev-jobs.fifo", "queues.jobs"));
        assert!(follows("shop-dev-partner-acme_eu-jobs", "partner.acme_eu.queues.jobs"));
        assert!(!follows("jobs", "queues.jobs") && !follows("shop-dev-jobs", "partner.acme.queues.jobs"));
        let key = "k".repeat(64);
        let long = format!("partner.{key}.queues.jobs");
        assert!(follows(&shorten(&format!("shop-dev-partner-{key}-jobs"), 80), &long));
    }
}
