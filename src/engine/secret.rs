//! Secrets: known by their source and version, revealed only where a request is encoded.

use std::collections::BTreeSet;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::Value;
use super::template::{OutputRef, Part, Template};

/// A text that contains a secret. It has no `Serialize`, `Display`, `Eq` or `Hash` and its `Debug`
/// says nothing. What can be compared is its [`version`](Secret::version).
#[derive(Clone)]
pub struct Secret {
    parts: Vec<SecretPart>,
}

#[derive(Clone)]
enum SecretPart {
    Plain(Part),
    Source(SecretSource),
    Filled(SecretSource, SecretString),
}

/// Where a secret comes from and in which version, without its content.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SecretSource {
    /// The parameter that declares it: how the content is found when it is needed.
    pub parameter: String,
    /// The version of the content: the store's, or what stands beside the source.
    pub version: String,
}

impl Secret {
    /// The secret that a parameter holds.
    pub fn from_source(source: SecretSource) -> Secret {
        Secret { parts: vec![SecretPart::Source(source)] }
    }

    /// Text of the file in a place that is declared to be secret. Its version is a digest of the
    /// text, which whoever reads the file knows anyway.
    pub fn from_literal(value: Value) -> Secret {
        let mut template = Template::default();
        template.push(value);
        Secret::from_template(template)
    }

    pub(super) fn from_template(template: Template) -> Secret {
        let mut parts = Vec::new();
        for part in template.parts {
            match part {
                Part::Secret(secret) => parts.extend(secret.parts),
                part => parts.push(SecretPart::Plain(part)),
            }
        }
        Secret { parts }
    }

    /// The sources it needs.
    pub fn sources(&self) -> impl Iterator<Item = &SecretSource> {
        self.parts.iter().filter_map(|part| match part {
            SecretPart::Source(source) | SecretPart::Filled(source, _) => Some(source),
            SecretPart::Plain(_) => None,
        })
    }

    /// The outputs that its plain parts refer to.
    pub fn outputs(&self) -> BTreeSet<&OutputRef> {
        let mut found = BTreeSet::new();
        for part in &self.parts {
            match part {
                SecretPart::Plain(Part::Output(output)) => {
                    found.insert(output);
                }
                SecretPart::Plain(Part::Json(tree)) => found.extend(tree.outputs()),
                _ => {}
            }
        }
        found
    }

    /// 16 hex digits over the plain parts and the sources' names and versions; the content of a
    /// source does not enter.
    pub fn version(&self) -> String {
        let mut hash = Sha256::new();
        for part in &self.parts {
            match part {
                SecretPart::Plain(Part::Text(text)) => hash.update(format!("text {}:{text}\n", text.len())),
                SecretPart::Plain(Part::Output(output)) => hash.update(format!("output {output}\n")),
                SecretPart::Plain(part) => {
                    hash.update(format!("tree {}\n", Template { parts: vec![part.clone()] }))
                }
                SecretPart::Source(source) | SecretPart::Filled(source, _) => {
                    hash.update(format!("source {}@{}\n", source.parameter, source.version));
                }
            }
        }
        hex::encode(&hash.finalize()[..8])
    }

    pub(super) fn resolve(&self, known: &dyn Fn(&OutputRef) -> Option<Value>) -> Secret {
        let parts = self.parts.iter().flat_map(|part| match part {
            SecretPart::Plain(plain) => {
                let template = Template { parts: vec![plain.clone()] };
                match template.resolve(known) {
                    Value::Unknown(template) => template.parts.into_iter().map(SecretPart::Plain).collect(),
                    value => {
                        let mut text = Template::default();
                        text.push(value);
                        text.parts.into_iter().map(SecretPart::Plain).collect::<Vec<_>>()
                    }
                }
            }
            other => vec![other.clone()],
        });
        Secret { parts: parts.collect() }
    }

    /// The secret with the contents of its sources, which only an apply reads.
    ///
    /// # Errors
    /// The first source whose content the reader does not have.
    pub fn fill(&self, read: &dyn Fn(&SecretSource) -> Option<SecretString>) -> Result<Secret, SecretSource> {
        let parts = self.parts.iter().map(|part| match part {
            SecretPart::Source(source) => match read(source) {
                Some(content) => Ok(SecretPart::Filled(source.clone(), content)),
                None => Err(source.clone()),
            },
            other => Ok(other.clone()),
        });
        Ok(Secret { parts: parts.collect::<Result<_, _>>()? })
    }

    /// The text, if it is filled and resolved. Called where a request body is encoded, and nowhere
    /// else.
    pub fn reveal(&self) -> Option<SecretString> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                SecretPart::Plain(Part::Text(plain)) => text.push_str(plain),
                SecretPart::Filled(_, content) => text.push_str(content.expose_secret()),
                _ => return None,
            }
        }
        Some(SecretString::from(text))
    }
}

impl PartialEq for Secret {
    /// Same source, same version; the content is never compared.
    fn eq(&self, other: &Secret) -> bool {
        self.version() == other.version()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(version: &str) -> Secret {
        Secret::from_source(SecretSource { parameter: "password".into(), version: version.into() })
    }

    #[test]
    fn a_string_that_interpolates_a_secret_is_one_and_reveals_nothing_by_debug() {
        let mut template = Template::default();
        template.push("Bearer ".into());
        template.push(Value::Secret(password("1")));
        let value = Value::from(template);
        let Value::Secret(secret) = &value else { panic!("{value:?}") };
        let filled = secret.fill(&|_| Some("hunter2".into())).unwrap();
        assert_eq!(filled.reveal().unwrap().expose_secret(), "Bearer hunter2");
        assert_eq!(format!("{filled:?}"), "Secret");
        assert_eq!(filled.version(), secret.version());
        assert!(value.to_json().is_none());
    }

    #[test]
    fn the_version_follows_the_version_of_the_source_and_not_its_content() {
        assert_eq!(password("1"), password("1"));
        assert_ne!(password("1").version(), password("2").version());
        let one = password("1").fill(&|_| Some("a".into())).unwrap();
        let two = password("1").fill(&|_| Some("b".into())).unwrap();
        assert_eq!(one.version(), two.version());
    }
}
