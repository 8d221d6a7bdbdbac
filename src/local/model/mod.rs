//! The services as tables: one file per service, a row per operation, a row per kind of document.
//!
//! The published model ([`super::api`]) already says which members an operation takes and returns; a
//! row says what the operation *does*: which kind of document it works on, by which verb, what it
//! checks, what it answers with. A kind's row says what identifies a document, what is computed or
//! filled in and when, which states it passes through. One executor drives them all; a hook is a named
//! function for what a table cannot say.

mod apigateway;
mod cloudformation;
mod dynamodb;
mod events;
mod executor;
pub(super) mod hooks;
mod iam;
mod kinesis;
mod lambda;
mod list;
mod logs;
mod pipes;
mod places;
mod s3;
mod scheduler;
mod schemas;
mod secretsmanager;
mod sns;
mod sqs;
mod ssm;
mod states;
mod sts;
mod tags;

use serde_json::Value;

use super::http::ApiError;
pub use executor::{ARN, Ctx, Propagation, execute};

/// Every service of the embedded account.
pub const SERVICES: &[&Service] = &[
    &apigateway::SERVICE,
    &cloudformation::SERVICE,
    &dynamodb::SERVICE,
    &events::SERVICE,
    &iam::SERVICE,
    &kinesis::SERVICE,
    &lambda::SERVICE,
    &logs::SERVICE,
    &pipes::SERVICE,
    &s3::SERVICE,
    &scheduler::SERVICE,
    &schemas::SERVICE,
    &secretsmanager::SERVICE,
    &sns::SERVICE,
    &sqs::SERVICE,
    &ssm::SERVICE,
    &states::SERVICE,
    &sts::SERVICE,
];

/// The outcome of anything a service does.
pub type Outcome<T> = Result<T, ApiError>;
/// Changes or refuses the input before the verb.
pub type Before = fn(&mut Ctx) -> Outcome<()>;
/// Changes or refuses the resulting document before it is stored.
pub type After = fn(&mut Ctx, &mut Value) -> Outcome<()>;
/// Words the answer from the document.
pub type Word = fn(&mut Ctx, &Value) -> Outcome<Value>;

/// An error's code and message; the message is a [template](Ctx::expand).
pub type Refusal = (&'static str, &'static str);

/// One service.
pub struct Service {
    /// The name its requests are signed for.
    pub id: &'static str,
    /// Its documents are the same in every region.
    pub global: bool,
    /// The code of a refused input.
    pub invalid: &'static str,
    /// Runs on every input: respells identifiers.
    pub before: Option<Before>,
    /// What it keeps.
    pub kinds: &'static [Kind],
    /// What it does.
    pub operations: &'static [Row],
}

/// One kind of document.
#[derive(Clone, Copy)]
pub struct Kind {
    /// The collection's name.
    pub name: &'static str,
    /// The id within the collection, a template.
    pub key: &'static str,
    /// Part of a document of another kind: that kind, and where in it (a template, parts separated by spaces).
    pub within: Option<(&'static str, &'static str)>,
    /// The ARN, a template; empty if it has none.
    pub arn: &'static str,
    /// When it is not there.
    pub missing: Refusal,
    /// When it is there already.
    pub exists: Refusal,
    /// Members in which an empty text means none.
    pub blank: &'static [&'static str],
    /// Members that a patch enters one level deep: blocks inside are replaced whole, others stay.
    pub merged: &'static [&'static str],
    /// Filled in at create.
    pub create: &'static [Fill],
    /// Filled in at every update, the first included.
    pub update: &'static [Fill],
    /// The states it passes through.
    pub states: Option<&'static States>,
}

/// The empty row to build kinds from.
pub const KIND: Kind = Kind {
    name: "",
    key: "",
    within: None,
    arn: "",
    missing: ("ResourceNotFoundException", "Not found"),
    exists: ("ResourceAlreadyExistsException", "Already exists"),
    blank: &[],
    merged: &[],
    create: &[],
    update: &[],
    states: None,
};

/// What the server writes into a document.
#[derive(Clone, Copy)]
pub enum Fill {
    /// Where the request left it out.
    Default(&'static str, From),
    /// Always.
    Set(&'static str, From),
}

/// Where a filled-in value comes from.
#[derive(Clone, Copy)]
pub enum From {
    /// JSON text.
    Json(&'static str),
    /// A [template](Ctx::expand).
    Text(&'static str),
    /// Seconds since 1970.
    Now,
    /// Milliseconds since 1970.
    Millis,
    /// The time as Lambda writes it.
    Iso,
}

/// The states of a kind whose calls return before they are done.
pub struct States {
    /// The member that shows the state.
    pub member: &'static str,
    /// While and after a create; none: a create is done at once.
    pub create: Option<(&'static str, &'static str)>,
    /// While and after an update.
    pub update: Option<(&'static str, &'static str)>,
    /// While a delete goes on; none: a delete is done at once.
    pub delete: Option<&'static str>,
    /// The states in which a write is refused, and how.
    pub busy: (&'static [&'static str], Refusal),
    /// How many reads still see the passing state.
    pub reads: u64,
}

/// One operation.
pub struct Row {
    /// As in the published model.
    pub name: &'static str,
    /// The kind it works on; empty for a hook that works on several.
    pub kind: &'static str,
    /// What it does with it.
    pub verb: Verb,
    /// What it finds the document by; the kind's key if none.
    pub arn_in: Option<&'static str>,
    /// Runs first.
    pub before: &'static [Before],
    /// What must hold.
    pub checks: &'static [Check],
    /// Runs on the result before it is stored.
    pub after: &'static [After],
    /// What is answered.
    pub answer: Answer,
}

/// What an operation does with its document.
pub enum Verb {
    /// Makes it; refused if it is there.
    Create,
    /// Makes it, or replaces all that the request could say about it.
    Replace,
    /// Changes the members sent.
    Patch,
    /// Shows it.
    Read,
    /// Shows many.
    List(&'static List),
    /// Removes it.
    Delete {
        /// Is it an error if it is not there?
        lenient: bool,
    },
    /// Writes fixed values.
    Write(&'static [Fill]),
    /// Adds the tags in this member.
    Tag(&'static str),
    /// Removes the tags whose keys this member lists.
    Untag(&'static str),
    /// Shows the tags under this member.
    ListTags(&'static str),
    /// All that the table cannot say.
    Hook(fn(&mut Ctx) -> Outcome<Value>),
}

/// What must hold before an operation does anything.
pub enum Check {
    /// The role named at the path exists and the service may assume it.
    Role(&'static str, &'static str, Refusal),
    /// The resource named by ARN at the path (if it is of this account) is a document of `service/kind`.
    Exists(&'static str, &'static str, Refusal),
    /// No document of the kind has an id that begins so (a template).
    None(&'static str, &'static str, Refusal),
}

/// What is answered.
#[derive(Clone, Copy)]
pub enum Answer {
    /// An empty document.
    Nothing,
    /// The document, cut to the answer's shape.
    Document,
    /// The document under a member.
    Under(&'static str),
    /// In other words.
    Words(Word),
}

/// How a list is asked for and answered.
pub struct List {
    /// The member that holds the items.
    pub items: &'static str,
    /// Each item: empty for the document, else the one member shown.
    pub only: &'static str,
    /// Ids must begin with this template.
    pub within: &'static str,
    /// An input member and the document's member that must begin with it.
    pub prefix: (&'static str, &'static str),
    /// Input members and the document's members that must equal them, if sent.
    pub equal: &'static [(&'static str, &'static str)],
    /// Further input members that a hook or the template has read. A filter that no one reads is refused.
    pub read: &'static [&'static str],
    /// Members a list does not show.
    pub omit: &'static [&'static str],
    /// The input member that limits a page, and the most a page holds.
    pub limit: (&'static str, usize),
    /// The members a page's token comes in and goes out by.
    pub token: (&'static str, &'static str),
    /// A member that says whether there is more, if any.
    pub more: &'static str,
}

/// The empty row to build lists from.
pub const LIST: List = List {
    items: "",
    only: "",
    within: "",
    prefix: ("", ""),
    equal: &[],
    read: &[],
    omit: &[],
    limit: ("", 100),
    token: ("NextToken", "NextToken"),
    more: "",
};

/// A row that answers with the document.
pub const fn row(name: &'static str, kind: &'static str, verb: Verb) -> Row {
    Row { name, kind, verb, arn_in: None, before: &[], checks: &[], after: &[], answer: Answer::Document }
}

impl Row {
    /// Finds its document by the ARN in this member.
    pub const fn by_arn(mut self, member: &'static str) -> Row {
        self.arn_in = Some(member);
        self
    }

    /// Runs these first.
    pub const fn before(mut self, hooks: &'static [Before]) -> Row {
        self.before = hooks;
        self
    }

    /// Requires these.
    pub const fn checks(mut self, checks: &'static [Check]) -> Row {
        self.checks = checks;
        self
    }

    /// Runs these on the result.
    pub const fn after(mut self, hooks: &'static [After]) -> Row {
        self.after = hooks;
        self
    }

    /// Answers so.
    pub const fn answers(mut self, answer: Answer) -> Row {
        self.answer = answer;
        self
    }
}

/// The service of this name.
pub fn service(id: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.id == id).copied()
}

impl Service {
    /// The row of an operation.
    pub fn row(&self, operation: &str) -> Option<&'static Row> {
        self.operations.iter().find(|row| row.name == operation)
    }

    /// The kind of this name.
    pub fn kind(&self, name: &str) -> Option<&'static Kind> {
        self.kinds.iter().find(|kind| kind.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::api::api;
    use super::*;

    #[test]
    fn every_operation_of_the_models_has_a_row_and_every_row_an_operation() {
        for service in SERVICES {
            let (id, api) = (service.id, api(service.id).unwrap());
            let mut modelled: Vec<_> = api.operations().map(|operation| operation.name.as_str()).collect();
            let mut rows: Vec<_> = service.operations.iter().map(|row| row.name).collect();
            modelled.sort();
            rows.sort();
            assert_eq!(rows, modelled, "{id}");
        }
    }

    #[test]
    fn every_row_names_a_kind_and_every_filled_in_value_is_json() {
        for service in SERVICES {
            for row in service.operations {
                assert!(
                    row.kind.is_empty() || service.kind(row.kind).is_some(),
                    "{} {}",
                    service.id,
                    row.name
                );
            }
            for fill in service.kinds.iter().flat_map(|kind| kind.create.iter().chain(kind.update)) {
                if let Fill::Default(_, From::Json(text)) | Fill::Set(_, From::Json(text)) = fill {
                    serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{text}: {error}"));
                }
            }
        }
    }

    #[test]
    fn every_member_a_row_names_is_in_the_published_model() {
        for service in SERVICES {
            let api = api(service.id).unwrap();
            for row in service.operations {
                let operation = api.operation(row.name).unwrap();
                let input = operation.input.as_ref().and_then(|name| api.shape(name));
                let output = operation.output.as_ref().and_then(|name| api.shape(name));
                let has = |shape: Option<&super::super::api::Shape>, member: &str| {
                    member.is_empty() || shape.is_some_and(|shape| shape.member(member).is_some())
                };
                let ok = match &row.verb {
                    Verb::Tag(member) | Verb::Untag(member) => has(input, member),
                    Verb::ListTags(member) => has(output, member),
                    Verb::List(list) => {
                        has(output, list.items)
                            && has(output, list.more)
                            && has(input, list.limit.0)
                            && has(input, list.token.0)
                            && has(output, list.token.1)
                            && has(input, list.prefix.0)
                    }
                    _ => true,
                };
                let under = match row.answer {
                    Answer::Under(member) => has(output, member),
                    _ => true,
                };
                assert!(
                    ok && under && row.arn_in.is_none_or(|member| has(input, member)),
                    "{} {}",
                    service.id,
                    row.name
                );
            }
        }
    }
}
