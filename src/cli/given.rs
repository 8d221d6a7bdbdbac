//! What a flag gives: JSON itself, a file, or standard input.

use std::io::Read;

/// The text of `FILE-OR-JSON`: what begins like a JSON object, list or text is taken as it is, `-` is standard input,
/// and all else is a file's name.
///
/// # Errors
/// What cannot be read, for people.
pub(super) fn text(given: &str) -> Result<String, String> {
    if given.trim_start().starts_with(['{', '[', '"']) {
        return Ok(given.to_owned());
    }
    let mut text = String::new();
    let read = match given {
        "-" => std::io::stdin().read_to_string(&mut text).map(drop),
        file => std::fs::read_to_string(file).map(|read| text = read),
    };
    match read {
        Ok(()) => Ok(text),
        Err(error) if given == "-" => Err(format!("standard input cannot be read: {error}")),
        Err(error) => Err(format!("{given} cannot be read: {error}")),
    }
}
