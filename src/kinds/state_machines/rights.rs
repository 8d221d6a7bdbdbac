//! What the role of a state machine must be allowed, from the tasks of its definition: one table of the parameters
//! that name what is called. See "How Step Functions generates IAM policies for integrated services".
//!
//! The action follows from the resource of the task (`dynamodb:putItem`, `aws-sdk:dynamodb:query`), and what it is
//! on from the parameter. What no row knows, or what is known only while the machine runs, is said, and its owner
//! writes it into `grants`.

use crate::engine::template::Part;
use crate::engine::{Template, Value};
use crate::kinds::document::At;
use crate::kinds::{Lowering, RoleFor, arn_pattern, endpoint, key_of, suffixed};
use crate::source::Diagnostic;
use crate::value;

use super::asl::{Found, Task};

/// A parameter that names what a call is on.
struct Names {
    /// The service, as IAM calls it.
    service: &'static str,
    /// The operations; empty for all that have the parameter.
    of: &'static [&'static str],
    parameter: &'static str,
    /// The kind that is named, or what its ARNs look like.
    what: &'static str,
}

const fn names(service: &'static str, parameter: &'static str, what: &'static str) -> Names {
    Names { service, of: &[], parameter, what }
}

impl Names {
    const fn of(self, of: &'static [&'static str]) -> Names {
        Names { of, ..self }
    }
}

static NAMES: &[Names] = &[
    names("batch", "JobQueue", "batch_queue"),
    names("codebuild", "ProjectName", "codebuild"),
    names("dynamodb", "TableName", "tables"),
    names("events", "Entries[].EventBusName", "buses").of(&["putEvents"]),
    names("firehose", "DeliveryStreamName", "firehose"),
    names("glue", "JobName", "arn:{partition}:glue:{region}:{account}:job/{name}"),
    names("kinesis", "StreamARN", "streams"),
    names("kinesis", "StreamName", "streams"),
    names("lambda", "FunctionName", "functions"),
    names("s3", "Bucket", "buckets").of(&[
        "deleteObject",
        "getObject",
        "headObject",
        "listObjects",
        "listObjectsV2",
        "putObject",
    ]),
    names("secretsmanager", "SecretId", "secret"),
    names("sns", "TargetArn", "topics"),
    names("sns", "TopicArn", "topics"),
    names("sqs", "QueueUrl", "queues"),
    names("states", "StateMachineArn", "state_machines"),
];

/// The names of services in integrations, where IAM has another.
const SERVICES: &[(&str, &str)] = &[("eventbridge", "events"), ("sfn", "states")];

/// Operations that IAM has no action of their own for.
const ACTIONS: &[(&str, &str)] = &[
    ("lambda:invoke", "lambda:InvokeFunction"),
    ("s3:headObject", "s3:GetObject"),
    ("s3:listObjects", LIST_BUCKET),
    ("s3:listObjectsV2", LIST_BUCKET),
    ("sns:publishBatch", "sns:Publish"),
    ("sqs:changeMessageVisibilityBatch", "sqs:ChangeMessageVisibility"),
    ("sqs:deleteMessageBatch", "sqs:DeleteMessage"),
    ("sqs:sendMessageBatch", "sqs:SendMessage"),
];

/// The action of S3 that is on a bucket itself; the others here are on what is in it.
const LIST_BUCKET: &str = "s3:ListBucket";

/// What waiting for the end of a job (`.sync`) takes: the call, actions on what was called (`{}` is its ARN) or
/// on a pattern, and the rule by which Step Functions hears of the end.
struct Waits {
    call: &'static str,
    also: &'static [(&'static [&'static str], &'static str)],
    rule: &'static str,
}

static WAITS: &[Waits] = &[
    Waits {
        call: "batch:submitJob",
        also: &[(&["batch:DescribeJobs", "batch:TerminateJob"], "*")],
        rule: "StepFunctionsGetEventsForBatchJobsRule",
    },
    Waits {
        call: "codebuild:startBuild",
        also: &[(&["codebuild:BatchGetBuilds", "codebuild:StopBuild"], "{}")],
        rule: "StepFunctionsGetEventForCodeBuildStartBuildRule",
    },
    Waits {
        call: "glue:startJobRun",
        also: &[(&["glue:BatchStopJobRun", "glue:GetJobRun", "glue:GetJobRuns"], "{}")],
        rule: "",
    },
    Waits {
        call: "states:startExecution",
        also: &[(&["states:DescribeExecution", "states:StopExecution"], "{executions}")],
        rule: "StepFunctionsGetEventsForStepFunctionsExecutionRule",
    },
];

/// Where a call of an endpoint names its connection.
const AUTHORIZED: &[&[&str]] =
    &[&["Authentication", "ConnectionArn"], &["Authentication", "ConnectionArn.$"]];

const EVERYTHING: &str = "*";
const DEFAULT_BUS: &str = "default";

/// Asks for the rights that a definition takes.
pub(super) fn grant(own: &mut Lowering<'_>, role: &RoleFor, found: &Found<'_>) {
    for task in &found.tasks {
        of_task(own, role, task);
    }
    for store in &found.stores {
        of_task(own, role, store);
    }
    if found.distributed {
        let own_arn = own.output(own.address(), "arn");
        let executions = own.output(own.address(), "execution_arn");
        own.grant_role(role, &["states:StartExecution"], vec![own_arn]);
        let actions = ["states:DescribeExecution", "states:StopExecution"];
        own.grant_role(role, &actions, vec![suffixed(&executions, ":*")]);
        own.grant_role(role, &["states:RedriveExecution"], vec![suffixed(&executions, "/*")]);
    }
}

fn of_task(own: &mut Lowering<'_>, role: &RoleFor, task: &Task<'_>) {
    let Some(resource) = task.state.at(&["Resource"]) else { return };
    // Who acts by a role of another account needs to assume it, and the rest is that role's matter.
    if let Some(other) = task.state.at(&["Credentials", "RoleArn"]) {
        match is_static(other.value) {
            true => own.grant_role(role, &["sts:AssumeRole"], vec![other.value.clone()]),
            false => unknown(own, &other, "which role the task acts by", "sts:AssumeRole"),
        }
        return;
    }
    let called = resource.value.as_str().and_then(integration);
    let here = own.place().fill("arn:{partition}:");
    if called.is_some() && resource.value.as_str().is_some_and(|arn| !arn.starts_with(&here)) {
        let message = format!("integrations of this region begin with `{here}`");
        resource.error(own, "bad_definition", &message, "write `arn:${aws.partition}:states:::…`");
    }
    match called {
        Some(("http", "invoke", _)) => http(own, role, task),
        Some((service, operation, pattern)) => {
            call(own, role, task, &resource, (service, operation, pattern))
        }
        None => direct(own, role, &resource),
    }
}

/// Service, operation and pattern of an integration: `arn:aws:states:::dynamodb:putItem.waitForTaskToken`.
fn integration(resource: &str) -> Option<(&str, &str, &str)> {
    let rest = resource.strip_prefix("arn:")?.split_once(":states:::")?.1;
    let rest = rest.strip_prefix("aws-sdk:").unwrap_or(rest);
    let (service, call) = rest.split_once(':')?;
    let (operation, pattern) = call.split_once('.').unwrap_or((call, ""));
    Some((service, operation, pattern))
}

/// A function or an activity, named by its ARN.
fn direct(own: &mut Lowering<'_>, role: &RoleFor, resource: &At<'_>) {
    if resource.value.as_str().is_some_and(|arn| arn.contains(":activity:")) {
        return;
    }
    match key_of(resource.value) {
        Some("function") => own.grant_role(role, &["lambda:InvokeFunction"], vec![resource.value.clone()]),
        Some(key) => {
            let message = format!("a task cannot name a {} here", key.replace('_', " "));
            let send = own.place().fill("arn:{partition}:states:::sqs:sendMessage");
            let help = format!("write the integration, such as `{send}`, and name it in its parameters");
            resource.error(own, "bad_definition", &message, &help);
        }
        None => {
            let integration = own.place().fill("arn:{partition}:states:::SERVICE:OPERATION");
            let help =
                format!("write the ARN of an integration (`{integration}`), a function or an activity");
            resource.error(own, "bad_definition", "this is no resource of a task", &help);
        }
    }
}

fn call(
    own: &mut Lowering<'_>,
    role: &RoleFor,
    task: &Task<'_>,
    resource: &At<'_>,
    (service, operation, pattern): (&str, &str, &str),
) {
    let service = SERVICES.iter().find(|(name, _)| *name == service).map_or(service, |(_, iam)| *iam);
    let called = format!("{service}:{operation}");
    let action = action(&called, service, operation);
    let is_known =
        |names: &&Names| names.service == service && (names.of.is_empty() || names.of.contains(&operation));
    let known = NAMES.iter().filter(is_known);
    let named: Vec<(&Names, At<'_>)> = known
        .flat_map(|names| places(task, names.parameter).into_iter().map(move |at| (names, at)))
        .collect();
    if let Some((_, at)) = named.iter().find(|(_, at)| !is_static(at.value) || at.key().ends_with(".$")) {
        return unknown(own, at, "what the task calls", &action);
    }
    let mut on: Vec<Value> = named.iter().filter_map(|(names, at)| arn(own, names, at, task)).collect();
    // Entries without a bus are put on the default one.
    if called == "events:putEvents" && entries(task).iter().any(|entry| !has(entry, "EventBusName")) {
        on.extend(pattern_of("buses", own, DEFAULT_BUS.into()));
    }
    if on.is_empty() {
        return unknown(own, resource, &format!("what `{called}` is on"), &action);
    }
    if service == "s3" && action != LIST_BUCKET {
        on = objects(task, on);
    }
    on = unique(on);
    match input_text(task, "JobDefinition") {
        Some(definition) if called == "batch:submitJob" => own.grant_submit_job(role, &on[0], &definition),
        _ => own.grant_role(role, &[&action], on.clone()),
    }
    if pattern.starts_with("sync") {
        waits(own, role, &called, &on, resource);
    }
    // Who writes results looks at what is there, and ends what it began.
    if task.state.key() == "ResultWriter" {
        own.grant_role(role, &["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts"], on);
    }
}

/// Each of some values once, in their order.
fn unique(values: Vec<Value>) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for value in values {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

/// Whether a parameter stands in a map, as itself or as a path.
fn has(at: &At<'_>, parameter: &str) -> bool {
    at.value.get(parameter).or_else(|| at.value.get(&format!("{parameter}.$"))).is_some()
}

/// The action of an operation as IAM spells it.
fn action(called: &str, service: &str, operation: &str) -> String {
    match ACTIONS.iter().find(|(name, _)| *name == called) {
        Some((_, action)) => (*action).to_owned(),
        None => {
            let mut letters = operation.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase()).into_iter();
            format!("{service}:{}", first.chain(letters).collect::<String>())
        }
    }
}

/// What stands under a parameter, or under its name with `.$`.
fn places<'d>(task: &Task<'d>, parameter: &str) -> Vec<At<'d>> {
    let (items, member) = match parameter.split_once("[].") {
        Some((_, member)) => (entries(task), member),
        None => (task.input.iter().cloned().collect(), parameter),
    };
    let dynamic = format!("{member}.$");
    items.iter().filter_map(|item| item.at(&[member]).or_else(|| item.at(&[&dynamic]))).collect()
}

fn entries<'d>(task: &Task<'d>) -> Vec<At<'d>> {
    task.input
        .as_ref()
        .and_then(|input| input.at(&["Entries"]))
        .map(|entries| entries.items())
        .unwrap_or_default()
}

/// Whether a value is what it is while the machine runs.
fn is_static(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.trim_start().starts_with("{%"),
        Value::Unknown(_) => true,
        _ => false,
    }
}

/// The ARN of what a parameter names: by ARN, by name, by URL, or as any output of a resource of the stack.
fn arn(own: &Lowering<'_>, names: &Names, at: &At<'_>, task: &Task<'_>) -> Option<Value> {
    let qualifier = |arn: Value| match (input_text(task, "Qualifier"), input_text(task, "IndexName")) {
        (Some(qualifier), _) if names.service == "lambda" => joined(&arn, ":", qualifier),
        (_, Some(index)) if names.service == "dynamodb" => joined(&arn, "/index/", index),
        _ => arn,
    };
    let parts = match at.value {
        Value::String(text) => vec![Part::Text(text.clone())],
        Value::Unknown(template) => template.parts.clone(),
        _ => return None,
    };
    let arn = match parts.as_slice() {
        // Whatever output it is: the ARN is another one of the same resource.
        [Part::Output(output)] if output.address.kind == names.what && !output.address.is_generated() => {
            own.output(&output.address, "arn")
        }
        [Part::Text(first), ..] if first.starts_with("arn:") => at.value.clone(),
        [Part::Output(output), ..] if output.output.ends_with("arn") => at.value.clone(),
        [Part::Text(url)] if url.starts_with("https://") => of_url(own, url)?,
        _ => pattern_of(names.what, own, at.value.clone())?,
    };
    Some(qualifier(arn))
}

/// The ARN of a queue by its URL.
fn of_url(own: &Lowering<'_>, url: &str) -> Option<Value> {
    let mut parts = url.strip_prefix("https://")?.split('/');
    let (host, account, name) = (parts.next()?, parts.next()?, parts.next()?);
    let region = host.strip_prefix("sqs.")?.split('.').next()?;
    let partition = own.place().fill("{partition}");
    Some(format!("arn:{partition}:sqs:{region}:{account}:{name}").into())
}

/// The ARN of what is named, by the pattern of its kind.
fn pattern_of(what: &str, own: &Lowering<'_>, name: Value) -> Option<Value> {
    let pattern = if what.starts_with("arn:") { what } else { arn_pattern(what)? };
    let pattern = own.place().fill(pattern);
    let (before, after) = pattern.split_once("{name}")?;
    let mut template = Template::default();
    template.push_text(before);
    template.push(name);
    template.push_text(after);
    // The ARN of a secret ends in six characters that nobody knows.
    if what == "secret" {
        template.push_text("-??????");
    }
    Some(template.into())
}

fn joined(arn: &Value, between: &str, end: Value) -> Value {
    let mut template = Template::default();
    template.push(arn.clone());
    template.push_text(between);
    template.push(end);
    template.into()
}

/// A parameter that is what it is while the machine runs.
fn input_text(task: &Task<'_>, key: &str) -> Option<Value> {
    task.input.as_ref()?.value.get(key).filter(|value| is_static(value)).cloned()
}

/// The objects of buckets that a task names.
fn objects(task: &Task<'_>, buckets: Vec<Value>) -> Vec<Value> {
    let (key, end) = match (input_text(task, "Key"), input_text(task, "Prefix")) {
        (Some(key), _) => (key, ""),
        (None, Some(prefix)) => (prefix, "/*"),
        (None, None) => (EVERYTHING.into(), ""),
    };
    buckets.iter().map(|bucket| suffixed(&joined(bucket, "/", key.clone()), end)).collect()
}

/// What waiting for the end takes besides.
fn waits(own: &mut Lowering<'_>, role: &RoleFor, called: &str, on: &[Value], resource: &At<'_>) {
    let Some(row) = WAITS.iter().find(|row| row.call == called) else {
        return unknown(own, resource, &format!("what waiting for `{called}` takes"), called);
    };
    for (actions, pattern) in row.also {
        let on = match *pattern {
            "{}" => on.to_vec(),
            "{executions}" => on.iter().filter_map(executions).collect(),
            pattern => vec![pattern.into()],
        };
        own.grant_role(role, actions, on);
    }
    if !row.rule.is_empty() {
        let rule = own.place().arn("events", &format!("rule/{}", row.rule));
        own.grant_role(
            role,
            &["events:DescribeRule", "events:PutRule", "events:PutTargets"],
            vec![rule.into()],
        );
    }
}

/// The executions of a state machine.
fn executions(machine: &Value) -> Option<Value> {
    let arn = match machine {
        Value::String(arn) => arn.replace(":stateMachine:", ":execution:").into(),
        Value::Unknown(template) => match template.parts.as_slice() {
            [Part::Output(output)] => Template::output(output.address.clone(), "execution_arn").into(),
            [Part::Text(before), rest @ ..] => {
                let before = Part::Text(before.replace(":stateMachine:", ":execution:"));
                Template { parts: std::iter::once(before).chain(rest.iter().cloned()).collect() }.into()
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(suffixed(&arn, ":*"))
}

/// A call of an HTTPS endpoint by a connection: the machine's own right, held to method and endpoint, and that
/// on the connection and its secret.
fn http(own: &mut Lowering<'_>, role: &RoleFor, task: &Task<'_>) {
    let part = |keys: &[&str]| task.input.as_ref().and_then(|input| input.at(keys));
    let mut condition = Value::map();
    if let Some(method) = part(&["Method"]).filter(|at| is_static(at.value)) {
        condition.put("StringEquals", value!({ "states:HTTPMethod": (method.value.clone()) }));
    }
    match part(&["ApiEndpoint"]).or_else(|| part(&["ApiEndpoint.$"])) {
        Some(endpoint) if is_static(endpoint.value) && endpoint.key() == "ApiEndpoint" => {
            endpoint::check_at(own, &endpoint);
            condition.put("StringLike", value!({ "states:HTTPEndpoint": (endpoint.value.clone()) }));
        }
        Some(endpoint) => unknown(own, &endpoint, "which endpoint is called", "states:InvokeHTTPEndpoint"),
        None => {
            let help = "write `ApiEndpoint: \"https://…\"`";
            task.state.error(own, "bad_definition", "a call of an endpoint does not say which one", help);
        }
    }
    if condition.get("StringLike").is_some() {
        let arn = own.output(own.address(), "arn");
        own.grant_role_if(role, &["states:InvokeHTTPEndpoint"], vec![arn], condition);
    }
    let named = AUTHORIZED.iter().find_map(|keys| part(keys));
    let Some(connection) = named else {
        let help = "write `Authentication: { ConnectionArn: \"${connections.KEY.arn}\" }`";
        return task.state.error(
            own,
            "bad_definition",
            "a call of an endpoint is authorized by a connection",
            help,
        );
    };
    if !is_static(connection.value) || connection.key().ends_with(".$") {
        return unknown(
            own,
            &connection,
            "which connection authorizes it",
            "events:RetrieveConnectionCredentials",
        );
    }
    own.grant_role(role, &["events:RetrieveConnectionCredentials"], vec![connection.value.clone()]);
    let secret = match connection.value {
        Value::Unknown(template) => match template.parts.as_slice() {
            [Part::Output(output)] if output.output == "arn" => {
                Some(Template::output(output.address.clone(), "secret_arn").into())
            }
            _ => None,
        },
        _ => None,
    };
    let any = || own.place().arn("secretsmanager", "secret:events!connection/*").into();
    let secret = secret.unwrap_or_else(any);
    own.grant_role(role, &["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], vec![secret]);
}

/// Says that a right is its owner's to write.
fn unknown(own: &mut Lowering<'_>, at: &At<'_>, what: &str, actions: &str) {
    let finding = Diagnostic::warning(
        "no_task_right",
        format!("the role gets no right for this: {what} is not known here"),
    );
    let help = format!(
        "write it in `grants`, such as `- {{ arn: \"…\", actions: [\"{actions}\"] }}`, and silence this"
    );
    at.finding(own, finding, &help);
}
