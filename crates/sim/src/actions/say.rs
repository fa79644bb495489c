//! Messages.

use laisee_wire::v1::{Content, Extension, Text, content::Kind};

use crate::world::World;

pub fn say(world: &mut World, device: usize) -> bool {
    // Now and then somebody writes where they no longer may.
    let anywhere = world.chance.happens(50);
    let Some(conversation) = world.some_conversation(device, |thread| thread.member || anywhere) else { return false };
    let kind = match world.chance.below(20) {
        0 => Kind::Extension(Extension { r#type: "sticker".into(), body: vec![1, 2, 3] }),
        1 => Kind::Text(Text { text: String::new(), ..Text::default() }),
        _ => Kind::Text(Text { text: format!("words {}", world.chance.below(1_000)), ..Text::default() }),
    };
    let id = world.client_id(device);
    let now = world.device_now(device);
    let content = Content { fallback: String::new(), kind: Some(kind) };
    if let Some(client) = world.devices[device].client.as_mut() {
        client.send_message(now, conversation, id, content);
    }
    world.pump(device);
    true
}

/// Presses the button beside a message that failed.
pub fn retry(world: &mut World, device: usize) -> bool {
    let failed: Vec<String> = world.devices[device].app.failed.iter().cloned().collect();
    let Some(id) = world.chance.pick(&failed).cloned() else { return false };
    retry_message(world, device, &id);
    true
}

/// Sends a message again that failed.
pub fn retry_message(world: &mut World, device: usize, id: &str) {
    let now = world.device_now(device);
    world.devices[device].app.failed.remove(id);
    if let Some(client) = world.devices[device].client.as_mut() {
        client.retry(now, id);
    }
    world.pump(device);
}
