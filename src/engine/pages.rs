//! Lists that come in pages.

use super::error::{AwsError, Class, Result};
use super::{Aws, Value};

/// Where a listing operation keeps its page token and its items, in AWS's spelling.
#[derive(Clone, Copy, Debug)]
pub struct Pages {
    /// The member of the input that continues a list, such as `NextToken`.
    pub token_in: &'static str,
    /// The member of the answer that says how to continue; absent on the last page.
    pub token_out: &'static str,
    /// The member of the answer that holds the items; absent on an empty page.
    pub items: &'static str,
}

impl Pages {
    /// A list by `NextToken` on both sides.
    pub const fn by_next_token(items: &'static str) -> Pages {
        Pages { token_in: "NextToken", token_out: "NextToken", items }
    }
}

/// All items of a list, page by page.
///
/// # Errors
/// That of the call; or an answer whose token was seen before, which would never end.
pub async fn all_pages(
    aws: &dyn Aws,
    service: &'static str,
    operation: &'static str,
    mut input: Value,
    pages: Pages,
) -> Result<Vec<Value>> {
    let mut items = Vec::new();
    let mut seen: Vec<Value> = Vec::new();
    loop {
        let mut answer = aws.call(service, operation, input.clone()).await?;
        if let Some(Value::List(page)) = answer.remove(pages.items) {
            items.extend(page);
        }
        let token = match answer.remove(pages.token_out) {
            Some(token) if !token.is_empty() => token,
            _ => return Ok(items),
        };
        if seen.contains(&token) {
            let message = "the list repeats a page: the same token came back twice";
            return Err(AwsError::new(service, operation, Class::Invalid, message));
        }
        input.put(pages.token_in, token.clone());
        seen.push(token);
    }
}
