use sha2::{Digest, Sha256};

use super::{PacketKind, Secret};
use crate::{
    Context, State,
    command::Reply,
    cut::{Done, Key},
    fact::Fact,
    fen::Fen,
    guard::{
        PinPass,
        limits::{LimitKind, Payment},
    },
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
    /// The PIN, where the amount asks for it.
    pub pass: Option<PinPass>,
}

impl SendPacket {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Once(self.sender, self.id));
        keys.push(Key::Wallet(self.sender));
        keys.push(Key::Guard(self.sender));
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
        if state.is_suspended(self.sender, context.now) {
            return Err(Refusal::RiskSuspended);
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
        let payment = Payment { user: self.sender, kind: LimitKind::Send, amount: self.amount, pass: self.pass };
        let used = payment.check(state, context.now)?;
        let wallet = state.wallets.get(&self.sender).copied().unwrap_or_default();
        if wallet.balance < self.amount {
            return Err(Refusal::InsufficientFunds);
        }
        let funded = Fact::PacketFunded {
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
        };
        Ok(vec![used, funded])
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::TopUp,
        ids::PacketId,
        packet::PacketStatus,
        settings::Settings,
        trial::{Trial, check_order, id_from_the_future},
    };

    /// Ann, who has 1,000 fen, and her group with Bob.
    fn world() -> (Trial, UserId, UserId, ConversationId) {
        let mut trial = Trial::with(Settings {
            packet_share_min: Fen(2),
            packet_share_max: Fen(100),
            packet_count_max: 50,
            new_send_max: Fen(200),
            ..Settings::default()
        });
        let (ann, bob) = (trial.rich("ann", 1_000), trial.user("bob"));
        let group = trial.group(ann, &[bob]);
        (trial, ann, bob, group)
    }

    #[test]
    fn checks_come_in_this_order() {
        let (mut trial, ann, bob, conversation) = world();
        let used = trial.id();
        trial.must(TopUp { user: ann, id: used, amount: Fen(1) });
        let fine = SendPacket {
            sender: ann,
            id: trial.id(),
            conversation,
            kind: PacketKind::Lucky,
            amount: Fen(100),
            count: 2,
            greeting: String::new(),
            pass: None,
        };
        // Whatever a row does not say is wrong in every way that can be checked later.
        let wrong = SendPacket { count: 3, amount: Fen(100), greeting: "x".repeat(61), ..fine.clone() };
        let too_long = "恭".repeat(61);
        check_order(
            &mut trial,
            vec![
                ("id reused, above all", SendPacket { id: used, count: 0, ..wrong.clone() }, Err(Refusal::IdReused)),
                ("no UUIDv7", SendPacket { id: ClientId(1), count: 0, ..wrong.clone() }, Err(Refusal::BadClientId)),
                (
                    "far ahead",
                    SendPacket { id: id_from_the_future(), count: 0, ..wrong.clone() },
                    Err(Refusal::BadClientId),
                ),
                ("no share", SendPacket { count: 0, amount: Fen(0), ..wrong.clone() }, Err(Refusal::ShareCountInvalid)),
                (
                    "too many shares",
                    SendPacket { count: 51, amount: Fen(0), ..wrong.clone() },
                    Err(Refusal::ShareCountInvalid),
                ),
                ("nothing", SendPacket { amount: Fen(0), ..wrong.clone() }, Err(Refusal::AmountInvalid)),
                (
                    "less than nothing",
                    SendPacket { amount: Fen(i64::MIN), ..wrong.clone() },
                    Err(Refusal::AmountInvalid),
                ),
                (
                    "too little for all",
                    SendPacket { kind: PacketKind::Equal, amount: Fen(5), ..wrong.clone() },
                    Err(Refusal::ShareAmountInvalid),
                ),
                (
                    "too much for all",
                    SendPacket { kind: PacketKind::Equal, amount: Fen(301), ..wrong.clone() },
                    Err(Refusal::ShareAmountInvalid),
                ),
                (
                    "more than there is money",
                    SendPacket { amount: Fen(i64::MAX), ..wrong.clone() },
                    Err(Refusal::ShareAmountInvalid),
                ),
                (
                    "not divisible",
                    SendPacket { kind: PacketKind::Equal, ..wrong.clone() },
                    Err(Refusal::AmountNotDivisible),
                ),
                (
                    "one person, many shares",
                    SendPacket { kind: PacketKind::Named(ann), ..wrong.clone() },
                    Err(Refusal::ShareCountInvalid),
                ),
                (
                    "to oneself",
                    SendPacket { kind: PacketKind::Named(ann), count: 1, ..wrong.clone() },
                    Err(Refusal::RecipientInvalid),
                ),
                (
                    "greeting too long",
                    SendPacket { sender: bob, greeting: too_long, ..wrong.clone() },
                    Err(Refusal::GreetingTooLong),
                ),
                (
                    "greeting of several lines",
                    SendPacket { sender: bob, greeting: "a\nb".into(), ..wrong },
                    Err(Refusal::GreetingTooLong),
                ),
                (
                    "limit",
                    SendPacket { sender: bob, amount: Fen(201), count: 4, ..fine.clone() },
                    Err(Refusal::LimitPerTransaction),
                ),
                ("no money", SendPacket { sender: bob, ..fine.clone() }, Err(Refusal::InsufficientFunds)),
                ("fine", fine, Ok(())),
            ],
        );
        assert_eq!(trial.balance(ann), Fen(901));
    }

    #[test]
    fn the_limits_themselves_are_allowed() {
        let (mut trial, ann, _, group) = world();
        for (kind, amount, count) in [
            (PacketKind::Lucky, 2, 1),
            (PacketKind::Lucky, 100, 1),
            (PacketKind::Equal, 100, 50),
            (PacketKind::Lucky, 200, 2),
            (PacketKind::Lucky, 200, 2),
            (PacketKind::Lucky, 200, 2),
            (PacketKind::Lucky, 198, 2),
        ] {
            trial.fund(ann, group, kind, amount, count);
        }
        assert_eq!(trial.balance(ann), Fen(0));
    }

    /// Rule P1: debit and packet are one fact.
    #[test]
    fn the_money_is_in_the_packet_at_once() {
        let (mut trial, ann, _, group) = world();
        let packet = trial.fund(ann, group, PacketKind::Lucky, 100, 2);
        let head = &trial.state.packets.get(&packet).unwrap().head;
        assert_eq!((head.status, head.escrow()), (PacketStatus::Funded, Fen(100)));
        assert_eq!(trial.state.meta.books.escrows, Fen(100));
        assert_eq!(trial.balance(ann), Fen(900));
        assert_eq!(head.terms.expires_at, trial.context.now.plus(trial.state.settings.packet_life_ms));
    }

    /// Rule W2.
    #[test]
    fn an_id_sends_once_forever() {
        let (mut trial, ann, bob, conversation) = world();
        let send = SendPacket {
            sender: ann,
            id: trial.id(),
            conversation,
            kind: PacketKind::Lucky,
            amount: Fen(100),
            count: 2,
            greeting: "恭喜发财".into(),
            pass: None,
        };
        let first = trial.must(send.clone());
        trial.settle();
        let others = [
            SendPacket { conversation: ConversationId(1), ..send.clone() },
            SendPacket { kind: PacketKind::Equal, ..send.clone() },
            SendPacket { kind: PacketKind::Named(bob), ..send.clone() },
            SendPacket { kind: PacketKind::Named(ann), ..send.clone() },
            SendPacket { amount: Fen(102), ..send.clone() },
            SendPacket { count: 1, ..send.clone() },
            SendPacket { greeting: "恭喜发".into(), ..send.clone() },
        ];
        for forgotten in [false, true] {
            if forgotten {
                trial.forget_ids();
            }
            trial.again(send.clone(), &first);
            for other in &others {
                assert_eq!(trial.run(other.clone()), Err(Refusal::IdReused), "{other:?}");
            }
            let top_up = TopUp { user: ann, id: send.id, amount: Fen(100) };
            assert_eq!(trial.run(top_up), Err(Refusal::IdReused), "another command");
        }
        assert_eq!(trial.balance(ann), Fen(900));
    }

    #[test]
    fn no_two_packets_share_a_secret_or_an_id() {
        let (mut trial, ann, _, group) = world();
        let packets: Vec<PacketId> = (0..3).map(|_| trial.fund(ann, group, PacketKind::Lucky, 10, 2)).collect();
        let secrets: Vec<_> = packets.iter().map(|id| trial.state.packets.get(id).unwrap().head.terms.secret).collect();
        assert!(packets[0] < packets[1] && packets[1] < packets[2]);
        assert!(secrets[0] != secrets[1] && secrets[1] != secrets[2] && secrets[0] != secrets[2]);
    }
}
