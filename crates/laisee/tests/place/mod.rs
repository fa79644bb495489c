//! A server in a process of its own, with a folder for its data and a storm's papers.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use laisee_client::device::Jitter;
use tempfile::TempDir;

const FOR_STORMS: &str = "gateway.password_cost=test gateway.sign_ins_per_min=0 gateway.requests_per_s=0 \
                          gateway.heartbeat_ms=1000";
const STARTS_WITHIN: Duration = Duration::from_secs(60);

/// Where one run lives: data, the server's words, the storm's ledger and reports.
pub struct Place {
    folder: TempDir,
    pub address: String,
}

impl Place {
    pub fn new(dice: &mut Jitter) -> Self {
        Self { folder: TempDir::new().unwrap(), address: free_address(dice) }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn laisee(&self, command: &str) -> Command {
        let mut laisee = Command::new(env!("CARGO_BIN_EXE_laisee"));
        laisee.arg(command).arg("--data").arg(self.path("data"));
        laisee
    }

    /// Starts the server with these settings, without waiting for it.
    pub fn spawn(&self, settings: &str) -> Server {
        let words = File::options().create(true).append(true).open(self.path("server.log")).unwrap();
        let mut child = self
            .laisee("serve")
            .args(["--addr", &self.address])
            .env("LAISEE_PASSWORD_COST", "test")
            .env("LAISEE_SET", format!("{FOR_STORMS} {settings}"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(words)
            .spawn()
            .unwrap();
        let (told, listening) = mpsc::channel();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(told.send(line))));
        Server { child, listening }
    }

    pub fn server_log(&self) -> String {
        let whole = fs::read_to_string(self.path("server.log")).unwrap_or_default();
        let lines: Vec<&str> = whole.lines().rev().take(40).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

pub struct Server {
    child: Child,
    listening: mpsc::Receiver<String>,
}

impl Server {
    pub fn wait_until_it_listens(&self, place: &Place) {
        let until = Instant::now() + STARTS_WITHIN;
        loop {
            let line = self.listening.recv_timeout(until.saturating_duration_since(Instant::now()));
            match line {
                Ok(line) if line.starts_with("listening on ") => return,
                Ok(_) => {}
                Err(_) => panic!("the server did not start:\n{}", place.server_log()),
            }
        }
    }

    /// SIGKILL: nothing is flushed, nothing is said.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Below the ports that outgoing connections use, so that no client of the dead server sits on its address.
fn free_address(dice: &mut Jitter) -> String {
    loop {
        let address = format!("127.0.0.1:{}", 20_000 + dice.below(10_000));
        if TcpListener::bind(&address).is_ok() {
            return address;
        }
    }
}
