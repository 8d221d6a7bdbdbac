//! `transform` and `input_template`: what an enrichment or a target is sent.

use crate::engine::{Map, Value};
use crate::flow::reference::{Reference, Text, parse};
use crate::flow::transform::input::{check_forms, check_input_template};
use crate::flow::transform::{Compiled, Dialect, compile};
use crate::kinds::Lowering;
use crate::source::Diagnostic;
use crate::spec::Sugar;

const FORMS: &[&str] = &["transform", "input_template"];

/// What is sent there has to be JSON.
const TAKES_JSON: &[&str] = &["function", "state_machine", "bus", "api", "api_destination"];

/// Warns of a path that is the whole transform: AWS strips the quotes of what it finds, those inside an object, too.
fn lone_path(own: &mut Lowering<'_>, document: &Value, part: &Sugar) {
    let Some(Ok(Text::Typed(Reference::Event(path)))) = document.as_str().map(parse) else { return };
    if !path.0.is_empty() {
        let message =
            format!("`{path}` alone loses every quote of what it finds, so what is sent is no JSON");
        let help = format!("write its members, `{{ id: {path}.id }}`, or wrap it: `{{ data: {path} }}`");
        own.finding(Diagnostic::warning("lone_path", message).at(part.node.span).help(help));
    }
}

/// Lowers `transform` or `input_template` to the input template below `base`.
///
/// `key`: the kind key of what is called.
pub fn lower(own: &mut Lowering<'_>, key: &str, base: &str, sugar: &[Sugar]) {
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
        own.strays(&written, &document, false);
        if TAKES_JSON.contains(&key) {
            lone_path(own, &document, part);
        }
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
