//! Others doing the same work on the same machine in the same call, each from its own temporary folder.

pub mod echo;
mod postgres;
mod redis;

use std::{
    io,
    path::PathBuf,
    process::{Child, Command},
};

use super::Figures;

/// What a peer reached.
pub struct Peer {
    pub name: String,
    figures: Figures,
}

impl Peer {
    fn new(name: &str, per_s: f64, p50_ms: Option<f64>, p99_ms: Option<f64>) -> Self {
        Self { name: name.into(), figures: Figures { per_s, p50_ms, p99_ms, ..Figures::default() } }
    }

    #[must_use]
    pub fn figures(&self) -> Figures {
        self.figures.clone()
    }
}

/// Everybody who can open one hot packet.
#[must_use]
pub fn p1(seconds: u64) -> Vec<Peer> {
    found([postgres::opens(1, seconds), redis::opens(1, 1, seconds), redis::opens(1, 16, seconds)])
}

/// Everybody who can open many packets at once.
#[must_use]
pub fn p2(packets: u32, seconds: u64) -> Vec<Peer> {
    found([postgres::opens(packets, seconds), redis::opens(packets, 1, seconds), redis::opens(packets, 16, seconds)])
}

fn found(peers: impl IntoIterator<Item = io::Result<Peer>>) -> Vec<Peer> {
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

/// Ends a server with the peer's run.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
