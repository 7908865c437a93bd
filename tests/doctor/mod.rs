//! `doctor` of both plugins: what it says of an account in order, and of one with a fault.

mod after_network;
mod broken;
mod fixtures;
mod healthy;
mod probe;

pub(crate) use fixtures::World;
