//! The plan as one page of HTML that needs nothing beside it: what a pull request would show, without a limit.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::escape;
use super::links::Files;
use super::markdown::whole_markdown;
use crate::plan::Plan;
use crate::source::Sources;

const STYLE: &str = include_str!("plan.css");

/// What a browser may load for the page: nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The plan as a page of its own, made of its markdown: the same words in the same order, with nothing cut.
pub fn plan_html(plan: &Plan, sources: &Sources, files: &Files) -> String {
    page(&format!("Plan of {}", plan.owner), &whole_markdown(plan, sources, files))
}

/// A page with markdown of ours as its body.
pub fn page(title: &str, markdown: &str) -> String {
    let mut body = String::new();
    let mut is_diff = false;
    let parser = Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM);
    let events = parser.map(|event| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(ref language))) => {
            is_diff = &**language == "diff";
            event
        }
        Event::End(TagEnd::CodeBlock) => {
            is_diff = false;
            event
        }
        Event::Text(text) if is_diff => Event::Html(CowStr::from(colored(&text))),
        other => other,
    });
    html::push_html(&mut body, events);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n\
         <main>\n{body}</main>\n</html>\n",
        escape::html(title),
    )
}

/// Lines of a `diff` in the colours of their first characters.
fn colored(text: &str) -> String {
    let line = |line: &str| {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        let class = match line.chars().next() {
            Some('+') => "more",
            Some('-') => "less",
            Some('!') => "other",
            _ => return format!("{}{end}", escape::html(line)),
        };
        format!("<span class=\"{class}\">{}</span>{end}", escape::html(line))
    };
    text.split_inclusive('\n').map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_diff_have_colours_and_no_markup_of_their_own() {
        let html = page("a<b", "x\n\n```diff\n+ <b>\n- b\n! c\n  d\n```\n\n```\n+ e\n```\n");
        let body = html.split("<main>\n").nth(1).unwrap();
        assert_eq!(
            body,
            "<p>x</p>\n<pre><code class=\"language-diff\"><span class=\"more\">+ &lt;b&gt;</span>\n\
             <span class=\"less\">- b</span>\n<span class=\"other\">! c</span>\n  d\n</code></pre>\n\
             <pre><code>+ e\n</code></pre>\n</main>\n</html>\n"
        );
        assert!(html.contains("<title>a&lt;b</title>"));
    }
}
