//! What calls on schedules need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    // A list shows no description, where the mark is: what is not declared is looked at one by one.
    Need::search(&["scheduler:ListSchedules", "scheduler:GetSchedule"]),
    Need::read(OWN, &["scheduler:GetSchedule"]),
    Need::write(OWN, &["scheduler:CreateSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule"]),
    Need::pass_role("Target.RoleArn", "scheduler"),
    Need::write(On::Everything, &["kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt"])
        .only_with("KmsKeyArn"),
];
