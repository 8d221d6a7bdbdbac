//! What calls on schedule groups need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["scheduler:ListScheduleGroups", "scheduler:ListTagsForResource"]),
    Need::read(OWN, &["scheduler:GetScheduleGroup", "scheduler:ListTagsForResource"]),
    Need::write(
        OWN,
        &[
            "scheduler:CreateScheduleGroup",
            "scheduler:DeleteScheduleGroup",
            "scheduler:TagResource",
            "scheduler:UntagResource",
        ],
    ),
    // Before a group goes, it is seen that nothing stands in it; AWS deletes what does with it.
    Need::write(On::Everything, &["scheduler:ListSchedules"]),
    Need::write(
        On::Like("arn:{partition}:scheduler:{region}:{account}:schedule/{name}/*"),
        &["scheduler:GetSchedule", "scheduler:DeleteSchedule"],
    ),
];
