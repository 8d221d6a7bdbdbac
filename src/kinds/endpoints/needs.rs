//! What calls on global endpoints need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    // A list shows no description, where the mark is.
    Need::search(&["events:ListEndpoints", "events:DescribeEndpoint"]),
    Need::read(OWN, &["events:DescribeEndpoint"]),
    Need::write(OWN, &["events:CreateEndpoint", "events:UpdateEndpoint", "events:DeleteEndpoint"]),
    Need::write(On::Like("{RoutingConfig.FailoverConfig.Primary.HealthCheck}"), &["route53:GetHealthCheck"]),
    Need::pass_role("RoleArn", "events"),
];
