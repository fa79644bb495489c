//! Transfers: sending, taking, not taking, and wanting back; often just when something else is about to happen.

use laisee_wire::v1::{
    AcceptTransfer, Arrival, RecallTransfer, ReturnTransfer, SendTransfer, Transfer, TransferStatus,
    client_frame::Body as Ask,
};

use crate::world::World;

pub fn send(world: &mut World, device: usize) -> bool {
    // Now and then where it cannot be posted: in a group, or to somebody who is no friend any more.
    let anywhere = world.chance.happens(100);
    let Some(conversation) = world.some_conversation(device, |thread| thread.peer != 0 || anywhere) else {
        return false;
    };
    let peer = world.devices[device].app.threads[&conversation].peer;
    let receiver = if peer == 0 || world.chance.happens(30) { world.somebody_else(device).unwrap_or(0) } else { peer };
    let id = world.client_id(device);
    let amount = if world.chance.happens(30) { 0 } else { world.chance.between(1, 3_000) };
    let arrival = [Arrival::AtOnce, Arrival::After2H, Arrival::After24H][world.chance.index(3)].into();
    let pin = if world.chance.happens(200) { super::withdraw::some_pin(world) } else { String::new() };
    let note = "for the tickets".into();
    world.want(device, Ask::SendTransfer(SendTransfer { id, conversation, receiver, amount, note, arrival, pin }));
    true
}

/// A transfer the device has heard of, of those that fit.
fn some_transfer(world: &mut World, device: usize, fits: impl Fn(&Transfer) -> bool) -> Option<Transfer> {
    let transfers = &world.devices[device].app.transfers;
    let fitting: Vec<u64> = transfers.values().filter(|found| fits(found)).map(|found| found.id).collect();
    let transfer = world.chance.pick(&fitting).copied()?;
    world.devices[device].app.transfers.get(&transfer).cloned()
}

/// When somebody acts who is in no hurry: around a moment after which it is too late.
fn around(world: &mut World, moment_ms: i64) -> i64 {
    moment_ms + world.chance.between(-400, 200)
}

/// Takes a transfer that has arrived, at once or at the last moment, or, now and then, any.
pub fn accept(world: &mut World, device: usize) -> bool {
    let (me, any) = (world.user_of(device), world.chance.happens(50));
    let (arrived, frozen) = (TransferStatus::Arrived, TransferStatus::Frozen);
    let fits = |found: &Transfer| any || (found.receiver == me && [arrived, frozen].contains(&found.status()));
    let Some(found) = some_transfer(world, device, fits) else { return false };
    let accept = Ask::AcceptTransfer(AcceptTransfer { transfer: found.id });
    if found.accept_by_ms > world.now() && world.chance.happens(400) {
        let at_ms = around(world, found.accept_by_ms);
        world.want_at(device, at_ms, accept);
    } else {
        world.want(device, accept);
    }
    true
}

/// Gives a transfer back, before or after taking it, or takes it on another device in the same moment.
pub fn give_back(world: &mut World, device: usize) -> bool {
    let me = world.user_of(device);
    let standing = [TransferStatus::Pending, TransferStatus::Frozen, TransferStatus::Arrived, TransferStatus::Accepted];
    let fits = |found: &Transfer| found.receiver == me && standing.contains(&found.status());
    let Some(found) = some_transfer(world, device, fits) else { return false };
    let transfer = found.id;
    let give_back = Ask::ReturnTransfer(ReturnTransfer { transfer });
    if found.status() == TransferStatus::Arrived && world.chance.happens(600) {
        let devices = world.people[world.devices[device].person].devices.clone();
        let other = devices[world.chance.index(devices.len())];
        let at_ms = world.now() + world.chance.between(0, 50);
        world.want_at(other, at_ms, Ask::AcceptTransfer(AcceptTransfer { transfer }));
    }
    let at_ms = world.now() + world.chance.between(0, 50);
    world.want_at(device, at_ms, give_back);
    true
}

/// Wants a transfer back before it arrives, at once or at the last moment.
pub fn recall(world: &mut World, device: usize) -> bool {
    let (me, any) = (world.user_of(device), world.chance.happens(30));
    let fits = |found: &Transfer| found.sender == me && (any || found.status() == TransferStatus::Pending);
    let Some(found) = some_transfer(world, device, fits) else { return false };
    // Now and then with what is somebody else's.
    let owner = if world.chance.happens(50) { world.somebody_else(device).unwrap_or(me) } else { me };
    let files = world.auditor.files_of(owner).into_iter();
    let evidence = files.filter(|_| world.chance.happens(500)).collect();
    let reason = if world.chance.happens(50) { String::new() } else { "the wrong person".to_owned() };
    let recall = Ask::RecallTransfer(RecallTransfer { transfer: found.id, reason, evidence });
    if found.arrives_at_ms > world.now() && world.chance.happens(500) {
        let at_ms = around(world, found.arrives_at_ms);
        world.want_at(device, at_ms, recall);
    } else {
        world.want(device, recall);
    }
    true
}
