//! `transform` and `input_template`: what an enrichment or a target is sent.

use crate::engine::{Map, Value};
use crate::flow::transform::input::{check_forms, check_input_template};
use crate::flow::transform::{Compiled, Dialect, compile};
use crate::kinds::Lowering;
use crate::spec::Sugar;

const FORMS: &[&str] = &["transform", "input_template"];

/// Lowers `transform` or `input_template` to the input template below `base`.
pub fn lower(own: &mut Lowering<'_>, base: &str, sugar: &[Sugar]) {
    let forms: Vec<&Sugar> = sugar.iter().filter(|part| FORMS.contains(&part.key)).collect();
    let present: Map = forms.iter().map(|part| (part.key.to_owned(), Value::Null)).collect();
    for part in &forms {
        own.locate(&format!("{base}.{}", part.key), part.key_span);
    }
    let wrong = check_forms(&present);
    if !wrong.is_empty() {
        own.problems("target_input", base, &wrong);
        return;
    }
    let [part] = forms.as_slice() else { return };
    let written = format!("{base}.{}", part.key);
    let (text, code, problems) = if part.key == "transform" {
        let document = own.document(&part.node, &written);
        match compile(&document, Dialect::Pipe) {
            Ok(Compiled::Template { template, .. } | Compiled::Constant(template)) => {
                (Some(template), "transform", Vec::new())
            }
            Ok(Compiled::Path(path)) => (Some(path.into()), "transform", Vec::new()),
            Err(problems) => {
                own.problems("transform", &written, &problems);
                return;
            }
        }
    } else {
        let text = own.text(&part.node);
        let problems = text.as_ref().map(|text| check_input_template(text, None, Dialect::Pipe));
        (text, "target_input", problems.unwrap_or_default())
    };
    own.problems(code, base, &problems);
    let Some(text) = text else { return };
    if text.has_secret() {
        own.error("secret_shown", part.node.span, "a secret cannot stand here: AWS would show it", "");
        return;
    }
    own.set(&format!("{base}.InputTemplate"), text, part.node.span);
}
