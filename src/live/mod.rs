//! Concurrent reads of inputs and resources, orphans. Changes nothing.
