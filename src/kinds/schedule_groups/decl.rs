//! The schedule group, pure.

use crate::engine::field::{Field, Output, TAGS, Type};
use crate::engine::{Budgets, Place};
use crate::kinds::{About, Certain, Kind, Loss, Lowering, MarkIn, Naming, Need};

/// A group of schedules (`scheduler:CreateScheduleGroup`).
pub struct ScheduleGroups;

/// The group that every account has and no stack owns.
pub const DEFAULT: &str = "default";

pub(super) const FIELDS: &[Field] =
    &[Field::lowered("Name", Type::Text { min: 1, max: 64 }, "The name.").required().create_only(), TAGS];

static ABOUT: About = About {
    kind: "schedule_groups",
    singular: "schedule_group",
    doc: "A group of schedules of EventBridge Scheduler: what carries tags, and what costs and metrics are told by. The \
          group `default` is the account's: it is referred to and never declared. AWS deletes the schedules of a group \
          with it, so a group in which schedules stand that are not the stack's is not deleted.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived(
            "arn",
            "arn:{partition}:scheduler:{region}:{account}:schedule-group/{name}",
            "The ARN.",
        ),
        Output::derived("name", "{name}", "The name."),
    ],
    naming: Naming::new("Name", 64, "-_."),
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::SLOW,
    loses: Loss::Nothing,
    itself: &["schedule_groups"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[DEFAULT],
    statements: None,
    identified_by: &["Name"],
};

impl Kind for ScheduleGroups {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn certain_calls(&self) -> Certain {
        Certain { service: "scheduler", create: &["CreateScheduleGroup"], delete: &["DeleteScheduleGroup"] }
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        if own.address().key == DEFAULT || own.name() == DEFAULT {
            let at = own.place_of("Name");
            own.error(
                "shared_resource",
                at,
                "the default schedule group is the account's: a stack cannot own it",
                "take the declaration away; a schedule without `group:` stands in it",
            );
        }
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::ScheduleGroups
    }
}

/// The name of a group of this account and region by its ARN.
///
/// # Errors
/// Why it is none.
pub fn name_here(arn: &str, place: &Place) -> Result<String, String> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, "scheduler", region, account, resource] = parts.as_slice() else {
        return Err(format!("`{arn}` is no ARN of a schedule group"));
    };
    let Some(name) = resource.strip_prefix("schedule-group/").filter(|name| !name.is_empty()) else {
        return Err(format!("`{arn}` is no ARN of a schedule group"));
    };
    let here = *region == place.region && (place.account == Place::NO_ACCOUNT || *account == place.account);
    match here {
        true => Ok(name.to_owned()),
        false => Err(format!(
            "a schedule stands in the account and region of its group, and this one is in {account}, {region}"
        )),
    }
}
