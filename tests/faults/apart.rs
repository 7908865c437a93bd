//! Cases apart, of which every number is known beforehand.
