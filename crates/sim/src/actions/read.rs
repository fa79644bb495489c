//! Reading a conversation, to its end or not quite.

use crate::world::World;

pub fn read(world: &mut World, device: usize) -> bool {
    let Some(conversation) = world.some_conversation(device, |thread| thread.unread() > 0) else { return false };
    let through = world.devices[device].app.threads[&conversation].through;
    let back = if world.chance.happens(700) { 0 } else { world.chance.below(4) as u32 };
    let now = world.device_now(device);
    if let Some(client) = world.devices[device].client.as_mut() {
        client.mark_read(now, conversation, through.saturating_sub(back));
    }
    world.pump(device);
    true
}
