//! Plans as folders: `tests/fixtures/NAME` holds a stack, what is live (as `gatewayctl snapshot` writes it), and
//! every output of the plan of the two. The first line of the stack says the flags.
//!
//! `GATEWAYCTL_FIXTURES=1 cargo test --test it fixtures` makes each `live.json` anew: it applies `before.yaml` to an
//! embedded account, takes a snapshot of it beside `stack.yaml`, and puts `edits.json` over that (a merge patch for
//! each address; `""` for the whole, `-` for what is not in it, `+` for copies with a patch).

use std::path::{Path, PathBuf};

use gatewayctl::compile::compile;
use gatewayctl::engine::Address;
use gatewayctl::plan::{Against, Options, Part, Plan, plan};
use gatewayctl::report::{
    FORMAT_VERSION, Files, MOST_BYTES, RepoUrl, View, json_text, plan_annotations, plan_json, plan_markdown,
    plan_text,
};
use gatewayctl::snapshot;
use gatewayctl::source::{Findings, Sources};
use gatewayctl::spec::{self, Inputs, Mode};

use crate::support::shape;

/// What stands in secrets, and where secrets may have stood, in every fixture that has one.
const PLANTED: &str = "hunter2";
/// The schema of plans, in docs/.
const SCHEMA: &str = "plan.schema.json";

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// A plan with what it was made of.
pub struct Planned {
    pub plan: Plan,
    pub sources: Sources,
    pub files: Files,
}

impl Planned {
    /// The plan of a stack's text and a snapshot's, as the command makes it.
    pub fn of(base: &Path, text: &str, live: &str) -> Planned {
        let (flags, env) = flags(text);
        let live = snapshot::parse(live).expect("a snapshot");
        let mut inputs = Inputs::of_process(base.to_owned(), Mode::Local);
        inputs.environment = Box::new(|name| name.ends_with("_KEY").then(|| format!("{PLANTED}-of-now")));
        inputs.env = env;
        inputs.account = Some(live.account.clone());
        inputs.stores = Some(live.stores.clone());
        let mut sources = Sources::new();
        let file = sources.add("stack.yaml", text);
        let mut findings = Findings::default();
        let kinds = gatewayctl::kinds::declarable();
        let later = gatewayctl::kinds::LATER;
        let stack = spec::load(&mut sources, file, &inputs, &kinds, later, &mut findings);
        let graph = stack.map(|stack| compile(&stack, base, &mut findings));
        let drawn: Vec<_> = findings.iter().map(|finding| &finding.message).collect();
        assert!(!findings.has_errors(), "{drawn:?}");
        let graph = graph.expect("a graph");
        let (survey, unknown) = live.survey(&graph, &flags.adopt);
        let mut plan = plan(&graph, &survey, &flags);
        plan.warnings.extend(snapshot::younger(&unknown, &graph));
        plan.against = Against::Snapshot { file: "live.json".into() };
        let url = RepoUrl::of_github("https://github.com", "acme/shop", "c0ffee");
        let files = Files { url, paths: [("stack.yaml".into(), "infra/stack.yaml".into())].into() };
        Planned { plan, sources, files }
    }

    /// Every output by its name.
    pub fn outputs(&self) -> [(&'static str, String); 5] {
        let Planned { plan, sources, files } = self;
        let view = View::default();
        [
            ("text", plan_text(plan, sources, view)),
            (
                "compact",
                plan_text(plan, sources, View { compact: true, show_unchanged: true, width: 60, ..view }),
            ),
            ("markdown", plan_markdown(plan, sources, files, MOST_BYTES)),
            ("json", json_text(&plan_json(plan, sources))),
            ("github", plan_annotations(plan, sources, files)),
        ]
    }
}

/// The flags in the first line of a stack.
fn flags(text: &str) -> (Options, Option<String>) {
    let line = text.lines().next().unwrap_or_default();
    let line =
        line.strip_prefix("# gatewayctl plan --live live.json").expect("the command in the first line");
    let mut words = line.split_whitespace();
    let (mut options, mut env, mut part) = (Options::default(), None, Part::default());
    while let Some(flag) = words.next() {
        let value = words.next().expect("a value");
        let address = || value.parse::<Address>().expect("an address");
        match flag {
            "--env" => env = Some(value.to_owned()),
            "--allow-destroy" => drop(options.allow_destroy.insert(address())),
            "--rotate" => drop(options.rotate.insert(address())),
            "--adopt" => drop(options.adopt.insert(address(), None)),
            "--target" => part.target.push(address()),
            "--exclude" => part.exclude.push(address()),
            _ => panic!("unknown flag {flag}"),
        }
    }
    options.part = part;
    (options, env)
}

pub fn names() -> Vec<String> {
    let folders = std::fs::read_dir(folder()).expect("the fixtures").map(|entry| entry.expect("a folder"));
    let mut names: Vec<String> =
        folders.map(|entry| entry.file_name().into_string().expect("a plain name")).collect();
    names.sort();
    names
}

pub fn read(name: &str, file: &str) -> String {
    std::fs::read_to_string(folder().join(name).join(file))
        .unwrap_or_else(|error| panic!("{name}/{file}: {error}"))
}

#[test]
fn every_output_of_every_plan_is_as_it_was_read() {
    let names = names();
    assert!(names.len() >= 40, "{} fixtures", names.len());
    let mut plans = Vec::new();
    for name in &names {
        let planned = Planned::of(&folder().join(name), &read(name, "stack.yaml"), &read(name, "live.json"));
        for (output, text) in planned.outputs() {
            assert!(!text.contains(PLANTED), "{name}: a secret stands in its {output}:\n{text}");
            let strange = |c: char| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
            assert!(!text.contains(strange), "{name}: {output}:\n{text:?}");
            let commands = output == "github";
            let obeyed = |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
            assert!(commands || !text.lines().any(obeyed), "{name}: a runner obeys {output}:\n{text}");
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(folder().join(name));
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.bind(|| insta::assert_snapshot!(output, text));
        }
        plans.push((name.clone(), plan_json(&planned.plan, &planned.sources)));
    }
    shape::follow(SCHEMA, &plans);
}

#[test]
fn the_example_of_the_page_follows_the_schema() {
    shape::follow(SCHEMA, &[("docs/plan-json.md".into(), shape::example_of("plan-json.md"))]);
}

#[test]
fn a_change_of_the_schema_is_a_new_version() {
    let (version, digest) = shape::version_and_digest(SCHEMA);
    assert_eq!(version, FORMAT_VERSION);
    // Another digest is another shape: raise the version, its first number if what reads the old shape cannot read
    // the new one.
    insta::assert_snapshot!(format!("{version} {digest}"), @"1.5 f7a685cd95fbc351");
}

/// Makes every `live.json` anew; does nothing unless it is told to.
#[cfg(feature = "aws")]
#[test]
fn snapshots_of_fixtures_are_made_where_that_is_asked_for() {
    use crate::support::process::Folder;

    if std::env::var_os("GATEWAYCTL_FIXTURES").is_none() {
        return;
    }
    let only = std::env::var("GATEWAYCTL_FIXTURES").expect("a name, or 1");
    for name in names().into_iter().filter(|name| only == "1" || *name == only) {
        let copy = Folder::copy_of(&format!("tests/fixtures/{name}"));
        let stack = read(&name, "stack.yaml");
        let (_, env) = flags(&stack);
        let env: Vec<&str> = env.iter().flat_map(|env| ["--env", env.as_str()]).collect();
        std::fs::write(copy.path().join("stack.yaml"), read(&name, "before.yaml")).expect("a stack");
        let run = |args: &[&str]| {
            let key = format!("{PLANTED}-of-then");
            let secrets = [("CARRIER_KEY", key.as_str()), ("PARTNER_KEY", key.as_str())];
            copy.run_with(&[args, &["--local", "--quiet"], env.as_slice()].concat(), &secrets).ends(0)
        };
        run(&["apply", "--yes"]);
        std::fs::write(copy.path().join("stack.yaml"), stack).expect("a stack");
        let taken = run(&["snapshot"]).stdout;
        let mut live: serde_json::Value = serde_json::from_str(&taken).expect("JSON");
        if folder().join(&name).join("edits.json").exists() {
            edit(&mut live, &serde_json::from_str(&read(&name, "edits.json")).expect("JSON"));
        }
        std::fs::write(folder().join(&name).join("live.json"), format!("{live:#}\n")).expect("a file");
    }
}

#[cfg(feature = "aws")]
fn edit(live: &mut serde_json::Value, edits: &serde_json::Value) {
    let resources = |live: &mut serde_json::Value, address: &str| -> Vec<usize> {
        let all = live["resources"].as_array().expect("a list").iter().enumerate();
        all.filter(|(_, entry)| entry["address"] == address).map(|(at, _)| at).collect()
    };
    for (key, value) in edits.as_object().expect("an object") {
        match key.as_str() {
            "" => merge(live, value),
            "+" => {
                for copy in value.as_array().expect("a list") {
                    let at = resources(live, copy["of"].as_str().expect("an address"))[0];
                    let mut entry = live["resources"][at].clone();
                    merge(&mut entry, &copy["with"]);
                    live["resources"].as_array_mut().expect("a list").push(entry);
                }
            }
            "-" => {
                for address in value.as_array().expect("a list") {
                    let all = live["resources"].as_array_mut().expect("a list");
                    all.retain(|entry| entry["address"] != *address);
                }
            }
            address => {
                for at in resources(live, address) {
                    merge(&mut live["resources"][at], value);
                }
            }
        }
    }
}

/// RFC 7396.
#[cfg(feature = "aws")]
fn merge(target: &mut serde_json::Value, patch: &serde_json::Value) {
    let (Some(patch), true) = (patch.as_object(), target.is_object()) else {
        *target = patch.clone();
        return;
    };
    for (key, value) in patch {
        if value.is_null() {
            target.as_object_mut().expect("an object").remove(key);
        } else {
            merge(&mut target[key.as_str()], value);
        }
    }
}
