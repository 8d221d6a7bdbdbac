//! Reads the structure of a pattern: objects, `$or`, leaves.

use std::collections::HashSet;

use crate::engine::Value;
use crate::flow::{Path, Problem};

use super::expression::{self, OPERATORS, RESERVED, nearest};
use super::matching::expand;
use super::{LENGTH_QUOTA, LONGEST, MOST_COMBINATIONS, Matcher, Node, Object, Pattern, PatternKind};

/// The members of an event's envelope.
const ENVELOPE: [&str; 10] = [
    "version",
    "id",
    "detail-type",
    "source",
    "account",
    "time",
    "region",
    "resources",
    "detail",
    "replay-name",
];

/// Checks a pattern and reads it. Paths of problems are those of the value.
///
/// ```
/// use gatewayctl::{flow::pattern::{PatternKind, matches, parse}, value};
/// let pattern = value!({ "source": ["shop"], "detail": { "total": [{ "numeric": [">", 100] }] } });
/// let pattern = parse(&pattern, PatternKind::Rule).unwrap();
/// assert!(matches(&pattern, &serde_json::json!({ "source": "shop", "detail": { "total": 250 } })));
/// assert!(!matches(&pattern, &serde_json::json!({ "source": "shop", "detail": { "total": 50 } })));
///
/// let wrong = value!({ "detail_type": ["created"] });
/// let problems = parse(&wrong, PatternKind::Rule).unwrap_err();
/// assert!(problems[0].help.as_ref().unwrap().contains("detail-type"));
/// ```
///
/// # Errors
/// Everything that AWS would refuse, and the warnings.
pub fn parse(value: &Value, kind: PatternKind) -> Result<Pattern, Vec<Problem>> {
    let root = Path::default();
    let mut reader = Reader { kind, unknown: Vec::new(), problems: Vec::new() };
    reader.length(value, &root);
    let object = reader.object(value, &root);
    reader.combinations(&object);
    match reader.problems.iter().any(Problem::is_error) {
        true => Err(reader.problems),
        false => Ok(Pattern { root: object, unknown: reader.unknown, warnings: reader.problems }),
    }
}

pub(super) struct Reader {
    pub kind: PatternKind,
    pub unknown: Vec<Path>,
    pub problems: Vec<Problem>,
}

impl Reader {
    pub fn error(&mut self, path: &Path, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::error(path, message).help(help));
    }

    fn length(&mut self, value: &Value, root: &Path) {
        let length = value.to_shown_json().to_string().chars().count();
        if length > LONGEST && value.is_known() {
            self.error(
                root,
                format!("the pattern has {length} characters of JSON; AWS takes at most {LONGEST}"),
                "split it among several rules or filters",
            );
        } else if length > LENGTH_QUOTA && self.kind == PatternKind::Rule {
            let message = format!(
                "the pattern has {length} characters of JSON; more than {LENGTH_QUOTA} need a raised quota"
            );
            self.problems.push(Problem::warning(root, message));
        }
    }

    fn combinations(&mut self, object: &Object) {
        let root = Path::default();
        let count = count(object);
        if count > MOST_COMBINATIONS {
            self.error(
                &root,
                format!("the `$or`s make {count} combinations; AWS takes at most {MOST_COMBINATIONS}"),
                "split the pattern among several rules",
            );
            return;
        }
        let mut reported = HashSet::new();
        for conjunction in expand(object) {
            let mut seen = HashSet::new();
            for (path, _) in conjunction {
                if !seen.insert(path.clone()) && reported.insert(path.clone()) {
                    let at = path.iter().fold(root.clone(), |at, key| at.key(key));
                    self.error(
                        &at,
                        format!("`{at}` stands beside an `$or` and in it"),
                        "a field can be named once in a combination",
                    );
                }
            }
        }
    }

    fn object(&mut self, value: &Value, path: &Path) -> Object {
        let mut object = Object::default();
        let Some(map) = value.as_map() else {
            self.error(path, format!("a pattern is a map, not {}", shape(value)), "write `field: [value]`");
            return object;
        };
        if map.is_empty() {
            self.error(
                path,
                "an empty map matches nothing that AWS accepts",
                "write `field: [{ exists: true }]`",
            );
        }
        for (key, value) in map {
            let path_of = path.key(key);
            if path.0.is_empty() && self.kind == PatternKind::Rule {
                self.envelope(key, &path_of);
            }
            match or_members(key, value) {
                Some(members) => {
                    let read = |(i, member)| self.object(member, &path_of.item(i));
                    object.ors.push(members.iter().enumerate().map(read).collect());
                }
                None => object.fields.push((key.clone(), self.node(key, value, &path_of))),
            }
        }
        object
    }

    fn envelope(&mut self, key: &str, path: &Path) {
        if ENVELOPE.contains(&key) || key == "$or" {
            return;
        }
        if key == "detail_type" || key == "detailType" {
            let message = format!("`{key}` is no field of an event");
            return self.error(path, message, "AWS writes it `detail-type`");
        }
        let warning = Problem::warning(path, format!("`{key}` is no field of an event's envelope"));
        self.problems.push(match nearest(key, ENVELOPE) {
            Some(near) => warning.help(format!("did you mean `{near}`?")),
            None => warning.help("an event's own fields stand below `detail`"),
        });
    }

    fn node(&mut self, key: &str, value: &Value, path: &Path) -> Node {
        match value {
            Value::Map(map) => {
                if let (Some((operator, inner)), 1) = (map.first(), map.len())
                    && OPERATORS.contains(&operator.as_str())
                    && !matches!(inner, Value::List(_) | Value::Map(_))
                {
                    self.error(
                        path,
                        format!("`{operator}` must stand in a list"),
                        format!("write `[{{ {operator}: … }}]`"),
                    );
                    return Node::Leaf(Vec::new());
                }
                Node::Object(self.object(value, path))
            }
            Value::List(items) if key == "$or" && !items.iter().all(expression::is_alternative) => {
                self.error(path, "`$or` takes a list of at least two maps", "each map is a pattern");
                Node::Leaf(Vec::new())
            }
            Value::List(items) if items.is_empty() => {
                self.error(
                    path,
                    "an empty list matches nothing and AWS refuses it",
                    "name at least one value",
                );
                Node::Leaf(Vec::new())
            }
            Value::List(items) => Node::Leaf(
                items.iter().enumerate().map(|(i, item)| self.alternative(item, &path.item(i))).collect(),
            ),
            scalar => {
                let shown = scalar.to_shown_json();
                let message = format!("a field of a pattern takes a list of values, not {}", shape(scalar));
                self.error(path, message, format!("write `[{shown}]`"));
                Node::Leaf(Vec::new())
            }
        }
    }

    /// Notes a value that is not known yet.
    pub fn unknown(&mut self, path: &Path) -> Matcher {
        self.unknown.push(path.clone());
        Matcher::Unknown
    }
}

/// The members of an `$or`: AWS takes the name as that of a field unless it is a list of at least
/// two objects that name no operator.
fn or_members<'v>(key: &str, value: &'v Value) -> Option<&'v [Value]> {
    let items = value.as_list().filter(|items| key == "$or" && items.len() >= 2)?;
    let reserved = |key: &String| OPERATORS.contains(&key.as_str()) || RESERVED.contains(&key.as_str());
    let member = |item: &Value| item.as_map().is_some_and(|map| !map.keys().any(reserved));
    items.iter().all(member).then_some(items)
}

/// The number of combinations: the product over fields of the sum over `$or` members.
fn count(object: &Object) -> usize {
    let fields = object.fields.iter().map(|(_, node)| match node {
        Node::Object(object) => count(object),
        Node::Leaf(_) => 1,
    });
    let ors = object.ors.iter().map(|or| or.iter().map(count).fold(0, usize::saturating_add));
    fields.chain(ors).fold(1, usize::saturating_mul)
}

/// What a value is, for a message.
pub(super) fn shape(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) | Value::Unknown(_) => "a text",
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
        Value::Secret(_) => "a secret",
    }
}
