//! Files that name CCR: find → plan → rewrite → prove. Only the bytes of references change.
//!
//! Deciding is pure: bytes come in, edits go out. `tree` and `write` are what touches files.
#![allow(dead_code, unused_imports, reason = "the room is being built")]

mod context;
mod decide;
mod diff;
mod edit;
mod find;
mod prove;
mod span;
mod tree;
mod write;
