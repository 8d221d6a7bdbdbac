//! The kinds: one folder and one line in the registry each.
