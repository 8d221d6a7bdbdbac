//! What a kind says of itself in a table.

use crate::diff::Table;
use crate::engine::field::{Field, Output, TAGS, Type};
use crate::engine::{Address, Budgets};

use super::data_key::DataKey;

/// Everything about a kind that is a table.
#[derive(Debug)]
pub struct About {
    /// The key at the top of a stack, such as `queues`.
    pub kind: &'static str,
    /// The key in a reference, such as `queue`.
    pub singular: &'static str,
    /// What it is, for the reference; in Markdown.
    pub doc: &'static str,
    /// A whole stack that shows how it is used, for the reference; tests apply it. Empty for a kind that
    /// no stack declares.
    pub example: &'static str,
    /// Whether a stack declares it; false for what only the compiler makes.
    pub declarable: bool,
    /// The first steps of generated parts that are of this kind: `role` of `rules.x/role`.
    pub parts: &'static [&'static str],
    pub fields: &'static [Field],
    pub outputs: &'static [Output],
    pub naming: Naming,
    pub mark: MarkIn,
    /// Protected unless the declaration says otherwise.
    pub protect: bool,
    pub budgets: Budgets,
    /// What is lost where the resource goes, for the plan.
    pub loses: Loss,
    /// The kind's own name, for references to it.
    pub itself: &'static [&'static str],
    /// Words for the usual actions in `grants`, such as `send`.
    pub access: &'static [(&'static str, &'static [&'static str])],
    /// What stands behind the ARN where a grant is on it: `""`, and perhaps `/*`.
    pub grant_on: &'static [&'static str],
    /// The KMS key that what it holds is encrypted with, where who uses the data needs rights on it.
    pub data_key: Option<DataKey>,
    /// The names of those that every account has and no stack declares: a reference may name them all
    /// the same, and what stands there is the output that derives from the name.
    pub shared: &'static [&'static str],
    /// The part under which statements on its own policy document stand: `policy` or `permission`.
    pub statements: Option<&'static str>,
    /// Paths that always stand in a plan, so that a reader knows which resource it is. Where names are not unique,
    /// they tell two resources apart: of the same values there is one at most, unless the name is all that stands
    /// here (see [`About::is_known_by_id`]).
    pub identified_by: &'static [&'static str],
}

/// What is lost with a resource, and when.
#[derive(Clone, Copy, Debug)]
pub enum Loss {
    /// Nothing but time.
    Nothing,
    /// What it holds: lost whether it is deleted or replaced.
    Held(&'static str),
    /// What passes by while it is replaced. Where it is deleted nobody waits for that any more.
    Meanwhile(&'static str),
}

impl Loss {
    /// What a replacement loses; empty if nothing.
    pub fn replaced(self) -> &'static str {
        match self {
            Loss::Nothing => "",
            Loss::Held(what) | Loss::Meanwhile(what) => what,
        }
    }

    /// The same in a sentence for the reference; nothing if nothing is lost.
    pub fn sentence(self) -> Option<String> {
        match self {
            Loss::Nothing => None,
            Loss::Held(what) => Some(format!("A deletion or a replacement loses {what}.")),
            Loss::Meanwhile(what) => Some(format!("A replacement loses {what}.")),
        }
    }

    /// What a deletion loses, if anything.
    pub fn deleted(self) -> Option<&'static str> {
        match self {
            Loss::Held(what) => Some(what),
            Loss::Nothing | Loss::Meanwhile(_) => None,
        }
    }
}

/// How physical names of a kind are made and checked.
#[derive(Clone, Copy, Debug)]
pub struct Naming {
    /// Where the name stands in AWS's document; empty if it stands nowhere.
    pub path: &'static str,
    pub max: usize,
    pub min: usize,
    /// Which characters are allowed beside letters and digits.
    pub also: &'static str,
    /// Two resources of one account and region cannot share a name.
    pub unique: bool,
    /// The service has no regions: default names end in the region.
    pub global: bool,
    /// Letters are lower-case, and in default names a `-` stands for each `_` of a key.
    pub lower: bool,
    /// What default names begin with; empty for nothing.
    pub prefix: &'static str,
    /// A field, and what names end in exactly where it is true: `fifo` and `.fifo`.
    pub ending: Option<(&'static str, &'static str)>,
    /// A field whose text is the name where it stands, which is others' to choose: `event_source_name`.
    pub same_as: Option<&'static str>,
}

impl Naming {
    /// Unique regional names of letters, digits and these characters.
    pub const fn new(path: &'static str, max: usize, also: &'static str) -> Naming {
        Naming {
            path,
            max,
            min: 1,
            also,
            unique: true,
            global: false,
            lower: false,
            prefix: "",
            ending: None,
            same_as: None,
        }
    }
}

/// Where a resource of the kind carries its mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MarkIn {
    Tags,
    /// A suffix of this property, which has at most so many characters.
    Description {
        path: &'static str,
        max: usize,
    },
    /// The statement's own Sid.
    Sid,
    /// A tag of what it belongs to.
    Host,
    /// A record of its own beside it.
    Beside,
    /// A member of the document that it is made of, which lists do not show.
    Within,
}

impl About {
    /// The row of an output of this name.
    pub fn output(&self, name: &str) -> Option<&'static Output> {
        self.outputs.iter().find(|output| output.has(name))
    }

    /// The tree of its rows, made when it is first asked for and then kept.
    pub fn table(&self) -> &'static Table {
        super::table(self)
    }

    /// Whether nothing but the id, which AWS assigns, tells two resources of one name apart: a REST API. Such a one is
    /// found by its mark; of any other, what stands where it is wished for is the one that is meant, and what stands
    /// elsewhere is another.
    pub fn is_known_by_id(&self) -> bool {
        !self.naming.unique && self.identified_by.iter().all(|path| *path == self.naming.path)
    }

    /// Whether AWS has no name for it: a discoverer is known by its bus alone.
    pub fn is_nameless(&self) -> bool {
        !self.naming.unique && self.naming.path.is_empty()
    }

    /// Whether resources of the kind take the user's tags.
    pub fn takes_tags(&self) -> bool {
        self.mark == MarkIn::Tags || self.fields.iter().any(|field| field.key == TAGS.key)
    }

    /// Whether an address is of this kind.
    pub fn owns(&self, address: &Address) -> bool {
        if address.is_generated() {
            self.parts.contains(&address.part_kind())
        } else {
            self.declarable && address.kind == self.kind
        }
    }

    /// The kinds that a resource of this kind can refer to, by its field table.
    pub fn refers_to(&self) -> Vec<&'static str> {
        fn visit(fields: &'static [Field], found: &mut Vec<&'static str>) {
            fields.iter().for_each(|field| visit_type(field.ty, found));
        }
        fn visit_type(ty: Type, found: &mut Vec<&'static str>) {
            match ty {
                Type::Ref(to) => found.extend(to.kinds),
                Type::Object(fields) => visit(fields, found),
                Type::List(item) | Type::Map(item) => visit_type(*item, found),
                _ => {}
            }
        }
        let mut found = Vec::new();
        visit(self.fields, &mut found);
        found.sort_unstable();
        found.dedup();
        found
    }
}
