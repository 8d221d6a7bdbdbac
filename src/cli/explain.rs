//! `explain`: the reference of a kind or a field.

use std::path::Path;

use crate::reference::{self, NotFound};
use crate::report;
use crate::source::{code, codes, suggest};

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
        None => {
            let kinds = report::kinds_text(&reference::pages(), &reference::sections(), color, width);
            kinds + "\n" + &report::codes_text(codes().map(|code| code.name), color, width)
        }
        Some(word) => match (reference::find(word), code(word)) {
            (Ok(found), None) => report::reference_text(&found, color, width),
            // `region` is a key and a code.
            (Ok(found), Some(code)) => {
                report::reference_text(&found, color, width) + "\n" + &report::code_text(code, color, width)
            }
            (Err(_), Some(code)) => report::code_text(code, color, width),
            (Err(wrong), None) => match report::error_text(word, color, width) {
                Some(text) => text,
                None => return Err(Stop::Said(not_found(&wrong))),
            },
        },
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
        "" => format!("there is no kind `{}`, and no code of that name", wrong.step),
        above => format!("`{above}` has no `{}`", wrong.step),
    };
    let near = || suggest(&wrong.step, codes().map(|code| code.name));
    let meant = wrong.meant.or_else(|| near().filter(|_| wrong.above.is_empty()));
    let help = match (meant, wrong.known.as_slice()) {
        _ if !wrong.fields.is_empty() => {
            const TOLD: usize = 4;
            let told = wrong.fields.iter().take(TOLD).map(|path| format!("`{path}`"));
            format!("did you mean {}?", told.collect::<Vec<_>>().join(", "))
        }
        (Some(meant), _) => format!("did you mean `{meant}`?"),
        (None, []) => "nothing stands below it".into(),
        (None, known) => format!("there are {}", known.join(", ")),
    };
    format!("{what}\nhelp: {help}")
}
