//! The plan as GitHub-flavoured markdown, for a comment on a pull request.
//!
//! What goes stands first and is the last to be cut: first to bare addresses, then to as many of those as there is
//! room for, and how many are not listed. A share of the room is kept for what stands against the plan and what was
//! not seen. Of the rest there is as much as fits, and what was cut is told. The first line is a comment that a bot
//! finds its own comment by.

use super::addresses::addresses;
use super::budget::{Part, fit};
use super::escape::{code, comment, fenced, html, html_code, markdown};
use super::instances::Own;
use super::links::Files;
use super::page::{Page, Piece};
use super::plan_text::{
    View, against, counted, floor, more_like_this, new_outputs, part, verdict, write_outputs,
};
use super::resource::{Scene, Sign, goes_because, has_own_name};
use super::style::Label;
use super::tree::{Branch, Section, goes, tree};
use super::unseen::{SEND_AGAIN, Unseen};
use crate::plan::{Action, Finding, Plan, Planned};
use crate::source::{Sources, Span};

/// The longest comment that GitHub takes, in characters. Counted in bytes here, which are never fewer.
pub const MOST_BYTES: usize = 65_536;

/// How wide a block of changes is, in characters.
const WIDTH: usize = 100;
/// How many lines of a resource's changes are shown where there is no room for all of them.
const SOME_LINES: usize = 20;
/// How many of the resources that are like another are named where there is no room for all of them.
const SOME_NAMES: usize = 10;
/// How many bytes are kept for telling what was cut.
const TOLD: usize = 800;
/// How many bytes are kept for refusals and what was not seen, before what goes gets all; a quarter of a smaller room.
const KEPT: usize = 8_192;
/// What stands over the branches.
const CHANGES: &str = "\n#### Changes\n\n";
/// What room is kept for, and what goes.
const RANK_KEPT: u8 = 0;
const RANK_GOING: u8 = 1;
/// Refusals that no room is kept for; then what was not seen, then warnings.
const RANK_REFUSAL: u8 = 2;
/// How long a sentence may be, in characters.
const SENTENCE: usize = 400;

/// The plan as markdown, of at most so many bytes ([`MOST_BYTES`] if that is less).
pub fn plan_markdown(plan: &Plan, sources: &Sources, files: &Files, most: usize) -> String {
    within(plan, sources, files, most.min(MOST_BYTES))
}

/// The plan as markdown, with nothing cut.
pub(super) fn whole_markdown(plan: &Plan, sources: &Sources, files: &Files) -> String {
    within(plan, sources, files, usize::MAX)
}

fn within(plan: &Plan, sources: &Sources, files: &Files, most: usize) -> String {
    let scene = Scene::new(plan, sources, View { width: WIDTH, ..View::default() });
    Markdown { plan, sources, files, scene }.write(most)
}

/// What a part tells of.
enum What {
    /// Everything that goes.
    Going,
    /// A branch: how many resources it is about, what happens to them, and whether they are listed above.
    Change { resources: usize, word: &'static str, listed: bool },
    /// One of several: `warning`.
    One(&'static str),
    /// What stands over the parts up to the next title, if there is any of them; empty over the others.
    Title,
}

struct Markdown<'a> {
    plan: &'a Plan,
    sources: &'a Sources,
    files: &'a Files,
    scene: Scene<'a>,
}

impl Markdown<'_> {
    fn write(&self, most: usize) -> String {
        let head = self.head();
        let mut room = most.saturating_sub(head.len() + TOLD);
        loop {
            let out = self.within(room, &head, most);
            // The line breaks between parts are counted when they stand there.
            match out.len().saturating_sub(most) {
                0 => return out,
                _ if room == 0 => return out,
                over => room = room.saturating_sub(over),
            }
        }
    }

    /// The head, and parts of so many bytes.
    fn within(&self, room: usize, head: &str, most: usize) -> String {
        let parts = self.parts(room);
        let taken = fit(&parts, room);
        let mut out = head.to_owned();
        // Lists are separated from what follows them.
        let mut in_list = false;
        // No title stands over nothing.
        let mut title = "";
        for (part, way) in parts.iter().zip(&taken) {
            let text = &part.ways[*way];
            if let What::Title = part.what {
                title = text;
                continue;
            }
            if text.is_empty() {
                continue;
            }
            for text in [std::mem::take(&mut title), text] {
                in_list = joined(&mut out, text, in_list);
            }
        }
        if let Some(cut) = cut(&parts, &taken) {
            let text = format!("\n**Cut to {most} bytes.** {cut}\n");
            out.push_str(&text);
        }
        out
    }

    /// The marker, the verdict, and what the plan is about.
    fn head(&self) -> String {
        let plan = self.plan;
        let owner = &plan.owner;
        let env = owner.env.as_ref().map(|env| format!(", environment {}", code(env)));
        let mut head = format!(
            "<!-- gatewayctl plan {} -->\n### {}\n\nStack {}{}, account {}, region {}\n\n",
            comment(&owner.to_string()),
            verdict(plan).iter().map(spoken).collect::<String>(),
            code(&owner.stack),
            env.unwrap_or_default(),
            code(&shortened(&plan.place.account)),
            code(&plan.place.region),
        );
        if let Some(against) = against(plan) {
            head.push_str(&format!("{}\n\n", markdown(&shortened(&against))));
        }
        if let Some(part) = part(plan) {
            head.push_str(&format!("{}\n\n", markdown(&shortened(&part))));
        }
        if let Some(text) = floor(plan) {
            head.push_str(&format!("{}\n\n", markdown(&text)));
        }
        head
    }

    fn parts(&self, room: usize) -> Vec<Part<What>> {
        let plan = self.plan;
        let mut parts = Vec::new();
        let unseen = Unseen::of(plan);
        let refusals: Vec<String> = plan.refusals.iter().map(|finding| self.finding(finding)).collect();
        let warnings = plan.warnings.iter().map(|finding| self.finding(finding)).collect();
        let missed = unseen.missed().map(|text| markdown(&shortened(text))).collect();
        let mut against = Vec::new();
        let mut kept = KEPT.min(room / 4);
        self.list(&mut against, RANK_REFUSAL, &mut kept, "refusal", "Refused", refusals);
        self.list(&mut against, RANK_REFUSAL + 2, &mut 0, "warning", "Warnings", warnings);
        self.list(&mut against, RANK_REFUSAL + 1, &mut kept, "unseen part", "Not seen", missed);
        let going: Vec<&Planned> = plan.changes.values().filter(|planned| goes(planned)).collect();
        if !going.is_empty() {
            let title = "#### Destructive changes\n\n";
            let all: String = going.iter().map(|planned| self.going(planned)).collect();
            let ways = vec![
                format!(
                    "{title}{}",
                    addresses(&going, room.saturating_sub(title.len() + CHANGES.len() + needed(&against)))
                ),
                format!("{title}{all}\n"),
            ];
            parts.push(Part { rank: RANK_GOING, ways, what: What::Going });
        }
        parts.extend(against);
        let mut units = Vec::new();
        for section in tree(&self.scene) {
            units.extend(self.units(&section));
        }
        if !units.is_empty() {
            parts.push(Part { rank: 5, ways: vec![CHANGES.into()], what: What::Title });
            parts.extend(units);
        }
        parts.push(Part { rank: 0, ways: vec![String::new()], what: What::Title });
        if !new_outputs(plan).is_empty() {
            let mut page = Page::diff(WIDTH);
            write_outputs(&mut page, plan, 0);
            let text = format!("#### Outputs\n\n{}\n", fenced("diff", &page.finish()));
            parts.push(Part::whole(7, What::One("list of outputs"), text));
        }
        if !unseen.not_comparable.is_empty() {
            let lines: Vec<String> = unseen
                .not_comparable
                .iter()
                .map(|text| format!("- {}\n", markdown(&shortened(text))))
                .collect();
            let summary = format!("{} that AWS never shows", counted(lines.len(), "value"));
            let text = format!(
                "<details><summary>{summary}</summary>\n\n{}\n{}\n\n</details>\n\n",
                lines.concat(),
                markdown(SEND_AGAIN)
            );
            parts.push(Part::whole(9, What::One("list of what cannot be compared"), text));
        }
        if let Some(search) = unseen.search {
            parts.push(Part::whole(10, What::One("note on the search"), format!("{}\n", markdown(&search))));
        }
        parts
    }

    /// A list under a title, each line a part of its own; those that there is room kept for before all others.
    fn list(
        &self,
        parts: &mut Vec<Part<What>>,
        rank: u8,
        kept: &mut usize,
        word: &'static str,
        title: &str,
        lines: Vec<String>,
    ) {
        if lines.is_empty() {
            return;
        }
        parts.push(Part { rank, ways: vec![format!("\n#### {title}\n\n")], what: What::Title });
        for line in lines {
            let text = format!("- {line}\n");
            let rank = if text.len() <= *kept { RANK_KEPT } else { rank };
            *kept = kept.saturating_sub(text.len());
            parts.push(Part::whole(rank, What::One(word), text));
        }
    }

    /// One of those that go, with why and what is lost.
    fn going(&self, planned: &Planned) -> String {
        let (word, because) = goes_because(planned);
        let mut line = format!("- **{word}** {}", code(&planned.address.to_string()));
        if has_own_name(planned) {
            line.push_str(&format!(" {}", code(&planned.name)));
        }
        line.push_str(&self.link(planned.declared));
        let remarks = self.scene.remarks(planned);
        let mut why: Vec<String> = remarks.iter().map(spoken).collect();
        why.extend(because.map(|(label, text)| spoken(&(label, shortened(&text)))));
        if !why.is_empty() {
            line.push_str(&format!(": {}", why.join("; ")));
        }
        line.push('\n');
        line
    }

    fn finding(&self, finding: &Finding) -> String {
        let mut line = code(finding.code);
        if let Some(address) = &finding.address {
            line.push_str(&format!(" {}", code(&address.to_string())));
        }
        line.push_str(&self.link(finding.place));
        line.push_str(&format!(": {}", markdown(&shortened(&finding.message))));
        if !finding.help.is_empty() {
            line.push_str(&format!(". Help: {}", markdown(&shortened(&finding.help))));
        }
        line
    }

    /// ` [stack.yaml:5](…)`, or nothing.
    fn link(&self, span: Option<Span>) -> String {
        let Some(span) = span else { return String::new() };
        let place = self.files.place(span, self.sources);
        let text = code(&format!("{}:{}", place.file, place.line));
        match self.files.link(span, self.sources) {
            Some(url) => format!(" [{text}]({url})"),
            None => format!(" {text}"),
        }
    }

    /// The same in HTML.
    fn html_link(&self, span: Option<Span>) -> String {
        let Some(span) = span else { return String::new() };
        let place = self.files.place(span, self.sources);
        let text = html_code(&format!("{}:{}", place.file, place.line));
        match self.files.link(span, self.sources) {
            Some(url) => format!(" <a href=\"{}\">{text}</a>", html(&url)),
            None => format!(" {text}"),
        }
    }

    /// The branches of a section, each as a part.
    fn units<'s>(&'s self, section: &'s Section<'_>) -> impl Iterator<Item = Part<What>> + 's {
        let branches = section.kinds.iter().flat_map(|(_, branches)| branches);
        branches.map(move |branch| {
            let of = |planned: &Planned, own: &Own<'_>| {
                own.of == (planned.address.kind.as_str(), planned.address.key.as_str())
            };
            let elsewhere = section.alike.iter().map(|other| {
                let own = other.own.iter().filter(|own| branch.all().any(|planned| of(planned, own)));
                let own = own.map(|own| own.text.clone());
                (other.name(), own.collect())
            });
            self.unit(branch, elsewhere.collect())
        })
    }

    /// A branch: its line, and folded below it what changes.
    /// `elsewhere`: other instances with the same, and the values that they have of their own in it.
    fn unit(&self, branch: &Branch<'_>, elsewhere: Vec<(String, Vec<String>)>) -> Part<What> {
        let changed: Vec<&Planned> =
            branch.members.iter().copied().filter(|planned| planned.is_changed()).collect();
        let first = changed.first().copied().unwrap_or(branch.members[0]);
        let instances = 1 + elsewhere.len();
        let alike: Vec<(String, Vec<String>)> =
            branch.alike.iter().map(|other| (other.name(), Vec::new())).chain(elsewhere).collect();
        let mut head = html_code(&format!("{} {}", Sign::of(first).text, first.address));
        if has_own_name(first) {
            head.push_str(&format!(" {}", html_code(&first.name)));
        }
        let remarks = self.scene.remarks(first);
        remarks.iter().for_each(|(_, text)| head.push_str(&format!(" ({})", html(text))));
        head.push_str(&self.html_link(first.declared));
        head.push_str(&and_more(alike.len()));
        let mut page = Page::diff(WIDTH);
        self.scene.body(&mut page, first, 0, true);
        changed.iter().skip(1).for_each(|planned| self.scene.resource(&mut page, planned, 0));
        let lines = page.finish();
        let named = |(name, own): &(String, Vec<String>)| match own.as_slice() {
            [] => code(name),
            own => format!(
                "{} with {}",
                code(name),
                own.iter().map(|own| code(own)).collect::<Vec<_>>().join(" ")
            ),
        };
        let names: Vec<String> = alike.iter().map(named).collect();
        let others = |most: usize| match names.len() {
            0 => String::new(),
            n if n > most => format!("Like this: {}, …\n\n", names[..most].join(", ")),
            _ => format!("Like this: {}\n\n", names.join(", ")),
        };
        let details = |lines: &str, others: &str| {
            let block = if lines.is_empty() { String::new() } else { format!("{}\n", fenced("diff", lines)) };
            format!("<details><summary>{head}</summary>\n\n{block}{others}</details>\n\n")
        };
        // What goes is listed above already.
        let listed = changed.iter().all(|planned| goes(planned));
        let mut ways =
            vec![String::new(), if listed { String::new() } else { self.line(first, alike.len()) }];
        if lines.lines().count() > 2 * SOME_LINES {
            let some: Vec<&str> = lines.lines().take(SOME_LINES).collect();
            let rest = lines.lines().count() - SOME_LINES;
            let some = format!("{}\n  … {rest} more lines", some.join("\n"));
            ways.push(details(&some, &others(SOME_NAMES)));
        }
        if names.len() > SOME_NAMES {
            ways.push(details(&lines, &others(SOME_NAMES)));
        }
        if !lines.is_empty() || !names.is_empty() {
            ways.push(details(&lines, &others(usize::MAX)));
        }
        let (rank, word) = match first.action {
            _ if listed => (5, Sign::of(first).word),
            Action::Create => (8, "create"),
            Action::Keep => (7, "keep"),
            _ => (6, Sign::of(first).word),
        };
        let resources = branch.all().filter(|planned| planned.is_changed()).count() * instances;
        Part { rank, ways, what: What::Change { resources, word, listed } }
    }

    /// A branch in a line.
    fn line(&self, first: &Planned, alike: usize) -> String {
        let text = format!("{} {}", Sign::of(first).text, first.address);
        format!("- {}{}{}\n", code(&text), self.link(first.declared), and_more(alike))
    }
}

/// ` and 5 more like this`, or nothing.
fn and_more(alike: usize) -> String {
    if alike == 0 { String::new() } else { format!(" and {}", more_like_this(alike)) }
}

/// Puts a text behind what stands there; says whether that ends in a list's item.
fn joined(out: &mut String, text: &str, in_list: bool) -> bool {
    if text.is_empty() {
        return in_list;
    }
    let item = text.starts_with("- ");
    if in_list && !item {
        out.push('\n');
    }
    out.push_str(if out.ends_with("\n\n") { text.trim_start_matches('\n') } else { text });
    item
}

/// A piece as running text: what is destructive, and what stands against it, stands out.
fn spoken((label, text): &Piece) -> String {
    let escaped = markdown(text);
    match label {
        Label::Replace | Label::Delete | Label::Danger if !text.trim().is_empty() => {
            let (lead, rest) = escaped.split_at(escaped.len() - escaped.trim_start().len());
            format!("{lead}**{}**", rest.trim_end())
        }
        _ => escaped,
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SENTENCE) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// How many bytes the parts take that room is kept for, with the titles.
fn needed(parts: &[Part<What>]) -> usize {
    let kept = parts.iter().filter(|part| part.rank == RANK_KEPT);
    let kept: usize = kept.filter_map(|part| part.ways.last()).map(String::len).sum();
    let titles = parts.iter().filter(|part| matches!(part.what, What::Title));
    kept + titles.map(|part| part.ways[0].len()).sum::<usize>()
}

/// What was cut, in a sentence for each sort of thing.
fn cut(parts: &[Part<What>], taken: &[usize]) -> Option<String> {
    let mut said = Vec::new();
    let mut unlisted: Vec<(&str, usize)> = Vec::new();
    let mut missing: Vec<(&str, usize)> = Vec::new();
    let mut bare = 0;
    let count = |of: &mut Vec<(&'static str, usize)>, what: &'static str, n: usize| match of
        .iter_mut()
        .find(|(other, _)| *other == what)
    {
        Some((_, count)) => *count += n,
        None => of.push((what, n)),
    };
    for (part, way) in parts.iter().zip(taken).filter(|(part, way)| **way + 1 < part.ways.len()) {
        match part.what {
            What::Going => said.push("Of destructive changes only the address is shown.".to_owned()),
            What::Change { resources, word, listed: false } if *way == 0 => {
                count(&mut unlisted, word, resources)
            }
            What::Change { resources, .. } => bare += resources,
            What::One(what) => count(&mut missing, what, 1),
            What::Title => {}
        }
    }
    if bare > 0 {
        said.push(format!("Not shown: all details of {}.", counted(bare, "resource")));
    }
    if !unlisted.is_empty() {
        let parts: Vec<String> = unlisted.iter().map(|(word, n)| format!("{n} to {word}")).collect();
        said.push(format!("Not listed: {}.", parts.join(", ")));
    }
    if !missing.is_empty() {
        let parts: Vec<String> = missing.iter().map(|(what, n)| counted(*n, what)).collect();
        said.push(format!("Left out: {}.", parts.join(", ")));
    }
    (!said.is_empty()).then(|| format!("{} `gatewayctl plan` shows all of it.", said.join(" ")))
}
