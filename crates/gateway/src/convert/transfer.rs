use laisee_core::{
    command::{AcceptTransfer, Command, RecallTransfer, ReturnTransfer, SendTransfer},
    fen::Fen,
    ids::{ConversationId, FileId, TransferId, UserId},
    transfer::{Arrival, Recall, Transfer, TransferStatus},
};
use laisee_wire::v1;

use super::{ClientBody, client_id};

/// The command of a request about transfers.
///
/// # Errors
/// When a field has an impossible value.
pub(super) fn transfer_command(user: UserId, body: &mut ClientBody) -> Option<Result<Command, v1::Error>> {
    Some(match body {
        // With a PIN there is more to do.
        ClientBody::SendTransfer(r) if r.pin.is_empty() => send_transfer(user, r).map(Command::SendTransfer),
        ClientBody::AcceptTransfer(r) => {
            Ok(Command::AcceptTransfer(AcceptTransfer { user, transfer: TransferId(r.transfer) }))
        }
        ClientBody::RecallTransfer(r) => Ok(Command::RecallTransfer(RecallTransfer {
            user,
            transfer: TransferId(r.transfer),
            reason: std::mem::take(&mut r.reason),
            evidence: r.evidence.iter().copied().map(FileId).collect(),
        })),
        _ => return None,
    })
}

/// The command that sends a transfer, with no PIN.
///
/// # Errors
/// When a field has an impossible value.
pub fn send_transfer(user: UserId, r: &mut v1::SendTransfer) -> Result<SendTransfer, v1::Error> {
    let arrival = match r.arrival() {
        v1::Arrival::AtOnce => Arrival::AtOnce,
        v1::Arrival::After2H => Arrival::Soon,
        v1::Arrival::After24H => Arrival::Later,
    };
    Ok(SendTransfer {
        sender: user,
        id: client_id(&r.id)?,
        receiver: UserId(r.receiver),
        conversation: ConversationId(r.conversation),
        amount: Fen(r.amount),
        note: std::mem::take(&mut r.note),
        arrival,
        pass: None,
    })
}

/// What the receiver asks for first when it does not want a transfer.
#[must_use]
pub fn return_transfer(user: UserId, transfer: TransferId) -> Command {
    Command::ReturnTransfer(ReturnTransfer { user, transfer })
}

/// A transfer as the one who sees it is shown it.
#[must_use]
pub fn transfer(seen: &Transfer) -> v1::Transfer {
    let terms = &seen.terms;
    v1::Transfer {
        id: terms.transfer.0,
        sender: terms.sender.0,
        receiver: terms.receiver.0,
        conversation: terms.conversation.0,
        amount: terms.amount.0,
        note: terms.note.clone(),
        arrival: match terms.arrival {
            Arrival::AtOnce => v1::Arrival::AtOnce,
            Arrival::Soon => v1::Arrival::After2H,
            Arrival::Later => v1::Arrival::After24H,
        }
        .into(),
        status: status(seen.status).into(),
        created_at_ms: terms.created_at.0,
        arrives_at_ms: terms.arrives_at.0,
        accept_by_ms: seen.accept_by.map_or(0, |at| at.0),
        ended_at_ms: seen.ended_at.map_or(0, |at| at.0),
        seq: seen.seq.0,
        error_code: seen.refusal.map_or(0, |refusal| u32::from(refusal.code())),
        recall: seen.recall.as_ref().map(recall),
    }
}

fn status(status: TransferStatus) -> v1::TransferStatus {
    match status {
        TransferStatus::Funded => v1::TransferStatus::Funded,
        TransferStatus::Pending => v1::TransferStatus::Pending,
        TransferStatus::Frozen => v1::TransferStatus::Frozen,
        TransferStatus::Arrived => v1::TransferStatus::Arrived,
        TransferStatus::Accepted => v1::TransferStatus::Accepted,
        TransferStatus::Returned => v1::TransferStatus::Returned,
        TransferStatus::Expired => v1::TransferStatus::Expired,
        TransferStatus::Recalled => v1::TransferStatus::Recalled,
        TransferStatus::Refunded => v1::TransferStatus::Refunded,
        TransferStatus::GivenBack => v1::TransferStatus::GivenBack,
    }
}

fn recall(recall: &Recall) -> v1::Recall {
    let decision = recall.decision.as_ref();
    let outcome = match decision.map(|decision| decision.returned) {
        None => v1::RecallOutcome::Open,
        Some(true) => v1::RecallOutcome::Returned,
        Some(false) => v1::RecallOutcome::Released,
    };
    v1::Recall {
        asked_at_ms: recall.at.0,
        reason: recall.reason.clone(),
        evidence: recall.evidence.iter().map(|file| file.0).collect(),
        outcome: outcome.into(),
        decided_at_ms: decision.map_or(0, |decision| decision.at.0),
        decision_reason: decision.map_or_else(String::new, |decision| decision.reason.clone()),
    }
}
