//! The parts that the other tests rely on are what they are taken for.

mod cluster;
mod renderers;
mod sandbox;
