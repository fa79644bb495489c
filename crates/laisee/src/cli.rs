//! What can be typed at the prompt.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use laisee_core::operator::Role;

use crate::operator::Asked;

/// A self-hosted chat and red-packet platform.
#[derive(Parser, Debug)]
#[command(name = "laisee", version, about, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Serve everything in one process, with an embedded store
    Serve(Place),
    /// Serve with a small world of people, groups and money to play with
    Demo(Place),
    /// Rebuild the views from the log, compare, and verify every law of money (the server must be stopped)
    Check(CheckArgs),
    /// Compare books that are kept apart, for one closed day or for everything; reads beside a running server, too
    Reconcile(ReconcileArgs),
    /// Print the facts of the log as JSON lines
    Log(LogArgs),
    /// Seal closed days of the log, compress them and move them to the archive (a running server does it by itself)
    Archive(ArchiveArgs),
    /// Copy everything, beside a running server; again into the same folder, only what is new
    Backup(BackupArgs),
    /// Make a data folder from a backup, as it stood at its end or at a moment before
    Restore(RestoreArgs),
    /// Put a running server under load through its public protocol, and check what comes back
    Storm(laisee_storm::Args),
    /// Measure: p1 (one hot packet), p2 (many packets), p3 (opens over WebSockets), p5 (idle connections), p8 (restart)
    Bench(crate::bench::BenchArgs),
    /// Recompute a packet's draw from its export, without a server
    Verify(VerifyArgs),
    /// Make operators of the console, or let back in who is locked out (the server must be stopped)
    Operator(OperatorArgs),
    /// Look at this machine and this configuration, and say what would be in the way
    Doctor(Place),
}

/// Where to serve and keep data. Each may also be set in the configuration file or the environment.
#[derive(Args, Debug, Clone)]
pub struct Place {
    /// Address to listen on; port 0 picks a free one
    #[arg(long, env = "LAISEE_ADDR")]
    pub addr: Option<String>,
    /// Folder for all data
    #[arg(long, env = "LAISEE_DATA")]
    pub data: Option<PathBuf>,
    /// Configuration file (TOML)
    #[arg(long, env = "LAISEE_CONFIG")]
    pub config: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct OperatorArgs {
    #[command(subcommand)]
    pub command: OperatorCommand,
}

#[derive(Subcommand, Debug)]
pub enum OperatorCommand {
    /// Make an operator, and print its password and the address for an authenticator app
    Add {
        /// 3 to 32 characters of a-z, 0-9, `_` and `-`
        name: String,
        /// Each may do what those before it may
        #[arg(long, value_enum)]
        role: RoleArg,
        #[command(flatten)]
        place: Place,
    },
    /// Give an operator a new password and a new second factor
    Reset {
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Give an operator another role, or switch it off or on
    Change {
        name: String,
        #[arg(long, value_enum)]
        role: Option<RoleArg>,
        /// It is signed out and cannot sign in
        #[arg(long, conflicts_with = "on")]
        off: bool,
        #[arg(long)]
        on: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Who the operators are
    List {
        #[command(flatten)]
        place: Place,
    },
}

impl OperatorCommand {
    #[must_use]
    pub fn place(&self) -> &Place {
        match self {
            Self::Add { place, .. } | Self::Reset { place, .. } | Self::Change { place, .. } | Self::List { place } => {
                place
            }
        }
    }

    #[must_use]
    pub fn asked(&self) -> Asked {
        match self {
            Self::Add { name, role, .. } => Asked::Add { name: name.clone(), role: role.role() },
            Self::Reset { name, .. } => Asked::Reset { name: name.clone() },
            Self::Change { name, role, off, on, .. } => {
                let active = (*on || *off).then_some(*on);
                Asked::Change { name: name.clone(), role: role.map(RoleArg::role), active }
            }
            Self::List { .. } => Asked::List,
        }
    }
}

#[derive(clap::ValueEnum, Clone, Copy, Debug)]
pub enum RoleArg {
    Viewer,
    Support,
    Finance,
    Admin,
}

impl RoleArg {
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            Self::Viewer => Role::Viewer,
            Self::Support => Role::Support,
            Self::Finance => Role::Finance,
            Self::Admin => Role::Admin,
        }
    }
}

#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Folder with the data
    #[arg(long, env = "LAISEE_DATA", default_value = "./data")]
    pub data: PathBuf,
    /// Print one JSON object instead of a summary in words
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// What `GET /v1/packets/{id}/export` gave, or the details page saved; `-`: what is piped in
    pub file: PathBuf,
    /// The commitment as you wrote it down when the packet was sent (64 hex digits)
    #[arg(long)]
    pub commitment: Option<String>,
}

#[derive(Args, Debug)]
pub struct ReconcileArgs {
    /// Folder with the data
    #[arg(long, env = "LAISEE_DATA", default_value = "./data")]
    pub data: PathBuf,
    /// The closed day in UTC, such as 2026-11-24; without, everything
    #[arg(long)]
    pub day: Option<laisee_reconcile::day::Day>,
    /// Ask the payment providers of the configuration about the orders, too
    #[arg(long)]
    pub providers: bool,
    /// Configuration file (TOML), where the providers stand
    #[arg(long, env = "LAISEE_CONFIG")]
    pub config: Option<PathBuf>,
    /// Print one JSON object instead of a summary in words
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct ArchiveArgs {
    /// Folder with the data
    #[arg(long, env = "LAISEE_DATA", default_value = "./data")]
    pub data: PathBuf,
    /// The last day to seal, such as 2026-11-24 (UTC); yesterday if not given
    #[arg(long, value_name = "DAY")]
    pub through: Option<String>,
    /// Only say what would be sealed
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Args, Debug)]
pub struct BackupArgs {
    /// Folder for the backup; made if it is not there
    pub destination: PathBuf,
    /// Folder with the data
    #[arg(long, env = "LAISEE_DATA", default_value = "./data")]
    pub data: PathBuf,
}

#[derive(Args, Debug)]
pub struct RestoreArgs {
    /// Folder with the backup
    pub source: PathBuf,
    /// Folder for the data; must not be there, or be empty
    #[arg(value_name = "DATA")]
    pub target: PathBuf,
    /// Only what had happened by then, in UTC: 2026-11-25T13:00:00Z
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
}

#[derive(Args, Debug)]
pub struct LogArgs {
    /// Folder with the data
    #[arg(long, env = "LAISEE_DATA", default_value = "./data")]
    pub data: PathBuf,
    /// Only this shard
    #[arg(long)]
    pub shard: Option<u16>,
    /// Only facts after this position
    #[arg(long, default_value_t = 0)]
    pub after: u64,
    /// At most so many facts of each shard
    #[arg(long)]
    pub limit: Option<u64>,
}
