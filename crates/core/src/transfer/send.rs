use sha2::{Digest, Sha256};

use super::Arrival;
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
    settings::Settings,
    state::check_once,
};

/// Funds a transfer from the sender's wallet, in the sender's shard: debit and transfer are one fact. The transfer then
/// asks the direct conversation to post its card; a refusal there brings everything back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SendTransfer {
    pub sender: UserId,
    pub id: ClientId,
    pub receiver: UserId,
    /// The direct conversation of the two.
    pub conversation: ConversationId,
    pub amount: Fen,
    pub note: String,
    pub arrival: Arrival,
    /// The PIN, where the amount asks for it.
    pub pass: Option<PinPass>,
}

impl SendTransfer {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Once(self.sender, self.id));
        keys.push(Key::Wallet(self.sender));
        keys.push(Key::Guard(self.sender));
    }

    fn digest(&self) -> [u8; 32] {
        let arrival = match self.arrival {
            Arrival::AtOnce => 0_u8,
            Arrival::Soon => 1,
            Arrival::Later => 2,
        };
        let mut hash = Sha256::new();
        hash.update(b"transfer");
        hash.update(self.receiver.0.to_be_bytes());
        hash.update(self.conversation.0.to_be_bytes());
        hash.update(self.amount.0.to_be_bytes());
        hash.update([arrival]);
        hash.update(self.note.as_bytes());
        hash.finalize().into()
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        let digest = self.digest();
        if check_once(state, context, self.sender, self.id, &digest)? {
            return Ok(vec![]);
        }
        let settings = &state.settings;
        if self.receiver == self.sender {
            return Err(Refusal::NotYourself);
        }
        if self.amount < settings.transfer_min || self.amount > settings.transfer_max {
            return Err(Refusal::AmountInvalid);
        }
        if self.note.chars().count() > settings.transfer_note_chars_max || self.note.chars().any(char::is_control) {
            return Err(Refusal::TransferNoteInvalid);
        }
        let payment = Payment { user: self.sender, kind: LimitKind::Send, amount: self.amount, pass: self.pass };
        let used = payment.check(state, context.now)?;
        let wallet = state.wallets.get(&self.sender).copied().unwrap_or_default();
        if wallet.balance < self.amount {
            return Err(Refusal::InsufficientFunds);
        }
        let funded = Fact::TransferFunded {
            transfer: context.id(),
            sender: self.sender,
            id: self.id,
            digest,
            receiver: self.receiver,
            conversation: self.conversation,
            amount: self.amount,
            note: self.note.clone(),
            arrival: self.arrival,
            arrives_at: context.now.plus(wait_ms(self.arrival, settings)),
            accept_ms: settings.transfer_accept_ms,
            balance: wallet.balance.minus(self.amount),
            line: wallet.lines + 1,
        };
        Ok(vec![used, funded])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        match state.once.get(self.sender, self.id).map(|once| once.done) {
            Some(Done::TransferFunded { transfer, balance, arrives_at }) => {
                Reply::TransferFunded { transfer, balance, arrives_at }
            }
            other => unreachable!("sending a transfer left {other:?}"),
        }
    }
}

fn wait_ms(arrival: Arrival, settings: &Settings) -> i64 {
    match arrival {
        Arrival::AtOnce => 0,
        Arrival::Soon => settings.transfer_short_ms,
        Arrival::Later => settings.transfer_long_ms,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::TopUp,
        transfer::TransferStatus,
        trial::{Trial, check_order, id_from_the_future},
    };

    #[test]
    fn checks_come_in_this_order() {
        let limits = Settings { transfer_min: Fen(10), transfer_max: Fen(500), ..Settings::default() };
        let mut trial = Trial::with(limits);
        let (ann, bob) = (trial.rich("ann", 1_000), trial.user("bob"));
        let conversation = trial.friends(ann, bob);
        let used = trial.id();
        trial.must(TopUp { user: ann, id: used, amount: Fen(1) });
        let (note, arrival) = ("for the tickets".to_owned(), Arrival::Soon);
        let fine = SendTransfer {
            sender: ann,
            id: trial.id(),
            receiver: bob,
            conversation,
            amount: Fen(500),
            note,
            arrival,
            pass: None,
        };
        // Whatever a row does not say is wrong in every way that can be checked later.
        let wrong = SendTransfer { receiver: ann, amount: Fen(0), note: "x".repeat(61), ..fine.clone() };
        let to_bob = SendTransfer { receiver: bob, ..wrong.clone() };
        let noted = SendTransfer { amount: Fen(10), ..to_bob.clone() };
        check_order(
            &mut trial,
            vec![
                ("id reused, above all", SendTransfer { id: used, ..wrong.clone() }, Err(Refusal::IdReused)),
                ("no UUIDv7", SendTransfer { id: ClientId(1), ..wrong.clone() }, Err(Refusal::BadClientId)),
                ("far ahead", SendTransfer { id: id_from_the_future(), ..wrong.clone() }, Err(Refusal::BadClientId)),
                ("to oneself", wrong, Err(Refusal::NotYourself)),
                ("nothing", to_bob.clone(), Err(Refusal::AmountInvalid)),
                ("less", SendTransfer { amount: Fen(i64::MIN), ..to_bob.clone() }, Err(Refusal::AmountInvalid)),
                ("too little", SendTransfer { amount: Fen(9), ..to_bob.clone() }, Err(Refusal::AmountInvalid)),
                ("too much", SendTransfer { amount: Fen(501), ..to_bob.clone() }, Err(Refusal::AmountInvalid)),
                ("beyond numbers", SendTransfer { amount: Fen(i64::MAX), ..to_bob }, Err(Refusal::AmountInvalid)),
                ("long note", noted.clone(), Err(Refusal::TransferNoteInvalid)),
                ("lines", SendTransfer { note: "a\nb".into(), ..noted.clone() }, Err(Refusal::TransferNoteInvalid)),
                (
                    "no money",
                    SendTransfer { sender: bob, receiver: ann, ..fine.clone() },
                    Err(Refusal::InsufficientFunds),
                ),
                ("fine", fine, Ok(())),
            ],
        );
        assert_eq!(trial.balance(ann), Fen(501));
        assert_eq!(trial.state.meta.books.transfers, Fen(500));
    }

    /// Rules W2 and F1.
    #[test]
    fn an_id_sends_once_forever() {
        let mut trial = Trial::new();
        let (ann, bob, eve) = (trial.rich("ann", 1_000), trial.user("bob"), trial.user("eve"));
        let conversation = trial.friends(ann, bob);
        let send = SendTransfer {
            sender: ann,
            id: trial.id(),
            receiver: bob,
            conversation,
            amount: Fen(100),
            note: "x".into(),
            arrival: Arrival::Later,
            pass: None,
        };
        let first = trial.must(send.clone());
        let others = [
            SendTransfer { receiver: eve, ..send.clone() },
            SendTransfer { conversation: ConversationId(1), ..send.clone() },
            SendTransfer { amount: Fen(101), ..send.clone() },
            SendTransfer { note: "y".into(), ..send.clone() },
            SendTransfer { arrival: Arrival::AtOnce, ..send.clone() },
        ];
        for forgotten in [false, true] {
            if forgotten {
                trial.forget_ids();
            }
            trial.again(send.clone(), &first);
            for other in &others {
                assert_eq!(trial.run(other.clone()), Err(Refusal::IdReused), "{other:?}");
            }
        }
        assert_eq!(trial.balance(ann), Fen(900));
    }

    /// Rule F2: how long it takes is a setting at the time of sending.
    #[test]
    fn it_arrives_when_its_sender_wants() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.rich("ann", 1_000), trial.user("bob"));
        let direct = trial.friends(ann, bob);
        for (arrival, ms, status) in [
            (Arrival::AtOnce, 0, TransferStatus::Arrived),
            (Arrival::Soon, 7_200_000, TransferStatus::Pending),
            (Arrival::Later, 86_400_000, TransferStatus::Pending),
        ] {
            let transfer = trial.transfer(ann, bob, direct, 100, arrival);
            let found = trial.state.transfers.get(&transfer).unwrap();
            assert_eq!((found.status, found.terms.arrives_at), (TransferStatus::Funded, trial.context.now.plus(ms)));
            trial.settle();
            assert_eq!(trial.state.transfers.get(&transfer).unwrap().status, status);
        }
    }
}
