//! The connection, live: `events` calls.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::engine::{
    Aws, Created, Live, Lookup, Map, Observed, Owner, Result, State, UpdateStep, Value, Wish,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{clearing, events};
use crate::value;

use super::fields::FIELDS;

/// Calls of EventBridge on connections.
pub struct Connections;

/// What CreateConnection and UpdateConnection take beside name and description.
const MEMBERS: &[&str] =
    &["AuthorizationType", "AuthParameters", "InvocationConnectivityParameters", "KmsKeyIdentifier"];

/// An association with a private API takes minutes, made or taken away: about twenty of them.
const LOOKS_UNTIL_GONE: u32 = 240;

impl Live for Connections {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_connection(aws, at.name.clone())
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let input = events::described(wish, "Name", events::members(&wish.properties, MEMBERS));
            aws.call("events", "CreateConnection", input).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            // A description alone asks for no new authorization. With anything else the whole wish
            // goes out, secrets included: no part of the old ones is to be mixed with new ones.
            let rest = match step.touches_beyond(&["Description"]) || step.mends() {
                true => events::members(&clearing::with_cleared(step, FIELDS), MEMBERS),
                false => Value::map(),
            };
            aws.call("events", "UpdateConnection", events::described(&step.wish, "Name", rest))
                .await
                .map(drop)
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        let input = value!({ "Name": (live.name.as_str()) });
        async move {
            let deletion = Deletion::new("events", "DeleteConnection", "DescribeConnection");
            deletion.looks(LOOKS_UNTIL_GONE).run(aws, input).await
        }
        .boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        events::list_described(aws, ("ListConnections", "Connections", "Name"), owner, read_connection)
            .boxed()
    }
}

fn read_connection(aws: &dyn Aws, name: String) -> BoxFuture<'_, Result<Option<Observed>>> {
    async move {
        let input = value!({ "Name": (name.as_str()) });
        let Some(connection) = events::describe(aws, "DescribeConnection", input).await? else {
            return Ok(None);
        };
        let (description, mark) = events::description(&connection);
        let mut properties = events::members(&connection, MEMBERS);
        properties.put("Name", name.as_str().into());
        properties.put("Description", description);
        let outputs = [("arn", "ConnectionArn"), ("secret_arn", "SecretArn")];
        Ok(Some(Observed {
            id: name.clone(),
            name,
            properties,
            outputs: outputs
                .iter()
                .filter_map(|(output, member)| Some(((*output).to_owned(), connection.get(member)?.clone())))
                .collect::<Map>(),
            mark,
            managed_by: None,
            state: state(&connection),
            unread: Vec::new(),
        }))
    }
    .boxed()
}

/// What a connection's state means. One that lost its authorization is mended by an update, not by
/// making it anew.
fn state(connection: &Value) -> State {
    let name = connection.text_at("ConnectionState").unwrap_or_default();
    match name {
        "CREATING" | "UPDATING" | "DELETING" | "AUTHORIZING" | "DEAUTHORIZING" => {
            State::Busy(name.to_owned())
        }
        "DEAUTHORIZED" => events::failed(connection, name, false),
        _ if name.starts_with("FAILED") => events::failed(connection, name, false),
        _ => State::Ready,
    }
}
