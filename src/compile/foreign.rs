//! Statements that policies of others need, printed for their owners.

use crate::engine::{Graph, OutputRef};
use crate::kinds::Foreign;
use crate::source::{Diagnostic, Findings};

use super::derive;

/// Says of each what its owner has to add. Must run when derived outputs can be told.
pub fn note(graph: &Graph, foreign: &[Foreign], findings: &mut Findings) {
    if foreign.is_empty() {
        return;
    }
    let known = derive::derived(graph);
    let lookup = |output: &OutputRef| known.get(output).cloned();
    for one in foreign {
        let on = one.on.resolve(&lookup).to_shown_json();
        let statement = one.statement.resolve(&lookup).to_shown_json();
        let on = on.as_str().unwrap_or("what is named here");
        findings.push(
            Diagnostic::note(
                "foreign_policy",
                format!("`{on}` belongs to others, whose policy must allow this"),
            )
            .at(one.at)
            .label("never written on from here")
            .help(format!("its owner adds the statement {statement}"))
            .address(one.grantee.to_string()),
        );
    }
}
