//! Looking at what a list shows, several at a time.

use std::future::Future;

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::engine::{Observed, Result};

/// What `look` finds of each thing listed, `at_once` of them at a time, in no order. Lists show neither all of a
/// resource nor, mostly, its mark, and what a list shows may be gone by the time that it is looked at: `look` answers
/// nothing then.
pub async fn each<T, F>(
    listed: impl IntoIterator<Item = T>,
    at_once: usize,
    look: impl Fn(T) -> F,
) -> Result<Vec<Observed>>
where
    F: Future<Output = Result<Option<Observed>>>,
{
    let found: Vec<Option<Observed>> =
        stream::iter(listed.into_iter().map(look)).buffer_unordered(at_once).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}
