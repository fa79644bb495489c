//! Who came too late: what a transfer's shard refused because something else had happened a moment before. And who wanted
//! too much.

use laisee_bus::{Failure, Outcome};
use laisee_core::{command::Command, refusal::Refusal};

use crate::{
    auditor::{CLOSE_MS, Stage},
    world::World,
};

/// Counts a race that was lost, and limits that were met. Races that were won stand in the log, where the auditor counts them.
pub fn count(world: &mut World, command: &Command, outcome: &Outcome) {
    let Err(Failure::Refused(refusal)) = outcome else { return };
    if matches!(refusal, Refusal::LimitPerTransaction | Refusal::LimitPerDay) {
        world.stats.limits_met += 1;
    }
    let transfer = match command {
        Command::RecallTransfer(c) => c.transfer,
        Command::AcceptTransfer(c) => c.transfer,
        Command::ReturnTransfer(c) => c.transfer,
        _ => return,
    };
    let now = world.now();
    let Some(stands) = world.auditor.transfer(transfer.0) else { return };
    let (ended, expiry, arrival) = (stands.ended_at_ms, stands.accept_by_ms, stands.arrives_at_ms);
    let close = |then: i64| (then - now).abs() <= CLOSE_MS;
    let stats = &mut world.stats;
    match (command, refusal, stands.stage) {
        (Command::RecallTransfer(_), Refusal::TransferArrived, _) if close(arrival) => stats.recalled_too_late += 1,
        (Command::AcceptTransfer(_), Refusal::TransferEnded, Stage::Returned) if close(ended) => {
            stats.accepted_after_return += 1;
        }
        (Command::AcceptTransfer(_), Refusal::TransferEnded, Stage::Expired | Stage::Arrived) if close(expiry) => {
            stats.accepted_too_late += 1;
        }
        (Command::AcceptTransfer(_), Refusal::TransferFrozen, _) => stats.accepted_while_frozen += 1,
        (Command::ReturnTransfer(_), Refusal::TransferAccepted, _) if close(ended) => {
            stats.returned_after_accept += 1;
        }
        _ => {}
    }
}
