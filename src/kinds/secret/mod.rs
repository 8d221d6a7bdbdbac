//! What looks like a secret where everybody can read it: in every literal of a declaration, in the documents that it
//! names, and in text that is JSON itself.

mod told;

use serde_json::Value as Json;

use crate::flow::pattern::OPERATORS;
use crate::source::{Data, Diagnostic, Entry, Node, Span};

/// What stands where a secret is.
pub const SHOWN: &str = "(secret)";

/// A literal that looks like a secret.
pub struct Clear {
    pub at: Span,
    /// What is said of it, which is not what it is.
    pub message: String,
}

impl Clear {
    /// The finding.
    pub fn finding(self) -> Diagnostic {
        Diagnostic::warning("secret_in_clear", self.message)
            .at(self.at)
            .hide(self.at)
            .label("whoever may read the resource or the file knows it")
            .help("keep it in Secrets Manager: a function reads it there by its name or ARN, a connection takes it from a parameter (`from: \"secretsmanager:NAME\"`)")
    }
}

/// What is said of a text that looks like a secret, by its form or by the name that it stands under.
fn look(name: Option<&str>, text: &str) -> Option<String> {
    if let Some(what) = told::by_form_under(name, text) {
        return Some(format!("{what} stands here in the clear"));
    }
    let named = name.filter(|name| told::by_name(name, text)).map(str::to_owned);
    let inside = || {
        let mut pairs = told::pairs(text);
        pairs.find(|(name, value)| told::by_name(name, value)).map(|(name, _)| name.to_owned())
    };
    if let Some(name) = named.or_else(inside) {
        return Some(called(&name));
    }
    let mut found = None;
    if let Some(json) = json(text) {
        walk(None, &json, &mut |name, text| found = found.take().or_else(|| look(name, text)));
    }
    found
}

/// Whether a text looks like a secret, by its form or by the name that it stands under.
pub fn tells(name: Option<&str>, text: &str) -> bool {
    look(name, text).is_some()
}

fn called(name: &str) -> String {
    format!("`{name}` looks like a secret, and stands here in the clear")
}

/// The JSON that a text is.
fn json(text: &str) -> Option<Json> {
    text.trim_start().starts_with(['{', '[']).then(|| serde_json::from_str(text).ok()).flatten()
}

/// Members that show what something may look like.
const SHOWS: [&str; 2] = ["example", "examples"];

/// The literals of a node that look like secrets. `see` gives the node that one stands for.
pub fn clear(node: &Node, see: &mut dyn FnMut(&Node) -> Node) -> Vec<Clear> {
    let mut found = Vec::new();
    of_node(None, node, see, &mut found);
    found
}

fn of_node(name: Option<&str>, node: &Node, see: &mut dyn FnMut(&Node) -> Node, found: &mut Vec<Clear>) {
    let node = see(node);
    match &node.data {
        // A tag makes it something else: `!Ref DbPassword`.
        Data::Scalar(scalar) if node.tag.is_none() => {
            found.extend(look(name, &scalar.text).map(|message| Clear { at: node.span, message }));
        }
        Data::Scalar(_) => {}
        Data::Seq(items) => items.iter().for_each(|item| of_node(None, item, see, found)),
        Data::Map(entries) => {
            let text = |entry: &Entry| entry.value.scalar().map(|scalar| scalar.text.to_string());
            let called = entries.iter().find(|entry| is_name(&entry.key.text)).and_then(text);
            let called = called.as_deref().or(name);
            for entry in entries.iter().filter(|entry| !SHOWS.contains(&&*entry.key.text)) {
                let key = &*entry.key.text;
                of_node(if is_value(key) { called } else { Some(key) }, &entry.value, see, found);
            }
        }
    }
}

/// Whether a member names what stands in the member `value` beside it, as in `{ Key: X-Api-Key, Value: … }`.
fn is_name(key: &str) -> bool {
    ["name", "key"].iter().any(|word| key.eq_ignore_ascii_case(word))
}

fn is_value(key: &str) -> bool {
    key.eq_ignore_ascii_case("value")
}

/// Every text of a JSON value with the name that it stands under.
fn walk(name: Option<&str>, json: &Json, to: &mut dyn FnMut(Option<&str>, &str)) {
    match json {
        Json::String(text) => to(name, text),
        Json::Array(items) => items.iter().for_each(|item| walk(None, item, to)),
        Json::Object(map) => {
            let called =
                map.iter().find(|(key, _)| is_name(key)).and_then(|(_, value)| value.as_str()).or(name);
            for (key, value) in map.iter().filter(|(key, _)| !SHOWS.contains(&key.as_str())) {
                walk(if is_value(key) { called } else { Some(key) }, value, to);
            }
        }
        _ => {}
    }
}

/// The same JSON with a word in the place of each text that looks like a secret.
pub fn masked(json: Json, word: &str) -> Json {
    masked_under(None, json, word)
}

/// The same of what stands under a name.
pub fn masked_under(name: Option<&str>, json: Json, word: &str) -> Json {
    fn of(name: Option<&str>, json: Json, word: &str) -> Json {
        match json {
            Json::String(text) => match look(name, &text) {
                Some(_) => self::json(&text).map_or(word.into(), |json| inside(json, word).into()),
                None => text.into(),
            },
            // The alternatives of a pattern's field stand in a list, and below operators.
            Json::Array(items) => items.into_iter().map(|item| of(name, item, word)).collect(),
            Json::Object(map) => {
                let called = map.iter().find(|(key, _)| is_name(key));
                let called = called.and_then(|(_, value)| value.as_str().map(str::to_owned));
                let called = called.as_deref().or(name);
                let one = |(key, value): (String, Json)| {
                    let is_told = is_value(&key) || OPERATORS.contains(&key.as_str());
                    let value = of(if is_told { called } else { Some(&key) }, value, word);
                    (key, value)
                };
                map.into_iter().map(one).collect()
            }
            other => other,
        }
    }
    /// The text of JSON inside text; the word alone if it cannot be told where the secret stands.
    fn inside(json: Json, word: &str) -> String {
        let masked = of(None, json, word);
        let text = masked.to_string();
        match look(None, &text) {
            Some(_) => word.to_owned(),
            None => text,
        }
    }
    of(name, json, word)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::source::{Findings, Sources, parse};

    fn told(text: &str) -> Vec<String> {
        let mut sources = Sources::new();
        let file = sources.add("x.yaml", text);
        let node = parse(&sources, file, &mut Findings::default()).unwrap();
        let found = clear(&node, &mut Clone::clone);
        found.iter().map(|one| format!("{} {}", sources.place(one.at).column, one.message)).collect()
    }

    #[test]
    fn literals_are_found_where_they_stand() {
        for (text, what) in [
            (
                "{ a: { password: hunter22 } }",
                "18 `password` looks like a secret, and stands here in the clear",
            ),
            (
                "{ headers: { X-Api-Key: { value: 0f9e8d7c6b5a } } }",
                "34 `X-Api-Key` looks like a secret, and stands here in the clear",
            ),
            (
                "[ { Name: API_KEY, Value: 0f9e8d7c6b5a } ]",
                "27 `API_KEY` looks like a secret, and stands here in the clear",
            ),
            ("{ name: API_KEY, in: header }", ""),
            (
                "{ input: '{\"a\": [{\"token\": \"0f9e8d7c6b5a\"}]}' }",
                "10 `token` looks like a secret, and stands here in the clear",
            ),
            ("{ input: '{\"token\": \"$.token1234\"}' }", ""),
            (
                "{ url: 'https://a.b/?api_key=0f9e8d7c6b5a' }",
                "8 `api_key` looks like a secret, and stands here in the clear",
            ),
            ("{ url: 'https://u:hunter2@a.b/' }", "8 a URL with a password stands here in the clear"),
            (
                "{ dsn: 'Server=db;Password=hunter22' }",
                "8 `Password` looks like a secret, and stands here in the clear",
            ),
            ("{ ApiKey.$: $.key12345 }", ""),
            ("{ password: { type: string, example: hunter22 } }", ""),
            ("{ detail: { password: [hunter22] } }", ""),
        ] {
            assert_eq!(told(text).join(", "), what, "{text}");
        }
    }

    #[test]
    fn what_is_found_is_masked_and_the_rest_stays() {
        let before = json!({
            "Variables": { "TABLE": "orders", "DB_PASSWORD": "hunter22" },
            "Parameters": [{ "Key": "X-Api-Key", "Value": "0f9e8d7c6b5a" }],
            "Input": "{\"token\":\"0f9e8d7c6b5a\",\"id\":1}",
            "Url": "https://u:hunter2@a.b/",
        });
        let after = json!({
            "Variables": { "TABLE": "orders", "DB_PASSWORD": "(secret)" },
            "Parameters": [{ "Key": "X-Api-Key", "Value": "(secret)" }],
            "Input": "{\"token\":\"(secret)\",\"id\":1}",
            "Url": "(secret)",
        });
        assert_eq!(masked(before, "(secret)"), after);
        let before = json!({ "password": ["hunter22", { "prefix": "hunter33" }], "kind": ["a"] });
        let after = json!({ "password": ["(secret)", { "prefix": "(secret)" }], "kind": ["a"] });
        assert_eq!(masked(before, "(secret)"), after);
    }
}
