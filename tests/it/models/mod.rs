//! What the repository says of AWS's operations against the API models that AWS publishes (botocore's, in
//! the tests' Python).

mod reduced;

use std::path::{Path, PathBuf};

/// A file of the repository.
fn own(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
