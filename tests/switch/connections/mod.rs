//! Whatever kubectl connects with, the plugin connects with, and nothing else; and it says why in
//! words. Each row of a table is a kubeconfig, tried with the real kubectl and with the plugin.

mod addresses;
mod authorities;
mod bench;
mod client_certificates;
mod credential_plugins;
mod files;
mod flags;
mod openssl;
mod servers;
mod tokens;
