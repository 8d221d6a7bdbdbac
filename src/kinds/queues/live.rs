//! The queue, live: `sqs` calls.

use futures_util::future::{BoxFuture, try_join_all};
use futures_util::{FutureExt, try_join};

use crate::engine::{
    Aws, Created, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep, Value, Wish,
    all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{attributes, clearing, tagging};
use crate::value;

/// Calls of SQS.
pub struct Queues;

const DELETION: Deletion = Deletion::new("sqs", "DeleteQueue", "GetQueueAttributes");

impl Live for Queues {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        async move {
            match aws.call("sqs", "GetQueueUrl", value!({ "QueueName": (at.name.as_str()) })).await {
                Ok(answer) => read_url(aws, answer.text_at("QueueUrl").unwrap_or_default()).await,
                Err(error) if error.is_not_found() => Ok(None),
                Err(error) => Err(error),
            }
        }
        .boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let input = value!({
                "QueueName": (wish.name.as_str()),
                "Attributes": (attributes::encode(wish.properties.get("Attributes"))),
                "tags": (tagging::all_tags(wish)),
            });
            let answer = aws.call("sqs", "CreateQueue", input).await?;
            Ok(Created { id: answer.text_at("QueueUrl").unwrap_or_default().to_owned() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let url = step.live.id.as_str();
            if step.touches("Attributes") {
                let wish = clearing::with_cleared(step, super::decl::FIELDS);
                let mut changed = attributes::encode(wish.get("Attributes"));
                changed.retain(|name, _| step.touches(&format!("Attributes.{name}")));
                let input = value!({ "QueueUrl": url, "Attributes": changed });
                aws.call("sqs", "SetQueueAttributes", input).await?;
            }
            let retag = tagging::Retag::of(step);
            if !retag.set.is_empty() {
                aws.call("sqs", "TagQueue", value!({ "QueueUrl": url, "Tags": (retag.set) })).await?;
            }
            if !retag.unset.is_empty() {
                aws.call("sqs", "UntagQueue", value!({ "QueueUrl": url, "TagKeys": (retag.unset) })).await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        // SQS takes up to a minute; until then statements and mappings still find the queue.
        DELETION.run(aws, value!({ "QueueUrl": (live.id.as_str()) })).boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            // Without MaxResults SQS gives no token and 1,000 queues at the most.
            let urls = all_pages(
                aws,
                "sqs",
                "ListQueues",
                value!({ "MaxResults": 1000 }),
                Pages::by_next_token("QueueUrls"),
            )
            .await?;
            let reads = urls.iter().filter_map(Value::as_str).map(|url| async move {
                // Tags first: only ours are read in full.
                let tags = match aws.call("sqs", "ListQueueTags", value!({ "QueueUrl": url })).await {
                    Err(error) if error.is_not_found() => return Ok(None),
                    answer => tagging::from_map(answer?.get("Tags")),
                };
                if tags.mark.is_of(owner) { read_url(aws, url).await } else { Ok(None) }
            });
            Ok(try_join_all(reads).await?.into_iter().flatten().collect())
        }
        .boxed()
    }
}

async fn read_url(aws: &dyn Aws, url: &str) -> Result<Option<Observed>> {
    let both = async {
        try_join!(
            aws.call("sqs", "GetQueueAttributes", value!({ "QueueUrl": url, "AttributeNames": ["All"] })),
            aws.call("sqs", "ListQueueTags", value!({ "QueueUrl": url })),
        )
    };
    let (told, tags) = match both.await {
        Err(error) if error.is_not_found() => return Ok(None),
        both => both?,
    };
    let name = url.rsplit('/').next().unwrap_or_default().to_owned();
    let tagged = tagging::from_map(tags.get("Tags"));
    let mut properties = value!({ "QueueName": (name.as_str()), "Tags": (tagged.tags) });
    properties.put("Attributes", attributes::decode(told.get("Attributes"), super::decl::FIELDS));
    Ok(Some(Observed {
        id: url.to_owned(),
        name,
        properties,
        outputs: Map::new(),
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state: State::Ready,
        unread: Vec::new(),
    }))
}
