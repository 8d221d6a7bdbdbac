//! The language's frame: parameters, environments, components, references, interpolation, addresses.
