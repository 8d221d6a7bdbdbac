//! AWS's limits on tags, the same for every taggable service.

use crate::engine::Mark;
use crate::source::{Diagnostic, Findings, Span};

/// Characters of a tag's key and value.
const LONGEST_KEY: usize = 128;
const LONGEST_VALUE: usize = 256;
/// Tags of one resource.
const MOST: usize = 50;

/// Reports a tag that AWS would refuse, at its key; a value that is not known yet is not measured.
pub fn check_tag(key: &str, value: Option<&str>, at: Span, findings: &mut Findings) {
    let length = key.chars().count();
    if !(1..=LONGEST_KEY).contains(&length) {
        let message = format!("a tag's key has 1 to {LONGEST_KEY} characters; this one has {length}");
        findings.push(Diagnostic::error("tag_limit", message).at(at));
    }
    let length = value.map_or(0, |value| value.chars().count());
    if length > LONGEST_VALUE {
        let message = format!("a tag's value has at most {LONGEST_VALUE} characters; this one has {length}");
        findings.push(Diagnostic::error("tag_limit", message).at(at));
    }
}

/// What is wrong with so many tags of a user's on one resource, if anything is.
pub fn too_many_tags(count: usize) -> Option<Diagnostic> {
    let most = MOST - Mark::MOST_TAGS;
    (count > most).then(|| {
        let message = format!("{count} tags; a resource has room for {most}");
        let help = format!("AWS takes {MOST}, and the mark needs {} of them", Mark::MOST_TAGS);
        Diagnostic::error("tag_limit", message).help(help)
    })
}
