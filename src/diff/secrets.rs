//! Where a live value may hold a secret.

use crate::engine::Value;
use crate::engine::field::{Compare, Field, Type};

/// Whether a live value may hold what is secret in the wish for it, or an older content of that: it stands where a
/// secret is wished for, or in a list or a document where one is, in whatever place it stood there before. The members
/// of any other map have a word each. `row` rules the place.
pub fn may_hold_secret(row: Option<&Field>, live: &Value, wish: &Value) -> bool {
    let both = matches!((live, wish), (Value::Map(_), Value::Map(_)));
    wish.has_secret() && (!both || row.is_some_and(is_document))
}

fn is_document(row: &Field) -> bool {
    matches!(row.ty, Type::Document(_))
        || matches!(row.compare, Compare::Json | Compare::EventPattern | Compare::Policy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::field::{Document, TEXT, TEXT_MAP};
    use crate::engine::{Secret, SecretSource};
    use crate::value;

    #[test]
    fn beside_a_secret_only_the_members_of_a_plain_map_are_known_to_hold_none() {
        let secret = Secret::from_source(SecretSource { parameter: "key".into(), version: "1".into() });
        let wish = value!({ "a": (Value::Secret(secret.clone())), "b": "plain" });
        let live = value!({ "a": "hunter2", "b": "plain" });
        let map = Field::lowered("Map", TEXT_MAP, "");
        let document = Field::lowered("Document", Type::Document(Document::Json), "");
        let input = Field::lowered("Input", TEXT, "").compare(Compare::Json);
        let list = value!([(wish.clone())]);
        assert!(!may_hold_secret(Some(&map), &live, &wish));
        assert!(!may_hold_secret(None, &live, &wish));
        assert!(may_hold_secret(Some(&document), &live, &wish));
        assert!(may_hold_secret(Some(&input), &live, &wish));
        // Another shape than the wish's.
        assert!(may_hold_secret(Some(&map), &"{\"a\": \"hunter2\"}".into(), &wish));
        assert!(may_hold_secret(None, &value!([(live.clone())]), &list));
        assert!(may_hold_secret(None, &"hunter2".into(), &Value::Secret(secret)));
        assert!(!may_hold_secret(Some(&document), &live, &live));
    }
}
