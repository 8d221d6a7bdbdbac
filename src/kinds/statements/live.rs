//! The statement, live: read and written as a part of its host's document, one by one, under a
//! mutex per document; statements of others are kept.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::engine::mark::sid_prefix;
use crate::engine::{
    Aws, Created, Found, Live, Lookup, Map, Mark, Observed, Owner, Result, State, UpdateStep, Value, Wish,
};
use crate::kinds;
use crate::value;

use super::hosts::{self, Host};

/// Calls on the documents of queues, topics, streams, tables, buses, functions, log groups and registries.
pub struct Statements;

/// Which document, and the statement's Sid: the id of a statement.
struct At<'a> {
    host: &'static Host,
    of: &'a str,
    sid: &'a str,
}

impl<'a> At<'a> {
    fn new(properties: &'a Value, sid: &'a str) -> Option<At<'a>> {
        let host = hosts::host(properties.text_at("Document")?)?;
        Some(At { host, of: properties.text_at("Of")?, sid })
    }

    fn document(&self) -> String {
        format!("{}/{}", self.host.kind, self.of)
    }
}

impl Live for Statements {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        async move {
            let Some(place) = At::new(&at.desired, &at.name) else { return Ok(None) };
            let statements = (place.host.read)(aws, place.of).await?.unwrap_or_default();
            let found = statements.into_iter().find(|one| one.text_at("Sid") == Some(place.sid));
            Ok(found.map(|statement| {
                let mark = Mark {
                    owner: at.owner.clone(),
                    address: at.address.clone(),
                    name: at.name.clone(),
                    protect: false,
                    version: None,
                };
                observe(aws, &place, statement, mark)
            }))
        }
        .boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            put(aws, wish, false).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        put(aws, &step.wish, true).boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            let Some(place) = At::new(&live.properties, &live.name) else { return Ok(()) };
            let _guard = aws.exclusive(&place.document()).await;
            aws.forget();
            (place.host.remove)(aws, place.of, place.sid).await
        }
        .boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let mut found = Vec::new();
            for host in hosts::HOSTS {
                let Some(kind) = kinds::kind(host.kind) else { continue };
                let part = kind.about().statements.unwrap_or_default();
                // That a kind cannot be searched is said of that kind; what stands on others is found all the same.
                let owned = kind.live().list_owned(aws, owner).await.unwrap_or_default();
                let named = owned.iter().flat_map(|one| match &one.mark {
                    Found::Mark(mark) => {
                        let qualified = kind.qualifiers(&one.properties).unwrap_or_default().into_iter();
                        let qualified = qualified.map(|qualifier| format!("{}:{qualifier}", one.name));
                        let of = std::iter::once(one.name.clone()).chain(qualified);
                        of.map(|of| (of, mark.address.clone())).collect()
                    }
                    _ => Vec::new(),
                });
                // What an account shares (the default bus) has an owner in nobody; statements of
                // ours may stand on it all the same.
                let shared = kind
                    .about()
                    .shared
                    .iter()
                    .map(|name| ((*name).to_owned(), crate::engine::Address::new(host.kind, name)));
                for (of, address) in named.chain(shared) {
                    let prefix = sid_prefix(owner, host.kind, &of);
                    for statement in (host.read)(aws, &of).await?.unwrap_or_default() {
                        let Some(sid) = statement.text_at("Sid").filter(|sid| sid.starts_with(&prefix))
                        else {
                            continue;
                        };
                        let sid = sid.to_owned();
                        let mark = Mark {
                            owner: owner.clone(),
                            address: address.part(&format!("{part}/{sid}")),
                            name: sid.clone(),
                            protect: false,
                            version: None,
                        };
                        let place = At { host, of: &of, sid: &sid };
                        found.push(observe(aws, &place, statement.clone(), mark));
                    }
                }
            }
            Ok(found)
        }
        .boxed()
    }
}

/// Writes a statement into its document.
async fn put(aws: &dyn Aws, wish: &Wish, replace: bool) -> Result<()> {
    let Some(place) = At::new(&wish.properties, &wish.name) else { return Ok(()) };
    let mut statement = value!({ "Sid": (place.sid) });
    for (member, value) in wish.properties.get("Statement").and_then(Value::as_map).into_iter().flatten() {
        statement.put(member, value.clone());
    }
    statement.put("Resource", (place.host.resource)(aws.place(), place.of));
    let _guard = aws.exclusive(&place.document()).await;
    aws.forget();
    (place.host.put)(aws, place.of, statement, replace).await
}

fn observe(aws: &dyn Aws, place: &At<'_>, mut statement: Value, mark: Mark) -> Observed {
    statement.remove("Sid");
    let own = (place.host.resource)(aws.place(), place.of);
    if statement.get("Resource").is_some_and(|resource| is_same(resource, &own)) {
        statement.remove("Resource");
    }
    Observed {
        id: format!("{}/{}", place.document(), place.sid),
        name: place.sid.to_owned(),
        properties: value!({ "Document": (place.host.kind), "Of": (place.of), "Statement": statement }),
        outputs: Map::new(),
        mark: Found::Mark(mark),
        managed_by: None,
        state: State::Ready,
        unread: Vec::new(),
    }
}

/// Whether two `Resource` members name the same, in whatever order.
fn is_same(one: &Value, other: &Value) -> bool {
    let (Some(one_list), Some(other_list)) = (one.as_list(), other.as_list()) else { return one == other };
    one_list.len() == other_list.len() && one_list.iter().all(|arn| other_list.contains(arn))
}
