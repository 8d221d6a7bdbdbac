//! How events get into a resource.

/// The call that puts events into the resources of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Intake {
    /// What a person calls it by, as a flag of the command line: `bus`.
    pub flag: &'static str,
    pub service: &'static str,
    pub operation: &'static str,
    /// The most entries of a request.
    pub at_once: usize,
    /// The member of an entry that names the resource.
    pub named_in: &'static str,
    /// Where events go into a part of a resource.
    pub parts: Option<Parts>,
}

/// The parts of a resource that events go into.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// The map whose keys they are, wished and live.
    pub keys: &'static str,
    /// The output that their names begin with; `/` and the key stand behind it.
    pub below: &'static str,
}

impl Intake {
    /// Whether the resource is what its events say they are from, so that nobody else says it.
    pub fn is_source(&self) -> bool {
        self.named_in == SOURCE
    }
}

/// The member of an entry that says what an event is from.
pub const SOURCE: &str = "Source";
