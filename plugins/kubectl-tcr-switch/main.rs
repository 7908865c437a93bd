//! `kubectl tcr-switch`: kubectl's plugin protocol around the commands.

fn main() {}
