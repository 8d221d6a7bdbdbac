//! Findings without the secrets that they hide: a message may say what stands in the file.

use super::diagnostic::{Diagnostic, Findings};
use super::span::{Sources, Span};

/// What stands in the place of a secret in a message.
const SHOWN: &str = "***";
/// Shorter texts stand in many words.
const SHORTEST: usize = 6;

/// The texts of a run's secrets.
struct Veil {
    /// The longest first: one may be part of another.
    texts: Vec<String>,
}

impl Veil {
    /// The veil over what findings hide.
    fn of<'s>(sources: &Sources, hidden: impl IntoIterator<Item = &'s Span>) -> Veil {
        let text = |span: &Span| {
            let text = sources.text(span.file).get(span.start as usize..span.end as usize)?.trim();
            let quoted = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
            let text = quoted('"').or_else(|| quoted('\'')).unwrap_or(text);
            (text.len() >= SHORTEST).then(|| text.to_owned())
        };
        let mut texts: Vec<String> = hidden.into_iter().filter_map(text).collect();
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Veil { texts }
    }

    fn over(&self, said: &str) -> String {
        let without = |said: String, text: &String| {
            // A word may stand for itself, as in a default `offline`: there only what is quoted is the file's.
            let is_word = text.chars().all(|c| c.is_alphabetic() || c == '-' || c == '_');
            match (said.contains(text.as_str()), is_word) {
                (false, _) => said,
                (true, false) => said.replace(text.as_str(), SHOWN),
                (true, true) => said.replace(&format!("`{text}`"), &format!("`{SHOWN}`")),
            }
        };
        self.texts.iter().fold(said.to_owned(), without)
    }

    fn finding(&self, finding: &Diagnostic) -> Diagnostic {
        Diagnostic {
            message: self.over(&finding.message),
            label: self.over(&finding.label),
            help: finding.help.as_deref().map(|help| self.over(help)),
            related: finding.related.iter().map(|(span, label)| (*span, self.over(label))).collect(),
            ..finding.clone()
        }
    }
}

impl Findings {
    /// The findings in order, as they are told: no message has a secret of the run in it.
    pub fn told(&self, sources: &Sources) -> impl Iterator<Item = Diagnostic> {
        let veil = Veil::of(sources, self.hidden());
        self.iter().map(move |finding| veil.finding(finding))
    }

    /// The hints in order, likewise.
    pub fn told_hints(&self, sources: &Sources) -> impl Iterator<Item = Diagnostic> {
        let veil = Veil::of(sources, self.hidden());
        self.hints().map(move |finding| veil.finding(finding))
    }
}
