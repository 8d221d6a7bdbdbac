//! Names, lowering through the kinds, grants to roles and statements, edges.
