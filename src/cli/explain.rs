//! `explain`: the reference of a kind or a field.

use std::path::Path;

use crate::reference::{self, NotFound};
use crate::report;

use super::args::Explain;
use super::terminal::{Terminal, print};
use super::{Exit, Stop};

pub(super) fn run(args: &Explain, terminal: &Terminal) -> Result<Exit, Stop> {
    if let Some(folder) = &args.into {
        write(folder).map_err(|error| format!("cannot write to {}: {error}", folder.display()))?;
        return Ok(Exit::Done);
    }
    let (color, width) = (terminal.color_out, terminal.width);
    let text = match &args.path {
        None => report::kinds_text(&reference::pages(), color, width),
        Some(path) => {
            let found = reference::find(path).map_err(|wrong| Stop::Said(not_found(&wrong)))?;
            report::reference_text(&found, color, width)
        }
    };
    print(&text);
    Ok(Exit::Done)
}

/// Every page, and the list of them.
fn write(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let pages = reference::pages();
    std::fs::write(folder.join("README.md"), report::reference_index(&pages))?;
    for page in &pages {
        let name = format!("{}.md", page.about.kind);
        std::fs::write(folder.join(name), report::reference_markdown(page))?;
    }
    Ok(())
}

fn not_found(wrong: &NotFound) -> String {
    let what = match wrong.above.as_str() {
        "" => format!("there is no kind `{}`", wrong.step),
        above => format!("`{above}` has no `{}`", wrong.step),
    };
    let help = match (wrong.meant, wrong.known.as_slice()) {
        (Some(meant), _) => format!("did you mean `{meant}`?"),
        (None, []) => "nothing stands below it".into(),
        (None, known) => format!("there are {}", known.join(", ")),
    };
    format!("{what}\nhelp: {help}")
}
