//! Tests that need a process of their own: for its environment, or since `tracing` decides once for
//! all threads whether an event is wanted.

use std::process::Command;

const INNER: &str = "GATEWAYCTL_TEST_ALONE";

/// Whether this is the process of its own. If not, runs the test of this name in one, with this
/// environment and nothing of the machine's AWS configuration, and fails if it fails there.
pub fn alone(test: &str, environment: &[(&str, &str)]) -> bool {
    if std::env::var_os(INNER).is_some() {
        return true;
    }
    let home = tempfile::tempdir().unwrap();
    let name = format!("aws::tests::{test}");
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &name, "--nocapture"])
        .env_clear()
        .env("HOME", home.path())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(environment.iter().copied())
        .env(INNER, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    false
}
