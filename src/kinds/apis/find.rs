//! APIs as they are found: by their tags ([`confirm`](crate::kinds::confirm)), or by their id.

use crate::engine::{Aws, Pages, Result, Value, all_pages};
use crate::value;

pub(super) use crate::kinds::confirm::{Confirmed, ID, confirmed, is_owned, made, mark, pick};

/// All APIs of the account and region, without what is inside them.
pub(super) async fn list(aws: &dyn Aws) -> Result<Vec<Value>> {
    let pages = Pages { token_in: "position", token_out: "position", items: "item" };
    all_pages(aws, "apigateway", "GetRestApis", value!({ "limit": 500 }), pages).await
}

/// One API by its id.
pub(super) async fn get(aws: &dyn Aws, id: &str) -> Result<Option<Value>> {
    match aws.call("apigateway", "GetRestApi", value!({ "restApiId": id })).await {
        Err(error) if error.is_not_found() => Ok(None),
        answer => answer.map(Some),
    }
}
