use std::collections::{BTreeMap, HashMap};

use laisee_wire::v1::{Movement, MovementKind, RecallOutcome, SendTransfer, Transfer, TransferStatus};

use super::Findings;
use crate::ledger::{Record, SentTransfer, Step};

/// Whether the money is still in it.
pub(crate) fn holds(transfer: &Transfer) -> bool {
    use TransferStatus::{Arrived, Frozen, Funded, Pending};
    matches!(transfer.status(), Funded | Pending | Frozen | Arrived)
}

/// What must hold in every answer about a transfer, whatever else is known.
pub(crate) fn transfer_laws(transfer: &Transfer, findings: &mut Findings) {
    let (id, status) = (transfer.id, transfer.status());
    let mut must = |rule: &str, holds: bool, what: &str| {
        if !holds {
            findings.add(rule, format!("transfer {id} is {} and {what}: {transfer:?}", status.as_str_name()));
        }
    };
    let ended_at = transfer.ended_at_ms;
    must("F1", transfer.amount > 0 && transfer.sender != transfer.receiver, "moves nothing");
    must("F8", holds(transfer) == (ended_at == 0), "its end does not fit");
    let posted = !matches!(status, TransferStatus::Funded | TransferStatus::Refunded);
    must("F1", posted == (transfer.seq > 0), "its place in the conversation does not fit");
    let undecided = transfer.recall.as_ref().is_some_and(|recall| recall.outcome() == RecallOutcome::Open);
    match status {
        TransferStatus::Unspecified => must("F1", false, "has no status"),
        TransferStatus::Funded | TransferStatus::Refunded => must("F6", transfer.recall.is_none(), "was recalled"),
        TransferStatus::Pending => {
            must("F2", transfer.accept_by_ms == 0, "says that it has arrived");
            must("F6", !undecided, "is not frozen by its recall");
        }
        TransferStatus::Frozen => must("F6", undecided, "nobody asked for it back"),
        TransferStatus::Arrived => must("F2", transfer.accept_by_ms > transfer.arrives_at_ms, "came too early"),
        TransferStatus::Accepted | TransferStatus::GivenBack => {
            let in_time = ended_at >= transfer.arrives_at_ms && ended_at < transfer.accept_by_ms;
            must("F3", in_time, "was not accepted in its time");
            must("F6", !undecided, "was accepted while it was frozen");
        }
        TransferStatus::Returned => {}
        TransferStatus::Expired => {
            let over = transfer.accept_by_ms > 0 && ended_at >= transfer.accept_by_ms;
            must("F5", over, "its time was not over");
        }
        TransferStatus::Recalled => {
            let outcome = transfer.recall.as_ref().map(|recall| recall.outcome());
            must("F7", outcome == Some(RecallOutcome::Returned), "no operator decided so");
        }
    }
    if let Some(recall) = &transfer.recall {
        must("F6", recall.asked_at_ms < transfer.arrives_at_ms, "was recalled after its arrival");
    }
}

/// What never changes about a transfer.
#[derive(Clone, Debug, PartialEq)]
struct Terms {
    people: (u64, u64),
    conversation: u64,
    amount: i64,
    note: String,
    arrival: i32,
    arrives_at_ms: i64,
}

impl Terms {
    fn of(transfer: &Transfer) -> Self {
        Self {
            people: (transfer.sender, transfer.receiver),
            conversation: transfer.conversation,
            amount: transfer.amount,
            note: transfer.note.clone(),
            arrival: transfer.arrival,
            arrives_at_ms: transfer.arrives_at_ms,
        }
    }
}

#[derive(Debug, Default)]
struct Seen {
    terms: Option<Terms>,
    /// How and when the money left it.
    end: Option<(TransferStatus, i64)>,
}

/// Transfers as both their people see them. What is seen late may be older than what was seen before, so only what can
/// never change is compared.
#[derive(Debug, Default)]
pub(crate) struct Transfers(HashMap<u64, Seen>);

impl Transfers {
    /// A transfer was funded.
    pub(crate) fn sent(
        &mut self,
        user: u64,
        transfer: u64,
        request: &SendTransfer,
        arrives_at_ms: i64,
        findings: &mut Findings,
    ) {
        let terms = Terms {
            people: (user, request.receiver),
            conversation: request.conversation,
            amount: request.amount,
            note: request.note.clone(),
            arrival: request.arrival,
            arrives_at_ms,
        };
        self.has(transfer, terms, findings);
    }

    /// Somebody was shown a transfer.
    pub(crate) fn saw(&mut self, transfer: &Transfer, findings: &mut Findings) {
        transfer_laws(transfer, findings);
        self.has(transfer.id, Terms::of(transfer), findings);
        if transfer.ended_at_ms == 0 {
            return;
        }
        // Giving back what was accepted is no other end: the money had left the transfer before.
        let status = match transfer.status() {
            TransferStatus::GivenBack => TransferStatus::Accepted,
            other => other,
        };
        let end = (status, transfer.ended_at_ms);
        let first = *self.0.entry(transfer.id).or_default().end.get_or_insert(end);
        if first != end {
            findings.add("F8", format!("transfer {} ended as {first:?}, then as {end:?}", transfer.id));
        }
    }

    fn has(&mut self, transfer: u64, terms: Terms, findings: &mut Findings) {
        let first = self.0.entry(transfer).or_default().terms.get_or_insert_with(|| terms.clone());
        if *first != terms {
            findings.add("F1", format!("transfer {transfer} is {terms:?}, it was {first:?}"));
        }
    }
}

/// What must hold between a user's transfers as they are listed, its statement, and what was acknowledged. Gives what
/// is in those that the user sent.
///
/// `exact`: everything was acknowledged, so nothing else was done with them either.
pub(crate) fn listed_laws(
    user: u64,
    record: &Record,
    listed: &[Transfer],
    lines: &[Movement],
    exact: bool,
    findings: &mut Findings,
) -> i64 {
    let mut by_id: BTreeMap<u64, &Transfer> = BTreeMap::new();
    let mut notes: BTreeMap<&str, u64> = BTreeMap::new();
    for transfer in listed {
        transfer_laws(transfer, findings);
        if by_id.insert(transfer.id, transfer).is_some() {
            findings.add("F9", format!("user {user}: transfer {} is listed twice", transfer.id));
        }
        if transfer.sender == user
            && let Some(other) = notes.insert(&transfer.note, transfer.id)
        {
            findings.add("W2", format!("user {user}: {} and {other} were sent by one request", transfer.id));
        }
    }
    for (id, sent) in record.transfers.iter().filter(|(_, sent)| sent.sender == user || sent.receiver == user) {
        match by_id.get(id) {
            Some(transfer) => acknowledged(transfer, sent, findings),
            None => findings.add("F1", format!("user {user}: transfer {id} was acknowledged and is not there")),
        }
    }
    if exact {
        for transfer in by_id.values() {
            never_acknowledged(transfer, record.transfers.get(&transfer.id), findings);
        }
    }
    let mut moved: BTreeMap<u64, Vec<(i32, i64)>> = by_id.keys().map(|&id| (id, Vec::new())).collect();
    for line in lines.iter().filter(|line| line.transfer != 0) {
        moved.entry(line.transfer).or_default().push((line.kind, line.amount));
    }
    for (id, moved) in moved {
        let expected = by_id.get(&id).map_or_else(Vec::new, |transfer| movements(user, transfer));
        if moved != expected {
            let status = by_id.get(&id).map(|transfer| transfer.status());
            findings.add("F8", format!("user {user}: transfer {id} is {status:?} and moved {moved:?}"));
        }
    }
    let mine = by_id.values().filter(|transfer| transfer.sender == user && holds(transfer));
    mine.map(|transfer| transfer.amount).sum()
}

/// The lines that a transfer leaves in the statement of one of its people.
fn movements(user: u64, transfer: &Transfer) -> Vec<(i32, i64)> {
    let line = |kind: MovementKind, amount: i64| (kind as i32, amount);
    let (amount, status) = (transfer.amount, transfer.status());
    let went_back = !holds(transfer) && status != TransferStatus::Accepted;
    let mut lines = Vec::new();
    if transfer.sender == user {
        lines.push(line(MovementKind::TransferSent, -amount));
        if went_back {
            lines.push(line(MovementKind::TransferRefund, amount));
        }
    } else if matches!(status, TransferStatus::Accepted | TransferStatus::GivenBack) {
        lines.push(line(MovementKind::TransferReceived, amount));
        if went_back {
            lines.push(line(MovementKind::TransferGivenBack, -amount));
        }
    }
    lines
}

/// A transfer is what was acknowledged of it.
fn acknowledged(transfer: &Transfer, sent: &SentTransfer, findings: &mut Findings) {
    use TransferStatus::{Accepted, GivenBack, Returned};
    let is = (transfer.sender, transfer.receiver, transfer.conversation, transfer.amount, transfer.arrives_at_ms);
    let was = (sent.sender, sent.receiver, sent.conversation, sent.amount, sent.arrives_at_ms);
    if is != was || transfer.note != sent.note {
        findings.add("F1", format!("transfer {} is {is:?}, acknowledged as {was:?}", transfer.id));
    }
    for &step in &sent.steps {
        let holds = match step {
            Step::Accepted => matches!(transfer.status(), Accepted | GivenBack),
            Step::Returned => transfer.status() == Returned,
            Step::GivenBack => transfer.status() == GivenBack,
            Step::Recalled => transfer.recall.is_some(),
        };
        if !holds {
            let (id, status) = (transfer.id, transfer.status().as_str_name());
            findings.add("F8", format!("transfer {id} is {status}, {step:?} was acknowledged"));
        }
    }
}

/// Nothing was done with a transfer that nobody was told of.
fn never_acknowledged(transfer: &Transfer, sent: Option<&SentTransfer>, findings: &mut Findings) {
    let Some(sent) = sent else {
        findings.add("F1", format!("transfer {} was never acknowledged", transfer.id));
        return;
    };
    let step = match transfer.status() {
        TransferStatus::Accepted => Some(Step::Accepted),
        TransferStatus::Returned => Some(Step::Returned),
        TransferStatus::GivenBack => Some(Step::GivenBack),
        _ => None,
    };
    let recalled = transfer.recall.is_some().then_some(Step::Recalled);
    for step in step.into_iter().chain(recalled).filter(|step| !sent.steps.contains(step)) {
        findings.add("F8", format!("transfer {}: {step:?} was never acknowledged", transfer.id));
    }
}

#[cfg(test)]
mod tests {
    use laisee_wire::v1::Recall;

    use super::*;

    const ANN: u64 = 1;
    const BOB: u64 = 2;

    fn transfer(status: TransferStatus) -> Transfer {
        use TransferStatus::{Accepted, Expired, Frozen, Funded, GivenBack, Pending, Recalled, Refunded};
        let asked = |outcome: RecallOutcome| Recall { asked_at_ms: 120, outcome: outcome as i32, ..Recall::default() };
        Transfer {
            id: 7,
            sender: ANN,
            receiver: BOB,
            conversation: 5,
            amount: 30,
            note: "n".into(),
            status: status as i32,
            created_at_ms: 100,
            arrives_at_ms: 200,
            accept_by_ms: match status {
                Funded | Pending | Frozen | Refunded | Recalled => 0,
                _ => 300,
            },
            ended_at_ms: match status {
                Funded | Pending | Frozen | TransferStatus::Arrived => 0,
                Expired => 300,
                _ => 250,
            },
            seq: u32::from(!matches!(status, Funded | Refunded)),
            recall: match status {
                Frozen => Some(asked(RecallOutcome::Open)),
                Recalled => Some(asked(RecallOutcome::Returned)),
                GivenBack => Some(asked(RecallOutcome::Released)),
                Accepted => None,
                _ => None,
            },
            ..Transfer::default()
        }
    }

    fn every_status() -> impl Iterator<Item = TransferStatus> {
        (1..=10).map(|number| TransferStatus::try_from(number).unwrap())
    }

    #[test]
    fn every_law_of_a_transfer_is_noticed_when_broken() {
        let rules = |status, change: fn(&mut Transfer)| {
            let (mut changed, mut findings) = (transfer(status), Findings::default());
            change(&mut changed);
            transfer_laws(&changed, &mut findings);
            findings.kept.into_iter().map(|violation| violation.rule).collect::<Vec<_>>()
        };
        for status in every_status() {
            assert!(rules(status, |_| ()).is_empty(), "{status:?}");
        }
        type Row = (TransferStatus, fn(&mut Transfer), &'static str);
        let rows: [Row; 12] = [
            (TransferStatus::Pending, |t| t.amount = 0, "F1"),
            (TransferStatus::Pending, |t| t.seq = 0, "F1"),
            (TransferStatus::Pending, |t| t.status = 0, "F1"),
            (TransferStatus::Pending, |t| t.accept_by_ms = 300, "F2"),
            (TransferStatus::Arrived, |t| t.accept_by_ms = 0, "F2"),
            (TransferStatus::Accepted, |t| t.ended_at_ms = 199, "F3"),
            (TransferStatus::Accepted, |t| t.ended_at_ms = 300, "F3"),
            (TransferStatus::Expired, |t| t.ended_at_ms = 299, "F5"),
            (TransferStatus::Frozen, |t| t.recall = None, "F6"),
            (TransferStatus::Frozen, |t| t.recall.as_mut().unwrap().asked_at_ms = 200, "F6"),
            (TransferStatus::Recalled, |t| t.recall = None, "F7"),
            (TransferStatus::Returned, |t| t.ended_at_ms = 0, "F8"),
        ];
        for (status, change, rule) in rows {
            assert!(rules(status, change).contains(&rule.to_owned()), "{status:?} {rule}");
        }
    }

    #[test]
    fn a_transfer_ends_once_whoever_looks() {
        use TransferStatus::{Accepted, Arrived, Expired, GivenBack, Pending, Returned};
        for (statuses, expected) in [
            (vec![Pending, Arrived, Accepted, GivenBack], 0),
            (vec![GivenBack, Accepted, Pending], 0),
            (vec![Accepted, Returned], 1),
            (vec![Expired, Accepted], 1),
        ] {
            let (mut transfers, mut findings) = (Transfers::default(), Findings::default());
            let request = SendTransfer {
                conversation: 5,
                receiver: BOB,
                amount: 30,
                note: "n".into(),
                ..SendTransfer::default()
            };
            transfers.sent(ANN, 7, &request, 200, &mut findings);
            for &status in &statuses {
                transfers.saw(&transfer(status), &mut findings);
            }
            assert_eq!(findings.count, expected, "{statuses:?}");
            transfers.saw(&Transfer { amount: 31, ..transfer(Pending) }, &mut findings);
            assert_eq!(findings.count, expected + 1, "another amount");
        }
    }

    fn record(steps: &[Step]) -> Record {
        let sent = SentTransfer {
            sender: ANN,
            receiver: BOB,
            conversation: 5,
            amount: 30,
            note: "n".into(),
            arrives_at_ms: 200,
            steps: steps.iter().copied().collect(),
        };
        Record { transfers: [(7, sent)].into(), ..Record::default() }
    }

    /// Lines of a transfer by the signs of what moved.
    fn lines(kinds: &[MovementKind]) -> Vec<Movement> {
        let amount = |kind| match kind {
            MovementKind::TransferSent | MovementKind::TransferGivenBack => -30,
            _ => 30,
        };
        let line = |&kind: &MovementKind| Movement {
            kind: kind as i32,
            amount: amount(kind),
            transfer: 7,
            ..Movement::default()
        };
        kinds.iter().map(line).collect()
    }

    #[test]
    fn both_statements_say_what_became_of_a_transfer() {
        use MovementKind::{TransferGivenBack as Back, TransferReceived as Got, TransferRefund as Refund};
        use TransferStatus::{Accepted, Arrived, Expired, Frozen, GivenBack, Returned};
        let sent = MovementKind::TransferSent;
        let count = |user, status, kinds: &[MovementKind], steps: &[Step], exact| {
            let mut findings = Findings::default();
            let held = listed_laws(user, &record(steps), &[transfer(status)], &lines(kinds), exact, &mut findings);
            (findings.count, held)
        };
        let rows = [
            (ANN, Arrived, vec![sent], vec![], (0, 30)),
            (ANN, Arrived, vec![], vec![], (1, 30)),
            (ANN, Arrived, vec![sent, sent], vec![], (1, 30)),
            (ANN, Frozen, vec![sent], vec![Step::Recalled], (0, 30)),
            (ANN, Frozen, vec![sent], vec![], (1, 30)),
            (ANN, Arrived, vec![sent], vec![Step::Recalled], (1, 30)),
            (ANN, Accepted, vec![sent], vec![Step::Accepted], (0, 0)),
            (ANN, Accepted, vec![sent], vec![], (1, 0)),
            (ANN, Accepted, vec![sent, Refund], vec![Step::Accepted], (1, 0)),
            (BOB, Accepted, vec![Got], vec![Step::Accepted], (0, 0)),
            (BOB, Accepted, vec![], vec![Step::Accepted], (1, 0)),
            (BOB, Accepted, vec![Got, Got], vec![Step::Accepted], (1, 0)),
            (BOB, Arrived, vec![], vec![Step::Accepted], (1, 0)),
            (BOB, Accepted, vec![Got, Back], vec![Step::Accepted, Step::GivenBack], (2, 0)),
            (BOB, GivenBack, vec![Got, Back], vec![Step::Accepted, Step::GivenBack, Step::Recalled], (0, 0)),
            (ANN, GivenBack, vec![sent, Refund], vec![Step::GivenBack, Step::Recalled], (0, 0)),
            (ANN, GivenBack, vec![sent], vec![Step::GivenBack, Step::Recalled], (1, 0)),
            (ANN, Returned, vec![sent, Refund], vec![Step::Returned], (0, 0)),
            (ANN, Returned, vec![sent], vec![Step::Returned], (1, 0)),
            (ANN, Returned, vec![sent, Refund], vec![Step::Accepted, Step::Returned], (1, 0)),
            (BOB, Expired, vec![], vec![], (0, 0)),
            (ANN, Expired, vec![sent, Refund], vec![], (0, 0)),
        ];
        for (user, status, kinds, steps, expected) in rows {
            assert_eq!(count(user, status, &kinds, &steps, true), expected, "{user} {status:?} {kinds:?} {steps:?}");
        }
        assert_eq!(count(BOB, Accepted, &[Got], &[], false), (0, 0), "not acknowledged is allowed in a torn record");
    }

    #[test]
    fn what_was_acknowledged_is_listed_once_and_one_request_sends_once() {
        let listed = |listed: &[Transfer]| {
            let mut findings = Findings::default();
            let lines = lines(&[MovementKind::TransferSent]);
            listed_laws(ANN, &record(&[]), listed, &lines, false, &mut findings);
            findings.kept.into_iter().map(|violation| violation.rule).collect::<Vec<_>>()
        };
        let pending = transfer(TransferStatus::Pending);
        assert!(listed(std::slice::from_ref(&pending)).is_empty());
        assert_eq!(listed(&[]), ["F1", "F8"]);
        assert!(listed(&[pending.clone(), pending.clone()]).contains(&"F9".into()));
        let again = Transfer { id: 8, ..pending.clone() };
        assert!(listed(&[pending, again]).contains(&"W2".into()));
    }
}
