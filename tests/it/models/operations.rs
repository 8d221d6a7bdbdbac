//! Which operations change a resource of a kind, and where their members stand in its field table.

use super::own;

/// One of them.
pub struct Operation {
    pub kind: String,
    /// `service:Operation`.
    pub name: String,
    /// The path that its members stand below; empty for the top.
    at: String,
    /// Members that have another path in the table: those that begin so, and what they begin with there.
    renamed: Vec<(String, String)>,
}

impl Operation {
    /// Where a member stands in the field table.
    pub fn path(&self, member: &str) -> String {
        let renamed = self.renamed.iter().find_map(|(from, to)| {
            let rest = member.strip_prefix(from.as_str())?;
            (rest.is_empty() || rest.starts_with(['.', '['])).then(|| format!("{to}{rest}"))
        });
        renamed.unwrap_or_else(|| match self.at.as_str() {
            "" => member.to_owned(),
            at => format!("{at}.{member}"),
        })
    }
}

/// Every changing operation of every kind: `tests/models/operations.txt`.
pub fn operations() -> Vec<Operation> {
    let text = std::fs::read_to_string(own("tests/models/operations.txt")).expect("operations");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(operation).collect()
}

fn operation(line: &str) -> Operation {
    let mut words = line.split(' ').map(str::to_owned);
    let (kind, name) = (words.next().expect("a kind"), words.next().expect("an operation"));
    let at = words.next().filter(|at| at != ".").unwrap_or_default();
    let renamed = words.map(|word| {
        let (from, to) = word.split_once('=').expect("a member and its path");
        (from.to_owned(), to.to_owned())
    });
    Operation { kind, name, at, renamed: renamed.collect() }
}
