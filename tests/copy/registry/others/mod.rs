//! Copying between registries as they are: distribution 3 in each of the ways in which people run
//! it, olareg, which has the referrers API, and crane's, which keeps whatever it is given.
//!
//! Each test copies the same images, looks at the target with skopeo, and runs again: then all is
//! equal, and `verify --deep` says so too.

mod content;
mod distribution;
mod logins;
mod redirects;
mod referrers;
mod run;
mod tls;
