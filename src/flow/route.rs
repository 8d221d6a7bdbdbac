//! What becomes of the route of something that happens, from one version of a stack to another.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::envelope::told;
use super::happening::parsed;
use super::passing::Spot;
use super::trace::{By, Hop};
use crate::kinds::secret::{OTHER, SHOWN};

/// Somebody who gets something else than before.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    pub to: Spot,
    /// What it got, with a word in the place of each secret; empty if nothing.
    pub was: Vec<Json>,
    /// What it gets, likewise; empty if nothing.
    pub is: Vec<Json>,
}

/// Whom two traces reach, and who gets something else, in order of address.
#[derive(Clone, PartialEq, Debug)]
pub struct Compared {
    pub reached: Vec<Spot>,
    pub now: Vec<Spot>,
    pub changes: Vec<Change>,
}

/// Compares a trace with the one before it.
pub fn compare(before: &Hop, after: &Hop) -> Compared {
    let (was, is) = (deliveries(before), deliveries(after));
    let (reached, now) = (ends(before), ends(after));
    if was == is {
        return Compared { reached, now, changes: Vec::new() };
    }
    // What is shown has no secret in it, and differs all the same.
    let masked = [before.masked(SHOWN), after.masked(SHOWN), after.masked(OTHER)];
    let [shown_was, shown_is, other_is] = masked.each_ref().map(deliveries);
    let mut all: Vec<&Spot> = was.keys().chain(is.keys()).copied().collect();
    all.sort();
    all.dedup();
    let of = |map: &BTreeMap<&Spot, Vec<Json>>, spot: &Spot| map.get(spot).cloned().unwrap_or_default();
    let changes = all.into_iter().filter(|spot| was.get(*spot) != is.get(*spot));
    let changes = changes.map(|spot| {
        let (was, is) = (of(&shown_was, spot), of(&shown_is, spot));
        let is = if was == is { of(&other_is, spot) } else { is };
        Change { to: spot.clone(), was, is }
    });
    Compared { reached, now, changes: changes.collect() }
}

/// What arrives where, but for where it begins: the request, where one is made.
fn deliveries(hop: &Hop) -> BTreeMap<&Spot, Vec<Json>> {
    let mut found: BTreeMap<&Spot, Vec<Json>> = BTreeMap::new();
    for hop in hop.all().into_iter().filter(|hop| hop.by != By::Start) {
        let Some(payload) = hop.delivered() else { continue };
        let got = match &hop.request {
            Some(request) => json!({
                "method": request.method,
                "url": request.url,
                "headers": request.headers,
                "body": parsed(&request.body),
            }),
            None => told(parsed(payload)),
        };
        found.entry(&hop.at).or_default().push(got);
    }
    for got in found.values_mut() {
        got.sort_by_key(Json::to_string);
    }
    found
}

/// Where the way ends: whoever gets something and sends nothing on.
fn ends(hop: &Hop) -> Vec<Spot> {
    let sends_on = |hop: &Hop| hop.next.iter().any(|next| next.all().iter().any(|one| one.payload.is_some()));
    let is_end = |hop: &&Hop| hop.by != By::Start && hop.delivered().is_some() && !sends_on(hop);
    let mut ends: Vec<Spot> = hop.all().into_iter().filter(is_end).map(|hop| hop.at.clone()).collect();
    ends.sort();
    ends.dedup();
    ends
}
