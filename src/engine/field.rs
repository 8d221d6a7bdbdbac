//! The field table: one row per field, from which decoder, normaliser, diff and reference run.

use super::{Form, Value};

/// One field of a kind: how it is written in YAML, where it stands in AWS's document, and by which
/// rules it is compared and cleared. Rows are built by [`Field::new`] and its modifiers in statics.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The key in YAML, in snake_case. Empty: no key of its own, lowering writes it.
    pub key: &'static str,
    /// The dotted path below the parent, in AWS's spelling, such as `RetryPolicy.MaximumRetryAttempts`.
    /// Empty: sugar, which the kind's `lower` reads itself and turns into other rows' paths.
    pub path: &'static str,
    pub ty: Type,
    /// What it means, in one or two sentences; shown by `explain` and in the schema.
    pub doc: &'static str,
    pub absent: Absent,
    pub compare: Compare,
    /// A change is a replacement.
    pub create_only: bool,
    /// A change makes the part of the resource that this is of anew: what is lost thereby. Empty: nothing.
    pub remakes: &'static str,
    /// What is lost where a value of it goes or gives way to another. Empty: nothing.
    pub loses: &'static str,
    /// What others may lead to goes after they have let go of it.
    pub goes: Goes,
    /// Never comes back: equal exactly if the mark's version is.
    pub write_only: bool,
    /// The server's: never declared, never compared.
    pub computed: bool,
    /// Shown masked.
    pub sensitive: bool,
    /// How sugar is written, for the reference and the schema; other rows say it by their type.
    pub form: Option<fn() -> Form>,
    /// What at the top of a stack stands here where the field is left out.
    pub inherits: Inherits,
}

/// When a live value goes that is not wished for any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Goes {
    /// With the update that brings the rest.
    AtOnce,
    /// After those who lead to it have changed: a value, or a user's key of a map. It stays so long.
    Last,
    /// The same of what has another name then: what bore the old one stays in the list at this path.
    LastAs(&'static str),
}

/// The stack's defaults of deliveries, by which a field of a delivery opts in. Such a field takes `none`
/// too: neither a value nor the default.
#[derive(Clone, Copy, Debug)]
pub enum Inherits {
    Nothing,
    /// `dead_letters`: a reference to a queue.
    DeadLetters,
    /// The same under a kind key, where several kinds can stand: `{ queue: dead }`.
    DeadLettersUnder(&'static str),
    /// `retry`: the members that these rows have (`attempts`, `max_age`), within their bounds.
    Retry(&'static [Field]),
}

impl Inherits {
    /// The key at the top of the stack; nothing if there is none.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Inherits::Nothing => None,
            Inherits::DeadLetters | Inherits::DeadLettersUnder(_) => Some("dead_letters"),
            Inherits::Retry(_) => Some("retry"),
        }
    }
}

/// The type of a field and its bounds.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// Text with its least and greatest length in characters.
    Text {
        min: usize,
        max: usize,
    },
    /// A whole number within bounds.
    Int {
        min: i64,
        max: i64,
    },
    /// Any number within bounds.
    Float {
        min: f64,
        max: f64,
    },
    Bool,
    /// One of some words: as YAML writes it, as AWS does.
    Enum(&'static [(&'static str, &'static str)]),
    /// `60s`, `5m`, `1d` or a number of AWS's own unit; bounds in that unit.
    Duration {
        unit: Unit,
        min: i64,
        max: i64,
    },
    List(&'static Type),
    /// The user's keys with values of one type.
    Map(&'static Type),
    /// Fields of its own, decoded at paths below this one's.
    Object(&'static [Field]),
    /// A document that AWS defines, taken as it is written.
    Document(Document),
    /// A resource, by logical key, address, ARN or interpolation.
    Ref(&'static RefTo),
    /// Sugar: the kind reads the node itself.
    Node,
}

/// Documents that AWS defines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Document {
    Json,
    EventPattern,
    Policy,
}

/// AWS's unit of a duration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    Milliseconds,
    Seconds,
    Minutes,
    Hours,
    Days,
}

/// What a reference may name and what it means for the order of steps.
#[derive(Clone, Copy, Debug)]
pub struct RefTo {
    /// The kinds that it may name.
    pub kinds: &'static [&'static str],
    /// The output that stands in AWS's document, such as `arn`.
    pub output: &'static str,
    /// AWS checks that it exists: an edge even if the output is derived.
    pub checked: bool,
    /// The resource falls with the one it names: replaced with it, deleted before it.
    pub inside: bool,
}

impl RefTo {
    /// A reference that AWS checks.
    pub const fn checked(kinds: &'static [&'static str], output: &'static str) -> RefTo {
        RefTo { kinds, output, checked: true, inside: false }
    }

    /// A reference that AWS takes unchecked.
    pub const fn unchecked(kinds: &'static [&'static str], output: &'static str) -> RefTo {
        RefTo { kinds, output, checked: false, inside: false }
    }

    /// A reference to what contains the resource.
    pub const fn inside(kinds: &'static [&'static str], output: &'static str) -> RefTo {
        RefTo { kinds, output, checked: true, inside: true }
    }
}

/// What it means that a field is left out, and how a value is taken away in an update.
#[derive(Clone, Copy, Debug)]
pub enum Absent {
    /// It must be there.
    Required,
    /// AWS fills in this value; sending it clears the field.
    Default(Lit),
    /// No value; an update clears it by sending this.
    Clear(Lit),
    /// No value; an update clears it by leaving it out.
    Omit,
    /// Once set it stays: taking it away is a finding, or a replacement where it is create-only.
    CannotBeCleared,
    /// The server measures or fills it: compared only where it is declared.
    Unmanaged,
}

/// A constant in a table.
#[derive(Clone, Copy, Debug)]
pub enum Lit {
    Null,
    Text(&'static str),
    Int(i64),
    Bool(bool),
    EmptyMap,
    EmptyList,
    /// Any other value, as JSON text.
    Json(&'static str),
}

impl Lit {
    /// The constant as a value.
    pub fn value(self) -> Value {
        match self {
            Lit::Null => Value::Null,
            Lit::Text(text) => text.into(),
            Lit::Int(number) => number.into(),
            Lit::Bool(truth) => truth.into(),
            Lit::EmptyMap => Value::map(),
            Lit::EmptyList => Value::List(Vec::new()),
            Lit::Json(text) => serde_json::from_str::<serde_json::Value>(text).unwrap_or_default().into(),
        }
    }
}

/// How two values of a field are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compare {
    /// As they are, lists in order.
    Exact,
    /// A list without order.
    Set,
    /// A list of maps, matched by this member.
    Keyed(&'static str),
    /// Text that holds JSON, or a tree: compared as JSON.
    Json,
    /// An event pattern: arrays are sets of alternatives.
    EventPattern,
    /// An IAM policy: scalar or list, account or root, statements by Sid.
    Policy,
    CaseInsensitive,
    /// Text in which white space outside quotes means nothing (input templates).
    Template,
    /// A number that AWS raises by itself: what is live is as good if it is more.
    AtLeast,
    /// What a resource begins with: sent where there is none, and whatever it became is as good.
    Once,
    /// What gatewayctl alone goes by, and AWS has no member for: never sent, so never compared.
    Ours,
}

impl Field {
    /// A row that may be left out, is compared exactly and cleared by omission.
    pub const fn new(key: &'static str, path: &'static str, ty: Type, doc: &'static str) -> Field {
        Field {
            key,
            path,
            ty,
            doc,
            absent: Absent::Omit,
            compare: Compare::Exact,
            create_only: false,
            remakes: "",
            loses: "",
            goes: Goes::AtOnce,
            write_only: false,
            computed: false,
            sensitive: false,
            form: None,
            inherits: Inherits::Nothing,
        }
    }

    /// A row without a key of its own: lowering writes it.
    pub const fn lowered(path: &'static str, ty: Type, doc: &'static str) -> Field {
        Field::new("", path, ty, doc)
    }

    /// Sugar that the kind's `lower` reads itself.
    pub const fn sugar(key: &'static str, doc: &'static str) -> Field {
        Field::new(key, "", Type::Node, doc)
    }

    /// How it is written.
    pub const fn form(self, form: fn() -> Form) -> Field {
        Field { form: Some(form), ..self }
    }

    /// It must be there.
    pub const fn required(self) -> Field {
        Field { absent: Absent::Required, ..self }
    }

    /// AWS fills in this value where it is left out.
    pub const fn default(self, value: Lit) -> Field {
        Field { absent: Absent::Default(value), ..self }
    }

    /// Another meaning of its absence.
    pub const fn absent(self, absent: Absent) -> Field {
        Field { absent, ..self }
    }

    /// Another comparison.
    pub const fn compare(self, compare: Compare) -> Field {
        Field { compare, ..self }
    }

    /// A change is a replacement.
    pub const fn create_only(self) -> Field {
        Field { create_only: true, ..self }
    }

    /// A change makes a part of the resource anew, and loses this.
    pub const fn remakes(self, loses: &'static str) -> Field {
        Field { remakes: loses, ..self }
    }

    /// What goes of it, or gives way to another value, takes this with it.
    pub const fn loses(self, loses: &'static str) -> Field {
        Field { loses, ..self }
    }

    /// What is taken away of it goes last.
    pub const fn goes(self, goes: Goes) -> Field {
        Field { goes, ..self }
    }

    /// The stack's default stands where it is left out.
    pub const fn inherits(self, inherits: Inherits) -> Field {
        Field { inherits, ..self }
    }

    /// It never comes back.
    pub const fn write_only(self) -> Field {
        Field { write_only: true, ..self }
    }

    /// Whether a secret stands here: AWS keeps it and never shows it.
    pub const fn is_secret(&self) -> bool {
        self.write_only && self.sensitive
    }

    /// The server's own.
    pub const fn computed(self) -> Field {
        Field { computed: true, ..self }
    }

    /// Shown masked.
    pub const fn sensitive(self) -> Field {
        Field { sensitive: true, ..self }
    }
}

/// Text of any length that AWS bounds elsewhere.
pub const TEXT: Type = Type::Text { min: 0, max: 1 << 20 };
/// Tags or other maps of text.
pub const TEXT_MAP: Type = Type::Map(&TEXT);
/// The user's tags: a map of text, on every kind that takes tags.
pub const TAGS: Field = Field::new("tags", "Tags", TEXT_MAP, "Tags of the resource, beside the stack's own.");

/// How an output comes to be known.
#[derive(Clone, Copy, Debug)]
pub enum How {
    /// From partition, region, account and name: a pattern with `{partition}`, `{region}`,
    /// `{account}`, `{suffix}` and `{name}`, or `{PATH}` of a known property.
    Derived(&'static str),
    /// AWS assigns it: known once the resource exists.
    Assigned,
}

/// An attribute of a resource that others can refer to: `${buses.orders.arn}`.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// What follows the resource in a reference. One that ends in `.*` stands for as many as a resource has by its own
    /// properties: one for each key of the map at [`Output::only_with`], which ends in `.*` too.
    pub name: &'static str,
    pub how: How,
    /// Paths whose change gives the output another value.
    pub invalidated_by: &'static [&'static str],
    /// The path of the property without which there is no such output; empty if there always is.
    pub only_with: &'static str,
    /// What a value that AWS assigns looks like, as the pattern of a derived one; empty if nothing
    /// depends on it.
    pub like: &'static str,
    pub doc: &'static str,
}

impl Output {
    /// An output that follows from the name.
    pub const fn derived(name: &'static str, pattern: &'static str, doc: &'static str) -> Output {
        Output { name, how: How::Derived(pattern), invalidated_by: &[], only_with: "", like: "", doc }
    }

    /// An output that AWS assigns at create.
    pub const fn assigned(name: &'static str, doc: &'static str) -> Output {
        Output { name, how: How::Assigned, invalidated_by: &[], only_with: "", like: "", doc }
    }

    /// An assigned output whose values look like this pattern.
    pub const fn like(self, pattern: &'static str) -> Output {
        Output { like: pattern, ..self }
    }

    /// What the output's values look like, if that is known.
    pub fn pattern(&self) -> Option<&'static str> {
        match self.how {
            How::Derived(pattern) => Some(pattern),
            _ => Some(self.like).filter(|pattern| !pattern.is_empty()),
        }
    }

    /// An output that a change of one of these paths gives another value.
    pub const fn invalidated_by(self, paths: &'static [&'static str]) -> Output {
        Output { invalidated_by: paths, ..self }
    }

    /// Whether an output of this name is this row's.
    pub fn has(&self, name: &str) -> bool {
        match self.name.strip_suffix('*') {
            Some(family) => {
                name.strip_prefix(family).is_some_and(|key| !key.is_empty() && !key.contains('.'))
            }
            None => self.name == name,
        }
    }

    /// The names that this row stands for where a resource has these properties.
    pub fn names(&self, properties: &Value) -> Vec<String> {
        let Some(family) = self.name.strip_suffix('*') else { return vec![self.name.to_owned()] };
        let keys = properties.at(self.only_with.trim_end_matches(".*")).and_then(Value::as_map);
        keys.into_iter().flatten().map(|(key, _)| format!("{family}{key}")).collect()
    }

    /// The path of the property without which there is no output of this name; empty if there always is.
    pub fn needs(&self, name: &str) -> String {
        match (self.name.strip_suffix('*'), self.only_with.strip_suffix('*')) {
            (Some(family), Some(map)) => format!("{map}{}", name.strip_prefix(family).unwrap_or_default()),
            _ => self.only_with.to_owned(),
        }
    }

    /// An output that a resource has only where this property is declared.
    pub const fn only_with(self, path: &'static str) -> Output {
        Output { only_with: path, ..self }
    }
}
