//! Updates that are refused by a plan: AWS would take them although others rely on what is live, or refuse them only when
//! they are made.

use crate::source::Span;

/// Why a resource is not changed as it is wished for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// What kind of refusal, for machines.
    pub code: &'static str,
    /// Where the change is written.
    pub at: Span,
    pub message: String,
    /// What to write instead.
    pub help: String,
}
