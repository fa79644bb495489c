//! `laisee operator`: makes and changes operators, and lets back in who is locked out, on the server's own machine; with
//! the server running or stopped.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use laisee_bus::{Bus, LocalBus, ShardLimits};
use laisee_core::{
    command::{ChangeOperator, Command, CreateOperator, Reply, ResetOperator},
    ids::OperatorId,
    operator::{OPERATORS_SHARD, Operator, Role},
    query::{Answer, Query},
};
use laisee_gateway::{
    Argon2Passwords, GatewayConfig, PasswordHasher,
    handle::{Surroundings, admin::new_secrets},
    totp,
};
use laisee_shard::ShardOptions;
use laisee_store::{Store, sqlite::SqliteStore};
use serde::{Deserialize, Serialize};

use crate::{cli::OperatorArgs, config::Config, host};

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Asked {
    Add {
        name: String,
        role: Role,
    },
    /// A new password and a new second factor.
    Reset {
        name: String,
    },
    /// `None`: as it is.
    Change {
        name: String,
        role: Option<Role>,
        active: Option<bool>,
    },
    List,
}

/// What came of it.
#[derive(Serialize, Deserialize)]
pub enum Told {
    /// What an operator signs in with, to be shown once.
    Made {
        name: String,
        password: String,
        totp_uri: String,
    },
    Operators(Vec<Shown>),
}

/// An operator as it is listed.
#[derive(Serialize, Deserialize)]
pub struct Shown {
    name: String,
    role: Role,
    active: bool,
    sessions: usize,
}

/// Asks the server that runs on the data, or does it on them itself. The store belongs to one writer, so it is never done
/// on the data of a server that runs and cannot be asked: that one would lose them.
///
/// # Errors
/// When it is refused, or a server runs and cannot be asked.
pub fn run(args: &OperatorArgs) -> Result<()> {
    let config = Config::load(args.command.place())?;
    let asked = args.command.asked();
    let told = match host::ask(&config.data, &asked)? {
        Some(told) => told,
        None => without_server(&config, &asked)?,
    };
    match told {
        Told::Made { name, password, totp_uri } => {
            println!("operator   {name}");
            println!("password   {password}");
            println!("2nd factor {totp_uri}");
            println!("Sign in at http://{}/console. This is shown once.", config.addr);
        }
        Told::Operators(operators) => {
            for Shown { name, role, active, sessions } in operators {
                let state = if active { "on" } else { "off" };
                println!("{name:<32} {:<8} {state:<4} signed in on {sessions}", role.word());
            }
        }
    }
    Ok(())
}

fn without_server(config: &Config, asked: &Asked) -> Result<Told> {
    if std::net::TcpStream::connect_timeout(&config.addr.parse()?, Duration::from_millis(300)).is_ok() {
        bail!(
            "something answers at {}, and is no server on {}: name the data with --data, or stop it first",
            config.addr,
            config.data.display()
        );
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
        carry_out(&bus, &config.gateway, asked).await
    });
    shards.stop();
    done
}

/// Does what is asked, as [`OperatorId::HOST`].
///
/// # Errors
/// When it is refused.
pub async fn carry_out(bus: &Arc<LocalBus>, config: &GatewayConfig, asked: &Asked) -> Result<Told> {
    let by = OperatorId::HOST;
    let reason = |what: &str| format!("{what} on the server's machine");
    match asked {
        Asked::Add { name, role } => {
            let secrets = new_secrets((Surroundings::real(config).entropy)());
            let create = CreateOperator {
                by,
                name: name.clone(),
                role: *role,
                password_hash: hash(config, &secrets.password).await?,
                totp_secret: secrets.totp,
                reason: reason("made"),
            };
            match bus.call(Command::CreateOperator(create), None).await? {
                Reply::OperatorCreated { .. } => {}
                other => bail!("an unfitting answer: {other:?}"),
            }
            let totp_uri = totp::uri(name, &secrets.totp);
            Ok(Told::Made { name: name.clone(), password: secrets.password, totp_uri })
        }
        Asked::Reset { name } => {
            let (operator, _) = named(bus, name).await?;
            let secrets = new_secrets((Surroundings::real(config).entropy)());
            let reset = ResetOperator {
                by,
                operator,
                password_hash: hash(config, &secrets.password).await?,
                totp_secret: Some(secrets.totp),
                reason: reason("reset"),
            };
            bus.call(Command::ResetOperator(reset), None).await?;
            let totp_uri = totp::uri(name, &secrets.totp);
            Ok(Told::Made { name: name.clone(), password: secrets.password, totp_uri })
        }
        Asked::Change { name, role, active } => {
            let (operator, found) = named(bus, name).await?;
            let (role, active) = (role.unwrap_or(found.role), active.unwrap_or(found.active));
            let change = ChangeOperator { by, operator, role, active, reason: reason("changed") };
            bus.call(Command::ChangeOperator(change), None).await?;
            let (_, now) = named(bus, name).await?;
            Ok(Told::Operators(vec![shown(&now)]))
        }
        Asked::List => match bus.query(OPERATORS_SHARD, Query::Operators).await? {
            Answer::Operators(operators) => {
                Ok(Told::Operators(operators.iter().map(|(_, operator)| shown(operator)).collect()))
            }
            _ => bail!("an unfitting answer"),
        },
    }
}

fn shown(operator: &Operator) -> Shown {
    let Operator { name, role, active, sessions, .. } = operator;
    Shown { name: name.clone(), role: *role, active: *active, sessions: sessions.len() }
}

async fn named(bus: &Arc<LocalBus>, name: &str) -> Result<(OperatorId, Operator)> {
    match bus.query(OPERATORS_SHARD, Query::OperatorByName { name: name.to_owned() }).await? {
        Answer::Operator(Some(found)) => Ok(found),
        _ => bail!("there is no operator {name}"),
    }
}

async fn hash(config: &GatewayConfig, password: &str) -> Result<String> {
    let passwords = Argon2Passwords::new(config.password_cost, 8);
    passwords.hash(password.to_owned()).await.context("the password could not be hashed")
}
