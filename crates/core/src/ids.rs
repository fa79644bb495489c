//! Identifiers. Each is a type of its own, so that one can never stand where another belongs.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The zero of the time inside ids: 2020-01-01T00:00:00Z in milliseconds of the Unix epoch.
/// With it, ids stay positive as signed 64-bit numbers until 2089.
pub const ID_EPOCH_MS: i64 = 1_577_836_800_000;

/// The last moment that ids can hold and stay positive as signed numbers.
const ID_LAST: Millis = Millis(ID_EPOCH_MS + (1 << (63 - SHARD_BITS - SEQUENCE_BITS)) - 1);

const SEQUENCE_BITS: u32 = 12;
const SHARD_BITS: u32 = 10;

/// The most shards a store can be created with.
pub const SHARDS_MAX: u16 = 1 << SHARD_BITS;

/// The number of a shard, from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ShardId(pub u16);

impl fmt::Display for ShardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A moment, in milliseconds of the Unix epoch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Millis(pub i64);

impl Millis {
    /// The moment `ms` milliseconds later; saturates.
    #[must_use]
    pub fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

/// Puts an id together: 42 bits of milliseconds, 10 of shard, 12 of sequence.
fn compose(at: Millis, shard: ShardId, sequence: u16) -> u64 {
    let ms = (at.0 - ID_EPOCH_MS).max(0) as u64;
    (ms << (SHARD_BITS + SEQUENCE_BITS)) | (u64::from(shard.0) << SEQUENCE_BITS) | u64::from(sequence)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u64);

        impl $name {
            /// The shard that owns it.
            #[must_use]
            pub fn shard(self) -> ShardId {
                ShardId(((self.0 >> SEQUENCE_BITS) & u64::from(SHARDS_MAX - 1)) as u16)
            }

            /// Whatever was minted at this moment or later, in whichever shard, is not smaller. Moments that no id can
            /// hold are taken for the first or the last that one can.
            #[must_use]
            pub fn earliest(at: Millis) -> Self {
                Self(compose(at.clamp(Millis(ID_EPOCH_MS), ID_LAST), ShardId(0), 0))
            }

            /// When it was minted.
            #[must_use]
            pub fn minted(self) -> Millis {
                Millis((self.0 >> (SHARD_BITS + SEQUENCE_BITS)) as i64 + ID_EPOCH_MS)
            }
        }

        impl From<Minted> for $name {
            fn from(minted: Minted) -> Self {
                Self(minted.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A person's account: profile, sessions, wallet, relations, mailbox. Lives in the shard its name hashes to.
    UserId,
    /// A direct or group conversation.
    ConversationId,
    /// A red packet. Lives in its sender's shard.
    PacketId,
    /// A message; minted by its conversation's shard, so it rises with `Seq`.
    MessageId,
    /// Money from one person to another. Lives in its sender's shard.
    TransferId,
    /// A file that a user uploaded. Lives in that user's shard.
    FileId,
    /// A signed-in device.
    SessionId,
    /// A device by the id its client made, on which several accounts may sign in.
    DeviceId,
    /// An order to a payment provider. Lives in its user's shard.
    OrderId,
    /// Who may look into the running product and steer it. Lives in shard 0.
    OperatorId,
}

/// A difference between two books. Not minted: it follows from what the difference is about. Lives in shard 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct DifferenceId(pub u64);

impl DifferenceId {
    /// The id of a difference with this key.
    #[must_use]
    pub fn of_key(key: &str) -> Self {
        use sha2::{Digest, Sha256};
        let hash = Sha256::digest(key.as_bytes());
        let id = hash.iter().take(8).fold(0, |id: u64, byte| id << 8 | u64::from(*byte));
        // As positive as other ids are.
        Self(id >> 1)
    }
}

impl fmt::Display for DifferenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl OperatorId {
    /// Whoever works on the server's own machine, and could change its files as well.
    pub const HOST: Self = Self(0);
}

impl DeviceId {
    /// The id with these bits that a shard owns; it was not minted at any time.
    #[must_use]
    pub fn in_shard(bits: u64, shard: u16) -> Self {
        let place = u64::from(SHARDS_MAX - 1) << SEQUENCE_BITS;
        // Without the highest bit it stays positive as a signed number.
        Self((bits & !place & (u64::MAX >> 1)) | (u64::from(shard) << SEQUENCE_BITS))
    }
}

/// A fresh number from [`Mint`], to become an id of whatever kind.
pub struct Minted(u64);

/// Makes ids that rise strictly within a shard.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Mint {
    shard: ShardId,
    last: u64,
}

impl Mint {
    #[must_use]
    pub fn new(shard: ShardId) -> Self {
        Self { shard, last: 0 }
    }

    /// A new id. When a millisecond's sequence is used up, or time stood still, it borrows from the next millisecond.
    pub fn mint(&mut self, now: Millis) -> Minted {
        let first = compose(now, self.shard, 0);
        let id = if first > self.last { first } else { successor(self.last) };
        self.last = id;
        Minted(id)
    }

    /// Makes sure that ids seen in the log are never minted again.
    pub fn observe(&mut self, id: u64) {
        self.last = self.last.max(id);
    }
}

fn successor(id: u64) -> u64 {
    let sequence_max = (1 << SEQUENCE_BITS) - 1;
    if id & sequence_max < sequence_max { id + 1 } else { (id & !sequence_max) + (1 << (SHARD_BITS + SEQUENCE_BITS)) }
}

/// A message's place in its conversation: 1, 2, 3 ... without gaps; 0 means "none" or "before the first".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Seq(pub u32);

impl Seq {
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A fact's place in its shard's log: 1, 2, 3 ...; 0 means "before the first".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Position(pub u64);

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An id made by a client for one of its own actions: a UUIDv7. Repeating an action repeats its id. Where people read
/// it, it stands as UUIDs are written: JSON has no numbers of 128 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u128);

impl ClientId {
    /// When the client says that it made the id.
    #[must_use]
    pub fn minted(self) -> Millis {
        Millis((self.0 >> 80) as i64)
    }

    /// Whether version and variant are those of a UUIDv7 (RFC 9562, section 5.7).
    #[must_use]
    pub fn is_v7(self) -> bool {
        (self.0 >> 76) & 0xf == 7 && (self.0 >> 62) & 0b11 == 0b10
    }

    /// Puts a UUIDv7 together from a time and 74 random bits (the rest of `random` is ignored).
    #[must_use]
    pub fn compose(at: Millis, random: u128) -> Self {
        let time = (at.0 as u128 & 0xffff_ffff_ffff) << 80;
        let high = ((random >> 64) & 0xfff) << 64;
        let low = random & 0x3fff_ffff_ffff_ffff;
        Self(time | (7 << 76) | high | (0b10 << 62) | low)
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.0;
        let parts = (id >> 96, (id >> 80) as u16, (id >> 64) as u16, (id >> 48) as u16, id & 0xffff_ffff_ffff);
        write!(f, "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", parts.0, parts.1, parts.2, parts.3, parts.4)
    }
}

impl fmt::Debug for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientId({self})")
    }
}

impl Serialize for ClientId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { to.collect_str(self) } else { self.0.serialize(to) }
    }
}

impl<'de> Deserialize<'de> for ClientId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            let text = String::deserialize(from)?;
            let id = u128::from_str_radix(&text.replace('-', ""), 16).map(Self).map_err(D::Error::custom)?;
            if id.to_string() == text { Ok(id) } else { Err(D::Error::custom("no UUID in lower case")) }
        } else {
            u128::deserialize(from).map(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_ids_read_as_uuids_and_are_kept_as_numbers() {
        let id = ClientId(0x019a_bcde_f012_7345_8678_9abc_def0_1234);
        let text = "\"019abcde-f012-7345-8678-9abcdef01234\"";
        assert_eq!(serde_json::to_value(id).and_then(|value| serde_json::to_string(&value)).unwrap(), text);
        assert_eq!(serde_json::from_str::<ClientId>(text).unwrap(), id);
        for other in ["\"019ABCDE-f012-7345-8678-9abcdef01234\"", "\"019abcdef012734586789abcdef01234\"", "\"+1\"", "7"]
        {
            assert!(serde_json::from_str::<ClientId>(other).is_err(), "{other}");
        }
        let bytes = postcard::to_stdvec(&id).unwrap();
        assert_eq!((postcard::from_bytes(&bytes), bytes), (Ok(id), postcard::to_stdvec(&id.0).unwrap()));
    }

    #[test]
    fn ids_rise_and_know_their_shard() {
        let mut mint = Mint::new(ShardId(3));
        let now = Millis(ID_EPOCH_MS + 5);
        let ids: Vec<UserId> = (0..10_000).map(|_| mint.mint(now).into()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ids.iter().all(|id| id.shard() == ShardId(3)));
        assert_eq!(ids[0].minted(), now);
    }

    #[test]
    fn what_is_minted_from_a_moment_on_is_not_below_its_earliest() {
        let now = Millis(ID_EPOCH_MS + 5);
        let id: OrderId = Mint::new(ShardId(3)).mint(now).into();
        assert!(OrderId::earliest(now) <= id && id < OrderId::earliest(now.plus(1)));
        for (extreme, at) in [(i64::MIN, 0), (i64::MAX, i64::MAX as u64 >> 22 << 22)] {
            assert_eq!(OrderId::earliest(Millis(extreme)), OrderId(at));
        }
    }

    #[test]
    fn a_clock_that_jumps_back_repeats_no_id() {
        let mut mint = Mint::new(ShardId(0));
        let a: UserId = mint.mint(Millis(ID_EPOCH_MS + 1000)).into();
        let b: UserId = mint.mint(Millis(ID_EPOCH_MS)).into();
        assert!(b > a);
    }

    #[test]
    fn client_ids_are_uuid_v7() {
        let id = ClientId::compose(Millis(1_700_000_000_123), u128::MAX);
        assert!(id.is_v7());
        assert_eq!(id.minted(), Millis(1_700_000_000_123));
        assert!(!ClientId(0).is_v7());
    }
}
