//! Money comes into the world.

use laisee_wire::v1::{TopUp, client_frame::Body as Ask};

use crate::world::World;

pub fn top_up(world: &mut World, device: usize) -> bool {
    let id = world.client_id(device);
    // Now and then an amount that is not allowed.
    let amount = if world.chance.happens(50) { 0 } else { world.chance.between(1, 50_000) };
    world.want(device, Ask::TopUp(TopUp { id, amount }));
    true
}
