//! The log on stderr: calls at -vv, the SDK's own words at -vvv. Bodies are never in it.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use super::args::{Global, LogFormat};
use super::terminal::Terminal;

/// Starts the log that the flags ask for.
pub(super) fn start(global: &Global) {
    let (ours, others) = match global.verbose {
        0 | 1 => return,
        2 => (LevelFilter::DEBUG, LevelFilter::WARN),
        3 => (LevelFilter::TRACE, LevelFilter::DEBUG),
        _ => (LevelFilter::TRACE, LevelFilter::TRACE),
    };
    let targets = tracing_subscriber::filter::Targets::new()
        .with_default(others)
        .with_target(env!("CARGO_CRATE_NAME"), ours);
    // Its own words on a line that cannot be written would go to the same closed stderr, and panic there.
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).log_internal_errors(false);
    let layer = match global.log_format {
        LogFormat::Text => layer.with_ansi(Terminal::new(global).color_err).boxed(),
        LogFormat::Json => layer.json().boxed(),
    };
    let layer = layer.with_filter(targets).with_filter(crate::aws::log_filter());
    // A second start would be a second run in one process, which has its log already.
    let _ = tracing_subscriber::registry().with(layer).try_init();
}
