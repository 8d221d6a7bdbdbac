//! The markdown of plans, read back by a parser of GitHub-flavoured markdown: it says what the JSON says, and
//! nothing in it is anything but what this program wrote.

use std::collections::{BTreeMap, BTreeSet};

use gatewayctl::report::{MOST_BYTES, View, plan_html, plan_json, plan_markdown, plan_text};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::{Value as Json, json};

use crate::fixtures::{Planned, folder, names, read};

/// What a reader of a comment knows.
#[derive(Default, Debug)]
struct Comment {
    /// The first line's comment.
    marker: String,
    /// The verdict's numbers by their words.
    counts: BTreeMap<String, u64>,
    /// What is listed under the destructive changes.
    destructive: BTreeSet<String>,
    /// Where links lead.
    links: Vec<String>,
}

/// Reads a comment; fails at anything that is not of this program.
fn comment(name: &str, text: &str) -> Comment {
    let all = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let all = all | Options::ENABLE_FOOTNOTES | Options::ENABLE_GFM | Options::ENABLE_MATH;
    let mut read = Comment::default();
    let (mut heading, mut section, mut item) = (String::new(), String::new(), None::<Vec<String>>);
    let (mut in_heading, mut in_code, mut open) = (false, false, 0);
    for event in Parser::new_ext(text, all) {
        match event {
            Event::Start(Tag::Heading { .. }) => (in_heading, heading) = (true, String::new()),
            Event::End(TagEnd::Heading(level)) => {
                in_heading = false;
                match level as usize {
                    3 => read.counts = counts(&heading),
                    _ => section = heading.clone(),
                }
            }
            Event::Start(Tag::Item) => item = Some(Vec::new()),
            Event::End(TagEnd::Item) => {
                // The word for what happens, then the address.
                let codes = item.take().unwrap_or_default();
                if section == "Destructive changes" {
                    read.destructive.insert(codes[0].clone());
                }
            }
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(text) if in_code => {
                if section == "Destructive changes" {
                    read.destructive.extend(text.lines().flat_map(braced));
                }
            }
            Event::Text(text) => {
                if in_heading {
                    heading.push_str(&text);
                }
                running(name, &text);
            }
            Event::Code(text) => item.iter_mut().for_each(|codes| codes.push(text.to_string())),
            Event::Html(html) | Event::InlineHtml(html) => {
                if let Some(rest) = html.strip_prefix("<!-- gatewayctl plan ") {
                    assert_eq!(read.marker, "", "{name}: a second marker");
                    rest.trim_end().clone_into(&mut read.marker);
                } else {
                    open += tags(name, &html, &mut read.links);
                }
            }
            Event::Start(Tag::Link { dest_url, .. }) => read.links.push(dest_url.to_string()),
            Event::Start(Tag::Paragraph | Tag::List(_) | Tag::Strong | Tag::HtmlBlock) => {}
            Event::End(
                TagEnd::Paragraph | TagEnd::List(_) | TagEnd::Strong | TagEnd::HtmlBlock | TagEnd::Link,
            ) => {}
            Event::SoftBreak => {}
            other => panic!("{name}: {other:?} is nothing that a plan has"),
        }
    }
    assert_eq!(open, 0, "{name}: a fold is not closed");
    for link in &read.links {
        let ours = link.starts_with("https://github.com/acme/shop/blob/c0ffee/infra/stack.yaml#L");
        assert!(ours, "{name}: a link to {link}");
    }
    read
}

/// `1 to replace, 2 to update (1 moved), 3 unchanged` by the words.
fn counts(verdict: &str) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    let verdict = verdict.split_once("Plan: ").map_or("", |(_, counts)| counts);
    let words: Vec<&str> = verdict.split([' ', ',', '(', ')', '.']).filter(|word| !word.is_empty()).collect();
    for (at, word) in words.iter().enumerate() {
        if let Ok(n) = word.parse() {
            let skipped = words[at + 1..].iter().find(|word| !["to", "with", "a"].contains(word));
            let word = skipped.expect("what is counted");
            counts.insert((*word).to_owned(), n);
        }
    }
    counts
}

/// The addresses of `- queues.{a, b}`.
fn braced(line: &str) -> Vec<String> {
    let (_, rest) = line.split_once(' ').expect("a sign");
    let (head, keys) = rest.split_once('{').expect("a brace");
    keys.trim_end_matches('}').split(", ").map(|key| format!("{head}{key}")).collect()
}

/// Running text of which GitHub makes no mention, reference, link or emoji.
fn running(name: &str, text: &str) {
    let follows = |sign: char, what: fn(char) -> bool| {
        text.match_indices(sign).any(|(at, _)| text[at + 1..].chars().next().is_some_and(what))
    };
    assert!(!follows('@', char::is_alphanumeric), "{name}: a mention in {text:?}");
    assert!(!follows('#', |c| c.is_ascii_digit()), "{name}: a reference in {text:?}");
    assert!(!text.contains("://") && !text.contains("www."), "{name}: a link in {text:?}");
    assert!(!follows(':', |c| c.is_ascii_alphabetic()), "{name}: perhaps an emoji in {text:?}");
    assert!(text == "$" || !text.contains('$'), "{name}: perhaps a formula in {text:?}");
}

/// How many folds are opened more than closed; fails at a tag that is none of ours.
fn tags(name: &str, html: &str, links: &mut Vec<String>) -> i64 {
    let mut open = 0;
    for tag in html.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("{name}: an open tag in {html:?}"));
        match tag {
            "details" => open += 1,
            "/details" => open -= 1,
            "summary" | "/summary" | "code" | "/code" | "span" | "/span" | "/a" | "!-- --" => {}
            tag => {
                let link = tag.strip_prefix("a href=\"").and_then(|rest| rest.strip_suffix('"'));
                links.push(link.unwrap_or_else(|| panic!("{name}: a tag <{tag}>")).to_owned());
            }
        }
    }
    open
}

/// What the JSON says of the same.
fn expected(plan: &Json) -> (BTreeMap<String, u64>, BTreeSet<String>) {
    let names = [
        ("replace", "replace"),
        ("delete", "delete"),
        ("create", "create"),
        ("update", "update"),
        ("unchanged", "unchanged"),
        ("moved", "moved"),
        ("adopted", "adopted"),
        ("remade", "loss"),
    ];
    let counts = names.iter().filter_map(|(member, word)| {
        let n = plan["counts"][member].as_u64().filter(|n| *n > 0)?;
        Some(((*word).to_owned(), n))
    });
    let counts = if plan["verdict"] == "no_changes" || plan["verdict"] == "incomplete" {
        BTreeMap::new()
    } else {
        counts.collect()
    };
    let has =
        |list: &Json, wanted: &str| list.as_array().is_some_and(|list| list.iter().any(|one| one == wanted));
    let goes = |resource: &&Json| {
        let remade =
            resource["reasons"].as_array().is_some_and(|all| all.iter().any(|one| one["code"] == "remade"));
        has(&resource["actions"], "delete") || resource["leftovers"] != json!([]) || remade
    };
    let resources = plan["resources"].as_array().expect("resources").iter().filter(goes);
    (counts, resources.map(|one| one["address"].as_str().expect("an address").to_owned()).collect())
}

/// Within its bytes, and no title stands over nothing.
fn bounded(name: &str, text: &str, most: usize) {
    assert!(text.len() <= most, "{name}: {} bytes of {most}", text.len());
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    for (at, _) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("#### ")) {
        let next = lines.get(at + 1).copied().unwrap_or("#");
        assert!(!next.starts_with('#') && !next.starts_with("**Cut"), "{name}: {} over nothing", lines[at]);
    }
}

fn check(name: &str, planned: &Planned, most: usize) -> String {
    let Planned { plan, sources, files } = planned;
    let text = plan_markdown(plan, sources, files, most);
    bounded(name, &text, most);
    let read = comment(name, &text);
    let (mut counts, destructive) = expected(&plan_json(plan, sources));
    if !plan.is_allowed() {
        // What a finding bars is not said to be unchanged.
        match read.counts.get("unchanged") {
            Some(n) => drop(counts.insert("unchanged".into(), *n)),
            None => drop(counts.remove("unchanged")),
        }
    }
    assert_eq!(read.counts, counts, "{name}: {text}");
    assert_eq!(read.destructive, destructive, "{name}: {text}");
    assert_eq!(read.marker, format!("{} -->", plan.owner), "{name}");
    text
}

#[test]
fn the_markdown_of_every_fixture_says_what_its_json_says_and_nothing_breaks_out() {
    for name in names() {
        let planned =
            Planned::of(&folder().join(&name), &read(&name, "stack.yaml"), &read(&name, "live.json"));
        let text = check(&name, &planned, MOST_BYTES);
        assert!(!text.contains("**Cut to"), "{name}");
        check(&name, &planned, 6_000);
    }
}

/// The words of a page; fails at a tag that is none of ours, and at one that loads anything.
fn words_of_page(name: &str, html: &str) -> String {
    let (head, body) = html.split_once("<main>").expect("a body");
    assert!(head.contains("default-src 'none'") && !head.contains("<script"), "{name}: {head}");
    let ours = "html main p h3 h4 ul li strong em pre code details summary span a";
    let ours: BTreeSet<String> =
        ours.split(' ').flat_map(|tag| [tag.to_owned(), format!("/{tag}")]).collect();
    let with_more = ["span class=\"more\"", "span class=\"less\"", "span class=\"other\"", "!-- --"];
    let mut words = String::new();
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or_else(|| panic!("{name}: an open tag in {part:?}"));
        let is_link = tag
            .strip_prefix("a href=\"https://github.com/acme/shop/")
            .is_some_and(|rest| rest.strip_suffix('"').is_some_and(|path| !path.contains('"')));
        let is_block = tag == "code class=\"language-diff\"" || tag.starts_with("!-- gatewayctl plan ");
        let is_ours = ours.contains(tag) || with_more.contains(&tag) || is_link || is_block;
        assert!(is_ours, "{name}: a tag <{tag}>");
        words.push_str(text);
    }
    words
}

/// Without markup and white space.
fn bare(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    let plain = pairs.iter().fold(text, |text, (from, to)| text.replace(from, to));
    plain.split_whitespace().collect()
}

#[test]
fn the_page_of_every_fixture_has_the_words_of_its_markdown_and_loads_nothing() {
    for name in names() {
        let planned =
            Planned::of(&folder().join(&name), &read(&name, "stack.yaml"), &read(&name, "live.json"));
        let Planned { plan, sources, files } = &planned;
        let markdown = plan_markdown(plan, sources, files, MOST_BYTES);
        let mut words = String::new();
        for event in Parser::new_ext(&markdown, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM) {
            match event {
                Event::Text(text) | Event::Code(text) => words.extend(text.split_whitespace()),
                Event::Html(html) | Event::InlineHtml(html) => words.push_str(&bare(&html)),
                _ => {}
            }
        }
        assert_eq!(bare(&words_of_page(&name, &plan_html(plan, sources, files))), words, "{name}");
    }
}

#[test]
fn the_page_of_a_plan_is_never_cut() {
    let (text, live) = many(2_000, |i| format!("letters-of-department-{i:04}"));
    let Planned { plan, sources, files } = &Planned::of(&folder(), &text, &live);
    let words = words_of_page("two thousand", &plan_html(plan, sources, files));
    assert!(!words.contains("Cut to"));
    let missing = plan.changes.keys().filter(|address| !words.contains(&address.to_string()));
    assert_eq!(missing.count(), 0);
}

/// So many queues of which a quarter each is deleted, replaced, changed and made; and their snapshot.
pub fn many(n: usize, key: impl Fn(usize) -> String) -> (String, String) {
    let mut text = "# gatewayctl plan --live live.json\nstack: shop\nregion: eu-west-1\nqueues:\n".to_owned();
    let mut resources = Vec::new();
    for i in 0..n {
        let key = key(i);
        let (address, name) = (format!("queues.{key}"), format!("shop-{key}"));
        let live = json!({
            "kind": "queues", "address": address, "name": name,
            "id": format!("https://sqs.eu-west-1.amazonaws.com/000000000000/{name}"),
            "properties": { "QueueName": name, "Attributes": { "VisibilityTimeout": "60" } },
            "outputs": {},
            "mark": {
                "gatewayctl:owner": "shop/-/eu-west-1", "gatewayctl:address": address, "gatewayctl:name": name,
                "gatewayctl:format": "1",
            },
            "state": "ready",
        });
        let absent =
            |name: String| json!({ "kind": "queues", "address": address, "name": name, "absent": true });
        match i % 4 {
            0 => resources.push(live),
            1 => {
                resources.extend([absent(format!("new-{key}")), live]);
                text.push_str(&format!("  {key}: {{ visibility_timeout: 60s, name: new-{key} }}\n"));
            }
            2 => {
                resources.push(live);
                text.push_str(&format!("  {key}: {{ visibility_timeout: {}s }}\n", 100 + i));
            }
            _ => {
                resources.push(absent(name));
                text.push_str(&format!("  {key}: {{ visibility_timeout: {}s }}\n", 100 + i));
            }
        }
    }
    let live = json!({
        "format_version": 1, "owner": "shop/-/eu-west-1", "account": "000000000000", "embedded": true,
        "region": "eu-west-1", "stores": {}, "resources": resources, "unlisted": [],
    });
    (text, live.to_string())
}

#[test]
fn a_plan_of_two_thousand_changes_fits_and_names_all_that_goes() {
    let (text, live) = many(2_000, |i| format!("letters-of-department-{i:04}"));
    let planned = Planned::of(&folder(), &text, &live);
    let counts = planned.plan.counts();
    assert_eq!((counts.delete, counts.replace, counts.update, counts.create), (500, 500, 500, 500));
    let text = check("two thousand", &planned, MOST_BYTES);
    assert!(text.len() > MOST_BYTES / 2, "{} bytes: there is room for more", text.len());
    let shown = |text: &str| -> String {
        let lines: Vec<&str> = text.lines().collect();
        let (head, tail) = (&lines[..12.min(lines.len())], &lines[lines.len().saturating_sub(3)..]);
        [head, &["[…]"], tail].concat().join("\n")
    };
    insta::assert_snapshot!("two_thousand_changes", shown(&text));
    let compact = plan_text(&planned.plan, &planned.sources, View { compact: true, ..View::default() });
    assert_eq!(compact.lines().filter(|line| line.contains("queues.letters")).count(), 2_000);
}

/// 2,000 queues with keys of 64 characters that go, three of them protected.
fn all_that_go(key: impl Fn(usize) -> String) -> Planned {
    let (_, live) = many(8_000, |i| key(i / 4));
    let mut live: Json = serde_json::from_str(&live).expect("JSON");
    let mut going = live["resources"].take();
    let going = going.as_array_mut().expect("a list");
    going.retain(|one| one["absent"].is_null());
    going.dedup_by_key(|one| one["address"].clone());
    going.iter_mut().take(3).for_each(|one| one["mark"]["gatewayctl:protect"] = "true".into());
    assert_eq!(going.len(), 2_000);
    live["resources"] = going.clone().into();
    let text = "# gatewayctl plan --live live.json\nstack: shop\nregion: eu-west-1\n";
    Planned::of(&folder(), text, &live.to_string())
}

#[test]
fn refusals_keep_their_room_where_much_goes() {
    let refused = |text: &str| text.lines().filter(|line| line.starts_with("- `protected`")).count();
    let planned =
        all_that_go(|i| format!("{}-{i:04}", "letters-of-a-department-".repeat(3)[..59].to_owned()));
    let text = check("keys that begin alike", &planned, MOST_BYTES);
    assert_eq!(refused(&text), 3, "{text}");
    assert!(!text.contains("not listed here"), "{text}");
    // Nothing that they have in common: not all of them find room, and how many do not is told.
    let planned = all_that_go(|i| format!("{:064}", i as u128 * 7_654_321_987_654_321_987));
    for most in [MOST_BYTES, 2_000] {
        let text = plan_markdown(&planned.plan, &planned.sources, &planned.files, most);
        bounded("keys of their own", &text, most);
        let listed = comment("keys of their own", &text).destructive.len();
        assert!(text.contains(&format!("**{} more go and are not listed here.**", 2_000 - listed)), "{text}");
        assert!(most < MOST_BYTES || refused(&text) == 3, "{text}");
    }
}

#[test]
fn a_hundred_changes_keep_their_reasons() {
    let (text, live) = many(100, |i| format!("letters-{i:03}"));
    let planned = Planned::of(&folder(), &text, &live);
    let text = check("a hundred", &planned, MOST_BYTES);
    assert!(text.contains("loses the messages that are in the queue"), "{text}");
    assert!(!text.contains("only the address"), "{text}");
}
