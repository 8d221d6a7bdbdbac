//! Reads the alternatives of a leaf: values and `{ operator: … }`.

use std::net::IpAddr;

use crate::engine::Value;
use crate::flow::{Path, Problem};
use crate::source::suggest;

use super::parse::{Reader, shape};
use super::{Comparison, Matcher, Network, PatternKind, Text, Wildcard};

/// The operators.
pub(super) const OPERATORS: [&str; 8] =
    ["prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "cidr", "exists"];

/// Names that keep an `$or` from being read as one: those that the rule engine keeps for later,
/// and its own `exactly`.
pub(super) const RESERVED: [&str; 12] = [
    "exactly",
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
    "not-anything-but",
];

const COMPARISONS: [(&str, Comparison); 5] = [
    ("=", Comparison::Equal),
    ("<", Comparison::Less),
    ("<=", Comparison::LessOrEqual),
    (">", Comparison::Greater),
    (">=", Comparison::GreaterOrEqual),
];

/// The range that the EventBridge guide gives for numeric comparisons, either side of zero.
const NUMERIC_RANGE: f64 = 5.0e9;

/// Whether a value can stand in a leaf's list.
pub(super) fn is_alternative(value: &Value) -> bool {
    match value {
        Value::Map(map) => map.keys().all(|key| OPERATORS.contains(&key.as_str())),
        Value::List(_) => false,
        _ => true,
    }
}

impl Reader {
    /// One alternative of a leaf.
    pub fn alternative(&mut self, value: &Value, path: &Path) -> Matcher {
        match value {
            Value::Map(map) => match map.first() {
                Some((operator, operand)) if map.len() == 1 => {
                    self.operator(operator, operand, &path.key(operator))
                }
                _ => {
                    self.error(
                        path,
                        format!("an expression has one operator, not {}", map.len()),
                        "write several expressions: each is an alternative",
                    );
                    Matcher::Unknown
                }
            },
            Value::List(_) => {
                self.error(path, "a list cannot stand in a list of values", "write its items here");
                Matcher::Unknown
            }
            scalar => self.literal(scalar, path),
        }
    }

    fn literal(&mut self, value: &Value, path: &Path) -> Matcher {
        match value {
            Value::Unknown(_) => self.unknown(path),
            other => match other.to_json() {
                Some(json) => Matcher::Equals(json),
                None => {
                    self.error(path, "a secret cannot stand in a pattern", "AWS shows patterns");
                    Matcher::Unknown
                }
            },
        }
    }

    fn operator(&mut self, name: &str, operand: &Value, path: &Path) -> Matcher {
        match name {
            "prefix" => self.affix(operand, path, Matcher::Prefix),
            "suffix" => self.affix(operand, path, Matcher::Suffix),
            "equals-ignore-case" => self.text(operand, path, Matcher::EqualsIgnoreCase),
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
                Value::Bool(exists) => Matcher::Exists(*exists),
                _ => self.wrong(path, "`exists` takes true or false", "write `exists: true`"),
            },
            _ => self.unknown_operator(name, path),
        }
    }

    fn unknown_operator(&mut self, name: &str, path: &Path) -> Matcher {
        let help = match nearest(name, OPERATORS) {
            Some(near) => format!("did you mean `{near}`?"),
            None if name == "exactly" => "write the value itself".into(),
            None => {
                format!("the operators are {}; a field's own map stands without a list", OPERATORS.join(", "))
            }
        };
        self.wrong(path, format!("`{name}` is no operator of event patterns"), help)
    }

    fn wrong(&mut self, path: &Path, message: impl Into<String>, help: impl Into<String>) -> Matcher {
        self.error(path, message, help);
        Matcher::Unknown
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

    fn text(&mut self, operand: &Value, path: &Path, make: fn(String) -> Matcher) -> Matcher {
        match operand {
            Value::String(text) => make(text.clone()),
            Value::Unknown(_) => self.unknown(path),
            other => {
                self.wrong(path, format!("a text is wanted here, not {}", shape(other)), "put it in quotes")
            }
        }
    }

    /// A text, or `{ equals-ignore-case: text }`.
    fn affix(&mut self, operand: &Value, path: &Path, make: fn(Text) -> Matcher) -> Matcher {
        let member =
            operand.as_map().filter(|map| map.len() == 1).and_then(|map| map.get("equals-ignore-case"));
        let (operand, ignore_case) = member.map_or((operand, false), |member| (member, true));
        match operand {
            Value::String(text) => make(Text { text: text.clone(), ignore_case }),
            Value::Unknown(_) => self.unknown(path),
            _ => self.wrong(
                path,
                "a text or `{ equals-ignore-case: text }` is wanted here",
                "alternatives are expressions of their own: `[{ prefix: a }, { prefix: b }]`",
            ),
        }
    }

    fn wildcard(&mut self, operand: &Value, path: &Path) -> Matcher {
        match operand {
            Value::String(text) => match wildcard(text) {
                Ok(wildcard) => Matcher::Wildcard(wildcard),
                Err(message) => self.wrong(path, message, "`*` is any text; a literal one is `\\*`"),
            },
            other => self.text(other, path, |_| Matcher::Unknown),
        }
    }

    fn anything_but(&mut self, operand: &Value, path: &Path) -> Matcher {
        if let Value::Map(map) = operand {
            return match map.first() {
                Some((name, operand)) if map.len() == 1 => self.anything_but_operator(name, operand, path),
                _ => self.wrong(path, "an expression has one operator", "write several expressions"),
            };
        }
        let items = operand.as_list().unwrap_or(std::slice::from_ref(operand));
        let texts = items.iter().all(|item| matches!(item, Value::String(_) | Value::Unknown(_)));
        let numbers = items.iter().all(|item| matches!(item, Value::Number(_)));
        if items.is_empty() || !(texts || numbers) {
            return self.wrong(
                path,
                "`anything-but` takes texts or numbers, not both and nothing else",
                "write `anything-but: [a, b]`",
            );
        }
        Matcher::AnythingBut(items.iter().map(|item| self.literal(item, path)).collect())
    }

    fn anything_but_operator(&mut self, name: &str, operand: &Value, path: &Path) -> Matcher {
        self.not_in_pipes("anything-but with an operator", path);
        let at = path.key(name);
        let read: fn(&mut Reader, &Value, &Path) -> Matcher = match name {
            "prefix" => |reader, item, at| {
                reader.text(item, at, |text| Matcher::Prefix(Text { text, ignore_case: false }))
            },
            "suffix" => |reader, item, at| {
                reader.text(item, at, |text| Matcher::Suffix(Text { text, ignore_case: false }))
            },
            "equals-ignore-case" => |reader, item, at| reader.text(item, at, Matcher::EqualsIgnoreCase),
            "wildcard" => Reader::wildcard,
            _ => {
                return self.wrong(
                    &at,
                    format!("`anything-but` takes no `{name}`"),
                    "it takes prefix, suffix, equals-ignore-case and wildcard",
                );
            }
        };
        let items = operand.as_list().unwrap_or(std::slice::from_ref(operand));
        if items.is_empty() {
            return self.wrong(&at, "an empty list excludes nothing and AWS refuses it", "name a text");
        }
        Matcher::AnythingBut(items.iter().map(|item| read(self, item, &at)).collect())
    }

    fn numeric(&mut self, operand: &Value, path: &Path) -> Matcher {
        let help = "write `[\"=\", 5]`, `[\">\", 0]` or `[\">\", 0, \"<=\", 5]`";
        let Some(pairs) = operand.as_list().and_then(comparisons) else {
            return self.wrong(path, "`numeric` takes comparisons, each with a number", help);
        };
        use Comparison::{Greater, GreaterOrEqual, Less, LessOrEqual};
        match pairs.as_slice() {
            [_] => {}
            [(Greater | GreaterOrEqual, low), (Less | LessOrEqual, high)] if low < high => {}
            [(Greater | GreaterOrEqual, _), (Less | LessOrEqual, _)] => {
                return self.wrong(path, "the lower bound is not below the upper one", help);
            }
            _ => return self.wrong(path, "a range is a lower bound and then an upper one", help),
        }
        if pairs.iter().any(|(_, number)| number.abs() > NUMERIC_RANGE) {
            let message = "AWS documents numeric comparisons only between -5.0e9 and 5.0e9";
            self.problems.push(Problem::warning(path, message));
        }
        Matcher::Numeric(pairs)
    }

    fn cidr(&mut self, operand: &Value, path: &Path) -> Matcher {
        match operand {
            Value::String(text) => match network(text) {
                Some(network) => Matcher::Cidr(network),
                None => self.wrong(
                    path,
                    format!("`{text}` is no network"),
                    "write an address and its bits: `10.0.0.0/24` or `2001:db8::/32`",
                ),
            },
            other => self.text(other, path, |_| Matcher::Unknown),
        }
    }
}

/// The known word that was meant: the word with dashes for underscores, or one like it.
pub(super) fn nearest<const N: usize>(word: &str, known: [&'static str; N]) -> Option<&'static str> {
    let dashed = word.replace('_', "-");
    known.into_iter().find(|known| *known == dashed).or_else(|| suggest(&dashed, known))
}

fn comparisons(items: &[Value]) -> Option<Vec<(Comparison, f64)>> {
    let pair = |pair: &[Value]| match pair {
        [Value::String(sign), Value::Number(number)] => {
            let (_, comparison) = COMPARISONS.iter().find(|(known, _)| known == sign)?;
            Some((*comparison, number.as_f64()?))
        }
        _ => None,
    };
    let pairs: Option<Vec<_>> = items.chunks(2).map(pair).collect();
    pairs.filter(|pairs| !pairs.is_empty())
}

fn network(text: &str) -> Option<Network> {
    let (address, bits) = text.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let digits = !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit());
    let bits = bits.parse().ok().filter(|bits| digits && *bits <= most)?;
    Some(Network { address, bits })
}

fn wildcard(text: &str) -> Result<Wildcard, String> {
    let mut literals = vec![String::new()];
    let mut star = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '*' {
            if std::mem::replace(&mut star, true) {
                return Err(format!("`{text}` has two `*` in a row"));
            }
            literals.push(String::new());
            continue;
        }
        star = false;
        let literal = match c {
            '\\' => match chars.next() {
                Some(escaped @ ('*' | '\\')) => escaped,
                _ => return Err(format!("`{text}` has a backslash that escapes neither `*` nor `\\`")),
            },
            c => c,
        };
        if let Some(last) = literals.last_mut() {
            last.push(literal);
        }
    }
    Ok(Wildcard(literals))
}
