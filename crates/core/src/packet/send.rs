use sha2::{Digest, Sha256};

use super::{PacketKind, Secret};
use crate::{
    Context, State,
    command::Reply,
    cut::{Done, Key},
    fact::Fact,
    fen::Fen,
    ids::{ClientId, ConversationId, UserId},
    refusal::Refusal,
    state::check_once,
};

/// Funds a packet from the sender's wallet, in the sender's shard: debit and packet are one fact. The packet then asks
/// its conversation to be posted; a refusal there brings everything back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SendPacket {
    pub sender: UserId,
    pub id: ClientId,
    pub conversation: ConversationId,
    /// `Named(UserId(0))`: the other person of a direct conversation.
    pub kind: PacketKind,
    pub amount: Fen,
    pub count: u32,
    pub greeting: String,
}

impl SendPacket {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Once(self.sender, self.id));
        keys.push(Key::Wallet(self.sender));
    }

    fn digest(&self) -> [u8; 32] {
        let (kind, recipient) = match self.kind {
            PacketKind::Equal => (1_u8, 0),
            PacketKind::Lucky => (2, 0),
            PacketKind::Named(recipient) => (3, recipient.0),
        };
        let mut hash = Sha256::new();
        hash.update(b"packet");
        hash.update(self.conversation.0.to_be_bytes());
        hash.update([kind]);
        hash.update(recipient.to_be_bytes());
        hash.update(self.amount.0.to_be_bytes());
        hash.update(self.count.to_be_bytes());
        hash.update(self.greeting.as_bytes());
        hash.finalize().into()
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        let digest = self.digest();
        if check_once(state, context, self.sender, self.id, &digest)? {
            return Ok(vec![]);
        }
        let settings = &state.settings;
        if self.count == 0 || self.count > settings.packet_count_max {
            return Err(Refusal::ShareCountInvalid);
        }
        if self.amount <= Fen::ZERO {
            return Err(Refusal::AmountInvalid);
        }
        let least = settings.packet_share_min.times(self.count);
        let most = settings.packet_share_max.times(self.count);
        if self.amount < least || self.amount > most {
            return Err(Refusal::ShareAmountInvalid);
        }
        match self.kind {
            PacketKind::Equal if self.amount.0 % i64::from(self.count) != 0 => {
                return Err(Refusal::AmountNotDivisible);
            }
            PacketKind::Named(_) if self.count != 1 => return Err(Refusal::ShareCountInvalid),
            PacketKind::Named(recipient) if recipient == self.sender => return Err(Refusal::RecipientInvalid),
            _ => {}
        }
        if self.greeting.chars().count() > settings.greeting_chars_max || self.greeting.chars().any(char::is_control) {
            return Err(Refusal::GreetingTooLong);
        }
        let wallet = state.wallets.get(&self.sender).copied().unwrap_or_default();
        if wallet.balance < self.amount {
            return Err(Refusal::InsufficientFunds);
        }
        Ok(vec![Fact::PacketFunded {
            packet: context.id(),
            sender: self.sender,
            id: self.id,
            digest,
            conversation: self.conversation,
            kind: self.kind,
            amount: self.amount,
            count: self.count,
            share_min: settings.packet_share_min,
            share_max: settings.packet_share_max,
            secret: Secret((context.entropy)()),
            greeting: self.greeting.clone(),
            expires_at: context.now.plus(settings.packet_life_ms),
            balance: wallet.balance.minus(self.amount),
            line: wallet.lines + 1,
        }])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        match state.once.get(self.sender, self.id).map(|once| once.done) {
            Some(Done::PacketFunded { packet, balance, commitment }) => {
                Reply::PacketFunded { packet, balance, commitment }
            }
            other => unreachable!("sending a packet left {other:?}"),
        }
    }
}
