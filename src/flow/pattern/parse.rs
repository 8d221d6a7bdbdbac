//! Reads the structure of a pattern: objects, `$or`, leaves.

use std::collections::HashSet;

use crate::engine::Value;
use crate::flow::{Path, Problem};
use crate::kinds::secret;

use super::expression::{self, OPERATORS, RESERVED, nearest};
use super::matcher::expand;
use super::wildcard::complexity;
use super::{
    Alternative, COMPLEX, LENGTH_QUOTA, LONGEST, MOST_COMBINATIONS, Node, Object, Pattern, PatternKind,
    TOO_COMPLEX, Wildcard,
};

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
    let mut reader = Reader::new(kind, true);
    reader.length(value, &root);
    let object = reader.object(value, &root);
    reader.combinations(value, &object);
    match reader.problems.iter().any(Problem::is_error) {
        true => Err(reader.refused(value)),
        false => Ok(Pattern { root: object, unknown: reader.unknown, warnings: reader.problems }),
    }
}

/// Reads a pattern that has been checked: how long it is and how many combinations it makes is not looked at again.
/// Nothing if it has errors all the same.
pub fn read(value: &Value, kind: PatternKind) -> Option<Pattern> {
    let mut reader = Reader::new(kind, true);
    let root = reader.object(value, &Path::default());
    let is_refused = reader.problems.iter().any(Problem::is_error);
    (!is_refused).then_some(Pattern { root, unknown: reader.unknown, warnings: reader.problems })
}

/// AWS's reason against more than [`MOST_COMBINATIONS`].
const TOO_MANY: &str = "Event pattern contains more than 1000 rule combinations";

pub(super) struct Reader {
    pub kind: PatternKind,
    /// Whether an `$or` is one, and not a field of that name.
    knows_or: bool,
    pub unknown: Vec<Path>,
    pub problems: Vec<Problem>,
}

impl Reader {
    fn new(kind: PatternKind, knows_or: bool) -> Reader {
        Reader { kind, knows_or, unknown: Vec::new(), problems: Vec::new() }
    }

    /// The problems with the one reason that AWS gives. It reads a pattern that it refuses once more as
    /// it did before there was an `$or`, and that is the refusal that one gets to see.
    fn refused(self, value: &Value) -> Vec<Problem> {
        let mut problems = self.problems;
        let mut reasons = problems.iter().filter_map(|problem| problem.reason.as_deref()).peekable();
        let is_of_aws = reasons.peek().is_some() && reasons.all(|reason| reason != TOO_MANY);
        if is_of_aws && has_or(value) {
            let mut before = Reader::new(self.kind, false);
            before.object(value, &Path::default());
            let reason = before.problems.into_iter().find_map(|problem| problem.reason);
            let errors = problems.iter_mut().filter(|problem| problem.is_error());
            for (at, problem) in errors.enumerate() {
                problem.reason = reason.clone().filter(|_| at == 0);
            }
        }
        problems
    }

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

    fn combinations(&mut self, value: &Value, object: &Object) {
        let root = Path::default();
        let count = count(value);
        if count > MOST_COMBINATIONS {
            let message =
                format!("the `$or`s make {count} combinations; AWS takes at most {MOST_COMBINATIONS}");
            let help = "split the pattern among several rules";
            self.problems.push(Problem::error(&root, message).help(help).reason(TOO_MANY));
            return;
        }
        let mut reported = HashSet::new();
        for conjunction in expand(object) {
            let mut seen = HashSet::new();
            for name in conjunction.into_iter().map(|leaf| leaf.field) {
                if !seen.insert(name.clone()) && reported.insert(name.clone()) {
                    let at = root.key(&name);
                    self.problems.push(
                        Problem::error(
                            &at,
                            format!("`{name}` stands here twice, or beside an `$or` and in it"),
                        )
                        .help("a field can be named once in a combination; AWS would take the last"),
                    );
                }
            }
        }
    }

    fn object(&mut self, value: &Value, path: &Path) -> Object {
        let mut object = Object::default();
        let Some(map) = value.as_map() else {
            let message = format!("a pattern is a map, not {}", shape(value));
            let problem = Problem::error(path, message).help("write `field: [value]`");
            self.problems.push(problem.reason("Filter is not an object"));
            return object;
        };
        if map.is_empty() {
            let problem = Problem::error(path, "an empty map matches nothing that AWS accepts");
            let problem = problem.help("write `field: [{ exists: true }]`");
            self.problems.push(problem.reason("Empty objects are not allowed"));
        }
        for (key, value) in map {
            let path_of = path.key(key);
            if path.0.is_empty() && self.kind == PatternKind::Rule {
                self.envelope(key, &path_of);
            }
            match or_members(key, value).filter(|_| self.knows_or) {
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
                    let problem = Problem::error(path, format!("`{operator}` must stand in a list"));
                    let problem = problem.help(format!("write `[{{ {operator}: … }}]`"));
                    let reason = format!("\"{operator}\" must be an object or an array");
                    self.problems.push(problem.reason(reason));
                    return Node::Leaf(Vec::new());
                }
                Node::Object(self.object(value, path))
            }
            Value::List(items) if key == "$or" && !items.iter().all(expression::is_alternative) => {
                self.no_or(items, path);
                Node::Leaf(Vec::new())
            }
            Value::List(items) if items.is_empty() => {
                let problem = Problem::error(path, "an empty list matches nothing and AWS refuses it");
                let problem = problem.help("name at least one value");
                self.problems.push(problem.reason("Empty arrays are not allowed"));
                Node::Leaf(Vec::new())
            }
            Value::List(items) => {
                let read = |(i, item)| self.alternative(item, &path.item(i));
                let alternatives: Vec<_> = items.iter().enumerate().map(read).collect();
                self.weigh(&alternatives, path);
                Node::Leaf(alternatives)
            }
            scalar => {
                let is_secret = scalar.as_str().is_some_and(|text| secret::tells(Some(key), text));
                let shown = if is_secret { "\"…\"".into() } else { scalar.to_shown_json().to_string() };
                let message = format!("a field of a pattern takes a list of values, not {}", shape(scalar));
                let problem = Problem::error(path, message).help(format!("write `[{shown}]`"));
                self.problems.push(problem.reason(format!("\"{key}\" must be an object or an array")));
                Node::Leaf(Vec::new())
            }
        }
    }

    /// An `$or` that is none, and no field of that name either. AWS falls back to the field, and its
    /// reason is the one against that.
    fn no_or(&mut self, items: &[Value], path: &Path) {
        let mut names = items.iter().filter_map(reserved_below);
        let problem = match names.next() {
            Some(name) if items.len() >= 2 => {
                let message = format!("`{name}` is an operator and cannot be a field in an `$or`");
                Problem::error(path, message).help("each member is a pattern: `field: [{ operator: … }]`")
            }
            _ => {
                Problem::error(path, "`$or` takes a list of at least two maps").help("each map is a pattern")
            }
        };
        let first = items.iter().find_map(|item| item.as_map()?.keys().next());
        let reason = match first {
            Some(name) => format!("Unrecognized match type {name}"),
            None => "Match value must be String, number, true, false, or null".into(),
        };
        self.problems.push(problem.reason(reason));
    }

    /// Looks whether a field's wildcards are too much for AWS.
    fn weigh(&mut self, alternatives: &[Alternative], path: &Path) {
        let wildcards = alternatives.iter().flat_map(wildcards);
        let help = "use fewer `*`, or less that repeats after one";
        let problem = match complexity(wildcards, TOO_COMPLEX) {
            TOO_COMPLEX.. => Problem::error(path, "the wildcards are too complex for AWS").reason(
                "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character",
            ),
            complex if complex > COMPLEX => {
                Problem::warning(path, "the wildcards may be too complex for AWS, which does not say its limit")
            }
            _ => return,
        };
        self.problems.push(problem.help(help));
    }

    /// Notes a value that is not known yet.
    pub fn unknown(&mut self, path: &Path) -> Alternative {
        self.unknown.push(path.clone());
        Alternative::Unknown
    }
}

/// The members of an `$or`: AWS takes the name as that of a field unless it is a list of at least
/// two objects that name no operator.
fn or_members<'v>(key: &str, value: &'v Value) -> Option<&'v [Value]> {
    let items = value.as_list().filter(|items| key == "$or" && items.len() >= 2)?;
    let member = |item: &Value| item.as_map().is_some() && reserved_below(item).is_none();
    items.iter().all(member).then_some(items)
}

/// Whether an `$or` stands anywhere in a pattern.
fn has_or(value: &Value) -> bool {
    let below = |(key, value): (&String, &Value)| or_members(key, value).is_some() || has_or(value);
    value.as_map().is_some_and(|map| map.iter().any(below))
}

/// A field in a member of an `$or` whose name is an operator's.
fn reserved_below(member: &Value) -> Option<&str> {
    let reserved = |key: &str| OPERATORS.contains(&key) || RESERVED.contains(&key);
    member.as_map()?.iter().find_map(|(key, value)| match reserved(key) {
        true => Some(key.as_str()),
        false => reserved_below(value),
    })
}

/// The number of combinations as AWS counts them: the product of the lengths of all `$or`s.
fn count(value: &Value) -> usize {
    let Some(map) = value.as_map() else { return 1 };
    let of = |(key, value): (&String, &Value)| match or_members(key, value) {
        Some(members) => members.iter().map(count).fold(members.len(), usize::saturating_mul),
        None => count(value),
    };
    map.iter().map(of).fold(1, usize::saturating_mul)
}

fn wildcards(alternative: &Alternative) -> Vec<&Wildcard> {
    match alternative {
        Alternative::Wildcard(wildcard) => vec![wildcard],
        Alternative::AnythingBut(but) => but.iter().flat_map(wildcards).collect(),
        _ => Vec::new(),
    }
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
