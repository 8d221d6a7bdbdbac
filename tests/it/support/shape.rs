//! Documents that the program writes, held against the JSON Schemas that stand in docs/.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const CHECK: &str = "\
import json, sys
from jsonschema import Draft202012Validator as Validator
schema = json.load(open(sys.argv[1]))
Validator.check_schema(schema)
validator = Validator(schema)
cases = json.load(sys.stdin)
if validator.is_valid({**cases[0]['document'], 'more': 1}):
    print('a member that is not in the schema is let through')
for case in cases:
    for error in validator.iter_errors(case['document']):
        print(case['name'], error.json_path, error.message[:300])
";

/// A file of docs/.
fn docs(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(file)
}

/// Asks a validator of JSON Schema whether documents, by their names, follow a schema of docs/: all at once.
pub fn follow(schema: &str, documents: &[(String, Value)]) {
    let Some(venv) = std::env::var_os("GATEWAYCTL_TEST_VENV") else {
        eprintln!(
            "skipped: GATEWAYCTL_TEST_VENV names no virtual environment with jsonschema (tests/run makes one)"
        );
        return;
    };
    let mut python = Command::new(Path::new(&venv).join("bin/python"))
        .args(["-c", CHECK])
        .arg(docs(schema))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python");
    let stdin = python.stdin.take().expect("a pipe");
    let cases: Vec<Value> =
        documents.iter().map(|(name, document)| json!({ "name": name, "document": document })).collect();
    serde_json::to_writer(stdin, &cases).expect("the documents");
    let output = python.wait_with_output().expect("an answer");
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
}

/// The version that a schema of docs/ is of, and a digest of all else in it.
pub fn version_and_digest(schema: &str) -> (String, String) {
    let text = std::fs::read_to_string(docs(schema)).expect("the schema");
    let mut schema: Value = serde_json::from_str(&text).expect("JSON");
    let version = schema["properties"]["format_version"]["const"].take();
    let digest = hex::encode(Sha256::digest(schema.to_string()));
    (version.as_str().expect("a version").to_owned(), digest[..16].to_owned())
}

/// The example of a page of docs/: its first block of JSON.
pub fn example_of(page: &str) -> Value {
    let text = std::fs::read_to_string(docs(page)).expect("the page");
    let (_, rest) = text.split_once("```json\n").expect("an example");
    serde_json::from_str(rest.split("```").next().expect("its end")).expect("JSON")
}
