//! What stands where a declared resource is wished for, and whether it may be touched.

use super::called::{another, called};
use super::decide::Decider;
use super::orphans::begun;
use crate::engine::{Address, Observed, Resource};
use crate::kinds::About;
use crate::live::{Reading, Whose, whose};

/// What stands where a resource is wished for.
pub(super) enum Body<'a> {
    Nothing,
    Live {
        observed: &'a Observed,
        moved_from: Option<Address>,
        adopted: bool,
    },
    /// Something that may not be touched, or that could not be read; the refusal says what.
    Barred,
}

impl<'a> Decider<'a> {
    /// What stands where a resource is wished for, and whether it may be touched.
    pub fn body(&mut self, resource: &Resource, about: &About) -> Body<'a> {
        let address = &resource.address;
        match self.survey.readings.get(address) {
            Some(Reading::Unreadable(error)) => {
                self.bar("unreadable", resource, format!("{address} could not be read: {error}"), "")
            }
            Some(Reading::Found(observed)) if self.is_begun_by_us(observed, about) => {
                self.displaced(resource, about)
            }
            Some(Reading::Found(observed)) => self.claim(resource, about, observed),
            Some(Reading::Absent) | None => self.displaced(resource, about),
        }
    }

    /// What is there under the wished name: ours, or in the way.
    fn claim(&mut self, resource: &Resource, about: &About, observed: &'a Observed) -> Body<'a> {
        let address = &resource.address;
        let name = called(about, observed, &resource.properties);
        let there = format!("{} {name}", about.singular.replace('_', " "));
        let rename = another(about);
        match whose(observed, about, &self.graph.owner) {
            Whose::Ours(mark) if mark.address == *address => {
                Body::Live { observed, moved_from: None, adopted: false }
            }
            Whose::Ours(mark) if self.graph.resources.contains_key(&mark.address) => {
                let message = format!("the {there} belongs to {}, which is still declared", mark.address);
                let help = format!(
                    "{rename}; or declare {} under another key, which makes this one a move",
                    mark.address
                );
                self.bar("claimed", resource, message, &help)
            }
            Whose::Ours(mark) if self.is_moved(&mark.address) => {
                let message =
                    format!("the {there} was {}, from where another resource is moved already", mark.address);
                self.bar("two_moves", resource, message, &rename)
            }
            Whose::Ours(mark) => {
                let moved_from = Some(mark.address.clone());
                Body::Live { observed, moved_from, adopted: false }
            }
            Whose::Unmarked if self.options.adopt.contains_key(address) => {
                Body::Live { observed, moved_from: None, adopted: true }
            }
            Whose::Unmarked => {
                let help = format!("take it over with `--adopt {address}`, or {rename}");
                self.bar("unmarked", resource, format!("the {there} exists and carries no mark"), &help)
            }
            Whose::Foreign(why) => {
                self.bar("foreign", resource, format!("the {there} is not ours: {why}"), &rename)
            }
            Whose::Managed(by) => {
                self.bar("managed", resource, format!("the {there} is managed by {by}"), &rename)
            }
            Whose::Unreadable(why) => {
                let message = format!("the mark of the {there} cannot be read: {why}");
                let help = "use the version of gatewayctl that wrote it, or a newer one";
                self.bar("unreadable_mark", resource, message, help)
            }
        }
    }

    /// Whether there is nothing yet but what a run of ours has made to look ahead.
    fn is_begun_by_us(&self, observed: &Observed, about: &About) -> bool {
        begun(observed).is_some() && matches!(whose(observed, about, &self.graph.owner), Whose::Ours(_))
    }

    /// A refusal of what may not be touched.
    fn bar(&mut self, code: &'static str, resource: &Resource, message: String, help: &str) -> Body<'a> {
        self.refuse(code, resource, message, help.to_owned());
        Body::Barred
    }

    /// Nothing is there under the wished name: perhaps ours stands elsewhere.
    fn displaced(&mut self, resource: &Resource, about: &About) -> Body<'a> {
        let address = &resource.address;
        let same = self.strays.take(address, about.kind, &resource.name);
        if let Some((first, rest)) = same.split_first() {
            self.strays.put_back(rest);
            return Body::Live { observed: first.observed, moved_from: None, adopted: false };
        }
        if about.is_known_by_id()
            && let Some(stray) = self.strays.take_named(about.kind, &resource.name, self.graph)
        {
            let moved_from = Some(stray.mark.address.clone());
            return Body::Live { observed: stray.observed, moved_from, adopted: false };
        }
        if self.options.adopt.contains_key(address) {
            let message = format!("there is nothing to adopt as {address}");
            let help = format!("name it by its id: `--adopt {address}=ID`");
            return self.bar("nothing_to_adopt", resource, message, &help);
        }
        Body::Nothing
    }

    fn is_moved(&self, from: &Address) -> bool {
        self.changes.values().any(|planned| planned.moved_from.as_ref() == Some(from))
    }
}
