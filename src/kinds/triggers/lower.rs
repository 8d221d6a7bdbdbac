//! `triggers` of a function: a resource of its own for each, with its rights in the function's role.

use crate::engine::field::TEXT;
use crate::engine::{Address, Edge, Form, Places, Value, Variant};
use crate::flow::pattern::{self, PatternKind};
use crate::kinds::functions::destination;
use crate::kinds::pipes::is_broker;
use crate::kinds::{Kind, Lowering, RoleFor, time};
use crate::source::{Entry, Node, Span};
use crate::spec::Sugar;
use crate::value;

use super::Triggers;
use super::fields::RETRY;
use super::source::{KAFKA_TOPIC, SOURCES, Source};

/// The most filters of a mapping.
const MOST_FILTERS: usize = 5;
/// The most pollers where nothing is said of it.
const POLLERS: i64 = 200;
const FILTERS: &str = "FilterCriteria.Filters";

/// Lowers the `triggers` of the function that is being lowered.
pub fn lower(own: &mut Lowering<'_>, role: &RoleFor) {
    let Some((_, node)) = own.take("triggers") else { return };
    for entry in own.entries(&node, "triggers by key, such as `{ jobs: { queue: jobs } }`") {
        let key = &entry.key;
        if !Address::is_key(&key.text) {
            let message = format!("`{}` is no legal key", key.text);
            own.error("illegal_key", key.span, message, "letters, digits, `-` and `_`, at most 64");
            continue;
        }
        trigger(own, role, &entry);
    }
}

/// How triggers are written.
pub fn form() -> Form {
    let kinds = SOURCES.iter().map(|source| match source.to.output {
        "" => {
            let named = Form::Either(vec![Form::Value(TEXT), Form::list(Form::Value(TEXT))]);
            Variant { key: source.key, named, beside: vec![source.rows] }
        }
        _ => Variant::reference(source.key, source.to, source.rows),
    });
    Form::map("key", Form::OneOf(kinds.collect()))
}

/// One trigger. What it refers to is its own business, not the function's: edges and places go along.
fn trigger(own: &mut Lowering<'_>, role: &RoleFor, entry: &Entry) {
    let keys: Vec<&str> = SOURCES.iter().map(|source| source.key).collect();
    let node = own.see(&entry.value);
    let Some((key, named, rest)) = own.kind_key(&node, &keys) else { return };
    let Some(source) = SOURCES.iter().find(|source| source.key == key) else { return };
    let before = own.resource.edges.len();
    let at = format!("triggers.{}", entry.key.text);
    let (mut mapping, sugar) = own.decode(&rest, source.rows, &at);
    if !matches!(mapping, Value::Map(_)) {
        mapping = Value::map();
    }
    fill(&mut mapping, source);
    let mut on = On { own, role, source, at: &at, mapping };
    on.function(&sugar);
    on.one_of(&sugar, "topic_name", "Topics", rest.span);
    on.one_of(&sugar, "queue_name", "Queues", rest.span);
    on.timestamp(&sugar);
    on.retry(&sugar);
    on.failures(&sugar);
    on.filters(&sugar);
    let reads = on.reads(&named);
    on.check();
    let mapping = on.mapping;
    if let Some((arn, address)) = reads {
        (source.grant)(own, role, &arn, address.as_ref(), &mapping);
    }
    let queue =
        own.resource.edges[before..].iter().map(|edge| edge.to.clone()).find(|to| to.kind == "queues");
    emit(own, role, entry, mapping, before);
    // A function that is to take longer waits until its queue hides messages for longer.
    if let Some(queue) = queue.filter(|_| source.key == "queue") {
        own.edge(queue, false);
    }
}

/// What AWS fills in by the kind of source is said, so that it is known here too.
fn fill(mapping: &mut Value, source: &Source) {
    if mapping.get("BatchSize").is_none() {
        mapping.put("BatchSize", source.batch.into());
    }
    let config = mapping.get("ProvisionedPollerConfig");
    if config.is_some_and(|config| config.get("MinimumPollers").is_none()) {
        mapping.put("ProvisionedPollerConfig.MinimumPollers", source.pollers.0.into());
    }
}

/// Makes the resource, with the edges and places that reading it has left with the function.
fn emit(own: &mut Lowering<'_>, role: &RoleFor, entry: &Entry, mapping: Value, before: usize) {
    let function = own.address().clone();
    let mut edges = own.resource.edges.split_off(before);
    edges.push(Edge { to: function, inside: false });
    if let RoleFor::Generated(role) = role {
        edges.push(Edge { to: role.clone(), inside: false });
    }
    let prefix = format!("triggers.{}.", entry.key.text);
    let mut places = Places::new();
    own.resource.places.retain(|path, span| match path.strip_prefix(&prefix) {
        Some(path) => {
            places.insert(path.to_owned(), *span);
            false
        }
        None => true,
    });
    let name = own.name().to_owned();
    own.emit(Triggers.about(), &format!("trigger/{}", entry.key.text), Some(name), mapping);
    if let Some(trigger) = own.emitted.resources.last_mut() {
        trigger.edges = edges;
        trigger.places = places;
        trigger.declared = entry.key.span;
    }
}

/// A trigger that is being read.
struct On<'l, 'a> {
    own: &'l mut Lowering<'a>,
    role: &'l RoleFor,
    source: &'static Source,
    /// Where its places are kept.
    at: &'l str,
    mapping: Value,
}

impl On<'_, '_> {
    fn set(&mut self, path: &str, value: impl Into<Value>, from: Span) {
        self.mapping.put(path, value.into());
        self.own.locate(&format!("{}.{path}", self.at), from);
    }

    fn place(&self, path: &str) -> Span {
        self.own.nearest_place(&format!("{}.{path}", self.at))
    }

    /// The function, by its name, perhaps with an alias or a version behind it.
    fn function(&mut self, sugar: &[Sugar]) {
        let mut name = self.own.name().to_owned();
        if let Some(part) = of(sugar, "qualifier")
            && let Some(qualifier) = self.own.known_text(&part.node)
        {
            let is_number = !qualifier.is_empty() && qualifier.bytes().all(|byte| byte.is_ascii_digit());
            if !is_number && self.own.properties().at(&format!("Aliases.{qualifier}")).is_none() {
                let message = format!("`{qualifier}` is no alias of this function");
                let help =
                    format!("declare it: `aliases: {{ {qualifier}: {{}} }}`, or write a version's number");
                self.own.error("no_alias", part.node.span, message, &help);
            }
            name = format!("{name}:{qualifier}");
        }
        let declared = self.own.declared();
        self.set("FunctionName", name, declared);
    }

    /// A text that AWS has in a list of one.
    fn one_of(&mut self, sugar: &[Sugar], key: &str, path: &str, whole: Span) {
        if !self.source.rows.iter().any(|row| row.key == key) {
            return;
        }
        let Some(part) = of(sugar, key) else {
            self.own.error("missing_key", whole, format!("`{key}` is missing"), "name what is read");
            return;
        };
        if let Some(text) = self.own.text(&part.node) {
            self.set(path, vec![text], part.node.span);
        }
    }

    fn timestamp(&mut self, sugar: &[Sugar]) {
        let wanted = self.mapping.text_at("StartingPosition") == Some("AT_TIMESTAMP");
        match (of(sugar, "starting_position_timestamp"), wanted) {
            (Some(part), true) => {
                let Some(text) = self.own.known_text(&part.node) else { return };
                match time::seconds(&text) {
                    Some(seconds) => self.set("StartingPositionTimestamp", seconds, part.node.span),
                    None => {
                        let message = format!("`{text}` is no time");
                        self.own.error(
                            "wrong_shape",
                            part.node.span,
                            message,
                            "write `2026-01-31T08:00:00Z`",
                        );
                    }
                }
            }
            (Some(part), false) => {
                let message = "`starting_position_timestamp` goes with `starting_position: at_timestamp`";
                self.own.error("no_timestamp", part.key_span, message, "take one of them away");
            }
            (None, true) => {
                let at = self.place("StartingPosition");
                let help = "write `starting_position_timestamp: 2026-01-31T08:00:00Z` beside it";
                self.own.error("missing_key", at, "`starting_position_timestamp` is missing", help);
            }
            (None, false) => {}
        }
    }

    fn retry(&mut self, sugar: &[Sugar]) {
        let Some(part) = of(sugar, "retry") else { return };
        let (retry, _) = self.own.decode(&part.node, RETRY, self.at);
        for (member, value) in retry.as_map().into_iter().flatten() {
            self.mapping.put(member, value.clone());
        }
    }

    /// Where batches go that were given up. A topic of Kafka is one of the same cluster.
    fn failures(&mut self, sugar: &[Sugar]) {
        const PATH: &str = "DestinationConfig.OnFailure.Destination";
        let Some(part) = of(sugar, "on_failure") else { return };
        let node = self.own.see(&part.node);
        let to = match node.get("kafka_topic").filter(|_| self.source.failures.contains(&"kafka_topic")) {
            Some(topic) => self.own.known_text(topic).map(|topic| format!("{KAFKA_TOPIC}{topic}").into()),
            None => {
                let kinds: Vec<&str> =
                    self.source.failures.iter().filter(|key| **key != "kafka_topic").copied().collect();
                destination(self.own, &node, &kinds, self.role)
            }
        };
        if let Some(to) = to {
            self.set(PATH, to, part.node.span);
        }
    }

    fn filters(&mut self, sugar: &[Sugar]) {
        let Some(part) = of(sugar, "filters") else { return };
        let node = self.own.see(&part.node);
        let Some(items) = node.items().map(<[Node]>::to_vec) else {
            let message = format!("expected a list of patterns, found {}", node.shape());
            self.own.error(
                "wrong_shape",
                node.span,
                message,
                "write `filters: [ { body: { kind: [new] } } ]`",
            );
            return;
        };
        if items.len() > MOST_FILTERS {
            let message = format!("{} filters stand here; a trigger has at most {MOST_FILTERS}", items.len());
            self.own.error("too_many_filters", part.key_span, message, "alternatives fit into one pattern");
        }
        let mut list = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let at = format!("{}.{FILTERS}[{i}].Pattern", self.at);
            let tree = self.own.document(item, &at);
            match pattern::parse(&tree, PatternKind::Pipe) {
                Ok(parsed) => self.own.problems("pattern", &at, &parsed.warnings),
                Err(problems) => self.own.problems("pattern", &at, &problems),
            }
            if tree.has_secret() {
                self.own.error(
                    "secret_shown",
                    item.span,
                    "a secret cannot stand here: AWS would show it",
                    "",
                );
            }
            list.push(value!({ "Pattern": tree }));
        }
        if !list.is_empty() {
            self.set(FILTERS, list, part.node.span);
        }
    }

    /// What AWS refuses when it is called.
    fn check(&mut self) {
        let size = self.mapping.get("BatchSize").and_then(Value::as_i64).unwrap_or(1);
        let window = self.mapping.get("MaximumBatchingWindowInSeconds").and_then(Value::as_i64).unwrap_or(0);
        if self.source.key == "queue" && size > 10 && window == 0 {
            let at = self.place("BatchSize");
            let message = format!("a batch of {size} messages needs time to gather");
            let help = "write `maximum_batching_window: 1s` or more beside it";
            self.own.error("batch_size", at, message, help);
        }
        let pollers = |member: &str| self.mapping.at(&format!("ProvisionedPollerConfig.{member}"));
        let minimum = pollers("MinimumPollers").and_then(Value::as_i64);
        let maximum = pollers("MaximumPollers").and_then(Value::as_i64).unwrap_or(POLLERS);
        let most = self.source.pollers.1;
        if minimum.is_some_and(|minimum| minimum > maximum) || maximum > most {
            let at = self.place("ProvisionedPollerConfig.MaximumPollers");
            let message = format!("{maximum} is no maximum of pollers here");
            let help = format!("write a number from the minimum to {most}");
            self.own.error("pollers", at, message, &help);
        }
        let scales = self.mapping.at("ScalingConfig.MaximumConcurrency").is_some();
        if scales && self.mapping.get("ProvisionedPollerConfig").is_some() {
            let at = self.place("ProvisionedPollerConfig");
            let message = "`provisioned_pollers` and `maximum_concurrency` exclude each other";
            self.own.error("two_scalings", at, message, "take one of them away");
        }
    }

    /// What is read; the ARN, or the brokers of a Kafka of one's own.
    fn reads(&mut self, named: &Entry) -> Option<(Value, Option<Address>)> {
        let span = named.value.span;
        if self.source.to.output.is_empty() {
            let brokers = self.brokers(&named.value);
            self.set("SelfManagedEventSource.Endpoints.KAFKA_BOOTSTRAP_SERVERS", brokers, span);
            return Some((Value::Null, None));
        }
        let (arn, address) = self.own.reference(&named.value, &self.source.to)?;
        if self.source.key == "table" && arn.as_str().is_some_and(|arn| !arn.contains("/stream/")) {
            let help = "write the stream's ARN, which ends in `/stream/` and a time";
            self.own.error("no_stream", span, "this is the ARN of a table; a trigger reads its stream", help);
            return None;
        }
        self.set("EventSourceArn", arn.clone(), span);
        Some((arn, address))
    }

    /// `host:port`, one or up to ten of them.
    fn brokers(&mut self, node: &Node) -> Vec<Value> {
        let node = self.own.see(node);
        let items = node.items().map_or_else(|| vec![node.clone()], <[Node]>::to_vec);
        let mut brokers = Vec::new();
        for item in &items {
            let Some(text) = self.own.known_text(item) else { continue };
            if !is_broker(&text) {
                let message = format!("`{text}` is no broker");
                self.own.error(
                    "wrong_shape",
                    item.span,
                    message,
                    "write `host:port`, such as `kafka.example.com:9092`",
                );
            }
            brokers.push(text.into());
        }
        if items.len() > 10 {
            self.own.error("too_many", node.span, "ten brokers stand here at the most", "name some of them");
        }
        brokers
    }
}

fn of<'s>(sugar: &'s [Sugar], key: &str) -> Option<&'s Sugar> {
    sugar.iter().find(|part| part.key == key)
}
