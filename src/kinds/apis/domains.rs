//! `domain_names:` of an API: under which domain names and base paths it answers.
//!
//! The domain names are others'. A mapping carries no tags, so a tag of the API records each that is ours:
//! under a digest, since a key has too little room, `DOMAIN/BASE_PATH`.

use crate::engine::field::{Field, Lit, TEXT, Type};
use crate::engine::{Mark, Place, Value};
use crate::kinds::Lowering;

/// The base path of a mapping at the root of a domain, as AWS spells it.
pub(super) const ROOT: &str = "(none)";
/// The most characters of a tag's value, and the most tags of an API.
const LONGEST_RECORD: usize = 256;
const MOST_TAGS: usize = 50;
/// Characters of a base path that are no letters or digits.
const SIGNS: &str = "$-_.+!*'()";
/// Characters of a record that are no letters or digits; with `@` before it every other stands as its code.
const PLAIN: &str = "+-=._:";

/// A place under which an API answers.
pub(super) const DOMAIN_NAME: &[Field] = &[
    Field::new(
        "domain_name",
        "domainName",
        TEXT,
        "The ARN of the domain name, which ends in `/domainnames/NAME`; that of a private one has the account in it and `+ID` at its end. The domain name itself belongs to others.",
    )
    .required(),
    Field::new(
        "base_path",
        "basePath",
        Type::Text { min: 1, max: 300 },
        "What stands behind the domain in the addresses of the API: one part, of letters, digits and `$-_.+!*'()`. Left out, or `(none)`, the API answers at the root of the domain.",
    )
    .default(Lit::Text(ROOT)),
    Field::lowered("stage", TEXT, "The stage that answers: the API's."),
    Field::lowered("Mapped", Type::Bool, "Whether the mapping is there.").default(Lit::Bool(true)),
];

/// Where a mapping stands. `+ID` of a private domain is a part of the domain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Site {
    pub domain: String,
    pub base_path: String,
}

impl Site {
    /// The place that an ARN and a base path name; nothing if it is no ARN of a domain name.
    pub fn new(arn: &str, base_path: Option<&str>) -> Option<Site> {
        let mut parts = arn.splitn(6, ':');
        let (arn, service) = (parts.next()?, parts.nth(1)?);
        let domain = parts.nth(2)?.strip_prefix("/domainnames/")?;
        let (name, id) = domain.split_once('+').unwrap_or((domain, "-"));
        let is_name =
            |text: &str| text.chars().all(|one| one.is_ascii_alphanumeric() || "-_.*".contains(one));
        let is_domain = ![name, id].contains(&"") && is_name(name) && is_name(id);
        (arn == "arn" && service == "apigateway" && is_domain)
            .then(|| Site { domain: domain.to_owned(), base_path: base_path.unwrap_or(ROOT).to_owned() })
    }

    /// The domain's name.
    #[cfg(feature = "aws")]
    pub fn name(&self) -> &str {
        self.domain.split_once('+').map_or(&self.domain, |(name, _)| name)
    }

    /// The id of a private domain.
    pub fn id(&self) -> Option<&str> {
        self.domain.split_once('+').map(|(_, id)| id)
    }

    /// The domain's ARN, as AWS spells it in a place.
    pub fn arn(&self, place: &Place) -> String {
        let resource = format!("/domainnames/{}", self.domain);
        match self.id() {
            Some(_) => place.arn("apigateway", &resource),
            None => place.arn_without_account("apigateway", &resource),
        }
    }

    /// The key of the tag that records it.
    #[cfg(any(feature = "aws", test))]
    pub fn key(&self) -> String {
        use sha2::{Digest, Sha256};
        format!("{}{}", key_prefix(), hex::encode(&Sha256::digest(self.record())[..8]))
    }

    /// The value of the tag that records it.
    pub fn record(&self) -> String {
        let base_path = if self.base_path == ROOT { "" } else { &self.base_path };
        format!("{}/{}", escaped(&self.domain), escaped(base_path))
    }

    /// The place that a tag records, if it is one of those.
    #[cfg(any(feature = "aws", test))]
    pub fn recorded(key: &str, value: &str) -> Option<Site> {
        key.strip_prefix(&key_prefix())?;
        let (domain, base_path) = value.split_once('/')?;
        let base_path = if base_path.is_empty() { ROOT.to_owned() } else { plain(base_path)? };
        let site = Site { domain: plain(domain)?, base_path };
        (site.key() == key).then_some(site)
    }
}

#[cfg(any(feature = "aws", test))]
fn key_prefix() -> String {
    format!("{}mapping:", crate::engine::mark::PREFIX)
}

/// Text in the characters that a tag takes.
fn escaped(text: &str) -> String {
    let one = |byte: u8| match byte as char {
        plain if plain.is_ascii_alphanumeric() || PLAIN.contains(plain) => plain.to_string(),
        _ => format!("@{byte:02x}"),
    };
    text.bytes().map(one).collect()
}

#[cfg(any(feature = "aws", test))]
fn plain(text: &str) -> Option<String> {
    let mut parts = text.split('@');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(code, 16).ok()?);
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

/// Checks each domain name and base path, and gives each the API's stage.
pub(super) fn lower(own: &mut Lowering<'_>) {
    let stage = own.properties().at("Stage.stageName").cloned();
    let Some(Value::List(mut items)) = own.properties().get("Mappings").cloned() else { return };
    let mut met: Vec<(Value, String)> = Vec::new();
    for (index, item) in items.iter_mut().enumerate() {
        check(own, item, &format!("Mappings[{index}]"));
        if let Some(stage) = &stage {
            item.put("stage", stage.clone());
        }
        let domain = item.get("domainName").cloned().unwrap_or_default();
        let one = (domain, item.text_at("basePath").unwrap_or(ROOT).to_owned());
        if met.contains(&one) {
            let at = own.nearest_place(&format!("Mappings[{index}].domainName"));
            let message = "this domain name has this base path twice";
            own.error("duplicate_base_path", at, message, "give each its own `base_path`");
        }
        met.push(one);
    }
    let room = MOST_TAGS - Mark::MOST_TAGS - 1;
    if items.len() > room {
        let at = own.place_of("Mappings");
        let message = format!(
            "{} domain names; an API has room for {room}, less one for each of its tags",
            items.len()
        );
        own.error("tag_limit", at, message, "each is recorded by a tag of the API");
    }
    own.properties().put("Mappings", items.into());
}

fn check(own: &mut Lowering<'_>, item: &Value, at: &str) {
    let base_path = item.text_at("basePath").unwrap_or(ROOT);
    let wrong = |one: char| !one.is_ascii_alphanumeric() && !SIGNS.contains(one);
    if let Some(sign) = base_path.chars().find(|one| wrong(*one)) {
        let help = match sign {
            // hashicorp/terraform-provider-aws#21986
            '/' => "API Gateway takes more than one part by its newer API alone, which is not built",
            _ => "letters, digits and `$-_.+!*'()`",
        };
        let at = own.nearest_place(&format!("{at}.basePath"));
        own.error("bad_base_path", at, format!("`{sign}` cannot stand in a base path"), help);
    }
    // One that is not known yet is looked at when it is used.
    let Some(arn) = item.text_at("domainName") else { return };
    let at = own.nearest_place(&format!("{at}.domainName"));
    let Some(site) = Site::new(arn, Some(base_path)) else {
        let help = format!(
            "write `{}`, with `+ID` at its end and the account before `:/` where it is private",
            own.place().arn_without_account("apigateway", "/domainnames/NAME")
        );
        return own.error("bad_domain_name", at, format!("`{arn}` is no ARN of a domain name"), &help);
    };
    let right = site.arn(own.place());
    let knows_account = own.place().account != Place::NO_ACCOUNT || site.id().is_none();
    if right != arn && knows_account {
        let message = "an API answers under domain names of its own region, and under private ones, whose ARNs name it, of its own account";
        own.error("bad_domain_name", at, message, &format!("write `{right}`"));
    }
    if site.record().len() > LONGEST_RECORD {
        let message = format!(
            "domain name and base path take {} characters of the tag that records them; it has room for {LONGEST_RECORD}",
            site.record().len()
        );
        own.error("tag_limit", at, message, "write a shorter `base_path`");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_from_its_arn_and_recorded_in_the_characters_of_tags() {
        let place = Place::new("eu-west-1", "123456789012");
        for (arn, base_path, record) in [
            ("arn:aws:apigateway:eu-west-1::/domainnames/api.example.com", None, "api.example.com/"),
            (
                "arn:aws:apigateway:eu-west-1::/domainnames/*.example.com",
                Some("a+b_c!$(d)"),
                "@2a.example.com/a+b_c@21@24@28d@29",
            ),
            (
                "arn:aws:apigateway:eu-west-1:123456789012:/domainnames/api.internal+ab12",
                Some("orders"),
                "api.internal+ab12/orders",
            ),
        ] {
            let site = Site::new(arn, base_path).unwrap();
            assert_eq!((site.arn(&place).as_str(), site.record().as_str()), (arn, record));
            assert!(site.key().len() <= 128 && site.key().starts_with("gatewayctl:mapping:"));
            assert_eq!(Site::recorded(&site.key(), &site.record()), Some(site));
        }
        for none in [
            "api.example.com",
            "arn:aws:apigateway:eu-west-1::/domainnames/",
            "arn:aws:apigateway:eu-west-1::/domainnames/a/b",
            "arn:aws:apigateway:eu-west-1::/restapis/abc",
            "arn:aws:apigateway:eu-west-1:1:/domainnames/a+",
            "arn:aws:acm:eu-west-1::/domainnames/a",
        ] {
            assert_eq!(Site::new(none, None), None, "{none}");
        }
    }

    #[test]
    fn a_tag_that_is_no_record_of_ours_is_none() {
        let site = Site { domain: "api.example.com".into(), base_path: "orders".into() };
        for (key, value) in [
            ("gatewayctl:owner", "shop/-/eu-west-1"),
            (&*site.key(), "api.example.com/other"),
            ("gatewayctl:mapping:0011223344556677", "api.example.com/orders"),
            (&*site.key(), "@zz/orders"),
            (&*site.key(), "nothing"),
        ] {
            assert_eq!(Site::recorded(key, value), None, "{key} {value}");
        }
    }
}
