//! What `docker ccr2tcr usage` sees, and what it says of what it doesn't see.

mod audit;
mod clusters;
mod counts;
mod refusals;
