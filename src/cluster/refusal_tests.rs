//! Tests of `refusal`.
