//! What a mark's version says: a package's digest, the secrets' version, or both.
//!
//! A resource without a package records the secrets' version alone. One with a package records
//! `DIGEST` or `DIGEST.SECRETS`, behind which its kind may add `:` and what it learns at the upload.

use crate::diff::{Table, Version, version_of};
use crate::engine::{Package, Value};

/// The version that a mark shall record; `None` within if there is nothing to record.
///
/// Nothing at all if a secret is made with something that is not known yet.
pub fn mark_version(desired: &Value, package: Option<&Package>, table: &Table) -> Option<Option<String>> {
    let secrets = match version_of(desired, table) {
        Version::Unknown => return None,
        Version::Known(secrets) => Some(secrets),
        Version::None => None,
    };
    Some(match (package, secrets) {
        (None, secrets) => secrets,
        (Some(package), None) => Some(package.digest.clone()),
        (Some(package), Some(secrets)) => Some(format!("{}.{secrets}", package.digest)),
    })
}

/// The secrets' part of a recorded version.
pub fn secrets_version(recorded: Option<&str>, packaged: bool) -> Option<&str> {
    match (recorded, packaged) {
        (Some(recorded), true) => wished_part(recorded).split_once('.').map(|(_, secrets)| secrets),
        (recorded, _) => recorded,
    }
}

/// A recorded version without what its kind added.
pub fn wished_part(recorded: &str) -> &str {
    recorded.split_once(':').map_or(recorded, |(wished, _)| wished)
}
