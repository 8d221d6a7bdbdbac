//! What looks like a secret where everybody can read it: in every literal of a declaration, in the documents that it
//! names, and in text that is JSON itself.

mod told;

use serde_json::Value as Json;

use crate::flow::pattern::OPERATORS;
use crate::flow::transform::{TemplatePiece, template_pieces};
use crate::source::{Data, Diagnostic, Entry, Node, Span};

/// What stands where a secret is.
pub const SHOWN: &str = "(secret)";
/// What stands where another one is, beside something that differs in that alone.
pub const OTHER: &str = "(another secret)";

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
    let json = json(text);
    let inside = || {
        let template = if json.is_none() { text } else { "" };
        let mut pairs = told::pairs(text).chain(told::members(template));
        pairs.find(|(name, value)| told::by_name(name, value)).map(|(name, _)| name.to_owned())
    };
    if let Some(name) = named.or_else(inside) {
        return Some(called(&name));
    }
    let mut found = None;
    if let Some(json) = json {
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

/// The JSON that a text is, or that a template makes: with a text in the place of each placeholder that stands for a
/// value.
fn json(text: &str) -> Option<Json> {
    text.trim_start().starts_with(['{', '[']).then(|| serde_json::from_str(&filled(text)).ok()).flatten()
}

/// A template with its placeholders outside of strings as texts, which [`unfilled`] knows again by their first character.
fn filled(template: &str) -> String {
    let piece = |piece: TemplatePiece<'_>| match piece {
        TemplatePiece::Text(text) => text.to_owned(),
        TemplatePiece::Placeholder { name, in_string: true } => format!("<{name}>"),
        TemplatePiece::Placeholder { name, in_string: false } => format!("{FILLED}{name}>\""),
    };
    template_pieces(template).into_iter().map(piece).collect()
}

/// How a placeholder begins as a text.
const FILLED: &str = "\"\\u0000<";

/// The template that was filled.
fn unfilled(json: &str) -> String {
    let mut parts = json.split(FILLED);
    let mut template = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('"').unwrap_or((part, ""));
        template.push_str(&format!("<{name}{rest}"));
    }
    template
}

/// Members that show what something may look like.
const SHOWS: [&str; 2] = ["example", "examples"];

/// The literals of a node that look like secrets. `see` gives the node that one stands for.
pub fn clear(node: &Node, see: &mut dyn FnMut(&Node) -> Node) -> Vec<Clear> {
    found(node, see).clear
}

/// The same, and those that a pattern asks for.
pub fn found(node: &Node, see: &mut dyn FnMut(&Node) -> Node) -> Found {
    let mut reading = Reading { see, found: Found::default() };
    reading.node((None, None), node);
    reading.found
}

/// What looks like a secret in a node.
#[derive(Default)]
pub struct Found {
    pub clear: Vec<Clear>,
    /// Where literals stand in lists and below the operators of patterns whose field tells them: nobody needs to be told
    /// of these, and nobody to see them.
    pub asked: Vec<Span>,
}

struct Reading<'s> {
    see: &'s mut dyn FnMut(&Node) -> Node,
    found: Found,
}

impl Reading<'_> {
    /// Reads what stands under a name, and in a list or below an operator under the name of that.
    fn node(&mut self, (name, field): (Option<&str>, Option<&str>), node: &Node) {
        let node = (self.see)(node);
        match &node.data {
            // A tag makes it something else: `!Ref DbPassword`.
            Data::Scalar(scalar) if node.tag.is_none() => match look(name, &scalar.text) {
                Some(message) => self.found.clear.push(Clear { at: node.span, message }),
                None if field != name && tells(field, &scalar.text) => self.found.asked.push(node.span),
                None => {}
            },
            Data::Scalar(_) => {}
            Data::Seq(items) => items.iter().for_each(|item| self.node((None, field), item)),
            Data::Map(entries) => {
                let text = |entry: &Entry| entry.value.scalar().map(|scalar| scalar.text.to_string());
                let called = entries.iter().find(|entry| is_name(&entry.key.text)).and_then(text);
                for entry in entries.iter().filter(|entry| !SHOWS.contains(&&*entry.key.text)) {
                    let key = Some(&*entry.key.text);
                    let below = match &*entry.key.text {
                        word if is_value(word) => (called.as_deref().or(name), called.as_deref().or(field)),
                        word if OPERATORS.contains(&word) => (key, field),
                        _ => (key, key),
                    };
                    self.node(below, &entry.value);
                }
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

/// The same JSON with a word in the place of each secret.
pub fn masked(json: Json, word: &str) -> Json {
    masked_under(None, json, word)
}

/// The same of what stands under a name.
pub fn masked_under(name: Option<&str>, json: Json, word: &str) -> Json {
    match json {
        Json::String(text) => masked_text(name, &text, word).into(),
        // The alternatives of a pattern's field stand in a list, and below operators.
        Json::Array(items) => items.into_iter().map(|item| masked_under(name, item, word)).collect(),
        Json::Object(map) => {
            let called = map.iter().find(|(key, _)| is_name(key));
            let called = called.and_then(|(_, value)| value.as_str().map(str::to_owned));
            let called = called.as_deref().or(name);
            let one = |(key, value): (String, Json)| {
                let is_told = is_value(&key) || OPERATORS.contains(&key.as_str());
                let value = masked_under(if is_told { called } else { Some(&key) }, value, word);
                (key, value)
            };
            map.into_iter().map(one).collect()
        }
        other => other,
    }
}

/// A text with a word in the place of each secret in it, as it is written where there is none: of a URL the password and
/// what its query names stand so, of JSON the members. The word alone if the text is the secret, or if it cannot be told
/// where in it that stands.
pub fn masked_text(name: Option<&str>, text: &str, word: &str) -> String {
    if name.is_some_and(|name| told::by_name(name, text)) {
        return word.to_owned();
    }
    if let Some(json) = json(text) {
        let masked = masked(json.clone(), word);
        let masked = if masked == json { text.to_owned() } else { unfilled(&masked.to_string()) };
        return if told::by_form(&masked).is_some() { word.to_owned() } else { masked };
    }
    let (mut masked, mut from) = (String::new(), 0);
    for place in told::parts(text) {
        if place.start >= from {
            masked.push_str(&text[from..place.start]);
            masked.push_str(word);
            from = place.end;
        }
    }
    masked.push_str(&text[from..]);
    if look(name, &masked).is_some() { word.to_owned() } else { masked }
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
            (
                "{ template: '{\"id\": <id>, \"token\": \"0f9e8d7c6b5a\", \"at\": <$.a[0].b>}' }",
                "13 `token` looks like a secret, and stands here in the clear",
            ),
            ("{ template: '{\"id\": <id>, \"token\": \"<token>\", \"apiKey\": <$.key12345>}' }", ""),
            ("{ password: { type: string, example: hunter22 } }", ""),
            ("{ detail: { password: [hunter22] } }", ""),
        ] {
            assert_eq!(told(text).join(", "), what, "{text}");
        }
    }

    #[test]
    fn what_a_pattern_asks_for_has_its_place_and_is_not_told() {
        let text = "{ password: [hunter22, { prefix: hunter33 }], kind: [hunter44], token: 0f9e8d7c6b5a }";
        assert_eq!(told(text).len(), 1);
        let mut sources = Sources::new();
        let file = sources.add("x.yaml", text);
        let node = parse(&sources, file, &mut Findings::default()).unwrap();
        let asked = found(&node, &mut Clone::clone).asked;
        let texts: Vec<&str> = asked.iter().map(|at| &text[at.start as usize..at.end as usize]).collect();
        assert_eq!(texts, ["hunter22", "hunter33"]);
    }

    #[test]
    fn what_is_found_is_masked_and_the_rest_stays() {
        let before = json!({
            "Variables": { "TABLE": "orders", "DB_PASSWORD": "hunter22" },
            "Parameters": [{ "Key": "X-Api-Key", "Value": "0f9e8d7c6b5a" }],
            "Input": "{\"token\":\"0f9e8d7c6b5a\",\"id\":1}",
            "Template": "{\"token\":\"0f9e8d7c6b5a\",\"id\":<id>,\"at\":\"<$.at>\",\"all\":[<$.a[0]>]}",
            "Url": "https://u:hunter2@a.b/c?api_key=0f9e8d7c6b5a&page=1",
            "Dsn": "Server=db;Password=hunter22",
            "Mapping": "#set($a = $input.json('$.a'))\n{\"id\": $a, \"Detail\": \"{\\\"token\\\":\\\"0f9e8d7c6b5a\\\"}\"}",
            "As written": "{ \"a\": [1, 2] }",
            "Bodies": "[ { \"url\": \"https://a.b/?password=hunter22\" } ]",
        });
        let after = json!({
            "Variables": { "TABLE": "orders", "DB_PASSWORD": "(secret)" },
            "Parameters": [{ "Key": "X-Api-Key", "Value": "(secret)" }],
            "Input": "{\"token\":\"(secret)\",\"id\":1}",
            "Template": "{\"token\":\"(secret)\",\"id\":<id>,\"at\":\"<$.at>\",\"all\":[<$.a[0]>]}",
            "Url": "https://u:(secret)@a.b/c?api_key=(secret)&page=1",
            "Dsn": "Server=db;Password=(secret)",
            "Mapping": "#set($a = $input.json('$.a'))\n{\"id\": $a, \"Detail\": \"{\\\"token\\\":\\\"(secret)\\\"}\"}",
            "As written": "{ \"a\": [1, 2] }",
            "Bodies": "[{\"url\":\"https://a.b/?password=(secret)\"}]",
        });
        assert_eq!(masked(before, "(secret)"), after);
        let before = json!({ "password": ["hunter22", { "prefix": "hunter33" }], "kind": ["a"] });
        let after = json!({ "password": ["(secret)", { "prefix": "(secret)" }], "kind": ["a"] });
        assert_eq!(masked(before, "(secret)"), after);
    }
}
