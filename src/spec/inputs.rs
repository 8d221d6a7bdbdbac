//! What comes from outside the file: flags, parameters, the process environment, other files.

use std::io;
use std::path::{Path, PathBuf};

use super::stored::Answers;

/// Reads a variable of an environment.
pub type ReadVariable = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;
/// Reads a file.
pub type ReadFile = Box<dyn Fn(&Path) -> io::Result<Vec<u8>> + Send + Sync>;

/// Everything outside the stack file that its meaning depends on. It has no `Debug`: parameters may
/// be secret.
pub struct Inputs {
    /// `--env NAME`.
    pub env: Option<String>,
    /// `--param KEY=VALUE`, in order; of two equal keys the last stands.
    pub params: Vec<(String, String)>,
    /// `--params FILE`: name and text, YAML or JSON, in order; later files stand over earlier ones
    /// and `--param` over all of them.
    pub params_files: Vec<(String, String)>,
    /// `--region`.
    pub region: Option<String>,
    /// The region of the AWS configuration, asked last.
    pub fallback_region: Option<String>,
    /// The account, where it is known already.
    pub account: Option<String>,
    /// What the run works on.
    pub mode: Mode,
    /// The stack file's folder; `file:` paths are relative to it.
    pub base: PathBuf,
    /// A variable of the process environment.
    pub environment: ReadVariable,
    /// A file's content.
    pub read_file: ReadFile,
    /// What the stores of AWS answered; nothing as long as nobody has asked them.
    pub stores: Option<Answers>,
}

/// What a run works on: it decides where a parameter's `default` stands and what may stay unsaid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// No account: `validate`, `plan --offline`. Defaults stand.
    Offline,
    /// The embedded account. Defaults stand where the source has nothing.
    Local,
    /// A real account. A default beside `from` does not stand, nor that of a secret.
    Live,
}

impl Inputs {
    /// Inputs from the process: its environment and its files, everything else unset.
    pub fn of_process(base: PathBuf, mode: Mode) -> Inputs {
        Inputs {
            env: None,
            params: Vec::new(),
            params_files: Vec::new(),
            region: None,
            fallback_region: None,
            account: None,
            mode,
            base,
            environment: Box::new(|name| std::env::var(name).ok()),
            read_file: Box::new(|path| std::fs::read(path)),
            stores: None,
        }
    }
}
