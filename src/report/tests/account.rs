//! Stacks, and accounts in which they have been applied.

use crate::compile::testing::compile_with;
use crate::engine::field::How;
use crate::engine::{
    Address, Edge, Found, Graph, Map, Observed, OutputRef, Place, Places, Resource, State, Value,
};
use crate::kinds;
use crate::live::{Reading, Stray, Survey};
use crate::plan::{Options, Plan, plan};
use crate::source::{FileId, Sources, Span};

/// A stack with its text.
pub struct World {
    pub graph: Graph,
    pub sources: Sources,
    text: String,
}

pub fn address(text: &str) -> Address {
    text.parse().unwrap()
}

impl World {
    /// A stack of the real kinds, compiled.
    pub fn compiled(text: &str) -> World {
        let (graph, drawn) =
            compile_with(text, |inputs| inputs.environment = Box::new(|_| Some("hunter2".into())));
        let graph = graph.unwrap_or_else(|| panic!("{drawn}"));
        assert!(!drawn.contains("error"), "{drawn}");
        World { graph, ..World::of(text) }
    }

    /// A stack of the sample kinds over a text that is only looked at for places.
    pub fn of(text: &str) -> World {
        let mut sources = Sources::new();
        sources.add("stack.yaml", text);
        let graph = Graph {
            owner: "shop/-/eu-west-1".parse().unwrap(),
            place: Place::new("eu-west-1", "111122223333"),
            resources: Default::default(),
            outputs: Vec::new(),
            told: Default::default(),
            index: Default::default(),
        };
        World { graph, sources, text: text.to_owned() }
    }

    fn span(&self, needle: &str) -> Span {
        let at = self.text.find(needle).unwrap_or_else(|| panic!("no {needle:?}")) as u32;
        Span::new(FileId(0), at, at + needle.len() as u32)
    }

    /// Declares a resource at `KEY:` of the text, with the places of some leaves; edges follow from
    /// the outputs in its properties.
    pub fn with(mut self, at: &str, name: &str, mut properties: Value, places: &[(&str, &str)]) -> World {
        let at = address(at);
        let about = kinds::kind_of(&at).unwrap().about();
        if !about.naming.path.is_empty() {
            properties.put(about.naming.path, name.into());
        }
        let edges = properties.outputs().into_iter();
        let mut edges: Vec<_> =
            edges.map(|output| Edge { to: output.address.clone(), inside: false }).collect();
        edges.dedup();
        let places: Places =
            places.iter().map(|(path, needle)| ((*path).to_owned(), self.span(needle))).collect();
        let declared = self.span(&format!("{}:", at.key));
        let resource = Resource {
            address: at.clone(),
            kind: about.kind,
            name: name.to_owned(),
            properties,
            places,
            declared,
            protect: about.protect,
            edges,
            package: None,
        };
        self.graph.resources.insert(at, resource);
        self
    }

    pub fn plan(&self, account: &Account) -> Plan {
        self.plan_with(account, Options::default())
    }

    pub fn plan_with(&self, account: &Account, options: Options) -> Plan {
        plan(&self.graph, &account.survey(&self.graph), &options)
    }

    /// The account after an apply to an empty one.
    pub fn applied(&self) -> Account {
        let plan = plan(&self.graph, &Survey::default(), &Options::default());
        let mut account = Account::default();
        for planned in plan.changes.values() {
            let about = kinds::kind(planned.kind).unwrap().about();
            let mut properties = planned.desired.as_ref().unwrap().properties.resolve(&assigned);
            properties.remove("Password");
            let outputs = about.outputs.iter().filter(|output| matches!(output.how, How::Assigned));
            let of = |name: &str| OutputRef { address: planned.address.clone(), output: name.to_owned() };
            let outputs: Map =
                outputs.map(|output| (output.name.to_owned(), assigned(&of(output.name)).unwrap())).collect();
            let observed = Observed {
                id: planned.name.clone(),
                name: planned.name.clone(),
                properties,
                outputs,
                mark: Found::Mark(planned.mark.clone()),
                managed_by: None,
                state: State::Ready,
                unread: Vec::new(),
            };
            account.live.push((planned.kind, observed));
        }
        account
    }
}

fn assigned(output: &OutputRef) -> Option<Value> {
    Some(format!("arn:{}:{}", output.output, output.address).into())
}

/// What is live, by kind.
#[derive(Clone, Default)]
pub struct Account {
    pub live: Vec<(&'static str, Observed)>,
}

impl Account {
    pub fn at(&mut self, at: &str) -> &mut Observed {
        let at = address(at);
        let is_it = |mark: &Found| matches!(mark, Found::Mark(mark) if mark.address == at);
        self.live.iter_mut().map(|(_, live)| live).find(|live| is_it(&live.mark)).unwrap()
    }

    pub fn survey(&self, graph: &Graph) -> Survey {
        let mut survey = Survey::default();
        let mut taken = Vec::new();
        for resource in graph.resources.values() {
            let found = self.live.iter().enumerate().find(|(_, (kind, live))| {
                let named = !resource.name.is_empty() && live.name == resource.name;
                let marked = resource.name.is_empty()
                    && matches!(&live.mark, Found::Mark(mark) if mark.address == resource.address);
                *kind == resource.kind && (named || marked)
            });
            taken.extend(found.map(|(index, _)| index));
            let reading = found.map_or(Reading::Absent, |(_, (_, live))| Reading::Found(live.clone()));
            survey.readings.insert(resource.address.clone(), reading);
        }
        let rest = self.live.iter().enumerate().filter(|(index, _)| !taken.contains(index));
        survey.strays = rest.map(|(_, (kind, live))| Stray { kind, observed: live.clone() }).collect();
        survey
    }
}
