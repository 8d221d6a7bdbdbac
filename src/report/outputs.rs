//! The stack's outputs: for people, for programs, for a shell, for a workflow.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest, Sha256};

use super::page::harmless;
use super::plan_json::json_text;
use crate::engine::Value;

/// An output that cannot be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OutputError {
    /// Its value is known only after an apply.
    Unknown { name: String },
    /// What it refers to is not there.
    Absent { name: String },
    /// It would show a secret.
    Secret { name: String },
    /// Its name becomes the same variable as another one's.
    SameVariable { name: String, other: String, variable: String },
    /// It holds a NUL, which no variable can.
    Nul { name: String },
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OutputError::Unknown { name } => {
                write!(f, "the output `{name}` is not known before the stack is applied")
            }
            OutputError::Absent { name } => write!(f, "what the output `{name}` refers to is not there"),
            OutputError::Secret { name } => write!(f, "the output `{name}` would show a secret"),
            OutputError::SameVariable { name, other, variable } => {
                write!(f, "the outputs `{other}` and `{name}` would both be the variable {variable}")
            }
            OutputError::Nul { name } => {
                write!(f, "the output `{name}` holds a NUL character, which no variable can")
            }
        }
    }
}

impl std::error::Error for OutputError {}

/// The outputs, by name, in the order of the stack.
pub type Outputs = [(String, Value)];

/// What every writer gives: the text, or everything that cannot be written.
pub type Written = Result<String, Vec<OutputError>>;

/// `NAME = VALUE` in lines, for people: control characters are escaped.
///
/// # Errors
/// Outputs that are unknown or secret.
pub fn outputs_text(outputs: &Outputs) -> Written {
    let lines = known(outputs)?.into_iter();
    Ok(lines.map(|(name, value)| format!("{} = {}\n", harmless(name), harmless(&plain(&value)))).collect())
}

/// One JSON object with the values as they are, indented.
///
/// # Errors
/// Outputs that are unknown or secret.
pub fn outputs_json(outputs: &Outputs) -> Written {
    let object: serde_json::Map<String, serde_json::Value> =
        known(outputs)?.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Ok(json_text(&serde_json::Value::Object(object)))
}

/// `NAME='VALUE'` in lines that a POSIX shell can source. In names every character that a variable
/// cannot have becomes `_`.
///
/// # Errors
/// Outputs that are unknown or secret, hold a NUL, or whose names become one.
pub fn outputs_env(outputs: &Outputs) -> Written {
    let mut text = String::new();
    let mut errors = Vec::new();
    let mut variables: BTreeMap<String, &str> = BTreeMap::new();
    for (name, value) in known(outputs)? {
        let (variable, value) = (variable(name), plain(&value));
        if value.contains('\0') {
            errors.push(OutputError::Nul { name: name.to_owned() });
        }
        if let Some(other) = variables.insert(variable.clone(), name) {
            let (name, other) = (name.to_owned(), other.to_owned());
            errors.push(OutputError::SameVariable { name, other, variable: variable.clone() });
        }
        text.push_str(&format!("{variable}='{}'\n", value.replace('\'', r"'\''")));
    }
    if errors.is_empty() { Ok(text) } else { Err(errors) }
}

/// `NAME=VALUE` in lines as `$GITHUB_OUTPUT` and `$GITHUB_ENV` take them; a value of several lines
/// stands between delimiters that are no line of it.
///
/// # Errors
/// Outputs that are unknown or secret.
pub fn outputs_github(outputs: &Outputs) -> Written {
    let lines = known(outputs)?.into_iter().map(|(name, value)| {
        let value = plain(&value);
        if !value.contains(['\n', '\r']) {
            return format!("{name}={value}\n");
        }
        let delimiter = delimiter(&value);
        format!("{name}<<{delimiter}\n{value}\n{delimiter}\n")
    });
    Ok(lines.collect())
}

fn known(outputs: &Outputs) -> Result<Vec<(&str, serde_json::Value)>, Vec<OutputError>> {
    let mut found = Vec::new();
    let mut errors = Vec::new();
    for (name, value) in outputs {
        match value.to_json() {
            Some(serde_json::Value::Null) => errors.push(OutputError::Absent { name: name.clone() }),
            Some(json) => found.push((name.as_str(), json)),
            None if value.has_secret() => errors.push(OutputError::Secret { name: name.clone() }),
            None => errors.push(OutputError::Unknown { name: name.clone() }),
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

/// A text as it is, everything else as JSON.
fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn variable(name: &str) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    let variable: String = name.chars().map(allowed).collect();
    if variable.starts_with(|c: char| c.is_ascii_digit()) { format!("_{variable}") } else { variable }
}

/// A line that the value does not have; equal values give equal delimiters.
fn delimiter(value: &str) -> String {
    let mut digest = Sha256::digest(value);
    loop {
        let delimiter = format!("END_{}", hex::encode(&digest[..16]));
        if !value.contains(&delimiter) {
            return delimiter;
        }
        digest = Sha256::digest(digest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Address, Template};
    use crate::value;

    fn outputs() -> Vec<(String, Value)> {
        vec![
            ("orders-url".into(), "https://x/prod".into()),
            ("2nd".into(), "it's\n\u{1b}[31m".into()),
            ("list".into(), value!(["a", 1])),
        ]
    }

    #[test]
    fn people_read_lines_without_control_characters() {
        let text = "orders-url = https://x/prod\n2nd = it's\\n\\u{1b}[31m\nlist = [\"a\",1]\n";
        assert_eq!(outputs_text(&outputs()).unwrap(), text);
    }

    #[test]
    fn programs_read_the_values_as_they_are() {
        let json: serde_json::Value = serde_json::from_str(&outputs_json(&outputs()).unwrap()).unwrap();
        assert_eq!(json["2nd"], "it's\n\u{1b}[31m");
        assert_eq!(json["list"][1], 1);
    }

    #[test]
    fn no_json_holds_what_a_terminal_obeys() {
        let hostile = vec![("x".to_owned(), Value::from("a\u{9b}2J\u{202e}b"))];
        let text = outputs_json(&hostile).unwrap();
        assert_eq!(text, "{\n  \"x\": \"a\\u009b2J\\u202eb\"\n}\n");
    }

    #[test]
    fn a_shell_gets_back_what_went_in() {
        let text = outputs_env(&outputs()).unwrap();
        assert!(text.contains("orders_url='https://x/prod'\n_2nd='it'\\''s\n"), "{text}");
        let script = format!("{text}printf %s \"$_2nd\"");
        let read = std::process::Command::new("sh").arg("-c").arg(script).output().unwrap();
        assert_eq!(read.stdout, "it's\n\u{1b}[31m".as_bytes());
    }

    #[test]
    fn names_that_become_one_variable_are_an_error() {
        let same = vec![("a-b".to_owned(), Value::from("1")), ("a_b".to_owned(), Value::from("2"))];
        let errors = outputs_env(&same).unwrap_err();
        assert_eq!(errors[0].to_string(), "the outputs `a-b` and `a_b` would both be the variable a_b");
    }

    #[test]
    fn a_workflow_cannot_be_given_a_line_of_the_values_own() {
        let hostile = vec![("x".to_owned(), Value::from("a\nEND\nevil=1"))];
        let text = outputs_github(&hostile).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let delimiter = lines[0].strip_prefix("x<<").unwrap();
        assert_eq!(lines[1..], ["a", "END", "evil=1", delimiter]);
        assert_eq!(outputs_github(&outputs()[..1]).unwrap(), "orders-url=https://x/prod\n");
    }

    #[test]
    fn what_is_not_known_is_named_and_nothing_is_written() {
        let api: Address = "apis.orders".parse().unwrap();
        let mut unknown = outputs();
        unknown.push(("url".into(), Template::output(api, "url").into()));
        for write in [outputs_text, outputs_json, outputs_env, outputs_github] {
            assert_eq!(write(&unknown), Err(vec![OutputError::Unknown { name: "url".into() }]));
        }
    }
}
