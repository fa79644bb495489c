use uuid::Builder;

use super::Jitter;

/// A UUIDv7 for a client id, from the time and 74 random bits that the caller brings.
pub fn mint(now_ms: i64, jitter: &mut Jitter) -> String {
    let mut random = [0; 10];
    random[..8].copy_from_slice(&jitter.next_u64().to_be_bytes());
    random[8..].copy_from_slice(&jitter.next_u64().to_be_bytes()[..2]);
    Builder::from_unix_timestamp_millis(now_ms.max(0) as u64, &random).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_uuid_v7_of_its_time() {
        let id: uuid::Uuid = mint(1_700_000_000_123, &mut Jitter::new(1)).parse().unwrap();
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.as_u128() >> 80, 1_700_000_000_123);
    }
}
