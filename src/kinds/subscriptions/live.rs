//! The subscription, live: `sns` calls.
//!
//! A subscription has no tags. That it is ours says a tag of its topic, which is written before it is made:
//! `gatewayctl:subscription:KEY`, with a digest of where it delivers, and then its id.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sha2::{Digest, Sha256};

use crate::engine::mark::SUBSCRIPTION;
use crate::engine::{
    Aws, Class, Created, Found, Live, Lookup, Map, Mark, Observed, Owner, Pages, Result, State, UpdateStep,
    Value, Wish, all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{self, attributes, tagging};
use crate::value;

use super::fields::{FIELDS, PENDING};

/// Calls of SNS.
pub struct Subscriptions;

const DELETION: Deletion = Deletion::new("sns", "Unsubscribe", "GetSubscriptionAttributes");
/// The attributes in the order in which they are written, each with what takes it away; nothing: no value.
const ATTRIBUTES: &[(&str, Option<&str>)] = &[
    ("FilterPolicy", Some("{}")),
    ("FilterPolicyScope", Some("MessageAttributes")),
    ("RawMessageDelivery", Some("false")),
    ("RedrivePolicy", None),
    ("DeliveryPolicy", Some("")),
    ("ReplayPolicy", Some("")),
    ("SubscriptionRoleArn", Some("")),
];

impl Live for Subscriptions {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        async move {
            let Some(topic) = at.desired.text_at("TopicArn") else { return Ok(None) };
            let Some(tags) = topic_tags(aws, topic).await? else { return Ok(None) };
            let tagged = tagging::from_list(Some(&tags));
            let ours =
                tagged.mark.is_of(&at.owner).then(|| Noted::in_tags(&tags, key_of(&at.name))).flatten();
            let Some(all) = list(aws, topic).await? else { return Ok(None) };
            if let Some(noted) = &ours
                && let Some(found) = all.iter().find(|one| noted.is(one))
            {
                let mark = mark_of(&tagged.mark, &at.name);
                return observe(aws, topic, &at.name, found, noted.id.as_deref(), mark).await;
            }
            // Somebody else's, of the same endpoint: there can be no other.
            let same = |one: &&Value| {
                ["Protocol", "Endpoint"].iter().all(|member| {
                    let wished = at.desired.text_at(member);
                    wished.is_some() && one.text_at(member) == wished
                })
            };
            match all.iter().find(same) {
                Some(found) => observe(aws, topic, &at.name, found, None, Found::None).await,
                None => Ok(None),
            }
        }
        .boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let properties = &wish.properties;
            note(aws, wish, None).await?;
            let mut input = value!({ "ReturnSubscriptionArn": true });
            for member in ["TopicArn", "Protocol", "Endpoint"] {
                input.put(member, properties.get(member).cloned().unwrap_or_default());
            }
            let sent = attributes::encode(properties.get("Attributes"));
            if !sent.is_empty() {
                input.put("Attributes", sent.into());
            }
            let answer = aws.call("sns", "Subscribe", input).await?;
            let id = answer.text_at("SubscriptionArn").unwrap_or_default().to_owned();
            note(aws, wish, Some(&id)).await?;
            Ok(Created { id })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let wished = attributes::encode(step.wish.properties.get("Attributes"));
            for (name, cleared) in ATTRIBUTES {
                let filtered = *name != "FilterPolicyScope" || wished.contains_key("FilterPolicy");
                if !step.touches(&format!("Attributes.{name}")) || !filtered {
                    continue;
                }
                let value = wished.get(*name).cloned().or_else(|| cleared.map(Value::from));
                let mut input =
                    value!({ "SubscriptionArn": (step.live.id.as_str()), "AttributeName": (*name) });
                if let Some(value) = value {
                    input.put("AttributeValue", value);
                }
                aws.call("sns", "SetSubscriptionAttributes", input).await?;
            }
            if step.mark {
                note(aws, &step.wish, Some(&step.live.id)).await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            let pending = live.properties.text_at(PENDING) == Some("true");
            if !live.id.is_empty() {
                match DELETION.run(aws, value!({ "SubscriptionArn": (live.id.as_str()) })).await {
                    // What nobody has confirmed cannot be taken away; SNS drops it by itself.
                    Err(error) if pending && error.class == Class::Invalid => {}
                    done => done?,
                }
            }
            let topic = live.properties.text_at("TopicArn").unwrap_or_default();
            aws.forget();
            let Some(tags) = topic_tags(aws, topic).await? else { return Ok(()) };
            let key = key_of(&live.name);
            // Another of the same key may have taken its place.
            if !Noted::in_tags(&tags, key)
                .is_some_and(|noted| live.id.is_empty() || noted.is(&live.properties))
            {
                return Ok(());
            }
            let input = value!({ "ResourceArn": topic, "TagKeys": [(format!("{SUBSCRIPTION}{key}"))] });
            match aws.call("sns", "UntagResource", input).await {
                Err(error) if !error.is_not_found() => Err(error),
                _ => Ok(()),
            }
        }
        .boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let Some(topics) = kinds::kind("topics") else { return Ok(Vec::new()) };
            let mut found = Vec::new();
            for topic in topics.live().list_owned(aws, owner).await? {
                let Some(tags) = topic_tags(aws, &topic.id).await? else { continue };
                let noted = Noted::all(&tags);
                if noted.is_empty() {
                    continue;
                }
                let Some(all) = list(aws, &topic.id).await? else { continue };
                for (key, noted) in noted {
                    let name = format!("{}/{key}", topic.name);
                    let mark = mark_of(&topic.mark, &name);
                    let there = match all.iter().find(|one| noted.is(one)) {
                        Some(one) => {
                            observe(aws, &topic.id, &name, one, noted.id.as_deref(), mark.clone()).await?
                        }
                        None => None,
                    };
                    // A mark of nothing is taken away like what it marked.
                    found.push(there.unwrap_or_else(|| gone(&topic.id, &name, mark)));
                }
            }
            Ok(found)
        }
        .boxed()
    }
}

/// What a topic's tag says of a subscription.
struct Noted {
    digest: String,
    id: Option<String>,
}

impl Noted {
    fn all(tags: &Value) -> Vec<(String, Noted)> {
        let tags = tags.as_list().unwrap_or_default().iter();
        tags.filter_map(|tag| {
            let key = tag.text_at("Key")?.strip_prefix(SUBSCRIPTION)?;
            let (digest, id) = match tag.text_at("Value")?.split_once('/') {
                Some((digest, id)) => (digest, Some(id.to_owned())),
                None => (tag.text_at("Value")?, None),
            };
            Some((key.to_owned(), Noted { digest: digest.to_owned(), id }))
        })
        .collect()
    }

    fn in_tags(tags: &Value, key: &str) -> Option<Noted> {
        Noted::all(tags).into_iter().find(|(noted, _)| noted == key).map(|(_, noted)| noted)
    }

    /// Whether it is of this protocol and endpoint.
    fn is(&self, one: &Value) -> bool {
        digest(one) == self.digest
    }
}

/// What tells the subscriptions of a topic apart.
fn digest(one: &Value) -> String {
    let of = |member| one.text_at(member).unwrap_or_default();
    hex::encode(&Sha256::digest(format!("{}\n{}", of("Protocol"), of("Endpoint")))[..16])
}

/// Writes the tag that says that a subscription is ours.
async fn note(aws: &dyn Aws, wish: &Wish, id: Option<&str>) -> Result<()> {
    let digest = digest(&wish.properties);
    let said = match id.and_then(|id| id.rsplit_once(':')) {
        Some((_, id)) => format!("{digest}/{id}"),
        None => digest,
    };
    let key = format!("{SUBSCRIPTION}{}", key_of(&wish.name));
    let topic = wish.properties.text_at("TopicArn").unwrap_or_default();
    let input = value!({ "ResourceArn": topic, "Tags": [{ "Key": key, "Value": said }] });
    aws.call("sns", "TagResource", input).await.map(drop)
}

fn key_of(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// The mark of a subscription, which is that of its topic.
fn mark_of(topic: &Found, name: &str) -> Found {
    match topic {
        Found::Mark(mark) => Found::Mark(Mark {
            owner: mark.owner.clone(),
            address: mark.address.part(&format!("subscription/{}", key_of(name))),
            name: name.to_owned(),
            protect: false,
            version: None,
        }),
        other => other.clone(),
    }
}

async fn topic_tags(aws: &dyn Aws, topic: &str) -> Result<Option<Value>> {
    match aws.call("sns", "ListTagsForResource", value!({ "ResourceArn": topic })).await {
        Err(error) if error.is_not_found() => Ok(None),
        answer => Ok(answer?.remove("Tags").or_else(|| Some(Value::List(Vec::new())))),
    }
}

async fn list(aws: &dyn Aws, topic: &str) -> Result<Option<Vec<Value>>> {
    let pages = Pages::by_next_token("Subscriptions");
    match all_pages(aws, "sns", "ListSubscriptionsByTopic", value!({ "TopicArn": topic }), pages).await {
        Err(error) if error.is_not_found() => Ok(None),
        all => all.map(Some),
    }
}

/// A subscription as a list tells it, in full. One that nobody has confirmed is listed without its ARN.
async fn observe(
    aws: &dyn Aws,
    topic: &str,
    name: &str,
    listed: &Value,
    id: Option<&str>,
    mark: Found,
) -> Result<Option<Observed>> {
    let told = listed.text_at("SubscriptionArn").filter(|arn| arn.starts_with("arn:"));
    let mut observed = gone(topic, name, mark);
    for member in ["Protocol", "Endpoint"] {
        observed.properties.put(member, listed.get(member).cloned().unwrap_or_default());
    }
    if told.is_none() {
        observed.properties.put("Attributes", value!({ "PendingConfirmation": "true" }));
    }
    let Some(arn) = told.map(str::to_owned).or_else(|| Some(format!("{topic}:{}", id?))) else {
        observed.unread.push(("Attributes".into(), "the subscription is not confirmed yet".into()));
        return Ok(Some(observed));
    };
    match aws.call("sns", "GetSubscriptionAttributes", value!({ "SubscriptionArn": (arn.as_str()) })).await {
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) if error.class == Class::Denied => {
            observed.unread.push(("Attributes".into(), error.to_string()));
            Ok(Some(Observed { id: arn, ..observed }))
        }
        answer => {
            let attributes = attributes::decode(answer?.get("Attributes"), FIELDS);
            observed.properties.put("Attributes", attributes);
            Ok(Some(Observed { id: arn, ..observed }))
        }
    }
}

/// A subscription of which the mark alone is there.
fn gone(topic: &str, name: &str, mark: Found) -> Observed {
    Observed {
        id: String::new(),
        name: name.to_owned(),
        properties: value!({ "TopicArn": topic }),
        outputs: Map::new(),
        mark,
        managed_by: None,
        state: State::Ready,
        unread: Vec::new(),
    }
}
