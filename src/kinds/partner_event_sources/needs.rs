//! What calls on event sources of a partner need, and on the records of whose they are.

use crate::kinds::{Need, On};

/// The sources of a namespace, which are no account's.
const SOURCES: On = On::Like("arn:{partition}:events:{region}::event-source/aws.partner/{Partner}/{name}/*");
const RECORD: On = On::Like(
    "arn:{partition}:ssm:{region}:{account}:parameter/gatewayctl/partner-event-sources/{Partner}/{name}",
);
const RECORDS: On =
    On::Like("arn:{partition}:ssm:{region}:{account}:parameter/gatewayctl/partner-event-sources*");

pub(super) static NEEDS: &[Need] = &[
    Need { on: RECORDS, ..Need::search(&["ssm:GetParametersByPath"]) },
    Need::read(RECORD, &["ssm:GetParameter"]),
    Need::read(On::Everything, &["events:ListPartnerEventSources"]),
    Need::read(SOURCES, &["events:ListPartnerEventSourceAccounts"]),
    Need::write(RECORD, &["ssm:PutParameter", "ssm:DeleteParameter"]),
    Need::write(SOURCES, &["events:CreatePartnerEventSource", "events:DeletePartnerEventSource"]),
];
