//! The schedule, pure.

use crate::engine::field::{Output, RefTo};
use crate::engine::{Budgets, Graph, Resource, Template, Value};
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Flow, Passed, Spot, Way};
use crate::flow::shape::Shape;
use crate::kinds::expression::{self, Of, at};
use crate::kinds::{
    About, Certain, DataKey, Is, Kind, Loss, Lowering, MarkIn, Naming, Need, RoleFor, Sign, schedule_groups,
    sign, source_condition, time,
};
use crate::source::{Diagnostic, Span};

use super::passing;
use super::{fields, target, zone};

/// A schedule of EventBridge Scheduler (`scheduler:CreateSchedule`).
pub struct Schedules;

static ABOUT: About = About {
    kind: "schedules",
    singular: "schedule",
    doc: "A schedule of EventBridge Scheduler: one call of one target, once or again and again, in a time zone of its own, \
          with retries and dead letters, by a role that is generated. The `schedule:` of a rule is for what goes to \
          several targets at once, or to one that only rules know (an API destination, a log group), in UTC on the \
          default bus; everything else is better a schedule.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: fields::FIELDS,
    outputs: &[
        Output::derived(
            "arn",
            "arn:{partition}:scheduler:{region}:{account}:schedule/{GroupName}/{name}",
            "The ARN.",
        ),
        Output::derived("name", "{name}", "The name."),
        Output::derived("group", "{GroupName}", "The name of its group."),
    ],
    naming: Naming::new("Name", 64, "-_."),
    mark: MarkIn::Description { path: "Description", max: 512 },
    protect: false,
    budgets: Budgets::QUICK,
    loses: Loss::Meanwhile("the times at which it is due meanwhile"),
    itself: &["schedules"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["GroupName", "Name"],
};

impl Kind for Schedules {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn certain_calls(&self) -> Certain {
        Certain { service: "scheduler", create: &["CreateSchedule"], delete: &["DeleteSchedule"] }
    }

    fn signs(&self) -> &'static [Sign] {
        const SIGNS: &[Sign] = &[sign(
            "State",
            Is::Text("DISABLED"),
            "it is disabled, so it calls nothing: `gatewayctl apply` enables it",
        )];
        SIGNS
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        group(own);
        expression::check(own, Of::Scheduler);
        zone(own);
        window(own);
        dates(own);
        let group = group_arn(own);
        let condition = source_condition(own.place(), group);
        let granted = own.is_written("grants") || own.is_written("managed_policies");
        let role = own.role("scheduler", Some(condition));
        if let Some(role) = &role {
            key(own, role);
        }
        target::lower(own, role.as_ref(), granted);
    }

    /// One that AWS deletes after its last time.
    fn is_over(&self, of: &Resource, now: i64) -> bool {
        let deletes = of.properties.text_at("ActionAfterCompletion") == Some("DELETE");
        deletes && last_time(&of.properties).is_some_and(|last| last < now)
    }

    fn words(&self) -> &'static [Word] {
        passing::WORDS
    }

    fn happens(&self, _: Option<&Resource>, _: &Graph, said: &Happening<'_>) -> Result<Arrival, String> {
        passing::happens(said)
    }

    fn ways(&self, of: &Resource, graph: &Graph) -> Vec<Way> {
        passing::ways(of, graph)
    }

    fn leaves(&self, of: &Resource, graph: &Graph) -> Vec<Spot> {
        self.ways(of, graph).into_iter().map(|way| way.to).collect()
    }

    fn passes(&self, of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
        passing::passes(of, graph, arrived)
    }

    fn sends(&self, of: &Resource, graph: &Graph, _: &[Shape]) -> Vec<Flow> {
        passing::sends(of, graph)
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Schedules
    }
}

/// The schedule stands in its group, and falls with it.
fn group(own: &mut Lowering<'_>) {
    const TO: RefTo = RefTo::inside(&["schedule_groups"], "name");
    let group = own.take("group").and_then(|(_, node)| Some((node.span, own.reference(&node, &TO)?.0)));
    let Some((at, value)) = group else {
        let at = own.declared();
        own.set("GroupName", schedule_groups::DEFAULT, at);
        return;
    };
    let name = match value.as_str().filter(|text| text.starts_with("arn:")) {
        None => value,
        Some(arn) => match schedule_groups::name_here(arn, own.place()) {
            Ok(name) => name.into(),
            Err(problem) => {
                own.error("foreign_group", at, problem, "name a group of this account and region");
                return;
            }
        },
    };
    own.set("GroupName", name, at);
}

/// What the condition of a role is on: AWS asks about the group, never about the schedule.
fn group_arn(own: &mut Lowering<'_>) -> Value {
    let group = own.properties().get("GroupName").cloned().unwrap_or_else(|| schedule_groups::DEFAULT.into());
    let mut arn = Template::default();
    arn.push_text(&own.place().arn("scheduler", "schedule-group/"));
    arn.push(group);
    arn.into()
}

/// The time zone by its form: which cities there are, AWS knows.
fn zone(own: &mut Lowering<'_>) {
    const PATH: &str = "ScheduleExpressionTimezone";
    let Some(text) = own.properties().text_at(PATH).map(str::to_owned) else { return };
    if let Some((message, help)) = zone::wrong(&text) {
        let at = own.place_of(PATH);
        own.error("schedule", at, message, &help);
    }
}

fn window(own: &mut Lowering<'_>) {
    const WINDOW: &str = "FlexibleTimeWindow.MaximumWindowInMinutes";
    let mode = if own.properties().at(WINDOW).is_some() { "FLEXIBLE" } else { "OFF" };
    let at = own.place_of(WINDOW);
    own.set("FlexibleTimeWindow.Mode", mode, at);
}

/// When its last time is over for certain, in seconds since 1970; nothing if it recurs for ever. A clock of
/// another zone than UTC is at most half a day behind that.
fn last_time(schedule: &Value) -> Option<i64> {
    const HALF_A_DAY: i64 = 12 * 3600;
    let window =
        schedule.at("FlexibleTimeWindow.MaximumWindowInMinutes").and_then(Value::as_i64).unwrap_or(0) * 60;
    let last = match schedule.text_at("ScheduleExpression").and_then(at) {
        Some(clock) => match schedule.text_at("ScheduleExpressionTimezone") {
            None | Some("UTC") => clock,
            Some(_) => clock + HALF_A_DAY,
        },
        None => schedule.get("EndDate").and_then(Value::as_i64)?,
    };
    Some(last + window)
}

/// From when and until when it is due, as seconds.
fn dates(own: &mut Lowering<'_>) {
    let start = date(own, "start_date", "StartDate");
    let end = date(own, "end_date", "EndDate");
    if let (Some((start, _)), Some((end, at))) = (start, end)
        && end <= start
    {
        own.error("schedule_dates", at, "it ends before it starts", "let `end_date` be after `start_date`");
    }
    let once = own.properties().text_at("ScheduleExpression").and_then(at).is_some();
    if let (true, Some((_, at))) = (once, start.or(end)) {
        let message = "what is due once has no start and no end: AWS takes no notice of this";
        own.finding(Diagnostic::warning("dates_ignored", message).at(at).help("take it away"));
    }
}

fn date(own: &mut Lowering<'_>, key: &str, path: &str) -> Option<(i64, Span)> {
    let (_, node) = own.take(key)?;
    let text = own.known_text(&node)?;
    let Some(seconds) = time::seconds(&text) else {
        let message = format!("`{text}` is no time");
        let help = "write `2026-12-01T08:00:00Z`, or with an offset such as `+02:00`";
        own.error("wrong_shape", node.span, message, help);
        return None;
    };
    own.set(path, seconds, node.span);
    Some((seconds, node.span))
}

/// The role reads what is encrypted when the schedule is due.
fn key(own: &mut Lowering<'_>, role: &RoleFor) {
    const PATH: &str = "KmsKeyArn";
    let Some(key) = own.properties().get(PATH).cloned() else { return };
    if key.as_str().is_some_and(|key| !key.starts_with("arn:") || !key.contains(":kms:")) {
        let at = own.place_of(PATH);
        own.error(
            "wrong_arn",
            at,
            "this is no ARN of a KMS key",
            "`arn:PARTITION:kms:REGION:ACCOUNT:key/ID`",
        );
        return;
    }
    const DECRYPT: &str = "kms:Decrypt";
    const KEY: DataKey = DataKey { at: &[PATH], uses: &[(DECRYPT, &[DECRYPT])] };
    let properties = own.properties().clone();
    let Some((actions, on, condition)) = KEY.right(&properties, &[DECRYPT.to_owned()], own.place()) else {
        return;
    };
    let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
    match condition {
        Some(condition) => own.grant_role_if(role, &actions, vec![on], condition),
        None => own.grant_role(role, &actions, vec![on]),
    }
}
