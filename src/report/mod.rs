//! One file per output; colours by label.
