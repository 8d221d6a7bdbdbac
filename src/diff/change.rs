//! The tree of differences that every output renders.

use std::fmt;

use crate::engine::Value;
use crate::engine::field::{Absent, Field, Lit};

/// What differs between a live value and a wish. It holds what differs alone, in the order of the
/// wish; what is live alone comes last.
#[derive(Clone)]
pub enum Change {
    Same,
    /// Members of a map that differ, by key.
    Members(Vec<(String, Change)>),
    /// Items of a list that differ, by what stands in the brackets of their paths: the value of the
    /// member by which they are matched, a short text itself, or the index (the wish's; the live
    /// one for what is removed).
    Items(Vec<(String, Change)>),
    Leaf(Box<Leaf>),
    /// A document that AWS takes as a whole.
    Document(Box<DocumentChange>),
}

/// A place that differs.
#[derive(Clone)]
pub struct Leaf {
    /// Concrete, in AWS's spelling: `Targets[carrier].Input`, `Tags.team`.
    pub path: String,
    pub live: Side,
    pub desired: Side,
    pub why: Why,
    /// It is compared by its version because it is a secret, not because AWS never shows it.
    pub is_secret: bool,
    /// It is compared by its version, and what AWS never shows and is not wished any more may differ instead.
    pub may_be_another: bool,
    /// The row that rules it: the place's own or the nearest above. None if no row knows it.
    pub row: Option<&'static Field>,
    /// It cannot change in place.
    pub create_only: bool,
    /// The wish takes away what AWS keeps for good.
    pub cannot_be_cleared: bool,
    /// The row by which the change makes a part of the resource anew, if it does.
    pub remakes: Option<&'static Field>,
    /// The row by which something is lost with the live value, which goes.
    pub loses: Option<&'static Field>,
}

/// A document on both sides and what differs inside.
#[derive(Clone)]
pub struct DocumentChange {
    /// The whole, as trees where the text could be read, else as text.
    pub whole: Leaf,
    /// What differs inside, with paths that go on from the document's own; [`Change::Same`] where
    /// there is only text to compare.
    pub inside: Change,
}

/// One side of a leaf.
#[derive(Clone, PartialEq)]
pub enum Side {
    Absent,
    /// May hold unknowns and secrets, which show as such.
    Shown(Value),
    /// There is a value and it is not for people's eyes; the tree does not hold it.
    Masked,
}

/// In which way a leaf differs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Why {
    Added,
    Removed,
    Changed,
    /// Whether it differs is known only when other steps are done.
    Unknown,
    /// It never comes back, and the recorded version is another than the wish's. Which of several
    /// such leaves differ cannot be said: all of them are named.
    Hidden,
}

impl Change {
    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        matches!(self, Change::Same)
    }

    /// Every place that differs; a document is one place.
    pub fn leaves(&self) -> impl Iterator<Item = &Leaf> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found.into_iter()
    }

    fn collect<'a>(&'a self, found: &mut Vec<&'a Leaf>) {
        match self {
            Change::Same => {}
            Change::Members(changes) | Change::Items(changes) => {
                changes.iter().for_each(|(_, change)| change.collect(found));
            }
            Change::Leaf(leaf) => found.push(leaf),
            Change::Document(document) => found.push(&document.whole),
        }
    }

    /// The paths of all leaves, as an update step takes them.
    pub fn paths(&self) -> Vec<String> {
        self.leaves().map(|leaf| leaf.path.clone()).collect()
    }

    /// Paths that cannot change in place. One whose leaf is [`Why::Unknown`] is a possible
    /// replacement: its value decides.
    pub fn forces_replacement(&self) -> Vec<&str> {
        self.leaves().filter(|leaf| leaf.create_only).map(|leaf| leaf.path.as_str()).collect()
    }

    /// Paths that the wish takes away though AWS keeps them; not those that a replacement rids of.
    pub fn cannot_be_cleared(&self) -> Vec<&str> {
        self.leaves()
            .filter(|leaf| leaf.cannot_be_cleared && !leaf.create_only)
            .map(|leaf| leaf.path.as_str())
            .collect()
    }

    /// What makes a part of the resource anew: what is lost, and the places that cannot change in place.
    pub fn remakes(&self) -> Vec<(&'static str, Vec<String>)> {
        let mut found: Vec<(&'static str, Vec<String>)> = Vec::new();
        for (leaf, row) in self.leaves().filter_map(|leaf| Some((leaf, leaf.remakes?))) {
            let place = leaf.place_of(row);
            match found.iter_mut().find(|(loses, _)| *loses == row.remakes) {
                Some((_, places)) if places.contains(&place) => {}
                Some((_, places)) => places.push(place),
                None => found.push((row.remakes, vec![place])),
            }
        }
        found
    }

    /// What is lost with values that go, and the places where they stood.
    pub fn losses(&self) -> Vec<(&'static str, Vec<String>)> {
        let mut found: Vec<(&'static str, Vec<String>)> = Vec::new();
        for (leaf, row) in self.leaves().filter_map(|leaf| Some((leaf, leaf.loses?))) {
            match found.iter_mut().find(|(loses, _)| *loses == row.loses) {
                Some((_, places)) => places.push(leaf.path.clone()),
                None => found.push((row.loses, vec![leaf.path.clone()])),
            }
        }
        found
    }

    /// How many places differ; the hidden ones count as one.
    pub fn count(&self) -> usize {
        let hidden = self.leaves().filter(|leaf| leaf.why == Why::Hidden).count();
        self.leaves().count() - hidden.saturating_sub(1)
    }

    /// Whether a leaf's new value is not known yet.
    pub fn has_unknown(&self) -> bool {
        self.leaves().any(|leaf| leaf.why == Why::Unknown)
    }

    pub(super) fn members(changes: Vec<(String, Change)>) -> Change {
        if changes.is_empty() { Change::Same } else { Change::Members(changes) }
    }

    pub(super) fn items(changes: Vec<(String, Change)>) -> Change {
        if changes.is_empty() { Change::Same } else { Change::Items(changes) }
    }
}

impl Leaf {
    /// The part of its path that ends at a row's.
    fn place_of(&self, row: &Field) -> String {
        let end = match self.path.rfind(&format!(".{}", row.path)) {
            Some(at) => at + 1 + row.path.len(),
            None => row.path.len().min(self.path.len()),
        };
        self.path[..end].to_owned()
    }

    /// Whether a value of it is masked.
    pub fn is_sensitive(&self) -> bool {
        self.live == Side::Masked || self.desired == Side::Masked
    }
}

impl Side {
    /// The value, if there is one to show.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Side::Shown(value) => Some(value),
            _ => None,
        }
    }
}

/// The rules that hold at a place: its own row's and those of the rows above it.
#[derive(Clone, Copy, Default)]
pub(super) struct Rules {
    pub row: Option<&'static Field>,
    pub create_only: bool,
    pub sensitive: bool,
    /// Masked whatever a sensitive map says of the user's keys.
    pub masked: bool,
    pub unmanaged: bool,
    pub kept: bool,
    pub remakes: Option<&'static Field>,
    /// The row whose values take something with them when they go.
    pub loses: Option<&'static Field>,
    /// It is within what comes or goes.
    pub comes_or_goes: bool,
    /// What AWS fills in at this very place.
    pub default: Option<Lit>,
    /// The whole above is added or removed, and with it what AWS would fill in.
    pub whole: bool,
}

impl Rules {
    /// The rules one step further in.
    pub fn below(self, row: Option<&'static Field>) -> Rules {
        let Some(field) = row else { return Rules { default: None, ..self } };
        Rules {
            row,
            create_only: self.create_only || field.create_only,
            sensitive: self.sensitive || field.sensitive,
            masked: self.masked,
            unmanaged: self.unmanaged || matches!(field.absent, Absent::Unmanaged),
            kept: self.kept || matches!(field.absent, Absent::CannotBeCleared),
            // What comes or goes is not made anew.
            remakes: match (field.remakes, self.comes_or_goes) {
                ("", _) => self.remakes,
                (_, true) => None,
                (_, false) => Some(field),
            },
            loses: Some(field).filter(|field| !field.loses.is_empty()).or(self.loses),
            default: match field.absent {
                Absent::Default(value) => Some(value),
                _ => None,
            },
            comes_or_goes: self.comes_or_goes,
            whole: self.whole,
        }
    }

    /// A leaf under these rules; why it differs follows from its sides. Where a side says nothing it
    /// has what AWS fills in.
    pub fn leaf(self, path: &str, live: Option<&Value>, desired: Option<&Value>) -> Leaf {
        let default = self.default.filter(|_| !self.whole).map(Lit::value);
        let (live, desired) = (live.or(default.as_ref()), desired.or(default.as_ref()));
        let why = match (live, desired) {
            (_, Some(desired)) if !desired.is_known() => Why::Unknown,
            (None, _) => Why::Added,
            (_, None) => Why::Removed,
            _ => Why::Changed,
        };
        let masked = self.sensitive || self.masked;
        let side = |value: Option<&Value>, masked: bool| match value {
            None => Side::Absent,
            Some(_) if masked => Side::Masked,
            Some(value) => Side::Shown(value.clone()),
        };
        Leaf {
            path: path.to_owned(),
            // Against a secret may stand its content.
            live: side(live, masked || desired.is_some_and(Value::has_secret)),
            desired: side(desired, masked),
            why,
            is_secret: masked || desired.is_some_and(Value::has_secret),
            may_be_another: false,
            row: self.row,
            create_only: self.create_only,
            cannot_be_cleared: self.kept && desired.is_none(),
            remakes: self.remakes,
            loses: self.loses.filter(|_| matches!(why, Why::Changed | Why::Removed)),
        }
    }

    /// A leaf that is compared by its version alone, with whether another may differ instead; no wish where that takes
    /// it away.
    pub fn hidden(self, path: &str, (why, may_be_another): (Why, bool), desired: Option<&Value>) -> Change {
        let is_secret = self.sensitive || self.row.is_none() || desired.is_some_and(Value::has_secret);
        let (live, desired) = (Side::Masked, desired.map_or(Side::Absent, |_| Side::Masked));
        let path = path.to_owned();
        let Rules { row, create_only, remakes, .. } = self;
        let leaf = Leaf {
            path,
            live,
            desired,
            why,
            is_secret,
            may_be_another,
            row,
            create_only,
            cannot_be_cleared: false,
            remakes,
            loses: None,
        };
        Change::Leaf(Box::new(leaf))
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Same => f.write_str("Same"),
            Change::Members(changes) => {
                f.debug_map().entries(changes.iter().map(|(key, change)| (key, change))).finish()
            }
            Change::Items(changes) => {
                f.write_str("Items ")?;
                f.debug_map().entries(changes.iter().map(|(label, change)| (label, change))).finish()
            }
            Change::Leaf(leaf) => leaf.fmt(f),
            Change::Document(document) => {
                f.write_str("Document ")?;
                document.whole.facts(f)?;
                f.write_str(" ")?;
                document.inside.fmt(f)
            }
        }
    }
}

impl Leaf {
    fn facts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} `{}`", self.why, self.path)?;
        if self.create_only {
            f.write_str(", create only")?;
        }
        if self.cannot_be_cleared {
            f.write_str(", cannot be cleared")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.facts(f)?;
        write!(f, ": {:?} -> {:?}", self.live, self.desired)
    }
}

impl fmt::Debug for DocumentChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentChange").field("whole", &self.whole).field("inside", &self.inside).finish()
    }
}

impl fmt::Debug for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Side::Absent => f.write_str("-"),
            // Compact even when the tree around it is not.
            Side::Shown(value) => write!(f, "{value:?}"),
            Side::Masked => f.write_str("(masked)"),
        }
    }
}
