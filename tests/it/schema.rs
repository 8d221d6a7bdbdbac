//! `schema`: what an editor says of a file is what `validate` says of it.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use gatewayctl::schema::{Of, schema};
use gatewayctl::source::{Findings, Severity, Sources, parse};
use gatewayctl::spec::{self, Inputs, Mode};
use gatewayctl::{compile, kinds};
use serde_json::{Value, json};

use crate::support::emulators::run_python;
use crate::support::process::Folder;

/// A file of the repository.
struct File {
    name: String,
    folder: PathBuf,
    document: Value,
}

impl File {
    fn new(name: &str, folder: &Path, text: &str) -> File {
        let mut sources = Sources::new();
        let file = sources.add(name, text.to_owned());
        let mut findings = Findings::default();
        let document = parse(&sources, file, &mut findings).expect(name).to_json();
        assert!(!findings.has_errors(), "{name}");
        File { name: name.to_owned(), folder: folder.to_owned(), document }
    }
}

/// Every stack of the repository: examples, stacks, conformance files, blocks and examples of the reference.
fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for shelf in ["examples", "stacks"] {
        for entry in std::fs::read_dir(root.join(shelf)).expect("a folder").flatten() {
            let file = entry.path().join("stack.yaml");
            if let Ok(text) = std::fs::read_to_string(&file) {
                found.push(File::new(&file.display().to_string(), &entry.path(), &text));
            }
        }
    }
    for entry in std::fs::read_dir(root.join("tests/conformance")).expect("a folder").flatten() {
        if entry.path().extension().is_some_and(|end| end == "yaml") {
            let text = std::fs::read_to_string(entry.path()).expect("a stack");
            found.push(File::new(&entry.path().display().to_string(), root, &text));
        }
    }
    let blocks = include_str!("../../docs/language.md").split("```yaml\n").skip(1);
    for (number, block) in blocks.filter_map(|rest| rest.split("```").next()).enumerate() {
        if block.starts_with("stack:") {
            found.push(File::new(&format!("language.md {number}"), root, block));
        }
    }
    for page in gatewayctl::reference::pages() {
        found.push(File::new(&format!("example of {}", page.about.kind), root, page.about.example));
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// The codes of the errors that `validate` finds in a document.
fn wrong(file: &File, document: &Value) -> BTreeSet<&'static str> {
    let mut codes = BTreeSet::new();
    let environments = document["environments"].as_object().map(|all| all.keys().cloned().collect());
    let environments: Vec<String> = environments.unwrap_or_default();
    let mut environments: Vec<Option<String>> = environments.into_iter().map(Some).collect();
    if environments.is_empty() {
        environments.push(None);
    }
    for env in environments {
        let mut sources = Sources::new();
        let id = sources.add("stack.yaml", document.to_string());
        let mut inputs = Inputs::of_process(file.folder.clone(), Mode::Offline);
        inputs.env = env.map(|name| name.replace('*', "anyone"));
        inputs.region = document["region"].as_str().is_none().then(|| "us-east-1".to_owned());
        let mut findings = Findings::default();
        let stack = spec::load(&mut sources, id, &inputs, &kinds::declarable(), kinds::LATER, &mut findings);
        if let Some(stack) = stack {
            compile::compile(&stack, &file.folder, &mut findings);
        }
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
        codes.extend(errors.map(|finding| finding.code));
    }
    codes
}

/// A change of a document at one place.
struct Mutation {
    /// What is done and where, without the user's keys.
    place: String,
    /// The changed resource alone, which is enough for a schema that has accepted the rest; the whole
    /// document where it is no resource.
    part: Value,
    /// The same with all that it refers to, for `validate`.
    document: Value,
}

/// The keys that the language knows.
#[derive(Default)]
struct Words {
    known: BTreeSet<String>,
    /// Those below which anything may stand.
    open: BTreeSet<String>,
    /// Those that must stand somewhere.
    required: BTreeSet<String>,
}

impl Words {
    fn collect(&mut self, schema: &Value) {
        for (key, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            self.known.insert(key.clone());
            if ["type", "anyOf", "$ref"].iter().all(|member| property.get(member).is_none()) {
                self.open.insert(key.clone());
            }
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        self.required.extend(required.filter_map(|key| key.as_str().map(str::to_owned)));
        match schema {
            Value::Object(map) => map.values().for_each(|value| self.collect(value)),
            Value::Array(items) => items.iter().for_each(|value| self.collect(value)),
            _ => {}
        }
    }

    /// The places of a document that a schema speaks of.
    fn paths(&self, value: &Value, path: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
        let steps: Vec<(String, &Value)> = match value {
            Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
            Value::Array(items) => {
                items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
            }
            _ => return,
        };
        for (step, value) in steps {
            let is_open = self.open.contains(&step) || OPEN.contains(&step.as_str());
            path.push(step);
            paths.push(path.clone());
            if !is_open {
                self.paths(value, path, paths);
            }
            path.pop();
        }
    }
}

/// Documents of AWS's, of which a schema says no more than that they are maps.
const OPEN: [&str; 3] = ["pattern", "policy", "of"];
/// Values of another type.
const WRONG: [fn() -> Value; 4] =
    [|| json!({ "zzz": [true] }), || json!([[true]]), || json!(-7), || json!("no-such word")];

/// What stands at a path.
fn at<'a>(document: &'a mut Value, path: &[String]) -> &'a mut Value {
    path.iter().fold(document, |value, step| match value {
        Value::Array(items) => &mut items[step.parse::<usize>().expect("an index")],
        other => &mut other[step.as_str()],
    })
}

fn is_kind(key: &str) -> bool {
    kinds::kind(key).is_some()
}

/// A stack of one resource and all that it refers to, which is told by its key.
fn with_references(document: &Value, kind: &str, key: &str) -> Value {
    let mut own = document.clone();
    let mut kept = BTreeSet::new();
    let mut next = vec![(kind.to_owned(), key.to_owned())];
    while let Some((kind, key)) = next.pop() {
        let text = document[&kind][&key].to_string();
        for (other, section) in document.as_object().into_iter().flatten().filter(|(key, _)| is_kind(key)) {
            for key in section.as_object().into_iter().flatten().map(|(key, _)| key) {
                let named = [format!("\"{key}\""), format!("{other}.{key}")];
                let id = (other.clone(), key.clone());
                if named.iter().any(|named| text.contains(named)) && !kept.contains(&id) {
                    next.push(id);
                }
            }
        }
        kept.insert((kind, key));
    }
    for (kind, section) in own.as_object_mut().into_iter().flatten().filter(|(key, _)| is_kind(key)) {
        if let Some(section) = section.as_object_mut() {
            section.retain(|key, _| kept.contains(&(kind.clone(), key.clone())));
        }
    }
    own.as_object_mut().into_iter().for_each(|own| drop(own.remove("outputs")));
    own
}

/// Every place of a file changed, as long as no file before had the place: its key misspelt, its key left
/// out, its value of another type, which of them the place decides.
fn mutations(document: &Value, words: &Words, seen: &mut BTreeSet<(String, String)>) -> Vec<Mutation> {
    let mut paths = Vec::new();
    words.paths(document, &mut Vec::new(), &mut paths);
    let mut found = Vec::new();
    let mut closed: HashMap<(String, String), Value> = HashMap::new();
    for path in paths {
        let known = |step: &String| words.known.contains(step);
        // The name of a component is the user's, whatever words there are.
        let is_name = |at: usize| at == 1 && path[0] == "components";
        let step = |(at, step): (usize, &'_ String)| known(step) && !is_name(at);
        let place: Vec<&str> =
            path.iter().enumerate().map(|each| if step(each) { each.1.as_str() } else { "*" }).collect();
        // The same keys below the same key of a kind are the same rows, however deep they stand.
        let rows = (place[0].to_owned(), place[place.len().saturating_sub(2)..].join("."));
        let place = place.join(".");
        if !seen.insert(rows) {
            continue;
        }
        let (last, above) = path.split_last().expect("a step");
        let mut add = |what: &str, change: &dyn Fn(&mut Value)| {
            let mut changed = document.clone();
            change(&mut changed);
            let (part, document) = match path.as_slice() {
                [kind, key, _, ..] if is_kind(kind) => {
                    let before = closed
                        .entry((kind.clone(), key.clone()))
                        .or_insert_with(|| with_references(document, kind, key));
                    let resource = changed[kind][key].clone();
                    let mut own = before.clone();
                    own[kind][key] = resource.clone();
                    (json!({ "stack": document["stack"], kind.as_str(): { key.as_str(): resource } }), own)
                }
                _ => (changed.clone(), changed),
            };
            found.push(Mutation { place: format!("{what} {place}"), part, document });
        };
        if known(last) {
            let remove = |document: &mut Value| at(document, above).as_object_mut()?.remove(last);
            add("misspelt", &|document| {
                let value = remove(document).unwrap_or_default();
                at(document, above)[format!("{last}zz")] = value;
            });
            if words.required.contains(last) {
                add("left out", &|document| drop(remove(document)));
            }
        }
        let wrong = WRONG[place.len() % WRONG.len()]();
        add(&format!("{wrong} at"), &|document| *at(document, &path) = wrong.clone());
    }
    found
}

/// What a schema can see: keys, types, words.
const SHAPE: [&str; 6] =
    ["unknown_key", "wrong_shape", "unknown_word", "missing_key", "no_kind_key", "bad_type"];

/// What of it this schema leaves to `validate`, by a part of what is done: values of parameters, keys that are
/// wanted only beside others, texts with a grammar of their own.
const LEFT: [&str; 10] = [
    "parameters.",
    "components.*.for_each.",
    "components.*.with.",
    "left out environments.",
    "left out functions.",
    "left out rules.*.targets.",
    "left out pipes.",
    ".grants.",
    ".starting_position_timestamp",
    ".self_managed_kafka.",
];

/// Of so many that the schema refuses, one is shown to `validate`.
const SAMPLE: usize = 4;

#[test]
fn the_schema_accepts_every_stack_and_refuses_of_its_mutations_what_validate_refuses() {
    let stack = schema(Of::Stack);
    let mut known = Words::default();
    known.collect(&stack);
    let component = schema(Of::Component);
    let mut documents = vec![
        json!(["component", { "parameters": { "name": "string" }, "queues": { "jobs": {} } }]),
        json!(["component", { "for_each": ["a"], "queues": { "jobs": {} } }]),
    ];
    let files = files();
    // What each document is called, and the file and the stack that `validate` is asked about.
    let mut asked: Vec<(String, Option<(&File, Value)>)> =
        vec![("a component".to_owned(), None), ("a component's use in its file".to_owned(), None)];
    let mut seen = BTreeSet::new();
    for file in &files {
        documents.push(json!(["stack", file.document]));
        asked.push((file.name.clone(), None));
        for mutation in mutations(&file.document, &known, &mut seen) {
            documents.push(json!(["stack", mutation.part]));
            asked.push((format!("{}: {}", file.name, mutation.place), Some((file, mutation.document))));
        }
    }
    let folder = Folder::with_stack("");
    let given = folder.path().join("given.json");
    let text = json!({
        "schemas": { "stack": stack, "component": component },
        "documents": documents,
        // Both are made of the same parts, and the check takes seconds.
        "checked": "component",
    });
    std::fs::write(&given, text.to_string()).expect("a file");
    let said = run_python("schema.py", &[given.to_str().expect("a path")]);
    let said = said.as_array().expect("a list");
    assert_eq!(said.len(), asked.len());
    let (mut missed, mut false_alarms, mut both) = (Vec::new(), Vec::new(), 0);
    for (number, (said, (name, mutated))) in said.iter().zip(&asked).enumerate() {
        let said = said.as_str();
        let Some((file, document)) = mutated else {
            // What is right as it stands.
            let is_wrong = name.contains("use in its file");
            assert_eq!(said.is_some(), is_wrong, "{name}: {said:?}");
            continue;
        };
        // What a schema accepts is looked at each time; of what it refuses, which takes longer, a part.
        if said.is_some() && number % SAMPLE != 0 {
            continue;
        }
        let codes = wrong(file, document);
        match said {
            Some(error) if codes.is_empty() => false_alarms.push(format!("{name}: {error}")),
            None if codes.iter().any(|code| SHAPE.contains(code))
                && !LEFT.iter().any(|left| name.contains(left)) =>
            {
                missed.push(format!("{name}: {codes:?}"));
            }
            Some(_) => both += 1,
            None => {}
        }
    }
    let refused = said.iter().filter(|said| said.is_string()).count();
    println!("{} documents, {refused} refused, {both} of them asked about and refused by both", asked.len());
    assert!(both > 100, "{both}");
    assert!(false_alarms.is_empty(), "{} false alarms: {false_alarms:#?}", false_alarms.len());
    assert!(missed.is_empty(), "{} missed: {missed:#?}", missed.len());
}
