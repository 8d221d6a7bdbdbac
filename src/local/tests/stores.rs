//! The Parameter Store and Secrets Manager, and what a run asks of them.

use secrecy::ExposeSecret;
use serde_json::json;

use super::*;
use crate::aws::{Client, Embedded, Options};
use crate::engine::Aws;
use crate::live::{Registry, ask, read_secret};
use crate::spec::{Answer, Source, Stored, StoredValue, Wanted};

async fn client(local: &Arc<Local>) -> Client {
    let options = Options {
        region: Some(REGION.to_owned()),
        embedded: Some(Embedded { http_client: local.http_client(), name: "test".into() }),
        time_scale: 0.002,
        ..Options::default()
    };
    Client::for_account(options, ACCOUNT).await.unwrap()
}

fn put(local: &Local, name: &str, kind: &str, value: &str) {
    let body = json!({ "Name": name, "Type": kind, "Value": value, "Overwrite": true });
    assert_eq!(post(local, "ssm", "AmazonSSM.PutParameter", body).0, 200);
}

fn secret(local: &Local, operation: &str, mut body: Value, version: u8) {
    body["ClientRequestToken"] = format!("{version}").repeat(36).into();
    let (status, answer) = post(local, "secretsmanager", &format!("secretsmanager.{operation}"), body);
    assert_eq!(status, 200, "{answer}");
}

fn wanted(source: Source, open: bool) -> Wanted {
    Wanted { source, open, secret: false, has_default: false }
}

fn ssm(name: &str) -> Source {
    Source::Ssm(name.into())
}

fn member(name: &str, key: Option<&str>) -> Source {
    Source::SecretsManager { name: name.into(), key: key.map(str::to_owned) }
}

/// `VERSION secure VALUE`, `absent`, or why not.
fn said(answer: &Answer) -> String {
    match answer {
        Answer::Absent => "absent".into(),
        Answer::Refused(why) => why.clone(),
        Answer::Found(Stored { version, secure, value }) => {
            let value = match value {
                None => "-".into(),
                Some(StoredValue::Text(text)) => text.clone(),
                Some(StoredValue::List(items)) => items.join("|"),
            };
            format!("{version}{} {value}", if *secure { " secure" } else { "" })
        }
    }
}

#[tokio::test]
async fn parameters_are_asked_for_ten_at_a_time_and_secret_ones_stay_encrypted() {
    let local = local("");
    for n in 0..12 {
        put(&local, &format!("/n/{n}"), "String", &n.to_string());
    }
    put(&local, "/list", "StringList", "a,b");
    put(&local, "/key", "SecureString", "hunter2");
    put(&local, "/key", "SecureString", "hunter3");
    let mut all: Vec<Wanted> = (0..12).map(|n| wanted(ssm(&format!("/n/{n}")), false)).collect();
    all.extend(["/list", "/key", "/key:1", "/gone"].map(|name| wanted(ssm(name), false)));
    all.push(wanted(ssm("/open"), true));
    put(&local, "/open", "SecureString", "shown");
    let client = client(&local).await;
    let answers = ask(&client, &Registry, &all, None).await;
    let of = |name: &str| said(&answers[&ssm(name)]);
    assert_eq!((of("/n/3"), of("/n/11"), of("/list")), ("1 3".into(), "1 11".into(), "1 a|b".into()));
    assert_eq!(
        (of("/key"), of("/key:1"), of("/gone")),
        ("2 secure -".into(), "1 secure -".into(), "absent".into())
    );
    assert_eq!(of("/open"), "1 secure shown");
    let asked: Vec<usize> = local
        .requests()
        .iter()
        .filter(|request| request.operation == "GetParameters")
        .map(|request| request.input["Names"].as_array().unwrap().len())
        .collect();
    assert_eq!(asked.iter().sum::<usize>(), 17);
    assert_eq!(asked.len(), 3);
    let read = read_secret(&client, &ssm("/key"), "1").await.unwrap();
    assert_eq!(read.expose_secret(), "hunter2", "in the version that the plan has seen");
    assert_eq!(read_secret(&client, &ssm("/key:2"), "2").await.unwrap().expose_secret(), "hunter3");
    let why = read_secret(&client, &ssm("/gone"), "1").await.unwrap_err();
    assert!(why.starts_with("ssm:/gone: ssm:GetParameter: ParameterNotFound"), "{why}");
}

#[tokio::test]
async fn what_the_stack_calls_a_secret_has_no_value_even_where_the_store_keeps_it_in_the_open() {
    let local = local("");
    put(&local, "/token", "String", "hunter2");
    put(&local, "/both", "String", "shown");
    let client = client(&local).await;
    let secret = |name: &str| Wanted { secret: true, ..wanted(ssm(name), false) };
    let answers =
        ask(&client, &Registry, &[secret("/token"), secret("/both"), wanted(ssm("/both"), true)], None).await;
    assert_eq!(
        (said(&answers[&ssm("/token")]), said(&answers[&ssm("/both")])),
        ("1 -".into(), "1 shown".into())
    );
    assert_eq!(read_secret(&client, &ssm("/token"), "1").await.unwrap().expose_secret(), "hunter2");
}

#[tokio::test]
async fn a_secret_is_known_by_its_version_and_its_members_are_read_by_name() {
    let local = local("");
    secret(
        &local,
        "CreateSecret",
        json!({ "Name": "shop", "SecretString": r#"{"user":"me","n":5,"deep":{}}"# }),
        1,
    );
    secret(&local, "CreateSecret", json!({ "Name": "plain", "SecretString": "text" }), 2);
    secret(&local, "CreateSecret", json!({ "Name": "binary", "SecretBinary": "AAEC" }), 3);
    let client = client(&local).await;
    let all = [
        wanted(member("shop", Some("user")), true),
        wanted(member("shop", Some("n")), true),
        wanted(member("shop", Some("gone")), true),
        wanted(member("shop", Some("deep")), true),
        wanted(member("shop", None), false),
        wanted(member("plain", Some("x")), true),
        wanted(member("binary", None), true),
        wanted(member("gone", None), false),
    ];
    let answers = ask(&client, &Registry, &all, None).await;
    let of = |source: Source| said(&answers[&source]);
    let first = "1".repeat(36);
    assert_eq!(of(member("shop", Some("user"))), format!("{first} secure me"));
    assert_eq!(of(member("shop", Some("n"))), format!("{first} secure 5"));
    assert_eq!(of(member("shop", None)), format!("{first} secure -"));
    assert_eq!(of(member("shop", Some("gone"))), "its JSON text has no `gone`");
    assert_eq!(of(member("shop", Some("deep"))), "`deep` in it is no text");
    assert_eq!(of(member("plain", Some("x"))), "it is no JSON text");
    assert_eq!(of(member("binary", None)), "it is binary, and only text can be taken");
    assert_eq!(of(member("gone", None)), "absent");
    let described = local.requests().iter().filter(|r| r.operation == "DescribeSecret").count();
    assert_eq!(described, 4, "members of one secret share the call");
    secret(&local, "PutSecretValue", json!({ "SecretId": "shop", "SecretString": r#"{"user":"you"}"# }), 4);
    let old = read_secret(&client, &member("shop", Some("user")), &first).await.unwrap();
    assert_eq!(old.expose_secret(), "me");
    client.forget();
    let answers = ask(&client, &Registry, &all[4..5], None).await;
    assert_eq!(said(&answers[&member("shop", None)]), format!("{} secure -", "4".repeat(36)));
    assert_eq!(
        post(&local, "secretsmanager", "secretsmanager.DeleteSecret", json!({ "SecretId": "shop" })).0,
        200
    );
    client.forget();
    let answers = ask(&client, &Registry, &all[4..5], None).await;
    assert_eq!(said(&answers[&member("shop", None)]), "the secret is about to be deleted");
}

#[tokio::test]
async fn a_store_that_cannot_be_asked_says_which_right_is_missing() {
    let local = local("ssm:GetParameters=error:AccessDeniedException*always");
    let client = client(&local).await;
    let answers = ask(&client, &Registry, &[wanted(ssm("/x"), false)], None).await;
    let why = said(&answers[&ssm("/x")]);
    assert!(why.contains("needs the right to ssm:GetParameters"), "{why}");
}

#[tokio::test]
async fn outputs_and_exports_of_cloudformation_are_told_by_name_and_what_is_not_there_is_said() {
    let local = local("");
    let stack = json!({
        "StackName": "platform", "StackStatus": "CREATE_COMPLETE",
        "Outputs": [
            { "OutputKey": "BusArn", "OutputValue": "arn:bus", "ExportName": "platform-bus" },
            { "OutputKey": "Zone", "OutputValue": "a" },
        ],
    });
    local.seed(REGION, "cloudformation", "stack", "platform", stack).unwrap();
    let client = client(&local).await;
    let sources = [
        "cloudformation:platform.BusArn",
        "cloudformation:platform.Zone",
        "cloudformation:platform.Zones",
        "cloudformation:other.BusArn",
        "export:platform-bus",
        "export:platform-zone",
        "stack:platform/buses.orders.arn",
        "stack:platform/nothing.orders.arn",
    ];
    let all: Vec<Wanted> = sources.iter().map(|text| wanted(Source::parse(text).unwrap(), false)).collect();
    local.forget_requests();
    let answers = ask(&client, &Registry, &all, Some("dev")).await;
    let told: Vec<String> = all.iter().map(|one| said(&answers[&one.source])).collect();
    assert_eq!(
        told,
        [
            " arn:bus",
            " a",
            "the CloudFormation stack platform has no output `Zones`; it has `BusArn`, `Zone`",
            "absent",
            " arn:bus",
            "absent",
            "absent",
            "`nothing.orders` is of no kind that a stack can have",
        ]
    );
}
