//! What AWS is known to fill in at the first update, where a resource that was created without the
//! field has nothing; the embedded account does as AWS.

use crate::support::raw::Difference;

/// Collection, path in the raw document, evidence.
const ECHOES: &[(&str, &str, &str)] = &[
    ("alias", "FunctionVersion", "a function that was changed has published more versions"),
    ("event-bus", "LogConfig", "recorded live reads: a bus gains LogConfig only after its first update"),
    (
        "pipe",
        "LogConfiguration",
        "hashicorp/terraform-provider-aws#42565: a default block after the first update",
    ),
    ("log-group", "dataProtectionStatus", "DescribeLogGroups says DELETED of a policy that was there once"),
    ("pipe", "EnrichmentParameters", "hashicorp/terraform-provider-aws#40007: a live pipe returns `{}`"),
    ("rest-api", "endpointAccessMode", "a patch sets it back to BASIC, which says the same as nothing"),
    ("stage", "methodSettings", "one setting alone cannot be removed: its default says the same"),
    ("stream", "OpenShardCount", "a stream that becomes on demand keeps the shards that it has"),
    ("version", "", "PublishVersion: a version stays, whatever leads to it"),
    (
        "table",
        "LatestStreamArn",
        "DescribeTable answers the ARN of the last stream after it was switched off",
    ),
    (
        "table",
        "TableClassSummary",
        "DescribeTable answers the class once it has been set, the standard one too",
    ),
    ("table", "BillingModeSummary", "DescribeTable answers the billing once it has been on demand"),
];

/// Whether a difference between two accounts is one of these.
pub fn is_known(difference: &Difference) -> bool {
    ECHOES.iter().any(|(collection, path, _)| {
        difference.collection == *collection && difference.path.starts_with(path)
    })
}
