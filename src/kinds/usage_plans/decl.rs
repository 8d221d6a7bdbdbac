//! The usage plan, pure.

use crate::engine::field::{Absent, Compare, Field, Lit, Output, RefTo, TAGS, TEXT, Type};
use crate::engine::{Budgets, Form, Map, Value};
use crate::kinds::{About, Certain, Kind, Loss, Lowering, MarkIn, Naming, Need};
use crate::source::Node;

/// A usage plan with its keys (`apigateway:CreateUsagePlan`, `CreateApiKey`, `CreateUsagePlanKey`).
pub struct UsagePlans;

const BLANK: Absent = Absent::Clear(Lit::Text(""));
const API: RefTo = RefTo::checked(&["apis"], "id");

/// How many calls at once and a second.
pub(super) const THROTTLE: &[Field] = &[
    Field::new(
        "rate_limit",
        "rateLimit",
        Type::Float { min: 0.0, max: 1_000_000.0 },
        "Calls a second, also a fraction.",
    )
    .required(),
    Field::new("burst_limit", "burstLimit", Type::Int { min: 0, max: 1_000_000 }, "Calls at once.")
        .required(),
];

pub(super) const QUOTA: &[Field] = &[
    Field::new("limit", "limit", Type::Int { min: 0, max: 2_147_483_647 }, "Calls in a period.").required(),
    Field::new(
        "period",
        "period",
        Type::Enum(&[("day", "DAY"), ("week", "WEEK"), ("month", "MONTH")]),
        "The period.",
    )
    .required(),
    Field::new(
        "offset",
        "offset",
        Type::Int { min: 0, max: 2_147_483_647 },
        "Calls that the first period has less.",
    )
    .default(Lit::Int(0)),
];

const STAGE: &[Field] = &[
    Field::sugar("api", "The API.").required().form(|| Form::Ref(API)),
    Field::sugar("stage", "The stage; that of the API if it is left out.").form(|| Form::Value(TEXT)),
    Field::sugar("throttle", "Limits of single routes, by `METHOD /path`.")
        .form(|| Form::map("METHOD /path", Form::fields(THROTTLE))),
];

pub(super) const LIVE_STAGE: &[Field] = &[
    Field::lowered("apiId", TEXT, "The API."),
    Field::lowered("stage", TEXT, "The stage."),
    Field::lowered("throttle", Type::Map(&Type::Object(THROTTLE)), "Limits by path and method."),
];

/// An API key. Its value is a secret, whoever makes it, and never read.
pub(super) const KEY: &[Field] = &[
    Field::new("value", "value", Type::Text { min: 20, max: 128 }, "The value, from a secret parameter; AWS makes one if it is left out, which is never shown here. Another value is another key.")
        .write_only()
        .sensitive()
        .remakes("the old values of the keys that get another: calls with those are refused"),
    Field::new("description", "description", TEXT, "Whose it is.").absent(BLANK),
    Field::new("enabled", "enabled", Type::Bool, "Whether calls with it are let in.").default(Lit::Bool(true)),
    Field::new("customer_id", "customerId", TEXT, "The customer of AWS Marketplace.").absent(BLANK),
    Field::lowered("Attached", Type::Bool, "Whether it is in the plan.").default(Lit::Bool(true)),
];

pub(super) const FIELDS: &[Field] = &[
    // A label in AWS's eyes; but the mark records it, and both cannot change at once.
    Field::lowered("name", TEXT, "The name.").required().create_only(),
    Field::new("description", "description", TEXT, "What the plan is for.").absent(BLANK),
    Field::new(
        "throttle",
        "throttle",
        Type::Object(THROTTLE),
        "Limits of each key, for all stages together.",
    ),
    Field::new("quota", "quota", Type::Object(QUOTA), "How many calls a key has."),
    Field::new(
        "product_code",
        "productCode",
        Type::Text { min: 1, max: 1024 },
        "The product of AWS Marketplace that the plan is sold as.",
    )
    .absent(BLANK),
    Field::sugar("api_stages", "The stages that keys of the plan may call.")
        .form(|| Form::list(Form::fields(STAGE))),
    Field::lowered("apiStages", Type::List(&Type::Object(LIVE_STAGE)), "The stages.").compare(Compare::Set),
    Field::new(
        "keys",
        "Keys",
        Type::Map(&Type::Object(KEY)),
        "API keys by name. Keys of others in the plan are kept.",
    ),
    // Two keys of one name, which a create leaves whose answer was lost.
    Field::lowered("Strays", Type::Bool, "Whether a key stands twice.").default(Lit::Bool(false)),
    TAGS,
];

static ABOUT: About = About {
    kind: "usage_plans",
    singular: "usage_plan",
    doc: "A usage plan of API Gateway with its API keys: who may call which stages, how fast and how often. For routes with `api_key: true`.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[Output::assigned("id", "The id.")],
    naming: Naming { unique: false, ..Naming::new("name", 200, " !#$%&'()*+,-./:;<=>?@[]^_{|}~") },
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::SLOW,
    loses: Loss::Nothing,
    itself: &["usage_plans"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["name"],
};

impl Kind for UsagePlans {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn certain_calls(&self) -> Certain {
        Certain { service: "apigateway", create: &["CreateUsagePlan"], delete: &["DeleteUsagePlan"] }
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        let Some((at, node)) = own.take("api_stages") else { return };
        let Some(items) = node.items().map(<[Node]>::to_vec) else {
            let shape = node.shape();
            own.error(
                "wrong_shape",
                at,
                format!("expected a list of stages, found {shape}"),
                "write `- api: KEY`",
            );
            return;
        };
        let stages: Vec<Value> =
            items.iter().enumerate().filter_map(|(i, item)| stage(own, item, i)).collect();
        own.set("apiStages", stages, at);
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::UsagePlans
    }
}

fn stage(own: &mut Lowering<'_>, item: &Node, index: usize) -> Option<Value> {
    let at = format!("apiStages[{index}]");
    own.locate(&at, item.span);
    let (_, sugar) = own.decode(item, STAGE, &at);
    let part = |key: &str| sugar.iter().find(|part| part.key == key);
    let (id, api) = own.reference(&part("api")?.node, &API)?;
    let name = match (part("stage"), api) {
        (Some(stage), _) => own.text(&stage.node)?,
        (None, Some(api)) => own.output(&api, "stage"),
        (None, None) => {
            own.error(
                "missing_key",
                item.span,
                "`stage` is missing",
                "the stage of an API of others must be said",
            );
            return None;
        }
    };
    let mut throttle = Map::new();
    for entry in part("throttle").map(|part| own.entries(&part.node, "limits by route")).unwrap_or_default() {
        // AWS has the path first.
        let Some((verb, path)) = entry.key.text.split_once(' ').filter(|(_, path)| path.starts_with('/'))
        else {
            let message = format!("`{}` is no route", entry.key.text);
            own.error("bad_route", entry.key.span, message, "write `METHOD /path`, such as `POST /orders`");
            continue;
        };
        let key = format!("{path}/{verb}");
        let (limits, _) = own.decode(&entry.value, THROTTLE, &format!("{at}.throttle.{key}"));
        throttle.insert(key, limits);
    }
    let mut stage = Value::map();
    stage.put("apiId", id);
    stage.put("stage", name);
    if !throttle.is_empty() {
        stage.put("throttle", throttle.into());
    }
    Some(stage)
}
