//! What API Gateway does with a mapping template, as far as the ones made here need it: `#set`,
//! `#if`, `#elseif`, `#foreach`, references, and the methods of Java's strings, maps and lists.
//! Everything else is a panic, so a template that needs more fails its test.

use std::collections::HashMap;

use serde_json::{Value as Json, json};

/// A request, and how API Gateway answers for what the body does not have; public sources differ.
pub struct Gateway {
    pub body: Json,
    pub params: Json,
    pub context: HashMap<String, String>,
    /// `$input.json` and `$input.path` of something absent.
    pub absent: (Option<&'static str>, Option<&'static str>),
}

pub struct Run<'g> {
    gateway: &'g Gateway,
    variables: HashMap<String, Option<Json>>,
    pub status: Option<i64>,
    out: String,
}

impl Gateway {
    pub fn render(&self, template: &str) -> (String, Option<i64>) {
        let mut run = Run { gateway: self, variables: HashMap::new(), status: None, out: String::new() };
        let mut rest = Cursor(template);
        run.block(&mut rest, true);
        assert_eq!(rest.0, "", "an #end without a block");
        (run.out, run.status)
    }
}

#[derive(Clone, Copy)]
struct Cursor<'t>(&'t str);

impl<'t> Cursor<'t> {
    fn take(&mut self, token: &str) -> bool {
        match self.0.strip_prefix(token) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn until(&mut self, stop: impl Fn(char) -> bool) -> &'t str {
        let end = self.0.find(stop).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }

    fn name(&mut self) -> &'t str {
        self.until(|c| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
    }

    fn expect(&mut self, token: &str) {
        assert!(self.take(token), "{token} wanted at {}", &self.0[..self.0.len().min(60)]);
    }
}

impl Run<'_> {
    /// Runs to the end of the block, which stays: `#elseif` or `#end`.
    fn block(&mut self, at: &mut Cursor<'_>, live: bool) {
        while !at.0.is_empty() && !at.0.starts_with("#end") && !at.0.starts_with("#elseif") {
            if at.take("#set(") {
                self.set(at, live);
            } else if at.take("#if(") {
                self.branch(at, live);
            } else if at.take("#foreach($") {
                self.each(at, live);
            } else if at.0.starts_with('$') {
                let value = self.reference(at, live);
                let text = value.map(|value| text(&value));
                if live {
                    self.out.push_str(&text.expect("a variable that is not set is written as it stands"));
                }
            } else {
                let literal = at.until(|c| c == '$' || c == '#');
                assert!(!literal.is_empty(), "unknown directive at {}", at.0);
                assert!(!(literal.ends_with('\\') && at.0.starts_with('$')), "a backslash before a variable");
                if live {
                    self.out.push_str(literal);
                }
            }
        }
    }

    fn set(&mut self, at: &mut Cursor<'_>, live: bool) {
        at.expect("$");
        let name = at.until(|c| c == ' ').to_owned();
        at.expect(" = ");
        let value = self.either(at, live);
        at.expect(")");
        at.take("\n");
        match (live, name.as_str(), value) {
            (false, ..) => {}
            (_, "context.responseOverride.status", value) => self.status = value.and_then(|v| v.as_i64()),
            // Velocity leaves a variable alone that is set to null.
            (_, _, None) => {}
            (_, _, value) => {
                self.variables.insert(name, value);
            }
        }
    }

    fn branch(&mut self, at: &mut Cursor<'_>, live: bool) {
        let mut done = !live;
        loop {
            let wanted = truth(&self.either(at, !done));
            at.expect(")");
            at.take("\n");
            self.block(at, wanted && !done);
            done |= wanted;
            if !at.take("#elseif(") {
                break;
            }
        }
        at.expect("#end");
        at.take("\n");
    }

    fn each(&mut self, at: &mut Cursor<'_>, live: bool) {
        let name = at.name().to_owned();
        at.expect(" in ");
        let items = self.either(at, live);
        at.expect(")");
        let body = *at;
        self.block(at, false);
        at.expect("#end");
        at.take("\n");
        for item in items.iter().flat_map(|items| items.as_array().expect("a list")) {
            self.variables.insert(name.clone(), Some(item.clone()));
            self.block(&mut body.clone(), live);
        }
    }

    fn either(&mut self, at: &mut Cursor<'_>, live: bool) -> Option<Json> {
        let mut value = self.both(at, live);
        while at.take(" || ") {
            let other = self.both(at, live);
            value = Some((truth(&value) || truth(&other)).into());
        }
        value
    }

    fn both(&mut self, at: &mut Cursor<'_>, live: bool) -> Option<Json> {
        let mut value = self.compared(at, live);
        while at.take(" && ") {
            let other = self.compared(at, live);
            value = Some((truth(&value) && truth(&other)).into());
        }
        value
    }

    /// A comparison with null is false, save that it differs.
    fn compared(&mut self, at: &mut Cursor<'_>, live: bool) -> Option<Json> {
        let one = self.operand(at, live);
        for (sign, holds) in [
            (" == ", (|a: &Json, b: &Json| a == b) as fn(&Json, &Json) -> bool),
            (" != ", |a, b| a != b),
            (" > ", |a, b| a.as_f64() > b.as_f64()),
        ] {
            if at.take(sign) {
                let other = self.operand(at, live);
                let result = one.zip(other).map_or(sign == " != ", |(one, other)| holds(&one, &other));
                return Some(result.into());
            }
        }
        one
    }

    fn operand(&mut self, at: &mut Cursor<'_>, live: bool) -> Option<Json> {
        if at.take("!") {
            let value = self.operand(at, live);
            return Some((!truth(&value)).into());
        }
        if at.take("(") {
            let value = self.either(at, live);
            at.expect(")");
            return value;
        }
        if at.take("'") {
            let text = at.until(|c| c == '\'');
            at.expect("'");
            return Some(text.into());
        }
        if at.take("\"") {
            let inner = at.until(|c| c == '"');
            at.expect("\"");
            return Some(self.interpolate(inner, live).into());
        }
        if at.0.starts_with('$') {
            return self.reference(at, live);
        }
        let digits = at.until(|c| !c.is_ascii_digit());
        Some(json!(digits.parse::<i64>().unwrap_or_else(|_| panic!("no operand: {}", at.0))))
    }

    fn interpolate(&mut self, text_of: &str, live: bool) -> String {
        let mut at = Cursor(text_of);
        let mut out = String::new();
        while !at.0.is_empty() {
            out.push_str(at.until(|c| c == '$'));
            if at.0.starts_with("$[") || at.0.starts_with("$.") || at.0 == "$" {
                at.expect("$");
                out.push('$');
            } else if !at.0.is_empty() {
                let quiet = at.0.starts_with("$!");
                match self.reference(&mut at, live) {
                    Some(value) => out.push_str(&text(&value)),
                    None => assert!(quiet || !live, "a variable that is not set: {text_of}"),
                }
            }
        }
        out
    }

    fn reference(&mut self, at: &mut Cursor<'_>, live: bool) -> Option<Json> {
        at.expect("$");
        at.take("!");
        if at.take("{") {
            let name = at.until(|c| c == '}');
            at.expect("}");
            return self.variable(name);
        }
        let root = at.name().to_owned();
        let mut value = match root.as_str() {
            "input" | "util" => None,
            name => self.variable(name),
        };
        while at.0.starts_with('.') {
            at.expect(".");
            let member = at.name().to_owned();
            let mut arguments = Vec::new();
            if at.take("(") {
                while !at.take(")") {
                    arguments.push(self.either(at, live));
                    at.take(",");
                }
                value = if live { self.call(&root, &member, value, &arguments) } else { None };
            } else {
                value = value.as_ref().and_then(|value| value.get(&member).cloned());
            }
        }
        value
    }

    fn variable(&self, name: &str) -> Option<Json> {
        match name.strip_prefix("context.") {
            Some(name) => self.gateway.context.get(name).map(|text| text.as_str().into()),
            None => self.variables.get(name).cloned().flatten(),
        }
    }

    fn call(&self, root: &str, method: &str, on: Option<Json>, with: &[Option<Json>]) -> Option<Json> {
        let first = with.first().cloned().flatten();
        let word = || first.as_ref().and_then(Json::as_str).expect("a text").to_owned();
        match (root, on, method) {
            ("input", None, "params") => Some(self.gateway.params.clone()),
            ("input", None, "json") => match find(&self.gateway.body, &word()) {
                Some(value) => Some(value.to_string().into()),
                None => self.gateway.absent.0.map(Json::from),
            },
            ("input", None, "path") => match find(&self.gateway.body, &word()) {
                Some(Json::Null) => None,
                Some(value) => Some(value),
                None => self.gateway.absent.1.map(Json::from),
            },
            ("util", None, "escapeJavaScript") => Some(escape_java_script(&word()).into()),
            (_, Some(Json::String(text)), "replaceAll") => {
                assert_eq!(with, [Some("\\\\'".into()), Some("'".into())], "the regular expression of \\'");
                Some(text.replace("\\'", "'").into())
            }
            (_, Some(Json::String(text)), "startsWith") => Some(text.starts_with(&word()).into()),
            (_, Some(Json::String(text)), "toLowerCase") => Some(text.to_lowercase().into()),
            (_, Some(Json::Object(map)), "containsKey") => Some(map.contains_key(&word()).into()),
            (_, Some(Json::Object(map)), "keySet") => Some(map.keys().cloned().collect()),
            (_, Some(Json::Object(map)), "get") => map.get(&word()).cloned(),
            (_, Some(Json::Array(items)), "size") => Some(items.len().into()),
            // Velocity reads a method that does not exist as null.
            (_, _, "containsKey" | "size" | "get" | "keySet" | "startsWith") => None,
            (root, on, method) => panic!("no method {root} {on:?}.{method}"),
        }
    }
}

fn truth(value: &Option<Json>) -> bool {
    !matches!(value, None | Some(Json::Bool(false)))
}

fn text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A path of the body: `$`, `.name`, `['name']`, `[0]`, `[*]`.
pub fn find(body: &Json, path: &str) -> Option<Json> {
    let mut at = Cursor(path);
    at.expect("$");
    find_in(body, at)
}

fn find_in(value: &Json, mut at: Cursor<'_>) -> Option<Json> {
    if at.0.is_empty() {
        return Some(value.clone());
    }
    if at.take("[*]") {
        return Some(value.as_array()?.iter().filter_map(|item| find_in(item, at)).collect());
    }
    if at.take(".") {
        return find_in(value.as_object()?.get(at.name())?, at);
    }
    at.expect("[");
    if at.take("'") {
        let name = at.until(|c| c == '\'');
        at.expect("']");
        return find_in(value.as_object()?.get(name)?, at);
    }
    let index: usize = at.until(|c| c == ']').parse().expect("an index");
    at.expect("]");
    find_in(value.as_array()?.get(index)?, at)
}

/// As Apache Commons Lang does.
fn escape_java_script(text: &str) -> String {
    let mut out = String::new();
    for unit in text.encode_utf16() {
        match u8::try_from(unit).map(char::from) {
            Ok(c @ ('\'' | '"' | '\\' | '/')) => out.extend(['\\', c]),
            Ok('\n') => out.push_str("\\n"),
            Ok('\t') => out.push_str("\\t"),
            Ok('\r') => out.push_str("\\r"),
            Ok('\u{8}') => out.push_str("\\b"),
            Ok('\u{c}') => out.push_str("\\f"),
            Ok(c @ ' '..='\u{7f}') => out.push(c),
            _ => out.push_str(&format!("\\u{unit:04X}")),
        }
    }
    out
}
