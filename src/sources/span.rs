//! Parts of a file, in bytes.

use std::ops::Range;

/// From the first byte up to and without the last one, counted from the start of the file.
pub(in crate::sources) type Span = Range<usize>;
