//! `man`: pages for `man(1)`.

use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;

use super::args::{Cli, ManArgs};
use super::terminal::print;
use super::{Exit, Stop};

pub(super) fn run(args: &ManArgs) -> Result<Exit, Stop> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    if let Some(folder) = &args.into {
        write(&program, folder).map_err(|error| format!("cannot write to {}: {error}", folder.display()))?;
        return Ok(Exit::Done);
    }
    let command = match &args.command {
        None => &program,
        Some(name) => {
            let known = || program.get_subcommands().map(|command| command.get_name());
            let found = program.find_subcommand(name);
            found.ok_or_else(|| {
                let near = crate::source::suggest(name, known());
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there are {}", known().collect::<Vec<_>>().join(", ")),
                };
                format!("there is no command `{name}`\nhelp: {help}")
            })?
        }
    };
    let mut page = Vec::new();
    manual(command).render(&mut page).map_err(|error| error.to_string())?;
    print(&String::from_utf8_lossy(&page));
    Ok(Exit::Done)
}

/// A page for the program and one for each command: `gatewayctl.1`, `gatewayctl-plan.1`.
fn write(program: &clap::Command, folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for command in std::iter::once(program).chain(program.get_subcommands()) {
        manual(command).generate_to(folder)?;
    }
    Ok(())
}

/// A page. A command has no version of its own: it is the program's.
fn manual(command: &clap::Command) -> Man {
    Man::new(command.clone())
        .source(concat!("gatewayctl ", env!("CARGO_PKG_VERSION")))
        .manual("gatewayctl manual")
}
