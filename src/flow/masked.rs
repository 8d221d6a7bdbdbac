//! Traces, and what came of tests, as they are shown: with a word in the place of each secret. What is followed and
//! compared is what stands there.

use serde_json::Value as Json;

use crate::kinds::secret::{OTHER, SHOWN, masked, masked_text};

use super::case::{Failure, Ran, Reason, Why};
use super::passing::HttpRequest;
use super::trace::Hop;
use super::transform::evaluate::Outcome;

impl Hop {
    /// The same way with a word in the place of each secret.
    pub fn masked(&self, word: &str) -> Hop {
        let texts = |texts: &[String]| texts.iter().map(|text| masked_text(None, text, word)).collect();
        Hop {
            at: self.at.clone(),
            by: self.by.clone(),
            payload: self.payload.as_ref().map(|payload| payload.masked(word)),
            verdict: self.verdict.clone().map(|verdict| verdict.masked(word)),
            request: self.request.as_ref().map(|request| request.masked(word)),
            answer: self.answer.clone().map(|answer| masked(answer, word)),
            is_unsaid: self.is_unsaid,
            stops: self.stops,
            notes: texts(&self.notes),
            problems: texts(&self.problems),
            next: self.next.iter().map(|next| next.masked(word)).collect(),
        }
    }
}

impl HttpRequest {
    /// The same request with a word in the place of each secret.
    pub fn masked(&self, word: &str) -> HttpRequest {
        let header = |(name, value): &(String, String)| (name.clone(), masked_text(Some(name), value, word));
        HttpRequest {
            method: self.method.clone(),
            url: masked_text(None, &self.url, word),
            headers: self.headers.iter().map(header).collect(),
            body: masked_text(None, &self.body, word),
        }
    }
}

impl Outcome {
    fn masked(&self, word: &str) -> Outcome {
        let text = |text: &String| masked_text(None, text, word);
        match self {
            Outcome::Delivered { payload, notes } => {
                Outcome::Delivered { payload: text(payload), notes: notes.iter().map(text).collect() }
            }
            Outcome::Nothing { made, why } => Outcome::Nothing { made: text(made), why: text(why) },
        }
    }
}

impl Ran {
    /// The same with a word in the place of each secret.
    pub fn masked(&self) -> Ran {
        Ran {
            name: self.name.clone(),
            path: self.path.clone(),
            way: self.way.masked(SHOWN),
            failures: self.failures.iter().map(Failure::masked).collect(),
        }
    }
}

impl Failure {
    fn masked(&self) -> Failure {
        let shown = |got: &Json| masked(got.clone(), SHOWN);
        match self.clone() {
            Failure::Missing { to, gets, reasons } => {
                Failure::Missing { to, gets, reasons: reasons.into_iter().map(Reason::masked).collect() }
            }
            Failure::Differs { to, wanted, got } => {
                let (got, shown) = (shown(&got), shown(&wanted));
                // Otherwise nothing would differ.
                let wanted = if got == shown { masked(wanted, OTHER) } else { shown };
                Failure::Differs { to, wanted, got }
            }
            Failure::NoMatch { to, verdict, got } => {
                Failure::NoMatch { to, verdict: Box::new(verdict.masked(SHOWN)), got: shown(&got) }
            }
            Failure::Surplus { to, got } => Failure::Surplus { to, got: shown(&got) },
            Failure::Never { to, got } => Failure::Never { to, got: shown(&got) },
            Failure::Cannot { at, why } => Failure::Cannot { at, why: masked_text(None, &why, SHOWN) },
        }
    }
}

impl Reason {
    fn masked(self) -> Reason {
        let text = |text: String| masked_text(None, &text, SHOWN);
        let why = match self.why {
            Why::Refused(verdict) => Why::Refused(verdict.masked(SHOWN)),
            Why::Undelivered { by, made, why } => Why::Undelivered { by, made: text(made), why: text(why) },
            Why::Stopped(notes) => Why::Stopped(notes.into_iter().map(text).collect()),
            Why::Unsaid => Why::Unsaid,
        };
        Reason { why, ..self }
    }
}

/// Whether something is what a test wants, which names a secret in it as it stands there, or by the word for it.
pub(super) fn is_as_wanted(got: &Json, wanted: &Json) -> bool {
    got == wanted || agrees(got, &masked(got.clone(), SHOWN), wanted)
}

fn agrees(got: &Json, shown: &Json, wanted: &Json) -> bool {
    match (got, shown, wanted) {
        (Json::Object(got), Json::Object(shown), Json::Object(wanted)) => {
            let agrees = |(key, got): (&String, &Json)| match (shown.get(key), wanted.get(key)) {
                (Some(shown), Some(wanted)) => agrees(got, shown, wanted),
                _ => false,
            };
            got.len() == wanted.len() && got.iter().all(agrees)
        }
        (Json::Array(got), Json::Array(shown), Json::Array(wanted)) => {
            let mut all = got.iter().zip(shown).zip(wanted);
            got.len() == wanted.len() && all.all(|((got, shown), wanted)| agrees(got, shown, wanted))
        }
        (got, shown, wanted) => got == wanted || shown == wanted,
    }
}
