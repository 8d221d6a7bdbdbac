//! Addresses: the identity of a resource within its stack.

use std::fmt;
use std::str::FromStr;

/// `buses.orders`, in a component `crm.acme.functions.sync` (component, instance, kind, key); what
/// is generated hangs below its origin: `rules.order-created/role`.
///
/// Keys match `[A-Za-z0-9][A-Za-z0-9_-]*`, at most 64 characters; the whole has at most 200.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Address {
    /// Component and instance, if the resource stands in one.
    pub component: Option<(String, String)>,
    /// The kind of the declared resource, such as `buses`.
    pub kind: String,
    /// The logical key.
    pub key: String,
    /// What is generated below it, such as `role` or `permission/rules.order-shipped`; empty for
    /// the declared resource itself.
    pub part: String,
}

impl Address {
    /// The longest address that a mark can carry, in characters.
    pub const MAX: usize = 200;
    /// The longest logical key, component or instance, in characters.
    pub const MAX_KEY: usize = 64;

    /// The address of a declared resource outside any component.
    pub fn new(kind: &str, key: &str) -> Address {
        Address { component: None, kind: kind.to_owned(), key: key.to_owned(), part: String::new() }
    }

    /// The address of something generated below this one.
    pub fn part(&self, part: &str) -> Address {
        let part = if self.part.is_empty() { part.to_owned() } else { format!("{}/{part}", self.part) };
        Address { part, ..self.clone() }
    }

    /// The declared resource that this address belongs to.
    pub fn origin(&self) -> Address {
        Address { part: String::new(), ..self.clone() }
    }

    /// Whether it names something generated.
    pub fn is_generated(&self) -> bool {
        !self.part.is_empty()
    }

    /// The first step of the part: `permission` of `permission/rules.order-shipped`.
    pub fn part_kind(&self) -> &str {
        self.part.split('/').next().unwrap_or_default()
    }

    /// Whether a text may be a logical key, a component or an instance.
    pub fn is_key(text: &str) -> bool {
        text.len() <= Self::MAX_KEY
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((component, instance)) = &self.component {
            write!(f, "{component}.{instance}.")?;
        }
        write!(f, "{}.{}", self.kind, self.key)?;
        if !self.part.is_empty() {
            write!(f, "/{}", self.part)?;
        }
        Ok(())
    }
}

/// Why a text is no address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotAnAddress(pub String);

impl fmt::Display for NotAnAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no address; write KIND.KEY, such as `buses.orders`", self.0)
    }
}

impl std::error::Error for NotAnAddress {}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Address, NotAnAddress> {
        let wrong = || NotAnAddress(text.to_owned());
        let (head, part) = text.split_once('/').map_or((text, ""), |(head, part)| (head, part));
        if text.len() > Self::MAX
            || text.contains(char::is_control)
            || (head.len() < text.len() && part.is_empty())
        {
            return Err(wrong());
        }
        let steps: Vec<&str> = head.split('.').collect();
        if !steps.iter().all(|step| Self::is_key(step)) {
            return Err(wrong());
        }
        let (component, kind, key) = match steps.as_slice() {
            [kind, key] => (None, kind, key),
            [component, instance, kind, key] => {
                (Some((component.to_string(), instance.to_string())), kind, key)
            }
            _ => return Err(wrong()),
        };
        Ok(Address { component, kind: kind.to_string(), key: key.to_string(), part: part.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_as_it_was_written() {
        for text in [
            "buses.orders",
            "rules.order-created/role",
            "crm.acme.functions.sync",
            "functions.confirm-shipment/permission/rules.order-shipped",
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "buses",
            "buses.",
            "a.b.c",
            "buses.-x",
            "buses.o/",
            "buses.a b",
            "buses.o/a\n::error::b",
            "buses.o/\u{1b}[2J",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
