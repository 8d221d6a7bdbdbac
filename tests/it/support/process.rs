//! The program as a process: what a user types and reads.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

#[cfg(feature = "aws")]
use serde_json::{Value, json};

/// A folder of its own for a test, with a stack in it.
pub struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    /// A folder with this stack.
    pub fn with_stack(text: &str) -> Folder {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("stack.yaml"), text).expect("a file in it");
        Folder { folder }
    }

    /// A copy of a folder of the repository.
    pub fn copy_of(path: &str) -> Folder {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Folder::copy(path, folder.path());
        Folder { folder }
    }

    /// Copies a folder of the repository to another place.
    pub fn copy(path: &str, to: &Path) {
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path), to);
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Changes the stack's text; the old text must be there.
    pub fn edit(&self, from: &str, to: &str) {
        let file = self.path().join("stack.yaml");
        let text = std::fs::read_to_string(&file).expect("the stack");
        assert!(text.contains(from), "`{from}` is not in the stack");
        std::fs::write(file, text.replacen(from, to, 1)).expect("the stack");
    }

    /// What happens in the account `account.jsonl` without anybody's call: a document of a collection changes.
    #[cfg(feature = "aws")]
    pub fn happens(&self, collection: &str, key: &str, change: &dyn Fn(&mut Value)) {
        let file = self.path().join("account.jsonl");
        let text = std::fs::read_to_string(&file).expect("the account");
        let lines = text.lines().map(|line| serde_json::from_str::<Vec<Value>>(line).expect("a line"));
        let is_it = |put: &Value| {
            put[0].as_str().is_some_and(|name| name.ends_with(collection))
                && put[1].as_str().is_some_and(|name| name.ends_with(key))
        };
        let mut last = lines.flatten().rfind(is_it).unwrap_or_else(|| panic!("no {collection} {key}"));
        assert!(last[2].is_object(), "{last}");
        change(&mut last[2]);
        std::fs::write(&file, format!("{text}{}\n", json!([last]))).expect("the account");
    }

    /// Runs the program here, without anything of the environment that could change what it does.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[])
    }

    /// The same with these variables.
    pub fn run_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Ran {
        let output = self.command(args, variables).output().expect("the program");
        Ran::new(output)
    }

    /// The program with these arguments, not started yet.
    pub fn command(&self, args: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatewayctl"));
        command.args(args).current_dir(self.path()).env_clear().stdin(Stdio::null());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.env("HOME", self.path()).env("AWS_EC2_METADATA_DISABLED", "true");
        command.envs(variables.iter().copied());
        command
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = to.join(entry.file_name());
        if entry.file_name() == ".gatewayctl" {
            continue;
        }
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &name);
        } else {
            std::fs::copy(entry.path(), name).expect("a copy");
        }
    }
}

/// What a run gave.
pub struct Ran {
    pub stdout: String,
    pub stderr: String,
    /// Nothing if a signal ended it.
    pub status: Option<i32>,
}

impl Ran {
    fn new(output: Output) -> Ran {
        Ran {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            status: output.status.code(),
        }
    }

    /// Fails with everything that was printed unless it ended so.
    #[track_caller]
    pub fn ends(self, status: i32) -> Ran {
        assert_eq!(self.status, Some(status), "\nstdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// A bound against a hang; far more than anything needs.
pub const HANG: Duration = Duration::from_secs(10);
