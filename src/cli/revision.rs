//! A stack as it is in another revision of its git repository.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The files of a revision, in a folder that goes when this goes.
pub(super) struct Revision {
    _files: TempDir,
    /// Where they stand.
    pub tree: PathBuf,
    /// The stack, as it was named.
    pub stack: PathBuf,
}

/// Writes the files of a revision beside the repository, whose own index and work tree stay as they are.
///
/// # Errors
/// There is no git, no repository, no such revision, or no such stack in it; for people.
pub(super) fn checkout(stack: &Path, revision: &str) -> Result<Revision, String> {
    let folder = super::stack::folder(stack);
    let git = |index: Option<&Path>, args: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(&folder).args(args);
        if let Some(index) = index {
            command.env("GIT_INDEX_FILE", index);
        }
        let output = command.output().map_err(|error| format!("git cannot be run: {error}"))?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned()),
            false => Err(format!("git {}: {}", args[0], String::from_utf8_lossy(&output.stderr).trim())),
        }
    };
    let prefix = git(None, &["rev-parse", "--show-prefix"])?;
    let tree =
        git(None, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{tree}}")])
            .map_err(|_| format!("there is no revision `{revision}`"))?;
    let files =
        tempfile::tempdir().map_err(|error| format!("a folder for `{revision}` cannot be made: {error}"))?;
    let index = files.path().join("index");
    git(Some(&index), &["read-tree", &tree])?;
    let to = format!("--prefix={}/tree/", files.path().display());
    // From the top, whatever the folder of the stack is.
    let top = git(None, &["rev-parse", "--show-toplevel"])?;
    git(Some(&index), &["-C", &top, "checkout-index", "--all", "--quiet", &to])?;
    let name = stack.file_name().ok_or("the stack has no file name")?;
    let tree = files.path().join("tree");
    let stack = tree.join(prefix).join(name);
    match stack.exists() {
        true => Ok(Revision { _files: files, tree, stack }),
        false => Err(format!("`{revision}` does not have this stack")),
    }
}
