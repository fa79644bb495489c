//! A server in a process of its own, as users run it, with limits raised for crowds.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
};

use anyhow::{Context, Result};

/// Ends with this value.
pub struct Child {
    process: process::Child,
    pub address: String,
    /// Where its data are.
    pub folder: PathBuf,
    /// Removed with this value, where the folder was made for it.
    place: Option<tempfile::TempDir>,
}

impl Child {
    /// Starts a server on a free port and an empty folder here.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn serve() -> Result<Self> {
        let place = tempfile::tempdir_in(".").context("a temporary folder here")?;
        let mut child = Self::serve_in(place.path(), "127.0.0.1:0")?;
        child.place = Some(place);
        Ok(child)
    }

    /// Starts a server on this address with these data.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn serve_in(folder: &Path, address: &str) -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["serve", "--addr", address, "--data"])
            .arg(folder)
            .env(
                "LAISEE_SET",
                "gateway.password_cost=test gateway.sign_ins_per_min=0 gateway.requests_per_s=0 \
                 settings.packet_count_max=1000000 settings.top_up_max=1000000000 \
                 settings.balance_max=1000000000000 settings.sessions_max=100000 \
                 settings.pin_required_from=1000000000000 settings.new_send_max=1000000000000 \
                 settings.new_send_day_max=1000000000000 settings.new_top_up_max=1000000000000 \
                 settings.new_top_up_day_max=1000000000000",
            )
            .stdout(Stdio::piped())
            .spawn()?;
        let out = process.stdout.take().context("the output was piped")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on ").context("the server did not come up")?.to_owned();
        Ok(Self { process, address, folder: folder.to_owned(), place: None })
    }

    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
