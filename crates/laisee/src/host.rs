//! Where somebody on the server's own machine reaches it while it runs: a socket in the data folder, which nobody but the
//! server's own user (and root) can open. Whoever can could read and write the data as well, so no more proof is asked.

use std::{
    fs::{self, DirBuilder},
    io::{self, BufRead, BufReader, Read, Write},
    net::Shutdown,
    os::unix::{
        fs::{DirBuilderExt, MetadataExt},
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use laisee_bus::LocalBus;
use laisee_gateway::GatewayConfig;
use serde::{Deserialize, Serialize};
use socket2::SockRef;

use crate::operator::{Asked, Told, carry_out};

/// A folder of its own: it is closed to others before there is a socket in it.
const FOLDER: &str = "host";
const SOCKET: &str = "socket";
const LINE_BYTES_MAX: u64 = 64 * 1024;
/// How long either side may be silent. Hashing a password is the longest that happens in between.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer as it is written.
#[derive(Serialize, Deserialize)]
enum Answer {
    Told(Told),
    Refused(String),
}

/// Listens until it is dropped.
pub struct Host {
    listener: UnixListener,
    path: PathBuf,
    /// The socket's own number: another server may have put its own in the place.
    number: u64,
    thread: Option<JoinHandle<()>>,
}

impl Host {
    /// Begins to listen. A socket that was left is replaced.
    ///
    /// # Errors
    /// When there can be none, for instance because the path is too long for one.
    pub fn start(data: &Path, bus: Arc<LocalBus>, config: GatewayConfig) -> io::Result<Self> {
        let folder = data.join(FOLDER);
        match DirBuilder::new().mode(0o700).create(&folder) {
            Err(problem) if problem.kind() != io::ErrorKind::AlreadyExists => return Err(problem),
            _ => fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?,
        }
        let path = folder.join(SOCKET);
        match fs::remove_file(&path) {
            Err(problem) if problem.kind() != io::ErrorKind::NotFound => return Err(problem),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        let number = fs::metadata(&path)?.ino();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listening = listener.try_clone()?;
        let thread = std::thread::Builder::new().name("host".into()).spawn(move || {
            // Ends when the listener is shut down.
            while let Ok((stream, _)) = listening.accept() {
                let carry = |asked: &Asked| runtime.block_on(carry_out(&bus, &config, asked));
                // Whoever hangs up has no answer, and can ask how it stands.
                if let Err(problem) = serve(stream, carry) {
                    tracing::info!(%problem, "somebody on this machine asked for nothing that could be answered");
                }
            }
        })?;
        Ok(Self { listener, path, number, thread: Some(thread) })
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // Only our own: a server that was started meanwhile has its own socket there.
        if fs::metadata(&self.path).is_ok_and(|found| found.ino() == self.number) {
            let _ = fs::remove_file(&self.path);
        }
        let _ = SockRef::from(&self.listener).shutdown(Shutdown::Both);
        if let Some(thread) = self.thread.take() {
            // A panic was reported by its thread.
            let _ = thread.join();
        }
    }
}

fn serve(stream: UnixStream, carry: impl Fn(&Asked) -> Result<Told>) -> Result<()> {
    let asked: Asked = read(&stream)?;
    let answer = match carry(&asked) {
        Ok(told) => Answer::Told(told),
        Err(refused) => Answer::Refused(format!("{refused:#}")),
    };
    write(&stream, &answer)
}

/// Asks the server that runs on these data; `None`: none does.
///
/// # Errors
/// What the server refuses, or that it gives no answer.
pub fn ask(data: &Path, asked: &Asked) -> Result<Option<Told>> {
    let stream = match UnixStream::connect(data.join(FOLDER).join(SOCKET)) {
        Ok(stream) => stream,
        Err(problem) if matches!(problem.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(problem) => return Err(problem).context("the running server cannot be reached"),
    };
    write(&stream, asked)?;
    match read(&stream).context("the running server gave no answer")? {
        Answer::Told(told) => Ok(Some(told)),
        Answer::Refused(why) => bail!("{why}"),
    }
}

/// One line of JSON.
fn read<T: for<'de> Deserialize<'de>>(stream: &UnixStream) -> Result<T> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(stream).take(LINE_BYTES_MAX).read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}

fn write<T: Serialize>(mut stream: &UnixStream, said: &T) -> Result<()> {
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = serde_json::to_vec(said)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    Ok(())
}
