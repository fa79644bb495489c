//! `laisee operator`: makes operators, and lets back in who is locked out, on the server's own machine.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use laisee_bus::{Bus, LocalBus, ShardLimits};
use laisee_core::{
    command::{Command, CreateOperator, Reply, ResetOperator},
    ids::OperatorId,
    operator::{OPERATORS_SHARD, Role},
    query::{Answer, Query},
};
use laisee_gateway::{
    Argon2Passwords, GatewayConfig, PasswordHasher,
    handle::{Surroundings, admin::new_secrets},
    totp,
};
use laisee_shard::ShardOptions;
use laisee_store::{Store, sqlite::SqliteStore};

use crate::{
    cli::{OperatorArgs, OperatorCommand},
    config::Config,
};

/// What an operator signs in with, to be shown once.
pub struct Made {
    pub name: String,
    pub password: String,
    pub totp_uri: String,
}

/// Does it on the data of a server that is stopped. The store belongs to one writer, so a running server would lose it:
/// there, operators are made in the console.
///
/// # Errors
/// When a server runs, or the operator cannot be made.
pub fn run(args: &OperatorArgs) -> Result<()> {
    let config = Config::load(args.command.place())?;
    if std::net::TcpStream::connect_timeout(&config.addr.parse()?, Duration::from_millis(300)).is_ok() {
        bail!("a server answers at {}: stop it first, or make operators in its console", config.addr);
    }
    let store = SqliteStore::open_or_create(&config.data, config.shards)
        .with_context(|| format!("cannot open the data in {}", config.data.display()))?;
    let (bus, inboxes) = LocalBus::new(store.shards(), ShardLimits::default());
    let options = ShardOptions { settings: Arc::new(config.settings.clone()), ..ShardOptions::default() };
    let shards = laisee_shard::start(&Arc::new(store), &bus, inboxes, &options);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        while !shards.ready() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        match &args.command {
            OperatorCommand::Add { name, role, .. } => add(&bus, &config.gateway, name, role.role()).await,
            OperatorCommand::Reset { name, .. } => reset(&bus, &config.gateway, name).await,
        }
    });
    shards.stop();
    let Made { name, password, totp_uri } = done?;
    println!("operator   {name}");
    println!("password   {password}");
    println!("2nd factor {totp_uri}");
    println!("Sign in at http://{}/console. This is shown once.", config.addr);
    Ok(())
}

/// Makes an operator.
///
/// # Errors
/// When the name is taken or no name.
pub async fn add(bus: &Arc<LocalBus>, config: &GatewayConfig, name: &str, role: Role) -> Result<Made> {
    let secrets = new_secrets((Surroundings::real(config).entropy)());
    let create = CreateOperator {
        by: OperatorId::HOST,
        name: name.to_owned(),
        role,
        password_hash: hash(config, &secrets.password).await?,
        totp_secret: secrets.totp,
        reason: "made on the server's machine".into(),
    };
    match bus.call(Command::CreateOperator(create), None).await? {
        Reply::OperatorCreated { .. } => {}
        other => bail!("an unfitting answer: {other:?}"),
    }
    Ok(Made { name: name.to_owned(), password: secrets.password, totp_uri: totp::uri(name, &secrets.totp) })
}

async fn reset(bus: &Arc<LocalBus>, config: &GatewayConfig, name: &str) -> Result<Made> {
    let found = bus.query(OPERATORS_SHARD, Query::OperatorByName { name: name.to_owned() }).await?;
    let Answer::Operator(Some((operator, _))) = found else { bail!("there is no operator {name}") };
    let secrets = new_secrets((Surroundings::real(config).entropy)());
    let reset = ResetOperator {
        by: OperatorId::HOST,
        operator,
        password_hash: hash(config, &secrets.password).await?,
        totp_secret: Some(secrets.totp),
        reason: "reset on the server's machine".into(),
    };
    bus.call(Command::ResetOperator(reset), None).await?;
    Ok(Made { name: name.to_owned(), password: secrets.password, totp_uri: totp::uri(name, &secrets.totp) })
}

async fn hash(config: &GatewayConfig, password: &str) -> Result<String> {
    let passwords = Argon2Passwords::new(config.password_cost, 8);
    passwords.hash(password.to_owned()).await.context("the password could not be hashed")
}
