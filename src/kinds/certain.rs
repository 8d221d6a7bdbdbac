//! The calls that are made in any case: what an apply takes at least.

/// The operations that a create and a delete of a kind call in any case, of a service whose limits are published
/// ([`limits`](crate::engine::limits)). What else they call depends on what they find.
#[derive(Clone, Copy, Default, Debug)]
pub struct Certain {
    pub service: &'static str,
    pub create: &'static [&'static str],
    pub delete: &'static [&'static str],
}
