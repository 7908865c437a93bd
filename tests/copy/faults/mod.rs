//! What the network and registries do to a run, and what must hold all the same.
//!
//! A proxy of our own stands before each of two real registries and breaks what passes as a
//! schedule says: `matrix` draws hundreds of schedules from a seed and looks at what each run
//! leaves behind; `single` has the cases of which every number is known beforehand.
//!
//! - `row`: the rows of the matrix; `fault`: what the proxy does to one exchange
//! - `schedule`: which requests that hits, drawn from a seed
//! - `proxy`, `exchange`, `spoil`, `relay`, `http1`, `request`: the proxy, from the listener down to bytes
//! - `token`, `presigned`: what a proxy plays besides: a token service, a store behind redirects
//! - `newer_push`: somebody else who pushes to the target meanwhile
//! - `visibility`: a row of its own, on the sandbox: namespaces that turn public
//! - `dead_address`: a host name with two addresses, one of them dead
//! - `world`: what there is to copy; `run`: one call of the plugin; `check`: what must hold then

mod check;
mod dead_address;
mod exchange;
mod fault;
mod http1;
mod matrix;
mod newer_push;
mod presigned;
mod proxy;
mod relay;
mod request;
mod row;
mod run;
mod schedule;
mod single;
mod spoil;
mod table;
mod token;
mod visibility;
mod world;
