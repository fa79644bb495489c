//! Opening what lies there, again and again.

use laisee_wire::v1::{GrabPacket, OpenPacket, client_frame::Body as Ask};

use crate::world::World;

fn some_packet(world: &mut World, device: usize) -> Option<u64> {
    let packets: Vec<u64> = world.devices[device].app.packets.iter().copied().collect();
    // Mostly one of the newest.
    let newest = packets.len().saturating_sub(3);
    let of = if world.chance.happens(800) { &packets[newest..] } else { &packets[..] };
    world.chance.pick(of).copied()
}

pub fn open(world: &mut World, device: usize) -> bool {
    let Some(packet) = some_packet(world, device) else { return false };
    world.want(device, Ask::OpenPacket(OpenPacket { packet }));
    true
}

pub fn grab(world: &mut World, device: usize) -> bool {
    let Some(packet) = some_packet(world, device) else { return false };
    world.want(device, Ask::GrabPacket(GrabPacket { packet }));
    true
}
