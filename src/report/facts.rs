//! What every report asks of a planned resource: its table, its places, its values as they may be
//! shown.

use std::sync::LazyLock;

use super::shown::{Masking, Shown, join};
use crate::diff::{Leaf, Origin, Side, Table, normalise};
use crate::engine::path::touch;
use crate::engine::{Found, Value};
use crate::kinds::{self, About};
use crate::plan::{Planned, secrets_version};
use crate::source::Span;

/// Of a kind that this version does not have.
static NO_ROWS: LazyLock<Table> = LazyLock::new(|| Table::new(&[]));

/// A planned resource and what its kind says of it.
pub(super) struct Facts<'a> {
    pub planned: &'a Planned,
    about: Option<&'static About>,
    table: &'static Table,
    /// The secrets of the live resource are others than the wished ones: each of its texts may hold
    /// an old one.
    guarded: bool,
}

impl<'a> Facts<'a> {
    pub fn new(planned: &'a Planned) -> Facts<'a> {
        let about = kinds::kind(planned.kind).map(|kind| kind.about());
        Facts {
            planned,
            about,
            table: about.map_or(&NO_ROWS, |about| about.table()),
            guarded: guarded(planned),
        }
    }

    /// The place of a declared leaf: its own, or that of the nearest declared value around it; nothing
    /// where only the resource itself has one.
    pub fn place_of(&self, path: &str) -> Option<Span> {
        let places = &self.planned.desired.as_ref()?.places;
        let mut path = path;
        loop {
            if let Some(span) = places.get(path) {
                return Some(*span);
            }
            path = parent(path)?;
        }
    }

    /// What the wish looks like, without what AWS would fill in.
    pub fn after(&self) -> Option<Shown> {
        let desired = self.planned.desired.as_ref()?;
        let pruned = normalise(&desired.properties, self.table, Origin::Wish);
        Some(Masking { table: self.table }.wish(&pruned))
    }

    /// What is live, without defaults and without what no row knows.
    pub fn before(&self) -> Option<Shown> {
        let live = self.planned.live.as_ref()?;
        let pruned = normalise(&live.properties, self.table, Origin::Live);
        let wish = self.planned.desired.as_ref().map(|desired| &desired.properties);
        let shown = Masking { table: self.table }.live(&pruned, wish);
        Some(if self.guarded { shown.without_texts() } else { shown })
    }

    /// The live side of a leaf.
    pub fn live_side(&self, leaf: &Leaf) -> Option<Shown> {
        let shown = side(&leaf.live)?;
        let names_it = self.identifying().any(|path| path == leaf.path);
        Some(if self.guarded && !names_it { shown.without_texts() } else { shown })
    }

    /// The wished side of a leaf.
    pub fn desired_side(&self, leaf: &Leaf) -> Option<Shown> {
        side(&leaf.desired)
    }

    /// Paths that tell a reader which resource it is.
    pub fn identifying(&self) -> impl Iterator<Item = &'static str> {
        let about = self.about;
        let naming = about.map(|about| about.naming.path).filter(|path| !path.is_empty());
        let identified_by = about.map_or(&[][..], |about| about.identified_by);
        identified_by.iter().copied().chain(naming.filter(|path| !identified_by.contains(path)))
    }

    /// The values of the identifying paths that do not stand in the name already.
    pub fn identity(&self) -> Vec<(&'static str, Shown)> {
        let planned = self.planned;
        let desired = planned.desired.as_ref().map(|desired| &desired.properties);
        let Some(properties) = desired.or(planned.live.as_ref().map(|live| &live.properties)) else {
            return Vec::new();
        };
        self.identifying()
            .filter_map(|path| Some((path, properties.at(path)?)))
            .filter(|(_, value)| !value.has_secret() && value.as_str() != Some(&planned.name))
            .map(|(path, value)| (path, Shown::of(value)))
            .collect()
    }

    /// How many fields of the wish stay as they are, beside those that identify it.
    pub fn unchanged(&self) -> usize {
        let Some(desired) = &self.planned.desired else { return 0 };
        let pruned = normalise(&desired.properties, self.table, Origin::Wish);
        let mut paths = Vec::new();
        collect_fields(&pruned, self.table, "", &mut paths);
        let changed = self.planned.change.paths();
        let identifying: Vec<_> = self.identifying().collect();
        let stays = |path: &&String| {
            !identifying.contains(&path.as_str()) && !changed.iter().any(|changed| touch(path, changed))
        };
        paths.iter().filter(stays).count()
    }

    /// The secrets' version that the live resource records.
    pub fn recorded_version(&self) -> Option<&'a str> {
        recorded(self.planned)
    }
}

fn recorded(planned: &Planned) -> Option<&str> {
    let Found::Mark(mark) = &planned.live.as_ref()?.mark else { return None };
    let packaged = planned.desired.as_ref().is_some_and(|desired| desired.package.is_some());
    secrets_version(mark.version.as_deref(), packaged)
}

fn guarded(planned: &Planned) -> bool {
    let Some(recorded) = recorded(planned) else { return false };
    let packaged = planned.desired.as_ref().is_some_and(|desired| desired.package.is_some());
    let wished = match planned.desired {
        Some(_) => secrets_version(planned.mark.version.as_deref(), packaged),
        None => None,
    };
    wished != Some(recorded)
}

fn side(side: &Side) -> Option<Shown> {
    match side {
        Side::Absent => None,
        Side::Shown(value) => Some(Shown::of(value)),
        Side::Masked => Some(Shown::Sensitive),
    }
}

/// The path one step further out: without its last member or brackets.
fn parent(path: &str) -> Option<&str> {
    let mut depth = 0usize;
    for (at, c) in path.char_indices().rev() {
        match c {
            ']' => depth += 1,
            '[' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(&path[..at]);
                }
            }
            '.' if depth == 0 => return Some(&path[..at]),
            _ => {}
        }
    }
    None
}

/// The paths of a value's fields: what is no map, and what a row takes as a whole.
fn collect_fields(value: &Value, table: &Table, path: &str, found: &mut Vec<String>) {
    let whole = |path: &str| table.lookup(path).is_some_and(|row| row.path == path);
    match value {
        Value::Map(map) if path.is_empty() || !whole(path) => {
            map.iter().for_each(|(key, value)| collect_fields(value, table, &join(path, key), found));
        }
        _ => found.push(path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_of_a_path_ends_before_its_last_member_or_brackets() {
        let steps =
            |path: &'static str| std::iter::successors(Some(path), |path| parent(path)).collect::<Vec<_>>();
        assert_eq!(
            steps("Targets[a.b].Input.x"),
            ["Targets[a.b].Input.x", "Targets[a.b].Input", "Targets[a.b]", "Targets"]
        );
    }
}
