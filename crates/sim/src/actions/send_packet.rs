//! Red packets: possible ones and impossible ones.

use laisee_wire::v1::{PacketKind, SendPacket, client_frame::Body as Ask};

use crate::world::World;

pub fn send(world: &mut World, device: usize) -> bool {
    // Who has just left may still try: the conversation refuses, and all goes back.
    let anywhere = world.chance.happens(100);
    let group = world.chance.happens(600);
    let fits = |thread: &crate::device::Thread| (thread.member && (thread.group || !group)) || anywhere;
    let Some(conversation) = world.some_conversation(device, fits) else { return false };
    let thread = world.devices[device].app.threads[&conversation].clone();
    let most = world.plan.settings.packet_share_max.0;
    let kind = match world.chance.below(4) {
        0 => PacketKind::Equal,
        1 => PacketKind::Named,
        _ => PacketKind::Lucky,
    };
    // A count that is too large for the group is refused there.
    let count = if thread.group && kind != PacketKind::Named { world.chance.between(1, 4) as u32 } else { 1 };
    let each = world.chance.between(1, most);
    let amount = match kind {
        PacketKind::Lucky => world.chance.between(i64::from(count), each * i64::from(count)),
        _ => each * i64::from(count),
    };
    let recipient = match kind {
        PacketKind::Named if thread.group => world.somebody_else(device).unwrap_or(0),
        _ => 0,
    };
    let id = world.client_id(device);
    let greeting = "恭喜发财".into();
    // Mostly right, where there is one; small packets need none.
    let pin = if world.chance.happens(300) { super::withdraw::some_pin(world) } else { String::new() };
    let packet = SendPacket { id, conversation, kind: kind.into(), amount, count, recipient, greeting, pin };
    world.want(device, Ask::SendPacket(packet));
    true
}
