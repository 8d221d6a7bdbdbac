//! KMS keys that encrypt what a resource holds: who uses the data needs rights on the key as well.

use crate::engine::{Place, Value};
use crate::value;

/// What the actions on a kind's data take of the key that encrypts it.
#[derive(Debug)]
pub struct DataKey {
    /// Where the key stands: its id, its ARN or an alias.
    pub at: &'static [&'static str],
    /// An action on the resource, and the actions of KMS that the service calls in the caller's name.
    pub uses: &'static [(&'static str, &'static [&'static str])],
}

/// Rights on a key: actions, what they are on, and a condition.
pub type KeyRight = (Vec<String>, Value, Option<Value>);

impl DataKey {
    /// The key of a resource, if it has one that is not AWS's own. AWS's own (`alias/aws/sqs`) lets in
    /// everyone in the account who may use the service, and no service.
    pub fn of<'a>(&self, properties: &'a Value) -> Option<&'a Value> {
        let key = self.at.iter().find_map(|path| properties.at(path).filter(|key| !key.is_empty()))?;
        (!is_managed(key)).then_some(key)
    }

    /// The key of a resource, if it is AWS's own.
    pub fn managed<'a>(&self, properties: &'a Value) -> Option<&'a str> {
        self.at.iter().find_map(|path| properties.at(path).filter(|key| is_managed(key))?.as_str())
    }

    /// The rights on the key of a resource that actions on the resource take.
    pub fn right(&self, properties: &Value, actions: &[String], place: &Place) -> Option<KeyRight> {
        let key = self.of(properties)?;
        let used = self.uses.iter().filter(|(of, _)| actions.iter().any(|action| covers(action, of)));
        let mut calls: Vec<String> =
            used.flat_map(|(_, calls)| calls.iter().map(|call| (*call).to_owned())).collect();
        calls.sort_unstable();
        calls.dedup();
        if calls.is_empty() {
            return None;
        }
        let arn = self.arn(key, place);
        // What an alias leads to is KMS's matter: rights stand on keys, and a condition names the alias.
        Some(match arn.as_str().and_then(|arn| arn.split_once(":alias/")) {
            Some((before, alias)) => {
                let any = value!({
                    "ForAnyValue:StringEquals": { "kms:ResourceAliases": (format!("alias/{alias}")) }
                });
                (calls, format!("{before}:key/*").into(), Some(any))
            }
            None => (calls, arn, None),
        })
    }

    /// The ARN of a key or an alias, however it is named.
    pub fn arn(&self, key: &Value, place: &Place) -> Value {
        match key.as_str() {
            Some(text) if text.starts_with("arn:") => key.clone(),
            Some(alias) if alias.starts_with("alias/") => place.arn("kms", alias).into(),
            Some(id) => place.arn("kms", &format!("key/{id}")).into(),
            None => key.clone(),
        }
    }
}

fn is_managed(key: &Value) -> bool {
    key.as_str().is_some_and(|key| key.starts_with("alias/aws/") || key.contains(":alias/aws/"))
}

/// Whether an action as a policy spells it, perhaps with `*` and `?`, covers an action.
fn covers(pattern: &str, action: &str) -> bool {
    fn rest(pattern: &[u8], action: &[u8]) -> bool {
        match (pattern.split_first(), action.split_first()) {
            (None, None) => true,
            (Some((b'*', after)), _) => {
                rest(after, action) || action.split_first().is_some_and(|(_, left)| rest(pattern, left))
            }
            (Some((b'?', after)), Some((_, left))) => rest(after, left),
            (Some((one, after)), Some((other, left))) => one.eq_ignore_ascii_case(other) && rest(after, left),
            _ => false,
        }
    }
    rest(pattern.as_bytes(), action.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: DataKey = DataKey {
        at: &["Key", "Alias"],
        uses: &[
            ("sqs:ReceiveMessage", &["kms:Decrypt"]),
            ("sqs:SendMessage", &["kms:GenerateDataKey", "kms:Decrypt"]),
        ],
    };

    fn right(properties: &Value, actions: &[&str]) -> String {
        let actions: Vec<String> = actions.iter().map(|action| (*action).to_owned()).collect();
        let place = Place::new("eu-west-1", "123456789012");
        match KEY.right(properties, &actions, &place) {
            None => "none".into(),
            Some((calls, on, condition)) => {
                let condition = condition.map(|condition| condition.to_shown_json().to_string());
                format!("{} on {}{}", calls.join("+"), on.to_shown_json(), condition.unwrap_or_default())
            }
        }
    }

    #[test]
    fn each_way_to_name_a_key_becomes_a_resource_of_its_own() {
        let send = &["sqs:SendMessage"];
        let both = "kms:Decrypt+kms:GenerateDataKey";
        assert_eq!(
            right(&value!({ "Key": "1234abcd-12ab" }), send),
            format!("{both} on \"arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab\"")
        );
        let arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab";
        assert_eq!(right(&value!({ "Key": arn }), send), format!("{both} on \"{arn}\""));
        let condition = r#"{"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/orders"}}"#;
        assert_eq!(
            right(&value!({ "Alias": "alias/orders" }), send),
            format!("{both} on \"arn:aws:kms:eu-west-1:123456789012:key/*\"{condition}")
        );
        assert_eq!(
            right(&value!({ "Key": "arn:aws:kms:eu-west-1:111122223333:alias/orders" }), send),
            format!("{both} on \"arn:aws:kms:eu-west-1:111122223333:key/*\"{condition}")
        );
    }

    #[test]
    fn only_actions_on_the_data_take_rights_on_the_key() {
        let key = value!({ "Key": "k" });
        let on = "\"arn:aws:kms:eu-west-1:123456789012:key/k\"";
        assert_eq!(right(&key, &["sqs:ReceiveMessage"]), format!("kms:Decrypt on {on}"));
        assert_eq!(right(&key, &["sqs:Send*"]), format!("kms:Decrypt+kms:GenerateDataKey on {on}"));
        assert_eq!(right(&key, &["sqs:GetQueueAttributes"]), "none");
        assert_eq!(right(&value!({}), &["sqs:*"]), "none");
        for managed in ["alias/aws/sqs", "arn:aws:kms:eu-west-1:123456789012:alias/aws/sqs"] {
            assert_eq!(right(&value!({ "Key": managed }), &["sqs:*"]), "none");
        }
    }
}
