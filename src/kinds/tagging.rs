//! Tags in the two shapes that AWS has, user's tags and mark together.

use crate::engine::mark::{Tagged, from_tags};
use crate::engine::{Found, Map, UpdateStep, Value, Wish};
use crate::value;

/// All tags of a wish: the user's, then the mark's.
pub fn all_tags(wish: &Wish) -> Map {
    let mut tags = wish.properties.get("Tags").and_then(Value::as_map).cloned().unwrap_or_default();
    tags.extend(wish.mark.to_tags().into_iter().map(|(key, value)| (key, value.into())));
    tags
}

/// Tags as a list of `{Key, Value}`.
pub fn as_list(tags: &Map) -> Value {
    tags.iter()
        .map(|(key, value)| value!({ "Key": (key.as_str()), "Value": (value.clone()) }))
        .collect::<Vec<_>>()
        .into()
}

/// Tags as a list of `{key, value}`, as Step Functions spells them.
pub fn as_small_list(tags: &Map) -> Value {
    tags.iter()
        .map(|(key, value)| value!({ "key": (key.as_str()), "value": (value.clone()) }))
        .collect::<Vec<_>>()
        .into()
}

/// Splits tags that come as a list of `{Key, Value}`, or of `{key, value}`.
pub fn from_list(list: Option<&Value>) -> Tagged {
    let items = list.and_then(Value::as_list).unwrap_or_default();
    let part = |tag: &'_ Value, large: &str, small: &str| -> Option<String> {
        tag.text_at(large).or_else(|| tag.text_at(small)).map(str::to_owned)
    };
    let tags: Vec<(String, String)> = items
        .iter()
        .filter_map(|tag| Some((part(tag, "Key", "key")?, part(tag, "Value", "value").unwrap_or_default())))
        .collect();
    from_tags(tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))
}

/// Splits tags that come as a map.
pub fn from_map(map: Option<&Value>) -> Tagged {
    let members = map.and_then(Value::as_map).into_iter().flatten();
    from_tags(members.map(|(key, value)| (key.as_str(), value.as_str().unwrap_or_default())))
}

/// What an update does to the tags.
#[derive(Debug, Default)]
pub struct Retag {
    pub set: Map,
    pub unset: Vec<Value>,
}

impl Retag {
    /// From what is live to what is wished: tags to set, and keys to take away, of the user's tags
    /// and of the mark's. Foreign `aws:` tags are never among them.
    pub fn of(step: &UpdateStep) -> Retag {
        let live = step.live.properties.get("Tags").and_then(Value::as_map).cloned().unwrap_or_default();
        Retag::from(live, &step.live.mark, all_tags(&step.wish))
    }

    /// From the user's tags and the mark that are there to those that are wanted.
    pub fn from(mut live: Map, mark: &Found, wanted: Map) -> Retag {
        if let Found::Mark(mark) = mark {
            live.extend(mark.to_tags().into_iter().map(|(key, value)| (key, value.into())));
        }
        let unset =
            live.keys().filter(|key| !wanted.contains_key(*key)).map(|key| key.as_str().into()).collect();
        let set = wanted.into_iter().filter(|(key, value)| live.get(key) != Some(value)).collect();
        Retag { set, unset }
    }
}
