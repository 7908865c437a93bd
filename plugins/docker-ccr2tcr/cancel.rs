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
use tokio_util::sync::CancellationToken;

/// The two ways to stop.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stop {
    /// Take no new work, finish what commits within seconds, print the report.
    pub(crate) soft: CancellationToken,
    /// Leave at once.
    pub(crate) hard: CancellationToken,
}

impl Stop {
    /// Listens to SIGINT, SIGTERM (on Windows Ctrl-C), and to docker's socket if it named one in
    /// `DOCKER_CLI_PLUGIN_SOCKET`.
    ///
    /// A socket that can't be connected to is no reason not to run: the signals remain.
    pub(crate) fn listen(socket: Option<&OsStr>) -> io::Result<Self> {
        let (heard, mut requests) = unbounded_channel();
        listen_to_signals(&heard)?;
        if let Some(name) = socket.filter(|name| !name.is_empty()) {
            listen_to_docker(name, heard);
        }
        let stop = Self::default();
        let listening = stop.clone();
        tokio::spawn(async move {
            let mut history = History::default();
            while let Some(request) = requests.recv().await {
                match history.hear(request, Instant::now()) {
                    Some(Step::Soft) => listening.soft.cancel(),
                    Some(Step::Hard) => {
                        listening.soft.cancel();
                        listening.hard.cancel();
                    }
                    None => {}
                }
            }
        });
        Ok(stop)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Request {
    Signal,
    SocketClosed,
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Soft,
    Hard,
}

/// Tells a second wish to stop from the echo of the first.
#[derive(Debug, Default)]
struct History {
    asked: bool,
    // When docker closed its socket, until the signal that belongs to it has come.
    echo_of: Option<Instant>,
}

impl History {
    const ECHO: Duration = Duration::from_secs(1);

    fn hear(&mut self, request: Request, now: Instant) -> Option<Step> {
        let first = !std::mem::replace(&mut self.asked, true);
        match request {
            Request::SocketClosed => {
                self.echo_of = first.then_some(now);
                first.then_some(Step::Soft)
            }
            Request::Signal if first => Some(Step::Soft),
            Request::Signal => {
                let echo = self.echo_of.take().is_some_and(|closed| now - closed < Self::ECHO);
                (!echo).then_some(Step::Hard)
            }
        }
    }
}

#[cfg(unix)]
fn listen_to_signals(heard: &UnboundedSender<Request>) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
        let mut signals = signal(kind)?;
        let heard = heard.clone();
        tokio::spawn(async move {
            while signals.recv().await.is_some() && heard.send(Request::Signal).is_ok() {}
        });
    }
    Ok(())
}

#[cfg(not(unix))]
fn listen_to_signals(heard: &UnboundedSender<Request>) -> io::Result<()> {
    let heard = heard.clone();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() && heard.send(Request::Signal).is_ok() {}
    });
    Ok(())
}

// The read blocks until docker closes its end, so it gets a thread; the thread dies with the
// process.
#[cfg(unix)]
fn listen_to_docker(name: &OsStr, heard: UnboundedSender<Request>) {
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
        // Nobody listens any more if the run is over.
        let _ = heard.send(Request::SocketClosed);
    };
    if let Err(error) = std::thread::Builder::new().name("docker-socket".to_owned()).spawn(wait) {
        tracing::debug!(%error, "no thread to listen to docker's plugin socket");
    }
}

// std has no unix sockets on Windows; Ctrl-C reaches the plugin there without docker's help.
#[cfg(not(unix))]
fn listen_to_docker(_: &OsStr, _: UnboundedSender<Request>) {}

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
    use super::Request::{Signal, SocketClosed};
    use super::*;

    fn steps(requests: &[(u64, Request)]) -> Vec<Option<Step>> {
        let start = Instant::now();
        let mut history = History::default();
        requests
            .iter()
            .map(|&(at, request)| history.hear(request, start + Duration::from_millis(at)))
            .collect()
    }

    #[test]
    fn one_signal_is_soft_and_the_next_is_hard_however_soon() {
        assert_eq!(steps(&[(0, Signal), (10, Signal)]), [Some(Step::Soft), Some(Step::Hard)]);
    }

    #[test]
    fn socket_and_signal_of_one_ctrl_c_count_once() {
        assert_eq!(steps(&[(0, SocketClosed), (900, Signal)]), [Some(Step::Soft), None]);
        assert_eq!(steps(&[(0, Signal), (2000, SocketClosed)]), [Some(Step::Soft), None]);
    }

    #[test]
    fn a_signal_long_after_the_socket_or_after_its_echo_is_hard() {
        assert_eq!(
            steps(&[(0, SocketClosed), (1500, Signal)]),
            [Some(Step::Soft), Some(Step::Hard)]
        );
        assert_eq!(
            steps(&[(0, SocketClosed), (100, Signal), (200, Signal)]),
            [Some(Step::Soft), None, Some(Step::Hard)]
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

        let stop = Stop::listen(Some(format!("@{name}").as_ref())).unwrap();
        let (docker, _) = listener.accept().unwrap();
        assert!(!stop.soft.is_cancelled());
        drop(docker);

        tokio::time::timeout(Duration::from_secs(5), stop.soft.cancelled()).await.unwrap();
        assert!(!stop.hard.is_cancelled());
    }

    #[tokio::test]
    async fn a_socket_that_is_not_there_changes_nothing() {
        let stop = Stop::listen(Some("/nonexistent/docker.sock".as_ref())).unwrap();
        tokio::task::yield_now().await;
        assert!(!stop.soft.is_cancelled());
    }
}
