//! Which events of libraries may be logged.

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterFn, filter_fn};

/// Drops the events that carry bodies: everything at level TRACE that is not this crate's own.
///
/// At TRACE the SDK prints whole requests and answers (`aws_smithy_runtime::client::orchestrator` and
/// `…::orchestrator::http`), the headers with the session token
/// (`aws_sigv4::http_request::sign`) and typed answers; hyper prints what it buffers. At DEBUG and
/// above they print endpoints, durations and request ids. A layer that writes log lines anywhere must
/// have this filter, whatever level is asked for.
pub fn log_filter() -> FilterFn<fn(&Metadata<'_>) -> bool> {
    filter_fn(carries_no_body)
}

fn carries_no_body(event: &Metadata<'_>) -> bool {
    let ours = event.target().split("::").next() == Some(env!("CARGO_CRATE_NAME"));
    ours || *event.level() < Level::TRACE
}
