//! The keys of the language that are no kinds: at the top of a stack, of a parameter, of a component. What
//! stands at these places is checked against these rows, and the reference and the JSON Schema are made of
//! them.

use super::delivery::RETRY;
use super::parameter::SCHEMES;
use super::types::WORDS;
use crate::engine::Form;
use crate::engine::field::{Field, RefTo, TEXT, TEXT_MAP, Type};

/// At the top of a stack.
pub const FRAME: &[Field] = &[
    Field::sugar("stack", "The stack's name: a lower-case letter, then lower-case letters, digits and `-`, at most 40. It is part of every address's owner, so a change makes another stack.")
        .required()
        .form(|| literal("text, at most 40 characters", "^[a-z][a-z0-9-]{0,39}$")),
    Field::sugar("description", "What the stack is for.").form(|| Form::Value(TEXT)),
    Field::sugar("required_version", "Bounds on the version of gatewayctl: `>=0.1`, `>=0.1, <2`.")
        .form(|| Form::Either(vec![Form::Value(Type::Float { min: 0.0, max: f64::MAX }), literal("bounds on a version", "^\\s*(>=|>|<=|<|=)?\\s*\\d+(\\.\\d+){0,2}\\s*(,\\s*(>=|>|<=|<|=)?\\s*\\d+(\\.\\d+){0,2}\\s*)*$")])),
    Field::sugar("region", "The region. Left out, `--region`, `AWS_REGION`, then the AWS configuration say it.")
        .form(|| literal("region", "^[a-z0-9]+(-[a-z0-9]+){2,}$")),
    Field::sugar("account", "A guard: any other account is refused before the first call.")
        .form(|| Form::Either(vec![literal("twelve digits", "^[0-9]{12}$"), Form::Value(ACCOUNT)])),
    Field::sugar("tags", "Tags of every resource whose kind has tags.").form(|| Form::Value(TEXT_MAP)),
    Field::sugar("parameters", "Values from outside, as `${parameters.NAME}`.")
        .form(|| Form::map("NAME", parameter(PARAMETER))),
    Field::sugar("environments", "What differs, by the name that `--env` gives; `*` stands for all others. It is merged over the file, and null takes away.")
        .form(|| Form::map("NAME", Form::Patch(NOT_IN_AN_ENVIRONMENT))),
    Field::sugar("components", "What repeats: resources with parameters, made once for each instance.")
        .form(|| Form::map("NAME", Form::Resources(COMPONENT))),
    Field::sugar("outputs", "What others need to know, for `gatewayctl outputs`.")
        .form(|| Form::map("NAME", Form::Value(TEXT))),
    Field::sugar("tests", "What happens, and who gets what then, for `gatewayctl test`: a list of `when`, `answers`, `then` and `never`.")
        .form(|| Form::list(Form::fields(TEST))),
    Field::sugar("dead_letters", "Where deliveries go that fail, if they name no queue: `auto` (one shared queue), a queue, or `none`.")
        .form(|| Form::Ref(RefTo::unchecked(&["queues"], "arn"))),
    Field::sugar("retry", "How deliveries are tried again that do not say it, as far as each kind of delivery takes it.")
        .form(|| Form::Either(vec![literal("`none`", "^none$"), Form::fields(RETRY)])),
];

/// A test.
const TEST: &[Field] = &[
    Field::sugar("name", "What it shows.").form(|| Form::Value(TEXT)),
    Field::sugar("when", "What happens, and where: `{ bus: orders, event: { … } }`, `{ table: orders, insert: { … } }`, `{ table: orders, remove: { … }, expired: true }` for what time to live removes, `{ bucket: uploads, put: KEY }`, `{ api: shop, request: POST /orders, body: { … } }`, `{ queue: jobs, message: … }`, `{ schedule: nightly, fires: true }`.")
        .required()
        .form(|| Form::map("WORD", Form::Any)),
    Field::sugar("answers", "What functions, state machines and API destinations answer and do, by address: `{ functions.KEY: { when: PATTERN, returns: DOCUMENT, does: [ … ] } }`, or a list of these. `$.path` stands for what arrived.")
        .form(|| Form::map("ADDRESS", Form::Any)),
    Field::sugar("then", "Who gets what, `{ function: KEY, gets: DOCUMENT }`, `{ queue: KEY, matches: PATTERN }` or `{ api_destination: KEY, request: { method, url, headers, body } }`: whoever is named here gets this and no more. `[]`: nobody gets anything.")
        .form(|| Form::list(Form::map("KIND", Form::Any))),
    Field::sugar("never", "Who gets nothing: `[ { queue: KEY } ]`.")
        .form(|| Form::list(Form::map("KIND", Form::Any))),
];

/// An account that YAML takes for a number.
const ACCOUNT: Type = Type::Int { min: 0, max: 999_999_999_999 };

/// What an environment cannot say otherwise.
pub const NOT_IN_AN_ENVIRONMENT: &[&str] = &["stack", "required_version", "environments"];

/// Of a parameter, of the stack or of a component.
pub const PARAMETER: &[Field] = &[TYPE, OF, DEFAULT, SECRET, DESCRIPTION, FROM, VERSION];
const TYPE: Field = Field::sugar("type", "What the value must be; left out, anything.").form(type_form);
const OF: Field =
    Field::sugar("of", "What the members of a `list` or a `map` are: a type, or the types by key.")
        .form(|| Form::Either(vec![type_form(), Form::map("KEY", Form::Any)]));
const DEFAULT: Field = Field::sugar(
    "default",
    "The value where nothing gives another. Beside `from` and for a secret it stands only offline and with `--local`.",
)
.form(|| Form::Any);
const SECRET: Field =
    Field::sugar("secret", "Whether it is a secret, which is never shown; left out, the source decides.")
        .form(|| Form::Value(Type::Bool));
const DESCRIPTION: Field = Field::sugar("description", "What it is for.").form(|| Form::Value(TEXT));
const FROM: Field = Field::sugar(
    "from",
    "Where the value comes from: `env:NAME`, `file:PATH`, `ssm:NAME`, `secretsmanager:NAME#KEY`, `cloudformation:STACK.OUTPUT`, `export:NAME`, or `stack:NAME/ADDRESS.OUTPUT`, which is what a resource of another stack has. Left out, `--param` or `--params` give it. Of a component's parameter it stands behind `with`, and may name what differs: `secretsmanager:partners/${each.key}`.",
)
.form(|| literal("source", SCHEMES));
const VERSION: Field = Field::sugar(
    "version",
    "The version of a secret from `env:` or `file:`; another one says that the secret has changed.",
)
.form(|| Form::Value(TEXT));

/// Of a component where it is used.
pub const COMPONENT: &[Field] = &[ABOUT, INNER, FOR_EACH, WITH, SOURCE, TESTS];
/// Of a component in a file of its own.
pub const COMPONENT_FILE: &[Field] = &[ABOUT, INNER, TESTS];
/// What is said where the component is used, wherever it is written.
pub const OF_USE: [&str; 3] = [FOR_EACH.key, WITH.key, SOURCE.key];

const ABOUT: Field = Field::sugar("description", "What the component is for.").form(|| Form::Value(TEXT));
const INNER: Field = Field::sugar("parameters", "What the instances differ in, as `${parameters.NAME}`.")
    .form(|| Form::map("NAME", parameter(PARAMETER)));
const TESTS: Field = Field::sugar(
    "tests",
    "What happens in an instance, and who gets what then, as at the top of a stack: run for each instance. A key is looked for in the instance first, then in the stack.",
)
.form(|| Form::list(Form::fields(TEST)));
const FOR_EACH: Field = Field::sugar(
    "for_each",
    "The instances: a map, or a list of text. `${each.key}` and `${each.value}` are what differs.",
)
.form(|| Form::Either(vec![Form::map("INSTANCE", Form::Any), Form::list(Form::Value(TEXT))]));
const WITH: Field =
    Field::sugar("with", "The values of the component's parameters.").form(|| Form::map("NAME", Form::Any));
const SOURCE: Field = Field::sugar("source", "A file that has the component, relative to the stack's.")
    .form(|| literal("path of a file", "^[^/$]([^$]|\\$[^{])*$"));

/// The keys of a table.
pub fn keys(table: &'static [Field]) -> Vec<&'static str> {
    table.iter().map(|field| field.key).collect()
}

fn literal(words: &'static str, pattern: &'static str) -> Form {
    Form::Literal { words, pattern }
}

/// A type alone, or a map.
fn parameter(table: &'static [Field]) -> Form {
    Form::Either(vec![type_form(), Form::fields(table)])
}

fn type_form() -> Form {
    Form::Value(Type::Enum(WORDS))
}
