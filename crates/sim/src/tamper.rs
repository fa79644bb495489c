//! What a broken world does to what passes through it.

use std::sync::Arc;

use laisee_core::{
    command::Receive,
    fact::Fact,
    fen::Fen,
    ids::{OperatorId, Position, Seq, ShardId},
    note::Note,
    order::{OrderState, Word},
    packet::PacketKind,
    refusal::Refusal,
    risk::LiftedBy,
    settings::Settings,
};
use laisee_shard::viewer::ViewWork;
use laisee_store::{Batch, Changes, Order, Range, ReadTables, Store, Tables, Value, views};
use laisee_wire::v1::server_frame::Body;

use crate::{broken::Broken, chance::Chance, store::FaultyStore, world::World};

/// How often an occasion is taken.
const PERMILLE: u32 = 300;

impl World {
    #[must_use]
    pub fn tampers(&self) -> bool {
        self.broken.is_some()
    }
}

/// Changes what is about to be written.
pub fn log(broken: Option<Broken>, chance: &mut Chance, mut batches: Vec<Batch>) -> Vec<Batch> {
    for batch in &mut batches {
        let mut facts = batch.facts().expect("it was just encoded");
        let mut changed = false;
        let mut again = None;
        for fact in &mut facts {
            if chance.happens(PERMILLE) {
                changed |= change(broken, fact);
                again = again.or(more(broken, fact));
            }
        }
        changed |= again.is_some();
        facts.extend(again);
        if changed {
            *batch = Batch::encode(batch.first, batch.at, &facts);
        }
    }
    batches
}

/// A fact that is added behind another.
fn more(broken: Option<Broken>, fact: &Fact) -> Option<Fact> {
    match (broken?, fact) {
        (Broken::ClaimTwice, Fact::Claimed { .. })
        | (Broken::OrderSettledTwice, Fact::OrderSettled { .. })
        | (Broken::TransferEndsTwice, Fact::TransferWentBack { .. } | Fact::TransferAccepted { .. }) => {
            Some(fact.clone())
        }
        (Broken::ReleasedWithoutCode, Fact::UserSuspended { user, suspension, .. }) => {
            Some(Fact::SuspensionLifted { user: *user, suspension: suspension.clone(), by: LiftedBy::User })
        }
        (Broken::SettledByGuess, Fact::OrderSubmitting { order, .. }) => Some(Fact::OrderDecided {
            by: OperatorId::HOST,
            order: *order,
            before: OrderState::Unknown,
            outcome: Word::Failed,
            reason: "it is surely lost".into(),
        }),
        (Broken::RecallTooLate, Fact::TransferArrived { transfer }) => {
            Some(Fact::TransferRecalled { transfer: *transfer, reason: "too late".into(), evidence: vec![] })
        }
        (Broken::FrozenArrives, Fact::TransferRecalled { transfer, .. }) => {
            Some(Fact::TransferArrived { transfer: *transfer })
        }
        _ => None,
    }
}

fn change(broken: Option<Broken>, fact: &mut Fact) -> bool {
    match (broken, fact) {
        (Some(Broken::CreditTooHigh), Fact::Credited { amount, balance, .. }) => {
            *amount = amount.plus(Fen(1));
            *balance = balance.plus(Fen(1));
        }
        (Some(Broken::Overdrawn), Fact::PacketFunded { kind, count, share_max, amount, balance, .. }) => {
            let more = balance.0 + 1_000;
            *amount = amount.plus(Fen(more));
            *balance = balance.minus(Fen(more));
            // In all else it is a packet like any other.
            (*kind, *count, *share_max) = (PacketKind::Equal, 1, *amount);
        }
        (Some(Broken::OrderAmountChanged), Fact::OrderSettled { amount, balance, .. }) => {
            *amount = amount.plus(Fen(1));
            *balance = balance.plus(Fen(1));
        }
        (Some(Broken::TransferBackTooLow), Fact::TransferWentBack { amount, balance, .. }) if amount.0 > 1 => {
            *amount = amount.minus(Fen(1));
            *balance = balance.minus(Fen(1));
        }
        (Some(Broken::TransferRepaidTooMuch), Fact::TransferRepaid { amount, balance, .. }) => {
            *amount = amount.plus(Fen(1));
            *balance = balance.plus(Fen(1));
        }
        (Some(Broken::TransferArrivesEarly), Fact::TransferFunded { arrives_at, .. }) => {
            *arrives_at = arrives_at.plus(-1);
        }
        (Some(Broken::OutcomeChanged), Fact::OrderSettled { outcome: outcome @ Word::Failed, .. }) => {
            *outcome = Word::Succeeded;
        }
        (Some(Broken::ShareChanged), Fact::Claimed { amount, .. }) => *amount = amount.plus(Fen(1)),
        (Some(Broken::SeqGap), Fact::MessagePosted { seq, .. }) => *seq = Seq(seq.0 + 1),
        (Some(Broken::RefundTooLow), Fact::PacketExpired { refund, balance, .. }) if refund.0 > 1 => {
            *refund = refund.minus(Fen(1));
            *balance = balance.minus(Fen(1));
        }
        _ => return false,
    }
    true
}

/// Changes what a courier brings.
pub fn delivery(broken: Option<Broken>, chance: &mut Chance, receive: &mut Receive) {
    if !chance.happens(PERMILLE) {
        return;
    }
    let is_credit = |note: &(Position, Note)| matches!(note.1, Note::Credit { .. });
    match broken {
        Some(Broken::CreditTwice) => {
            if let Some(credit) = receive.notes.iter().find(|note| is_credit(note)).cloned() {
                receive.notes.push((receive.through, credit.1));
            }
        }
        Some(Broken::CreditLost) => {
            if let Some(at) = receive.notes.iter().position(is_credit) {
                receive.notes.remove(at);
            }
        }
        Some(Broken::SuspensionNoteLost) => {
            receive.notes.retain(|(_, note)| !matches!(note, Note::Suspension { .. }));
        }
        Some(Broken::CardAndRefund) => {
            for (_, note) in &mut receive.notes {
                if let Note::TransferPosted { transfer, .. } = note {
                    *note = Note::TransferRefused { transfer: *transfer, refusal: Refusal::NotFriends };
                }
            }
        }
        Some(Broken::TransferNoteLost) => {
            receive.notes.retain(|(_, note)| !matches!(note, Note::TransferKnown { .. }));
        }
        Some(Broken::SettingsNoteLost) => receive.notes.retain(|(_, note)| !matches!(note, Note::Settings { .. })),
        Some(Broken::FriendNoteLost) => receive.notes.retain(|(_, note)| !matches!(note, Note::Friend { .. })),
        _ => {}
    }
}

/// Changes what a shard believes to be set.
pub fn settings(broken: Option<Broken>, settings: &mut Arc<Settings>) {
    let most = Fen(1 << 50);
    match broken {
        Some(Broken::LimitsForgotten) => {
            let settings = Arc::make_mut(settings);
            (settings.new_send_max, settings.new_send_day_max) = (most, most);
            (settings.ordinary_send_day_max, settings.new_top_up_day_max) = (most, most);
        }
        Some(Broken::PinForgotten) => Arc::make_mut(settings).pin_required_from = most,
        _ => {}
    }
}

/// Leaves something out of what a view learns.
pub fn cut(work: &mut ViewWork) {
    let _ = work.cut.wallets.pop();
    let _ = work.cut.members.pop();
}

/// Changes a statement line in the views, below everything that watches them.
pub fn statement(store: &FaultyStore) {
    let table = views::TABLES.iter().find(|table| table.name == "movement").expect("there are statements");
    for number in 0..store.shards() {
        let mut tables = store.tables(ShardId(number)).expect("memory can be written");
        let read = tables.snapshot(|views| {
            let rows = views.scan(table, &Range::default(), Order::Rising, 1)?;
            Ok((views.position()?, rows))
        });
        let (position, rows) = read.expect("memory can be read");
        let Some(mut row) = rows.into_iter().next() else { continue };
        let Some(Value::Integer(balance)) = row.get_mut(5) else { continue };
        *balance += 1;
        let mut changes = Changes::default();
        changes.put(table, row);
        tables.save(&changes, position).expect("memory can be written");
        return;
    }
}

/// Changes what a device is told.
pub fn frame(broken: Option<Broken>, chance: &mut Chance, user: u64, body: &mut Body) {
    if !chance.happens(PERMILLE) {
        return;
    }
    match (broken, body) {
        (Some(Broken::ShareToldWrong), Body::PacketOpened(opened)) => opened.amount += 1,
        (Some(Broken::ListTooShort), Body::Transfers(list)) => drop(list.transfers.pop()),
        (Some(Broken::ListTooShort), Body::Orders(list)) => drop(list.orders.pop()),
        (Some(Broken::TransferToldWrong), Body::Transfer(found)) => found.amount += 1,
        (Some(Broken::TransferToldWrong), Body::TransferNotice(notice)) => {
            if let Some(found) = notice.transfer.as_mut() {
                found.amount += 1;
            }
        }
        (Some(Broken::SecretChanged), Body::Packet(packet)) if !packet.secret.is_empty() => {
            let other = if packet.secret.starts_with('0') { "1" } else { "0" };
            packet.secret.replace_range(0..1, other);
        }
        (Some(Broken::UnreadWrong), Body::ReadMarked(marked)) => marked.unread += 1,
        (Some(Broken::UnreadWrong), Body::ReadNotice(notice)) if notice.user == user => notice.unread += 1,
        (Some(Broken::BalanceToldWrong), Body::Wallet(wallet)) => wallet.balance += 1,
        (Some(Broken::BalanceToldWrong), Body::BalanceNotice(notice)) => notice.balance += 1,
        (Some(Broken::AnswerChanged), Body::MessageSent(sent)) => sent.id += 1,
        _ => {}
    }
}
