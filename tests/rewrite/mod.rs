//! What `rewrite` does to files: both plugins, real Git, registries of the sandbox.

mod all_shapes;
mod bad_trees;
mod emitted;
mod journey;
mod proven;
mod transformers;
mod tree;
