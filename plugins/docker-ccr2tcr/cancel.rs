//! Being asked to stop: by a signal, or by docker through its socket.
//!
//! With stdout on a terminal, docker stays out and the terminal signals both. Otherwise docker
//! closes the plugin's socket at the first signal; a Ctrl-C then arrives twice, once on each way
//! (`cmd/docker/docker.go`, `tryPluginRun`; `cli-plugins/socket/socket.go`).

use std::ffi::OsStr;
use std::io;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::Instant;

use ccr2tcr::prompt::{Stop, on_signal};

/// Listens to the signals, and to docker's socket if it named one in `DOCKER_CLI_PLUGIN_SOCKET`.
///
/// A socket that can't be connected to is no reason not to run: the signals remain.
pub(crate) fn listen(stop: &Stop, socket: Option<&OsStr>) -> io::Result<()> {
    let (heard, mut requests) = unbounded_channel();
    let by_signal = heard.clone();
    on_signal(move || {
        // There is no listener any more if the run is over.
        let _ = by_signal.send(StopRequest::Signal);
    })?;
    if let Some(name) = socket.filter(|name| !name.is_empty()) {
        listen_to_docker(name, heard);
    }
    let stop = stop.clone();
    tokio::spawn(async move {
        let mut history = History::default();
        while let Some(request) = requests.recv().await {
            if history.counts(request, Instant::now()) {
                stop.ask();
            }
        }
    });
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StopRequest {
    Signal,
    // Docker gives its plugins a socket on Unix alone.
    #[cfg_attr(not(unix), allow(dead_code))]
    SocketClosed,
}

/// Tells a second request to stop from the echo of the first.
#[derive(Debug, Default)]
struct History {
    asked: bool,
    // When docker closed its socket, until the signal that belongs to it has come.
    echo_of: Option<Instant>,
}

impl History {
    const ECHO: Duration = Duration::from_secs(1);

    fn counts(&mut self, request: StopRequest, now: Instant) -> bool {
        let first = !std::mem::replace(&mut self.asked, true);
        match request {
            StopRequest::SocketClosed => {
                self.echo_of = first.then_some(now);
                first
            }
            StopRequest::Signal => {
                first || self.echo_of.take().is_none_or(|closed| now - closed >= Self::ECHO)
            }
        }
    }
}

// The read blocks until docker closes its end, so it gets a thread; the thread dies with the
// process.
#[cfg(unix)]
fn listen_to_docker(name: &OsStr, heard: UnboundedSender<StopRequest>) {
    use std::io::Read as _;
    let Ok(mut socket) = connect(name) else {
        tracing::debug!(?name, "docker's plugin socket can't be reached; signals still work");
        return;
    };
    let wait = move || {
        let mut ignored = [0; 64];
        loop {
            match socket.read(&mut ignored) {
                Ok(1..) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => break,
            }
        }
        // There is no listener any more if the run is over.
        let _ = heard.send(StopRequest::SocketClosed);
    };
    if let Err(error) = std::thread::Builder::new().name("docker-socket".to_owned()).spawn(wait) {
        tracing::debug!(%error, "no thread to listen to docker's plugin socket");
    }
}

// std has no unix sockets on Windows; Ctrl-C reaches the plugin there without docker's help.
#[cfg(not(unix))]
fn listen_to_docker(_: &OsStr, _: UnboundedSender<StopRequest>) {}

// `@name` is an abstract socket, which only Linux has; elsewhere docker names a file.
#[cfg(unix)]
fn connect(name: &OsStr) -> io::Result<std::os::unix::net::UnixStream> {
    use std::os::unix::net::UnixStream;
    #[cfg(target_os = "linux")]
    {
        use std::os::linux::net::SocketAddrExt as _;
        use std::os::unix::ffi::OsStrExt as _;
        use std::os::unix::net::SocketAddr;
        if let Some(name) = name.as_bytes().strip_prefix(b"@") {
            return UnixStream::connect_addr(&SocketAddr::from_abstract_name(name)?);
        }
    }
    UnixStream::connect(name)
}

#[cfg(test)]
mod tests {
    use super::StopRequest::{Signal, SocketClosed};
    use super::*;

    fn counted(requests: &[(u64, StopRequest)]) -> Vec<bool> {
        let start = Instant::now();
        let mut history = History::default();
        requests
            .iter()
            .map(|&(at, request)| history.counts(request, start + Duration::from_millis(at)))
            .collect()
    }

    #[test]
    fn every_signal_counts_however_soon() {
        assert_eq!(counted(&[(0, Signal), (10, Signal)]), [true, true]);
    }

    #[test]
    fn socket_and_signal_of_one_ctrl_c_count_once() {
        assert_eq!(counted(&[(0, SocketClosed), (900, Signal)]), [true, false]);
        assert_eq!(counted(&[(0, Signal), (2000, SocketClosed)]), [true, false]);
    }

    #[test]
    fn a_signal_long_after_the_socket_or_after_its_echo_counts() {
        assert_eq!(counted(&[(0, SocketClosed), (1500, Signal)]), [true, true]);
        assert_eq!(
            counted(&[(0, SocketClosed), (100, Signal), (200, Signal)]),
            [true, false, true]
        );
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn docker_stops_the_run_by_closing_its_abstract_socket() {
        use std::os::linux::net::SocketAddrExt as _;
        use std::os::unix::net::{SocketAddr, UnixListener};
        let name = format!("docker_cli_test_{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let listener = UnixListener::bind_addr(&address).unwrap();

        let stop = Stop::default();
        listen(&stop, Some(format!("@{name}").as_ref())).unwrap();
        let (docker, _) = listener.accept().unwrap();
        assert!(!stop.soft.is_cancelled());
        drop(docker);

        tokio::time::timeout(Duration::from_secs(5), stop.soft.cancelled()).await.unwrap();
        assert!(!stop.hard.is_cancelled());
    }

    #[tokio::test]
    async fn a_socket_that_is_not_there_changes_nothing() {
        let stop = Stop::default();
        listen(&stop, Some("/nonexistent/docker.sock".as_ref())).unwrap();
        tokio::task::yield_now().await;
        assert!(!stop.soft.is_cancelled());
    }
}
