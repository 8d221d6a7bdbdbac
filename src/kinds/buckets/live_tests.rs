use serde_json::json;

use crate::compile::testing::compile;
use crate::engine::{Aws, Value};
use crate::kinds;
use crate::kinds::testing::{ACCOUNT, Bench};
use crate::value;

const STACK: &str = "{ stack: shop, buckets: { b: { tags: { colour: green } } } }";
const NAME: &str = "shop-b-eu-west-1";

fn kept(bench: &Bench) -> serde_json::Value {
    let all = bench.local.documents("global", "s3", "bucket").unwrap();
    all.into_iter().find(|(name, _)| name == NAME).unwrap().1
}

/// What somebody else has S3 tell.
async fn notify(bench: &Bench, config: Value) {
    let input = value!({
        "Bucket": NAME,
        "NotificationConfiguration": config,
        "SkipDestinationValidation": true,
    });
    bench.others().await.call("s3", "PutBucketNotificationConfiguration", input).await.unwrap();
}

fn others() -> Value {
    value!({
        "QueueConfigurations": [{
            "Id": "theirs",
            "QueueArn": "arn:aws:sqs:eu-west-1:123456789012:gone",
            "Events": ["s3:ObjectCreated:*", "s3:ObjectTagging:Put"],
            "Filter": { "Key": { "FilterRules": [{ "Name": "prefix", "Value": "a&<b>/" }] } },
        }],
        "TopicConfigurations": [
            { "TopicArn": "arn:aws:sns:eu-west-1:123456789012:t", "Events": ["s3:ObjectRemoved:*"] },
        ],
        "LambdaFunctionConfigurations": [
            { "LambdaFunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:f", "Events": ["s3:ObjectRestore:*"] },
        ],
    })
}

#[tokio::test]
async fn a_bucket_is_made_with_its_mark_and_tells_eventbridge() {
    let mut bench = Bench::new().await;
    let changes = bench.apply(STACK).await;
    let names: Vec<&str> = changes.iter().map(|request| request.operation.as_str()).collect();
    assert_eq!(names, ["CreateBucket", "PutBucketNotificationConfiguration"]);
    let config = &changes[0].input["CreateBucketConfiguration"];
    assert_eq!(config["LocationConstraint"], "eu-west-1");
    assert!(config["Tags"].as_array().unwrap().iter().any(|tag| tag["Key"] == "gatewayctl:owner"));
    assert_eq!(kept(&bench)["_notified"], json!({ "EventBridgeConfiguration": {} }));
    assert!(bench.apply(STACK).await.is_empty());
    assert_eq!(bench.owned("buckets", "shop/-/eu-west-1").await, ["buckets.b"]);
    bench.destroy().await;
    assert!(bench.local.documents("global", "s3", "bucket").unwrap().is_empty());
}

// PutBucketNotificationConfiguration replaces the whole configuration, so a tool that writes its own part alone takes
// away what others have set.
#[tokio::test]
async fn whom_others_have_s3_tell_is_kept() {
    let mut bench = Bench::new().await;
    bench.apply(STACK).await;
    let mut both = others();
    both.put("EventBridgeConfiguration", Value::map());
    notify(&bench, both.clone()).await;
    let theirs = kept(&bench)["_notified"].clone();
    assert!(bench.apply(STACK).await.is_empty(), "what others have set is no difference");
    let off = STACK.replace("tags:", "event_bridge: false, tags:");
    bench.apply(&off).await;
    let mut without = theirs.clone();
    without.as_object_mut().unwrap().remove("EventBridgeConfiguration");
    assert_eq!(kept(&bench)["_notified"], without);
    bench.apply(STACK).await;
    assert_eq!(Value::from(kept(&bench)["_notified"].clone()).canonical(), Value::from(theirs).canonical());
    // And when others take our word away, it comes back beside theirs.
    notify(&bench, others()).await;
    assert_eq!(bench.differs(STACK).await, ["buckets.b: EventBridge"]);
    bench.apply(STACK).await;
    assert_eq!(kept(&bench)["_notified"]["QueueConfigurations"][0]["Id"], "theirs");
    assert!(bench.differs(STACK).await.is_empty());
}

#[tokio::test]
async fn tags_are_written_whole_with_the_mark() {
    let mut bench = Bench::new().await;
    bench.apply(STACK).await;
    let changes = bench.apply("{ stack: shop, buckets: { b: {} } }").await;
    assert_eq!(changes.len(), 1);
    let keys: Vec<String> = kept(&bench)["_tags"].as_object().unwrap().keys().cloned().collect();
    assert!(
        !keys.contains(&"colour".to_owned()) && keys.contains(&"gatewayctl:address".to_owned()),
        "{keys:?}"
    );
}

#[tokio::test]
async fn a_bucket_that_holds_something_is_never_deleted() {
    let mut bench = Bench::new().await;
    bench.apply(STACK).await;
    let bucket = bench.read("buckets.b").await.unwrap();
    let mut full = kept(&bench);
    full["_objects"] = 1.into();
    bench.local.seed("global", "s3", "bucket", NAME, full).unwrap();
    let live = kinds::kind("buckets").unwrap().live();
    let error = live.delete(&bench.aws, &bucket).await.unwrap_err().to_string();
    assert!(error.contains("still holds objects") && error.contains("empty it"), "{error}");
    assert_eq!(kept(&bench)["Name"], NAME);
    let asked = bench.local.requests();
    assert!(asked.iter().all(|request| !request.operation.contains("Object")), "nothing in it is touched");
}

#[tokio::test]
async fn a_delete_returns_when_the_bucket_is_gone() {
    let mut bench = Bench::new().await;
    bench.apply(STACK).await;
    let bucket = bench.read("buckets.b").await.unwrap();
    bench.local.faults().add("s3:GetBucketLocation=stale:1*2".parse().unwrap());
    bench.local.forget_requests();
    kinds::kind("buckets").unwrap().live().delete(&bench.aws, &bucket).await.unwrap();
    let requests = bench.local.requests();
    let names: Vec<&str> = requests.iter().map(|request| request.operation.as_str()).collect();
    assert_eq!(names, ["DeleteBucket", "GetBucketLocation", "GetBucketLocation", "GetBucketLocation"]);
}

#[tokio::test]
async fn a_bucket_of_the_name_elsewhere_says_where() {
    let mut bench = Bench::new().await;
    bench.apply(STACK).await;
    let bucket = bench.read("buckets.b").await.unwrap();
    let mut there = kept(&bench);
    there["BucketRegion"] = "us-west-2".into();
    bench.local.seed("global", "s3", "bucket", NAME, there).unwrap();
    let live = kinds::kind("buckets").unwrap().live();
    let error = live.delete(&bench.aws, &bucket).await.unwrap_err();
    assert_eq!(error.code, "PermanentRedirect");
    assert!(bench.owned("buckets", "shop/-/eu-west-1").await.is_empty());
    let at = crate::engine::Lookup {
        address: "buckets.b".parse().unwrap(),
        owner: "shop/-/eu-west-1".parse().unwrap(),
        name: NAME.into(),
        id: None,
        desired: Value::map(),
    };
    bench.aws.forget();
    let error = live.read(&bench.aws, &at).await.unwrap_err().to_string();
    assert!(error.contains("is in another region") && error.contains("`name:`"), "{error}");
}

#[tokio::test]
async fn a_name_that_is_taken_in_the_world_says_so() {
    let mut bench = Bench::new().await;
    bench.local.faults().add("s3:CreateBucket=error:BucketAlreadyExists".parse().unwrap());
    let error = bench.try_create(STACK, "buckets.b").await.unwrap_err().to_string();
    assert!(error.contains("another account") && error.contains("`name:`"), "{error}");
}

#[tokio::test]
async fn buckets_that_shut_us_out_are_others_and_that_all_do_is_an_error() {
    let mut bench = Bench::new().await;
    bench.apply("{ stack: shop, buckets: { a: {}, b: {} } }").await;
    bench.local.faults().add("s3:GetBucketTagging=error:AccessDenied".parse().unwrap());
    bench.aws.forget();
    assert_eq!(bench.owned("buckets", "shop/-/eu-west-1").await.len(), 1);
    bench.local.faults().add("s3:GetBucketTagging=error:AccessDenied*always".parse().unwrap());
    bench.aws.forget();
    let live = kinds::kind("buckets").unwrap().live();
    let error = live.list_owned(&bench.aws, &"shop/-/eu-west-1".parse().unwrap()).await.unwrap_err();
    assert_eq!(error.code, "AccessDenied");
    assert_eq!(bench.aws.place().account, ACCOUNT);
}

#[test]
fn names_are_spelt_as_s3_wants_them() {
    let (graph, findings) = compile("{ stack: shop, buckets: { Up_Loads: {} } }");
    assert_eq!(findings, "");
    assert_eq!(graph.resources.values().next().unwrap().name, "shop-up-loads-eu-west-1");
    let findings =
        |name: &str| compile(&format!("{{ stack: shop, buckets: {{ b: {{ name: '{name}' }} }} }}")).1;
    assert!(findings("Orders").contains("lower-case"));
    for wrong in ["-orders", "orders-", "a..b", "192.168.0.1"] {
        assert!(findings(wrong).contains("error[bucket_name]"), "{wrong}");
    }
    assert_eq!(findings("shop.orders-1"), "");
}
