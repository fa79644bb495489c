//! The one binary.

mod archive;
mod assets;
mod backup;
mod bench;
mod check;
mod cli;
mod config;
mod demo;
mod doctor;
mod host;
mod log;
mod operator;
mod reconcile;
mod serve;
mod verify;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use cli::{Cli, Command};
use config::Config;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("LAISEE_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let done = match Cli::parse().command {
        Command::Serve(place) => Config::load(&place).and_then(|config| serve::run(&config)).map(|()| true),
        Command::Demo(place) => Config::load(&place).and_then(|config| demo::run(&config)).map(|()| true),
        Command::Check(args) => check::run(&args),
        Command::Reconcile(args) => reconcile::run(&args),
        Command::Log(args) => log::run(&args).map(|()| true),
        Command::Archive(args) => archive::run(&args).map(|()| true),
        Command::Backup(args) => backup::run(&args).map(|()| true),
        Command::Restore(args) => backup::restore(&args),
        Command::Storm(args) => laisee_storm::command(args),
        Command::Bench(args) => bench::run(&args).map(|()| true),
        Command::Verify(args) => verify::run(&args),
        Command::Operator(args) => operator::run(&args).map(|()| true),
        Command::Doctor(place) => Config::load(&place).and_then(|config| doctor::run(&config)),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("laisee: {error:#}");
            ExitCode::FAILURE
        }
    }
}
