//! What calls on subscriptions need. Some of them name no topic, and are on everything.

use crate::kinds::{Need, On};

const TOPIC: On = On::Like("{TopicArn}");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["sns:ListSubscriptionsByTopic", "sns:GetSubscriptionAttributes"]),
    Need::read(TOPIC, &["sns:ListTagsForResource", "sns:ListSubscriptionsByTopic"]),
    Need::write(TOPIC, &["sns:Subscribe", "sns:TagResource", "sns:UntagResource"]),
    Need::write(On::Everything, &["sns:Unsubscribe", "sns:SetSubscriptionAttributes"]),
    // A Firehose stream is written to by a role.
    Need::pass_role("Attributes.SubscriptionRoleArn", "sns"),
];
