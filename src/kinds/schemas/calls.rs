//! What registries, schemas and discoverers have in common: `schemas` calls.
//!
//! On the wire the tags stand under `tags`, everything else as the model names it.

use crate::engine::{Aws, Pages, Result, UpdateStep, Value, Wish, all_pages};
use crate::kinds::tagging::Retag;
use crate::value;

/// The answer of a describing operation; nothing if there is no such thing.
///
/// # Errors
/// That of the call.
pub async fn describe(aws: &dyn Aws, operation: &'static str, input: Value) -> Result<Option<Value>> {
    match aws.call("schemas", operation, input).await {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// All registries of the account, as a list shows them: with their tags.
///
/// # Errors
/// Those of the calls.
pub async fn registries(aws: &dyn Aws) -> Result<Vec<Value>> {
    let input = value!({ "Scope": "LOCAL", "Limit": 100 });
    all_pages(aws, "schemas", "ListRegistries", input, Pages::by_next_token("Registries")).await
}

/// Puts a wish's description into the input of a create, if there is one.
pub fn put_described(input: &mut Value, wish: &Wish) {
    if let Some(text) = wish.properties.get("Description").filter(|text| !text.is_empty()) {
        input.put("Description", text.clone());
    }
}

/// Brings the tags of a resource, which is named by its output `arn`, to the wish.
///
/// # Errors
/// Those of the calls.
pub async fn retag(aws: &dyn Aws, step: &UpdateStep) -> Result<()> {
    let arn = step.live.outputs.get("arn").and_then(Value::as_str).unwrap_or_default();
    let Retag { set, unset } = Retag::of(step);
    if !set.is_empty() {
        aws.call("schemas", "TagResource", value!({ "ResourceArn": arn, "Tags": set })).await?;
    }
    if !unset.is_empty() {
        aws.call("schemas", "UntagResource", value!({ "ResourceArn": arn, "TagKeys": unset })).await?;
    }
    Ok(())
}
