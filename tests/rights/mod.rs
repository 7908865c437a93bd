//! `docker ccr2tcr policy`: that what it prints is exactly what a step needs, what it finds a key may,
//! and CCR's policies as TCR's.

mod check;
mod doctor;
mod least;
mod print;
mod translate;
