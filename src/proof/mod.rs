//! Proof before anything relies on it: is an image in TCR, is it the same as in CCR, does a login
//! pull it.
//!
//! What cannot be asked from here is unknown, which is not the same as missing or refused.

mod images;
mod logins;
mod same_image;

pub use images::{ImageState, ProvenImages, prove_images, prove_public};
pub use logins::{LoginAnswer, LoginAnswers, LoginUse, UnfitLogin, ask_each, prove_logins};
pub use same_image::Runs;
