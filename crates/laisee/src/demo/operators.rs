//! One operator of the demo for each role. They share a secret, so that one entry in an authenticator app serves for all.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use laisee_bus::{Bus, Failure, LocalBus};
use laisee_core::{
    command::{Command, CreateOperator},
    ids::OperatorId,
    operator::{Role, TotpSecret},
    refusal::Refusal,
};
use laisee_gateway::{Argon2Passwords, GatewayConfig, PasswordHasher, totp};

use super::PASSWORD;

/// Known to everybody, as the demo's passwords are.
const SECRET: TotpSecret = *b"laisee-demo-operator";

/// Each is called like its role.
pub fn names() -> [&'static str; 4] {
    Role::ALL.map(Role::word)
}

/// Makes them, unless they are there.
///
/// # Errors
/// When the server refuses something it should not.
pub async fn make(bus: &LocalBus, config: &GatewayConfig) -> Result<()> {
    let passwords = Argon2Passwords::new(config.password_cost, 8);
    let password_hash = passwords.hash(PASSWORD.to_owned()).await.context("the password could not be hashed")?;
    for role in Role::ALL {
        let create = CreateOperator {
            by: OperatorId::HOST,
            name: role.word().to_owned(),
            role,
            password_hash: password_hash.clone(),
            totp_secret: SECRET,
            reason: "for the demo".into(),
        };
        match bus.call(Command::CreateOperator(create), None).await {
            Ok(_) | Err(Failure::Refused(Refusal::NameTaken)) => {}
            Err(failed) => return Err(failed).context("the demo's operators cannot be made"),
        }
    }
    Ok(())
}

/// For an authenticator app.
pub fn uri() -> String {
    totp::uri("demo", &SECRET)
}

/// The code of this moment.
pub fn code() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64);
    totp::code(&SECRET, now)
}
