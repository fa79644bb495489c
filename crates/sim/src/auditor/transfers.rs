//! Transfers: each ends once, at its times, and its money is always somewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Rules,
    fact::{Back, Fact, Sent},
    seen::{Asked, Seen, Stage},
    verdict::{Law, Verdict, Violation},
};

struct Transfer {
    /// What its two people may have been shown, oldest first; the newest is how it stands.
    was: Vec<Seen>,
    accept_ms: i64,
    /// Decided to go back; the money has not yet.
    due_back: bool,
    credited: bool,
    given_back: bool,
    noted: bool,
}

/// The conversation's word about a card.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Word {
    Posted { seq: u32 },
    Declined,
}

/// Sums over all transfers, in fen, from the facts' own amounts.
#[derive(Default)]
struct Sums {
    sent: i64,
    back: i64,
    accepted: i64,
    credited: i64,
    given_back: i64,
    repaid: i64,
}

#[derive(Default)]
pub(super) struct Transfers {
    rules: Rules,
    transfers: BTreeMap<u64, Transfer>,
    words: BTreeMap<u64, Word>,
    files: BTreeMap<u64, u64>,
    sums: Sums,
    figures: Figures,
}

/// How transfers ended, and how close it was.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub sent: u64,
    pub accepted: u64,
    pub returned: u64,
    pub expired: u64,
    pub refunded: u64,
    pub given_back: u64,
    pub recalls: u64,
    pub with_evidence: u64,
    pub disputes_returned: u64,
    pub disputes_released: u64,
    pub returned_frozen: u64,
    /// Within [`CLOSE_MS`] of the moment when it would have been too late.
    pub recalled_just_in_time: u64,
    pub accepted_just_in_time: u64,
}

/// What lies no further apart was a race.
pub const CLOSE_MS: i64 = 1_000;

impl Transfers {
    pub fn new(rules: Rules) -> Self {
        Self { rules, ..Self::default() }
    }

    pub fn fact(&mut self, at_ms: i64, fact: &Fact) -> Verdict {
        match fact {
            Fact::TransferSent(sent) => self.sent(at_ms, sent),
            Fact::MessagePosted(posted) => match posted.transfer {
                Some(transfer) => self.word(transfer, Word::Posted { seq: posted.seq }),
                None => Ok(()),
            },
            Fact::TransferDeclined { transfer } => self.word(*transfer, Word::Declined),
            Fact::TransferPosted { transfer, seq } => self.posted(at_ms, *transfer, *seq),
            Fact::TransferRefunded { transfer, amount, .. } => {
                let word = self.words.get(transfer).copied();
                if word != Some(Word::Declined) {
                    return Law::CardOrRefund
                        .broken(format!("transfer {transfer} is refunded, and its conversation said {word:?}"));
                }
                self.sums.back += amount;
                self.figures.refunded += 1;
                self.ends(at_ms, *transfer, &[Stage::OnItsWay], Stage::Refunded, *amount)
            }
            Fact::TransferArrived { transfer } => self.arrived(at_ms, *transfer),
            Fact::TransferAccepted { transfer, amount, .. } => self.accepted(at_ms, *transfer, *amount),
            Fact::TransferWentBack { transfer, why, amount, .. } => self.went_back(at_ms, *transfer, *why, *amount),
            Fact::TransferRecalled { transfer, evidence } => self.recalled(at_ms, *transfer, evidence),
            Fact::DisputeDecided { transfer, returned } => self.decided(*transfer, *returned),
            Fact::TransferNoted { user, transfer } => self.noted(*user, *transfer),
            Fact::TransferCredited { user, transfer, amount, .. } => self.credited(*user, *transfer, *amount),
            Fact::TransferGivenBack { user, transfer, amount, .. } => self.given_back(*user, *transfer, *amount),
            Fact::TransferRepaid { transfer, amount, .. } => self.repaid(*transfer, *amount),
            Fact::FileRecorded { file, user } => {
                self.files.insert(*file, *user);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn sent(&mut self, at_ms: i64, sent: &Sent) -> Verdict {
        let transfer = sent.transfer;
        let delay = self.rules.delays_ms[sent.delay];
        if sent.arrives_at_ms != at_ms + delay || sent.accept_ms != self.rules.accept_ms {
            let is = sent.arrives_at_ms - at_ms;
            return Law::TransferInTime.broken(format!("transfer {transfer} takes {is} ms to arrive, not {delay}"));
        }
        self.sums.sent += sent.amount;
        self.figures.sent += 1;
        let seen = Seen {
            transfer,
            sender: sent.sender,
            receiver: sent.receiver,
            conversation: sent.conversation,
            amount: sent.amount,
            arrives_at_ms: sent.arrives_at_ms,
            stage: Stage::OnItsWay,
            seq: 0,
            accept_by_ms: 0,
            ended_at_ms: 0,
            recall: None,
        };
        let made = Transfer {
            was: vec![seen],
            accept_ms: sent.accept_ms,
            due_back: false,
            credited: false,
            given_back: false,
            noted: false,
        };
        if self.transfers.insert(transfer, made).is_some() {
            return Law::TransferOnce.broken(format!("transfer {transfer} is sent twice"));
        }
        Ok(())
    }

    fn word(&mut self, transfer: u64, word: Word) -> Verdict {
        match self.words.insert(transfer, word) {
            None => Ok(()),
            Some(before) => {
                Law::CardOrRefund.broken(format!("the conversation of transfer {transfer}: {word:?} after {before:?}"))
            }
        }
    }

    fn posted(&mut self, at_ms: i64, transfer: u64, seq: u32) -> Verdict {
        let word = self.words.get(&transfer).copied();
        if word != Some(Word::Posted { seq }) {
            return Law::CardOrRefund
                .broken(format!("transfer {transfer} is posted at {seq}, and its conversation said {word:?}"));
        }
        let found = self.change(transfer, &[Stage::OnItsWay], "is posted")?;
        let accept_by_ms = at_ms + found.accept_ms;
        found.becomes(|seen| {
            seen.seq = seq;
            seen.stage = Stage::Pending;
            if at_ms >= seen.arrives_at_ms {
                seen.stage = Stage::Arrived;
                seen.accept_by_ms = accept_by_ms;
            }
        });
        Ok(())
    }

    fn arrived(&mut self, at_ms: i64, transfer: u64) -> Verdict {
        self.not_frozen(transfer, "arrives")?;
        let found = self.change(transfer, &[Stage::Pending], "arrives")?;
        let early = found.now().arrives_at_ms - at_ms;
        if early > 0 {
            return Law::TransferInTime.broken(format!("transfer {transfer} arrives {early} ms before its time"));
        }
        let accept_by_ms = at_ms + found.accept_ms;
        found.becomes(|seen| {
            seen.stage = Stage::Arrived;
            seen.accept_by_ms = accept_by_ms;
        });
        Ok(())
    }

    fn accepted(&mut self, at_ms: i64, transfer: u64, amount: i64) -> Verdict {
        self.not_frozen(transfer, "is accepted")?;
        let found = self.change(transfer, &[Stage::Arrived], "is accepted")?;
        let left = found.now().accept_by_ms - at_ms;
        if left <= 0 {
            return Law::TransferInTime.broken(format!("transfer {transfer} is accepted {} ms too late", -left));
        }
        self.figures.accepted_just_in_time += u64::from(left <= CLOSE_MS);
        self.figures.accepted += 1;
        self.sums.accepted += amount;
        self.ends(at_ms, transfer, &[Stage::Arrived], Stage::Accepted, amount)
    }

    fn went_back(&mut self, at_ms: i64, transfer: u64, why: Back, amount: i64) -> Verdict {
        if why == Back::Expiry {
            self.not_frozen(transfer, "expires")?;
        }
        let from: &[Stage] = match why {
            Back::Receiver => &[Stage::Pending, Stage::Frozen, Stage::Arrived],
            Back::Expiry => &[Stage::Arrived],
            Back::Operator => &[Stage::Frozen],
        };
        let found = self.change(transfer, from, "goes back")?;
        let (stage, due_back) = (found.now().stage, found.due_back);
        let left = found.now().accept_by_ms - at_ms;
        let in_time = stage != Stage::Arrived || (left <= 0) == (why == Back::Expiry);
        if !in_time {
            let what = format!("transfer {transfer} goes back by {why:?} {left} ms before it expires");
            return Law::TransferInTime.broken(what);
        }
        if due_back != (why == Back::Operator) {
            return Law::FreezeKept.broken(format!("transfer {transfer} goes back by {why:?}, decided is {due_back}"));
        }
        found.due_back = false;
        self.sums.back += amount;
        let to = match why {
            Back::Receiver => Stage::Returned,
            Back::Expiry => Stage::Expired,
            Back::Operator => Stage::Recalled,
        };
        self.figures.returned += u64::from(why == Back::Receiver);
        self.figures.returned_frozen += u64::from(why == Back::Receiver && stage == Stage::Frozen);
        self.figures.expired += u64::from(why == Back::Expiry);
        self.ends(at_ms, transfer, from, to, amount)
    }

    fn recalled(&mut self, at_ms: i64, transfer: u64, evidence: &[u64]) -> Verdict {
        let strange = |file: &u64, sender| self.files.get(file) != Some(&sender);
        if let Some(found) = self.transfers.get(&transfer)
            && let Some(file) = evidence.iter().find(|file| strange(file, found.now().sender))
        {
            let sender = found.now().sender;
            return Law::FreezeKept.broken(format!("transfer {transfer} is recalled with {file}, no file of {sender}"));
        }
        let found = self.transfers.get(&transfer);
        if found.is_some_and(|found| found.now().stage == Stage::Arrived) {
            return Law::TransferInTime.broken(format!("transfer {transfer} is recalled after its arrival"));
        }
        let found = self.change(transfer, &[Stage::Pending], "is recalled")?;
        let left = found.now().arrives_at_ms - at_ms;
        if left <= 0 || found.now().recall.is_some() {
            let what =
                format!("transfer {transfer} is recalled {left} ms before its arrival: {:?}", found.now().recall);
            return Law::TransferInTime.broken(what);
        }
        found.becomes(|seen| {
            seen.stage = Stage::Frozen;
            seen.recall = Some(Asked { at_ms, grounds: true, returned: None });
        });
        self.figures.recalls += 1;
        self.figures.with_evidence += u64::from(!evidence.is_empty());
        self.figures.recalled_just_in_time += u64::from(left <= CLOSE_MS);
        Ok(())
    }

    fn decided(&mut self, transfer: u64, returned: bool) -> Verdict {
        let found = self.change(transfer, &[Stage::Frozen], "is decided about")?;
        if found.now().recall.as_ref().is_none_or(|recall| recall.returned.is_some()) {
            return Law::FreezeKept.broken(format!("transfer {transfer} is decided about a second time"));
        }
        found.due_back = returned;
        found.becomes(|seen| {
            if let Some(recall) = seen.recall.as_mut() {
                recall.returned = Some(returned);
            }
            if !returned {
                seen.stage = Stage::Pending;
            }
        });
        self.figures.disputes_returned += u64::from(returned);
        self.figures.disputes_released += u64::from(!returned);
        Ok(())
    }

    fn noted(&mut self, user: u64, transfer: u64) -> Verdict {
        let found = self.transfers.get_mut(&transfer);
        match found.filter(|found| found.now().receiver == user && found.now().seq > 0 && !found.noted) {
            Some(found) => {
                found.noted = true;
                Ok(())
            }
            None => {
                Law::NewsArrive.broken(format!("user {user} is told of transfer {transfer}, not for the first time"))
            }
        }
    }

    fn credited(&mut self, user: u64, transfer: u64, amount: i64) -> Verdict {
        let found = self.change(transfer, &[Stage::Accepted], "is credited")?;
        if found.credited || (user, amount) != (found.now().receiver, found.now().amount) {
            return Law::TransferExact.broken(format!("transfer {transfer} is credited to {user} with {amount} fen"));
        }
        found.credited = true;
        self.sums.credited += amount;
        Ok(())
    }

    fn given_back(&mut self, user: u64, transfer: u64, amount: i64) -> Verdict {
        let found = self.change(transfer, &[Stage::Accepted], "is given back")?;
        let whole = (user, amount) == (found.now().receiver, found.now().amount);
        if !found.credited || found.given_back || !whole {
            return Law::TransferOnce.broken(format!("transfer {transfer} is given back by {user} with {amount} fen"));
        }
        found.given_back = true;
        // Whoever gave it back is told so before the transfer's shard has heard of it.
        found.was.push(Seen { stage: Stage::GivenBack, ..found.now().clone() });
        found.was.push(Seen { stage: Stage::Accepted, ..found.now().clone() });
        self.sums.given_back += amount;
        self.figures.given_back += 1;
        Ok(())
    }

    fn repaid(&mut self, transfer: u64, amount: i64) -> Verdict {
        let found = self.change(transfer, &[Stage::Accepted], "is repaid")?;
        if !found.given_back || amount != found.now().amount {
            return Law::TransferExact.broken(format!("transfer {transfer} is repaid {amount} fen"));
        }
        found.becomes(|seen| seen.stage = Stage::GivenBack);
        self.sums.repaid += amount;
        Ok(())
    }

    fn not_frozen(&self, transfer: u64, does: &str) -> Verdict {
        match self.stage(transfer) {
            Some(Stage::Frozen) => Law::FreezeKept.broken(format!("transfer {transfer} {does} while it is frozen")),
            _ => Ok(()),
        }
    }

    fn change(&mut self, transfer: u64, from: &[Stage], does: &str) -> Result<&mut Transfer, Violation> {
        match self.transfers.get_mut(&transfer) {
            Some(found) if from.contains(&found.now().stage) => Ok(found),
            found => {
                let stage = found.map(|found| found.now().stage);
                Law::TransferOnce.broken(format!("transfer {transfer} {does} when it is {stage:?}"))
            }
        }
    }

    /// The money leaves it, all of it.
    fn ends(&mut self, at_ms: i64, transfer: u64, from: &[Stage], to: Stage, amount: i64) -> Verdict {
        let found = self.change(transfer, from, "ends")?;
        if found.now().amount != amount {
            let held = found.now().amount;
            return Law::TransferExact
                .broken(format!("transfer {transfer} ends as {to:?} with {amount} fen of {held}"));
        }
        found.becomes(|seen| {
            seen.stage = to;
            seen.ended_at_ms = at_ms;
        });
        Ok(())
    }

    /// What was sent is somewhere, and what an operator decided has happened: to be asked between appends.
    pub fn exact(&self) -> Verdict {
        let held: i64 = self.transfers.values().map(Transfer::held).sum();
        let on_its_way = self.sums.accepted - self.sums.credited + self.sums.given_back - self.sums.repaid;
        let kept = self.sums.credited - self.sums.given_back;
        let back = self.sums.back + self.sums.repaid;
        if on_its_way < 0 || kept < 0 || self.sums.sent != held + on_its_way + kept + back {
            return Law::TransferExact.broken(format!(
                "{} fen were sent; {held} are held, {on_its_way} on their way, {kept} kept, {back} back",
                self.sums.sent
            ));
        }
        match self.transfers.iter().find(|(_, found)| found.due_back) {
            Some((id, _)) => Law::FreezeKept.broken(format!("transfer {id} was to go back and did not")),
            None => Ok(()),
        }
    }

    pub fn open(&self) -> usize {
        self.transfers.values().filter(|found| found.now().stage.holds()).count()
    }

    pub fn disputes(&self) -> Vec<u64> {
        let frozen = self.transfers.iter().filter(|(_, found)| found.now().stage == Stage::Frozen);
        frozen.map(|(id, _)| *id).collect()
    }

    /// Those a user may see.
    pub fn seen_by(&self, user: u64) -> Vec<u64> {
        let whose = |seen: &Seen| seen.sender == user || (seen.receiver == user && seen.seq > 0);
        self.transfers.iter().filter(|(_, found)| whose(found.now())).map(|(id, _)| *id).collect()
    }

    /// Those that were ever recalled.
    pub fn ever_recalled(&self) -> Vec<u64> {
        self.transfers.iter().filter(|(_, found)| found.now().recall.is_some()).map(|(id, _)| *id).collect()
    }

    /// The files of a user.
    pub fn files_of(&self, user: u64) -> Vec<u64> {
        self.files.iter().filter(|(_, owner)| **owner == user).map(|(file, _)| *file).collect()
    }

    /// How it stands, as its sender sees it.
    pub fn stands(&self, transfer: u64) -> Option<&Seen> {
        self.transfers.get(&transfer).map(Transfer::now)
    }

    fn stage(&self, transfer: u64) -> Option<Stage> {
        self.stands(transfer).map(|seen| seen.stage)
    }

    /// At the end everything has ended, and whoever was to hear of it has.
    pub fn ended(&self) -> Verdict {
        for (id, found) in &self.transfers {
            let Seen { stage, seq, .. } = found.now();
            if stage.holds() || (*stage == Stage::Accepted && (!found.credited || found.given_back)) {
                return Law::Converges.broken(format!("transfer {id} is still {stage:?}"));
            }
            let posted = matches!(self.words.get(id), Some(Word::Posted { .. }));
            if posted != (*seq > 0) || posted == (*stage == Stage::Refunded) {
                return Law::CardOrRefund
                    .broken(format!("transfer {id} is {stage:?}, and its card is posted: {posted}"));
            }
            if found.noted != posted {
                return Law::NewsArrive.broken(format!("the receiver of transfer {id} was never told of it"));
            }
        }
        let strangers: BTreeSet<u64> =
            self.words.keys().copied().filter(|id| !self.transfers.contains_key(id)).collect();
        if strangers.is_empty() {
            return Ok(());
        }
        Law::CardOrRefund.broken(format!("cards of transfers that nobody sent: {strangers:?}"))
    }

    pub fn told_arrival(&self, transfer: u64, arrives_at_ms: i64) -> Verdict {
        if self.transfers.get(&transfer).is_some_and(|found| found.now().arrives_at_ms == arrives_at_ms) {
            return Ok(());
        }
        Law::ToldIsDurable.broken(format!("transfer {transfer} is told to arrive at {arrives_at_ms}"))
    }

    /// What one of the two is shown stands in the log, and is for its eyes; at the end it is how it stands.
    pub fn told(&self, user: u64, seen: &Seen, settled: bool) -> Verdict {
        let found = self.transfers.get(&seen.transfer);
        let whole = |was: &&Seen| (was.sender == user) || (was.receiver == user && was.seq > 0);
        let eyes = |was: &Seen| {
            let mut was = was.clone();
            if let Some(recall) = was.recall.as_mut() {
                recall.grounds = was.sender == user;
            }
            was
        };
        let fits = found.is_some_and(|found| {
            let mut was = found.was.iter().filter(whole).map(eyes);
            if settled { was.next_back().as_ref() == Some(seen) } else { was.any(|was| was == *seen) }
        });
        if fits {
            return Ok(());
        }
        let now = found.map(Transfer::now);
        Law::ToldIsDurable.broken(format!("user {user} was shown {seen:?}, which is {now:?}"))
    }

    pub fn figures(&self) -> Figures {
        self.figures
    }
}

impl Transfer {
    fn now(&self) -> &Seen {
        self.was.last().expect("it was sent")
    }

    fn held(&self) -> i64 {
        if self.now().stage.holds() { self.now().amount } else { 0 }
    }

    fn becomes(&mut self, change: impl FnOnce(&mut Seen)) {
        let mut seen = self.now().clone();
        change(&mut seen);
        self.was.push(seen);
    }
}
