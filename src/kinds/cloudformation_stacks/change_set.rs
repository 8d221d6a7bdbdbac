//! Change sets: what CloudFormation would do, made, looked at, carried out or thrown away.

use sha2::{Digest, Sha256};

use crate::engine::{Aws, AwsError, Class, Found, Pages, Result, Value, Wish, all_pages};
use crate::kinds::tagging;
use crate::value;

use super::fields::{CAPABILITIES, DISABLE_ROLLBACK, HIDDEN, ON_FAILURE, PARAMETERS, TEMPLATE};
use super::live::described;
use super::states::{GOING, IN_REVIEW};
use super::{marking, template};

const SERVICE: &str = "cloudformation";
/// What the names of ours begin with.
const PREFIX: &str = "gatewayctl-";
/// How often it is looked whether a change set is made; from the sixth look on they are five seconds apart.
const LOOKS: u32 = 240;
/// The states of a change set that is still being made.
const BEING_MADE: &[&str] = &["CREATE_PENDING", "CREATE_IN_PROGRESS"];
/// What CloudFormation calls a change set that would do nothing.
const NOTHING: &[&str] = &["didn't contain changes", "No updates are to be performed"];

/// A change set of a wish. Its name follows from all that is in it, so an apply finds what a preview has made.
pub(super) struct ChangeSet {
    stack: String,
    name: String,
    creates: bool,
    input: Value,
    how: Value,
}

/// What has become of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Made {
    /// It can be carried out.
    Ready,
    /// It is being carried out, or was.
    UnderWay,
    /// There is nothing to do, and it is gone.
    Empty,
}

impl ChangeSet {
    /// The one that makes a stack, or brings it to the wish.
    pub fn of(wish: &Wish, creates: bool) -> ChangeSet {
        let properties = &wish.properties;
        let mut input = beside(properties);
        let mut how = value!({
            "DisableRollback": (is_true(properties, DISABLE_ROLLBACK)),
            "RetainExceptOnCreate": (is_true(properties, "RetainExceptOnCreate")),
        });
        let template = properties.get(TEMPLATE).cloned().unwrap_or_default();
        let plain = Value::List(vec![shown(properties, &input), how.clone()]);
        let marked = marking::marked(&template, &wish.mark, &plain);
        // Who says what becomes of a failed creation has said what becomes of its parts.
        if let Some(word) = properties.get(ON_FAILURE).filter(|_| creates) {
            input.put(ON_FAILURE, word.clone());
            how.remove(DISABLE_ROLLBACK);
        }
        input.put("TemplateBody", ascii(&marked).into());
        input.put("Description", ascii(&marking::members(&wish.mark)).into());
        input.put("ChangeSetType", if creates { "CREATE" } else { "UPDATE" }.into());
        let all = Value::List(vec![input.clone(), how.clone()]).canonical().unwrap_or_default();
        let name = format!("{PREFIX}{}", hex::encode(&Sha256::digest(all)[..8]));
        ChangeSet { stack: wish.name.clone(), name, creates, input, how }
    }

    fn named(&self) -> Value {
        value!({ "StackName": (self.stack.as_str()), "ChangeSetName": (self.name.as_str()) })
    }

    /// Makes it, unless it is there.
    ///
    /// # Errors
    /// Those of the calls; [`Class::Invalid`] with CloudFormation's reason where it cannot be made.
    pub async fn make(&self, aws: &dyn Aws) -> Result<Made> {
        aws.forget();
        match aws.call(SERVICE, "DescribeChangeSet", self.named()).await {
            Err(error) if !error.is_not_found() => return Err(error),
            Err(_) => {}
            Ok(found) => match self.made(aws, &found).await {
                Ok(Some(made)) if made != Made::Empty => return Ok(made),
                Ok(None) => return self.wait(aws).await,
                // One of an earlier time, when the stack was another.
                _ => self.delete(aws).await?,
            },
        }
        let mut input = self.input.clone();
        input.put("StackName", self.stack.as_str().into());
        input.put("ChangeSetName", self.name.as_str().into());
        match aws.call(SERVICE, "CreateChangeSet", input).await {
            // Its answer was lost on the way.
            Err(error) if !matches!(error.class, Class::AlreadyExists | Class::Ambiguous) => Err(error),
            _ => self.wait(aws).await,
        }
    }

    async fn wait(&self, aws: &dyn Aws) -> Result<Made> {
        for look in 0..LOOKS {
            aws.forget();
            let found = aws.call(SERVICE, "DescribeChangeSet", self.named()).await?;
            if let Some(made) = self.made(aws, &found).await? {
                return Ok(made);
            }
            aws.pause(look).await;
        }
        Err(failed("CreateChangeSet", "the change set is not made after many looks".to_owned()))
    }

    /// What a description says; nothing while it is being made.
    async fn made(&self, aws: &dyn Aws, found: &Value) -> Result<Option<Made>> {
        let execution = found.text_at("ExecutionStatus").unwrap_or_default();
        let reason = found.text_at("StatusReason").unwrap_or_default();
        match found.text_at("Status").unwrap_or_default() {
            status if BEING_MADE.contains(&status) => Ok(None),
            "CREATE_COMPLETE" if execution == "AVAILABLE" => Ok(Some(Made::Ready)),
            "CREATE_COMPLETE" if execution == "EXECUTE_IN_PROGRESS" => Ok(Some(Made::UnderWay)),
            "FAILED" if NOTHING.iter().any(|nothing| reason.contains(nothing)) => {
                self.delete(aws).await?;
                Ok(Some(Made::Empty))
            }
            status => {
                let message = format!("the change set is {status} {execution}: {reason}");
                Err(failed("CreateChangeSet", message.trim_end_matches([':', ' ']).to_owned()))
            }
        }
    }

    /// What it would do, resource by resource, in CloudFormation's words.
    ///
    /// # Errors
    /// Those of the calls.
    pub async fn changes(&self, aws: &dyn Aws) -> Result<Vec<Value>> {
        all_pages(aws, SERVICE, "DescribeChangeSet", self.named(), Pages::by_next_token("Changes")).await
    }

    /// Has it carried out.
    ///
    /// # Errors
    /// Those of the call.
    pub async fn execute(&self, aws: &dyn Aws) -> Result<()> {
        let mut input = self.named();
        for (key, value) in self.how.as_map().into_iter().flatten() {
            input.put(key, value.clone());
        }
        let Err(error) = aws.call(SERVICE, "ExecuteChangeSet", input).await else { return Ok(()) };
        // An answer that was lost: it is carried out already.
        aws.forget();
        let is_done = match aws.call(SERVICE, "DescribeChangeSet", self.named()).await {
            Ok(found) => {
                let status = found.text_at("ExecutionStatus").unwrap_or_default();
                status.starts_with("EXECUTE_") && status != "EXECUTE_FAILED"
            }
            // One that was there a moment ago goes as it is carried out. A call that was sent again finds none: whether
            // the first one has done it, the stack tells.
            Err(gone) if gone.is_not_found() => {
                error.class == Class::Ambiguous || (error.is_not_found() && self.is_in_force(aws).await?)
            }
            Err(_) => false,
        };
        if is_done { Ok(()) } else { Err(error) }
    }

    /// Whether the stack is changing, or has the template of this one already.
    async fn is_in_force(&self, aws: &dyn Aws) -> Result<bool> {
        let Some(stack) = described(aws, &self.stack).await? else { return Ok(false) };
        let status = stack.text_at("StackStatus").unwrap_or_default();
        if status.ends_with("_IN_PROGRESS") {
            return Ok(![IN_REVIEW, GOING].contains(&status));
        }
        let asked = value!({ "StackName": (self.stack.as_str()), "TemplateStage": "Original" });
        let body = aws.call(SERVICE, "GetTemplate", asked).await?;
        let tree = |of: &Value| of.text_at("TemplateBody").and_then(template::of_text);
        Ok(tree(&body).is_some_and(|live| Some(live) == tree(&self.input)))
    }

    /// Throws it away unless it was carried out, and a stack with it of which nothing else is there.
    ///
    /// # Errors
    /// Those of the calls.
    pub async fn discard(&self, aws: &dyn Aws) -> Result<()> {
        for look in 0..LOOKS {
            aws.forget();
            let found = match aws.call(SERVICE, "DescribeChangeSet", self.named()).await {
                Err(error) if error.is_not_found() => break,
                found => found?,
            };
            let status = found.text_at("Status").unwrap_or_default();
            if found.text_at("ExecutionStatus").is_some_and(|execution| execution.starts_with("EXECUTE_")) {
                // It is what the stack is now, and stays as its history.
                return Ok(());
            }
            // While it is being made, AWS does not delete it.
            if !BEING_MADE.contains(&status) {
                self.delete(aws).await?;
                break;
            }
            aws.pause(look).await;
        }
        if !self.creates {
            return Ok(());
        }
        aws.forget();
        let stack = described(aws, &self.stack).await?.unwrap_or_default();
        let in_review = stack.text_at("StackStatus") == Some(IN_REVIEW);
        if in_review && of_stack(aws, &self.stack).await?.is_empty() {
            aws.call(SERVICE, "DeleteStack", value!({ "StackName": (self.stack.as_str()) })).await?;
        }
        Ok(())
    }

    async fn delete(&self, aws: &dyn Aws) -> Result<()> {
        match aws.call(SERVICE, "DeleteChangeSet", self.named()).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }
}

/// The marks of the change sets that a stack has.
pub(super) async fn of_stack(aws: &dyn Aws, stack: &str) -> Result<Vec<Found>> {
    let input = value!({ "StackName": stack });
    let found = all_pages(aws, SERVICE, "ListChangeSets", input, Pages::by_next_token("Summaries")).await?;
    let mark = |one: &Value| one.text_at("Description").map_or(Found::None, marking::of_description);
    Ok(found.iter().map(mark).collect())
}

/// What a request carries beside the template: every list, so that an empty one takes away.
fn beside(properties: &Value) -> Value {
    let list = |path: &str| properties.at(path).cloned().unwrap_or_else(|| Value::List(Vec::new()));
    let tags = properties.get("Tags").and_then(Value::as_map).cloned().unwrap_or_default();
    let minutes = properties.at("RollbackConfiguration.MonitoringTimeInMinutes").cloned().unwrap_or(0.into());
    let mut input = value!({
        "Parameters": (parameters(properties)),
        "Capabilities": (list(CAPABILITIES)),
        "NotificationARNs": (list("NotificationARNs")),
        "Tags": (tagging::as_list(&tags)),
        "RollbackConfiguration": {
            "RollbackTriggers": (triggers(&list("RollbackConfiguration.RollbackTriggers"))),
            "MonitoringTimeInMinutes": minutes,
        },
    });
    let mode = properties.text_at("DeploymentConfig.Mode").unwrap_or("STANDARD");
    input.put("DeploymentConfig.Mode", mode.into());
    for member in ["ResourceTypes", "RoleARN", "ImportExistingResources"] {
        if let Some(value) = properties.get(member) {
            input.put(member, value.clone());
        }
    }
    input
}

fn parameters(properties: &Value) -> Vec<Value> {
    let sections = [PARAMETERS, HIDDEN].into_iter().filter_map(|section| properties.get(section)?.as_map());
    sections
        .flatten()
        .map(|(key, value)| value!({ "ParameterKey": (key.as_str()), "ParameterValue": (value.clone()) }))
        .collect()
}

/// Each with its type, which may be left out where it is declared.
fn triggers(list: &Value) -> Vec<Value> {
    let whole = |trigger: &Value| {
        let mut trigger = trigger.clone();
        if trigger.get("Type").is_none() {
            trigger.put("Type", "AWS::CloudWatch::Alarm".into());
        }
        trigger
    };
    list.as_list().unwrap_or_default().iter().map(whole).collect()
}

/// The same without what AWS never shows; its version is in the mark.
fn shown(properties: &Value, input: &Value) -> Value {
    let mut shown = input.clone();
    shown.put(PARAMETERS, properties.get(PARAMETERS).cloned().unwrap_or_default());
    shown.remove("ResourceTypes");
    shown.remove("ImportExistingResources");
    shown
}

fn is_true(properties: &Value, member: &str) -> bool {
    properties.get(member).and_then(Value::as_bool) == Some(true)
}

/// JSON of ASCII alone: CloudFormation answers a question mark for every other character of a template.
fn ascii(value: &Value) -> String {
    let mut text = String::new();
    for c in value.to_shown_json().to_string().chars() {
        match c.is_ascii() {
            true => text.push(c),
            false => {
                let mut units = [0; 2];
                c.encode_utf16(&mut units).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
            }
        }
    }
    text
}

pub(super) fn failed(operation: &'static str, message: String) -> AwsError {
    AwsError::new(SERVICE, operation, Class::Invalid, message)
}
