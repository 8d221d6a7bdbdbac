//! What a schedule sends: a transform, or text.

use crate::engine::Value;
use crate::flow::transform::input::{check_forms, check_schedule_input};
use crate::flow::transform::{Compiled, Dialect, compile};
use crate::kinds::Lowering;
use crate::source::Node;
use crate::spec::Sugar;

/// The code of every finding about what is sent.
const CODE: &str = "target_input";
const INPUT: &str = "Target.Input";
/// Where what is wrong with a transform is found in the text.
const WRITTEN: &str = "Target.transform";

/// Lowers `transform` or `input` to the target's input. `json`: the target takes nothing else.
pub fn lower(own: &mut Lowering<'_>, sugar: &[Sugar], json: bool) {
    let forms: Vec<&Sugar> = sugar.iter().filter(|part| ["transform", "input"].contains(&part.key)).collect();
    let present = forms.iter().map(|part| (part.key.to_owned(), Value::Null)).collect();
    for part in &forms {
        own.locate(&format!("Target.{}", part.key), part.key_span);
    }
    let mut wrong = check_forms(&present);
    if !wrong.is_empty() {
        wrong.iter_mut().for_each(|problem| problem.help = Some("a schedule sends one of the two".into()));
        own.problems(CODE, "Target", &wrong);
        return;
    }
    let text = match forms.as_slice() {
        [part] if part.key == "transform" => transform(own, &part.node),
        [part] => verbatim(own, &part.node, json),
        _ => None,
    };
    if let (Some(text), Some(part)) = (text, forms.first()) {
        own.set(INPUT, text, part.node.span);
    }
}

fn transform(own: &mut Lowering<'_>, node: &Node) -> Option<Value> {
    let document = own.document(node, WRITTEN);
    match compile(&document, Dialect::Schedule) {
        Ok(Compiled::Constant(text)) => Some(text),
        Ok(other) => unreachable!("a schedule sends a constant, not {other:?}"),
        Err(problems) => {
            own.problems("transform", WRITTEN, &problems);
            None
        }
    }
}

fn verbatim(own: &mut Lowering<'_>, node: &Node, json: bool) -> Option<Value> {
    let text = own.text(node)?;
    if text.has_secret() {
        own.error("secret_shown", node.span, "a secret cannot stand here: AWS would show it", "");
        return None;
    }
    own.locate(INPUT, node.span);
    let problems = check_schedule_input(&text, json);
    own.problems(CODE, INPUT, &problems);
    Some(text)
}
