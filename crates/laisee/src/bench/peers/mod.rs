//! Others doing the same work on the same machine in the same call. Each server is started for it, durable, with its
//! data on the disk that ours is on, and is gone afterwards. What they were set to is said on stderr.

pub mod echo;
mod postgres;
mod redis;

use std::{
    io,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use super::Figures;

/// Clients of a peer's server, each with a connection of its own.
const CLIENTS: usize = 64;

/// What a peer reached.
pub struct Peer {
    pub name: String,
    figures: Figures,
}

impl Peer {
    fn new(name: impl Into<String>, settings: &str, figures: Figures) -> Self {
        let name = name.into();
        eprintln!("peer: {name}: {settings}");
        Self { name, figures }
    }

    #[must_use]
    pub fn figures(&self) -> Figures {
        self.figures.clone()
    }
}

/// Everybody who can open one hot packet.
#[must_use]
pub fn p1(seconds: u64) -> Vec<Peer> {
    p2(1, seconds)
}

/// Everybody who can open many packets at once.
#[must_use]
pub fn p2(packets: u32, seconds: u64) -> Vec<Peer> {
    let peers =
        [postgres::opens(packets, seconds), redis::opens(packets, 1, seconds), redis::opens(packets, 16, seconds)];
    let say = |error: &io::Error| eprintln!("a peer is left out: {error}");
    peers.into_iter().filter_map(|peer| peer.inspect_err(say).ok()).collect()
}

/// A program by its name, also where Debian puts PostgreSQL's.
fn program(name: &str) -> io::Result<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let found = folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file());
    found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("there is no {name} here")))
}

fn output(command: &mut Command) -> io::Result<String> {
    let done = command.output()?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        return Err(io::Error::other(format!("{:?} failed: {said}", command.get_program())));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// Asks until a server that was just started answers.
fn await_answer(ask: impl Fn() -> io::Result<String>) -> io::Result<()> {
    for _ in 0..100 {
        if ask().is_ok() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    ask().map(drop)
}

/// A server that is told to end, and waited for, when the peer's run is over.
struct Server(Child);

impl Server {
    /// Starts it out of reach of Ctrl-C, so that it is ended once and in order; what it says goes to `log`.
    fn start(command: &mut Command, log: &Path) -> io::Result<Self> {
        let log = std::fs::File::create(log)?;
        let said = log.try_clone()?;
        command.stdin(Stdio::null()).stdout(said).stderr(log).process_group(0).spawn().map(Self)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An interrupt ends both servers at once and in order; killed, PostgreSQL would leave shared memory behind.
        let told = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status();
        if !told.is_ok_and(|status| status.success()) {
            // It has ended by itself, or this is all that is left to do.
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}
