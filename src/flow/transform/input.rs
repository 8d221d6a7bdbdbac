//! The verbatim forms beside a transform: `input`, `input_path`, `input_template` with
//! `input_paths`; and the dynamic values of a target's own parameters.
//!
//! AWS checks little of them when they are written: a variable that is not declared or a path that
//! is none shows only at delivery. So they are checked here.

use std::collections::BTreeSet;

use crate::engine::{Map, Value};
use crate::flow::reference::{Piece, Reference, Text, parse, parse_reference, stray};
use crate::flow::{Path, Problem};
use crate::source::suggest;

use super::write::Reserved;
use super::{Dialect, LONGEST_PATH, MOST_VARIABLES, known_length, pipe, rule_target, schedule, too_long};

/// The keys of the forms that exclude each other.
pub const FORMS: [&str; 4] = ["transform", "input", "input_path", "input_template"];

/// Checks that at most one form stands in a declaration, and `input_paths` only beside
/// `input_template`. Paths are those of the declaration.
pub fn check_forms(declaration: &Map) -> Vec<Problem> {
    let mut present = FORMS.into_iter().filter(|form| declaration.contains_key(*form));
    let first = present.next();
    let mut problems: Vec<_> = present
        .map(|form| {
            Problem::error(
                &Path::default().key(form),
                format!("`{form}` cannot stand beside `{}`", first.unwrap_or_default()),
            )
            .help("a target takes one of transform, input, input_path and input_template")
        })
        .collect();
    if declaration.contains_key("input_paths") && !declaration.contains_key("input_template") {
        problems.push(
            Problem::error(&Path::default().key("input_paths"), "`input_paths` needs an `input_template`")
                .help("its names are the placeholders of the template"),
        );
    }
    problems
}

/// Checks an `input`: JSON text. Text that is not known yet is checked for its length alone.
pub fn check_input(input: &Value) -> Vec<Problem> {
    let mut problems = lengths(input, Dialect::RuleTarget);
    problems.extend(check_json(input));
    problems
}

/// Checks the `input` of a schedule: text, JSON where the target takes nothing else, with the service's own
/// variables in it.
pub fn check_schedule_input(input: &Value, json: bool) -> Vec<Problem> {
    let mut problems = lengths(input, Dialect::Schedule);
    if json {
        problems.extend(check_json(input));
    }
    let variables = placeholders(input.as_str().unwrap_or_default())
        .filter_map(|name| name.strip_prefix("aws.scheduler."))
        .filter_map(|name| unknown_reserved(schedule::RESERVED, "aws.scheduler", name, &Path::default()));
    problems.extend(variables);
    problems
}

fn check_json(input: &Value) -> Vec<Problem> {
    let root = Path::default();
    let mut problems = Vec::new();
    if let Some(Err(error)) = input.as_str().map(serde_json::from_str::<serde_json::Value>) {
        problems.push(
            Problem::error(&root, format!("this is no JSON: {error}"))
                .help("a text is JSON with double quotes around it; `transform` takes the document itself"),
        );
    }
    problems
}

/// Checks an `input_path`: a path of the event.
pub fn check_input_path(input_path: &str) -> Vec<Problem> {
    event_path(input_path, &Path::default()).into_iter().collect()
}

/// Checks an `input_template` and, on a rule, its `input_paths` (a map of paths by name). Paths of
/// problems begin with `input_template` or `input_paths`.
pub fn check_input_template(template: &Value, input_paths: Option<&Map>, dialect: Dialect) -> Vec<Problem> {
    let at = Path::default().key("input_template");
    let mut problems: Vec<_> = lengths(template, dialect)
        .into_iter()
        .map(|problem| Problem { path: at.clone(), ..problem })
        .collect();
    let text = template.as_str().unwrap_or_default();
    match dialect {
        Dialect::Pipe => {
            if input_paths.is_some() {
                problems.push(
                    Problem::error(&Path::default().key("input_paths"), "a pipe has no `input_paths`")
                        .help("write the paths into the template: `<$.path>`"),
                );
            }
            problems.extend(placeholders(text).filter_map(|name| pipe_placeholder(name, &at)));
        }
        // A schedule has no template: `check_schedule_input`.
        Dialect::Schedule => {
            problems.push(
                Problem::error(&at, "a schedule has no `input_template`")
                    .help("write `transform` or `input`"),
            );
        }
        Dialect::RuleTarget => {
            let empty = Map::new();
            let paths = input_paths.unwrap_or(&empty);
            problems.extend(check_paths(paths));
            problems.extend(rule_placeholders(text, paths, &at));
            if template.as_str().is_some_and(|text| !is_json_shaped(text)) {
                problems.push(
                    Problem::warning(&at, "with values in its placeholders the template is no JSON")
                        .help("a text stands in double quotes, line by line; a placeholder outside quotes is a value"),
                );
            }
        }
    }
    problems
}

/// Checks a target's own parameters, where a whole value `$.path` reads the event before the
/// transform.
pub fn check_parameters(parameters: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    parameter(parameters, &Path::default(), &mut problems);
    problems
}

fn parameter(value: &Value, path: &Path, problems: &mut Vec<Problem>) {
    match value {
        Value::List(items) => {
            items.iter().enumerate().for_each(|(i, item)| parameter(item, &path.item(i), problems));
        }
        Value::Map(map) => map.iter().for_each(|(key, value)| parameter(value, &path.key(key), problems)),
        Value::String(text) if text.starts_with('$') => problems.extend(event_path(text, path)),
        Value::String(text) => {
            if let Ok(Text::Pieces(pieces)) = parse(text)
                && pieces.iter().any(|piece| matches!(piece, Piece::Reference(_)))
            {
                problems.push(
                    Problem::error(path, "a parameter takes a path as its whole value only")
                        .help("write `$.path` alone; text around it belongs into the transform"),
                );
            }
        }
        _ => {}
    }
}

/// Paths in the midst of texts, of a transform's document or of a target's parameters (`is_parameter`): nothing is put
/// in their places.
pub fn stray_paths(document: &Value, is_parameter: bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    strays(document, is_parameter, &Path::default(), &mut problems);
    problems
}

fn strays(value: &Value, is_parameter: bool, at: &Path, problems: &mut Vec<Problem>) {
    match value {
        Value::List(items) => {
            items.iter().enumerate().for_each(|(i, item)| strays(item, is_parameter, &at.item(i), problems));
        }
        Value::Map(map) => {
            map.iter().for_each(|(key, value)| strays(value, is_parameter, &at.key(key), problems))
        }
        Value::String(text) => {
            let Ok(Text::Pieces(pieces)) = parse(text) else { return };
            let found = pieces.iter().find_map(|piece| match piece {
                Piece::Text(text) => stray(text),
                Piece::Reference(_) => None,
            });
            problems.extend(found.filter(|_| !text.starts_with('$')).map(|path| {
                let message = format!("`{path}` is text here, and nothing stands for it");
                Problem::warning(at, message).help(match is_parameter {
                    true => format!("a parameter takes a path as its whole value only: write `{path}` alone"),
                    false => format!("inside text write `<{path}>`"),
                })
            }));
        }
        _ => {}
    }
}

fn lengths(text: &Value, dialect: Dialect) -> Vec<Problem> {
    let length = known_length(text);
    match length > dialect.longest() {
        true => vec![too_long(&Path::default(), length, dialect)],
        false => Vec::new(),
    }
}

fn event_path(text: &str, at: &Path) -> Option<Problem> {
    if text.chars().count() > LONGEST_PATH {
        return Some(Problem::error(at, format!("a path has at most {LONGEST_PATH} characters")));
    }
    match parse_reference(text) {
        Ok(Reference::Event(_)) => None,
        Err(misread) => Some(Problem { help: misread.help, ..Problem::error(at, misread.message) }),
        Ok(_) => Some(
            Problem::error(at, format!("`{text}` is no path of the event"))
                .help("a path is `$` or `$.name`, with `[0]` and `[*]` for items"),
        ),
    }
}

/// What stands between `<` and `>`, where it could be a placeholder.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('<').filter_map(|(at, _)| placeholder_at(&text[at..]))
}

/// The placeholder that a text begins with, without `<` and `>`.
pub(super) fn placeholder_at(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('<')?.split_once('>')?;
    let legal = |c: char| c.is_ascii_alphanumeric() || "$._-[]*".contains(c);
    (!name.is_empty() && name.chars().all(legal)).then_some(name)
}

fn pipe_placeholder(name: &str, at: &Path) -> Option<Problem> {
    match name.strip_prefix("aws.pipes.") {
        Some(variable) => unknown_reserved(pipe::RESERVED, "aws.pipes", variable, at),
        None if name.starts_with('$') => event_path(name, at),
        None => Some(
            Problem::warning(at, format!("`<{name}>` is no placeholder of a pipe"))
                .help("placeholders are `<$.path>` and `<aws.pipes.NAME>`"),
        ),
    }
}

fn unknown_reserved(table: &[Reserved], prefix: &str, name: &str, at: &Path) -> Option<Problem> {
    if table.iter().any(|variable| variable.name == name) {
        return None;
    }
    let names = || table.iter().map(|variable| variable.name);
    let help = match suggest(name, names()) {
        Some(near) => format!("did you mean `<{prefix}.{near}>`?"),
        None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
    };
    Some(Problem::error(at, format!("the service has no variable `<{prefix}.{name}>`")).help(help))
}

fn check_paths(paths: &Map) -> Vec<Problem> {
    let root = Path::default().key("input_paths");
    let mut problems = Vec::new();
    if paths.len() > MOST_VARIABLES {
        problems.push(Problem::error(&root, format!("AWS takes at most {MOST_VARIABLES} paths")));
    }
    for (name, path) in paths {
        let at = root.key(name);
        let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || name.len() > rule_target::LONGEST_NAME || !name.chars().all(legal) {
            problems.push(
                Problem::error(&at, format!("`{name}` is no name of a variable"))
                    .help("1 to 256 letters, digits, `_` and `-`"),
            );
        } else if name.starts_with("AWS") {
            problems.push(
                Problem::error(&at, "names that begin with `AWS` are reserved")
                    .help(format!("call it `v_{name}`")),
            );
        }
        match path {
            Value::String(text) => problems.extend(event_path(text, &at)),
            Value::Unknown(_) => {}
            _ => problems.push(Problem::error(&at, "a path of the event is wanted here")),
        }
    }
    problems
}

fn rule_placeholders(text: &str, paths: &Map, at: &Path) -> Vec<Problem> {
    let used: BTreeSet<_> = placeholders(text).collect();
    let mut problems = Vec::new();
    for name in &used {
        if let Some(variable) = name.strip_prefix("aws.events.") {
            problems.extend(unknown_reserved(rule_target::RESERVED, "aws.events", variable, at));
        } else if !paths.contains_key(*name) {
            let help = match suggest(name, paths.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `<{near}>`?"),
                None if name.starts_with('$') => "give the path a name in `input_paths`".into(),
                None => format!("add `{name}: $.path` to `input_paths`"),
            };
            problems.push(Problem::error(at, format!("`<{name}>` is not in `input_paths`")).help(help));
        }
    }
    for name in paths.keys().filter(|name| !used.contains(name.as_str())) {
        let at = Path::default().key("input_paths").key(name);
        problems.push(Problem::warning(&at, format!("the template does not use `<{name}>`")));
    }
    problems
}

/// Whether the template is JSON, or lines of JSON strings, when every placeholder has a value.
fn is_json_shaped(template: &str) -> bool {
    let filled = fill(template);
    serde_json::from_str::<serde_json::Value>(&filled).is_ok()
        || filled
            .lines()
            .filter(|line| !line.trim().is_empty())
            .all(|line| serde_json::from_str::<String>(line.trim()).is_ok())
}

/// The template with `0` in every placeholder's place, which fits inside quotes and outside.
fn fill(template: &str) -> String {
    let names: BTreeSet<_> = placeholders(template).collect();
    names.into_iter().fold(template.to_owned(), |text, name| text.replace(&format!("<{name}>"), "0"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value;

    fn shown(problems: Vec<Problem>) -> Vec<String> {
        problems.iter().map(ToString::to_string).collect()
    }

    fn template(text: &str, paths: Value, dialect: Dialect) -> Vec<String> {
        shown(check_input_template(&text.into(), paths.as_map(), dialect))
    }

    #[test]
    fn the_forms_exclude_each_other_and_paths_need_a_template() {
        let declaration = value!({ "input": "1", "transform": {}, "input_paths": {} });
        let problems = shown(check_forms(declaration.as_map().unwrap()));
        assert_eq!(problems.len(), 2);
        assert!(problems[0].starts_with("input: `input` cannot stand beside `transform`"));
        assert!(problems[1].starts_with("input_paths: "));
        assert!(
            check_forms(value!({ "input_template": "x", "input_paths": {} }).as_map().unwrap()).is_empty()
        );
    }

    #[test]
    fn an_input_is_json_and_an_input_path_a_path() {
        assert!(check_input(&"{\"a\": 1}".into()).is_empty());
        assert!(shown(check_input(&"hello".into()))[0].contains("no JSON"));
        assert!(shown(check_input(&format!("\"{}\"", "x".repeat(8191)).into()))[0].contains("at most 8192"));
        assert!(check_input_path("$.detail.a-b[0]").is_empty());
        for text in ["detail", "$x", "$aws.rule-arn", ".a", "", "$.a..b"] {
            assert_eq!(check_input_path(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn placeholders_and_paths_of_a_rule_must_fit_each_other() {
        let rule = Dialect::RuleTarget;
        assert!(
            template("{\"a\": <a>, \"r\": <aws.events.rule-arn>}", value!({ "a": "$.a" }), rule).is_empty()
        );
        assert!(template("\"one <a>\"\n\"two <a>\"", value!({ "a": "$.a" }), rule).is_empty());
        let problems = template("{\"a\": <idd>}", value!({ "id": "$.id", "AWSx": "$.x", "b c": "$x" }), rule);
        for expected in [
            "input_paths.AWSx: names that begin with `AWS`",
            "input_paths.b c: `b c` is no name",
            "input_paths.b c: `$x` starts with `$`",
            "input_template: `<idd>` is not in `input_paths` (did you mean `<id>`?)",
            "input_paths.id: the template does not use `<id>`",
        ] {
            assert!(problems.iter().any(|problem| problem.starts_with(expected)), "{expected}: {problems:?}");
        }
        assert!(
            template("\"<aws.events.rule-nme>\"", value!({}), rule)[0].contains("<aws.events.rule-name>")
        );
        assert!(template("Order <a>", value!({ "a": "$.a" }), rule)[0].contains("no JSON"));
    }

    #[test]
    fn placeholders_of_a_pipe_are_paths_and_its_own_variables() {
        let pipe = |text| template(text, Value::Null, Dialect::Pipe);
        assert!(pipe("{\"a\": <$.a[0].b>, \"p\": <aws.pipes.pipe-arn>}").is_empty());
        assert!(pipe("<$.a.>")[0].contains("is no path"));
        assert!(pipe("<aws.pipes.pipe>")[0].contains("no variable"));
        assert!(pipe("<name>")[0].contains("no placeholder of a pipe"));
        assert!(template("x", value!({}), Dialect::Pipe)[0].starts_with("input_paths: a pipe has no"));
    }

    #[test]
    fn a_parameter_takes_a_path_as_its_whole_value_only() {
        let parameters = value!({ "a": "$.id", "b": ["x", "$x", "id <$.id>"], "c": "$aws.event" });
        let problems = shown(check_parameters(&parameters));
        assert_eq!(problems.len(), 3);
        for (problem, place) in problems.iter().zip(["b[1]", "b[2]", "c"]) {
            assert!(problem.starts_with(place), "{problem}");
        }
    }
}
