use crate::compile::testing::compile;
use crate::engine::Aws;
use crate::kinds;
use crate::kinds::testing::{Bench, REGION};
use crate::value;

const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:shop-t";
const OWNER: &str = "shop/-/eu-west-1";
const FULL: &str = "
stack: shop
queues: { jobs: {}, dead: {} }
topics:
  t:
    subscriptions:
      jobs:
        queue: jobs
        raw_message_delivery: true
        filter_policy: { state: [new] }
        filter_policy_scope: message_body
        dead_letter: dead
      web:
        https: https://example.com/in
        delivery_policy: { retry: { retries: 5 }, throttle: { max_receives_per_second: 9 }, request: { content_type: application/json } }
      ops: { email: ops@example.com }
";
const BARE: &str = "
stack: shop
queues: { jobs: {}, dead: {} }
topics: { t: { subscriptions: { jobs: { queue: jobs }, web: { https: https://example.com/in }, ops: { email: ops@example.com } } } }
";
const NONE: &str = "{ stack: shop, queues: { jobs: {}, dead: {} }, topics: { t: {} } }";

fn endpoints(bench: &Bench) -> Vec<String> {
    let all = bench.local.documents(REGION, "sns", "subscription").unwrap();
    let mut found: Vec<String> =
        all.iter().map(|(_, one)| one["Endpoint"].as_str().unwrap().to_owned()).collect();
    found.sort();
    found
}

fn tags(bench: &Bench) -> Vec<String> {
    let topic = bench.raw("sns", "topic", "shop-t").unwrap();
    let keys = topic["_tags"].as_object().unwrap().keys();
    keys.filter(|key| key.contains("subscription")).cloned().collect()
}

async fn subscribe(bench: &Bench, endpoint: &str) {
    let input = value!({ "TopicArn": TOPIC, "Protocol": "email", "Endpoint": endpoint });
    bench.others().await.call("sns", "Subscribe", input).await.unwrap();
}

#[tokio::test]
async fn every_field_is_set_cleared_and_set_again() {
    let mut bench = Bench::new().await;
    bench.apply(FULL).await;
    assert!(bench.apply(FULL).await.is_empty());
    bench.apply(BARE).await;
    assert!(bench.apply(BARE).await.is_empty());
    for (_, one) in bench.local.documents(REGION, "sns", "subscription").unwrap() {
        let attributes = one["Attributes"].as_object().unwrap();
        for gone in ["FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "DeliveryPolicy"] {
            assert!(!attributes.contains_key(gone), "{gone}: {attributes:?}");
        }
    }
    bench.apply(FULL).await;
    assert!(bench.apply(FULL).await.is_empty());
    assert_eq!(bench.owned("subscriptions", OWNER).await.len(), 3);
}

#[tokio::test]
async fn one_that_is_dropped_goes_and_one_of_others_stays() {
    let mut bench = Bench::new().await;
    bench.apply(FULL).await;
    subscribe(&bench, "them@example.com").await;
    assert!(bench.apply(FULL).await.is_empty());
    assert_eq!(tags(&bench).len(), 3);
    bench.apply(NONE).await;
    assert_eq!(endpoints(&bench), ["them@example.com"]);
    assert!(tags(&bench).is_empty());
    assert!(bench.owned("subscriptions", OWNER).await.is_empty());
}

#[tokio::test]
async fn one_of_others_with_the_same_endpoint_is_not_ours() {
    let mut bench = Bench::new().await;
    bench.apply(NONE).await;
    subscribe(&bench, "ops@example.com").await;
    let graph = bench.compile(BARE);
    let address = "topics.t/subscription/ops".parse().unwrap();
    let resource = &graph.resources[&address];
    let at = crate::engine::Lookup {
        address,
        owner: graph.owner.clone(),
        name: resource.name.clone(),
        id: None,
        desired: resource.properties.clone(),
    };
    bench.aws.forget();
    let live = kinds::kind("subscriptions").unwrap().live();
    let found = live.read(&bench.aws, &at).await.unwrap().unwrap();
    assert_eq!(found.mark, crate::engine::Found::None);
}

#[tokio::test]
async fn what_nobody_has_confirmed_is_known_by_its_id_and_asked_for_again_when_it_is_gone() {
    let mut bench = Bench::new().await;
    let stack = "{ stack: shop, topics: { t: { subscriptions: { ops: { email: ops@example.com } } } } }";
    bench.apply(stack).await;
    let ops = bench.read("topics.t/subscription/ops").await.unwrap();
    assert!(ops.id.starts_with(TOPIC) && ops.unread.is_empty());
    assert_eq!(ops.properties.text_at("Attributes.PendingConfirmation"), Some("true"));
    // SNS drops it after some days.
    let input = value!({ "SubscriptionArn": (ops.id.as_str()) });
    bench.others().await.call("sns", "Unsubscribe", input).await.unwrap();
    assert!(bench.read("topics.t/subscription/ops").await.is_none());
    bench.apply(stack).await;
    assert_eq!(endpoints(&bench), ["ops@example.com"]);
}

#[tokio::test]
async fn a_mark_of_nothing_is_found_and_taken_away() {
    let mut bench = Bench::new().await;
    bench.apply(FULL).await;
    let jobs = bench.read("topics.t/subscription/jobs").await.unwrap();
    let input = value!({ "SubscriptionArn": (jobs.id.as_str()) });
    bench.others().await.call("sns", "Unsubscribe", input).await.unwrap();
    bench.aws.forget();
    let live = kinds::kind("subscriptions").unwrap().live();
    let found = live.list_owned(&bench.aws, &OWNER.parse().unwrap()).await.unwrap();
    let left = found.iter().find(|one| one.name.ends_with("/jobs")).unwrap();
    assert_eq!(left.id, "");
    live.delete(&bench.aws, left).await.unwrap();
    assert_eq!(tags(&bench).len(), 2);
}

#[test]
fn a_queue_lets_the_topic_in_and_the_subscription_waits_for_it() {
    let (graph, findings) = compile(FULL);
    assert!(!findings.contains("error["), "{findings}");
    assert!(findings.contains("note[needs_confirmation]"), "{findings}");
    let statement = &graph.resources[&"queues.jobs/policy/topics.t".parse().unwrap()];
    assert_eq!(statement.properties.text_at("Statement.Principal.Service"), Some("sns.amazonaws.com"));
    assert_eq!(statement.properties.text_at("Statement.Condition.ArnEquals.aws:SourceArn"), Some(TOPIC));
    let jobs = "topics.t/subscription/jobs".parse().unwrap();
    let waits: Vec<String> = graph.dependencies(&jobs).iter().map(ToString::to_string).collect();
    for to in ["topics.t", "queues.jobs", "queues.jobs/policy/topics.t", "queues.dead/policy/topics.t"] {
        assert!(waits.iter().any(|wait| wait == to), "{to}: {waits:?}");
    }
    assert!(graph.dependencies(&"topics.t".parse().unwrap()).is_empty());
}

#[test]
fn what_does_not_go_together_is_said() {
    let findings = |one: &str| {
        compile(&format!("{{ stack: shop, queues: {{ q: {{}} }}, topics: {{ t: {{ subscriptions: {{ s: {{ {one} }} }} }} }} }}")).1
    };
    for (one, code) in [
        ("queue: q, filter_policy_scope: message_body", "no_filter_policy"),
        ("queue: q, delivery_policy: {}", "delivery_policy"),
        ("queue: q, role: 'arn:aws:iam::123456789012:role/r'", "subscription_role"),
        ("firehose: 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/f'", "subscription_role"),
        ("https: 'http://example.com'", "bad_endpoint"),
        ("email: nobody", "bad_endpoint"),
        ("sms: '123'", "bad_endpoint"),
        ("queue: q, raw: true", "unknown_key"),
    ] {
        assert!(findings(one).contains(&format!("error[{code}]")), "{one}: {}", findings(one));
    }
    assert_eq!(findings("queue: q"), "");
}
