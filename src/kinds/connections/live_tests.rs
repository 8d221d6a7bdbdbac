use serde_json::{Value, json};

use crate::engine::State;
use crate::kinds::testing::{Bench, REGION};
use crate::local::Recorded;

fn basic(rest: &str, version: u32) -> String {
    format!(
        "stack: shop\nparameters:\n  password: {{ from: \"env:P\", secret: true, version: \"{version}\", default: x }}\nconnections:\n  carrier:\n    basic: {{ username: user, password: \"${{parameters.password}}\" }}\n{rest}"
    )
}

fn oauth(rest: &str) -> String {
    format!(
        r#"
stack: shop
parameters:
  password: {{ from: "env:P", secret: true, version: "1", default: x }}
connections:
  carrier:
    oauth: {{ authorization_endpoint: https://crm.example/token, http_method: POST, client_id: me, client_secret: "${{parameters.password}}", body: {{ grant_type: client_credentials }} }}
{rest}"#
    )
}

fn only(changes: &[Recorded]) -> &Value {
    assert_eq!(changes.len(), 1, "{changes:#?}");
    &changes[0].input
}

fn raw(bench: &Bench) -> Value {
    bench.raw("events", "connection", "shop-carrier").unwrap()
}

// C1 (terraform-aws-modules/terraform-aws-eventbridge#166): secret values, which no read shows, are a
// difference for ever.
#[tokio::test]
async fn a_connection_waits_for_its_authorization_and_shows_no_secret() {
    let mut bench = Bench::new().await;
    let text = basic("    headers: { X-Tenant: acme, X-Key: { value: key-literal, secret: true } }\n", 1);
    let created = bench.apply(&text).await;
    let parameters = &only(&created)["AuthParameters"]["InvocationHttpParameters"]["HeaderParameters"];
    assert_eq!((&parameters[0]["IsValueSecret"], &parameters[0]["Value"]), (&json!(false), &json!("acme")));
    assert_eq!(parameters[1]["IsValueSecret"], true);
    for secret in ["canary-password-1", "key-literal"] {
        assert!(bench.local.secret_arrived(REGION, "shop-carrier", secret).unwrap(), "{secret}");
    }
    let read = bench.read("connections.carrier").await.unwrap();
    assert_eq!(read.state, State::Ready);
    let shown = format!("{read:?}");
    assert!(!shown.contains("canary") && !shown.contains("key-literal"), "{shown}");
    assert!(read.outputs["arn"].as_str().unwrap().contains(":connection/shop-carrier/"));
    assert!(read.outputs["secret_arn"].as_str().unwrap().contains(":secret:events!connection/shop-carrier/"));
    assert!(bench.apply(&text).await.is_empty(), "write-only values are compared by their version");
}

// A rotated secret is seen by its version alone, and the whole wish goes out with it.
// C2: no read shows a password, so another one is told by its version.
#[tokio::test]
async fn a_new_version_of_a_secret_is_applied() {
    let mut bench = Bench::new().await;
    bench.apply(&basic("", 1)).await;
    assert_eq!(
        bench.differs(&basic("", 2)).await,
        ["connections.carrier: AuthParameters.BasicAuthParameters.Password"]
    );
    let changes = bench.apply(&basic("", 2)).await;
    assert_eq!(only(&changes)["AuthParameters"]["BasicAuthParameters"]["Username"], "user");
    assert!(bench.local.secret_arrived(REGION, "shop-carrier", "canary-password-2").unwrap());
    assert!(!bench.local.secret_arrived(REGION, "shop-carrier", "canary-password-1").unwrap());
}

#[tokio::test]
async fn a_description_alone_asks_for_no_new_authorization() {
    let mut bench = Bench::new().await;
    bench.apply(&basic("", 1)).await;
    let changes = bench.apply(&basic("    description: Carrier\n", 1)).await;
    let input = only(&changes).as_object().unwrap();
    assert_eq!(
        input.keys().collect::<std::collections::BTreeSet<_>>(),
        [&"Description".to_owned(), &"Name".to_owned()].into()
    );
    assert!(
        raw(&bench)["Description"]
            .as_str()
            .unwrap()
            .starts_with("Carrier [gatewayctl 1 shop/-/eu-west-1 connections.carrier shop-carrier - ")
    );
    bench.apply(&basic("", 1)).await;
    assert!(raw(&bench)["Description"].as_str().unwrap().starts_with(" [gatewayctl 1 "));
}

#[tokio::test]
async fn parameters_that_are_taken_away_are_gone() {
    let mut bench = Bench::new().await;
    bench
        .apply(&basic(
            "    headers: { A: a, B: b }\n    query: { q: x }\n    body: { m: { value: s, secret: true } }\n",
            1,
        ))
        .await;
    bench.apply(&basic("    headers: { B: b }\n", 1)).await;
    let parameters = &raw(&bench)["AuthParameters"]["InvocationHttpParameters"];
    assert_eq!(parameters["HeaderParameters"].as_array().unwrap().len(), 1);
    for gone in ["QueryStringParameters", "BodyParameters"] {
        assert!(parameters[gone].as_array().is_none_or(Vec::is_empty), "{parameters}");
    }
    let changes = bench.apply(&basic("", 1)).await;
    assert_eq!(
        only(&changes)["AuthParameters"]["InvocationHttpParameters"],
        json!({ "HeaderParameters": [], "QueryStringParameters": [], "BodyParameters": [] })
    );
    assert!(bench.apply(&basic("", 1)).await.is_empty());
}

#[tokio::test]
async fn the_authorization_changes_in_place() {
    let mut bench = Bench::new().await;
    bench.apply(&basic("", 1)).await;
    let arn = bench.read("connections.carrier").await.unwrap().outputs["arn"].clone();
    let changes = bench.apply(&oauth("")).await;
    assert_eq!(only(&changes)["AuthorizationType"], "OAUTH_CLIENT_CREDENTIALS");
    assert!(only(&changes)["AuthParameters"].get("BasicAuthParameters").is_none());
    assert_eq!(bench.read("connections.carrier").await.unwrap().outputs["arn"], arn);
    let text = oauth("").replace(", body: { grant_type: client_credentials }", "");
    bench.apply(&text).await;
    assert!(bench.apply(&text).await.is_empty());
}

// hashicorp/terraform-provider-aws#42385: a key that is set once stays, so the plan refuses to drop it.
#[tokio::test]
async fn a_key_and_the_ways_to_what_is_private_are_set_and_the_ways_can_be_taken_away() {
    const RCFG: &str =
        "arn:aws:vpc-lattice:eu-west-1:123456789012:resourceconfiguration/rcfg-0123456789abcdef";
    let mut bench = Bench::new().await;
    let text = oauth("").replace("body: {", &format!("resource_configuration: \"{RCFG}0\", body: {{"))
        + &format!("    resource_configuration: \"{RCFG}1\"\n    kms_key_identifier: alias/shop\n");
    let created = bench.apply(&text).await;
    let parameters = |configuration: &str| json!({ "ResourceParameters": { "ResourceConfigurationArn": format!("{RCFG}{configuration}") } });
    assert_eq!(only(&created)["InvocationConnectivityParameters"], parameters("1"));
    assert_eq!(only(&created)["AuthParameters"]["ConnectivityParameters"], parameters("0"));
    assert_eq!(only(&created)["KmsKeyIdentifier"], "alias/shop");
    let made = raw(&bench);
    let association =
        &made["InvocationConnectivityParameters"]["ResourceParameters"]["ResourceAssociationArn"];
    assert!(association.as_str().unwrap().contains(":servicenetworkresourceassociation/snra-"));
    assert!(bench.apply(&text).await.is_empty(), "what AWS adds to it is no difference");

    let without = oauth("    kms_key_identifier: alias/shop\n");
    let changes = bench.apply(&without).await;
    let empty = json!({ "ResourceParameters": { "ResourceConfigurationArn": "" } });
    assert_eq!(only(&changes)["InvocationConnectivityParameters"], empty);
    assert_eq!(only(&changes)["AuthParameters"]["ConnectivityParameters"], empty);
    assert!(raw(&bench).get("InvocationConnectivityParameters").is_none());
    assert!(raw(&bench)["AuthParameters"].get("ConnectivityParameters").is_none());
    assert_eq!(bench.differs(&oauth("")).await, ["connections.carrier: KmsKeyIdentifier"]);
}

// terraform-provider-aws#49061: a connection that lost its authorization showed as a healthy one.
#[tokio::test]
async fn a_connection_that_is_not_authorized_says_why() {
    let mut bench = Bench::new().await;
    bench.apply(&basic("", 1)).await;
    for (state, recreate) in [("DEAUTHORIZED", false), ("FAILED_CONNECTIVITY", false)] {
        let mut document = raw(&bench);
        document["ConnectionState"] = state.into();
        document["StateReason"] = "the token endpoint says no".into();
        document["Arn"] = document["ConnectionArn"].clone();
        bench.local.seed(REGION, "events", "connection", "shop-carrier", document).unwrap();
        let reason = format!("{state}: the token endpoint says no");
        assert_eq!(
            bench.read("connections.carrier").await.unwrap().state,
            State::Failed { reason, recreate }
        );
    }
}

#[tokio::test]
async fn a_connection_is_gone_when_its_delete_returns_and_owners_are_told_apart() {
    let mut bench = Bench::new().await;
    bench.apply(&basic("", 1)).await;
    assert_eq!(bench.owned("connections", "shop/-/eu-west-1").await, ["connections.carrier"]);
    assert!(bench.owned("connections", "other/-/eu-west-1").await.is_empty());
    // Looks for itself until nothing is there any more.
    bench.destroy().await;
    assert_eq!(bench.owned("connections", "shop/-/eu-west-1").await, [""; 0]);
}
