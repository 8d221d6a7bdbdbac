//! What comes from an account or a file, made harmless for markdown, HTML and workflow commands.
//!
//! Everything goes through [`harmless`] first: no control character, no line break and nothing that reorders
//! or hides text is left to any of them.

use super::page::harmless;

/// Running text for GitHub-flavoured markdown: nothing in it is markup, a link, a mention or a reference to an
/// issue. What stands between backticks becomes code.
pub(super) fn markdown(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // An odd number of parts: every backtick has its other half.
    let paired = parts.len() % 2 == 1;
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        match index {
            _ if paired && index % 2 == 1 && !part.is_empty() => out.push_str(&code(part)),
            0 => out.push_str(&plain(part)),
            _ if paired && (index % 2 == 0 && !parts[index - 1].is_empty()) => out.push_str(&plain(part)),
            _ => out.push_str(&format!("\\`{}", plain(part))),
        }
    }
    out
}

/// What cuts a text in two for whoever looks for mentions and links, and is not seen.
const CUT: &str = "<!-- -->";

fn plain(text: &str) -> String {
    let text = harmless(text);
    let mut out = String::with_capacity(text.len());
    let mut hex = 0;
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let next = rest.chars().next();
        // Seven digits of a commit's name are a link to it.
        hex = if c.is_ascii_hexdigit() { hex + 1 } else { 0 };
        if hex == 7 {
            out.push_str(CUT);
            hex = 1;
        }
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' | '!' => out.extend(['\\', c]),
            // Formulas: some look for them before markup is read, others after it.
            '$' => out.push_str("<span>\\$</span>"),
            '@' | '#' => out.extend([&c.to_string(), CUT]),
            ':' if rest.starts_with("//") => out.extend([":", CUT]),
            // Emoji.
            ':' if next.is_some_and(|c| c.is_ascii_alphanumeric() || c == '+' || c == '-') => {
                out.extend([":", CUT]);
            }
            '.' if text[..at].to_ascii_lowercase().ends_with("www") => out.extend([CUT, "."]),
            '-' if text[..at].to_ascii_uppercase().ends_with("GH") => out.extend(["-", CUT]),
            c => out.push(c),
        }
    }
    out
}

/// A text as code in a line of markdown: between more backticks than stand together in it.
pub(super) fn code(text: &str) -> String {
    let text = harmless(text);
    let ticks = "`".repeat(longest_run(&text, '`') + 1);
    let edge = |c: Option<char>| matches!(c, None | Some('`' | ' '));
    let pad = if edge(text.chars().next()) || edge(text.chars().next_back()) { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// A block of code in a language; its lines are harmless each already.
pub(super) fn fenced(language: &str, lines: &str) -> String {
    let fence = "`".repeat((longest_run(lines, '`') + 1).max(3));
    format!("{fence}{language}\n{}\n{fence}\n", lines.trim_end_matches('\n'))
}

fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(str::len).max().unwrap_or(0)
}

/// A text between the tags of HTML, or in an attribute's quotes.
pub(super) fn html(text: &str) -> String {
    let text = harmless(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A text as code in HTML, where no mention or reference is looked for.
pub(super) fn html_code(text: &str) -> String {
    format!("<code>{}</code>", html(text))
}

/// A text within a comment of HTML: nothing ends the comment.
pub(super) fn comment(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let plain = c.is_ascii_alphanumeric() || "._/".contains(c) || (c == '-' && !out.ends_with('-'));
        match plain {
            true => out.push(c),
            false => percent(c, &mut out),
        }
    }
    out
}

/// A path as a part of a URL.
pub(super) fn url_path(path: &str) -> String {
    let mut out = String::new();
    for c in path.chars() {
        match c.is_ascii_alphanumeric() || "-._~/".contains(c) {
            true => out.push(c),
            false => percent(c, &mut out),
        }
    }
    out
}

fn percent(c: char, out: &mut String) {
    let mut bytes = [0; 4];
    c.encode_utf8(&mut bytes).bytes().for_each(|byte| out.push_str(&format!("%{byte:02X}")));
}

/// The message of a workflow command; its line breaks are kept.
pub(super) fn command_data(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(harmless).collect();
    lines.join("\n").replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
pub(super) fn command_property(text: &str) -> String {
    command_data(&harmless(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;

    #[test]
    fn running_text_has_no_markup_links_mentions_or_references() {
        let text = "**x** <b> @user #12 GH-12 https://a.b www.c.d [l](u) $x$ :tada: a@b.c deadbeef01 ~~y~~ & \u{202e}";
        assert_eq!(
            markdown(text),
            "\\*\\*x\\*\\* &lt;b&gt; @<!-- -->user #<!-- -->12 GH-<!-- -->12 https:<!-- -->//a.b \
             www<!-- -->.c.d \\[l\\](u) <span>\\$</span>x<span>\\$</span> :<!-- -->tada: a@<!-- -->b.c \
             deadbe<!-- -->ef01 \\~\\~y\\~\\~ &amp; \\\\u{202e}"
        );
    }

    #[test]
    fn backticks_in_pairs_are_code_and_others_are_themselves() {
        assert_eq!(markdown("add `a_b: *` to it"), "add `a_b: *` to it");
        assert_eq!(markdown("a ` b_c"), "a \\` b\\_c");
        assert_eq!(markdown("a `` b"), "a \\`\\` b");
    }

    #[test]
    fn code_is_fenced_by_more_backticks_than_it_has() {
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a\n"), "`` `a\\n ``");
        assert_eq!(code(""), "`  `");
        assert_eq!(fenced("diff", "+ ````\n"), "`````diff\n+ ````\n`````\n");
    }

    /// What a reader sees of a line of markdown; nothing if there is anything but text and code in it.
    fn read(line: &str) -> Option<String> {
        let github = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
        let github = github | Options::ENABLE_TASKLISTS | Options::ENABLE_GFM | Options::ENABLE_MATH;
        let mut seen = String::new();
        for event in Parser::new_ext(line, github) {
            match event {
                Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                Event::Text(text) | Event::Code(text) => seen.push_str(&text),
                Event::InlineHtml(html) if [CUT, "<span>", "</span>"].contains(&&*html) => {}
                _ => return None,
            }
        }
        Some(seen)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn whatever_the_text_a_reader_sees_it_and_nothing_else(
            text in "([`*_~<>&@#$:!|=+\\[\\](){}\\\\/. \n\u{202e}-]|[a-c0-9A-F]|http|www|GH|&lt;|<b>|-->|~~|\\*\\*){0,24}"
        ) {
            // Texts never begin a line.
            let line = format!("x: {}.", markdown(&text));
            let seen = read(&line);
            let plain = |text: &str| text.replace(['`', ' '], "");
            prop_assert_eq!(seen.as_deref().map(plain), Some(plain(&format!("x: {}.", harmless(&text)))), "{}", line);
            let line = format!("x: {}.", code(&text));
            let seen = read(&line).map(|seen| seen.replace(' ', ""));
            prop_assert_eq!(seen, Some(format!("x: {}.", harmless(&text)).replace(' ', "")), "{}", line);
        }

        #[test]
        fn nothing_ends_a_block_of_code_before_its_end(text in "([`~+ -]|```|\n|</code>){0,40}") {
            let block = fenced("diff", &format!("+ {}\n", text.replace('\n', "\n- ")));
            let events: Vec<_> = Parser::new(&block).collect();
            prop_assert!(matches!(events.first(), Some(Event::Start(Tag::CodeBlock(_)))), "{:?}", events);
            let texts = events[1..events.len() - 1].iter();
            prop_assert!(texts.into_iter().all(|event| matches!(event, Event::Text(_))), "{:?}", events);
        }
    }

    #[test]
    fn a_comment_cannot_be_ended_from_within() {
        assert_eq!(comment("shop/a--b/eu-west-1"), "shop/a-%2Db/eu-west-1");
        assert_eq!(comment("x-->y<!--"), "x-%2D%3Ey%3C%21-%2D");
    }

    #[test]
    fn workflow_commands_end_where_they_are_to_end() {
        assert_eq!(command_data("50%\r\n::error::x"), "50%25\\r%0A::error::x");
        assert_eq!(command_property("a:b,c%\nd"), "a%3Ab%2Cc%25\\nd");
    }
}
