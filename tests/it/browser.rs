//! What people see in a browser: the markdown of plans, as wide as a phone and as a desk, where nothing stands out at
//! the side; and the page of a flow at 10, 100 and 1,000 nodes. The pictures stay in `target/plans` and `target/graphs`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gatewayctl::report::{MOST_BYTES, page, plan_markdown};

use crate::fixtures::{Planned, folder, read};
use crate::markdown::many;
use crate::support::process::Folder;

/// How far the content of each box stands out of it; blocks that scroll keep theirs in.
const MEASURE: &str = "\
const over = id => { const box = document.getElementById(id); return box.scrollWidth - box.clientWidth };
document.body.dataset.result = `${over('comment')} ${over('control') > 1000}`;";

const NAMES: [&str; 3] = ["chromium", "google-chrome", "google-chrome-stable"];

fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let all = std::env::split_paths(&path).flat_map(|folder| NAMES.map(|name| folder.join(name)));
    all.into_iter().find(|file| file.exists())
}

/// The page of a plan, everything unfolded, with what measures it.
fn measured(markdown: &str, width: u32) -> String {
    page("plans", markdown)
        .replace("<details>", "<details open>")
        .replace("<main>", &format!("<main id=comment style=\"width: {width}px\">"))
        .replace("; style-src", "; script-src 'unsafe-inline'; style-src")
        .replace(
            "</html>",
            &format!(
                "<div id=control style=\"width: 300px; height: 0; overflow: hidden\">{}</div><script>{MEASURE}</script>",
                "x".repeat(1_000)
            ),
        )
}

/// A bound against a hang; a browser takes a few seconds.
const HANG: Duration = Duration::from_secs(60);

/// Draws a page, and gives what stands in it then.
fn dumped(browser: &Path, page: &str, picture: &Path, (width, height): (u32, u32)) -> String {
    let profile = tempfile::tempdir().expect("a folder");
    let file = profile.path().join("page.html");
    std::fs::write(&file, page).expect("a page");
    let flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars \
                 --disable-background-networking --disable-component-update --disable-sync --dump-dom";
    let dom = profile.path().join("dom.html");
    let mut browser = Command::new(browser)
        .args(flags.split_whitespace())
        .arg(format!("--user-data-dir={}", profile.path().join("profile").display()))
        .arg(format!("--screenshot={}", picture.display()))
        .arg(format!("--window-size={width},{height}"))
        .arg("--force-prefers-reduced-motion")
        .arg(format!("file://{}", file.display()))
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&dom).expect("a file"))
        .stderr(Stdio::null())
        .spawn()
        .expect("a browser");
    let started = Instant::now();
    while browser.try_wait().expect("a status").is_none() {
        if started.elapsed() > HANG {
            browser.kill().and_then(|()| browser.wait()).expect("an end");
            panic!("the browser hangs");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    std::fs::read_to_string(dom).expect("a page")
}

/// Draws a page, and gives what it measured.
fn draw(browser: &Path, page: &str, picture: &Path, size: (u32, u32)) -> String {
    let dom = dumped(browser, page, picture, size);
    let result = dom.split_once("data-result=\"").and_then(|(_, rest)| rest.split_once('"'));
    result.expect("what was measured").0.to_owned()
}

#[test]
fn nothing_of_a_plan_overflows_on_a_phone_or_a_desk() {
    let Some(browser) = browser() else {
        eprintln!(
            "skipped: no chromium and no google-chrome on the PATH (tests/run installs one where it may)"
        );
        return;
    };
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/plans");
    std::fs::create_dir_all(&pictures).expect("a folder");
    // One page of several comments: a browser takes a second to start.
    let mut text = String::new();
    for name in
        ["hostile-names", "replace-a-chain", "an-api-that-changes", "instances-of-a-component-that-are-alike"]
    {
        let planned = Planned::of(&folder().join(name), &read(name, "stack.yaml"), &read(name, "live.json"));
        text.push_str(&plan_markdown(&planned.plan, &planned.sources, &planned.files, MOST_BYTES));
        text.push_str("\n---\n\n");
    }
    let (stack, live) = many(2_000, |i| format!("letters-of-the-longest-name-of-a-department-{i:04}"));
    let planned = Planned::of(&folder(), &stack, &live);
    text.push_str(&plan_markdown(&planned.plan, &planned.sources, &planned.files, MOST_BYTES));
    for (name, width, height) in [("phone", 390, 4000), ("desk", 1280, 3000)] {
        let picture = pictures.join(format!("{name}.png"));
        let measured = draw(&browser, &measured(&text, width), &picture, (width, height));
        // Of what cannot be broken the measure tells.
        assert_eq!(measured, "0 true", "{name}");
        assert!(picture.metadata().is_ok_and(|file| file.len() > 10_000), "{name}: no picture");
    }
}

/// What a page of a flow does before it runs: a breach of its own policy is counted.
const LISTEN: &str = "\
window.breaches = 0; addEventListener('securitypolicyviolation', () => window.breaches++);
window.wrong = []; addEventListener('error', event => window.wrong.push(event.message));";

/// How the nodes stand, and what happens as one clicks, searches and plays.
const USE: &str = r#"
const all = [...document.querySelectorAll('.node')], edges = document.querySelectorAll('.edge').length;
const boxes = all.map(node => node.querySelector('rect').getBBox());
let overlaps = 0, outside = 0;
boxes.forEach((one, at) => boxes.slice(at + 1).forEach(other => {
  if (one.x < other.x + other.width && other.x < one.x + one.width
    && one.y < other.y + other.height && other.y < one.y + one.height) overlaps++;
}));
document.querySelectorAll('.node').forEach((node, at) => node.querySelectorAll('text').forEach(text => {
  const line = text.getBBox(), box = boxes[at];
  if (line.x < box.x || line.x + line.width > box.x + box.width || line.y < box.y - 1
    || line.y + line.height > box.y + box.height + 1) outside++;
}));
const about = document.getElementById('about');
const of = name => all.find(node => node.querySelector('title').textContent === name);
of('rules.r-0').dispatchEvent(new MouseEvent('click', { bubbles: true }));
const clicked = [...about.querySelectorAll('h2, h3')].map(head => head.textContent).join(', ');
const declared = [...about.querySelectorAll('pre')].some(pre => pre.textContent.includes('r-0:'));
const search = document.getElementById('search');
search.value = 'rules.r-0';
search.dispatchEvent(new Event('input'));
const found = document.getElementById('found').textContent;
search.value = '';
search.dispatchEvent(new Event('input'));
of('rules.r-0').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
const went = about.querySelector('h2').textContent;
const forth = document.getElementById('forth'), order = [];
while (!forth.disabled) {
  forth.click();
  const edge = document.querySelector('.edge.now title'), node = document.querySelector('.node.now title');
  order.push(edge ? edge.textContent.split(':')[0] : 'begins at ' + node.textContent);
}
const passed = document.querySelectorAll('.edge.passed').length;
if (LOOK) document.getElementById('all').click();
document.body.dataset.result = encodeURIComponent(JSON.stringify({ nodes: all.length, edges, overlaps, outside, clicked,
  declared, found, went, order, passed, loaded: performance.getEntriesByType('resource').length,
  breaches: window.breaches, wrong: window.wrong }));
"#;

/// A gateway of so many nodes: orders come to a bus over an API and from a table, rules send them on to queues and functions.
fn gateway(nodes: usize) -> String {
    let mut text = String::from(
        "stack: shop\nregion: eu-west-1\naccount: \"123456789012\"\n\
         apis: { shop: { routes: { \"POST /orders\": { put_event: { bus: b-0, source: shop, detail_type: order, detail: { id: $.id } } } } } }\n",
    );
    // A bus of each twenty-five nodes, with twelve rules and as many queues.
    let buses = nodes.div_ceil(25);
    text.push_str("buses:\n");
    (0..buses).for_each(|bus| text.push_str(&format!("  b-{bus}: {{}}\n")));
    let rules = (nodes - 1 - buses) / 2;
    text.push_str("queues:\n");
    (0..nodes - 1 - buses - rules).for_each(|queue| text.push_str(&format!("  q-{queue}: {{}}\n")));
    text.push_str("rules:\n");
    for rule in 0..rules {
        let (bus, queue) = (rule % buses, rule);
        let next = (bus + 1) % buses;
        let on = if rule < buses && next > bus {
            format!("\n      on: {{ bus: b-{next} }}")
        } else {
            String::new()
        };
        text.push_str(&format!(
            "  r-{rule}:\n    bus: b-{bus}\n    pattern: {{ source: [shop], detail: {{ id: [{{ prefix: \"{}\" }}] }} }}\n\
             \x20   targets:\n      queue: {{ queue: q-{queue} }}{on}\n",
            if rule < 3 { String::from("A") } else { format!("A{rule}") }
        ));
    }
    text
}

/// The page of a stack with a trace of an order; how long it took.
fn page_of(stack: &str) -> (String, Duration) {
    let folder = Folder::with_stack(stack);
    let started = Instant::now();
    let args =
        ["graph", "-o", "flow.html", "--quiet", "--request", "POST /orders", "--body", r#"{"id": "A-7"}"#];
    let ran = folder.run(&args).ends(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    let took = started.elapsed();
    (std::fs::read_to_string(folder.path().join("flow.html")).expect("a page"), took)
}

/// The page with the test's own scripts beside it.
fn tried(page: &str, look: bool) -> String {
    let (before, rest) = page.split_once("script-src '").expect("a policy");
    let (_, after) = rest.split_once('\'').expect("its end");
    format!("{before}script-src 'unsafe-inline'{after}")
        .replacen("<title>", &format!("<script>{LISTEN}</script><title>"), 1)
        .replace("</html>", &format!("<script>{{const LOOK = {look};{USE}}}</script></html>"))
}

#[test]
fn the_page_of_a_flow_is_read_searched_and_played_at_10_100_and_1000_nodes() {
    let Some(browser) = browser() else {
        eprintln!(
            "skipped: no chromium and no google-chrome on the PATH (tests/run installs one where it may)"
        );
        return;
    };
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/graphs");
    std::fs::create_dir_all(&pictures).expect("a folder");
    for nodes in [10, 100, 1_000] {
        let (page, took) = page_of(&gateway(nodes));
        eprintln!("{nodes} nodes: {} ms, {} bytes", took.as_millis(), page.len());
        // Of the whole, and of the last step of the trace.
        for (look, name) in [(true, "whole"), (false, "step")] {
            let picture = pictures.join(format!("{nodes}-{name}.png"));
            let result = draw(&browser, &tried(&page, look), &picture, (1400, 900));
            let result = percent_decoded(&result);
            let result: serde_json::Value = serde_json::from_str(&result).expect("JSON");
            assert_eq!(result["nodes"], nodes, "{result}");
            assert_eq!((&result["overlaps"], &result["outside"]), (&0.into(), &0.into()), "{result}");
            assert_eq!(
                result["clicked"].as_str().unwrap().split(", ").take(4).collect::<Vec<_>>(),
                ["rules.r-0", "Pattern", "From here", "To here"]
            );
            assert_eq!(
                (&result["declared"], &result["found"]),
                (&true.into(), &"1 found".into()),
                "{result}"
            );
            assert_eq!(result["went"], "queues.q-0", "{result}");
            let order: Vec<_> =
                result["order"].as_array().unwrap().iter().map(|step| step.as_str().unwrap()).collect();
            assert_eq!(
                order[..4],
                [
                    "begins at apis.shop",
                    "apis.shop sends to buses.b-0",
                    "buses.b-0 is listened to by rules.r-0",
                    "rules.r-0 sends to queues.q-0",
                ]
            );
            assert!(result["passed"].as_u64().unwrap() >= 3, "{result}");
            assert_eq!((&result["loaded"], &result["breaches"]), (&0.into(), &0.into()), "{result}");
            assert_eq!(result["wrong"], serde_json::json!([]), "{result}");
            assert!(picture.metadata().is_ok_and(|file| file.len() > 10_000), "{name}: no picture");
        }
    }
    // Under its own policy, as it is, its script runs.
    let (page, _) = page_of(&gateway(10));
    let picture = pictures.join("as-it-is.png");
    let dom = dumped(&browser, &page, &picture, (1400, 900));
    assert!(dom.contains("data-ready=\"yes\""), "the script did not run under its policy");
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digits = |rest: &mut std::str::Bytes<'_>| {
            let digits = [rest.next()?, rest.next()?];
            u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()
        };
        bytes.push(if byte == b'%' { digits(&mut rest).expect("two digits") } else { byte });
    }
    String::from_utf8(bytes).expect("text")
}
