//! What a pipe calls: the parameters that fit.

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::executor::Ctx;

/// A kind of target: its ARNs' service, what their resource begins with, its parameters' block (none
/// if it takes none), and whether the block must be there.
type Target = (&'static str, &'static str, &'static str, bool);

const TARGETS: &[Target] = &[
    ("batch", "job-queue/", "BatchJobParameters", true),
    ("ecs", "cluster/", "EcsTaskParameters", true),
    ("events", "api-destination/", "HttpParameters", false),
    ("events", "event-bus/", "EventBridgeEventBusParameters", false),
    ("execute-api", "", "HttpParameters", false),
    ("firehose", "deliverystream/", "", false),
    ("inspector", "target/", "", false),
    ("kinesis", "stream/", "KinesisStreamParameters", true),
    ("lambda", "function:", "LambdaFunctionParameters", false),
    ("logs", "log-group:", "CloudWatchLogsParameters", false),
    ("redshift", "cluster:", "RedshiftDataParameters", true),
    ("redshift-serverless", "workgroup/", "RedshiftDataParameters", true),
    ("sagemaker", "pipeline/", "SageMakerPipelineParameters", false),
    ("sns", "", "", false),
    ("sqs", "", "SqsQueueParameters", false),
    ("states", "stateMachine:", "StepFunctionStateMachineParameters", false),
    ("timestream", "database/", "TimestreamParameters", true),
];
/// Services whose calls add to a batch.
const ENRICHMENTS: &[&str] = &["events", "execute-api", "lambda", "states"];
const TEMPLATE: &str = "InputTemplate";

fn target_of(arn: &str) -> Option<&'static Target> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let (service, resource) = (parts.get(2)?, parts.get(5)?);
    TARGETS.iter().find(|(known, prefix, ..)| known == service && resource.starts_with(prefix))
}

/// Parameters that are sent are those of the target, and those that it needs are there.
pub fn fits(ctx: &mut Ctx, pipe: &mut Value) -> Outcome<()> {
    let target = pipe["Target"].as_str().unwrap_or_default().to_owned();
    let Some((_, _, block, required)) = target_of(&target) else {
        return Err(ctx.invalid(format!("Target {target} is not supported")));
    };
    let sent = ctx.input["TargetParameters"].as_object();
    if let Some(other) = sent.and_then(|sent| sent.keys().find(|name| *name != block && *name != TEMPLATE)) {
        return Err(ctx.invalid(format!("TargetParameters.{other} does not fit target {target}")));
    }
    if *required && pipe["TargetParameters"].get(block).is_none() {
        return Err(ctx.invalid(format!("TargetParameters.{block} Missing required parameter")));
    }
    let enrichment = pipe["Enrichment"].as_str().unwrap_or_default();
    if !enrichment.is_empty()
        && !ENRICHMENTS.iter().any(|service| enrichment.split(':').nth(2) == Some(service))
    {
        return Err(ctx.invalid(format!("Enrichment {enrichment} is not supported")));
    }
    Ok(())
}

/// Another target's parameters do not stay with a new one of another service, unless nothing at all is
/// said about parameters.
pub fn retarget(ctx: &mut Ctx) -> Outcome<()> {
    let place = ctx.place(&super::PIPE)?;
    let (Some(mut pipe), target) = (place.load(ctx.txn), ctx.text("Target")) else { return Ok(()) };
    let block = |arn: &str| target_of(arn).map(|(_, _, block, _)| *block);
    let said = !ctx.input["TargetParameters"].is_null();
    if !target.is_empty() && said && block(&target) != pipe["Target"].as_str().and_then(block) {
        if let Some(parameters) = pipe["TargetParameters"].as_object_mut() {
            parameters.retain(|name, _| name == TEMPLATE);
        }
        place.save(ctx.txn, pipe);
    }
    Ok(())
}

/// Empty lists and maps stand in a block of HTTP parameters that has been there, and a bucket gets its
/// log in a format (hashicorp/terraform-provider-aws#40007).
pub fn shown(_: &mut Ctx, pipe: &mut Value) -> Outcome<()> {
    for member in ["EnrichmentParameters", "TargetParameters"] {
        if let Some(http) = pipe[member].get_mut("HttpParameters").filter(|http| http.is_object()) {
            for (name, empty) in [
                ("PathParameterValues", json!([])),
                ("HeaderParameters", json!({})),
                ("QueryStringParameters", json!({})),
            ] {
                if http[name].is_null() {
                    http[name] = empty;
                }
            }
        }
    }
    if let Some(bucket) =
        pipe["LogConfiguration"].get_mut("S3LogDestination").filter(|bucket| bucket.is_object())
        && bucket["OutputFormat"].is_null()
    {
        bucket["OutputFormat"] = "json".into();
    }
    Ok(())
}
