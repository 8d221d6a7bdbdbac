//! One state.

use std::collections::BTreeSet;

use crate::engine::Value;
use crate::kinds::document::At;
use crate::source::suggest;

use super::types::{INNER, Language, StateType, TYPES};
use super::{Reader, Task, list, payload};

/// The ways in which a `Wait` says how long.
const WAITS: &[&str] = &["Seconds", "Timestamp", "SecondsPath", "TimestampPath"];
/// What a rule of a `Choice` begins with in JSONPath.
const TESTS: &[&str] = &["Variable", "And", "Or", "Not"];
/// Endings of a task's resource that a machine of type EXPRESS does not have.
const WAITED: &[&str] = &[".sync", ".sync:2", ".waitForTaskToken"];
/// The error that stands for all others.
const ALL: &str = "States.ALL";

impl<'d> Reader<'_, '_, 'd> {
    /// Says what is wrong with a state, and gives the states that it leads to.
    pub(super) fn state(&mut self, at: &At<'d>, names: &[String]) -> BTreeSet<String> {
        let mut leads = BTreeSet::new();
        if at.value.as_map().is_none() {
            self.error(
                at,
                format!("the state `{}` is no map", at.key()),
                "write `{ Type: Pass, End: true }`",
            );
            return leads;
        }
        let language = self.language(at);
        let words: Vec<&str> = TYPES.iter().map(|one| one.word).collect();
        let Some(word) = at.at(&["Type"]) else {
            self.error(
                at,
                format!("the state `{}` has no `Type`", at.key()),
                &format!("one of {}", list(&words)),
            );
            return leads;
        };
        let Some(ty) = word.value.as_str().and_then(StateType::of) else {
            let written = word.value.as_str().unwrap_or_default();
            let near = suggest(written, words.iter().copied());
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            self.error(
                &word,
                format!("`{written}` is no type of a state{near}"),
                &format!("one of {}", list(&words)),
            );
            return leads;
        };
        self.fields(at, ty, language);
        self.goes_on(at, ty, names, &mut leads);
        match ty.word {
            "Task" => self.task(at, language),
            "Choice" => self.choices(at, language, names, &mut leads),
            "Wait" => self.wait(at),
            "Parallel" => self.branches(at),
            "Map" => self.map(at),
            _ => {}
        }
        self.caught(at, names, &mut leads);
        payload::check(self, at);
        leads
    }

    /// The language of a state: its own, or the machine's, from which JSONata does not go back.
    fn language(&mut self, at: &At<'d>) -> Language {
        let Some(own) = at.at(&["QueryLanguage"]) else { return self.default };
        match own.value.as_str().and_then(Language::of) {
            Some(Language::Path) if self.default == Language::Jsonata => {
                let help =
                    "take the line away, or take `QueryLanguage` away at the top and write it in each state";
                self.error(&own, "a machine in JSONata has no states in JSONPath", help);
                Language::Path
            }
            Some(language) => language,
            None => {
                self.error(&own, "`QueryLanguage` is `JSONPath` or `JSONata`", "");
                self.default
            }
        }
    }

    fn fields(&mut self, at: &At<'d>, ty: &StateType, language: Language) {
        for member in at.children() {
            let name = member.key().to_owned();
            match ty.field(&name) {
                Some(field) if language.has(field.in_) => {}
                Some(_) => {
                    let message = format!("`{name}` does not stand in a state in {}", language.word());
                    let help = format!(
                        "a {} in {} has {}",
                        ty.word,
                        language.word(),
                        list(&ty.names(language).collect::<Vec<_>>())
                    );
                    self.error(&member, message, &help);
                }
                None => {
                    let near = suggest(&name, ty.names(language));
                    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                    let help = format!("a {} has {}", ty.word, list(&ty.names(language).collect::<Vec<_>>()));
                    self.error(&member, format!("`{name}` is no field of a {}{near}", ty.word), &help);
                }
            }
        }
    }

    /// `Next` or `End`.
    fn goes_on(&mut self, at: &At<'d>, ty: &StateType, names: &[String], leads: &mut BTreeSet<String>) {
        if !ty.goes_on {
            return;
        }
        let ends = at.at(&["End"]).filter(|end| end.value.as_bool() != Some(false));
        match (at.at(&["Next"]), ends) {
            (Some(next), None) => self.leads(&next, "Next", names, leads),
            (None, Some(_)) => {}
            (Some(next), Some(_)) => {
                self.error(&next, "`Next` and `End: true` exclude each other", "take one of them away");
            }
            (None, None) => {
                let message = format!("the state `{}` neither goes on nor ends", at.key());
                self.error(at, message, "write `Next: STATE`, or `End: true`");
            }
        }
    }

    fn task(&mut self, at: &At<'d>, language: Language) {
        let Some(resource) = at.at(&["Resource"]) else {
            let invoke = self.own.place().fill("arn:{partition}:states:::lambda:invoke");
            let help = format!("write `Resource: \"{invoke}\"`, or another integration");
            return self.error(at, format!("the task `{}` has no `Resource`", at.key()), &help);
        };
        if let (true, Some(waits)) = (
            self.is_express,
            WAITED.iter().find(|end| resource.value.as_str().is_some_and(|text| text.ends_with(*end))),
        ) {
            let message = format!("a machine of type `express` does not wait for what it starts: `{waits}`");
            self.error(&resource, message, "take the ending away, or write `type: standard`");
        }
        for (own, path) in
            [("TimeoutSeconds", "TimeoutSecondsPath"), ("HeartbeatSeconds", "HeartbeatSecondsPath")]
        {
            self.one_at_most(at, &[own, path]);
        }
        let timeouts =
            ["TimeoutSeconds", "HeartbeatSeconds"].map(|key| at.value.get(key).and_then(Value::as_i64));
        if let [Some(timeout), Some(heartbeat)] = timeouts
            && heartbeat >= timeout
            && let Some(place) = at.at(&["HeartbeatSeconds"])
        {
            self.error(&place, "`HeartbeatSeconds` is less than `TimeoutSeconds`", "");
        }
        let input = at.at(&[if language == Language::Jsonata { "Arguments" } else { "Parameters" }]);
        self.found.tasks.push(Task { state: at.clone(), input });
    }

    fn one_at_most(&mut self, at: &At<'d>, fields: &[&str]) {
        let there: Vec<At<'d>> = fields.iter().filter_map(|field| at.at(&[field])).collect();
        if let [_, second, ..] = there.as_slice() {
            self.error(second, format!("of {} one stands here", list(fields)), "take the others away");
        }
    }

    fn wait(&mut self, at: &At<'d>) {
        self.one_at_most(at, WAITS);
        if !WAITS.iter().any(|field| at.value.get(field).is_some()) {
            let message = format!("`{}` does not say how long it waits", at.key());
            self.error(at, message, "write `Seconds: 5`, or `Timestamp`");
        }
    }

    fn choices(&mut self, at: &At<'d>, language: Language, names: &[String], leads: &mut BTreeSet<String>) {
        if let Some(default) = at.at(&["Default"]) {
            self.leads(&default, "Default", names, leads);
        }
        let rules = at.at(&["Choices"]).map(|rules| rules.items()).unwrap_or_default();
        if rules.is_empty() {
            let help = "write `Choices`, a list of rules with a `Next` each";
            self.error(at, format!("`{}` has nothing to choose between", at.key()), help);
        }
        for rule in rules {
            match rule.at(&["Next"]) {
                Some(next) => self.leads(&next, "Next", names, leads),
                None => self.error(&rule, "a rule of a choice leads nowhere", "write `Next: STATE`"),
            }
            let condition = rule.at(&["Condition"]);
            let test = TESTS.iter().find_map(|test| rule.at(&[test]));
            match (language, condition, test) {
                (Language::Jsonata, None, _) => {
                    let help = "write `Condition: \"{% $states.input.count > 5 %}\"`";
                    self.error(&rule, "a rule of a choice in JSONata has no `Condition`", help);
                }
                (Language::Path, Some(condition), _) => {
                    let help = "write `Variable` and a comparison, or `QueryLanguage: JSONata`";
                    self.error(&condition, "`Condition` does not stand in a state in JSONPath", help);
                }
                (Language::Path, None, None) => {
                    let help = "write `Variable: $.count` and `NumericGreaterThan: 5`, or `And`, `Or`, `Not`";
                    self.error(&rule, "a rule of a choice does not say what it tests", help);
                }
                (Language::Jsonata, Some(_), Some(test)) => {
                    let message = format!("`{}` does not stand in a state in JSONata", test.key());
                    self.error(&test, message, "say it in `Condition`");
                }
                _ => {}
            }
        }
    }

    fn branches(&mut self, at: &At<'d>) {
        let branches = at.at(&["Branches"]).map(|branches| branches.items()).unwrap_or_default();
        if branches.is_empty() {
            let help = "write `Branches`, a list of maps with `StartAt` and `States`";
            self.error(at, format!("`{}` has no branches", at.key()), help);
        }
        for branch in branches {
            self.machine(&branch, INNER, Some(at.key()));
        }
    }

    fn map(&mut self, at: &At<'d>) {
        self.one_at_most(at, &["ItemProcessor", "Iterator"]);
        let Some(processor) = at.at(&["ItemProcessor"]).or_else(|| at.at(&["Iterator"])) else {
            let help = "write `ItemProcessor: { StartAt: …, States: { … } }`";
            return self.error(at, format!("`{}` does not say what is done with each item", at.key()), help);
        };
        let mode = processor.value.text_at("ProcessorConfig.Mode");
        let is_distributed = mode == Some("DISTRIBUTED");
        if let (Some(word), Some(place)) = (mode, processor.at(&["ProcessorConfig", "Mode"]))
            && !["INLINE", "DISTRIBUTED"].contains(&word)
        {
            self.error(&place, format!("`{word}` is no mode of a map"), "`INLINE` or `DISTRIBUTED`");
        }
        if is_distributed && processor.value.at("ProcessorConfig.ExecutionType").is_none() {
            let message = "a distributed map says of which type its executions are";
            self.error(&processor, message, "write `ExecutionType: STANDARD`, or `EXPRESS`, beside `Mode`");
        }
        if is_distributed && self.is_express {
            let message = "a machine of type `express` has no distributed maps";
            self.error(&processor, message, "write `Mode: INLINE`, or `type: standard`");
        }
        for field in ["ItemReader", "ResultWriter", "ItemBatcher", "Label"] {
            if let Some(place) = at.at(&[field])
                && !is_distributed
            {
                let message = format!("`{field}` stands in a map whose mode is distributed");
                self.error(&place, message, "write `ProcessorConfig: { Mode: DISTRIBUTED, ExecutionType: STANDARD }` in `ItemProcessor`");
            }
        }
        self.found.distributed |= is_distributed;
        for field in ["ItemReader", "ResultWriter"] {
            if let Some(state) = at.at(&[field]) {
                let input = state.at(&["Arguments"]).or_else(|| state.at(&["Parameters"]));
                self.found.stores.push(Task { state, input });
            }
        }
        // What runs in an execution of its own may wait, whatever the machine around it is.
        let express =
            is_distributed && processor.value.text_at("ProcessorConfig.ExecutionType") == Some("EXPRESS");
        let around = self.is_express;
        self.is_express |= express;
        self.machine(&processor, INNER, Some(at.key()));
        self.is_express = around;
    }

    /// `Retry` and `Catch`: which errors, and where to.
    fn caught(&mut self, at: &At<'d>, names: &[String], leads: &mut BTreeSet<String>) {
        for (field, leads_on) in [("Retry", false), ("Catch", true)] {
            let rules = at.at(&[field]).map(|rules| rules.items()).unwrap_or_default();
            let count = rules.len();
            for (i, rule) in rules.iter().enumerate() {
                let errors = rule.value.get("ErrorEquals").and_then(Value::as_list).unwrap_or_default();
                if errors.is_empty() {
                    let help = "write `ErrorEquals: [States.ALL]`, or the names of errors";
                    self.error(rule, format!("an item of `{field}` says which errors it is for"), help);
                }
                let is_all = errors.iter().any(|error| error.as_str() == Some(ALL));
                if is_all && (errors.len() > 1 || i + 1 < count) {
                    let message = format!("`{ALL}` stands alone, and in the last item of `{field}`");
                    self.error(rule, message, "put it behind the others");
                }
                match rule.at(&["Next"]) {
                    Some(next) if leads_on => self.leads(&next, "Next", names, leads),
                    None if leads_on => {
                        self.error(rule, "an item of `Catch` leads nowhere", "write `Next: STATE`");
                    }
                    _ => {}
                }
            }
        }
    }
}
