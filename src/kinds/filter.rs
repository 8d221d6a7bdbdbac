//! What filters say to a record: of a pipe and of a trigger, which have the same.

use serde_json::Value as Json;

use crate::engine::Value;
use crate::flow::passing::{Filter, Passed};
use crate::flow::pattern::{PatternKind, Verdict, decide, parse};

/// What a resource passes on of a record by its filters (`[{ Pattern }]`): a record that one of them matches.
/// Without filters it passes everything, and there is no verdict.
pub fn filtered(filters: Option<&Value>, record: &Json) -> Passed {
    let filters = filters.and_then(Value::as_list).unwrap_or_default();
    let mut passed = Passed::default();
    let mut verdicts = Vec::new();
    for pattern in filters.iter().filter_map(|filter| filter.get("Pattern")) {
        let Ok(pattern) = parse(pattern, PatternKind::Pipe) else {
            passed.notes.push("AWS refuses one of its filters".into());
            continue;
        };
        passed.notes.extend(pattern.unknown.iter().map(|path| {
            format!("`{path}` of a filter is not known before an apply, and matches nothing here")
        }));
        verdicts.push(decide(&pattern, record));
    }
    passed.verdict = together(verdicts);
    passed
}

/// What filters of one list say together: the first that matches, or else those that fail in the fewest fields.
fn together(mut verdicts: Vec<Verdict>) -> Option<Verdict> {
    if let Some(first) = verdicts.iter().position(|verdict| verdict.is_match) {
        return Some(verdicts.swap_remove(first));
    }
    let fewest = verdicts.iter().map(|verdict| verdict.fields.len()).min()?;
    let nearest = verdicts.into_iter().filter(|verdict| verdict.fields.len() == fewest);
    nearest.reduce(|mut all, one| {
        for field in one.fields {
            if !all.fields.contains(&field) {
                all.fields.push(field);
            }
        }
        all
    })
}

/// Whether what was filtered goes on.
pub fn goes_on(passed: &Passed) -> bool {
    passed.verdict.as_ref().is_none_or(|verdict| verdict.is_match)
}

/// The same filters as patterns, each with its place.
pub fn filters<'r>(filters: Option<&'r Value>, at: &str) -> Vec<Filter<'r>> {
    let filters = filters.and_then(Value::as_list).unwrap_or_default().iter().enumerate();
    let placed = filters.filter_map(|(index, filter)| Some((index, filter.get("Pattern")?)));
    placed
        .map(|(index, pattern)| Filter {
            pattern,
            at: format!("{at}[{index}].Pattern"),
            reader: PatternKind::Pipe,
        })
        .collect()
}

/// Every text in a value, with its place.
pub fn placed<'v>(value: &'v Value, at: &str) -> impl Iterator<Item = (String, &'v str)> + use<'v> {
    let mut waiting = vec![(at.to_owned(), value)];
    std::iter::from_fn(move || {
        while let Some((at, value)) = waiting.pop() {
            match value {
                Value::Map(map) => {
                    waiting.extend(map.iter().map(|(key, value)| (format!("{at}.{key}"), value)))
                }
                Value::List(items) => {
                    waiting.extend(items.iter().enumerate().map(|(i, item)| (format!("{at}[{i}]"), item)));
                }
                Value::String(text) => return Some((at, text.as_str())),
                _ => {}
            }
        }
        None
    })
}
