//! `enrichment`: what adds to a batch before it goes on.

use crate::engine::Form;
use crate::engine::field::RefTo;
use crate::kinds::{Lowering, RoleFor};

use super::called::{self, Called, answered, plain, qualified, route, unchecked};
use super::fields;

pub(super) const KINDS: &[Called] = &[
    Called {
        key: "function",
        to: RefTo::checked(&["functions"], "arn"),
        block: "",
        rows: fields::BY_FUNCTION,
        batch: 0,
        arn: qualified,
        grant: answered,
        check: unchecked,
    },
    Called {
        key: "state_machine",
        to: RefTo::checked(&["state_machines"], "arn"),
        block: "",
        rows: fields::PLAIN,
        batch: 0,
        arn: plain,
        grant: answered,
        check: unchecked,
    },
    Called {
        key: "api_destination",
        to: RefTo::checked(&["api_destinations"], "arn"),
        block: "HttpParameters",
        rows: fields::HTTP,
        batch: 0,
        arn: plain,
        grant: answered,
        check: unchecked,
    },
    Called {
        key: "api",
        to: RefTo::checked(&["apis"], "execution_arn"),
        block: "HttpParameters",
        rows: fields::TO_API,
        batch: 0,
        arn: route,
        grant: answered,
        check: unchecked,
    },
];

/// How an enrichment is written.
pub fn form() -> Form {
    called::form(KINDS)
}

/// Lowers `enrichment`.
pub fn lower(own: &mut Lowering<'_>, role: Option<&RoleFor>) {
    let Some((_, node)) = own.take("enrichment") else { return };
    called::lower(own, &node, KINDS, ("Enrichment", "EnrichmentParameters"), role);
}
