//! What the client takes from the environment: endpoints, credentials, proxies, the region.

use std::time::Duration;

use super::alone::alone;
use super::server::{Answer, Server};
use crate::aws::{Client, Options};
use crate::engine::{Aws, Class, Value};
use crate::value;

const KEYS: [(&str, &str); 3] =
    [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "x"), ("AWS_REGION", "eu-west-1")];

fn quick() -> Options {
    Options { time_scale: 0.001, ..Options::default() }
}

#[tokio::test]
async fn a_service_s_own_endpoint_is_used_and_described() {
    let server = Server::answering(vec![Answer::Json(200, "{}")]);
    let environment = [&KEYS[..], &[("AWS_ENDPOINT_URL_PIPES", &server.url)]].concat();
    if !alone("environment::a_service_s_own_endpoint_is_used_and_described", &environment) {
        assert_eq!(server.requests()[0].line, "POST /v1/pipes/p/stop");
        return;
    }
    let aws = Client::for_account(quick(), "123456789012").await.unwrap();
    let url = std::env::var("AWS_ENDPOINT_URL_PIPES").unwrap();
    assert_eq!(aws.endpoint(), format!("AWS; pipes at {url}"));
    assert_eq!(aws.place().region, "eu-west-1");
    aws.call("pipes", "StopPipe", value!({ "Name": "p" })).await.unwrap();
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_used() {
    let server = Server::answering(vec![Answer::Json(200, "{}")]);
    let environment = [&KEYS[..], &[("HTTP_PROXY", server.url.as_str())]].concat();
    if !alone("environment::a_proxy_of_the_environment_is_used", &environment) {
        assert_eq!(server.requests()[0].line, "POST http://events.invalid/");
        return;
    }
    let options = Options { endpoint_url: Some("http://events.invalid".into()), ..quick() };
    let aws = Client::for_account(options, "123456789012").await.unwrap();
    aws.call("events", "PutRule", value!({ "Name": "r" })).await.unwrap();
}

#[tokio::test]
async fn without_credentials_or_region_it_says_what_to_set() {
    if !alone("environment::without_credentials_or_region_it_says_what_to_set", &[]) {
        return;
    }
    let error = Client::for_account(quick(), "1").await.err().unwrap();
    assert!(error.message.contains("AWS_REGION"), "{error}");
    let options = Options { region: Some("eu-west-1".into()), ..quick() };
    let connecting = tokio::time::timeout(Duration::from_secs(60), Client::connect(options));
    let error = connecting.await.unwrap().err().unwrap();
    assert_eq!(error.class, Class::Denied);
    assert!(error.message.contains("AWS_ACCESS_KEY_ID"), "{error}");
}

#[tokio::test]
async fn a_run_finds_its_account_and_says_that_credentials_expired() {
    let answer = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:me</Arn>\
        <Account>210987654321</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
    let expired = r#"{"__type":"ExpiredTokenException","message":"The token has expired"}"#;
    let server = Server::answering(vec![
        Answer::With(200, "content-type: text/xml", answer.into()),
        Answer::Json(403, expired),
    ]);
    let environment = [&KEYS[..], &[("AWS_ENDPOINT_URL", &server.url)]].concat();
    if !alone("environment::a_run_finds_its_account_and_says_that_credentials_expired", &environment) {
        assert_eq!(server.requests().len(), 2);
        return;
    }
    let aws = Client::connect(quick()).await.unwrap();
    assert_eq!(aws.place().arn("sqs", "q"), "arn:aws:sqs:eu-west-1:210987654321:q");
    let error = aws.call("events", "ListEventBuses", Value::map()).await.unwrap_err();
    assert_eq!(error.class, Class::Expired);
    assert!(error.message.contains("renew"), "{error}");
}
