//! The log group, live: `logs` calls.

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, try_join_all};

use crate::engine::{
    Aws, AwsError, Class, Created, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep,
    Value, Wish, all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{attributes, tagging};
use crate::value;

use super::decl::{DELIVERY, PROTECTION};

/// Calls of CloudWatch Logs.
pub struct LogGroups;

/// A group that is gone has no tags to list either.
const DELETION: Deletion = Deletion::new("logs", "DeleteLogGroup", "ListTagsForResource");

/// What a create takes as it is wished.
const AT_CREATE: &[&str] = &["logGroupClass", "kmsKeyId", PROTECTED];
const PROTECTED: &str = "deletionProtectionEnabled";
const BEARER: &str = "bearerTokenAuthenticationEnabled";

const PAGES: Pages = Pages { token_in: "nextToken", token_out: "nextToken", items: "logGroups" };

impl Live for LogGroups {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        async move {
            let input = value!({ "logGroupNamePrefix": (at.name.as_str()) });
            let groups = all_pages(aws, "logs", "DescribeLogGroups", input, PAGES).await?;
            match groups.iter().find(|group| group.text_at("logGroupName") == Some(&at.name)) {
                Some(group) => observe(aws, group, None).await,
                None => Ok(None),
            }
        }
        .boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let mut input =
                value!({ "logGroupName": (wish.name.as_str()), "tags": (tagging::all_tags(wish)) });
            for member in AT_CREATE {
                if let Some(value) = wish.properties.get(member) {
                    input.put(member, value.clone());
                }
            }
            aws.call("logs", "CreateLogGroup", input).await?;
            // The rest has calls of its own.
            for facet in FACETS.iter().filter(|facet| !AT_CREATE.contains(&facet.path)) {
                if let Some(value) = wish.properties.get(facet.path) {
                    (facet.set)(aws, &wish.name, value).await?;
                }
            }
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let name = step.wish.name.as_str();
            for facet in FACETS.iter().filter(|facet| step.touches(facet.path)) {
                match step.wish.properties.get(facet.path) {
                    Some(value) => (facet.set)(aws, name, value).await?,
                    None => (facet.clear)(aws, name).await?,
                }
            }
            let retag = tagging::Retag::of(step);
            let arn = step.live.outputs.get("arn").and_then(Value::as_str).unwrap_or_default();
            if !retag.set.is_empty() {
                aws.call("logs", "TagResource", value!({ "resourceArn": arn, "tags": (retag.set) })).await?;
            }
            if !retag.unset.is_empty() {
                aws.call("logs", "UntagResource", value!({ "resourceArn": arn, "tagKeys": (retag.unset) }))
                    .await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            if live.properties.get(PROTECTED).and_then(Value::as_bool) == Some(true) {
                let message = "AWS protects this log group against deletion; declare `deletion_protection: false` and apply, then delete it";
                return Err(AwsError::new("logs", "DeleteLogGroup", Class::Invalid, message));
            }
            let arn = live.outputs.get("arn").cloned().unwrap_or_default();
            let input = value!({ "logGroupName": (live.id.as_str()) });
            DELETION.run_looking(aws, input, value!({ "resourceArn": arn })).await
        }
        .boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let groups = all_pages(aws, "logs", "DescribeLogGroups", Value::map(), PAGES).await?;
            let all = try_join_all(groups.iter().map(|group| observe(aws, group, Some(owner)))).await?;
            Ok(all.into_iter().flatten().collect())
        }
        .boxed()
    }
}

/// What is set and cleared by calls of its own.
struct Facet {
    path: &'static str,
    set: for<'a> fn(&'a dyn Aws, &'a str, &'a Value) -> BoxFuture<'a, Result<()>>,
    clear: for<'a> fn(&'a dyn Aws, &'a str) -> BoxFuture<'a, Result<()>>,
}

const FACETS: &[Facet] = &[
    Facet {
        path: "retentionInDays",
        set: |aws, name, days| {
            call(
                aws,
                "PutRetentionPolicy",
                value!({ "logGroupName": name, "retentionInDays": (days.clone()) }),
            )
        },
        clear: |aws, name| call(aws, "DeleteRetentionPolicy", value!({ "logGroupName": name })),
    },
    Facet {
        path: "kmsKeyId",
        set: |aws, name, key| {
            call(aws, "AssociateKmsKey", value!({ "logGroupName": name, "kmsKeyId": (key.clone()) }))
        },
        clear: |aws, name| call(aws, "DisassociateKmsKey", value!({ "logGroupName": name })),
    },
    Facet {
        path: PROTECTION,
        set: |aws, name, policy| {
            let text = attributes::text(policy);
            let input = value!({ "logGroupIdentifier": name, "policyDocument": text });
            call(aws, "PutDataProtectionPolicy", input)
        },
        clear: |aws, name| call(aws, "DeleteDataProtectionPolicy", value!({ "logGroupIdentifier": name })),
    },
    Facet {
        path: PROTECTED,
        set: |aws, name, on| switch(aws, "PutLogGroupDeletionProtection", name, PROTECTED, on.clone()),
        clear: |aws, name| switch(aws, "PutLogGroupDeletionProtection", name, PROTECTED, false.into()),
    },
    Facet {
        path: BEARER,
        set: |aws, name, on| switch(aws, "PutBearerTokenAuthentication", name, BEARER, on.clone()),
        clear: |aws, name| switch(aws, "PutBearerTokenAuthentication", name, BEARER, false.into()),
    },
];

fn switch<'a>(
    aws: &'a dyn Aws,
    operation: &'static str,
    name: &str,
    member: &str,
    on: Value,
) -> BoxFuture<'a, Result<()>> {
    let mut input = value!({ "logGroupIdentifier": name });
    input.put(member, on);
    call(aws, operation, input)
}

fn call<'a>(aws: &'a dyn Aws, operation: &'static str, input: Value) -> BoxFuture<'a, Result<()>> {
    async move { aws.call("logs", operation, input).await.map(drop) }.boxed()
}

/// The data protection policy of the group itself, asked for where the group says that it has one; that of the
/// account is not the group's.
async fn protection(aws: &dyn Aws, group: &Value) -> Result<Option<Value>> {
    if group.text_at("dataProtectionStatus") != Some("ACTIVATED") {
        return Ok(None);
    }
    let name = group.get("logGroupName").cloned().unwrap_or_default();
    match aws.call("logs", "GetDataProtectionPolicy", value!({ "logGroupIdentifier": name })).await {
        Err(error) if error.is_not_found() => Ok(None),
        answer => Ok(answer?.text_at("policyDocument").filter(|text| !text.is_empty()).map(Value::from)),
    }
}

/// A group in full; with an owner, only if it is that owner's.
async fn observe(aws: &dyn Aws, group: &Value, owner: Option<&Owner>) -> Result<Option<Observed>> {
    let name = group.text_at("logGroupName").unwrap_or_default().to_owned();
    // `arn` ends in `:*`; the tag calls take the form without.
    let arn = group.text_at("arn").unwrap_or_default().trim_end_matches(":*").to_owned();
    let answer = aws.call("logs", "ListTagsForResource", value!({ "resourceArn": (arn.as_str()) })).await;
    let tags = match answer {
        Err(error) if error.is_not_found() => return Ok(None),
        answer => answer?,
    };
    let tagged = tagging::from_map(tags.get("tags"));
    if owner.is_some_and(|owner| !tagged.mark.is_of(owner)) {
        return Ok(None);
    }
    let mut properties = value!({ "logGroupName": (name.as_str()), "Tags": (tagged.tags) });
    // A retention that an account-wide policy or the class sets is not the group's own.
    let foreign =
        group.get("retentionPolicyName").is_some() || group.text_at("logGroupClass") == Some(DELIVERY);
    for member in ["retentionInDays", "logGroupClass", "kmsKeyId", PROTECTED, BEARER] {
        if let Some(value) = group.get(member).filter(|_| !foreign || member != "retentionInDays") {
            properties.put(member, value.clone());
        }
    }
    let mut unread = Vec::new();
    match protection(aws, group).await {
        Ok(Some(policy)) => properties.put(PROTECTION, policy),
        Ok(None) => {}
        Err(error) if error.class == Class::Denied => unread.push((PROTECTION.into(), error.to_string())),
        Err(error) => return Err(error),
    }
    let mut outputs = Map::new();
    outputs.insert("arn".into(), arn.into());
    Ok(Some(Observed {
        id: name.clone(),
        name,
        properties,
        outputs,
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state: State::Ready,
        unread,
    }))
}
