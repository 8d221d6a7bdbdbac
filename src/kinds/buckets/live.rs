//! The bucket, live: `s3` calls.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use crate::engine::{
    Aws, AwsError, Class, Created, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep,
    Value, Wish, all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::tagging;
use crate::value;

use super::decl::EVENTS;

/// Calls of S3.
pub struct Buckets;

const DELETION: Deletion = Deletion::new("s3", "DeleteBucket", "GetBucketLocation");
const PAGES: Pages =
    Pages { token_in: "ContinuationToken", token_out: "ContinuationToken", items: "Buckets" };
/// How many buckets are looked at at once.
const AT_ONCE: usize = 20;
/// The region whose buckets have no location constraint.
const FIRST_REGION: &str = "us-east-1";
/// How AWS says that EventBridge hears of a bucket.
const TO_EVENTS: &str = "EventBridgeConfiguration";

impl Live for Buckets {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_bucket(aws, &at.name, None).boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let mut config = value!({ "Tags": (tagging::as_list(&tagging::all_tags(wish))) });
            let region = aws.place().region.as_str();
            if region != FIRST_REGION {
                config.put("LocationConstraint", region.into());
            }
            let input = value!({ "Bucket": (wish.name.as_str()), "CreateBucketConfiguration": config });
            aws.call("s3", "CreateBucket", input).await.map_err(|error| taken(error, &wish.name))?;
            if wished(wish) {
                tell_events(aws, &wish.name, true).await?;
            }
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let name = step.wish.name.as_str();
            let retag = tagging::Retag::of(step);
            if !retag.set.is_empty() || !retag.unset.is_empty() {
                let mut input = of(aws, name);
                // S3 replaces all tags of a bucket.
                let tags = tagging::as_list(&tagging::all_tags(&step.wish));
                input.put("Tagging", value!({ "TagSet": tags }));
                aws.call("s3", "PutBucketTagging", input).await?;
            }
            if step.touches(EVENTS) {
                tell_events(aws, name, wished(&step.wish)).await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            DELETION.run(aws, of(aws, &live.id)).await.map_err(|error| match error.code.as_str() {
                "BucketNotEmpty" => AwsError {
                    message: "the bucket still holds objects (old versions and delete markers count too), and what it holds is never deleted: empty it, then apply again".into(),
                    ..error
                },
                _ => error,
            })
        }
        .boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let input = value!({ "MaxBuckets": 1000, "BucketRegion": (aws.place().region.as_str()) });
            let buckets = all_pages(aws, "s3", "ListBuckets", input, PAGES).await?;
            let names: Vec<String> =
                buckets.iter().filter_map(|bucket| bucket.text_at("Name").map(str::to_owned)).collect();
            let found: Vec<Result<Option<Observed>>> = stream::iter(names)
                .map(|name| async move {
                    match read_bucket(aws, &name, Some(owner)).await {
                        Err(error) if error.class != Class::Denied => Err(error),
                        found => Ok(found),
                    }
                })
                .buffer_unordered(AT_ONCE)
                .try_collect()
                .await?;
            // A bucket may shut out everybody but its owners, and ours do not shut us out. That all do is that
            // the right to look is missing.
            match found.into_iter().partition::<Vec<_>, _>(Result::is_ok) {
                (ours, shut) if ours.is_empty() && !shut.is_empty() => {
                    shut.into_iter().collect::<Result<Vec<_>>>().map(|_| Vec::new())
                }
                (ours, _) => Ok(ours.into_iter().flatten().flatten().collect()),
            }
        }
        .boxed()
    }
}

/// The bucket of a call, which is refused if the bucket is another account's.
fn of(aws: &dyn Aws, name: &str) -> Value {
    value!({ "Bucket": name, "ExpectedBucketOwner": (aws.place().account.as_str()) })
}

fn wished(wish: &Wish) -> bool {
    wish.properties.get(EVENTS).and_then(Value::as_bool).unwrap_or(true)
}

/// A name that is somebody else's: names of buckets are the world's.
fn taken(error: AwsError, name: &str) -> AwsError {
    match error.code.as_str() {
        "BucketAlreadyExists" => AwsError {
            message: format!(
                "the name `{name}` is taken by a bucket of another account: give it another `name:`"
            ),
            ..error
        },
        _ => error,
    }
}

/// Lets EventBridge hear of a bucket, or not. The configuration is written whole, so whom others have S3 tell
/// is read just before and written back; that they are still there is theirs to see to.
async fn tell_events(aws: &dyn Aws, name: &str, on: bool) -> Result<()> {
    let _guard = aws.exclusive(&format!("s3/{name}/notifications")).await;
    aws.forget();
    let mut config = aws.call("s3", "GetBucketNotificationConfiguration", of(aws, name)).await?;
    if config.get(TO_EVENTS).is_some() == on {
        return Ok(());
    }
    config.remove(TO_EVENTS);
    let mut input = of(aws, name);
    if !config.is_empty() {
        input.put("SkipDestinationValidation", true.into());
    }
    if on {
        config.put(TO_EVENTS, Value::map());
    }
    input.put("NotificationConfiguration", config);
    aws.call("s3", "PutBucketNotificationConfiguration", input).await.map(drop)
}

/// A bucket in full; with an owner, only if it is that owner's.
async fn read_bucket(aws: &dyn Aws, name: &str, owner: Option<&Owner>) -> Result<Option<Observed>> {
    let tags = match aws.call("s3", "GetBucketTagging", of(aws, name)).await {
        Err(error) if error.code == "NoSuchTagSet" => Value::map(),
        Err(error) if error.is_not_found() => return Ok(None),
        answer => answer.map_err(|error| elsewhere(error, name))?,
    };
    let tagged = tagging::from_list(tags.get("TagSet"));
    if owner.is_some_and(|owner| !tagged.mark.is_of(owner)) {
        return Ok(None);
    }
    let mut properties = value!({ "Bucket": name, "Tags": (tagged.tags) });
    let mut unread = Vec::new();
    match aws.call("s3", "GetBucketNotificationConfiguration", of(aws, name)).await {
        Ok(config) => properties.put(EVENTS, config.get(TO_EVENTS).is_some().into()),
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) if error.class == Class::Denied => unread.push((EVENTS.into(), error.to_string())),
        Err(error) => return Err(error),
    }
    Ok(Some(Observed {
        id: name.to_owned(),
        name: name.to_owned(),
        properties,
        outputs: Map::new(),
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state: State::Ready,
        unread,
    }))
}

/// Says what it means that a bucket of the name is not answered for here.
fn elsewhere(error: AwsError, name: &str) -> AwsError {
    let why = match error.code.as_str() {
        "PermanentRedirect" | "AuthorizationHeaderMalformed" => "is in another region",
        "AccessDenied" => "is another account's, or its tags may not be read",
        _ => return error,
    };
    let message = format!("a bucket `{name}` is there and {why}: give this one another `name:`");
    AwsError { message: format!("{message} ({})", error.message), ..error }
}
