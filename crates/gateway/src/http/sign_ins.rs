//! How often somebody may sign up or in: each try costs a password hash, and may be a guess.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;
use laisee_wire::v1;
use sha2::{Digest, Sha256};

use crate::{
    convert::{ErrorCode, error},
    handle::name_of,
    rate::{Rate, Rates},
};

/// Tries from one address, and wrong tries for one account.
pub struct SignIns {
    by_address: Rates<IpAddr>,
    /// By the hash of the name, because anybody may type a long one.
    by_name: Rates<[u8; 32]>,
}

impl SignIns {
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self { by_address: Rates::new(rate), by_name: Rates::new(rate) }
    }

    /// Lets one try from an address pass.
    ///
    /// # Errors
    /// `RATE_LIMITED`, with the time to wait.
    pub fn come_from(&self, address: IpAddr, now_ms: i64) -> Result<(), v1::Error> {
        self.by_address.take(network(address), now_ms).map_err(too_many)
    }

    /// Lets one try for an account pass. One that turns out not to be a wrong guess is not counted.
    ///
    /// # Errors
    /// `RATE_LIMITED`, or that of the try.
    pub async fn guess<T>(
        &self,
        name: &str,
        now_ms: i64,
        attempt: impl Future<Output = Result<T, v1::Error>>,
    ) -> Result<T, v1::Error> {
        let key = Sha256::digest(name_of(name)).into();
        self.by_name.take(key, now_ms).map_err(too_many)?;
        let signed = attempt.await;
        let wrong = |refused: &v1::Error| {
            let code = refused.code();
            matches!(code, ErrorCode::WrongNameOrPassword | ErrorCode::NameTaken | ErrorCode::TotpInvalid)
        };
        if !signed.as_ref().is_err_and(wrong) {
            self.by_name.give(&key);
        }
        signed
    }
}

fn too_many(wait_ms: u32) -> v1::Error {
    error(ErrorCode::RateLimited, "too many tries; wait a little", wait_ms)
}

/// Where a request comes from. Only a proxy's word is taken for it, because anybody can write a header.
pub fn address(headers: &HeaderMap, peer: SocketAddr, behind_proxy: bool) -> IpAddr {
    let forwarded = || {
        let fields = headers.get_all("x-forwarded-for").iter().next_back()?;
        fields.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    };
    if behind_proxy { forwarded().unwrap_or(peer.ip()) } else { peer.ip() }
}

/// Whoever has one address of the new kind has 2^64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs() -> SignIns {
        SignIns::new(Rate::per_minute(1, 2))
    }

    #[test]
    fn neighbours_in_one_network_share_a_limit() {
        let signs = signs();
        let from = |text: &str| signs.come_from(text.parse().expect("an address"), 0).is_ok();
        assert!(from("2001:db8::1") && from("2001:db8::2") && !from("2001:db8::3"));
        assert!(from("2001:db8:0:1::1") && from("192.0.2.1") && from("::ffff:192.0.2.1"));
        assert!(!from("192.0.2.1"));
    }

    #[tokio::test]
    async fn only_wrong_guesses_count() {
        let signs = signs();
        let refused = |code| async move { Err::<v1::SignedIn, _>(error(code, "", 0)) };
        for _ in 0..5 {
            assert!(signs.guess("ann", 0, async { Ok(v1::SignedIn::default()) }).await.is_ok());
        }
        for expected in [ErrorCode::WrongNameOrPassword, ErrorCode::WrongNameOrPassword, ErrorCode::RateLimited] {
            let answer = signs.guess(" Ann", 0, refused(ErrorCode::WrongNameOrPassword)).await;
            assert_eq!(answer.expect_err("it was wrong").code(), expected);
        }
        assert!(signs.guess("bob", 0, async { Ok(v1::SignedIn::default()) }).await.is_ok());
    }

    #[test]
    fn only_a_proxy_is_believed() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "203.0.113.9, 198.51.100.7".parse().expect("a header"));
        let peer: SocketAddr = "127.0.0.1:5".parse().expect("an address");
        assert_eq!(address(&headers, peer, false), peer.ip());
        assert_eq!(address(&headers, peer, true).to_string(), "198.51.100.7");
        assert_eq!(address(&HeaderMap::new(), peer, true), peer.ip());
    }
}
