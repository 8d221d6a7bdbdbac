//! Kinds that a stack names by ARN and does not declare.
//!
//! They have kind keys like all others (`target: { firehose: "arn:…" }`), and the same references,
//! findings and rights. A kind that becomes declarable loses its row here, and nothing else changes.

use crate::engine::Value;
use crate::spec::is_like;

/// A kind that a stack cannot declare.
#[derive(Debug)]
pub struct External {
    /// As references name it, where a declarable kind has the key at the top of a stack.
    pub kind: &'static str,
    /// The key in a reference, such as `firehose`.
    pub key: &'static str,
    /// What its ARNs look like; empty if it has none.
    pub arn: &'static str,
}

const fn row(kind: &'static str, key: &'static str, arn: &'static str) -> External {
    External { kind, key, arn }
}

/// Every one of them.
static EXTERNAL: &[External] = &[
    // Kinds that a stack of a gateway only uses.
    row("active_mq", "active_mq", "arn:{partition}:mq:{region}:{account}:broker:{name}:{id}"),
    row("appsync", "appsync", "arn:{partition}:appsync:{region}:{account}:endpoints/graphql-api/{id}"),
    row("batch_queue", "batch_queue", "arn:{partition}:batch:{region}:{account}:job-queue/{name}"),
    row("codebuild", "codebuild", "arn:{partition}:codebuild:{region}:{account}:project/{name}"),
    row("codepipeline", "codepipeline", "arn:{partition}:codepipeline:{region}:{account}:{name}"),
    row("document_db", "document_db", "arn:{partition}:rds:{region}:{account}:cluster:{name}"),
    row("ecs_cluster", "ecs_cluster", "arn:{partition}:ecs:{region}:{account}:cluster/{name}"),
    row("firehose", "firehose", "arn:{partition}:firehose:{region}:{account}:deliverystream/{name}"),
    row("inspector", "inspector", "arn:{partition}:inspector:{region}:{account}:target/{id}"),
    row("msk", "msk", "arn:{partition}:kafka:{region}:{account}:cluster/{name}/{id}"),
    row("rabbit_mq", "rabbit_mq", "arn:{partition}:mq:{region}:{account}:broker:{name}:{id}"),
    row("redshift", "redshift", "arn:{partition}:redshift:{region}:{account}:cluster:{name}"),
    row(
        "redshift_workgroup",
        "redshift_workgroup",
        "arn:{partition}:redshift-serverless:{region}:{account}:workgroup/{id}",
    ),
    row("run_command", "run_command", "arn:{partition}:ssm:{region}:{account}:document/{name}"),
    row(
        "sagemaker_pipeline",
        "sagemaker_pipeline",
        "arn:{partition}:sagemaker:{region}:{account}:pipeline/{name}",
    ),
    row("secret", "secret", "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}"),
    // Brokers of one's own: `host:port` instead of an ARN.
    row("self_managed_kafka", "self_managed_kafka", ""),
    row(
        "ssm_automation",
        "ssm_automation",
        "arn:{partition}:ssm:{region}:{account}:automation-definition/{name}",
    ),
    row(
        "timestream",
        "timestream",
        "arn:{partition}:timestream:{region}:{account}:database/{database}/table/{name}",
    ),
];

/// The kind of a name that no stack declares.
pub fn external(kind: &str) -> Option<&'static External> {
    EXTERNAL.iter().find(|row| row.kind == kind)
}

/// Whether a key names a kind, be it one that stacks declare or not.
pub fn is_kind_key(key: &str) -> bool {
    super::kind_of_key(key).is_some() || EXTERNAL.iter().any(|row| row.key == key)
}

/// What the ARNs of a kind look like, if that is known.
pub fn arn_pattern(kind: &str) -> Option<&'static str> {
    match super::kind(kind) {
        Some(kind) => kind.about().output("arn")?.pattern(),
        None => external(kind).map(|row| row.arn).filter(|arn| !arn.is_empty()),
    }
}

/// The key of the kind that a value names: what an output is of, or an ARN looks like.
pub fn key_of(value: &Value) -> Option<&'static str> {
    let Some(arn) = value.as_str() else {
        let outputs = value.outputs();
        return outputs
            .first()
            .and_then(|output| super::kind_of(&output.address))
            .map(|kind| kind.about().singular);
    };
    let declared = super::registry().iter().map(|kind| kind.about()).find(|about| {
        let patterns = about.outputs.iter().filter(|output| output.name.ends_with("arn"));
        patterns.filter_map(|output| output.pattern()).any(|pattern| is_like(arn, pattern))
    });
    let external = || EXTERNAL.iter().find(|row| is_like(arn, row.arn)).map(|row| row.key);
    declared.map(|about| about.singular).or_else(external)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stack_declares_is_no_external_kind() {
        for row in EXTERNAL {
            assert!(crate::kinds::kind(row.kind).is_none(), "take the row of `{}` away", row.kind);
            assert!(crate::kinds::kind_of_key(row.key).is_none(), "take the row of `{}` away", row.key);
            assert_eq!(EXTERNAL.iter().filter(|other| other.key == row.key).count(), 1, "{}", row.key);
        }
    }

    #[test]
    fn what_an_arn_names_is_told_by_its_form() {
        for (arn, key) in [
            ("arn:aws:sqs:eu-west-1:1:q", Some("queue")),
            ("arn:aws:events:eu-west-1:1:event-bus/b", Some("bus")),
            ("arn:aws:events:eu-west-1:1:api-destination/a/1", Some("api_destination")),
            ("arn:aws:execute-api:eu-west-1:1:abc/prod/GET/x", Some("api")),
            ("arn:aws:dynamodb:eu-west-1:1:table/t/stream/x", Some("table")),
            ("arn:aws:firehose:eu-west-1:1:deliverystream/f", Some("firehose")),
            ("arn:aws:nothing:eu-west-1:1:x", None),
        ] {
            assert_eq!(key_of(&arn.into()), key, "{arn}");
        }
    }
}
