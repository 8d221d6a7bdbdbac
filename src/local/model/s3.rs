//! Amazon S3, as far as buckets go: where they are, their tags, and who hears of what happens in them.
//!
//! Names are the same in every region; a bucket answers in its own alone. A notification configuration is
//! replaced whole, and whom it names must be there, unless the request says not to look.

use serde_json::{Value, json};

use crate::local::http::ApiError;

use super::executor::Ctx;
use super::{ARN, Answer, KIND, Kind, LIST, List, Outcome, Service, Verb, row, tags};

const BUCKET: Kind = Kind {
    name: "bucket",
    key: "{Bucket}",
    arn: "arn:{partition}:s3:::{Bucket}",
    missing: ("NoSuchBucket", "The specified bucket does not exist"),
    ..KIND
};

const BUCKETS: List = List {
    items: "Buckets",
    prefix: ("Prefix", "Name"),
    equal: &[("BucketRegion", "BucketRegion")],
    limit: ("MaxBuckets", 1000),
    token: ("ContinuationToken", "ContinuationToken"),
    ..LIST
};

/// The region whose buckets have no location constraint.
const FIRST_REGION: &str = "us-east-1";
/// How many objects there are, where somebody has put some.
const OBJECTS: &str = "_objects";
const TAGS: &str = "_tags";
const NOTIFIED: &str = "_notified";
/// Whom a configuration names, and where that is kept.
const DESTINATIONS: &[(&str, &str, &str)] = &[
    ("TopicConfigurations", "TopicArn", "sns/topic"),
    ("QueueConfigurations", "QueueArn", "sqs/queue"),
    ("LambdaFunctionConfigurations", "LambdaFunctionArn", "lambda/function"),
];

pub const SERVICE: Service = Service {
    id: "s3",
    global: true,
    invalid: "InvalidRequest",
    before: None,
    kinds: &[BUCKET],
    operations: &[
        row("CreateBucket", "bucket", Verb::Hook(create)),
        row("DeleteBucket", "bucket", Verb::Hook(delete)),
        row("ListBuckets", "bucket", Verb::List(&BUCKETS)),
        row("GetBucketLocation", "bucket", Verb::Hook(location)),
        row("GetBucketTagging", "bucket", Verb::Hook(tagging)),
        row("PutBucketTagging", "bucket", Verb::Hook(tag)),
        row("GetBucketNotificationConfiguration", "bucket", Verb::Hook(notified)),
        row("PutBucketNotificationConfiguration", "bucket", Verb::Hook(notify)).answers(Answer::Nothing),
    ],
};

fn refused<T>(code: &str, message: &str, status: u16) -> Outcome<T> {
    Err(ApiError::new(code, message).with_status(status))
}

fn create(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&BUCKET)?;
    let name = ctx.text("Bucket");
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    if !(3..=63).contains(&name.len()) || !name.chars().all(legal) {
        return refused("InvalidBucketName", "The specified bucket is not valid.", 400);
    }
    let config = ctx.input["CreateBucketConfiguration"].clone();
    let wished = config["LocationConstraint"].as_str().unwrap_or(FIRST_REGION);
    if wished != ctx.call.region {
        let message = "The location constraint is incompatible for the region specific endpoint this request was sent to.";
        return refused("IllegalLocationConstraintException", message, 400);
    }
    if let Some(there) = place.load(ctx.txn) {
        // In the first region a create of one's own bucket succeeds again.
        return match there["BucketRegion"] == FIRST_REGION && wished == FIRST_REGION {
            true => Ok(json!({"Location": format!("/{name}")})),
            false => refused(
                "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it.",
                409,
            ),
        };
    }
    let input = json!({"Bucket": name, "Tags": config["Tags"]});
    let mut bucket = ctx.made(&BUCKET, input);
    bucket["Name"] = name.clone().into();
    bucket["BucketRegion"] = ctx.call.region.clone().into();
    bucket["BucketArn"] = bucket[ARN].clone();
    bucket["CreationDate"] = ctx.now.into();
    place.save(ctx.txn, bucket);
    Ok(json!({"Location": format!("/{name}")}))
}

/// The bucket that a request names.
fn bucket(ctx: &mut Ctx) -> Outcome<Value> {
    let Some(bucket) = ctx.place(&BUCKET)?.load(ctx.txn) else {
        return refused(BUCKET.missing.0, BUCKET.missing.1, 404);
    };
    if bucket["BucketRegion"] != ctx.call.region.as_str() {
        let message =
            "The bucket you are attempting to access must be addressed using the specified endpoint.";
        return refused("PermanentRedirect", message, 301);
    }
    let owner = ctx.text("ExpectedBucketOwner");
    if !owner.is_empty() && owner != ctx.account {
        return refused("AccessDenied", "Access Denied", 403);
    }
    Ok(bucket)
}

fn delete(ctx: &mut Ctx) -> Outcome<Value> {
    if bucket(ctx)?[OBJECTS].as_u64().is_some_and(|objects| objects > 0) {
        return refused("BucketNotEmpty", "The bucket you tried to delete is not empty", 409);
    }
    ctx.place(&BUCKET)?.remove(ctx.txn);
    Ok(json!({}))
}

fn location(ctx: &mut Ctx) -> Outcome<Value> {
    let region = bucket(ctx)?["BucketRegion"].clone();
    Ok(if region == FIRST_REGION { json!({}) } else { json!({"LocationConstraint": region}) })
}

fn tagging(ctx: &mut Ctx) -> Outcome<Value> {
    match tags::of(&bucket(ctx)?) {
        Some(tags) => Ok(json!({"TagSet": tags::as_list(&tags)})),
        None => refused("NoSuchTagSet", "The TagSet does not exist", 404),
    }
}

/// All tags are replaced.
fn tag(ctx: &mut Ctx) -> Outcome<Value> {
    let mut bucket = bucket(ctx)?;
    let mut wished = json!({"Tags": ctx.input["Tagging"]["TagSet"]});
    tags::adopt(&mut wished);
    let named =
        |tags: &Value| tags.as_object().is_some_and(|tags| tags.keys().any(|key| key.starts_with("aws:")));
    if named(&wished[TAGS]) {
        return refused("InvalidTag", "System tags cannot be added/updated by requester", 400);
    }
    bucket[TAGS] = wished[TAGS].clone();
    ctx.place(&BUCKET)?.save(ctx.txn, bucket);
    Ok(json!({}))
}

fn notified(ctx: &mut Ctx) -> Outcome<Value> {
    let told = bucket(ctx)?[NOTIFIED].clone();
    Ok(if told.is_object() { told } else { json!({}) })
}

/// The configuration is replaced whole.
fn notify(ctx: &mut Ctx) -> Outcome<Value> {
    let mut bucket = bucket(ctx)?;
    let mut config = ctx.input["NotificationConfiguration"].clone();
    for (list, member, kind) in DESTINATIONS {
        for destination in config[*list].as_array().into_iter().flatten() {
            let arn = destination[*member].as_str().unwrap_or_default();
            let unseen = ctx.input["SkipDestinationValidation"] != true
                && ctx.find_arn(&format!("{}/{kind}", ctx.call.region), arn).is_none();
            if unseen {
                let message = "Unable to validate the following destination configurations";
                return refused("InvalidArgument", message, 400);
            }
        }
    }
    // The word is there or not; what stands in it means nothing.
    if config.get("EventBridgeConfiguration").is_some() {
        config["EventBridgeConfiguration"] = json!({});
    }
    bucket[NOTIFIED] = config;
    ctx.place(&BUCKET)?.save(ctx.txn, bucket);
    Ok(json!({}))
}
