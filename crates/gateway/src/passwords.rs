//! Passwords are hashed with argon2id, away from the connections' thread: it is slow on purpose.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::task::spawn_blocking;

use crate::PasswordCost;

/// Hashes and verifies passwords.
#[derive(Clone)]
pub struct Passwords {
    cost: PasswordCost,
    /// Verified when there is no such account, so that the answer takes as long as with one.
    decoy: String,
}

impl Passwords {
    #[must_use]
    pub fn new(cost: PasswordCost) -> Self {
        Self { cost, decoy: hash(cost, "nobody's password") }
    }

    /// A PHC string for a password; `None` when the hashing itself was cut short.
    pub async fn hash(&self, password: String) -> Option<String> {
        let cost = self.cost;
        spawn_blocking(move || hash(cost, &password)).await.ok()
    }

    /// Whether the password fits the hash; without a hash it does not, but takes as long.
    pub async fn verify(&self, password: String, hash: Option<String>) -> bool {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        let fits = spawn_blocking(move || {
            // The cost is read from the hash.
            PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        fits.await.unwrap_or(false) && known
    }
}

fn hash(cost: PasswordCost, password: &str) -> String {
    let params = match cost {
        PasswordCost::Standard => Params::default(),
        PasswordCost::Test => Params::new(Params::MIN_M_COST, 1, 1, None).expect("the least cost is allowed"),
    };
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password(password.as_bytes()).expect("passwords are short and the salt is ours").to_string()
}
