//! Reads the alternatives of a leaf: values and `{ operator: … }`.

use crate::engine::Value;
use crate::flow::{Path, Problem};
use crate::source::suggest;

use super::numeric::NO_DOUBLE;
use super::parse::{Reader, shape};
use super::wildcard::Misspelt;
use super::{Alternative, Folded, Network, PatternKind, Range, Wildcard, address, number};

/// The operators.
pub const OPERATORS: [&str; 8] =
    ["prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "cidr", "exists"];

/// Names that keep an `$or` from being read as one besides the operators: the rule engine's own
/// `exactly`, its comparisons, and those that it keeps for later.
pub(super) const RESERVED: [&str; 16] = [
    "exactly",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

/// The range that the EventBridge guide gives for numeric comparisons, either side of zero.
const NUMERIC_RANGE: f64 = 5.0e9;

const ONE_KEY: &str = "Only one key allowed in match expression";
/// For every operand of `anything-but` that is no text, number, list or operator.
const NOT_EXCLUDABLE: &str = "Value of anything-but must be an array or single string/number value.";
const NO_TEXT_IN_LIST: &str =
    "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.";
const NO_AFFIX: &str = "prefix/suffix match pattern must be a string";
const NO_WILDCARD: &str = "wildcard match pattern must be a string";

/// Whether a value can stand in a leaf's list.
pub(super) fn is_alternative(value: &Value) -> bool {
    match value {
        Value::Map(map) => map.keys().all(|key| OPERATORS.contains(&key.as_str())),
        Value::List(_) => false,
        _ => true,
    }
}

/// A problem under way: its message, AWS's reason, what to write instead.
type Wrong<'t> = (String, &'t str, &'t str);

impl Reader {
    /// One alternative of a leaf.
    pub fn alternative(&mut self, value: &Value, path: &Path) -> Alternative {
        match value {
            Value::Map(map) => match map.first() {
                Some((operator, operand)) if map.len() == 1 => {
                    self.operator(operator, operand, &path.key(operator))
                }
                _ => {
                    let reason = if map.is_empty() { "Match expression name not found" } else { ONE_KEY };
                    let message = format!("an expression has one operator, not {}", map.len());
                    self.wrong(path, (message, reason, "write several expressions: each is an alternative"))
                }
            },
            Value::List(_) => self.wrong(
                path,
                (
                    "a list cannot stand in a list of values".into(),
                    "Match value must be String, number, true, false, or null",
                    "write its items here",
                ),
            ),
            Value::String(text) => match address::address(text) {
                Some(address) => Alternative::Cidr(Network::of(address)),
                None => Alternative::Equals(text.as_str().into()),
            },
            scalar => self.literal(scalar, path),
        }
    }

    fn literal(&mut self, value: &Value, path: &Path) -> Alternative {
        match value {
            Value::Unknown(_) => self.unknown(path),
            other => match other.to_json() {
                Some(json) => Alternative::Equals(json),
                None => {
                    self.error(path, "a secret cannot stand in a pattern", "AWS shows patterns");
                    Alternative::Unknown
                }
            },
        }
    }

    fn operator(&mut self, name: &str, operand: &Value, path: &Path) -> Alternative {
        match name {
            "prefix" => self.affix(
                name,
                operand,
                path,
                [Alternative::Prefix, |text| Alternative::PrefixIgnoreCase(Folded::new(text))],
            ),
            "suffix" => self.affix(
                name,
                operand,
                path,
                [Alternative::Suffix, |text| Alternative::SuffixIgnoreCase(Folded::new(text))],
            ),
            "equals-ignore-case" => {
                let reason = "equals-ignore-case match pattern must be a string";
                self.text(operand, path, reason, |text| Alternative::EqualsIgnoreCase(Folded::new(text)))
            }
            "wildcard" => {
                self.not_in_pipes(name, path);
                self.wildcard(operand, path)
            }
            "anything-but" => self.anything_but(operand, path),
            "numeric" => self.numeric(operand, path),
            "cidr" => {
                if self.kind == PatternKind::Pipe {
                    let message = "AWS does not list `cidr` among the operators of pipes";
                    self.problems.push(Problem::warning(path, message));
                }
                self.cidr(operand, path)
            }
            "exists" => match operand {
                Value::Bool(exists) => Alternative::Exists(*exists),
                _ => self.wrong(
                    path,
                    (
                        "`exists` takes true or false".into(),
                        "exists match pattern must be either true or false.",
                        "write `exists: true`",
                    ),
                ),
            },
            _ => self.unknown_operator(name, path),
        }
    }

    fn unknown_operator(&mut self, name: &str, path: &Path) -> Alternative {
        let help = match nearest(name, OPERATORS) {
            Some(near) => format!("did you mean `{near}`?"),
            None if name == "exactly" => "write the value itself".into(),
            None => {
                format!("the operators are {}; a field's own map stands without a list", OPERATORS.join(", "))
            }
        };
        let reason = format!("Unrecognized match type {name}");
        self.wrong(path, (format!("`{name}` is no operator of event patterns"), &reason, &help))
    }

    fn wrong(&mut self, path: &Path, (message, reason, help): Wrong<'_>) -> Alternative {
        self.problems.push(Problem::error(path, message).help(help).reason(reason));
        Alternative::Unknown
    }

    fn not_in_pipes(&mut self, name: &str, path: &Path) {
        if self.kind == PatternKind::Pipe {
            self.error(
                path,
                format!("filters of pipes have no `{name}`"),
                "filter on the rules of the target bus",
            );
        }
    }

    fn text(
        &mut self,
        operand: &Value,
        path: &Path,
        reason: &str,
        make: impl FnOnce(String) -> Alternative,
    ) -> Alternative {
        match operand {
            Value::String(text) => make(text.clone()),
            Value::Unknown(_) => self.unknown(path),
            other => {
                let message = format!("a text is wanted here, not {}", shape(other));
                self.wrong(path, (message, reason, "put it in quotes"))
            }
        }
    }

    /// A text, or `{ equals-ignore-case: text }`.
    fn affix(
        &mut self,
        name: &str,
        operand: &Value,
        path: &Path,
        [make, make_ignoring_case]: [fn(String) -> Alternative; 2],
    ) -> Alternative {
        let member =
            operand.as_map().filter(|map| map.len() == 1).and_then(|map| map.get("equals-ignore-case"));
        let make = if member.is_some() { make_ignoring_case } else { make };
        match member.unwrap_or(operand) {
            Value::String(text) => make(text.clone()),
            Value::Unknown(_) => self.unknown(path),
            other => {
                let reason = match other.as_map().and_then(|map| map.first()) {
                    Some((key, _)) if key != "equals-ignore-case" => {
                        format!("Unsupported {name} pattern: {key}")
                    }
                    Some(_) => ONE_KEY.into(),
                    None if member.is_some() => "equals-ignore-case match pattern must be a string".into(),
                    None => format!("{name} match pattern must be a string"),
                };
                self.wrong(
                    path,
                    (
                        "a text or `{ equals-ignore-case: text }` is wanted here".into(),
                        &reason,
                        "alternatives are expressions of their own: `[{ prefix: a }, { prefix: b }]`",
                    ),
                )
            }
        }
    }

    fn wildcard(&mut self, operand: &Value, path: &Path) -> Alternative {
        let Some(text) = operand.as_str() else {
            return self.text(operand, path, NO_WILDCARD, |_| Alternative::Unknown);
        };
        match Wildcard::parse(text) {
            Ok(wildcard) => Alternative::Wildcard(wildcard),
            Err((misspelt, at)) => {
                let (message, reason) = match misspelt {
                    Misspelt::Consecutive => {
                        (format!("`{text}` has two `*` in a row"), "Consecutive wildcard characters")
                    }
                    Misspelt::Escape => (
                        format!("`{text}` has a backslash that escapes neither `*` nor `\\`"),
                        "Invalid escape character",
                    ),
                };
                // AWS counts from the quote before the text.
                let reason = format!("{reason} at pos {}", at + 1);
                self.wrong(path, (message, &reason, "`*` is any text; a literal one is `\\*`"))
            }
        }
    }

    fn anything_but(&mut self, operand: &Value, path: &Path) -> Alternative {
        const HELP: &str = "write `anything-but: [a, b]`";
        let message = || "`anything-but` takes texts or numbers, not both and nothing else".to_owned();
        if let Value::Map(map) = operand {
            return match map.first() {
                Some((name, operand)) if map.len() == 1 => self.anything_but_operator(name, operand, path),
                first => {
                    let reason = first.map_or("Anything-But expression name not found", |_| ONE_KEY);
                    self.wrong(
                        path,
                        ("an expression has one operator".into(), reason, "write several expressions"),
                    )
                }
            };
        }
        let items = operand.as_list().unwrap_or(std::slice::from_ref(operand));
        let is_text = |item: &Value| matches!(item, Value::String(_) | Value::Unknown(_));
        let is_number = |item: &Value| matches!(item, Value::Number(_));
        if items.iter().any(|item| !is_text(item) && !is_number(item)) {
            let reason = match operand {
                Value::List(_) => "Inside anything but list, start|null|boolean is not supported.",
                _ => NOT_EXCLUDABLE,
            };
            return self.wrong(path, (message(), reason, HELP));
        }
        if items.is_empty() || items.iter().any(is_text) == items.iter().any(is_number) {
            let reason = "Inside anything but list, either all values are number or string, mixed type is not supported";
            return self.wrong(path, (message(), reason, HELP));
        }
        for item in items {
            if let Value::Number(number) = item
                && number::comparable(number).is_none()
            {
                let reason = format!("Cannot compare number : {number}");
                return self.wrong(path, (NO_DOUBLE.into(), &reason, "compare a text, or leave it out"));
            }
        }
        Alternative::AnythingBut(items.iter().map(|item| self.literal(item, path)).collect())
    }

    fn anything_but_operator(&mut self, name: &str, operand: &Value, path: &Path) -> Alternative {
        self.not_in_pipes("anything-but with an operator", path);
        let at = path.key(name);
        let read: fn(&mut Reader, &Value, &Path) -> Alternative = match name {
            "prefix" => |reader, item, at| reader.excluded_affix(item, at, Alternative::Prefix),
            "suffix" => |reader, item, at| reader.excluded_affix(item, at, Alternative::Suffix),
            "equals-ignore-case" => |reader, item, at| {
                let make = |text| Alternative::EqualsIgnoreCase(Folded::new(text));
                reader.text(item, at, NO_TEXT_IN_LIST, make)
            },
            "wildcard" => Reader::wildcard,
            _ => {
                let reason = format!("Unsupported anything-but pattern: {name}");
                return self.wrong(
                    &at,
                    (
                        format!("`anything-but` takes no `{name}`"),
                        &reason,
                        "it takes prefix, suffix, equals-ignore-case and wildcard",
                    ),
                );
            }
        };
        if matches!(operand, Value::Null | Value::Bool(_) | Value::Map(_)) {
            let message = format!("a text or a list of them is wanted here, not {}", shape(operand));
            return self.wrong(&at, (message, NOT_EXCLUDABLE, "put it in quotes"));
        }
        let items = operand.as_list().unwrap_or(std::slice::from_ref(operand));
        if items.is_empty() {
            self.error(&at, "an empty list excludes nothing", "name a text");
            return Alternative::Unknown;
        }
        Alternative::AnythingBut(items.iter().map(|item| read(self, item, &at)).collect())
    }

    fn excluded_affix(&mut self, item: &Value, at: &Path, make: fn(String) -> Alternative) -> Alternative {
        match item.as_str() {
            Some("") => {
                let message = "every text begins and ends with an empty one, so nothing is left";
                self.wrong(at, (message.into(), "Null prefix/suffix not allowed", "name a text"))
            }
            _ => self.text(item, at, NO_AFFIX, make),
        }
    }

    fn numeric(&mut self, operand: &Value, path: &Path) -> Alternative {
        match Range::parse(operand) {
            Ok(range) => {
                if range.furthest() > NUMERIC_RANGE {
                    let message = "AWS documents numeric comparisons only between -5.0e9 and 5.0e9";
                    self.problems.push(Problem::warning(path, message));
                }
                Alternative::Numeric(range)
            }
            Err((message, reason)) => {
                let help = "write `[\"=\", 5]`, `[\">\", 0]` or `[\">\", 0, \"<=\", 5]`";
                self.wrong(path, (message.into(), &reason, help))
            }
        }
    }

    fn cidr(&mut self, operand: &Value, path: &Path) -> Alternative {
        // The wrong operator in the reason is the rule engine's.
        let Some(text) = operand.as_str() else {
            return self
                .text(operand, path, "prefix match pattern must be a string", |_| Alternative::Unknown);
        };
        match address::network(text) {
            Ok(network) => Alternative::Cidr(network),
            Err(reason) => {
                let help = match address::address(text.split('/').next().unwrap_or_default()) {
                    Some(one) => format!("a single address is written as a value: `\"{one}\"`"),
                    None => "write an address and its bits: `10.0.0.0/24` or `2001:db8::/32`".into(),
                };
                self.wrong(path, (format!("`{text}` is no network that AWS takes"), &reason, &help))
            }
        }
    }
}

/// The known word that was meant: the word with dashes for underscores, or one like it.
pub(super) fn nearest<const N: usize>(word: &str, known: [&'static str; N]) -> Option<&'static str> {
    let dashed = word.replace('_', "-").to_lowercase();
    known.into_iter().find(|known| *known == dashed).or_else(|| suggest(&dashed, known))
}
