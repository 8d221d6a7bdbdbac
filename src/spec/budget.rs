//! The bound on what splicing and interpolation may make of a file.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::source::{Diagnostic, Findings, Span};

/// Values that may be made of one stack, and bytes of text.
const MOST_NODES: u64 = 4_000_000;
const MOST_BYTES: u64 = 64 << 20;

/// What has been spent of the bound, shared by all scopes of a stack.
#[derive(Clone, Default)]
pub(super) struct Budget(Arc<Spent>);

#[derive(Default)]
struct Spent {
    nodes: AtomicU64,
    bytes: AtomicU64,
}

impl Budget {
    /// Counts values and text; false when there are too many, which is reported where the bound is
    /// crossed.
    pub fn spend(&self, nodes: u64, bytes: usize, span: Span, findings: &mut Findings) -> bool {
        let bytes = bytes as u64;
        let nodes = (self.0.nodes.fetch_add(nodes, Ordering::Relaxed), nodes, MOST_NODES);
        let bytes = (self.0.bytes.fetch_add(bytes, Ordering::Relaxed), bytes, MOST_BYTES);
        let crossed = |(before, more, most): (u64, u64, u64)| before <= most && before + more > most;
        if crossed(nodes) || crossed(bytes) {
            let message = format!(
                "the stack grows past {MOST_NODES} values or {} MiB of text by what it splices",
                MOST_BYTES >> 20
            );
            findings.push(Diagnostic::error("too_large", message).at(span));
        }
        nodes.0 + nodes.1 <= nodes.2 && bytes.0 + bytes.1 <= bytes.2
    }
}
