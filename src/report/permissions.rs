//! `--write-policy`: IAM policies as JSON.

use crate::plan::Permissions;

/// Lists of documents as IAM takes them, under `plan` and `apply`.
pub fn permissions_json(permissions: &Permissions) -> String {
    let [plan, apply] = [&permissions.plan, &permissions.apply]
        .map(|documents| documents.iter().map(crate::engine::Value::to_shown_json).collect::<Vec<_>>());
    super::json_text(&serde_json::json!({ "plan": plan, "apply": apply }))
}
