//! Kinds for the tests of the generic stages: small, and with every trait that a real one has.

use crate::engine::Budgets;
use crate::engine::field::{
    Absent, Compare, Document, Field, Goes, Lit, Output, RefTo, TAGS, TEXT, TEXT_MAP, Type,
};

use super::{About, Kind, Loss, MarkIn, Naming};

const NAME: Field = Field::lowered("Name", TEXT, "").required().create_only();

const PLAIN: About = About {
    kind: "",
    singular: "",
    doc: "",
    example: "",
    declarable: true,
    parts: &[],
    fields: &[],
    outputs: &[],
    naming: Naming::new("Name", 64, "-_"),
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::QUICK,
    loses: Loss::Nothing,
    itself: &[],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["Name"],
};

/// Like a table: protected, with a stream whose ARN AWS assigns and whose change gives a new one.
static DEPOTS: About = About {
    kind: "depots",
    singular: "depot",
    fields: &[
        NAME,
        Field::lowered("Key", TEXT, "").create_only(),
        Field::lowered("Stream.View", TEXT, ""),
        Field::lowered("Size", Type::Int { min: 0, max: 100 }, "").default(Lit::Int(1)),
        TAGS,
    ],
    outputs: &[
        Output::derived("arn", "arn:{partition}:depot:{region}:{account}:{name}", ""),
        Output::assigned("stream", "").invalidated_by(&["Stream"]),
    ],
    protect: true,
    loses: Loss::Held("what is in it"),
    ..PLAIN
};

/// Like a pipe whose mark stands in its description: its source is checked and cannot be changed.
static FEEDS: About = About {
    kind: "feeds",
    singular: "feed",
    fields: &[
        NAME,
        Field::lowered("Source", Type::Ref(&RefTo::checked(&["depots"], "stream")), "").create_only(),
        Field::lowered("Target", Type::Ref(&RefTo::checked(&["boxes"], "arn")), ""),
        Field::lowered("Badge", Type::Ref(&RefTo::checked(&["badges"], "arn")), ""),
        Field::lowered("Password", TEXT, "").write_only(),
        Field::lowered("Text", TEXT, ""),
    ],
    outputs: &[Output::derived("arn", "arn:{partition}:feed:{region}:{account}:{name}", "")],
    mark: MarkIn::Description { path: "Text", max: 512 },
    loses: Loss::Meanwhile("records that arrive meanwhile"),
    ..PLAIN
};

/// Like a queue: with a policy of statements, and a field that stays once it is set; like an API and a
/// function: with doors and a sign that others lead to, and a lock that is made anew.
static BOXES: About = About {
    kind: "boxes",
    singular: "box",
    fields: &[
        NAME,
        Field::lowered("Size", Type::Int { min: 0, max: 100 }, "").default(Lit::Int(1)),
        Field::lowered("Seal", TEXT, "").absent(Absent::CannotBeCleared),
        Field::lowered("Overflow", Type::Ref(&RefTo::checked(&["boxes"], "arn")), ""),
        Field::lowered("Lid", TEXT, ""),
        Field::lowered("Doors", TEXT_MAP, "").goes(Goes::Last),
        Field::lowered("Outside", Type::Object(OUTSIDE), ""),
        Field::lowered("OldSigns", Type::List(&TEXT), "").compare(Compare::Set).goes(Goes::Last),
        Field::lowered("Locks", Type::Map(&Type::Object(LOCK)), ""),
        TAGS,
    ],
    outputs: &[Output::derived("arn", "arn:{partition}:box:{region}:{account}:{name}", "")],
    shared: &[],
    statements: Some("ruling"),
    ..PLAIN
};

const OUTSIDE: &[Field] = &[Field::lowered("Sign", TEXT, "").goes(Goes::LastAs("OldSigns"))];
const LOCK: &[Field] =
    &[Field::lowered("Key", TEXT, "").remakes("the old key"), Field::lowered("Colour", TEXT, "")];

/// Like a bus: it contains others.
static SHELVES: About = About {
    kind: "shelves",
    singular: "shelf",
    fields: &[NAME, Field::lowered("Depth", TEXT, "").create_only(), TAGS],
    outputs: &[
        Output::derived("arn", "arn:{partition}:shelf:{region}:{account}:{name}", ""),
        Output::derived("name", "{name}", ""),
    ],
    ..PLAIN
};

/// Like a rule: it stands in a shelf.
static SLIPS: About = About {
    kind: "slips",
    singular: "slip",
    fields: &[
        NAME,
        Field::lowered("Shelf", Type::Ref(&RefTo::inside(&["shelves"], "name")), "").create_only(),
        Field::lowered("Target", Type::Ref(&RefTo::checked(&["boxes"], "arn")), ""),
        TAGS,
    ],
    outputs: &[Output::derived("arn", "arn:{partition}:slip:{region}:{account}:{Shelf}/{name}", "")],
    identified_by: &["Shelf", "Name"],
    ..PLAIN
};

/// Like a role: with policies.
static BADGES: About = About {
    kind: "badges",
    singular: "badge",
    parts: &["badge"],
    fields: &[
        NAME,
        Field::lowered("Policies", Type::Map(&Type::Document(Document::Policy)), "").compare(Compare::Policy),
        TAGS,
    ],
    outputs: &[Output::derived("arn", "arn:{partition}:badge::{account}:{name}", "")],
    ..PLAIN
};

/// Like a statement on a queue's policy.
static RULINGS: About = About {
    kind: "rulings",
    singular: "ruling",
    declarable: false,
    parts: &["ruling"],
    fields: &[
        Field::lowered("Of", TEXT, "").required().create_only(),
        Field::lowered("Statement", Type::Document(Document::Policy), "").compare(Compare::Policy),
    ],
    naming: Naming::new("", 64, ""),
    mark: MarkIn::Sid,
    ..PLAIN
};

/// Like a REST API: several can have one name.
static PORTALS: About = About {
    kind: "portals",
    singular: "portal",
    fields: &[
        NAME,
        Field::lowered("Routes", TEXT_MAP, ""),
        Field::lowered("Kind", TEXT, "").create_only(),
        TAGS,
    ],
    outputs: &[Output::assigned("id", "")],
    naming: Naming { unique: false, ..Naming::new("Name", 64, "-_") },
    ..PLAIN
};

/// Like a discoverer: it has no name and is known by the shelf that it stands in, which has one at most.
static BEACONS: About = About {
    kind: "beacons",
    singular: "beacon",
    fields: &[
        Field::new("shelf", "Shelf", Type::Ref(&RefTo::inside(&["shelves"], "name")), "").create_only(),
        Field::lowered("Lamp", TEXT, ""),
        TAGS,
    ],
    outputs: &[Output::assigned("id", "")],
    naming: Naming { unique: false, ..Naming::new("", 64, "-_") },
    identified_by: &["Shelf"],
    ..PLAIN
};

/// A kind that is a table alone.
struct Sample(&'static About);

static SAMPLES: &[&dyn Kind] = &[
    &Sample(&DEPOTS),
    &Sample(&FEEDS),
    &Sample(&BOXES),
    &Sample(&SHELVES),
    &Sample(&SLIPS),
    &Sample(&BADGES),
    &Sample(&RULINGS),
    &Sample(&PORTALS),
    &Sample(&BEACONS),
];

/// All of them. They are no part of the registry, but are found by their names.
pub(super) fn samples() -> impl Iterator<Item = &'static dyn Kind> {
    SAMPLES.iter().copied()
}

impl Kind for Sample {
    fn about(&self) -> &'static About {
        self.0
    }

    fn needs(&self) -> &'static [super::Need] {
        &[]
    }

    fn lower(&self, _: &mut super::Lowering<'_>) {}

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        unreachable!("tests give samples a live half of their own")
    }
}
