//! What a trigger reads: each kind of source, what it takes, and the rights that reading it takes.

use crate::engine::field::{Field, RefTo, TEXT};
use crate::engine::{Address, Form, Value, Variant};
use crate::kinds::{Lowering, RoleFor};

use super::fields;

/// A kind of source.
pub struct Source {
    pub key: &'static str,
    pub to: RefTo,
    pub rows: &'static [Field],
    /// The batch size that AWS fills in.
    pub batch: i64,
    /// The fewest pollers that AWS keeps ready where it is not told, and the most that it takes.
    pub pollers: (i64, i64),
    /// What takes batches that were given up; empty if nothing does.
    pub failures: &'static [&'static str],
    pub grant: fn(&mut Lowering<'_>, &RoleFor, &Value, Option<&Address>, &Value),
}

const FAILURES: &[&str] = &["queue", "topic", "bucket"];
const KAFKA_FAILURES: &[&str] = &["queue", "topic", "bucket", "kafka_topic"];

pub const SOURCES: &[Source] = &[
    Source {
        key: "queue",
        to: RefTo::checked(&["queues"], "arn"),
        rows: fields::QUEUE,
        batch: 10,
        pollers: (2, 10_000),
        failures: &[],
        grant: |own, role, queue, _, _| own.grant_consume(role, "queue", queue),
    },
    Source {
        key: "table",
        to: RefTo::checked(&["tables"], "stream_arn"),
        rows: fields::TABLE,
        batch: 100,
        pollers: (1, 2000),
        failures: FAILURES,
        grant: |own, role, stream, table, _| own.grant_table_stream(role, stream, table),
    },
    Source {
        key: "stream",
        to: RefTo::checked(&["streams"], "arn"),
        rows: fields::STREAM,
        batch: 100,
        pollers: (1, 2000),
        failures: FAILURES,
        grant: |own, role, stream, _, _| own.grant_consume(role, "stream", stream),
    },
    Source {
        key: "msk",
        to: RefTo::unchecked(&["msk"], "arn"),
        rows: fields::MSK,
        batch: 100,
        pollers: (1, 2000),
        failures: KAFKA_FAILURES,
        grant: grant_msk,
    },
    Source {
        key: "self_managed_kafka",
        to: RefTo::unchecked(&["self_managed_kafka"], ""),
        rows: fields::KAFKA,
        batch: 100,
        pollers: (1, 2000),
        failures: KAFKA_FAILURES,
        grant: |own, role, _, _, mapping| {
            grant_access(own, role, mapping);
            grant_registry(own, role, mapping.at("SelfManagedKafkaEventSourceConfig.SchemaRegistryConfig"));
        },
    },
    Source {
        key: "active_mq",
        to: RefTo::unchecked(&["active_mq"], "arn"),
        rows: fields::BROKER,
        batch: 100,
        pollers: (1, 2000),
        failures: &[],
        grant: |own, role, broker, _, mapping| {
            own.grant_consume(role, "active_mq", broker);
            grant_access(own, role, mapping);
        },
    },
    Source {
        key: "rabbit_mq",
        to: RefTo::unchecked(&["rabbit_mq"], "arn"),
        rows: fields::BROKER,
        batch: 100,
        pollers: (1, 2000),
        failures: &[],
        grant: |own, role, broker, _, mapping| {
            own.grant_consume(role, "rabbit_mq", broker);
            grant_access(own, role, mapping);
        },
    },
    Source {
        key: "document_db",
        to: RefTo::unchecked(&["document_db"], "arn"),
        rows: fields::DOCUMENT_DB,
        batch: 100,
        pollers: (1, 2000),
        failures: &[],
        grant: |own, role, cluster, _, mapping| {
            own.grant_consume(role, "document_db", cluster);
            grant_access(own, role, mapping);
        },
    },
];

/// How AWS names a topic of the cluster that is read.
pub const KAFKA_TOPIC: &str = "kafka://";

/// How `on_failure` is written.
pub fn failure_form() -> Form {
    let mut form = crate::kinds::functions::destination_form(FAILURES);
    if let Form::OneOf(kinds) = &mut form {
        kinds.push(Variant { key: "kafka_topic", named: Form::Value(TEXT), beside: Vec::new() });
    }
    form
}

/// The URIs of the access configurations of some types.
fn access(mapping: &Value, types: &[&str]) -> Vec<Value> {
    let all = mapping.get("SourceAccessConfigurations").and_then(Value::as_list).unwrap_or_default();
    let of = all.iter().filter(|one| one.text_at("Type").is_some_and(|kind| types.contains(&kind)));
    of.filter_map(|one| one.get("URI").cloned()).collect()
}

/// What signs in to a source.
const SIGNS_IN: &[&str] =
    &["BASIC_AUTH", "SASL_SCRAM_512_AUTH", "SASL_SCRAM_256_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH"];
const ROOT_CA: &str = "SERVER_ROOT_CA_CERTIFICATE";

/// The right to read the secrets that a source is reached with, and to reach it in its network.
fn grant_access(own: &mut Lowering<'_>, role: &RoleFor, mapping: &Value) {
    let secrets: Vec<Value> =
        access(mapping, SIGNS_IN).into_iter().chain(access(mapping, &[ROOT_CA])).collect();
    own.grant_secrets(role, secrets);
    if !access(mapping, &["VPC_SUBNET", "VPC_SECURITY_GROUP"]).is_empty() {
        own.grant_network(role);
    }
}

/// An MSK cluster: without secrets the function's role signs in itself.
fn grant_msk(own: &mut Lowering<'_>, role: &RoleFor, cluster: &Value, _: Option<&Address>, mapping: &Value) {
    own.grant_consume(role, "msk", cluster);
    if access(mapping, SIGNS_IN).is_empty() {
        let topics = mapping.get("Topics").and_then(Value::as_list);
        let topic = topics.and_then(|topics| topics.first()?.as_str()).unwrap_or("*").to_owned();
        let group = mapping.text_at("AmazonManagedKafkaEventSourceConfig.ConsumerGroupId");
        own.grant_msk_sign_in(role, cluster, &topic, group);
        let dead = mapping.text_at("DestinationConfig.OnFailure.Destination");
        if let Some(dead) = dead.and_then(|dead| dead.strip_prefix(KAFKA_TOPIC)) {
            own.grant_msk_write(role, cluster, dead);
        }
    }
    grant_access(own, role, mapping);
    grant_registry(own, role, mapping.at("AmazonManagedKafkaEventSourceConfig.SchemaRegistryConfig"));
}

/// The right to read schemas: of a Glue registry and its schemas, or the secrets of another.
fn grant_registry(own: &mut Lowering<'_>, role: &RoleFor, registry: Option<&Value>) {
    let Some(registry) = registry else { return };
    let uri = registry.text_at("SchemaRegistryURI").unwrap_or_default();
    if let Some((before, name)) = uri.split_once(":registry/") {
        let on = vec![uri.into(), format!("{before}:schema/{name}/*").into()];
        own.grant_role(role, &["glue:GetRegistry", "glue:GetSchemaVersion"], on);
    }
    let access = registry.get("AccessConfigs").and_then(Value::as_list).unwrap_or_default();
    own.grant_secrets(role, access.iter().filter_map(|one| one.get("URI").cloned()).collect());
}
