//! The client against a loopback server: bytes, errors, memory, secrets.

mod alone;
mod embedded;
mod environment;
mod secrets;
mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aws_credential_types::Credentials;
use server::{Answer, Server};

use super::{Calls, Client, Options};
use crate::engine::{Aws, Class, Pages, Value, all_pages};
use crate::value;

/// A client of a server, with credentials of its own, so that nothing of the machine is read.
async fn client(url: &str) -> Client {
    let options = Options {
        region: Some("eu-west-1".into()),
        endpoint_url: Some(url.into()),
        time_scale: 0.001,
        ..Options::default()
    };
    let credentials = Credentials::new("AKIDEXAMPLE", "example", None, None, "test");
    Client::with_credentials(options, "123456789012", credentials).await.unwrap()
}

#[tokio::test]
async fn a_document_is_sent_as_it_is_and_its_label_stands_in_the_path_alone() {
    let server = Server::answering(vec![Answer::Json(200, r#"{"Arn":"a","New":{"Member":15}}"#)]);
    let aws = client(&server.url).await;
    let input = value!({
        "Target": "arn:t", "Name": "orders/1", "Source": "arn:s", "SourceParameters": {
            "DynamoDBStreamParameters": { "StartingPosition": "LATEST", "BatchSize": 1 }
        }, "Description": "", "FutureMember": [null, false]
    });
    let answer = aws.call("pipes", "CreatePipe", input).await.unwrap();
    assert_eq!(answer, value!({ "Arn": "a", "New": { "Member": 15 } }));
    let request = &server.requests()[0];
    assert_eq!(request.line, "POST /v1/pipes/orders%2F1");
    let body = concat!(
        r#"{"Description":"","FutureMember":[null,false],"Source":"arn:s","SourceParameters":"#,
        r#"{"DynamoDBStreamParameters":{"BatchSize":1,"StartingPosition":"LATEST"}},"Target":"arn:t"}"#
    );
    assert_eq!(request.body, body);
    assert_eq!(request.header("content-length"), Some(body.len().to_string().as_str()));
    assert_eq!(request.header("content-type"), Some("application/json"));
    let authorization = request.header("authorization").unwrap();
    assert!(authorization.contains("/eu-west-1/pipes/aws4_request"), "{authorization}");
}

#[tokio::test]
async fn an_operation_of_a_json_service_sends_its_whole_input() {
    let server = Server::answering(vec![Answer::Json(200, "{}")]);
    let aws = client(&server.url).await;
    aws.call("events", "PutRule", value!({ "Name": "r", "State": "ENABLED", "Tags": [] })).await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.body, r#"{"Name":"r","State":"ENABLED","Tags":[]}"#);
    assert_eq!(request.header("x-amz-target"), Some("AWSEvents.PutRule"));
    assert_eq!(request.header("content-type"), Some("application/x-amz-json-1.1"));
}

#[tokio::test]
async fn query_members_go_into_the_query_and_what_has_no_body_sends_none() {
    let server = Server::answering(vec![Answer::Json(204, "")]);
    let aws = client(&server.url).await;
    let input = value!({ "resourceArn": "arn:aws:pipes:::pipe/p", "tagKeys": ["a", "b c"] });
    assert_eq!(aws.call("pipes", "UntagResource", input).await, Ok(Value::map()));
    let input = value!({ "restApiId": "x", "embed": ["methods"], "limit": 500 });
    aws.call("apigateway", "GetResources", input).await.unwrap();
    let lines: Vec<_> = server.requests().into_iter().map(|request| (request.line, request.body)).collect();
    assert_eq!(lines[0].0, "DELETE /tags/arn%3Aaws%3Apipes%3A%3A%3Apipe%2Fp?tagKeys=a&tagKeys=b%20c");
    assert_eq!(lines[1].0, "GET /restapis/x/resources?limit=500&embed=methods");
    assert!(lines.iter().all(|(_, body)| body.is_empty()));
    let error = aws.call("pipes", "DeletePipe", value!({ "Name": "p", "Force": true })).await.unwrap_err();
    assert_eq!(error.class, Class::Invalid);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_integration_s_own_method_has_another_name_in_the_body() {
    let server = Server::answering(vec![Answer::Json(201, r#"{"httpMethod":"POST"}"#)]);
    let aws = client(&server.url).await;
    let input = value!({
        "restApiId": "x", "resourceId": "y", "httpMethod": "GET", "type": "AWS",
        "integrationHttpMethod": "POST"
    });
    aws.call("apigateway", "PutIntegration", input).await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.line, "PUT /restapis/x/resources/y/methods/GET/integration");
    assert_eq!(request.body, r#"{"httpMethod":"POST","type":"AWS"}"#);
}

#[tokio::test]
async fn a_query_service_goes_through_the_sdk_s_types_and_back() {
    let role = "<GetRoleResponse><GetRoleResult><Role><Path>/p/</Path><RoleName>r</RoleName>\
        <RoleId>AROA</RoleId><Arn>arn:r</Arn><CreateDate>2026-01-02T03:04:05Z</CreateDate>\
        <AssumeRolePolicyDocument>%7B%22a%22%3A1%7D</AssumeRolePolicyDocument>\
        <Tags><member><Key>k</Key><Value>v</Value></member></Tags></Role></GetRoleResult></GetRoleResponse>";
    let server = Server::answering(vec![Answer::With(200, "content-type: text/xml", role.into())]);
    let aws = client(&server.url).await;
    let answer = aws.call("iam", "GetRole", value!({ "RoleName": "r" })).await.unwrap();
    let expected = value!({ "Role": {
        "Path": "/p/", "RoleName": "r", "RoleId": "AROA", "Arn": "arn:r",
        "CreateDate": "2026-01-02T03:04:05Z", "AssumeRolePolicyDocument": "{\"a\":1}",
        "Tags": [{ "Key": "k", "Value": "v" }]
    } });
    assert_eq!(answer, expected);
    let input = value!({ "RoleName": "r", "Tags": [{ "Key": "a", "Value": "b" }] });
    aws.call("iam", "TagRole", input).await.unwrap();
    let body = &server.requests()[1].body;
    assert!(body.contains("RoleName=r&Tags.member.1.Key=a&Tags.member.1.Value=b"), "{body}");
    let error = aws.call("iam", "GetRole", value!({ "RoleName": "r", "X": 1 })).await.unwrap_err();
    assert!(error.message.contains("`X`"), "{error}");
}

#[tokio::test]
async fn a_throttled_call_succeeds_later_and_every_attempt_is_counted() {
    let throttled = Answer::Json(400, r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#);
    let server = Server::answering(vec![throttled.clone(), throttled, Answer::Json(200, "{}")]);
    let aws = client(&server.url).await;
    aws.call("events", "PutRule", value!({ "Name": "r" })).await.unwrap();
    assert_eq!(aws.calls()[&("events", "PutRule")], Calls { calls: 1, attempts: 3 });
}

// A7 (hashicorp/terraform-provider-aws#37605): a quota with status 429 is tried again without end.
// X2 (hashicorp/terraform-provider-aws#41503, hashicorp/terraform#15154, hashicorp/terraform#11654): a quota
// is final, not throttling.
#[tokio::test]
async fn a_quota_with_status_429_is_final_at_once_with_aws_s_words() {
    let answer = Answer::With(
        429,
        "x-amzn-errortype: LimitExceededException",
        r#"{"message":"Maximum number of APIs reached"}"#.into(),
    );
    let server = Server::answering(vec![answer]);
    let aws = client(&server.url).await;
    let start = Instant::now();
    let error = aws.call("apigateway", "CreateRestApi", value!({ "name": "x" })).await.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(1));
    assert_eq!((error.class, error.status, server.requests().len()), (Class::Quota, Some(429), 1));
    assert_eq!(
        error.to_string(),
        "apigateway:CreateRestApi: LimitExceededException: Maximum number of APIs reached (request r-0)"
    );
}

#[tokio::test]
async fn a_lost_answer_is_ambiguous_and_a_refused_connection_is_not() {
    let server = Server::answering(vec![Answer::Lost]);
    let aws = client(&server.url).await;
    let error = aws.call_once("apigateway", "CreateRestApi", value!({ "name": "x" })).await.unwrap_err();
    assert_eq!((error.class, server.requests().len()), (Class::Ambiguous, 1));
    let nobody = { std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap() };
    let aws = client(&format!("http://{nobody}")).await;
    let error = aws.call_once("events", "PutRule", value!({ "Name": "r" })).await.unwrap_err();
    assert_eq!(error.class, Class::Transient);
    assert_eq!(aws.calls()[&("events", "PutRule")].attempts, 5);
}

#[tokio::test]
async fn a_failure_of_the_server_is_repeated_unless_the_call_must_not_be_made_twice() {
    let server = Server::answering(vec![Answer::Json(500, "<html>"), Answer::Json(200, "{}")]);
    let aws = client(&server.url).await;
    aws.call("events", "PutRule", value!({ "Name": "r" })).await.unwrap();
    let server = Server::answering(vec![Answer::Json(502, "<html>")]);
    let aws = client(&server.url).await;
    let error = aws.call("events", "PutRule", value!({ "Name": "r" })).await.unwrap_err();
    assert_eq!((error.class, server.requests().len()), (Class::Transient, 5));
    assert!(error.message.contains("HTTP status 502"), "{error}");
    let server = Server::answering(vec![Answer::Json(503, r#"{"message":"x"}"#)]);
    let aws = client(&server.url).await;
    let error = aws.call_once("apigateway", "CreateRestApi", value!({ "name": "x" })).await.unwrap_err();
    assert_eq!((error.class, server.requests().len()), (Class::Ambiguous, 1));
}

#[tokio::test]
async fn a_read_is_remembered_until_its_service_changes() {
    let server = Server::answering(vec![Answer::Json(200, r#"{"Name":"r"}"#)]);
    let aws = client(&server.url).await;
    let read = async || aws.call("events", "DescribeRule", value!({ "Name": "r" })).await.unwrap();
    read().await;
    read().await;
    assert_eq!(server.requests().len(), 1);
    aws.call("pipes", "StopPipe", value!({ "Name": "p" })).await.unwrap();
    read().await;
    assert_eq!(server.requests().len(), 2);
    aws.call("events", "DeleteRule", value!({ "Name": "other" })).await.unwrap();
    read().await;
    assert_eq!(server.requests().len(), 4);
    aws.forget();
    read().await;
    assert_eq!(server.requests().len(), 5);
    aws.call("events", "DescribeRule", value!({ "Name": "s" })).await.unwrap();
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn two_equal_reads_at_once_make_one_call_and_a_failure_is_not_remembered() {
    let server = Server::answering(vec![Answer::Slow(Duration::from_millis(50), "{}")]);
    let aws = client(&server.url).await;
    let read = || aws.call("events", "ListRules", value!({ "Limit": 1 }));
    let (one, two) = tokio::join!(read(), read());
    assert!(one.is_ok() && two.is_ok() && server.requests().len() == 1);
    let missing = Answer::Json(400, r#"{"__type":"ResourceNotFoundException","message":"no"}"#);
    let server = Server::answering(vec![missing, Answer::Json(200, "{}")]);
    let aws = client(&server.url).await;
    let read = || aws.call("events", "DescribeRule", value!({ "Name": "r" }));
    let (one, two) = tokio::join!(read(), read());
    assert!(one.unwrap_err().is_not_found() && two.unwrap_err().is_not_found());
    assert!(read().await.is_ok() && server.requests().len() == 2);
}

#[tokio::test]
async fn pages_are_read_to_the_end_and_a_repeated_token_stops_them() {
    let pages = Pages::by_next_token("Rules");
    let first = Answer::Json(200, r#"{"Rules":[1],"NextToken":"a"}"#);
    let server = Server::answering(vec![first.clone(), Answer::Json(200, r#"{"Rules":[2]}"#)]);
    let aws = client(&server.url).await;
    let items = all_pages(&aws, "events", "ListRules", Value::map(), pages).await.unwrap();
    assert_eq!(items, [Value::from(1), Value::from(2)]);
    assert_eq!(server.requests()[1].body, r#"{"NextToken":"a"}"#);
    let server = Server::answering(vec![first]);
    let aws = client(&server.url).await;
    let error = all_pages(&aws, "events", "ListRules", Value::map(), pages).await.unwrap_err();
    assert!(error.message.contains("repeats a page"), "{error}");
}

#[tokio::test]
async fn an_answer_counts_by_its_bytes_even_if_the_sdk_s_types_cannot_hold_it() {
    let server = Server::answering(vec![Answer::Json(200, r#"{"Rules":[1]}"#), Answer::Json(200, "<html>")]);
    let aws = client(&server.url).await;
    let answer = aws.call("events", "ListRules", Value::map()).await.unwrap();
    assert_eq!(answer, value!({ "Rules": [1] }));
    let error = aws.call_once("events", "PutRule", value!({ "Name": "r" })).await.unwrap_err();
    assert_eq!((error.class, error.message.as_str()), (Class::Ambiguous, "the answer is no JSON"));
    let server = Server::answering(vec![Answer::With(200, "x-odd: 1", "no xml".into())]);
    let error = client(&server.url).await.call_once("iam", "GetRole", value!({ "RoleName": "r" })).await;
    assert_eq!(error.unwrap_err().class, Class::Ambiguous);
}

#[tokio::test]
async fn a_stopped_run_sends_nothing_more() {
    let server = Server::answering(vec![Answer::Json(200, "{}")]);
    let aws = client(&server.url).await;
    aws.cancel().cancel();
    let error = aws.call("events", "PutRule", value!({ "Name": "r" })).await.unwrap_err();
    assert_eq!((error.class, server.requests().len()), (Class::Cancelled, 0));
    aws.pause(30).await;
}

#[tokio::test]
async fn what_is_not_known_is_an_error_that_names_it() {
    let server = Server::answering(vec![Answer::Json(200, "{}")]);
    let aws = client(&server.url).await;
    let error = aws.call("events", "DescribeReplay", Value::map()).await.unwrap_err();
    assert!(error.to_string().starts_with("events:DescribeReplay: "), "{error}");
    assert!(aws.call("glacier", "CreateVault", Value::map()).await.is_err());
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn identity_place_and_endpoint() {
    let answer = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:me</Arn>\
        <UserId>u</UserId><Account>210987654321</Account></GetCallerIdentityResult>\
        </GetCallerIdentityResponse>";
    let server = Server::answering(vec![Answer::With(200, "content-type: text/xml", answer.into())]);
    let aws = client(&server.url).await;
    let identity = aws.identity().await.unwrap();
    assert_eq!((identity.account.as_str(), identity.arn.as_str()), ("210987654321", "arn:me"));
    assert_eq!(aws.place().account, "123456789012");
    assert_eq!(aws.endpoint(), server.url);
}

// L2: two permissions of a function at once are a conflict.
#[tokio::test]
async fn a_document_has_one_writer_at_a_time() {
    let server = Server::answering(vec![Answer::Json(200, "{}")]);
    let aws = client(&server.url).await;
    let held = aws.exclusive("bus/orders").await;
    drop(aws.exclusive("bus/other").await);
    let second = tokio::time::timeout(Duration::from_millis(20), aws.exclusive("bus/orders")).await;
    assert!(second.is_err());
    drop(held);
    drop(aws.exclusive("bus/orders").await);
}

#[tokio::test]
async fn no_more_calls_are_under_way_than_allowed() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = most.clone();
    let server = Server::new(move |_, _| {
        seen.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(10));
        now.fetch_sub(1, Ordering::SeqCst);
        Answer::Json(200, "{}")
    });
    let aws = client(&server.url).await;
    let reads = (0..60i64).map(|n| aws.call("events", "ListRules", value!({ "Limit": (n) })));
    assert!(futures_util::future::join_all(reads).await.iter().all(Result::is_ok));
    let most = most.load(Ordering::SeqCst);
    assert!((2..=Options::default().parallelism).contains(&most), "{most}");
}
