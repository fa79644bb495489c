//! Opening what lies there, again and again.

use laisee_wire::v1::{GrabPacket, OpenPacket, client_frame::Body as Ask};

use crate::world::World;

fn some_packet(world: &mut World, device: usize) -> Option<u64> {
    // Mostly one that was not tried yet.
    let again = world.chance.happens(150);
    let app = &world.devices[device].app;
    let packets: Vec<u64> = if again { &app.packets } else { &app.untried }.iter().copied().collect();
    world.chance.pick(&packets).copied()
}

pub fn open(world: &mut World, device: usize) -> bool {
    let Some(packet) = some_packet(world, device) else { return false };
    world.devices[device].app.untried.remove(&packet);
    world.want(device, Ask::OpenPacket(OpenPacket { packet }));
    true
}

pub fn grab(world: &mut World, device: usize) -> bool {
    let Some(packet) = some_packet(world, device) else { return false };
    world.want(device, Ask::GrabPacket(GrabPacket { packet }));
    true
}
