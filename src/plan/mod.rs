//! Actions with reasons, order, guards.
