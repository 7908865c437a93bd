//! Tests of `exec_plugin`.
