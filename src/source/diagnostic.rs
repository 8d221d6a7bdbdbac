//! What is wrong or worth saying, where, and what to write instead.

use std::collections::{BTreeMap, BTreeSet};

use super::span::Span;

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is done until it is mended.
    Error,
    /// Probably not what is meant.
    Warning,
    /// Worth knowing.
    Note,
    /// What could be better: `validate` tells all of a kind in one line, and no other command does.
    Hint,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable name of the rule, in snake_case: `duplicate_key`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where; none when no text is to blame.
    pub span: Option<Span>,
    /// What is said under the span; may be empty.
    pub label: String,
    /// Other places that matter and what is to be seen there.
    pub related: Vec<(Span, String)>,
    /// What to write instead.
    pub help: Option<String>,
    /// The address of the resource it is about.
    pub address: Option<String>,
    /// What stands at these places is a secret, and drawn by no finding of the run.
    pub hidden: Vec<Span>,
}

impl Diagnostic {
    /// A finding that stops the run.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A finding that does not stop the run.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// Something worth knowing.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    /// What could be better.
    pub fn hint(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Hint, code, message)
    }

    fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        // Unit tests make findings of their own.
        debug_assert!(cfg!(test) || super::code(code).is_some(), "`{code}` has no row in codes.txt");
        Diagnostic {
            code,
            severity,
            message: message.into(),
            span: None,
            label: String::new(),
            related: Vec::new(),
            help: None,
            address: None,
            hidden: Vec::new(),
        }
    }

    /// Where it is.
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// What is said under the span.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Another place that matters.
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }

    /// What to write instead.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What stands at a place is a secret: no finding of the run draws it.
    pub fn hide(mut self, span: Span) -> Self {
        self.hidden.push(span);
        self
    }

    /// The resource it is about.
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }
}

/// All findings of one run, in the order of their places (those without one first); the same
/// finding at the same place is kept once.
///
/// After [`Findings::KEPT`] findings the rest are only counted: a hostile file must not fill
/// memory or the screen.
#[derive(Default, Debug)]
pub struct Findings {
    kept: Kept,
    unseen: [usize; 3],
    /// Apart from the others: they are told in another way.
    hints: Kept,
    allowed: usize,
    /// Where secrets stand, whether the finding that says so is kept or not.
    hidden: BTreeSet<Span>,
}

type Kept = BTreeMap<(Option<Span>, &'static str, String), Diagnostic>;

impl Findings {
    /// How many findings are kept in full.
    pub const KEPT: usize = 1_000;

    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.hidden.extend(&diagnostic.hidden);
        let key = (diagnostic.span, diagnostic.code, diagnostic.message.clone());
        if diagnostic.severity == Severity::Hint {
            if self.hints.len() < Self::KEPT {
                self.hints.entry(key).or_insert(diagnostic);
            }
        } else if self.kept.len() < Self::KEPT {
            self.kept.entry(key).or_insert(diagnostic);
        } else if !self.kept.contains_key(&key) {
            self.unseen[diagnostic.severity as usize] += 1;
        }
    }

    /// What stands at a place is a secret, of which there need be no finding: no finding of the run draws it.
    pub fn hide(&mut self, span: Span) {
        self.hidden.insert(span);
    }

    /// Takes in what was found apart, each finding as the function has it.
    pub fn take_in(&mut self, own: &Findings, finding: impl Fn(&Diagnostic) -> Diagnostic) {
        self.hidden.extend(&own.hidden);
        self.extend(own.iter().chain(own.hints()).map(finding));
    }

    /// How many errors there are, those that were only counted included.
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    /// How many findings of a severity there are, those that were only counted included.
    pub fn count(&self, severity: Severity) -> usize {
        if severity == Severity::Hint {
            return self.hints.len();
        }
        let kept = self.iter().filter(|d| d.severity == severity).count();
        kept + self.unseen[severity as usize]
    }

    /// How many findings were counted but not kept.
    pub fn unseen(&self) -> usize {
        self.unseen.iter().sum()
    }

    /// Whether anything stops the run.
    pub fn has_errors(&self) -> bool {
        self.errors() > 0
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Keeps the findings that the function says yes to.
    pub fn retain(&mut self, keep: impl Fn(&Diagnostic) -> bool) {
        self.kept.retain(|_, diagnostic| keep(diagnostic));
    }

    /// Takes away the findings, hints too, that the function says are allowed.
    pub fn allow(&mut self, is_allowed: impl Fn(&Diagnostic) -> bool) {
        let before = self.kept.len() + self.hints.len();
        self.kept.retain(|_, diagnostic| !is_allowed(diagnostic));
        self.hints.retain(|_, diagnostic| !is_allowed(diagnostic));
        self.allowed += before - self.kept.len() - self.hints.len();
    }

    /// How many findings were taken away because they are allowed.
    pub fn allowed(&self) -> usize {
        self.allowed
    }

    /// Where text stands that is not drawn.
    pub fn hidden(&self) -> &BTreeSet<Span> {
        &self.hidden
    }

    /// The hints in order, which are none of the other findings.
    pub fn hints(&self) -> impl Iterator<Item = &Diagnostic> {
        self.hints.values()
    }

    /// The findings in order.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.kept.values()
    }
}

impl Extend<Diagnostic> for Findings {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        diagnostics.into_iter().for_each(|d| self.push(d));
    }
}

/// The known word that an unknown one was probably meant to be, if any is near enough: a third
/// of its letters may differ; case, `_` and `-` do not count.
pub fn suggest<'a>(word: &str, among: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Longer words are not typing errors, and the distance takes the product of the lengths.
    const LONGEST: usize = 128;
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let fold = |s: &str| -> String {
        let letters = s.chars().filter(|c| !matches!(c, '_' | '-'));
        letters.flat_map(char::to_lowercase).collect()
    };
    let wanted = fold(word);
    let length = wanted.chars().count();
    let bound = (length / 3).max(1);
    among
        .into_iter()
        .filter(|known| known.len() <= LONGEST && *known != word)
        .filter_map(|known| {
            let folded = fold(known);
            let letters = folded.chars().count();
            // The distance is no less than that of the lengths, which is told at once.
            let distance = (letters.abs_diff(length) <= bound)
                .then(|| strsim::damerau_levenshtein(&wanted, &folded))
                .filter(|distance| *distance <= bound && *distance < letters)?;
            Some((distance, known))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::super::span::FileId;
    use super::*;

    fn at(start: u32) -> Span {
        Span::new(FileId(0), start, start + 1)
    }

    #[test]
    fn findings_come_in_the_order_of_their_places_and_once() {
        let mut findings = Findings::default();
        findings.push(Diagnostic::error("b", "late").at(at(9)));
        findings.push(Diagnostic::warning("a", "early").at(at(2)));
        findings.push(Diagnostic::error("b", "late").at(at(9)));
        findings.push(Diagnostic::error("c", "nowhere"));
        let order: Vec<_> = findings.iter().map(|d| d.message.as_str()).collect();
        assert_eq!(order, ["nowhere", "early", "late"]);
        assert_eq!(findings.errors(), 2);
        assert!(findings.has_errors());
    }

    #[test]
    fn findings_past_the_bound_are_counted() {
        let mut findings = Findings::default();
        findings.extend((0..1_500).map(|i| Diagnostic::error("x", "y").at(at(i))));
        assert_eq!(findings.iter().count(), Findings::KEPT);
        assert_eq!((findings.errors(), findings.unseen()), (1_500, 500));
    }

    #[test]
    fn only_near_words_are_suggested() {
        let known = ["orders", "partition_key", "bus", "dead_letter"];
        let near = |word| suggest(word, known);
        assert_eq!(near("ordrs"), Some("orders"));
        assert_eq!(near("Orders"), Some("orders"));
        assert_eq!(near("partitionKey"), Some("partition_key"));
        assert_eq!(near("dead-letter"), Some("dead_letter"));
        assert_eq!(near("buss"), Some("bus"));
        assert_eq!(near("customers"), None);
        assert_eq!(near("x"), None);
        assert_eq!(near(""), None);
        assert_eq!(near(&"o".repeat(1_000_000)), None);
    }
}
