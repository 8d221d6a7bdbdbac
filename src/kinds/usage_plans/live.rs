//! The usage plan, live: `apigateway` calls.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::engine::{
    Address, Aws, Class, Created, Found, Live, Lookup, Map, Observed, Owner, Pages, Result, State,
    UpdateStep, Value, Wish, all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{confirm, tagging};
use crate::value;

use super::keys;

/// Calls of API Gateway.
pub struct UsagePlans;

/// How often the plans are listed for one that may have been made.
const MOST_LOOKS: u32 = 5;
const DELETION: Deletion = Deletion::new("apigateway", "DeleteUsagePlan", "GetUsagePlan");

impl Live for UsagePlans {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        async move {
            let plan = match &at.id {
                Some(id) => get(aws, id).await?,
                None => confirm::pick(&list(aws).await?, &at.owner, &at.address, &at.name).cloned(),
            };
            match plan {
                Some(plan) => observe(aws, plan, &at.owner, &at.address).await.map(Some),
                None => Ok(None),
            }
        }
        .boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let id = create_plan(aws, wish).await?;
            let mut tags = Map::new();
            tags.insert(confirm::ID.to_owned(), id.as_str().into());
            aws.call("apigateway", "TagResource", value!({ "resourceArn": (arn(aws, &id)), "tags": tags }))
                .await?;
            // What a create does not take.
            if let Some(operation) = product(&Value::map(), &wish.properties) {
                let input = value!({ "usagePlanId": (id.as_str()), "patchOperations": [operation] });
                aws.call("apigateway", "UpdateUsagePlan", input).await?;
            }
            bring_keys(aws, &id, wish).await?;
            Ok(Created { id })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let id = step.live.id.as_str();
            let operations = patch(&step.live.properties, &step.wish.properties);
            if !operations.is_empty() {
                let input = value!({ "usagePlanId": id, "patchOperations": operations });
                aws.call("apigateway", "UpdateUsagePlan", input).await?;
            }
            // The version in the plan's mark is written when the keys have it.
            bring_keys(aws, id, &step.wish).await?;
            let retag = tagging::Retag::of(step);
            let mut set = retag.set;
            set.insert(confirm::ID.to_owned(), id.into());
            aws.call("apigateway", "TagResource", value!({ "resourceArn": (arn(aws, id)), "tags": set }))
                .await?;
            if !retag.unset.is_empty() {
                let input = value!({ "resourceArn": (arn(aws, id)), "tagKeys": (retag.unset) });
                aws.call("apigateway", "UntagResource", input).await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            let id = live.id.as_str();
            if let Found::Mark(mark) = &live.mark {
                aws.forget();
                let mut keys = keys::read(aws, &mark.owner, &mark.address, Some(id)).await?;
                // The other half of a replacement has taken keys over.
                for plan in list(aws).await? {
                    let other = plan.text_at("id").unwrap_or_default();
                    let is_half = matches!(confirm::mark(&plan), Found::Mark(other)
                        if other.owner == mark.owner && other.address == mark.address);
                    if other != id && is_half {
                        keys.leave(&keys::attached(aws, other).await?);
                    }
                }
                keys.delete(aws).await?;
            }
            // A plan with stages is not deleted.
            let Some(plan) = get(aws, id).await? else { return Ok(()) };
            let gone: Vec<Value> =
                stages(&plan).iter().map(|stage| of_stage("remove", &place(stage))).collect();
            if !gone.is_empty() {
                let input = value!({ "usagePlanId": id, "patchOperations": gone });
                aws.call("apigateway", "UpdateUsagePlan", input).await?;
            }
            DELETION.run(aws, value!({ "usagePlanId": id })).await
        }
        .boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let mut found = Vec::new();
            for plan in list(aws).await? {
                if let Found::Mark(mark) = confirm::mark(&plan)
                    && mark.owner == *owner
                {
                    found.push(observe(aws, plan, owner, &mark.address).await?);
                }
            }
            Ok(found)
        }
        .boxed()
    }
}

fn arn(aws: &dyn Aws, id: &str) -> String {
    aws.place().arn_without_account("apigateway", &format!("/usageplans/{id}"))
}

async fn list(aws: &dyn Aws) -> Result<Vec<Value>> {
    let pages = Pages { token_in: "position", token_out: "position", items: "item" };
    all_pages(aws, "apigateway", "GetUsagePlans", value!({ "limit": 500 }), pages).await
}

async fn get(aws: &dyn Aws, id: &str) -> Result<Option<Value>> {
    match aws.call("apigateway", "GetUsagePlan", value!({ "usagePlanId": id })).await {
        Err(error) if error.is_not_found() => Ok(None),
        answer => answer.map(Some),
    }
}

/// Makes the plan itself: its id. Names are not unique, so a plan whose create was cut short, or whose
/// answer was lost, is looked for before another is made.
async fn create_plan(aws: &dyn Aws, wish: &Wish) -> Result<String> {
    let mut input = value!({ "name": (wish.name.as_str()), "tags": (tagging::all_tags(wish)) });
    for member in ["description", "throttle", "quota", "apiStages"] {
        if let Some(value) = wish.properties.get(member) {
            input.put(member, value.clone());
        }
    }
    match aws.call_once("apigateway", "CreateUsagePlan", input).await {
        Ok(answer) => confirm::made("CreateUsagePlan", &answer),
        Err(error) if error.class == Class::Ambiguous => {
            for look in 0..MOST_LOOKS {
                aws.forget();
                let mut plans = list(aws).await?;
                plans.retain(|plan| confirm::confirmed(plan) == confirm::Confirmed::NotYet);
                if let Some(plan) = confirm::pick(&plans, &wish.mark.owner, &wish.mark.address, &wish.name) {
                    return confirm::made("CreateUsagePlan", plan);
                }
                aws.pause(look).await;
            }
            Err(error)
        }
        Err(error) => Err(error),
    }
}

async fn bring_keys(aws: &dyn Aws, id: &str, wish: &Wish) -> Result<()> {
    aws.forget();
    let keys = keys::read(aws, &wish.mark.owner, &wish.mark.address, Some(id)).await?;
    let nothing = Map::new();
    let tags = wish.properties.get("Tags").and_then(Value::as_map).unwrap_or(&nothing);
    keys.bring(aws, id, &wish.mark, tags, &wish.name, &wish.properties).await
}

async fn observe(aws: &dyn Aws, plan: Value, owner: &Owner, address: &Address) -> Result<Observed> {
    let id = plan.text_at("id").unwrap_or_default().to_owned();
    let keys = keys::read(aws, owner, address, Some(&id)).await?;
    let mut properties = Value::map();
    for member in ["name", "description", "productCode", "throttle", "quota", "apiStages"] {
        if let Some(value) = plan.get(member) {
            properties.put(member, value.clone());
        }
    }
    properties.put("Keys", keys.property());
    properties.put("Strays", keys.has_strays().into());
    let tagged = tagging::from_map(plan.get("tags"));
    properties.put("Tags", tagged.tags.into());
    let mut outputs = Map::new();
    outputs.insert("id".into(), id.as_str().into());
    Ok(Observed {
        name: plan.text_at("name").unwrap_or_default().to_owned(),
        id,
        properties,
        outputs,
        mark: confirm::mark(&plan),
        managed_by: tagged.managed_by,
        state: State::Ready,
        unread: Vec::new(),
    })
}

fn stages(plan: &Value) -> Vec<Value> {
    plan.get("apiStages").and_then(Value::as_list).unwrap_or_default().to_vec()
}

/// A stage as patches name it.
fn place(stage: &Value) -> String {
    let text = |key| stage.text_at(key).unwrap_or_default();
    format!("{}:{}", text("apiId"), text("stage"))
}

fn of_stage(op: &str, place: &str) -> Value {
    value!({ "op": op, "path": "/apiStages", "value": place })
}

/// The operations that make a plan what is wished, its keys apart.
fn patch(live: &Value, wish: &Value) -> Vec<Value> {
    let mut operations = Vec::new();
    let text = |of: &Value, key: &str| of.text_at(key).unwrap_or_default().to_owned();
    if text(live, "description") != text(wish, "description") {
        let value = text(wish, "description");
        operations.push(value!({ "op": "replace", "path": "/description", "value": value }));
    }
    operations.extend(product(live, wish));
    operations.extend(block(live, wish, "throttle", &["burstLimit", "rateLimit"]));
    operations.extend(block(live, wish, "quota", &["limit", "offset", "period"]));
    let (old, new) = (stages(live), stages(wish));
    let is_in = |stage: &Value, all: &[Value]| all.iter().any(|one| place(one) == place(stage));
    operations.extend(old.iter().filter(|one| !is_in(one, &new)).map(|one| of_stage("remove", &place(one))));
    operations.extend(new.iter().filter(|one| !is_in(one, &old)).map(|one| of_stage("add", &place(one))));
    for stage in &new {
        let there = old.iter().find(|one| place(one) == place(stage)).cloned().unwrap_or_default();
        let limits = |of: &Value| of.get("throttle").and_then(Value::as_map).cloned().unwrap_or_default();
        let (old, new) = (limits(&there), limits(stage));
        // Here the key of a route stands in the path as it is, slashes and all.
        let base = format!("/apiStages/{}/throttle", place(stage));
        for route in old.keys().filter(|route| !new.contains_key(*route)) {
            operations.push(value!({ "op": "remove", "path": (format!("{base}/{route}")) }));
        }
        for (route, limit) in &new {
            for member in ["rateLimit", "burstLimit"] {
                let there = old.get(route).and_then(|limit| limit.get(member));
                if number(there) != number(limit.get(member)) {
                    let value = limit.get(member).map(Value::to_shown_text).unwrap_or_default();
                    let path = format!("{base}/{route}/{member}");
                    operations.push(value!({ "op": "replace", "path": path, "value": value }));
                }
            }
        }
    }
    operations
}

/// The operation on the product of AWS Marketplace: it is added, replaced or removed.
fn product(live: &Value, wish: &Value) -> Option<Value> {
    const PATH: &str = "/productCode";
    let code = |of: &Value| of.text_at("productCode").filter(|code| !code.is_empty()).map(str::to_owned);
    match (code(live), code(wish)) {
        (live, wish) if live == wish => None,
        (Some(_), None) => Some(value!({ "op": "remove", "path": PATH })),
        (live, Some(code)) => {
            let op = if live.is_some() { "replace" } else { "add" };
            Some(value!({ "op": op, "path": PATH, "value": code }))
        }
        (None, None) => None,
    }
}

/// The members of a block; a block that is not wished is removed whole.
fn block(live: &Value, wish: &Value, name: &str, members: &[&str]) -> Vec<Value> {
    let there = live.get(name).filter(|block| !block.is_empty());
    let Some(wish) = wish.get(name).filter(|block| !block.is_empty()) else {
        return there.map(|_| value!({ "op": "remove", "path": (format!("/{name}")) })).into_iter().collect();
    };
    let op = if there.is_some() { "replace" } else { "add" };
    let default = |member: &str| (member == "offset").then(|| Value::from(0));
    let mut operations = Vec::new();
    for member in members {
        let Some(wished) = wish.get(member).cloned().or_else(|| default(member)) else { continue };
        let live = there.and_then(|there| there.get(member)).cloned();
        if live.as_ref().map(Value::to_shown_text) != Some(wished.to_shown_text())
            && number(live.as_ref()) != Some(number(Some(&wished)).unwrap_or(f64::NAN))
        {
            let path = format!("/{name}/{member}");
            operations.push(value!({ "op": op, "path": path, "value": (wished.to_shown_text()) }));
        }
    }
    operations
}

fn number(value: Option<&Value>) -> Option<f64> {
    match value? {
        Value::Number(number) => number.as_f64(),
        _ => None,
    }
}
