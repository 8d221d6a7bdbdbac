//! AWS CloudFormation, API version 2010-05-15: a query service, so its documents are the SDK's types.
//!
//! Answers use AWS's member names, as far as something here reads them.

use aws_sdk_cloudformation::types::{
    Capability, Change, ChangeSetSummary, ChangeSetType, DeploymentConfig, Export, OnStackFailure, Output,
    Parameter, RollbackConfiguration, RollbackTrigger, Stack, StackEvent, StackStatus, StackSummary, Tag,
    TemplateStage,
};
use secrecy::ExposeSecret;

use super::iam::put;
use crate::aws::wire::Member;
use crate::engine::Value;

/// Words of enumerations.
macro_rules! words {
    ($($ty:ty),*) => { $(
        impl Member for $ty {
            fn from_value(value: &Value) -> Option<Self> {
                value.as_str().map(Self::from)
            }
        }
    )* };
}

words!(Capability, ChangeSetType, OnStackFailure, StackStatus, TemplateStage);

impl Member for Parameter {
    fn from_value(value: &Value) -> Option<Parameter> {
        let key = value.text_at("ParameterKey")?;
        let content = match value.get("ParameterValue")? {
            Value::Secret(secret) => secret.reveal()?.expose_secret().to_owned(),
            plain => plain.as_str()?.to_owned(),
        };
        Some(Parameter::builder().parameter_key(key).parameter_value(content).build())
    }
}

impl Member for Tag {
    fn from_value(value: &Value) -> Option<Tag> {
        Some(Tag::builder().key(value.text_at("Key")?).value(value.text_at("Value")?).build())
    }
}

impl Member for RollbackTrigger {
    fn from_value(value: &Value) -> Option<RollbackTrigger> {
        let (arn, kind) = (value.text_at("Arn")?, value.text_at("Type")?);
        Some(RollbackTrigger::builder().arn(arn).r#type(kind).build())
    }
}

impl Member for RollbackConfiguration {
    fn from_value(value: &Value) -> Option<RollbackConfiguration> {
        let triggers = value.get("RollbackTriggers").map(Vec::from_value);
        let minutes = value.get("MonitoringTimeInMinutes").and_then(i32::from_value);
        let built = RollbackConfiguration::builder().set_monitoring_time_in_minutes(minutes);
        Some(built.set_rollback_triggers(triggers.flatten()).build())
    }
}

impl Member for DeploymentConfig {
    fn from_value(value: &Value) -> Option<DeploymentConfig> {
        Some(DeploymentConfig::builder().mode(value.text_at("Mode")?.into()).build())
    }
}

super::typed_operations! {
    aws_sdk_cloudformation::Client;
    "DescribeStacks" describe_stacks {
        set_stack_name: "StackName", set_next_token: "NextToken",
    } => |output| page("Stacks", all(output.stacks, stack), output.next_token);
    "ListStacks" list_stacks {
        set_next_token: "NextToken", set_stack_status_filter: "StackStatusFilter",
    } => |output| page("StackSummaries", all(output.stack_summaries, summary), output.next_token);
    "ListExports" list_exports {
        set_next_token: "NextToken",
    } => |output| page("Exports", all(output.exports, export), output.next_token);
    "GetTemplate" get_template {
        set_stack_name: "StackName", set_change_set_name: "ChangeSetName", set_template_stage: "TemplateStage",
    } => |output| one("TemplateBody", output.template_body);
    "GetTemplateSummary" get_template_summary {
        set_stack_name: "StackName",
    } => |output| one("Metadata", output.metadata);
    "GetStackPolicy" get_stack_policy {
        set_stack_name: "StackName",
    } => |output| one("StackPolicyBody", output.stack_policy_body);
    "SetStackPolicy" set_stack_policy {
        set_stack_name: "StackName", set_stack_policy_body: "StackPolicyBody",
    } => |_| Value::map();
    "UpdateTerminationProtection" update_termination_protection {
        set_stack_name: "StackName", set_enable_termination_protection: "EnableTerminationProtection",
    } => |output| one("StackId", output.stack_id);
    "DescribeStackEvents" describe_stack_events {
        set_stack_name: "StackName", set_next_token: "NextToken",
    } => |output| page("StackEvents", all(output.stack_events, event), output.next_token);
    "ContinueUpdateRollback" continue_update_rollback {
        set_stack_name: "StackName", set_role_arn: "RoleARN",
    } => |_| Value::map();
    "DeleteStack" delete_stack { set_stack_name: "StackName" } => |_| Value::map();
    "CreateChangeSet" create_change_set {
        set_stack_name: "StackName", set_change_set_name: "ChangeSetName", set_change_set_type: "ChangeSetType",
        set_description: "Description", set_template_body: "TemplateBody", set_parameters: "Parameters", set_capabilities: "Capabilities",
        set_resource_types: "ResourceTypes", set_role_arn: "RoleARN",
        set_rollback_configuration: "RollbackConfiguration", set_notification_arns: "NotificationARNs",
        set_tags: "Tags", set_on_stack_failure: "OnStackFailure",
        set_import_existing_resources: "ImportExistingResources", set_deployment_config: "DeploymentConfig",
    } => |output| {
        let mut value = one("Id", output.id);
        put(&mut value, "StackId", output.stack_id);
        value
    };
    "DescribeChangeSet" describe_change_set {
        set_stack_name: "StackName", set_change_set_name: "ChangeSetName", set_next_token: "NextToken",
    } => |output| {
        let mut value = page("Changes", all(output.changes, change), output.next_token);
        put(&mut value, "Status", output.status.map(|status| status.as_str().to_owned()));
        put(&mut value, "StatusReason", output.status_reason);
        put(&mut value, "ExecutionStatus", output.execution_status.map(|status| status.as_str().to_owned()));
        value
    };
    "ListChangeSets" list_change_sets {
        set_stack_name: "StackName", set_next_token: "NextToken",
    } => |output| page("Summaries", all(output.summaries, change_set), output.next_token);
    "DeleteChangeSet" delete_change_set {
        set_stack_name: "StackName", set_change_set_name: "ChangeSetName",
    } => |_| Value::map();
    "ExecuteChangeSet" execute_change_set {
        set_stack_name: "StackName", set_change_set_name: "ChangeSetName", set_disable_rollback: "DisableRollback",
        set_retain_except_on_create: "RetainExceptOnCreate", set_client_request_token: "ClientRequestToken",
    } => |_| Value::map();
}

fn all<T>(items: Option<Vec<T>>, shown: fn(T) -> Value) -> Vec<Value> {
    items.unwrap_or_default().into_iter().map(shown).collect()
}

/// A document with one member, if it is there.
fn one(name: &str, member: Option<impl Into<Value>>) -> Value {
    let mut value = Value::map();
    put(&mut value, name, member);
    value
}

fn page(name: &str, items: Vec<Value>, token: Option<String>) -> Value {
    let mut value = one(name, Some(items));
    put(&mut value, "NextToken", token);
    value
}

fn texts(items: Vec<String>) -> Vec<Value> {
    items.into_iter().map(Value::from).collect()
}

fn stack(stack: Stack) -> Value {
    let mut value = one("StackName", stack.stack_name);
    put(&mut value, "StackId", stack.stack_id);
    put(&mut value, "StackStatus", stack.stack_status.map(|status| status.as_str().to_owned()));
    put(&mut value, "StackStatusReason", stack.stack_status_reason);
    put(&mut value, "ParentId", stack.parent_id);
    put(&mut value, "Parameters", stack.parameters.map(|all_of| all(Some(all_of), parameter)));
    let words = |all: Vec<Capability>| texts(all.iter().map(|word| word.as_str().to_owned()).collect());
    put(&mut value, "Capabilities", stack.capabilities.map(words));
    put(&mut value, "NotificationARNs", stack.notification_arns.map(texts));
    put(&mut value, "RollbackConfiguration", stack.rollback_configuration.map(rollback));
    put(&mut value, "RoleARN", stack.role_arn);
    put(&mut value, "Tags", stack.tags.map(|tags| all(Some(tags), tag)));
    put(&mut value, "DisableRollback", stack.disable_rollback);
    put(&mut value, "EnableTerminationProtection", stack.enable_termination_protection);
    put(&mut value, "RetainExceptOnCreate", stack.retain_except_on_create);
    let mode = stack.deployment_config.and_then(|config| config.mode);
    put(&mut value, "DeploymentConfig.Mode", mode.map(|mode| mode.as_str().to_owned()));
    put(&mut value, "Outputs", stack.outputs.map(|outputs| all(Some(outputs), output)));
    value
}

fn summary(summary: StackSummary) -> Value {
    let mut value = one("StackName", summary.stack_name);
    put(&mut value, "StackId", summary.stack_id);
    put(&mut value, "ParentId", summary.parent_id);
    put(&mut value, "StackStatus", summary.stack_status.map(|status| status.as_str().to_owned()));
    value
}

fn parameter(parameter: Parameter) -> Value {
    let mut value = one("ParameterKey", parameter.parameter_key);
    put(&mut value, "ParameterValue", parameter.parameter_value);
    value
}

fn rollback(configuration: RollbackConfiguration) -> Value {
    let trigger = |trigger: RollbackTrigger| {
        let mut value = one("Arn", trigger.arn);
        put(&mut value, "Type", trigger.r#type);
        value
    };
    let triggers = configuration.rollback_triggers.map(|triggers| all(Some(triggers), trigger));
    let mut value = one("RollbackTriggers", triggers);
    put(&mut value, "MonitoringTimeInMinutes", configuration.monitoring_time_in_minutes.map(i64::from));
    value
}

fn tag(tag: Tag) -> Value {
    let mut value = one("Key", tag.key);
    put(&mut value, "Value", tag.value);
    value
}

fn event(event: StackEvent) -> Value {
    let mut value = one("LogicalResourceId", event.logical_resource_id);
    put(&mut value, "ResourceType", event.resource_type);
    put(&mut value, "ResourceStatus", event.resource_status.map(|status| status.as_str().to_owned()));
    put(&mut value, "ResourceStatusReason", event.resource_status_reason);
    value
}

fn change(change: Change) -> Value {
    let Some(resource) = change.resource_change else { return Value::map() };
    let mut value = one("LogicalResourceId", resource.logical_resource_id);
    put(&mut value, "Action", resource.action.map(|word| word.as_str().to_owned()));
    put(&mut value, "PolicyAction", resource.policy_action.map(|word| word.as_str().to_owned()));
    put(&mut value, "ResourceType", resource.resource_type);
    put(&mut value, "Replacement", resource.replacement.map(|word| word.as_str().to_owned()));
    let scope = resource.scope.unwrap_or_default();
    put(&mut value, "Scope", Some(texts(scope.iter().map(|word| word.as_str().to_owned()).collect())));
    value
}

fn change_set(summary: ChangeSetSummary) -> Value {
    let mut value = one("ChangeSetName", summary.change_set_name);
    put(&mut value, "Status", summary.status.map(|status| status.as_str().to_owned()));
    put(&mut value, "Description", summary.description);
    value
}

fn output(output: Output) -> Value {
    let mut value = one("OutputKey", output.output_key);
    put(&mut value, "OutputValue", output.output_value);
    value
}

fn export(export: Export) -> Value {
    let mut value = one("Name", export.name);
    put(&mut value, "Value", export.value);
    value
}
