//! The skeleton of a definition in the Amazon States Language: what Step Functions refuses, said at its place
//! before any call. Expressions and paths are not evaluated.

mod payload;
mod state;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::Value;
use crate::kinds::Lowering;
use crate::kinds::document::At;
use crate::source::suggest;

use types::{Language, MACHINE};

/// The code of everything that Step Functions would refuse in a definition.
const CODE: &str = "bad_definition";
/// The most characters of a state's name.
const LONGEST_NAME: usize = 80;

/// A task of a definition, as far as it was read.
pub struct Task<'d> {
    /// The state.
    pub state: At<'d>,
    /// What stands under `Arguments` or `Parameters`.
    pub input: Option<At<'d>>,
}

/// What a definition holds that takes rights.
#[derive(Default)]
pub struct Found<'d> {
    pub tasks: Vec<Task<'d>>,
    /// `ItemReader`s and `ResultWriter`s of maps that are distributed.
    pub stores: Vec<Task<'d>>,
    /// Whether a map starts executions of its own.
    pub distributed: bool,
}

/// Says what is wrong with a definition, and gives what it calls.
pub fn read<'d>(own: &mut Lowering<'_>, top: &At<'d>, is_express: bool) -> Found<'d> {
    let mut reader = Reader {
        own,
        is_express,
        names: BTreeMap::new(),
        default: Language::Path,
        errors: 0,
        found: Found::default(),
    };
    reader.language_of(top);
    reader.machine(top, MACHINE, None);
    reader.found
}

struct Reader<'o, 'l, 'd> {
    own: &'o mut Lowering<'l>,
    is_express: bool,
    /// The states so far, by name: there are no two of one name in a whole definition.
    names: BTreeMap<String, String>,
    /// The language of the machine.
    default: Language,
    /// How much is wrong so far.
    errors: usize,
    found: Found<'d>,
}

impl<'d> Reader<'_, '_, 'd> {
    fn error(&mut self, at: &At<'_>, message: impl AsRef<str>, help: &str) {
        self.errors += 1;
        at.error(self.own, CODE, message.as_ref(), help);
    }

    fn language_of(&mut self, top: &At<'d>) {
        let Some(at) = top.at(&["QueryLanguage"]) else { return };
        match at.value.as_str().map(|word| (word, Language::of(word))) {
            Some((_, Some(language))) => self.default = language,
            _ => self.error(&at, "`QueryLanguage` is `JSONPath` or `JSONata`", ""),
        }
    }

    /// A machine, a branch or the processor of a map: its states, and whether all of them are reached.
    fn machine(&mut self, at: &At<'d>, fields: &[&'static str], above: Option<&str>) {
        let what = above.map_or("the definition".to_owned(), |state| format!("what runs inside `{state}`"));
        if at.value.as_map().is_none() {
            return self.error(at, format!("{what} is no map"), "write `StartAt` and `States`");
        }
        for member in at.children() {
            if !fields.contains(&member.key()) {
                let near = suggest(member.key(), fields.iter().copied());
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                let message = format!("`{}` is no field of a state machine{near}", member.key());
                self.error(&member, message, &format!("the fields are {}", list(fields)));
            }
        }
        let Some(states) =
            at.at(&["States"]).filter(|states| states.value.as_map().is_some_and(|map| !map.is_empty()))
        else {
            return self.error(
                at,
                format!("{what} has no `States`"),
                "write `States: { NAME: { Type: Pass, End: true } }`",
            );
        };
        let before = self.errors;
        let names: Vec<String> = states.children().iter().map(|state| state.key().to_owned()).collect();
        let mut reached = BTreeSet::new();
        match at.at(&["StartAt"]) {
            None => {
                self.error(at, format!("{what} has no `StartAt`"), &format!("write `StartAt: {}`", names[0]))
            }
            Some(start) => self.leads(&start, "StartAt", &names, &mut reached),
        }
        let mut leads = BTreeMap::new();
        for state in states.children() {
            self.name(&state);
            leads.insert(state.key().to_owned(), self.state(&state, &names));
        }
        // A lead that is wrong may have been meant for the one that none leads to.
        if self.errors == before {
            self.unreached(&states, reached, &leads);
        }
    }

    fn name(&mut self, state: &At<'d>) {
        let name = state.key().to_owned();
        if name.chars().count() > LONGEST_NAME {
            self.error(state, format!("the name of a state has at most {LONGEST_NAME} characters"), "");
        }
        let here = place(state);
        if let Some(other) = self.names.insert(name.clone(), here) {
            let message = format!("a second state is called `{name}`; the first one stands at {other}");
            self.error(state, message, "names of states are unique in the whole definition: give it another");
        }
    }

    /// A field that names a state beside this one.
    fn leads(&mut self, at: &At<'d>, field: &str, names: &[String], reached: &mut BTreeSet<String>) {
        match at.value {
            Value::String(to) if names.contains(to) => {
                reached.insert(to.clone());
            }
            Value::String(to) => {
                let near = suggest(to, names.iter().map(String::as_str));
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                let help = format!("the states here are {}", list(names));
                self.error(at, format!("`{field}` names no state beside it: `{to}`{near}"), &help);
            }
            // What is known only later leads anywhere.
            Value::Unknown(_) => reached.extend(names.iter().cloned()),
            _ => self.error(at, format!("`{field}` is the name of a state"), ""),
        }
    }

    /// States that no path from the first one leads to are refused.
    fn unreached(
        &mut self,
        states: &At<'d>,
        mut reached: BTreeSet<String>,
        leads: &BTreeMap<String, BTreeSet<String>>,
    ) {
        let mut open: Vec<String> = reached.iter().cloned().collect();
        while let Some(state) = open.pop() {
            for to in leads.get(&state).into_iter().flatten() {
                if reached.insert(to.clone()) {
                    open.push(to.clone());
                }
            }
        }
        for state in states.children() {
            if !reached.contains(state.key()) {
                let message = format!("nothing leads to the state `{}`", state.key());
                self.error(&state, message, "name it in a `Next`, or take it away");
            }
        }
    }
}

/// Words in a sentence.
fn list<T: AsRef<str>>(words: &[T]) -> String {
    words.iter().map(|word| format!("`{}`", word.as_ref())).collect::<Vec<_>>().join(", ")
}

/// Where a part stands, in words.
fn place(at: &At<'_>) -> String {
    at.path().trim_start_matches("definition.").to_owned()
}
