//! From a dotted path to what stands there.

use super::{Choice, Entry, Page, Written, pages, sections};
use crate::source::suggest;

/// What a path leads to.
#[derive(Clone, Debug)]
pub enum Found {
    Kind(Page),
    /// A field and its path in full.
    Field {
        path: String,
        entry: Box<Entry>,
    },
    /// A kind key of a field and its path in full.
    Choice {
        path: String,
        choice: Box<Choice>,
    },
}

/// That a path leads nowhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotFound {
    /// The path up to where it is right; empty if its first step is wrong.
    pub above: String,
    /// The step that is not there.
    pub step: String,
    /// What stands there instead.
    pub known: Vec<&'static str>,
    /// The nearest of them.
    pub meant: Option<&'static str>,
    /// The fields of kinds that have this name, each by its path.
    pub fields: Vec<String>,
}

/// Finds a kind (by either of its names), a field, a kind key, or a section of a stack: `rules`, `rule.targets.retry`,
/// `rules.targets.function.qualifier`, `tests.when`. Keys of the user's may stand in the path, as in
/// `rules.targets.audit.retry`, or be left out.
///
/// # Errors
/// A step is not there.
pub fn find(path: &str) -> Result<Found, NotFound> {
    let mut steps = path.split('.').filter(|step| !step.is_empty());
    let first = steps.next().unwrap_or_default();
    let pages = pages();
    let page = pages.iter().find(|page| [page.about.kind, page.about.singular].contains(&first));
    let (mut at, mut found) = match page {
        Some(page) => (page.about.kind.to_owned(), Found::Kind(page.clone())),
        None => match sections().into_iter().find(|section| section.key == first) {
            Some(entry) => {
                (first.to_owned(), Found::Field { path: first.to_owned(), entry: Box::new(entry) })
            }
            None => {
                let kinds = pages.iter().map(|page| page.about.kind);
                let known = kinds.chain(sections().into_iter().map(|section| section.key));
                let mut wrong = not_found("", first, known.collect());
                wrong.fields = paths_to(&pages, first);
                return Err(wrong);
            }
        },
    };
    let mut may_be_a_key = matches!(&found, Found::Field { entry, .. } if entry.written.each.is_some());
    for step in steps {
        let next = match &found {
            Found::Kind(page) => among(&page.fields, &[], step, &at),
            Found::Field { entry, .. } => below(&entry.written, step, &at),
            Found::Choice { choice, .. } => {
                below(&choice.written, step, &at).or_else(|| among(&choice.beside, &[], step, &at))
            }
        };
        match next {
            Some(next) => {
                at = format!("{at}.{step}");
                may_be_a_key = matches!(&next, Found::Field { entry, .. } if entry.written.each.is_some());
                found = next;
            }
            None if may_be_a_key => may_be_a_key = false,
            None => return Err(not_found(&at, step, keys(&found))),
        }
    }
    Ok(found)
}

fn below(written: &Written, step: &str, at: &str) -> Option<Found> {
    among(&written.inner, &written.choices, step, at)
        .or_else(|| written.choices.iter().find_map(|choice| among(&choice.beside, &[], step, at)))
}

fn among(fields: &[Entry], choices: &[Choice], step: &str, at: &str) -> Option<Found> {
    let path = format!("{at}.{step}");
    let choice = choices.iter().find(|choice| choice.key == step);
    if let Some(choice) = choice {
        return Some(Found::Choice { path, choice: Box::new(choice.clone()) });
    }
    let entry = fields.iter().find(|entry| entry.key == step)?;
    Some(Found::Field { path, entry: Box::new(entry.clone()) })
}

/// The fields of kinds that have a name: `functions.emits`.
fn paths_to(pages: &[Page], key: &str) -> Vec<String> {
    let having = pages.iter().filter(|page| page.fields.iter().any(|entry| entry.key == key));
    having.map(|page| format!("{}.{key}", page.about.kind)).collect()
}

/// What may stand below what was found, sorted.
pub fn keys(found: &Found) -> Vec<&'static str> {
    let of = |written: &Written| -> Vec<&'static str> {
        let inner = written.inner.iter().map(|entry| entry.key);
        let choices = written.choices.iter().flat_map(|choice| {
            std::iter::once(choice.key).chain(choice.beside.iter().map(|entry| entry.key))
        });
        inner.chain(choices).collect()
    };
    let mut keys = match found {
        Found::Kind(page) => page.fields.iter().map(|entry| entry.key).collect(),
        Found::Field { entry, .. } => of(&entry.written),
        Found::Choice { choice, .. } => {
            let beside = choice.beside.iter().map(|entry| entry.key);
            of(&choice.written).into_iter().chain(beside).collect()
        }
    };
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn not_found(above: &str, step: &str, known: Vec<&'static str>) -> NotFound {
    let meant = suggest(step, known.iter().copied());
    NotFound { above: above.to_owned(), step: step.to_owned(), known, meant, fields: Vec::new() }
}
