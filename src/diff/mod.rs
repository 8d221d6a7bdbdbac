//! Normalise both sides by the field tables, compare, one `Change` tree.
