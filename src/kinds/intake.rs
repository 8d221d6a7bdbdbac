//! How events get into a resource.

/// The call that puts events into the resources of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Intake {
    pub service: &'static str,
    pub operation: &'static str,
    /// The member of an entry that names the resource.
    pub named_in: &'static str,
}
