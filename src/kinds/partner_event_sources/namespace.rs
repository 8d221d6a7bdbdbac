//! A namespace of event sources: what the names of one resource's sources begin with.

use crate::engine::Value;

/// How names of event sources of partners begin.
const PREFIX: &str = "aws.partner/";
/// The parameters under which it is recorded whose namespaces are.
#[cfg(feature = "aws")]
pub(super) const RECORDS: &str = "/gatewayctl/partner-event-sources";

/// `aws.partner/PARTNER/NAME`, below which each tenant has a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Namespace {
    partner: String,
    pub name: String,
}

impl Namespace {
    /// That of a resource.
    pub fn of(properties: &Value, name: &str) -> Option<Namespace> {
        Some(Namespace { partner: properties.text_at("Partner")?.to_owned(), name: name.to_owned() })
    }

    /// One that is written out.
    #[cfg(feature = "aws")]
    pub fn parse(text: &str) -> Option<Namespace> {
        let (partner, name) = text.strip_prefix(PREFIX)?.split_once('/')?;
        Some(Namespace { partner: partner.to_owned(), name: name.to_owned() })
    }

    /// The text of it.
    pub fn text(&self) -> String {
        format!("{PREFIX}{}/{}", self.partner, self.name)
    }

    /// The name of a tenant's source.
    pub fn source(&self, tenant: &str) -> String {
        format!("{}/{tenant}", self.text())
    }

    /// The tenant of a source; nothing if it stands elsewhere, or deeper.
    #[cfg(feature = "aws")]
    pub fn tenant<'s>(&self, source: &'s str) -> Option<&'s str> {
        let tenant = source.strip_prefix(&self.text())?.strip_prefix('/')?;
        (!tenant.is_empty() && !tenant.contains('/')).then_some(tenant)
    }

    /// The parameter that records whose it is.
    #[cfg(feature = "aws")]
    pub fn record(&self) -> String {
        format!("{RECORDS}/{}/{}", self.partner, self.name)
    }

    /// The partner, as a property.
    #[cfg(feature = "aws")]
    pub fn partner(&self) -> Value {
        self.partner.as_str().into()
    }
}
