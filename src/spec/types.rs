//! The types of parameters: `type: string`, `{ type: map, of: { api: url } }`.

use super::scope::head;
use super::words::{a, did_you_mean};
use crate::source::{Core, Diagnostic, Entry, Findings, Node, Span};

/// What a parameter's value must be.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum ParamType {
    Text,
    Number,
    Bool,
    /// `http://…` or `https://…` with a host.
    Url,
    List(Box<ParamType>),
    Map(Box<ParamType>),
    /// A map with exactly these keys.
    Record(Vec<(String, ParamType)>),
}

const SIMPLE: [(&str, ParamType); 5] = [
    ("string", ParamType::Text),
    ("text", ParamType::Text),
    ("number", ParamType::Number),
    ("bool", ParamType::Bool),
    ("url", ParamType::Url),
];

/// Every type, as it is written.
pub(super) const WORDS: &[(&str, &str)] =
    &[("string", ""), ("text", ""), ("number", ""), ("bool", ""), ("url", ""), ("list", ""), ("map", "")];

/// How other languages call them.
const ELSEWHERE: [(&str, &str); 6] = [
    ("boolean", "bool"),
    ("integer", "number"),
    ("int", "number"),
    ("array", "list"),
    ("object", "map"),
    ("record", "map"),
];

/// The type that `type:` and `of:` say; nothing if they are wrong.
pub(super) fn read(ty: &Node, of: Option<&Node>, findings: &mut Findings) -> Option<ParamType> {
    let word = ty.scalar().filter(|_| !ty.is_null()).map(|scalar| &*scalar.text);
    let simple = SIMPLE.iter().find(|(known, _)| Some(*known) == word).map(|(_, ty)| ty.clone());
    match (word, simple, of) {
        (Some("list"), _, of) => Some(ParamType::List(Box::new(members(ty, of, findings)?))),
        (Some("map"), _, of) => Some(ParamType::Map(Box::new(members(ty, of, findings)?))),
        (_, Some(simple), None) => Some(simple),
        (Some(word), Some(_), Some(of)) => {
            let message = format!("{} has no members: `of` stands beside `list` and `map`", a(word));
            findings.push(Diagnostic::error("bad_type", message).at(head(of)));
            None
        }
        (word, ..) => {
            let word = word.unwrap_or(ty.shape());
            let known = WORDS.iter().map(|(word, _)| *word);
            let near = match ELSEWHERE.iter().find(|(other, _)| *other == word) {
                Some((_, ours)) => format!("; it is called `{ours}` here"),
                None => did_you_mean(word, known),
            };
            let finding = Diagnostic::error("bad_type", format!("`{word}` is no type{near}")).at(head(ty));
            findings.push(finding.help("one of string, number, bool, url, list, map"));
            None
        }
    }
}

/// What `of:` says: a word, a nested type, or a record. Left out it is text.
fn members(ty: &Node, of: Option<&Node>, findings: &mut Findings) -> Option<ParamType> {
    let Some(of) = of else {
        return Some(ParamType::Text);
    };
    let Some(entries) = of.entries() else { return read(of, None, findings) };
    let nested = |entry: &Entry| ["type", "of"].contains(&&*entry.key.text);
    if entries.len() == 2 && entries.iter().all(nested) {
        return read(of.get("type").unwrap_or(ty), of.get("of"), findings);
    }
    let fields = entries.iter().map(|entry| {
        let ty = match entry.value.get("type") {
            Some(ty) => read(ty, entry.value.get("of"), findings),
            None => read(&entry.value, None, findings),
        };
        Some((entry.key.text.to_string(), ty?))
    });
    // Every field is read before the first wrong one ends it.
    let fields: Vec<Option<_>> = fields.collect();
    fields.into_iter().collect::<Option<Vec<_>>>().map(ParamType::Record)
}

impl ParamType {
    /// Whether values from outside are read as YAML.
    pub fn is_tree(&self) -> bool {
        matches!(self, ParamType::List(_) | ParamType::Map(_) | ParamType::Record(_))
    }

    fn name(&self) -> &'static str {
        match self {
            ParamType::Text => "text",
            ParamType::Number => "a number",
            ParamType::Bool => "true or false",
            ParamType::Url => "a URL",
            ParamType::List(_) => "a list",
            ParamType::Map(_) | ParamType::Record(_) => "a map",
        }
    }

    /// The value as this type, its texts made text. Nothing if it is of another one, which is
    /// reported; `what` names it: `partners.acme.api`.
    pub fn take(&self, node: &Node, what: &str, findings: &mut Findings) -> Option<Node> {
        match self {
            ParamType::Text | ParamType::Url => self.text(node, what, findings),
            ParamType::Number if matches!(node.resolve(), Core::Number(_)) => Some(node.clone()),
            ParamType::Bool if matches!(node.resolve(), Core::Bool(_)) => Some(node.clone()),
            ParamType::List(inner) if node.items().is_some() => {
                let items = node.items().unwrap_or_default().iter().enumerate();
                let taken: Vec<_> =
                    items.map(|(i, item)| inner.take(item, &format!("{what}[{i}]"), findings)).collect();
                Some(Node::seq(node.span, taken.into_iter().collect::<Option<Vec<_>>>()?))
            }
            ParamType::Map(inner) if node.entries().is_some() => {
                self.members(node, findings, |entry, findings| {
                    inner.take(&entry.value, &format!("{what}.{}", entry.key.text), findings)
                })
            }
            ParamType::Record(fields) if node.entries().is_some() => {
                self.complete(node, fields, what, findings);
                self.members(node, findings, |entry, findings| {
                    let key = &*entry.key.text;
                    match fields.iter().find(|(name, _)| name == key) {
                        Some((_, ty)) => ty.take(&entry.value, &format!("{what}.{key}"), findings),
                        None => {
                            let near = did_you_mean(key, fields.iter().map(|(name, _)| name.as_str()));
                            let message = format!("`{what}` has no `{key}` by its type{near}");
                            findings.push(Diagnostic::error("unknown_key", message).at(entry.key.span));
                            None
                        }
                    }
                })
            }
            _ => self.wrong(node, what, findings),
        }
    }

    fn members(
        &self,
        node: &Node,
        findings: &mut Findings,
        take: impl Fn(&Entry, &mut Findings) -> Option<Node>,
    ) -> Option<Node> {
        let entries = node.entries().unwrap_or_default().iter();
        let taken: Vec<Option<Entry>> = entries
            .map(|entry| Some(Entry { key: entry.key.clone(), value: take(entry, findings)? }))
            .collect();
        Some(Node::map(node.span, taken.into_iter().collect::<Option<Vec<_>>>()?))
    }

    fn complete(&self, node: &Node, fields: &[(String, ParamType)], what: &str, findings: &mut Findings) {
        for (name, _) in fields.iter().filter(|(name, _)| node.get(name).is_none()) {
            let message = format!("`{what}` lacks `{name}`");
            findings.push(Diagnostic::error("missing_key", message).at(head(node)));
        }
    }

    fn text(&self, node: &Node, what: &str, findings: &mut Findings) -> Option<Node> {
        let Some(scalar) = node.scalar().filter(|_| !node.is_null()) else {
            return self.wrong(node, what, findings);
        };
        // A reference that is left is known only with the resources.
        if *self == ParamType::Url && !scalar.text.contains("${") && !is_url(&scalar.text) {
            let finding = Diagnostic::error("wrong_shape", format!("`{what}` is no URL")).at(node.span);
            findings.push(finding.help("write one that begins with `https://`"));
            return None;
        }
        Some(Node::text(node.span, &scalar.text))
    }

    fn wrong(&self, node: &Node, what: &str, findings: &mut Findings) -> Option<Node> {
        let message = format!("`{what}` is {}, not {}", node.shape(), self.name());
        let span: Span = head(node);
        findings.push(Diagnostic::error("wrong_shape", message).at(span));
        None
    }
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    host.is_some_and(|host| !host.is_empty()) && !text.chars().any(char::is_whitespace)
}
