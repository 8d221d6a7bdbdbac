//! The schema, pure.

use crate::engine::field::{Absent, Compare, Document, Field, Lit, Output, RefTo, TAGS, TEXT, Type};
use crate::engine::{Budgets, Form, Resource, Value};
use crate::kinds::document::{self, At};
use crate::kinds::{About, Kind, Loss, Lowering, MarkIn, Naming, Need, Refused, registries};

use super::{compare, compatibility, form};

/// A schema of EventBridge Schemas (`schemas:CreateSchema`).
pub struct Schemas;

/// Where content and type stand, and the word that new versions are held to.
pub(super) const CONTENT: &str = "Content";
pub(super) const COMPATIBILITY: &str = "Compatibility";

const REGISTRY: RefTo = RefTo::inside(&["registries"], "name");
const OPENAPI: &str = "OpenApi3";
/// The most characters of a schema's content.
const LONGEST: usize = 100_000;

const WORDS: Type =
    Type::Enum(&[("forward", "FORWARD"), ("backward", "BACKWARD"), ("full", "FULL"), ("none", "NONE")]);

pub(super) const FIELDS: &[Field] = &[
    Field::lowered("SchemaName", Type::Text { min: 1, max: 385 }, "The name, unique in its registry.")
        .required()
        .create_only(),
    Field::sugar("registry", "The registry that it stands in: a key, or an ARN of this account.")
        .form(|| Form::Ref(REGISTRY))
        .required(),
    Field::lowered("RegistryName", Type::Ref(&REGISTRY), "The registry.").required().create_only(),
    Field::new(
        "type",
        "Type",
        Type::Enum(&[("openapi3", OPENAPI), ("json_schema_draft4", "JSONSchemaDraft4")]),
        "What the content is written in.",
    )
    .required(),
    Field::sugar(
        "content",
        "The schema: the document itself, or the path of a JSON or YAML file with it, relative to the file that it stands in. A version is published only where the JSON really differs; the versions before stay.",
    )
    .form(|| Form::Either(vec![Form::Any, Form::Value(TEXT)]))
    .required(),
    Field::lowered(CONTENT, Type::Document(Document::Json), "The schema.").required(),
    Field::new("description", "Description", Type::Text { min: 0, max: 256 }, "What events it is of.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "compatibility",
        COMPATIBILITY,
        WORDS,
        "What a new version may not break. `forward`: who reads by the version before can read what is sent by this one, so no required field goes, gets another type or another value. `backward`: by this version one can read what was sent by the version before, as from an archive. `full`: both. `none`: anything goes. A plan compares with the version that is live.",
    )
    .default(Lit::Text("FORWARD"))
    .compare(Compare::Ours),
    Field::sugar(
        "compatible_with",
        "Earlier versions, which the content is compared with offline: the path of a file, of a folder of them, or a list.",
    )
    .form(|| Form::Either(vec![Form::Value(TEXT), Form::list(Form::Value(TEXT))])),
    TAGS,
];

static ABOUT: About = About {
    kind: "schemas",
    singular: "schema",
    doc: "The schema of an event, published in a registry with its versions. A change of its content is a new version; \
          one that breaks those who know the version before is refused, unless `compatibility` says otherwise. AWS \
          deletes a schema that nobody has used for two years.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived(
            "arn",
            "arn:{partition}:schemas:{region}:{account}:schema/{RegistryName}/{name}",
            "The ARN.",
        ),
        Output::derived("name", "{name}", "The name."),
        Output::assigned("version", "The number of the version that is published.")
            .invalidated_by(&[CONTENT, "Type"]),
    ],
    // The names of schemas are those of events, the same in every environment: the registry is another one.
    naming: Naming { unique: false, ..Naming::new("SchemaName", 385, "-_.@") },
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::QUICK,
    loses: Loss::Held("all its versions"),
    itself: &["schemas"],
    access: &[("read", &["schemas:DescribeSchema", "schemas:ExportSchema", "schemas:ListSchemaVersions"])],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["RegistryName", "SchemaName"],
};

impl Kind for Schemas {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        registry(own);
        let Some((key, node)) = own.take("content") else { return };
        let Some(doc) = document::read(own, key, &node, CONTENT) else { return };
        check(own, &doc.top());
        compatibility::with_files(own, &doc);
        let (value, places) = doc.into_parts();
        if value.to_shown_json().to_string().chars().count() > LONGEST {
            let message = format!("the content of a schema has at most {LONGEST} characters");
            own.error("bad_schema", key, message, "make several schemas of it");
        }
        own.set(CONTENT, value, node.span);
        own.resource.places.extend(places);
    }

    fn refuses(&self, of: &Resource, live: &Value) -> Vec<Refused> {
        compatibility::with_live(of, live)
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Schemas
    }
}

/// The schema stands in its registry, and falls with it.
fn registry(own: &mut Lowering<'_>) {
    let Some((_, node)) = own.take("registry") else { return };
    let Some((name, _)) = own.reference(&node, &REGISTRY) else { return };
    let name = match name.as_str().filter(|text| text.starts_with("arn:")) {
        None => name,
        Some(arn) => match registries::name_here(arn, own.place()) {
            Ok(name) => name.into(),
            Err(problem) => {
                let help = "name a registry of this account and region";
                own.error("foreign_registry", node.span, problem, help);
                return;
            }
        },
    };
    own.set("RegistryName", name, node.span);
}

/// What AWS refuses of content, or what nobody could read.
fn check(own: &mut Lowering<'_>, top: &At<'_>) {
    if top.value.as_map().is_none() {
        return top.error(own, "bad_schema", "a schema is a map", "");
    }
    let is_openapi = own.properties().text_at("Type") == Some(OPENAPI);
    let says = |at: &At<'_>, text: &str| at.value.as_str().is_some_and(|said| said.contains(text));
    match (top.at(&["openapi"]), top.at(&["$schema"])) {
        (None, _) if is_openapi => top.error(
            own,
            "bad_schema",
            "a schema of type `openapi3` says so: `openapi` is missing",
            "write `openapi: 3.0.0`, or `type: json_schema_draft4`",
        ),
        (Some(version), _) if is_openapi && !says(&version, "3.0.") => {
            version.error(own, "bad_schema", "EventBridge knows OpenAPI 3.0 alone", "write `3.0.0`");
        }
        (_, Some(draft)) if !is_openapi && !says(&draft, "draft-04") => {
            let help = "write `$schema: http://json-schema.org/draft-04/schema#`";
            draft.error(own, "bad_schema", "EventBridge knows draft 4 of JSON Schema alone", help);
        }
        _ => {}
    }
    form::check(own, top, is_openapi);
    references(own, top, top);
}

/// References that lead nowhere: AWS reads none of other documents.
fn references(own: &mut Lowering<'_>, top: &At<'_>, at: &At<'_>) {
    if at.key() == "$ref"
        && let Some(to) = at.value.as_str()
        && compare::target(top.value, to).is_none()
    {
        let message = format!("`{to}` leads nowhere in this document");
        at.error(own, "bad_schema", &message, "write `#/definitions/NAME`, or `#/components/schemas/NAME`");
    }
    at.children().iter().for_each(|child| references(own, top, child));
}
