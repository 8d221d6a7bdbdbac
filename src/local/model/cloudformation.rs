//! AWS CloudFormation, as far as stacks of others give values: their outputs and exports. Nothing makes a stack here.

use serde_json::{Value, json};

use crate::local::http::ApiError;

use super::executor::Ctx;
use super::places::each;
use super::{KIND, Kind, Outcome, Service, Verb, row};

const STACK: Kind = Kind {
    name: "stack",
    key: "{StackName}",
    missing: ("ValidationError", "Stack with id {StackName} does not exist"),
    ..KIND
};

pub const SERVICE: Service = Service {
    id: "cloudformation",
    global: false,
    invalid: "ValidationError",
    before: None,
    kinds: &[STACK],
    operations: &[
        row("DescribeStacks", "stack", Verb::Hook(describe)),
        row("ListExports", "stack", Verb::Hook(exports)),
    ],
};

fn stacks(ctx: &Ctx) -> Vec<Value> {
    ctx.txn.all(&ctx.collection(STACK.name)).map(|(_, stack)| stack.clone()).collect()
}

/// One stack by its name, or all of them.
fn describe(ctx: &mut Ctx) -> Outcome<Value> {
    let name = ctx.text("StackName");
    let found: Vec<Value> = stacks(ctx)
        .into_iter()
        .filter(|stack| name.is_empty() || stack["StackName"] == name.as_str())
        .collect();
    if found.is_empty() && !name.is_empty() {
        let refusal: ApiError = ctx.refuse(STACK.missing, &Value::Null);
        return Err(refusal);
    }
    Ok(json!({ "Stacks": found }))
}

fn exports(ctx: &mut Ctx) -> Outcome<Value> {
    let stacks = stacks(ctx);
    let outputs = stacks.iter().flat_map(|stack| each(stack, "Outputs[]"));
    let exports = outputs.filter(|output| output["ExportName"].is_string());
    let exports: Vec<Value> = exports
        .map(|output| json!({ "Name": output["ExportName"], "Value": output["OutputValue"] }))
        .collect();
    Ok(json!({ "Exports": exports }))
}
