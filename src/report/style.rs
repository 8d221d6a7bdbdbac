//! What each label looks like: the one table of colours.

use anstyle::{AnsiColor, Effects, Style};

/// What a piece of text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Label {
    Plain,
    /// The head of a group.
    Heading,
    Create,
    Update,
    Replace,
    Delete,
    Move,
    Adopt,
    /// What stays as it is, and what only tells where something stands.
    Dim,
    Address,
    /// What is live and goes.
    Before,
    /// The part of it that differs.
    BeforePart,
    /// What is wished.
    After,
    AfterPart,
    Unknown,
    Hidden,
    Reason,
    /// What is lost, and what stands against the plan.
    Danger,
    Warning,
    Help,
    Good,
}

const PLAIN: Style = Style::new();

const fn in_color(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(anstyle::Color::Ansi(color)))
}

const fn bold(style: Style) -> Style {
    style.effects(Effects::BOLD)
}

/// The style of a label.
pub const fn style(label: Label) -> Style {
    match label {
        Label::Plain => PLAIN,
        Label::Heading | Label::Address => bold(PLAIN),
        Label::Create | Label::After => in_color(AnsiColor::Green),
        Label::Update => in_color(AnsiColor::Yellow),
        Label::Replace | Label::Delete | Label::Danger => bold(in_color(AnsiColor::Red)),
        Label::Move | Label::Adopt | Label::Help => in_color(AnsiColor::Cyan),
        Label::Dim => Style::new().effects(Effects::DIMMED),
        Label::Before => in_color(AnsiColor::Red),
        Label::BeforePart => in_color(AnsiColor::Red).effects(Effects::BOLD.insert(Effects::UNDERLINE)),
        Label::AfterPart => in_color(AnsiColor::Green).effects(Effects::BOLD.insert(Effects::UNDERLINE)),
        Label::Unknown => in_color(AnsiColor::Blue),
        Label::Hidden => in_color(AnsiColor::Magenta),
        Label::Reason | Label::Warning => in_color(AnsiColor::Yellow),
        Label::Good => bold(in_color(AnsiColor::Green)),
    }
}
