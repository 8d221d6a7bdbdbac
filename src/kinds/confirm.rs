//! Which thing of API Gateway is ours. Names are not unique and ids are AWS's, so an API, a usage plan
//! or a key is found by its tags.
//!
//! Tags are copied with an API and may be left behind by a create whose answer was lost. So what was
//! made carries its own id in `gatewayctl:id`: with it a thing is confirmed, with another's id it is a
//! copy and nobody's, and without one it is unconfirmed: the oldest of those is taken, and the rest are
//! strays.

use crate::engine::{Address, AwsError, Class, Found, Mark, Owner, Result, Value};

use super::tagging;

/// The tag that confirms.
pub const ID: &str = "gatewayctl:id";

/// The id of what an operation made.
///
/// # Errors
/// The answer has none: without it later calls would go to paths of other things.
pub fn made(operation: &'static str, answer: &Value) -> Result<String> {
    match answer.text_at("id").filter(|id| !id.is_empty()) {
        Some(id) => Ok(id.to_owned()),
        None => {
            let message = "the answer names no id of what was made";
            Err(AwsError::new("apigateway", operation, Class::Invalid, message))
        }
    }
}

/// What the id in an API's tags says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Confirmed {
    Yes,
    NotYet,
    /// The tags were copied from another API.
    Copied,
}

/// What the tags of one say.
pub fn confirmed(api: &Value) -> Confirmed {
    match api.get("tags").and_then(|tags| tags.get(ID)).and_then(Value::as_str) {
        None => Confirmed::NotYet,
        Some(id) if Some(id) == api.text_at("id") => Confirmed::Yes,
        Some(_) => Confirmed::Copied,
    }
}

/// The mark of an API; none if it is a copy of another's.
pub fn mark(api: &Value) -> Found {
    match confirmed(api) {
        Confirmed::Copied => Found::None,
        _ => tagging::from_map(api.get("tags")).mark,
    }
}

fn owned(api: &Value, owner: &Owner) -> Option<Mark> {
    match mark(api) {
        Found::Mark(mark) if mark.owner == *owner => Some(mark),
        _ => None,
    }
}

/// Whether an API, or a stage, is an owner's.
pub fn is_owned(api: &Value, owner: &Owner) -> bool {
    owned(api, owner).is_some()
}

/// The API of an address and a name: the confirmed one, else the oldest.
pub fn pick<'a>(apis: &'a [Value], owner: &Owner, address: &Address, name: &str) -> Option<&'a Value> {
    let ours = |api: &&Value| {
        api.text_at("name") == Some(name) && owned(api, owner).is_some_and(|mark| mark.address == *address)
    };
    apis.iter().filter(ours).min_by(|a, b| {
        let rank = |api: &Value| (confirmed(api), api.text_at("id").unwrap_or_default().to_owned());
        let ((a_confirmed, a_id), (b_confirmed, b_id)) = (rank(a), rank(b));
        a_confirmed.cmp(&b_confirmed).then(created(a).total_cmp(&created(b))).then(a_id.cmp(&b_id))
    })
}

/// Seconds since 1970.
fn created(api: &Value) -> f64 {
    match api.get("createdDate") {
        Some(Value::Number(number)) => number.as_f64().unwrap_or(f64::MAX),
        _ => f64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value;

    fn api(id: &str, confirmed_as: Option<&str>, created: i64) -> Value {
        let mark = Mark {
            owner: "shop/-/eu-west-1".parse().unwrap(),
            address: "apis.orders".parse().unwrap(),
            name: "orders".into(),
            protect: false,
            version: None,
        };
        let mut tags: crate::engine::Map =
            mark.to_tags().into_iter().map(|(key, value)| (key, value.into())).collect();
        tags.extend(confirmed_as.map(|id| (ID.to_owned(), id.into())));
        value!({ "id": id, "name": "orders", "createdDate": created, "tags": tags })
    }

    fn picked(apis: &[Value]) -> Option<&str> {
        let address = "apis.orders".parse().unwrap();
        pick(apis, &"shop/-/eu-west-1".parse().unwrap(), &address, "orders")?.text_at("id")
    }

    #[test]
    fn an_answer_without_an_id_is_an_error() {
        for answer in [value!({}), value!({ "id": "" }), Value::Null] {
            let error = made("CreateRestApi", &answer).unwrap_err();
            assert_eq!(
                error.to_string(),
                "apigateway:CreateRestApi: the answer names no id of what was made"
            );
        }
        assert_eq!(made("CreateRestApi", &value!({ "id": "abc" })).as_deref(), Ok("abc"));
    }

    #[test]
    fn the_confirmed_api_is_ours_then_the_oldest_and_a_copy_never() {
        let (old, young) = (api("old", None, 1), api("young", None, 2));
        let (made, copy) = (api("made", Some("made"), 3), api("copy", Some("made"), 0));
        assert_eq!(picked(&[copy.clone(), young.clone(), old.clone(), made]), Some("made"));
        assert_eq!(picked(&[copy.clone(), young, old]), Some("old"));
        assert_eq!(picked(&[copy]), None);
    }
}
