//! What a connection adds to the requests that it authorizes, without its secrets.

use crate::engine::Value;
use crate::kinds::secret::SHOWN as SECRET;

/// Names and values by where they go.
#[derive(Default, Debug)]
pub struct Carried {
    pub headers: Vec<(String, String)>,
    pub query: Vec<(String, String)>,
    pub body: Vec<(String, String)>,
}

/// What a connection of these properties adds.
pub fn carried(properties: &Value) -> Carried {
    let of = |member: &str| {
        parameters(properties.at(&format!("AuthParameters.InvocationHttpParameters.{member}")))
    };
    let mut carried =
        Carried { headers: Vec::new(), query: of("QueryStringParameters"), body: of("BodyParameters") };
    match properties.text_at("AuthorizationType") {
        Some("BASIC") => carried.headers.push(("Authorization".into(), format!("Basic {SECRET}"))),
        Some("API_KEY") => {
            let name =
                properties.text_at("AuthParameters.ApiKeyAuthParameters.ApiKeyName").unwrap_or_default();
            carried.headers.push((name.to_owned(), SECRET.into()));
        }
        Some(_) => carried.headers.push(("Authorization".into(), format!("Bearer {SECRET}"))),
        None => {}
    }
    carried.headers.extend(of("HeaderParameters"));
    carried
}

fn parameters(list: Option<&Value>) -> Vec<(String, String)> {
    let shown = |one: &Value| {
        let is_secret = one.get("IsValueSecret").and_then(Value::as_bool).unwrap_or(true);
        let value = match one.get("Value") {
            Some(Value::String(text)) if !is_secret => text.clone(),
            Some(Value::Unknown(template)) if !is_secret => template.to_string(),
            _ => SECRET.into(),
        };
        (one.text_at("Key").unwrap_or_default().to_owned(), value)
    };
    list.and_then(Value::as_list).unwrap_or_default().iter().map(shown).collect()
}
