//! Pipes and log groups.

use aws_sdk_pipes::types as model;
use aws_sdk_pipes::types::PipeState;
use serde_json::json;

use super::*;

fn policy(actions: &[&str]) -> String {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})
        .to_string()
}

async fn allow(local: &Arc<Local>, role: &str, actions: &[&str]) {
    let iam = sdk!(local, aws_sdk_iam);
    iam.put_role_policy()
        .role_name(role)
        .policy_name("p")
        .policy_document(policy(actions))
        .send()
        .await
        .unwrap();
}

async fn queue(local: &Arc<Local>) -> String {
    sdk!(local, aws_sdk_sqs).create_queue().queue_name("q").send().await.unwrap();
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:q")
}

/// The state a pipe settles in, with its reason.
async fn settled(pipes: &aws_sdk_pipes::Client) -> (PipeState, Option<String>) {
    for _ in 0..3 {
        let pipe = pipes.describe_pipe().name("p").send().await.unwrap();
        let state = pipe.current_state().unwrap().clone();
        if !state.as_str().ends_with("ING") || state == PipeState::Running {
            return (state, pipe.state_reason().map(str::to_owned));
        }
    }
    panic!("still passing");
}

const TARGET: &str = "arn:aws:events:eu-central-1:123456789012:event-bus/default";

#[tokio::test]
async fn a_pipe_runs_after_a_while_and_shows_what_it_was_given_by_default() {
    let local = local("");
    let (role, source) = (role(&local, "r", "pipes.amazonaws.com").await, queue(&local).await);
    allow(&local, "r", &["sqs:*"]).await;
    let pipes = sdk!(local, aws_sdk_pipes);
    let made = pipes
        .create_pipe()
        .name("p")
        .source(&source)
        .target(TARGET)
        .role_arn(&role)
        .description("d")
        .tags("k", "v");
    let made = made.send().await.unwrap();
    assert_eq!(made.current_state(), Some(&PipeState::Creating));
    assert_eq!(code(pipes.update_pipe().name("p").role_arn(&role).send().await), "ConflictException");
    assert_eq!(settled(&pipes).await.0, PipeState::Running);
    let read = pipes.describe_pipe().name("p").send().await.unwrap();
    let queue = read.source_parameters().unwrap().sqs_queue_parameters().unwrap();
    assert_eq!((queue.batch_size(), read.log_configuration()), (Some(10), None));
    assert!(read.enrichment_parameters().is_some(), "echoed although never sent");
    assert_eq!(read.tags().unwrap()["k"], "v");
}

#[tokio::test]
async fn an_update_patches_at_the_top_and_replaces_each_block() {
    let local = local("");
    let (role, source) = (role(&local, "r", "pipes.amazonaws.com").await, queue(&local).await);
    allow(&local, "r", &["sqs:*"]).await;
    let pipes = sdk!(local, aws_sdk_pipes);
    let sqs =
        |batch: Option<i32>| model::PipeSourceSqsQueueParameters::builder().set_batch_size(batch).build();
    let filter =
        model::FilterCriteria::builder().filters(model::Filter::builder().pattern("{}").build()).build();
    let parameters = model::PipeSourceParameters::builder()
        .sqs_queue_parameters(sqs(Some(5)))
        .filter_criteria(filter)
        .build();
    let template = |text: &str| model::PipeTargetParameters::builder().input_template(text).build();
    let make = pipes.create_pipe().name("p").source(&source).target(TARGET).role_arn(&role).description("d");
    make.source_parameters(parameters).target_parameters(template("<$.body>")).send().await.unwrap();
    settled(&pipes).await;
    let update = model::UpdatePipeSourceParameters::builder()
        .sqs_queue_parameters(model::UpdatePipeSourceSqsQueueParameters::builder().build())
        .build();
    pipes
        .update_pipe()
        .name("p")
        .role_arn(&role)
        .description("")
        .source_parameters(update)
        .send()
        .await
        .unwrap();
    settled(&pipes).await;
    let read = pipes.describe_pipe().name("p").send().await.unwrap();
    let source = read.source_parameters().unwrap();
    assert_eq!((source.sqs_queue_parameters().unwrap().batch_size(), read.description()), (Some(10), None));
    assert_eq!(source.filter_criteria().unwrap().filters().len(), 1, "another block stays");
    assert_eq!(read.target_parameters().unwrap().input_template(), Some("<$.body>"));
    assert_eq!(read.log_configuration().unwrap().level().unwrap().as_str(), "OFF", "echoed after an update");
    pipes.update_pipe().name("p").role_arn(&role).target_parameters(template("")).send().await.unwrap();
    settled(&pipes).await;
    let read = pipes.describe_pipe().name("p").send().await.unwrap();
    assert_eq!(read.target_parameters().unwrap().input_template(), None);
}

/// hashicorp/terraform-provider-aws#40572, terraform-aws-modules/terraform-aws-eventbridge#133.
#[tokio::test]
async fn a_pipe_whose_role_is_not_ready_ends_as_failed_and_comes_up_when_made_again() {
    let local = local("iam:CreateRole=slow:1");
    let (role, source) = (role(&local, "r", "pipes.amazonaws.com").await, queue(&local).await);
    let pipes = sdk!(local, aws_sdk_pipes);
    for (policy, reason) in [
        (None, "cannot be assumed"),
        (None, "does not have permissions to call ReceiveMessage on SQS"),
        (Some(()), ""),
    ] {
        if policy.is_some() {
            allow(&local, "r", &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]).await;
        }
        pipes.create_pipe().name("p").source(&source).target(TARGET).role_arn(&role).send().await.unwrap();
        let (state, told) = settled(&pipes).await;
        assert_eq!(state, if reason.is_empty() { PipeState::Running } else { PipeState::CreateFailed });
        assert!(told.unwrap_or_default().contains(reason));
        pipes.delete_pipe().name("p").send().await.unwrap();
        pipes.describe_pipe().name("p").send().await.unwrap();
        assert_eq!(code(pipes.describe_pipe().name("p").send().await), "NotFoundException");
    }
}

#[tokio::test]
async fn a_stream_pipe_needs_its_parameters_and_a_live_stream() {
    let local = local("");
    let role = role(&local, "r", "pipes.amazonaws.com").await;
    allow(&local, "r", &["dynamodb:*"]).await;
    let source = format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t/stream/2026-01-01T00:00:00.000");
    let pipes = sdk!(local, aws_sdk_pipes);
    let make = || pipes.create_pipe().name("p").source(&source).target(TARGET).role_arn(&role);
    assert_eq!(code(make().send().await), "ValidationException");
    let stream = model::PipeSourceDynamoDbStreamParameters::builder()
        .starting_position(model::DynamoDbStreamStartPosition::Latest)
        .build()
        .unwrap();
    let parameters = model::PipeSourceParameters::builder().dynamo_db_stream_parameters(stream).build();
    make().source_parameters(parameters).send().await.unwrap();
    let (state, reason) = settled(&pipes).await;
    assert_eq!(state, PipeState::CreateFailed);
    assert!(reason.unwrap().contains("Cannot access stream"));
}

#[tokio::test]
async fn a_pipe_is_stopped_and_started() {
    let local = local("");
    let (role, source) = (role(&local, "r", "pipes.amazonaws.com").await, queue(&local).await);
    allow(&local, "r", &["*"]).await;
    let pipes = sdk!(local, aws_sdk_pipes);
    let make = pipes.create_pipe().name("p").source(&source).target(TARGET).role_arn(&role);
    make.desired_state(model::RequestedPipeState::Stopped).send().await.unwrap();
    assert_eq!(settled(&pipes).await.0, PipeState::Stopped);
    assert_eq!(
        pipes.start_pipe().name("p").send().await.unwrap().current_state(),
        Some(&PipeState::Starting)
    );
    assert_eq!(settled(&pipes).await.0, PipeState::Running);
    assert_eq!(pipes.list_pipes().send().await.unwrap().pipes().len(), 1);
}

#[tokio::test]
async fn a_log_group_is_tagged_by_the_arn_without_the_star() {
    let logs = sdk!(local(""), aws_sdk_cloudwatchlogs);
    logs.create_log_group().log_group_name("/a/b").tags("k", "v").send().await.unwrap();
    logs.create_log_group().log_group_name("/a/bc").send().await.unwrap();
    assert_eq!(
        code(logs.create_log_group().log_group_name("/a/b").send().await),
        "ResourceAlreadyExistsException"
    );
    logs.put_retention_policy().log_group_name("/a/b").retention_in_days(1).send().await.unwrap();
    assert_eq!(
        code(logs.put_retention_policy().log_group_name("/a/b").retention_in_days(2).send().await),
        "InvalidParameterException"
    );
    let found = logs.describe_log_groups().log_group_name_prefix("/a/b").send().await.unwrap();
    let group = &found.log_groups()[0];
    assert_eq!((found.log_groups().len(), group.retention_in_days()), (2, Some(1)));
    assert_eq!(group.arn().unwrap(), format!("{}:*", group.log_group_arn().unwrap()));
    let tags =
        logs.list_tags_for_resource().resource_arn(group.log_group_arn().unwrap()).send().await.unwrap();
    assert_eq!(tags.tags().unwrap()["k"], "v");
    assert_eq!(
        code(logs.list_tags_for_resource().resource_arn(group.arn().unwrap()).send().await),
        "ResourceNotFoundException"
    );
    logs.delete_retention_policy().log_group_name("/a/b").send().await.unwrap();
    let again = logs.describe_log_groups().log_group_name_prefix("/a/b").send().await.unwrap();
    assert_eq!(again.log_groups()[0].retention_in_days(), None);
    logs.delete_log_group().log_group_name("/a/b").send().await.unwrap();
    assert_eq!(
        code(logs.delete_log_group().log_group_name("/a/b").send().await),
        "ResourceNotFoundException"
    );
}
