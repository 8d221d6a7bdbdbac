//! Hostile documents: an error with its place, within a bound against a hang and in little memory.

use std::time::Instant;

use crate::support::process::{Folder, HANG};

/// Runs `validate` under 1 GB of address space and says what it wrote.
fn refused(text: &[u8]) -> String {
    let folder = Folder::with_stack("");
    std::fs::write(folder.path().join("stack.yaml"), text).unwrap();
    let began = Instant::now();
    let mut command = folder.command(&["validate"], &[]);
    limit_memory(&mut command);
    let output = command.output().unwrap();
    assert!(began.elapsed() < HANG, "{:?}", began.elapsed());
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{}", &stderr[..stderr.len().min(2000)]);
    assert!(stderr.len() < 20_000, "{} bytes of errors", stderr.len());
    assert!(stderr.contains("stack.yaml:"), "no place in: {stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
    stderr
}

#[cfg(unix)]
fn limit_memory(command: &mut std::process::Command) {
    use std::os::unix::process::CommandExt;
    // SAFETY: setrlimit is async-signal-safe and touches nothing of this process.
    unsafe {
        command.pre_exec(|| {
            let limit = libc::rlimit { rlim_cur: 1 << 30, rlim_max: 1 << 30 };
            match libc::setrlimit(libc::RLIMIT_AS, &limit) {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            }
        });
    }
}

#[cfg(not(unix))]
fn limit_memory(_: &mut std::process::Command) {}

#[test]
fn a_hundred_thousand_brackets() {
    refused(&[b'['; 100_000]);
    refused(format!("stack: {}", "{a: ".repeat(100_000)).as_bytes());
}

#[test]
fn anchors_that_grow_exponentially() {
    let mut text = String::from("x-0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for n in 1..20 {
        let aliases = vec![format!("*a{}", n - 1); 10].join(", ");
        text.push_str(&format!("x-{n}: &a{n} [{aliases}]\n"));
    }
    text.push_str("stack: *a19\n");
    refused(text.as_bytes());
}

#[test]
fn merges_that_grow_exponentially() {
    let mut text = String::from("x-0: &a0 { k0: v }\n");
    for n in 1..25 {
        let p = n - 1;
        text.push_str(&format!("x-{n}: &a{n} {{ l{n}: {{ <<: *a{p} }}, r{n}: {{ <<: *a{p} }} }}\n"));
    }
    text.push_str("stack: *a24\n");
    refused(text.as_bytes());
}

#[test]
fn two_thousand_aliases_of_a_megabyte() {
    let mut text = format!("x-0: &big \"{}\"\nx-1:\n", "a".repeat(1_000_000));
    for _ in 0..2_000 {
        text.push_str("  - *big\n");
    }
    refused(text.as_bytes());
}

#[test]
fn keys_of_two_megabytes() {
    refused(format!("\"{}\": 1\n", "k".repeat(2_000_000)).as_bytes());
    refused(format!("? {}\n: 1\n", "k".repeat(2_000_000)).as_bytes());
}

#[test]
fn nul_and_escape() {
    refused(b"stack: a\0b\n");
    refused(b"stack: a\x1bb\n");
}

#[test]
fn parameters_that_are_spliced_over_and_over() {
    let mut text = String::from(
        "stack: x\nparameters:\n  p0: { type: list, default: [a,a,a,a,a,a,a,a,a,a] }\ncomponents:\n  c:\n    for_each: { a: 1 }\n    queues:\n",
    );
    for n in 0..2_000 {
        text.push_str(&format!("      q{n}: {{ policy: \"${{parameters.p0}}\" }}\n"));
    }
    refused(text.as_bytes());
}
