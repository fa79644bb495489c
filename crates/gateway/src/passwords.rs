//! Passwords are hashed with argon2id, away from the connections' thread: it is slow on purpose.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier, phc::PasswordHash},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::PasswordCost;

/// What comes of work on passwords; `None`: there is too much of it already, and nothing was done.
pub type Hashing<'a, T> = Pin<Box<dyn Future<Output = Option<T>> + Send + 'a>>;

/// Makes and checks password hashes. Injected, so that a simulation needs neither threads nor chance.
pub trait PasswordHasher: Send + Sync {
    /// A text that says everything needed to check the password later.
    fn hash(&self, password: String) -> Hashing<'_, String>;

    /// A place in the queue, for whoever does something first that would be in vain if there were none later. `None`: the
    /// queue is full.
    fn reserve(&self) -> Option<Place>;

    /// Whether the password fits the hash. Without a hash it does not, but finding out takes as long. With a place there is
    /// always an answer, unless the server is ending.
    fn verify_at(&self, place: Place, password: String, hash: Option<String>) -> Hashing<'_, bool>;

    /// The same, with whatever place is free now.
    fn verify(&self, password: String, hash: Option<String>) -> Hashing<'_, bool> {
        match self.reserve() {
            Some(place) => self.verify_at(place, password, hash),
            None => Box::pin(std::future::ready(None)),
        }
    }
}

/// A place among those that wait or are worked on; given back when it is dropped.
pub struct Place(Option<Arc<AtomicUsize>>);

impl Place {
    /// Where nobody waits.
    #[must_use]
    pub fn without_queue() -> Self {
        Self(None)
    }

    fn take(waiting: &Arc<AtomicUsize>, max: usize) -> Option<Self> {
        if waiting.fetch_add(1, Ordering::Relaxed) >= max {
            waiting.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        Some(Self(Some(waiting.clone())))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(waiting) = &self.0 {
            waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Argon2id on threads of its own: no more at a time than there are processors, because each takes much memory, and a
/// bounded number waiting.
pub struct Argon2Passwords {
    cost: PasswordCost,
    /// Verified when there is no such account, so that the answer takes as long as with one.
    decoy: String,
    at_a_time: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    waiting_max: usize,
}

impl Argon2Passwords {
    #[must_use]
    pub fn new(cost: PasswordCost, waiting_max: usize) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            cost,
            decoy: hash(cost, "nobody's password"),
            at_a_time: Arc::new(Semaphore::new(processors)),
            waiting: Arc::default(),
            waiting_max,
        }
    }

    async fn work<T: Send + 'static>(&self, place: Place, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let turn = self.at_a_time.clone().acquire_owned().await.ok()?;
        // Place and turn go along: whoever hangs up does not stop the thread, and must not make room for another.
        let working = spawn_blocking(move || {
            let _held = (place, turn);
            work()
        });
        working.await.ok()
    }
}

impl PasswordHasher for Argon2Passwords {
    fn hash(&self, password: String) -> Hashing<'_, String> {
        let cost = self.cost;
        match self.reserve() {
            Some(place) => Box::pin(self.work(place, move || hash(cost, &password))),
            None => Box::pin(std::future::ready(None)),
        }
    }

    fn reserve(&self) -> Option<Place> {
        Place::take(&self.waiting, self.waiting_max)
    }

    fn verify_at(&self, place: Place, password: String, hash: Option<String>) -> Hashing<'_, bool> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        Box::pin(self.work(place, move || fits(&password, &hash) && known))
    }
}

fn fits(password: &str, hash: &str) -> bool {
    // The cost is read from the hash.
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

fn hash(cost: PasswordCost, password: &str) -> String {
    let params = match cost {
        PasswordCost::Standard => Params::default(),
        PasswordCost::Test => Params::new(Params::MIN_M_COST, 1, 1, None).expect("the least cost is allowed"),
    };
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password(password.as_bytes()).expect("passwords are short and the salt is ours").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_fits() {
        let passwords = Argon2Passwords::new(PasswordCost::Test, 8);
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert_eq!(passwords.verify("correct horse".into(), Some(hash.clone())).await, Some(true));
        assert_eq!(passwords.verify("wrong horse".into(), Some(hash)).await, Some(false));
        assert_eq!(passwords.verify("nobody's password".into(), None).await, Some(false), "the decoy is no way in");
    }

    /// Every queue has a maximum.
    #[tokio::test]
    async fn too_much_work_is_turned_away() {
        let passwords = Argon2Passwords::new(PasswordCost::Test, 1);
        let (finish, finished) = std::sync::mpsc::channel::<()>();
        let place = passwords.reserve().unwrap();
        let long = passwords.work(place, move || finished.recv());
        let turned_away = async {
            let other = passwords.hash("two passwords".into()).await;
            drop(finish);
            other
        };
        let (long, other) = tokio::join!(long, turned_away);
        assert!(long.is_some() && other.is_none());
        assert!(passwords.hash("three passwords".into()).await.is_some(), "there is room again");
    }

    #[tokio::test]
    async fn a_place_that_was_reserved_is_kept_until_it_is_used_or_given_back() {
        let passwords = Argon2Passwords::new(PasswordCost::Test, 2);
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        let (first, second) = (passwords.reserve().unwrap(), passwords.reserve().unwrap());
        assert!(passwords.reserve().is_none() && passwords.hash("another".into()).await.is_none());
        assert_eq!(passwords.verify("correct horse".into(), Some(hash.clone())).await, None, "both are somebody's");
        assert_eq!(passwords.verify_at(first, "correct horse".into(), Some(hash)).await, Some(true));
        drop(second);
        assert_eq!([passwords.reserve(), passwords.reserve()].iter().flatten().count(), 2);
    }
}
