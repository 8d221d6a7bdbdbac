//! Marks: who owns a live resource, written on the resource itself.

use std::fmt;
use std::str::FromStr;

use indexmap::IndexMap;
use sha2::{Digest, Sha256};

use super::{Address, Map, Value};

/// `stack/env/region`. Without an environment it is `STACK/-/REGION`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Owner {
    pub stack: String,
    pub env: Option<String>,
    pub region: String,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.stack, self.env.as_deref().unwrap_or("-"), self.region)
    }
}

impl FromStr for Owner {
    type Err = String;

    fn from_str(text: &str) -> Result<Owner, String> {
        match text.split('/').collect::<Vec<_>>().as_slice() {
            [stack, env, region] if ![*stack, *env, *region].contains(&"") => Ok(Owner {
                stack: (*stack).to_owned(),
                env: (*env != "-").then(|| (*env).to_owned()),
                region: (*region).to_owned(),
            }),
            _ => Err(format!("`{text}` is no owner; write STACK/ENV/REGION, with `-` for no environment")),
        }
    }
}

/// What a resource of ours carries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mark {
    pub owner: Owner,
    pub address: Address,
    /// The physical name; a copied mark is recognised by a name that is not its bearer's.
    pub name: String,
    /// Protected resources survive the removal of their declaration.
    pub protect: bool,
    /// What cannot be read back: a digest of the applied secrets' versions, or of the code.
    pub version: Option<String>,
}

/// The marks that this program writes.
pub const FORMAT: u32 = 1;
/// What the keys of a mark's tags begin with.
pub const PREFIX: &str = "gatewayctl:";
/// What the tags of a topic begin with that mark its subscriptions, which have none of their own.
pub const SUBSCRIPTION: &str = "gatewayctl:subscription:";
const SUFFIX_START: &str = " [gatewayctl ";

/// A live resource's mark as it was found.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::large_enum_variant, reason = "one per resource; a box would only be in the way")]
pub enum Found {
    /// No mark at all.
    None,
    Mark(Mark),
    /// A mark that this program cannot read: newer, or damaged. Never ours.
    Unreadable(String),
}

impl Found {
    /// Whether it is a readable mark of this owner.
    pub fn is_of(&self, owner: &Owner) -> bool {
        matches!(self, Found::Mark(mark) if mark.owner == *owner)
    }
}

/// User's tags, mark and foreign manager of a tagged resource.
#[derive(Clone, PartialEq, Debug)]
pub struct Tagged {
    pub tags: Map,
    pub mark: Found,
    /// Set if another tool's tags say that it manages the resource.
    pub managed_by: Option<String>,
}

impl Mark {
    /// How many tags a mark takes at most.
    pub const MOST_TAGS: usize = 6;

    /// The tags that carry the mark.
    pub fn to_tags(&self) -> IndexMap<String, String> {
        let mut tags = IndexMap::new();
        let mut put = |key: &str, value: String| {
            tags.insert(format!("{PREFIX}{key}"), value);
        };
        put("owner", self.owner.to_string());
        put("address", self.address.to_string());
        put("name", tag_safe(&self.name));
        if self.protect {
            put("protect", "true".into());
        }
        if let Some(version) = &self.version {
            put("version", version.clone());
        }
        put("format", FORMAT.to_string());
        tags
    }

    /// The description with the mark behind it, on the same line.
    pub fn to_description(&self, text: &str) -> String {
        format!(
            "{text}{SUFFIX_START}{FORMAT} {} {} {} {} {}]",
            self.owner,
            self.address,
            tag_safe(&self.name),
            if self.protect { "p" } else { "-" },
            self.version.as_deref().unwrap_or("-"),
        )
    }

    /// Whether the recorded name is the bearer's own.
    pub fn names(&self, name: &str) -> bool {
        self.name == name || self.name == tag_safe(name)
    }
}

/// A name as a tag can carry it: itself, or its hash if a character is outside the set of tags.
fn tag_safe(name: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "_.:/=+-@".contains(c);
    if name.chars().all(safe) && name.len() <= 256 {
        name.to_owned()
    } else {
        format!("sha256:{}", hex::encode(&Sha256::digest(name)[..16]))
    }
}

/// Splits all tags of a resource into the user's, the mark, and AWS's own (dropped).
pub fn from_tags<'a>(all: impl IntoIterator<Item = (&'a str, &'a str)>) -> Tagged {
    let mut tags = Map::new();
    let mut ours = IndexMap::new();
    let mut managed_by = None;
    for (key, value) in all {
        if let Some(rest) = key.strip_prefix(PREFIX) {
            ours.insert(rest, value);
        } else if key == "aws:cloudformation:stack-name" || key == "aws:cloudformation:stack-id" {
            managed_by.get_or_insert_with(|| format!("the CloudFormation stack {value}"));
        } else if !key.starts_with("aws:") {
            tags.insert(key.to_owned(), Value::from(value));
        }
    }
    let mark = match ours.get("owner") {
        None => Found::None,
        Some(owner) => match parse_parts(
            ours.get("format").copied().unwrap_or_default(),
            owner,
            ours.get("address").copied().unwrap_or_default(),
            ours.get("name").copied().unwrap_or_default(),
            ours.get("protect") == Some(&"true"),
            ours.get("version").copied(),
        ) {
            Ok(mark) => Found::Mark(mark),
            Err(why) => Found::Unreadable(why),
        },
    };
    Tagged { tags, mark, managed_by }
}

/// Splits a description into the user's text and the mark.
pub fn from_description(description: &str) -> (String, Found) {
    let Some((text, rest)) = description.rsplit_once(SUFFIX_START) else {
        return (description.to_owned(), Found::None);
    };
    let Some(inside) = rest.strip_suffix(']') else {
        return (description.to_owned(), Found::None);
    };
    let found = match inside.split(' ').collect::<Vec<_>>().as_slice() {
        [format, owner, address, name, protect, version] => {
            match parse_parts(
                format,
                owner,
                address,
                name,
                *protect == "p",
                Some(version).filter(|v| **v != "-").copied(),
            ) {
                Ok(mark) => Found::Mark(mark),
                Err(why) => Found::Unreadable(why),
            }
        }
        _ => Found::Unreadable("its mark has another number of words".into()),
    };
    (text.to_owned(), found)
}

fn parse_parts(
    format: &str,
    owner: &str,
    address: &str,
    name: &str,
    protect: bool,
    version: Option<&str>,
) -> Result<Mark, String> {
    match format.parse::<u32>() {
        Ok(format) if format > FORMAT => {
            return Err(format!("its mark has format {format}, newer than this program's {FORMAT}"));
        }
        Ok(_) => {}
        Err(_) => return Err("its mark states no format".into()),
    }
    Ok(Mark {
        owner: owner.parse()?,
        address: address.parse().map_err(|e: super::address::NotAnAddress| e.to_string())?,
        name: name.to_owned(),
        protect,
        version: version.map(str::to_owned),
    })
}

/// The Sid of a statement of ours on a shared policy document: `Gw1`, 16 hex digits of owner and
/// document, 16 of the statement's address. Statements have no room for any other mark.
pub fn sid(owner: &Owner, document_kind: &str, document: &str, address: &Address) -> String {
    format!("{}{}", sid_prefix(owner, document_kind, document), short_hash(&address.to_string()))
}

/// The beginning of the Sids of all statements that an owner has on a document.
pub fn sid_prefix(owner: &Owner, document_kind: &str, document: &str) -> String {
    format!("Gw1{}", short_hash(&format!("{owner}\n{document_kind}\n{document}")))
}

fn short_hash(text: &str) -> String {
    hex::encode(&Sha256::digest(text)[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark() -> Mark {
        Mark {
            owner: "shop/-/eu-west-1".parse().unwrap(),
            address: "connections.carrier".parse().unwrap(),
            name: "shop-carrier".into(),
            protect: true,
            version: Some("0123456789abcdef".into()),
        }
    }

    #[test]
    fn a_mark_in_tags_reads_back_and_leaves_the_users_tags() {
        let mut tags = mark().to_tags();
        tags.insert("team".into(), "orders".into());
        tags.insert("aws:x".into(), "y".into());
        let tagged = from_tags(tags.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        assert_eq!(tagged.mark, Found::Mark(mark()));
        assert_eq!(tagged.tags.len(), 1);
        let most = Mark { protect: true, version: Some("1".into()), ..mark() };
        assert_eq!(most.to_tags().len(), Mark::MOST_TAGS);
        assert_eq!(tagged.managed_by, None);
    }

    #[test]
    fn a_mark_in_a_description_reads_back_and_leaves_the_text() {
        for text in ["", "Where orders go [sic]", "two\nlines"] {
            let (back, found) = from_description(&mark().to_description(text));
            assert_eq!((back.as_str(), found), (text, Found::Mark(mark())));
        }
        assert_eq!(from_description("plain [text]"), ("plain [text]".into(), Found::None));
    }

    #[test]
    fn a_newer_mark_is_not_read() {
        let tags = mark().to_tags();
        let newer =
            tags.iter().map(|(k, v)| (k.as_str(), if k.ends_with("format") { "2" } else { v.as_str() }));
        assert!(matches!(from_tags(newer).mark, Found::Unreadable(why) if why.contains("newer")));
    }

    #[test]
    fn a_name_outside_the_characters_of_tags_is_carried_as_its_hash() {
        let odd = Mark { name: "naïve name".into(), ..mark() };
        let tags = odd.to_tags();
        assert!(tags["gatewayctl:name"].starts_with("sha256:"));
        let Found::Mark(back) = from_tags(tags.iter().map(|(k, v)| (k.as_str(), v.as_str()))).mark else {
            panic!()
        };
        assert!(back.names("naïve name") && !back.names("other"));
    }
}
