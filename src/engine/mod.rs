//! The types that all later stages share. Uses no SDK.
