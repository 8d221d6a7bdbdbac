//! The codes of warnings and notes: what `allow:` can name.

/// The codes of every finding that does not stop a run, sorted.
pub const MILD: &[&str] = &[
    "account_role",
    "empty_field",
    "foreign_policy",
    "foreign_reference",
    "literal_secret",
    "managed_key",
    "needs_confirmation",
    "no_targets",
    "nothing_to_remove",
    "openapi_ignored",
    "pass_role",
    "region",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    /// The codes that the program gives to `Diagnostic::warning` and `Diagnostic::note`, tests aside.
    fn given(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                given(&path, found);
            } else if !path.to_string_lossy().ends_with("tests.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let program = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
                for call in ["Diagnostic::warning(", "Diagnostic::note("] {
                    let codes = program.split(call).skip(1).filter_map(|rest| rest.trim().strip_prefix('"'));
                    found.extend(codes.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
                }
            }
        }
    }

    #[test]
    fn the_list_has_every_code_of_a_warning_or_a_note_and_no_other() {
        let mut found = BTreeSet::new();
        given(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        let listed: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(listed, super::MILD);
    }
}
