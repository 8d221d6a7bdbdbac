//! A model account: what a plan does to it, and what stands in the way.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{Address, Found, Graph, Map, Mark, Observed, OutputRef, Resource, State, Value};
use crate::kinds;
use crate::live::{Reading, Stray, Survey};
use crate::plan::{Action, Plan, Planned, Step, Verb, mark_version};

/// What must not name something that is gone for good.
const REFERENCES: &[(&str, &str)] = &[("Target", "boxes"), ("Overflow", "boxes"), ("Badge", "badges")];

/// Everything live, by kind and id.
#[derive(Clone, Default, Debug)]
pub struct Account {
    pub live: BTreeMap<(&'static str, String), Observed>,
    pub made: usize,
}

impl Account {
    /// What a survey of it shows.
    pub fn survey(&self, graph: &Graph) -> Survey {
        let mut survey = Survey::default();
        let mut read = BTreeSet::new();
        for resource in graph.resources.values() {
            let found = self.find(resource, graph);
            read.extend(found.map(|observed| (resource.kind, observed.id.clone())));
            let reading = found.cloned().map_or(Reading::Absent, Reading::Found);
            survey.readings.insert(resource.address.clone(), reading);
        }
        for ((kind, id), observed) in &self.live {
            let ours = observed.mark.is_of(&graph.owner);
            if ours && !read.contains(&(*kind, id.clone())) {
                survey.strays.push(Stray { kind, observed: observed.clone() });
            }
        }
        survey
    }

    /// The live resource that a read of a declared one finds.
    fn find(&self, resource: &Resource, graph: &Graph) -> Option<&Observed> {
        let by_id = kinds::kind(resource.kind).unwrap().about().is_known_by_id();
        self.live.iter().find_map(|((kind, _), observed)| {
            let there = *kind == resource.kind
                && observed.name == resource.name
                && place(&observed.properties) == place(&resource.properties);
            let ours = matches!(&observed.mark, Found::Mark(mark) if mark.owner == graph.owner && mark.address == resource.address);
            (there && (!by_id || ours)).then_some(observed)
        })
    }

    /// Does what a plan says, step by step, and fails where AWS would.
    pub fn apply(&mut self, plan: &Plan) {
        assert!(plan.refusals.is_empty(), "{:#?}", plan.refusals);
        for (number, step) in plan.steps.iter().enumerate() {
            assert_eq!(step.id, number);
            assert!(step.after.iter().all(|first| *first < number), "{step:?} comes too early");
            self.step(plan, step);
        }
    }

    fn step(&mut self, plan: &Plan, step: &Step) {
        let planned = &plan.changes[&step.address];
        match step.verb {
            Verb::Delete => self.delete(planned, plan.target(step).unwrap(), plan),
            Verb::Create => {
                let desired = planned.desired.as_ref().unwrap();
                let by_id = kinds::kind(planned.kind).unwrap().about().is_known_by_id();
                self.made += 1;
                let id = match by_id {
                    true => format!("id{}", self.made),
                    false => format!("{}{}", place(&desired.properties), desired.name),
                };
                let key = (planned.kind, id.clone());
                assert!(!self.live.contains_key(&key), "{key:?} exists when {step:?} comes");
                let blank = Observed {
                    id,
                    name: desired.name.clone(),
                    properties: Value::map(),
                    outputs: Map::new(),
                    mark: Found::None,
                    managed_by: None,
                    state: State::Ready,
                    unread: Vec::new(),
                };
                self.live.insert(key.clone(), blank);
                self.write(plan, step, key);
            }
            Verb::Update => {
                let target = plan.target(step).unwrap();
                let key = (planned.kind, target.id.clone());
                assert!(self.live.contains_key(&key), "{step:?} finds nothing");
                self.write(plan, step, key);
            }
        }
    }

    fn delete(&mut self, planned: &Planned, observed: &Observed, plan: &Plan) {
        let kind = planned.kind;
        let Found::Mark(mark) = &observed.mark else { panic!("{} is not ours", observed.id) };
        assert_eq!(mark.owner, plan.owner, "{} is another's", observed.id);
        assert!(observed.managed_by.is_none() && mark.names(&observed.name));
        let gone = self.live.remove(&(kind, observed.id.clone())).expect("it exists");
        let comes_back = planned.action == Action::Replace && !planned.create_first;
        if !comes_back {
            let arn = format!(":{}", gone.name);
            let refers = |live: &Observed| {
                REFERENCES.iter().any(|(path, to)| {
                    *to == kind && live.properties.text_at(path).is_some_and(|text| text.ends_with(&arn))
                })
            };
            let user = self.live.iter().find(|(_, live)| refers(live));
            assert!(user.is_none(), "{user:?} still refers to {}", gone.id);
        }
        for ((other, id), live) in &self.live {
            let inside = kind == "shelves"
                && ["slips", "beacons"].contains(other)
                && live.properties.text_at("Shelf") == Some(&gone.name);
            assert!(!inside, "{id} still stands in {}", gone.id);
        }
        // What stood in the policy of a box goes with it.
        if kind == "boxes" {
            self.live.retain(|(other, _), live| {
                *other != "rulings" || live.properties.text_at("Of") != Some(&gone.name)
            });
        }
    }

    fn write(&mut self, plan: &Plan, step: &Step, key: (&'static str, String)) {
        let planned = &plan.changes[&step.address];
        let desired = planned.desired.as_ref().unwrap();
        let wish = step.interim.as_ref().unwrap_or(&desired.properties);
        let mut properties = wish.resolve(&|output| self.output(output, plan));
        assert!(properties.is_known(), "{step:?} comes before {properties:?} is known");
        let needed = properties.get("Shelf").and_then(Value::as_str);
        if let Some(shelf) = needed {
            assert!(self.live.keys().any(|(kind, id)| *kind == "shelves" && id == shelf), "no shelf {shelf}");
        }
        let table = crate::diff::Table::new(kinds::kind(planned.kind).unwrap().about().fields);
        let version = mark_version(&properties, desired.package.as_deref(), &table).unwrap();
        properties.remove("Password");
        self.made += 1;
        let observed = self.live.get_mut(&key).unwrap();
        let view = |value: &Value| value.at("Stream.View").cloned();
        if key.0 == "depots" && (view(&observed.properties) != view(&properties)) {
            observed.outputs.insert("stream".into(), format!("arn:stream:{}:{}", key.1, self.made).into());
        }
        if key.0 == "portals" {
            observed.outputs.insert("id".into(), key.1.clone().into());
        }
        observed.properties = properties;
        observed.mark = Found::Mark(Mark { version, ..planned.mark.clone() });
        observed.state = State::Ready;
    }

    /// An output of what the plan wants, not of its old half.
    fn output(&self, output: &OutputRef, plan: &Plan) -> Option<Value> {
        let planned = plan.changes.get(&output.address)?;
        let is_it = |live: &&Observed| {
            live.name == planned.name
                && matches!(&live.mark, Found::Mark(mark) if mark.owner == plan.owner && mark.address == output.address)
        };
        self.live.values().find(is_it)?.outputs.get(&output.output).cloned()
    }

    /// The live resource of an address.
    pub fn at(&self, address: &str) -> Option<&Observed> {
        let address: Address = address.parse().unwrap();
        self.live.values().find(|live| matches!(&live.mark, Found::Mark(mark) if mark.address == address))
    }

    /// The live resource of an address, to change behind the stack's back.
    pub fn at_mut(&mut self, address: &str) -> &mut Observed {
        let address: Address = address.parse().unwrap();
        self.live
            .values_mut()
            .find(|live| matches!(&live.mark, Found::Mark(mark) if mark.address == address))
            .unwrap()
    }
}

/// Where a resource stands, beside its name.
fn place(properties: &Value) -> String {
    ["Shelf", "Of"].iter().filter_map(|key| properties.text_at(key)).map(|at| format!("{at}/")).collect()
}
