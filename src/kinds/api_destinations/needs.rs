//! What calls on API destinations need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");
/// The id that AWS puts behind the name is no part of the ARN that it checks where a call gives the name.
const NAMED: On = On::Like("arn:{partition}:events:{region}:{account}:api-destination/{name}");
const WRITE: &[&str] =
    &["events:CreateApiDestination", "events:UpdateApiDestination", "events:DeleteApiDestination"];

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["events:ListApiDestinations", "events:DescribeApiDestination"]),
    Need::read(OWN, &["events:DescribeApiDestination"]),
    Need::read(NAMED, &["events:DescribeApiDestination"]),
    Need::write(OWN, WRITE),
    Need::write(NAMED, WRITE),
    // The connection's name stands in the ARN that AWS checks besides.
    Need::write(
        On::Like("arn:{partition}:events:{region}:{account}:connection/*"),
        &["events:CreateApiDestination", "events:UpdateApiDestination"],
    ),
];
