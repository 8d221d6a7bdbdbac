//! A planted secret reaches the server and no log line.

use std::io::Write;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::{Registry, fmt};

use super::alone::alone;
use super::server::{Answer, Server};
use crate::engine::{Aws, Secret, SecretSource, Value};
use crate::value;

const SECRET: &str = "hunter2-\"planted\"-Zm9v";

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn secret() -> Value {
    let source = SecretSource { parameter: "password".into(), version: "1".into() };
    Value::Secret(Secret::from_source(source).fill(&|_| Some(SECRET.into())).unwrap())
}

/// What a subscriber at TRACE writes while a connection is created, refused and created again.
async fn logged(filtered: bool) -> String {
    let sink = Sink::default();
    let writer = sink.clone();
    let layer = fmt::layer().with_ansi(false).with_writer(move || writer.clone());
    let subscriber = Registry::default();
    let dispatch: tracing::Dispatch = match filtered {
        true => subscriber.with(layer.with_filter(crate::aws::log_filter())).into(),
        false => subscriber.with(layer).into(),
    };
    let guard = tracing::dispatcher::set_default(&dispatch);
    let echo = format!("{{\"__type\":\"ValidationException\",\"message\":\"'{}' is odd\"}}", escaped());
    let server = Server::answering(vec![
        Answer::Json(500, "{}"),
        Answer::With(400, "x-odd: 1", echo),
        Answer::Json(200, "{}"),
    ]);
    let aws = super::client(&server.url).await;
    let parameters = value!({ "BasicAuthParameters": { "Username": "u", "Password": (secret()) } });
    let input = value!({ "Name": "c", "AuthorizationType": "BASIC", "AuthParameters": parameters });
    let error = aws.call("events", "CreateConnection", input.clone()).await.unwrap_err();
    assert_eq!(error.message, "'(secret)' is odd");
    aws.call("events", "CreateConnection", input).await.unwrap();
    drop(guard);
    for request in server.requests() {
        assert!(request.body.contains(&format!("\"Password\":\"{}\"", escaped())), "{}", request.body);
        assert!(!format!("{:?}{}", request.headers, request.line).contains(SECRET));
    }
    let log = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    log + &format!("{error} {error:?}")
}

/// As JSON spells it inside quotes.
fn escaped() -> String {
    SECRET.replace('"', "\\\"")
}

/// Every spelling of the secret, base64 at each of its three offsets included.
fn spellings() -> Vec<String> {
    let piece = "hunter2";
    let encoded = ["", "x", "xx"].map(|offset| {
        let text = STANDARD.encode(format!("{offset}{SECRET}"));
        text[4..16].to_owned()
    });
    [vec![piece.to_owned()], encoded.to_vec()].concat()
}

#[tokio::test]
async fn no_log_line_holds_the_secret_at_the_highest_verbosity() {
    if !alone("secrets::no_log_line_holds_the_secret_at_the_highest_verbosity", &[]) {
        return;
    }
    let log = logged(true).await;
    assert!(log.contains("CreateConnection") && log.contains("milliseconds"), "{log}");
    for spelling in spellings() {
        assert!(!log.contains(&spelling), "{spelling} in {log}");
    }
}

#[tokio::test]
async fn without_the_filter_the_sdk_would_print_it() {
    if !alone("secrets::without_the_filter_the_sdk_would_print_it", &[]) {
        return;
    }
    assert!(logged(false).await.contains("hunter2"), "the filter may no longer be needed");
}
