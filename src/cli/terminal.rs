//! What the terminal can do, and what the user wants of it.

#[cfg(feature = "aws")]
use std::io::IsTerminal;
use std::io::Write;

use anstream::{AutoStream, ColorChoice};

use super::args::{Color, Global};

/// How to write to stdout and stderr.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    pub color_out: bool,
    pub color_err: bool,
    /// In characters.
    pub width: usize,
    /// Findings go to stdout too, as workflow commands.
    pub annotates: bool,
    /// Somebody can be asked.
    #[cfg(feature = "aws")]
    pub interactive: bool,
    /// Progress may be redrawn in place.
    #[cfg(feature = "aws")]
    pub redraw: bool,
}

impl Terminal {
    /// Looks at the streams, the environment (NO_COLOR, CLICOLOR_FORCE, CI) and the flags.
    pub fn new(global: &Global) -> Terminal {
        let choose = |auto: ColorChoice| match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => auto != ColorChoice::Never,
        };
        #[cfg(feature = "aws")]
        let in_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        let said = || std::env::var("COLUMNS").ok()?.parse().ok();
        let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = width.or_else(said).unwrap_or(100);
        #[cfg(feature = "aws")]
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Terminal {
            color_out: choose(AutoStream::choice(&std::io::stdout())),
            color_err: choose(AutoStream::choice(&std::io::stderr())),
            width: width.clamp(40, 200),
            annotates: false,
            #[cfg(feature = "aws")]
            interactive: !global.no_input
                && !in_ci
                && std::io::stdin().is_terminal()
                && std::io::stderr().is_terminal(),
            #[cfg(feature = "aws")]
            redraw: std::io::stderr().is_terminal() && !in_ci && !dumb,
        }
    }

    /// Asks a question on stderr and reads one line. Nothing at the end of input.
    #[cfg(feature = "aws")]
    pub fn ask(&self, question: &str) -> Option<String> {
        let mut terminal = std::io::stderr();
        write!(terminal, "{question} ").and_then(|()| terminal.flush()).ok()?;
        let mut line = String::new();
        match std::io::stdin().read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(line.trim().to_owned()),
        }
    }
}

/// Writes to stdout. A reader that has gone away ends the program quietly, as every filter does.
pub fn print(text: &str) {
    if !written(text) {
        std::process::exit(super::Exit::Done as i32);
    }
}

/// Writes to stdout: whether there is still a reader.
pub fn written(text: &str) -> bool {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_ok()
}

/// Writes a line to stderr. Where nobody reads there any more, as when the terminal was closed, what is being done goes
/// on; `eprintln!` would end it in the middle, and stands nowhere.
macro_rules! say {
    () => {
        say!("")
    };
    ($($line:tt)*) => {{
        let _ = std::io::Write::write_fmt(
            &mut std::io::stderr().lock(),
            format_args!("{}\n", format_args!($($line)*)),
        );
    }};
}
pub(super) use say;
