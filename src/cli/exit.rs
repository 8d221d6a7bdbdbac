//! Exit statuses.

/// How the program ends. No library's own status leaks through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Exit {
    /// Done, or no changes.
    Done = 0,
    /// Failed, declined, or refused; no match, nothing delivered.
    Failed = 1,
    /// Changes are present; only with `--detailed-exitcode`.
    Changes = 2,
    /// Applied in part, or not converged.
    Partial = 3,
    /// Wrong usage.
    Usage = 64,
    /// A pattern, template or event that is not valid.
    Invalid = 65,
    /// Ended by Ctrl-C.
    Interrupted = 130,
    /// Ended by SIGTERM.
    Terminated = 143,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> std::process::ExitCode {
        std::process::ExitCode::from(exit as u8)
    }
}

/// The table for `--help`.
pub const HELP: &str = "\
Exit status:
    0  done, or no changes
    1  failed, declined, or refused; no match (match), nothing delivered (transform)
    2  changes present (plan with --detailed-exitcode)
    3  applied in part, or not converged
   64  wrong usage
   65  invalid pattern, template or event (match, transform, trace, send)
  130  interrupted (Ctrl-C); 143 terminated";
