//! Looking without changing anything.

use laisee_wire::v1::{
    GetHistory, GetPacket, GetStatement, GetTransfer, GetWallet, ListFriends, ListOrders, ListTransfers,
    client_frame::Body as Ask,
};

use crate::world::World;

pub fn packet(world: &mut World, device: usize) -> bool {
    let person = world.devices[device].person;
    let packets: Vec<u64> = world.devices[device].app.packets.union(&world.people[person].packets).copied().collect();
    let Some(packet) = world.chance.pick(&packets).copied() else { return false };
    world.want(device, Ask::GetPacket(GetPacket { packet }));
    true
}

pub fn transfer(world: &mut World, device: usize) -> bool {
    let transfers: Vec<u64> = world.devices[device].app.transfers.keys().copied().collect();
    let Some(transfer) = world.chance.pick(&transfers).copied() else { return false };
    world.want(device, Ask::GetTransfer(GetTransfer { transfer }));
    true
}

pub fn transfers(world: &mut World, device: usize) -> bool {
    world.want(device, Ask::ListTransfers(ListTransfers { before: 0, limit: 20 }));
    true
}

pub fn orders(world: &mut World, device: usize) -> bool {
    world.want(device, Ask::ListOrders(ListOrders { before: 0, limit: 20 }));
    true
}

pub fn wallet(world: &mut World, device: usize) -> bool {
    world.want(device, Ask::GetWallet(GetWallet {}));
    true
}

pub fn statement(world: &mut World, device: usize) -> bool {
    world.want(device, Ask::GetStatement(GetStatement { limit: 20, ..GetStatement::default() }));
    true
}

pub fn friends(world: &mut World, device: usize) -> bool {
    world.want(device, Ask::ListFriends(ListFriends {}));
    true
}

pub fn history(world: &mut World, device: usize) -> bool {
    let Some(conversation) = world.some_conversation(device, |thread| thread.through > 0) else { return false };
    let through = world.devices[device].app.threads[&conversation].through;
    let (before, limit) = (world.chance.below(u64::from(through) + 1) as u32, world.chance.between(1, 20) as u32);
    world.want(device, Ask::GetHistory(GetHistory { conversation, before, after: 0, limit }));
    true
}
