//! How often one address may sign up or in: each try costs a password hash.

use std::{net::IpAddr, sync::Mutex};

use hashbrown::HashMap;
use laisee_wire::v1;

use crate::{
    convert::{ErrorCode, error},
    rate::{Bucket, Rate},
};

/// Addresses remembered at most; those that have not been used lately are forgotten first.
const ADDRESSES_MAX: usize = 100_000;

pub struct SignIns {
    rate: Rate,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

impl SignIns {
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self { rate, buckets: Mutex::default() }
    }

    /// Lets one try pass, or refuses it with the time to wait.
    ///
    /// # Errors
    /// `RATE_LIMITED`.
    pub fn take(&self, from: IpAddr, now_ms: i64) -> Result<(), v1::Error> {
        let mut buckets = self.buckets.lock().expect("nothing panics under this lock");
        if buckets.len() >= ADDRESSES_MAX {
            let rate = self.rate;
            buckets.retain(|_, bucket| !bucket.idle(rate, now_ms));
        }
        let bucket = buckets.entry(from).or_insert_with(|| Bucket::full(self.rate, now_ms));
        bucket
            .take(self.rate, now_ms)
            .map_err(|wait_ms| error(ErrorCode::RateLimited, "too many tries from this address", wait_ms))
    }
}
