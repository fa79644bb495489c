use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use rand::Rng;

use crate::{Argon2Passwords, GatewayConfig, PasswordHasher};

pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;
pub type Entropy = Arc<dyn Fn() -> [u8; 32] + Send + Sync>;

/// What handlers take from the world outside. A simulation brings its own.
#[derive(Clone)]
pub struct Surroundings {
    /// Milliseconds of the Unix epoch.
    pub clock: Clock,
    /// Random bytes that nobody can guess.
    pub entropy: Entropy,
    pub passwords: Arc<dyn PasswordHasher>,
}

impl Surroundings {
    /// The system's clock and randomness, and argon2id.
    #[must_use]
    pub fn real(config: &GatewayConfig) -> Self {
        Self {
            clock: Arc::new(|| {
                SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
            }),
            entropy: Arc::new(|| {
                let mut bytes = [0; 32];
                rand::rng().fill_bytes(&mut bytes);
                bytes
            }),
            passwords: Arc::new(Argon2Passwords::new(config.password_cost, config.password_queue_max)),
        }
    }
}
