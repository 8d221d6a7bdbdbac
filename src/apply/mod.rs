//! Bounded parallel walk, events to observers, convergence.
