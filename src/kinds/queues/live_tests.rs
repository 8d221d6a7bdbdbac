use crate::compile::testing::compile;
use crate::kinds;
use crate::kinds::testing::Bench;

const STACK: &str = "{ stack: shop, queues: { q: {} } }";

#[tokio::test]
async fn a_delete_returns_when_the_queue_is_gone() {
    let mut bench = Bench::new().await;
    bench.apply(STACK).await;
    let queue = bench.read("queues.q").await.unwrap();
    let queues = kinds::kind("queues").unwrap().live();
    // SQS still shows the queue three times after it has taken the delete.
    bench.local.faults().add("sqs:GetQueueAttributes=stale:1*3".parse().unwrap());
    bench.local.forget_requests();
    queues.delete(&bench.aws, &queue).await.unwrap();
    let requests = bench.local.requests();
    let names: Vec<&str> = requests.iter().map(|request| request.operation.as_str()).collect();
    assert_eq!(names[0], "DeleteQueue");
    assert_eq!(names[1..], ["GetQueueAttributes"; 4]);
    queues.delete(&bench.aws, &queue).await.unwrap();
}

#[tokio::test]
async fn a_queue_that_does_not_go_is_an_error_in_the_end() {
    let mut bench = Bench::new().await;
    bench.apply(STACK).await;
    let queue = bench.read("queues.q").await.unwrap();
    bench.local.faults().add("sqs:GetQueueAttributes=stale:1*always".parse().unwrap());
    let error = kinds::kind("queues").unwrap().live().delete(&bench.aws, &queue).await.unwrap_err();
    assert!(error.to_string().contains("still there"), "{error}");
}

#[test]
fn attributes_are_held_to_the_bounds_of_sqs() {
    for (attribute, low, high) in [
        ("message_retention_period", 60, 1_209_600),
        ("visibility_timeout", 0, 43_200),
        ("receive_message_wait_time", 0, 20),
        ("delay", 0, 900),
        ("maximum_message_size", 1024, 1_048_576),
    ] {
        let findings = |value: i64| {
            compile(&format!("{{ stack: shop, queues: {{ q: {{ {attribute}: {value} }} }} }}")).1
        };
        for value in [low, high] {
            assert_eq!(findings(value), "", "{attribute}: {value}");
        }
        for value in [low - 1, high + 1] {
            assert_ne!(findings(value), "", "{attribute}: {value}");
        }
    }
}
