use super::{Recall, TransferStatus, WentBack, goes_back, state_reply, visible, with_wallet};
use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{FileId, OperatorId, TransferId, UserId},
    operator::check_reason,
    refusal::Refusal,
    settings::EVIDENCE_MAX,
};

/// The sender asks for the money back before it arrives. Freezes it at once: until an operator has decided nobody can
/// take it. Repeated with the same contents it has no further effect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecallTransfer {
    pub user: UserId,
    pub transfer: TransferId,
    pub reason: String,
    /// The sender's own files.
    pub evidence: Vec<FileId>,
}

impl RecallTransfer {
    pub(crate) fn needs(&self, state: &State, keys: &mut Vec<Key>) {
        keys.push(Key::Transfer(self.transfer));
        // A list that is too long is refused before any of it is looked at. The setting may have changed by then, so it
        // does not bound what is loaded.
        let evidence = self.evidence.iter().take(EVIDENCE_MAX);
        // Files of other shards cannot be this sender's.
        keys.extend(evidence.filter(|file| file.shard() == state.shard).map(|file| Key::File(*file)));
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        let found = visible(state, self.transfer, self.user)?;
        if found.terms.sender != self.user {
            return Err(Refusal::TransferNotForYou);
        }
        if let Some(recall) = &found.recall {
            let same = recall.reason == self.reason && recall.evidence == self.evidence;
            return if same { Ok(vec![]) } else { Err(Refusal::RecallRepeated) };
        }
        match found.status {
            TransferStatus::Funded => return Err(Refusal::TransferNotPosted),
            // The timer may be late; the time is not.
            TransferStatus::Pending if context.now < found.terms.arrives_at => {}
            TransferStatus::Pending | TransferStatus::Arrived => return Err(Refusal::TransferArrived),
            TransferStatus::Accepted | TransferStatus::GivenBack => return Err(Refusal::TransferAccepted),
            _ => return Err(Refusal::TransferEnded),
        }
        let mut different: Vec<FileId> = self.evidence.clone();
        different.sort_unstable();
        different.dedup();
        let fits = different.len() == self.evidence.len() && different.len() <= state.settings.evidence_max;
        if check_reason(&self.reason).is_err() || !fits {
            return Err(Refusal::RecallInvalid);
        }
        let mine = |file: &FileId| {
            file.shard() == state.shard && state.files.get(file).is_some_and(|found| found.owner == self.user)
        };
        if !self.evidence.iter().all(mine) {
            return Err(Refusal::NoSuchFile);
        }
        Ok(vec![Fact::TransferRecalled {
            transfer: self.transfer,
            reason: self.reason.clone(),
            evidence: self.evidence.clone(),
        }])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        state_reply(state, self.transfer, self.user)
    }
}

/// An operator ends a dispute: the money goes back to the sender, or on as if nothing had been asked. Repeated by the
/// same operator with the same contents it has no further effect; there is no second decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecideDispute {
    pub by: OperatorId,
    pub transfer: TransferId,
    /// `true`: back to the sender; `false`: on to the receiver.
    pub returned: bool,
    pub reason: String,
}

impl DecideDispute {
    pub(crate) fn needs(&self, state: &State, keys: &mut Vec<Key>) {
        with_wallet(state, self.transfer, keys);
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        let found = state.transfers.get(&self.transfer).ok_or(Refusal::NoSuchDispute)?;
        let recall = found.recall.as_ref().ok_or(Refusal::NoSuchDispute)?;
        if let Some(decision) = &recall.decision {
            let same = decision.by == self.by && decision.returned == self.returned && decision.reason == self.reason;
            return if same { Ok(vec![]) } else { Err(Refusal::DisputeEnded) };
        }
        if found.status != TransferStatus::Frozen {
            return Err(Refusal::DisputeEnded);
        }
        check_reason(&self.reason)?;
        let (transfer, by, returned, reason) = (self.transfer, self.by, self.returned, self.reason.clone());
        let mut facts = vec![Fact::DisputeDecided { transfer, by, returned, reason }];
        if returned {
            facts.push(goes_back(state, found, WentBack::Operator));
        } else if context.now >= found.terms.arrives_at {
            facts.push(Fact::TransferArrived { transfer });
        }
        Ok(facts)
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        let found = state.transfers.get(&self.transfer).expect("decided on it");
        Reply::Transfer(Box::new(found.clone()))
    }
}

impl Recall {
    /// Whether an operator must still decide; the receiver may have sent the money back in the meantime.
    #[must_use]
    pub fn open(&self, status: TransferStatus) -> bool {
        self.decision.is_none() && status == TransferStatus::Frozen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{AcceptTransfer, AdvanceTransfer, ReturnTransfer},
        fen::Fen,
        ids::ConversationId,
        transfer::Arrival,
        trial::{Trial, check_order},
    };

    const OLGA: OperatorId = OperatorId(7);
    const OTTO: OperatorId = OperatorId(8);

    fn world() -> (Trial, [UserId; 3], ConversationId) {
        let mut trial = Trial::new();
        let people = [trial.rich("ann", 900), trial.user("bob"), trial.user("eve")];
        let direct = trial.friends(people[0], people[1]);
        (trial, people, direct)
    }

    fn recall(user: UserId, transfer: TransferId) -> RecallTransfer {
        RecallTransfer { user, transfer, reason: "wrong person".into(), evidence: vec![] }
    }

    fn decide(transfer: TransferId, returned: bool) -> DecideDispute {
        DecideDispute { by: OLGA, transfer, returned, reason: "as the chat shows".into() }
    }

    /// A transfer that is frozen.
    fn frozen(trial: &mut Trial, [ann, bob, _]: [UserId; 3], direct: ConversationId) -> TransferId {
        let transfer = trial.transfer(ann, bob, direct, 300, Arrival::Soon);
        trial.settle();
        trial.must(recall(ann, transfer));
        transfer
    }

    /// Rule F6.
    #[test]
    fn checks_of_a_recall_come_in_this_order() {
        let (mut trial, [ann, bob, eve], direct) = world();
        let (hers, his) = (trial.file(ann, 1), trial.file(bob, 2));
        let transfer = trial.transfer(ann, bob, direct, 300, Arrival::Soon);
        let late = trial.transfer(ann, bob, direct, 300, Arrival::AtOnce);
        let fine = RecallTransfer { evidence: vec![hers], ..recall(ann, transfer) };
        let bad = RecallTransfer { reason: String::new(), evidence: vec![his, his], ..fine.clone() };
        check_order(&mut trial, vec![("on its way", bad.clone(), Err(Refusal::TransferNotPosted))]);
        trial.settle();
        check_order(
            &mut trial,
            vec![
                ("transfer", RecallTransfer { transfer: TransferId(1), ..bad.clone() }, Err(Refusal::NoSuchTransfer)),
                ("a third", RecallTransfer { user: eve, ..bad.clone() }, Err(Refusal::NoSuchTransfer)),
                ("its receiver", RecallTransfer { user: bob, ..bad.clone() }, Err(Refusal::TransferNotForYou)),
                ("arrived", RecallTransfer { transfer: late, ..bad.clone() }, Err(Refusal::TransferArrived)),
                ("no reason", RecallTransfer { evidence: vec![his], ..bad.clone() }, Err(Refusal::RecallInvalid)),
                ("a file twice", RecallTransfer { reason: "x".into(), ..bad.clone() }, Err(Refusal::RecallInvalid)),
                (
                    "too many files",
                    RecallTransfer { evidence: (1..=10).map(FileId).collect(), ..fine.clone() },
                    Err(Refusal::RecallInvalid),
                ),
                (
                    "another's file",
                    RecallTransfer { evidence: vec![hers, his], ..fine.clone() },
                    Err(Refusal::NoSuchFile),
                ),
                (
                    "a file of another shard",
                    RecallTransfer { evidence: vec![FileId(1 << 12)], ..fine.clone() },
                    Err(Refusal::NoSuchFile),
                ),
                ("fine", fine.clone(), Ok(())),
                (
                    "again with other words",
                    RecallTransfer { reason: "y".into(), ..fine.clone() },
                    Err(Refusal::RecallRepeated),
                ),
                ("again", fine, Ok(())),
            ],
        );
        trial.must(AcceptTransfer { user: bob, transfer: late });
        assert_eq!(trial.run(recall(ann, late)), Err(Refusal::TransferAccepted));
        let seen = |user| trial.state.transfers.get(&transfer).unwrap().seen_by(user).unwrap().recall.unwrap();
        assert_eq!((seen(ann).reason.as_str(), seen(ann).evidence), ("wrong person", vec![hers]));
        assert_eq!((seen(bob).reason.as_str(), seen(bob).evidence), ("", vec![]), "that is not for the receiver");
    }

    /// Rule F6: frozen at once, whatever time it is.
    #[test]
    fn nothing_moves_what_is_frozen() {
        let (mut trial, people, direct) = world();
        let transfer = frozen(&mut trial, people, direct);
        assert!(trial.state.timers.is_empty());
        trial.later(trial.state.settings.transfer_short_ms + trial.state.settings.transfer_accept_ms);
        trial.again(AdvanceTransfer { transfer }, &Reply::Done);
        assert_eq!(trial.run(AcceptTransfer { user: people[1], transfer }), Err(Refusal::TransferFrozen));
        assert_eq!(trial.state.meta.books.transfers, Fen(300));
    }

    /// Rule F6: recall against arrival, in the order of the log.
    #[test]
    fn a_recall_in_the_very_moment_of_arrival_is_too_late() {
        let (mut trial, [ann, bob, _], direct) = world();
        let [one, other] = [(); 2].map(|()| trial.transfer(ann, bob, direct, 300, Arrival::Soon));
        trial.settle();
        trial.later(trial.state.settings.transfer_short_ms - 1);
        trial.must(recall(ann, one));
        trial.later(1);
        assert_eq!(trial.run(recall(ann, other)), Err(Refusal::TransferArrived));
        trial.must(AdvanceTransfer { transfer: other });
        assert_eq!(trial.run(recall(ann, other)), Err(Refusal::TransferArrived));
        let status = |transfer| trial.state.transfers.get(transfer).unwrap().status;
        assert_eq!([status(&one), status(&other)], [TransferStatus::Frozen, TransferStatus::Arrived]);
    }

    /// Rule F7: returned or released, never both, never neither.
    #[test]
    fn a_dispute_is_decided_once() {
        let (mut trial, people, direct) = world();
        let calm = trial.transfer(people[0], people[1], direct, 300, Arrival::Soon);
        let transfer = frozen(&mut trial, people, direct);
        let fine = decide(transfer, true);
        check_order(
            &mut trial,
            vec![
                ("transfer", DecideDispute { transfer: TransferId(1), ..fine.clone() }, Err(Refusal::NoSuchDispute)),
                ("no recall", DecideDispute { transfer: calm, ..fine.clone() }, Err(Refusal::NoSuchDispute)),
                ("no reason", DecideDispute { reason: " ".into(), ..fine.clone() }, Err(Refusal::ReasonInvalid)),
                ("fine", fine.clone(), Ok(())),
                ("again", fine.clone(), Ok(())),
                ("another operator", DecideDispute { by: OTTO, ..fine.clone() }, Err(Refusal::DisputeEnded)),
                ("another end", DecideDispute { returned: false, ..fine.clone() }, Err(Refusal::DisputeEnded)),
                ("other words", DecideDispute { reason: "x".into(), ..fine }, Err(Refusal::DisputeEnded)),
            ],
        );
        let found = trial.state.transfers.get(&transfer).unwrap();
        assert_eq!(found.status, TransferStatus::Recalled);
        assert_eq!(trial.balance(people[0]), Fen(600));
    }

    #[test]
    fn released_before_its_time_it_waits_for_it() {
        let (mut trial, people, direct) = world();
        let transfer = frozen(&mut trial, people, direct);
        trial.must(decide(transfer, false));
        let found = trial.state.transfers.get(&transfer).unwrap();
        assert_eq!(found.status, TransferStatus::Pending);
        assert_eq!(trial.state.timers.first().map(|(due, _)| *due), Some(found.terms.arrives_at));
        // What was decided is decided.
        let again = RecallTransfer { reason: "please".into(), ..recall(people[0], transfer) };
        assert_eq!(trial.run(again), Err(Refusal::RecallRepeated));
        trial.later(trial.state.settings.transfer_short_ms);
        trial.must(AdvanceTransfer { transfer });
        trial.must(AcceptTransfer { user: people[1], transfer });
    }

    #[test]
    fn released_after_its_time_it_arrives_now() {
        let (mut trial, people, direct) = world();
        let transfer = frozen(&mut trial, people, direct);
        trial.later(trial.state.settings.transfer_short_ms * 3);
        trial.must(decide(transfer, false));
        let found = trial.state.transfers.get(&transfer).unwrap();
        let accept_by = trial.context.now.plus(trial.state.settings.transfer_accept_ms);
        assert_eq!((found.status, found.accept_by), (TransferStatus::Arrived, Some(accept_by)));
    }

    /// What the receiver sends back needs no operator.
    #[test]
    fn a_receiver_ends_the_dispute_by_sending_it_back() {
        let (mut trial, people, direct) = world();
        let transfer = frozen(&mut trial, people, direct);
        trial.must(ReturnTransfer { user: people[1], transfer });
        assert_eq!(trial.run(decide(transfer, false)), Err(Refusal::DisputeEnded));
        let found = trial.state.transfers.get(&transfer).unwrap();
        assert!(!found.recall.as_ref().unwrap().open(found.status));
        assert_eq!((found.status, trial.balance(people[0])), (TransferStatus::Returned, Fen(900)));
    }
}
