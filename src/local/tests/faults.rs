//! Each effect of a fault rule, as a client meets it.

use aws_smithy_runtime_api::client::result::SdkError;

use super::*;

#[tokio::test]
async fn a_throttled_call_has_no_effect_and_the_next_one_has() {
    let sqs = sdk!(local("sqs:CreateQueue=throttle*2"), aws_sdk_sqs);
    for _ in 0..2 {
        assert_eq!(code(sqs.create_queue().queue_name("q").send().await), "RequestThrottled");
    }
    assert_eq!(sqs.list_queues().send().await.unwrap().queue_urls().len(), 0);
    sqs.create_queue().queue_name("q").send().await.unwrap();
}

#[tokio::test]
async fn an_internal_error_and_a_quota_travel_with_their_status() {
    let local = local("events:PutRule=500; events:PutRule#2=quota; iam:CreateRole=500");
    let events = sdk!(local, aws_sdk_eventbridge);
    let status =
        |outcome: Result<_, SdkError<_, aws_smithy_runtime_api::client::orchestrator::HttpResponse>>| {
            outcome.map(|_: aws_sdk_eventbridge::operation::put_rule::PutRuleOutput| ()).map_err(
                |error: SdkError<aws_sdk_eventbridge::operation::put_rule::PutRuleError, _>| {
                    error.raw_response().unwrap().status().as_u16()
                },
            )
        };
    let put = || events.put_rule().name("r").event_pattern("{\"a\":[1]}").send();
    assert_eq!(status(put().await), Err(500));
    assert_eq!(status(put().await), Err(400));
    assert_eq!(status(put().await), Ok(()));
    let iam = sdk!(local, aws_sdk_iam);
    assert_eq!(
        code(iam.create_role().role_name("r").assume_role_policy_document(trust("x")).send().await),
        "ServiceFailure"
    );
    assert_eq!(
        local.requests().iter().map(|request| request.status).collect::<Vec<_>>(),
        [500, 400, 200, 500]
    );
}

#[tokio::test]
async fn a_lost_request_has_no_effect_and_a_lost_answer_has() {
    let sqs = sdk!(local("sqs:CreateQueue#1=lost; sqs:CreateQueue#2=answer-lost"), aws_sdk_sqs);
    for expected in [0, 1] {
        let lost = sqs.create_queue().queue_name("q").send().await;
        assert!(matches!(lost, Err(SdkError::DispatchFailure(_))), "{lost:?}");
        assert_eq!(sqs.list_queues().send().await.unwrap().queue_urls().len(), expected);
    }
}

#[tokio::test]
async fn a_new_role_is_not_assumable_for_as_many_checks_as_the_rule_says() {
    let local = local("iam:CreateRole=slow:2");
    let arn = role(&local, "r", "events.amazonaws.com").await;
    let events = sdk!(local, aws_sdk_eventbridge);
    let put = || events.put_rule().name("r").event_pattern("{\"a\":[1]}").role_arn(&arn).send();
    for _ in 0..2 {
        let refused = put().await.unwrap_err();
        assert!(
            refused
                .as_service_error()
                .unwrap()
                .meta()
                .message()
                .unwrap()
                .contains("cannot be assumed by principal")
        );
    }
    put().await.unwrap();
}

#[tokio::test]
async fn a_role_that_does_not_trust_the_service_is_never_assumable() {
    let local = local("");
    let arn = role(&local, "r", "lambda.amazonaws.com").await;
    let events = sdk!(local, aws_sdk_eventbridge);
    assert_eq!(
        code(events.put_rule().name("r").event_pattern("{\"a\":[1]}").role_arn(&arn).send().await),
        "ValidationException"
    );
}

#[tokio::test]
async fn a_stale_read_shows_the_state_before_the_last_write() {
    let events = sdk!(local("events:DescribeRule=stale:1"), aws_sdk_eventbridge);
    events.put_rule().name("r").event_pattern("{\"a\":[1]}").send().await.unwrap();
    events.put_rule().name("r").event_pattern("{\"a\":[2]}").send().await.unwrap();
    for expected in ["{\"a\":[1]}", "{\"a\":[2]}"] {
        assert_eq!(events.describe_rule().name("r").send().await.unwrap().event_pattern(), Some(expected));
    }
}

#[tokio::test]
async fn a_rule_can_say_any_error() {
    let sqs = sdk!(local("sqs:CreateQueue=error:QueueDeletedRecently"), aws_sdk_sqs);
    let refused = sqs.create_queue().queue_name("q").send().await.unwrap_err();
    assert!(refused.as_service_error().unwrap().is_queue_deleted_recently());
}

#[test]
fn two_accounts_on_one_file_share_what_they_keep() {
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        Local::open(LocalOptions { path: Some(folder.path().join("account")), ..LocalOptions::new(ACCOUNT) })
            .unwrap()
    };
    let (one, two) = (open(), open());
    assert_eq!(post(&one, "sqs", "AmazonSQS.CreateQueue", json!({"QueueName": "a"})).0, 200);
    assert_eq!(post(&two, "sqs", "AmazonSQS.CreateQueue", json!({"QueueName": "b"})).0, 200);
    assert_eq!(
        post(&one, "sqs", "AmazonSQS.ListQueues", json!({})).1["QueueUrls"].as_array().unwrap().len(),
        2
    );
    assert_eq!(
        post(&open(), "sqs", "AmazonSQS.ListQueues", json!({})).1["QueueUrls"].as_array().unwrap().len(),
        2
    );
}

/// Not a test by itself: what the next one runs as a process of its own, to be killed.
#[cfg(unix)]
#[test]
#[ignore = "run by the test that a killed process leaves what it was killed after"]
fn the_process_that_is_killed() {
    let (Ok(path), Ok(rules)) = (std::env::var("LOCAL_KILL_FILE"), std::env::var("LOCAL_KILL_RULES")) else {
        return;
    };
    let faults = fault::parse(&rules).unwrap();
    let options = LocalOptions { path: Some(path.into()), faults, ..LocalOptions::new(ACCOUNT) };
    post(&Local::open(options).unwrap(), "sqs", "AmazonSQS.CreateQueue", json!({"QueueName": "q"}));
}

#[cfg(unix)]
#[test]
fn a_process_killed_before_the_effect_leaves_nothing_and_after_it_the_effect() {
    use std::os::unix::process::ExitStatusExt;
    for (effect, left) in [("kill-before", 0), ("kill-after", 1)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("account");
        let killed = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "local::tests::faults::the_process_that_is_killed", "--ignored"])
            .env("LOCAL_KILL_FILE", &path)
            .env("LOCAL_KILL_RULES", format!("sqs:CreateQueue={effect}"))
            .output()
            .unwrap();
        assert_eq!(killed.status.signal(), Some(9), "{killed:?}");
        let after = Local::open(LocalOptions { path: Some(path), ..LocalOptions::new(ACCOUNT) }).unwrap();
        assert_eq!(after.documents(REGION, "sqs", "queue").unwrap().len(), left, "{effect}");
    }
}

#[test]
fn a_request_does_not_show_its_body() {
    let request =
        Request { method: "POST".into(), uri: "/".into(), body: b"hunter2".to_vec(), ..Request::default() };
    assert_eq!(format!("{request:?}"), "Request(POST /, 7 bytes)");
}
