//! Payload templates: what a state makes of data.

use crate::engine::Value;
use crate::kinds::document::At;

use super::Reader;

/// The fields that hold a payload template in JSONPath.
const TEMPLATES: &[&str] = &["Parameters", "ResultSelector", "ItemSelector", "Assign"];

/// A key that ends in `.$` says that its value is a path or a function; any other text there is refused.
pub(super) fn check(reader: &mut Reader<'_, '_, '_>, state: &At<'_>) {
    for template in TEMPLATES.iter().filter_map(|field| state.at(&[field])) {
        visit(reader, &template);
    }
}

fn visit(reader: &mut Reader<'_, '_, '_>, at: &At<'_>) {
    let is_wrong = |text: &str| !text.starts_with('$') && !text.starts_with("States.");
    match at.value {
        Value::String(text) if at.key().ends_with(".$") && is_wrong(text) => {
            let plain = at.key().trim_end_matches(".$");
            let message = format!("`{}` is to be a path or a function, and `{text}` is neither", at.key());
            let help = format!("write `$.…` or `States.…`, or `{plain}` for the text itself");
            at.error(reader.own, super::CODE, &message, &help);
        }
        Value::Map(_) | Value::List(_) => at.children().iter().for_each(|child| visit(reader, child)),
        _ => {}
    }
}
