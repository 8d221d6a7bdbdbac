//! The embedded account through the SDK's own clients.
