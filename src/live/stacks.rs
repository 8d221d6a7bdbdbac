//! What other stacks give: outputs and exports of CloudFormation, and outputs of resources of our own stacks, which
//! are found by their marks.

use crate::engine::{Address, Aws, AwsError, Found, Owner, Pages, Places, Resource, Value, all_pages};
use crate::kinds;
use crate::source::{FileId, Span};
use crate::spec::{Answer, Source, Stored, StoredValue};
use crate::value;

use super::stores::explained;
use super::survey::Lives;

/// Asks for one source of these; every other is absent.
pub(super) async fn ask(
    aws: &dyn Aws,
    lives: &dyn Lives,
    source: &Source,
    env: Option<&str>,
) -> (Source, Answer) {
    let answer = match source {
        Source::CloudFormation { stack, output } => self::output(aws, stack, output).await,
        Source::Export(name) => export(aws, name).await,
        Source::Stack { stack, address, output } => of_stack(aws, lives, (stack, address, output), env).await,
        _ => Ok(Answer::Absent),
    };
    (source.clone(), answer.unwrap_or_else(|error| Answer::Refused(explained(&error))))
}

/// A value that is no secret and has no versions.
fn found(text: &str) -> Answer {
    let value = Some(StoredValue::Text(text.to_owned()));
    Answer::Found(Stored { version: String::new(), secure: false, value })
}

/// Words in a sentence.
fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// An output of a stack of CloudFormation. Several of one stack share the call.
async fn output(aws: &dyn Aws, stack: &str, output: &str) -> Result<Answer, AwsError> {
    let answer = match aws.call("cloudformation", "DescribeStacks", value!({ "StackName": stack })).await {
        Err(error) if error.is_not_found() => return Ok(Answer::Absent),
        answer => answer?,
    };
    let stacks = answer.get("Stacks").and_then(Value::as_list).unwrap_or_default();
    let outputs = stacks.first().and_then(|stack| stack.get("Outputs")).and_then(Value::as_list);
    let outputs = outputs.unwrap_or_default();
    let named = outputs.iter().find(|one| one.text_at("OutputKey") == Some(output));
    Ok(match named.and_then(|one| one.text_at("OutputValue")) {
        Some(text) => found(text),
        None => {
            let known = listed(outputs.iter().filter_map(|one| one.text_at("OutputKey")));
            let known = if known.is_empty() { "it has none".to_owned() } else { format!("it has {known}") };
            Answer::Refused(format!("the CloudFormation stack {stack} has no output `{output}`; {known}"))
        }
    })
}

/// What some stack of CloudFormation exports. All exports are one list.
async fn export(aws: &dyn Aws, name: &str) -> Result<Answer, AwsError> {
    let pages = Pages::by_next_token("Exports");
    let exports = all_pages(aws, "cloudformation", "ListExports", Value::map(), pages).await?;
    let named = exports.iter().find(|export| export.text_at("Name") == Some(name));
    Ok(named.and_then(|export| export.text_at("Value")).map_or(Answer::Absent, found))
}

/// An output of a resource of another stack: that of the same environment, else that without one.
async fn of_stack(
    aws: &dyn Aws,
    lives: &dyn Lives,
    (stack, address, output): (&str, &Address, &str),
    env: Option<&str>,
) -> Result<Answer, AwsError> {
    let kind = kinds::kind_of(address);
    let Some((kind, live)) = kind.and_then(|kind| Some((kind, lives.of(kind.about().kind)?))) else {
        return Ok(Answer::Refused(format!("`{address}` is of no kind that a stack can have")));
    };
    let about = kind.about();
    if about.output(output).is_none() {
        let known = listed(about.outputs.iter().map(|output| output.name));
        return Ok(Answer::Refused(format!("a {} has no `{output}`; it has {known}", about.singular)));
    }
    let environments = env.map(Some).into_iter().chain([None]);
    for env in environments {
        let env = env.map(str::to_owned);
        let owner = Owner { stack: stack.to_owned(), env, region: aws.place().region.clone() };
        let owned = live.list_owned(aws, &owner).await?;
        let ours = |mark: &Found| matches!(mark, Found::Mark(mark) if mark.address == *address);
        let Some(resource) = owned.into_iter().find(|one| ours(&one.mark)) else { continue };
        let value = resource.outputs.get(output).cloned().or_else(|| {
            let pretended = Resource {
                address: address.clone(),
                kind: about.kind,
                name: resource.name.clone(),
                properties: resource.properties.clone(),
                places: Places::new(),
                declared: Span::new(FileId(0), 0, 0),
                protect: false,
                edges: Vec::new(),
                package: None,
            };
            kind.derive(output, &pretended, aws.place())
        });
        return Ok(match value.as_ref().and_then(Value::as_str) {
            Some(text) => found(text),
            None => Answer::Refused(format!("{address} of the stack {stack} has no `{output}` as it is")),
        });
    }
    Ok(Answer::Absent)
}
