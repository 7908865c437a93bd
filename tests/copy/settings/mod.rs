//! What a user typed, set or wrote into a file: the message, the hint, the exit code, and that
//! nothing was written.

mod api_keys;
mod docker_logins;
mod instance;
mod mapping;
mod patterns;
mod proxies;
mod report_files;
