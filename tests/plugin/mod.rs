//! How docker and kubectl call their plugins, and what both plugins do whatever the command: help,
//! completion, mistakes on the line, progress, the first contact with a server, the first run, docker's
//! hook, no secret shown.

mod chinese;
mod docker;
mod first_run;
mod help;
mod hidden_secrets;
mod hook;
mod kubectl;
mod progress;
mod startup;
