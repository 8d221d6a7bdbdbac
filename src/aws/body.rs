//! From a value to the bytes of a request: the one place where secrets are revealed.

use std::io::{self, Write};

use bytes::Bytes;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use crate::engine::Value;

/// An encoded document and the secrets that stand in it.
pub(super) struct Body {
    /// Overwritten when the last owner lets go of them.
    pub bytes: Bytes,
    pub secrets: Vec<SecretString>,
}

/// Why a value cannot be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NotSendable {
    /// Something in it is known only after other calls.
    Unknown,
    /// A secret whose content was not read.
    Unfilled,
}

impl NotSendable {
    pub fn message(self) -> &'static str {
        match self {
            NotSendable::Unknown => "the request holds a value that is not known yet",
            NotSendable::Unfilled => "the request holds a secret whose content was not read",
        }
    }
}

/// Encodes a document as canonical JSON: keys sorted, no white space.
///
/// It is encoded twice, first to measure, so that no reallocation leaves a copy of a secret behind.
pub(super) fn encode(value: &Value) -> Result<Body, NotSendable> {
    let mut secrets = Vec::new();
    reveal(value, &mut secrets)?;
    let mut length = Counter(0);
    write(value, &mut secrets.iter(), &mut length);
    let mut buffer = Zeroizing::new(Vec::with_capacity(length.0));
    write(value, &mut secrets.iter(), &mut *buffer);
    Ok(Body { bytes: Bytes::from_owner(buffer), secrets })
}

/// The members in the order in which they are written.
fn sorted(map: &crate::engine::Map) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = map.iter().collect();
    members.sort_by_key(|(key, _)| *key);
    members
}

/// Collects the secrets in the order in which [`write`] meets them.
fn reveal(value: &Value, secrets: &mut Vec<SecretString>) -> Result<(), NotSendable> {
    match value {
        Value::Unknown(_) => Err(NotSendable::Unknown),
        Value::Secret(secret) => {
            secrets.push(secret.reveal().ok_or(NotSendable::Unfilled)?);
            Ok(())
        }
        Value::List(items) => items.iter().try_for_each(|item| reveal(item, secrets)),
        Value::Map(map) => sorted(map).into_iter().try_for_each(|(_, value)| reveal(value, secrets)),
        _ => Ok(()),
    }
}

/// Writes what [`reveal`] has accepted. Neither a buffer nor a counter fails.
fn write(value: &Value, secrets: &mut std::slice::Iter<'_, SecretString>, out: &mut dyn Write) {
    match value {
        Value::List(items) => {
            for (i, item) in items.iter().enumerate() {
                put(out, if i == 0 { b"[" } else { b"," });
                write(item, secrets, out);
            }
            put(out, if items.is_empty() { b"[]" } else { b"]" });
        }
        Value::Map(map) => {
            for (i, (key, value)) in sorted(map).into_iter().enumerate() {
                put(out, if i == 0 { b"{" } else { b"," });
                text(key, out);
                put(out, b":");
                write(value, secrets, out);
            }
            put(out, if map.is_empty() { b"{}" } else { b"}" });
        }
        Value::String(plain) => text(plain, out),
        Value::Secret(_) => {
            if let Some(secret) = secrets.next() {
                text(secret.expose_secret(), out);
            }
        }
        leaf => put(out, leaf.to_shown_json().to_string().as_bytes()),
    }
}

fn text(text: &str, out: &mut dyn Write) {
    let _ = serde_json::to_writer(out, text);
}

fn put(out: &mut dyn Write, bytes: &[u8]) {
    let _ = out.write_all(bytes);
}

struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A text without the secrets: services sometimes repeat what they refuse.
pub(super) fn mask(text: String, secrets: &[SecretString]) -> String {
    secrets.iter().map(|secret| secret.expose_secret()).filter(|secret| !secret.is_empty()).fold(
        text,
        |text, secret| {
            let escaped = serde_json::Value::from(secret).to_string();
            text.replace(escaped.trim_matches('"'), "(secret)").replace(secret, "(secret)")
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Secret, SecretSource, Template};
    use crate::value;

    fn secret() -> Secret {
        Secret::from_source(SecretSource { parameter: "password".into(), version: "1".into() })
    }

    #[test]
    fn keys_are_sorted_and_secrets_stand_where_they_belong() {
        let filled = |text: &'static str| Value::Secret(secret().fill(&|_| Some(text.into())).unwrap());
        let value = value!({
            "b": [1, true, null, {}, []],
            "c": { "z": (filled("one")), "a": (filled("t\"wo")) },
            "a": "é\n"
        });
        let body = encode(&value).unwrap();
        let expected = "{\"a\":\"é\\n\",\"b\":[1,true,null,{},[]],\"c\":{\"a\":\"t\\\"wo\",\"z\":\"one\"}}";
        assert_eq!(std::str::from_utf8(&body.bytes), Ok(expected));
        assert_eq!(body.secrets.len(), 2);
        assert_eq!(mask("no t\"wo, no t\\\"wo".into(), &body.secrets), "no (secret), no (secret)");
    }

    #[test]
    fn what_is_unknown_or_not_filled_is_an_error() {
        let unknown = Value::from(Template::output("buses.b".parse().unwrap(), "arn"));
        assert_eq!(encode(&value!({ "a": [unknown] })).err(), Some(NotSendable::Unknown));
        assert_eq!(encode(&value!({ "a": (Value::Secret(secret())) })).err(), Some(NotSendable::Unfilled));
    }
}
