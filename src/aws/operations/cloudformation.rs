//! AWS CloudFormation, API version 2010-05-15: a query service, so its documents are the SDK's types. Of stacks
//! no more than what they give to others is read.

use aws_sdk_cloudformation::types::{Export, Output, Stack};

use super::iam::put;
use crate::engine::Value;

super::typed_operations! {
    aws_sdk_cloudformation::Client;
    "DescribeStacks" describe_stacks {
        set_stack_name: "StackName", set_next_token: "NextToken",
    } => |output| {
        let mut value = Value::map();
        put(&mut value, "Stacks", Some(all(output.stacks, stack)));
        put(&mut value, "NextToken", output.next_token);
        value
    };
    "ListExports" list_exports { set_next_token: "NextToken" } => |output| {
        let mut value = Value::map();
        put(&mut value, "Exports", Some(all(output.exports, export)));
        put(&mut value, "NextToken", output.next_token);
        value
    };
}

fn all<T>(items: Option<Vec<T>>, shown: fn(T) -> Value) -> Vec<Value> {
    items.unwrap_or_default().into_iter().map(shown).collect()
}

fn stack(stack: Stack) -> Value {
    let mut value = Value::map();
    put(&mut value, "StackName", stack.stack_name);
    put(&mut value, "StackStatus", stack.stack_status.map(|status| status.as_str().to_owned()));
    put(&mut value, "Outputs", stack.outputs.map(|outputs| all(Some(outputs), output)));
    value
}

fn output(output: Output) -> Value {
    let mut value = Value::map();
    put(&mut value, "OutputKey", output.output_key);
    put(&mut value, "OutputValue", output.output_value);
    value
}

fn export(export: Export) -> Value {
    let mut value = Value::map();
    put(&mut value, "Name", export.name);
    put(&mut value, "Value", export.value);
    value
}
