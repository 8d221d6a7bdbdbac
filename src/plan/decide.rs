//! What happens to each declared resource, and why.

use std::collections::BTreeMap;

use super::body::Body;
use super::called::called;
use super::order;
use super::paths::general;
use super::strays::{Owned, Strays};
use super::types::{Action, Finding, Options, Planned, Reason, Unread, Unshown};
use super::unseen::comparable;
use super::version::{mark_version, secrets_version, wished_part};
use crate::diff::{Change, Table, Version, Versions, diff, version_of};
use crate::engine::field::How;
use crate::engine::path::touch;
use crate::engine::{Address, Found, Graph, Mark, Observed, OutputRef, Resource, State, Value};
use crate::kinds::{self, About, Kind};
use crate::live::Survey;

/// Walks the graph in the order of its edges; what is decided of a resource is known to those that
/// refer to it.
pub(super) struct Decider<'a> {
    pub graph: &'a Graph,
    pub survey: &'a Survey,
    pub options: &'a Options,
    pub strays: Strays<'a>,
    pub changes: BTreeMap<Address, Planned>,
    pub refusals: Vec<Finding>,
    pub warnings: Vec<Finding>,
    pub unread: Vec<Unread>,
    pub unshown: Vec<Unshown>,
    known: BTreeMap<OutputRef, Value>,
    /// Outputs that get another value, and the changed paths that give it (none: made anew).
    pub(super) renewed: BTreeMap<OutputRef, Vec<String>>,
}

impl<'a> Decider<'a> {
    pub fn new(graph: &'a Graph, survey: &'a Survey, options: &'a Options) -> Decider<'a> {
        let mut warnings = Vec::new();
        Decider {
            strays: Strays::new(graph, survey, &mut warnings),
            graph,
            survey,
            options,
            changes: BTreeMap::new(),
            refusals: Vec::new(),
            warnings,
            unread: Vec::new(),
            unshown: Vec::new(),
            known: BTreeMap::new(),
            renewed: BTreeMap::new(),
        }
    }

    /// Decides on every declared resource.
    pub fn run(&mut self) {
        for resource in order::in_order(self.graph) {
            let Some(kind) = kinds::kind(resource.kind) else { continue };
            let body = self.body(resource, kind.about());
            let planned = self.decide(resource, kind.about(), body);
            self.learn(kind, &planned);
            self.changes.insert(resource.address.clone(), planned);
        }
    }

    /// Forgets what was said of resources that the plan is not about.
    pub fn leave_out(&mut self, is_in: impl Fn(&Address) -> bool) {
        let about = |finding: &Finding| finding.address.as_ref().is_none_or(&is_in);
        self.refusals.retain(about);
        self.warnings.retain(about);
        self.unread.retain(|unread| is_in(&unread.address));
        self.unshown.retain(|unshown| is_in(&unshown.address));
    }

    /// A value with the outputs in it that are known.
    pub fn resolve(&self, value: &Value) -> Value {
        value.resolve(&|output| self.known.get(output).cloned())
    }

    fn decide(&mut self, resource: &Resource, about: &'static About, body: Body<'a>) -> Planned {
        for output in resource.properties.outputs() {
            if self.is_absent(output) {
                let message = format!("{} refers to `{output}`, which is not there", resource.address);
                self.refuse("absent_output", resource, message, absent_help(output));
            }
        }
        let desired = Resource { properties: self.resolve(&resource.properties), ..resource.clone() };
        let leftovers = self.leftovers(resource, about);
        self.note_unshown(about, &desired);
        let mut planned = match body {
            Body::Live { observed, moved_from, adopted } => {
                self.compare(about, desired, observed, moved_from, adopted)
            }
            Body::Nothing if kinds::is_over(&desired, self.options.now) => {
                let mark = self.mark(about, &desired, &desired.name);
                let note = "it is over, and AWS has deleted it as it was told".to_owned();
                Planned { note: Some(note), ..blank(&desired, mark, Action::Keep) }
            }
            Body::Nothing => self.create(about, desired),
            // Nothing is done to what may not be touched; the refusal says why.
            Body::Barred => {
                let mark = self.mark(about, &desired, &desired.name);
                blank(&desired, mark, Action::Keep)
            }
        };
        for owned in leftovers {
            planned.reasons.push(Reason::Leftover { id: owned.observed.id.clone() });
            planned.protect |= owned.mark.protect;
            planned.leftovers.push(owned.observed.clone());
        }
        planned
    }

    /// Further resources of ours under the same address: they go. Where nothing but the id tells them apart,
    /// which of one name is the right one is a guess, so they go only if that is allowed by name.
    fn leftovers(&mut self, resource: &Resource, about: &About) -> Vec<Owned<'a>> {
        let mut found = self.strays.take(&resource.address, about.kind, "");
        found.retain(|owned| {
            let twin = about.is_known_by_id() && owned.observed.name == resource.name;
            let goes = !twin || self.options.allow_destroy.contains(&resource.address);
            if !goes {
                self.warnings.push(Finding {
                    code: "twin",
                    address: Some(resource.address.clone()),
                    place: Some(resource.declared),
                    message: format!("{} carries the same mark and name and is kept", owned.observed.id),
                    help: format!("delete it with `--allow-destroy {}`", resource.address),
                });
            }
            goes
        });
        found
    }

    /// Whether an output is known not to be there.
    fn is_absent(&self, output: &OutputRef) -> bool {
        self.known.get(output) == Some(&Value::Null)
    }

    /// Outputs of the stack that refer to what is not there.
    pub fn note_absent(&mut self) {
        let graph = self.graph;
        for (name, value) in &graph.outputs {
            for output in value.outputs() {
                if !self.is_absent(output) {
                    continue;
                }
                self.warnings.push(Finding {
                    code: "absent_output",
                    address: Some(output.address.clone()),
                    place: None,
                    message: format!("the output `{name}` refers to `{output}`, which is not there"),
                    help: absent_help(output),
                });
            }
        }
    }

    fn create(&mut self, about: &'static About, desired: Resource) -> Planned {
        let table = about.table();
        let versions = Versions { live: None, desired: version_of(&desired.properties, table) };
        let change = diff(&Value::map(), &desired.properties, table, versions);
        let mark = self.mark(about, &desired, &desired.name);
        Planned { change, writes_mark: true, ..blank(&desired, mark, Action::Create) }
    }

    /// Compares a live resource with the wish.
    fn compare(
        &mut self,
        about: &'static About,
        desired: Resource,
        observed: &Observed,
        moved_from: Option<Address>,
        adopted: bool,
    ) -> Planned {
        self.note_unread(&desired.address, observed);
        let rotates = self.options.rotate.contains(&desired.address);
        let change = self.difference(about, &desired, observed, rotates);
        if rotates && change.is_same() {
            self.warnings.push(Finding {
                code: "nothing_to_rotate",
                address: Some(desired.address.clone()),
                place: Some(desired.declared),
                message: format!("{} has no value that AWS does not show", desired.address),
                help: String::new(),
            });
        }
        let wished = if desired.name.is_empty() { &observed.name } else { &desired.name };
        let mark = self.mark(about, &desired, wished);
        let parts = differing_parts(observed, &mark, &desired, about.table());
        let mut why_replace = self.why_replaced(about, &desired, observed, &change);
        // Equal to its wish and of no use all the same: to write it again is what may mend it.
        let mends = match &observed.state {
            State::Failed { reason, recreate: false } => Some(reason.clone()),
            _ => None,
        };
        let takes_over = match &observed.state {
            State::Taken { part, owner } if why_replace.is_empty() => {
                self.may_take_over(&desired, part, owner.as_deref())
            }
            _ => None,
        };
        let action = match () {
            () if !why_replace.is_empty() => Action::Replace,
            () if !change.is_same() || !parts.is_empty() || adopted => Action::Update,
            () if mends.is_some() || takes_over.is_some() => Action::Update,
            () => Action::Keep,
        };
        let mut reasons = Vec::new();
        reasons.extend(moved_from.clone().map(|from| Reason::Moved { from }));
        if adopted {
            reasons.push(Reason::Adopted { id: observed.id.clone() });
        } else if moved_from.is_none() && !parts.is_empty() && action == Action::Update {
            reasons.push(Reason::Mark { parts: parts.clone() });
        }
        let part_taken = takes_over.is_some();
        reasons.extend(takes_over.map(|id| Reason::Adopted { id }));
        if rotates && action == Action::Update {
            reasons.push(Reason::Rotated);
        }
        if action == Action::Update {
            reasons.extend(mends.map(|state| Reason::Failed { state }));
        }
        if action == Action::Update {
            let remakes = change.remakes().into_iter();
            reasons.extend(remakes.map(|(loses, paths)| Reason::Remade { paths, loses }));
            let losses = change.losses().into_iter();
            reasons.extend(losses.map(|(loses, paths)| Reason::Lost { paths, loses }));
        }
        let create_first = action == Action::Replace
            && self.can_create_first(about, &desired, observed, &change, &why_replace);
        reasons.append(&mut why_replace);
        self.check_change(about, &desired, observed, &change, action, adopted);
        let protect = desired.protect || matches!(&observed.mark, Found::Mark(mark) if mark.protect);
        let loses = kinds::kind(about.kind).map(|kind| kind.replaced_loses(&desired));
        let loses = loses.filter(|loses| action == Action::Replace && !loses.is_empty());
        Planned {
            reasons,
            change,
            live: Some(observed.clone()),
            writes_mark: action != Action::Keep
                && (adopted || !parts.is_empty() || action == Action::Replace),
            rotates,
            moved_from,
            adopted,
            takes_over: part_taken,
            protect,
            loses,
            create_first,
            ..blank(&desired, mark, action)
        }
    }

    /// Something that is not ours stands where a part of a resource shall be: what is taken over, if that
    /// is asked for.
    fn may_take_over(&mut self, desired: &Resource, part: &str, owner: Option<&str>) -> Option<String> {
        let address = &desired.address;
        let rename = "give it another name";
        match owner {
            Some(owner) => {
                let message = format!("the {part} of {address} is not ours: it belongs to {owner}");
                self.refuse("foreign", desired, message, rename.to_owned());
            }
            None if self.options.adopt.contains_key(address) => return Some(part.to_owned()),
            None => {
                let message = format!("the {part} of {address} exists and carries no mark");
                let help = format!("take it over with `--adopt {address}`, or {rename}");
                self.refuse("unmarked", desired, message, help);
            }
        }
        None
    }

    /// What differs between a live resource and its wish.
    fn difference(&self, about: &About, desired: &Resource, observed: &Observed, rotates: bool) -> Change {
        let table = about.table();
        let recorded = match &observed.mark {
            Found::Mark(mark) => mark.version.as_deref(),
            _ => None,
        };
        let live_version = secrets_version(recorded, desired.package.is_some()).filter(|_| !rotates);
        let versions = Versions { live: live_version, desired: version_of(&desired.properties, table) };
        diff(&comparable(observed), &desired.properties, table, versions)
    }

    /// The mark that a resource shall carry.
    fn mark(&self, about: &About, desired: &Resource, name: &str) -> Mark {
        let table = about.table();
        let version = mark_version(&desired.properties, desired.package.as_deref(), table);
        Mark {
            owner: self.graph.owner.clone(),
            address: desired.address.clone(),
            name: name.to_owned(),
            protect: desired.protect,
            version: version.flatten(),
        }
    }

    /// What a change asks for that cannot be done.
    fn check_change(
        &mut self,
        about: &About,
        desired: &Resource,
        observed: &Observed,
        change: &Change,
        action: Action,
        adopted: bool,
    ) {
        let address = &desired.address;
        let kept = change.cannot_be_cleared().join(", ");
        if action == Action::Update && !kept.is_empty() {
            let help = "put the value back, or give the resource another `name:`, which replaces it";
            let message = format!("AWS does not take {kept} away from {address} once it is set");
            self.refuse("cannot_be_cleared", desired, message, help.to_owned());
        }
        let kind = kinds::kind(desired.kind).filter(|_| action == Action::Update);
        for refused in kind.into_iter().flat_map(|kind| kind.refuses(desired, &observed.properties)) {
            self.refusals.push(Finding {
                code: refused.code,
                address: Some(address.clone()),
                place: Some(refused.at),
                message: refused.message,
                help: refused.help,
            });
        }
        if adopted && action == Action::Replace {
            let message = format!("to adopt {} as {address} would replace it", observed.id);
            let called = called(about, observed, &desired.properties);
            let name = if about.is_nameless() { called } else { format!("name {called}") };
            let help = format!("declare it as it is: {name}, and what cannot be changed in place");
            self.refuse("adopt_replaces", desired, message, help);
        }
    }

    /// Which outputs are known after a resource is decided on.
    fn learn(&mut self, kind: &dyn Kind, planned: &Planned) {
        let Some(desired) = &planned.desired else { return };
        let anew = matches!(planned.action, Action::Create | Action::Replace);
        let changed: Vec<String> = planned.change.paths();
        let rows = kind.about().outputs.iter();
        let named =
            rows.flat_map(|row| row.names(&desired.properties).into_iter().map(move |name| (row, name)));
        for (output, name) in named {
            let reference = OutputRef { address: planned.address.clone(), output: name.clone() };
            if let How::Derived(_) = output.how {
                let value = kind.derive(output.name, desired, &self.graph.place);
                self.known.extend(value.map(|value| (reference, value)));
                continue;
            }
            let touched = |path: &&String| output.invalidated_by.iter().any(|row| touch(&general(path), row));
            let because: Vec<String> = changed.iter().filter(touched).cloned().collect();
            if anew || !because.is_empty() {
                self.renewed.insert(reference, if anew { Vec::new() } else { because });
            } else if let Some(value) = planned.live.as_ref().and_then(|live| live.outputs.get(&name)) {
                self.known.insert(reference, value.clone());
            }
        }
    }

    pub fn refuse(&mut self, code: &'static str, resource: &Resource, message: String, help: String) {
        self.refusals.push(Finding {
            code,
            address: Some(resource.address.clone()),
            place: Some(resource.declared),
            message,
            help,
        });
    }
}

fn absent_help(output: &OutputRef) -> String {
    format!("{} does not have it as it is: change that, or take the reference away", output.address)
}

/// A plan of a wish, still without what is live.
fn blank(desired: &Resource, mark: Mark, action: Action) -> Planned {
    Planned {
        address: desired.address.clone(),
        kind: desired.kind,
        name: mark.name.clone(),
        declared: Some(desired.declared),
        action,
        reasons: Vec::new(),
        change: Change::Same,
        live: None,
        desired: Some(desired.clone()),
        mark,
        writes_mark: false,
        rotates: false,
        moved_from: None,
        adopted: false,
        takes_over: false,
        protect: desired.protect,
        may_destroy: false,
        loses: None,
        create_first: false,
        leftovers: Vec::new(),
        note: None,
    }
}

/// Which parts of a live mark differ from the wished one.
fn differing_parts(
    observed: &Observed,
    wished: &Mark,
    desired: &Resource,
    table: &Table,
) -> Vec<&'static str> {
    let Found::Mark(live) = &observed.mark else { return vec!["owner"] };
    let version_is_known = version_of(&desired.properties, table) != Version::Unknown;
    let recorded = match desired.package {
        Some(_) => live.version.as_deref().map(wished_part),
        None => live.version.as_deref(),
    };
    let parts = [
        ("address", live.address != wished.address),
        ("name", !live.names(&wished.name)),
        ("protect", live.protect != wished.protect),
        ("version", version_is_known && recorded != wished.version.as_deref()),
    ];
    parts.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part).collect()
}
