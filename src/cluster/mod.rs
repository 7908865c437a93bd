//! Live objects of a cluster: connecting, scanning, planning, applying, waiting, rolling back, pull
//! secrets.
//!
//! What stands where in an object is for `workload`; blobs are nobody's business here.
