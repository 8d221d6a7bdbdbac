//! What operations take and field tables do not have, or have otherwise: one list.

use super::own;

/// An entry of it.
pub struct LeftOut {
    /// The operation or the kind; `*` is any text.
    pub of: String,
    /// The member's path in the operation, with everything in it, or the row's path.
    pub path: String,
    pub reason: String,
}

/// The list, `tests/models/left_out.txt`. An entry that nothing needs fails the tests.
pub fn left_out() -> Vec<LeftOut> {
    let text = std::fs::read_to_string(own("tests/models/left_out.txt")).expect("what is left out");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (entry, reason) = line.split_once(": ").expect("an entry and its reason");
            let (of, path) = entry.split_once(' ').expect("an operation and a path");
            LeftOut { of: of.to_owned(), path: path.to_owned(), reason: reason.to_owned() }
        })
        .collect()
}

impl LeftOut {
    /// Whether it is about this operation or kind.
    pub fn is_of(&self, name: &str) -> bool {
        match self.of.split_once('*') {
            None => self.of == name,
            Some((before, after)) => {
                name.starts_with(before) && name.len() >= before.len() + after.len() && name.ends_with(after)
            }
        }
    }
}
