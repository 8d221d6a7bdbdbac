//! Stacks that several tests use.

use super::account::{World, address};
use crate::engine::{Secret, SecretSource, Template, Value};
use crate::value;

/// Two queues, one with a policy, a role and a log group.
pub const QUEUES: &str = "\
stack: shop
region: eu-west-1
queues:
  inbox:
    visibility_timeout: 60s
    redrive: { dead_letter: dead, max_receive_count: 3 }
    policy:
      Feeder:
        Effect: Allow
        Principal: { AWS: \"arn:aws:iam::111122223333:role/feeder\" }
        Action: sqs:SendMessage
  dead: {}
roles:
  feeder:
    trust:
      Statement:
        - { Effect: Allow, Principal: { Service: pipes.amazonaws.com }, Action: sts:AssumeRole }
    description: |
      Feeds the inbox.
      Asked for by the warehouse.
log_groups:
  audit: { retention_days: 30 }
outputs:
  inbox_url: ${queues.inbox.url}
";

const GATEWAY: &str = "\
depots:
  orders:
    stream: NEW
boxes:
  inbox: {}
badges:
  feeder: {}
feeds:
  carrier:
    source: orders
    password: x
";

pub fn output(of: &str, name: &str) -> Value {
    Template::output(address(of), name).into()
}

pub fn password(version: &str) -> Value {
    Value::Secret(Secret::from_source(SecretSource { parameter: "password".into(), version: version.into() }))
}

/// A depot with its stream, a feed from it to a box with a password, and a badge with a policy.
pub fn gateway(view: &str, version: &str) -> World {
    World::of(GATEWAY)
        .with(
            "depots.orders",
            "orders",
            value!({ "Key": "PK", "Stream": { "View": view } }),
            &[("Stream.View", "stream")],
        )
        .with("boxes.inbox", "inbox", value!({ "Size": 3 }), &[])
        .with(
            "badges.feeder",
            "feeder",
            value!({ "Policies": { "own": { "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": "depot:Read", "Resource": (output("depots.orders", "stream")) },
            ] } } }),
            &[],
        )
        .with(
            "feeds.carrier",
            "carrier",
            value!({
                "Source": (output("depots.orders", "stream")),
                "Target": "arn:aws:box:eu-west-1:111122223333:inbox",
                "Badge": (output("badges.feeder", "arn")),
                "Password": (password(version)),
            }),
            &[("Source", "source"), ("Password", "password")],
        )
}
