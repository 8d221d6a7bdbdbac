//! The event source of a partner, seen from the account that it was made for: `events:DescribeEventSource`.
//!
//! A partner makes the source; it is there as PENDING until a bus of its name is made, and expires if none is.

use crate::engine::{Aws, AwsError, Class, Observed, Result, Value};
use crate::kinds::events;
use crate::value;

use super::decl::DELETED;

/// How names of sources begin.
pub const PREFIX: &str = "aws.partner/";

/// How often it is looked whether the partner has made the source: for about two minutes; from the sixth look on
/// they are five seconds apart.
const LOOKS: u32 = 28;

/// The state of a source: PENDING, ACTIVE or DELETED, which one that is not there is as well.
///
/// # Errors
/// That of the call.
pub async fn state(aws: &dyn Aws, name: &str) -> Result<String> {
    let source = describe(aws, name).await?;
    let state = source.as_ref().and_then(|source| source.text_at("State"));
    Ok(state.unwrap_or(DELETED).to_owned())
}

/// Waits until the source is there.
///
/// # Errors
/// Those of the call; [`Class::Invalid`] if it is not there after all looks, or was deleted.
pub async fn await_it(aws: &dyn Aws, name: &str) -> Result<()> {
    for look in 0..LOOKS {
        match describe(aws, name).await?.as_ref().and_then(|source| source.text_at("State")) {
            None => {}
            Some(DELETED) => {
                let message = format!(
                    "the partner has deleted the event source {name}, or it has expired because no bus was made for it \
                     in time; have the partner make it anew"
                );
                return Err(AwsError::new("events", "CreateEventBus", Class::Invalid, message));
            }
            Some(_) => return Ok(()),
        }
        aws.pause(look).await;
        aws.forget();
    }
    let message = format!(
        "there is no event source {name} in this account and region: either the partner has not made it yet, or it has \
         expired because no bus was made for it in time; have the partner make it (for this account), then apply again"
    );
    Err(AwsError::new("events", "CreateEventBus", Class::Invalid, message))
}

/// Activates the source of a bus that somebody has deactivated.
///
/// # Errors
/// Those of the call; [`Class::Invalid`] if there is nothing to activate.
pub async fn activate(aws: &dyn Aws, bus: &Observed) -> Result<()> {
    if bus.properties.text_at(super::decl::SOURCE_STATE) == Some(DELETED) {
        let message = format!(
            "the partner has deleted the event source {}, so nothing comes to its bus any more; take the bus out of the \
             stack, or have the partner make the source anew",
            bus.name
        );
        return Err(AwsError::new("events", "ActivateEventSource", Class::Invalid, message));
    }
    aws.call("events", "ActivateEventSource", value!({ "Name": (bus.name.as_str()) })).await.map(drop)
}

async fn describe(aws: &dyn Aws, name: &str) -> Result<Option<Value>> {
    events::describe(aws, "DescribeEventSource", value!({ "Name": name })).await
}
