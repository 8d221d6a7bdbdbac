//! What is wrong in a tree, and where in it.

use std::fmt;

use crate::source::{Data, Diagnostic, Node, Severity, Span};

/// One step from a value to a member of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// A member of a map.
    Key(String),
    /// An item of a list, from 0.
    Item(usize),
}

/// The way from a tree's root to a value in it. Empty: the root itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The path of a member of the map that stands here.
    pub fn key(&self, key: &str) -> Path {
        self.then(Step::Key(key.to_owned()))
    }

    /// The path of an item of the list that stands here.
    pub fn item(&self, index: usize) -> Path {
        self.then(Step::Item(index))
    }

    fn then(&self, step: Step) -> Path {
        Path(self.0.iter().cloned().chain([step]).collect())
    }

    /// Where it leads in a text, as far as it does.
    pub fn place(&self, node: &Node) -> Span {
        place(node, &self.0)
    }

    /// The keys on the way, without the positions in lists.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Item(_) => None,
        })
    }
}

fn place(node: &Node, path: &[Step]) -> Span {
    let Some((step, rest)) = path.split_first() else { return node.span };
    let below = match (step, &node.data) {
        (Step::Key(key), Data::Map(_)) => match node.entry(key) {
            // A key without anything below is what is wrong.
            Some(entry) if rest.is_empty() && entry.value.scalar().is_none() => return entry.key.span,
            entry => entry.map(|entry| &entry.value),
        },
        (Step::Item(index), Data::Seq(items)) => items.get(*index),
        _ => None,
    };
    below.map_or(node.span, |below| place(below, rest))
}

impl fmt::Display for Path {
    /// `detail.items[0].id`; the root is empty text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if i == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Item(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// A finding about a value in a tree.
#[derive(Clone, PartialEq, Debug)]
pub struct Problem {
    pub severity: Severity,
    /// Where, from the root of the tree that was given.
    pub path: Path,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// The reason that AWS gives when it refuses this, as far as its words are known.
    pub reason: Option<String>,
}

impl Problem {
    /// An error at a path.
    pub fn error(path: &Path, message: impl Into<String>) -> Problem {
        Problem {
            severity: Severity::Error,
            path: path.clone(),
            message: message.into(),
            help: None,
            reason: None,
        }
    }

    /// A warning at a path.
    pub fn warning(path: &Path, message: impl Into<String>) -> Problem {
        Problem { severity: Severity::Warning, ..Problem::error(path, message) }
    }

    /// Adds what to write instead.
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }

    /// Adds the reason that AWS gives.
    pub fn reason(mut self, reason: impl Into<String>) -> Problem {
        self.reason = Some(reason.into());
        self
    }

    /// The same in a tree that this one stands in, at a path.
    pub fn below(mut self, path: &Path) -> Problem {
        self.path = Path(path.0.iter().cloned().chain(self.path.0).collect());
        self
    }

    /// The finding that it is, under a code; its place is for whoever knows the text.
    pub fn finding(&self, code: &'static str) -> Diagnostic {
        let message = self.message.as_str();
        let finding = match self.severity {
            Severity::Error => Diagnostic::error(code, message),
            Severity::Warning => Diagnostic::warning(code, message),
            Severity::Note | Severity::Hint => Diagnostic::note(code, message),
        };
        match &self.help {
            Some(help) => finding.help(help.as_str()),
            None => finding,
        }
    }

    /// Whether it is an error and no mere warning.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.0.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}
