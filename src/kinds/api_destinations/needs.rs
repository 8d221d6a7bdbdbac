//! What calls on API destinations need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["events:ListApiDestinations", "events:DescribeApiDestination"]),
    Need::read(OWN, &["events:DescribeApiDestination"]),
    Need::write(
        OWN,
        &["events:CreateApiDestination", "events:UpdateApiDestination", "events:DeleteApiDestination"],
    ),
    // The connection's name stands in the ARN that AWS checks besides.
    Need::write(
        On::Like("arn:{partition}:events:{region}:{account}:connection/*"),
        &["events:CreateApiDestination", "events:UpdateApiDestination"],
    ),
];
