//! The topic, live: `sns` calls.

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, try_join};

use crate::engine::{
    Aws, Class, Created, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep, Value, Wish,
    all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{attributes, clearing, search, tagging};
use crate::value;

use super::fields::{FIELDS, LOGGED_BY, LOGGED_FOR};

/// Calls of SNS.
pub struct Topics;

const DELETION: Deletion = Deletion::new("sns", "DeleteTopic", "GetTopicAttributes");
/// How many topics are looked at at once.
const AT_ONCE: usize = 20;
const ARCHIVE: &str = "ArchivePolicy";
const PROTECTION: &str = "DataProtectionPolicy";

impl Live for Topics {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        async move { read_topic(aws, &aws.place().arn("sns", &at.name)).await }.boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let mut sent = attributes::encode(wish.properties.get("Attributes"));
            sent.extend(status(&wish.properties));
            let mut input = value!({
                "Name": (wish.name.as_str()),
                "Attributes": sent,
                "Tags": (tagging::as_list(&tagging::all_tags(wish))),
            });
            if let Some(policy) = wish.properties.get(PROTECTION) {
                input.put(PROTECTION, attributes::text(policy).into());
            }
            let answer = aws.call("sns", "CreateTopic", input).await?;
            Ok(Created { id: answer.text_at("TopicArn").unwrap_or_default().to_owned() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let arn = step.live.id.as_str();
            let wish = clearing::with_cleared(step, FIELDS);
            // One attribute per call.
            for (name, text) in attributes::encode(wish.get("Attributes")) {
                if step.touches(&format!("Attributes.{name}")) {
                    set(aws, arn, &name, text).await?;
                }
            }
            let (live, wished) = (status(&step.live.properties), status(&step.wish.properties));
            for (_, member, attribute) in logged() {
                let none = || if member.ends_with("Rate") { "0".into() } else { "".into() };
                let is = live.get(&attribute).cloned().unwrap_or_else(none);
                let shall = wished.get(&attribute).cloned().unwrap_or_else(none);
                if is != shall {
                    set(aws, arn, &attribute, shall).await?;
                }
            }
            if step.touches(PROTECTION) {
                let policy = wish.get(PROTECTION).map(attributes::text).unwrap_or_default();
                let input = value!({ "ResourceArn": arn, "DataProtectionPolicy": policy });
                aws.call("sns", "PutDataProtectionPolicy", input).await?;
            }
            let retag = tagging::Retag::of(step);
            if !retag.set.is_empty() {
                let input = value!({ "ResourceArn": arn, "Tags": (tagging::as_list(&retag.set)) });
                aws.call("sns", "TagResource", input).await?;
            }
            if !retag.unset.is_empty() {
                aws.call("sns", "UntagResource", value!({ "ResourceArn": arn, "TagKeys": (retag.unset) }))
                    .await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            // SNS deletes no topic that archives messages.
            if live.properties.at("Attributes.ArchivePolicy").is_some_and(|policy| !policy.is_empty()) {
                match set(aws, &live.id, ARCHIVE, "{}".into()).await {
                    Err(error) if !error.is_not_found() => return Err(error),
                    _ => {}
                }
            }
            DELETION.run(aws, value!({ "TopicArn": (live.id.as_str()) })).await
        }
        .boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let topics =
                all_pages(aws, "sns", "ListTopics", Value::map(), Pages::by_next_token("Topics")).await?;
            let arns: Vec<String> =
                topics.iter().filter_map(|topic| topic.text_at("TopicArn").map(str::to_owned)).collect();
            search::each(arns, AT_ONCE, |arn| async move {
                let tags = match tags(aws, &arn).await {
                    Err(error) if error.is_not_found() => return Ok(None),
                    tags => tagging::from_list(tags?.get("Tags")),
                };
                if tags.mark.is_of(owner) { read_topic(aws, &arn).await } else { Ok(None) }
            })
            .await
        }
        .boxed()
    }
}

async fn tags(aws: &dyn Aws, arn: &str) -> Result<Value> {
    aws.call("sns", "ListTagsForResource", value!({ "ResourceArn": arn })).await
}

async fn set(aws: &dyn Aws, arn: &str, name: &str, value: Value) -> Result<()> {
    let input = value!({ "TopicArn": arn, "AttributeName": name, "AttributeValue": value });
    aws.call("sns", "SetTopicAttributes", input).await.map(drop)
}

async fn read_topic(aws: &dyn Aws, arn: &str) -> Result<Option<Observed>> {
    let both = async {
        try_join!(aws.call("sns", "GetTopicAttributes", value!({ "TopicArn": arn })), tags(aws, arn))
    };
    let (answer, tags) = match both.await {
        Err(error) if error.is_not_found() => return Ok(None),
        both => both?,
    };
    let told = answer.get("Attributes");
    let name = arn.rsplit(':').next().unwrap_or_default().to_owned();
    let tagged = tagging::from_list(tags.get("Tags"));
    let mut properties = value!({ "Name": (name.as_str()), "Tags": (tagged.tags) });
    properties.put("Attributes", attributes::decode(told, FIELDS));
    for (kind, member, attribute) in logged() {
        if let Some(value) = told.and_then(|told| told.get(&attribute)) {
            properties.put(&format!("DeliveryStatus.{kind}.{member}"), value.clone());
        }
    }
    let mut unread = Vec::new();
    if !name.ends_with(".fifo") {
        match aws.call("sns", "GetDataProtectionPolicy", value!({ "ResourceArn": arn })).await {
            Ok(answer) => {
                if let Some(policy) = answer.text_at(PROTECTION).filter(|policy| !policy.is_empty()) {
                    properties.put(PROTECTION, policy.into());
                }
            }
            Err(error) if error.class == Class::Denied => unread.push((PROTECTION.into(), error.to_string())),
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Some(Observed {
        id: arn.to_owned(),
        name,
        properties,
        outputs: Map::new(),
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state: State::Ready,
        unread,
    }))
}

/// The attributes that log deliveries: the kind of endpoint, the member, the attribute.
fn logged() -> impl Iterator<Item = (&'static str, &'static str, String)> {
    LOGGED_FOR
        .iter()
        .flat_map(|kind| LOGGED_BY.iter().map(move |member| (*kind, *member, format!("{kind}{member}"))))
}

/// The attributes that say which deliveries are logged.
fn status(properties: &Value) -> Map {
    logged()
        .filter_map(|(kind, member, attribute)| {
            let value = properties.at(&format!("DeliveryStatus.{kind}.{member}"))?;
            Some((attribute, attributes::text(value).into()))
        })
        .collect()
}
