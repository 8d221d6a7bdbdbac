//! What a plan cannot speak of: facets and kinds that could not be read, values that AWS never shows.

use super::facts::Facts;
use super::page::{Page, piece};
use super::style::Label;
use crate::diff::Why;
use crate::plan::{Action, Plan, Unshown};

/// How many entries of a list are shown.
const SHOWN: usize = 10;

/// How a value that cannot be compared is written although nothing is seen to differ.
pub(super) const SEND_AGAIN: &str =
    "A new `version:` beside the secret's `from:`, or `apply --rotate ADDRESS`, sends it again.";

/// Whether something that can be compared was not.
pub(super) fn is_unseen(plan: &Plan) -> bool {
    !plan.is_complete()
}

/// Values that nothing but the mark's version speaks for, with that version: of resources that are
/// live, and not written by this plan.
pub(super) fn not_comparable(plan: &Plan) -> Vec<(&Unshown, Option<&str>)> {
    let applied = plan.unshown.iter().filter_map(|unshown| {
        let planned = plan.planned(&unshown.address)?;
        let stays = matches!(planned.action, Action::Keep | Action::Update) && planned.live.is_some();
        let written = planned.rotates || planned.change.leaves().any(|leaf| leaf.why == Why::Hidden);
        (stays && !written).then(|| (unshown, Facts::new(planned).recorded_version()))
    });
    applied.collect()
}

/// What cannot be spoken of, in sentences.
pub(super) struct Unseen {
    /// What could have been compared and was not.
    pub unread: Vec<String>,
    /// What could not be searched.
    pub unlisted: Vec<String>,
    pub not_comparable: Vec<String>,
    /// How the orphans were searched for, if that is worth telling.
    pub search: Option<String>,
}

impl Unseen {
    pub fn of(plan: &Plan) -> Unseen {
        let unread = plan
            .unread
            .iter()
            .map(|unread| format!("Not readable: {} {} ({})", unread.address, unread.path, unread.reason));
        let unlisted = plan
            .unlisted
            .iter()
            .map(|unlisted| format!("Not searched for orphans: {} ({})", unlisted.kind, unlisted.error));
        let hidden = not_comparable(plan).into_iter().map(|(unshown, version)| {
            let how = match version {
                Some(version) => format!("version {} applied", version.chars().take(8).collect::<String>()),
                None => "no version recorded".to_owned(),
            };
            format!("Not comparable: {} {} (AWS never shows it; {how})", unshown.address, unshown.path)
        });
        let search = (plan.described > 0).then(|| {
            let looked_at = super::plan_text::counted(plan.described, "resource");
            format!("Orphan search: {looked_at} looked at one by one, because lists do not show their marks.")
        });
        Unseen {
            unread: unread.collect(),
            unlisted: unlisted.collect(),
            not_comparable: hidden.collect(),
            search,
        }
    }
}

impl Unseen {
    /// What could have been compared or searched and was not.
    pub fn missed(&self) -> impl Iterator<Item = &String> {
        self.unread.iter().chain(&self.unlisted)
    }
}

/// Writes these lists, if there is anything in them.
pub(super) fn write_unseen(page: &mut Page, plan: &Plan) {
    let unseen = Unseen::of(plan);
    write_list(page, Label::Warning, &unseen.unread);
    write_list(page, Label::Warning, &unseen.unlisted);
    write_list(page, Label::Dim, &unseen.not_comparable);
    if !unseen.not_comparable.is_empty() {
        page.prose(0, Label::Dim, SEND_AGAIN);
    }
    if let Some(search) = unseen.search {
        page.blank();
        page.prose(0, Label::Dim, &search);
    }
}

fn write_list(page: &mut Page, label: Label, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    page.blank();
    for line in lines.iter().take(SHOWN) {
        page.prose(0, label, line);
    }
    if lines.len() > SHOWN {
        page.line(0, &[piece(label, format!("… and {} more", lines.len() - SHOWN))]);
    }
}
