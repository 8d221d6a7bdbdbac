//! The outputs of a plan on the command line: which stream or file each goes to, and what they link to.

use crate::support::process::{Folder, Ran};

const STACK: &str = "stack: shop\nregion: eu-west-1\nqueues:\n  a: { delay: 1m }\n";

fn folder() -> Folder {
    let folder = Folder::with_stack(STACK);
    std::fs::create_dir(folder.path().join(".git")).expect("a folder");
    folder
}

fn written(folder: &Folder, file: &str) -> String {
    std::fs::read_to_string(folder.path().join(file)).expect("the file")
}

#[test]
fn one_run_writes_a_plan_to_stdout_and_into_files_beside_it() {
    let folder = folder();
    let args = [
        "plan",
        "--offline",
        "--json-into",
        "plan.json",
        "--markdown-into",
        "plan.md",
        "--html-into",
        "plan.html",
    ];
    let text = folder.run(&args).ends(0).stdout;
    assert!(text.starts_with("Plan: 1 to create."), "{text}");
    let alone = |format: &str| folder.run(&["plan", "--offline", "--format", format]).ends(0).stdout;
    assert_eq!(written(&folder, "plan.json"), alone("json"));
    assert_eq!(written(&folder, "plan.md"), alone("markdown"));
    let page = written(&folder, "plan.html");
    assert!(page.starts_with("<!doctype html>") && page.contains("<code>+ queues.a</code>"), "{page}");
    let failed = folder.run(&["plan", "--offline", "--markdown-into", "none/plan.md"]).ends(1);
    assert!(failed.stderr.contains("cannot write none/plan.md"), "{}", failed.stderr);
}

#[test]
fn markdown_links_to_where_the_flag_or_the_ci_says_the_repository_is() {
    let folder = folder();
    let link = |args: &[&str], variables: &[(&str, &str)]| {
        let args = [&["plan", "--offline", "--format", "markdown"], args].concat();
        let text = folder.run_with(&args, variables).ends(0).stdout;
        let link = text.split_once("href=\"").and_then(|(_, rest)| rest.split_once('"'));
        link.map_or_else(String::new, |(link, _)| link.to_owned())
    };
    let github = [
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_REPOSITORY", "acme/shop"),
        ("GITHUB_SHA", "c0ffee"),
    ];
    let gitlab = [("CI_PROJECT_URL", "https://gitlab.com/acme/shop"), ("CI_COMMIT_SHA", "c0ffee")];
    assert_eq!(link(&[], &[]), "");
    assert_eq!(link(&[], &github), "https://github.com/acme/shop/blob/c0ffee/stack.yaml#L4");
    assert_eq!(link(&[], &gitlab), "https://gitlab.com/acme/shop/-/blob/c0ffee/stack.yaml#L4");
    let flag = ["--repo-url", "https://git.acme.org/shop"];
    assert_eq!(link(&flag, &github), "https://git.acme.org/shop/blob/HEAD/stack.yaml#L4");
    folder.run(&["plan", "--offline", "--repo-url", "javascript:alert(1)"]).ends(64);
    folder.run(&["plan", "--offline", "--max-bytes", "10"]).ends(64);
}

#[test]
fn a_plan_is_as_wide_as_it_is_said_to_be() {
    let longest = |columns: &str| {
        let text = folder().run_with(&["plan", "--offline"], &[("COLUMNS", columns)]).ends(0).stdout;
        text.lines().map(|line| line.chars().count()).max().unwrap_or(0)
    };
    let folder = |text: &str| Folder::with_stack(text);
    let wide = folder(
        "stack: shop\nbuses:\n  a: { description: a text of more than forty columns that is broken }\n",
    );
    let ran = wide.run_with(&["plan", "--offline"], &[("COLUMNS", "40")]).ends(0).stdout;
    assert!(ran.contains("Description:\n"), "{ran}");
    assert!(longest("40") <= 40 && longest("nonsense") <= 100);
}

fn annotated(ran: &Ran) -> &str {
    ran.stdout.lines().next().unwrap_or_default()
}

#[test]
fn annotations_stand_on_the_lines_of_the_file_whatever_folder_one_is_in() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("infra")).expect("a folder");
    std::fs::write(folder.path().join("infra/stack.yaml"), "stack: shop\nqueus: {}\n").expect("a file");
    let expected = "::error file=infra/stack.yaml,line=2,col=1,title=unknown_key::unknown key `queus`; did you mean `queues`?";
    let of_file = folder.run(&["validate", "infra", "--format", "github"]).ends(1);
    assert_eq!(annotated(&of_file), expected);
    assert!(of_file.stderr.contains("error[unknown_key]"), "{}", of_file.stderr);
    let planned = folder.run(&["plan", "infra", "--offline", "--format", "github"]).ends(1);
    assert_eq!(annotated(&planned), expected);
    let sound = folder.run(&["plan", "--offline", "--format", "github"]).ends(0);
    assert_eq!(sound.stdout, "::notice title=gatewayctl plan shop/-/eu-west-1::Plan: 1 to create.\n");
}

#[test]
fn findings_as_json_go_to_stdout_whether_or_not_the_stack_is_valid() {
    let read = |text: &str| -> serde_json::Value { serde_json::from_str(text).expect("JSON") };
    let valid = read(&folder().run(&["validate", "--format", "json"]).ends(0).stdout);
    assert_eq!(valid["valid"], true);
    let wrong = Folder::with_stack("stack: shop\nqueus: {}\n");
    let wrong = read(&wrong.run(&["validate", "--format", "json"]).ends(1).stdout);
    assert_eq!(wrong["findings"][0]["code"], "unknown_key");
}

/// A resource of each kind that the table of certain calls has rows of.
#[cfg(feature = "aws")]
const EACH_KIND: &str = "\
# gatewayctl plan --live live.json
stack: shop
region: eu-west-1
queues: { jobs: { visibility_timeout: 1m } }
streams: { clicks: { protect: false } }
buses: { orders: {} }
archives: { orders: { bus: orders, protect: false } }
functions:
  work: { code: code, handler: index.handler, runtime: python3.13, triggers: { jobs: { queue: jobs } } }
apis:
  front: { routes: { \"GET /orders\": { function: work, api_key: true } } }
usage_plans:
  partners: { api_stages: [ { api: front } ] }
connections:
  carrier: { api_key: { name: X-Api-Key, value: not-one } }
api_destinations:
  carrier: { connection: carrier, endpoint: \"https://carrier.example.com/orders\", method: POST }
rules:
  paid: { bus: orders, pattern: { source: [shop] }, targets: { jobs: { queue: jobs } } }
";

#[cfg(feature = "aws")]
#[test]
fn the_calls_that_a_plan_is_sure_of_are_made() {
    use crate::fixtures::Planned;

    let folder = Folder::with_stack(EACH_KIND);
    std::fs::create_dir(folder.path().join("code")).expect("a folder");
    std::fs::write(folder.path().join("code/index.py"), "def handler(event, context): pass\n").expect("code");
    let empty = "# gatewayctl plan --live live.json\nstack: shop\nregion: eu-west-1\n";
    for (text, most) in [(EACH_KIND, 10), (empty, 9)] {
        std::fs::write(folder.path().join("stack.yaml"), text).expect("the stack");
        let live = folder.run(&["snapshot", "--local", "-vv"]).ends(0);
        assert!(live.stderr.contains("attempt") && !live.stderr.contains('\u{1b}'), "{}", live.stderr);
        let sure = Planned::of(folder.path(), text, &live.stdout).plan.certain_calls();
        assert!(sure.len() >= most, "{sure:?}");
        let log = folder.run(&["apply", "--local", "--yes", "-vv", "--log-format", "json"]).ends(0).stderr;
        let lines = log.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let calls: Vec<_> = lines.map(|line| line["fields"].clone()).collect();
        for ((service, operation), n) in sure {
            let made =
                calls.iter().filter(|call| call["service"] == service && call["operation"] == operation);
            assert!(made.count() as u64 >= n, "{service}:{operation}: not {n} times");
        }
    }
}
