//! Patterns, transforms, mapping templates. Never touches the network.
