//! The markdown of plans in a browser, as wide as a phone and as a desk: nothing stands out at the side. The pictures
//! stay in `target/plans`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gatewayctl::report::{MOST_BYTES, page, plan_markdown};

use crate::fixtures::{Planned, folder, read};
use crate::markdown::many;

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

/// Draws a page, and gives what it measured.
fn draw(browser: &Path, page: &str, picture: &Path, (width, height): (u32, u32)) -> String {
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
    let dom = std::fs::read_to_string(dom).expect("a page");
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
