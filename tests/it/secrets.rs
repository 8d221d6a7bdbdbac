//! A planted secret arrives where it shall and stands in no byte of anything we write.

use std::path::Path;

use base64::Engine;

use crate::support::account::Account;
use crate::support::process::{Folder, Ran};

/// What the password is: with characters that every encoding writes differently.
const CANARY: &str = "cAnArY+/=\"\\&<é 1f9c%";
const FAULTS: &str = "GATEWAYCTL_LOCAL_FAULTS";

/// The secret as it could stand in a file: as it is, base64 at each offset, percent- and JSON-escaped,
/// in hex.
fn spellings() -> Vec<Vec<u8>> {
    let bytes = CANARY.as_bytes();
    let mut spellings = vec![bytes.to_vec()];
    for offset in 0..3 {
        let padded = [&b"xyz"[..offset], bytes].concat();
        let encoded = base64::engine::general_purpose::STANDARD.encode(&padded);
        // The first and last characters depend on the neighbours.
        let inner = &encoded[if offset == 0 { 0 } else { 4 }..encoded.len() - 4];
        spellings.push(inner.as_bytes().to_vec());
        spellings.push(inner.replace('+', "-").replace('/', "_").into_bytes());
    }
    let json = serde_json::to_string(CANARY).expect("text");
    spellings.push(json.trim_matches('"').as_bytes().to_vec());
    let twice = serde_json::to_string(&json).expect("text");
    spellings.push(
        twice.trim_matches('"').trim_start_matches("\\\"").trim_end_matches("\\\"").as_bytes().to_vec(),
    );
    let percent = |keep: &str| {
        let one = |byte: &u8| match *byte as char {
            c if c.is_ascii_alphanumeric() || keep.contains(c) => c.to_string(),
            _ => format!("%{byte:02X}"),
        };
        bytes.iter().map(one).collect::<String>().into_bytes()
    };
    spellings.extend([percent(""), percent("-_.~"), percent("+")]);
    spellings.push(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes());
    // Half of it is a leak too.
    spellings.push(b"cAnArY".to_vec());
    spellings
}

fn leaks(bytes: &[u8]) -> Option<String> {
    let found = |needle: &&Vec<u8>| bytes.windows(needle.len()).any(|window| window == needle.as_slice());
    spellings().iter().find(found).map(|needle| String::from_utf8_lossy(needle).into_owned())
}

#[track_caller]
fn assert_clean(what: &str, ran: &Ran) {
    for (stream, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        if let Some(leak) = leaks(text.as_bytes()) {
            panic!("{what}: `{leak}` on {stream}");
        }
    }
}

#[track_caller]
fn assert_no_file_has_it(folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            assert_no_file_has_it(&entry);
        } else if let Some(leak) = leaks(&std::fs::read(&entry).expect("a file")) {
            panic!("`{leak}` in {}", entry.display());
        }
    }
}

fn gateway() -> Folder {
    let folder = Folder::copy_of("stacks/serverless-event-gateway");
    folder.edit(
        "stack: serverless-event-gateway\n",
        "stack: serverless-event-gateway\naccount: \"123456789012\"\nregion: eu-west-1\n",
    );
    folder
}

#[test]
fn the_search_finds_what_it_searches_for() {
    for spelling in spellings() {
        assert!(leaks(&[b"before ", spelling.as_slice(), b" after"].concat()).is_some());
    }
    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("user:{CANARY}:x"));
    assert!(leaks(encoded.as_bytes()).is_some());
    assert!(leaks(b"nothing to see").is_none());
}

// X3 (hashicorp/terraform#516, hashicorp/terraform#20207, hashicorp/terraform#4436): secrets are kept and
// shown in plain text.
#[tokio::test]
async fn a_planted_secret_arrives_and_is_in_no_byte_that_we_write() {
    let folder = gateway();
    let secret = [("CARRIER_PASSWORD", CANARY)];
    for args in [
        &["validate"][..],
        &["plan", "--local", "-vvvv"],
        &["plan", "--local", "--format", "json", "-vvvv"],
        &["apply", "--local", "--yes", "-vvvv", "--json-into", "ended.json"],
        &["plan", "--local", "-vvvv"],
        &["apply", "--local", "--yes", "-vvvv", "--log-format", "json", "--rotate", "connections.carrier"],
        &["outputs", "--local", "--format", "json", "-vvvv"],
        &["snapshot", "--local", "-vvvv"],
        &["snapshot", "--local", "-o", "live.json"],
        &["plan", "--live", "live.json", "-vvvv"],
        &["status", "--local", "--all", "-vvvv"],
        &["status", "--local", "--format", "json", "-vvvv"],
        &["status", "--live", "live.json", "--all"],
        &["status", "--live", "live.json", "--format", "json"],
        // With a change of the secret in it: what does not change is not shown.
        &["plan", "--local", "--rotate", "connections.carrier", "--format", "markdown", "-vvvv"],
        &["plan", "--local", "--rotate", "connections.carrier", "--format", "github", "-vvvv"],
        &[
            "plan",
            "--local",
            "--rotate",
            "connections.carrier",
            "--show-unchanged",
            "--json-into",
            "into.json",
            "--markdown-into",
            "into.md",
            "--html-into",
            "into.html",
        ],
        &["plan", "--local", "--rotate", "connections.carrier", "-o", "plan.json", "-vvvv"],
        &["apply", "--local", "--plan", "plan.json", "-vvvv"],
    ] {
        let ran = folder.run_with(args, &secret).ends(0);
        assert_clean(&args.join(" "), &ran);
    }
    let account = Account::at(&folder.path().join(".gatewayctl/local.jsonl"), "");
    let connection = "serverless-event-gateway-carrier";
    assert!(account.local.secret_arrived("eu-west-1", connection, CANARY).expect("a readable account"));
    assert_no_file_has_it(folder.path());
}

#[test]
fn a_secret_given_as_a_parameter_is_not_printed_either() {
    let folder = gateway();
    let given = format!("carrier_password={CANARY}");
    for args in [
        &["apply", "--local", "--yes", "-vvvv", "--param", &given][..],
        &["plan", "--local", "--param", &given, "--no-such-flag"],
        &["plan", "--local", "--param", &given, "--env", "none", "no-such-folder"],
    ] {
        assert_clean(&args.join(" ").replace(CANARY, "…"), &folder.run(args));
    }
    let file = folder.path().join("values.yaml");
    std::fs::write(&file, format!("carrier_password: {CANARY}\nno_such: 1\n")).expect("a file");
    let ran = folder.run(&["plan", "--local", "--params", "values.yaml", "-vvvv"]);
    assert_clean("plan --params", &ran);
    std::fs::remove_file(file).expect("the file");
    assert_no_file_has_it(folder.path());
}

// X3 (hashicorp/terraform#516, hashicorp/terraform#20207, hashicorp/terraform#4436): secrets are kept and
// shown in plain text.
#[test]
fn no_error_shows_the_secret_that_it_is_about() {
    for fault in
        ["error:ValidationException*always", "500*always", "answer-lost*always", "quota", "kill-after"]
    {
        let folder = gateway();
        let rule = format!("events:CreateConnection#1={fault}");
        let ran = folder.run_with(
            &["apply", "--local", "--yes", "-vvvv", "--json-into", "ended.json"],
            &[("CARRIER_PASSWORD", CANARY), (FAULTS, &rule), ("RUST_BACKTRACE", "full")],
        );
        assert_clean(fault, &ran);
        assert_no_file_has_it(folder.path());
    }
}

#[test]
fn a_secret_where_aws_would_show_it_is_refused() {
    for (from, to) in [
        (
            "DYNAMO_DB_TABLE_NAME: \"${tables.orders.name}\"",
            "DYNAMO_DB_TABLE_NAME: \"x${parameters.carrier_password}\"",
        ),
        ("orders_url: ${apis.orders.url}/orders", "orders_url: ${parameters.carrier_password}"),
        ("username: user", "username: \"${parameters.carrier_password}\""),
        (
            "endpoint: ${functions.carrier.url}/orders",
            "endpoint: \"https://x.example/${parameters.carrier_password}\"",
        ),
    ] {
        let folder = gateway();
        folder.edit(from, to);
        let ran = folder.run_with(&["validate"], &[("CARRIER_PASSWORD", CANARY)]).ends(1);
        assert_clean(to, &ran);
        assert!(ran.stderr.contains("secret"), "{}", ran.stderr);
    }
}
