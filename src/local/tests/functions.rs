//! Lambda.

use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{self as model, FunctionUrlAuthType, LastUpdateStatus, Runtime, State};
use serde_json::Value;

use super::*;

const ZIP: &[u8] = b"PK\x05\x06 and the rest";

async fn made(local: &Arc<Local>) -> aws_sdk_lambda::Client {
    let role = role(local, "r", "lambda.amazonaws.com").await;
    let client = sdk!(local, aws_sdk_lambda);
    let code = model::FunctionCode::builder().zip_file(Blob::new(ZIP)).build();
    let make = client
        .create_function()
        .function_name("f")
        .role(role)
        .code(code)
        .runtime(Runtime::Nodejs22x)
        .handler("i.h");
    let made = make
        .environment(model::Environment::builder().variables("A", "1").build())
        .tags("k", "v")
        .send()
        .await
        .unwrap();
    assert_eq!(made.state(), Some(&State::Pending));
    client
}

async fn settled(
    client: &aws_sdk_lambda::Client,
) -> aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput {
    client.get_function_configuration().function_name("f").send().await.unwrap();
    client.get_function_configuration().function_name("f").send().await.unwrap()
}

#[tokio::test]
async fn a_function_is_pending_then_active_with_its_defaults_and_digest() {
    let client = made(&local("")).await;
    let busy = client.update_function_configuration().function_name("f").timeout(5).send().await;
    assert_eq!(code(busy), "ResourceConflictException");
    let read = settled(&client).await;
    assert_eq!(
        (read.state(), read.last_update_status()),
        (Some(&State::Active), Some(&LastUpdateStatus::Successful))
    );
    assert_eq!(
        (read.timeout(), read.memory_size(), read.code_size()),
        (Some(3), Some(128), ZIP.len() as i64)
    );
    assert_eq!(read.logging_config().unwrap().log_group(), Some("/aws/lambda/f"));
    assert_eq!(read.code_sha256(), Some("kK60yPfcOy0rXdNcXehm2lOhiWvC8aVbWbo3l4DNTrw="));
    let whole = client.get_function().function_name("f").send().await.unwrap();
    assert_eq!(
        (whole.tags().unwrap()["k"].as_str(), whole.configuration().unwrap().handler()),
        ("v", Some("i.h"))
    );
}

#[tokio::test]
async fn a_role_that_cannot_be_assumed_is_refused_and_later_taken() {
    let local = local("iam:CreateRole=slow:1");
    let role = role(&local, "r", "lambda.amazonaws.com").await;
    let client = sdk!(local, aws_sdk_lambda);
    let package = model::FunctionCode::builder().zip_file(Blob::new(ZIP)).build();
    let make = || {
        client
            .create_function()
            .function_name("f")
            .role(&role)
            .code(package.clone())
            .runtime(Runtime::Nodejs22x)
            .handler("i.h")
            .send()
    };
    assert_eq!(code(make().await), "InvalidParameterValueException");
    make().await.unwrap();
}

#[tokio::test]
async fn configuration_is_patched_and_emptied_by_empty_values() {
    let client = made(&local("")).await;
    settled(&client).await;
    let empty = model::Environment::builder().set_variables(Some(Default::default())).build();
    client
        .update_function_configuration()
        .function_name("f")
        .environment(empty)
        .description("d")
        .send()
        .await
        .unwrap();
    let read = settled(&client).await;
    assert_eq!(
        (read.environment().is_none(), read.description(), read.handler()),
        (true, Some("d"), Some("i.h"))
    );
    let other = client
        .update_function_code()
        .function_name("f")
        .zip_file(Blob::new("PK other"))
        .send()
        .await
        .unwrap();
    assert_eq!(other.last_update_status(), Some(&LastUpdateStatus::InProgress));
    assert_ne!(other.code_sha256(), read.code_sha256());
}

#[tokio::test]
async fn permissions_are_statements_of_one_policy() {
    let client = made(&local("")).await;
    assert_eq!(code(client.get_policy().function_name("f").send().await), "ResourceNotFoundException");
    let add = |sid: &str| {
        client
            .add_permission()
            .function_name("f")
            .statement_id(sid)
            .action("lambda:InvokeFunction")
            .principal("events.amazonaws.com")
            .source_arn("arn:rule")
            .source_account(ACCOUNT)
            .send()
    };
    add("a").await.unwrap();
    add("b").await.unwrap();
    assert_eq!(code(add("a").await), "ResourceConflictException");
    let text = client.get_policy().function_name("f").send().await.unwrap();
    let policy: Value = serde_json::from_str(text.policy().unwrap()).unwrap();
    let statement = &policy["Statement"][0];
    assert_eq!(statement["Principal"]["Service"], "events.amazonaws.com");
    assert_eq!(statement["Condition"]["ArnLike"]["AWS:SourceArn"], "arn:rule");
    assert_eq!(statement["Condition"]["StringEquals"]["AWS:SourceAccount"], ACCOUNT);
    client.remove_permission().function_name("f").statement_id("a").send().await.unwrap();
    client.remove_permission().function_name("f").statement_id("b").send().await.unwrap();
    assert_eq!(code(client.get_policy().function_name("f").send().await), "ResourceNotFoundException");
}

#[tokio::test]
async fn a_functions_url_and_concurrency_go_with_it() {
    let local = local("");
    let client = made(&local).await;
    settled(&client).await;
    let url = client
        .create_function_url_config()
        .function_name("f")
        .auth_type(FunctionUrlAuthType::None)
        .send()
        .await
        .unwrap();
    assert!(url.function_url().ends_with(&format!(".lambda-url.{REGION}.on.aws/")));
    client
        .update_function_url_config()
        .function_name("f")
        .auth_type(FunctionUrlAuthType::AwsIam)
        .send()
        .await
        .unwrap();
    let read = client.get_function_url_config().function_name("f").send().await.unwrap();
    assert_eq!(
        (read.function_url(), read.auth_type(), read.invoke_mode().unwrap().as_str()),
        (url.function_url(), &FunctionUrlAuthType::AwsIam, "BUFFERED")
    );
    client
        .put_function_concurrency()
        .function_name("f")
        .reserved_concurrent_executions(2)
        .send()
        .await
        .unwrap();
    assert_eq!(
        client
            .get_function()
            .function_name("f")
            .send()
            .await
            .unwrap()
            .concurrency()
            .unwrap()
            .reserved_concurrent_executions(),
        Some(2)
    );
    client.delete_function_concurrency().function_name("f").send().await.unwrap();
    client.delete_function().function_name("f").send().await.unwrap();
    assert_eq!(
        code(client.get_function_url_config().function_name("f").send().await),
        "ResourceNotFoundException"
    );
    assert_eq!(client.list_functions().send().await.unwrap().functions().len(), 0);
}
