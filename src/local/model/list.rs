//! Lists: which documents, in pages, in which form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::executor::Ctx;
use super::places::{at, take, write};
use super::{Kind, List, Outcome};

/// One page of a kind's documents, in the order of their ids.
pub(super) fn list(ctx: &mut Ctx, kind: &Kind, how: &List) -> Outcome<Value> {
    all_read(ctx, how)?;
    let after = page_start(ctx, how)?;
    let limit = at(&ctx.input, how.limit.0)
        .and_then(Value::as_u64)
        .map_or(how.limit.1, |asked| how.limit.1.min(asked as usize));
    let within = ctx.expand(how.within, &Value::Null);
    let (collection, wanted) = (ctx.collection(kind.name), filters(ctx, how));
    let mut found = ctx
        .txn
        .all(&collection)
        .filter(|(id, document)| id.starts_with(&within) && wanted.iter().all(|filter| filter(document)));
    let mut page: Vec<(String, Value)> = found
        .by_ref()
        .filter(|(id, _)| after.as_ref().is_none_or(|after| *id > after.as_str()))
        .take(limit)
        .map(|(id, document)| (id.to_owned(), document.clone()))
        .collect();
    let last = page.last().map(|(id, _)| id.clone()).unwrap_or_default();
    let more = found.next().is_some();

    let output = ctx.call.operation.output.as_deref().unwrap_or_default();
    let item = ctx
        .call
        .api
        .shape(output)
        .and_then(|shape| shape.member(how.items))
        .and_then(|items| ctx.call.api.shape(&items.shape))
        .and_then(|items| items.element.as_ref());
    let shape = item.map_or("", |element| &element.shape);
    let items: Vec<Value> = page.iter_mut().map(|(_, document)| shown(ctx, how, shape, document)).collect();
    let mut answer = json!({});
    answer[how.items] = Value::Array(items);
    if !how.more.is_empty() {
        answer[how.more] = more.into();
    }
    if more {
        write(&mut answer, how.token.1, STANDARD.encode(last).into());
    }
    Ok(answer)
}

/// A filter that is sent and not known would be a list of the wrong things.
fn all_read(ctx: &Ctx, how: &List) -> Outcome<()> {
    let known = |member: &str| {
        let mut equal = how.equal.iter().map(|(input, _)| *input);
        [how.prefix.0, how.limit.0, how.token.0].contains(&member)
            || equal.any(|input| input == member)
            || how.read.contains(&member)
            || how.within.contains(&format!("{{{member}}}"))
    };
    match ctx.call.input.as_object().and_then(|input| input.keys().find(|member| !known(member))) {
        Some(member) => Err(ctx.invalid(format!("The embedded account does not list by {member}"))),
        None => Ok(()),
    }
}

fn page_start(ctx: &Ctx, how: &List) -> Outcome<Option<String>> {
    let token = ctx.text(how.token.0);
    if token.is_empty() {
        return Ok(None);
    }
    let read = STANDARD.decode(&token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    read.map(Some).ok_or_else(|| ctx.invalid(format!("{} is not a token of this list", how.token.0)))
}

type Filter = Box<dyn Fn(&Value) -> bool>;

fn filters(ctx: &Ctx, how: &List) -> Vec<Filter> {
    let (input, member) = how.prefix;
    let prefix = ctx.text(input);
    let mut filters: Vec<Filter> = vec![Box::new(move |document| {
        prefix.is_empty()
            || at(document, member).and_then(Value::as_str).is_some_and(|text| text.starts_with(&prefix))
    })];
    for (input, member) in how.equal {
        if let Some(value) = at(&ctx.input, input).cloned() {
            filters.push(Box::new(move |document| at(document, member) == Some(&value)));
        }
    }
    filters
}

fn shown(ctx: &Ctx, how: &List, shape: &str, document: &mut Value) -> Value {
    if !how.only.is_empty() {
        return at(document, how.only).cloned().unwrap_or_default();
    }
    let mut item = ctx.dressed(shape, document);
    for member in how.omit {
        take(&mut item, member);
    }
    item
}
