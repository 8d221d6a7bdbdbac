//! Runs a row: the one place where requests become changes of documents.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::api::{Api, Type, check};
use super::super::http::{ApiError, Decoded};
use super::super::store::Txn;
use super::places::{Place, at, each, take, write};
use super::{
    Answer, Check, Fill, From, Kind, Outcome, Refusal, Row, Service, States, Verb, hooks, list, service, tags,
};

/// Members with this first letter are the account's own and never leave it.
const HIDDEN: char = '_';
/// The ARN, in every document that has one.
pub const ARN: &str = "_arn";
/// The change still to come: `{"reads": n, "set": {member: value}}` or `{"reads": n, "gone": true}`.
pub const NEXT: &str = "_next";

/// How long a new role cannot be assumed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Propagation {
    /// As many checks fail.
    Checks(u64),
    /// Until this time has passed.
    Time(Duration),
}

/// One call on its way through the executor.
pub struct Ctx<'c, 't, 's> {
    /// The call as decoded.
    pub call: &'c Decoded,
    /// Its input, as far as hooks have respelt it.
    pub input: Value,
    /// The documents.
    pub txn: &'t mut Txn<'s>,
    /// The account's id.
    pub account: &'c str,
    /// Seconds since 1970.
    pub now: f64,
    /// How long a role created by this call cannot be assumed.
    pub propagation: Option<Propagation>,
    service: &'static Service,
}

/// Executes one decoded call on the documents.
pub fn execute(
    call: &Decoded,
    account: &str,
    propagation: Option<Propagation>,
    txn: &mut Txn,
) -> Outcome<Value> {
    let unknown = || {
        ApiError::new(
            "UnknownOperationException",
            format!("The embedded account does not implement {}:{}", call.api.service, call.operation.name),
        )
    };
    let service = service(call.api.service).ok_or_else(unknown)?;
    let row = service.row(&call.operation.name).ok_or_else(unknown)?;
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_millis()
            as f64
            / 1000.0;
    let mut ctx = Ctx { call, input: call.input.clone(), txn, account, now, propagation, service };
    ctx.validate()?;
    for hook in service.before.iter().chain(row.before) {
        hook(&mut ctx)?;
    }
    for check in row.checks {
        ctx.check(check)?;
    }
    ctx.run(row)
}

impl Ctx<'_, '_, '_> {
    fn run(&mut self, row: &'static Row) -> Outcome<Value> {
        let kind = || {
            self.service.kind(row.kind).ok_or_else(|| {
                ApiError::new("InternalFailure", format!("{} has no kind", row.name)).with_status(500)
            })
        };
        match &row.verb {
            Verb::Hook(hook) => hook(self),
            Verb::List(how) => list::list(self, kind()?, how),
            Verb::Create => self.create(row, kind()?),
            Verb::Replace => self.replace(row, kind()?),
            Verb::Patch => self.patch(row, kind()?),
            Verb::Read => self.read(row, kind()?),
            Verb::Delete { lenient } => self.delete(row, kind()?, *lenient),
            Verb::Write(fills) => self.write(row, kind()?, fills),
            Verb::Tag(member) => tags::tag(self, row, member),
            Verb::Untag(member) => tags::untag(self, row, member),
            Verb::ListTags(member) => tags::list(self, row, member),
        }
    }

    fn create(&mut self, row: &'static Row, kind: &Kind) -> Outcome<Value> {
        let place = self.place(kind)?;
        if place.load(self.txn).is_some() {
            return Err(self.refuse(kind.exists, &Value::Null));
        }
        let document = self.made(kind, self.input.clone());
        self.finish(row, kind, &place, document, kind.states.and_then(|states| states.create))
    }

    /// A document as a request describes it, with what is filled in at create.
    pub fn made(&mut self, kind: &Kind, mut document: Value) -> Value {
        tags::adopt(&mut document);
        blank(kind, &mut document);
        self.fill(kind.create, &mut document);
        if !kind.arn.is_empty() {
            document[ARN] = self.expand(kind.arn, &document).into();
        }
        document
    }

    fn replace(&mut self, row: &'static Row, kind: &Kind) -> Outcome<Value> {
        let place = self.place(kind)?;
        let Some(old) = place.load(self.txn) else { return self.create(row, kind) };
        let mut document = self.input.clone();
        for member in ["Tags", "tags"] {
            take(&mut document, member);
        }
        blank(kind, &mut document);
        carry(self.call.api, self.call.operation.input.as_deref(), &old, &mut document);
        self.fill(kind.create, &mut document);
        self.fill(kind.update, &mut document);
        self.finish(row, kind, &place, document, kind.states.and_then(|states| states.update))
    }

    fn patch(&mut self, row: &'static Row, kind: &Kind) -> Outcome<Value> {
        let (place, mut document) = self.writable(row, kind)?;
        let shape = self.call.operation.input.as_deref();
        for (member, value) in self.input.as_object().cloned().unwrap_or_default() {
            if kind.merged.contains(&member.as_str()) {
                merge(self.call.api, shape, &member, value, &mut document);
            } else {
                document[member] = value;
            }
        }
        blank(kind, &mut document);
        self.fill(kind.update, &mut document);
        self.finish(row, kind, &place, document, kind.states.and_then(|states| states.update))
    }

    fn write(&mut self, row: &'static Row, kind: &Kind, fills: &[Fill]) -> Outcome<Value> {
        let (place, mut document) = self.writable(row, kind)?;
        self.fill(fills, &mut document);
        self.finish(row, kind, &place, document, None)
    }

    fn read(&mut self, row: &'static Row, kind: &Kind) -> Outcome<Value> {
        let place = self.locate(row, kind)?;
        let document = self.look(&place).ok_or_else(|| self.refuse(kind.missing, &Value::Null))?;
        self.answer(row, &document)
    }

    fn delete(&mut self, row: &'static Row, kind: &Kind, lenient: bool) -> Outcome<Value> {
        let place = self.locate(row, kind)?;
        if lenient && place.load(self.txn).is_none() {
            return Ok(json!({}));
        }
        let going = kind.states.and_then(|states| Some((states.member, states.delete?, states.reads)));
        if let (Some((member, state, _)), Some(document)) = (going, place.load(self.txn))
            && document[member] == state
        {
            return self.answer(row, &document);
        }
        let (place, mut document) = self.writable(row, kind)?;
        for hook in row.after {
            hook(self, &mut document)?;
        }
        match going {
            Some((member, state, reads)) => {
                document[member] = state.into();
                document[NEXT] = json!({"reads": reads, "gone": true});
                place.save(self.txn, document.clone());
            }
            None => place.remove(self.txn),
        }
        self.answer(row, &document)
    }

    /// States, hooks, storing and the answer: the common end of every write.
    fn finish(
        &mut self,
        row: &'static Row,
        kind: &Kind,
        place: &Place,
        mut document: Value,
        states: Option<(&str, &str)>,
    ) -> Outcome<Value> {
        if let (Some((during, then)), Some(States { member, reads, .. })) = (states, kind.states) {
            document[*member] = during.into();
            document[NEXT] = json!({"reads": reads, "set": {*member: then}});
        }
        for hook in row.after {
            hook(self, &mut document)?;
        }
        place.save(self.txn, document.clone());
        self.answer(row, &document)
    }

    /// The document to be written, refused while it is busy.
    fn writable(&mut self, row: &'static Row, kind: &Kind) -> Outcome<(Place, Value)> {
        let place = self.locate(row, kind)?;
        let document = place.load(self.txn).ok_or_else(|| self.refuse(kind.missing, &Value::Null))?;
        if let Some(States { member, busy: (states, refusal), .. }) = kind.states
            && states.iter().any(|state| document[*member] == *state)
        {
            self.look(&place);
            return Err(self.refuse(*refusal, &document));
        }
        Ok((place, document))
    }

    /// Reads a document and lets the change that is still to come come nearer.
    pub fn look(&mut self, place: &Place) -> Option<Value> {
        let mut document = place.load(self.txn)?;
        let Some(next) = document.get(NEXT).cloned() else { return Some(document) };
        let left = next["reads"].as_u64().unwrap_or_default();
        if left > 0 {
            document[NEXT]["reads"] = (left - 1).into();
        } else if next["gone"] == true {
            self.txn.remove_anyway(&place.collection, &place.id);
            return None;
        } else {
            take(&mut document, NEXT);
            for (member, value) in next["set"].as_object().into_iter().flatten() {
                document[member] = value.clone();
            }
        }
        self.txn.put_anyway(&place.collection, &place.id, document.clone());
        Some(document)
    }

    /// Where the document is that a row works on.
    pub fn locate(&mut self, row: &Row, kind: &Kind) -> Outcome<Place> {
        match row.arn_in {
            Some(member) => self.by_arn(member, kind.missing),
            None => self.place(kind),
        }
    }

    /// Where the document is that the input names by the kind's key.
    pub fn place(&self, kind: &Kind) -> Outcome<Place> {
        let Some((parent, inside)) = kind.within else {
            return Ok(Place {
                collection: self.collection(kind.name),
                id: self.expand(kind.key, &Value::Null),
                inside: Vec::new(),
            });
        };
        let parent = self.service.kind(parent).unwrap_or(kind);
        let mut place = self.place(parent)?;
        if place.load(self.txn).is_none() {
            return Err(self.refuse(parent.missing, &Value::Null));
        }
        place.inside.extend(inside.split(' ').map(|part| self.expand(part, &Value::Null)));
        Ok(place)
    }

    /// Where the document with the ARN in `member` is, of whatever kind.
    pub fn by_arn(&self, member: &str, missing: Refusal) -> Outcome<Place> {
        let arn = at(&self.input, member).and_then(Value::as_str).unwrap_or_default();
        let prefix = self.collection("");
        self.find_arn(&prefix, arn).ok_or_else(|| self.refuse(missing, &Value::Null))
    }

    /// The document with this ARN in the collections that begin with `prefix`.
    pub fn find_arn(&self, prefix: &str, arn: &str) -> Option<Place> {
        self.txn.collections(prefix).into_iter().find_map(|collection| {
            let id = self.txn.all(&collection).find(|(_, document)| document[ARN] == arn)?.0.to_owned();
            Some(Place { collection, id, inside: Vec::new() })
        })
    }

    /// The collection of a kind of this service in this region.
    pub fn collection(&self, kind: &str) -> String {
        format!(
            "{}/{}/{kind}",
            if self.service.global { "global" } else { &self.call.region },
            self.service.id
        )
    }

    /// The collection `SERVICE/KIND` in this region.
    pub fn elsewhere(&self, kind: &str) -> String {
        let global = kind.split('/').next().and_then(service).is_some_and(|service| service.global);
        format!("{}/{kind}", if global { "global" } else { &self.call.region })
    }

    /// The row of a kind of this service.
    pub fn kind(&self, name: &str) -> Option<&'static Kind> {
        self.service.kind(name)
    }

    /// A text member of the input, empty if it is not there.
    pub fn text(&self, member: &str) -> String {
        at(&self.input, member).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Fills `{Member}` from the document, else from the input; `{region}`, `{account}`, `{partition}`,
    /// `{suffix}` (of host names) and the random `{any10}`, `{any32}`, `{ANY17}`, `{uuid}` from the account.
    pub fn expand(&self, template: &str, document: &Value) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            out.push_str(before);
            out.push_str(&self.placeholder(name, document));
            rest = after;
        }
        out + rest
    }

    fn placeholder(&self, name: &str, document: &Value) -> String {
        match name {
            "region" => self.call.region.clone(),
            "account" => self.account.to_owned(),
            "partition" => partition(&self.call.region).to_owned(),
            "suffix" if self.call.region.starts_with("cn-") => "amazonaws.com.cn".to_owned(),
            "suffix" => "amazonaws.com".to_owned(),
            "uuid" => hooks::random::uuid(),
            "any10" => hooks::random::word(10),
            "any32" => hooks::random::word(32),
            "ANY17" => hooks::random::word(17).to_uppercase(),
            _ => match at(document, name).or_else(|| at(&self.input, name)) {
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            },
        }
    }

    /// An error in the words of a table.
    pub fn refuse(&self, (code, message): Refusal, document: &Value) -> ApiError {
        ApiError::new(code, self.expand(message, document))
    }

    /// A refused input.
    pub fn invalid(&self, message: impl Into<String>) -> ApiError {
        ApiError::new(self.service.invalid, message)
    }

    /// Writes what the server fills in.
    pub fn fill(&mut self, fills: &[Fill], document: &mut Value) {
        for fill in fills {
            let (path, from) = match fill {
                Fill::Default(path, _) if at(document, path).is_some() => continue,
                Fill::Default(path, from) | Fill::Set(path, from) => (path, from),
            };
            let value = match from {
                From::Json(text) => serde_json::from_str(text).unwrap_or_default(),
                From::Text(template) => self.expand(template, document).into(),
                From::Now => json!(self.now),
                From::Millis => json!((self.now * 1000.0) as u64),
                From::Iso => hooks::time::iso_millis(self.now).into(),
            };
            write(document, path, value);
        }
    }

    /// The row's answer about a document.
    pub fn answer(&mut self, row: &Row, document: &Value) -> Outcome<Value> {
        let output = self.call.operation.output.as_deref().unwrap_or_default();
        match row.answer {
            Answer::Nothing => Ok(json!({})),
            Answer::Document => Ok(self.dressed(output, document)),
            Answer::Under(member) => {
                let shape = self.call.api.shape(output).and_then(|shape| shape.member(member));
                Ok(json!({member: self.dressed(shape.map_or("", |member| &member.shape), document)}))
            }
            Answer::Words(word) => word(self, document),
        }
    }

    /// The document with its tags in the form the shape has for them.
    pub fn dressed(&self, shape: &str, document: &Value) -> Value {
        let mut shown = document.clone();
        let shape = self.call.api.shape(shape);
        for member in ["Tags", "tags"] {
            let form = shape
                .and_then(|shape| shape.member(member))
                .and_then(|member| self.call.api.shape(&member.shape));
            if let (Some(form), Some(tags)) = (form, tags::of(document)) {
                let tag = form.element.as_ref().and_then(|tag| self.call.api.shape(&tag.shape));
                shown[member] = match tag {
                    _ if form.kind != Type::List => Value::Object(tags),
                    Some(tag) if tag.member("key").is_some() => tags::as_small_list(&tags),
                    _ => tags::as_list(&tags),
                };
            }
        }
        shown
    }

    fn validate(&self) -> Outcome<()> {
        let Some(shape) = &self.call.operation.input else { return Ok(()) };
        match check(self.call.api, shape, &self.input) {
            Some(problem) => Err(self.invalid(format!(
                "1 validation error detected: value at '{}' failed to satisfy constraint: {}",
                problem.path, problem.rule
            ))),
            None => Ok(()),
        }
    }

    fn check(&mut self, check: &Check) -> Outcome<()> {
        match check {
            Check::Role(path, principal, refusal) => {
                for arn in self.texts(path) {
                    if !hooks::roles::assumable(self, &arn, principal) {
                        return Err(self.refuse(*refusal, &json!({"value": arn})));
                    }
                }
            }
            Check::Exists(path, kind, refusal) => {
                let prefix = self.elsewhere(kind);
                let foreign = |arn: &str| !arn.contains(&format!(":{}:", self.account));
                if let Some(arn) =
                    self.texts(path).iter().find(|arn| !foreign(arn) && self.find_arn(&prefix, arn).is_none())
                {
                    return Err(self.refuse(*refusal, &json!({"value": arn})));
                }
            }
            Check::None(kind, prefix, refusal) => {
                let (collection, prefix) = (self.collection(kind), self.expand(prefix, &Value::Null));
                let blocked = self.txn.all(&collection).any(|(id, _)| id.starts_with(&prefix));
                if blocked {
                    return Err(self.refuse(*refusal, &Value::Null));
                }
            }
        }
        Ok(())
    }

    /// The texts at a path of the input, empty ones left out.
    fn texts(&self, path: &str) -> Vec<String> {
        each(&self.input, path)
            .into_iter()
            .filter_map(Value::as_str)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// The partition a region belongs to.
fn partition(region: &str) -> &'static str {
    match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// Takes out members whose empty text means none.
fn blank(kind: &Kind, document: &mut Value) {
    for path in kind.blank {
        if at(document, path).is_some_and(|value| value == "" || value == &json!({})) {
            take(document, path);
        }
    }
}

/// Keeps of the old document what the request could not have said: everything computed or hidden.
fn carry(api: &Api, shape: Option<&str>, old: &Value, new: &mut Value) {
    let shape = shape.and_then(|name| api.shape(name));
    for (member, value) in old.as_object().into_iter().flatten() {
        let sayable = shape.is_some_and(|shape| shape.member(member).is_some());
        if member.starts_with(HIDDEN) || !sayable {
            new[member] = value.clone();
        }
    }
}

/// Patches one member one level deep: each block sent replaces the old one, except for what an update
/// has no member for (a pipe's starting position).
fn merge(api: &Api, input: Option<&str>, member: &str, new: Value, document: &mut Value) {
    let shape = |name: &str| api.shape(name);
    let blocks =
        input.and_then(shape).and_then(|shape| shape.member(member)).and_then(|member| shape(&member.shape));
    let mut merged = document.get(member).and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, mut block) in new.as_object().cloned().unwrap_or_default() {
        let inner = blocks.and_then(|shape| shape.member(&name)).map(|member| member.shape.as_str());
        if let (Some(old), true) = (merged.get(&name), block.is_object()) {
            carry(api, inner, old, &mut block);
        }
        merged.insert(name, block);
    }
    document[member] = Value::Object(merged);
}
